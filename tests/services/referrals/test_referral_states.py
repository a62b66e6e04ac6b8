"""The life of a referral as random people drive it, through the API of two real services.

A model beside it knows `rules.STEPS` and who may do what; whatever the order of the steps, it must foresee each answer.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from services.casework.cases.cases.models import Case
from services.referrals.referrals.models import Referral, ReferralChange
from services.referrals.referrals.rules import (
    DECIDED,
    STEPS,
    UNDECIDED,
    Step,
    may_be_withdrawn_by_referrer,
    may_step,
)
from shared.contracts.event import Envelope
from shared.contracts.referrals import ReferralAccepted, ReferralClosed, ReferralWithdrawn
from shared.contracts.registry import EVENTS
from shared.outbox import OutboxRow
from tests.conftest import MakeDatabase
from tests.service_under_test import ServiceUnderTest, start_service
from tests.services.referrals.referrals_sent import a_child, a_decision, a_referral, answered


@dataclass(frozen=True)
class Person:
    role: str
    sub: str
    organisation: str | None = None

    @property
    def is_mash(self) -> bool:
        return self.role.startswith("mash")

    def client(self, referrals: ServiceUnderTest) -> httpx.AsyncClient:
        own = {"organisation": self.organisation} if self.organisation else {}
        return referrals.as_(self.role, sub=self.sub, **own)


SCHOOL, STRANGER = Person("referrer", "amina", "Larkmead School"), Person("referrer", "zoe", "Elsewhere School")
CASEWORK = Person("service", "casework")
MARIA, NOEL, MONA = (
    Person("mash_practitioner", "maria"),
    Person("mash_manager", "noel"),
    Person("mash_manager", "mona"),
)
PEOPLE = [MARIA, NOEL, MONA, SCHOOL, STRANGER]
ASSESSMENT = {"outcome": "assessment", "level": 3, "primary_need": "N1"}
CLOSING = {"outcome": "no_further_action", "level": 1}
DECISIONS = [
    {"outcome": "strategy_discussion", "level": 4, "primary_need": "N1"},
    ASSESSMENT,
    {"outcome": "early_help", "level": 2},
    CLOSING,
]
BEGINNINGS = [
    (),
    ("decide", "another school withdraws", "refuse withdrawal", "withdraw"),
    ("acknowledge", "acknowledge", "rate", "decide", "add child"),
    ("rate", "close"),
    ("raise danger", "take back danger", "decide", "sign own", "do not agree"),
    ("rate", "withdraw", "withdraw", "refuse withdrawal", "withdraw", "accept withdrawal"),
    ("rate", "raise danger", "close", "agree"),
    ("rate", "raise danger", "decide", "do not agree", "decide", "agree"),
]
"""Random steps alone seldom come far: so some are taken first, and the random ones from there."""
PATHS: dict[Step, str] = {
    "acknowledge": "acknowledgement",
    "amend": "amendments",
    "place": "placement",
    "withdraw": "withdrawal",
    "request_withdrawal": "withdrawal",
    "refuse_withdrawal": "withdrawal/decision",
    "rate": "rating",
    "decide": "decision",
    "sign_off": "decision/sign-off",
}
REFUSALS = {
    *("not-found", "role-missing", "invalid", "step-not-possible", "referral-already-decided", "referral-not-rated"),
    *("own-decision", "referral-already-acknowledged", "withdrawal-already-requested", "no-withdrawal-requested"),
}
FOR_ALL: set[Step] = {"amend", "withdraw", "request_withdrawal"}


@dataclass
class FrontDoor:
    """The referrals service, and casework to which its events are delivered."""

    runner: asyncio.Runner
    referrals: ServiceUnderTest
    casework: ServiceUnderTest
    taken: Counter[str] = field(default_factory=Counter)
    """Which steps were taken, and which were refused by which rule."""
    _clients: dict[Person, httpx.AsyncClient] = field(default_factory=dict)

    def client(self, person: Person) -> httpx.AsyncClient:
        if person not in self._clients:
            self._clients[person] = person.client(self.referrals)
        return self._clients[person]


@pytest.fixture
def front_door(make_database: MakeDatabase, keys_dir: Path, tmp_path: Path) -> Iterator[FrontDoor]:
    stack = AsyncExitStack()
    with asyncio.Runner() as runner:

        async def start(service: str) -> ServiceUnderTest:
            return await stack.enter_async_context(start_service(service, make_database(service), keys_dir, tmp_path))

        yield FrontDoor(runner, runner.run(start("referrals")), runner.run(start("casework")))
        runner.run(stack.aclose())


class LifeOfAReferral(RuleBasedStateMachine):
    door: FrontDoor
    beginning: tuple[str, ...]

    def __init__(self) -> None:
        super().__init__()
        self.number = 0
        self.log: list[tuple[Any, ...]] = []
        self.now: dict[str, Any] = {}
        """The referral's row, as the last step left it."""

    @initialize(danger=st.booleans())
    def submit(self, danger: bool) -> None:
        danger = danger and not self.beginning
        sent = self._run(self._submit(a_referral(immediate_danger=danger, address={})))
        self.id = UUID(sent["id"])
        self.now, self.log = self._run(self._read())
        assert [entry[1] for entry in self.log] == ["submit"]
        for step in self.beginning:
            {
                "raise danger": lambda: self.amend(SCHOOL, True, False),
                "take back danger": lambda: self.amend(SCHOOL, False, False),
                "add child": lambda: self.amend(MARIA, None, True),
                "acknowledge": lambda: self.acknowledge(MARIA),
                "withdraw": lambda: self.withdraw(SCHOOL),
                "another school withdraws": lambda: self.withdraw(STRANGER),
                "accept withdrawal": lambda: self.decide_withdrawal(NOEL, True),
                "refuse withdrawal": lambda: self.decide_withdrawal(MARIA, False),
                "rate": lambda: self.rate(MARIA, "amber"),
                "decide": lambda: self.decide(NOEL, ASSESSMENT),
                "close": lambda: self.decide(NOEL, CLOSING),
                "sign own": lambda: self.sign_off(NOEL, True),
                "agree": lambda: self.sign_off(MONA, True),
                "do not agree": lambda: self.sign_off(MONA, False),
            }[step]()

    @rule(person=st.sampled_from(PEOPLE), rating=st.sampled_from(["red", "amber", "green"]))
    def rate(self, person: Person, rating: str) -> None:
        self._take("rate", person, {"rating": rating, "reason": "As it was described"})

    @rule(person=st.sampled_from(PEOPLE), decision=st.sampled_from(DECISIONS))
    def decide(self, person: Person, decision: dict[str, Any]) -> None:
        waits = self.now["status"] == "submitted" and not self.now["immediate_danger"]
        accepted = self._take(
            "decide",
            person,
            a_decision(**{"primary_need": None, **decision, "reason": "As all of us saw it together"}),
            also_refused="referral-not-rated" if waits else None,
        )
        if accepted:
            assert self.now["decided_by"] == person.sub

    @rule(person=st.sampled_from(PEOPLE), agreed=st.booleans())
    def sign_off(self, person: Person, agreed: bool) -> None:
        own = self.now["decided_by"] == person.sub
        signed = self._take(
            "sign_off",
            person,
            {"agreed": agreed, "reason": "Read and weighed"},
            also_refused="own-decision" if own else None,
            only=("mash_manager",),
        )
        if signed:
            assert (self.now["status"] in DECIDED) is agreed

    @rule(person=st.sampled_from(PEOPLE), danger=st.sampled_from([None, None, True, False]), child=st.booleans())
    def amend(self, person: Person, danger: bool | None, child: bool) -> None:
        self.number += 1
        changes: dict[str, Any] = {"narrative": f"What was heard, {self.number}", "immediate_danger": danger}
        changes["children"] = [a_child(given_name="Ida", date_of_birth="2019-03-02")] if child else []
        takes_back = danger is False and self.now["immediate_danger"] and not person.is_mash
        late = child and self.now["status"] not in UNDECIDED
        refused = "invalid" if takes_back else "referral-already-decided" if late else None
        before = self.now
        if self._take("amend", person, {"changes": changes, "reason": "Learnt later"}, also_refused=refused):
            assert self.now["narrative"] == changes["narrative"]
            assert self.log[-1][-1]["old"]["narrative"] == before["narrative"]
            assert self.now["decision_due_at"] <= before["decision_due_at"]

    @rule(person=st.sampled_from(PEOPLE))
    def withdraw(self, person: Person) -> None:
        alone = may_be_withdrawn_by_referrer(self.now["rating"], self.now["immediate_danger"])
        if alone or person.is_mash:
            self._take("withdraw", person, {"reason": "Another child of this name"})
            return
        refused = "withdrawal-already-requested" if self._waits_for_withdrawal() else None
        body = {"reason": "Another child of this name"}
        self._take("request_withdrawal", person, body, also_refused=refused, status=202)

    @rule(person=st.sampled_from(PEOPLE), accepted=st.booleans())
    def decide_withdrawal(self, person: Person, accepted: bool) -> None:
        refused = None if self._waits_for_withdrawal() else "no-withdrawal-requested"
        step: Step = "withdraw" if accepted else "refuse_withdrawal"
        body = {"accepted": accepted, "reason": "Read and weighed"}
        self._take(step, person, body, also_refused=refused, path="withdrawal/decision", for_all=False)

    def _waits_for_withdrawal(self) -> bool:
        request = self.now["withdrawal_request"]
        return bool(request) and request["accepted"] is None and self.now["status"] in UNDECIDED

    @rule(person=st.sampled_from(PEOPLE))
    def acknowledge(self, person: Person) -> None:
        refused = "referral-already-acknowledged" if self.now["acknowledged_at"] else None
        self._take("acknowledge", person, {"method": "telephone"}, also_refused=refused)

    @rule(person=st.sampled_from(PEOPLE), area=st.sampled_from(["north", "south"]))
    def place(self, person: Person, area: str) -> None:
        self._take("place", person, {"area": area, "reason": "Lives there"})

    @rule()
    def deliver(self) -> None:
        self._run(self._deliver())

    @invariant()
    def what_is_decided_was_rated_or_in_danger_and_has_its_events(self) -> None:
        assert (self.now["decided_at"] is not None) == (self.now["status"] in DECIDED)
        closed = ["not_accepted"] if self.now["status"] == "not_accepted" else []
        accepted = ["accepted"] if self.now["status"] == "accepted" else []
        withdrawn = ["withdrawn"] if self.now["status"] == "withdrawn" else []
        announced = self._run(self._announced())
        assert [type(event) for event in announced] == [
            *(ReferralAccepted for _ in accepted),
            *(ReferralClosed for _ in closed),
            *(ReferralWithdrawn for _ in withdrawn),
        ]

    def teardown(self) -> None:
        if self.now:
            self._run(self._deliver())
            cases = self._run(self._cases())
            assert len(cases) == (self.now["status"] == "accepted")

    def _take(
        self,
        step: Step,
        person: Person,
        body: dict[str, Any],
        *,
        also_refused: str | None = None,
        only: tuple[str, ...] = ("mash_practitioner", "mash_manager"),
        path: str | None = None,
        for_all: bool = True,
        status: int = 200,
    ) -> bool:
        """Take a step, and hold the answer against what the table, the roles and `also_refused` foresee."""
        before, log = self.now, self.log
        answer = self._run(self._post(person, path or PATHS[step], body))
        self.now, self.log = self._run(self._read())
        code = answer.json().get("code")
        self.door.taken[code or f"{step} {self.now['status']}"] += 1
        if not (for_all and step in FOR_ALL) and person.role not in only:
            assert answer.status_code == 403
        elif person is STRANGER:
            assert answer.status_code == 404
        elif not may_step(step, before["status"]):
            assert (answer.status_code, answer.json()["present_status"]) == (409, before["status"])
        elif also_refused:
            assert (code, answer.status_code) == (also_refused, 422 if also_refused == "invalid" else 409), answer.text
            assert answer.status_code == 422 or answer.json()["present_status"] == before["status"]
        else:
            assert answer.status_code == status, answer.text
        if answer.status_code != status:
            assert (self.now, self.log) == (before, log)
            return False
        assert self.log[:-1] == log
        assert self.log[-1][:3] == (len(log) + 1, step, person.sub)
        assert self.now["version"] == len(self.log)
        assert self.now["status"] in (STEPS[step].leads_to or {before["status"]})
        return True

    def _run(self, work: Any) -> Any:
        return self.door.runner.run(work)

    async def _submit(self, body: dict[str, Any]) -> dict[str, Any]:
        return await answered(await self.door.client(SCHOOL).post("/referrals", json=body))

    async def _post(self, person: Person, path: str, body: dict[str, Any]) -> httpx.Response:
        return await self.door.client(person).post(f"/referrals/{self.id}/{path}", json=body)

    async def _read(self) -> tuple[dict[str, Any], list[tuple[Any, ...]]]:
        async with self.door.referrals.database.read() as session:
            referral = await session.get_one(Referral, self.id)
            changes = await session.scalars(
                select(ReferralChange).where(ReferralChange.referral_id == self.id).order_by(ReferralChange.number)
            )
            log = [(each.number, each.step, each.by, each.at, each.reason, each.values) for each in changes]
            return {column.key: getattr(referral, column.key) for column in Referral.__table__.columns}, log

    async def _announced(self) -> list[Any]:
        async with self.door.referrals.database.read() as session:
            of_decisions = OutboxRow.type.in_([ReferralAccepted.TYPE, ReferralClosed.TYPE, ReferralWithdrawn.TYPE])
            bodies = (await session.scalars(select(OutboxRow.envelope).where(of_decisions))).all()
        envelopes = [Envelope.model_validate_json(body) for body in bodies]
        ours = [envelope for envelope in envelopes if envelope.subject == str(self.id)]
        return [EVENTS[envelope.type].model_validate(envelope.data) for envelope in ours]

    async def _deliver(self) -> None:
        """Everything that casework takes, twice, as a bus may; it asks the referrals service who the children are."""
        whole = await self.door.client(CASEWORK).get(f"/referrals/{self.id}")
        self.door.casework.answers[f"http://referrals/v1/referrals/{self.id}"] = whole.json()
        for event in await self._announced():
            if isinstance(event, ReferralAccepted):
                for event_id in (f"accepted {self.id}", f"accepted {self.id}", f"again {self.id}"):
                    await self.door.casework.deliver(event, event_id=event_id)

    async def _cases(self) -> list[Any]:
        async with self.door.casework.database.read() as session:
            return list((await session.scalars(select(Case.id).where(Case.referral_id == self.id))).all())


def test_whatever_the_order_of_the_steps_the_invariants_hold(front_door: FrontDoor, database_kind: str) -> None:
    on_sqlite = database_kind == "sqlite"
    for steps in BEGINNINGS if on_sqlite else BEGINNINGS[-2:]:
        life = type("Life", (LifeOfAReferral,), {"door": front_door, "beginning": steps})
        bounds = settings(
            max_examples=3 if on_sqlite else 1, stateful_step_count=12, suppress_health_check=list(HealthCheck)
        )
        run_state_machine_as_test(life, settings=bounds)
    if on_sqlite:
        each = {f"{step} {status}" for step in PATHS for status in STEPS[step].leads_to} | REFUSALS
        assert each <= front_door.taken.keys(), "the examples leave some step out"
