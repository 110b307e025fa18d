"""Training (培训): the record that it was held: for which levels, in which form, for whom, how many, on which day."""

from dataclasses import dataclass

from domain.act import Act, CaseState, Decider, Fact, RepeatDiffersError
from domain.errors import RefusedError
from domain.terms import PolicyRef


class OutsideRuleError(RefusedError):
    """A training for a level, or in a form, that the county's rule does not name."""

    zh = "{what} {asked} 不在“{rule}”之列；只能是 {known}（{clause}）"
    en = "{what} {asked} is none of {rule}: only {known} ({clause})"


class NoSuchTrainingError(RefusedError):
    """A correction of a record that is not there."""

    zh = "没有培训记录 {training_no}，无从更正；corrects 须写已有的记录号"
    en = "there is no training record {training_no}; corrects must name one that is there"


class TrainingHeld(Fact, frozen=True, tag="training.held/1"):
    """A training was held (开展培训) on the act's stated day. `record` is the SHA-256 of its paper, in hex.

    *corrects* is the number of the record that it takes the place of.
    """

    county: str
    training_no: str
    rule: str
    policy: PolicyRef
    levels: tuple[str, ...]
    form: str
    topic: str
    posts: tuple[str, ...]
    attended: int
    record: str
    corrects: str = ""

    def content(self) -> tuple[object, ...]:
        """Return what makes this training what it was, whoever enters it and when."""
        said = self.rule, self.levels, self.form, self.topic, self.posts, self.attended, self.record, self.corrects
        return (*said, self.act.occurred_on)


@dataclass(frozen=True)
class HoldTraining:
    """Enter a training."""

    act: Act
    held: TrainingHeld


@dataclass
class TrainingState(CaseState):
    """One record."""

    held: TrainingHeld | None = None


def judge(state: TrainingState, command: HoldTraining) -> tuple[Fact, ...]:
    """Return the facts of *command*."""
    if state.held is None:
        return (command.held,)
    recorded, asked = state.held.content(), command.held.content()
    if recorded != asked:
        raise RepeatDiffersError(key=f"training {command.held.training_no}", recorded=recorded, asked=asked)
    return ()


def apply(state: TrainingState, fact: Fact) -> None:
    """Fold one fact into the state."""
    assert isinstance(fact, TrainingHeld)
    state.held = fact


TRAINING = Decider(
    "training",
    TrainingState,
    judge,
    apply,
    (HoldTraining,),
    (TrainingHeld,),
    stage=lambda s: "held" if s.held else "",
    closed=lambda s: s.held is not None,
)
