"""What a fund refuses, with the numbers and what would satisfy the rule."""

from domain.errors import RefusedError


class NoSuchFundError(RefusedError):
    """An act on money that never arrived."""

    zh = "没有这笔资金：{fund_no}；先登记到账"
    en = "no such fund: {fund_no}; register its arrival first"


class SecondTimeError(RefusedError):
    """An act that is done once was asked for again."""

    zh = "{what}已于 {on} 办理，不重复办理"
    en = "{what} was done on {on} already"


class ShortfallError(RefusedError):
    """More was asked of a portion or line than it has in the bucket asked of."""

    zh = "资金 {fund_no} {place} 的{bucket}不足：要 {asked_fen} 分，只有 {left_fen} 分；最多可办 {left_fen} 分"
    en = "fund {fund_no} {place}: {asked_fen} fen asked of what is {bucket}; at most {left_fen} fen can be had"


class NotReservedError(RefusedError):
    """A payment step of a claim that is not in the state that the step starts from."""

    zh = "报账 {claim_no} 在本资金中的状态是 {state}，不能{wanted}"
    en = "claim {claim_no} is {state} in this fund, so {wanted} is not possible"


class NotAllottedError(RefusedError):
    """A release of what no plan in force allotted: no minutes, no basis for payment."""

    zh = "计划 {plan_no} 未在资金 {fund_no} 中安排，不能下达；先由决策机构审批并备案会议纪要"
    en = "plan {plan_no} has nothing allotted in fund {fund_no}: it must be approved and its minutes filed first"


class YearOpenError(RefusedError):
    """A year that cannot be closed: money is on its way, or the year is not the fund's."""

    zh = "资金 {fund_no} 的 {year} 年不能结账：{sent_fen} 分在途未得银行答复，首个预算年度 {fiscal_year}；先记银行答复"
    en = (
        "fund {fund_no}: {year} cannot be closed: {sent_fen} fen are sent without the bank's answer, "
        "first fiscal year {fiscal_year}; enter the bank's answer first"
    )


class AmountError(RefusedError):
    """An amount that is no amount."""

    zh = "金额必须是大于零的整数分：{place} 为 {amount_fen} 分"
    en = "an amount is a whole number of fen above zero: {place} is {amount_fen} fen"
