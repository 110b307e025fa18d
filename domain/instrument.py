"""Instrument (政策工具): what a county funds without a contractor; its uses, to be summed over years and places."""

from collections.abc import Callable
from dataclasses import dataclass, field

from domain.act import CaseState, Decider
from domain.instrument_facts import InstrumentUsed, UseInstrument


@dataclass
class InstrumentState(CaseState):
    """The uses, by their projects."""

    uses: dict[str, InstrumentUsed] = field(default_factory=dict)

    def sum_fen(self, counts: Callable[[InstrumentUsed], bool]) -> int:
        """Return the sum of the uses that count, in fen."""
        return sum(use.amount_fen for use in self.uses.values() if counts(use))


def judge(state: InstrumentState, command: UseInstrument) -> tuple[InstrumentUsed, ...]:
    """Return the fact of *command*: a project is one use, and the same is not noted again."""
    before = state.uses.get(command.used.project_no)
    return () if before is not None and _content(before) == _content(command.used) else (command.used,)


def _content(use: InstrumentUsed) -> tuple[object, ...]:
    return use.year, use.township, use.households, use.amount_fen


def apply(state: InstrumentState, fact: InstrumentUsed) -> None:
    """Fold one fact into the state."""
    state.uses[fact.project_no] = fact


INSTRUMENT = Decider("instrument", InstrumentState, judge, apply, (UseInstrument,), (InstrumentUsed,))
