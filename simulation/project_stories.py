"""How a sample year's projects go, step by step in their county's order, and where one is sent back or left waiting."""

from datetime import date, timedelta

from domain import duties
from domain.policy import Profile
from domain.project import PROJECT
from domain.project_state import BROUGHT
from domain.requests import AnswerStep, CosignStep, RegisterProject
from domain.terms import StepTerm
from simulation.agenda import Dice, Story, paper
from simulation.check_stories import attest, attested_at_entry, set_what_is_wanted
from simulation.sample_model import Claim, Project
from simulation.stage import Stage

FIRST_DAY = (1, 4)
# The kind of step at which a "returned" project is sent back once; without one, at the first step that may send back.
RETURNED_AT = "survey"
SETTLES_BEFORE = timedelta(days=12)  # So long before the month of the settlement claim a building is done.


async def project_story(
    stage: Stage, profile: Profile, dice: Dice, project: Project, claims: tuple[Claim, ...]
) -> Story:
    """Take a project from its first paper as far as its sample says, by the steps that its own case names."""
    year = stage.today.year
    yield date(year, *FIRST_DAY) + dice.days(0, 20)
    await _register(stage, profile, project)
    await set_what_is_wanted(stage, profile, project.project_no)
    sent_back = False
    while (step := stage.state(PROJECT, project.project_no).step) and step.id != project.stop_at_step:
        for of, post in stage.state(PROJECT, project.project_no).to_cosign:
            cosign = CosignStep(step=of.id, opinion="样例：同意")
            await stage.act("project", project.project_no, cosign, post)
        if step.kind in BROUGHT:
            if step.kind == "plan":
                await attest(stage, profile, project.project_no, "plan")
            yield stage.today + timedelta(days=1)
            continue
        yield _day_of(step, stage, dice, project, claims)
        if step.kind == "bank":
            await attest(stage, profile, project.project_no, "bank")
        answer = _answer(step, project, stage, profile)
        if project.story == "returned" and not sent_back and step == _sends_back(stage, project):
            sent_back = True
            to = step.returns_to[-1]
            answer = AnswerStep(step=step.id, approve=False, opinion="样例：地类与规划不符，请核实后重报", return_to=to)
        decides = step.kind in duties.DECIDES
        barred = duties.prepared(stage.state(PROJECT, project.project_no).hands) if decides else ()
        await stage.act("project", project.project_no, answer, step.post, decides=decides, barred=barred)


def _sends_back(stage: Stage, project: Project) -> StepTerm | None:
    """Return the step that sends a "returned" project back."""
    registered = stage.state(PROJECT, project.project_no).registered
    able = [step for step in registered.terms.steps if step.returns_to] if registered else []
    return next((step for step in able if step.kind == RETURNED_AT), able[0] if able else None)


async def _register(stage: Stage, profile: Profile, project: Project) -> None:
    first = next(iter(profile.project.steps), None) if profile.project else None
    request = RegisterProject(
        name=project.name_zh,
        village=project.village,
        township=project.township,
        unit=project.unit,
        use=project.kind,
        budget_fen=project.budget_fen,
        record=_record(stage, project, first.id) if first and first.record else "",
    )
    await stage.act("project", project.project_no, request, first.post if first else None)


def _record(stage: Stage, project: Project, step: str) -> str:
    return paper(stage.county, project.project_no, step, stage.today)


def _answer(step: StepTerm, project: Project, stage: Stage, profile: Profile) -> AnswerStep:
    record = _record(stage, project, step.id) if step.record else ""
    if step.kind == "bank":
        tests = attested_at_entry(profile)
        return AnswerStep(step=step.id, approve=True, record=record, tests=tests)
    if step.kind != "contract":
        return AnswerStep(step=step.id, approve=True, record=record)
    return AnswerStep(
        step=step.id,
        approve=True,
        record=record,
        contractor=f"样例·施工单位（{project.project_no}）",
        amount_fen=project.contract_fen or project.budget_fen,
    )


def _day_of(step: StepTerm, stage: Stage, dice: Dice, project: Project, claims: tuple[Claim, ...]) -> date:
    """Return when a step is answered: in some days, but a building is done in time for its settlement."""
    if step.kind != "build":
        return stage.today + dice.days(2, 8)
    settled = [c.month for c in claims if c.project_no == project.project_no and c.kind == "settlement"]
    if not settled:
        return stage.today + dice.days(60, 90)
    return max(stage.today, date(stage.today.year, min(settled), 1) - SETTLES_BEFORE)
