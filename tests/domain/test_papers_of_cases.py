"""Papers (附件) asked of a case: by whom, for which step, what the file must be; and what a step takes from them."""

from dataclasses import replace
from typing import Any

import pytest

from domain.cases import CaseId
from domain.claim import CLAIM
from domain.claim_correcting import ClaimContentError
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.paper_refusals import (
    EmptyFileError,
    FileEndingError,
    FileNameError,
    FileTooLargeError,
    FileTypeError,
    NoSuchPaperError,
    NotYourPaperError,
    PaperKeptError,
    PapersClosedError,
    PapersMissingError,
    PaperStandsError,
)
from domain.paper_requests import AttachPaper, WithdrawPaper
from domain.papers import PAPERS, papers_stream, standing_digests
from domain.policy import load, parse
from domain.procedures.asking import NoRuleStatedError, rules_of
from domain.procedures.papers import OfStep, steps_of
from domain.project import PROJECT, RecordMissingError
from domain.project_facts import StepPassed
from domain.requests import AnswerGate, AnswerStep, LodgeClaim
from tests.domain import county as of_county
from tests.domain.county import ENGINE, POLICIES, County, contract, line
from tests.domain.given import WAN

PDF = "application/pdf"
SEEN, NEWER, PHOTO, BILL = "1" * 64, "2" * 64, "3" * 64, "4" * 64
MIB = 1024 * 1024
SAMPLE = (POLICIES / "sample.toml").read_text(encoding="utf-8")
ACCEPT = 'record = "acceptance_report"\n'


def attach(paper: str, step: str, digest: str = SEEN, **more: Any) -> AttachPaper:
    said: dict[str, Any] = {"file_name": "附件.pdf", "size_bytes": 9, "media_type": PDF} | more
    return AttachPaper(paper=paper, step=step, digest=digest, **said)


def attached(county: County, kind: str, no: str, request: AttachPaper, post: str, person: str = "") -> None:
    county.ask(kind, no, request, post, person=person)


def digests(county: County, kind: str, no: str) -> dict[str, str]:
    return standing_digests(county.ledger.state(PAPERS, papers_stream(f"{county.name}/{kind}/{no}")))


def with_text(ledger: Ledger, *edits: tuple[str, str]) -> County:
    """Return the sample county under rules with pieces of their text replaced."""
    text = SAMPLE
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    county = County(ledger, "sample")
    county.adopt(parse(text, "edited"))
    return county


@pytest.fixture
def surveyed(sample: County) -> County:
    """Project A01 waits for its field survey."""
    sample.declares("A01")
    sample.explains("A01")
    sample.passes("A01", "township_review", "township_office")
    return sample


# What a step takes.


def test_a_step_takes_the_paper_that_is_attached_for_it(surveyed: County) -> None:
    answer = AnswerStep(step="field_survey", approve=True)
    surveyed.refuses("project", "A01", answer, "field_team", RecordMissingError, "survey_opinion")
    wrong = attach("survey_opinion", "township_review", PHOTO)
    surveyed.refuses("project", "A01", wrong, "field_team", NotYourPaperError, "township_office", "field_team")
    attached(surveyed, "project", "A01", wrong, "township_office")
    # It came to a step that was passed without it, whose signature fell by that.
    surveyed.passes("A01", "township_review", "township_office")
    surveyed.refuses("project", "A01", answer, "field_team", RecordMissingError, "survey_opinion")
    attached(surveyed, "project", "A01", attach("survey_opinion#2", "field_survey"), "field_team")
    recorded = surveyed.ask("project", "A01", answer, "field_team")
    assert [r.fact.record for r in recorded if isinstance(r.fact, StepPassed)] == [SEEN]
    assert digests(surveyed, "project", "A01") == {"survey_opinion": PHOTO, "survey_opinion#2": SEEN}


def test_a_digest_in_the_answer_goes_before_what_is_attached(surveyed: County) -> None:
    attached(surveyed, "project", "A01", attach("survey_opinion", "field_survey"), "field_team")
    surveyed.passes("A01", "field_survey", "field_team", record=NEWER)
    (passed,) = [
        e.fact for e in surveyed.ledger.log() if isinstance(e.fact, StepPassed) and e.fact.step == "field_survey"
    ]
    assert passed.record == NEWER


