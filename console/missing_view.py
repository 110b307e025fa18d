"""What is missing for the next step of a case, and who holds it, as a page says it."""

from dataclasses import dataclass

from console.house import House
from domain.cases import CaseId
from doors.names import Names
from doors.needs import Missing, missing
from doors.texts import t
from doors.waiting import may_text, person_said, stands_in, why_not_text
from doors.words import ENTRY_TESTS
from projections.held_up import HeldUp
from projections.track_shape import Records, Stage


@dataclass(frozen=True)
class ShownPaper:
    """A paper that a step needs, and whether it is attached."""

    name: str
    attached: bool


@dataclass(frozen=True)
class ShownTest:
    """An entry test: what it is of, what came of it, and whether it is met."""

    name: str
    stands: str
    met: bool


@dataclass(frozen=True)
class ShownHold:
    """What is waited for in another case: its address ("" where it has not begun), step, post, and amount in fen."""

    url: str
    case: str
    step: str
    post: str
    amount_fen: int | None


@dataclass(frozen=True)
class ShownMissing:
    """One step, what is missing for it, and who holds it.

    *refused* is what the approving request would be told now, "" where it would be taken or nobody approves it, which
    *rehearsed* tells apart. *who* are those who may take it, or why not, where the page does not say it already.
    """

    step: str
    name: str
    post: str
    clause: str
    who: tuple[tuple[str, str], ...]
    papers: tuple[ShownPaper, ...]
    tests: tuple[ShownTest, ...]
    lacks: tuple[str, ...]
    holds: tuple[ShownHold, ...]
    refused: str
    rehearsed: bool

    @property
    def nothing(self) -> bool:
        """Return whether nothing is missing."""
        there = all(paper.attached for paper in self.papers) and all(test.met for test in self.tests)
        return there and not (self.lacks or self.holds or self.refused)


def missing_of(house: House, case: CaseId, stages: tuple[Stage, ...]) -> tuple[ShownMissing, ...]:
    """Return what is missing for each step that waits, whoever answers it; *stages* are the case's track.

    Raises:
        RefusedError: If there is no such case.
    """
    records, names = Records.of(house.ledger, house.engine), house.names(case.county)
    found = missing(house.ledger, records, house.calendar, case, house.now(), stages)
    return tuple(_shown(one, names) for one in found)


def _shown(one: Missing, names: Names) -> ShownMissing:
    need = one.need
    lacks = tuple(why_not_text(no, names) for no in need.lacks)
    refused = why_not_text(one.refused, names) if one.refused else ""
    return ShownMissing(
        step=need.step,
        name=names.step(need.step),
        post=names.named("post", need.post) if need.post else "",
        clause=need.clause,
        who=tuple((person_said(who.person, names) + stands_in(who), may_text(who, names)) for who in need.candidates),
        papers=tuple(ShownPaper(names.word(paper.kind), bool(paper.attached)) for paper in need.papers),
        tests=tuple(
            ShownTest(names.named("test", test.test), t(*ENTRY_TESTS[test.status]), test.status == "met")
            for test in need.tests
        ),
        lacks=tuple(lack for lack in lacks if lack != refused),
        holds=tuple(_hold(held, names) for held in need.held_up),
        refused=refused,
        rehearsed=one.rehearsed,
    )


def _hold(held: HeldUp, names: Names) -> ShownHold:
    post = names.named("post", held.post) if held.post else ""
    return ShownHold(f"/{held.case}" if held.case else "", held.case, names.step(held.step), post, held.amount_fen)
