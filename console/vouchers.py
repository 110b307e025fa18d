"""The vouchers and papers of a claim: what each is, its file, its size and its digest."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from console.house import House
from domain.cases import CaseId, case_id
from domain.claim import CLAIM
from domain.claim_state import LODGE
from domain.papers import PAPERS, PaperAttached, PapersState, papers_stream
from doors.names import Names
from doors.texts import t

DIGEST_SHOWN = 12
_KILO = 1024


@dataclass(frozen=True)
class Voucher:
    """One of them. *url* opens the file; "" where only its digest was given, and the file is not kept here."""

    name: str
    step: str
    digest: str
    url: str = ""
    file_name: str = ""
    size: str = ""

    @property
    def digest_shown(self) -> str:
        """Return the beginning of its digest."""
        return f"{self.digest[:DIGEST_SHOWN]}…"


def vouchers_of(house: House, case: CaseId) -> tuple[Voucher, ...]:
    """Return a claim's vouchers, its other papers, and what is attached for its gates."""
    own, names = case_id(*case), house.names(case.county)
    lodged = house.ledger.shared(CLAIM, own).lodged
    papers = house.ledger.shared(PAPERS, papers_stream(own))
    kept = _by_digest(papers)
    own_papers = enumerate(lodged.vouchers if lodged else (), 1)
    said = [(t(f"凭证 {number}", f"voucher {number}"), digest) for number, digest in own_papers]
    said += [(names.word(paper.kind), paper.digest) for paper in (lodged.papers if lodged else ())]
    found = [_voucher(case, name, LODGE, digest, kept, names) for name, digest in said]
    shown = {digest for _, digest in said}
    rest = (one for one in papers.standing.values() if one.digest not in shown)
    found += [_voucher(case, names.word(one.kind), one.step, one.digest, kept, names) for one in rest]
    return tuple(found)


def size_said(size_bytes: int) -> str:
    """Return a file's size as people read it."""
    kilobytes = size_bytes / _KILO
    return f"{kilobytes / _KILO:.1f} MB" if kilobytes >= _KILO else f"{max(kilobytes, 0.1):.1f} KB"


def _by_digest(papers: PapersState) -> dict[str, PaperAttached]:
    return {one.digest: one for one in _all(papers.versions.values())}


def _all(versions: Iterable[list[PaperAttached]]) -> Iterator[PaperAttached]:
    for of_paper in versions:
        yield from of_paper


def _voucher(case: CaseId, name: str, step: str, digest: str, kept: dict[str, PaperAttached], names: Names) -> Voucher:
    file = kept.get(digest)
    if file is None:
        return Voucher(name, names.step(step), digest)
    url = f"/{case_id(*case)}/papers/{digest}"
    return Voucher(name, names.step(step), digest, url, file.file_name, size_said(file.size_bytes))
