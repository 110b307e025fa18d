"""Two counties under supervision: Meilan's project forms an asset; Jiashi discloses, dispatches, watches, evaluates."""

from datetime import date

from domain.cases import case_id
from domain.dispatch_requests import (
    ActualSaid,
    EnterActuals,
    FindAnomaly,
    HandOverReferral,
    IssueCircular,
    SetMonthPlan,
    TakeLook,
    TaskSaid,
)
from domain.ledger import Ledger, Step
from domain.obligation_facts import Pause
from domain.requests import (
    Aim,
    AnswerReport,
    Came,
    EnterDisclosure,
    EvaluateResult,
    FormAsset,
    MonitorResult,
    PublishDisclosure,
    RaiseObjection,
    RuleObjection,
    SetMeasures,
    TakeReport,
    WithdrawDisclosure,
)
from tests.domain.county import CALENDAR, ONE_DAY, PAPER
from tests.domain.disclosed import ADDRESS, Disclosing
from tests.domain.given import WAN
from tests.domain.test_disclosed import PORTAL
from tests.domain.test_trainings import training
from tests.domain.walk import PROJECT_NO, Walk

BUREAU, UNIT = "finance_bureau", "样例·单位"
ARRIVAL, PAUSED, BY_HAND = "arrivals-fund_arrived-F1", "allocations-plan_in_force-P1", "K1"
MONTH, WEEK = "2023-05", "2023-W19"


def tell(ledger: Ledger) -> None:
    """Tell all of it."""
    forms_an_asset(Disclosing.opened(ledger, "meilan"))
    jiashi = Disclosing.opened(ledger, "jiashi")
    discloses(jiashi)
    builds(jiashi)
    dispatches(jiashi)
    evaluates(jiashi)


def forms_an_asset(meilan: Walk) -> None:
    """All money of two pools goes into one cold store."""
    meilan.receive()
    meilan.register()
    meilan.go_on("title")
    meilan.pay()
    meilan.ask("asset", "Z1", FormAsset(project_no=PROJECT_NO, name="冷库", nature="经营性"), "project_unit")
    meilan.go_on()


def discloses(jiashi: Disclosing) -> None:
    """One entry is public late and corrected after an objection, one taken back."""
    jiashi.receive()
    county = jiashi.county
    county.ask("disclosure", BY_HAND, EnterDisclosure(rule="performance", words="样例：绩效自评"), BUREAU)
    county.ask("disclosure", BY_HAND, WithdrawDisclosure(reason="样例：尚未定稿"), BUREAU)
    arose = jiashi.entries()[ARRIVAL].act.occurred_on
    county.today = arose + 23 * ONE_DAY
    county.ask("disclosure", ARRIVAL, PublishDisclosure(place=PORTAL, address=ADDRESS), BUREAU, on=arose + ONE_DAY)
    county.ask("disclosure", ARRIVAL, RaiseObjection(words="样例：金额不一致"), BUREAU)
    county.ask("disclosure", ARRIVAL, RuleObjection(number=1, upheld=True, reason="样例：录入有误"), BUREAU)
    jiashi.shows(ARRIVAL, PORTAL, BUREAU, corrects=1)
    county.ask("hotline", "R1", TakeReport(words="样例：进度慢"), BUREAU)
    county.ask("hotline", "R1", AnswerReport(founded=False, answer="样例：按期推进"), BUREAU)
    county.ask("hotline", "R2", TakeReport(words="样例：路灯不亮"), BUREAU)
    county.ask("training", "T1", training(attended=64), "poverty_section")
    county.ask("training", "T2", training(attended=46, corrects="T1"), "poverty_section")


def builds(jiashi: Disclosing) -> None:
    """The project's plan is in force in March, its payments come in May; of what waits a clock stands still."""
    jiashi.register()
    jiashi.go_on("payments")
    county, clock = jiashi.county, case_id("jiashi", "obligation", f"disclosure-{PAUSED}")
    pause = Pause(county.act("pause", "director"), f"p-{BUREAU}", "样例：停电", CALENDAR)
    county.ledger.execute(Step(clock, pause))
    county.today = date(2023, 5, 1)
    jiashi.go_on()


def dispatches(jiashi: Disclosing) -> None:
    """May falls short of its task, so that a referral is drafted and handed over; in a week one look of many."""
    county = jiashi.county
    tasks = SetMonthPlan(tasks=(TaskSaid(UNIT, 60 * WAN),), consulted=("industry_departments",), record=PAPER)
    county.ask("dispatch", MONTH, tasks, BUREAU)
    county.ask("dispatch", MONTH, EnterActuals(actuals=(ActualSaid(UNIT, 50 * WAN),)), BUREAU)
    county.ask("dispatch", MONTH, IssueCircular(said="样例", record=PAPER), BUREAU)
    county.ask("dispatch", MONTH, HandOverReferral(received_by="样例·县纪委"), BUREAU, person="p-named")
    county.today = date.fromisocalendar(2023, 19, 2)
    for request in (TakeLook(said="样例"), FindAnomaly(no="1", subject="F1", said="样例：闲置")):
        county.ask("watch", WEEK, request, "treasury_officer")


def evaluates(jiashi: Disclosing) -> None:
    """The project aimed at 300 tons: a look finds a deviation that nobody corrects, the evaluation 280."""
    county = jiashi.county
    county.ask("performance", PROJECT_NO, SetMeasures(measures=(Aim("产量", "吨", 300),)), "competent_department")
    county.today = date(2023, 11, 20)
    look = MonitorResult(year=2023, channel="online", values=(Came("产量", 90),), deviation="进度滞后")
    county.ask("performance", PROJECT_NO, look, BUREAU)
    done = EvaluateResult(year=2023, grade="良", score=86, values=(Came("产量", 280),), record=PAPER)
    county.ask("performance", PROJECT_NO, done, "third_party_team")
