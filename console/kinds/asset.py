"""One asset: the money that formed it back to its funds, whose it is, who keeps it, what it earns, what is weak."""

from collections.abc import Iterator, Sequence
from typing import Any

from console.house import House
from console.visitor import Visitor
from domain.cases import CaseId, case_id
from doors.happened import said
from doors.names import Names
from doors.texts import t
from projections.assets import Asset, FundOfAsset, Income, asset, income
from projections.timeline import Happened, history

_DIGEST_SHOWN = 12


def more(house: House, _: Visitor, case: CaseId) -> dict[str, Any]:
    """Return what the page of an asset shows."""
    found, names, county = asset(house.engine, case_id(*case)), house.names(case.county), case.county
    assert found is not None
    told = history(house.engine, case_id(*case))
    return {
        "heading": f"{found.asset_no} {found.name}",
        "asset": found,
        "facts": list(_facts(found, names)),
        "project_url": f"/{county}/project/{found.project_no}",
        "weak": names.field("kind", str(found.weak["kind"])) if found.weak else "",
        "weak_words": str(found.weak.get("words", "")) if found.weak else "",
        "funds": [_fund(county, one, names) for one in found.funds],
        "payments": [(f"/{county}/claim/{one.claim_no}", names.named("pool", one.pool), one) for one in found.payments],
        "title_facts": list(_title(found, told)),
        "keeping": _told(told, names, "asset.keeper-set/1", "asset.upkeep-logged/1"),
        "income": [_income(one) for one in income(house.engine, case_id(*case))],
        "shared": [(one["use"], one["amount_fen"]) for one in found.shared],
        "weaknesses": _told(told, names, "asset.weakness-found/1", "asset.weakness-mended/1"),
    }


def _fund(county: str, one: FundOfAsset, names: Names) -> tuple[str, str, str, FundOfAsset]:
    source = names.named("source", one.source) if one.source else ""
    return f"/{county}/fund/{one.fund_no}", names.named("pool", one.pool), source, one


def _facts(found: Asset, names: Names) -> Iterator[tuple[str, Any]]:
    yield t("现在", "Now"), names.stage(found.stage)
    yield t("性质", "Nature"), names.word(found.nature)
    yield t("形成日期", "Formed on"), found.formed_on
    yield t("管护责任人", "Keeper"), found.keeper
    if found.kept_since:
        yield t("管护起始", "Kept since"), found.kept_since
    if found.disposed_on:
        yield t("处置日期", "Disposed of on"), found.disposed_on


def _title(found: Asset, told: Sequence[Happened]) -> Iterator[tuple[str, Any]]:
    """Yield whose it is, by which register, and to whom it was handed with which receipt; None where there is none."""
    title = found.title or {}
    yield t("权属", "Owner"), found.owner
    yield t("确权凭证", "By"), title.get("reference") or None
    if title.get("record"):
        yield t("确权材料", "Paper of the title"), _paper(str(title["record"]))
    yield t("移交给", "Handed over to"), found.handed_over_to
    if found.handed_over_on:
        yield t("移交日期", "On"), found.handed_over_on
        handed = next((one for one in told if one.fact == "asset.handed-over/1"), None)
        yield t("移交清单", "Receipt"), _paper(str(handed.content.get("record", ""))) if handed else None


def _paper(digest: str) -> str | None:
    return f"SHA-256 {digest[:_DIGEST_SHOWN]}…" if digest else None


def _told(told: Sequence[Happened], names: Names, *facts: str) -> list[tuple[Any, str, str]]:
    return [(one.occurred_on, said(one, names), one.clause) for one in told if one.fact in facts]


def _income(one: Income) -> tuple[Any, ...]:
    what = t("分配", "distributed") if one.what == "shared" else t("收益", "income")
    return one.on, what, one.amount_fen, one.use, one.to or one.words
