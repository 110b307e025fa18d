"""Rows of an inbox as people read them: days in words, whom a step waits for, who may take it or why not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from rich.table import Table

from cli.tables import amount, table
from domain.obligation import OBLIGATION
from doors.names import Names
from doors.texts import t
from doors.waiting import case_lines, due_text, may_text, person_said, stands_in, step_words, waits_for
from projections.inbox_people import OPINION, Inbox, Item
from projections.inbox_read import Load


def rows_table(items: Sequence[Item], names: Mapping[str, Names], today: date, *, of_person: bool) -> Table:
    """Return the table of steps; *of_person*, whether they may take each, else everybody who may or may not."""
    money = t("万元", "wan yuan")
    columns = (
        t("期限", "due"),
        t("案件", "case"),
        t("环节", "step"),
        t("等待", "waits for"),
        t("起", "since"),
        money,
        t("可否办理", "may"),
    )
    made = table(*columns, right=(money,))
    for item in items:
        row, own = item.row, names[item.row.county]
        answers = _ofperson_said(item) if of_person else [*_who(item, own)]
        made.add_row(
            due_text(row, today),
            "\n".join(case_lines(row, own)),
            step_words(row, own),
            "\n".join(waits_for(item, own)),
            row.since.isoformat(),
            amount(row.amount_fen),
            "\n".join(answers),
        )
    return made


def load_table(posts: Iterable[Load], names: Mapping[str, Names]) -> Table:
    """Return the table of posts: how much waits for each, how much of it is overdue, since when."""
    number, late = t("待办", "waiting"), t("逾期", "overdue")
    made = table(t("县", "county"), t("岗位", "post"), number, late, t("最早", "oldest"), right=(number, late))
    for one in posts:
        own = names[one.county]
        post = own.named("post", one.post)
        made.add_row(own.county(one.county), post, str(one.waiting), str(one.overdue or ""), one.oldest.isoformat())
    return made


def page_line(found: Inbox, page: int, limit: int) -> str:
    """Return how many there are, and which of them are shown."""
    first, shown = (page - 1) * limit + 1, len(found.items)
    if shown == found.total:
        return t(f"共 {found.total} 项", f"{found.total} in all")
    if not shown:
        return t(f"共 {found.total} 项，第 {page} 页没有", f"{found.total} in all, none on page {page}")
    last = first + shown - 1
    more = t(f"；下一页 --page {page + 1}", f"; go on with --page {page + 1}") if last < found.total else ""
    return (
        t(f"共 {found.total} 项，显示第 {first} 至 {last} 项", f"{found.total} in all, {first} to {last} shown") + more
    )


def _ofperson_said(item: Item) -> list[str]:
    if item.group == OPINION:
        return [t("请提意见：bridgefund opinion", "an opinion is asked: bridgefund opinion")]
    if item.row.kind == OBLIGATION.kind:
        return [t(f"限时义务，在 {item.row.of_case} 中履行", f"a deadline, met in {item.row.of_case}")]
    return [may_text(one) + stands_in(one) for one in item.who]


def _who(item: Item, names: Names) -> Iterator[str]:
    if not item.who:
        yield t("无人任职", "nobody holds the post")
    for one in item.who:
        who = f"{person_said(one.person, names)}{stands_in(one)}"
        # Nobody takes a step of a deadline: it is met by what is done in its case.
        yield who if item.row.kind == OBLIGATION.kind else f"{who} {may_text(one)}"
