"""What a county's file describes and the engine cannot run: refused when the file is checked, not met in a case."""

from collections.abc import Iterator, Sequence

from domain.policy.base import Breach, Loc
from domain.policy.profile import Profile
from domain.policy.project import WAITS, taken_again
from domain.policy.results import OF_A_PROJECT
from domain.policy.shapes import Raw, tables, value_at, walk

# From what the days of a project's results run.
_RESULT_FROM = {
    "correction": ("anomaly_found",),
    "monitoring": ("built", "accepted"),
    "evaluation": ("built", "accepted"),
}
# The one deadline that several acts meet; every other is met by the one act that it waits for.
_WITH_CONDITIONS: Loc = ("receipt", "deadline")
_OF_A_PLAN = ("plan", "batch", "money")


def beyond_the_engine(raw: Raw) -> Iterator[Breach]:
    """Yield what would be accepted and then never happen, or leave a project where nobody can act."""
    yield from _conditions_out_of_place(raw)
    yield from _starts_of_no_clock(raw)
    yield from _blocks_nothing(raw)
    yield from _carried_by_what_takes_nothing(raw)
    yield from _out_of_turn(raw)
    yield from _sums_of_no_year(raw)
    if steps := tables(raw.get("project"), "steps"):
        kinds = [step.get("kind") for step in steps]
        yield from _nobody_begins(raw, kinds)
        yield from _returns_that_wait(steps, kinds)
        yield from _lost_retention(raw, kinds)
        yield from _clashes(raw, steps, kinds)
        yield from _rounds_of_nothing(raw, kinds)


def _out_of_turn(raw: Raw) -> Iterator[Breach]:
    """Find pools that are not drawn one after the other, or cover the shortage of a later one."""
    pools = tables(raw, "pools")
    draws = [pool.get("draw") for pool in pools]
    numbers = [draw for draw in draws if isinstance(draw, int)]
    for n, draw in enumerate(draws):
        if isinstance(draw, int) and (draw > len(numbers) or numbers.count(draw) > 1):
            zh, en = "先后应为 1 到 {0}，各一次", "the order of drawing is 1 to {0}, each once"
            yield Breach(("pools", n, "draw"), zh.format(len(numbers)), en.format(len(numbers)))
    of = {pool.get("id"): pool.get("draw") for pool in pools}
    for n, pool in enumerate(pools):
        mine, covers = pool.get("draw"), pool.get("covers")
        if numbers and covers and mine is None:
            zh, en = "先后未写，而它弥补别的资金不足", "it covers the shortage of others: its own place is missing"
            yield Breach(("pools", n, "draw"), zh, en)
        for m, other in enumerate(covers if isinstance(covers, tuple) else ()):
            theirs = of.get(other)
            if isinstance(mine, int) and isinstance(theirs, int) and theirs >= mine:
                zh, en = (
                    f"{other!r} 在它之后使用",
                    f"{other!r} is drawn after it, and can have no shortage that it covers",
                )
                yield Breach(("pools", n, "covers", m), zh, en)


def _sums_of_no_year(raw: Raw) -> Iterator[Breach]:
    """Find a floor or a size of the bank over anything but a year, and a size that would refuse a project."""
    for n, floor in enumerate(tables(raw, "floors")):
        if floor.get("period") != "year":
            yield Breach(("floors", n, "period"), "投入下限按年度核定", "a floor is judged over a year")
    for n, rule in enumerate(tables(raw, "ratios")):
        if value_at(raw, ("ratios", n, "numerator", "of")) == "bank_entries":
            if rule.get("period") != "year":
                zh, en = "入库规模按年度核定", "the size of the bank is judged over a year"
                yield Breach(("ratios", n, "period"), zh, en)
            if rule.get("hard"):
                zh, en = (
                    "入库规模是对项目库的要求，不拒绝单个项目",
                    "the size is asked of the bank and refuses no project",
                )
                yield Breach(("ratios", n, "hard"), zh, en)


