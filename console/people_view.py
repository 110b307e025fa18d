"""What the pages of people show: who holds which post on a day, who is away, keys, and one person's whole record."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from console.forms.asked import asked_words
from console.forms.choices_rules import CASES
from console.house import House
from console.offers import Offer, ask_url, offers
from console.visitor import Visitor
from domain.cases import CaseId
from domain.errors import RefusedError
from domain.money import wan
from domain.order_requests import RevokePersonKey, RotatePersonKey
from domain.procedures.asking import rules_of
from doors.names import Names
from doors.texts import t
from doors.waiting import person_said
from projections.cases import case as case_row
from projections.people_read import Absence, Change, absences, keys, person_history, terms

_OWN = (RotatePersonKey, RevokePersonKey)
_CHANGES = {
    "mandate.appointed/1": ("任命", "appointed"),
    "mandate.term-ended/1": ("任期止", "term ended"),
    "mandate.key-registered/1": ("登记密钥", "key registered"),
    "mandate.key-revoked/1": ("停用密钥", "key revoked"),
    "mandate.deputy-named/1": ("外出，指定代理人", "away, deputy named"),
    "mandate.deputy-ended/1": ("代理结束", "the deputy's days are over"),
}


def post_rows(house: House, county: str, on: date) -> list[list[Any]]:
    """Return who holds which post on a day."""
    names = house.names(county)
    rows = []
    for term in terms(house.engine, county, on=on):
        until = str(term.last) if term.last else t("至今", "no end")
        said = person_said(term.person, names)
        rows.append(
            [
                names.named("post", term.post),
                (said, f"/{county}/people/{term.person}"),
                names.named("post", term.unit),
                f"{term.first} – {until}",
            ]
        )
    return rows


def absence_rows(house: House, county: str, on: date) -> list[list[Any]]:
    """Return who is away on a day or will be, and who stands in, for what and up to how much."""
    names = house.names(county)
    entered = [
        one for one in absences(house.engine, county) if one.last >= on and (one.ended_on is None or one.ended_on > on)
    ]
    return [
        [
            (one.absence_no, f"/{county}/absence/{one.absence_no}"),
            person_said(one.person, names),
            names.named("post", one.post),
            person_said(one.deputy, names),
            f"{one.first} – {one.last}",
            scope(one, names),
            t("现在", "now") if one.covers(on) else t("尚未开始", "to come"),
        ]
        for one in entered
    ]


def scope(one: Absence, names: Names) -> str:
    """Return for what a deputy stands in, and up to how much."""
    of = [*(t(*CASES.get(kind, (kind, kind))) for kind in one.kinds), *(names.step(step) for step in one.steps)]
    said = t("、", ", ").join(of) or t("全部事项", "everything")
    most = one.amount_most_fen
    return said + (t(f"，不超过 {wan(most)} 万元", f", up to {wan(most)} wan yuan") if most else "")


def key_rows(house: House, county: str, on: date, person: str | None = None) -> list[list[Any]]:
    """Return the keys that sign on a day, or all that a person ever had: their ids, never what is in them."""
    names = house.names(county)
    found = keys(house.engine, county, on=None if person else on, person=person)
    return [
        [
            one.key_id,
            person_said(one.person, names) if one.person else t("由该入口说明签字人", "the door says who signs"),
            one.door,
            one.registered_on,
            str(one.revoked_on) if one.revoked_on else t("有效", "signs"),
        ]
        for one in found
    ]


def next_absence(house: House, county: str) -> str:
    """Return a number that no absence of a county has yet."""
    today = f"{house.today():%Y%m%d}"
    taken = {one.absence_no for one in absences(house.engine, county)}
    return next(no for n in range(1, len(taken) + 2) if (no := f"{today}-{n}") not in taken)


def is_known(house: House, county: str, person: str) -> bool:
    """Return whether a county ever had anything about a person."""
    return (
        bool(person_history(house.engine, person, county))
        or case_row(house.engine, f"{county}/people/{person}") is not None
    )


def person_page(house: House, visitor: Visitor, case: CaseId) -> dict[str, Any]:
    """Return what a person's page shows beside what all cases do."""
    county, person, today = case.county, case.no, house.today()
    names = house.names(county)
    held = [
        [
            names.named("post", one.post),
            names.named("post", one.unit),
            f"{one.first} – {one.last or t('至今', 'no end')}",
        ]
        for one in terms(house.engine, county, person=person)
    ]
    away = [one for one in absences(house.engine, county) if person in (one.person, one.deputy)]
    may, why_not = _orders(house, visitor, case)
    return {
        "heading": person_said(person, names),
        "facts": [
            (
                t("今天的岗位", "Posts today"),
                t("、", ", ").join(
                    names.named("post", one.post) for one in terms(house.engine, county, on=today, person=person)
                )
                or t("没有", "none"),
            )
        ],
        "held": held,
        "absences": [
            [
                (one.absence_no, f"/{county}/absence/{one.absence_no}"),
                person_said(one.person, names),
                names.named("post", one.post),
                person_said(one.deputy, names),
                f"{one.first} – {one.last}",
                scope(one, names),
                str(one.ended_on or ""),
            ]
            for one in away
        ],
        "keys": key_rows(house, county, today, person),
        "changes": [list(_change(one, names)) for one in person_history(house.engine, person, county)],
        "orders": [(t(*asked_words(one.request)), ask_url(one)) for one in may],
        "orders_why_not": why_not,
        "others": [],
        "steps": [],
        "list_name": "people",
        "list_label": t("人员", "People"),
    }


def _orders(house: House, visitor: Visitor, case: CaseId) -> tuple[list[Offer], str]:
    """Return what the visitor may order about a person, and why not more."""
    found = {one.request: one for one in offers(house, case)}
    try:
        rule = rules_of(house.ledger.shared, case.county).engine.people
    except RefusedError:
        rule = None
    if rule is None:
        return [], t("未规定：由谁任免？", "not set: who appoints?")
    if visitor.person == case.no:
        own = [found[one] for one in _OWN if one in found]
        return own, t(
            "不能任免自己，密钥可以自行更换或停用", "nobody appoints himself; one's own keys may be replaced or revoked"
        )
    if any(seat.post == rule.post for seat in visitor.seats_in(case.county)):
        return list(found.values()), ""
    post = house.names(case.county).named("post", rule.post)
    return [], t(f"由岗位“{post}”办理", f"it is for the post {post}")


def _change(one: Change, names: Names) -> Iterator[Any]:
    late = "" if one.recorded_on == one.occurred_on else t(f"（记 {one.recorded_on}）", f" (entered {one.recorded_on})")
    yield f"{one.occurred_on}{late}"
    yield t(*_CHANGES.get(one.fact, (one.fact, one.fact)))
    days = " – ".join(str(day) for day in (one.first, one.last) if day)
    deputy = (
        t(f"代理人 {person_said(one.deputy, names)}", f"deputy {person_said(one.deputy, names)}") if one.deputy else ""
    )
    post = names.named("post", one.post) if one.post else ""
    yield t("；", "; ").join(
        part
        for part in (post, names.named("post", one.unit) if one.unit else "", days, deputy, one.of, one.reason)
        if part
    )
    yield names.who(one.by_post, one.by_person) if one.by_post else person_said(one.by_person, names)
    yield one.clause
