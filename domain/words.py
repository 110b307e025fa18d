"""The phrases that refusals name acts by, in Chinese. States and ids stay as they are: they are looked up by."""

from dataclasses import dataclass

ZH = {
    "register a receipt": "登记到账",
    "report a receipt": "报告到账",
    "give written notice": "书面通知",
    "release money": "下达资金",
    "withdraw money": "办理上级收回",
    "reduce an allotment": "审减",
    "close a year": "年终结账",
    "draft a plan": "拟定计划",
    "approve a plan": "审批计划",
    "file minutes": "备案会议纪要",
    "lodge a claim": "提交报账",
    "send a payment": "发出支付指令",
    "enter the bank's answer": "登记银行答复",
    "enter a refund": "登记退款",
    "who enters a receipt?": "由谁登记到账？",
    "which gates does a claim pass?": "报账经过哪些关口？",
    "who approves?": "由谁审批？",
    "which steps does a project take?": "项目经过哪些环节？",
    "report to the leading group": "报领导小组",
    "notice to the competent department": "书面通知主管部门",
    "acceptance": "验收",
    "set the target": "填报绩效目标",
    "set the linkage": "填报联农带农机制",
    "announce money": "登记提前告知资金",
    "enter an arrival": "登记提前告知资金到账",
    "money received": "到账资金",
    "money announced": "提前告知资金",
    "the announcement was revoked": "提前告知已全部撤回",
    "move a case to other rules": "改按新版本办理",
    "a signed contract": "签订合同",
    "the contract": "合同价",
    "the contract less retention": "合同价减质保金",
    "the retention money": "质保金",
    "import an older year": "导入旧账",
    "export rows": "导出待报数据",
    "enter a receipt of rows": "登记报送回执",
    "reverse a row": "冲销已报数据",
    "send a row again": "重报退回的数据",
    "enter a disclosure": "补录公开事项",
    "make public": "办理公开",
    "enter an objection": "登记异议",
    "rule on an objection": "处理异议",
    "take a disclosure back": "撤回公开事项",
    "take a publication down": "撤下公开内容",
    "take a report down": "登记群众反映",
    "answer a report": "答复群众反映",
    "keep the training record": "登记培训",
    "what is disclosed?": "哪些事项须公开？",
    "where can the public object?": "公众向何处提出异议？",
    "where can the public report?": "公众向何处反映？",
    "how long does it stay public?": "公示期多长？",
    "which training is held?": "开展哪些培训？",
    "is a result monitored?": "绩效是否监控？",
    "is a deviation corrected in the year?": "偏差是否当年纠正？",
    "is a result evaluated?": "绩效是否评价？",
    "who is held to account for no result?": "无绩效如何问责？",
    "are results followed?": "绩效如何管理？",
    "is there a benefit linkage?": "有无联农带农要求？",
    "what follows a weak linkage?": "带动效果差、资产闲置、经营亏损如何处理？",
    "who must deliver the linkage?": "由谁落实联农带农责任？",
    "whom does the linkage count for?": "联农带农记在谁的名下？",
    "is each household led awarded?": "是否按带动户数奖励？",
    "what is an asset of a project?": "项目形成的资产如何管理？",
    "monitor a result": "绩效监控",
    "correct a deviation": "纠正偏差",
    "evaluate a result": "绩效评价",
    "explain a shortfall": "说明未达标原因",
    "hold to account": "问责",
    "perform a duty": "承担第三方工作",
    "close a performance case": "办结绩效管理",
    "record a linkage": "登记联农带农实绩",
    "confirm a household": "确认带动户",
    "find a weakness": "认定带动效果差、资产闲置或亏损",
    "mend a weakness": "整改",
    "enter an asset": "登记项目形成的资产",
    "confirm a title": "确权登记",
    "hand an asset over": "移交资产",
    "set the upkeep": "落实管护责任",
    "enter income of an asset": "登记资产收益",
    "share income of an asset": "分配资产收益",
    "dispose of an asset": "处置资产",
    "change an entry of the bank": "项目库变动",
    "may an entry of the bank be removed or changed?": "项目库中的项目可否调出、调整？",
    "for how many years is an entry listed?": "项目库几年滚动？",
    "may a project be built over several years?": "项目可否跨年度实施？",
    "at which rate is interest subsidised?": "贴息率是多少？",
    "who proposes this use?": "由谁提出？",
    "who confirms what is awarded?": "由谁确认奖励对象？",
    "for how many loans does the fund stand?": "风险基金按几倍放大贷款？",
    "is society's money matched?": "社会筹资是否配套？",
    "how is what is left over swept?": "结转结余如何清查？",
    "sweep what is left over": "清查结转结余",
    "agree with the list": "会签清单",
    "approve the list": "批复清单",
    "move what is left over": "安排结转结余",
    "is not in force": "尚未生效",
    "guarantee loans": "担保贷款",
    "report the parties' parts": "填报各方投入",
    "what does a machine look at in this entry test?": "这项入库要求由机器查什么？",
    "set the month's tasks": "下发月任务",
    "who sets the month's tasks?": "月任务由谁下发？",
    "on whom are the month's tasks set?": "月任务对谁下发？",
    "issue a circular": "通报",
    "rank": "排名",
    "answer a rectification": "答复整改",
    "hand a referral over": "移交线索",
    "sign the month's report": "签署报告",
    "put the month's record on file": "本月记录归档",
    "take part in a dispatch": "参与调度",
    "watch": "盯办",
    "who watches?": "由谁盯办？",
    "who deals with an anomaly?": "异常由谁办理？",
    "who reports on the week?": "每周由谁汇总？",
    "extend a deadline": "时限延期",
    "pause a deadline": "时限暂停",
    "resume a deadline": "恢复计时",
    "waive a deadline": "时限免除",
    "who may extend, pause or waive a deadline?": "时限的延期、暂停、免除由谁批准？",
    "call a meeting": "召集会议",
    "enter a meeting's decisions": "记录会议决定",
    "leave items of a meeting": "议题转下次会议或不议",
    "does this body decide?": "该机构是否有权决定？",
    "was not called": "未召集",
    "is over": "已经结束",
    "was not called, or is this one": "未召集，或就是本次会议",
    "nothing is decided": "尚未作出任何决定",
    "may one sign for many decisions at once?": "可否一次签名批量办理？",
    "may two keys decide in an emergency?": "可否作应急决定？",
    "who is the second key of an emergency decision?": "应急决定由谁作第二人确认？",
    "first key": "应急决定的提出",
    "expired": "逾期未确认",
    "confirmed": "已确认",
    "who may hand a step to one person?": "待办环节由谁改派？",
    "appoint people and register keys": "任免人员、登记密钥",
    "who may appoint people and register keys?": "任免人员、登记密钥由谁办理？",
    "which files may be attached?": "哪些文件可以作附件？",
    "correct a claim": "更正报账",
    "take a claim back": "撤回报账",
    "correct a plan": "更正计划",
    "take a plan back": "撤回计划",
    "correct a project": "更正项目",
    "take a project back": "撤回项目",
    "correct": "更正",
    "withdraw": "撤回",
    "rejected": "驳回",
    "withdrawn": "撤回",
}
WHO = "who: "
CLOSE = "the close of "
ATTEST = "attest "  # With the ban's id.


@dataclass(frozen=True)
class Both:
    """Words that stand in both languages, such as a rule's name: each text of a refusal takes its own."""

    zh: str
    en: str

    def __str__(self) -> str:
        """Return the English ones; `in_chinese` takes the others."""
        return self.en


def in_chinese(phrase: object) -> object:
    """Return a phrase of ours in Chinese, and anything else as it is."""
    if isinstance(phrase, Both):
        return phrase.zh
    if not isinstance(phrase, str):
        return phrase
    if phrase.startswith(WHO):
        what = phrase.removeprefix(WHO).removesuffix("?")
        return f"“{in_chinese(what)}”由谁办理？"
    if phrase.startswith(ATTEST):
        return f"认定负面清单 {phrase.removeprefix(ATTEST)}"
    if phrase.startswith(CLOSE):
        return f"{phrase.removeprefix(CLOSE)} 年结账"
    return ZH.get(phrase, phrase)
