"""The people of a county, who do as they should: what the machine's rules are made of."""

from collections import Counter
from datetime import timedelta
from typing import Any

from domain.fund_facts import PortionReceived
from domain.requests import (
    AnswerGate,
    AnswerStep,
    AnyRequest,
    AttestBan,
    ConfirmPayment,
    DecidePlan,
    DraftPlan,
    FileMinutes,
    LodgeClaim,
    RegisterProject,
    RegisterReceipt,
    ReleaseMoney,
    SendPayment,
    SetLinkage,
    SetTarget,
)
from domain.terms import Line
from tests.domain.books.desk import Desk
from tests.domain.books.kept import BROUGHT, Books, ProjectBook
from tests.domain.books.kept import Line as Key
from tests.domain.county import MINUTES, PAPER
from tests.domain.given import WAN

CONTRACTOR = "建筑公司"
POOLS = ("integrated", "original_use")
PROJECTS = ("A01", "A02", "A03")
HUGE = 10**15


def part(of: int, how: str) -> int:
    """Return that part of an amount: less, all, one too much, or what is no amount."""
    of_it = {"half": of // 2, "third": of // 3, "all": of, "over": of + 1}
    return of_it.get(how, {"one": 1, "nothing": 0, "below": -1, "huge": HUGE}.get(how, of))


class People:
    """Who asks at one desk. A *hand* is a second holder of the post, or one who has a hand in everything."""

    def __init__(self, text: str) -> None:
        """Open the desk of a county with that text."""
        self.desk = Desk(text)

    @property
    def books(self) -> Books:
        """Return the books."""
        return self.desk.books

    def post(self, *keys: str) -> str:
        """Return a post that the text names."""
        found: Any = self.books.text
        for key in keys:
            found = found[key]
        assert isinstance(found, str)
        return found

    def ask(self, kind: str, no: str, request: AnyRequest, post: str, hand: str = "", wrong: str = "") -> bool:
        """Ask for something, for a post or for the wrong one; return whether anything came of it."""
        post = wrong or post
        return self.desk.ask(kind, no, request, post, "p-all" if hand == "all" else f"p-{post}{hand}")

    def settle_in(self, how_far: int) -> None:
        """Begin with nothing, with money and projects, a plan in force, contracts and all released, or a payment."""
        if how_far < 1:
            return
        self.receive("F1", "文件F1", tuple(map(PortionReceived, POOLS, (300 * WAN, 80 * WAN))))
        self.receive("F2", "文件F2", (PortionReceived(POOLS[0], 100 * WAN),))
        for no in PROJECTS:
            self.register(no)
            self.go_on(no, len(self.books.steps))
        if how_far < 2:
            return
        given = (("F1", POOLS[0], "A01", 120), ("F1", POOLS[1], "A01", 40), ("F2", POOLS[0], "A01", 50))
        lines = (*given, ("F1", POOLS[0], "A02", 90))
        request = DraftPlan(
            year=2023, title="计划", lines=tuple(Line(f, pool, no, n * WAN) for f, pool, no, n in lines)
        )
        self.ask("plan", "P1", request, self.post("plan", "drafter"))
        self.approve("P1")
        if how_far < 3:
            return
        for fund_no in sorted(self.books.plans["P1"].allotted - self.books.plans["P1"].released):
            self.ask("fund", fund_no, ReleaseMoney(plan_no="P1"), self.post("receipt", "registrar"))
        self.go_on("A01", 2)
        self.go_on("A02", 1, "half")
        if how_far < 4:
            return
        for no, how, through in (("C1", "half", 9), ("C2", "third", 1)):
            self.lodge(no, "A01", "progress", self.claimable("A01")[:2], how)
            self.clear(no, through)

    # Funds

    def receive(self, no: str, document_no: str, portions: tuple[PortionReceived, ...], hand: str = "") -> None:
        """Enter a receipt."""
        request = RegisterReceipt(
            document_no=document_no,
            item_no="1",
            source="central",
            tier="central",
            fiscal_year=2023,
            portions=portions,
        )
        self.ask("fund", no, request, self.post("receipt", "registrar"), hand)

    def claimable(self, project_no: str = "") -> list[Key]:
        """Return the lines, of one project or of all, that have money to claim."""
        found = (line for line, buckets in self.books.lines.items() if buckets["claimable"])
        return sorted(line for line in found if project_no in ("", line[2]))

    def left(self, line: Key) -> int:
        """Return what a line has to claim."""
        return self.books.lines.get(line, Counter())["claimable"]

    # Projects

    def register(self, no: str, name: str = "大棚", hand: str = "", wrong: str = "") -> None:
        """Declare a project."""
        request = RegisterProject(
            name=name, village=f"{no}村", township="甲乡", unit="甲乡人民政府", use="industry", budget_fen=250 * WAN
        )
        if self.ask("project", no, request, "village_committee", hand, wrong):
            self.ask("project", no, SetTarget(target="样例目标"), "village_committee")
            self.ask("project", no, SetLinkage(mode="样例机制", households=36), "village_committee")
            self.ask("project", no, AttestBan(ban="duplicate", clear=True), "field_team")

    def go_on(self, no: str, most: int, contract: str = "all") -> None:
        """Pass a project's open steps, until others must bring something about."""
        project = self.books.projects[no]
        for _ in range(most):
            step = self.books.steps[project.at] if project.at < len(self.books.steps) else {"kind": "plan"}
            if step["kind"] in BROUGHT or not self.answer(no, step, contract=part(project.given, contract)):
                return

    def answer(
        self,
        no: str,
        step: dict[str, Any],
        *,
        contract: int = 0,
        hand: str = "",
        wrong: str = "",
        to: str | None = None,
        record: str = PAPER,
    ) -> bool:
        """Answer a step: pass it with its paper, or send the project back."""
        signs = step["kind"] == "contract"
        request = AnswerStep(
            step=step["id"],
            approve=to is None,
            opinion="不符",
            record=record if step.get("record") and to is None else "",
            return_to=to or "",
            contractor=CONTRACTOR if signs else "",
            amount_fen=contract if signs else 0,
        )
        return self.ask("project", no, request, step.get("post", "rrb"), hand, wrong)

    def is_past(self, project: ProjectBook, kind: str) -> bool:
        """Return whether a project has passed its step of that kind."""
        return project.at > [step["kind"] for step in self.books.steps].index(kind)

    def may_return(self, no: str) -> bool:
        """Return whether a project stands at a step that may send it back."""
        at = self.books.projects[no].at
        return at < len(self.books.steps) and bool(self.books.steps[at].get("returns_to"))

    # Plans

    def approve(self, no: str) -> None:
        """Take a plan as far as in force."""
        for stage in self.books.stages[self.books.plans[no].stage :]:
            self.decide(no, stage, f"M-{no}-{self.desk.county.asked}")
            if stage.get("record") == "minutes":
                self.ask("plan", no, FileMinutes(stage=stage["id"], digest=MINUTES), stage["body"])

    def decide(
        self,
        no: str,
        stage: dict[str, Any],
        meeting_no: str,
        *,
        approve: bool = True,
        present: int = 9,
        hand: str = "",
        wrong: str = "",
    ) -> None:
        """Enter a body's decision."""
        request = DecidePlan(
            stage=stage["id"],
            meeting_no=meeting_no,
            held_on=self.desk.today,
            present=present,
            quorum=7,
            approve=approve,
            opinion="" if approve else "偏高",
        )
        self.ask("plan", no, request, stage["body"], hand, wrong)

    # Claims

    def signed(self) -> list[str]:
        """Return the projects that have a contract and money to claim."""
        with_money = {line[2] for line in self.claimable()}
        return sorted(no for no in with_money if self.books.projects[no].contract is not None)

    def may_lodge(self) -> str:
        """Return a claim that was returned, or the number of a new one."""
        returned = (no for no, claim in self.books.claims.items() if not claim.where and not claim.refunded)
        return next(returned, f"C{len(self.books.claims) + 1}")

    def ready_for(self, project_no: str, kind: str) -> None:
        """Do what a claim of that kind waits for: acceptance, and the days of the retention money."""
        project = self.books.projects[project_no]
        while kind in ("settlement", "retention") and not self.is_past(project, "accept"):
            before = project.at
            self.go_on(project_no, 1)
            if project.at == before:
                break
        if kind == "retention" and "retention" in self.books.text and project.accepted_on:
            days = self.books.text["retention"]["hold_days"]
            self.desk.wait_until(project.accepted_on + timedelta(days=days))

    def room(self, project: ProjectBook, kind: str) -> int:
        """Return how much the contract leaves for a claim of that kind."""
        contract, claimed = project.contract or 0, sum(fen for _, fen in project.live.values())
        if "retention" not in self.books.text:
            return max(0, contract - claimed)
        held_back = self.books.held_back(contract)
        of_retention = sum(fen for k, fen in project.live.values() if k == "retention")
        return max(
            0, held_back - of_retention if kind == "retention" else contract - held_back - claimed + of_retention
        )

    def lodge(
        self,
        no: str,
        project_no: str,
        kind: str,
        lines: list[Key],
        how: str,
        payee: str = CONTRACTOR,
        hand: str = "",
        wrong: str = "",
    ) -> bool:
        """Lodge a claim of that part of what the lines and the contract leave."""
        project = self.books.projects.get(project_no, ProjectBook())
        room = self.room(project, kind) // len(set(lines))
        asked = tuple(Line(*line, part(min(self.left(line), room), how)) for line in sorted(set(lines)))
        request = LodgeClaim(project_no=project_no, kind=kind, lines=asked, payee=payee, vouchers=("c" * 64,))
        return self.ask("claim", no, request, self.post("claims", "lodger"), hand, wrong)

    def clear(self, no: str, most: int) -> None:
        """Pass a claim's next gates; with one more than there are, send, and with two more, confirm."""
        claim, beyond = self.books.claims[no], most - len(self.books.gates)
        for gate in self.books.gates[len(claim.gates) :][:most]:
            self.ask("claim", no, AnswerGate(gate=gate["id"], approve=True), gate["post"])
        if beyond > 0 and self.ask("claim", no, SendPayment(), self.post("claims", "payer")) and beyond > 1:
            self.ask("claim", no, ConfirmPayment(bank_ref=f"回单-{no}"), self.post("claims", "confirmer"))
