"""What else a county could write: each runs its short year to the last fen, or is told what its text lacks."""

import copy
import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from domain.duties import SamePersonError
from domain.ledger import Ledger
from domain.policy.faults import PolicyError
from domain.procedures.asking import NoRuleStatedError
from tests.domain.walk import Walk, policy_from
from tests.places import UNKNOWN_COUNTY

Rules = dict[str, Any]
Change = Callable[[Rules], None]
BASE = tomllib.loads((UNKNOWN_COUNTY / "policy.toml").read_text(encoding="utf-8"))
STEPS = tuple(step["id"] for step in BASE["project"]["steps"])
COUNTED = ("arrival", "release", "gate_first_reading", "gate_second_reading", "gate_signature", "accept")


def changed(*changes: Change) -> Rules:
    """Return the made-up county's rules with changes."""
    rules = copy.deepcopy(BASE)
    for change in changes:
        change(rules)
    return rules


# What a county may write otherwise.


def ordered(*ids: str) -> Change:
    """Take the steps in this order, and no others; returns lead to what still stands before."""

    def change(rules: Rules) -> None:
        by_id = {step["id"]: step for step in rules["project"]["steps"]}
        rules["project"]["steps"] = [by_id[name] for name in ids]
        for n, step in enumerate(rules["project"]["steps"]):
            step["returns_to"] = [to for to in step.get("returns_to", []) if to in ids[:n]]

    return change


def without(*ids: str) -> Change:
    return ordered(*(name for name in STEPS if name not in ids))


def step_at(n: int, name: str, kind: str, post: str, **more: object) -> Change:
    new = {"id": name, "zh": "样例", "en": "sample", "kind": kind, "post": post, "source": "样例", **more}
    return lambda rules: rules["project"]["steps"].insert(n, new)


def put(path: str, value: object) -> Change:
    """Set a key, named by its path."""

    def change(rules: Rules) -> None:
        *outer, key = path.split(".")
        at: Any = rules
        for part in outer:
            at = at[int(part) if part.isdigit() else part]
        at[key] = value

    return change


def cut(*paths: str) -> Change:
    """Leave keys out."""

    def change(rules: Rules) -> None:
        for path in paths:
            *outer, key = path.split(".")
            at: Any = rules
            for part in outer:
                at = at[int(part) if part.isdigit() else part]
            del at[int(key) if key.isdigit() else key]

    return change


def both(*changes: Change) -> Change:
    def change(rules: Rules) -> None:
        for one in changes:
            one(rules)

    return change


def every_deadline(deadline: Callable[[Rules], Rules]) -> Change:
    def change(rules: Rules) -> None:
        holders = [rules["receipt"], rules["release"], *rules["claims"]["gates"], *rules["project"]["steps"]]
        for holder in holders:
            if "deadline" in holder:
                holder["deadline"] = deadline(holder["deadline"])

    return change


def uncounted(kind: str, **more: object) -> Change:
    return every_deadline(lambda old: {"id": old["id"], "kind": kind, "source": old["source"], **more})


def gates(count: int) -> Change:
    def change(rules: Rules) -> None:
        first = rules["claims"]["gates"][0]
        rules["claims"]["gates"] = [
            {**first, "id": f"gate_{n}", "deadline": {**first["deadline"], "id": f"limit_{n}"}} for n in range(count)
        ]

    return change


def all_by_one_post(rules: Rules) -> None:
    """One office does everything: declares, decides, signs, lodges, answers every gate, pays."""
    receipt, plan, claims = rules["receipt"], rules["plan"], rules["claims"]
    receipt |= dict.fromkeys(("registrar", "reporter", "notifier"), "treasury")
    claims |= dict.fromkeys(("lodger", "payer", "confirmer"), "treasury")
    plan["drafter"] = "treasury"
    for approval in plan["approvals"]:
        approval["body"] = "treasury"
    for holder in (*claims["gates"], *(step for step in rules["project"]["steps"] if "post" in step)):
        holder["post"] = "treasury"


LADDERS = ("claims.gates.0.deadline.ladder", "claims.gates.1.deadline.ladder", "claims.gates.2.deadline.ladder")
NO_LADDER = cut("ladders", *LADDERS)
MONEY_FIRST = both(put("flow.starts_with", "money"), cut("project.rounds"))
ONE_BODY = cut("plan.approvals.1")


