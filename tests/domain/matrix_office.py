"""The office in which a table's cells are asked: every decision waits; the person of each earlier role is known."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from activities.deciding import take_effect
from domain.bulk import Asked
from domain.cases import mandates_stream
from domain.emergency_requests import ConfirmEmergency, OpenEmergency
from domain.errors import RefusedError
from domain.ledger import Step
from domain.mandate_facts import Appoint, Appointed, KeyRegistered, RegisterKey
from domain.people_requests import OpenAbsence
from domain.plan import PLAN
from domain.rehearsing import Rehearsal
from domain.requests import (
    AnswerGate,
    AnswerStep,
    AnyRequest,
    CosignPlan,
    DraftPlan,
    FileMinutes,
    RegisterProject,
    SendPayment,
    to_body,
)
from domain.signature import SignedMessage, digest_of
from domain.terms import Line
from simulation.keys import public_hex
from tests.domain.county import (
    CALENDAR,
    GATES,
    JIASHI_GATES,
    MINUTES,
    PAPER,
    PROJECT_REQUEST,
    County,
    claim,
    contract,
    decision,
    line,
)
from tests.domain.given import WAN, noon
from tests.domain.matrix_table import NONE, Cell, Table
from workflows.messages import make_list, make_message

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
DOOR = "test"
CLEAN = ("clean", "clean-too")
STEPS = {
    "reviewed": ("township_review", "township_office"),
    "surveyed": ("field_survey", "field_team"),
    "banked": ("bank", "rrb"),
    "built": ("build", "implementing_unit"),
    "accepted": ("accept", "competent_department"),
}
_numbers = count(1)


@dataclass
class MatrixOffice:
    """A county in which each decision waits in a case of its own; the person who did a role is called like the role."""

    county: County
    table: Table
    cases: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        roles = {role for of_decision in self.table.earlier.values() for role in of_decision}
        for person in (*roles, *CLEAN, NONE):
            act = self.county.act(f"key of {person}", "opener")
            key = KeyRegistered(act, self.county.name, f"k-{person}", public_hex(KEY), DOOR, person)
            self.county.ledger.execute(Step(mandates_stream(self.county.name), RegisterKey(act, key)))

    def does(self, kind: str, no: str, request: AnyRequest, post: str, role: str) -> None:
        """Let whoever does a role ask."""
        self.county.ask(kind, no, request, post, person=role)

    def waits(self, decided: str, kind: str, no: str) -> None:
        """Note in which case a decision waits."""
        self.cases[decided] = f"{self.county.name}/{kind}/{no}"

    def plans(self, no: str, *lines: Line, approve: bool = True) -> None:
        """Draft a plan, with every co-signature; let the leading group approve it."""
        self.does("plan", no, DraftPlan(year=2023, title="年度计划", lines=lines), self.county.drafter, "drafted")
        for post in self.county.state(PLAN, no).to_cosign:
            self.does("plan", no, CosignPlan(), post, "cosigned")
        if approve:
            self.does("plan", no, decision(f"M-{no}", self.county.today), "leading_group", "approved")
            self.does("plan", no, FileMinutes(stage="leading_group", digest=MINUTES), "leading_group", "approved")

    def lodges(self, no: str, gates: tuple[str, ...]) -> None:
        """Lodge a claim and let it through gates."""
        self.does("claim", no, claim(line(1 * WAN)), "implementing_unit", "lodged")
        for number, gate in enumerate(gates, start=1):
            self.does("claim", no, AnswerGate(gate=gate, approve=True), gate, f"gate{number}")

    def claims(self, gates: tuple[str, ...]) -> None:
        """Let a claim wait at every gate, and one for its payment."""
        for number, waiting in enumerate((*gates, "send")):
            self.lodges(f"C-{number}", gates[:number])
            self.waits(waiting, "claim", f"C-{number}")

    def answer_to(self, cell: Cell) -> str:
        """Return what the county really answers to a cell: the refusal's name, or "" where it may be done."""
        desk = Rehearsal(self.county.ledger)
        try:
            for message in self._asked(desk, cell):
                assert take_effect(desk, CALENDAR, message, noon(self.county.today)), cell
        except RefusedError as refused:
            return type(refused).__name__
        return ""

    def _asked(self, desk: Rehearsal, cell: Cell) -> list[SignedMessage]:
        """Appoint whoever a cell needs, and return what they ask, in order."""
        case, request, role = self.cases[cell.decision], self.request(cell), cell.role
        clean, other = CLEAN
        of_clean: dict[str, Any] = {"person": clean, "post": cell.post, "on_behalf_of": ""}
        match cell.route:
            case "direct":
                self._appoint(desk, role, cell.post)
                return [self._message(case, request, of_clean | {"person": role})]
            case "stands in" | "through deputy":
                deputy, absent = (role, clean) if cell.route == "stands in" else (clean, role)
                self._appoint(desk, absent, cell.post)
                self._appoint(desk, deputy, "registry")
                leave = OpenAbsence(deputy=deputy, first=self.county.today, last=self.county.today, reason="培训")
                asks = {"person": deputy, "post": cell.post, "on_behalf_of": absent}
                absence = f"{self.county.name}/absence/X"
                return [
                    self._message(absence, leave, of_clean | {"person": absent}),
                    self._message(case, request, asks),
                ]
            case "bulk":
                self._appoint(desk, role, cell.post)
                others = [Asked(f"{self.county.name}/claim/other", AnswerGate(gate="any", approve=True))]
                whole = [Asked(case, request), *others]
                return make_list(f"L-{next(_numbers)}", whole, **self._who(of_clean | {"person": role}))[:1]
        first, second = (role, other) if cell.route == "first key" else (clean, role)
        keys = self.table.second.get(cell.decision, ("director",))
        posts = (cell.post, keys[-1]) if cell.route == "first key" else (self._other_key(cell), cell.post)
        for person, post in zip((first, second), posts, strict=True):
            self._appoint(desk, person, post)
        until = noon(self.county.today) + timedelta(hours=1)
        said = {"ground": "汛期", "absent": "住院", "second_post": posts[1], "until": until}
        opens = OpenEmergency(case=case, decision=to_body(request), **said)  # type: ignore[arg-type]
        confirms = ConfirmEmergency(decision=digest_of(to_body(request)))
        emergency = f"{self.county.name}/emergency/X"
        return [
            self._message(emergency, opens, {"person": first, "post": posts[0], "on_behalf_of": ""}),
            self._message(emergency, confirms, {"person": second, "post": posts[1], "on_behalf_of": ""}),
        ]

    def _other_key(self, cell: Cell) -> str:
        """Return a post that may hold the first key, where the second is asked about."""
        return self.table.first.get(cell.decision, ("director",))[0]

    def request(self, cell: Cell) -> AnyRequest:
        """Return the decision that a cell asks for."""
        said = {"approve": cell.approve, "opinion": "" if cell.approve else "样例：不符"}
        if cell.decision == "send":
            return SendPayment()
        if self.cases[cell.decision].split("/")[1] == "claim":
            return AnswerGate(gate=cell.decision, **said)  # type: ignore[arg-type]
        if cell.decision == "leading_group":
            return decision("M-X", self.county.today, approve=cell.approve, opinion=str(said["opinion"]))
        back = {"township_review": "village_declaration", "field_survey": "township_review", "bank": "field_survey"}
        to = "" if cell.approve else back.get(cell.decision, "build")
        return AnswerStep(step=cell.decision, record=PAPER, return_to=to, **said)  # type: ignore[arg-type]

    def _message(self, case: str, request: AnyRequest, who: dict[str, Any]) -> SignedMessage:
        return make_message(case, request, command_id=f"m-{next(_numbers)}", **self._who(who))

    def _who(self, who: dict[str, Any]) -> dict[str, Any]:
        now = noon(self.county.today)
        return who | {"door": DOOR, "key_id": f"k-{who['person']}", "key": KEY, "now": now}

    def _appoint(self, desk: Rehearsal, person: str, post: str) -> None:
        act = self.county.act(f"appoint {person} {post}", "opener")
        held = Appointed(act, self.county.name, person, post, "unit", date(2023, 1, 1), None)
        desk.transact(lambda _: [Step(mandates_stream(self.county.name), Appoint(act, held))])


