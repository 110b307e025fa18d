"""What a view is: tables, and how one fact changes them."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, MetaData

from domain.ledger import Entry


@dataclass(frozen=True)
class View:
    """One read model.

    `apply` is called once for every fact of the log, in order, inside the transaction that also moves the view's
    position; what is not its own it lets pass. `version` is of the tables and of what `apply` makes of the facts:
    where a store has another, the view is built anew.
    """

    name: str
    version: int
    tables: MetaData
    apply: Callable[[Connection, Entry], None]
