"""An address of every route of the console, made from the router: a new route is among them without being named."""

from collections.abc import Mapping

from fastapi.routing import APIRoute

from console.access import anybody, rule_of
from console.app import routers

VALUES = {
    "kind": "claim",
    "no": "S04-2",
    "name": "claim.answer",
    "version": "1",
    "form": "json",
}
# Where a value of another kind belongs: by how the route's path begins.
OTHERS = {
    "/{county}/begin/": {"kind": "claim"},
    "/{county}/reports/": {"name": "funds"},
    "/api/{county}/reports/": {"name": "funds"},
}


def routes(*methods: str) -> list[APIRoute]:
    """Return the routes that know one of *methods*, in the router's order."""
    every = [route for router in routers() for route in router.routes if isinstance(route, APIRoute)]
    return [route for route in every if set(methods) & (route.methods or set())]


def guarded(*methods: str) -> list[APIRoute]:
    """Return those into which not everybody may come."""
    return [route for route in routes(*methods) if rule_of(route) is not anybody]


def named(route: APIRoute) -> str:
    """Return how a test names a route."""
    return f"{'-'.join(sorted(route.methods or ()))} {route.path}"


def address(route: APIRoute, county: str) -> str:
    """Return an address of a route: of a case that there is, where it is of the sample county."""
    own: Mapping[str, str] = next((of for start, of in OTHERS.items() if route.path.startswith(start)), {})
    path = route.path
    for name in route.param_convertors:
        path = path.replace(f"{{{name}}}", county if name == "county" else own.get(name) or VALUES.get(name, "x"))
    return f"{path}?year=2022&month=2022-06&step=payment_centre"


def is_api(route: APIRoute) -> bool:
    """Return whether a route is a program's."""
    return route.path.startswith("/api")
