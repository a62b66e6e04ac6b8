"""The response to an import."""

from typing import Literal

from pydantic import BaseModel

from services.casework.imports.files.schemas import FileRow, ImportWarning, RowCaution
from services.casework.imports.imported_allocations.schemas import AllocationRow
from services.casework.imports.imported_cases.schemas import CaseRow
from services.casework.imports.imported_protection.schemas import AssessmentRow, EnquiryRow, PlanRow
from services.casework.imports.imported_workers.schemas import WorkerRow

ImportKind = Literal["workers", "cases", "allocations", "protection_plans", "assessments", "section_47_enquiries"]

ROWS: dict[ImportKind, type[FileRow]] = {
    "workers": WorkerRow,
    "cases": CaseRow,
    "allocations": AllocationRow,
    "protection_plans": PlanRow,
    "assessments": AssessmentRow,
    "section_47_enquiries": EnquiryRow,
}

EXAMPLES: dict[ImportKind, str] = {
    "workers": (
        "old_reference,name,role,area,team,fte,registration_number,joined_on\n"
        "W-0412,Rosalind Achebe,social_worker,south,South 1,0.8,SW12345,2019-03-01\n"
    ),
    "cases": (
        "case_reference,pathway,opened_on,address,postcode,child_reference,given_name,family_name,date_of_birth,sex\n"
        'C-2281,child_in_need,2025-02-03,"12 Ock Street, Abingdon",OX14 1AB,K-7701,Barnabas,Quillfeather,2016-05-04,M\n'
        'C-2281,child_in_need,2025-02-03,"12 Ock Street, Abingdon",OX14 1AB,K-7702,Perpetua,Quillfeather,2019-11-20,F\n'
    ),
    "allocations": "case_reference,worker_reference,starts_on\nC-2281,W-0412,2025-02-10\n",
    "protection_plans": (
        "old_reference,case_reference,child_reference,started_on,category,previous_plans,last_review_on,last_visit_on\n"
        "CPP-318,C-2281,K-7701,2026-03-02,NEG,1,2026-05-29,2026-06-12\n"
    ),
    "assessments": (
        "old_reference,case_reference,child_reference,started_on,referred_on\n"
        "A-5510,C-2281,K-7701,2026-06-02,2026-06-01\n"
        "A-5510,C-2281,K-7702,2026-06-02,2026-06-01\n"
    ),
    "section_47_enquiries": (
        "old_reference,case_reference,child_reference,kind,discussed_on,started_on\n"
        "E-0907,C-2281,K-7702,joint,2026-06-08,2026-06-08\n"
    ),
}
"""A file of each kind, in the order in which they come: each names what those before it brought."""


class ImportDone(BaseModel):
    """What became of the rows of a file."""

    kind: ImportKind
    rows: int
    added: int
    already_there: int
    """Rows that an earlier file had, word for word."""
    warnings: list[ImportWarning]
    cautions: list[RowCaution]
    """Rows, added or already there, that are taken as they are, and that a person should look at."""
