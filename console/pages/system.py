"""Page: the system: whether everything runs that should, how far the views are, and when the log was last sealed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from audit.seal_refusals import DamagedSealError
from audit.seals import Seals
from console.access import HouseHere, SignedIn
from console.house import House
from console.rendering import page
from console.visitor import Visitor
from domain.errors import BridgefundError
from doors.health import Status, ask_server, store_seen, wrong_in
from doors.texts import language, t
from doors.views_standing import ViewsStanding, views_standing

router = APIRouter()
ANSWER_SECONDS = 2.0
REFRESH_SECONDS = 30
PARKED_MOST = 50
VIEW_NAMES = {
    "facts": ("每条事实", "facts"),
    "cases": ("案件", "cases"),
    "timeline": ("来龙去脉", "histories"),
    "obligations": ("限时义务", "deadlines"),
    "statement": ("收支表", "sources and uses"),
    "standing": ("案件是否办结", "what is open"),
    "people": ("人员", "people"),
    "inbox": ("待办", "inbox"),
    "fund_ledger": ("资金台账", "fund ledger"),
    "plan_lines": ("计划明细", "plans' lines"),
    "claims": ("报账", "claims"),
    "projects": ("项目台账", "project ledger"),
    "project_bank": ("项目库", "project bank"),
    "spending": ("支出进度", "spending"),
    "disclosures": ("公示公告", "disclosures"),
    "dispatch": ("调度", "dispatch"),
    "watch": ("盯办", "the watch"),
    "performance": ("绩效", "performance"),
    "assets": ("资产", "assets"),
    "surplus": ("结余清理", "surplus"),
    "instruments": ("支持方式", "instruments"),
}
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@router.get("/system")
async def system(request: Request, house: HouseHere, visitor: SignedIn) -> Response:
    """Show how the system does; what Temporal does not tell is said to be missing, and the rest is shown."""
    seen, values = await run_in_threadpool(_of_store, house, visitor)
    of_store = list(seen.wrong)
    try:
        await ask_server(seen, house.settings, ANSWER_SECONDS)
    except BridgefundError as error:  # Not even later: such as a namespace that there is not.
        of_store.append(error.text(language()))
    if not seen.server:  # What the network's library says of it is for the command line.
        said = (
            f"Temporal 在 {ANSWER_SECONDS:g} 秒内没有应答",
            f"Temporal did not answer within {ANSWER_SECONDS:g} seconds",
        )
        seen.wrong = [*of_store, t(*said)]
    return await run_in_threadpool(_page, request, house, seen, values)


def _page(request: Request, house: House, seen: Status, values: dict[str, Any]) -> Response:
    title = t("系统", "System")
    return page(
        request,
        "system.html",
        title,
        server=list(_server(seen)),
        answers=bool(seen.server),
        wrong=seen.wrong,
        now=f"{house.now():%Y-%m-%d %H:%M:%S}",
        refresh_s=REFRESH_SECONDS,
        **values,
    )


def _of_store(house: House, visitor: Visitor) -> tuple[Status, dict[str, Any]]:
    """Return what the store tells of itself: of other counties' cases numbers alone."""
    house.fresh()
    damaged = ""
    try:
        store = store_seen(house.ledger, house.engine, house.now(), sample=house.sample)
    except DamagedSealError as error:
        damaged = error.text(language())
        store = store_seen(house.ledger, house.engine, house.now(), sample=house.sample, with_seal=False)
    seen = Status(store, address=house.address)
    seen.wrong += [*([damaged] if damaged else []), *wrong_in(store, lambda case: _county_of(case) in visitor.counties)]
    far = views_standing(house.ledger, house.engine)
    own = [one for one in far.aside if _county_of(one.stream) in visitor.counties]
    return seen, {
        "store": list(_store(house, store)),
        "seal": list(_seal(house, store)) if not damaged else [],
        "views": _views(far),
        "parked": [[_view(one.view), one.position, one.stream, one.fact, one.error] for one in own[:PARKED_MOST]],
        "parked_more": max(0, len(own) - PARKED_MOST),
        "parked_of_others": len(far.aside) - len(own),
    }


