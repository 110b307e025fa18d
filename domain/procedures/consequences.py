"""What a fact brings about elsewhere, whatever request it came from: in the same transaction, or neither is.

A consequence is for a stream that the request does not touch otherwise: one command takes effect in a stream once.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from domain.ledger import Step
from domain.procedures import absences, asset_steps, disclosures, handling, outboxes, performance, recurring, signatures
from domain.procedures.asking import Asking

# Each is shown the stream and the fact, and yields the steps that follow from it.
Consequence = Callable[[Asking, str, Any], Iterator[Step]]
CONSEQUENCES: tuple[Consequence, ...] = (
    disclosures.arises,
    performance.follow,
    asset_steps.follow,
    absences.follow,
    recurring.follow,
    signatures.follow,
)
# Each is shown, in the end, all that the request and its consequences brought about: for streams that collect.
Gathering = Callable[[Asking, Sequence[tuple[str, Any]]], Iterator[Step]]
GATHERINGS: tuple[Gathering, ...] = (outboxes.queued, handling.ended)


def following(asking: Asking, stream: str, fact: Any) -> Iterator[Step]:
    """Yield the steps that follow from *fact* of *stream*."""
    for consequence in CONSEQUENCES:
        yield from consequence(asking, stream, fact)


def gathered(asking: Asking, brought: Sequence[tuple[str, Any]]) -> Iterator[Step]:
    """Yield the steps that follow from all that a request *brought* about, as pairs of a stream and a fact."""
    for gathering in GATHERINGS:
        yield from gathering(asking, brought)
