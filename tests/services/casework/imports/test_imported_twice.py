"""No child has two open episodes (CIN 8815), whichever way the second one comes."""

from uuid import uuid4

from services.casework.imports.files.rules import id_of
from shared import clock
from shared.contracts.casework import CaseReferralJoined
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case
from tests.services.casework.imports.imports_made import a_case_row, faults_of, imported, send
from tests.services.casework.lifecycle.joinings_made import join, merged, unmerged
from tests.services.casework.lifecycle.pathways_made import close


async def test_a_child_of_an_open_case_is_refused_in_the_check_and_in_the_import(casework: ServiceUnderTest) -> None:
    """CIN 8815, within one file and across two."""
    twice = [a_case_row(), a_case_row(case_reference="C2")]
    for kind in ("cases/check", "cases"):
        refused = await send(casework, kind, *twice)
        assert (refused.status_code, refused.json()["census_rule"]) == (422, "8815")
        [error] = refused.json()["errors"]
        assert (error["field"], error["code"]) == ("/rows/3/child_reference", "child-in-open-case")
    await imported(casework, "cases", a_case_row())
    refused = await send(casework, "cases", a_case_row(case_reference="C2"))
    assert (refused.status_code, refused.json()["census_rule"]) == (422, "8815")


async def test_a_child_of_an_open_case_is_named_with_every_other_fault_of_the_file(casework: ServiceUnderTest) -> None:
    """Whoever mends a file sees in one check all that is wrong with it."""
    await imported(casework, "cases", a_case_row(family_reference="F1"))
    rows = [
        a_case_row(case_reference="C2", pathway="holiday"),
        a_case_row(case_reference="C3", family_reference="F1"),
        a_case_row(case_reference="C4", child_reference="K4", nhs_number="9434765919"),
        a_case_row(case_reference="C5", child_reference="K5", nhs_number="9434765919"),
        a_case_row(case_reference="C6", child_reference="K4", nhs_number="9434765919"),
    ]
    for kind in ("cases/check", "cases"):
        refused = await send(casework, kind, *rows)
        assert faults_of(refused) == [
            ("/rows/2/pathway", "literal-error"),
            ("/rows/3/child_reference", "child-in-open-case"),
            ("/rows/3/family_reference", "family-open"),
            ("/rows/5/nhs_number", "twice"),
            ("/rows/6/child_reference", "child-in-open-case"),
        ]
        assert refused.json()["census_rule"] == "1520, 8815"


async def test_a_child_of_an_open_case_under_another_id_is_refused(casework: ServiceUnderTest) -> None:
    await imported(casework, "cases", a_case_row(), a_case_row(case_reference="C2", child_reference="K2"))
    one, other = (id_of("child", reference) for reference in ("K1", "K2"))
    closing = {"closed_on": str(clock.today()), "reason": "RC7"}
    path = f"/cases/{id_of('case', 'C2')}/closure"
    assert (await casework.as_("area_manager").post(path, json=closing)).status_code == 200
    await casework.deliver(merged(other, one))
    again = a_case_row(case_reference="C3", child_reference="K2")
    for kind in ("cases/check", "cases"):
        refused = await send(casework, kind, again)
        assert (refused.status_code, refused.json()["census_rule"]) == (422, "8815")
    await casework.deliver(unmerged(other, one), sequence=2)
    await imported(casework, "cases", again)


async def test_a_family_that_is_open_under_another_id_is_refused(casework: ServiceUnderTest) -> None:
    """A referral of another family joined its first case; under that id the family came again. Or two cases of it were
    joined: either way it is known by both ids."""
    await imported(casework, "cases", a_case_row(family_reference="F1"))
    of_child = [id_of("child", "K1")]
    joined = await a_case(casework, child_ids=of_child)
    assert joined["id"] == str(id_of("case", "C1"))
    decided = (await casework.events(CaseReferralJoined))[0]
    assert isinstance(decided, CaseReferralJoined)
    await close(casework, joined)
    await a_case(casework, family_id=decided.joined_family_id)
    row = a_case_row(case_reference="C2", family_reference="F1", child_reference="K2")
    for kind in ("cases/check", "cases"):
        refused = await send(casework, kind, row)
        assert faults_of(refused) == [("/rows/2/family_reference", "family-open")]
        assert refused.json()["census_rule"] == "8815"


async def test_a_family_whose_case_was_joined_into_another_is_refused(casework: ServiceUnderTest) -> None:
    other = uuid4()
    await imported(casework, "cases", a_case_row(family_reference="F1"))
    case = await a_case(casework, child_ids=[other])
    await casework.deliver(merged(other, id_of("child", "K1")))
    await join(casework, case, {"id": str(id_of("case", "C1"))})
    row = a_case_row(case_reference="C2", family_reference="F1", child_reference="K2")
    assert faults_of(await send(casework, "cases", row)) == [("/rows/2/family_reference", "family-open")]
