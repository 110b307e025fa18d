"""Facts and commands of a handling (交办): who has an open step of a case, who was asked about it, when it is over."""

from dataclasses import dataclass

from domain.act import Act, Fact

# A step and its post: what is done together waits for several posts under one name.
Key = tuple[str, str]


class StepAssigned(Fact, frozen=True, tag="handling.assigned/1"):
    """A step that waits for a post is to be taken by one who holds it, or stands in for one (改派)."""

    county: str
    of_case: str
    step: str
    post: str
    to: str
    reason: str
    before: str = ""


class StepUnassigned(Fact, frozen=True, tag="handling.unassigned/1"):
    """The step waits for everybody who holds its post again (收回)."""

    step: str
    post: str
    before: str
    reason: str


class StepForwarded(Fact, frozen=True, tag="handling.forwarded/1"):
    """Whose step it is asks a colleague for an opinion, and keeps the decision (转办、征求意见)."""

    county: str
    of_case: str
    step: str
    post: str
    holder: str
    to: str
    question: str
    number: int


class OpinionGiven(Fact, frozen=True, tag="handling.advised/1"):
    """The colleague answered; the step is back with the one who asked (退回)."""

    of_case: str
    step: str
    post: str
    holder: str
    opinion: str
    number: int


class QuestionRecalled(Fact, frozen=True, tag="handling.recalled/1"):
    """The question was taken back: nobody's opinion is waited for any more."""

    step: str
    post: str
    to: str
    reason: str
    number: int


class HandlingEnded(Fact, frozen=True, tag="handling.ended/1"):
    """The step waits no longer: who answered it is the one of the act; who had it, and who had advised."""

    of_case: str
    step: str
    post: str
    holder: str
    advised_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assign:
    """Let one person take a step."""

    act: Act
    of_case: str
    step: str
    post: str
    to: str
    reason: str


@dataclass(frozen=True)
class Unassign:
    """Let everybody who holds the post take the step again."""

    act: Act
    step: str
    post: str
    reason: str


@dataclass(frozen=True)
class Forward:
    """Ask a colleague for an opinion."""

    act: Act
    of_case: str
    step: str
    post: str
    to: str
    question: str


@dataclass(frozen=True)
class Advise:
    """Answer with an opinion."""

    act: Act
    step: str
    post: str
    opinion: str


@dataclass(frozen=True)
class Recall:
    """Take a question back."""

    act: Act
    step: str
    post: str
    reason: str


@dataclass(frozen=True)
class EndHandling:
    """Note that steps wait no longer."""

    act: Act
    steps: tuple[Key, ...]


HandlingCommand = Assign | Unassign | Forward | Advise | Recall | EndHandling
