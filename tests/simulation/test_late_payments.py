"""Late payments: a release and a payment past their days in three counties, each on its ladder, to the month's end.

No county's text has a limit of days for a payment, and two have none for a release, so an office decision sets them, as
an office would. Jiashi's chain is its own (JS L11); Guangfeng's office writes a ladder; Meilan's office names a chain,
which the engine's rule (A-52) climbs. What the month then does is each county's own text.
"""

from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from domain.calendar import day_of
from domain.cases import case_id
from domain.dispatch_facts import CircularIssued, RankingMade, ReferralDrafted, ReferralHandedOver, RungTaken
from domain.ledger import Ledger
from simulation.sample_model import Samples
from tests.simulation.late import one_project, play, told

# The second of its two gates, in days that end with the month.
GATE = (
    'kind = "recheck"\n',
    """kind = "recheck"
deadline = { id = "gate_finance", kind = "counted", count = 25, unit = "calendar", start = "gate_open" }
""",
)
OF_JIASHI = """
[decision]
county = "jiashi"
no = "样例伽财办〔2022〕1号"
date = 2022-01-04
source = "样例：为演示拟定，不是该县的文件 / a sample made for the play, no paper of the county's"
sample = true

[profile.claims.gates.payment_centre.deadline]
id = "gate_payment_centre"
kind = "counted"
count = 25
unit = "calendar"
start = "gate_open"
responsible = "payment_centre"
"""
OF_GUANGFENG = """
[profile.release.deadline]
id = "release"
kind = "counted"
count = 5
unit = "working"
start = "plan_approved"
responsible = "finance_bureau"
ladder = "late"

[profile.ladders.late]
zh = "样例·逾期督促"
en = "what follows a broken limit (sample)"

[[profile.ladders.late.rungs]]
id = "warn"
zh = "样例·提醒"
en = "warning (sample)"
trigger = "deadline_breached"
subject = "post"
actor = "rrb"
effect = "warn"
wait_days = 0

[[profile.ladders.late.rungs]]
id = "talk"
zh = "样例·约谈"
en = "interview (sample)"
trigger = "deadline_breached"
subject = "post"
actor = "party_leaders"
effect = "interview"
wait_days = 3
"""
OF_MEILAN = """
[profile.chain]
posts = ["competent_department", "leading_group_office", "leading_group"]

[profile.release.deadline]
id = "release"
kind = "counted"
count = 5
unit = "calendar"
start = "plan_approved"
responsible = "finance_bureau"
"""


async def month(
    env: WorkflowEnvironment, file: Path, year: Samples, seed: int, no: str, *clocks: str
) -> tuple[list[list[str]], list[tuple[str, str, str]]]:
    """Play, and return the lives of the clocks, and what the month's dispatch did: its day, what, and on or to whom."""
    with Ledger(f"sqlite:///{file}") as ledger:
        await play(env, ledger, year, seed)
        county = year.head.county
        lives = [told(ledger, case_id(county, "obligation", clock)) for clock in clocks]
        done = (_done(fact) for fact in ledger.facts(case_id(county, "dispatch", no)))
        return lives, [one for one in done if one]


def _done(fact: object) -> tuple[str, str, str] | None:
    match fact:
        case CircularIssued(to=to):
            what, whom = "circular", " ".join(to)
        case RankingMade(back=back):
            what, whom = "ranked", " ".join(back)
        case RungTaken(effect=effect, subject=subject):
            what, whom = effect, subject
        case ReferralDrafted(units=units):
            what, whom = "referral drafted", " ".join(f"{one.subject} {one.actual_fen}/{one.task_fen}" for one in units)
        case ReferralHandedOver():
            what, whom = "referral handed over", fact.act.post
        case _:
            return None
    return f"{day_of(fact.act.recorded_at):%m-%d}", what, whom


