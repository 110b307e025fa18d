"""What a sample year's people say of a project for its county's checks, each before what it would otherwise bar."""

from domain.bank_facts import EntryAnswer
from domain.policy import Profile
from domain.policy.bars import Point, bars
from domain.procedures.bans import linkage_setter, target_setter
from domain.project import PROJECT
from domain.requests import AttestBan, SetLinkage, SetTarget
from simulation.agenda import paper
from simulation.stage import Stage

HOUSEHOLDS = 36


async def set_what_is_wanted(stage: Stage, profile: Profile, project_no: str) -> None:
    """Set the target and the linkage where the county's rules stop a project without them."""
    registered = stage.state(PROJECT, project_no).registered
    assert registered is not None
    wanted = {bar.when for bar in bars(profile) if bar.at}
    if "target_missing" in wanted:
        target = SetTarget(
            target="样例：年内建成并通过验收，受益农户满意度不低于95%",
            record=paper(stage.county, project_no, "target"),
        )
        await stage.act("project", project_no, target, target_setter(profile, registered)[0])
    if "linkage_missing" in wanted:
        linkage = SetLinkage(
            mode="样例：订单收购、吸纳就业",
            households=HOUSEHOLDS,
            record=paper(stage.county, project_no, "linkage"),
        )
        await stage.act("project", project_no, linkage, linkage_setter(profile, registered)[0])


def attested_at_entry(profile: Profile) -> tuple[EntryAnswer, ...]:
    """Return what the post that enters a project in the bank attests with it: every test that a person answers."""
    tests = profile.bank.tests if profile.bank else ()
    of_people = (test for test in tests if test.check == "attested")
    return tuple(EntryAnswer(test.id, met=True, opinion=f"样例：经审查，{test.zh}") for test in of_people)


async def attest(stage: Stage, profile: Profile, project_no: str, point: Point) -> None:
    """Attest that a project is clear of what a post must judge before *point*, once.

    Where the rules name no post nobody does: it is for the engine to say so.
    """
    for bar in bars(profile):
        if bar.when != "attested" or point not in bar.at or bar.attested_by is None:
            continue
        if bar.id not in stage.state(PROJECT, project_no).checks.attested:
            clear = AttestBan(ban=bar.id, clear=True, opinion=f"样例：经核查，不属于“{bar.zh}”")
            await stage.act("project", project_no, clear, bar.attested_by)
