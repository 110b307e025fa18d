"""Two checkpoints of one log, compared for a split view (分裂视图): the one must go on from the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from audit.log_tree import Tree
from audit.seals import Signed

Kind = Literal["same", "consistent", "split", "unknown"]


@dataclass(frozen=True)
class Source:
    """Leaves to compare by: where they are from, and the checkpoint over them, if there is one."""

    name: str
    tree: Tree
    latest: Signed | None = None


@dataclass(frozen=True)
class Compared:
    """What came of it: the checkpoints that contradict each other, where two do, and by whose leaves that is known."""

    kind: Kind
    notes: tuple[Signed, ...] = ()
    by: str = ""


def compare(a: Signed, b: Signed, sources: Iterable[Source] = ()) -> Compared:
    """Return whether two checkpoints of one origin belong to one history, as the leaves of *sources* show."""
    small, large = sorted((a, b), key=lambda one: one.checkpoint.size)
    first, second = small.checkpoint, large.checkpoint
    if first.size == second.size:
        return Compared("same") if small.claim == large.claim else Compared("split", (a, b))
    known = list(sources)
    for source in known:
        if leads_to(source.tree, large):
            kind: Kind = "consistent" if leads_to(source.tree, small) else "split"
            return Compared(kind, () if kind == "consistent" else (small, large), source.name)
    return _against_sources((small, large), known)


def _against_sources(notes: Sequence[Signed], sources: Sequence[Source]) -> Compared:
    """Return whether one of *notes* contradicts the checkpoint of a source: that is a split view as well."""
    for source in sources:
        if source.latest is None or source.latest.checkpoint.origin != notes[0].checkpoint.origin:
            continue
        for one in notes:
            if one.checkpoint.size <= source.tree.size and not leads_to(source.tree, one):
                return Compared("split", (one, source.latest), source.name)
    return Compared("unknown")


def leads_to(tree: Tree, signed: Signed) -> bool:
    """Return whether a checkpoint is of the history that a tree's leaves are of."""
    head = signed.checkpoint
    return head.size <= tree.size and tree.root_at(head.size) == head.root