RUNS: dict[str, Change] = {
    "as written": lambda _: None,
    "a survey before the plan": step_at(3, "look", "survey", "watch_desk", returns_to=["bank"]),
    "a survey after the building": step_at(8, "look", "survey", "watch_desk", returns_to=["build"]),
    "no bank": without("bank"),
    "money first, nobody declares": both(without("declaration", "township_review"), MONEY_FIRST),
    "one gate": gates(1),
    "eight gates": gates(8),
    "gates by one post": both(put("claims.gates.1.post", "first_reader"), put("claims.gates.2.post", "first_reader")),
    "gates named like other steps": both(
        put("claims.gates.0.id", "send"), put("claims.gates.1.id", "lodge"), put("claims.gates.2.id", "confirm")
    ),
    "everything by one post": all_by_one_post,
    "no retention": cut("retention"),
    "all of the contract is retention": put("retention.share_bp", 10_000),
    "no release step": without("release"),
    "reimbursement, released with the plan": both(without("release"), put("release.form", "reimbursement")),
    "reimbursement, with a release step": put("release.form", "reimbursement"),
    "each project, then the money": put("plan.approvals.0.subject", "project"),
    "each project only": both(ONE_BODY, put("plan.approvals.0.subject", "project")),
    "the bank's entry, then the money": put("plan.approvals.0.subject", "bank_entry"),
    "a batch": both(ONE_BODY, put("plan.approvals.0.subject", "batch"), put("plan.approvals.0.record", "document")),
    "one body twice": put("plan.approvals.1.body", "standing_meeting"),
    "the drafter approves": put("plan.approvals.1.body", "project_office"),
    "three up": put("project.rounds.up", 3),
    "prompt": uncounted("prompt"),
    "a limit without number": uncounted("limit_unstated"),
    "a rhythm": uncounted("cadence", every="month"),
    "limits of one day": every_deadline(lambda old: {**old, "count": 1}),
    "a limit on a step that waits": put(
        "project.steps.3.deadline",
        {"id": "x", "kind": "counted", "count": 9, "unit": "working", "start": "step_open", "source": "x"},
    ),
    "no chain": cut("chain"),
    "no ladder": NO_LADDER,
    "no ladder and no chain": both(NO_LADDER, cut("chain")),
    "report without notice": both(
        put("receipt.deadline.conditions", ["report"]), cut("receipt.notifier", "receipt.notify_to")
    ),
    "no pools, sources or classes": cut("pools", "sources", "classes"),
    "no contract": both(without("contract"), cut("retention")),
    "no acceptance": both(without("accept"), cut("retention")),
    "paid before the acceptance": both(
        ordered(
            *(name for name in STEPS if name not in ("payments", "accept", "handover", "keep")), "payments", "accept"
        ),
        cut("retention"),
    ),
    "acceptance twice": both(step_at(11, "accept_again", "accept", "quality_station"), cut("retention")),
    "a body begins each project, before anybody declares": both(
        ordered("plan", *(name for name in STEPS if name not in ("plan", "bank"))),
        put("plan.approvals.0.subject", "project"),
        cut("plan.approvals.0.record"),
    ),
}


@pytest.mark.parametrize("change", RUNS.values(), ids=RUNS.keys())
def test_a_county_may_write_it_otherwise_and_its_year_runs(ledger: Ledger, change: Change) -> None:
    Walk.of(ledger, policy_from(changed(change))).year()


UNSAID: dict[str, tuple[Change, str]] = {
    "no receipt": (cut("receipt"), "who enters a receipt? (receipt)"),
    "nobody enters it": (cut("receipt.registrar"), "who: register a receipt?"),
    "no project": (cut("project"), "which steps does a project take? (project.steps)"),
    "no steps": (both(put("project.steps", []), MONEY_FIRST), "which steps does a project take? (project.steps)"),
    "a step of nobody": (cut("project.steps.4.post"), "who: tender?"),
    "nobody approves": (cut("plan.approvals"), "who approves? (plan.approvals)"),
    "a body without a name": (cut("plan.approvals.1.body"), "who: approve a plan? (样例河规 §6.2)"),
    "no plan": (both(without("plan", "release"), cut("plan")), "who approves? (plan.approvals)"),
    "nobody releases": (both(without("release"), cut("release")), "who: release money?"),
    "no claims": (both(without("payments"), cut("claims")), "which gates does a claim pass? (claims.gates)"),
    "no gates": (cut("claims.gates"), "which gates does a claim pass? (claims.gates)"),
    "a gate of nobody": (cut("claims.gates.1.post"), "who: second_reading? (样例河规 §9.2)"),
    "nobody lodges": (cut("claims.lodger"), "who: lodge a claim?"),
    "nobody pays": (cut("claims.payer"), "who: send a payment?"),
}


