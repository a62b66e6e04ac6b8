"""Taking open cases over from an older system."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from services.casework.allocation.moves.actions import add_first_moves
from services.casework.cases.cases.actions import add_children, new_case, one_at_a_time
from services.casework.cases.cases.models import Case
from services.casework.cases.holdings.actions import settle
from services.casework.imports.files.actions import Import
from services.casework.imports.files.queries import imported
from services.casework.imports.files.rules import by_key, differing, id_of, repeated
from services.casework.imports.files.schemas import Numbered, RowCaution, read_rows
from services.casework.imports.imported_cases import queries
from services.casework.imports.imported_cases.models import ImportedChild
from services.casework.imports.imported_cases.rules import OLDEST_WITHOUT_NEEDS, is_past_age_without_needs
from services.casework.imports.imported_cases.schemas import CaseRow
from services.casework.lifecycle.pathways.actions import add_first_steps
from services.casework.record.chronology.actions import noon, record_entries
from shared import audit, clock, outbox
from shared.contracts.casework import CaseImported, CaseOpened
from shared.merged_children import surviving_ids
from shared.places import find_place, tidy_postcode
from shared.problems import json_pointer

IN_OPEN_CASE = "This child is in another open case, and is in one at a time: leave the row out or close that case"


async def import_cases(work: Import, text: str) -> None:
    rows, work.faults = read_rows(text, CaseRow)
    _compare_rows(work, rows)
    await one_at_a_time(work.session)
    new = await _new_children(work, rows)
    cases = by_key((each.row.case_reference, each) for each in new)
    await _compare_with_open_families(work, [each[0] for each in cases.values()])
    await _compare_with_open_cases(work, new)
    work.refuse_if_faulty()
    work.rows, work.added, work.cautions = len(rows), len(new), list(_cautions_on(rows))
    await _add_cases(work, list(cases.values()))


def _cautions_on(rows: Sequence[Numbered[CaseRow]]) -> Iterator[RowCaution]:
    """From 20 to 25 the service is for those with additional needs: remarked on and not refused."""
    message = f"Past {OLDEST_WITHOUT_NEEDS} the service is for those with additional needs, and none are recorded"
    for each in rows:
        if is_past_age_without_needs(each.row.date_of_birth, each.row.additional_needs, clock.today()):
            field = json_pointer(["rows", each.number, "additional_needs"])
            yield RowCaution(field=field, code="past_age_without_additional_needs", message=message)


def _compare_rows(work: Import, rows: Sequence[Numbered[CaseRow]]) -> None:
    """Where rows of one file contradict one another."""
    pairs = [(each.row, each.number) for each in rows]
    for number in repeated(((row.case_reference, row.child_reference), number) for row, number in pairs):
        work.fault(number, "child_reference", "twice", "An earlier row has this child of this case")
    for number in differing((row.case_reference, row.of_case, number) for row, number in pairs):
        work.fault(number, "case_reference", "differs", "An earlier row differs about this case or its family")
    for number in differing((row.child_reference, row.of_person, number) for row, number in pairs):
        work.fault(number, "child_reference", "differs", "An earlier row differs about this child")
    for number in differing((row.family, row.case_reference, number) for row, number in pairs):
        work.fault(number, "family_reference", "family-open", "An earlier row has another open case of this family")
    for row, number in pairs:
        if row.expected_date_of_birth and row.sex != "U":
            work.fault(number, "sex", "unborn", "The sex of a child who is not born yet is U")
            work.census_rules.add("8750")
    for column in ("nhs_number", "upn"):
        having = [(getattr(row, column), row.child_reference, number) for row, number in pairs if getattr(row, column)]
        for number in differing(having):
            work.fault(number, column, "twice", "An earlier row has this number for another child")
            work.census_rules.add("1520")


async def _compare_with_open_families(work: Import, first: Sequence[Numbered[CaseRow]]) -> None:
    """`first` has one row of each case, which is of one family."""
    families = {each.row.family: id_of("family", each.row.family) for each in first}
    taken = await queries.open_families(work.session, list(families.values()))
    for each in first:
        if families[each.row.family] in taken:
            rule = "This family has an open case, perhaps under another reference; it has one at a time"
            work.fault(each.number, "family_reference", "family-open", rule)
            work.census_rules.add("8815")


async def _compare_with_open_cases(work: Import, new: Sequence[Numbered[CaseRow]]) -> None:
    """A child is in one open case (CIN 8815), here or in this file, under whichever of its ids."""
    answers = await surviving_ids(work.session, [_child_id(each.row) for each in new])
    taken = await queries.children_of_open_cases(work.session, answers)
    first: dict[UUID, str] = {}
    for each in new:
        child_id = answers[_child_id(each.row)]
        if child_id in taken or first.setdefault(child_id, each.row.case_reference) != each.row.case_reference:
            work.fault(each.number, "child_reference", "child-in-open-case", IN_OPEN_CASE)
            work.census_rules.add("8815")


async def _new_children(work: Import, rows: Sequence[Numbered[CaseRow]]) -> list[Numbered[CaseRow]]:
    """The rows that no earlier file had; a case comes once, with all its children."""
    cases = await imported(work.session, "case", (each.row.case_reference for each in rows))
    children = await imported(work.session, "child", (each.row.key for each in rows))
    people = await imported(work.session, "person", (each.row.child_reference for each in rows))
    new = []
    for each in rows:
        row, known = each.row, cases.get(each.row.case_reference)
        if work.is_known(each.number, children.get(row.key), each.row.digest):
            continue
        if known:
            rule = "An earlier file had this case without this child: a child is added to it here, not by another file"
            work.fault(each.number, "child_reference", "case-imported", rule)
        else:
            work.is_known(each.number, people.get(row.child_reference), row.of_person)
            new.append(each)
    return new


async def _add_cases(work: Import, families: Sequence[Sequence[Numbered[CaseRow]]]) -> None:
    if not families:
        return
    cases = [_case(work, rows[0].row) for rows in families]
    await work.session.flush()  # What follows names the cases by their keys alone.
    in_case = [(case, each) for case, rows in zip(cases, families, strict=True) for each in rows]
    await _add_children(work, in_case)
    await add_first_steps(work.session, work.actor, cases)
    lives_in = [(case, _area(rows[0].row)) for case, rows in zip(cases, families, strict=True)]
    await add_first_moves(work.session, work.actor, lives_in)
    await settle(work.session, cases)
    children = by_key((case.id, _child_id(each.row)) for case, each in in_case)
    facts = [(case_id, {"children": len(child_ids)}) for case_id, child_ids in children.items()]
    await audit.record_all(work.session, work.actor, "case_import", "case", facts)
    entries = [(case.id, case, case.opened_on, {"pathway": case.pathway}) for case in cases]
    await record_entries(work.session, "case_imported", entries, children)
    await outbox.record_all(work.session, [_opened(case, children[case.id]) for case in cases])
    await outbox.record_all(work.session, [_imported(case, children[case.id]) for case in cases])


async def _add_children(work: Import, in_case: Sequence[tuple[Case, Numbered[CaseRow]]]) -> None:
    await add_children(work.session, [_child(case, each.row) for case, each in in_case])
    people = [_person(case, each.row) for case, each in in_case]
    await work.session.execute(insert(ImportedChild).execution_options(render_nulls=True), people)
    known = set(await imported(work.session, "person", (each.row.child_reference for _, each in in_case)))
    for _, each in in_case:
        row, child_id = each.row, _child_id(each.row)
        work.remember("child", row.key, row.digest, child_id)
        if row.child_reference not in known:
            work.remember("person", row.child_reference, row.of_person, child_id)
            known.add(row.child_reference)


def _child_id(row: CaseRow) -> UUID:
    return id_of("child", row.child_reference)


def _case(work: Import, row: CaseRow) -> Case:
    case_id = id_of("case", row.case_reference)
    work.remember("case", row.case_reference, row.of_case, case_id)
    return new_case(
        work.session,
        case_id=case_id,
        referral_id=id_of("referral", row.case_reference),
        family_id=id_of("family", row.family),
        old_reference=row.case_reference,
        pathway=row.pathway,
        opened_on=row.opened_on,
        opened_at=noon(row.opened_on),
    )


def _area(row: CaseRow) -> str | None:
    place = find_place(row.postcode) if row.postcode else None
    area = row.area or (place and place.area)
    return area.value if area else None


def _child(case: Case, row: CaseRow) -> dict[str, Any]:
    who = {"given_name", "family_name", "date_of_birth", "expected_date_of_birth", "additional_needs"}
    joining = {"case_id": case.id, "child_id": _child_id(row), "joined_on": row.joined_on or row.opened_on}
    return {**joining, **row.model_dump(include=who)}


def _person(case: Case, row: CaseRow) -> dict[str, Any]:
    address = {
        "lines": [row.address] if row.address else [],
        "postcode": tidy_postcode(row.postcode) if row.postcode else None,
    }
    numbers = row.model_dump(include={"sex", "nhs_number", "upn"})
    return {"case_id": case.id, "child_id": _child_id(row), "address": address, **numbers}


def _opened(case: Case, child_ids: list[UUID]) -> CaseOpened:
    return CaseOpened(
        case_id=case.id,
        referral_id=case.referral_id,
        family_id=case.family_id,
        child_ids=child_ids,
        pathway=case.pathway,
        area=case.area,
        opened_on=case.opened_on,
    )


def _imported(case: Case, child_ids: list[UUID]) -> CaseImported:
    return CaseImported(
        case_id=case.id,
        family_id=case.family_id,
        child_ids=child_ids,
        pathway=case.pathway,
        area=case.area,
        opened_on=case.opened_on,
    )
