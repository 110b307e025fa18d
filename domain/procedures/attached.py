"""What a step takes from the papers that are attached to its case (附件): its record, its papers, its vouchers."""

from collections.abc import Iterable

from domain.claim_facts import ClaimPaper
from domain.content import Attached
from domain.paper_refusals import PapersMissingError
from domain.papers import PAPERS, PapersState, for_step, missing, papers_stream
from domain.policy.claims import VOUCHERS
from domain.procedures.asking import Asking
from domain.requests import LodgeClaim
from domain.terms import GateTerm, StepTerm

LODGE = "lodge"


def of_case(asking: Asking) -> PapersState:
    """Return the papers of the case that is asked about."""
    return asking.read(PAPERS, papers_stream(asking.own))


def before(asking: Asking) -> tuple[tuple[str, Attached], ...]:
    """Return what is attached to a case that begins, by name: from then on its own stream tells of papers."""
    return tuple((name, Attached(one.step, one.digest)) for name, one in sorted(of_case(asking).standing.items()))


def record_of(asking: Asking, step: StepTerm, given: str) -> str:
    """Return the digest of a step's record: as given with the answer, else of what is attached for the step.

    Raises:
        PapersMissingError: If the step's papers are not attached; it names the record too, if that is missing.
    """
    papers = of_case(asking)
    there = for_step(papers, step.id, step.record)
    record = given or (there[0].digest if there else "")
    if lacking := missing(papers, step.id, step.papers):
        _refuse(asking, step, lacking if record or not step.record else (step.record, *lacking))
    return record


def check_papers(asking: Asking, gate: GateTerm) -> None:
    """Check that what a gate asks for is attached.

    Raises:
        PapersMissingError: If not, with all that is missing.
    """
    if lacking := missing(of_case(asking), gate.id, gate.papers):
        _refuse(asking, gate, lacking)


def _refuse(asking: Asking, step: StepTerm | GateTerm, lacking: Iterable[str]) -> None:
    names = ", ".join(lacking)
    raise PapersMissingError(case=asking.own, step=step.id, missing=names, clause=step.clause)


def papers_of_claim(
    asking: Asking, request: LodgeClaim, kinds: Iterable[str]
) -> tuple[tuple[str, ...], tuple[ClaimPaper, ...]]:
    """Return the vouchers and the other papers of a claim: those given, and those attached for its lodging."""
    papers = of_case(asking)
    vouchers = dict.fromkeys((*request.vouchers, *(one.digest for one in for_step(papers, LODGE, VOUCHERS))))
    attached = (ClaimPaper(kind, one.digest) for kind in kinds for one in for_step(papers, LODGE, kind))
    return tuple(vouchers), tuple(dict.fromkeys((*request.papers, *attached)))