async def test_jiashi_climbs_its_chain_and_refers_the_unit_that_is_below_its_task(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    year = one_project("jiashi-2022", "B10", "P-2022-2", "B10-1", 6, OF_JIASHI)
    clocks = "fund-F2-release-P-2022-2", "claim-B10-1-v1-payment_centre"
    (release, payment), done = await month(skipping, tmp_path / "year.db", year, 1, "2022-06", *clocks)
    assert release == [
        "03-14 due 03-19, poverty_section",
        "03-18 poverty_section p-004 reminded",
        "03-20 broken by poverty_section p-004",
        "03-20 rung 1: chief_watch_post p-010",
        "03-22 rung 2: deputy_director p-008",
        "03-24 rung 3: director p-009",
        "03-25 release done",
        "03-25 met 6 days late",
    ]
    assert payment == [
        "06-08 due 07-03, payment_centre",
        "07-02 payment_centre p-006 reminded",
        "07-04 broken by payment_centre p-006",
        "07-04 rung 1: chief_watch_post p-010",
        "07-06 rung 2: deputy_director p-008",
        "07-07 answer done",
        "07-07 met 4 days late",
    ]
    unit = year.projects[0].unit
    assert done == [
        ("06-29", "circular", "party_committee county_government"),
        ("06-29", "circular", unit),
        ("06-29", "referral drafted", f"{unit} 0/{year.claims[0].amount_fen}"),
        ("06-29", "referral handed over", "finance_bureau"),
        ("06-29", "referral", unit),
    ]


async def test_guangfeng_climbs_the_ladder_of_its_office_and_talks_to_the_township_at_the_back(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    on_ladder = (GATE[0], GATE[1].replace(" }", ', ladder = "late" }'))
    year = one_project("guangfeng-2021", "G10", "P-2021-2", "G10-1", 6, OF_GUANGFENG, on_ladder)
    clocks = "fund-F2-release-P-2021-2", "claim-G10-1-v1-finance_review"
    (release, payment), done = await month(skipping, tmp_path / "year.db", year, 1, "2021-06", *clocks)
    assert release == [
        "03-22 due 03-29, finance_bureau",
        "03-28 finance_bureau p-206 reminded",
        "03-30 broken by finance_bureau p-206",
        "03-30 rung 1: rrb p-208 warn",
        "04-02 rung 2: party_leaders p-212 interview",
        "04-03 release done",
        "04-03 met 5 days late",
    ]
    assert payment == [
        "06-05 due 06-30, finance_bureau",
        "06-29 finance_bureau p-206 reminded",
        "07-01 broken by finance_bureau p-206",
        "07-01 rung 1: rrb p-208 warn",
        "07-04 rung 2: party_leaders p-212 interview",
        "07-04 answer done",
        "07-04 met 4 days late",
    ]
    township = year.projects[0].township
    assert done == [("06-29", "ranked", township), ("06-29", "rank", township), ("06-29", "interview", township)]


async def test_meilan_climbs_the_engines_chain_and_follows_the_slow_project_to_its_accountability(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    year = one_project("meilan-2023", "SJ1", "P-2023-1", "SJ1-1", 8, OF_MEILAN, GATE)
    clocks = "fund-F1-release-P-2023-1", "claim-SJ1-1-v1-finance_review"
    (release, payment), done = await month(skipping, tmp_path / "year.db", year, 3, "2023-08", *clocks)
    assert release == [
        "05-24 due 05-29, finance_bureau",
        "05-28 finance_bureau p-305 reminded",
        "05-30 broken by finance_bureau p-305",
        "05-30 rung 1: competent_department p-306",
        "06-01 rung 2: leading_group_office p-311",
        "06-03 rung 3: leading_group p-361",
        "06-04 release done",
        "06-04 met 6 days late",
    ]
    assert payment == [
        "08-01 due 08-26, finance_bureau",
        "08-25 finance_bureau p-305 reminded",
        "08-27 broken by finance_bureau p-305",
        "08-27 rung 1: competent_department p-306",
        "08-29 rung 2: leading_group_office p-311",
        "08-30 answer done",
        "08-30 met 4 days late",
    ]
    assert done == [
        ("08-30", "circular", ""),
        ("08-30", "circular", "SJ1"),
        ("08-30", "interview", "SJ1"),
        ("08-30", "rectify", "SJ1"),
        ("09-14", "accountability", "SJ1"),
    ]
