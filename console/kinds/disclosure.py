"""One entry of the disclosure register: its places, its days of publicity, its objections, its corrections."""

from collections.abc import Iterator
from typing import Any

from console.house import House
from console.visitor import Visitor
from domain.cases import CaseId, case_id
from domain.procedures.disclosures import clock_no
from doors.names import Names
from doors.texts import t
from projections.disclosures import Disclosed, Objection, Period, Published, entry, periods

_DIGEST_SHOWN = 12


def more(house: House, _: Visitor, case: CaseId) -> dict[str, Any]:
    """Return what the page of an entry shows."""
    found, names, today = entry(house.engine, case_id(*case), house.today()), house.names(case.county), house.today()
    assert found is not None
    stands = {one.place: one.number for one in found.published}
    waits = found.public_on is None and found.stage != "withdrawn"
    return {
        "heading": f"{names.word(found.what)} {found.words}".strip(),
        "row": found,
        "facts": list(_facts(found, names)),
        "waits": waits,
        "due_in": (found.due_on - today).days if found.due_on and waits else None,
        "missing": [names.both(place) for place in found.places if place not in stands],
        "published": [_published(one, names, stands[one.place] == one.number) for one in found.published],
        "periods": [_period(one) for one in periods(house.engine, case_id(*case))],
        "days_left": (found.public_until - today).days if found.public_until else None,
        "objections": [_objection(one, names) for one in found.objections],
        "clock_url": f"/{case.county}/obligation/{clock_no(found.entry)}" if found.due_on else "",
    }


def _facts(found: Disclosed, names: Names) -> Iterator[tuple[str, Any]]:
    yield t("现在", "Now"), names.stage(found.stage)
    yield t("起因", "Of"), found.of or t("人工列入", "entered by hand")
    yield t("产生日期", "Arose on"), found.arose_on
    yield t("公开期限", "Due"), found.due_on
    yield t("公开岗位", "Made public by"), names.named("post", found.post) if found.post else None
    yield t("依据", "Rests on"), "；".join(part for part in (found.clause, found.reference) if part)
    if found.before:
        bars = t("未公开不得办理", "bars it") if found.blocks else t("不阻断办理", "bars nothing")
        yield t("须先于", "Must come before"), f"{names.word(found.before)}（{bars}）"
    if found.mandatory:
        yield t("必须公开", "Mandatory"), t("不得撤回", "cannot be taken back")
    if found.public_on:
        yield t("全部公开", "Public everywhere since"), found.public_on
    if found.days_late:
        yield t("晚（日）", "Days late"), found.days_late


def _published(one: Published, names: Names, stands: bool) -> tuple[Any, ...]:  # noqa: FBT001 - a row's last column
    shown = one.address or (f"SHA-256 {one.record[:_DIGEST_SHOWN]}…" if one.record else "")
    corrects = t(f"更正第 {one.corrects} 次公开", f"corrects no. {one.corrects}") if one.corrects else ""
    return (
        one.number,
        names.both(one.place),
        one.on,
        shown,
        corrects,
        t("有效", "stands") if stands else t("已更正", "replaced"),
    )


def _period(one: Period) -> tuple[Any, ...]:
    said = {
        "began": ("公示期开始", "the days began"),
        "stopped": ("因异议中止", "an objection stopped them"),
        "resumed": ("继续公示", "they run again"),
        "counted anew": ("重新计算", "counted again"),
        "ended": ("公示期满", "they are over"),
    }
    until = t(f"至 {one.until}", f"until {one.until}") if one.until else ""
    left = t(f"余 {one.days_left} 天", f"{one.days_left} days left") if one.days_left is not None else ""
    provisional = t("（暂定）", "(provisional)") if one.provisional else ""
    return one.on, t(*said.get(one.what, (one.what, one.what))), " ".join(p for p in (until + provisional, left) if p)


def _objection(one: Objection, names: Names) -> dict[str, Any]:
    ruled = (
        None
        if one.upheld is None
        else t("成立，须更正", "upheld: to be corrected")
        if one.upheld
        else t("不成立", "rejected")
    )
    return {
        "number": one.number,
        "channel": names.named("channel", one.channel),
        "words": one.words,
        "on": one.on,
        "ruled": ruled,
        "upheld": one.upheld,
        "reason": one.reason,
        "ruled_on": one.ruled_on,
    }
