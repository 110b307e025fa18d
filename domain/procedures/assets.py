"""What is asked of an asset (资产): formed by a project, confirmed, handed over, kept up, its income shared."""

from collections.abc import Callable, Iterator
from typing import Any

from domain.act import Act
from domain.asset import ASSET, AssetState, NoSuchAssetError
from domain.asset_facts import (
    AssetDisposed,
    AssetFact,
    AssetFormed,
    AssetHandedOver,
    AssetTerm,
    AssetTerms,
    AssetWeaknessFound,
    AssetWeaknessMended,
    EnterAsset,
    IncomeEntered,
    IncomeShared,
    KeeperSet,
    PaymentsAdded,
    TitleConfirmed,
    UpkeepLogged,
)
from domain.ledger import Step
from domain.performance_refusals import PaperMissingError
from domain.policy import Profile
from domain.procedures.asking import Asking, NoRuleStatedError, counted
from domain.procedures.asset_payments import check_built, permitted, taken
from domain.procedures.asset_steps import clocks_of_steps
from domain.procedures.linkage import found_by, rule_on, weak_rung, whose
from domain.procedures.projects import bring
from domain.procedures.third_parties import check_third_party
from domain.project import PROJECT, NoSuchProjectError
from domain.project_facts import NoteAsset
from domain.requests import (
    AddPayments,
    ConfirmTitle,
    DisposeAsset,
    EnterIncome,
    FindIdle,
    FormAsset,
    HandOverAsset,
    LogUpkeep,
    MendAsset,
    SetKeeper,
    ShareIncome,
)


def form(asking: Asking, request: FormAsset) -> Iterator[Step]:
    """Enter an asset that a project formed: its cost is what its claims were paid, portion by portion."""
    stream = asking.stream("project", request.project_no)
    project = asking.read(PROJECT, stream)
    if project.registered is None:
        raise NoSuchProjectError(project_no=request.project_no)
    rules = asking.rules(project.registered.terms.policy)
    term = term_of(rules.profile, "formed", "what is an asset of a project?")
    asking.needs_post(term.post, "enter an asset", term.clause)
    act = asking.act.under(term.clause)
    check_built(project, asking.case.no, term.clause)
    payments = taken(asking, project, request.claims, term.clause)
    terms = terms_of(rules.ref, rules.profile)
    said = (request.project_no, request.name, request.nature, payments, terms, request.record)
    formed = AssetFormed(act, asking.case.county, asking.case.no, *said)
    command = EnterAsset(act, formed)
    yield Step(asking.own, command)
    claims = tuple(dict.fromkeys(paid.claim_no for paid in payments))
    yield from bring(asking, request.project_no, NoteAsset(act, asking.case.no, claims))
    yield from clocks_of_steps(asking, asking.own, asking.case.no, command)


def terms_of(policy: Any, profile: Profile) -> AssetTerms:
    """Return the rules that an asset runs under."""
    topics = {rule.topic for rule in profile.assets}
    named = ("title", "handover", "keep", "income", "disposal")
    stated = {topic: term_of(profile, topic, "") for topic in named if topic in topics}
    operator = next((rule for rule in profile.linkage if rule.topic == "operator"), None)
    mends = AssetTerm(operator.post or "", operator.clause) if operator else None
    return AssetTerms(policy, term_of(profile, "formed", "what is an asset of a project?"), **stated, mends=mends)


def term_of(profile: Profile, topic: str, question: str) -> AssetTerm:
    """Return the county's rule on a topic; where it names nobody, whoever answers the project's step of that kind.

    Raises:
        NoRuleStatedError: If its text has no such rule.
    """
    rule = next((rule for rule in profile.assets if rule.topic == topic), None)
    if rule is None:
        raise NoRuleStatedError(question=question, key=f"assets.{topic}")
    steps = profile.project.steps if profile.project else ()
    step = next((step for step in steps if step.kind == topic), None)
    post = rule.post or (step.post if step else None) or ""
    limits = [deadline for deadline in (rule.deadline, step.deadline if step else None) if deadline]
    return AssetTerm(
        post,
        rule.clause,
        under=number_of(profile, rule.reference),
        to=rule.to or "",
        limits=tuple(f"{deadline.kind} {deadline.start or ''}".strip() for deadline in limits),
        responsible=(step.deadline.responsible or "") if step and step.deadline else "",
        deadline=counted(rule.deadline, ("answer",), post),
        uses=rule.uses,
    )


def number_of(profile: Profile, reference: str | None) -> str:
    """Return the number of a document elsewhere, or its name where the text gives no number."""
    found = next((one for one in profile.references if one.id == reference), None)
    return (found.number or found.zh) if found else ""


