"""Who acted (经办): refusals, two keys, deputies, orders about people, items of lists; who had a hand in what."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from audit.report_parts import Cell, Finding, Part, named
from domain.absence import Deputy
from domain.attempts import AttemptRefused, AttemptsCapped
from domain.claim_facts import ClaimRejected, ClaimReturned, GatePassed
from domain.emergency import EmergencyConfirmed, EmergencyExpired, EmergencyOpened
from domain.ledger import Entry
from domain.order import PersonOrdered
from domain.plan_facts import PlanCosigned, PlanRejected, PlanReturned, StageDecided
from domain.project_facts import ProjectRejected, StepCosigned, StepPassed, StepReturned
from domain.surplus_facts import SurplusAgreed, SurplusApproved, SurplusReturned
from domain.words import Both

_ITEM = re.compile(r"(.+)#\d+\Z")  # The command id of an item of a list: the list's own number, and the item's.
DECISIONS = (
    GatePassed,
    ClaimReturned,
    ClaimRejected,
    StepPassed,
    StepReturned,
    StepCosigned,
    ProjectRejected,
    StageDecided,
    PlanReturned,
    PlanRejected,
    PlanCosigned,
    SurplusAgreed,
    SurplusApproved,
    SurplusReturned,
)


@dataclass
class Acts:
    """What was done in a year, and how late it was recorded."""

    year: int
    refused: Counter[str] = field(default_factory=Counter)
    refused_to: dict[str, set[str]] = field(default_factory=dict)
    capped: int = 0
    opened: dict[str, tuple[EmergencyOpened, date]] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)
    two_keys: set[str] = field(default_factory=set)
    deputies: int = 0
    for_others: set[str] = field(default_factory=set)
    orders: Counter[str] = field(default_factory=Counter)
    lists: dict[str, set[str]] = field(default_factory=dict)
    acts: set[str] = field(default_factory=set)

    def take(self, entry: Entry, on: date) -> None:
        """Take a fact in, recorded *on* a day."""
        fact, act = entry.fact, entry.fact.act
        if on.year != self.year:
            return
        self._said(entry, on)
        if act.on_behalf_of:
            self.for_others.add(act.command_id)
        if act.second:
            self.two_keys.add(act.command_id)
        if isinstance(fact, DECISIONS) and (item := _ITEM.match(act.command_id)):
            self.lists.setdefault(item[1], set()).add(act.command_id)

    def _said(self, entry: Entry, on: date) -> None:
        match entry.fact:
            case AttemptRefused() as refused:
                self.refused[refused.rule] += 1
                self.refused_to.setdefault(refused.rule, set()).add(refused.act.person)
            case AttemptsCapped():
                self.capped += 1
            case EmergencyOpened() as opened:
                self.opened[entry.stream] = opened, on
            case EmergencyConfirmed():
                self.ended[entry.stream] = "confirmed"
            case EmergencyExpired():
                self.ended[entry.stream] = "expired"
            case PersonOrdered() as ordered:
                self.orders[ordered.what] += 1
            case Deputy():
                self.deputies += 1

    def part(self, decisions: int, same_person: list[Finding]) -> Part:
        """Return the part of the report; *decisions* on claims were held against who had prepared what."""
        part = Part(Both("职责分离与被拒绝的办理", "Separation of duties and refusals"))
        separate = Both(
            "报账的审核、支付与经手人分离，按事实重算", "gates and payments of claims: another person than before"
        )
        part.checked(separate, decisions, same_person)
        why = Both("办理时由系统核对，此处未重算", "the engine checked it as it was decided; not computed again here")
        part.unchecked(Both("计划、项目的职责分离", "separation of duties in plans and projects"), why)
        full = Both(
            f"{self.capped} 人日记满，其后被拒绝的未记",
            f"{self.capped} days of a person are full: what came after is not on record",
        )
        count = sum(self.refused.values())
        part.counted(Both("被拒绝的办理", "refused attempts"), count, full if self.capped else None)
        part.counted(Both("两人应急决定", "emergency decisions by two keys"), len(self.opened))
        part.counted(Both("两把钥匙办理的事项", "acts under two keys"), len(self.two_keys))
        part.counted(Both("指定代理", "deputies named"), self.deputies)
        part.counted(Both("代理人办理", "acts by deputies"), len(self.for_others))
        part.counted(Both("人员事项", "orders about people"), sum(self.orders.values()))
        items = sum(map(len, self.lists.values()))
        bulk = Both(f"批量办理的事项（清单 {len(self.lists)} 份）", f"items decided in bulk ({len(self.lists)} lists)")
        part.counted(bulk, items)
        self._list(part)
        return part

    def _list(self, part: Part) -> None:
        heads = named((("规则", "rule", "text"), ("次数", "times", "count"), ("人数", "persons", "count")))
        rules: list[tuple[Cell, ...]] = [
            (rule, n, len(self.refused_to[rule])) for rule, n in self.refused.most_common()
        ]
        part.listed(Both("被拒绝的办理，按规则", "Refused attempts by rule"), heads, rules)
        keys = named(
            (
                ("应急决定", "emergency", "text"),
                ("案件", "case", "text"),
                ("环节", "step", "step"),
                ("第一人", "first key", "who"),
                ("第二岗位", "second post", "post"),
                ("日期", "day", "date"),
                ("结果", "outcome", "stage"),
            )
        )
        rows: list[tuple[Cell, ...]] = [
            (o.emergency_no, o.case, o.step, (o.post, o.act.person), o.second_post, on, self.ended.get(stream, "open"))
            for stream, (o, on) in self.opened.items()
        ]
        part.listed(Both("应急决定", "Emergency decisions"), keys, rows)
        what = named((("事项", "what", "text"), ("次数", "times", "count")))
        part.listed(Both("人员事项", "Orders about people"), what, list(self.orders.items()))
