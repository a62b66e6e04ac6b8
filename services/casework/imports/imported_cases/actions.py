"""Taking open cases over from an older system."""

from collections.abc import Sequence
from uuid import UUID

from services.casework.allocation.moves.actions import add_move
from services.casework.cases.cases.actions import add_child, new_case
from services.casework.cases.cases.models import Case
from services.casework.cases.holdings.actions import settle
from services.casework.imports.files.actions import Import
from services.casework.imports.files.queries import imported
from services.casework.imports.files.rules import by_key, differing, id_of, repeated
from services.casework.imports.files.schemas import Numbered, read_rows
from services.casework.imports.imported_cases import queries
from services.casework.imports.imported_cases.models import ImportedChild
from services.casework.imports.imported_cases.schemas import CaseRow
from services.casework.lifecycle.pathways.actions import add_first_step
from services.casework.record.chronology.actions import noon, record_entries
from shared import audit, outbox
from shared.contracts.casework import CaseImported, CaseOpened
from shared.places import find_place, tidy_postcode


async def import_cases(work: Import, text: str) -> None:
    rows, work.faults = read_rows(text, CaseRow)
    _compare_rows(work, rows)
    new = await _new_children(work, rows)
    cases = by_key((each.said.case_reference, each) for each in new)
    first = [each[0] for each in cases.values()]
    families = {each.said.family: id_of("family", each.said.family) for each in first}
    taken = await queries.open_families(work.session, list(families.values()))
    for each in first:
        if families[each.said.family] in taken:
            work.fault(
                each.row, "family_reference", "family-open", "This family has an open case; it has one at a time"
            )
    work.refuse_if_faulty()
    work.rows, work.added = len(rows), len(new)
    await _add_cases(work, list(cases.values()))


def _compare_rows(work: Import, rows: Sequence[Numbered[CaseRow]]) -> None:
    """What the rows of one file say against one another."""
    said = [(each.said, each.row) for each in rows]
    for row in repeated(((each.case_reference, each.child_reference), row) for each, row in said):
        work.fault(row, "child_reference", "twice", "An earlier row has this child of this case")
    for row in differing((each.case_reference, each.of_case, row) for each, row in said):
        work.fault(row, "case_reference", "differs", "An earlier row says otherwise of this case or its family")
    for row in differing((each.child_reference, each.of_person, row) for each, row in said):
        work.fault(row, "child_reference", "differs", "An earlier row says otherwise of this child")
    for row in differing((each.family, each.case_reference, row) for each, row in said):
        work.fault(row, "family_reference", "family-open", "An earlier row has another open case of this family")
    for column in ("nhs_number", "upn"):
        numbered = [(getattr(each, column), each.child_reference, row) for each, row in said if getattr(each, column)]
        for row in differing(numbered):
            work.fault(row, column, "twice", "An earlier row has this number for another child")


async def _new_children(work: Import, rows: Sequence[Numbered[CaseRow]]) -> list[Numbered[CaseRow]]:
    """The rows that no earlier file told; a case is told once, with all its children."""
    cases = await imported(work.session, "case", (each.said.case_reference for each in rows))
    children = await imported(work.session, "child", (_child_in_case(each.said) for each in rows))
    people = await imported(work.session, "person", (each.said.child_reference for each in rows))
    new = []
    for each in rows:
        said, known = each.said, cases.get(each.said.case_reference)
        if work.is_known(each.row, children.get(_child_in_case(said)), each.said.digest):
            continue
        if known:
            rule = "An earlier file told this case without this child: a child is added to it here, not by another file"
            work.fault(each.row, "child_reference", "case-imported", rule)
        else:
            work.is_known(each.row, people.get(said.child_reference), said.of_person)
            new.append(each)
    return new


def _child_in_case(said: CaseRow) -> str:
    return f"{len(said.case_reference)} {said.case_reference} {said.child_reference}"


async def _add_cases(work: Import, families: Sequence[Sequence[Numbered[CaseRow]]]) -> None:
    cases = [_case(work, rows[0].said) for rows in families]
    await work.session.flush()
    known = await imported(work.session, "person", (each.said.child_reference for rows in families for each in rows))
    people = set(known)
    for case, rows in zip(cases, families, strict=True):
        said = rows[0].said
        work.remember("case", said.case_reference, said.of_case, case.id)
        _add_opening(work, case, said)
        for each in rows:
            _add_child(work, case, each, is_new=each.said.child_reference not in people)
            people.add(each.said.child_reference)
        audit.record(work.session, work.actor, "case_import", "case", case.id, children=len(rows))
    await settle(work.session, cases)
    children = {case.id: [_child_id(each.said) for each in rows] for case, rows in zip(cases, families, strict=True)}
    await record_entries(
        work.session,
        "case_imported",
        [(case.id, case, case.opened_on, {"pathway": case.pathway}) for case in cases],
        children,
    )
    await outbox.record_all(work.session, [_opened(case, children[case.id]) for case in cases])
    await outbox.record_all(work.session, [_imported(case, children[case.id]) for case in cases])


def _child_id(said: CaseRow) -> UUID:
    return id_of("child", said.child_reference)


def _case(work: Import, said: CaseRow) -> Case:
    return new_case(
        work.session,
        case_id=id_of("case", said.case_reference),
        referral_id=id_of("referral", said.case_reference),
        family_id=id_of("family", said.family),
        old_reference=said.case_reference,
        pathway=said.pathway,
        opened_on=said.opened_on,
        opened_at=noon(said.opened_on),
    )


def _add_opening(work: Import, case: Case, said: CaseRow) -> None:
    place = find_place(said.postcode) if said.postcode else None
    area = said.area or (place and place.area)
    add_first_step(work.session, work.actor, case, said.pathway, said.opened_on)
    add_move(work.session, work.actor, case, area.value if area else None, said.opened_on)


def _add_child(work: Import, case: Case, each: Numbered[CaseRow], *, is_new: bool) -> None:
    said, child_id = each.said, _child_id(each.said)
    add_child(
        work.session,
        case,
        said.joined_on or said.opened_on,
        child_id=child_id,
        given_name=said.given_name,
        family_name=said.family_name,
        date_of_birth=said.date_of_birth,
        expected_date_of_birth=said.expected_date_of_birth,
        additional_needs=said.additional_needs,
    )
    address = {
        "lines": [said.address] if said.address else [],
        "postcode": tidy_postcode(said.postcode) if said.postcode else None,
    }
    numbers = {"sex": said.sex, "nhs_number": said.nhs_number, "upn": said.upn}
    work.session.add(ImportedChild(case_id=case.id, child_id=child_id, address=address, **numbers))
    work.remember("child", _child_in_case(said), each.said.digest, child_id)
    if is_new:
        work.remember("person", said.child_reference, said.of_person, child_id)


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
