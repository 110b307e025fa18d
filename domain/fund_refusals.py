"""What a fund refuses, with the numbers and what would satisfy the rule."""

from domain.errors import RefusedError


class NoSuchFundError(RefusedError):
    """An act on money that never arrived."""

    zh = "没有这笔资金：{fund_no}；先登记到账"
    en = "no such fund: {fund_no}; register its arrival first"


class SecondTimeError(RefusedError):
    """An act that is done once was asked for again."""

    zh = "{what}已于 {on} 办理，只办一次，无须再办（{clause}）"
    en = "{what} was done on {on} already; it is done once, nothing more is needed ({clause})"


class ShortfallError(RefusedError):
    """More was asked of a portion or line than it has in the bucket asked of."""

    zh = (
        "资金 {fund_no} {place} 的{bucket}不足：要 {asked_fen} 分，只有 {left_fen} 分；"
        "最多可办 {left_fen} 分（{clause}）"
    )
    en = (
        "fund {fund_no} {place}: {asked_fen} fen asked of what is {bucket}; "
        "at most {left_fen} fen can be had ({clause})"
    )


class NotReservedError(RefusedError):
    """A payment step of a claim that is not in the state that the step starts from."""

    zh = "报账 {claim_no} 在资金 {fund_no} 中的状态是 {state}，不能 {wanted}；须先是 {needed}（{clause}）"
    en = (
        "claim {claim_no} is {state} in fund {fund_no}, so {wanted} is not possible; "
        "it must be {needed} first ({clause})"
    )


class NotAllottedError(RefusedError):
    """A release of what no plan in force allotted: no minutes, no basis for payment."""

    zh = "计划 {plan_no} 未在资金 {fund_no} 中安排，不能下达；先由决策机构审批并备案会议纪要（{clause}）"
    en = (
        "plan {plan_no} has nothing allotted in fund {fund_no}: "
        "it must be approved and its minutes filed first ({clause})"
    )


class YearOpenError(RefusedError):
    """A year that cannot be closed: money is on its way, or the year is not next: before the fund's, or to come."""

    zh = (
        "资金 {fund_no} 的 {year} 年不能结账：在途未得银行答复 {sent_fen} 分，最早可结 {first} 年，现在是 {now} 年；"
        "先记银行答复，按年度顺序结账（{clause}）"
    )
    en = (
        "fund {fund_no}: {year} cannot be closed: {sent_fen} fen are sent without the bank's answer, {first} is the "
        "earliest to close, it is {now} now; enter the bank's answer first, and close the years in order ({clause})"
    )


class AmountError(RefusedError):
    """An amount that is no amount."""

    zh = "金额必须是大于零的整数分：{place} 为 {amount_fen} 分（引擎规则）"
    en = "an amount must be a whole number of fen above zero: {place} is {amount_fen} fen (the engine's rule)"


class NotArrivedError(RefusedError):
    """An act that needs the money itself, on money that is only announced (提前告知资金)."""

    zh = (
        "资金 {fund_no} 仅由 {document_no} 第 {item_no} 项提前告知，尚未到账，不能{what}（{clause}）；"
        "先凭正式文件登记到账（fund.arrive/1）"
    )
    en = (
        "fund {fund_no} is only announced, by {document_no} item {item_no}, and has not arrived: "
        "{what} is not possible ({clause}); enter its arrival by its own document first (fund.arrive/1)"
    )


class NotAnnouncedAheadError(RefusedError):
    """An announcement of money from a source that the county's rules do not announce ahead."""

    zh = (
        "来源 {source} 按本县规定不提前告知（{clause}）；提前告知的来源只有：{ahead}；"
        "须到账后办理登记（fund.register/1）"
    )
    en = (
        "source {source} is not announced ahead by the county's rules ({clause}); announced ahead: {ahead}; "
        "its money must be registered when it has arrived (fund.register/1)"
    )


class NotAwaitedError(RefusedError):
    """An arrival of money that nobody waits for: it was entered as received, or its announcement was revoked whole."""

    zh = (
        "资金 {fund_no}（{document_no} 第 {item_no} 项）不在待到账之列：{state}；"
        "新到的钱须另行登记（fund.register/1）（引擎规则）"
    )
    en = (
        "fund {fund_no} ({document_no} item {item_no}) is not awaited: {state}; "
        "new money must be registered as a fund of its own (fund.register/1) (the engine's rule)"
    )


class EnteredOtherwiseError(RefusedError):
    """The same item was asked as received where it is on record as announced, or the other way round."""

    zh = (
        "{document_no} 第 {item_no} 项已作为{recorded}登记为资金 {fund_no}，这次是{asked}；"
        "提前告知的资金到账须用 fund.arrive/1（引擎规则）"
    )
    en = (
        "{document_no} item {item_no} is on record as {recorded}, fund {fund_no}; asked: {asked}; "
        "announced money must arrive by fund.arrive/1 (the engine's rule)"
    )


class ArrivalDocumentError(RefusedError):
    """The arrival of announced money was entered under the announcement's own item."""

    zh = (
        "资金 {fund_no} 的到账须凭正式文件：{document_no} 第 {item_no} 项是提前告知文件本身，"
        "同一项只登记一次（引擎规则）"
    )
    en = (
        "the arrival of fund {fund_no} must have its own document: {document_no} item {item_no} is the announcement, "
        "and an item is entered once (the engine's rule)"
    )


class PoolUnsaidError(RefusedError):
    """An arrival that does not say what came of a pool that was announced."""

    zh = "资金 {fund_no} 的到账未写明资金池 {pool}：提前告知 {announced_fen} 分；一分未到须写 0（引擎规则）"
    en = (
        "the arrival of fund {fund_no} does not say what came of pool {pool}: {announced_fen} fen were announced; "
        "0 must be stated if nothing came (the engine's rule)"
    )


class ArrivedLowerError(RefusedError):
    """Less arrived in a pool than was announced, and what is missing is planned already."""

    zh = (
        "资金 {fund_no} {pool} 到账 {arrived_fen} 分，比提前告知的 {announced_fen} 分少 {lacking_fen} 分，"
        "未安排的只有 {free_fen} 分；先以计划调整（plan.draft/1 的 cuts）调减已安排的 {cut_fen} 分（引擎规则）"
    )
    en = (
        "fund {fund_no} {pool}: {arrived_fen} fen arrived of {announced_fen} fen announced; {lacking_fen} fen are "
        "missing and only {free_fen} fen are free; cut {cut_fen} fen from its plans first (plan.draft/1, cuts) "
        "(the engine's rule)"
    )
