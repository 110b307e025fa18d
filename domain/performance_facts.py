"""What can happen to a project's results (facts, stored), and what can be asked of them (one command, passing)."""

from dataclasses import dataclass

import msgspec

from domain.act import Act, Fact
from domain.terms import PolicyRef


class Task(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a post has to do under a rule. A post of "" is not stated; *limit* is its deadline's kind (A-04)."""

    id: str
    post: str
    clause: str
    limit: str = ""


class PerformanceTerms(msgspec.Struct, frozen=True, omit_defaults=True):
    """The rules that a project's results run under: what the county's text has, and nothing else."""

    policy: PolicyRef
    monitoring: Task | None = None
    correction: Task | None = None
    evaluation: Task | None = None
    accountability: Task | None = None
    explains: tuple[Task, ...] = ()
    links: Task | None = None
    mends: Task | None = None


class Measure(msgspec.Struct, frozen=True, omit_defaults=True):
    """A measure (绩效指标) as a whole number of its unit; *of* is the county's measure that it serves, if any.

    It is reached from *value* up, or, where less is better, down to it (*at_most*).
    """

    name: str
    unit: str
    value: int
    at_most: bool = False
    of: str = ""

    def reached(self, value: int) -> bool:
        """Return whether *value* is what was aimed at."""
        return value <= self.value if self.at_most else value >= self.value


class Value(msgspec.Struct, frozen=True):
    """What a measure came to."""

    measure: str
    value: int


class Reached(msgspec.Struct, frozen=True, omit_defaults=True):
    """How many of a group (受益群体) were reached; *rank* is its place in the county's order, 0 where it has none."""

    group: str
    count: int
    rank: int = 0


class PerformanceOpened(Fact, frozen=True, tag="performance.opened/1"):
    """A project's results are followed from now on."""

    county: str
    project_no: str
    terms: PerformanceTerms


class MeasuresSet(Fact, frozen=True, tag="performance.measures-set/1"):
    """The target in numbers, where it can be measured. The latest ones hold."""

    measures: tuple[Measure, ...]
    record: str = ""


class ResultMonitored(Fact, frozen=True, tag="performance.monitored/1"):
    """Monitoring (绩效监控) of a year: values so far, and the deviation that was found, if any."""

    number: int
    year: int
    channel: str
    values: tuple[Value, ...]
    deviation: str = ""
    record: str = ""


class DeviationCorrected(Fact, frozen=True, tag="performance.corrected/1"):
    """A deviation was handled by its class (分类处置), in the same year."""

    number: int
    handling: str
    words: str
    record: str = ""


class ResultEvaluated(Fact, frozen=True, tag="performance.evaluated/1"):
    """A year's evaluation (绩效评价): grade, score of 100 if any, each measure's value, and which were *missed*."""

    year: int
    grade: str
    values: tuple[Value, ...]
    missed: tuple[str, ...]
    evaluator: str
    score: int | None = None
    reached: tuple[Reached, ...] = ()
    households: int = 0
    villages: int = 0
    record: str = ""


class ShortfallExplained(Fact, frozen=True, tag="performance.explained/1"):
    """Who answers for the project's money said why the result fell short."""

    duty: str
    words: str
    record: str = ""


class HeldToAccount(Fact, frozen=True, tag="performance.held-to-account/1"):
    """A post was held to account (问责) for no result."""

    year: int
    accountable: str
    words: str
    record: str = ""


class DutyPerformed(Fact, frozen=True, tag="performance.duty-performed/1"):
    """Whoever performs a duty for the county, such as a third party (第三方), handed in its work on the project."""

    duty: str
    performer: str
    words: str
    record: str = ""


class LinkageRecorded(Fact, frozen=True, tag="performance.linkage-recorded/1"):
    """What was really done of the linkage (联农带农): modes, operator, who was reached. *of* is whom it counts for."""

    modes: tuple[str, ...]
    reached: tuple[Reached, ...]
    operator: str = ""
    subject: str = ""
    of: str = ""
    reason: str = ""
    record: str = ""


class HouseholdConfirmed(Fact, frozen=True, tag="performance.household-confirmed/1"):
    """A person confirmed one household led by an operator (A-49); *household* is an opaque number, no name."""

    household: str
    group: str
    operator: str
    instrument: str
    record: str


class WeaknessFound(Fact, frozen=True, tag="performance.weakness-found/1"):
    """The linkage has little effect (带动效果差): what follows, on whom, by the county's ladder."""

    words: str
    subject: str = ""
    of: str = ""
    effect: str = ""
    effect_on: str = ""
    record: str = ""


class WeaknessMended(Fact, frozen=True, tag="performance.weakness-mended/1"):
    """It was put right (整改), and how."""

    words: str
    record: str = ""


class PerformanceClosed(Fact, frozen=True, tag="performance.closed/1"):
    """The project's results are followed no longer."""

    words: str


PerformanceFact = (
    PerformanceOpened
    | MeasuresSet
    | ResultMonitored
    | DeviationCorrected
    | ResultEvaluated
    | ShortfallExplained
    | HeldToAccount
    | DutyPerformed
    | LinkageRecorded
    | HouseholdConfirmed
    | WeaknessFound
    | WeaknessMended
    | PerformanceClosed
)


@dataclass(frozen=True)
class EnterResult:
    """Enter facts about a project's results; the first of them all opens the case."""

    act: Act
    facts: tuple[PerformanceFact, ...]


FACTS: tuple[type, ...] = PerformanceFact.__args__
