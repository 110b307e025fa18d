"""What a project's own steps bring to its assets: title, handover, upkeep; a refund; and the clocks of these steps."""

from collections.abc import Iterator
from typing import Any

from domain.asset import ASSET
from domain.asset_facts import AssetFact, AssetHandedOver, EnterAsset, KeeperSet, PaymentTakenOut, TitleConfirmed
from domain.cases import kind_of
from domain.ledger import Step
from domain.procedures import clocks
from domain.procedures.asking import Asking
from domain.project import PROJECT
from domain.project_facts import RefundNoted, StepPassed
from domain.project_state import ProjectState


def follow(asking: Asking, stream: str, fact: Any) -> Iterator[Step]:
    """Bring to a project's assets what its own steps and payments say: title, handover, upkeep, a refund."""
    if kind_of(stream) != "project" or not isinstance(fact, StepPassed | RefundNoted):
        return
    project = asking.read(PROJECT, stream)
    if isinstance(fact, RefundNoted) and (asset_no := project.claims_in_assets.get(fact.claim_no)):
        yield Step(asking.stream("asset", asset_no), EnterAsset(fact.act, PaymentTakenOut(fact.act, fact.claim_no)))
    if isinstance(fact, StepPassed) and project.claims_in_assets:
        yield from _brought(asking, project, fact)


def _brought(asking: Asking, project: ProjectState, fact: StepPassed) -> Iterator[Step]:
    assert project.registered is not None
    policy = asking.rules(project.registered.terms.policy).profile
    step = next((s for s in (policy.project.steps if policy.project else ()) if s.id == fact.step), None)
    if step is None or step.kind not in ("title", "handover", "keep"):
        return
    reference = next((one for one in policy.references if one.id == step.reference), None)
    under = (reference.number or reference.zh) if reference else ""
    for asset_no in dict.fromkeys(project.claims_in_assets.values()):
        own = asking.stream("asset", asset_no)
        command = EnterAsset(fact.act, _of_step(step.kind, fact, policy.assets, under), brought=True)
        if ASSET.closed(asking.read(ASSET, own)):
            continue
        yield Step(own, command)
        yield from clocks_of_steps(asking, own, asset_no, command)


def _of_step(kind: str, fact: StepPassed, rules: Any, under: str) -> AssetFact:
    """Return what a step says of an asset: whoever answered it and its paper; its opinion, if any, names the owner."""
    said = fact.opinion.strip() or fact.act.unit
    if kind == "title":
        return TitleConfirmed(fact.act, said, fact.step, fact.record, under)
    if kind == "handover":
        role = next((rule.to or "" for rule in rules if rule.topic == "handover"), "")
        return AssetHandedOver(fact.act, said, fact.record, role, under)
    return KeeperSet(fact.act, fact.act.unit, said, fact.record, under)


def clocks_of_steps(asking: Asking, stream: str, asset_no: str, command: EnterAsset) -> Iterator[Step]:
    """Start the clock of title, handover or upkeep once that step is open, and end it with its answer."""
    before, after = asking.read(ASSET, stream), asking.after(ASSET, stream, command)
    assert after.formed is not None
    terms = after.formed.terms
    was, now = ({step.id for step in ASSET.open_steps(state)} for state in (before, after))
    own = Asking(asking.act, asking.case._replace(kind="asset", no=asset_no), asking.read, asking.calendar)
    for step, term in (("title", terms.title), ("handover", terms.handover), ("keep", terms.keep)):
        no = f"asset-{asset_no}-{step}"
        if term is not None and step in now - was:
            yield from clocks.start(own, no, term.deadline, command.act.occurred_on, terms.policy)
        if step in was - now:
            yield from clocks.meet(asking, no, "answer")
