"""Balances: where each fen of a fund is, by portion and by line, and the conservation that always holds."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, Protocol

from domain.errors import BridgefundError, RefusedError


class Bucket(Enum):
    """Where money is. A fen is in exactly one bucket."""

    FREE = "free"
    UNRELEASED = "unreleased"
    CLAIMABLE = "claimable"
    RESERVED = "reserved"
    SENT = "sent"
    PAID = "paid"

    # Each is there once, and every movement of money looks some up: by what they are, not by their names' letters.
    __hash__ = object.__hash__


RELEASED = (Bucket.CLAIMABLE, Bucket.RESERVED, Bucket.SENT, Bucket.PAID)
ALLOTTED = (Bucket.UNRELEASED, *RELEASED)


class Move(NamedTuple):
    """*amount_fen* of a pool, for a project or "" for none, from one bucket to another; None is outside the fund.

    What leaves the fund is withdrawn, unless it *never_came*: announced money that was counted and did not arrive.
    """

    pool: str
    project_no: str
    start: Bucket | None
    end: Bucket | None
    amount_fen: int
    never_came: bool = False


class Held(Protocol):
    """Money of a pool that a project has."""

    @property
    def pool(self) -> str:
        """Return the pool that it comes from."""

    @property
    def project_no(self) -> str:
        """Return the project."""

    @property
    def amount_fen(self) -> int:
        """Return how much it is."""


class ConservationError(BridgefundError):
    """Money would appear or vanish. It is never a user's mistake: the engine stops before it is stored."""

    zh = "资金守恒被破坏：{equation}，{numbers}"
    en = "conservation of money is broken: {equation}, {numbers}"


def _no_money() -> dict[Bucket, int]:
    return dict.fromkeys(Bucket, 0)


@dataclass
class Portion:
    """One pool (资金池) of a fund, in fen; `allotted` and `released` are sums of their own: they can disagree."""

    received: int = 0
    withdrawn: int = 0
    allotted: int = 0
    released: int = 0
    buckets: dict[Bucket, int] = field(default_factory=_no_money)

    def shift(self, move: Move) -> None:
        """Move money, keeping each sum by its own rule."""
        _, _, start, end, amount_fen, never_came = move
        if start is None:
            self.received += amount_fen
        else:
            self.buckets[start] -= amount_fen
        if end is not None:
            self.buckets[end] += amount_fen
        elif never_came:
            self.received -= amount_fen
        else:
            self.withdrawn += amount_fen
        # Within what is released, as most movements are, neither sum changes.
        if start not in RELEASED or end not in RELEASED:
            self.allotted += ((end in ALLOTTED) - (start in ALLOTTED)) * amount_fen
            self.released += ((end in RELEASED) - (start in RELEASED)) * amount_fen

    def check(self) -> None:
        """Check the equations of docs/architecture.md.

        Raises:
            ConservationError: If one does not hold.
        """
        b = self.buckets
        for equation, left, right in (
            (
                "received - withdrawn = free + allotted",
                self.received - self.withdrawn,
                b[Bucket.FREE] + self.allotted,
            ),
            ("allotted = unreleased + released", self.allotted, b[Bucket.UNRELEASED] + self.released),
            ("released = claimable + reserved + sent + paid", self.released, sum(b[x] for x in RELEASED)),
            ("nothing below zero", min(0, *b.values(), self.withdrawn, self.allotted, self.released), 0),
        ):
            if left != right:
                raise ConservationError(equation=equation, numbers=f"{left} against {right} fen")


@dataclass
class Balances:
    """The portions of a fund by pool, and its lines by pool and project."""

    portions: dict[str, Portion] = field(default_factory=dict)
    lines: dict[tuple[str, str], dict[Bucket, int]] = field(default_factory=dict)

    def move(self, moves: tuple[Move, ...]) -> None:
        """Carry out *moves*, in place."""
        for move in moves:
            pool, project_no, start, end, amount_fen, _ = move
            if (portion := self.portions.get(pool)) is None:
                portion = self.portions[pool] = Portion()
            portion.shift(move)
            if project_no:
                if (line := self.lines.get((pool, project_no))) is None:
                    line = self.lines[pool, project_no] = _no_money()
                if start in ALLOTTED:
                    line[start] -= amount_fen
                if end in ALLOTTED:
                    line[end] += amount_fen

    def carry(self, held: Iterable[Held], start: Bucket, end: Bucket) -> None:
        """Carry what is released on, as `move` would: between these buckets neither sum changes.

        Most facts of a fund's life are such, and a long stream is folded by them.
        """
        assert start in RELEASED
        assert end in RELEASED
        for share in held:
            pool, amount_fen = share.pool, share.amount_fen
            for buckets in (self.portions[pool].buckets, self.lines[pool, share.project_no]):
                buckets[start] -= amount_fen
                buckets[end] += amount_fen

    def check(self, fund_no: str, moves: tuple[Move, ...], shortfall: type[RefusedError], clause: str) -> None:
        """Try *moves*, which rest on *clause*, on a copy of what they touch.

        Raises:
            RefusedError: *shortfall*, if a bucket has less than is asked of it.
            ConservationError: If the moves break an equation.
        """
        trial = self._touched(moves)
        for move in moves:
            left = trial.available(move)
            if left is not None and left < move.amount_fen:
                place = f"{move.pool} {move.project_no}".strip()
                bucket = move.start.value if move.start else ""
                raise shortfall(
                    fund_no=fund_no,
                    place=place,
                    bucket=bucket,
                    asked_fen=move.amount_fen,
                    left_fen=left,
                    clause=clause,
                )
            trial.move((move,))
        for portion in trial.portions.values():
            portion.check()

    def available(self, move: Move) -> int | None:
        """Return how much *move* could take at most, in fen, or None if it brings money in."""
        if move.start is None:
            return None
        portion = self.portions.get(move.pool)
        left = portion.buckets[move.start] if portion else 0
        if move.project_no and move.start in ALLOTTED:
            line = self.lines.get((move.pool, move.project_no))
            left = min(left, line[move.start] if line else 0)
        return left

    def all_paid(self) -> bool:
        """Return whether no fen is left that is neither paid nor withdrawn."""
        return all(p.received == p.withdrawn + p.buckets[Bucket.PAID] for p in self.portions.values())

    def _touched(self, moves: tuple[Move, ...]) -> "Balances":
        pools = {m.pool for m in moves}
        keys = {(m.pool, m.project_no) for m in moves}
        portions = {
            pool: Portion(p.received, p.withdrawn, p.allotted, p.released, dict(p.buckets))
            for pool in pools
            if (p := self.portions.get(pool))
        }
        return Balances(portions, {key: dict(self.lines[key]) for key in keys if key in self.lines})
