"""Taking over what goes on under the law: protection plans, assessments and section 47 enquiries."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from services.casework.cases.cases.actions import day_of_step, require_open, those_under_18
from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import children_chosen
from services.casework.imports.files.actions import Import
from services.casework.imports.files.queries import imported
from services.casework.imports.files.rules import by_key, differing, repeated
from services.casework.imports.files.schemas import Numbered, read_rows
from services.casework.imports.imported_allocations.queries import lock_cases
from services.casework.imports.imported_protection.schemas import AssessmentRow, EnquiryRow, PlanRow, StepRow
from services.casework.lifecycle.pathways.actions import require_past_front_door
from services.casework.protection.assessments.actions import begin_assessment
from services.casework.protection.assessments.models import StatutoryAssessment
from services.casework.protection.enquiries.actions import add_enquiry, write_outcome
from services.casework.protection.enquiries.models import Enquiry
from services.casework.protection.protection_plans.actions import begin_plan_from_elsewhere
from services.casework.protection.protection_plans.models import ProtectionPlan
from services.casework.protection.protection_plans.schemas import PlanFromElsewhere
from services.casework.workforce.workers.queries import lock_workers
from shared.problems import FieldProblem, Problem

R = TypeVar("R", bound=StepRow)


@dataclass(frozen=True)
class _Kind(Generic[R]):
    """A kind of what goes on under the law, and how it begins here for children of a case that is locked."""

    name: str
    row: type[R]
    old_reference: InstrumentedAttribute[str | None]
    begin: Callable[[Import, Case, R, list[UUID]], Awaitable[UUID]]


@dataclass(frozen=True)
class _Of(Generic[R]):
    """A new row with its number, and the case and the child that it names."""

    number: int
    row: R
    case: Case
    child_id: UUID


async def import_protection_plans(work: Import, text: str) -> None:
    await _import(work, text, _Kind("plan", PlanRow, ProtectionPlan.old_reference, _begin_plan))


async def import_assessments(work: Import, text: str) -> None:
    await _import(work, text, _Kind("assessment", AssessmentRow, StatutoryAssessment.old_reference, _begin_assessment))


async def import_section_47_enquiries(work: Import, text: str) -> None:
    await _import(work, text, _Kind("enquiry", EnquiryRow, Enquiry.old_reference, _begin_enquiry))


async def _import(work: Import, text: str, kind: _Kind[R]) -> None:
    rows, work.faults = read_rows(text, kind.row)
    for number in repeated((each.row.key, each.number) for each in rows):
        work.fault(number, "child_reference", "twice", "An earlier row has this child under this reference")
    for number in differing((each.row.old_reference, each.row.of_step, each.number) for each in rows):
        work.fault(number, "old_reference", "differs", "An earlier row with this reference differs from this one")
    new = await _new_rows(work, kind, rows)
    found = await _find(work, new)
    if not work.faults:
        for together in by_key((each.row.old_reference, each) for each in found).values():
            await _begin(work, kind, together)
    work.refuse_if_faulty()
    work.rows, work.added = len(rows), len(new)


async def _new_rows(work: Import, kind: _Kind[R], rows: Sequence[Numbered[R]]) -> list[Numbered[R]]:
    """The rows that no earlier file had; a thing comes once, with all its children."""
    known = await imported(work.session, kind.name, (each.row.key for each in rows))
    new = [each for each in rows if not work.is_known(each.number, known.get(each.row.key), each.row.digest)]
    among_new = kind.old_reference.in_({each.row.old_reference for each in new})
    there = set(await work.session.scalars(select(kind.old_reference).where(among_new)))
    for each in new:
        if each.row.old_reference in there:
            rule = "An earlier file had this without this child: it comes once, with all its children"
            work.fault(each.number, "old_reference", "imported", rule)
    return new


async def _find(work: Import, rows: Sequence[Numbered[R]]) -> list[_Of[R]]:
    """The rows with what they name, locked: cases first, then those who hold them."""
    cases = await imported(work.session, "case", (each.row.case_reference for each in rows))
    children = await imported(work.session, "child", (each.row.child_key for each in rows))
    locked = await lock_cases(work.session, (row.about_id for row in cases.values()))
    await lock_workers(work.session, {case.key_worker_id for case in locked.values() if case.key_worker_id})
    found = []
    for each in rows:
        case, child = cases.get(each.row.case_reference), children.get(each.row.child_key)
        if case is None:
            work.fault(each.number, "case_reference", "unknown", "No file had this case: import the cases first")
        elif child is None:
            work.fault(each.number, "child_reference", "unknown", "No file had this child in this case")
        else:
            found.append(_Of(each.number, each.row, locked[case.about_id], child.about_id))
    return found


async def _begin(work: Import, kind: _Kind[R], together: Sequence[_Of[R]]) -> None:
    """Begin one thing, of as many children as it has rows; what the record refuses is a fault of its rows."""
    row, case = together[0].row, together[0].case
    try:
        require_open(case)
        about_id = await kind.begin(work, case, row, [each.child_id for each in together])
    except Problem as refused:
        _refuse(work, together, refused)
        return
    for each in together:
        work.remember(kind.name, each.row.key, each.row.digest, about_id)


def _refuse(work: Import, together: Sequence[_Of[R]], refused: Problem) -> None:
    if rule := refused.facts.get("census_rule"):
        work.census_rules.add(rule)
    for each, error in _faults_of(together, refused):
        column = error.field.lstrip("/")
        known = column if column in type(each.row).model_fields else "child_reference"
        work.fault(each.number, known, error.code, error.message)


def _faults_of(together: Sequence[_Of[R]], refused: Problem) -> Iterator[tuple[_Of[R], FieldProblem]]:
    """For each row what is refused; what concerns one child of several is a fault of its row alone."""
    whole = FieldProblem(field="/case_reference", code=refused.code, message=refused.title)
    for error in refused.errors or [whole]:
        of_child = error.field.removeprefix("/children/")
        if of_child.isdecimal():
            yield together[int(of_child)], error
        else:
            yield from ((each, error) for each in together)


async def _begin_plan(work: Import, case: Case, row: PlanRow, child_ids: list[UUID]) -> UUID:
    names = set(PlanFromElsewhere.model_fields) & set(PlanRow.model_fields)
    sent = PlanFromElsewhere(child_id=child_ids[0], **row.model_dump(include=names))
    return (await begin_plan_from_elsewhere(work.session, work.actor, case, sent, row.old_reference)).id


async def _begin_assessment(work: Import, case: Case, row: AssessmentRow, child_ids: list[UUID]) -> UUID:
    made = await begin_assessment(
        work.session,
        work.actor,
        case,
        child_ids,
        row.started_on,
        counts_from=row.referred_on,
        old_reference=row.old_reference,
    )
    return made.id


async def _begin_enquiry(work: Import, case: Case, row: EnquiryRow, child_ids: list[UUID]) -> UUID:
    require_past_front_door(case)
    children = await children_chosen(work.session, case, child_ids)
    those_under_18(children, row.started_on, named=True)
    started_on = await day_of_step(work.session, case, children, "/started_on", row.started_on, census_rule="2889")
    made = await add_enquiry(
        work.session,
        work.actor,
        case,
        [child.child_id for child in children],
        row.kind,
        started_on,
        row.discussed_on,
        old_reference=row.old_reference,
    )
    if row.conference_decided_on:
        write_outcome(made, work.actor, row.conference_decided_on, "conference", None)
    return made.id
