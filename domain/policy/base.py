"""What every rule of a policy is made of: its source, who it names, and what the text leaves open."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

T = TypeVar("T")
Loc = tuple[str | int, ...]


@dataclass(frozen=True)
class LeftOpen:
    """Marks a key that a county's text may leave open: it is then listed as "no rule stated" (未规定)."""


@dataclass(frozen=True)
class Refers:
    """Marks an id that must exist in the profile's list *to*."""

    to: str


OPEN = LeftOpen()
Open = Annotated[T | None, OPEN]
OpenList = Annotated[tuple[T, ...], OPEN]

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1)]
Count = Annotated[int, Field(ge=1)]
Fen = Annotated[int, Field(ge=0)]
BasisPoints = Annotated[int, Field(ge=0)]

LevelId = Annotated[str, Refers("county.levels")]
PostId = Annotated[str, Refers("posts")]
ReferenceId = Annotated[str, Refers("references")]
GroupId = Annotated[str, Refers("groups")]
SystemId = Annotated[str, Refers("systems")]
LadderId = Annotated[str, Refers("ladders")]
PoolId = Annotated[str, Refers("pools")]
SourceId = Annotated[str, Refers("sources")]
ClassId = Annotated[str, Refers("classes")]
ReportedId = Annotated[str, Refers("reported")]

# 省 stands for an autonomous region too, 地市 for a prefecture or city, 县 for a district.
Tier = Literal["central", "province", "prefecture", "county", "township", "society"]
Period = Literal["day", "week", "month", "quarter", "year", "batch"]
# Which kinds of a case's parts a signature covers; all where none is named.
Covered = Literal["fields", "amounts", "papers"]


class Model(BaseModel):
    """A part of a profile: no unknown keys, no conversions, no changes."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    def moot(self) -> frozenset[str]:
        """Return the open keys that do not apply to this rule, and so are no gap in the text."""
        return frozenset()

    def unsaid(self) -> frozenset[str]:
        """Return the keys that the text leaves open beside the marked ones."""
        return frozenset()


class Rule(Model):
    """A rule with the file and line that it comes from; *reading* says where it is ours (我方解读).

    *office* names the office decision (办理规定) that filled what the text leaves open in it.
    """

    source: Text
    reading: Text | None = None
    office: Text | None = None

    @property
    def clause(self) -> str:
        """Return what a fact under this rule rests on: the text's line, and the office decision if it took one."""
        return f"{self.source}; {self.office}" if self.office else self.source


class Named(Rule):
    """A rule with an id and a name in both languages."""

    id: Id
    zh: Text
    en: Text


class Breach(NamedTuple):
    """What a validator finds wrong: where below its own model, and why in both languages."""

    at: Loc
    zh: str
    en: str


def refuse(breaches: Iterator[Breach]) -> None:
    """Refuse a model for all its *breaches* at once.

    Raises:
        PydanticCustomError: If there is any.
    """
    if found := tuple(breaches):
        raise PydanticCustomError("breaches", "{count} breaches", {"count": len(found), "breaches": found})
