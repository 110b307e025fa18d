"""View `assets` (资产): each asset with the payments that paid for it, its title, keeper, income and weaknesses."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Integer, MetaData, String, Table

from domain.asset import ASSET, AssetState
from domain.asset_facts import AssetFormed, IncomeEntered, IncomeShared
from projections.batch import Batch, Logged
from projections.book import Book
from projections.view import View

TABLES = MetaData()
ASSETS = Table(
    "view_assets",
    TABLES,
    Column("case", String, primary_key=True),
    Column("county", String, nullable=False, index=True),
    Column("position", BigInteger, nullable=False),  # Where in the log it was formed.
    Column("asset_no", String, nullable=False),
    Column("project_no", String, nullable=False),
    Column("name", String, nullable=False),
    Column("nature", String, nullable=False),
    Column("formed_on", Date, nullable=False),
    Column("cost_fen", BigInteger, nullable=False),
    Column("owner", String),
    Column("title", JSON),
    Column("handed_over_to", String),
    Column("handed_over_on", Date),
    Column("keeper", String),
    Column("kept_since", Date),
    Column("upkeep", Integer, nullable=False),
    Column("income_fen", BigInteger, nullable=False),
    Column("left_fen", BigInteger, nullable=False),
    Column("weak", JSON),
    Column("disposed_on", Date),
    Column("disposed_fen", BigInteger),
    Column("stage", String, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("open", JSON, nullable=False),  # Each open step with its post, the kinds of its deadlines, who answers.
)
PAYMENTS = Table(
    "view_asset_payments",
    TABLES,
    Column("case", String, primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("claim_no", String, nullable=False),
    # As a case id: what the other views know it by.
    Column("claim", String, nullable=False, index=True),
    Column("fund_no", String, nullable=False),
    Column("fund", String, nullable=False, index=True),
    Column("pool", String, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
)
SHARED = Table(
    "view_asset_shared",
    TABLES,
    Column("case", String, primary_key=True),
    Column("use", String, primary_key=True),
    Column("n", Integer, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
)
# Income (收益), and what was distributed of it (收益分配), one by one.
INCOME = Table(
    "view_asset_income",
    TABLES,
    Column("case", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("what", String, nullable=False),
    Column("on", Date, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("use", String, nullable=False, default=""),
    Column("to", String, nullable=False, default=""),
    Column("words", String, nullable=False, default=""),
)


def take(book: Book, batch: Batch) -> None:
    """Write down each asset as it stands; of its income every entry."""
    for entry in batch.entries:
        _note(book, entry)
    for stream in batch.streams():
        state: AssetState = batch.state(stream)
        formed = state.formed
        assert formed is not None
        known = book.get(ASSETS, stream)
        position = known["position"] if known else batch.entries_of(stream)[0].position
        book.put(ASSETS, {"case": stream, "position": position, **_asset(state, formed)})
        book.replace(PAYMENTS, stream, _payments(state, stream, formed.county))
        shared = enumerate(state.shared.items())
        book.replace(SHARED, stream, [{"case": stream, "use": u, "n": n, "amount_fen": fen} for n, (u, fen) in shared])


VIEW = View("assets", 1, TABLES, frozenset({"asset"}), take)


def _asset(state: AssetState, formed: AssetFormed) -> dict[str, Any]:
    title, handed_over, keeper, disposed = state.title, state.handed_over, state.keeper, state.disposed
    names = ("county", "asset_no", "project_no", "name", "nature")
    return {
        **{name: getattr(formed, name) for name in names},
        "formed_on": formed.act.occurred_on,
        "cost_fen": state.cost,
        "owner": title.owner if title else None,
        "title": title,
        "handed_over_to": handed_over.to if handed_over else None,
        "handed_over_on": handed_over.act.occurred_on if handed_over else None,
        "keeper": keeper.keeper if keeper else None,
        "kept_since": keeper.act.occurred_on if keeper else None,
        "upkeep": state.upkeep,
        "income_fen": state.income,
        "left_fen": state.left,
        "weak": state.weak,
        "disposed_on": disposed.act.occurred_on if disposed else None,
        "disposed_fen": disposed.amount_fen if disposed else None,
        "stage": ASSET.stage(state),
        "closed": ASSET.closed(state),
        "open": _open(state, formed),
    }


def _open(state: AssetState, formed: AssetFormed) -> list[dict[str, Any]]:
    """Return what waits; of a step that no text rules the limits are None."""
    terms = (
        (step, getattr(formed.terms, "mends" if step.id == "mend" else step.id)) for step in ASSET.open_steps(state)
    )
    return [
        {
            "step": step.id,
            "post": step.post,
            "limits": list(term.limits) if term else None,
            "responsible": term.responsible if term else "",
        }
        for step, term in terms
    ]


def _payments(state: AssetState, stream: str, county: str) -> list[dict[str, Any]]:
    return [
        {
            "case": stream,
            "n": n,
            "claim_no": paid.claim_no,
            "claim": f"{county}/claim/{paid.claim_no}",
            "fund_no": paid.fund_no,
            "fund": f"{county}/fund/{paid.fund_no}",
            "pool": paid.pool,
            "amount_fen": paid.amount_fen,
        }
        for n, paid in enumerate(state.payments)
    ]


def _note(book: Book, entry: Logged) -> None:
    fact = entry.fact
    match fact:
        case IncomeEntered(amount_fen=amount_fen, words=words):
            row = {"what": "income", "amount_fen": amount_fen, "words": words}
        case IncomeShared(amount_fen=amount_fen, use=use, to=to):
            row = {"what": "shared", "amount_fen": amount_fen, "use": use, "to": to}
        case _:
            return
    book.add(INCOME, {"case": entry.stream, "version": entry.version, "on": fact.act.occurred_on, **row})
