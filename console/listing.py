"""What lists share: what their address asks for, and what their filters offer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query
from pydantic import BaseModel

from console.house import House
from doors.names import Names
from doors.texts import t
from projections.claim_list import ListedClaim
from projections.listing import Choices, Listed, OpenStepOf, Wanted

PER_PAGE = 50
LATE = "1"
Part = TypeVar("Part", bound=StrEnum)


class Filters(BaseModel):
    """What the address of a list asks for; "" where it asks for nothing."""

    q: str
    stage: str
    post: str
    township: str
    late: str
    page: int

    @property
    def asked(self) -> dict[str, str]:
        """Return what is asked for, but for the page."""
        return {name: value for name, value in self.model_dump(exclude={"page"}).items() if value}


def _filters(
    q: Annotated[str, Query(max_length=100)] = "",
    stage: Annotated[str, Query(max_length=200)] = "",
    post: Annotated[str, Query(max_length=100)] = "",
    township: Annotated[str, Query(max_length=100)] = "",
    late: Annotated[str, Query(max_length=1)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Filters:
    return Filters(q=q.strip(), stage=stage, post=post, township=township, late=late, page=page)


Asked = Annotated[Filters, Depends(_filters)]


def wanted_of(house: House, county: str, asked: Filters) -> Wanted:
    """Return what a list is asked for."""
    late_on = house.today() if asked.late == LATE else None
    return Wanted(county, asked.q, asked.stage, asked.post, asked.township, late_on)


def offset_of(asked: Filters) -> int:
    """Return how many rows stand before the page."""
    return (asked.page - 1) * PER_PAGE


def list_values(url: str, asked: Filters, found: Listed[Any], offered: Choices, names: Names) -> dict[str, Any]:
    """Return what the template of any list needs beside its rows."""
    return {
        "list_url": url,
        "asked": asked,
        "total": found.total,
        "page": asked.page,
        "pages": max(1, -(-found.total // PER_PAGE)),
        "page_url": lambda n: f"{url}?{urlencode({**asked.asked, 'page': n})}",
        "stages": [
            (id_, t(f"{names.stage(id_)}（{n}）", f"{names.stage(id_)} ({n})")) for id_, n in offered.stages.items()
        ],
        "posts": [(id_, names.named("post", id_)) for id_ in offered.posts],
        "townships": [(id_, id_) for id_ in offered.townships],
    }


@dataclass(frozen=True)
class Parted(Generic[Part]):
    """A list that is shown in parts, each a tab: at which address, which part (None: all) and page, of what words."""

    url: str
    name: str
    part: Part | None
    words: str
    number: int

    @property
    def offset(self) -> int:
        """Return how many rows stand before the page."""
        return (self.number - 1) * PER_PAGE

    def address(self, of: Part | None, number: int = 1) -> str:
        """Return the address of a page of a part."""
        asked = {self.name: of, "q": self.words, "page": number if number > 1 else None}
        return f"{self.url}?{urlencode({name: value for name, value in asked.items() if value})}"

    def values(
        self, parts: type[Part], counts: Mapping[Part | None, int], name_of: Callable[[Part | None], str]
    ) -> dict[str, Any]:
        """Return what the template of such a list needs beside its rows."""
        total = counts[self.part]
        return {
            "tabs": [(self.address(one), name_of(one), one is self.part, counts[one]) for one in (None, *parts)],
            self.name: self.part,
            "words": self.words,
            "total": total,
            "page": self.number,
            "pages": max(1, -(-total // PER_PAGE)),
            "page_url": lambda n: self.address(self.part, n),
        }


def waits_said(house: House, waits: tuple[OpenStepOf, ...], names: Names) -> list[dict[str, Any]]:
    """Return what a listed case waits for: step, post, and in how many days it is due."""
    today = house.today()
    return [
        {
            "step": names.step(one.step),
            "post": names.named("post", one.post) if one.post else t("未规定", "not set"),
            "has_due": one.due_on is not None,
            "due_in": (one.due_on - today).days if one.due_on else None,
            "due_on": one.due_on,
            "paused": one.paused,
        }
        for one in waits
    ]


def claim_row(house: House, row: ListedClaim, names: Names) -> dict[str, Any]:
    """Return a claim as a list of claims shows it."""
    return {
        "of": row,
        "kind": names.field("kind", row.kind),
        "stage": names.stage(row.stage),
        "waits": waits_said(house, row.waits, names),
    }
