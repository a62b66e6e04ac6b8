"""What a Team Around the Family does, from its start to its end."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.casework.cases.cases import queries as cases
from services.casework.cases.cases.actions import require_open
from services.casework.cases.cases.models import Case
from services.casework.early_help.family_teams import queries
from services.casework.early_help.family_teams.models import FamilyTeam, LeadProfessional, TeamMember
from services.casework.early_help.family_teams.rules import review_due_on
from services.casework.early_help.family_teams.schemas import (
    FamilyConsent,
    NewDeparture,
    NewLead,
    NewMember,
    NewTeam,
    TeamEnding,
)
from services.casework.fields import past_day
from services.casework.record.chronology.actions import record_about_case
from services.casework.record.timescales import actions as timescales
from services.casework.workforce.workers.models import Worker
from shared import audit, clock
from shared.auth import Actor
from shared.organisations import organisation_key
from shared.problems import InvalidBody, NotFound, Problem


class TeamExists(Problem):
    status = 409
    code = "team-exists"
    title = "This family has a Team Around the Family already: change that one"


class TeamEnded(Problem):
    status = 409
    code = "team-ended"
    title = "This Team Around the Family has ended: start a new one"


class LeadsAlready(Problem):
    status = 409
    code = "leads-already"
    title = "This member is the lead professional already"


class LeadsTheTeam(Problem):
    status = 409
    code = "leads-the-team"
    title = "This member is the lead professional: name another one first"


async def start_team(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewTeam) -> tuple[Case, FamilyTeam]:
    """Start a Team Around the Family with those who are of it; the clock of its first review starts."""
    case = await cases.find_case(session, actor, case_id, lock=True)
    require_open(case)
    last = await session.scalar(
        select(FamilyTeam).where(FamilyTeam.case_id == case.id).order_by(*queries.PRESENT_OR_LAST).limit(1)
    )
    if last and last.ended_on is None:
        raise TeamExists
    earliest = max(case.opened_on, last.ended_on) if last and last.ended_on else case.opened_on
    started_on = past_day(
        "/started_on", sent.started_on, earliest, "A team starts when the case is open, after the last"
    )
    _check_consent(sent.consent, started_on)
    team_id = uuid4()
    team = FamilyTeam(
        id=team_id,
        case_id=case.id,
        number=last.number + 1 if last else 1,
        started_on=started_on,
        consented_on=sent.consent.given_on,
        consented_by=sent.consent.given_by,
        next_review_due_on=review_due_on(started_on),
        review_clock_id=team_id,
        **recorded_now_by(actor),
    )
    session.add(team)
    await session.flush()  # The row that its members point at comes first: no relationship puts them in order.
    for number, each in enumerate(sent.members):
        member = await _add_member(session, actor, team, each, started_on, f"/members/{number}")
        if each.lead:
            await _lead(session, actor, case, team, member, member.joined_on, None)
    await start_review_clock(session, case, team, started_on)
    await record_about_case(session, case, "early_help_team_started", started_on, about_id=team.id)
    audit.record(session, actor, "early_help_start", "case", case.id, members=len(sent.members))
    return case, await queries.team_of(session, case.id)


def _check_consent(consent: FamilyConsent, started_on: date) -> None:
    if consent.given_on > started_on:
        raise InvalidBody("/consent/given_on", "out-of-order", "The family agrees before the team starts")


async def add_member(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewMember) -> tuple[Case, FamilyTeam]:
    """Whoever is named may see the team's record, so that only who sees the whole case names them."""
    case, team = await team_to_change(session, await cases.find_case(session, actor, case_id, lock=True))
    member = await _add_member(session, actor, team, sent, clock.today())
    audit.record(session, actor, "early_help_member_add", "case", case.id, member_id=str(member.id))
    return case, await queries.team_of(session, case.id)


async def _add_member(
    session: AsyncSession, actor: Actor, team: FamilyTeam, sent: NewMember, joins_on: date, place: str = ""
) -> TeamMember:
    """`joins_on` is for whom the caller gave no day."""
    if sent.worker_id and await session.scalar(select(Worker.id).where(Worker.id == sent.worker_id)) is None:
        raise InvalidBody(f"{place}/worker_id", "unknown", "There is no such worker")
    rule = "Nobody joins before the team starts"
    joined_on = past_day(f"{place}/joined_on", sent.joined_on or joins_on, team.started_on, rule)
    member = TeamMember(
        id=uuid4(),
        family_team_id=team.id,
        organisation_key=organisation_key(sent.organisation),
        **{**sent.model_dump(exclude={"lead"}), "joined_on": joined_on},
        **recorded_now_by(actor),
    )
    session.add(member)
    await session.flush()  # The row that who leads points at comes first.
    return member


async def let_member_go(
    session: AsyncSession, actor: Actor, case_id: UUID, member_id: UUID, sent: NewDeparture
) -> tuple[Case, FamilyTeam]:
    case, team = await team_to_change(session, await cases.find_case(session, actor, case_id, lock=True))
    member = next((each for each in team.present_members if each.id == member_id), None)
    if member is None:
        raise NotFound("family_team_member", member_id)
    if team.lead and team.lead.member_id == member.id:
        raise LeadsTheTeam
    member.left_on = past_day("/left_on", sent.left_on, member.joined_on, "Nobody leaves before joining")
    audit.record(session, actor, "early_help_member_leave", "case", case.id, member_id=str(member.id))
    return case, team