def record(asking: Asking, request: Any) -> Iterator[Step]:
    """Enter what a request says of an asset."""
    state = asking.read(ASSET, asking.own)
    if state.formed is None:
        raise NoSuchAssetError(asset_no=asking.case.no)
    fact = _FACT_OF[type(request)](asking, state, request)
    command = EnterAsset(fact.act, fact)
    yield Step(asking.own, command)
    if isinstance(fact, PaymentsAdded):
        claims = tuple(dict.fromkeys(paid.claim_no for paid in fact.payments))
        yield from bring(asking, state.formed.project_no, NoteAsset(fact.act, asking.case.no, claims))
    yield from clocks_of_steps(asking, asking.own, asking.case.no, command)


def _by(asking: Asking, term: AssetTerm | None, topic: str, what: str) -> Act:
    if term is None:
        raise NoRuleStatedError(question=f"who: {what}?", key=f"assets.{topic}")
    asking.needs_post(term.post, what, term.clause)
    return asking.act.under(term.clause)


def _terms(state: AssetState) -> AssetTerms:
    assert state.formed is not None
    return state.formed.terms


def _profile(asking: Asking, state: AssetState) -> Profile:
    return asking.rules(_terms(state).policy).profile


def _added(asking: Asking, state: AssetState, request: AddPayments) -> AssetFact:
    assert state.formed is not None
    act = _by(asking, _terms(state).formed, "formed", "enter an asset")
    project = asking.read(PROJECT, asking.stream("project", state.formed.project_no))
    return PaymentsAdded(act, taken(asking, project, request.claims, act.clause))


def _title(asking: Asking, state: AssetState, request: ConfirmTitle) -> AssetFact:
    term = _terms(state).title
    act = _by(asking, term, "title", "confirm a title")
    return TitleConfirmed(act, request.owner, request.reference, request.record, term.under if term else "")


def _handover(asking: Asking, state: AssetState, request: HandOverAsset) -> AssetFact:
    term = _terms(state).handover
    act = _by(asking, term, "handover", "hand an asset over")
    assert term is not None
    return AssetHandedOver(act, request.to, request.record, term.to, term.under)


def _keeper(asking: Asking, state: AssetState, request: SetKeeper) -> AssetFact:
    term = _terms(state).keep
    act = _by(asking, term, "keep", "set the upkeep")
    return KeeperSet(act, request.keeper, request.words, request.record, term.under if term else "")


def _upkeep(asking: Asking, state: AssetState, request: LogUpkeep) -> AssetFact:
    act = _by(asking, _terms(state).keep, "keep", "set the upkeep")
    return UpkeepLogged(act, request.words, request.record)


def _income(asking: Asking, state: AssetState, request: EnterIncome) -> AssetFact:
    act = _by(asking, _terms(state).income, "income", "enter income of an asset")
    return IncomeEntered(act, request.amount_fen, request.words, request.record)


def _shared(asking: Asking, state: AssetState, request: ShareIncome) -> AssetFact:
    term = _terms(state).income
    act = _by(asking, term, "income", "share income of an asset")
    assert term is not None
    if not term.uses and not request.record:
        # Where no use is named, a plan or an agreement sets it: there must be one.
        raise PaperMissingError(post=act.post, what="share income of an asset", clause=term.clause)
    use = permitted(term, request.use)
    return IncomeShared(act, request.amount_fen, use, request.to, request.record)


def _weak(asking: Asking, state: AssetState, request: FindIdle) -> AssetFact:
    assert state.formed is not None
    profile = _profile(asking, state)
    rule = rule_on(profile, "weak", "what follows a weak linkage?")
    act = found_by(asking, profile, rule)
    registered = asking.read(PROJECT, asking.stream("project", state.formed.project_no)).registered
    assert registered is not None
    rung = weak_rung(profile)
    of = whose(rule.subject, registered, "", f"linkage.{rule.id}.subject")
    effect_on = whose(rung.subject, registered, "", f"ladders.{rung.id}") if rung else ""
    said = (request.kind, request.words, rule.subject or "", of, rung.effect if rung else "", effect_on, request.record)
    return AssetWeaknessFound(act, *said)


def _mended(asking: Asking, state: AssetState, request: MendAsset) -> AssetFact:
    act = _by(asking, _terms(state).mends, "operator", "mend a weakness")
    check_third_party(_profile(asking, state), act, "mend a weakness", request.record, act.clause)
    return AssetWeaknessMended(act, request.words, request.record)


def _disposed(asking: Asking, state: AssetState, request: DisposeAsset) -> AssetFact:
    act = _by(asking, _terms(state).disposal, "disposal", "dispose of an asset")
    return AssetDisposed(act, request.words, request.amount_fen, request.record)


_FACT_OF: dict[type, Callable[[Asking, AssetState, Any], AssetFact]] = {
    AddPayments: _added,
    ConfirmTitle: _title,
    HandOverAsset: _handover,
    SetKeeper: _keeper,
    LogUpkeep: _upkeep,
    EnterIncome: _income,
    ShareIncome: _shared,
    FindIdle: _weak,
    MendAsset: _mended,
    DisposeAsset: _disposed,
}
