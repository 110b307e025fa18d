"""What schemathesis holds every answer of the API to, besides its own checks; it reads this file itself."""

from typing import Any

import schemathesis

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
