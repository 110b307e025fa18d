"""The form of a project's step asks what its rules ask of it, and a case's page says who may ask for what besides."""

import re
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from console.forms import needed
from console.forms.needed import OF_SOME_STEPS, not_needed
from domain.act import Decider
from domain.cases import CaseId, case_id, mandates_stream
from domain.mandate import MANDATE
from domain.policy import load
from domain.procedures.asking import rules_of
from domain.project import PROJECT
from domain.project_state import ProjectState
from domain.requests import AnswerStep, AttestBan
from tests.console.desk import Desk
from tests.console.reading import text_of
from tests.story import POLICIES

pytestmark = pytest.mark.asyncio(loop_scope="module")
PROJECTS = {"S02": "review", "S03": "bank", "S04": "build", "S05": "accept"}
FIELD = re.compile(r'\b(?:name|id)="(?:f-)?([a-z_]+)(?=["-])')


def asked_of(desk: Desk, state: ProjectState) -> set[str]:
    """Return what the rules ask of the open step besides yes or no, said once more and in other words."""
    step, registered = state.step, state.registered
    assert step is not None
    assert registered is not None
    profile = desk.house.names(registered.county).profile
    assert profile is not None
    attested = profile.bank is not None and any(test.check == "attested" for test in profile.bank.tests)
    asked = {
        "record": bool(step.record),
        "return_to": bool(step.returns_to),
        "contractor": step.kind == "contract",
        "amount_fen": step.kind == "contract",
        "tests": step.kind == "bank" and attested,
        "unlike": step.kind == "bank",
        "end": step.kind in ("review", "bank", "approve") and "plan" not in state.passed_on,
    }
    return {name for name, needed in asked.items() if needed}


@pytest.mark.parametrize("no", PROJECTS)
async def test_a_form_shows_what_its_step_asks_for_and_folds_the_rest(desk: Desk, no: str) -> None:
    state = desk.house.ledger.state(PROJECT, f"sample/project/{no}")
    step = state.step
    assert step is not None
    assert step.kind == PROJECTS[no]
    [person] = [person for person, post in holders(desk) if post == step.post]
    page = await desk.person(person).get(f"/sample/project/{no}/ask/project.answer/1?step={step.id}")
    assert page.status_code == 200
    shown, folded, rest = page.text.partition('<details class="more">')  # Closed: nothing of it is filled in.
    beside = rest.partition("</details>")[0]
    asked = asked_of(desk, state)
    assert set(FIELD.findall(shown)) & OF_SOME_STEPS == asked
    assert set(FIELD.findall(beside)) & OF_SOME_STEPS == OF_SOME_STEPS - asked
    assert folded
    assert "更多（本环节不要求填写）" in beside


async def test_each_step_of_the_order_has_fields_of_its_own(desk: Desk) -> None:
    """Also of steps at which no project stands now: who builds it and for how much is asked at the contract alone."""
    case = CaseId("sample", "project", "S05")
    state = deepcopy(desk.house.ledger.state(PROJECT, case_id(*case)))
    assert state.registered is not None

    def read(decider: Decider[Any], stream: str) -> Any:
        return state if decider is PROJECT else desk.house.ledger.state(decider, stream)

    found = {}
    for number, step in enumerate(state.registered.terms.steps):
        state.at = number
        found[step.kind] = OF_SOME_STEPS - not_needed(AnswerStep, read, case, step.id)
        assert found[step.kind] == asked_of(desk, state), step.id
        assert not_needed(AnswerStep, read, case, "another") == not_needed(AttestBan, read, case, step.id) == set()
    assert [kind for kind, asked in found.items() if "contractor" in asked] == ["contract"]
    assert [kind for kind, asked in found.items() if "unlike" in asked] == ["bank"]
    assert not any("tests" in asked for asked in found.values())  # The county's bank asks a machine alone.


