"""Order (人事令): what was ordered about one person of a county. Its content stands in the county's mandates.

One stream a person; the person's name stands in no fact.
"""

from dataclasses import dataclass

from domain.act import Act, CaseState, Decider, Fact

COMMANDS_ALLOWED = ("appoint", "dismiss", "unit", "register-key", "rotate-key", "revoke-key")


class PersonOrdered(Fact, frozen=True, tag="people.ordered/1"):
    """The office ordered something about a person: *what*, of which post or key, and why."""

    county: str
    person: str
    what: str
    post: str = ""
    key_id: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Order:
    """Order something about a person; what exactly the mandates are told in the same transaction."""

    act: Act
    ordered: PersonOrdered


@dataclass
class PersonState(CaseState):
    """What was ordered about one person, in order."""

    orders: int = 0


def judge(_: PersonState, command: Order) -> tuple[Fact, ...]:
    """Return the facts of *command*."""
    return (command.ordered,)


def apply(state: PersonState, fact: Fact) -> None:
    """Fold one fact into the state."""
    assert isinstance(fact, PersonOrdered)
    state.orders += 1


PEOPLE = Decider(
    "people",
    PersonState,
    judge,
    apply,
    (Order,),
    (PersonOrdered,),
    stage=lambda s: "ordered" if s.orders else "",
    # Nothing waits between two orders.
    closed=lambda s: s.orders > 0,
    also_allowed=lambda _: COMMANDS_ALLOWED,
)
