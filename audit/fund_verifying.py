"""One fund verified right now: its facts packed as of the last seal, and the pack verified as its auditor would."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from audit.divergence import Divergence
from audit.pack_refusals import NeverSealedError, SealBrokenError
from audit.packing import pack, unsealed
from audit.seal_refusals import OddFactError
from audit.seals import Seal, Seals
from audit.store_verifying import heads_differ, verify_store
from audit.verify import Checkpoint, Pack, Report, Sealed, Trust, Verifier, counted
from audit.verify import RefusedError as UnreadPackError
from domain.cases import parse_case
from domain.errors import UnreadableFactError
from domain.ledger import Ledger
from domain.words import Both

Told = Callable[[int, int], None]
# A log that is not what was sealed: which fact it is, the whole store must be asked.
_BROKEN = (SealBrokenError, OddFactError, UnreadableFactError)
_LISTED_MOST = 100
NOTHING = Both("", "")


@dataclass(frozen=True)
class FundVerified:
    """What came of verifying a fund against the last seal: how much was looked at, and what was found.

    `elsewhere` counts what was found of other counties, which is not listed; `unsealed` the fund's facts that came
    after the seal and have no proof yet. `signers` took part in the seal by keys that the store itself names, unless
    others were *given*.
    """

    checkpoint: Checkpoint
    facts: int = 0
    unsealed: int = 0
    signers: tuple[str, ...] = ()
    given: bool = False
    checked: Both = NOTHING
    notes: tuple[Both, ...] = ()
    findings: tuple[Both, ...] = ()
    found: int = 0
    elsewhere: int = 0
    folded: bool = True  # Money was folded again: not where the log is not even what was sealed.

    @property
    def holds(self) -> bool:
        """Return whether nothing was found."""
        return not self.found and not self.elsewhere


def last_seal(ledger: Ledger, fund: str) -> Seal:
    """Return the last seal of a store.

    Raises:
        NeverSealedError: If nothing was ever sealed.
        DamagedSealError: If it is none.
    """
    seal = Seals(ledger).last()
    if seal is None:
        raise NeverSealedError(fund=fund)
    return seal


def verify_fund(
    ledger: Ledger, fund: str, calendars: Path, keys: tuple[Verifier, ...] = (), told: Told = lambda *_: None
) -> FundVerified:
    """Verify a *fund*'s case against the last seal: each fact's inclusion, and its money folded again.

    Without *keys* those are trusted that the store itself names, which proves nothing against who can write it.

    Raises:
        NeverSealedError: If nothing was ever sealed.
        FundNotSealedError: If the seal is older than the fund.
        DamagedSealError: If the seal is none.
        StoreUnreachableError: If the store does not answer.
    """
    seal = last_seal(ledger, fund)
    with TemporaryDirectory(prefix="bridgefund-verify-") as folder:
        out = Path(folder, "fund.zip")
        try:
            pack(ledger, fund, seal, out, calendars, told=told)
        except _BROKEN:
            return _of_store(ledger, parse_case(fund).county, seal, keys, told)
        try:
            opened = Pack(str(out), Trust(keys))
            sealed = opened.verify()
        except UnreadPackError as no:
            return _one(seal, Both(f"{no.where}：{no.words.zh}", f"{no.where}: {no.words.en}"))
    return _of_pack(opened.report, sealed, unsealed(ledger, fund, seal.position))


def _of_pack(report: Report, sealed: Sealed, behind: int) -> FundVerified:
    found = report.in_order()[:_LISTED_MOST]
    return FundVerified(
        sealed.checkpoint,
        facts=report.checked["facts"],
        unsealed=behind,
        signers=tuple(map(str, sealed.signers)),
        given=sealed.given,
        checked=Both(counted(report, "zh"), counted(report, "en")),
        notes=tuple(Both(*words) for words in report.notes),
        findings=tuple(Both(one.text("zh"), one.text("en")) for one in found),
        found=report.found,
    )


def _one(seal: Seal, words: Both) -> FundVerified:
    return FundVerified(seal.checkpoint, findings=(words,), found=1, folded=False)


def _of_store(ledger: Ledger, county: str, seal: Seal, keys: tuple[Verifier, ...], told: Told) -> FundVerified:
    """Return which facts are not what was sealed, by what was kept of each when it was written."""
    proofs = verify_store(ledger, keys, told=told)
    found = [*proofs.found, *heads_differ(ledger, proofs)]
    own = list(_of_county(found, county))
    return FundVerified(
        seal.checkpoint,
        facts=proofs.facts,
        signers=tuple(proofs.trusted),
        given=proofs.pinned,
        findings=tuple(one.words() for one in own[:_LISTED_MOST]),
        found=len(own),
        elsewhere=len(found) - len(own),
        folded=False,
    )


def _of_county(found: Iterable[Divergence], county: str) -> Iterable[Divergence]:
    """Yield what is of a county or of a seal: nobody is told of another county's cases."""
    return (one for one in found if one.fact.startswith((f"{county}/", "checkpoint ")))
