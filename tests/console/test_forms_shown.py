"""Every request's form as a page shows it: labels, errors, help and rows, by the page's own words and ids."""

from collections import Counter
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from console.forms.asked import ASKED, asked_words
from console.forms.faults import FieldError, FormError
from console.forms.labels import FIELDS, OF_REQUEST
from console.forms.offering import Options
from console.forms.reading import filled, parsed
from console.forms.shapes import Choice, Field, fields_of
from console.forms.showing import Filled, listed, shown
from domain.calendar import WorkCalendar
from domain.dispatch_requests import TakeRung
from domain.requests import AnswerGate, AnyRequest, DraftPlan, EnterIncome, LodgeClaim, RegisterProject, name_of
from domain.terms import Line
from doors.texts import speaking, t

REQUESTS = get_args(AnyRequest)
TEMPLATES = Path(__file__).parents[2] / "console" / "templates"
PAGE = '{% import "fields.html" as f with context %}{{ f.summary(listed) }}{{ f.fields(shown) }}'
CALENDAR = WorkCalendar("2026-2026/1", frozenset({2026}), frozenset(), frozenset())


class Page(HTMLParser):
    """What a page says of its inputs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.inputs: list[dict[str, str]] = []
        self.labels: set[str] = set()
        self.named: list[str] = []
        self.links: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        has = {name: value or "" for name, value in attrs}
        self.attributes |= has.keys()
        if "id" in has:
            self.ids[has["id"]] += 1
        if tag in ("input", "select", "textarea") and has.get("type") != "hidden":
            self.inputs.append(has)
        if tag == "label":
            self.labels.add(has["for"])
        if tag == "a":
            self.links.add(has["href"].removeprefix("#"))
        self.named += has.get("aria-describedby", "").split() + ([has["list"]] if "list" in has else [])


def page(request_type: type, by: Filled, lang: str = "zh") -> tuple[Page, str]:
    """Return the page of a form, and its text."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    environment.globals.update(t=t, lang=lang)
    fields = fields_of(request_type)
    with speaking(lang):
        text = environment.from_string(PAGE).render(shown=shown(fields, by), listed=listed(fields, by.errors))
    return Page(text), text


def every(request_type: type) -> list[Field]:
    """Return the fields of a form, and those of its rows."""
    return [one for field in fields_of(request_type) for one in (field, *field.fields)]


def test_no_field_is_without_label_and_no_request_without_words_and_no_word_is_for_nothing() -> None:
    for request_type in REQUESTS:
        assert all(asked_words(request_type))
        assert all(all(field.label) for field in every(request_type))
        assert all(all(choice.label) for field in every(request_type) for choice in field.options)
        assert all(bool(zh) == bool(en) for field in every(request_type) for zh, en in [field.help])
    names = {field.name for request_type in REQUESTS for field in every(request_type)}
    assert names >= set(FIELDS)
    assert set(ASKED) == {name_of(request_type) for request_type in REQUESTS}
    places = {name_of(r): r for r in REQUESTS}
    rows = {(field.name, inner.name) for r in REQUESTS for field in fields_of(r) for inner in field.fields}
    for place, name in OF_REQUEST:
        of = {field.name for field in fields_of(places[place])} if place in places else set()
        assert name in of or (place, name) in rows, (place, name)


def test_english_labels_hold_no_chinese_but_units_of_money() -> None:
    for request_type in REQUESTS:
        for field in every(request_type):
            assert field.label[1].isascii(), field.label
            assert field.label[0] != field.label[1]


@pytest.mark.parametrize("request_type", REQUESTS, ids=name_of)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_input_has_its_label_each_error_its_field_and_every_id_is_there_once(
    request_type: type, lang: str
) -> None:
    try:
        parsed(request_type, {"evidence": ["\0"], "nobody.knows": ["1"]})
    except FormError as e:
        errors = e.errors
    choices = {
        field.path: Options((Choice("v1", ("甲<b>", "one <b>")),), closed=n % 2 == 0)
        for n, field in enumerate(every(request_type))
        if field.widget in ("line", "list", "text", "papers")
    }
    made, text = page(request_type, Filled({"evidence": ["<script>"]}, errors, choices), lang)
    assert all(count == 1 for count in made.ids.values()), made.ids.most_common(3)
    for one in made.inputs:
        assert one.get("id", "-") in made.labels or one.get("aria-label"), one
    assert set(made.named) <= set(made.ids)
    assert made.links <= set(made.ids)
    assert not {name for name in made.attributes if name.startswith("on") or name == "style"}
    assert "<script>" not in text
    assert "<b>" not in text


def test_what_was_filled_in_comes_back_with_rows_notes_and_two_spare_rows() -> None:
    claim = LodgeClaim(
        project_no="S01", kind="advance", lines=(Line("F1", "p", "S01", 12_500_000),), payee="甲", vouchers=("a" * 64,)
    )
    data = filled(claim)
    _, text = page(LodgeClaim, Filled(data))
    assert "125,000.00 元 = 12.5 万元" in text
    assert 'name="lines.0.amount_fen"' in text
    assert 'name="lines.2.amount_fen"' in text
    assert 'name="lines.3.amount_fen"' not in text
    assert 'name="_more" value="lines"' in text
    assert f'value="{"a" * 64}" checked' in text  # Kept, though no paper of the case is offered.
    _, more = page(LodgeClaim, Filled(data, spare={"lines": 5}))
    assert 'name="lines.5.amount_fen"' in more


def test_a_day_is_shown_with_its_reading_and_a_wrong_amount_with_its_error_alone() -> None:
    by = Filled({"rectify_by": ["2026-11-22"]}, calendar=CALENDAR, today=date(2026, 11, 15))
    assert "2026-11-22 星期日（休息日）；距今 5 个工作日" in page(TakeRung, by)[1]
    error = FieldError("amount_fen", "金额精确到分", "to the fen")
    _, text = page(EnterIncome, Filled({"amount_fen": ["0.001"]}, (error,)))
    assert 'value="0.001"' in text
    assert 'aria-invalid="true"' in text
    assert "金额精确到分" in text


def test_a_refusal_at_a_field_that_is_folded_away_unfolds_it() -> None:
    error = FieldError("occurred_on", "不是日期", "no date")
    assert '<details class="more" open>' in page(AnswerGate, Filled({}, (error,)))[1]
    assert '<details class="more">' in page(AnswerGate, Filled())[1]


def test_the_list_of_errors_names_the_field_and_the_row_and_what_has_no_field() -> None:
    errors = (FieldError("", "甲", "a"), FieldError("x", "乙", "b"), FieldError("lines.7.pool", "丙", "c"))
    with speaking("zh"):
        first, second, third = listed(fields_of(DraftPlan), errors)
    assert (first.element, second.element, second.place) == ("", "", "x")
    assert (third.element, third.label[0], third.words) == ("f-lines-7-pool", "计划明细第 8 行资金池", "丙")


def test_required_is_said_in_words_and_a_long_list_is_offered_not_imposed() -> None:
    many = tuple(Choice(f"S{n}", (f"项目{n}", f"project {n}")) for n in range(300))
    _, text = page(RegisterProject, Filled(choices={"township": Options(many, closed=False)}))
    assert "（必填）" in text
    assert '<datalist id="f-township-list"><option value="项目0"></option>' in text
    assert 'list="f-township-list"' in text
