"""Checks across a whole profile, on its raw data, so that one fault does not hide another."""

from collections.abc import Iterator

from domain.policy.base import Breach, Loc
from domain.policy.faults import nearest
from domain.policy.places import misplaced
from domain.policy.profile import Profile
from domain.policy.runs import beyond_the_engine
from domain.policy.shapes import Raw, model_in, refers_to, tables, walk
from domain.policy.watch import AT_A_BREACH

# What a waiting step waits for, and the table that says how it comes about.
_BROUGHT_BY = {"plan": "plan", "release": "release", "payments": "claims"}
# What an approval decides on, and the kind of step that brings such a thing about.
_DECIDED_AT = {"bank_entry": "bank", "project": "plan"}


def cross_check(raw: Raw) -> Iterator[Breach]:
    """Yield what does not fit together."""
    yield from _repeated_ids(raw)
    yield from _repeated_deadlines(raw)
    yield from _unknown_ids(raw)
    yield from _ladders_without_breach(raw)
    yield from _steps_out_of_reach(raw)
    yield from _approvals_out_of_reach(raw)
    yield from beyond_the_engine(raw)
    yield from misplaced(raw)


def _repeated_ids(raw: Raw) -> Iterator[Breach]:
    for loc, field, value in walk(Profile, raw):
        if not model_in(field) or not isinstance(value, tuple):
            continue
        seen: list[object] = []
        for n, item in enumerate(value):
            name = item.get("id") if isinstance(item, dict) else None
            if name is not None and name in seen:
                yield Breach((*loc, n, "id"), f"{name!r} 已经有了", f"there is a {name!r} already")
            seen.append(name)


def _repeated_deadlines(raw: Raw) -> Iterator[Breach]:
    """Find two deadlines of one id: an obligation is named after its deadline."""
    seen: list[object] = []
    for loc, _, value in walk(Profile, raw):
        if loc[-2:] in (("deadline", "id"), ("duration", "id"), ("limit", "id")):
            if value in seen:
                yield Breach(loc, f"时限 {value!r} 已经有了", f"there is a deadline {value!r} already")
            seen.append(value)


def _unknown_ids(raw: Raw) -> Iterator[Breach]:
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


def _ids(raw: Raw, path: str) -> list[str]:
    *outer, key = path.split(".")
    found: object = raw
    for part in outer:
        found = found.get(part) if isinstance(found, dict) else None
    return [str(item["id"]) for item in tables(found, key) if "id" in item]


def _ladders_without_breach(raw: Raw) -> Iterator[Breach]:
    """Find deadlines that name a ladder of which no rung follows a broken deadline."""
    silent = [
        ladder.get("id")
        for ladder in tables(raw, "ladders")
        if all(rung.get("trigger") != AT_A_BREACH for rung in tables(ladder, "rungs"))
    ]
    for loc, field, value in walk(Profile, raw):
        if refers_to(field) == "ladders" and value in silent:
            yield Breach(
                loc,
                f'{value!r} 没有一级写 trigger = "{AT_A_BREACH}"：逾期时无级可上',
                f'no rung of {value!r} has trigger = "{AT_A_BREACH}": none is climbed when the deadline is broken',
            )


def _steps_out_of_reach(raw: Raw) -> Iterator[Breach]:
    steps = tables(raw.get("project"), "steps")
    kinds = [step.get("kind") for step in steps]
    for n, kind in enumerate(kinds):
        table = _BROUGHT_BY.get(str(kind))
        if table and table not in raw:
            yield Breach(
                ("project", "steps", n),
                f"永远过不去：它等待 {kind}，而没有 [{table}]",
                f"can never be passed, nor the next reached: it waits for {kind}, but there is no [{table}]",
            )
    flow = raw.get("flow")
    declared = isinstance(flow, dict) and flow.get("starts_with") == "declaration"
    if steps and declared and "declare" not in kinds:
        yield Breach(
            ("flow", "starts_with"),
            "流程从申报开始，而没有 declare 环节：哪个环节也到不了",
            "the flow starts with a declaration, and no step declares: no step can ever be reached",
        )


def _approvals_out_of_reach(raw: Raw) -> Iterator[Breach]:
    kinds = [step.get("kind") for step in tables(raw.get("project"), "steps")]
    for n, approval in enumerate(tables(raw.get("plan"), "approvals")):
        kind = _DECIDED_AT.get(str(approval.get("subject")))
        if kind and kinds and kind not in kinds:
            yield Breach(
                ("plan", "approvals", n, "subject"),
                f"永远到不了：没有 {kind} 环节来产生它",
                f"can never be reached: no {kind} step brings about what it decides on",
            )