def test_what_a_step_lacks_is_listed_whole(ledger: Ledger) -> None:
    needs = 'papers = ["photos", "measured_list"]\n'
    county = with_text(ledger, (ACCEPT, ACCEPT + needs))
    to_acceptance(county)
    answer, post = AnswerStep(step="accept", approve=True), "competent_department"
    lacking = "acceptance_report, photos, measured_list"
    county.refuses("project", "A01", answer, post, PapersMissingError, "sample/project/A01", "accept", lacking)
    given = replace_record(answer)
    county.refuses("project", "A01", given, post, PapersMissingError, "photos, measured_list")
    attached(county, "project", "A01", attach("photos", "accept", PHOTO), "implementing_unit")
    attached(county, "project", "A01", attach("photos#2", "accept", BILL), "implementing_unit")
    county.refuses("project", "A01", given, post, PapersMissingError, "measured_list")
    attached(county, "project", "A01", attach("measured_list", "accept", NEWER), post)
    county.ask("project", "A01", given, post)
    assert county.state(PROJECT, "A01").step.id == "title"


def replace_record(answer: AnswerStep) -> AnswerStep:
    return AnswerStep(step=answer.step, approve=True, record=SEEN)


def to_acceptance(county: County) -> None:
    county.receives()
    county.banks("A01")
    county.plans("P1", line(200 * WAN))
    county.releases("F1", "P1")
    county.ask("project", "A01", contract(180 * WAN), "implementing_unit")
    county.passes("A01", "build", "implementing_unit", record=of_county.PAPER)


def test_a_claim_takes_what_was_attached_before_it_was_lodged(ledger: Ledger) -> None:
    county = with_text(ledger, ('papers = ["vouchers"]', 'papers = ["application", "vouchers"]'))
    to_acceptance(county)
    asked = LodgeClaim(project_no="A01", kind="progress", lines=(line(10 * WAN),), payee="建筑公司", vouchers=())
    county.refuses("claim", "C1", asked, "implementing_unit", ClaimContentError, "vouchers")
    attached(county, "claim", "C1", attach("vouchers", "lodge", BILL), "implementing_unit")
    attached(county, "claim", "C1", attach("vouchers#2", "lodge", PHOTO), "implementing_unit")
    county.refuses("claim", "C1", asked, "implementing_unit", ClaimContentError, "application")
    attached(county, "claim", "C1", attach("application", "lodge"), "implementing_unit")
    county.ask("claim", "C1", asked, "implementing_unit")
    lodged = county.state(CLAIM, "C1").lodged
    assert lodged.vouchers == (BILL, PHOTO)
    assert [(paper.kind, paper.digest) for paper in lodged.papers] == [("application", SEEN)]


def test_a_gate_lets_nothing_through_without_its_papers(ledger: Ledger) -> None:
    gate = SAMPLE[SAMPLE.index('[[claims.gates]]\nid = "payment_centre"') :].partition("\n\n")[0]
    county = with_text(ledger, (gate, f'{gate}\npapers = ["check_list"]'))
    to_acceptance(county)
    county.lodges("C1", line(10 * WAN))
    county.clears("C1", "finance_section")
    passes = AnswerGate(gate="payment_centre", approve=True)
    county.refuses("claim", "C1", passes, "payment_centre", PapersMissingError, "payment_centre", "check_list")
    attached(county, "claim", "C1", attach("check_list", "payment_centre"), "payment_centre")
    county.ask("claim", "C1", passes, "payment_centre")
    assert county.waits(CLAIM, "C1") == [("deputy_director", "deputy_director")]


def test_a_claim_is_returned_whatever_papers_it_lacks(ledger: Ledger) -> None:
    gate = SAMPLE[SAMPLE.index('[[claims.gates]]\nid = "finance_section"') :].partition("\n\n")[0]
    county = with_text(ledger, (gate, f'{gate}\npapers = ["check_list"]'))
    to_acceptance(county)
    county.lodges("C1", line(10 * WAN))
    county.ask("claim", "C1", AnswerGate(gate="finance_section", approve=False, opinion="缺清单"), "finance_section")


