"""The JSON API described: OpenAPI 3.1 of its routes with the shape of every request, and a page to read it."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, get_args

import msgspec
from fastapi import APIRouter, Request
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.responses import Response

from console.access import Anybody
from console.api.asking import ASKED, OWN_ID
from console.api.problems import OPEN, SCHEMA
from console.forms.asked import asked_words
from console.forms.labels import help_for, label
from console.rendering import page
from domain.requests import NUMBER_MAX, AnyRequest, name_of
from doors.texts import t

REF = "#/components/schemas/{name}"
_SAID = (
    "资金管理的 JSON 接口。登录后的会话 cookie 即身份；提交须带 X-CSRF-Token（见 /api/me）。"
    "金额为整数分，日期为 ISO。\n\n"
    "The session's cookie says who asks; a write carries X-CSRF-Token (from /api/me). Money is whole fen, days are ISO."
)


def routers(described: Sequence[APIRouter]) -> tuple[APIRouter, ...]:
    """Return the routers of the API, with one besides that describes them all."""
    own = APIRouter(tags=["description"], dependencies=[Anybody])
    every = (*described, own)
    told = cache(lambda: description(_routes(every)))

    @own.get("/api/openapi.json", responses=OPEN)
    def openapi() -> dict[str, Any]:
        """接口说明 / This description."""
        return told()

    @own.get("/api", include_in_schema=False)
    def read(request: Request) -> Response:
        """Show the operations, and what may be asked."""
        return page(request, "api.html", t("数据接口", "JSON API"), **_listed(told()))

    return every


def _routes(of: Sequence[APIRouter]) -> tuple[APIRoute, ...]:
    return tuple(route for router in of for route in router.routes if isinstance(route, APIRoute))


def _listed(told: Mapping[str, Any]) -> dict[str, Any]:
    operations = [
        (path, method.upper(), one["description"].partition("\n")[0])
        for path, methods in told["paths"].items()
        for method, one in methods.items()
    ]
    requests = sorted((name_of(one), t(*asked_words(one)), one.__name__) for one in get_args(AnyRequest))
    return {"operations": operations, "requests": requests}


def description(routes: Sequence[APIRoute]) -> dict[str, Any]:
    """Return the OpenAPI 3.1 description of the API's routes."""
    made = get_openapi(
        title="Bridgefund 衔接资金", version="1", openapi_version="3.1.0", description=_SAID, routes=routes
    )
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    schemas |= {**_requests(), "Problem": SCHEMA}
    made["components"]["securitySchemes"] = {
        "session": {"type": "apiKey", "in": "cookie", "name": "bridgefund"},
        "token": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
    }
    for path, methods in made["paths"].items():
        for method, one in methods.items():
            one["security"] = _security(path, method)
            one.pop("summary", None)  # The name of a function.
    return made


def _security(path: str, method: str) -> list[dict[str, list[str]]]:
    if path == "/api/openapi.json":
        return []
    return [{"session": [], "token": []} if method == "post" else {"session": []}]


def _requests() -> dict[str, Any]:
    """Return the schemas of every request and of what sends one, as JSON Schema has them."""
    _, found = msgspec.json.schema_components([AnyRequest], ref_template=REF)
    schemas = {name: _ecma(schema) for name, schema in found.items()}
    kinds = {one.__name__: one for one in get_args(AnyRequest)}
    for name, schema in schemas.items():
        _say(name, schema, kinds.get(name))
    refs = {name_of(one): REF.format(name=name) for name, one in kinds.items()}
    return {
        **schemas,
        "AnyRequest": {
            "oneOf": [{"$ref": ref} for ref in refs.values()],
            "discriminator": {"propertyName": "type", "mapping": refs},
        },
        ASKED: {
            "type": "object",
            "title": ASKED,
            "description": "所办事项及岗位 / what is asked, and from which desk",
            "required": ["request", "post"],
            "additionalProperties": False,
            "properties": {
                "request": {"$ref": REF.format(name="AnyRequest")},
                "post": {"type": "string", "description": "以何岗位办理 / for which post"},
                "on_behalf_of": {"type": "string", "description": "代何人 / for whom one stands in"},
                "command_id": {"type": "string", "pattern": OWN_ID, "description": "自编编号 / an id of your own"},
                "seen": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "所见内容摘要 / what was seen"},
            },
        },
    }


def _say(name: str, schema: dict[str, Any], request: type | None) -> None:
    """Say in both languages what a request and its fields are called."""
    if request is not None:
        schema["title"] = name
        schema["additionalProperties"] = False
        schema["description"] = " / ".join(asked_words(request))
    for field, of in schema.get("properties", {}).items():
        if field == "type" and request is not None:
            continue
        try:
            words, more = (said(name_of(request) if request else "", field) for said in (label, help_for))
        except KeyError:  # A field inside a row that only its row's form calls by a name.
            continue
        of["description"] = "；".join(" / ".join(both) for both in (words, more) if any(both))
        if of.get("type") == "integer":
            of.setdefault("maximum", NUMBER_MAX)
            of.setdefault("minimum", -NUMBER_MAX)


def _ecma(schema: Any) -> Any:
    """Return a schema with the ends of its patterns as every other language writes them."""
    if isinstance(schema, Mapping):
        return {name: _pattern(one) if name == "pattern" else _ecma(one) for name, one in schema.items()}
    return [_ecma(one) for one in schema] if isinstance(schema, list) else schema


def _pattern(one: Any) -> Any:
    return one.replace(r"\A", "^").replace(r"\Z", "$") if isinstance(one, str) else _ecma(one)
