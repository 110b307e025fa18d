"""Which step, gate or approval of one county's order is shown by which of another's: by id, by kind, by duty."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from domain.policy import Profile
from domain.terms import GateTerm, StageTerm, StepTerm
from domain.words import Both

T = TypeVar("T", StepTerm, GateTerm, StageTerm)
# A step of these kinds is one thing in every county; a review, a preparation, an approval may be anybody's of anything.
ONE_THING = frozenset(
    {"declare", "survey", "bank", "tender", "contract", "build", "accept", "title", "handover", "keep"}
    | {"plan", "release", "payments"}
)


def lead_of(profile: Profile, post: str) -> str:
    """Return which lead a post belongs to, `money` or `business`: its unit's; "" where the text says neither."""
    leads = profile.leads
    units = {one.id: one.unit for one in profile.posts}
    if leads is None or post not in units:
        return ""
    for lead in ("money", "business"):
        named = getattr(leads, lead)
        if named in units and units[named] == units[post]:
            return lead
    return ""


def is_of_unit(profile: Profile, post: str, unit: str) -> bool:
    """Return whether a post is one inside a unit that is called like a post itself, such as a bureau's section."""
    known = {one.id: one for one in profile.posts}
    return unit in known and known[unit].kind == "unit" and post in known and known[post].unit == known[unit].unit


def matched(there: Sequence[T], here: Sequence[T], *tests: Callable[[T, T], bool]) -> dict[str, str]:
    """Return, of the ids *there*, those *here* that show them: each once, by the first test that finds one."""
    found: dict[str, str] = {}
    for test in tests:
        for one in (one for one in there if one.id not in found):
            other = next((o for o in here if o.id not in found.values() and test(one, o)), None)
            if other is not None:
                found[one.id] = other.id
    return found


def steps(there: Sequence[StepTerm], here: Sequence[StepTerm]) -> dict[str, str]:
    """Match a project's steps: of one kind, by id, by what is one thing everywhere, or by the post."""
    return matched(
        there,
        here,
        lambda a, b: a.kind == b.kind and a.id == b.id,
        lambda a, b: a.kind == b.kind and a.kind in ONE_THING,
        lambda a, b: a.kind == b.kind and bool(a.post) and a.post == b.post,
    )


def gates(there: Sequence[GateTerm], here: Sequence[GateTerm], of_there: Profile, of_here: Profile) -> dict[str, str]:
    """Match a claim's gates: by id, by post, by the lead to which the post belongs (money, business)."""

    def same_lead(a: GateTerm, b: GateTerm) -> bool:
        return (lead := lead_of(of_there, a.post)) != "" and lead == lead_of(of_here, b.post)

    return matched(there, here, lambda a, b: a.id == b.id, lambda a, b: bool(a.post) and a.post == b.post, same_lead)


def stages(
    there: Sequence[StageTerm], here: Sequence[StageTerm], of_there: Profile, of_here: Profile
) -> dict[str, str]:
    """Match a plan's approvals: by id, by body, by what is approved (the plan, the money)."""
    subjects = {side: subjects_of(profile) for side, profile in (("there", of_there), ("here", of_here))}

    def same_subject(a: StageTerm, b: StageTerm) -> bool:
        return subjects["there"].get(a.id, "?") in (
            subjects["here"].get(b.id),
            _LIKE.get(subjects["here"].get(b.id, "")),
        )

    return matched(there, here, lambda a, b: a.id == b.id, lambda a, b: bool(a.body) and a.body == b.body, same_subject)


# A batch's plan and a year's are both the plan.
_LIKE = {"plan": "batch", "batch": "plan"}


def subjects_of(profile: Profile) -> dict[str, str]:
    """Return what each approval of a profile is of."""
    return {one.id: one.subject for one in profile.plan.approvals} if profile.plan else {}


def named(profile: Profile, of: str, name: str) -> Both:
    """Return the name of a step, gate, approval or post; a round's step is called as its last."""
    lists: dict[str, Iterable[object]] = {
        "posts": profile.posts,
        "steps": (
            *(profile.project.steps if profile.project else ()),
            *(profile.plan.approvals if profile.plan else ()),
        ),
        "gates": profile.claims.gates if profile.claims else (),
    }
    base, _, number = name.rpartition("_")
    for wanted in (name, base if number.isdecimal() else ""):
        for one in lists[of]:
            if wanted and getattr(one, "id", "") == wanted:
                return Both(f"{getattr(one, 'zh', '')}（{name}）", f"{getattr(one, 'en', '')} ({name})")
    return Both(name or "（未写明由谁）", name or "somebody (unsaid who)")