def test_minutes_are_attached_to_the_stage_that_files_them(sample: County) -> None:
    sample.receives()
    sample.banks("A01")
    sample.drafts("P1", line(200 * WAN))
    sample.approves("P1", "M-P1")
    case = CaseId("sample", "plan", "P1")
    of_step = steps_of(sample.ledger.state, case, lambda: rules_of(sample.ledger.state, "sample"))
    assert of_step == {"minutes:leading_group": OfStep(("leading_group",), ("minutes",))}
    attached(sample, "plan", "P1", attach("minutes", "minutes:leading_group"), "leading_group")
    assert digests(sample, "plan", "P1") == {"minutes": SEEN}


# By whom, and in which version.


def test_a_paper_is_changed_by_whose_it_is(surveyed: County) -> None:
    attached(surveyed, "project", "A01", attach("survey_opinion", "field_survey"), "village_committee")
    newer = attach("survey_opinion", "field_survey", NEWER, replaces=SEEN, reason="样例：补签字")
    theirs = "village_committee / field_team"
    surveyed.refuses("project", "A01", newer, "rrb", NotYourPaperError, theirs, "rrb")
    blind = attach("survey_opinion", "field_survey", NEWER)
    surveyed.refuses("project", "A01", blind, "field_team", PaperStandsError, SEEN)
    surveyed.ask("project", "A01", newer, "field_team")
    assert digests(surveyed, "project", "A01") == {"survey_opinion": NEWER}
    stale = attach("survey_opinion", "field_survey", PHOTO, replaces=SEEN, reason="样例：又补")
    surveyed.refuses("project", "A01", stale, "field_team", PaperStandsError, NEWER, SEEN)


@pytest.mark.parametrize("reason", ["", " \t\u3000"])
def test_a_new_version_says_why(surveyed: County, reason: str) -> None:
    attached(surveyed, "project", "A01", attach("survey_opinion", "field_survey"), "field_team")
    newer = attach("survey_opinion", "field_survey", NEWER, replaces=SEEN, reason=reason)
    surveyed.refuses("project", "A01", newer, "field_team", BadInputError, "reason")


def test_a_paper_is_taken_back_before_its_step_is_taken(surveyed: County) -> None:
    attached(surveyed, "project", "A01", attach("survey_opinion", "field_survey"), "field_team")
    other = WithdrawPaper(paper="survey_opinion", digest=NEWER, reason="样例：附错")
    surveyed.refuses("project", "A01", other, "field_team", NoSuchPaperError, SEEN, NEWER)
    back = WithdrawPaper(paper="survey_opinion", digest=SEEN, reason="样例：附错")
    surveyed.refuses("project", "A01", back, "township_office", NotYourPaperError, "field_team")
    surveyed.ask("project", "A01", back, "field_team")
    assert digests(surveyed, "project", "A01") == {}
    attached(surveyed, "project", "A01", attach("survey_opinion", "field_survey"), "field_team")
    surveyed.passes("A01", "field_survey", "field_team")
    surveyed.refuses("project", "A01", back, "field_team", PaperKeptError, "field_survey", "bank")


def test_a_claim_keeps_its_vouchers_once_it_is_lodged(sample: County) -> None:
    to_acceptance(sample)
    attached(sample, "claim", "C1", attach("vouchers", "lodge", BILL), "implementing_unit")
    sample.lodges("C1", line(10 * WAN))
    back = WithdrawPaper(paper="vouchers", digest=BILL, reason="样例：附错")
    sample.refuses("claim", "C1", back, "implementing_unit", PaperKeptError, "lodge", "finance_section")


def test_a_step_that_the_case_does_not_have_is_refused(surveyed: County) -> None:
    wrong = attach("survey_opinion", "no_such_step")
    surveyed.refuses("project", "A01", wrong, "field_team", BadInputError, "no_such_step", "field_survey")
    surveyed.refuses("fund", "F9", attach("notice", "report"), "finance_section", BadInputError, "sample/fund/F9")


