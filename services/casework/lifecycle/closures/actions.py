"""Closing a case and opening it again."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.allocation.transfers.actions import end_allocation_of
from services.casework.cases.cases import queries
from services.casework.cases.cases.actions import find_open_case, one_at_a_time, require_not_joined
from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import event_fields_of, family_ids_of, find_case
from services.casework.cases.cases.rules import CLOSED, ON_RECORD
from services.casework.cases.holdings.actions import settle
from services.casework.cases.holdings.queries import last_fact_on
from services.casework.early_help.family_teams.actions import resume_clocks
from services.casework.early_help.hand_overs.actions import resume_answers
from services.casework.fields import past_day
from services.casework.lifecycle.closures.queries import last_pathway, other_open_case
from services.casework.lifecycle.closures.schemas import NewClosure, NewReopening
from services.casework.lifecycle.pathways import rules
from services.casework.lifecycle.pathways.actions import FrontDoorDecides, NotALawfulStep, StepsOpen, add_step
from services.casework.lifecycle.pathways.queries import had_assessment, had_more_than_assessment, open_steps
from services.casework.outcomes.thriving_families.actions import resume_review
from services.casework.record.chronology.actions import record_about_case
from services.casework.record.flags.actions import resume_reviews
from services.casework.record.timescales.actions import end_all_of_case
from services.casework.record.timescales.models import Timescale
from services.casework.record.timescales.queries import still_due_in
from shared import audit, outbox
from shared.auth import Actor
from shared.contracts.casework import CaseClosed, CaseReopened
from shared.merged_children import former_ids, surviving_ids
from shared.problems import InvalidBody, Problem

AFTER_ASSESSMENT = ("RC8", "RC9")
"""Reasons for a case that was closed after its assessment, without anything more."""


class CaseNotClosed(Problem):
    status = 409
    code = "case-not-closed"
    title = "This case is open: step it up or down instead"


class FamilyHasOpenCase(Problem):
    status = 409
    code = "family-has-open-case"
    title = "The family has another open case, which goes on: a family has one"


async def close_case(
    session: AsyncSession, actor: Actor, case_id: UUID, sent: NewClosure
) -> tuple[Case, Sequence[Timescale]]:
    """Close a family's case: nobody holds it any more, and nothing of it falls due; returns what lapses with that."""
    case = await find_open_case(session, actor, case_id)
    if steps := await open_steps(session, case.id):
        raise StepsOpen(steps)
    await _require_reason_of_episode(session, case, sent)
    earliest = max(await last_fact_on(session, case.id), case.last_contact_on or date.min)
    past_day("/closed_on", sent.closed_on, earliest, ON_RECORD)
    fields = await event_fields_of(session, case)
    made = await add_step(session, actor, case, CLOSED, sent.closed_on, reason=sent.text, closure=sent.reason)
    await end_allocation_of(session, case, sent.closed_on, "closed")
    lapsed = await still_due_in(session, case.id)
    await end_all_of_case(session, case.id, sent.closed_on)
    await settle(session, [case])
    facts: dict[str, Any] = {"closure": sent.reason, "pathway": fields["pathway"]}
    await record_about_case(session, case, "case_closed", sent.closed_on, about_id=made.id, facts=facts, text=sent.text)
    audit.record(session, actor, "case_close", "case", case.id, **facts)
    await outbox.record(session, CaseClosed(**fields, closure=sent.reason, closed_on=sent.closed_on))
    return await queries.case_as_it_is(session, case.id), lapsed


async def _require_reason_of_episode(session: AsyncSession, case: Case, sent: NewClosure) -> None:
    """Raises that a case was not closed after an assessment alone, where the reason is that it was."""
    if sent.reason not in AFTER_ASSESSMENT:
        return
    if await had_more_than_assessment(session, case.id):
        rule = "RC8 and RC9 are for a case with an assessment and nothing after it: use another reason"
        raise InvalidBody("/reason", "more-than-assessment", rule, census_rule="2990")
    if not sent.text and not await had_assessment(session, case.id):
        rule = "RC8 and RC9 follow an assessment, and none is on record: write in `text` why, or use another reason"
        raise InvalidBody("/text", "missing", rule, census_rule="8825Q")


async def reopen_case(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewReopening) -> Case:
    """Open a closed case again, on the pathway that it had or on one that is a lawful step from it."""
    await one_at_a_time(session)
    case = await find_case(session, actor, case_id, lock=True)
    require_not_joined(case)
    if case.status == "open":
        raise CaseNotClosed
    family_ids = await family_ids_of(session, case)
    answers = await surviving_ids(session, [child.child_id for child in case.children])
    if await other_open_case(session, case.id, family_ids, await former_ids(session, answers.values())):
        raise FamilyHasOpenCase
    before = await last_pathway(session, case.id)
    lawful = rules.lawful_reopenings(before)
    if rules.is_for_the_front_door(before, sent.pathway):
        raise FrontDoorDecides(case, before, lawful)
    if sent.pathway not in lawful:
        raise NotALawfulStep(pathway=before, lawful=lawful)
    past_day("/reopened_on", sent.reopened_on, await last_fact_on(session, case.id), ON_RECORD)
    made = await add_step(session, actor, case, sent.pathway, sent.reopened_on, reason=sent.reason)
    await settle(session, [case])
    for resume in (resume_reviews, resume_clocks, resume_answers, resume_review):
        await resume(session, case)
    facts = {"pathway": sent.pathway}
    await record_about_case(
        session, case, "case_reopened", sent.reopened_on, about_id=made.id, facts=facts, text=sent.reason
    )
    audit.record(session, actor, "case_reopen", "case", case.id, **facts)
    await outbox.record(session, CaseReopened(**await event_fields_of(session, case), reopened_on=sent.reopened_on))
    return await queries.case_as_it_is(session, case.id)
