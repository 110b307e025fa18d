"""Loads the sample files (样例) of one county's year, checked against each other before anything is used.

Only what cannot be read or points nowhere is refused here. A plan over its portion, a claim over its release,
or a total that differs from the printed one is for the domain's rules to judge.
"""

import tomllib
from collections.abc import Collection
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from domain.claim_facts import KINDS as CLAIM_KINDS
from domain.errors import BadInputError
from domain.policy import Policy
from domain.policy import load as load_policy
from domain.policy.office import parse_office
from simulation.acts import load_acts, load_open
from simulation.rows import Row, grouped, keyed, read_rows
from simulation.sample_model import Claim, Head, Line, Movement, Person, PlanSample, Portion, Project, Receipt, Samples

CLAIM_STORIES = ("returned", "bounced", "late_gate")
PLAN_STORIES = ("late_release",)
PROJECT_STORIES = ("returned",)
YEARS = (2000, 2100)

_PORTION = ("fund_id", "pool")
_OF_RECEIPT = ("document_no", "item_no", "source", "tier", "fiscal_year", "received_on")
_OF_CLAIM = ("project_no", "kind", "month", "stop_at_gate", "story")
COLUMNS = {
    "receipts.csv": ("fund_id", *_OF_RECEIPT, "portion_pool", "amount_fen"),
    "projects.csv": (
        *("project_no", "name_zh", "village", "township", "unit", "kind", "pool"),
        *("budget_fen", "contract_fen", "stop_at_step", "story"),
    ),
    "plans.csv": ("plan_no", "title", "pool", "drafted_on", "under", "story"),
    "lines.csv": ("plan_no", "project_no", *_PORTION, "amount_fen"),
    "claims.csv": ("claim_no", *_OF_CLAIM, *_PORTION, "amount_fen"),
    "people.csv": ("post", "person", "name", "unit"),
}

MOVES = ("on", "kind", "fund_id", "pool", "project_no", "claim_no", "amount_fen", "to_project_no", "note")
# What each kind of movement must name beside its day and note.
MOVE_NEEDS: dict[str, tuple[str, ...]] = {
    "refund": ("claim_no",),
    "adjust": ("fund_id", "pool", "project_no", "to_project_no", "amount_fen"),
    "reduce": ("fund_id", "pool", "project_no", "amount_fen"),
    "withdraw": ("fund_id", "pool", "amount_fen"),
    "close_year": ("fund_id",),
    "announce": ("fund_id", "pool", "amount_fen"),
    "arrive": ("fund_id", "pool", "amount_fen"),
}

_Portions = Collection[tuple[str, ...]]


def load(folder: Path) -> Samples:
    """Return the samples in *folder*.

    Raises:
        BadInputError: With file, line and field.
    """
    head = _head(folder / "sample.toml")
    rows = {name: read_rows(folder / name, columns) for name, columns in COLUMNS.items()}
    portions = keyed(rows["receipts.csv"], "fund_id", "portion_pool")
    projects = keyed(rows["projects.csv"], "project_no")
    plans = keyed(rows["plans.csv"], "plan_no")
    keyed(rows["lines.csv"], "plan_no", "project_no", *_PORTION)
    keyed(rows["claims.csv"], "claim_no", *_PORTION)
    keyed(rows["people.csv"], "post", "person")
    receipts = grouped(rows["receipts.csv"], "fund_id", _OF_RECEIPT)
    claims = grouped(rows["claims.csv"], "claim_no", _OF_CLAIM)
    grouped(rows["people.csv"], "person", ("name", "unit"))
    return Samples(
        head=head,
        receipts=tuple(_receipt(of_fund) for of_fund in receipts),
        projects=tuple(_project(row, portions) for row in projects.values()),
        plans=tuple(_plan(row, portions) for row in plans.values()),
        lines=tuple(_line(row, plans, projects, portions) for row in rows["lines.csv"]),
        claims=tuple(_claim(of_claim, projects, portions) for of_claim in claims),
        people=tuple(_person(row) for row in rows["people.csv"]),
        office=_office(folder / "office.toml"),
        moves=_moves(folder / "moves.csv", portions, projects, {claim[0].cells["claim_no"] for claim in claims}),
        policy=_policy(folder / "policy.toml", head.county),
        acts=load_acts(folder / "acts.toml"),
        left_open=load_open(folder / "open.toml", date(head.year, 12, 31)),
    )


def _moves(path: Path, portions: _Portions, projects: _Portions, claims: Collection[str]) -> tuple[Movement, ...]:
    """Return the movements, or none where there is no such file."""
    if not path.is_file():
        return ()
    rows = read_rows(path, MOVES)
    # What is announced is no receipt yet: it becomes a portion by its own row, for the rows below it.
    announced: set[tuple[str, ...]] = set()
    return tuple(_move(row, portions, announced, projects, claims) for row in rows)


