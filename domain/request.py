"""What every request states, and the kinds of text that requests are made of. These shapes are kept for ever."""

from datetime import date
from typing import Annotated

import msgspec

Words = Annotated[str, msgspec.Meta(min_length=1)]
# Not only blanks.
Said = Annotated[str, msgspec.Meta(pattern=r"\S")]
Digest = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
MaybeDigest = Annotated[str, msgspec.Meta(pattern=r"\A([0-9a-f]{64})?\Z")]
DigestStart = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{0,64}\Z")]


class Request(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What every request states: the day on which it happened (the day of record if absent), and its evidence.

    `seen` is the digest of what the case said when the one who asks looked at it; "" where nobody tells.
    """

    occurred_on: date | None = None
    evidence: str = ""
    seen: MaybeDigest = ""
