"""What stands in the addresses of the API: which page of a list, how long, and of which case."""

from typing import Annotated

from fastapi import Path, Query

from console.errors import NotHereError
from console.house import House
from domain.cases import KINDS, CaseId, case_id
from domain.registry import BY_KIND

LIMIT_MOST = 200
Number = Annotated[int, Query(alias="page", ge=1, le=100_000, description="第几页 / which page")]
Limit = Annotated[int, Query(ge=1, le=LIMIT_MOST, description="每页几条 / how many on a page")]
County = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{1,31}$", description="县 / county")]
Kind = Annotated[str, Path(description="案件类别 / kind of case", json_schema_extra={"enum": list(KINDS)})]
No = Annotated[str, Path(description="编号 / number", max_length=180, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


def case_here(house: House, county: str, kind: str, no: str) -> CaseId:
    """Return a case that there is; the views have everything.

    Raises:
        NotHereError: If there is none.
    """
    found = CaseId(county, kind, no)
    if kind not in BY_KIND or not house.read(BY_KIND[kind], case_id(*found)).done:
        raise NotHereError
    house.fresh()
    return found


def offset_of(number: int, limit: int) -> int:
    """Return how many rows stand before a page."""
    return (number - 1) * limit
