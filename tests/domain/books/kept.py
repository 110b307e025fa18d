"""What a clerk keeps of a county: its text as TOML, each case's few facts, and where every fen is."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Pool = tuple[str, str]  # fund, pool
Line = tuple[str, str, str]  # fund, pool, project
BUCKETS = ("unreleased", "claimable", "reserved", "sent", "paid")
CLAIMED = ("reserved", "sent", "paid")
PREPARES = {"declare", "survey", "contract", "build"}
DECIDES = {"review", "bank", "approve", "accept"}
BROUGHT = {"plan", "release", "payments"}


def steps_of(text: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a county's steps; a body that approves each project by itself stands before the plan."""
    steps = []
    for step in text["project"]["steps"]:
        if step["kind"] == "plan":
            by_project = [a for a in text["plan"]["approvals"] if a["subject"] == "project"]
            steps += [{**a, "kind": "approve", "post": a["body"]} for a in by_project]
        steps.append(step)
    return steps


def summed(shares: Iterable[tuple[Any, int]]) -> Counter[Any]:
    """Return the sum of each key."""
    sums: Counter[Any] = Counter()
    for key, fen in shares:
        sums[key] += fen
    return sums


@dataclass
class PlanBook:
    """One plan."""

    lines: Counter[Line] = field(default_factory=Counter)
    cuts: Counter[Line] = field(default_factory=Counter)
    drafters: set[str] = field(default_factory=set)
    drafted: bool = False
    returned: bool = False
    stage: int = 0
    meeting: str = ""  # Whose minutes are waited for.
    minutes: int = 0
    in_force: bool = False
    allotted: set[str] = field(default_factory=set)
    cut: Counter[Line] = field(default_factory=Counter)
    released: set[str] = field(default_factory=set)


@dataclass
class ProjectBook:
    """One project."""

    at: int = 0
    prepared: set[str] = field(default_factory=set)
    given: int = 0
    released: int = 0
    contract: int | None = None
    contractor: str = ""
    accepted_on: date | None = None
    live: dict[str, tuple[str, int]] = field(default_factory=dict)  # Claims that hold money: kind, fen.
    paid: int = 0
    closed: bool = False


@dataclass
class ClaimBook:
    """One claim."""

    project: str = ""
    kind: str = ""
    version: int = 0
    lines: Counter[Line] = field(default_factory=Counter)
    lodgers: set[str] = field(default_factory=set)
    gates: list[str] = field(default_factory=list)  # The person at each gate that this version passed.
    where: str = ""  # reserved, sent, paid, or nothing held
    refunded: bool = False
    payments: int = 0


@dataclass
class Books:
    """A county's books."""

    text: dict[str, Any]
    received: Counter[Pool] = field(default_factory=Counter)
    withdrawn: Counter[Pool] = field(default_factory=Counter)
    lines: dict[Line, Counter[str]] = field(default_factory=dict)
    holds: dict[tuple[str, str], tuple[str, Counter[Line]]] = field(default_factory=dict)  # By claim and fund.
    items: set[tuple[str, str]] = field(default_factory=set)
    years: dict[str, int] = field(default_factory=dict)
    closed: set[tuple[str, int]] = field(default_factory=set)
    told: set[tuple[str, str]] = field(default_factory=set)
    meetings: dict[str, dict[str, Any]] = field(default_factory=dict)
    plans: dict[str, PlanBook] = field(default_factory=dict)
    projects: dict[str, ProjectBook] = field(default_factory=dict)
    claims: dict[str, ClaimBook] = field(default_factory=dict)
    # By rule, stream, command and name of the fact: what is to be in the register, and what is, of which day.
    disclosable: set[tuple[str, str, str, str]] = field(default_factory=set)
    entered: dict[tuple[str, str, str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the text."""
        self.county = self.text["county"]["id"]
        self.steps = steps_of(self.text)
        self.stages = [a for a in self.text["plan"]["approvals"] if a["subject"] != "project"]
        self.gates = self.text["claims"]["gates"]

    def free(self, pool: Pool) -> int:
        """Return what no project was given."""
        given = sum(sum(line.values()) for (fund, name, _), line in self.lines.items() if (fund, name) == pool)
        return self.received[pool] - self.withdrawn[pool] - given

    def bucket(self, pool: Pool, bucket: str) -> int:
        """Return what a pool has in a bucket, over its projects."""
        return sum(line[bucket] for (fund, name, _), line in self.lines.items() if (fund, name) == pool)

    def of_project(self, no: str, *buckets: str) -> int:
        """Return what a project has in buckets, over all funds."""
        return sum(line[b] for (_, _, project), line in self.lines.items() if project == no for b in buckets)

    def balance(self) -> None:
        """Check what must hold whenever a whole request is written down.

        Raises:
            AssertionError: If a sum is wrong.
        """
        assert self.entered.keys() == self.disclosable, self.entered.keys() ^ self.disclosable
        for pool in self.received:
            assert self.free(pool) >= 0, (pool, self.free(pool))
        for line, buckets in self.lines.items():
            assert min(buckets[b] for b in BUCKETS) >= 0, (line, buckets)
            assert line[:2] in self.received, line
        for no, project in self.projects.items():
            self._balance_project(no, project)
        for no, claim in self.claims.items():
            held = {fund: hold for (of, fund), hold in self.holds.items() if of == no}
            if claim.where:
                assert {where for where, _ in held.values()} == {claim.where}, (no, claim.where, held)
                assert sum((shares for _, shares in held.values()), Counter()) == claim.lines, no
            assert bool(held) == bool(claim.where), (no, held)
            assert (no in self.projects[claim.project].live) == bool(claim.where), no
            assert claim.payments == (claim.where == "paid") + claim.refunded, (no, claim.payments)
        for plan in self.plans.values():
            if plan.in_force:
                assert plan.allotted == {fund for fund, _, _ in plan.lines}
                assert plan.cut == plan.cuts

    def _balance_project(self, no: str, project: ProjectBook) -> None:
        claimed = sum(fen for _, fen in project.live.values())
        assert project.given == self.of_project(no, *BUCKETS), (no, project)
        assert project.released == self.of_project(no, *BUCKETS[1:]), (no, project)
        assert claimed == self.of_project(no, *CLAIMED), (no, project)
        assert project.paid == self.of_project(no, "paid"), (no, project)
        assert 0 <= project.paid <= claimed <= project.released <= project.given, (no, project)
        if project.contract is not None:
            held_back = self.held_back(project.contract)
            of_retention = sum(fen for kind, fen in project.live.values() if kind == "retention")
            assert claimed <= project.contract, (no, project)
            if "retention" in self.text:
                assert of_retention <= held_back, (no, project)
                assert claimed - of_retention <= project.contract - held_back, (no, project)

    def held_back(self, contract: int) -> int:
        """Return what is held back of a contract, in whole fen, half up."""
        share = Decimal(self.text.get("retention", {}).get("share_bp", 0)) / 10_000
        return int((contract * share).quantize(Decimal(1), ROUND_HALF_UP))

    def move(self, line: Line, start: str, end: str, fen: int) -> None:
        """Carry money of a line from one bucket to another; "" is what no project was given."""
        assert fen > 0, (line, fen)
        buckets = self.lines.setdefault(line, Counter())
        if start:
            assert buckets[start] >= fen, (line, start, buckets, fen)
            buckets[start] -= fen
        else:
            assert self.free(line[:2]) >= fen, (line, fen)
        if end:
            buckets[end] += fen


def recorded(act: dict[str, Any]) -> datetime:
    """Return the moment of record."""
    return datetime.fromisoformat(act["recorded_at"])
