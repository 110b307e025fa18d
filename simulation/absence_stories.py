"""How people of a sample year are away: drawn by the seed; a longer absence is entered beforehand, with a deputy."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta

from pydantic import BaseModel

from domain.calendar import end_of
from domain.cases import KINDS, kind_of, mandates_stream, parse_case
from domain.mandate import MANDATE
from domain.people_requests import OpenAbsence
from domain.policy import Profile
from domain.procedures.candidates import in_somebodys_hands
from domain.registry import BY_KIND
from simulation.agenda import Dice, Story
from simulation.attendance import Away, TooLate
from simulation.invariants import InvariantError
from simulation.sample_model import Person
from simulation.stage import SEPARATED, Stage
from workflows.client import RequestRefusedError, open_cases

LENGTHS = (1, 2, 5, 12)  # Days of an absence: ill for a day, on the road, on leave.
TOLD_FROM = 5  # Days from which on an absence is entered beforehand.
PERCENT_MOST = 60
_DAY = timedelta(days=1)


def drawn(persons: Collection[str], year: int, percent: int, dice: Dice) -> dict[str, tuple[Away, ...]]:
    """Draw each person's absences of a year: together about *percent* of its person-days."""
    return {person: tuple(_of_person(person, year, percent, dice)) for person in sorted(persons)}


def _of_person(person: str, year: int, percent: int, dice: Dice) -> Iterator[Away]:
    # So often a day on which he is there is the last before an absence of mean length: the share of days comes out.
    chance = percent / (100 - percent) * len(LENGTHS) / sum(LENGTHS)
    day, last_day = date(year, 1, 2), date(year, 12, 31)
    while day <= last_day:
        if dice.chance(chance):
            last = min(day + (dice.one_of(LENGTHS) - 1) * _DAY, last_day)
            yield Away(person, day, last)
            day = last + _DAY  # Back for this day at least.
        day += _DAY


async def until_too_late(stage: Stage, story: Story) -> Story:
    """Tell a story until it is refused something for which somebody came back too late."""
    try:
        async for day in story:
            yield day
    except RequestRefusedError as no:
        stage.attendance.too_late.append(TooLate(no.rule, no.text("zh"), no.text("en"), stage.today))


def absence_stories(stage: Stage, profile: Profile, people: Collection[Person]) -> list[Story]:
    """Return how each person's longer absences are entered."""
    units = {one.person: one.unit for one in people}
    return [_absence_story(stage, profile, units, person) for person in sorted(units)]


async def _absence_story(stage: Stage, profile: Profile, units: Mapping[str, str], person: str) -> Story:
    """Let a person enter each longer absence on the day before, with whoever can stand in."""
    posts = [post for post, holders in stage.people.items() if person in holders]
    for away in stage.attendance.away[person]:
        if away.days < TOLD_FROM:
            continue
        yield away.first - _DAY
        for post in posts:
            if (found := _deputy(stage, profile, units, away)) is None:
                continue
            deputy, kinds = found
            no = f"{person}-{away.first:%m%d}-{post}"[:48]
            asked = OpenAbsence(
                deputy=deputy, first=away.first, last=away.last, reason="样例：休假或学习", post=post, kinds=kinds
            )
            case = stage.case("absence", no)
            now = await stage.clock.now()
            await stage.door.ask(case, asked, command_id=f"{case}:open", person=person, post=post, now=now)


def _deputy(stage: Stage, profile: Profile, units: Mapping[str, str], away: Away) -> tuple[str, tuple[str, ...]] | None:
    """Return who can stand in, and for which kinds of case (none named: for all).

    Whoever stands in where duties are separated can do nothing else in that case. So it is somebody without a post
    there; a colleague with one stands in for the other kinds.
    """
    needed = posts_of_separated(profile)
    busy = {person for post in needed for person in stage.people.get(post, ())}
    there = [one for one in units if one != away.person and _may_stand_in(stage, one, away)]
    # A colleague of the unit first.
    ordered = sorted(there, key=lambda one: (units[one] != units[away.person], one))
    if free := [one for one in ordered if one not in busy]:
        return free[0], ()
    return (ordered[0], tuple(kind for kind in KINDS if kind not in SEPARATED)) if ordered else None


def _may_stand_in(stage: Stage, person: str, away: Away) -> bool:
    """Return whether a person is there all the time, and whether nobody stands in for him or he for the absent one."""
    if any(one.first <= away.last and away.first <= one.last for one in stage.attendance.away[person]):
        return False
    deputies = stage.ledger.state(MANDATE, mandates_stream(stage.county)).deputies.values()
    near = [one for one in deputies if one.first <= away.last and away.first <= one.last]
    return all(one.person != person and one.deputy != away.person for one in near)


def posts_of_separated(profile: Profile) -> frozenset[str]:
    """Return the posts that the rules of plans, projects and claims name."""
    known = {post.id for post in profile.posts}
    return frozenset(known & set(_words([profile.plan, profile.project, profile.bank, profile.claims])))


def _words(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case BaseModel():
            yield from _words([getattr(value, name) for name in type(value).model_fields])
        case list() | tuple() | set() | frozenset():
            for one in value:
                yield from _words(one)
        case dict():
            yield from _words([*value.keys(), *value.values()])


def check_every_wait_has_a_name(stage: Stage, replay: str) -> None:
    """Check that every open step of every open case is in the hands of somebody who may take it.

    Raises:
        InvariantError: With the steps that nobody may take; `bridgefund people may` says why not.
    """
    nameless = [
        one for case in open_cases(stage.ledger) if case.startswith(f"{stage.county}/") for one in _of(stage, case)
    ]
    if nameless:
        raise InvariantError(what="somebody may take every open step", numbers="; ".join(nameless), replay=replay)


def _of(stage: Stage, case: str) -> Iterator[str]:
    decider, read = BY_KIND[kind_of(case)], stage.ledger.state
    steps = decider.open_steps(read(decider, case))
    in_hands = in_somebodys_hands(read, parse_case(case), end_of(stage.today)) if steps else set()
    yield from (f"{case} {step.id} ({step.post})" for step in steps if step.id not in in_hands)
