"""What every request states, and the kinds of text that requests are made of. These shapes are kept for ever."""

import re
from datetime import date
from typing import Annotated

import msgspec

Words = Annotated[str, msgspec.Meta(min_length=1)]
# Something that can be seen: no blank, control, joiner, mark of direction or filler (as of Hangul and Braille).
SEEN = (
    r"[^\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]"
)
# Not only blanks.
Said = Annotated[str, msgspec.Meta(pattern=SEEN)]
Digest = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
MaybeDigest = Annotated[str, msgspec.Meta(pattern=r"\A([0-9a-f]{64})?\Z")]
DigestStart = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{0,64}\Z")]


def says_something(text: str) -> bool:
    """Return whether a text has anything in it that can be seen."""
    return re.search(SEEN, text) is not None


class Request(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What every request states: the day on which it happened (the day of record if absent), and its evidence.

    `seen` is the digest of what the case said when the one who asks looked at it; "" where nobody tells.
    """

    occurred_on: date | None = None
    evidence: str = ""
    seen: MaybeDigest = ""
