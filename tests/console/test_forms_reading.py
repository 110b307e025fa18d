from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.forms.faults import FormError
from console.forms.reading import filled, parsed
from console.forms.shapes import Field, fields_of
from domain.calendar import SHANGHAI
from domain.requests import AnyRequest, name_of

REQUESTS = get_args(AnyRequest)
DIGEST = "0123456789abcdef" * 4
WORDS = (
    st.text(
        st.one_of(
            st.sampled_from("村道硬化项目，甲乙丙 =+-@'\"<>&;％１２"),
            st.characters(codec="ascii", exclude_categories=["C"]),
        ),
        min_size=1,
        max_size=12,
    )
    .map(str.strip)
    .filter(lambda text: text and "[[" not in text)
)


def of(field: Field) -> st.SearchStrategy[Any]:
    """Return the values of a field that a form can say."""
    values = _values(field)
    if field.nullable:
        return st.none() | values
    if not field.required and field.default in ("", 0):
        return st.just(field.default) | values
    return values


def _values(field: Field) -> st.SearchStrategy[Any]:
    match field.widget:
        case "money" | "number" | "quantity":
            return st.integers(field.least or 0, field.most)
        case "hidden" if field.least is not None:
            return st.integers(0, 10**12)
        case "day":
            return st.dates(date(1, 1, 1), date.max)
        case "moment":
            return st.datetimes(timezones=st.just(SHANGHAI)).filter(lambda at: at.year > 1999)
        case "yesno" | "tick":
            return st.booleans()
        case "choice":
            return st.sampled_from([option.value for option in field.options])
        case "list" | "papers":
            least = 1 if field.required else 0
            return st.lists(_text(field), min_size=least, max_size=3).map(tuple)
        case "rows":
            return st.lists(_struct(field), min_size=field.least or 0, max_size=3).map(tuple)
        case "group":
            return _struct(field)
    return _text(field)


def _text(field: Field) -> st.SearchStrategy[str]:
    if "{64}" in field.pattern:
        return st.text("0123456789abcdef", min_size=64, max_size=64)
    if field.pattern:
        return (
            st.sampled_from(["a1", "abc"])
            if "0-9a-f" in field.pattern
            else st.sampled_from(["验收单", "A-7"])
            if (field.name in ("paper", "step"))
            else st.just("H.7")
        )
    return WORDS


def _struct(field: Field) -> st.SearchStrategy[Any]:
    assert field.struct is not None
    made = st.builds(field.struct, **{one.name: of(one) for one in field.fields})
    # A row that says nothing is none.
    return made.filter(lambda row: any(str(getattr(row, one.name)) not in ("", "False") for one in field.fields))


def requests(request_type: type) -> st.SearchStrategy[Any]:
    """Return every request of a type that a form can say."""
    return st.builds(request_type, **{field.name: of(field) for field in fields_of(request_type)})


@pytest.mark.parametrize("request_type", REQUESTS, ids=name_of)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_request_that_was_filled_into_its_form_comes_out_of_it_again(request_type: type, data: st.DataObject) -> None:
    request = data.draw(requests(request_type))
    assert parsed(request_type, filled(request)) == request


def test_every_request_has_a_form_and_an_empty_one_names_each_field_that_is_needed() -> None:
    for request_type in REQUESTS:
        needed = {field.path for field in fields_of(request_type) if field.required}
        if not needed:
            assert isinstance(parsed(request_type, {}), request_type)
            continue
        with pytest.raises(FormError) as wrong:
            parsed(request_type, {})
        assert {error.path for error in wrong.value.errors} == needed
        assert all(error.zh and error.en for error in wrong.value.errors)
