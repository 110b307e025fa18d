"""A case's track as a page shows it: its stages in the order of its rules, who, when, by when, what came back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from domain.money import wan
from doors.names import Names
from doors.texts import t
from doors.waiting import person_said
from projections.track_shape import Answer, Due, Stage


@dataclass(frozen=True)
class ShownStage:
    """One stage: *state* as the page's style names it; *due* only while its deadline runs."""

    id: str
    name: str
    state: str
    post: str
    day: date | None
    who: str
    due: Due | None
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Lane:
    """Stages that stand beside each other (并行); most often one."""

    stages: tuple[ShownStage, ...]


@dataclass(frozen=True)
class Entry:
    """One line of what each stage brought: who, on which days, the opinion, and what it rests on."""

    stage: str
    what: str
    who: str
    days: str
    opinion: str
    clause: str


def lanes_of(stages: Iterable[Stage], names: Names) -> tuple[Lane, ...]:
    """Return the stages as they are walked: those that are open together in one lane."""
    found: list[list[ShownStage]] = []
    for stage in stages:
        if not (stage.beside and found):
            found.append([])
        found[-1].append(_shown(stage, names))
    return tuple(Lane(tuple(lane)) for lane in found)


def entries_of(stages: Iterable[Stage], names: Names) -> list[Entry]:
    """Return every answer and every return of a track, stage by stage."""
    return [entry for stage in stages for entry in _entries(stage, names)]


def stage_name(stage: Stage, names: Names) -> str:
    """Return what a stage is called."""
    return names.stage(stage.id) if stage.named == "stage" else names.step(stage.id)


def days_of(answer: Answer) -> str:
    """Return when it was, and when it was entered where that was another day."""
    if answer.on == answer.recorded_on:
        return answer.on.isoformat()
    return t(f"{answer.on}（记于 {answer.recorded_on}）", f"{answer.on} (entered {answer.recorded_on})")


def _shown(stage: Stage, names: Names) -> ShownStage:
    last = stage.backs[-1].answer if stage.state == "returned" and stage.backs else None
    answer = stage.answer if stage.state == "done" else last
    return ShownStage(
        id=stage.id,
        name=stage_name(stage, names),
        state=stage.state.replace("_", "-"),
        post=names.named("post", stage.post) if stage.post else "",
        day=answer.on if answer else None,
        who=_who(answer, names) if answer else "",
        due=stage.due if stage.state == "current" else None,
        notes=tuple(_notes(stage, names)),
    )


def _who(answer: Answer, names: Names) -> str:
    if not answer.person:
        return ""
    name = names.people.get(answer.person, answer.person)
    absent = names.people.get(answer.on_behalf_of, answer.on_behalf_of)
    return t(f"{name}（代 {absent}）", f"{name} (for {absent})") if absent else name


def _notes(stage: Stage, names: Names) -> Iterator[str]:
    if stage.of_fen:
        yield t(
            f"{wan(stage.done_fen or 0)} / {wan(stage.of_fen)} 万元",
            f"{wan(stage.done_fen or 0)} of {wan(stage.of_fen)} wan yuan",
        )
    for one in stage.together:
        post = names.named("post", one.post)
        if one.answer:
            yield t(f"{post} 已会签", f"{post} co-signed")
        elif stage.state == "current":
            yield t(f"待 {post} 会签", f"{post} has still to co-sign")
    if len(stage.backs) == 1:
        yield t("曾退回 1 次", "sent back once")
    elif stage.backs:
        yield t(f"曾退回 {len(stage.backs)} 次", f"sent back {len(stage.backs)} times")


def _entries(stage: Stage, names: Names) -> Iterator[Entry]:
    name = stage_name(stage, names)

    def entry(what: str, answer: Answer) -> Entry:
        who = names.who(answer.post, answer.person) if answer.person else t("随其他事项办结", "brought by another case")
        for_ = t(f"，代 {person_said(answer.on_behalf_of, names)}", f", for {person_said(answer.on_behalf_of, names)}")
        who += for_ if answer.on_behalf_of else ""
        return Entry(name, what, who, days_of(answer), answer.opinion, answer.clause or stage.clause)

    for back in stage.backs:
        to = names.step(back.to) if back.to else ""
        yield entry(t(f"退回至 {to}", f"sent back to {to}") if to else t("驳回", "rejected"), back.answer)
    for one in stage.together:
        if one.answer:
            yield entry(t("会签", "co-signed"), one.answer)
    if stage.answer:
        yield entry(t("通过", "passed"), stage.answer)
