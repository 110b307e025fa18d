"""The clerk: every fen and every signature counted again, from the log alone.

Nothing of the engine is used here: no state, no balance, no term. A county's text is read as TOML, facts by their
stored names. What is written down is checked on its way in, by the county's order and by arithmetic.
"""

from collections.abc import Callable
from typing import Any

from tests.domain.books import claims, funds, plans, projects, register
from tests.domain.books.kept import Books

WRITES: dict[str, Callable[[Books, str, str, dict[str, Any]], None]] = {
    "fund": funds.enter,
    "plan": plans.enter,
    "meeting": plans.enter_meeting,
    "project": projects.enter,
    "claim": claims.enter,
}


def enter(books: Books, stream: str, name: str, fact: dict[str, Any]) -> None:
    """Write one fact down; a clock, a document and a mandate have no book, and all is held against the register.

    Raises:
        AssertionError: If it may not be, or the books do not know it.
    """
    county, _, rest = stream.partition("/")
    kind, _, no = rest.partition("/")
    register.enter(books, stream, name, fact)
    if county == books.county and kind in WRITES:
        WRITES[kind](books, no, name, fact)