async def name_lead(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewLead) -> tuple[Case, FamilyTeam]:
    """Make a member the lead professional; the one before is so until that day. There is one at a time."""
    case, team = await team_to_change(session, await cases.find_case(session, actor, case_id, lock=True))
    member = present_member(team, sent.member_id, "/member_id")
    before = team.lead
    if before and before.member_id == member.id:
        raise LeadsAlready
    if before and not sent.reason:
        raise InvalidBody("/reason", "needed", "Give the reason why somebody else leads from now on")
    rule = "Nobody leads before joining the team, nor before the one who led until then began"
    earliest = max(member.joined_on, before.from_on) if before else member.joined_on
    from_on = past_day("/from_on", sent.from_on, earliest, rule)
    if before:
        before.until_on = from_on
        await session.flush()  # One leads at a time: the end of the one is written before the start of the other.
    await _lead(session, actor, case, team, member, from_on, sent.reason)
    audit.record(session, actor, "early_help_lead", "case", case.id, member_id=str(member.id), changed=bool(before))
    return case, await queries.team_of(session, case.id)


async def _lead(
    session: AsyncSession,
    actor: Actor,
    case: Case,
    team: FamilyTeam,
    member: TeamMember,
    from_on: date,
    reason: str | None,
) -> None:
    lead = LeadProfessional(
        id=uuid4(),
        family_team_id=team.id,
        member_id=member.id,
        from_on=from_on,
        reason=reason,
        **recorded_now_by(actor),
    )
    session.add(lead)
    text = f"{member.role}, {member.organisation}"
    await record_about_case(session, case, "lead_professional_named", from_on, about_id=lead.id, text=text)


async def end_team(session: AsyncSession, actor: Actor, case_id: UUID, sent: TeamEnding) -> tuple[Case, FamilyTeam]:
    """The team ends, for example because the family does not agree to it any more; the case stays open."""
    case, team = await team_to_change(session, await cases.find_case(session, actor, case_id, lock=True))
    ended_on = past_day("/ended_on", sent.ended_on, last_day(team), "A team ends after what it did last")
    await end_with(session, case, team, ended_on, sent.reason, sent.text)
    audit.record(session, actor, "early_help_end", "case", case.id, reason_code=sent.reason)
    return case, team


def last_day(team: FamilyTeam) -> date:
    return max([team.started_on, *(each.held_on for each in team.reviews), *(each.from_on for each in team.leads)])


async def end_with(
    session: AsyncSession, case: Case, team: FamilyTeam, ended_on: date, reason: str, text: str | None
) -> None:
    team.ended_on, team.end_reason, team.end_text = ended_on, reason, text
    if team.lead:
        team.lead.until_on = ended_on
    await timescales.end(session, "taf_review", about_id=team.review_clock_id, ended_on=ended_on)
    for action in team.actions:
        await timescales.end(session, "taf_action", about_id=action.id, ended_on=ended_on)
    facts = {"reason": reason}
    await record_about_case(session, case, "early_help_team_ended", ended_on, about_id=team.id, facts=facts, text=text)


async def start_review_clock(session: AsyncSession, case: Case, team: FamilyTeam, started_on: date) -> None:
    await timescales.start(
        session,
        case.id,
        "taf_review",
        about_id=team.review_clock_id,
        started_on=started_on,
        due_on=team.next_review_due_on,
    )


async def await_next_review(
    session: AsyncSession, case: Case, team: FamilyTeam, review_id: UUID, held_on: date
) -> None:
    """After a review the next one falls due."""
    team.review_clock_id, team.next_review_due_on = review_id, review_due_on(held_on)
    await start_review_clock(session, case, team, held_on)


async def resume_clocks(session: AsyncSession, case: Case) -> None:
    """When a case is opened again, the next review of its present team and what the team agreed to do fall due again:
    their clocks ended when it was closed."""
    present = select(FamilyTeam).where(FamilyTeam.case_id == case.id, FamilyTeam.ended_on.is_(None))
    team = await session.scalar(present.options(selectinload(FamilyTeam.actions)))
    if team is None:
        return
    await start_review_clock(session, case, team, clock.today())
    for each in team.actions:
        if not (each.done_on or each.cancelled_on):
            await timescales.start(
                session, case.id, "taf_action", about_id=each.id, started_on=each.agreed_on, due_on=each.due_on
            )


async def team_to_change(session: AsyncSession, case: Case) -> tuple[Case, FamilyTeam]:
    """The present team of a locked case; each change makes a new version of it."""
    require_open(case)
    team = await queries.team_of(session, case.id)
    if team.ended_on:
        raise TeamEnded
    team.version += 1
    return case, team


def present_member(team: FamilyTeam, member_id: UUID, place: str) -> TeamMember:
    found = next((each for each in team.present_members if each.id == member_id), None)
    if found is None:
        raise InvalidBody(place, "unknown", "This is no present member of the team")
    return found


def recorded_now_by(actor: Actor) -> dict[str, Any]:
    """The two columns that every row of a team has."""
    return {"recorded_by": actor.subject, "recorded_at": clock.now()}