def _store(house: House, store: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    sort = t("样例库", "sample store") if store["sample"] else t("正式库", "production store")
    yield t("库", "Store"), f"{sort} · {store['kind']}"
    yield t("总账末尾", "End of the log"), t(f"第 {store['facts']} 条事实", f"fact {store['facts']}")
    yield t("本程序版本", "Build of this program"), house.ledger.build
    yield (
        t("总账末条的写入版本", "Build that wrote last"),
        house.ledger.written_by(store["facts"]) or t("不详", "not known"),
    )
    yield t("业务时间", "Business time"), f"{house.now():%Y-%m-%d %H:%M}"
    yield t("未结案件", "Open cases"), f"{store['open_cases']}"
    yield t("逾期", "Overdue"), f"{store['overdue']}"
    year = max(house.calendar.years, default=None)
    until = f"{year}-12-31" if year else None
    yield t("工作日历已知至", "Working days known until"), until


def _server(seen: Status) -> Iterator[tuple[str, Any]]:
    no_answer, unknown = t("没有应答", "no answer"), t("不详", "not known")
    yield t("Temporal 服务", "Temporal server"), seen.address
    yield t("版本", "Version"), seen.server.get("version", no_answer)
    yield t("正在运行的流程", "Running workflows"), unknown if seen.running is None else f"{seen.running}"
    sorts = {"workflow": t("流程", "workflows"), "activity": t("活动", "activities")}
    for sort, queue in seen.queues.items():
        count, backlog = len(queue["workers"]), queue["backlog"]
        waiting = unknown if backlog is None else f"{backlog}"
        said = t(f"{count} 个，积压约 {waiting} 项", f"{count}; about {waiting} tasks waiting")
        yield t(f"工作进程（{sorts[sort]}）", f"Workers for {sorts[sort]}"), said


def _seal(house: House, store: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what the last seal is; nothing where nothing was ever sealed."""
    if (sealed := store["sealed"]) is None:
        return
    at = datetime.fromisoformat(sealed["at"])
    yield t("封印时间", "Sealed at"), f"{at:%Y-%m-%d %H:%M}"
    yield t("距今", "Age"), _age(house.now() - at)
    yield t("封印的事实", "Facts under it"), t(f"{sealed['facts']} 条", f"{sealed['facts']}")
    behind = store["facts"] - sealed["position"]
    yield t("其后尚未封印", "Facts since"), t(f"{behind} 条", f"{behind}")
    keys, _ = Seals(house.ledger).keys()
    said = t("；", "; ").join(f"{key.name}（{key.key_id.hex()}）" for key in keys[-1:])
    yield t("封印密钥", "Key"), said or None


def _age(age: timedelta) -> str:
    if age < _HOUR:
        return t("不到 1 小时", "less than an hour")
    if age < _DAY:
        hours = age // _HOUR
        return t(f"{hours} 小时", f"{hours} h")
    days = age // _DAY
    return t(f"{days} 天", f"{days} days")


def _views(far: ViewsStanding) -> list[list[Any]]:
    """Return the views' rows. Why one stands still names a case, which may be another county's: only where is told."""
    rows = []
    for one in far.views:
        state = t("正常", "well")
        if one.stopped:
            after = one.position
            state = t(f"停在第 {after} 条之后：读不懂下一条", f"stands still after fact {after}: cannot read the next")
        elif not one.built:
            state = t("尚未建立", "not built yet")
        elif one.parked:
            state = t("有搁置的事实", "has facts laid aside")
        rows.append([_view(one.view), one.position, far.end - one.position, one.parked, state])
    return rows


def _county_of(stream: str) -> str:
    return stream.partition("/")[0]


def _view(name: str) -> str:
    return t(*VIEW_NAMES.get(name, (name, name)))
