from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import pytest
from sqlalchemy import Engine, event

from console.forms import choices_store as store
from console.forms.choices import choices_for
from console.forms.offering import Context
from console.forms.shapes import fields_of
from console.forms.showing import Filled, shown
from domain.cases import CaseId, parse_case
from domain.handling_requests import AssignStep
from domain.ledger import Ledger
from domain.order_requests import RevokePersonKey
from domain.paper_requests import WithdrawPaper
from domain.policy import load
from domain.registry import BY_KIND
from domain.requests import (
    AnswerStep,
    AnyRequest,
    AttestBan,
    DraftPlan,
    LodgeClaim,
    PublishDisclosure,
    RegisterProject,
    RegisterReceipt,
    ReleaseMoney,
    SetMeasures,
)
from domain.rules.splits import splits
from doors.names import Names
from projections.runner import catch_up
from projections.store import views_engine
from projections.views import VIEWS
from simulation.opening import profile_of
from simulation.samples import load as samples_of
from tests.places import SAMPLES
from tests.story import COUNTY, POLICIES, office, tell


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    url = f"sqlite:///{tmp_path_factory.mktemp('told') / 'story.db'}"
    with Ledger(url) as ledger:
        office(tell(ledger))
        engine = views_engine(url)
        catch_up(ledger, engine, VIEWS)
        names = Names.of(ledger, COUNTY, {"p-payment_centre": "样例某"})

        def context(case: str = "", step: str = "") -> Context:
            of: CaseId | None = parse_case(case) if case else None
            return Context(ledger.state, COUNTY, of, names, engine, date(2023, 8, 15), step)

        yield context, ledger
        engine.dispose()


def values(options: Any) -> list[str]:
    return [choice.value for choice in options.choices]


def test_a_receipt_is_of_the_pools_sources_and_tiers_of_the_county(told: Any) -> None:
    context, _ = told
    found = choices_for(RegisterReceipt, context())
    assert "integrated" in values(found["portions.*.pool"])
    assert found["portions.*.pool"].closed
    assert found["source"].closed
    assert values(found["tier"])[:2] == ["central", "province"]
    assert "document_no" not in found  # Any text will do.


def test_a_plan_is_offered_funds_with_what_is_free_and_the_projects(told: Any) -> None:
    context, _ = told
    found = choices_for(DraftPlan, context())
    funds = found["lines.*.fund_no"]
    assert not funds.closed
    assert {"F1", "F2"} <= set(values(funds))
    assert "未安排" in funds.choices[0].label[0]
    assert "free:" in funds.choices[0].label[1]
    assert "S01" in values(found["lines.*.project_no"])


def test_a_step_is_sent_back_only_to_where_its_rules_let_it_go(told: Any) -> None:
    context, ledger = told
    project = BY_KIND["project"]
    sent = [(row, ledger.state(project, f"{COUNTY}/project/{row}").step) for row in ("S01", "S02", "S03", "S04", "S05")]
    assert any(step is not None and step.returns_to for _, step in sent)
    for no, step in sent:
        found = choices_for(AnswerStep, context(f"{COUNTY}/project/{no}"))
        assert values(found["return_to"]) if step is not None and step.returns_to else "return_to" not in found


def test_who_may_be_given_a_step_has_a_name_and_the_step_is_open_in_the_case(told: Any) -> None:
    context, _ = told
    found = choices_for(AssignStep, context(f"{COUNTY}/handling/claim-C3"))
    assert values(found["step"]) == ["payment_centre"]
    assert any("样例某" in choice.label[0] for choice in found["to"].choices)


def test_keys_are_of_the_person_whose_record_it_is(told: Any) -> None:
    context, _ = told
    found = choices_for(RevokePersonKey, context(f"{COUNTY}/people/p-payment_centre"))
    assert set(values(found["key_id"])) <= {"centre-1", "centre-2", "key-p-payment_centre"}
    assert "key_id" not in choices_for(RevokePersonKey, context())


def test_what_rules_say_of_declaring_claiming_and_attesting_is_offered(told: Any) -> None:
    context, _ = told
    declared = choices_for(RegisterProject, context())
    assert declared["use"].closed
    assert values(choices_for(LodgeClaim, context())["kind"]) == ["advance", "progress", "settlement", "retention"]
    assert values(choices_for(AttestBan, context()).get("ban", declared["use"]))
    assert "plan_no" in choices_for(ReleaseMoney, context())
    assert "digest" not in choices_for(WithdrawPaper, context(f"{COUNTY}/claim/C3"))  # None is attached.


