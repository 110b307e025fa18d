"""The rules of routes: who may come in where. Every route has exactly one of them, which `check_routes` sees to."""

from collections.abc import AsyncIterator, Callable, Iterable
from hmac import compare_digest
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from console.errors import ForgedError, NotHereError, SignInError
from console.house import House
from console.visitor import Visitor, seats_of
from domain.cases import parse_case
from domain.errors import BadInputError

COOKIE = "bridgefund"
CSRF_FIELD, CSRF_HEADER = "csrf", "x-csrf-token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FIELDS_MOST = 5_000
# A field for a file counts, though none was chosen: a form of 200 rows has some in each.
FILES_MOST = 1_000


def house_of(request: Request) -> House:
    """Return the house behind the app."""
    house: House = request.app.state.house
    return house


HouseHere = Annotated[House, Depends(house_of)]


def visitor_of(request: Request) -> Visitor | None:
    """Return who is signed in, or None; looked up once a request."""
    if not hasattr(request.state, "visitor"):
        house = house_of(request)
        house.fresh()
        token = request.cookies.get(COOKIE, "")
        session = house.accounts.sessions.find(token, house.wall_now(), demo=house.demo) if token else None
        request.state.visitor = (
            Visitor(
                session.login,
                session.person,
                house.people.get(session.person, session.person),
                session.csrf,
                seats_of(house, session.person),
            )
            if session
            else None
        )
        request.state.must_change = bool(session and session.must_change)
    found: Visitor | None = request.state.visitor
    return found


def anybody() -> None:
    """Let anybody in: the sign-in page, what is no secret, and whether the console is alive."""


async def signed_in(request: Request) -> AsyncIterator[Visitor]:
    """Let in who is signed in; the files that came with a form leave the disk with the answer, whatever it is.

    Raises:
        SignInError: If nobody is, or a new password must be chosen first.
        ForgedError: If a form was not given out to this person.
    """
    try:
        visitor = await run_in_threadpool(visitor_of, request)
        if visitor is None or (
            request.state.must_change and request.url.path not in ("/password", "/logout", "/language")
        ):
            raise SignInError
        if request.method not in SAFE and not await _carries(request, visitor.csrf):
            raise ForgedError
        yield visitor
    finally:
        await request.close()


async def _carries(request: Request, csrf: str) -> bool:
    if (given := request.headers.get(CSRF_HEADER)) is not None:
        return _same(given, csrf)
    if request.headers.get("content-type", "").partition(";")[0].strip() not in (
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ):
        return False
    form = await request.form(max_fields=FIELDS_MOST, max_files=FILES_MOST)
    return _same(str(form.get(CSRF_FIELD, "")), csrf)


def _same(given: str, csrf: str) -> bool:
    return compare_digest(given.encode(), csrf.encode())


async def of_county(request: Request, visitor: Annotated[Visitor, Depends(signed_in)]) -> Visitor:
    """Let in who holds a post in the county of the path, or stands in for somebody there.

    Raises:
        NotHereError: If not: as for a page that there is not.
    """
    county, kind, no = (request.path_params.get(name) for name in ("county", "kind", "no"))
    if county not in visitor.counties:
        raise NotHereError
    if kind and no:
        try:
            parse_case(f"{county}/{kind}/{no}")
        except BadInputError as e:
            raise NotHereError from e
    return visitor


RULES: tuple[Callable[..., Any], ...] = (anybody, signed_in, of_county)
Anybody = Depends(anybody)
SignedIn = Annotated[Visitor, Depends(signed_in)]
OfCounty = Annotated[Visitor, Depends(of_county)]


def rule_of(route: APIRoute) -> Callable[..., Any] | None:
    """Return the rule of a route: of `of_county` and `signed_in`, on which it stands, the narrower; None without."""
    called = {one.call for one in _all(route.dependant)}
    found = [rule for rule in (of_county, signed_in, anybody) if rule in called]
    return found[0] if found and not (anybody in found and len(found) > 1) else None


def _all(dependant: Dependant) -> Iterable[Dependant]:
    for one in dependant.dependencies:
        yield one
        yield from _all(one)


def check_routes(routers: Iterable[APIRouter]) -> None:
    """Check that each route has one rule, and that what is of a county is under the county's.

    Asked of the routers and not of the app, which hides the routes of routers that it includes.

    Raises:
        AssertionError: With the routes that have none: the console does not start with them.
    """
    routes = [route for router in routers for route in router.routes]
    strange = [f"{route}" for route in routes if not isinstance(route, APIRoute)]
    assert not strange, f"nothing is known of the rule of {strange}"
    known = [route for route in routes if isinstance(route, APIRoute)]
    bare = [route.path for route in known if rule_of(route) is None]
    open_to_others = [r.path for r in known if "{county}" in r.path and rule_of(r) is not of_county]
    assert known, "no route at all"
    assert not bare, f"routes without a rule: {bare}"
    assert not open_to_others, f"routes of a county that others may enter: {open_to_others}"
