"""An address in the town for every page that the console's router has: what its pages link to, as a person finds it."""

import re
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin, urlsplit

from fastapi.routing import APIRoute

from console.app import routers

NOT_PAGES = ("/api", "/openapi.json")
LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"')
# What tells one case from another like it: pages of all kinds of cases are looked at, not of all cases.
ALIKE = ("county", "no")
EACH_MOST = 1
LOGIN = "/login"
ROUTE_MOST = 24  # Of one route, however many kinds it shows.


@dataclass(frozen=True)
class Answer:
    """What an address answered."""

    status: int
    kind: str  # Its media type.
    text: str


@dataclass(frozen=True)
class Found:
    """An address of a route, and what it answered."""

    address: str
    answer: Answer


# What a script of a page asks for, or a person types: no page links to it.
TYPED = ("/password", "/day")
Get = Callable[[str], Awaitable[Answer]]


def page_routes() -> list[APIRoute]:
    """Return every GET route that is no call of a program's, in the router's order: the first that fits answers."""
    routes = [route for router in routers() for route in router.routes if isinstance(route, APIRoute)]
    return [route for route in routes if "GET" in (route.methods or ()) and not route.path.startswith(NOT_PAGES)]


async def walked(get: Get, start: str, also: Iterable[str] = ()) -> dict[str, list[Found]]:
    """Return what somebody finds who goes from *start*, and *also* from elsewhere, from link to link.

    Of each route that is some addresses.
    """
    routes, found, seen = page_routes(), dict[str, list[Found]](), Counter[tuple[str, ...]]()
    ahead = deque([start, *also, *(TYPED if start != LOGIN else ())])
    while ahead:
        address = ahead.popleft()
        if (route := route_of(routes, address)) is None:
            continue
        key = key_of(route, address)
        if seen[key] >= EACH_MOST or len(found.get(route.path, ())) >= ROUTE_MOST:
            continue
        seen[key] += 1
        answer = await get(address)
        found.setdefault(route.path, []).append(Found(address, answer))
        ahead.extend(links(address, answer))
    return found


def links(address: str, answer: Answer) -> Iterator[str]:
    """Yield the addresses of ours to which a page links."""
    for href in LINK.findall(answer.text) if answer.kind.startswith("text/html") else ():
        parts = urlsplit(urljoin(address, unescape(href)))
        if not parts.netloc and parts.path.startswith("/"):
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path


def route_of(routes: list[APIRoute], address: str) -> APIRoute | None:
    """Return the route that answers an address."""
    return next((route for route in routes if route.path_regex.match(urlsplit(address).path)), None)


def key_of(route: APIRoute, address: str) -> tuple[str, ...]:
    """Return what makes an address one of its kind."""
    match = route.path_regex.match(urlsplit(address).path)
    assert match is not None
    return (route.path, *(value for name, value in match.groupdict().items() if name not in ALIKE))
