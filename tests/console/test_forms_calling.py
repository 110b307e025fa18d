"""In a line of a form a value is called by its name: it is offered so, shown so, and taken so in either language."""

import pytest

from console.forms.calling import called, meant
from console.forms.offering import Options
from console.forms.shapes import Choice
from domain.absence import ABSENCE
from domain.people_requests import OpenAbsence
from domain.requests import name_of
from doors.texts import speaking
from tests.console.counter import Seated, nonce_of

POSTS = Options(
    (
        Choice("rrb", ("乡村振兴局", "rural bureau")),
        Choice("office_a", ("办公室", "office")),
        Choice("office_b", ("办公室", "office")),
        Choice("S01", ("S01 样例·机耕道", "S01 sample road")),
        Choice("plain", ("plain", "plain")),
        Choice("bank", ("进入项目库", "entry into the project bank")),
        Choice("trap", ("rrb", "rural")),
    ),
    closed=False,
)


def test_a_name_stands_for_its_value_where_it_is_no_other_and_says_no_more() -> None:
    assert called(POSTS) == {
        "rrb": ("乡村振兴局", "rural bureau"),
        "bank": ("进入项目库", "entry into the project bank"),  # A name that holds the value in one language only.
    }


def test_a_name_is_meant_in_either_language_and_anything_else_is_as_it_was_written() -> None:
    choices = {"posts": POSTS, "rows.*.post": POSTS}
    posts = ["乡村振兴局", " rural bureau ", "rrb", "office_a", "办公室", "他"]
    assert meant({"posts": posts, "rows.12.post": posts[:1], "x": posts[:1]}, choices) == {
        "posts": ["rrb", "rrb", "rrb", "office_a", "办公室", "他"],
        "rows.12.post": ["rrb"],
        "x": ["乡村振兴局"],
    }


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_a_step_is_called_by_its_name_in_a_form(seated: Seated, lang: str) -> None:
    desk = seated("p-2")
    case = "sample/absence/A1"
    form = f"/{case}/ask/{name_of(OpenAbsence)}"
    with speaking(lang):
        step = desk.house.names("sample").step("township_review")
    page = (await desk.get(form, lang=lang)).text
    assert f'<option value="{step}"></option>' in page
    assert 'value="township_review"' not in page
    said = {
        "seat": "township_office",
        "person": "p-2",
        "post": "township_office",
        "deputy": "p-3",
        "first": "2023-08-15",
        "last": "2023-08-20",
        "reason": "样例：外出培训",
        "steps": step,
        "nonce": nonce_of(page),
    }
    looked = await desk.post(form, {**said, "do": "look"}, lang=lang)
    assert f'value="{step}"' in looked.text, looked.text
    sent = await desk.post(form, {**said, "do": "send"}, lang=lang)
    assert sent.status == 303, sent.text
    deputy = desk.house.ledger.state(ABSENCE, case).deputy
    assert deputy is not None
    assert list(deputy.steps) == ["township_review"]
