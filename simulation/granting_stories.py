"""What becomes of deadlines in a sample year beside their being met: paused, extended, waived, dropped, forgotten."""

from collections.abc import Iterator
from datetime import timedelta

from domain.obligation import OBLIGATION
from domain.obligation_facts import ObligationOpened
from domain.obligation_requests import ExtendObligation, PauseObligation, ResumeObligation, WaiveObligation
from domain.policy import Profile
from domain.requests import EnterDisclosure, WithdrawDisclosure
from simulation.agenda import Dice, Story
from simulation.disclosure_stories import FORGOTTEN
from simulation.stage import Stage

ONE_DAY = timedelta(days=1)
TIME_LEFT = timedelta(days=3)  # So much is left of what may be granted something.
DAYS_MORE = 5


async def granting_story(stage: Stage, dice: Dice) -> Story:
    """Let each be granted once, by the highest post of the deadline's own ladder; where none has one, nothing is."""
    used: set[str] = set()
    paused = ""
    while not paused:
        while (clock := _next(stage, used)) is None:
            yield stage.today + ONE_DAY
        await stage.act("obligation", clock.obligation, PauseObligation(reason="样例：上级复核期间"), _top(clock))
        yield stage.today + dice.days(1, 3)
        # Whoever answers for it may act during the pause; then another is paused.
        if stage.state(OBLIGATION, clock.obligation).paused_on and not stage.state(OBLIGATION, clock.obligation).ended:
            await stage.act("obligation", clock.obligation, ResumeObligation(reason="样例：复核完毕"), _top(clock))
            paused = clock.obligation
    for request in (
        ExtendObligation(reason="样例：系统检修，顺延五日", days=DAYS_MORE),
        WaiveObligation(reason="样例：已由上级统一办理"),
    ):
        while (clock := _next(stage, used)) is None:
            yield stage.today + ONE_DAY
        await stage.act("obligation", clock.obligation, request, _top(clock))


def _next(stage: Stage, used: set[str]) -> ObligationOpened | None:
    """Return the first deadline that runs, has days left and a post above the one that answers; note it as used."""
    clock = next((one for one in _running(stage) if one.obligation not in used), None)
    if clock:
        used.add(clock.obligation)
    return clock


def _running(stage: Stage) -> Iterator[ObligationOpened]:
    for fact in (entry.fact for entry in stage.ledger.log(of=(ObligationOpened,))):
        if fact.county != stage.county:
            continue
        state = stage.state(OBLIGATION, fact.obligation)
        now = state.opened
        has_time = now is not None and now.due_on >= stage.today + TIME_LEFT
        if now and has_time and OBLIGATION.stage(state) == "open" and _top(now) in stage.people:
            yield now


def _top(clock: ObligationOpened) -> str:
    """Return the highest post of a ladder, if it stands above the one that answers."""
    top = clock.ladder[-1].post if clock.ladder else ""
    return "" if top == clock.responsible else top


async def mistaken_story(stage: Stage, profile: Profile, dice: Dice) -> Story:
    """Enter something to be made public twice and take the second entry back; enter another, and forget about it."""
    rule = next((rule for rule in profile.disclosures if rule.post and rule.deadline and not rule.mandatory), None)
    kept = next((kept for kept in profile.records if kept.kept_as == "disclosures"), None)
    if rule is None or kept is None or not kept.keeper:
        return
    yield stage.today + dice.days(30, 60)
    no, words = f"{rule.id}-twice", "样例：同一事项重复录入"
    await stage.act("disclosure", no, EnterDisclosure(rule=rule.id, words=words), kept.keeper)
    yield stage.today + ONE_DAY
    await stage.act("disclosure", no, WithdrawDisclosure(reason=words), rule.post)
    yield stage.today + dice.days(150, 180)
    forgotten = EnterDisclosure(rule=rule.id, words=FORGOTTEN)
    await stage.act("disclosure", f"{rule.id}-forgotten", forgotten, kept.keeper)
