"""Terms of supervision from a county's rules, who may act, and whether a subject is one of the county's own."""

from collections.abc import Iterable

from domain.dispatch_refusals import SUBJECTS, UnknownSubjectError
from domain.dispatch_terms import (
    ByWhen,
    KeepingTerm,
    LadderTerm,
    OversightTerms,
    ProblemTerm,
    RankingTerm,
    RoutineTerm,
    RungTerm,
    SystemTerm,
)
from domain.errors import BadInputError
from domain.policy.deadline import Deadline
from domain.policy.watch import Ladder, Routine, Rung
from domain.procedures.asking import Asking, NoRuleStatedError, Rules, WrongPostError
from domain.procedures.spending import projects_of


def terms_of(rules: Rules) -> OversightTerms:
    """Return what a case of supervision runs under."""
    p = rules.profile
    return OversightTerms(
        policy=rules.ref,
        routines=tuple(_routine(one) for one in p.routines),
        ladders=tuple(_ladder(one) for one in p.ladders),
        rankings=tuple(RankingTerm(r.id, r.subject, r.clause, r.post or "", r.back_count) for r in p.rankings),
        kept=tuple(
            KeepingTerm(one.id, one.kept_as, one.clause, one.keeper or "", one.signatures or 0)
            for one in p.records
            if one.kept_as
        ),
        problems=tuple(
            ProblemTerm(one.id, one.clause, one.proposal_zh or "", one.proposal_en or "") for one in p.problems
        ),
        answers=tuple(dict.fromkeys(duty.post for duty in p.duties if duty.kind == "answers" and duty.post)),
        systems=tuple(SystemTerm(one.id, one.direction, one.clause) for one in p.systems),
    )


def _routine(one: Routine) -> RoutineTerm:
    return RoutineTerm(
        id=one.id,
        topic=one.topic,
        clause=one.clause,
        post=one.post or "",
        together_with=one.together_with,
        consults=one.consults,
        to=one.to,
        subject=one.subject or "",
        record=one.record or "",
        by_when=_by_when(one.deadline),
    )


def _ladder(one: Ladder) -> LadderTerm:
    return LadderTerm(one.id, one.clause, tuple(_rung(rung) for rung in one.rungs))


def _rung(one: Rung) -> RungTerm:
    return RungTerm(
        id=one.id,
        trigger=one.trigger,
        subject=one.subject,
        effect=one.effect,
        clause=one.clause,
        actor=one.actor or "",
        to=one.to,
        wait_days=one.wait_days or 0,
        limit=_by_when(one.limit),
    )


def _by_when(deadline: Deadline | None) -> ByWhen | None:
    if deadline is None:
        return None
    return ByWhen(
        kind=deadline.kind,
        clause=deadline.clause,
        responsible=deadline.responsible or "",
        start=deadline.start or "",
        every=deadline.every or "",
        times=deadline.times or 1,
        by_day=deadline.by_day or 0,
        month_end=bool(deadline.month_end),
        count=deadline.count or 0,
        unit=deadline.unit or "",
        ladder=deadline.ladder or "",
    )


def needs_one_of(asking: Asking, posts: Iterable[str], what: str, clause: str) -> None:
    """Check that the one who asks acts for one of *posts*.

    Raises:
        NoRuleStatedError: If the county's text names nobody.
        WrongPostError: If it names others.
    """
    named = tuple(dict.fromkeys(post for post in posts if post))
    if not named:
        raise NoRuleStatedError(question=f"who: {what}?", key=clause)
    if asking.act.post not in named:
        raise WrongPostError(what=what, needed=", ".join(named), post=asking.act.post, clause=clause)


def check_subject(asking: Asking, kind: str, subject: str, clause: str) -> None:
    """Check that a subject is known: a project, a unit or a township of one, a fund, a post of the county's rules.

    Raises:
        UnknownSubjectError: If it is not, with those that are.
    """
    known = _known(asking, kind)
    if known is not None and subject not in known:
        there = ", ".join(sorted(set(known))) or "-"
        raise UnknownSubjectError(kind=SUBJECTS[kind], subject=subject, known=there, clause=clause)
    if not subject.strip() and kind in ("problem", "operator"):
        raise BadInputError("subject", "a subject needs a name")


def _known(asking: Asking, kind: str) -> list[str] | None:
    """Return the names of a kind, or None where the cases do not know them."""
    found = projects_of(asking.read, asking.case.county, asking.act.occurred_on.year)
    match kind:
        case "project" | "project_head":
            return list(found.projects)
        case "unit" | "township":
            return [getattr(registered, kind) for registered in found.projects.values()]
        case "money":
            return found.funds
        case "county":
            return [asking.case.county, ""]
        case "post":
            return [post.id for post in asking.rules().profile.posts]
        case _:
            return None
