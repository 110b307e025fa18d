"""A county's short year, looked at after every act: its track, its money, and what is missing for the next step."""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Engine

from domain.balances import Bucket
from domain.cases import kind_of, parse_case
from domain.ledger import Ledger
from domain.policy import load
from domain.registry import BY_KIND
from domain.requests import AnyRequest
from projections.fund_ledger_read import portions
from projections.money_shape import Branch, balance
from projections.money_tree import tree_of_fund
from projections.runner import catch_up
from projections.store import views_engine
from projections.track_shape import Records, Stage
from projections.tracks import TRACKED, track
from projections.views import VIEWS
from tests.domain.county import POLICIES
from tests.domain.given import noon
from tests.domain.walk import Walk

COUNTIES = ("sample", "guangfeng-2021", "jiashi-2022", "meilan-2023", "jinghe-2023", "maojian-2017")


def leaves(branch: Branch) -> dict[str, int]:
    """Return where the money of a branch lies: the sums of what has no branches, by id; free money too."""
    if not branch.branches:
        return {branch.id: branch.fen} if branch.kind not in ("fund", "portion", "project") else {}
    sums: dict[str, int] = {}
    for one in branch.branches:
        for name, fen in leaves(one).items():
            sums[name] = sums.get(name, 0) + fen
    return sums


def check_tree(ledger: Ledger, engine: Engine, fund: str) -> None:
    """Check a fund's tree and equations against the balances that its own decider keeps."""
    tree, own = tree_of_fund(engine, fund), ledger.state(BY_KIND["fund"], fund).balances
    assert tree.adds_up
    assert {branch.id: branch.fen for branch in tree.branches} == {
        p: o.received - o.withdrawn for p, o in own.portions.items()
    }
    for branch in tree.branches:
        held = own.portions[branch.id].buckets
        assert leaves(branch) == {bucket.value: fen for bucket, fen in held.items() if fen}
        allotted = {of.id: of.fen for of in branch.branches if of.kind == "project"}
        lines = {no: sum(held.values()) for (pool, no), held in own.lines.items() if pool == branch.id}
        assert allotted == {no: fen for no, fen in lines.items() if fen}
    for row in portions(engine, fund=fund):
        assert all(equation.holds for equation in balance(row))
        assert balance(row)[0].right[0].fen == own.portions[row.pool].buckets[Bucket.FREE]


def check_track(ledger: Ledger, engine: Engine, case: str, now: Any) -> tuple[Stage, ...]:
    """Check that a track waits where its case waits, and that what is done was done by somebody."""
    parsed = parse_case(case)
    stages = track(Records.of(ledger, engine), parsed, now)
    decider = BY_KIND[parsed.kind]
    state = ledger.state(decider, case)
    waiting = [step for stage in stages for step in stage.open]
    assert sorted(waiting) == sorted({step.id for step in decider.open_steps(state)}), case
    assert all(stage.state == "current" for stage in stages if stage.open), case
    assert len({stage.id for stage in stages}) == len(stages), case
    posts = {step.id: step.post for step in decider.open_steps(state)}
    for stage in stages:
        if stage.state == "done" and stage.kind not in ("plan", "release", "payments", "in_force"):
            assert stage.answer is not None, (case, stage)
            assert stage.answer.person, (case, stage)
        if stage.open == (stage.id,):
            assert stage.post == posts[stage.id]
    return stages


@dataclass
class Watched(Walk):
    """A short year that is looked at after every act."""

    engine: Engine = field(default_factory=lambda: views_engine("sqlite://"))
    seen: dict[str, list[tuple[Stage, ...]]] = field(default_factory=dict)
    looks: int = 0

    def ask(self, kind: str, no: str, request: AnyRequest, post: str | None) -> None:
        """Ask, then look at every case that has a track."""
        super().ask(kind, no, request, post)
        catch_up(self.county.ledger, self.engine, VIEWS)
        streams = dict.fromkeys(entry.stream for entry in self.county.ledger.log())
        for case in (stream for stream in streams if kind_of(stream) in TRACKED):
            self.looks += 1
            self.look(case)

    def look(self, case: str) -> None:
        """Look at one case."""
        stages = check_track(self.county.ledger, self.engine, case, noon(self.county.today))
        self.seen.setdefault(case, []).append(stages)
        if kind_of(case) == "fund":
            check_tree(self.county.ledger, self.engine, case)


W = TypeVar("W", bound=Watched)


def watched(ledger: Ledger, folder: str, kind: type[W]) -> W:
    """Adopt the rules of a sample year's county, or of the sample county."""
    return kind.of(ledger, load(POLICIES / "sample.toml")) if folder == "sample" else kind.real(ledger, folder)
