"""What paid for an asset, what keeps it from being formed, and what its income may be for."""

from collections.abc import Iterator

from domain.asset_facts import AssetTerm, PaidFrom
from domain.claim import CLAIM
from domain.errors import RefusedError
from domain.procedures.asking import Asking
from domain.procedures.linkage import HALVES
from domain.project_state import ProjectState

# The last of these in a project's order is what an asset waits for.
BUILDS = ("accept", "build", "contract", "payments")


class NotBuiltError(RefusedError):
    """An asset of a project that is not accepted, or not built where its county has no acceptance."""

    zh = "项目 {project_no} 须先通过环节 {step}，才能登记资产 {asset_no}（{clause}）"
    en = "project {project_no} must pass {step} first: there is no asset {asset_no} to enter yet ({clause})"


class NotPaidError(RefusedError):
    """A claim that is not the project's, not paid, or in an asset already; or nothing that was paid at all."""

    zh = "项目 {project_no} 的报账 {claims} 没有可计入资产的支付（{clause}）；只能计入：{known}"
    en = "claims {claims} of project {project_no} paid nothing that is not in an asset yet ({clause}); only: {known}"


class UseError(RefusedError):
    """Income of an asset for a use that the county's text does not permit."""

    zh = "资产收益不能用于“{use}”（{clause}）；只能用于：{known}"
    en = "income of an asset is not for {use} ({clause}); only for: {known}"


def check_built(project: ProjectState, asset_no: str, clause: str) -> None:
    """Check that a project is accepted, or built where its order has no acceptance.

    Raises:
        NotBuiltError: If it is not.
    """
    assert project.registered is not None
    kinds = {step.kind for step in project.registered.terms.steps}
    needed = next((kind for kind in BUILDS if kind in kinds), "")
    if needed and needed not in project.passed_on:
        raise NotBuiltError(project_no=project.registered.project_no, step=needed, asset_no=asset_no, clause=clause)


def taken(asking: Asking, project: ProjectState, claims: tuple[str, ...], clause: str) -> tuple[PaidFrom, ...]:
    """Return the payments of *claims*, portion by portion: all that are in no asset yet, if none are named.

    Raises:
        NotPaidError: If one cannot be taken, or there is nothing to take.
    """
    assert project.registered is not None
    free = [no for no in project.money.claims if no not in project.claims_in_assets and _is_paid(asking, no)]
    if not free or set(claims) - set(free):
        named, known = ", ".join(claims) or "-", ", ".join(free) or "-"
        raise NotPaidError(project_no=project.registered.project_no, claims=named, known=known, clause=clause)
    chosen = [no for no in free if no in claims] if claims else free
    return tuple(paid for no in chosen for paid in _lines(asking, no))


def _is_paid(asking: Asking, claim_no: str) -> bool:
    claim = asking.read(CLAIM, asking.stream("claim", claim_no))
    return claim.paid and not claim.refunded


def _lines(asking: Asking, claim_no: str) -> Iterator[PaidFrom]:
    lodged = asking.read(CLAIM, asking.stream("claim", claim_no)).lodged
    assert lodged is not None
    for line in lodged.lines:
        yield PaidFrom(claim_no, line.fund_no, line.pool, line.amount_fen)


def permitted(term: AssetTerm, use: str) -> str:
    """Return a use in the text's own words, where it names the uses.

    Raises:
        UseError: If it is none of them.
    """
    known = {half: named for named in term.uses for half in (named, *named.split(HALVES))}
    if term.uses and use not in known:
        raise UseError(use=use, known="; ".join(term.uses), clause=term.clause)
    return known.get(use, use)
