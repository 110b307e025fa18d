"""How a name stands in a text: sealed in a fact, marked at a door, and as a reference wherever it leaves the house."""

import pytest

from domain.content import Change
from domain.errors import BadInputError
from domain.requests import TakeReport, from_body, to_body
from domain.sealed import Sealed, bare, each_text, has_mark, said, with_marks
from domain.signing import StaleSignatureError, shown_text
from notices.words import one_line

BOX = "A" * 80
ONE, OTHER = Sealed("h-7", BOX), Sealed("p-1.a", "B" * 123)
TEXT = f"{ONE.text}与abc{OTHER.text}def"


def test_what_is_sealed_is_found_amid_words() -> None:
    assert ONE.text == f"sealed:h-7:{BOX};"
    assert said(TEXT, lambda sealed: f"<{sealed.reference} {len(sealed.box)}>") == "<h-7 80>与abc<p-1.a 123>def"
    assert said(TEXT, lambda sealed: sealed.text) == TEXT
    assert bare(TEXT) == "h-7与abcp-1.adef"


@pytest.mark.parametrize("text", ["", "sealed:", "sealed:h-7:short;", f"sealed:x-7:{BOX};", f"sealed:h-7:{BOX}"])
def test_what_is_not_of_the_form_stays(text: str) -> None:
    assert bare(text) == text


def test_marks_are_told_with_their_names() -> None:
    marked = "[[h-7:买买提·样例]]、[[p-1：李 某]]和[[h-8]]"
    assert (
        with_marks(marked, lambda reference, name: f"<{reference}|{name}>")
        == "<h-7|买买提·样例>、<p-1|李 某>和<h-8|None>"
    )
    assert [has_mark(text) for text in (marked, "[[ h-7:王某", TEXT, "[[注]]")] == [True, True, False, False]


def test_each_text_of_data_is_changed_in_its_field() -> None:
    plain = {"a": "x", "b": [{"c": "y"}, ("z",)], "n": 1}
    assert each_text(plain, lambda field, text: f"{field}{text}") == {"a": "ax", "b": [{"c": "cy"}, ("bz",)], "n": 1}


def test_a_name_that_no_door_sealed_is_refused_at_the_engine() -> None:
    with pytest.raises(BadInputError, match=r"words.*sealed at the door"):
        from_body(to_body(TakeReport(words="[[h-7:王某]]反映")))
    for typed in ("【【h-7：王某】】反映", "［［ｈ－7：王某］］反映", "[[H-7:王某]]反映"):
        with pytest.raises(BadInputError, match="sealed at the door"):
            from_body(to_body(TakeReport(words=typed)))
    sealed = TakeReport(words=TEXT)
    assert from_body(to_body(sealed)) == sealed


def test_refusals_and_letters_say_the_reference() -> None:
    refused = StaleSignatureError(case=TEXT, changes="", clause="")
    assert [BOX in refused.text(language) for language in ("zh", "en")] == [False, False]
    assert one_line(TEXT) == bare(TEXT)


def test_half_of_what_is_sealed_is_never_shown() -> None:
    change = Change("fields:payee", "", TEXT)
    assert shown_text(change, TEXT) == TEXT
    assert shown_text(change, f"{TEXT}{'长' * 50}").startswith("h-7与abcp-1.adef长")
