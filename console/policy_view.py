"""What the page of a county's rules shows: its adopted versions, one of them in words, and two side by side."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from console.errors import NotHereError
from console.house import House
from domain.cases import county_stream
from domain.county import COUNTY, PolicyAdopted
from domain.policy import Engine, Policy, Profile, load, parse_engine
from domain.policy.office import Office, adopted, parse_office
from domain.policy.reading import no_more, parse
from domain.signature import digest_of
from domain.terms import PolicyRef
from doors.policy_diff import Side, differences
from doors.policy_lifecycle import Stage, awaited, money_stages, nobody, project_stages, side_by_side
from doors.policy_parts import Gap, RuleRow, decided, engine_rows, gaps, parts
from doors.policy_phrases import key
from doors.texts import t
from doors.waiting import person_said

FILE = "file"
_SHOWN = 12


@dataclass(frozen=True)
class Version:
    """An adopted version: its short name in addresses, and the fact with its texts."""

    id: str
    ref: PolicyRef
    fact: PolicyAdopted
    current: bool

    @property
    def offices(self) -> tuple[Office, ...]:
        """Return its office decisions."""
        return tuple(parse_office(text, "adopted office decision") for text in self.fact.office_texts)

    @property
    def profile(self) -> Profile:
        """Return the rules in force: the county's text with what its office decisions fill."""
        return adopted(self.fact.profile_text, self.fact.office_texts)

    @property
    def text(self) -> Policy:
        """Return the county's text alone."""
        return parse(self.fact.profile_text, "adopted policy", check=no_more)

    @property
    def engine(self) -> Engine:
        """Return the engine's rules that were adopted with it."""
        return parse_engine(self.fact.engine_text, "adopted engine rules")


def versions(house: House, county: str) -> list[Version]:
    """Return what a county adopted, the latest first."""
    state = house.read(COUNTY, county_stream(county))
    found = [Version(_id(ref), ref, fact, ref == state.current) for ref, fact in state.texts.items()]
    return sorted(found, key=lambda one: (one.current, one.fact.act.recorded_at), reverse=True)


def _id(ref: PolicyRef) -> str:
    return digest_of(":".join((ref.profile, ref.engine, *ref.office)))[:_SHOWN]


def version_of(found: list[Version], wanted: str) -> Version | None:
    """Return the version that an address names, or the one in force; None where nothing was adopted.

    Raises:
        NotHereError: If there is none of that name.
    """
    if not wanted:
        return found[0] if found else None
    for one in found:
        if one.id == wanted:
            return one
    raise NotHereError


def version_rows(house: House, county: str, found: list[Version]) -> list[dict[str, Any]]:
    """Return the versions as a list shows them."""
    names = house.names(county)
    since = house.read(COUNTY, county_stream(county)).since
    rows = []
    for one in found:
        act = one.fact.act
        days = [str(day) for day, ref in since if ref == one.ref] or [str(act.occurred_on)]
        by = t("运维人员", "the operator") if act.person == "operator" else person_said(act.person, names)
        offices = [f"{office.decided.no}（{office.decided.date}）" for office in one.offices]
        rows.append({"one": one, "days": days, "by": by, "recorded_on": act.recorded_at.date(), "offices": offices})
    return rows


def shown(one: Version) -> dict[str, Any]:
    """Return a version in words: both ways, every rule, what is open, the engine's rules."""
    profile, offices = one.profile, one.offices
    open_keys = gaps(one.text, offices)
    return {
        "version": one,
        "regime": t(profile.county.regime_zh, profile.county.regime_en),
        "ways": list(_ways(profile, offices)),
        "parts": [(part, [_said(row, offices) for row in part.rows]) for part in parts(profile)],
        "filled": [gap for gap in open_keys if gap.decided_no],
        "left_open": [(asked(gap), gap.where) for gap in open_keys if not gap.decided_no],
        "asked": asked,
        "engine_rows": list(engine_rows(one.engine.rules)),
        "engine_digest": one.engine.digest,
    }


def asked(gap: Gap) -> str:
    """Return what is asked where a text says nothing."""
    if gap.asks_who:
        return t("未规定：由谁办理？", "not set: by whom?")
    name = key(gap.key.rpartition(".")[2])
    return t(f"未规定：{name}？", f"not set: {name}?")


def _said(row: RuleRow, offices: tuple[Office, ...]) -> dict[str, Any]:
    return {
        "depth": min(row.depth, 4),
        "under": row.under,
        "said": row.said,
        "source": decided(row.source, offices),
        "office": decided(row.office, offices),
        "reading": row.reading,
    }


def _ways(profile: Profile, offices: tuple[Office, ...]) -> Iterator[tuple[str, str, list[list[dict[str, Any]]]]]:
    money, project = tuple(money_stages(profile)), tuple(project_stages(profile))
    for name, label, boxes in (
        ("money", t("资金流程", "The money's way"), money),
        ("project", t("项目环节", "The project's way"), project),
    ):
        yield name, label, [[_box(one, boxes, money, offices) for one in row] for row in side_by_side(boxes)]


def _box(one: Stage, boxes: tuple[Stage, ...], money: tuple[Stage, ...], offices: tuple[Office, ...]) -> dict[str, Any]:
    titles = {box.id: box.title for box in boxes}
    waits = awaited(money, one) if one not in money else None
    return {
        "title": one.title,
        "notes": [note for note in one.notes if note != nobody()],
        "nobody": nobody() in one.notes,
        "origin": decided(one.origin, offices),
        "returns": [titles.get(to, to) for to in one.returns_to],
        "waits": waits.title if waits else "",
    }


def sides(house: House, county: str, found: list[Version]) -> list[tuple[str, str]]:
    """Return what may be compared: the adopted versions, and the county's file as it lies beside the program."""
    said = [(one.id, f"{one.ref.version} · {one.fact.act.occurred_on} · {one.ref.profile[:_SHOWN]}") for one in found]
    there = (house.calendars.parent / f"{county}.toml").is_file()
    return [*said, *([(FILE, t("本县政策文件（未采纳的现文）", "the county's file as it is now"))] if there else [])]


def side(house: House, county: str, found: list[Version], wanted: str) -> Policy:
    """Return one side of a comparison.

    Raises:
        NotHereError: If there is no such version.
        PolicyError: If the county's file is wrong.
    """
    if wanted == FILE:
        return load(house.calendars.parent / f"{county}.toml")
    one = next((one for one in found if one.id == wanted), None)
    if one is None:
        raise NotHereError
    return Policy(one.profile, one.fact.profile_text, one.ref.profile)


def compared(a: Policy, b: Policy, offices: tuple[Office, ...]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return what differs between two policies, part by part."""
    return [
        (
            in_part[0].words[0],
            [
                {
                    "where": " › ".join(one.words[1:] or one.words),
                    "a": _line(one.a, offices),
                    "b": _line(one.b, offices),
                }
                for one in in_part
            ],
        )
        for in_part in (
            list(part) for _, part in groupby(differences(a.profile, b.profile), key=lambda one: one.keys[0])
        )
    ]


def _line(one: Side | None, offices: tuple[Office, ...]) -> str | None:
    return decided(one.line(), offices) if one else None
