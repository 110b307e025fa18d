"""How a sample year's register is worked off: what arose is made public some days later, some of it late."""

from datetime import date, timedelta

from domain.calendar import day_of
from domain.disclosure import DISCLOSURE
from domain.disclosure_facts import DisclosureArose
from domain.policy import Profile
from domain.procedures.disclosures import clock_no
from domain.requests import PublishDisclosure, RaiseObjection, RuleObjection
from simulation.agenda import Dice, Story, paper
from simulation.stage import Stage

LOOKS_EVERY = timedelta(days=5)
ONE_IN_LATE = 6
ANYWHERE = "样例·政务公开栏"
FORGOTTEN = "样例：登记后无人办理公开"  # In the words of an entry that nobody works off.


async def disclosure_story(stage: Stage, dice: Dice) -> Story:
    """Look at the register every few days; make public what is due by then, at every place that the rule names."""
    planned: dict[str, date] = {}
    while True:
        yield stage.today + LOOKS_EVERY
        for arose in _arisen(stage):
            planned.setdefault(arose.entry, _day_for(stage, dice, arose))
        for arose in _arisen(stage):
            if planned[arose.entry] <= stage.today and not stage.state(DISCLOSURE, arose.entry).published:
                await _publish(stage, arose)


def _arisen(stage: Stage) -> list[DisclosureArose]:
    """Return the county's entries that somebody works off: no post, nobody; and not what was taken back."""
    facts = (entry.fact for entry in stage.ledger.log(of=(DisclosureArose,)))
    of_county = [fact for fact in facts if fact.county == stage.county and fact.terms.post and fact.words != FORGOTTEN]
    return [fact for fact in of_county if stage.state(DISCLOSURE, fact.entry).withdrawn is None]


def _day_for(stage: Stage, dice: Dice, arose: DisclosureArose) -> date:
    clock = stage.limit(clock_no(arose.entry))
    if clock and dice.happens(ONE_IN_LATE):
        return clock.due_on + dice.days(2, 9)
    return day_of(arose.act.recorded_at) + dice.days(2, 9)


async def _publish(stage: Stage, arose: DisclosureArose) -> None:
    stands = stage.state(DISCLOSURE, arose.entry).stands
    for place in arose.terms.places or tuple(stands) or (ANYWHERE,):
        corrects = stands.get(place, 0)
        record = paper(stage.county, arose.entry, place, corrects)
        request = PublishDisclosure(place=place, record=record, corrects=corrects)
        await stage.act("disclosure", arose.entry, request, arose.terms.post)


async def objection_story(stage: Stage, profile: Profile, dice: Dice) -> Story:
    """Let somebody object to the first thing that is public, where the text opens a way; it is found right."""
    hotline = profile.hotline
    if hotline is None:
        return
    while not (public := [arose for arose in _arisen(stage) if stage.state(DISCLOSURE, arose.entry).published]):
        yield stage.today + LOOKS_EVERY
    (arose, *_), taker = public, hotline.post or public[0].terms.post
    yield stage.today + dice.days(1, 3)
    objection = RaiseObjection(words="样例：公开的金额与文件不一致")
    await stage.act("disclosure", arose.entry, objection, taker)
    yield stage.today + dice.days(2, 4)
    ruling = RuleObjection(number=1, upheld=True, reason="样例：录入有误，更正后重新公开")
    await stage.act("disclosure", arose.entry, ruling, arose.terms.post)
    yield stage.today + dice.days(1, 2)
    await _publish(stage, arose)
