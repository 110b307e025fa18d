"""Money (资金): the equations of each portion, and what funds, plans, claims, projects and assets say of each other."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from audit.report_cases import Amounts, Cases
from audit.report_funds import OF_FUND, Funds, differs
from audit.report_parts import Cell, Finding, Part, named
from domain.balances import ALLOTTED, RELEASED, Bucket
from domain.cases import case_id
from domain.words import Both

CLAIM = Both("报账", "the claim")
IN_CLAIMS = (Bucket.RESERVED, Bucket.SENT, Bucket.PAID)
FIGURES = (
    ("到账", "received"),
    ("上级收回", "withdrawn"),
    ("未安排", "free"),
    ("安排", "allotted"),
    ("未下达", "unreleased"),
    ("下达", "released"),
    ("可报账", "claimable"),
    ("报账在办", "reserved"),
    ("支付在途", "sent"),
    ("支付", "paid"),
)


@dataclass(frozen=True)
class Money:
    """A county's money, by both sides: its funds, and the cases that it goes through."""

    county: str
    funds: Funds
    cases: Cases

    def _stream(self, kind: str, no: str) -> str:
        return f"{self.county}/{kind}/{no}"

    def of_funds(self) -> dict[str, list[str]]:
        """Return each fund of the year with its documents, its plans, and every project, claim and asset it paid."""
        found = {}
        documents: dict[str, list[str]] = {}
        for stream, one in self.cases.documents.items():
            documents.setdefault(one.fund_no, []).append(stream)
        for stream, book in self.funds.of_year().items():
            no = stream.rpartition("/")[2]
            plans = {self._stream("plan", plan_no) for plan_no, _, _ in book.allotted}
            projects = {self._stream("project", project_no) for _, _, project_no in book.allotted}
            claims = {self._stream("claim", claim_no) for claim_no in book.held}
            assets = {s for s, asset in self.cases.assets.items() if any(fund == no for _, fund, _ in asset.paid)}
            found[stream] = [
                *documents.get(no, ()),
                *sorted(plans),
                *sorted(projects),
                *sorted(claims),
                *sorted(assets),
            ]
        return found

    def part(self) -> Part:
        """Return the part of the report."""
        part, of_year = Part(Both("资金", "Money")), self.funds.of_year()
        portions = sum(len(book.state.balances.portions) for book in self.funds.books.values())
        equations = Both(
            f"资金等式：逐条事实重算后成立（{self.funds.movements} 条），到账－收回＝未安排＋安排，安排＝未下达＋下达，"
            "下达＝可报账＋在办＋在途＋支付，无一为负；结转所记与重算相同",
            f"equations of each portion, after each of {self.funds.movements} facts: received - withdrawn = free + "
            "allotted, allotted = unreleased + released, released = claimable + reserved + sent + paid, nothing below "
            "zero; what was carried is what is left",
        )
        part.checked(equations, portions, self.funds.wrong)
        twice = Both("按事实种类另加一遍，且各项目之和等于资金", "added a second time by kinds of facts, and by lines")
        part.checked(twice, portions, list(self.funds.sums()))
        for what, count, found in (
            (Both("资金与文件", "fund and document"), len(self.cases.documents), self._documents()),
            (Both("资金与计划", "fund and plan"), len(self.cases.plans), self._plans()),
            (Both("资金与报账", "fund and claim"), len(self.cases.claims), self._claims()),
            (Both("资金与项目", "fund and project"), len(self.cases.projects), self._projects()),
            (Both("报账与资产", "claim and asset"), len(self.cases.assets), self._assets()),
        ):
            part.checked(what, count, list(found))
        rows: list[tuple[Cell, ...]] = []
        for stream, book in of_year.items():
            state = Both("已结账", "closed") if book.closed else Both("未结账", "not closed")
            for pool, figures in sorted(book.at.items()):
                rows.append((stream.rpartition("/")[2], pool, book.as_of, state, *figures))
        heads = named(
            (("资金", "fund", "text"), ("资金池", "pool", "pool"), ("截至", "as of", "date"), ("年结", "year", "text"))
        )
        money = named(tuple((zh, en, "fen") for zh, en in FIGURES))
        part.listed(
            Both("年末资金（万元，精确到分）", "Funds at the year's end (wan yuan, exact to the fen)"),
            (*heads, *money),
            rows,
        )
        self._list(part)
        return part

    def _list(self, part: Part) -> None:
        of_year = {stream.rpartition("/")[2] for stream in self.funds.of_year()}
        heads = named(
            (("资金", "fund", "text"), ("文件", "document", "text"), ("项", "item", "text"), ("金额", "amount", "fen"))
        )
        entered = sorted(self.cases.documents.values(), key=lambda one: (one.fund_no, one.document_no, one.item_no))
        rows = [(d.fund_no, d.document_no, d.item_no, d.amount_fen) for d in entered if d.fund_no in of_year]
        part.listed(Both("资金文件", "Fund documents"), heads, rows)

    def _documents(self) -> Iterator[Finding]:
        said = {(d.fund_no, d.document_no, d.item_no): (stream, d) for stream, d in self.cases.documents.items()}
        for stream, book in self.funds.books.items():
            no = stream.rpartition("/")[2]
            for (document_no, item_no), (fen, version) in book.entries.items():
                found = said.pop((no, document_no, item_no), None)
                if found is None:
                    words = Both(f"{document_no} 第 {item_no} 项没有登记", f"{document_no} ({item_no}) was not entered")
                    yield Finding(stream, version, "document_no", words)
                else:
                    sides = (OF_FUND, fen), (Both("文件登记", "its document"), found[1].amount_fen)
                    yield from differs(stream, f"portions / {found[0]}", *sides, version)
        for stream, left in said.values():
            words = Both(f"登记的文件没有资金 {left.fund_no}", f"no fund {left.fund_no} for the item that was entered")
            yield Finding(stream, 1, "fund_no", words)

    def _plans(self) -> Iterator[Finding]:
        allotted: dict[str, Amounts] = {}
        for stream, book in self.funds.books.items():
            for (plan_no, pool, project_no), fen in book.allotted.items():
                sums = allotted.setdefault(plan_no, Counter())
                sums[stream.rpartition("/")[2], pool, project_no] += fen
        for plan_no in {*allotted, *(stream.rpartition("/")[2] for stream in self.cases.plans)}:
            plan = self.cases.plans.get(self._stream("plan", plan_no))
            lines: Amounts = plan.amounts if plan and plan.in_force else Counter()
            yield from _same(
                self._stream("plan", plan_no), lines, allotted.get(plan_no, Counter()), Both("计划", "the plan")
            )

    def _claims(self) -> Iterator[Finding]:
        held: dict[str, Amounts] = {}
        for fund, book in self.funds.books.items():
            no = fund.rpartition("/")[2]
            for claim_no, hold in book.state.holds.items():
                stream = self._stream("claim", claim_no)
                claim = self.cases.claims.get(stream)
                sums = held.setdefault(stream, Counter())
                for share in hold.shares:
                    sums[no, share.pool, share.project_no] += share.amount_fen
                if claim and claim.place is not hold.bucket:
                    mine = claim.place.value if claim.place else "-"
                    place = hold.bucket.value if hold.bucket else "-"
                    words = Both(f"报账为 {mine}，资金 {no} 中为 {place}", f"{mine} by the claim, {place} in fund {no}")
                    yield Finding(stream, 0, "state", words)
        for stream in {*held, *self.cases.claims}:
            claim = self.cases.claims.get(stream)
            yield from _same(stream, claim.amounts() if claim else Counter(), held.get(stream, Counter()), CLAIM)

    def _projects(self) -> Iterator[Finding]:
        sums: dict[str, Counter[Bucket]] = {}
        for book in self.funds.books.values():
            for (_, project_no), line in book.state.balances.lines.items():
                sums.setdefault(self._stream("project", project_no), Counter()).update(line)
        for stream in {*sums, *self.cases.projects}:
            of, mine = sums.get(stream, Counter()), self.cases.projects.get(stream)
            for what, buckets in (
                ("allotted", ALLOTTED),
                ("released", RELEASED),
                ("claimed", IN_CLAIMS),
                ("paid", (Bucket.PAID,)),
            ):
                told = getattr(mine, what) if mine else 0
                funds = sum(of[bucket] for bucket in buckets)
                yield from differs(stream, what, (Both("项目", "the project"), told), (OF_FUND, funds))

    def _assets(self) -> Iterator[Finding]:
        for stream, asset in self.cases.assets.items():
            for claim_no in {claim_no for claim_no, _, _ in asset.paid}:
                claim = self.cases.claims.get(case_id(self.county, "claim", claim_no))
                paid: Amounts = Counter()
                if claim and claim.place is Bucket.PAID:
                    for (fund, pool, _), fen in claim.amounts().items():
                        paid[claim_no, fund, pool] += fen
                mine = Counter({key: fen for key, fen in asset.paid.items() if key[0] == claim_no})
                yield from _same(stream, mine, paid, Both("资产", "the asset"), CLAIM)


def _same(case: str, mine: Amounts, theirs: Amounts, who: Both, whose: Both = OF_FUND) -> Iterator[Finding]:
    for key in sorted({*mine, *theirs}):
        yield from differs(case, "/".join(key), (who, mine[key]), (whose, theirs[key]))
