"""`bridgefund people`: who holds which post in a county on a day, who is absent, and who stands in."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, Any

import typer

from cli import orders, person_keys
from cli.erasing import erase
from cli.errors import exits_on_error
from cli.reading import JsonOption, Reading, StoreOption, reading
from cli.tables import table
from domain.calendar import day_of
from domain.cases import parse_case
from domain.errors import BadInputError
from domain.procedures.candidates import candidates
from domain.registry import BY_KIND
from doors.clock import business_now
from doors.texts import t
from doors.waiting import candidate_data, may_text, stands_in
from projections.people_read import Absence, absences, keys, terms

app = typer.Typer(help=t("人员：任免、密钥、外出与代理", "people: posts, keys, deputies"), no_args_is_help=True)
app.command("found")(orders.found)
app.command("appoint")(orders.appoint)
app.command("dismiss")(orders.dismiss)
app.command("unit")(orders.unit)
app.command("name")(orders.name)
app.command("erase")(erase)
app.add_typer(person_keys.app, name="key")


@app.command(
    "list",
    help=t(
        "某日各岗位由谁担任，谁外出、由谁代理（限哪些事项、到多少金额）。",
        "Who holds each post on a day, who is absent, and who stands in for what, up to which amount.",
    ),
    epilog=t(
        "例：bridgefund people list jiashi --on 2022-05-01\n\n登记外出：bridgefund act jiashi/absence/2022-1 ask --as "
        "poverty_section --request absence.open/1 --set deputy=p-006 --set first=2022-05-02 --set last=2022-05-06 "
        "--set reason=培训\n\n代理办理：bridgefund act CASE … --as POST --for 外出者",
        "Example: bridgefund people list jiashi --on 2022-05-01\n\nTo enter an absence: bridgefund act "
        "jiashi/absence/2022-1 ask --as poverty_section --request absence.open/1 --set deputy=p-006 --set "
        "first=2022-05-02 --set last=2022-05-06 --set reason=course\n\nTo stand in: bridgefund act CASE … --as POST "
        "--for PERSON",
    ),
)
def of_county(
    county: Annotated[str, typer.Argument(help=t("县名，如 jiashi", "county id, such as jiashi"))],
    *,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help=t("哪一天，默认今天", "on which day; default today"))
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the people of a county."""
    with exits_on_error(), reading(store) as read:
        day = on.date() if on else day_of(business_now(read.ledger))
        if not terms(read.engine, county):
            raise BadInputError("COUNTY", t(f"{county} 在本库没有任职", f"{county} has no mandates in this store"))
        rows = [*_rows(read, county, day)]
        if as_json:
            read.print_json(county=county, on=day, mandates=rows)
            return
        console, names = read.console(), read.names(county)
        console.print(f"{names.county(county)} {day}")
        made = table(
            t("岗位", "post"),
            t("任职者", "holder"),
            t("任期", "term"),
            t("密钥", "keys"),
            t("外出与代理", "absent, deputy"),
        )
        for row in rows:
            until = row["last"] or t("至今", "on")
            deputies = "\n".join(_said(names.people, one) for one in row["deputies"])
            who = f"{row['person']} {names.people.get(row['person'], '')}".strip()
            made.add_row(
                names.named("post", row["post"]),
                who,
                f"{row['first']} – {until}",
                "\n".join(row["keys"]) or "-",
                deputies or "-",
            )
        console.print(made)


@app.command(
    help=t(
        "一件案件的每个待办环节：岗位的每个任职者和代理人，可以办理，或为什么不能。",
        "Each open step of a case: every holder of its post and every deputy, who may take it, or why not.",
    ),
    epilog=t("例：bridgefund people may sample/claim/S04-2", "Example: bridgefund people may sample/claim/S04-2"),
)
def may(
    case: Annotated[str, typer.Argument(help=t("案件，如 sample/claim/S04-2", "such as sample/claim/S04-2"))],
    *,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say who may take the open steps of a case."""
    with exits_on_error(), reading(store) as read:
        parsed = parse_case(case)
        if not read.ledger.state(BY_KIND[parsed.kind], case).done:
            raise BadInputError("CASE", t(f"没有 {case}", f"no such case: {case}"))
        found = [*candidates(read.ledger.state, parsed, business_now(read.ledger))]
        if as_json:
            read.print_json(case=case, candidates=[candidate_data(one) for one in found])
            return
        console, names = read.console(), read.names(parsed.county)
        made = table(t("环节", "step"), t("岗位", "post"), t("人员", "person"), t("可否办理", "may"))
        for one in found:
            who = f"{one.person} {names.people.get(one.person, '')}".strip()
            made.add_row(names.step(one.step), names.named("post", one.post), who + stands_in(one), may_text(one))
        console.print(made)


def _rows(read: Reading, county: str, day: date) -> Iterator[dict[str, Any]]:
    entered = [one for one in absences(read.engine, county) if one.ended_on is None and one.last >= day]
    signing = [key for key in keys(read.engine, county) if key.revoked_on is None]
    for term in terms(read.engine, county, on=day):
        yield {
            "post": term.post,
            "person": term.person,
            "unit": term.unit,
            "first": term.first,
            "last": term.last,
            "keys": sorted(key.key_id for key in signing if key.person == term.person),
            "deputies": [_deputy(one) for one in entered if (one.person, one.post) == (term.person, term.post)],
        }


def _deputy(one: Absence) -> dict[str, Any]:
    return {
        "absence": one.absence_no,
        "deputy": one.deputy,
        "first": one.first,
        "last": one.last,
        "kinds": one.kinds,
        "steps": one.steps,
        "amount_most_fen": one.amount_most_fen or None,
        "reason": one.reason,
    }


def _said(people: Mapping[str, str], one: dict[str, Any]) -> str:
    scope = ", ".join((*one["kinds"], *one["steps"])) or t("全部事项", "everything")
    most = one["amount_most_fen"]
    limit = t(f"，不超过 {most} 分", f", up to {most} fen") if most else ""
    who = f"{one['deputy']} {people.get(one['deputy'], '')}".strip()
    return f"{who} {one['first']} – {one['last']} ({scope}{limit})"
