"""What the page of a form sends besides the fields of its request."""

import msgspec
import pytest

from console.pages.asking import _PAGES_OWN
from domain.requests import KIND_OF, AnyRequest, name_of
from tests.places import ROOT


@pytest.mark.parametrize("request_type", KIND_OF, ids=name_of)
def test_no_field_of_a_request_is_taken_for_the_pages_own(request_type: type[AnyRequest]) -> None:
    assert _PAGES_OWN.isdisjoint(field.name for field in msgspec.structs.fields(request_type))


def test_what_the_page_sends_is_what_is_read_as_its_own() -> None:
    sent = (ROOT / "console" / "templates" / "ask.html").read_text(encoding="utf-8")
    assert all(f'name="{name}"' in sent for name in _PAGES_OWN - {"_more"})
