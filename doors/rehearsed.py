"""What would come of decisions before they are sent, and what came of each: by the very steps of deciding."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from activities.deciding import take_effect
from domain.calendar import WorkCalendar
from domain.cases import parse_case
from domain.errors import BadInputError, BridgefundError, RefusedError
from domain.ledger import Ledger
from domain.registry import BY_KIND
from domain.rehearsing import Rehearsal
from domain.signature import SignedMessage
from doors.names import Names
from doors.texts import language, speaking, t
from doors.waiting import why_not_text

DONE, WOULD, REFUSED, UNKNOWN, LEFT = "done", "would be done", "refused", "no answer", "not asked"
_SAID = {
    DONE: ("已办", "done"),
    WOULD: ("可办", "would be done"),
    REFUSED: ("拒绝", "refused"),
    UNKNOWN: ("没有答复", "no answer"),
    LEFT: ("未办", "not asked"),
}


@dataclass(frozen=True)
class Outcome:
    """What came of one item, or would: the rule that refused it, and its words in both languages."""

    case: str
    step: str
    outcome: str
    rule: str = ""
    zh: str = ""
    en: str = ""

    @classmethod
    def of(cls, message: SignedMessage, outcome: str, error: BridgefundError | None = None) -> "Outcome":
        """Return the outcome of an item that was asked for."""
        return (
            refused_item(message.case, message.step, outcome, error)
            if error
            else cls(message.case, message.step, outcome)
        )

    @property
    def line(self) -> str:
        """Return it as one line."""
        why = self.en if language() == "en" else self.zh
        head = " ".join(part for part in (t(*_SAID[self.outcome]), self.case, self.step) if part)
        return f"{head}{t('：', ': ')}{why}" if why else head


def refused_item(case: str, step: str, outcome: str, error: BridgefundError) -> Outcome:
    """Return the outcome of an item that was refused, or not answered."""
    rule = error.numbers.get("rule") or type(error).__name__
    return Outcome(case, step, outcome, str(rule), error.text("zh"), error.text("en"))


def on_pages(item: Outcome, error: BridgefundError, names: Names) -> Outcome:
    """Return the outcome of an item in the words that pages have for its refusal."""
    said = {}
    for lang in ("zh", "en"):
        with speaking(lang):
            said[lang] = why_not_text(error, names)
    return replace(item, **said)


def done_before(ledger: Ledger, message: SignedMessage) -> bool:
    """Return whether an item took effect when the list was handed in before.

    Its workflow may be a new run by now, which knows of no earlier answer and finds the step not open.
    """
    done: dict[str, str] = ledger.state(BY_KIND[parse_case(message.case).kind], message.case).done
    return done.get(message.command_id) == message.digest


def rehearsed(
    ledger: Ledger, messages: Sequence[SignedMessage], now: datetime, calendar: WorkCalendar
) -> dict[str, Outcome]:
    """Return what would come of each message, one upon the other, by the very steps of deciding; nothing is stored."""
    desk = Rehearsal(ledger)
    outcomes = {}
    for message in messages:
        try:
            take_effect(desk, calendar, message, now)
        except (BadInputError, RefusedError) as e:
            outcomes[message.case] = Outcome.of(message, REFUSED, e)
        else:
            outcomes[message.case] = Outcome.of(message, WOULD)
    return outcomes
