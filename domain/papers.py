"""Papers (附件) of a case: which file stands for which step, by digest. A new version names the one it replaces.

A stream beside the case's own, `papers_stream`. The files are in a store of their own; here are their digests.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from domain.act import Act, CaseState, Decider, Fact
from domain.paper_refusals import NoSuchPaperError, PaperStandsError

MINUTES = "minutes"
SEVERAL = "#"  # Before the number of a further paper of one kind.


def papers_stream(case: str) -> str:
    """Return the stream of the papers of a case."""
    county, _, rest = case.partition("/")
    return f"{county}/papers/{rest}"


def case_of_papers(stream: str) -> str:
    """Return the case whose papers a stream holds."""
    county, _, rest = stream.partition("/papers/")
    return f"{county}/{rest}"


class PaperAttached(Fact, frozen=True, tag="paper.attached/1"):
    """A paper was attached (附件) for a step: its file's own name, SHA-256 in hex, size in bytes, type by content.

    *replaces* is the digest in whose place it comes (更正), which stays in the file store; "" for a first version.
    """

    case: str
    paper: str
    step: str
    file_name: str
    digest: str
    size_bytes: int
    media_type: str
    replaces: str = ""
    reason: str = ""

    @property
    def kind(self) -> str:
        """Return which paper of the county's list it is."""
        return self.paper.partition(SEVERAL)[0]

    def content(self) -> tuple[object, ...]:
        """Return what makes this paper what it is, whoever attaches it and when."""
        return self.paper, self.step, self.file_name, self.digest


class PaperWithdrawn(Fact, frozen=True, tag="paper.withdrawn/1"):
    """A paper that was attached in error was taken back, with the reason (撤回). Its file stays."""

    case: str
    paper: str
    digest: str
    reason: str


@dataclass(frozen=True)
class Attach:
    """Attach a paper, or put a new version in its place."""

    act: Act
    attached: PaperAttached


@dataclass(frozen=True)
class Withdraw:
    """Take a paper back."""

    act: Act
    withdrawn: PaperWithdrawn


@dataclass
class PapersState(CaseState):
    """The papers of one case: what stands, by paper, and everything that ever did, oldest first."""

    standing: dict[str, PaperAttached] = field(default_factory=dict)
    versions: dict[str, list[PaperAttached]] = field(default_factory=dict)


def standing_digests(state: PapersState) -> dict[str, str]:
    """Return the digest of each paper that stands, by paper: what a signature over the case's papers covers."""
    return {paper: attached.digest for paper, attached in sorted(state.standing.items())}


def for_step(state: PapersState, step: str, kind: str) -> tuple[PaperAttached, ...]:
    """Return what stands of a kind for a step, in the order in which they were first attached."""
    return tuple(one for one in state.standing.values() if (one.step, one.kind) == (step, kind))


def missing(state: PapersState, step: str, kinds: Iterable[str]) -> tuple[str, ...]:
    """Return the kinds of which nothing stands for a step."""
    return tuple(kind for kind in kinds if not for_step(state, step, kind))


def judge(state: PapersState, command: Attach | Withdraw) -> tuple[Fact, ...]:
    """Return the facts of *command*."""
    if isinstance(command, Withdraw):
        said = command.withdrawn
        check_stands(state, said.paper, said.digest)
        return (said,)
    attached, before = command.attached, state.standing.get(command.attached.paper)
    if before is not None and before.content() == attached.content():
        return ()
    if attached.replaces != (before.digest if before else ""):
        raise PaperStandsError(
            paper=attached.paper,
            standing=before.digest if before else "-",
            step=before.step if before else "-",
            asked=attached.replaces or "-",
        )
    return (attached,)


def check_stands(state: PapersState, paper: str, digest: str) -> PaperAttached:
    """Return the paper that stands, in the version of *digest*.

    Raises:
        NoSuchPaperError: If it does not.
    """
    standing = state.standing.get(paper)
    if standing is None or standing.digest != digest:
        raise NoSuchPaperError(paper=paper, asked=digest, standing=_listed(standing_digests(state)))
    return standing


def _listed(digests: Mapping[str, str]) -> str:
    return ", ".join(f"{paper} {digest}" for paper, digest in digests.items()) or "-"


def apply(state: PapersState, fact: Fact) -> None:
    """Fold one fact into the state."""
    match fact:
        case PaperAttached():
            state.standing[fact.paper] = fact
            state.versions.setdefault(fact.paper, []).append(fact)
        case PaperWithdrawn():
            del state.standing[fact.paper]
        case _:
            raise AssertionError(fact)


PAPERS = Decider("papers", PapersState, judge, apply, (Attach, Withdraw), (PaperAttached, PaperWithdrawn))
