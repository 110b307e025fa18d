"""Real calls of the API: of each operation with cases, reports and periods that a played store has.

What is drawn by lot gets no further than *not there*.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

from doors.documents import DOCUMENTS, Takes

CALLS, ANSWERS = "API_CALLS", "API_ANSWERS"  # Where they are, and where what they answered is noted.
YEAR, MONTH, WEEK = "2022", "2022-06", "2022-W24"
PERIODS = {Takes.YEAR: YEAR, Takes.MONTH: MONTH, Takes.WEEK: WEEK, Takes.NOTHING: ""}
QUERIES: Mapping[str, list[dict[str, str]]] = {
    "/api/{county}/charts/flow": [{"year": YEAR}],
    "/api/{county}/charts/spending": [{"year": YEAR}, {"month": MONTH}],
    "/api/{county}/obligations": [{}, {"late": "true"}],
}
# Of papers any case may be asked; that it has none of that name is refused, which is an answer.
_NONE = "0" * 64
SENT = {"request": {"type": "paper.withdraw/1", "paper": "minutes", "digest": _NONE, "reason": "样例：传错了"}}


def real_calls(
    description: Mapping[str, Any], county: str, cases: Mapping[str, str], post: str
) -> dict[str, list[dict[str, Any]]]:
    """Return by operation, as `GET /api/me`, the calls of it: path parameters, query, body."""
    found = {}
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            about = list(_about(path, operation, county, cases))
            found[f"{method.upper()} {path}"] = list(_calls(path, method, about, post))
    return found


def _about(path: str, operation: Mapping[str, Any], county: str, cases: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Yield the path parameters: of each kind the case that there is, of a list of values each."""
    schemas = {one["name"]: one["schema"] for one in operation.get("parameters", ()) if one["in"] == "path"}
    at = {"county": county} if "county" in schemas else {}
    others = [name for name in schemas if name not in ("county", "kind", "no")]
    if "no" in schemas:
        before = path.partition("/{no}")[0].rpartition("/")[2]
        every = [{"kind": kind, "no": no} for kind, no in cases.items()]
        kinds = every if "kind" in schemas else [{"no": cases[before]}]
    else:
        kinds = [{"kind": kind} for kind in schemas["kind"]["enum"]] if "kind" in schemas else [{}]
    for kind, values in product(kinds, product(*(schemas[name]["enum"] for name in others))):
        yield {**at, **kind, **dict(zip(others, values, strict=True))}


def _calls(path: str, method: str, about: list[dict[str, str]], post: str) -> Iterator[dict[str, Any]]:
    for of in about:
        if method == "post":
            yield {"path": of, "query": {"dry_run": "true"}, "body": {**SENT, "post": post}}
        elif "name" in of:
            yield {"path": of, "query": {"period": PERIODS[DOCUMENTS[of["name"]].takes]}}
        else:
            yield from ({"path": of, "query": query} for query in QUERIES.get(path, [{}]))


def not_answered(calls: Mapping[str, list[dict[str, Any]]], noted: Path) -> dict[str, list[Any]]:
    """Return by operation the real calls that were not once answered with 2xx; those that nobody made too."""
    answers = [json.loads(line) for line in noted.read_text(encoding="utf-8").splitlines()]
    well = {_key(one) for one in answers if one["status"] // 100 == 2}
    missed = {name: [one for one in of if _key({"operation": name, **one}) not in well] for name, of in calls.items()}
    return {name: of for name, of in missed.items() if of or not calls[name]}


def _key(call: Mapping[str, Any]) -> str:
    of = {name: call[name] for name in ("operation", "path", "query")}
    return json.dumps(of, sort_keys=True, ensure_ascii=False)
