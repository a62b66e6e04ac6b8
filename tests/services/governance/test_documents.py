"""What the documents of the governance service repeat of its bodies is what is in its tables and rules."""

from pathlib import Path
from typing import Any

from services.governance import codes
from services.governance.bodies.rules import CORE_GROUP
from services.governance.meetings.rules import SCHEDULED_AHEAD
from services.governance.proposals.rules import NEXT_HIGHER
from tests.service_under_test import ServiceUnderTest
from tests.services.governance.boards import answered

README = Path(__file__).parents[3] / "services" / "governance" / "README.md"


async def _bodies(governance: ServiceUnderTest) -> dict[str, dict[str, Any]]:
    answer = await governance.as_("board_member").get("/bodies", params={"limit": 200})
    return {body["key"]: body for body in (await answered(answer, 200))["items"]}


async def test_the_readme_names_the_deciding_bodies_with_their_cadence(governance: ServiceUnderTest) -> None:
    text = " ".join(README.read_text(encoding="utf-8").split())
    for body in (await _bodies(governance)).values():
        if body["kind"] == "decides":
            assert f"{body['name']} ({body['cadence']})" in text, body["key"]


async def test_the_code_for_referring_up_names_the_bodies_in_their_order(governance: ServiceUnderTest) -> None:
    bodies, chain = await _bodies(governance), [CORE_GROUP]
    while following := NEXT_HIGHER.get(chain[-1]):
        chain.append(following)
    assert ", ".join(bodies[key]["name"] for key in chain) in codes.OUTCOMES["referred_up"]


def test_meetings_are_planned_a_year_ahead() -> None:
    assert "planned a year ahead" in README.read_text(encoding="utf-8")
    assert SCHEDULED_AHEAD.days // 365 == 1