OFFERS = {
    store.projects: "S01",
    store.funds: "F1",
    store.plans_in_force: "P1",
    store.claims: "C1",
    store.villages: "",
    store.townships: "",
    store.units: "",
}


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.__name__)
def test_of_long_lists_the_first_are_read_and_any_other_may_be_typed(
    told: Any, offer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut where they are read, and said to be cut; a list that is just as long is whole."""
    of = told[0]()
    whole = offer(of)
    assert OFFERS[offer] in ("", *values(whole))
    assert (whole.closed, whole.cut) == (False, False)
    monkeypatch.setattr(store, "OFFERED_MOST", len(whole.choices))
    assert offer(of) == whole
    if len(whole.choices) < 2:
        return
    monkeypatch.setattr(store, "OFFERED_MOST", len(whole.choices) - 1)
    with questions(of.engine) as asked:
        cut = offer(of)
    assert (cut.choices, cut.closed, cut.cut) == (whole.choices[:-1], False, True)
    assert asked
    assert all(" LIMIT " in one for one in asked)


def test_a_form_says_that_more_may_be_typed_than_it_offers(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    context, _ = told
    for most, cut in ((200, False), (1, True)):
        monkeypatch.setattr(store, "OFFERED_MOST", most)
        fields = fields_of(DraftPlan)
        filled = Filled(choices=choices_for(DraftPlan, context()))
        [lines] = [one for one in shown(fields, filled) if one.path == "lines"]
        [fund] = [one for one in lines.rows[0][1] if one.field.name == "fund_no"]
        assert (fund.is_cut, f"{fund.element}-more" in fund.described) == (cut, cut)


@contextmanager
def questions(engine: Engine) -> Iterator[list[str]]:
    """Collect the questions that the views are asked."""
    found: list[str] = []

    def note(*of: Any) -> None:
        if not str(of[2]).startswith("BEGIN"):
            found.append(" ".join(str(of[2]).split()))

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("no", ["", "fund/F1", "project/S01", "claim/C3", "plan/P1", "people/p-director", "asset/none"])
def test_choices_stand_at_fields_of_the_form_in_both_languages(told: Any, no: str) -> None:
    context, _ = told
    for request_type in get_args(AnyRequest):
        paths = {one.path for field in fields_of(request_type) for one in (field, *field.fields)}
        for path, offered in choices_for(request_type, context(f"{COUNTY}/{no}" if no else "")).items():
            assert path in paths
            assert all(choice.value and all(choice.label) for choice in offered.choices)
            assert len(set(values(offered))) == len(offered.choices), path


def test_the_measures_that_a_countys_text_names_are_offered_by_name() -> None:
    names = Names(load(POLICIES / "jinghe.toml").profile, {})
    found = choices_for(SetMeasures, Context(lambda *_: None, "jinghe", None, names, None, date(2023, 3, 1)))
    offered = found["measures.*.of"]
    assert [(one.value, one.label[0]) for one in offered.choices] == [("measures", "年收益；带动就业人次")]
    assert offered.closed


@pytest.mark.parametrize("places", [(), ("县级平台 / county", "乡级平台 / township")])
def test_what_must_be_public_at_certain_places_is_published_at_one_of_them(places: tuple[str, ...]) -> None:
    entry = SimpleNamespace(arose=SimpleNamespace(terms=SimpleNamespace(places=places)), standing={})
    case = CaseId(COUNTY, "disclosure", "D1")
    context = Context(lambda *_: entry, COUNTY, case, Names(None, {}), None, date(2023, 1, 2))
    offered = choices_for(PublishDisclosure, context).get("place")
    assert (offered is not None and offered.closed, values(offered) if offered else []) == (bool(places), [*places])
    assert not offered or offered.choices[0].label == ("县级平台", "county")


def test_a_plan_is_offered_the_splits_that_it_may_be_under_by_the_ids_that_rules_know(tmp_path: Path) -> None:
    profile = profile_of(samples_of(SAMPLES / "meilan-2023"))
    with Ledger(f"sqlite:///{tmp_path / 'empty.db'}") as ledger:
        context = Context(ledger.state, "meilan", None, Names(profile, {}), None, date(2023, 3, 1))
        offered = choices_for(DraftPlan, context)["under"]
    assert offered.closed
    assert values(offered) == ["city_match"]
    judged = list(splits(profile.splits, tuple(values(offered)), (), ()))  # Another name would be refused here.
    assert {one.rule for one in judged} == {"splits.city_match"}


def test_a_county_without_rules_and_a_door_without_views_offers_nothing_and_fails_nowhere(tmp_path: Path) -> None:
    with Ledger(f"sqlite:///{tmp_path / 'empty.db'}") as ledger:
        names = Names.of(ledger, "river", {})
        context = Context(ledger.state, "river", None, names, None, date(2023, 1, 2))
        for request_type in get_args(AnyRequest):
            choices_for(request_type, context)