def _conditions_out_of_place(raw: Raw) -> Iterator[Breach]:
    for loc, _, value in walk(Profile, raw):
        if loc[-1] == "conditions" and value and loc[:-1] != _WITH_CONDITIONS:
            yield Breach(
                loc,
                "只有到账的时限（receipt.deadline）才有条件；这里的时限由办理本身满足，应删去此行",
                "only the receipt's deadline (receipt.deadline) has conditions; the act itself meets this one: "
                "leave the line out",
            )


def _starts_of_no_clock(raw: Raw) -> Iterator[Breach]:
    for loc, right in _counted_from(raw):
        deadline = value_at(raw, loc)
        if not isinstance(deadline, dict) or deadline.get("kind") != "counted":
            continue
        start, words = deadline.get("start"), " / ".join(right)
        if not right:
            yield Breach(
                (*loc, "kind"),
                "这里没有起算点可用，不会计时；计日的时限只能写在 receipt、release、claims.gates、"
                "project.steps、assets（title、handover、keep）、绩效的监控、评价、纠偏，以及计划的审批上，"
                "整改期限（ladders 的 limit）从约谈起算。"
                '这里写 kind = "limit_unstated"，天数写入 reading',
                "no clock can be run here: counted deadlines stand at the receipt, the release, claims.gates, "
                "project.steps, assets (title, handover, keep), monitoring, evaluation and correction of performance, "
                "the approvals of a plan, and the limit of a "
                "rectification (from its interview). "
                'Write kind = "limit_unstated", and the days in reading',
            )
        elif start is not None and start not in right:
            zh = f"这里从 {words} 起算，不能从 {start!r} 起算"
            yield Breach((*loc, "start"), zh, f"the clock runs from {words} here, and cannot from {start!r}")


def _counted_from(raw: Raw) -> Iterator[tuple[Loc, tuple[str, ...]]]:
    """Yield where a deadline may stand on a case's way, with what the engine counts from there; () is no clock."""
    yield ("receipt", "deadline"), ("fund_received",)
    yield ("plan", "deadline"), ()
    yield ("plan", "selection", "deadline"), ()
    for n, approval in enumerate(tables(raw.get("plan"), "approvals")):
        yield ("plan", "approvals", n, "deadline"), () if approval.get("subject") == "bank_entry" else ("step_open",)
    yield ("release", "deadline"), _released_from(raw)
    for n, _ in enumerate(tables(raw.get("claims"), "gates")):
        yield ("claims", "gates", n, "deadline"), ("gate_open",)
    for n, _ in enumerate(tables(raw.get("project"), "steps")):
        yield ("project", "steps", n, "deadline"), ("step_open",)
    for n, _ in enumerate(tables(raw, "routines")):  # A rhythm that names a day has its own clock.
        yield ("routines", n, "deadline"), ()
    for n, ladder in enumerate(tables(raw, "ladders")):
        for m, rung in enumerate(tables(ladder, "rungs")):
            limited = rung.get("effect") == "rectify" and rung.get("trigger") != "anomaly_found"
            yield ("ladders", n, "rungs", m, "limit"), ("interviewed",) if limited else ()
    for n, _ in enumerate(tables(raw, "disclosures")):
        yield ("disclosures", n, "deadline"), ("information_arises",)
        yield ("disclosures", n, "duration"), ("published",)
    for n, hook in enumerate(tables(raw, "performance")):
        yield ("performance", n, "deadline"), _RESULT_FROM.get(str(hook.get("phase")), ())
    for n, rule in enumerate(tables(raw, "assets")):
        yield ("assets", n, "deadline"), ("step_open",) if rule.get("topic") in ("title", "handover", "keep") else ()
    for n, _ in enumerate(tables(raw, "surplus")):
        yield ("surplus", n, "deadline"), ("surplus_found",)