def declared_at(no: str) -> RegisterProject:
    """Return a project's first paper; each at a place of its own, so that none looks like another."""
    return msgspec.structs.replace(PROJECT_REQUEST, village=f"{no}村")


def sample_office(county: County, table: Table) -> MatrixOffice:
    """Open the sample county's office: projects, a plan and claims, each as far as a decision that waits."""
    office = MatrixOffice(county, table)
    county.receives()
    steps = {"P-review": 0, "P-survey": 1, "P-bank": 2, "A01": 3, "A02": 3}
    for no, taken in steps.items():
        office.does("project", no, declared_at(no), "village_committee", "declared")
        county.explains(no)
        for role in ("reviewed", "surveyed", "banked")[:taken]:
            step, post = STEPS[role]
            record = PAPER if role == "surveyed" else ""
            office.does("project", no, AnswerStep(step=step, approve=True, record=record), post, role)
    for waiting, no in (("township_review", "P-review"), ("field_survey", "P-survey"), ("bank", "P-bank")):
        office.waits(waiting, "project", no)
    office.plans("PL1", line(100 * WAN), line(50 * WAN, "A02"))
    county.releases("F1", "PL1")
    for no in ("A01", "A02"):
        office.does("project", no, contract(45 * WAN), "implementing_unit", "contracted")
        office.does("project", no, AnswerStep(step="build", approve=True, record=PAPER), "implementing_unit", "built")
    of_it = claim(line(1 * WAN, "A02"), project_no="A02")
    office.does("claim", "C-A02", of_it, "implementing_unit", "lodged")
    first = AnswerGate(gate="finance_section", approve=True)
    office.does("claim", "C-A02", first, "finance_section", "gate1")
    office.waits("accept", "project", "A02")
    accepted = AnswerStep(step="accept", approve=True, record=PAPER)
    office.does("project", "A01", accepted, "competent_department", "accepted")
    office.claims(GATES)
    office.plans("PL2", line(1 * WAN), approve=False)
    office.waits("leading_group", "plan", "PL2")
    return office


def jiashi_office(county: County, table: Table) -> MatrixOffice:
    """Open Jiashi's office: a project, two plans, and a claim at each of its six gates."""
    office = MatrixOffice(county, table)
    county.receives()
    office.does("project", "A01", declared_at("A01"), "competent_department", "banked")
    for ban in ("irregular", "out_of_scope"):
        county.attests("A01", ban, "review_group")
    office.plans("PL1", line(100 * WAN))
    county.releases("F1", "PL1")
    office.claims(JIASHI_GATES)
    office.plans("PL2", line(1 * WAN), approve=False)
    office.waits("leading_group", "plan", "PL2")
    return office
