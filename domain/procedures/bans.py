"""What is asked for a project's checks (负面清单、绩效目标、联农带农), and what bars it from going on without them."""

from collections.abc import Iterator

from domain.ban_refusals import (
    BannedError,
    BarredClassError,
    LinkageMissingError,
    NotAttestedError,
    OutsideBankError,
    TargetMissingError,
)
from domain.errors import BadInputError, RefusedError
from domain.ledger import Step
from domain.policy import Profile
from domain.policy.bars import Bar, Point, bars
from domain.policy.money import Ban
from domain.procedures import disclosures
from domain.procedures.asking import Asking, NoRuleStatedError
from domain.project import PROJECT, NoSuchProjectError
from domain.project_facts import Attest, ProjectRegistered
from domain.project_facts import SetLinkage as SetLinkageOfProject
from domain.project_facts import SetTarget as SetTargetOfProject
from domain.project_state import ProjectState
from domain.requests import AttestBan, SetLinkage, SetTarget
from domain.words import Both

# The steps whose answer takes a project to such a point; a plan and a claim are cases of their own.
_POINTS: dict[str, Point] = {"bank": "bank", "contract": "start", "build": "start"}


def say(asking: Asking, request: AttestBan | SetTarget | SetLinkage) -> Iterator[Step]:
    """Record what a post says of a project for its checks: whether a ban catches it, its target, its linkage."""
    registered = asking.read(PROJECT, asking.own).registered
    if registered is None:
        raise NoSuchProjectError(project_no=asking.case.no)
    profile = asking.rules(registered.terms.policy).profile
    act = asking.act
    match request:
        case AttestBan():
            ban = _attested_ban(profile, request.ban)
            asking.needs_post(ban.attested_by, f"attest {ban.id}", ban.clause)
            yield Step(
                asking.own, Attest(act.under(ban.clause), ban.id, request.clear, request.opinion, request.record)
            )
        case SetTarget(target=target, record=record):
            post, clause = target_setter(profile, registered)
            asking.needs_post(post, "set the target", clause)
            yield Step(asking.own, SetTargetOfProject(act.under(clause), target, record))
        case SetLinkage(mode=mode, households=households, record=record):
            post, clause = linkage_setter(profile, registered)
            asking.needs_post(post, "set the linkage", clause)
            yield Step(asking.own, SetLinkageOfProject(act.under(clause), mode, households, record))


def _attested_ban(profile: Profile, name: str) -> Ban:
    attested = {ban.id: ban for ban in profile.bans if ban.check == "attested"}
    if name not in attested:
        raise BadInputError("ban", f"{name!r} is none of those that a post attests: {', '.join(attested) or '-'}")
    return attested[name]


def target_setter(profile: Profile, registered: ProjectRegistered) -> tuple[str, str]:
    """Return who sets the target, and the clause: the performance rule's post, else the first step's."""
    first = registered.terms.steps[0]
    rules = [hook for hook in profile.performance if hook.phase == "target"]
    post = next((hook.post for hook in rules if hook.post), first.post)
    return post, next((rule.clause for rule in rules), first.clause)


def linkage_setter(profile: Profile, registered: ProjectRegistered) -> tuple[str, str]:
    """Return who sets the linkage, and the clause: the first step's post, as no text names another."""
    first = registered.terms.steps[0]
    wanted = [rule.clause for rule in profile.linkage if rule.topic == "standing"]
    barred = [bar.clause for bar in bars(profile) if bar.when == "linkage_missing"]
    return first.post, [*wanted, *barred, first.clause][0]


def point_of(kind: str) -> Point | None:
    """Return the point that a project reaches by passing a step of *kind*: the bank, or its start (开工)."""
    return _POINTS.get(kind)


def check(asking: Asking, project_no: str, point: Point) -> None:
    """Check that nothing keeps a project from *point*, by the rules that it runs under.

    Raises:
        RefusedError: If something does.
    """
    stream = asking.stream("project", project_no)
    project = asking.read(PROJECT, stream)
    if project.registered is None:
        raise NoSuchProjectError(project_no=project_no)
    profile = asking.rules(project.registered.terms.policy).profile
    for bar in bars(profile):
        if point in bar.at and (refusal := refused_by(bar, project, profile, stream)):
            raise refusal
    disclosures.check(asking, profile, project_no, point)


def check_class(profile: Profile, project_no: str, use: str) -> None:
    """Refuse a class that is none of the county's, or barred by it, before there is a project: it never changes.

    Raises:
        BadInputError: If the county's text names classes, and this is none of them.
        BarredClassError: If a ban names it.
    """
    if reason := class_fault(profile, use):
        raise BadInputError("use", reason)
    for bar in bars(profile):
        if bar.when == "class_barred" and use in bar.classes:
            raise _barred_class(bar, project_no, use)


def class_fault(profile: Profile, use: str) -> str:
    """Return what is wrong with a project's class (资金类别); "" where it is one, or the text names none."""
    known = [rule.id for rule in profile.classes]
    return f"{use!r} is none of {', '.join(known)}" if known and use not in known else ""


def refused_by(bar: Bar, project: ProjectState, profile: Profile, case: str) -> RefusedError | None:
    """Return how *bar* refuses a project as it stands, or None if it does not."""
    registered, checks = project.registered, project.checks
    assert registered is not None
    said = {"project_no": registered.project_no, "ban": bar.id, "words": Both(bar.zh, bar.en), "clause": bar.clause}
    match bar.when:
        case "target_missing" if checks.target is None:
            return TargetMissingError(**said, case=case, post=target_setter(profile, registered)[0])
        case "linkage_missing" if checks.linkage is None:
            return LinkageMissingError(**said, case=case, post=linkage_setter(profile, registered)[0])
        case "class_barred" if registered.use in bar.classes:
            return _barred_class(bar, registered.project_no, registered.use)
        case "outside_bank" if _is_outside(project, registered):
            return OutsideBankError(**said)
        case "attested":
            return _not_clear(bar, project, {**said, "case": case, "post": bar.attested_by})
    return None


def _is_outside(project: ProjectState, registered: ProjectRegistered) -> bool:
    """Return whether a project has not passed the bank's step; what is no project has no place in the bank."""
    passed = {step.kind for step in registered.terms.steps[: project.at]}
    return registered.terms.instrument is None and "bank" not in passed


def _barred_class(bar: Bar, project_no: str, use: str) -> BarredClassError:
    words = Both(bar.zh, bar.en)
    return BarredClassError(project_no=project_no, use=use, ban=bar.id, words=words, clause=bar.clause)


def _not_clear(bar: Bar, project: ProjectState, said: dict[str, object]) -> RefusedError | None:
    attested = project.checks.attested.get(bar.id)
    if bar.attested_by is None:
        return NoRuleStatedError(question=f"who: attest {bar.id}?", key=bar.clause)
    if attested is None:
        return NotAttestedError(**said)
    if attested.clear:
        return None
    return BannedError(**said, person=attested.act.person, on=attested.act.occurred_on, opinion=attested.opinion)
