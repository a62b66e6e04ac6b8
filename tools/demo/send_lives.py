"""What key workers write down about the families that they hold: contacts, actions and flags."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from shared import clock
from tools.demo import life_words as words
from tools.demo.changes import Changes
from tools.demo.county import Referral
from tools.demo.lives import Action, Contact, Flag, Life, make_life
from tools.demo.run import Run, all_of
from tools.demo.send_casework import CASES, Cases, Ids, person_of
from tools.demo.suite_client import Person
from tools.demo.teams import Worker

PATHS = {"visit": "visits", "call": "calls", "meeting": "meetings", "note": "notes", "supervision": "supervisions"}
ALONE_FROM_YEARS = 4


@dataclass(frozen=True)
class _Family:
    """A family whose life is to be recorded, and by whom."""

    referral: Referral
    life: Life
    case: dict[str, Any]
    worker_id: str
    by: Person
    supervisor: Person


async def send_lives(run: Run, ids: Ids, cases: Cases, changes: Changes) -> None:
    """Each family's contacts oldest first: where the last one is on record, everything before it is."""
    families = list(_families(run, ids, cases, changes))
    to_send = [each for each in families if (each.case["last_contact_on"] or "") < str(each.life.last_contact_on)]
    run.found["families visited"] += len(families) - len(to_send)
    run.progress.begin("families visited", len(to_send))

    async def send(family: _Family) -> None:
        whole = await run.suite.get(f"{CASES}/{family.case['id']}", family.by)
        for number, action in enumerate(family.life.actions):
            await _agree(run, family, action, f"action-{number}")
        if family.life.flag:
            await _flag(run, family, family.life.flag)
        for number, contact in enumerate(family.life.contacts):
            await _record(run, family, contact, whole["children"], f"contact-{number}")
        run.made["families visited"] += 1
        run.progress.step()

    await all_of(send, to_send)


def _families(run: Run, ids: Ids, cases: Cases, changes: Changes) -> Iterable[_Family]:
    workers = {worker_id: worker for worker, worker_id in ids.items()}
    for referral in run.county.referrals:
        case = cases.get(referral.key)
        if not referral.is_accepted or case is None or case["key_worker"] is None:
            continue
        worker = workers.get(case["key_worker"]["id"])
        life = make_life(run.county, referral, changes.held_until(referral.key, run.county.today))
        if worker and life:
            supervisor = person_of(supervisor_of(ids, worker))
            yield _Family(referral, life, case, ids[worker], person_of(worker), supervisor)


def supervisor_of(ids: Ids, worker: Worker) -> Worker:
    place = (worker.area, worker.team)
    return next(each for each in ids if each.role == "practice_supervisor" and (each.area, each.team) == place)


async def _record(run: Run, family: _Family, contact: Contact, children: list[dict[str, Any]], name: str) -> None:
    body: dict[str, Any] = {"happened_at": contact.at.isoformat(), "text": contact.text}
    for field in ("purpose", "place", "with_family"):
        if (value := getattr(contact, field)) is not None:
            body[field] = value
    if contact.no_reply:
        body["no_reply"] = True
    elif contact.kind == "visit":
        body["children"] = seen_or_not(
            Random(f"{run.county.seed}/{family.referral.key}/{name}"), children, contact.at.date(), contact.text
        )
    by = family.supervisor if contact.kind == "supervision" else family.by
    path = f"{CASES}/{family.case['id']}/{PATHS[contact.kind]}"
    await run.suite.post(path, by, body, run.key(family.referral.key, name))
    run.made["contacts"] += 1


def seen_or_not(random: Random, children: list[dict[str, Any]], day: date, text: str) -> list[dict[str, Any]]:
    """The children that are born: the eldest, whom the text is about, is seen, as are most of the others."""
    seen_of_each: list[dict[str, Any]] = []
    for child in sorted(children, key=lambda each: str(each["date_of_birth"])):
        born = child["date_of_birth"] and date.fromisoformat(child["date_of_birth"])
        if not born or born > day:
            continue
        seen = not seen_of_each or random.random() < 0.8
        alone = "alone" in text if not seen_of_each else seen and random.random() < 0.4
        alone &= (day - born).days > ALONE_FROM_YEARS * 365
        why_not = {} if seen else {"not_seen_reason": random.choice(words.NOT_SEEN)}
        seen_of_each.append({"child_id": child["child_id"], "seen": seen, "seen_alone": alone, **why_not})
    return seen_of_each


async def _agree(run: Run, family: _Family, action: Action, name: str) -> None:
    body: dict[str, Any] = {"what": action.what, "agreed_on": str(action.agreed_on), "due_on": str(action.due_on)}
    body |= {"owner": action.owner} if action.owner else {"owner_worker_id": family.worker_id}
    key = run.key(family.referral.key, name)
    agreed = await run.suite.post(f"{CASES}/{family.case['id']}/actions", family.by, body, key)
    run.made["actions"] += 1
    if action.done_on and agreed["status"] in ("due", "overdue"):
        done = {"done_on": str(action.done_on), "reason_late": action.reason_late}
        path = f"/casework/v1/actions/{agreed['id']}/completion"
        await run.suite.post(path, family.by, done, f"{key}/done")


async def _flag(run: Run, family: _Family, flag: Flag) -> None:
    if flag.review_on <= clock.today():
        return
    body = {"kind": flag.kind, "text": flag.words, "set_on": str(flag.set_on), "review_on": str(flag.review_on)}
    key = run.key(family.referral.key, "flag")
    await run.suite.post(f"{CASES}/{family.case['id']}/flags", family.by, body, key)
    run.made["flags"] += 1
