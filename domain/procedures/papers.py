"""What is asked of a case's papers (附件): attach one for a step, put a new version in its place, take one back."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from domain.act import Act, Decider
from domain.cases import CaseId, case_id
from domain.claim import CLAIM
from domain.errors import BadInputError
from domain.file_checks import check_name, check_size, check_type
from domain.ledger import Read, Step
from domain.paper_refusals import NotYourPaperError, PaperKeptError, PapersClosedError
from domain.paper_requests import AttachPaper, PaperRequest
from domain.papers import (
    MINUTES,
    PAPERS,
    Attach,
    PaperAttached,
    PaperWithdrawn,
    Withdraw,
    check_stands,
    papers_stream,
)
from domain.policy.claims import VOUCHERS
from domain.policy.files import FileRule
from domain.procedures import claims, projects
from domain.procedures.asking import Asking, NoRuleStatedError, Rules
from domain.procedures.attached import LODGE, of_case
from domain.project import PROJECT
from domain.registry import BY_KIND
from domain.requests import AnyRequest

CLAUSE = "engine A-57"


@dataclass(frozen=True)
class OfStep:
    """What a step has to do with papers: the posts that take it, and the papers that it needs."""

    posts: tuple[str, ...]
    needs: tuple[str, ...] = ()


def asked_of(case: CaseId, request: AnyRequest) -> tuple[Decider[Any], str]:
    """Return whose stream a request is for: the case's own, or that of its papers."""
    own = case_id(*case)
    return (PAPERS, papers_stream(own)) if isinstance(request, PaperRequest) else (BY_KIND[case.kind], own)


def rule_of(rules: Rules) -> FileRule:
    """Return what a file must be: by the county's rule, or where it has none by the engine's.

    Raises:
        NoRuleStatedError: If the engine's rules were adopted before there was one.
    """
    if (own := rules.profile.files) is not None:
        return own
    if (engine := rules.engine.files) is None:
        raise NoRuleStatedError(question="which files may be attached?", key="files")
    return engine.model_copy(update={"source": CLAUSE})


def ask(asking: Asking, request: PaperRequest) -> Iterator[Step]:
    """Attach a paper to an open case, or take one back."""
    decider = BY_KIND[asking.case.kind]
    state = asking.read(decider, asking.own)
    asking.check_untouched(asking.own, decider)
    if decider.closed(state):
        raise PapersClosedError(case=asking.own, stage=decider.stage(state))
    rule = rule_of(asking.rules())
    act, steps = asking.act.under(rule.clause), steps_of(asking.read, asking.case, asking.rules)
    if isinstance(request, AttachPaper):
        yield _attach(asking, act, request, rule, steps)
        return
    before = check_stands(of_case(asking), request.paper, request.digest)
    _check_theirs(act, before, steps)
    if before.step in _taken(asking.read, asking.case):
        waiting = ", ".join(step.id for step in decider.open_steps(state)) or "-"
        raise PaperKeptError(paper=before.paper, step=before.step, open=waiting)
    withdrawn = PaperWithdrawn(act, asking.own, request.paper, request.digest, request.reason)
    yield Step(papers_stream(asking.own), Withdraw(act, withdrawn))


def _attach(asking: Asking, act: Act, request: AttachPaper, rule: FileRule, steps: Mapping[str, OfStep]) -> Step:
    if request.step not in steps:
        raise BadInputError("step", f"{request.step!r} is no step of {asking.own}: {', '.join(steps) or '-'}")
    check_name(request.file_name)
    check_size(request.file_name, request.size_bytes, rule)
    check_type(request.file_name, request.media_type, rule)
    if bool(request.replaces) != bool(request.reason.strip()):
        raise BadInputError("reason", "a new version needs a reason, and a first one has none")
    if before := of_case(asking).standing.get(request.paper):
        _check_theirs(act, before, steps)
    posts = steps[request.step].posts
    if posts and act.post not in posts and not before and request.step in _taken(asking.read, asking.case):
        # Anybody may bring a paper while a step waits; afterwards it makes signatures fall.
        raise NotYourPaperError(paper=request.paper, needed=" / ".join(posts), post=act.post)
    attached = PaperAttached(
        act,
        asking.own,
        request.paper,
        request.step,
        request.file_name,
        request.digest,
        request.size_bytes,
        request.media_type,
        request.replaces,
        request.reason,
    )
    return Step(papers_stream(asking.own), Attach(act, attached))


def _check_theirs(act: Act, before: PaperAttached, steps: Mapping[str, OfStep]) -> None:
    """Check that a paper is changed by the post that attached it, or one that takes its step.

    Raises:
        NotYourPaperError: If another would.
    """
    of_step = steps[before.step].posts if before.step in steps else ()
    theirs = tuple(dict.fromkeys((before.act.post, *of_step)))
    if act.post not in theirs:
        raise NotYourPaperError(paper=before.paper, needed=" / ".join(theirs), post=act.post)


def steps_of(read: Read, case: CaseId, rules: Callable[[], Rules]) -> dict[str, OfStep]:
    """Return the steps of a case that a paper may belong to.

    *rules* returns the county's current ones: of what has not begun yet, its first papers are attached by them.
    """
    own = case_id(*case)
    match case.kind:
        case "project":
            registered = read(PROJECT, own).registered
            steps = (registered.terms if registered else projects.terms_of(rules())).steps
            return {s.id: OfStep(_named(s.post, *s.together), _named(s.record, *s.papers)) for s in steps}
        case "claim":
            lodged = read(CLAIM, own).lodged
            terms = lodged.terms if lodged else claims.terms_of(rules())
            gates = {gate.id: OfStep(_named(gate.post), gate.papers) for gate in terms.gates}
            return {LODGE: OfStep(_named(terms.lodger), (VOUCHERS, *terms.papers)), **gates}
        case _:
            decider = BY_KIND[case.kind]
            waiting = decider.open_steps(read(decider, own))
            return {step.id: OfStep(_named(step.post), _minutes_of(step.id)) for step in waiting}


def _minutes_of(step: str) -> tuple[str, ...]:
    """Return the minutes for a step that files them: of a plan's stage, or of a meeting."""
    return (MINUTES,) if step.partition(":")[0] == MINUTES else ()


def _named(*names: str) -> tuple[str, ...]:
    return tuple(name for name in names if name)


def _taken(read: Read, case: CaseId) -> frozenset[str]:
    """Return the steps of a case that were taken, so that what they rest on stays."""
    own = case_id(*case)
    if case.kind == "project":
        project = read(PROJECT, own)
        steps = project.registered.terms.steps[: project.at] if project.registered else ()
        return frozenset(step.id for step in steps) | project.signed.ahead
    if case.kind == "claim":
        claim = read(CLAIM, own)
        return frozenset() if claim.lodged is None or claim.returned else frozenset({LODGE, *claim.gates_passed})
    return frozenset()
