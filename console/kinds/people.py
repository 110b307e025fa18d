"""A person's page: posts, absences and keys through time, and the orders that may be given."""

from typing import Any

from console.house import House
from console.people_view import person_page
from console.visitor import Visitor
from domain.cases import CaseId


def more(house: House, visitor: Visitor, case: CaseId) -> dict[str, Any]:
    """Return what the page shows instead of what all cases do."""
    return person_page(house, visitor, case)
