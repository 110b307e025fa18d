"""What is asked of the training record (培训记录): a training is entered, for the levels and forms of the text."""

from collections.abc import Collection, Iterator

from domain.errors import BadInputError
from domain.ledger import Step
from domain.policy.people import Training
from domain.procedures.asking import Asking, NoRuleStatedError, Rules
from domain.requests import RecordTraining
from domain.training import TRAINING, HoldTraining, NoSuchTrainingError, OutsideRuleError, TrainingHeld
from domain.words import Both


def record(asking: Asking, request: RecordTraining) -> Iterator[Step]:
    """Enter a training that was held, for the post that keeps the record."""
    before = asking.read(TRAINING, asking.own).held
    rules = asking.rules(before.policy if before else None)
    rule = _rule(rules, request.rule)
    asking.needs_post(rule.post, "keep the training record", rule.clause)
    _check(rule, request, [post.id for post in rules.profile.posts])
    if request.corrects:
        _check_corrected(asking, request.corrects)
    act = asking.act.under(rule.clause)
    held = TrainingHeld(
        act=act,
        county=asking.case.county,
        training_no=asking.case.no,
        rule=rule.id,
        policy=rules.ref,
        levels=request.levels,
        form=request.form,
        topic=request.topic,
        posts=request.posts,
        attended=request.attended,
        record=request.record,
        corrects=request.corrects,
    )
    yield Step(asking.own, HoldTraining(act, held))


def _rule(rules: Rules, name: str) -> Training:
    known = {rule.id: rule for rule in rules.profile.training}
    if not known:
        raise NoRuleStatedError(question="which training is held?", key="training")
    if name not in known:
        raise BadInputError("rule", f"{name!r} is not one of {', '.join(known)}")
    return known[name]


def _check(rule: Training, request: RecordTraining, posts: Collection[str]) -> None:
    if not request.levels:
        raise BadInputError("levels", "a training is for one level at least")
    if not request.topic.strip():
        raise BadInputError("topic", "it must say something")
    for asked in request.levels:
        _check_one(rule, Both("层级", "level"), asked, rule.levels)
    _check_one(rule, Both("形式", "form"), request.form, rule.forms)
    for post in request.posts:
        if post not in posts:
            raise BadInputError("posts", f"{post!r} is not one of {', '.join(posts)}")


def _check_one(rule: Training, what: Both, asked: str, known: Collection[str]) -> None:
    if asked not in known:
        words = Both(rule.zh, rule.en)
        raise OutsideRuleError(what=what, asked=asked, rule=words, known=", ".join(known), clause=rule.clause)


def _check_corrected(asking: Asking, training_no: str) -> None:
    stream = asking.stream("training", training_no)
    if training_no == asking.case.no or asking.read(TRAINING, stream).held is None:
        raise NoSuchTrainingError(training_no=training_no)
