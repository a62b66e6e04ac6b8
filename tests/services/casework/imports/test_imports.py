"""Workers, open cases and allocations taken over from an older system, on SQLite and on PostgreSQL."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select

from services.casework.allocation.allocations.models import Allocation
from services.casework.cases.cases.models import Case, CaseChild
from services.casework.imports.files.models import ImportedRow
from services.casework.imports.files.rules import id_of
from services.casework.workforce.workers.models import Worker
from shared import clock
from shared.audit import AuditRow
from shared.contracts.casework import CaseAllocated, CaseImported, CaseloadCeilingExceeded, CaseOpened
from shared.contracts.event import Envelope
from shared.web import LARGEST_FILE
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_worker
from tests.services.casework.imports.imports_made import (
    CSV,
    a_case_row,
    a_file,
    a_worker_row,
    an_allocation_row,
    faults_of,
    imported,
    send,
)


async def _counts(casework: ServiceUnderTest) -> list[int]:
    return [await casework.count(table) for table in (Worker, Case, CaseChild, Allocation, ImportedRow)]


async def _case(casework: ServiceUnderTest, reference: str = "C1") -> dict[str, Any]:
    answer = await casework.as_("area_manager").get(f"/cases/{id_of('case', reference)}")
    assert answer.status_code == 200, answer.text
    case: dict[str, Any] = answer.json()
    return case


async def _caseloads(casework: ServiceUnderTest, **query: str) -> dict[str, Any]:
    answer = await casework.as_("area_manager").get("/caseloads", params=query)
    found: dict[str, Any] = answer.json()
    return found


async def test_an_old_system_is_taken_over_with_its_history(casework: ServiceUnderTest) -> None:
    former = a_worker_row(old_reference="W0", name="Ottoline Before", left_on="2025-06-30")
    workers = await imported(casework, "workers", former, a_worker_row(subject="rosalind"))
    assert workers == {"kind": "workers", "rows": 2, "added": 2, "already_there": 0, "warnings": [], "cautions": []}
    cases = await imported(
        casework,
        "cases",
        a_case_row(nhs_number="943 476 5919", upn="B801200005001", sex="M", additional_needs="yes"),
        a_case_row(child_reference="K2", given_name="Araminta", joined_on="2025-09-01"),
        a_case_row(case_reference="C2", child_reference="K3", area="north", pathway="early_help"),
    )
    assert (cases["rows"], cases["added"]) == (3, 3)
    handed_over = an_allocation_row(worker_reference="W0", ended_on="2025-06-30")
    done = await imported(casework, "allocations", handed_over, an_allocation_row(starts_on="2025-06-30"))
    assert (done["added"], done["warnings"]) == (2, [])

    case = await _case(casework)
    assert (case["opened_on"], case["area"], case["pathway"]) == ("2025-02-03", "south", "child_in_need")
    assert (case["key_worker"]["name"], case["team"], case["child_count"]) == ("Rosalind Achebe", "South 1", 2)
    assert (await casework.as_("social_worker", sub="rosalind").get(f"/cases/{case['id']}")).status_code == 200
    summary = (await _caseloads(casework))["summary"]
    assert (summary["workers"], summary["children"], summary["families"], summary["unallocated"]) == (1, 2, 1, 0)
    for as_at, holder, children in (
        ("2025-02-02", None, 0),
        ("2025-03-01", "Ottoline Before", 1),
        ("2025-06-29", "Ottoline Before", 1),
        ("2025-06-30", "Rosalind Achebe", 1),
        ("2025-09-01", "Rosalind Achebe", 2),
    ):
        held = [each for each in (await _caseloads(casework, as_at=as_at))["items"] if each["children"]]
        assert [(each["name"], each["children"]) for each in held] == ([(holder, children)] if holder else []), as_at
    opened, [allocated] = await casework.events(CaseOpened), await casework.events(CaseAllocated)
    assert [str(event.opened_on) for event in opened if isinstance(event, CaseOpened)] == ["2025-02-03"] * 2
    assert isinstance(allocated, CaseAllocated)
    assert (str(allocated.starts_on), allocated.children) == ("2025-06-30", 2)
    envelopes = [Envelope.model_validate_json(body) for body in await casework.envelopes()]
    numbers = [(each.type.split(".")[2], each.sequence) for each in envelopes if each.subject == case["id"]]
    assert numbers == [("opened", 1), ("imported", 2), ("allocated", 3)]
    assert len(envelopes) == 5


async def test_the_story_of_an_imported_family_begins_when_it_was_opened(casework: ServiceUnderTest) -> None:
    await imported(casework, "workers", a_worker_row())
    await imported(casework, "cases", a_case_row())
    await imported(casework, "allocations", an_allocation_row(starts_on="2025-03-01"))
    case = await _case(casework)
    entries = (await casework.as_("area_manager").get(f"/families/{case['family_id']}/chronology")).json()["items"]
    assert [(entry["kind"], entry["at"][:10]) for entry in entries] == [
        ("case_allocated", "2025-03-01"),
        ("case_imported", "2025-02-03"),
    ]
    async with casework.database.read() as session:
        rows = select(AuditRow).where(AuditRow.subject == "ada").order_by(AuditRow.id)
        done = [(row.action, row.entity_id) for row in await session.scalars(rows)]
    assert ("case_import", case["id"]) in done
    assert ("file_import", "cases") in done


async def test_the_same_file_again_changes_nothing(casework: ServiceUnderTest) -> None:
    files = [("workers", [a_worker_row()]), ("cases", [a_case_row()]), ("allocations", [an_allocation_row()])]
    for kind, rows in files:
        await imported(casework, kind, *rows)
    before, events = await _counts(casework), await casework.envelopes()
    for kind, rows in files:
        again = await imported(casework, kind, *rows)
        assert (again["rows"], again["added"], again["already_there"]) == (1, 0, 1)
    assert (await _counts(casework), await casework.envelopes()) == (before, events)
    more = await imported(casework, "cases", a_case_row(), a_case_row(case_reference="C2", child_reference="K2"))
    assert (more["added"], more["already_there"]) == (1, 1)


async def test_what_changed_here_since_is_left_alone_by_the_same_file(casework: ServiceUnderTest) -> None:
    await imported(casework, "workers", a_worker_row())
    worker_id = id_of("worker", "W1")
    client = casework.as_("administrator")
    read = await client.get(f"/workers/{worker_id}")
    details = {name: read.json()[name] for name in ("name", "role", "area", "team", "registration_number", "subject")}
    changed = {**details, "fte": 0.5}
    answer = await client.put(f"/workers/{worker_id}", json=changed, headers={"If-Match": read.headers["ETag"]})
    assert answer.status_code == 200, answer.text
    assert (await imported(casework, "workers", a_worker_row()))["already_there"] == 1
    assert (await client.get(f"/workers/{worker_id}")).json()["fte"] == 0.5


async def test_a_file_that_differs_from_an_earlier_one_is_refused(casework: ServiceUnderTest) -> None:
    await imported(casework, "workers", a_worker_row(), a_worker_row(old_reference="W2"))
    await imported(casework, "cases", a_case_row())
    await imported(casework, "allocations", an_allocation_row())
    before = await _counts(casework)
    new = a_worker_row(old_reference="W9")
    assert faults_of(await send(casework, "workers", new, a_worker_row(fte="0.5"))) == [("/rows/3", "differs")]
    assert faults_of(await send(casework, "cases", a_case_row(pathway="court"))) == [("/rows/2", "differs")]
    added = await send(casework, "cases", a_case_row(), a_case_row(child_reference="K2"))
    assert faults_of(added) == [("/rows/3/child_reference", "case-imported")]
    another = a_case_row(case_reference="C2", given_name="Somebody", family_name="Else")
    assert faults_of(await send(casework, "cases", another)) == [
        ("/rows/2", "differs"),
        ("/rows/2/child_reference", "child-in-open-case"),
    ]
    assert faults_of(await send(casework, "allocations", an_allocation_row(worker_reference="W2"))) == [
        ("/rows/2", "differs")
    ]
    assert await _counts(casework) == before


async def test_a_check_returns_what_would_be_done_and_does_nothing(casework: ServiceUnderTest) -> None:
    key = {**CSV, "Idempotency-Key": "monday"}
    client = casework.as_("administrator")
    before = await _counts(casework)
    checked = await client.post("/imports/workers/check", content=a_file([a_worker_row()]), headers=key)
    assert (checked.status_code, checked.json()["added"]) == (200, 1)
    assert (await _counts(casework), await casework.envelopes()) == (before, [])
    refused = await send(casework, "workers", a_worker_row(area="west"), check=True)
    assert faults_of(refused) == [("/rows/2/area", "enum")]
    done = await client.post("/imports/workers", content=a_file([a_worker_row()]), headers=key)
    assert (done.status_code, done.json()["added"]) == (201, 1)
    again = await client.post("/imports/workers", content=a_file([a_worker_row()]), headers=key)
    assert (again.headers["Idempotency-Replayed"], again.json()) == ("true", done.json())
    assert await casework.count(Worker) == 1


@pytest.mark.parametrize("kind", ["cases", "workers"])
async def test_of_two_imports_of_one_file_at_one_moment_one_adds_and_the_others_find(
    casework: ServiceUnderTest, kind: str
) -> None:
    rows = [a_worker_row()] if kind == "workers" else [a_case_row(), a_case_row(child_reference="K2")]
    answers = await asyncio.gather(*(send(casework, kind, *rows) for _ in range(4)))
    assert [answer.status_code for answer in answers] == [201] * 4
    assert sorted(answer.json()["added"] for answer in answers) == [0, 0, 0, len(rows)]


async def test_two_files_with_one_family_at_one_moment_open_one_case(casework: ServiceUnderTest) -> None:
    rows = [a_case_row(case_reference=f"C{n}", child_reference=f"K{n}", family_reference="F") for n in range(3)]
    answers = await asyncio.gather(*(send(casework, "cases", row) for row in rows))
    assert sorted(answer.status_code for answer in answers) == [201, 422, 422]
    assert await casework.count(Case) == 1


async def test_every_bad_row_is_named_and_nothing_is_imported(casework: ServiceUnderTest) -> None:
    today, tomorrow = clock.today().isoformat(), (clock.today() + timedelta(days=1)).isoformat()
    rows = [
        a_case_row(),
        a_case_row(case_reference="C2", child_reference="K2", date_of_birth="04/05/2016"),
        a_case_row(case_reference="C3", child_reference="K3", nhs_number="9434765918"),
        a_case_row(case_reference="C4", child_reference="K4", upn="A801200005001", pathway="holiday"),
        a_case_row(case_reference="C5", child_reference="K5", opened_on=tomorrow),
        a_case_row(case_reference="C6", child_reference="K6", joined_on="2025-02-02"),
        a_case_row(case_reference="C7", child_reference="K7", date_of_birth=tomorrow, opened_on=today),
        a_case_row(case_reference="C8", child_reference="K8", date_of_birth=""),
        a_case_row(case_reference="C9", child_reference="", given_name=" "),
        a_case_row(case_reference="C10", child_reference="K10", opened_on="1991-10-13"),
        a_case_row(case_reference="C11", child_reference="K11", additional_needs="perhaps"),
    ]
    answer = await send(casework, "cases", *rows)
    assert faults_of(answer) == [
        ("/rows/3/date_of_birth", "iso-8601"),
        ("/rows/4/nhs_number", "nhs-number"),
        ("/rows/5/pathway", "literal-error"),
        ("/rows/5/upn", "upn"),
        ("/rows/6/opened_on", "in-the-future"),
        ("/rows/7/joined_on", "out-of-order"),
        ("/rows/8/date_of_birth", "in-the-future"),
        ("/rows/9/date_of_birth", "one-of-two"),
        ("/rows/10/child_reference", "missing"),
        ("/rows/10/given_name", "missing"),
        ("/rows/11/opened_on", "too-long-ago"),
        ("/rows/12/additional_needs", "bool-parsing"),
    ]
    assert (answer.json()["code"], answer.json()["bad_rows"], answer.json()["faults"]) == ("file-refused", 10, 12)
    for untold in ("Quillfeather", "04/05/2016", "9434765918", "A8012", "holiday", "perhaps"):
        assert untold not in answer.text
    assert await _counts(casework) == [0] * 5
    assert await casework.envelopes() == []


async def test_rows_of_one_file_must_not_contradict_each_other(casework: ServiceUnderTest) -> None:
    number = {"nhs_number": "9434765919"}
    rows = [
        a_case_row(**number),
        a_case_row(),
        a_case_row(child_reference="K2", pathway="court"),
        a_case_row(case_reference="C2", family_reference="F", child_reference="K3", nhs_number="943-476-5919"),
        a_case_row(case_reference="C3", family_reference="F", child_reference="K4"),
        a_case_row(case_reference="C4", given_name="Somebody", **number),
    ]
    refused = await send(casework, "cases", *rows)
    assert refused.json()["census_rule"] == "1520, 8815"
    assert faults_of(refused) == [
        ("/rows/3/child_reference", "twice"),
        ("/rows/3/child_reference", "differs"),
        ("/rows/4/case_reference", "differs"),
        ("/rows/5/nhs_number", "twice"),
        ("/rows/6/family_reference", "family-open"),
        ("/rows/7/child_reference", "differs"),
        ("/rows/7/child_reference", "child-in-open-case"),
    ]
    workers = [a_worker_row(subject="s"), a_worker_row(), a_worker_row(old_reference="W2", subject="s")]
    refused = await send(casework, "workers", *workers)
    assert "census_rule" not in refused.json()
    assert faults_of(refused) == [
        ("/rows/3/old_reference", "twice"),
        ("/rows/4/subject", "twice"),
    ]


async def test_a_worker_of_the_file_who_is_here_already_is_not_doubled(casework: ServiceUnderTest) -> None:
    here = await a_worker(casework, subject="rosalind")
    assert faults_of(await send(casework, "workers", a_worker_row(subject="rosalind"))) == [
        ("/rows/2/subject", "subject-taken")
    ]
    await imported(casework, "cases", a_case_row())
    today = clock.today().isoformat()
    await imported(casework, "allocations", an_allocation_row(worker_reference=here["id"], starts_on=today))
    assert (await _case(casework))["key_worker"]["id"] == here["id"]


async def test_allocations_that_cannot_be_are_named(casework: ServiceUnderTest) -> None:
    await imported(
        casework,
        "workers",
        a_worker_row(joined_on="2025-03-01"),
        a_worker_row(old_reference="W2", role="family_support_worker", registration_number=""),
        a_worker_row(old_reference="W3", left_on="2025-06-30"),
        a_worker_row(old_reference="W4", role="team_manager"),
    )
    await imported(casework, "cases", *(a_case_row(case_reference=f"C{n}", child_reference=f"K{n}") for n in range(9)))
    rows = [
        an_allocation_row(case_reference="C0", starts_on="2025-03-01"),
        an_allocation_row(case_reference="C1", starts_on="2025-02-28"),
        an_allocation_row(case_reference="C2", worker_reference="W2"),
        an_allocation_row(case_reference="C3", worker_reference="W3", ended_on="2025-07-02"),
        an_allocation_row(case_reference="C4", worker_reference="W3"),
        an_allocation_row(case_reference="C5", worker_reference="W4"),
        an_allocation_row(case_reference="C6", worker_reference="W3", starts_on="2025-02-02", ended_on="2025-07-01"),
        an_allocation_row(case_reference="C7", worker_reference="W3", ended_on="2025-05-01"),
        an_allocation_row(case_reference="C7", starts_on="2025-04-30"),
        an_allocation_row(case_reference="C8", worker_reference="W3", starts_on="2025-05-01", ended_on="2025-05-01"),
        an_allocation_row(case_reference="C99", worker_reference="W99"),
    ]
    answer = await send(casework, "allocations", *rows)
    assert faults_of(answer) == [
        ("/rows/3/starts_on", "out-of-order"),
        ("/rows/4/worker_reference", "registration-required"),
        ("/rows/5/ended_on", "out-of-order"),
        ("/rows/6/ended_on", "out-of-order"),
        ("/rows/7/worker_reference", "not-a-key-worker"),
        ("/rows/8/starts_on", "out-of-order"),
        ("/rows/10/starts_on", "overlaps"),
        ("/rows/11/ended_on", "out-of-order"),
        ("/rows/12/case_reference", "unknown"),
        ("/rows/12/worker_reference", "unknown"),
    ]
    assert await casework.count(Allocation) == 0
    await imported(
        casework, "allocations", rows[0], rows[7], an_allocation_row(case_reference="C7", starts_on="2025-05-01")
    )
    overlapping = an_allocation_row(
        case_reference="C0", worker_reference="W3", starts_on="2025-02-10", ended_on="2025-03-02"
    )
    assert faults_of(await send(casework, "allocations", overlapping)) == [("/rows/2/starts_on", "overlaps")]
    earlier = {**overlapping, "ended_on": "2025-03-01"}
    await imported(casework, "allocations", earlier)
    summary = (await _caseloads(casework))["summary"]
    assert (summary["children"], summary["families"], summary["unallocated"]) == (2, 2, 7)


async def test_a_caseload_over_the_ceiling_is_taken_as_it_is_and_announced_once(casework: ServiceUnderTest) -> None:
    await imported(casework, "workers", a_worker_row(fte="0.1"), a_worker_row(old_reference="W2", fte="0.2"))
    await imported(casework, "cases", *(a_case_row(case_reference=f"C{n}", child_reference=f"K{n}") for n in range(6)))
    rows = [an_allocation_row(case_reference=f"C{n}", worker_reference="W1" if n < 3 else "W2") for n in range(6)]
    done = await imported(casework, "allocations", *rows)
    assert done["warnings"] == [
        {"code": "over-ceiling", "worker_id": str(id_of("worker", "W1")), "children": 3, "ceiling": 1.6}
    ]
    [event] = await casework.events(CaseloadCeilingExceeded)
    assert isinstance(event, CaseloadCeilingExceeded)
    assert (event.worker_id, event.children, event.team) == (id_of("worker", "W1"), 3, "South 1")


async def test_an_allocation_of_a_case_that_was_closed_since_is_refused(casework: ServiceUnderTest) -> None:
    await imported(casework, "workers", a_worker_row())
    await imported(casework, "cases", a_case_row())
    closed = {"closed_on": clock.today().isoformat(), "reason": "RC7"}
    answer = await casework.as_("area_manager").post(f"/cases/{id_of('case', 'C1')}/closure", json=closed)
    assert answer.status_code == 200, answer.text
    refused = await send(casework, "allocations", an_allocation_row(ended_on="2025-05-01"))
    assert faults_of(refused) == [("/rows/2/case_reference", "case-closed")]
    assert (await imported(casework, "cases", a_case_row()))["already_there"] == 1


@time_machine.travel("2026-03-01T12:00:00Z", tick=False)
async def test_today_is_a_past_day_and_tomorrow_is_not(casework: ServiceUnderTest) -> None:
    assert (await imported(casework, "cases", a_case_row(opened_on="2026-03-01")))["added"] == 1
    tomorrow = await send(casework, "cases", a_case_row(case_reference="C2", opened_on="2026-03-02"))
    assert faults_of(tomorrow) == [("/rows/2/opened_on", "in-the-future")]


async def test_only_the_file_itself_is_taken(casework: ServiceUnderTest) -> None:
    client, file = casework.as_("administrator"), a_file([a_worker_row(name="Zoë")])
    for headers, content, status, code in (
        ({}, file, 415, "not-csv"),
        ({"Content-Type": "application/json"}, b"{}", 415, "not-csv"),
        (CSV, file.decode().encode("cp1252"), 422, "not-utf-8"),
        *((CSV, file.decode().encode(kind), 422, "utf-16") for kind in ("utf-16", "utf-16-le", "utf-16-be")),
        (CSV, file.replace(b"Zo", b"Z\0o"), 422, "nul-in-file"),
        (CSV, b"", 422, "file-refused"),
        (CSV, b"a" * (LARGEST_FILE + 1), 413, "content-too-large"),
    ):
        answer = await client.post("/imports/workers", content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        if status == 413:
            assert f"at most {LARGEST_FILE >> 20} MiB: send it in parts" in answer.json()["detail"]
    assert (await client.post("/imports/goats", content=file, headers=CSV)).status_code == 422
    done = await client.post(
        "/imports/workers", content=b"\xef\xbb\xbf" + file, headers={"Content-Type": "text/csv; charset=utf-8"}
    )
    assert (done.status_code, done.json()["added"]) == (201, 1)


async def test_the_columns_of_every_kind_of_file_are_listed(casework: ServiceUnderTest) -> None:
    client = casework.as_("administrator")
    rows = {"workers": a_worker_row(), "cases": a_case_row(), "allocations": an_allocation_row()}
    for kind, row in rows.items():
        columns = (await client.get(f"/imports/{kind}/columns")).json()
        assert set(row) <= {column["column"] for column in columns}
        assert {column["column"] for column in columns if column["needed"]} <= set(row)
        assert all(column["meaning"] for column in columns)


async def test_the_index_of_people_gets_who_came_and_nobody_else_does(casework: ServiceUnderTest) -> None:
    row = a_case_row(nhs_number="943 476 5919", address="12 Ock Street", sex="F")
    await imported(casework, "cases", row)
    [event] = await casework.events(CaseImported)
    assert isinstance(event, CaseImported)
    family = (await casework.as_("service").get(f"/imported-cases/{event.case_id}")).json()
    assert UUID(family["family_id"]) == event.family_id
    assert family["address"] == {"lines": ["12 Ock Street"], "postcode": "OX14 1AB"}
    [child] = family["children"]
    assert [UUID(child["child_id"])] == event.child_ids
    assert (child["given_name"], child["sex"], child["nhs_number"]) == ("Barnabas", "F", "9434765919")
    assert (await casework.as_("service").get(f"/imported-cases/{event.family_id}")).status_code == 404
    assert (await casework.as_("administrator").get(f"/imported-cases/{event.case_id}")).status_code == 403
