"""The record of trainings: for the levels and in the forms of the text, by its post; corrected and never changed."""

import pytest

from domain.act import RepeatDiffersError
from domain.errors import BadInputError, BridgefundError
from domain.ledger import Ledger
from domain.policy import load
from domain.procedures.asking import NoRuleStatedError, WrongPostError
from domain.requests import RecordTraining, from_body
from domain.training import TRAINING, NoSuchTrainingError, OutsideRuleError
from tests.domain.county import PAPER, POLICIES, County

CLASS, VIDEO = "培训班 / classes", "视频会 / video meetings"
KEEPER = "poverty_section"


def training(
    *,
    rule: str = "fund_management",
    levels: tuple[str, ...] = ("township", "village"),
    form: str = CLASS,
    topic: str = "衔接资金管理办法",
    attended: int = 46,
    posts: tuple[str, ...] = (),
    corrects: str = "",
) -> RecordTraining:
    return RecordTraining(
        rule=rule,
        levels=levels,
        form=form,
        topic=topic,
        attended=attended,
        record=PAPER,
        posts=posts,
        corrects=corrects,
    )


@pytest.mark.row("RO-08", "JS")
@pytest.mark.parametrize("form", [CLASS, VIDEO])
@pytest.mark.parametrize("levels", [("township",), ("village",), ("township", "village")])
def test_training_of_both_levels_in_either_form_is_on_record(
    jiashi: County, form: str, levels: tuple[str, ...]
) -> None:
    jiashi.ask("training", "2022-1", training(form=form, levels=levels, posts=("township_finance_section",)), KEEPER)
    held = jiashi.state(TRAINING, "2022-1").held
    assert (held.levels, held.form, held.attended, held.act.clause) == (levels, form, 46, "JS L34")
    assert TRAINING.closed(jiashi.state(TRAINING, "2022-1"))


@pytest.mark.row("RO-08", "JS")
@pytest.mark.parametrize(
    ("request_", "post", "error", "said"),
    [
        (training(levels=("county",)), KEEPER, OutsideRuleError, "township, village"),
        (training(levels=("village", "prefecture")), KEEPER, OutsideRuleError, "prefecture"),
        (training(form="自学"), KEEPER, OutsideRuleError, VIDEO),
        (training(), "finance_bureau", WrongPostError, KEEPER),
        (training(levels=()), KEEPER, BadInputError, "levels"),
        (training(topic=" "), KEEPER, BadInputError, "topic"),
        (training(posts=("nobody",)), KEEPER, BadInputError, "nobody"),
        (training(rule="other"), KEEPER, BadInputError, "fund_management"),
        (training(corrects="2022-9"), KEEPER, NoSuchTrainingError, "2022-9"),
        (training(corrects="2022-1"), KEEPER, NoSuchTrainingError, "2022-1"),
    ],
)
def test_training_outside_the_rule_is_refused(
    jiashi: County, request_: RecordTraining, post: str, error: type[BridgefundError], said: str
) -> None:
    jiashi.refuses("training", "2022-1", request_, post, error, said)


def test_record_is_corrected_by_another_that_names_it(jiashi: County) -> None:
    jiashi.ask("training", "2022-1", training(), KEEPER)
    jiashi.refuses("training", "2022-1", training(attended=64), KEEPER, RepeatDiffersError, 64)
    jiashi.ask("training", "2022-2", training(attended=64, corrects="2022-1"), KEEPER)
    assert jiashi.state(TRAINING, "2022-2").held.corrects == "2022-1"
    assert jiashi.state(TRAINING, "2022-1").held.attended == 46


@pytest.mark.parametrize("county", ["guangfeng", "meilan", "jinghe", "maojian"])
def test_where_a_text_has_no_training_there_is_no_record_of_one(ledger: Ledger, county: str) -> None:
    silent = County(ledger, county)
    silent.adopt(load(POLICIES / f"{county}.toml"))
    silent.refuses("training", "1", training(), KEEPER, NoRuleStatedError, "training")


@pytest.mark.parametrize("attended", [0, -1, 10**16])
def test_nobody_or_more_than_there_are_cannot_have_attended(attended: int) -> None:
    body = (
        '{"type":"training.record/1","rule":"r","levels":["village"],"form":"f","topic":"t",'
        f'"attended":{attended},"record":"{PAPER}"}}'
    )
    with pytest.raises(BadInputError):
        from_body(body)
