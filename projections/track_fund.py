"""The track of a fund: its announcement and arrival, report and notice, what is planned, released and paid of it."""

from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Engine, select

from domain.act import Act
from domain.balances import RELEASED, Bucket
from domain.cases import CaseId, case_id
from domain.fund import FUND
from domain.fund_facts import DepartmentNotified, FundAnnounced, FundArrived, FundReceived, ReceiptReported
from domain.fund_refusals import NoSuchFundError
from domain.fund_state import FundState
from domain.policy import Profile
from domain.procedures.asking import rules_of
from domain.registry import stored_name
from projections.facts import FACTS
from projections.track_due import dues, last, running
from projections.track_shape import Answer, Due, Part, Records, Stage, State

_TOLD = (FundReceived, FundAnnounced, FundArrived, ReceiptReported, DepartmentNotified)
ARRIVED, ANNOUNCED, REPORT, NOTIFY, PLAN, RELEASE, PAID = (
    "arrived",
    "announced",
    "report",
    "notify",
    "plan",
    "release",
    "paid",
)


def of_fund(records: Records, case: CaseId, today: date) -> tuple[Stage, ...]:
    """Return the stages of a fund.

    Raises:
        NoSuchFundError: If it was never entered.
    """
    own = case_id(*case)
    state = records.read(FUND, own)
    if state.received is None:
        raise NoSuchFundError(fund_no=case.no)
    profile = rules_of(records.read, case.county, state.received.terms.policy).profile
    told = _told(records.engine, own, state)
    releases = [f"release:{plan_no}" for plan_no in state.plans]
    clocks = dues(records.engine, own, ("arrive", REPORT, NOTIFY, *releases), today)
    return (
        *_entry(state, profile, told),
        *_receipt(state, profile, told, clocks),
        *_money(case, state, profile, clocks),
    )


def _told(engine: Engine, fund: str, state: FundState) -> dict[type, Answer]:
    """Return who entered, reported and notified: each fact looked up by itself, as a fund's stream may be long."""
    there = {
        FundReceived: isinstance(state.received, FundReceived),
        FundAnnounced: isinstance(state.received, FundAnnounced),
        FundArrived: state.arrived is not None,
        ReceiptReported: state.reported_on is not None,
        DepartmentNotified: state.notified_on is not None,
    }
    found: dict[type, Answer] = {}
    with engine.connect() as connection:
        for kind in (kind for kind in _TOLD if there[kind]):
            asked = select(FACTS.c.content).where(FACTS.c.stream == fund, FACTS.c.fact == stored_name(kind))
            content = connection.execute(asked.order_by(FACTS.c.position).limit(1)).scalar_one()
            found[kind] = Answer.of(msgspec.convert(content["act"], Act, strict=False), content.get("department", ""))
    return found


def _entry(state: FundState, profile: Profile, told: dict[type, Answer]) -> list[Stage]:
    rule = profile.receipt
    of = {"named": "stage", "post": state.registrar or (rule.registrar if rule else "") or ""}
    of["clause"] = rule.clause if rule else ""
    if FundAnnounced not in told:
        return [Stage(ARRIVED, "arrive", "done", answer=told.get(FundReceived), **of)]  # type: ignore[arg-type]
    over = state.awaited and state.balances.all_paid()  # Revoked whole: nothing is left to arrive.
    how: State = "done" if state.arrived else "skipped" if over else "current"
    return [
        Stage(ANNOUNCED, "announce", "done", answer=told[FundAnnounced], **of),  # type: ignore[arg-type]
        Stage(ARRIVED, "arrive", how, answer=told.get(FundArrived), open=("arrive",) if how == "current" else (), **of),  # type: ignore[arg-type]
    ]


def _receipt(state: FundState, profile: Profile, told: dict[type, Answer], clocks: Any) -> list[Stage]:
    """Return report and notice, where the rules name who does it, or somebody did; they are open together."""
    assert state.received is not None
    terms, rule = state.received.terms, profile.receipt
    waits = {step.id for step in FUND.open_steps(state)}
    stages: list[Stage] = []
    for id_, post, kind in ((REPORT, terms.reporter, ReceiptReported), (NOTIFY, terms.notifier, DepartmentNotified)):
        answer = told.get(kind)
        if not post and answer is None:
            continue
        how: State = "done" if answer else "current" if id_ in waits else "to_come"
        of_step: tuple[Due, ...] = clocks.get(id_, ())
        stages.append(
            Stage(
                id=id_,
                kind=id_,
                state=how,
                post=post,
                clause=answer.clause if answer else rule.clause if rule else "",
                beside=bool(stages),
                open=(id_,) if how == "current" else (),
                answer=answer,
                # Several conditions stand under one clock: it may run on for the other one.
                due=running(of_step) if how == "current" else last(of_step) or running(of_step),
            )
        )
    return stages


def _money(case: CaseId, state: FundState, profile: Profile, clocks: Any) -> list[Stage]:
    """Return what is planned of what is in hand, released of what is planned, paid of what is released."""
    assert state.received is not None
    portions = state.balances.portions.values()
    in_hand = sum(p.received - p.withdrawn for p in portions)
    free = sum(p.buckets[Bucket.FREE] for p in portions)
    allotted, released = sum(p.allotted for p in portions), sum(p.released for p in portions)
    paid = sum(p.buckets[Bucket.PAID] for p in portions)
    assert released == sum(p.buckets[bucket] for p in portions for bucket in RELEASED)
    plan, release = profile.plan, profile.release
    parts = _parts(case, state, clocks)
    waits = tuple(part.step for part in parts if part.step)
    return [
        Stage(
            id=PLAN,
            kind=PLAN,
            state="done" if not free and allotted else "current" if free and not state.awaited else _ahead(state),
            post=(plan.drafter if plan else "") or "",
            clause=plan.clause if plan else "",
            done_fen=allotted,
            of_fen=in_hand,
            parts=tuple(Part(p.case, p.no, p.amount_fen, p.amount_fen, on=state.allotted_on.get(p.no)) for p in parts),
        ),
        Stage(
            id=RELEASE,
            kind=RELEASE,
            state="current" if waits else "done" if released and released == allotted else _ahead(state),
            post=state.received.terms.releaser,
            clause=release.clause if release else "",
            open=waits,
            due=running(part.due for part in parts if part.due and part.step),
            parts=parts,
            done_fen=released,
            of_fen=allotted,
        ),
        Stage(
            id=PAID,
            kind="payments",
            state="done" if FUND.closed(state) else "current" if released > paid else _ahead(state),
            named="stage",
            done_fen=paid,
            of_fen=released,
        ),
    ]


def _ahead(state: FundState) -> State:
    return "skipped" if FUND.closed(state) else "to_come"


def _parts(case: CaseId, state: FundState, clocks: Any) -> tuple[Part, ...]:
    """Return each plan with money of the fund, and the release that it waits for."""
    assert state.received is not None
    parts = []
    for plan_no, shares in state.plans.items():
        amount_fen, step = sum(share.amount_fen for share in shares), f"release:{plan_no}"
        waits = plan_no in state.waiting_plans and not state.awaited
        of_plan: tuple[Due, ...] = clocks.get(step, ())
        parts.append(
            Part(
                case=case_id(case.county, "plan", plan_no),
                no=plan_no,
                amount_fen=amount_fen,
                done_fen=amount_fen if plan_no in state.released else 0,
                step=step if waits else "",
                post=state.received.terms.releaser,
                due=running(of_plan) if waits else last(of_plan),
            )
        )
    return tuple(parts)
