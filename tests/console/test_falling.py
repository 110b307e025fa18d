"""A file in a form whose step others have co-signed: the form says, before it is sent, whose signatures would fall."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from console.falling import fall_with_a_file
from console.offers import offers
from console.visitor import seats_of
from domain.cases import STORE, CaseId, case_id, mandates_stream
from domain.ledger import Ledger, Step
from domain.mandate_facts import Appoint, Appointed
from domain.paper_requests import AttachPaper
from domain.project import PROJECT
from domain.requests import CosignStep
from domain.store import MarkedSample, MarkSample
from tests.console.desk import Desk
from tests.console.office import desk_of, words_of
from tests.domain.county import PAPER
from tests.domain.given import by, noon
from tests.domain.walk import PROJECT_NO, Walk

COUNTY, STEP, TEAM = "guangfeng", "field_survey", "p-team"
CASE = CaseId(COUNTY, "project", PROJECT_NO)
FORM = f"/{case_id(*CASE)}/ask/project.answer/1?step={STEP}"


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    """A project of a county whose survey is made by four, at that survey; somebody holds the team's post."""
    with Ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        act = by("operator")
        ledger.execute(Step(STORE, MarkSample(act, MarkedSample(act, act.recorded_at, 0.0, "open"))))
        appointed = Appointed(by("opener"), COUNTY, TEAM, "field_team", "踏勘组", date(2021, 1, 1), None)
        ledger.execute(Step(mandates_stream(COUNTY), Appoint(appointed.act, appointed)))
        made = Walk.real(ledger, "guangfeng-2021")
        made.register()
        made.go_on(until=STEP)
        yield made


@pytest.fixture
def desk(walk: Walk) -> Desk:
    """The console of its store."""
    made = desk_of(walk.county.ledger, noon(walk.county.today))
    made.person(TEAM)  # Whose key is registered now, and not when something is counted.
    return made


def cosign(walk: Walk, *posts: str) -> None:
    """Let posts co-sign the survey."""
    for post in posts:
        walk.county.ask("project", PROJECT_NO, CosignStep(step=STEP), post, person=f"p-of-{post}")


def warning_on(page: str) -> str:
    """Return what is said beside the file of the record; nothing where nothing is."""
    found = re.search(r'<p class="flash flash-warning" id="f-record-warning">(.*?)</p>', page)
    return found[1] if found else ""


async def test_the_form_says_whose_signatures_fall_before_anything_is_sent(walk: Walk, desk: Desk) -> None:
    somebody = desk.person(TEAM)
    plain = await somebody.get(FORM)
    assert (plain.status_code, "f-record-file" in plain.text, warning_on(plain.text)) == (200, True, "")
    cosign(walk, "finance_bureau", "rrb")
    before = desk.kept()
    page = (await somebody.get(FORM)).text
    said = warning_on(page)
    names = desk.house.names(COUNTY)
    for post in ("finance_bureau", "rrb"):
        assert f"{names.named('post', post)} p-of-{post}" in said, said
        assert post != names.named("post", post)
    assert names.named("post", "drc") not in said
    assert "须重新签" in said
    assert re.search(r'<input type="file" id="f-record-file" [^>]*aria-describedby="f-record-warning"', page)
    beside = await somebody.get(f"/{case_id(*CASE)}/falls?step={STEP}")  # Of the case's page, at its form for papers.
    assert said.startswith(beside.text)
    assert "须重新签" in beside.text
    assert desk.kept() == before
    looked = await somebody.ask("POST", FORM.partition("?")[0], data={"_step": STEP, "do": "look"})
    assert warning_on(looked.text) == said, words_of(looked.text)


async def test_beside_the_papers_nothing_is_said_where_nothing_falls(desk: Desk) -> None:
    somebody = desk.person(TEAM)
    assert f'hx-get="/{case_id(*CASE)}/falls"' in (await somebody.get(f"/{case_id(*CASE)}")).text
    beside = await somebody.get(f"/{case_id(*CASE)}/falls?step={STEP}")
    assert (beside.status_code, beside.text) == (200, "")
    assert (await somebody.get(f"/{case_id(*CASE)}/falls?step=nothing")).status_code == 404


async def test_it_falls_as_it_is_said(walk: Walk, desk: Desk) -> None:
    cosign(walk, "finance_bureau", "rrb")
    house = desk.house
    house.fresh()
    offer = next(one for one in offers(house, CASE) if (one.step, one.name) == (STEP, "project.answer/1"))
    (seat,) = seats_of(house, TEAM)
    foretold = fall_with_a_file(house, offer, seat)
    paper = AttachPaper(
        paper="survey_opinion",
        step=STEP,
        file_name="a.pdf",
        digest=PAPER,
        size_bytes=9,
        media_type="application/pdf",
    )
    recorded = walk.county.ask("project", PROJECT_NO, paper, "field_team")
    fell = [one for record in recorded for one in getattr(record.fact, "fallen", ())]
    assert [one.post for one in foretold] == ["finance_bureau", "rrb"]
    assert list(foretold) == fell
    waits = {post for step, post in walk.county.waits(PROJECT, PROJECT_NO) if step == f"cosign:{STEP}"}
    assert {"finance_bureau", "rrb"} <= waits
    house.fresh()
    # Nobody's signature covers what was attached since: nothing falls a second time.
    assert fall_with_a_file(house, offer, seat) == ()
