"""What a view is: tables, the kinds of streams that it reads, and what a batch of facts makes of its rows."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import MetaData

from projections.batch import Batch, Logged
from projections.book import Book


@dataclass(frozen=True)
class View:
    """One read model.

    `take` is called for every batch of the log that holds facts of the view's *kinds*, in order, inside the transaction
    that also moves the view's position. What it writes must not depend on where batches begin and end. `version` is
    of the tables and of what `take` makes of the facts: where a store has another, the view is built anew. A `lean`
    view takes rows as they are stored, and decodes only the fields that it needs.
    """

    name: str
    version: int
    tables: MetaData
    kinds: frozenset[str]
    take: Callable[[Book, Batch], None]
    lean: bool = False


def each(apply: Callable[[Book, Logged], None]) -> Callable[[Book, Batch], None]:
    """Return a `take` that takes in fact by fact."""

    def take(book: Book, batch: Batch) -> None:
        for entry in batch.entries:
            apply(book, entry)

    return take
