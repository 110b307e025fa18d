"""Counties whose months are dispatched: their rules, what an office decision fills, and projects that are known."""

from dataclasses import dataclass
from datetime import date

import msgspec

from domain.act import Fact
from domain.cases import case_id, year_stream
from domain.dispatch import DISPATCH
from domain.dispatch_state import DispatchState
from domain.fund_facts import PortionReceived, Register
from domain.ledger import Ledger, Recorded, Step
from domain.policy import load
from domain.policy.office import parse_office
from domain.project_facts import Register as RegisterProject
from domain.requests import AnyRequest
from domain.yearbook import BankProject, EnterFund
from tests.domain.county import POLICIES, County
from tests.domain.given import WAN, receipt, registered
from tests.places import SAMPLES

YEARS = {"guangfeng": 2021, "jiashi": 2022, "meilan": 2023, "jinghe": 2023, "maojian": 2017}


@dataclass
class Month:
    """One month of a county, asked by post."""

    county: County
    no: str

    def ask(self, request: AnyRequest, post: str, *, person: str = "", on: date | None = None) -> list[Fact]:
        """Let the holder of a post ask; return the facts of the month itself."""
        recorded = self.county.ask("dispatch", self.no, request, post, person=person, on=on)
        return self.own(recorded)

    def own(self, recorded: list[Recorded]) -> list[Fact]:
        """Return the facts of the month among what was recorded, its opening aside."""
        own = [r.fact for r in recorded if r.originator_id == case_id(self.county.name, "dispatch", self.no)]
        return [fact for fact in own if type(fact).__name__ != "DispatchOpened"]

    @property
    def state(self) -> DispatchState:
        """Return the month as it is."""
        state: DispatchState = self.county.state(DISPATCH, self.no)
        return state

    @property
    def waits(self) -> list[tuple[str, str]]:
        """Return what is waited for, and the posts."""
        return self.county.waits(DISPATCH, self.no)


def office_of(name: str) -> str:
    """Return the sample office decision of a county."""
    return (SAMPLES / f"{name}-{YEARS[name]}" / "office.toml").read_text(encoding="utf-8")


def overseen(ledger: Ledger, name: str, today: date, *, filled: bool = True) -> County:
    """Return a county under its own rules; *filled* with what its sample office decision says beside."""
    county = County(ledger, name, today)
    offices = (parse_office(office_of(name), "office.toml"),) if filled and name != "jiashi" else ()
    county.adopt(load(POLICIES / f"{name}.toml"), *offices)
    return county


def knows(
    county: County, no: str, *, unit: str = "样例·水利局", township: str = "样例甲乡", use: str = "industry"
) -> None:
    """Let a county's bank have a project."""
    act = county.act(f"bank {no}", "opener")
    made = registered(act)
    made = msgspec.structs.replace(
        made, county=county.name, project_no=no, unit=unit, township=township, use=use, name=f"样例 {no}"
    )
    county.ledger.execute(
        Step(case_id(county.name, "project", no), RegisterProject(act, made, record="e" * 64)),
        Step(year_stream(county.name, county.today.year), BankProject(act, no)),
    )


def has_fund(county: County, no: str) -> None:
    """Let a county's book have a fund."""
    act = county.act(f"fund {no}", "opener")
    entered: Register = receipt(("integrated", 300 * WAN), act=act)
    made = Register(**{**vars(entered), "fund_no": no, "county": county.name})
    assert made.portions == (PortionReceived("integrated", 300 * WAN),)
    county.ledger.execute(
        Step(case_id(county.name, "fund", no), made),
        Step(year_stream(county.name, county.today.year), EnterFund(act, no)),
    )