def _move(
    row: Row, received: _Portions, announced: set[tuple[str, ...]], projects: _Portions, claims: Collection[str]
) -> Movement:
    kind = row.one_of("kind", tuple(MOVE_NEEDS))
    needs = MOVE_NEEDS[kind]
    portions = announced if kind == "arrive" else {*received, *announced}
    if kind == "announce":
        announced.add(_new_portion(row, portions))
    elif "pool" in needs:
        _fund(row, portions)
    elif "fund_id" in needs:
        row.known({(fund,) for fund, _ in portions}, "fund", "fund_id")
    for field in ("project_no", "to_project_no"):
        if field in needs:
            row.known(projects, "project", field)
    if "claim_no" in needs:
        row.one_of("claim_no", claims)
    return Movement(
        on=row.day("on"),
        kind=kind,
        fund_id=row.cells["fund_id"],
        pool=row.cells["pool"],
        project_no=row.cells["project_no"],
        claim_no=row.cells["claim_no"],
        amount_fen=row.fen("amount_fen") if "amount_fen" in needs else 0,
        to_project_no=row.cells["to_project_no"],
        note=row.text("note"),
    )


def _new_portion(row: Row, portions: _Portions) -> tuple[str, ...]:
    """Return the fund and pool that an announcement makes, a fund that is not there yet."""
    if (row.number("fund_id"),) in {(fund,) for fund, _ in portions}:
        raise row.wrong("fund_id", f"fund {row.cells['fund_id']!r} is there already")
    return row.cells["fund_id"], row.identifier("pool")


def _office(path: Path) -> str | None:
    """Return the text of the office decision, to the byte, or None where there is none."""
    try:
        text = path.read_bytes().decode()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as e:
        raise BadInputError(str(path), str(e)) from e
    parse_office(text, str(path))
    return text


def _policy(path: Path, county: str) -> Policy | None:
    """Return the county's rules, or None where the folder leaves them to `policies/`."""
    if not path.is_file():
        return None
    policy = load_policy(path)
    if policy.profile.county.id != county:
        raise BadInputError(str(path), f"it is of {policy.profile.county.id!r}, and sample.toml of {county!r}")
    return policy


def _head(path: Path) -> Head:
    try:
        return Head.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as e:
        raise BadInputError(str(path), str(e)) from e
    except ValidationError as e:
        # A misspelt key is the cause, the key that is then missing only follows from it.
        first = min(e.errors(include_url=False), key=lambda error: error["type"] != "extra_forbidden")
        raise BadInputError(f"{path}: {'.'.join(map(str, first['loc']))}", first["msg"]) from e


def _receipt(rows: list[Row]) -> Receipt:
    row = rows[0]
    return Receipt(
        fund_id=row.number("fund_id"),
        document_no=row.text("document_no"),
        item_no=row.text("item_no"),
        source=row.identifier("source"),
        tier=row.cells["tier"] and row.identifier("tier"),
        fiscal_year=row.whole("fiscal_year", *YEARS),
        received_on=row.day("received_on"),
        portions=tuple(Portion(r.cells["fund_id"], r.identifier("portion_pool"), r.fen("amount_fen")) for r in rows),
    )


def _project(row: Row, portions: _Portions) -> Project:
    return Project(
        project_no=row.number("project_no"),
        name_zh=row.text("name_zh"),
        village=row.text("village"),
        township=row.text("township"),
        unit=row.text("unit"),
        kind=row.identifier("kind"),
        pool=_pool(row, portions),
        budget_fen=row.fen("budget_fen"),
        contract_fen=row.fen("contract_fen") if row.cells["contract_fen"] else None,
        stop_at_step=row.cells["stop_at_step"] and row.identifier("stop_at_step"),
        story=row.optional("story", PROJECT_STORIES),
    )


def _plan(row: Row, portions: _Portions) -> PlanSample:
    return PlanSample(
        plan_no=row.number("plan_no"),
        title=row.text("title"),
        pool=_pool(row, portions),
        drafted_on=row.day("drafted_on"),
        under=row.cells["under"],
        story=row.optional("story", PLAN_STORIES),
    )


def _line(row: Row, plans: _Portions, projects: _Portions, portions: _Portions) -> Line:
    return Line(
        plan_no=row.known(plans, "plan", "plan_no"),
        project_no=row.known(projects, "project", "project_no"),
        fund_id=_fund(row, portions),
        pool=row.cells["pool"],
        amount_fen=row.fen("amount_fen"),
    )


def _claim(rows: list[Row], projects: _Portions, portions: _Portions) -> Claim:
    row = rows[0]
    return Claim(
        claim_no=row.number("claim_no"),
        project_no=row.known(projects, "project", "project_no"),
        kind=row.one_of("kind", CLAIM_KINDS),
        month=row.whole("month", 1, 12),
        portions=tuple(Portion(_fund(r, portions), r.cells["pool"], r.fen("amount_fen")) for r in rows),
        stop_at_gate=row.whole("stop_at_gate", 1) if row.cells["stop_at_gate"] else None,
        story=row.optional("story", CLAIM_STORIES),
    )


def _person(row: Row) -> Person:
    return Person(
        post=row.identifier("post"),
        person=row.number("person"),
        name=row.text("name"),
        unit=row.text("unit"),
    )


def _pool(row: Row, portions: _Portions) -> str:
    return row.optional("pool", {pool for _, pool in portions})


def _fund(row: Row, portions: _Portions) -> str:
    """Return a fund of which the row's pool is a portion."""
    row.known({(fund,) for fund, _ in portions}, "fund", "fund_id")
    row.known(portions, "portion", *_PORTION)
    return row.cells["fund_id"]
