"""What is asked of the hotline (举报电话): a report is taken down, and answered, where a county's text has one."""

from collections.abc import Iterator

from domain.cases import parse_case
from domain.errors import BadInputError
from domain.hotline import HOTLINE, AnswerReport, NoSuchReportError, ReportTaken, TakeReport
from domain.ledger import Step
from domain.procedures.asking import Asking, NoRuleStatedError
from domain.registry import BY_KIND
from domain.requests import AnswerReport as AnswerRequest
from domain.requests import TakeReport as TakeRequest


def take(asking: Asking, request: TakeRequest) -> Iterator[Step]:
    """Take a report down, for the post that the hotline is with."""
    hotline = asking.rules().profile.hotline
    if hotline is None:
        raise NoRuleStatedError(question="where can the public report?", key="hotline")
    asking.needs_post(hotline.post, "take a report down", hotline.clause)
    if not request.words.strip():
        raise BadInputError("words", "it must say something")
    _check_about(asking, request.about)
    act, county = asking.act.under(hotline.clause), asking.case.county
    post = hotline.post or ""
    taken = ReportTaken(act, county, asking.case.no, hotline.id, request.words, post, request.about, request.record)
    yield Step(asking.own, TakeReport(act, taken))


def _check_about(asking: Asking, about: str) -> None:
    if not about:
        return
    case = parse_case(about)
    if case.county != asking.case.county or not asking.read(BY_KIND[case.kind], about).done:
        raise BadInputError("about", f"{asking.case.county} has no case {about!r}")


def answer(asking: Asking, request: AnswerRequest) -> Iterator[Step]:
    """Answer a report, for the post that took it down."""
    taken = asking.read(HOTLINE, asking.own).taken
    if taken is None:
        raise NoSuchReportError(report_no=asking.case.no)
    asking.needs_post(taken.post, "answer a report", taken.act.clause)
    if not request.answer.strip():
        raise BadInputError("answer", "it must say something")
    act = asking.act.under(taken.act.clause)
    yield Step(asking.own, AnswerReport(act, request.founded, request.answer, request.record))
