"""What a county's sample year (样例) is made of; every amount is in whole fen."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.policy import Policy
from simulation.acts import SampleAct

_Text = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Printed(_Strict):
    """A figure as the source text prints it (原文数字), to be compared and never computed with.

    One of the three is set: an amount, a count, or a share in basis points. `reported`: it has no base in the text,
    or the text contradicts it, so that nothing computed is its counterpart; the notes say why.
    """

    id: _Text
    zh: _Text
    en: _Text
    source: _Text
    amount_fen: int | None = None
    count: int | None = None
    bp: int | None = None
    reported: bool = False
    note_zh: _Text | None = None
    note_en: _Text | None = None

    @model_validator(mode="after")
    def _has_one_figure(self) -> "Printed":
        if sum(figure is not None for figure in (self.amount_fen, self.count, self.bp)) != 1:
            raise ValueError("one of amount_fen, count and bp is wanted")
        return self


class Head(_Strict):
    """The file `sample.toml`: whose year it is, always marked as a sample, and what its text prints of it."""

    county: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,31}$")]
    year: Annotated[int, Field(ge=2000, le=2100)]
    statement_on: date
    title_zh: _Text
    title_en: _Text
    sample: Literal[True]
    note_zh: _Text
    note_en: _Text
    printed: list[Printed] = []
    # The months whose dispatch is played, and the ISO weeks that are watched.
    dispatched: list[Annotated[int, Field(ge=1, le=12)]] = []
    watched: list[Annotated[int, Field(ge=1, le=53)]] = []
    # Whether deadlines are extended, paused and waived in it, one dropped and one forgotten.
    granted: bool = False


@dataclass(frozen=True)
class Portion:
    """An amount of one pool of one fund."""

    fund_id: str
    pool: str
    amount_fen: int


@dataclass(frozen=True)
class Receipt:
    """One item of a fund document (资金文件), split into portions. A tier of "" is not stated."""

    fund_id: str
    document_no: str
    item_no: str
    source: str
    tier: str
    fiscal_year: int
    received_on: date
    portions: tuple[Portion, ...]

    @property
    def amount_fen(self) -> int:
        """Return the total over all portions."""
        return sum(portion.amount_fen for portion in self.portions)


@dataclass(frozen=True)
class Project:
    """A project. `stop_at_step` is the step at which it is left waiting, "" where it goes on to the end.

    `kind` is a class of its county's rules. `pool` is "" where it draws on several.
    """

    project_no: str
    name_zh: str
    village: str
    township: str
    unit: str
    kind: str
    pool: str
    budget_fen: int
    contract_fen: int | None
    stop_at_step: str
    story: str


@dataclass(frozen=True)
class PlanSample:
    """A plan: when it is drafted, and whether its release is late. `pool` is "" where it draws on several.

    `under` is the split that it is under, or "".
    """

    plan_no: str
    title: str
    pool: str
    drafted_on: date
    under: str
    story: str


@dataclass(frozen=True)
class Line:
    """What a plan gives one project out of one portion."""

    plan_no: str
    project_no: str
    fund_id: str
    pool: str
    amount_fen: int


@dataclass(frozen=True)
class Claim:
    """A claim. `stop_at_gate` is the gate, counted from 1, at which it is left waiting when the year ends."""

    claim_no: str
    project_no: str
    kind: str
    month: int
    portions: tuple[Portion, ...]
    stop_at_gate: int | None
    story: str

    @property
    def amount_fen(self) -> int:
        """Return the total over all portions."""
        return sum(portion.amount_fen for portion in self.portions)


@dataclass(frozen=True)
class Person:
    """Who holds a post: an opaque id for the facts, and a name for the eye.

    Where a post has several holders, the first prepares and the last decides.
    """

    post: str
    person: str
    name: str
    unit: str


@dataclass(frozen=True)
class Movement:
    """A movement beside the claims: refund, adjust, reduce, withdraw, close_year, announce, arrive.

    Unused cells are "" or 0.
    """

    on: date
    kind: str
    fund_id: str
    pool: str
    project_no: str
    claim_no: str
    amount_fen: int
    to_project_no: str
    note: str


@dataclass(frozen=True)
class Samples:
    """One county's year. `office` is the text of its office decision (办理规定), if it needs one.

    `policy` is its county's rules, where the folder brings its own instead of those in `policies/`. `left_open` is what
    is asked once the year is over, so that something waits for everybody.
    """

    head: Head
    receipts: tuple[Receipt, ...]
    projects: tuple[Project, ...]
    plans: tuple[PlanSample, ...]
    lines: tuple[Line, ...]
    claims: tuple[Claim, ...]
    people: tuple[Person, ...]
    office: str | None = None
    moves: tuple[Movement, ...] = ()
    policy: Policy | None = None
    acts: tuple[SampleAct, ...] = ()
    left_open: tuple[SampleAct, ...] = ()
