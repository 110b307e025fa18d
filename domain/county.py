"""County (县): the policies that it adopted, with their full text. A case keeps the version it began under."""

from dataclasses import dataclass, field
from datetime import date

from domain.act import Act, CaseState, Decider, Fact
from domain.errors import RefusedError
from domain.terms import PolicyRef


class NoPolicyError(RefusedError):
    """A county that has adopted no policy."""

    zh = "{county} 尚未采纳任何政策文件；先采纳 policies/{county}.toml"
    en = "{county} has adopted no policy; adopt policies/{county}.toml first"


class PolicyAdopted(Fact, frozen=True, tag="county.policy-adopted/1"):
    """A county's rules were adopted, with the engine's own and the office decisions that fill their gaps.

    The texts are the files', to the byte.
    """

    county: str
    policy: PolicyRef
    profile_text: str
    engine_text: str
    office_texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class AdoptPolicy:
    """Adopt a profile."""

    act: Act
    adopted: PolicyAdopted


@dataclass
class CountyState(CaseState):
    """The latest policy, all that were ever adopted, and from which day on each was in force."""

    current: PolicyRef | None = None
    texts: dict[PolicyRef, PolicyAdopted] = field(default_factory=dict)
    since: list[tuple[date, PolicyRef]] = field(default_factory=list)


def judge(state: CountyState, command: AdoptPolicy) -> tuple[Fact, ...]:
    """Return the facts of *command*."""
    return () if state.current == command.adopted.policy else (command.adopted,)


def apply(state: CountyState, fact: Fact) -> None:
    """Fold one fact into the state."""
    assert isinstance(fact, PolicyAdopted)
    state.current = fact.policy
    state.texts[fact.policy] = fact
    on = fact.act.occurred_on
    # Adopted for a day that has passed, it is in force from then on, and nothing after it is.
    state.since = [*(one for one in state.since if one[0] < on), (on, fact.policy)]


COUNTY = Decider("county", CountyState, judge, apply, (AdoptPolicy,), (PolicyAdopted,))
