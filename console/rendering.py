"""Pages out of templates, and what is answered instead of one."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import Scope

from console.access import house_of, visitor_of
from console.errors import PROBLEM, Problem, SignInError, problem_of
from console.house import House
from console.visitor import Seat, Visitor
from domain.errors import BridgefundError
from domain.money import wan, yuan
from doors.names import Names
from doors.texts import language, t
from doors.waiting import why_not_text
from projections.matters_read import Matter

HERE = Path(__file__).parent
STATIC = HERE / "static"
FLASH_COOKIE = "flash"
_SHOWN_HASH = 12
SEE_OTHER = 303


@dataclass(frozen=True)
class Link:
    """An entry of the navigation."""

    url: str
    label: str
    current: bool = False
    count: int | None = None


@cache
def static(name: str) -> str:
    """Return the address of a static file, which changes with what is in it."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:_SHOWN_HASH]
    return f"/static/{name}?v={digest}"


@cache
def environment() -> Environment:
    """Return what renders templates: every value is escaped, and one that is missing is an error."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"t": t, "static": static, "wan": wan, "yuan": yuan}
    return made


def page(request: Request, template: str, title: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page: *template* inside the layout, under its *title*."""
    context = {**layout(request), "title": title, **values}
    answer = HTMLResponse(environment().get_template(template).render(context), status)
    if context["flash"]:
        answer.delete_cookie(FLASH_COOKIE)
    return answer


def part(template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a piece of a page, for htmx."""
    return HTMLResponse(environment().get_template(template).render(lang=language(), **values), status)


def layout(request: Request) -> dict[str, Any]:
    """Return what the layout of every page needs."""
    house, visitor = house_of(request), visitor_of(request)
    county = _county(request, visitor)
    return {
        "lang": language(),
        "visitor": visitor,
        "county": county,
        "county_name": house.names(county).county(county) if county else "",
        "county_names": {one: house.names(one).county(one) for one in visitor.counties} if visitor else {},
        "post_name": partial(post_name, house),
        "nav": list(_nav(request.url.path, county)) if visitor else [],
        "sample": house.sample,
        "behind": house.behind,
        "demo": house.demo,
        "flash": _flash(request),
        "csrf": visitor.csrf if visitor else "",
        "today": house.today(),
        "here": request.url.path,
    }


def post_name(house: House, seat: Seat) -> str:
    """Return what a desk is called: the post, and for whom somebody stands in."""
    name = house.names(seat.county).named("post", seat.post)
    absent = house.people.get(seat.on_behalf_of, seat.on_behalf_of)
    return t(f"{name}（代 {absent}）", f"{name} (for {absent})") if absent else name


def _county(request: Request, visitor: Visitor | None) -> str | None:
    """Return the county that a page is about: of its address, else the one looked at last, else the first."""
    if visitor is None:
        return None
    asked = (request.path_params.get("county"), request.cookies.get("county"))
    return next((one for one in asked if one in visitor.counties), next(iter(visitor.counties), None))


def _nav(path: str, county: str | None) -> Iterator[Link]:
    yield Link("/inbox", t("待办", "Inbox"), current=path == "/inbox")
    for name, label in _sections() if county else ():
        url = f"/{county}/{name}"
        one = name.removesuffix("s") if name not in ("policies", "dispatch", "people", "reports") else name
        own = tuple(f"/{county}/{kind}/" for kind in (Matter if name == "matters" else (one,)))
        yield Link(url, label, current=path == url or path.startswith((f"{url}/", *own)))
    yield Link("/system", t("系统", "System"), current=path == "/system")


def _sections() -> tuple[tuple[str, str], ...]:
    return (
        ("projects", t("项目", "Projects")),
        ("funds", t("资金", "Funds")),
        ("plans", t("计划", "Plans")),
        ("claims", t("报账", "Claims")),
        ("meetings", t("会议", "Meetings")),
        ("obligations", t("期限", "Deadlines")),
        ("dispatch", t("调度", "Dispatch")),
        ("assets", t("资产", "Assets")),
        ("disclosures", t("公示公告", "Disclosure")),
        ("matters", t("其他事项", "Other matters")),
        ("reports", t("报表", "Reports")),
        ("policies", t("政策", "Policies")),
        ("people", t("人员", "People")),
    )


_TOLD = {
    "done": ("已记入总账", "recorded in the ledger"),
    "before": (
        "这份表单此前已经提交，已记入总账；这次没有重复记账",
        "this form was sent before and is recorded; nothing was recorded again",
    ),
    "draft": ("草稿已保存", "the draft is kept"),
    "password": ("密码已更改", "the password is changed"),
    "out": ("已退出登录", "signed out"),
}


def _flash(request: Request) -> list[tuple[str, str]]:
    """Return what is to be said once: a cookie names one of our own sentences, and holds no text."""
    said = _TOLD.get(request.cookies.get(FLASH_COOKIE, ""))
    return [("status", t(*said))] if said else []


def see(url: str, told: str = "") -> RedirectResponse:
    """Return the way to another page of ours, where *told* is said once."""
    answer = RedirectResponse(url, SEE_OTHER)
    if told:
        answer.set_cookie(FLASH_COOKIE, told, max_age=60, httponly=True, samesite="strict")
    return answer


def answer_of(error: BridgefundError, scope: Scope) -> Response:
    """Return the answer to what went wrong: to a person in the words of pages."""
    problem = problem_of(error)
    if not _by_a_program(scope):
        words = why_not_text(error, Names(None, {}))
        problem = replace(problem, zh=words, en=words)
    return answered(problem, scope, sign_in=isinstance(error, SignInError))


def _by_a_program(scope: Scope) -> bool:
    path: str = scope["path"]
    return path == "/api" or path.startswith("/api/")


def answered(problem: Problem, scope: Scope, *, sign_in: bool = False) -> Response:
    """Return a problem to a program, to a person the sign-in page, or a page with words."""
    if _by_a_program(scope):
        headers = {"www-authenticate": "Session"} if sign_in else None
        return JSONResponse(problem.data(language()), problem.status, media_type=PROBLEM, headers=headers)
    request = Request(scope)
    if sign_in and request.method == "GET":
        from_here = _here(scope) if scope["path"] not in ("/", "/login") else ""
        must = getattr(request.state, "must_change", False) and visitor_of(request) is not None
        return RedirectResponse(
            "/password" if must else f"/login?next={from_here}" if from_here else "/login", SEE_OTHER
        )
    words = problem.en if language() == "en" else problem.zh
    if "hx-request" in request.headers:  # A piece of a page was asked for: a whole one would stand inside it.
        return part("problem.html", words=words, sign_in=sign_in, status=problem.status)
    try:
        return page(request, "error.html", t("办不了", "It could not be done"), status=problem.status, words=words)
    except Exception:  # noqa: BLE001 - the page of an error must not end in another
        return HTMLResponse(
            environment().get_template("bare.html").render(lang=language(), words=words), problem.status
        )


def _here(scope: Scope) -> str:
    """Return the address that was asked for, query and all, as a value in another's: a form is found again by it."""
    query = scope.get("query_string", b"").decode("latin-1")
    return quote(f"{scope['path']}?{query}" if query else scope["path"], safe="/")