@pytest.mark.parametrize(("change", "asked"), UNSAID.values(), ids=UNSAID.keys())
def test_what_its_text_leaves_open_is_asked_for_and_never_filled_in(ledger: Ledger, change: Change, asked: str) -> None:
    walk = Walk.of(ledger, policy_from(changed(change)))
    with pytest.raises(NoRuleStatedError) as caught:
        walk.year()
    assert f"no rule stated: {asked}" in caught.value.text("en")


WRONG: dict[str, tuple[Change, str]] = {
    "a ladder that is not there": (cut("ladders"), "'late_claim' is not in ladders"),
    "rungs out of order": (put("ladders.0.rungs.2.wait_days", 0), "order rungs by wait"),
    "a plan step without a plan": (cut("plan"), "waits for plan, but there is no [plan]"),
    "a payments step without claims": (cut("claims"), "waits for payments, but there is no [claims]"),
    "the release before the plan": (
        ordered("declaration", "township_review", "bank", "release", "plan", "contract"),
        "the release step stands before it and waits for plan",
    ),
    "two plans": (step_at(4, "plan_again", "plan", "project_office"), "a second plan step can never be reached"),
    "a return to what comes later": (put("project.steps.4.returns_to", ["contract"]), "is not an earlier step"),
    "nobody declares": (without("declaration", "township_review"), "no step declares"),
    "days without a unit": (cut("claims.gates.0.deadline.unit"), "a counted deadline needs it"),
    "the plan before the declaration": (
        ordered("plan", *(name for name in STEPS if name not in ("plan", "bank"))),
        "nobody answers a plan step, so that no project can begin",
    ),
    "a return to the plan": (put("project.steps.6.returns_to", ["plan"]), "nobody answers the plan step 'plan'"),
    "retention and acceptance twice": (
        step_at(11, "accept_again", "accept", "quality_station"), "retention is held from one acceptance"
    ),
    "retention without a contract": (without("contract"), "project.steps needs a step of kind = \"contract\""),
    "retention without an acceptance": (without("accept"), "project.steps needs a step of kind = \"accept\""),
    "retention, paid before the acceptance": (
        ordered(*(name for name in STEPS if name not in ("payments", "accept", "handover")), "payments", "accept"),
        "can never be passed: retention is paid only after acceptance",
    ),
    "a plan and no step for it": (without("plan", "release"), "no project could ever be in a plan"),
    "rounds of nothing": (
        both(without("declaration", "township_review"), put("flow.starts_with", "money")),
        "there is nothing to take again",
    ),
    "days that are prompt": (put("claims.gates.0.deadline.kind", "prompt"), "only kind = \"counted\" has a number"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "said"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_is_refused_with_its_line(change: Change, said: str) -> None:
    with pytest.raises(PolicyError) as caught:
        policy_from(changed(change))
    assert said in caught.value.text("en")
    assert all(fault.line for fault in caught.value.faults)


def test_one_person_in_a_post_that_declares_and_decides_is_refused(ledger: Ledger) -> None:
    walk = Walk.of(ledger, policy_from(changed(all_by_one_post)))
    walk.one_person = True
    with pytest.raises(SamePersonError, match="p-treasury has done declare in this case, so not township_review_1"):
        walk.year()


# Years whose notice is out, is out in part, and is still to come. A notice's days are on its year's file.
@pytest.mark.parametrize(
    ("received_on", "due_on", "provisional"),
    [
        (date(2026, 9, 30), date(2026, 10, 9), False),  # Off from 1 to 7 October: Thursday 8, Friday 9.
        (date(2026, 12, 29), date(2026, 12, 31), True),  # The notice of 2027 may still take the last days off.
        (date(2027, 9, 30), date(2027, 10, 4), True),  # No notice yet: Friday 1, Monday 4.
    ],
)
def test_a_year_whose_notice_is_still_to_come_runs_on_provisional_days(
    ledger: Ledger, received_on: date, due_on: date, *, provisional: bool
) -> None:
    walk = Walk.of(ledger, policy_from(BASE), received_on - timedelta(days=1))
    walk.year()
    clock = walk.county.clock("fund-F1-arrival")
    assert (clock.trigger_on, clock.due_on, clock.provisional) == (received_on, due_on, provisional)
