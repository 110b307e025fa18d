"""What is missing for the next step of a case (缺什么、由谁办): who may take it, its papers, and what still bars it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.act import OpenStep
from domain.bank_facts import EntryResult
from domain.cases import CaseId, case_id
from domain.claim import CLAIM
from domain.cosigning import COSIGN, CosignMissingError
from domain.errors import RefusedError
from domain.ledger import Read
from domain.papers import PAPERS, for_step, papers_stream
from domain.plan import PLAN
from domain.policy.bars import Point, bars
from domain.procedures import bank, bans
from domain.procedures.asking import NoRuleStatedError, rules_of
from domain.procedures.candidates import Candidate, of_step
from domain.procedures.papers import steps_of
from domain.project import PROJECT
from domain.project_state import BROUGHT, ProjectState
from domain.registry import BY_KIND
from projections.held_up import HeldUp, held_up_by
from projections.track_shape import Records, Stage
from projections.tracks import pinned, track


@dataclass(frozen=True)
class NeededPaper:
    """A paper that a step needs (附件), by its kind, and the digests of what is attached for it: none, if missing."""

    kind: str
    attached: tuple[str, ...]


@dataclass(frozen=True)
class Need:
    """One open step, or one that another case brings (`post` ""), and what is missing for it.

    `lacks` are the rules that would refuse it as the case stands, in both languages, each with its clause. `tests` are
    the bank's entry tests: what the machine finds of each, and "unanswered" for those that whoever answers attests.
    """

    case: str
    step: str
    post: str
    clause: str
    candidates: tuple[Candidate, ...] = ()
    papers: tuple[NeededPaper, ...] = ()
    lacks: tuple[RefusedError, ...] = ()
    tests: tuple[EntryResult, ...] = ()
    held_up: tuple[HeldUp, ...] = ()

    @property
    def may(self) -> tuple[Candidate, ...]:
        """Return who may take it."""
        return tuple(one for one in self.candidates if one.why_not is None)

    @property
    def missing_papers(self) -> tuple[str, ...]:
        """Return the kinds of papers that are needed and not attached."""
        return tuple(paper.kind for paper in self.papers if not paper.attached)


def needs(records: Records, case: CaseId, now: datetime, stages: tuple[Stage, ...] | None = None) -> tuple[Need, ...]:
    """Return what is missing for each open step of a case, and for one that another case brings.

    *stages* are its track as of *now*, for who has it already.

    Raises:
        RefusedError: If there is no such case.
    """
    stages = track(records, case, now) if stages is None else stages
    state = records.read(BY_KIND[case.kind], case_id(*case))
    found = [_of_step(records, case, step, stages, now) for step in BY_KIND[case.kind].open_steps(state)]
    brought = (_brought(records, case, stage) for stage in stages if stage.state == "current" and not stage.open)
    return (*found, *(need for need in brought if need.held_up or case.kind == "project"))


def _of_step(records: Records, case: CaseId, step: OpenStep, stages: tuple[Stage, ...], now: datetime) -> Need:
    read = records.read
    clause = next((stage.clause for stage in stages if step.id in stage.open), "")
    unsaid = () if step.post else (NoRuleStatedError(question=f"who: {step.id}?", key=clause or "-"),)
    return Need(
        case=case_id(*case),
        step=step.id,
        post=step.post,
        clause=clause,
        candidates=tuple(of_step(read, case, step, now)),
        papers=_papers(read, case, step.id),
        lacks=(*unsaid, *_lacks(read, case, step.id)),
        tests=_tests(read, case, step.id),
    )


def _papers(read: Read, case: CaseId, step: str) -> tuple[NeededPaper, ...]:
    steps, papers = (
        steps_of(read, case, lambda: rules_of(read, case.county)),
        read(PAPERS, papers_stream(case_id(*case))),
    )
    of = steps.get(step)
    return tuple(
        NeededPaper(kind, tuple(one.digest for one in for_step(papers, step, kind)))
        for kind in (of.needs if of else ())
    )


def _lacks(read: Read, case: CaseId, step: str) -> Iterator[RefusedError]:
    match case.kind:
        case "project":
            project = read(PROJECT, case_id(*case))
            yield from _cosignatures(project, case, step)
            term = project.step
            if term is not None and term.id == step and (point := bans.point_of(term.kind)):
                yield from _bars(read, case.county, case.no, point)
        case "plan" if (drafted := read(PLAN, case_id(*case)).drafted) is not None:
            for project_no in dict.fromkeys(line.project_no for line in drafted.lines):
                yield from _bars(read, case.county, project_no, "plan")
        case "claim" if step == "lodge" and (lodged := read(CLAIM, case_id(*case)).lodged) is not None:
            yield from _bars(read, case.county, lodged.project_no, "payment")


def _cosignatures(project: ProjectState, case: CaseId, step: str) -> Iterator[RefusedError]:
    if step.startswith(f"{COSIGN}:"):
        return
    waited: dict[str, list[str]] = {}
    clauses = {of.id: of.clause for of, _ in project.to_cosign}
    for of, post in project.to_cosign:
        waited.setdefault(of.id, []).append(post)
    for what, posts in waited.items():
        yield CosignMissingError(case=case_id(*case), what=what, posts=", ".join(posts), clause=clauses[what])


def _bars(read: Read, county: str, project_no: str, point: Point) -> Iterator[RefusedError]:
    """Yield every bar that keeps a project from *point*: the refusal itself names only the first."""
    stream = case_id(county, "project", project_no)
    project = read(PROJECT, stream)
    if project.registered is None:
        return
    profile = rules_of(read, county, project.registered.terms.policy).profile
    for bar in bars(profile):
        if point in bar.at and (refusal := bans.refused_by(bar, project, profile, stream)):
            yield refusal


def _tests(read: Read, case: CaseId, step: str) -> tuple[EntryResult, ...]:
    if case.kind != "project":
        return ()
    project = read(PROJECT, case_id(*case))
    term, rules = project.step, pinned(read, case)
    if rules is None or term is None or term.id != step or term.kind != "bank":
        return ()
    return bank.looked_at(rules.profile, project)


def _brought(records: Records, case: CaseId, stage: Stage) -> Need:
    """Return what a stage that nobody answers waits for in other cases."""
    own = case_id(*case)
    held_up: tuple[HeldUp, ...] = tuple(
        HeldUp(part.case, part.step, part.post, part.amount_fen) for part in stage.parts if part.step
    )
    lacks: tuple[RefusedError, ...] = ()
    if case.kind == "project" and stage.kind in BROUGHT:
        held_up = tuple(held_up_by(records, case, stage.kind))
        lacks = tuple(_bars(records.read, case.county, case.no, "plan")) if stage.kind == "plan" else ()
        lacks = (*_cosignatures(records.read(PROJECT, own), case, stage.id), *lacks)
    return Need(own, stage.id, "", stage.clause, lacks=lacks, held_up=held_up)
