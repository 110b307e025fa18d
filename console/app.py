"""The console as an ASGI application: its pages, its JSON API, what guards them, and how it answers what goes wrong."""

import traceback
from collections import defaultdict
from collections.abc import Iterable
from functools import partial

import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from console import api, pages
from console.access import check_routes
from console.errors import HereError, Problem, of_the_machine
from console.house import House
from console.rendering import STATIC, answer_of, answered
from console.security import Guard, hosts_of
from console.throttle import Throttle
from console.uploads import most_of
from domain.errors import BridgefundError
from projections.store import NO_ANSWER

log = structlog.get_logger()
FAILURES_MOST, FAILURES_WITHIN_S = 30, 300  # Sign-ins that failed, from one address.
_WORDS = {
    404: (
        "没有这一页，或者它不属于您任职的县",
        "there is no such page, or it is not of a county in which you hold a post",
    ),
    405: ("这里不能这样办", "that cannot be done here"),
}

# What is wrong with a field of an address or a form, by the word of the library that reads it.
_FAULTS = {
    "missing": "须填写",
    "string_too_long": "最多 {max_length} 字",
    "string_too_short": "至少 {min_length} 字",
    "too_long": "最多 {max_length} 项",
    "string_pattern_mismatch": "不在可填的范围内",
    "literal_error": "须为 {expected} 之一",
    "enum": "须为 {expected} 之一",
    "int_parsing": "须为整数",
    "int_type": "须为整数",
    "bool_parsing": "须为 true 或 false",
    "greater_than_equal": "须不小于 {ge}",
    "less_than_equal": "须不大于 {le}",
    "date_parsing": "须为日期，如 2022-03-01",
    "date_from_datetime_parsing": "须为日期，如 2022-03-01",
    "json_invalid": "不是 JSON",
}


def build(house: House, url: str | None = None, more: Iterable[APIRouter] = ()) -> ASGIApp:
    """Return the console of a house; *url* is its public address, if any; *more* routes stand before its own."""
    app = FastAPI(
        title="Bridgefund 衔接资金",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        strict_content_type=False,
    )
    app.state.house = house
    app.state.tries = Throttle(FAILURES_MOST, FAILURES_WITHIN_S)
    app.state.https = bool(url and url.startswith("https:"))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    all_routers = (*more, *routers())
    check_routes(all_routers)
    for router in all_routers:
        app.include_router(router)
    app.add_exception_handler(BridgefundError, _ours)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _http)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _invalid)  # type: ignore[arg-type]
    machine: tuple[type[Exception], ...] = (OSError, *NO_ANSWER)
    for kind in machine:
        app.add_exception_handler(kind, _of_the_machine)
    app.add_exception_handler(Exception, _broken)
    return Guard(app, hosts_of(url), partial(most_of, house), https=app.state.https)


def routers() -> Iterable[APIRouter]:
    """Return the routers: the API's before the pages', whose addresses begin with a county."""
    return (*api.ROUTERS, *pages.ROUTERS)


async def _of_the_machine(request: Request, error: Exception) -> Response:
    said = of_the_machine(error)
    if said is None:
        raise error
    log.error("the disk or the database", path=request.url.path, traceback="".join(traceback.format_exception(error)))
    return await run_in_threadpool(answer_of, said, request.scope)


async def _ours(request: Request, error: BridgefundError) -> Response:
    if of_the_machine(error) is not None:
        return await _of_the_machine(request, error)
    return await run_in_threadpool(answer_of, error, request.scope)


async def _http(request: Request, error: HTTPException) -> Response:
    if isinstance(error.__cause__, HereError):  # Such as a body over its limit, at which reading a form broke off.
        return await _ours(request, error.__cause__)
    zh, en = _WORDS.get(error.status_code, ("请求有误", str(error.detail)))
    problem = Problem(error.status_code, "http", zh, en)
    answer = await run_in_threadpool(answered, problem, request.scope)
    for name, value in (error.headers or {}).items():
        answer.headers[name] = value
    return answer


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    zh = _FAULTS.get(first["type"], "填写有误").format_map(defaultdict(str, first.get("ctx") or {}))
    problem = Problem(422, "invalid", f"{where}：{zh}", f"{where}: {first['msg']}")
    return await run_in_threadpool(answered, problem, request.scope)


async def _broken(request: Request, error: Exception) -> Response:
    # As text: the logger's own rendering would write out whatever the frames hold, a password too.
    told = "".join(traceback.format_exception(error))
    log.error("the console failed", path=request.url.path, traceback=told)
    said = "控制台出错，已记入日志；总账没有改动", "the console failed; it is in its log, and nothing was changed"
    return await run_in_threadpool(answered, Problem(500, "failed", *said), request.scope)
