"""What is recorded of an outbox (外部系统待报), and what may be asked of it. Amounts in whole fen, signed."""

from dataclasses import dataclass
from typing import Annotated

import msgspec

from domain.act import Act, Fact

Words = Annotated[str, msgspec.Meta(min_length=1)]


class RowContent(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a row tells the system outside.

    *entry* is its kind in that system's own words, *kind* the engine's; `stream` and `fact` name the fact on which it
    rests (with the act's command id there is but one). A reversal has the amount of the other sign and names its row;
    what is sent *again* names the row whose place it takes.
    """

    kind: str
    entry: str
    stream: str
    fact: str
    about: str
    amount_fen: int | None = None
    words: tuple[tuple[str, str], ...] = ()
    reverses: int = 0
    again: int = 0
    note: str = ""


class RowQueued(Fact, frozen=True, tag="outbox.queued/1"):
    """A row waits for *post* to send it ("" is not stated); rows are numbered from 1 without a gap."""

    row_no: int
    row: RowContent
    post: str = ""


class RowsExported(Fact, frozen=True, tag="outbox.exported/1"):
    """The rows *first* to *last* went out as one file; `digest` is of their canonical text."""

    batch: int
    first: int
    last: int
    digest: str


class RowRefused(msgspec.Struct, frozen=True):
    """A row that the system outside did not take, with the reason that it gave."""

    row_no: int
    reason: Words


class RowsAcknowledged(Fact, frozen=True, tag="outbox.acknowledged/1"):
    """The system outside took a batch, under its own receipt number, but for the rows that it refused."""

    batch: int
    receipt_no: str
    refused: tuple[RowRefused, ...] = ()


@dataclass(frozen=True)
class Queue:
    """Queue rows for what came about, for *post* to send."""

    act: Act
    rows: tuple[RowContent, ...]
    post: str = ""


@dataclass(frozen=True)
class Export:
    """Send everything up to row *last*, whose canonical text has this digest."""

    act: Act
    last: int
    digest: str


@dataclass(frozen=True)
class Acknowledge:
    """Note what the system outside answered to a batch."""

    act: Act
    batch: int
    receipt_no: str
    refused: tuple[RowRefused, ...] = ()


@dataclass(frozen=True)
class Reverse:
    """Take a row back that was taken in outside, with the reason; *again* sends it anew."""

    act: Act
    row_no: int
    reason: str
    again: bool = False


@dataclass(frozen=True)
class SendAgain:
    """Send a row anew that the system outside refused, with what was put right."""

    act: Act
    row_no: int
    note: str
