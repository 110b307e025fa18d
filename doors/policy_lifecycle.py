"""The lifecycle of a policy, drawn as text and as a Mermaid flowchart: the money's way and the project's way."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise, product

from domain.policy import Approval, Claims, Deadline, Plan, Profile
from domain.policy.base import Rule
from doors.policy_phrases import colon, deadline, key, named, origin, title, word
from doors.texts import t

_WAITS_FOR = {"plan": "plan", "release": "release", "payments": "payment"}


@dataclass(frozen=True)
class Stage:
    """One box of the drawing."""

    id: str
    title: str
    notes: tuple[str, ...]
    origin: str
    kind: str = ""
    returns_to: tuple[str, ...] = ()
    with_former: bool = False


def money_stages(profile: Profile) -> Iterator[Stage]:
    """Yield the money's way in order, as far as the text tells it."""
    if receipt := profile.receipt:
        notes = _notes(profile, receipt, receipt.registrar, receipt.deadline)
        yield Stage("receipt", key("receipt"), notes, origin(receipt))
    if profile.plan:
        yield from _plan_stages(profile, profile.plan)
    if release := profile.release:
        notes = (word(release.form), *_notes(profile, release, release.post, release.deadline))
        yield Stage("release", key("release"), notes, origin(release), "release")
    if profile.claims:
        yield from _claim_stages(profile, profile.claims)


def _plan_stages(profile: Profile, plan: Plan) -> Iterator[Stage]:
    # What decides on bank entry comes before there is a plan.
    yield from (_approval_stage(profile, one) for one in plan.approvals if one.subject == "bank_entry")
    if chosen := plan.selection:
        notes = _notes(profile, chosen, chosen.post, chosen.deadline)
        yield Stage("selection", key("selection"), notes, origin(chosen))
    yield Stage("plan", key("plan"), _notes(profile, plan, plan.drafter, plan.deadline), origin(plan))
    yield from (_approval_stage(profile, one) for one in plan.approvals if one.subject != "bank_entry")


def _approval_stage(profile: Profile, approval: Approval) -> Stage:
    notes = _notes(profile, approval, approval.body, approval.deadline)
    record = (t("凭据：", "record: ") + word(approval.record),) if approval.record else ()
    return Stage(f"approval_{approval.id}", title(approval), (*notes, *record), origin(approval), "plan")


def _claim_stages(profile: Profile, claims: Claims) -> Iterator[Stage]:
    yield Stage("claim", key("claims"), _notes(profile, claims, claims.lodger, None), origin(claims))
    for gate in claims.gates:
        notes = (word(gate.kind), *_notes(profile, gate, gate.post, gate.deadline))
        yield Stage(f"gate_{gate.id}", title(gate), notes, origin(gate), with_former=gate.with_former)
    payee = (f"{key('payee')}{colon()}{word(claims.payee)}",) if claims.payee else ()
    notes = (*_notes(profile, claims, claims.payer, None), *payee)
    yield Stage("payment", word("payment"), notes, origin(claims), "payment")


def project_stages(profile: Profile) -> Iterator[Stage]:
    """Yield the project's steps in order."""
    for step in profile.project.steps if profile.project else ():
        waits = step.kind in _WAITS_FOR
        notes = (t("等待", "waits"),) if waits else _notes(profile, step, step.post, step.deadline)
        yield Stage(step.id, title(step), notes, origin(step), step.kind, step.returns_to)


def _notes(profile: Profile, rule: Rule, post: str | None, limit: Deadline | None) -> tuple[str, ...]:
    posts = (post, *getattr(rule, "together_with", ()))
    who = t("、", ", ").join(named(profile, "posts", one) for one in posts if one)
    when = (deadline(profile, limit),) if limit else ()
    return (who or nobody(), *when)


def nobody() -> str:
    """Return what a box says where the text names nobody."""
    return t("由谁办理：未规定", "by whom: no rule stated")


def drawn(profile: Profile) -> Iterator[str]:
    """Yield the lifecycle as lines of text."""
    charts = {t("资金流程", "the money's way"): money_stages, t("项目环节", "the project's way"): project_stages}
    for name, stages in charts.items():
        yield f"\n## {name}"
        boxes = tuple(stages(profile))
        for n, stage in enumerate(boxes):
            if n:
                yield t("   ∥ 并行，先后不限", "   ∥ together, in any order") if stage.with_former else "   ↓"
            yield f"{n + 1:2}. {stage.title}｜{'｜'.join(stage.notes)} {stage.origin}"
            for target in stage.returns_to:
                back = next(box.title for box in boxes if box.id == target)
                yield t(f"   ↰ 可退回：{back}", f"   ↰ may return to: {back}")
        if not boxes:
            yield "未规定 / no rule stated"


def mermaid(profile: Profile, name: str) -> Iterator[str]:
    """Yield the lifecycle as a Mermaid flowchart under the title *name*."""
    money, project = tuple(money_stages(profile)), tuple(project_stages(profile))
    yield from ("---", f"title: {_quoted(name)}", "---", "flowchart TD")
    for group, label, boxes in (("m", t("资金", "money"), money), ("p", t("项目", "project"), project)):
        if boxes:
            yield f"  subgraph {group}[{_quoted(label)}]"
            yield from (f"    {group}_{box.id}[{_quoted(_label(box))}]" for box in boxes)
            yield from (f"    {group}_{one.id} --> {group}_{two.id}" for one, two in _arrows(boxes))
            yield "  end"
    for box in project:
        yield from (f"  p_{box.id} -. {t('退回', 'return')} .-> p_{target}" for target in box.returns_to)
        if money_box := awaited(money, box):
            yield f"  m_{money_box.id} -.-> p_{box.id}"


def _arrows(boxes: tuple[Stage, ...]) -> Iterator[tuple[Stage, Stage]]:
    """Yield what leads to what: between boxes that are open together there is no arrow."""
    for former, latter in pairwise(side_by_side(boxes)):
        yield from product(former, latter)


def side_by_side(boxes: Iterable[Stage]) -> list[tuple[Stage, ...]]:
    """Return the boxes in rows: those that are open together stand in one."""
    rows: list[tuple[Stage, ...]] = []
    for box in boxes:
        if box.with_former and rows:
            rows[-1] += (box,)
        else:
            rows.append((box,))
    return rows


def awaited(money: tuple[Stage, ...], step: Stage) -> Stage | None:
    """Return the last money stage that a waiting step waits for."""
    found = [box for box in money if box.kind and box.kind == _WAITS_FOR.get(step.kind)]
    return found[-1] if found else None


def _label(stage: Stage) -> str:
    return "<br/>".join((stage.title, *stage.notes, stage.origin))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "#quot;") + '"'