def test_a_case_that_is_over_takes_no_paper(sample: County) -> None:
    to_acceptance(sample)
    sample.lodges("C1", line(10 * WAN))
    sample.clears("C1", *of_county.GATES)
    sample.pays("C1")
    sample.refuses("claim", "C1", attach("vouchers", "lodge"), "implementing_unit", PapersClosedError, "paid")


# What a file must be.


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../合同.pdf", "路径"),
        ("/etc/passwd.pdf", "路径"),
        ("C:\\合同.pdf", "路径"),
        ("..", "路径"),
        ("合同\u202efdp.exe", "控制字符"),
        ("合同\x00.pdf", "控制字符"),
        ("合同\n.pdf", "控制字符"),
        (" 合同.pdf", "空格"),
        ("合" * 90 + ".pdf", "274"),
    ],
)
def test_a_name_is_no_path_and_looks_like_what_it_is(surveyed: County, name: str, why: str) -> None:
    bad = attach("survey_opinion", "field_survey", file_name=name)
    surveyed.refuses("project", "A01", bad, "field_team", FileNameError, 255)
    with pytest.raises(FileNameError) as caught:
        surveyed.run("project", "A01", bad, surveyed.act("again", "field_team"))
    assert why in caught.value.text("zh")


@pytest.mark.parametrize(
    ("changes", "error", "numbers"),
    [
        ({"size_bytes": 0}, EmptyFileError, ("附件.pdf",)),
        ({"size_bytes": 50 * MIB + 1}, FileTooLargeError, (50, 50 * MIB + 1, "engine A-57")),
        ({"size_bytes": 2 * 1024 * MIB}, FileTooLargeError, (50, 2 * 1024 * MIB)),
        ({"media_type": "application/zip"}, FileTypeError, ("application/zip", "pdf", "docx", "engine A-57")),
        ({"media_type": "image/png"}, FileEndingError, ("image/png", ".png")),
        ({"file_name": "附件"}, FileEndingError, (".pdf",)),
        ({"file_name": "pdf"}, FileEndingError, (".pdf",)),
        ({"file_name": "附件.pdf.exe"}, FileEndingError, (".pdf",)),
    ],
)
def test_a_file_is_of_an_allowed_type_and_size(
    surveyed: County, changes: dict[str, Any], error: type[Any], numbers: tuple[object, ...]
) -> None:
    bad = attach("survey_opinion", "field_survey", **changes)
    surveyed.refuses("project", "A01", bad, "field_team", error, *numbers)


@pytest.mark.parametrize("changes", [{"size_bytes": 50 * MIB}, {"size_bytes": 1}, {"file_name": "附件.PDF"}])
def test_a_file_at_the_bounds_is_taken(surveyed: County, changes: dict[str, Any]) -> None:
    attached(surveyed, "project", "A01", attach("survey_opinion", "field_survey", **changes), "field_team")


OWN_RULE = """
[files]
size_most_mib = 2
types = [{ media_type = "image/png", endings = ["png"] }]
source = "样例办法第9条"
"""


def test_a_countys_own_rule_goes_before_the_engines(ledger: Ledger) -> None:
    county = with_text(ledger, ("[claims]\n", f"{OWN_RULE}\n[claims]\n"))
    county.declares("A01")
    large = attach("survey_opinion", "field_survey", file_name="a.png", media_type="image/png", size_bytes=3 * MIB)
    county.refuses("project", "A01", large, "field_team", FileTooLargeError, 2, "样例办法第9条")
    county.refuses(
        "project", "A01", attach("survey_opinion", "field_survey"), "field_team", FileTypeError, PDF, "样例办法第9条"
    )


def test_nothing_is_attached_under_rules_from_before(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    older = replace(ENGINE, text=ENGINE.text.partition("# A-57")[0])
    monkeypatch.setattr(of_county, "ENGINE", older)
    county = County(ledger, "sample")
    county.adopt(load(POLICIES / "sample.toml"))
    county.declares("A01")
    request = attach("survey_opinion", "field_survey")
    county.refuses("project", "A01", request, "field_team", NoRuleStatedError, "files")
