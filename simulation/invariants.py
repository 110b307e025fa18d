"""What must hold after every step of a simulation: money, order, duties. A breach stops the run and names itself."""

from collections.abc import Iterable

from domain.balances import ALLOTTED, RELEASED, Bucket
from domain.claim import CLAIM
from domain.claim_state import ClaimState
from domain.county import PolicyAdopted
from domain.disclosable import kind_of_fact
from domain.disclosure_facts import BY_HAND, DisclosureArose
from domain.errors import BridgefundError
from domain.fund import FUND
from domain.fund_state import FundState
from domain.ledger import Ledger
from domain.policy.office import adopted
from domain.policy.results import Disclosure
from domain.project import PROJECT
from domain.registry import stored_name


class InvariantError(BridgefundError):
    """Something that always holds does not."""

    zh = "不变量被破坏：{what}：{numbers}；重现：{replay}"
    en = "an invariant is broken: {what}: {numbers}; to replay: {replay}"


class Invariants:
    """Checks a county's ledger; the cases are told to it as they come."""

    def __init__(self, ledger: Ledger, county: str, replay: str) -> None:
        """Hold the ledger, and the command that replays this run."""
        self._ledger = ledger
        self._county = county
        self._replay = replay
        self._funds: set[str] = set()
        self._projects: set[str] = set()

    def check(self, case: str) -> None:
        """Check all money of the county, and the case that was just acted on.

        Raises:
            InvariantError: With what is broken, its numbers, and how to replay the run.
        """
        kind = case.split("/")[1]
        if kind == "fund":
            self._funds.add(case)
        if kind == "project":
            self._projects.add(case)
        funds = [self._ledger.state(FUND, stream) for stream in sorted(self._funds)]
        for fund in funds:
            self._check_fund(fund)
        if kind == "claim":
            claim = self._ledger.state(CLAIM, case)
            self._check_claim(claim)
            if claim.lodged:
                self._check_project(claim.lodged.project_no, funds)

    def check_all(self) -> None:
        """Check every project against every fund."""
        funds = [self._ledger.state(FUND, stream) for stream in sorted(self._funds)]
        for stream in sorted(self._projects):
            self._check_project(stream.rpartition("/")[2], funds)
        self._check_register()

    def _check_register(self) -> None:
        """Check that every disclosable fact of the county's log has its entry, and every entry its fact."""
        rules: tuple[Disclosure, ...] = ()
        wanted: set[tuple[str, ...]] = set()
        entered: list[tuple[str, ...]] = []
        for _, stream, _, fact in self._ledger.log():
            if not stream.startswith(f"{self._county}/"):
                continue
            if isinstance(fact, PolicyAdopted):
                rules = adopted(fact.profile_text, fact.office_texts).disclosures
            name, command, kind = stored_name(type(fact)), fact.act.command_id, kind_of_fact(fact)
            wanted |= {(rule.id, stream, command, name) for rule in rules if kind in rule.upon}
            if isinstance(fact, DisclosureArose) and fact.what != BY_HAND:
                entered.append((fact.terms.rule, fact.of_stream, command, fact.of_fact))
        self._same("disclosable facts in the register", len(set(entered) & wanted), len(wanted))
        self._same("entries of the register", len(entered), len(wanted))

    def _check_fund(self, fund: FundState) -> None:
        for pool, portion in fund.balances.portions.items():
            portion.check()
            lines = [line for (of_pool, _), line in fund.balances.lines.items() if of_pool == pool]
            for bucket in ALLOTTED:
                total = sum(line[bucket] for line in lines)
                self._same(f"{fund.fund_no} {pool}: lines make up {bucket.value}", total, portion.buckets[bucket])
        held = dict.fromkeys((Bucket.RESERVED, Bucket.SENT, Bucket.PAID), 0)
        for hold in fund.holds.values():
            if hold.bucket in held:
                held[hold.bucket] += sum(share.amount_fen for share in hold.shares)
        for bucket, total in held.items():
            in_fund = sum(portion.buckets[bucket] for portion in fund.balances.portions.values())
            self._same(f"{fund.fund_no}: claims make up {bucket.value}", total, in_fund)

    def _check_claim(self, claim: ClaimState) -> None:
        if claim.lodged is None:
            return
        # A gate may be called like anything, such as "lodge".
        held = claim.gates_passed & set(claim.hands.values())
        self._same(f"{claim.lodged.claim_no}: a person at each passed gate", len(held), len(claim.gates_passed))

    def _check_project(self, project_no: str, funds: Iterable[FundState]) -> None:
        money = self._ledger.state(PROJECT, f"{self._county}/project/{project_no}").money
        lines = [
            line for fund in funds for (_, of_project), line in fund.balances.lines.items() if of_project == project_no
        ]
        for what, mine, buckets in (
            ("allotted", money.allotted, ALLOTTED),
            ("released", money.released, RELEASED),
            ("claimed", money.claimed, (Bucket.RESERVED, Bucket.SENT, Bucket.PAID)),
            ("paid", money.paid, (Bucket.PAID,)),
        ):
            theirs = sum(line[bucket] for line in lines for bucket in buckets)
            self._same(f"project {project_no}: {what} as in the funds", mine, theirs)

    def _same(self, what: str, left: int, right: int) -> None:
        if left != right:
            raise InvariantError(what=what, numbers=f"{left} against {right} fen", replay=self._replay)