def _carried_by_what_takes_nothing(raw: Raw) -> Iterator[Breach]:
    """Find disclosures that a system carries which nothing goes out to."""
    going_out = {system.get("id"): system.get("direction") in ("out", "both") for system in tables(raw, "systems")}
    for n, rule in enumerate(tables(raw, "disclosures")):
        system = rule.get("system")
        if not going_out.get(system, True):
            yield Breach(
                ("disclosures", n, "system"),
                f"{system} 不对外发送，不能在其上公开",
                f"nothing goes out to {system}, so nothing is public there",
            )


def _blocks_nothing(raw: Raw) -> Iterator[Breach]:
    """Find disclosures that block, and name no step, or nothing that is about a project."""
    for n, rule in enumerate(tables(raw, "disclosures")):
        if rule.get("blocks") and not rule.get("before"):
            yield Breach(
                ("disclosures", n, "blocks"),
                "没有写明 before：不知道挡住哪一步",
                "it stands before nothing: say in `before` what it blocks",
            )
        upon = rule.get("upon")
        if rule.get("blocks") and not set(upon if isinstance(upon, tuple) else ()) & set(OF_A_PROJECT):
            one = " / ".join(OF_A_PROJECT)
            yield Breach(
                ("disclosures", n, "blocks"),
                f"挡住的是项目的环节：upon 须含 {one} 之一",
                f"it blocks a step of a project: `upon` needs one of {one}",
            )


def _released_from(raw: Raw) -> tuple[str, ...]:
    """Return what puts a plan in force, from which its release is counted: the last approval, or its minutes."""
    approvals = tables(raw.get("plan"), "approvals")
    if not approvals:  # Not stated; an office decision will say, and is checked with this.
        return "minutes_filed", "plan_approved", "money_approved"
    stages = [approval for approval in approvals if approval.get("subject") in _OF_A_PLAN]
    if stages and stages[-1].get("record") == "minutes":
        return ("minutes_filed",)
    of_money = [approval.get("subject") == "money" for approval in stages]
    if not any(of_money):  # One approval for both: the plan's is the money's.
        return "plan_approved", "money_approved"
    return ("money_approved",) if of_money[-1] else ("plan_approved",)


def _nobody_begins(raw: Raw, kinds: Sequence[object]) -> Iterator[Breach]:
    approved = any(approval.get("subject") == "project" for approval in tables(raw.get("plan"), "approvals"))
    if kinds[0] in WAITS and not (kinds[0] == "plan" and approved):  # Such an approval stands before the plan's step.
        yield Breach(
            ("project", "steps", 0, "kind"),
            f"第一个环节是 {kinds[0]}，无人办理：项目无从开始；它之前须有岗位办理的环节",
            f"nobody answers a {kinds[0]} step, so that no project can begin: a step that a post answers comes first",
        )
    if kinds[0] == "contract":
        yield Breach(
            ("project", "steps", 0, "kind"),
            "项目登记时没有合同金额：contract 之前须有其他环节",
            "no contract is signed when a project is registered: another step comes before it",
        )
    if "plan" in raw and "plan" not in kinds:
        yield Breach(
            ("plan",),
            "没有 plan 环节：项目列不进任何计划；project.steps 须有 kind = \"plan\" 的环节",
            "no project could ever be in a plan: project.steps needs a step of kind = \"plan\"",
        )  # fmt: skip


def _returns_that_wait(steps: Sequence[Raw], kinds: Sequence[object]) -> Iterator[Breach]:
    kind_of = [(step.get("id"), kind) for step, kind in zip(steps, kinds, strict=True)]
    for n, step in enumerate(steps):
        targets = step.get("returns_to")
        for m, target in enumerate(targets if isinstance(targets, tuple) else ()):
            for kind in (kind for name, kind in kind_of if name == target and kind in WAITS):
                yield Breach(
                    ("project", "steps", n, "returns_to", m),
                    f"{target!r} 是 {kind} 环节，无人办理：退回后再也走不出来；应退回到岗位办理的环节",
                    f"nobody answers the {kind} step {target!r}: a project sent back there stays for ever; "
                    "return to a step that a post answers",
                )


