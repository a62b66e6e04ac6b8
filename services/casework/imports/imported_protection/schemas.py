"""The columns of files of protection plans in force, of assessments and of section 47 enquiries that go on."""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, ClassVar

from pydantic import Field

from services.casework.imports.files.rules import RowFault, digest_of
from services.casework.imports.files.schemas import FileRow, ImportedDay, Reference
from services.casework.imports.imported_cases.rules import child_in_case
from services.casework.protection.enquiries.rules import Kind
from services.casework.protection.protection_plans.rules import Category
from services.casework.protection.protection_plans.schemas import MOST_PREVIOUS
from shared.fields import Line


class StepRow(FileRow):
    """A child of what goes on under the law: it has as many rows as children, the same in every other column."""

    old_reference: Reference = Field(description="What the older system calls it.")
    case_reference: Reference = Field(description="Of a case that was imported.")
    child_reference: Reference = Field(description="Of a child of that case.")

    own: ClassVar[set[str]] = {"child_reference"}
    """The columns in which rows about one thing may differ."""

    @cached_property
    def of_step(self) -> str:
        return digest_of(self.model_dump(exclude=self.own))

    @property
    def key(self) -> str:
        return f"{len(self.old_reference)} {self.old_reference} {self.child_reference}"

    @property
    def child_key(self) -> str:
        return child_in_case(self.case_reference, self.child_reference)


class PlanRow(StepRow):
    """A protection plan in force, of one child."""

    own = set()

    started_on: ImportedDay = Field(description="The day of the conference that began it.")
    category: Category = Field(description="The latest: NEG, PHY, SAB or EMO.")
    initial_category: Category | None = Field(None, description="Where it was another.")
    from_authority: Line | None = Field(
        None, description="Of a plan that another authority began and that no conference has taken over yet: which."
    )
    previous_plans: Annotated[int, Field(ge=0, le=MOST_PREVIOUS)] = Field(
        0, description="How many plans the child had before, here and elsewhere."
    )
    last_core_group_on: ImportedDay | None = Field(None, description="The last core group; the next falls due from it.")
    last_review_on: ImportedDay | None = Field(None, description="The last review conference; likewise.")
    last_visit_on: ImportedDay | None = Field(None, description="The last visit at which the child was seen; likewise.")


class AssessmentRow(StepRow):
    """A child of an assessment under s17 that goes on."""

    started_on: ImportedDay = Field(description="Since when it goes on.")
    referred_on: ImportedDay = Field(
        description="The day of the referral that it answers, from which its 45 working days run; else started_on."
    )

    def faults(self) -> Iterator[RowFault]:
        if self.started_on < self.referred_on:
            yield "started_on", "out-of-order", "An assessment does not start before the referral that it answers"


class EnquiryRow(StepRow):
    """A child of a section 47 enquiry whose conference was not held yet."""

    kind: Kind = Field(description="single, or joint with the police.")
    discussed_on: ImportedDay = Field(
        description="The day of the strategy discussion that began it: the conference is due 15 working days later."
    )
    started_on: ImportedDay = Field(description="Since when it goes on.")
    conference_decided_on: ImportedDay | None = Field(
        None, description="When it found that a conference is needed; empty while it has not."
    )

    def faults(self) -> Iterator[RowFault]:
        if self.started_on < self.discussed_on:
            yield "started_on", "out-of-order", "An enquiry begins with its strategy discussion or later"
        if self.conference_decided_on and self.conference_decided_on < self.started_on:
            yield "conference_decided_on", "out-of-order", "An enquiry finds something when it has begun"
