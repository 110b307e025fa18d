"""Personal words in a text (封存的个人信息): how the name of a person or household stands in a fact, sealed; pure.

A sealed text is `sealed:<reference>:<box>;`. The reference is an opaque id, `p-…` of a person or `h-…` of a household;
the box is the ciphertext in base64url without padding, under a key of that person alone (`personal/`). It may be all of
a field, or stand amid its words. At a door it is written `[[h-7:NAME]]`, or `[[h-7]]` for the name that is kept.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

REFERENCE = r"[ph]-[A-Za-z0-9][A-Za-z0-9._-]{0,37}"
# Fields that hold a reference and nothing else: the shape of their requests allows no more.
REFERENCE_ONLY = frozenset({"household"})
_SEALED = re.compile(rf"sealed:({REFERENCE}):([A-Za-z0-9_-]{{80,}});")
_MARK = re.compile(rf"\[\[({REFERENCE})(?:[:：]([^\[\]]*))?\]\]")
# Also with the brackets, letters and strokes of a Chinese keyboard: what looks like a mark there is none, and a name.
_LIKE_A_MARK = re.compile(r"(?:\[\[|【【|［［)\s*[phPHｐｈ]\s*[-－—–]")


class Sealed(NamedTuple):
    """What was sealed: of whom, and the ciphertext in base64url."""

    reference: str
    box: str

    @property
    def text(self) -> str:
        """Return it as it stands in a fact."""
        return f"sealed:{self.reference}:{self.box};"


def said(text: str, how: Callable[[Sealed], str]) -> str:
    """Return a text with what is sealed in it said as *how* says it."""
    # Most texts have none: looked for first, since whole reports go through here.
    return _SEALED.sub(lambda found: how(Sealed(found[1], found[2])), text) if "sealed:" in text else text


def reference_of(sealed: Sealed) -> str:
    """Return whose it is: all that leaves the house of what is sealed."""
    return sealed.reference


def bare(text: str) -> str:
    """Return a text with the reference alone in place of what is sealed: as it may leave the house."""
    return said(text, reference_of)


def with_marks(text: str, seal: Callable[[str, str | None], str]) -> str:
    """Return a text with each mark in place of which *seal* puts its own: of whom, and the name, None where none is."""
    return _MARK.sub(lambda found: seal(found[1], found[2]), text)


def has_mark(text: str) -> bool:
    """Tell whether a text has a mark of a door in it, be it well formed or not: it must not become a fact."""
    return _LIKE_A_MARK.search(text) is not None


def each_text(plain: Any, change: Callable[[str, str], str], field: str = "") -> Any:
    """Return data with each text changed; *change* is told in which field it stands."""
    match plain:
        case str():
            return change(field, plain)
        case dict():
            return {name: each_text(part, change, str(name)) for name, part in plain.items()}
        case list() | tuple():
            return type(plain)(each_text(part, change, field) for part in plain)
    return plain