def _lost_retention(raw: Raw, kinds: Sequence[object]) -> Iterator[Breach]:
    """Find what retention money lacks: it is a share of the contract, held from the one acceptance, then paid."""
    if "retention" not in raw:
        return
    for kind in ("contract", "accept"):
        if kind not in kinds:
            yield Breach(
                ("retention",),
                f"质保金无从扣留：须有 kind = \"{kind}\" 的环节",
                f"no retention money would ever be held: project.steps needs a step of kind = \"{kind}\"",
            )  # fmt: skip
    accepts = [n for n, kind in enumerate(kinds) if kind == "accept"]
    for n in accepts[1:]:
        zh, en = (
            "质保金只从一次验收起算；应只有一个 accept 环节",
            "retention is held from one acceptance: one accept step",
        )
        yield Breach(("project", "steps", n, "kind"), zh, en)
    for n in accepts[:1]:
        if "contract" in kinds[n:]:
            zh, en = (
                "质保金按合同金额扣留：验收须在合同之后",
                "retention is of the contract: accept comes after contract",
            )
            yield Breach(("project", "steps", n, "kind"), zh, en)
        for before in (before for before, kind in enumerate(kinds[:n]) if kind == "payments"):
            yield Breach(
                ("project", "steps", before, "kind"),
                "永远过不去：质保金在验收之后才支付；payments 须排在 accept 之后",
                "can never be passed: retention is paid only after acceptance; payments comes after accept",
            )


def _clashes(raw: Raw, steps: Sequence[Raw], kinds: Sequence[object]) -> Iterator[Breach]:
    """Find two steps of one name: approvals of single projects and rounds make steps of their own."""
    for n in [n for n, kind in enumerate(kinds) if kind == "contract"][1:]:
        zh, en = (
            "第二个 contract 会取代第一个的金额；应只有一个",
            "a second contract takes the first one's place: one step",
        )
        yield Breach(("project", "steps", n, "kind"), zh, en)
    ids = [step.get("id") for step in steps]
    own: list[tuple[Loc, object]] = [(("project", "steps", n, "id"), name) for n, name in enumerate(ids)]
    for n, approval in enumerate(tables(raw.get("plan"), "approvals")):
        if approval.get("subject") == "project":
            at, name = ("plan", "approvals", n, "id"), approval.get("id")
            own.append((at, name))
            if name in ids:
                zh = f"逐个项目的审批自成一个环节，而已有环节 {name!r}；请用另一个名称"
                yield Breach(
                    at, zh, f"an approval of each project is a step of it, and {name!r} is one: use another id"
                )
    yield from _like_a_round(raw, own, [ids[n] for n in taken_again(kinds)])


def _like_a_round(raw: Raw, own: Sequence[tuple[Loc, object]], again: Sequence[object]) -> Iterator[Breach]:
    up, down = (value_at(raw, ("project", "rounds", key)) for key in ("up", "down"))
    for at, name in own:
        base, _, number = str(name).rpartition("_")
        is_number = number.isascii() and number.isdecimal() and number[0] != "0"
        if down and isinstance(up, int) and base in again and is_number and 1 <= int(number) < up:
            zh = f"{base} 第 {number} 轮的环节就叫 {name!r}；请用另一个名称"
            yield Breach(at, zh, f"round {number} of {base} is a step called {name!r} already: use another id")


def _rounds_of_nothing(raw: Raw, kinds: Sequence[object]) -> Iterator[Breach]:
    if value_at(raw, ("project", "rounds")) is not None and not taken_again(kinds):
        yield Breach(
            ("project", "rounds"),
            "没有可以重复的环节：各轮重复的是申报（declare）及紧邻的审核（review）",
            "there is nothing to take again: a round is a declare step, and the review step next to it",
        )
