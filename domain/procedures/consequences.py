"""What a fact brings about elsewhere, whatever request it came from: in the same transaction, or neither is.

A consequence is for a stream that the request does not touch otherwise: one command takes effect in a stream once.
"""

from collections.abc import Callable, Iterator
from typing import Any

from domain.ledger import Step
from domain.procedures import asset_steps, performance
from domain.procedures.asking import Asking

# Each is shown the stream and the fact, and yields the steps that follow from it.
Consequence = Callable[[Asking, str, Any], Iterator[Step]]
CONSEQUENCES: tuple[Consequence, ...] = (performance.follow, asset_steps.follow)


def following(asking: Asking, stream: str, fact: Any) -> Iterator[Step]:
    """Yield the steps that follow from *fact* of *stream*."""
    for consequence in CONSEQUENCES:
        yield from consequence(asking, stream, fact)