async def test_entry_tests_are_asked_for_where_the_rules_let_a_person_attest_them(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = desk.house.ledger.state(PROJECT, "sample/project/S03")
    assert state.step is not None
    case = CaseId("sample", "project", "S03")
    assert "tests" in not_needed(AnswerStep, desk.house.ledger.state, case, state.step.id)
    other = load(POLICIES / "guangfeng.toml").profile
    monkeypatch.setattr(needed, "rules_of", lambda *of: replace(rules_of(*of), profile=other))
    assert "tests" not in not_needed(AnswerStep, desk.house.ledger.state, case, state.step.id)


async def test_what_is_filled_in_beside_what_is_asked_stays_in_sight(desk: Desk) -> None:
    """A draft, or a form that comes back with something wrong in it, is not folded over what was written."""
    path, person = "/sample/project/S05/ask/project.answer/1", desk.person("p-102")
    state = desk.house.ledger.state(PROJECT, "sample/project/S05")
    assert state.step is not None
    form = await person.get(f"{path}?step={state.step.id}")
    nonce = re.search(r'name="nonce" value="([^"]+)"', form.text)
    assert nonce is not None
    sent = {"nonce": nonce[1], "_step": state.step.id, "do": "look", "approve": "yes", "contractor": "样例建筑队"}
    page = await person.ask("POST", path, data=sent)
    beside = page.text.partition('<details class="more"')[2]
    assert beside.startswith(" open>")
    assert "样例建筑队" in beside
    desk.forget_drafts()


ASKED = {"project": "project.withdraw/1", "claim": "claim.withdraw/1", "plan": "plan.withdraw/1"}


@pytest.mark.parametrize(
    "case",
    [CaseId("sample", "project", "S02"), CaseId("sample", "claim", "S04-2"), CaseId("sample", "plan", "P-2022-1")],
)
async def test_who_may_ask_is_said_and_whoever_may_not_has_no_link(desk: Desk, case: CaseId) -> None:
    """As the engine itself answers, asked what would come of it."""
    name = ASKED[case.kind]
    allowed = 0
    for person, post in holders(desk):
        page = await desk.person(person).get(f"/{case_id(*case)}")
        _, there, after = page.text.partition("随时可以提出的事项")
        assert there
        link = f"/{case_id(*case)}/ask/{name}" in after
        body = {"request": {"type": name, "reason": "样例：填错了"}, "post": post}
        told = await desk.person(person).ask("POST", f"/api/{case_id(*case)}/requests?dry_run=true", json=body)
        assert told.status_code == 200, told.text
        assert link == (told.json()["rule"] != "WrongPostError"), (person, told.json())
        allowed += link
        assert link or "您不任该岗位" in text_of(after)
    assert allowed == 1


def holders(desk: Desk) -> list[tuple[str, str]]:
    """Return everybody who holds a post of the sample county today, with the post."""
    state = desk.house.ledger.state(MANDATE, mandates_stream("sample"))
    return [(person, post) for post in state.held for person in state.all_holders(post, desk.house.today())]


async def test_what_nobody_may_ask_has_no_link_and_the_reason(desk: Desk) -> None:
    page = await desk.person("p-102").get("/sample/project/S02")
    after = page.text.partition("随时可以提出的事项")[2]
    assert "/ask/project.guarantee-loan/1" not in after
    assert "S02 is no risk fund" in text_of(after) or "S02 不是风险" in text_of(after)


async def test_a_page_of_any_case_says_who_may_ask(desk: Desk) -> None:
    """Of each kind and county: the least that a request may say upsets no rule."""
    for person, county in (("p-102", "sample"), ("p-005", "jiashi")):
        told = 0
        for kind in ("fund", "plan", "project", "claim", "dispatch", "watch", "disclosure", "performance", "outbox"):
            listed = await desk.person(person).get(f"/api/{county}/cases/{kind}?limit=4")
            for row in listed.json()["cases"]:
                page = await desk.person(person).get(f"/{row['case']}")
                assert page.status_code == 200, row["case"]
                told += "您不任该岗位" in page.text
        assert told > 4
