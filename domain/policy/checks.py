"""Checks across a whole profile, on its raw data, so that one fault does not hide another."""

from collections.abc import Iterator
from typing import Any

from domain.policy.base import Breach, Loc
from domain.policy.faults import nearest
from domain.policy.profile import Profile
from domain.policy.shapes import model_in, refers_to, walk

# What a waiting step waits for, and the table that says how it comes about.
_BROUGHT_BY = {"plan": "plan", "release": "release", "payments": "claims"}
# What an approval decides on, and the kind of step that brings such a thing about.
_DECIDED_AT = {"bank_entry": "bank", "project": "plan"}


def cross_check(raw: dict[str, Any]) -> Iterator[Breach]:
    """Yield what does not fit together."""
    yield from _repeated_ids(raw)
    yield from _unknown_ids(raw)
    yield from _ladders_without_days(raw)
    yield from _out_of_reach(raw)


def _repeated_ids(raw: dict[str, Any]) -> Iterator[Breach]:
    deadlines: dict[str, Loc] = {}
    for loc, field, value in walk(Profile, raw):
        if model_in(field) and isinstance(value, tuple):
            yield from _repeated_in(loc, value)
        if loc[-1] == "id" and loc[-2] in ("deadline", "duration", "limit"):
            if value in deadlines:
                yield Breach(loc, f"时限 {value!r} 已经有了", f"there is a deadline {value!r} already")
            deadlines.setdefault(value, loc)


def _repeated_in(loc: Loc, items: tuple[Any, ...]) -> Iterator[Breach]:
    seen: set[str] = set()
    for n, item in enumerate(items):
        name = item.get("id") if isinstance(item, dict) else None
        if name is not None and name in seen:
            yield Breach((*loc, n, "id"), f"{name!r} 已经有了", f"there is a {name!r} already in {loc[-1]}")
        seen.add(str(name))


def _unknown_ids(raw: dict[str, Any]) -> Iterator[Breach]:
    for loc, field, value in walk(Profile, raw):
        if not (to := refers_to(field)):
            continue
        known = _ids(raw, to)
        for at, name in _each(loc, value):
            if name not in known:
                zh, en = nearest(name, known)
                yield Breach(at, f"{to} 中没有 {name!r}{zh}", f"{name!r} is not in {to}{en}")


def _each(loc: Loc, value: object) -> Iterator[tuple[Loc, str]]:
    if isinstance(value, tuple):
        yield from (((*loc, n), item) for n, item in enumerate(value) if isinstance(item, str))
    elif isinstance(value, str):
        yield loc, value


def _ids(raw: dict[str, Any], path: str) -> list[str]:
    found: Any = raw
    for key in path.split("."):
        found = found.get(key, ()) if isinstance(found, dict) else ()
    return [str(item["id"]) for item in found if isinstance(item, dict) and "id" in item]


def _ladders_without_days(raw: dict[str, Any]) -> Iterator[Breach]:
    timed = {
        ladder.get("id")
        for ladder in _tables(raw, "ladders")
        if all("wait_days" in rung for rung in _tables(ladder, "rungs"))
    }
    for loc, field, value in walk(Profile, raw):
        if refers_to(field) == "ladders" and value in _ids(raw, "ladders") and value not in timed:
            yield Breach(
                loc,
                f"{value!r} 有的级没有 wait_days",
                f"ladder {value!r} has rungs without wait_days: it cannot be timed",
            )


def _out_of_reach(raw: dict[str, Any]) -> Iterator[Breach]:
    project = raw.get("project")
    steps = _tables(project, "steps") if isinstance(project, dict) else ()
    kinds = [step.get("kind") for step in steps]
    for n, kind in enumerate(kinds):
        needed = _BROUGHT_BY.get(str(kind))
        if needed and needed not in raw:
            yield Breach(
                ("project", "steps", n),
                f"永远过不去：环节等待 {kind}，而没有 [{needed}]",
                f"can never be passed, nor what follows it be reached: it waits for {kind}, and there is no [{needed}]",
            )
    if (
        steps
        and isinstance(raw.get("flow"), dict)
        and raw["flow"].get("starts_with") == "declaration"
        and "declare" not in kinds
    ):
        yield Breach(
            ("flow", "starts_with"),
            "流程从申报开始，而没有 declare 环节：哪个环节也到不了",
            "the flow starts with a declaration and no step declares: no step can ever be reached",
        )
    for n, approval in enumerate(_tables(raw.get("plan"), "approvals")):
        kind = _DECIDED_AT.get(str(approval.get("subject")))
        if kind and steps and kind not in kinds:
            yield Breach(
                ("plan", "approvals", n, "subject"),
                f"永远到不了：没有 {kind} 环节来产生它",
                f"can never be reached: no {kind} step brings about what it decides on",
            )


def _tables(raw: object, key: str) -> tuple[dict[str, Any], ...]:
    items = raw.get(key, ()) if isinstance(raw, dict) else ()
    return tuple(item for item in items if isinstance(item, dict)) if isinstance(items, tuple) else ()
