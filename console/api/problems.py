"""The problems that a route of the API may answer with, as the description declares them (RFC 9457)."""

from typing import Any

from console.errors import PROBLEM

Responses = dict[int | str, dict[str, Any]]
SCHEMA = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457；zh、en 为两种语言的说明 / why, in both languages.",
    "required": ["type", "title", "status", "detail", "zh", "en"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "zh": {"type": "string"},
        "en": {"type": "string"},
    },
}
_WORDS = {
    400: "地址或请求有误 / the host or the request is wrong",
    401: "请先登录 / nobody is signed in",
    403: "不是本次登录开出的请求，或岗位不是本人的 / no token of this sign-in, or a post that is not one's own",
    404: "没有，或者不属于您任职的县 / there is none, or it is of a county in which you hold no post",
    405: "这里不能这样办 / that cannot be done here",
    409: "按规则不予受理 / a rule says no",
    413: "提交的内容过大 / too much was sent",
    415: "须为 application/json / must be application/json",
    422: "内容有误 / what was sent is malformed",
    503: "暂时没有答复，可重发 / no answer; may be sent again",
}
_OF_WRITES = (403, 409, 413, 415)


def problems(*, writes: bool = False, anybody: bool = False) -> Responses:
    """Return what goes wrong on a route that reads, or *writes*; where *anybody* may come in, fewer things."""
    left_out = (() if writes else _OF_WRITES) + ((401, 404, 503) if anybody else ())
    return {status: _response(words) for status, words in _WORDS.items() if status not in left_out}


def _response(words: str) -> dict[str, Any]:
    return {"description": words, "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


READS, WRITES, OPEN = problems(), problems(writes=True), problems(anybody=True)
