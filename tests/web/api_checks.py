"""What schemathesis holds every answer of the API to, besides its own checks, and which real calls it is to make.

It reads this file itself.
"""

import json
import os
from pathlib import Path
from typing import Any

import schemathesis

from tests.web.real_calls import ANSWERS, CALLS

PROBLEM = "application/problem+json"
WRONG = 400


@schemathesis.check
def problems_are_problems(ctx: Any, response: schemathesis.Response, case: Any) -> None:  # noqa: ARG001
    """Check that what went wrong is told as RFC 9457 has it, with words in both languages and nothing of the inside."""
    if response.status_code < WRONG:
        return
    assert response.headers["content-type"][0].partition(";")[0] == PROBLEM, response.headers["content-type"]
    told = response.json()
    assert told["status"] == response.status_code, told
    assert told["title"], told
    assert told["detail"], told
    assert "Traceback" not in response.text, told


@schemathesis.hook
def before_add_examples(context: schemathesis.HookContext, examples: list[Any]) -> None:
    """Add the real calls of an operation to the examples of its description, which has none."""
    operation: Any = context.operation
    for one in _real().get(operation.label, ()):
        sent = {"body": one["body"], "media_type": "application/json"} if "body" in one else {}
        examples.append(operation.Case(path_parameters=one["path"], query=one["query"], **sent))


@schemathesis.hook
def after_call(context: schemathesis.HookContext, case: Any, response: schemathesis.Response) -> None:  # noqa: ARG001
    """Note what was answered to what, where anybody wants to know."""
    if (noted := os.environ.get(ANSWERS)) is None:
        return
    call = {"operation": case.operation.label, "path": dict(case.path_parameters), "query": dict(case.query or {})}
    with Path(noted).open("a", encoding="utf-8") as file:
        file.write(json.dumps({**call, "status": response.status_code}, default=str) + "\n")


def _real() -> dict[str, list[dict[str, Any]]]:
    path = os.environ.get(CALLS)
    found: dict[str, list[dict[str, Any]]] = json.loads(Path(path).read_text(encoding="utf-8")) if path else {}
    return found
