"""One of the five counties with its sample office decision, as far as something of it is to be disclosed."""

from dataclasses import dataclass

from domain.disclosure import DISCLOSURE, DisclosureState
from domain.disclosure_facts import DisclosureArose
from domain.ledger import Ledger
from domain.policy import load
from domain.policy.bars import bars
from domain.policy.office import Office, parse_office, with_office
from domain.procedures.bans import linkage_setter, target_setter
from domain.requests import AttestBan, DraftPlan, PublishDisclosure, SetLinkage, SetTarget
from domain.rules.result import Reason
from domain.terms import Line
from tests.domain.county import POLICIES, County
from tests.domain.walk import FUND_NO, PLAN_NO, POOLED, PROJECT_NO, Walk
from tests.places import SAMPLES

YEARS = {"guangfeng": 2021, "jiashi": 2022, "meilan": 2023, "jinghe": 2023, "maojian": 2017}
ADDRESS = "http://www.example.cn/样例"


def office_of(county: str) -> tuple[Office, ...]:
    """Return the sample office decision of a county, if its sample year has one."""
    file = SAMPLES / f"{county}-{YEARS[county]}" / "office.toml"
    return (parse_office(file.read_text(encoding="utf-8"), file.name),) if file.is_file() else ()


@dataclass
class Disclosing(Walk):
    """A county's short year, in which the project's checks are answered too."""

    @classmethod
    def opened(cls, ledger: Ledger, name: str, *offices: Office) -> "Disclosing":
        """Adopt the county's rules, with its sample office decision or with *offices*."""
        policy, taken = load(POLICIES / f"{name}.toml"), offices or office_of(name)
        county = County(ledger, name)
        county.adopt(policy, *taken)
        profile = with_office(policy, taken)
        return cls(county, profile, [pool.id for pool in profile.pools] or ["all"])

    def register(self) -> None:
        """Register the project, then say all that its checks ask."""
        super().register()
        registered = self.project.registered
        assert registered is not None
        for bar in bars(self.profile):
            if bar.when == "target_missing":
                self.ask(
                    "project", PROJECT_NO, SetTarget(target="年产三百吨"), target_setter(self.profile, registered)[0]
                )
            if bar.when == "linkage_missing":
                post = linkage_setter(self.profile, registered)[0]
                self.ask("project", PROJECT_NO, SetLinkage(mode="订单", households=30), post)
            if bar.when == "attested" and bar.attested_by:
                self.ask("project", PROJECT_NO, AttestBan(ban=bar.id, clear=True), bar.attested_by)

    def draft(self) -> None:
        """Draft the plan; the one project leaves key villages without their floor, with the reason."""
        rules = self.profile.plan
        lines = tuple(Line(FUND_NO, pool, PROJECT_NO, POOLED) for pool in self.pools)
        reasons = tuple(Reason(f"floors.{floor.id}", "样例：下一批补足") for floor in self.profile.floors)
        drafted = DraftPlan(year=self.county.today.year, title="样例计划", lines=lines, reasons=reasons)
        self.ask("plan", PLAN_NO, drafted, rules.drafter if rules else None)

    def planned(self) -> None:
        """Go as far as a plan in force."""
        self.receive()
        self.register()
        self.go_on("plan")
        self.plan()

    def entries(self) -> dict[str, DisclosureArose]:
        """Return the entries of the register by their number."""
        log = self.county.ledger.log(of=(DisclosureArose,))
        return {entry.fact.entry: entry.fact for entry in log}

    def entry(self, no: str) -> DisclosureState:
        """Return one entry as it stands."""
        state: DisclosureState = self.county.state(DISCLOSURE, no)
        return state

    def publish(self, no: str, place: str, post: str, *, corrects: int = 0) -> None:
        """Make an entry public at a place, today."""
        request = PublishDisclosure(place=place, address=f"{ADDRESS}/{corrects}", corrects=corrects)
        self.county.ask("disclosure", no, request, post)
