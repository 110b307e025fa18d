"""What waits, told: days in words, what a step is about, whom it waits for, and who may take it or why not."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from domain.cases import CaseId, parse_case
from domain.errors import BridgefundError
from domain.outbox import OUTBOX
from domain.procedures.candidates import Candidate
from doors.names import Names
from doors.obligation_lines import to_be_done
from doors.refusals import on_a_page
from doors.texts import language, t
from projections.inbox_people import Item
from projections.inbox_read import Waiting


def due_text(row: Waiting, today: date) -> str:
    """Return when a step is due, in words and as a day."""
    if row.due_on is None:
        return t("无期限", "no day set")
    if row.paused:
        return t("暂停计时", "stands still")
    days = (row.due_on - today).days
    if days < 0:
        said = t(f"逾期 {-days} 日", f"{-days} d overdue")
    else:
        said = t(f"还有 {days} 日", f"in {days} d") if days else t("今日到期", "today")
    return f"{said}\n{row.due_on}"


def stands_in(one: Candidate) -> str:
    """Return for whom a candidate stands in, to be put behind the name."""
    return t(f"（代 {one.on_behalf_of}）", f" (for {one.on_behalf_of})") if one.on_behalf_of else ""


def may_text(one: Candidate, names: Names | None = None) -> str:
    """Return whether a candidate may, or why not: with *names* in the county's words."""
    return why_not_text(one.why_not, names) if one.why_not else t("可以", "yes")


def why_not_text(no: BridgefundError, names: Names | None) -> str:
    """Return why something is refused; with *names* as a page says it, with steps and posts by the county's names."""
    return no.text(language()) if names is None else on_a_page(no, names)


def candidate_data(one: Candidate) -> dict[str, Any]:
    """Return a candidate as JSON has it."""
    no = one.why_not
    return {
        "step": one.step,
        "post": one.post,
        "person": one.person,
        "on_behalf_of": one.on_behalf_of,
        "may": no is None,
        "rule": type(no).__name__ if no else "",
        "zh": no.text("zh") if no else "",
        "en": no.text("en") if no else "",
    }


def case_lines(row: Waiting, names: Names) -> Iterator[str]:
    """Yield what a step is about: its case, and in words what that is; of a deadline the deadline's own id."""
    yield row.of_case
    if row.case != row.of_case:
        yield row.case
    elif about := case_words(row, names):
        yield about


def case_words(row: Waiting, names: Names) -> str:
    """Return in words what a step's case is; nothing of a deadline, whose case has its words on its own page."""
    if row.case != row.of_case:
        return ""
    if row.kind == OUTBOX.kind:
        return no_said(parse_case(row.case), names)
    title = names.field("kind", row.title) if row.kind == "claim" else row.title
    return " ".join(dict.fromkeys(part for part in (title, row.name) if part and part != row.of_case))


def no_said(case: CaseId, names: Names) -> str:
    """Return what a case is called among those of its kind: by its number, an outbox by the system outside."""
    return names.named("system", case.no) if case.kind == OUTBOX.kind else case.no


def step_words(row: Waiting, names: Names) -> str:
    """Return what is to be done: a step's name, or the condition of a deadline, or the routine that falls due."""
    if row.case == row.of_case:
        return names.step(row.step)
    return to_be_done(row.case, row.of_case, (row.step,), names)


def waits_for(item: Item, names: Names) -> Iterator[str]:
    """Yield whom a step waits for, who has it, who signed, who is away."""
    row = item.row
    yield names.named("post", row.post)
    if row.person:
        yield t(f"交办 {person_said(row.person, names)}", f"given to {person_said(row.person, names)}")
    if row.asked:
        yield t(f"征求 {person_said(row.asked, names)} 意见", f"asks {person_said(row.asked, names)} for an opinion")
    if row.signed:
        yield t(f"已签 {posts_said(row.signed, names)}", f"signed: {posts_said(row.signed, names)}")
    if row.still:
        yield t(f"还待 {posts_said(row.still, names)}", f"besides: {posts_said(row.still, names)}")
    for one in item.away:
        person, deputy = person_said(one.person, names), person_said(one.deputy, names)
        yield t(f"{person} 外出，{deputy} 代理至 {one.last}", f"{person} is away, {deputy} stands in until {one.last}")


def posts_said(posts: Iterable[str], names: Names) -> str:
    """Return posts by their names."""
    return t("、", ", ").join(names.named("post", post) for post in posts)


def person_said(person: str, names: Names) -> str:
    """Return a person's id with the name that is kept of them."""
    return f"{person} {names.people.get(person, '')}".strip()
