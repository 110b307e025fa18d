"""What a case under other rules shows: each finding with its rule's line, what the facts have, what it would take."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from domain.errors import BridgefundError
from domain.words import Both

Group = Literal["refused", "missing", "late", "due", "not_compared", "unknown"]
GROUPS: tuple[Group, ...] = ("refused", "missing", "late", "due", "not_compared", "unknown")
UNSAID = Both("", "")
NOTHING = Both("没有这样的事实", "no fact of it")


@dataclass(frozen=True)
class Found:
    """One finding. `rule` is its place in the other profile, `clause` its line there; days where it is about days."""

    group: Group
    case: str
    rule: str
    clause: str
    says: Both
    has: Both = UNSAID
    wants: Both = UNSAID
    on: date | None = None
    due: date | None = None
    done: date | None = None
    days_late: int = 0

    def data(self) -> dict[str, Any]:
        """Return it as JSON has it, in both languages."""
        words = {name: {"zh": said.zh, "en": said.en} for name in ("says", "has", "wants") if (said := self._of(name))}
        days = {name: day.isoformat() for name in ("on", "due", "done") if (day := getattr(self, name))}
        late = {"days_late": self.days_late} if self.days_late else {}
        return {
            "group": self.group,
            "case": self.case,
            "rule": self.rule,
            "clause": self.clause,
            **words,
            **days,
            **late,
        }

    def _of(self, name: str) -> Both | None:
        said: Both = getattr(self, name)
        return said if said.zh else None


@dataclass
class Findings:
    """All of them, each once, in the order of the case; and how much was compared, by what it was."""

    found: list[Found] = field(default_factory=list)
    compared: Counter[str] = field(default_factory=Counter)

    def add(self, one: Found) -> None:
        """Note one; a second of the same rule, about the same case and in the same words, is the same one."""
        same = (one.group, one.case, one.rule, one.says)
        if same not in [(other.group, other.case, other.rule, other.says) for other in self.found]:
            self.found.append(one)

    def of(self, group: Group) -> list[Found]:
        """Return those of one group."""
        return [one for one in self.found if one.group == group]


def words_of(error: BridgefundError) -> Both:
    """Return what an error says, in both languages."""
    return Both(error.text("zh"), error.text("en"))
