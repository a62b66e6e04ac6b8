"""Teams Around the Family as tests need them."""

from datetime import date, timedelta
from typing import Any

import httpx

from shared import clock
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case

SCHOOL = "Larkmead School"
WISHES = {"child": "I want to go to football again", "family": "We want to sleep through the night"}
DOMAIN = {"strengths": "Is well liked at school", "needs": "Is often tired"}
DOMAINS = dict.fromkeys(("development", "parents_and_carers", "family_and_environment"), DOMAIN)


def ago(days: int) -> str:
    return (clock.today() - timedelta(days=days)).isoformat()


def a_member(**changes: Any) -> dict[str, Any]:
    return {"name": "Amina Osei", "role": "Pastoral lead", "organisation": SCHOOL, **changes}


def a_team(*members: dict[str, Any], **changes: Any) -> dict[str, Any]:
    given_on = changes.get("started_on", clock.today().isoformat())
    consent = {"given_by": "The mother", "given_on": given_on}
    return {"consent": consent, "members": list(members), **changes}


def a_review(*attended: str, **changes: Any) -> dict[str, Any]:
    return {
        "held_on": ago(0),
        "attended": list(attended),
        "family_attended": True,
        "wishes": WISHES,
        "notes": "Sleeps better, comes to school",
        "outcome": "continue",
        **changes,
    }


def taf(case: dict[str, Any], rest: str = "") -> str:
    return f"/cases/{case['id']}/team-around-the-family{rest}"


async def an_early_help_case(casework: ServiceUnderTest, *, opened: int = 100, **changes: Any) -> dict[str, Any]:
    return await a_case(casework, outcome="early_help", decided_at=clock.now() - timedelta(days=opened), **changes)


async def a_case_with_team(
    casework: ServiceUnderTest, *, opened: int = 100, started: int = 0, subject: str | None = "amina"
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A case on early help whose team a school's Amina leads, a health visitor beside her."""
    case = await an_early_help_case(casework, opened=opened, children=2)
    lead = a_member(lead=True, subject=subject)
    nurse = a_member(name="Bel Ashworth", role="Health visitor", organisation="Oxford Health")
    sent = a_team(lead, nurse, started_on=ago(started))
    team = await answered(await casework.as_("team_manager").post(taf(case), json=sent))
    return case, team


def amina(casework: ServiceUnderTest) -> httpx.AsyncClient:
    return casework.as_("partner", sub="amina", organisation=SCHOOL, name="Amina Osei")


async def answered(answer: httpx.Response, status: int = 201) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def fields_of(answer: httpx.Response) -> list[tuple[str, str]]:
    """The places that a refusal names, each with its rule."""
    assert answer.status_code == 422, answer.text
    return [(error["field"], error["code"]) for error in answer.json()["errors"]]


def day(text: str) -> date:
    return date.fromisoformat(text)
