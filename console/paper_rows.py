"""The papers of a case (附件) on its page: every version, what each step lacks, the form that attaches one."""

from dataclasses import dataclass
from typing import Any

from console.forms.offering import in_both
from console.house import House
from console.nonces import fresh
from console.uploads import file_rule
from console.visitor import Visitor
from domain.cases import CaseId, case_id
from domain.errors import BridgefundError
from domain.papers import SEVERAL, PaperAttached
from domain.policy.files import FileRule
from domain.registry import BY_KIND
from doors.case_papers import CasePapers
from doors.names import Names
from doors.texts import t
from doors.waiting import person_said

INLINE = frozenset({"application/pdf", "image/png", "image/jpeg"})
_SHOWN = 12  # Digits of a digest.
_STATES = {"stands": ("done", "现行", "stands"), "replaced": ("stopped", "已更换", "replaced")}
_WITHDRAWN = ("stopped", "已撤回", "taken back")


@dataclass(frozen=True)
class Tried:
    """What somebody filled in to attach a paper that was refused, and why."""

    refusal: str
    status: int
    paper: str = ""
    step: str = ""
    reason: str = ""
    seat: str = ""


def papers_of(house: House, visitor: Visitor, case: CaseId, tried: Tried | None = None) -> dict[str, Any] | None:
    """Return what the papers' section of a case's page shows; None where the case has and takes none."""
    of, names = CasePapers.of(house.ledger, case_id(*case)), house.names(case.county)
    steps = of.steps()
    closed = BY_KIND[case.kind].closed(house.read(BY_KIND[case.kind], of.id))
    if not of.versions and (closed or not steps):
        return None
    may = not closed and bool(steps) and bool(visitor.seats_in(case.county))
    return {
        "rows": [_row(of, one, names, may=may) for one in of.versions],
        "lacking": [] if closed else [(names.step(step), _kinds(kinds, names)) for step, kinds in of.lacking().items()],
        "steps": [(step, names.step(step)) for step in _ordered(of)] if may else [],
        "kinds": list(dict.fromkeys(named(paper, names) for paper in _asked(of))),
        "nonce": fresh(),
        "tried": tried,
        "rule": allowed_in(house, case.county),
    }


def _row(of: CasePapers, one: PaperAttached, names: Names, *, may: bool) -> dict[str, Any]:
    state = of.state_of(one)
    look, zh, en = _STATES.get(state, _WITHDRAWN)
    url = f"/{of.id}/papers/{one.digest}"
    return {
        "paper": one.paper,
        "label": named(one.paper, names),
        "step": names.step(one.step),
        "file": one.file_name,
        "url": url,
        "view": f"{url}?inline=1" if one.media_type in INLINE else "",
        "size": size_said(one.size_bytes),
        "who": person_said(one.act.person, names),
        "post": names.named("post", one.act.post),
        "at": one.act.recorded_at,
        "state": (look, t(zh, en)),
        "reason": one.reason,
        "digest": one.digest,
        "short": one.digest[:_SHOWN],
        "withdraw": may and state == "stands",
    }


def named(paper: str, names: Names) -> str:
    """Return what a paper is called on pages: its kind in words, and its number among several."""
    kind, mark, number = paper.partition(SEVERAL)
    return f"{names.word(kind)}{mark}{number}"


def paper_meant(of: CasePapers, said: str, names: Names) -> str:
    """Return the name of the paper that somebody means: a kind may be called by its word, in either language."""
    if said in of.papers.standing:  # Whatever it was called when it came.
        return said
    kind, mark, number = said.partition(SEVERAL)
    return next((one for one in _asked(of) if kind in in_both(names.word, one)), kind) + mark + number


def _kinds(kinds: tuple[str, ...], names: Names) -> str:
    return t("、", ", ").join(names.word(kind) for kind in kinds)


def _ordered(of: CasePapers) -> list[str]:
    """Return the steps that a paper may belong to: those that wait first."""
    steps, waiting = of.steps(), set(of.open_steps())
    return sorted(steps, key=lambda step: step not in waiting)


def _asked(of: CasePapers) -> list[str]:
    """Return the names of papers that may be meant: what is lacking first, then what a step needs, what stands."""
    steps = of.steps()
    needed = (kind for step in _ordered(of) for kind in steps[step].needs)
    lacking = (kind for kinds in of.lacking().values() for kind in kinds)
    return list(dict.fromkeys((*lacking, *needed, *of.papers.standing)))


def size_said(size_bytes: int) -> str:
    """Return a size as people say it."""
    for unit, size in (("MB", 1_000_000), ("KB", 1_000)):
        if size_bytes >= size:
            return f"{size_bytes / size:.1f} {unit}"
    return f"{size_bytes} B"


@dataclass(frozen=True)
class Allowed:
    """What a file must be, for whoever chooses one."""

    most_bytes: int
    words: str
    accept: str


def allowed_in(house: House, county: str) -> Allowed | None:
    """Return what files a county lets in; None where nobody says."""
    try:
        return allowed(file_rule(house, county))
    except BridgefundError:
        return None


def allowed(rule: FileRule) -> Allowed:
    """Return what files a rule lets in: in bytes, in words, and as a file's chooser has it."""
    endings = [ending for one in rule.types for ending in one.endings]
    said = "、".join(endings), ", ".join(endings)
    words = t(
        f"每件不超过 {rule.size_most_mib} MiB；可用 {said[0]}", f"at most {rule.size_most_mib} MiB each; {said[1]}"
    )
    return Allowed(rule.size_most_bytes, words, ",".join(f".{ending}" for ending in endings))
