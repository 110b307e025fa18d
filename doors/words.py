"""What happened, in the field's words: a sentence for each kind of fact, and names of steps and stages."""

# The fields are the fact's own; `no` is the number of its case. Amounts and clauses have columns of their own.
FACTS: dict[str, tuple[str, str]] = {
    "fund.received/1": (
        "资金 {no} 到账：{document_no} 第 {item_no} 项，来源 {source}；{portions}",
        "fund {no} received: {document_no} item {item_no}, source {source}; {portions}",
    ),
    "fund.reported/1": ("资金 {no} 到账已报领导小组", "the arrival of {no} was reported to the leading group"),
    "fund.notified/1": ("书面通知主管部门：{department}", "written notice to {department}"),
    "fund.allotted/1": ("计划 {plan_no} 安排资金 {no}：{shares}", "plan {plan_no} set money of {no} aside: {shares}"),
    "fund.released/1": (
        "资金 {no} 按计划 {plan_no} 下达（{form}）：{shares}",
        "money of {no} released by plan {plan_no} ({form}): {shares}",
    ),
    "fund.reserved/1": ("报账 {claim_no} 占用资金 {no}：{shares}", "claim {claim_no} holds money of {no}: {shares}"),
    "fund.freed/1": ("报账 {claim_no} 的占用释放", "what claim {claim_no} held is free again"),
    "fund.sent/1": ("资金 {no}：报账 {claim_no} 支付在途", "money of {no} on its way for claim {claim_no}"),
    "fund.bounced/1": ("资金 {no}：报账 {claim_no} 退汇", "money of {no} for claim {claim_no} bounced"),
    "fund.paid/1": ("资金 {no}：报账 {claim_no} 支付到账", "money of {no} paid for claim {claim_no}"),
    "fund.refunded/1": ("资金 {no}：报账 {claim_no} 退款", "money of {no} refunded for claim {claim_no}"),
    "fund.withdrawn/1": ("上级收回：{pool}，{document_no}", "withdrawn by the upper level: {pool}, {document_no}"),
    "fund.year-closed/1": ("{year} 年结账：{carried}", "{year} closed: {carried}"),
    "project.allotment-cut/1": (
        "调减：资金 {fund_no} {amount_fen}；依据计划 {plan_no}",
        "cut: fund {fund_no} {amount_fen}; by plan {plan_no}",
    ),
    "fund.reduced/1": ("审减：{share}；{reason}", "reduced at settlement: {share}; {reason}"),
    "plan.drafted/1": (
        "拟定计划 {no}（第 {version} 稿）：{title}，{lines} 行",
        "plan {no} drafted (version {version}): {title}, {lines} lines",
    ),
    "plan.decided/1": (
        "计划 {no} 经 {stage}，会议 {meeting_no}：{opinion}",
        "plan {no}: {stage}, meeting {meeting_no}: {opinion}",
    ),
    "plan.returned/1": (
        "计划 {no} 退回，会议 {meeting_no}：{opinion}",
        "plan {no} returned, meeting {meeting_no}: {opinion}",
    ),
    "plan.minutes-bound/1": (
        "计划 {no} 依据会议 {meeting_no} 纪要，{digest}",
        "plan {no} rests on the minutes of {meeting_no}, {digest}",
    ),
    "plan.in-force/1": (
        "计划 {no} 生效，到账的资金可以下达",
        "plan {no} is in force: what has arrived may be released",
    ),
    "plan.release-noted/1": ("资金 {fund_no} 已按本计划下达", "fund {fund_no} has released this plan's money"),
    "plan.rules-judged/1": ("计划 {no} 按规则核定：{results}", "plan {no} judged by the rules: {results}"),
    "meeting.held/1": (
        "会议 {no}：{body} {held_on} 召开，到会 {present} 人，法定 {quorum} 人",
        "meeting {no}: {body} met on {held_on}, {present} present, quorum {quorum}",
    ),
    "meeting.decided/1": (
        "会议 {no} 就 {item} 决定：{approve}；{opinion}",
        "meeting {no} on {item}: {approve}; {opinion}",
    ),
    "meeting.minutes-filed/1": ("会议 {no} 纪要备案，{digest}", "minutes of meeting {no} filed, {digest}"),
    "project.registered/1": (
        "项目 {no}：{name}，{township}{village}，实施单位 {unit}",
        "project {no}: {name}, {township} {village}, implemented by {unit}",
    ),
    "project.step-passed/1": ("通过：{step} {opinion} {record}", "passed: {step} {opinion} {record}"),
    "project.step-returned/1": (
        "{step}退回到 {to}：{reason}{withdrawn}",
        "{step} sent back to {to}: {reason}{withdrawn}",
    ),
    "project.contract-signed/1": ("签订合同：{contractor}", "contract signed with {contractor}"),
    "project.plan-included/1": ("列入计划 {plan_no}", "in plan {plan_no}"),
    "project.release-arrived/1": (
        "资金 {fund_no} 按计划 {plan_no} 下达到项目",
        "fund {fund_no} released money by plan {plan_no}",
    ),
    "project.claim-noted/1": ("记入报账 {claim_no}（{kind}）", "claim {claim_no} noted ({kind})"),
    "project.claim-unnoted/1": ("报账 {claim_no} 退回，不再计入", "claim {claim_no} returned, no longer counted"),
    "project.payment-noted/1": ("记入支付：报账 {claim_no}", "payment of claim {claim_no} noted"),
    "project.refund-noted/1": ("记入退款：报账 {claim_no}", "refund of claim {claim_no} noted"),
    "project.closed/1": ("项目 {no} 全部环节办结", "project {no}: every step is done"),
    "claim.lodged/1": (
        "提交报账 {no}（第 {version} 次，{kind}），收款人 {payee}，凭证 {vouchers} 份 {papers}",
        "claim {no} lodged (version {version}, {kind}), payee {payee}, {vouchers} vouchers {papers}",
    ),
    "claim.gate-passed/1": ("报账 {no} 通过 {gate}：{opinion}", "claim {no} passed {gate}: {opinion}"),
    "claim.returned/1": (
        "报账 {no} 由 {gate} 退回：{reason}{withdrawn}",
        "claim {no} returned by {gate}: {reason}{withdrawn}",
    ),
    "claim.payment-sent/1": (
        "报账 {no} 发出支付指令（第 {attempt} 次）",
        "payment of claim {no} ordered (attempt {attempt})",
    ),
    "claim.payment-bounced/1": (
        "报账 {no} 退汇（第 {attempt} 次）：{reason}",
        "payment of claim {no} bounced (attempt {attempt}): {reason}",
    ),
    "claim.payment-confirmed/1": (
        "报账 {no} 支付确认，回单 {bank_ref}",
        "payment of claim {no} confirmed, reference {bank_ref}",
    ),
    "claim.payment-refunded/1": ("报账 {no} 退款：{reason}", "payment of claim {no} refunded: {reason}"),
    "obligation.opened/1": (
        "限时起算：{conditions}，{count} 个{unit}，{due_on} 止{provisional}，责任 {responsible}〔{no}〕",
        "clock started: {conditions} within {count} {unit}, by {due_on}{provisional}, {responsible} answers [{no}]",
    ),
    "obligation.fulfilled/1": ("限时事项已办：{condition}〔{no}〕", "done under the clock: {condition} [{no}]"),
    "obligation.met/1": ("限时义务办结，{days_late}〔{no}〕", "the clock is met, {days_late} [{no}]"),
    "obligation.dropped/1": ("限时义务撤销：{reason}〔{no}〕", "the clock was dropped: {reason} [{no}]"),
    "obligation.reminded/1": ("提醒 {post} {person}〔{no}〕", "{post} {person} reminded [{no}]"),
    "obligation.breached/1": ("逾期：责任 {post} {person}〔{no}〕", "overdue: {post} {person} was responsible [{no}]"),
    "obligation.escalated/1": (
        "逐级上报第 {rung} 级：{post} {person}{also}{effect}{actor}〔{no}〕",
        "rung {rung} of the ladder: {post} {person}{also} was told{effect}{actor} [{no}]",
    ),
    "obligation.recomputed/1": (
        "按工作日历 {calendar}{notices}重新计算期限：原 {due_before}，现 {due_on}{provisional}{void_breach}〔{no}〕",
        "due day counted anew on {calendar}{notices}: {due_before}, now {due_on}{provisional}{void_breach} [{no}]",
    ),
    "obligation.extended/1": (
        "批准延期：原 {due_before}，现 {due_on}{provisional}；事由：{reason}；责任 {post} {person} {record}〔{no}〕",
        "more time granted: {due_before}, now {due_on}{provisional}: {reason}; {post} {person} answers {record} [{no}]",
    ),
    "obligation.paused/1": (
        "批准自 {since} 起暂停计时；事由：{reason}；责任 {post} {person} {record}〔{no}〕",
        "the clock stands still from {since}: {reason}; {post} {person} answers {record} [{no}]",
    ),
    "obligation.resumed/1": (
        "恢复计时，加 {days} 日：原 {due_before}，现 {due_on}{provisional}；{reason}；{post} {person} {record}〔{no}〕",
        "resumed, {days} days more: {due_before}, now {due_on}{provisional}: {reason}; {post} {person} {record} [{no}]",
    ),
    "obligation.waived/1": (
        "批准免除；事由：{reason}；责任 {post} {person} {record}〔{no}〕",
        "waived: {reason}; {post} {person} answered {record} [{no}]",
    ),
    "project.attested/1": (
        "负面清单认定“{ban}”：{clear}；{opinion} {record}",
        "negative list, {ban}: {clear}; {opinion} {record}",
    ),
    "project.target-set/1": ("填报绩效目标：{target} {record}", "performance target: {target} {record}"),
    "project.linkage-set/1": (
        "填报联农带农机制：{mode}，{households} 户 {record}",
        "benefit linkage: {mode}, {households} households {record}",
    ),
    "fund.announced/1": (
        "资金 {no} 提前告知（尚未到账）：{document_no} 第 {item_no} 项，来源 {source}；{portions}",
        "fund {no} announced, not arrived: {document_no} item {item_no}, source {source}; {portions}",
    ),
    "fund.arrived/1": (
        "提前告知的资金 {no} 到账：{document_no} 第 {item_no} 项；{portions}",
        "the announced fund {no} arrived: {document_no} item {item_no}; {portions}",
    ),
    "fund.revoked/1": (
        "撤回提前告知：{pool} {amount_fen}，{document_no}",
        "announcement revoked: {pool} {amount_fen}, {document_no}",
    ),
    "fund.unallotted/1": (
        "计划 {plan_no} 安排的未到账资金由计划 {by_plan_no} 调减：{share}",
        "money not arrived, of plan {plan_no}, cut by plan {by_plan_no}: {share}",
    ),
    "plan.fund-cut/1": (
        "资金 {fund_no} 到账前由计划 {by_plan_no} 全部调减，本计划无可下达",
        "fund {fund_no}: all of this plan's money was cut by plan {by_plan_no} before it arrived; nothing to release",
    ),
    "fund.moved/1": (
        "资金 {no} 由政策版本 {before} 改按 {terms} 办理：{reason}",
        "fund {no} moved from policy version {before} to {terms} because: {reason}",
    ),
    "plan.moved/1": (
        "计划 {no} 由政策版本 {before} 改按 {terms} 办理：{reason}",
        "plan {no} moved from policy version {before} to {terms} because: {reason}",
    ),
    "project.moved/1": (
        "项目 {no} 由政策版本 {before} 改按 {terms} 办理：{reason}",
        "project {no} moved from policy version {before} to {terms} because: {reason}",
    ),
    "claim.moved/1": (
        "报账 {no} 由政策版本 {before} 改按 {terms} 办理：{reason}",
        "claim {no} moved from policy version {before} to {terms} because: {reason}",
    ),
    "outbox.queued/1": ("待报第 {row_no} 行：{row}", "row {row_no} waits: {row}"),
    "outbox.exported/1": (
        "第 {batch} 批报出第 {first} 至 {last} 行，摘要 {digest}",
        "batch {batch}: rows {first} to {last} sent, {digest}",
    ),
    "outbox.acknowledged/1": (
        "第 {batch} 批回执 {receipt_no}；退回 {refused} 行",
        "batch {batch} answered: {receipt_no}; {refused} rows refused",
    ),
    "disclosure.arose/1": (
        "列入公开台账 {no}：{what} {words}",
        "in the disclosure register, {no}: {what} {words}",
    ),
    "disclosure.published/1": (
        "第 {number} 次公开：{place} {address} {record}{corrects}",
        "publication {number}: {place} {address} {record}{corrects}",
    ),
    "disclosure.publicity-began/1": ("公示期起算，到 {until} 止", "days of publicity began, to the end of {until}"),
    "disclosure.objection-raised/1": (
        "第 {number} 号异议（{channel}）：{words} {record}",
        "objection {number} ({channel}): {words} {record}",
    ),
    "disclosure.objection-ruled/1": ("第 {number} 号异议{upheld}：{reason}", "objection {number} {upheld}: {reason}"),
    "disclosure.publicity-resumed/1": ("公示期续算，到 {until} 止", "days of publicity run on, to the end of {until}"),
    "disclosure.publicity-recounted/1": (
        "按工作日历 {calendar} 重新计算公示期：原 {until_before}，现 {until} 止{provisional}",
        "days of publicity counted anew on {calendar}: {until_before}, now to the end of {until}{provisional}",
    ),
    "disclosure.publicity-ended/1": ("公示期满", "the days of publicity are over"),
    "disclosure.withdrawn/1": ("撤回公开事项：{reason}", "the disclosure was taken back: {reason}"),
    "disclosure.taken-down/1": ("期满撤下：{reason}", "taken down after its days: {reason}"),
    "training.held/1": (
        "培训 {no}：{topic}，{form}，{levels}，{posts}，{attended} 人 {record} {corrects}",
        "training {no}: {topic}, {form}, {levels}, {posts}, {attended} people {record} {corrects}",
    ),
    "hotline.taken/1": (
        "群众反映 {no}（{channel}）：{words} {about} {record}",
        "report {no} ({channel}): {words} {about} {record}",
    ),
    "hotline.answered/1": ("答复：{founded}；{answer} {record}", "answered: {founded}; {answer} {record}"),
    "performance.opened/1": (
        "项目 {project_no} 的绩效开始跟踪",
        "the results of project {project_no} are followed from now on",
    ),
    "performance.measures-set/1": (
        "设定绩效指标：{measures} {record}",
        "measures set: {measures} {record}",
    ),
    "performance.monitored/1": (
        "{year} 年绩效监控（{channel}）：{values}；偏差：{deviation} {record}",
        "monitored in {year} ({channel}): {values}; deviation: {deviation} {record}",
    ),
    "performance.corrected/1": (
        "偏差 {number} 分类处置“{handling}”：{words} {record}",
        "deviation {number} handled as {handling}: {words} {record}",
    ),
    "performance.evaluated/1": (
        "{year} 年绩效评价：{grade}，得分 {score}；{values}；未达标：{missed} {record}",
        "evaluated for {year}: {grade}, score {score}; {values}; missed: {missed} {record}",
    ),
    "performance.explained/1": (
        "责任“{duty}”说明未达标原因：{words} {record}",
        "{duty} explained the shortfall: {words} {record}",
    ),
    "performance.held-to-account/1": (
        "{year} 年无绩效问责 {accountable}：{words} {record}",
        "{accountable} held to account for {year}: {words} {record}",
    ),
    "performance.duty-performed/1": (
        "{performer} 承担“{duty}”：{words} {record}",
        "{performer} performed {duty}: {words} {record}",
    ),
    "performance.linkage-recorded/1": (
        "联农带农实绩：{modes}；{reached}；经营主体 {operator} {reason} {record}",
        "linkage done: {modes}; {reached}; operator {operator} {reason} {record}",
    ),
    "performance.household-confirmed/1": (
        "确认带动户 {household}（{group}），经营主体 {operator} {record}",
        "household {household} ({group}) confirmed, led by {operator} {record}",
    ),
    "performance.weakness-found/1": (
        "认定带动效果差：{words}{effect} {record}",
        "the linkage was found weak: {words}{effect} {record}",
    ),
    "performance.weakness-mended/1": (
        "带动效果差已整改：{words} {record}",
        "the weak linkage was put right: {words} {record}",
    ),
    "performance.closed/1": (
        "绩效管理办结：{words}",
        "the results are followed no longer: {words}",
    ),
    "asset.formed/1": (
        "项目 {project_no} 形成资产 {no}：{name}（{nature}）；{payments} {record}",
        "project {project_no} formed asset {no}: {name} ({nature}); {payments} {record}",
    ),
    "asset.payments-added/1": (
        "资产 {no} 增列支付：{payments}",
        "payments added to asset {no}: {payments}",
    ),
    "asset.payment-taken-out/1": (
        "报账 {claim_no} 已退款，不再计入资产 {no}",
        "claim {claim_no} was refunded and no longer paid for asset {no}",
    ),
    "asset.title-confirmed/1": (
        "资产 {no} 确权：归 {owner}，{reference} {under} {record}",
        "title of asset {no} confirmed: {owner}, {reference} {under} {record}",
    ),
    "asset.handed-over/1": (
        "资产 {no} 移交 {to} {under} {record}",
        "asset {no} handed over to {to} {under} {record}",
    ),
    "asset.keeper-set/1": (
        "资产 {no} 由 {keeper} 管护：{words} {record}",
        "asset {no} is kept up by {keeper}: {words} {record}",
    ),
    "asset.upkeep-logged/1": (
        "资产 {no} 管护：{words} {record}",
        "upkeep of asset {no}: {words} {record}",
    ),
    "asset.income-entered/1": (
        "资产 {no} 收益：{words} {record}",
        "income of asset {no}: {words} {record}",
    ),
    "asset.income-shared/1": (
        "资产 {no} 收益分配 {to}：{use} {record}",
        "income of asset {no} to {to}: {use} {record}",
    ),
    "asset.weakness-found/1": (
        "资产 {no}（{kind}）：{words}{effect} {record}",
        "asset {no} ({kind}): {words}{effect} {record}",
    ),
    "asset.weakness-mended/1": (
        "资产 {no} 已整改：{words} {record}",
        "asset {no} put right: {words} {record}",
    ),
    "asset.disposed/1": (
        "资产 {no} 处置：{words} {record}",
        "asset {no} disposed of: {words} {record}",
    ),
    "project.asset-noted/1": (
        "形成资产 {asset_no}：报账 {claims}",
        "asset {asset_no} formed: claims {claims}",
    ),
    "project.entry-tested/1": ("入库审查：{results}", "tested for the bank: {results}"),
    "project.told-apart/1": ("与疑似重复项目比对：{others}", "told apart from look-alikes: {others}"),
    "project.entry-removed/1": ("调出项目库：{reason} {record}", "taken out of the bank: {reason} {record}"),
    "project.entry-taken-up/1": ("重新调入项目库：{reason} {record}", "taken up in the bank again: {reason} {record}"),
    "project.estimate-changed/1": (
        "优化调整：估算由 {before_fen} 改为 {budget_fen}；{reason} {record}",
        "optimised: estimate {before_fen}, now {budget_fen}; {reason} {record}",
    ),
    "project.entry-confirmed/1": ("滚动确认：自 {year} 年起；{opinion}", "confirmed anew from {year} on: {opinion}"),
    "project.loan-guaranteed/1": (
        "风险基金担保贷款 {loan_no}：{institution} {amount_fen} {record}",
        "the risk fund stands for loan {loan_no}: {institution} {amount_fen} {record}",
    ),
    "project.loan-repaid/1": ("贷款 {loan_no} 已还清", "loan {loan_no} was paid back"),
    "project.loss-covered/1": (
        "风险基金代偿贷款 {loan_no}：{amount_fen} {record}",
        "the risk fund covered the loss of loan {loan_no}: {amount_fen} {record}",
    ),
    "project.loss-recovered/1": (
        "追回贷款 {loan_no} 的代偿款：{amount_fen}",
        "of the covered loss of loan {loan_no} came back: {amount_fen}",
    ),
    "project.cosigned/1": ("{step}会签 {opinion}", "{step} co-signed {opinion}"),
    "plan.cosigned/1": ("会签第 {version} 稿 {opinion}", "draft {version} co-signed {opinion}"),
    "absence.opened/1": (
        "{person} 外出（{post}），{first} 至 {last} 由 {deputy} 代理 {kinds} {steps} {amount_most_fen}：{reason}",
        "{person} absent ({post}); {deputy} stands in {first} to {last} {kinds} {steps} {amount_most_fen}: {reason}",
    ),
    "absence.ended/1": ("外出 {absence_no} 结束，代理终止 {reason}", "absence {absence_no} is over {reason}"),
    "handling.assigned/1": (
        "{of_case} 的 {step} 改派给 {to}：{reason}",
        "{step} of {of_case} goes to {to}: {reason}",
    ),
    "handling.unassigned/1": (
        "收回 {before} 的 {step}，由 {post} 任职者办理：{reason}",
        "{step} is taken back from {before}, any holder of {post} takes it: {reason}",
    ),
    "handling.forwarded/1": (
        "{holder} 就 {of_case} 的 {step} 征求 {to} 意见（第 {number} 次）：{question}",
        "{holder} asks {to} about {step} of {of_case} (question {number}): {question}",
    ),
    "handling.advised/1": (
        "就 {step} 答复 {holder}（第 {number} 次）：{opinion}",
        "opinion on {step} for {holder} (question {number}): {opinion}",
    ),
    "handling.recalled/1": (
        "收回就 {step} 对 {to} 的征求（第 {number} 次）：{reason}",
        "the question to {to} about {step} is taken back (question {number}): {reason}",
    ),
    "handling.ended/1": (
        "{step} 的交办随之终止：办理人 {holder}，提出意见者 {advised_by}",
        "{step} waits no longer; it was with {holder}, opinions by {advised_by}",
    ),
    "people.ordered/1": (
        "人事令：{person} {what} {post} {key_id} {reason}",
        "order about {person}: {what} {post} {key_id} {reason}",
    ),
    "project.parts-reported/1": (
        "各方投入（上报数）：{parts} {record}",
        "the parties' parts, as reported: {parts} {record}",
    ),
    "surplus.found/1": ("清查 {no}：列出 {items}", "sweep {no}: found {items}"),
    "surplus.agreed/1": ("清查 {no}：{party} 会签", "sweep {no}: {party} agreed"),
    "surplus.returned/1": ("清查 {no} 的清单退回：{reason}", "the list of sweep {no} was sent back: {reason}"),
    "surplus.approved/1": (
        "清查 {no} 的清单已批复：{opinion} {record}",
        "list of sweep {no} approved: {opinion} {record}",
    ),
    "surplus.moved/1": ("清查 {no}：由计划 {plan_no} 安排 {items}", "sweep {no}: plan {plan_no} moved {items}"),
    "surplus.closed/1": ("清查 {no}：清单全部安排完毕", "sweep {no}: everything on the list was moved"),
    "dispatch.opened/1": ("{month} 月调度开始", "the dispatch of {month} began"),
    "dispatch.tasks-set/1": (
        "{no} 月任务下发（{routine}），会同 {consulted}，发 {to}：{tasks}",
        "tasks of {no} issued ({routine}), consulted {consulted}, to {to}: {tasks}",
    ),
    "dispatch.actuals-entered/1": ("{no} 完成情况：{actuals}；{reason}", "what came of {no}: {actuals}; {reason}"),
    "dispatch.problem-found/1": (
        "发现问题 {no}（{trigger}）{subject}：{said}；建议：{proposal}",
        "problem {no} ({trigger}) {subject}: {said}; proposal: {proposal}",
    ),
    "dispatch.rung-taken/1": (
        "对 {subject} 采取“{rung}”，告 {to}：{said} {with_whom} {rectify_by}",
        "{rung} taken on {subject}, told {to}: {said} {with_whom} {rectify_by}",
    ),
    "dispatch.circular-issued/1": ("通报，报送 {to}：{said}；{record}", "circular to {to}: {said}; {record}"),
    "dispatch.ranked/1": ("排名 {ranking}：{places}；靠后 {back}", "ranking {ranking}: {places}; at the back {back}"),
    "dispatch.referral-drafted/1": (
        "引擎拟出移交 {to} 的线索：{units}；尚未移交",
        "leads for {to} drafted by the engine, not handed over: {units}",
    ),
    "dispatch.referral-handed-over/1": (
        "线索移交 {to}，{received_by} 签收：{units}",
        "leads handed over to {to}, received by {received_by}: {units}",
    ),
    "dispatch.rectification-answered/1": (
        "{subject} 整改{is_done}：{said}",
        "rectification of {subject} {is_done}: {said}",
    ),
    "dispatch.routine-done/1": (
        "{routine} {subject}，会同 {took_part}，发 {to}：{said}",
        "{routine} {subject}, with {took_part}, to {to}: {said}",
    ),
    "dispatch.report-signed/1": ("报告签字（{kept}），{record}", "report signed ({kept}), {record}"),
    "dispatch.closed/1": (
        "{no} 记录归档，{record}；未办 {missed}；未采取 {left}",
        "the record of {no} is on file, {record}; missed {missed}; not taken {left}",
    ),
    "watch.opened/1": ("{week} 周盯办开始", "the watch of {week} began"),
    "watch.looked/1": ("盯办一次（{system}）：{said}", "a look ({system}): {said}"),
    "watch.anomaly-found/1": (
        "发现异常 {no}：{subject}（{system}），{said}；由 {responsible} 办理",
        "anomaly {no}: {subject} ({system}), {said}; it is for {responsible}",
    ),
    "watch.rung-taken/1": ("异常 {no}：{rung}，{said}", "anomaly {no}: {rung}, {said}"),
    "watch.anomaly-verified/1": ("异常 {no} 查证：{holds}，{said}", "anomaly {no} verified: {holds}, {said}"),
    "watch.anomaly-settled/1": (
        "异常 {no} {how}：{said}；答复 {answered_in}",
        "anomaly {no} {how}: {said}; answered in {answered_in}",
    ),
    "watch.reported/1": (
        "{no} 每周汇总，{record}：{days}；未了结 {open}",
        "weekly report of {no}, {record}: {days}; open {open}",
    ),
    "watch.looks-missed/1": ("漏看：{days}", "looks missed: {days}"),
    "surplus.called/1": ("年末清查 {no}，等待 {lead} 列出清单", "sweep {no} is called; {lead} is waited for"),
    "meeting.called/1": (
        "会议 {no}：召集 {body} 于 {on} 开会，议题 {agenda}",
        "meeting {no}: {body} is called for {on}, agenda {agenda}",
    ),
    "meeting.items-added/1": (
        "会议 {no}：列入 {of_meeting} 未议的 {items}",
        "meeting {no}: {items} of {of_meeting} added",
    ),
    "meeting.items-left/1": (
        "会议 {no}：{items} 未议，转 {to_meeting}：{reason}",
        "meeting {no}: {items} left, to {to_meeting}: {reason}",
    ),
    "emergency.opened/1": (
        "应急决定：{case} 的“{step}”（{post}）{absent}；理由：{ground} {record}；请 {second_post} 于 {until} 前确认",
        "emergency: {step} of {case} ({post}) {absent}; ground: {ground} {record}; {second_post} to confirm by {until}",
    ),
    "emergency.confirmed/1": (
        "应急决定 {emergency_no} 经第二人确认，已生效 {opinion}",
        "emergency decision {emergency_no} confirmed by the second key: it took effect {opinion}",
    ),
    "emergency.expired/1": (
        "应急决定 {emergency_no} 逾期未确认，未生效",
        "emergency decision {emergency_no} was not confirmed in time: nothing was decided",
    ),
    "emergency.reported/1": (
        "应急决定（{case} “{step}”）报审计岗位：{outcome}；第一人 {first}，第二人 {second}；报送：{auditor}",
        "emergency decision ({step} of {case}) reported: {outcome}; keys {first}, {second}; to: {auditor}",
    ),
    "paper.attached/1": (
        "附件 {paper}（{step}）：{file_name}，{digest} {replaces} {reason}",
        "paper {paper} ({step}): {file_name}, {digest} {replaces} {reason}",
    ),
    "paper.withdrawn/1": ("撤回附件 {paper}，{digest}：{reason}", "paper {paper} taken back, {digest}: {reason}"),
    "claim.corrected/1": (
        "报账更正：{reason}；{changes}；失效签名：{fallen}",
        "the claim was corrected: {reason}; {changes}; signatures that fell: {fallen}",
    ),
    "claim.rejected/1": ("{gate} 驳回报账：{reason}{withdrawn}", "{gate} rejected the claim: {reason}{withdrawn}"),
    "claim.withdrawn/1": ("报账撤回：{reason}{withdrawn}", "the claim was taken back: {reason}{withdrawn}"),
    "claim.paper-noted/1": (
        "附件 {paper} {digest}；失效签名：{fallen}",
        "paper {paper} {digest}; signatures that fell: {fallen}",
    ),
    "plan.corrected/1": (
        "计划更正：{reason}；{changes}；失效签名：{fallen}",
        "the plan was corrected: {reason}; {changes}; signatures that fell: {fallen}",
    ),
    "plan.rejected/1": ("{stage} 否决计划：{opinion}", "{stage} rejected the plan: {opinion}"),
    "plan.withdrawn/1": ("计划撤回：{reason}", "the plan was taken back: {reason}"),
    "plan.paper-noted/1": (
        "附件 {paper} {digest}；失效签名：{fallen}",
        "paper {paper} {digest}; signatures that fell: {fallen}",
    ),
    "project.corrected/1": (
        "项目更正：{reason}；{changes}；失效签名：{fallen}",
        "the project was corrected: {reason}; {changes}; signatures that fell: {fallen}",
    ),
    "project.rejected/1": (
        "{step} 驳回项目：{reason}{withdrawn}",
        "{step} rejected the project: {reason}{withdrawn}",
    ),
    "project.withdrawn/1": ("项目撤回：{reason}", "the project was taken back: {reason}"),
    "project.paper-noted/1": (
        "附件 {paper} {digest}；失效签名：{fallen}",
        "paper {paper} {digest}; signatures that fell: {fallen}",
    ),
    "surplus.paper-noted/1": (
        "附件 {paper} {digest}；失效签名：{fallen}",
        "paper {paper} {digest}; signatures that fell: {fallen}",
    ),
}
STEPS: dict[str, tuple[str, str]] = {
    "report": ("报领导小组", "report to the leading group"),
    "notify": ("书面通知主管部门", "written notice"),
    "notice": ("书面通知主管部门", "written notice"),
    "release": ("下达资金", "release"),
    "draft": ("拟定", "draft"),
    "cosign": ("会签", "co-signature of"),
    "decide": ("审批", "approval"),
    "minutes": ("会议纪要备案", "minutes on file"),
    "lodge": ("提交报账", "lodging"),
    "send": ("发出支付指令", "payment order"),
    "confirm": ("银行确认", "bank's confirmation"),
    "answer": ("作出答复", "an answer"),
    "paid": ("支付", "payment"),
    "engine": ("引擎", "engine"),
    "arrive": ("登记提前告知资金到账", "arrival of announced money"),
    "publish": ("公开", "publication"),
    "correct": ("更正", "correction"),
    "rule": ("处理异议", "ruling on an objection"),
    "withdraw": ("撤回", "taking back"),
    "set-measures": ("设定指标", "measures"),
    "monitor": ("绩效监控", "monitoring"),
    "evaluate": ("绩效评价", "evaluation"),
    "explain": ("说明未达标原因", "explanation of the shortfall"),
    "account": ("问责", "accountability"),
    "record-linkage": ("登记联农带农实绩", "record of the linkage"),
    "mend": ("整改", "putting it right"),
    "title": ("确权登记", "title"),
    "handover": ("移交", "handover"),
    "keep": ("落实管护", "upkeep"),
    "online": ("线上", "online"),
    "offline": ("线下", "offline"),
    "proposal": ("提出", "proposal"),
    "confirmation": ("确认名单", "confirmation of the list"),
    "find": ("清查", "sweep"),
    "agree": ("会签", "agreement"),
    "approve": ("批复", "approval"),
    "move": ("安排", "move"),
    "moved": ("安排", "moved"),
    "wind_up": ("清算", "winding up"),
    "plan": ("列入计划", "in a plan"),
    "payments": ("支付完毕", "all paid"),
    "set-plan": ("下发月任务", "the month's tasks"),
    "enter-actuals": ("登记完成情况", "what came of the tasks"),
    "circular": ("通报", "circular"),
    "rank": ("排名", "ranking"),
    "take-rung": ("采取措施", "rung"),
    "answer-rectification": ("答复整改", "answer to a rectification"),
    "hand-over": ("移交线索", "hand-over of leads"),
    "warn": ("预警", "warning"),
    "verify": ("查证", "verification"),
    "settle": ("整改或说明", "rectification or explanation"),
    "done": ("办理", "done"),
    "export": ("导出待报数据", "export of rows"),
    "acknowledge": ("登记报送回执", "receipt of rows"),
    "second-key": ("应急决定第二人确认", "second key of an emergency decision"),
    "assign": ("改派", "reassignment"),
    "unassign": ("收回", "taking back"),
    "forward": ("征求意见", "asking a colleague"),
    "advise": ("提出意见", "opinion"),
    "recall": ("收回征求", "taking a question back"),
}
STAGES: dict[str, tuple[str, str]] = {
    "arrived": ("已到账", "arrived"),
    "planned": ("已安排", "planned"),
    "released": ("已下达", "released"),
    "in force": ("已生效", "in force"),
    "paid": ("已支付", "paid"),
    "refunded": ("已退款", "refunded"),
    "closed": ("已办结", "closed"),
    "open": ("计时中", "open"),
    "overdue": ("逾期未办", "overdue"),
    "met": ("按时办结", "met"),
    "met late": ("逾期办结", "met late"),
    "dropped": ("已撤销", "dropped"),
    "paused": ("暂停计时", "paused"),
    "waived": ("已免除", "waived"),
    "announced": ("已提前告知，未到账", "announced, not arrived"),
    "to publish": ("待公开", "to be made public"),
    "public": ("公示期内", "public, its days run"),
    "disclosed": ("已公开", "disclosed"),
    "objected": ("有异议待处理", "objected to"),
    "to correct": ("待更正", "to be corrected"),
    "withdrawn": ("已撤回", "taken back"),
    "taken down": ("已撤下", "taken down"),
    "taken": ("已登记，待答复", "taken down, no answer yet"),
    "answered": ("已答复", "answered"),
    "held": ("已开展", "held"),
    "followed": ("跟踪中", "followed"),
    "monitored": ("已监控", "monitored"),
    "evaluated": ("已评价", "evaluated"),
    "formed": ("已形成", "formed"),
    "title confirmed": ("已确权", "title confirmed"),
    "handed over": ("已移交", "handed over"),
    "kept": ("已落实管护", "kept up"),
    "weak": ("闲置或亏损", "idle or at a loss"),
    "disposed": ("已处置", "disposed of"),
    "begun": ("已开始", "begun"),
    "tasked": ("月任务已下发", "tasks issued"),
    "counted": ("完成情况已登记", "figures in"),
    "watched": ("盯办中", "watched"),
    "reported": ("已汇总", "reported"),
    "asked": ("待第二人确认", "waits for the second key"),
    "confirmed": ("已确认生效", "confirmed, in effect"),
    "expired": ("逾期未确认", "not confirmed in time"),
    "advised on": ("征求意见中", "an opinion is asked"),
    "assigned": ("已交办", "with one person"),
    "handled": ("已办", "handled"),
    "ordered": ("已下令", "ordered"),
    "rejected": ("已驳回", "rejected"),
    "rows wait": ("有待报的行", "rows wait"),
    "answers wait": ("待回执", "answers wait"),
    "all answered": ("已全部回执", "all answered"),
}
KINDS: dict[str, tuple[str, str]] = {
    "advance": ("预付款", "advance"),
    "progress": ("进度款", "progress payment"),
    "settlement": ("结算款", "settlement"),
    "retention": ("质保金", "retention money"),
    "idle": ("闲置", "idle"),
    "loss": ("经营亏损", "run at a loss"),
}

# What a rule that computes found.
FOUND: dict[str, tuple[str, str]] = {
    "met": ("达到", "met"),
    "open": ("尚未达到，可用资金足以达到", "not yet met: the free money can still do it"),
    "reason": ("未达到，已说明原因", "not met, with a reason"),
    "unmet": ("未达到", "not met"),
    "warning": ("提示：未达到", "warning: not met"),
}

# What a row of an imported file is about.
TESTIMONY_KINDS: dict[str, tuple[str, str]] = {
    "receipt": ("到账", "receipt"),
    "project": ("项目", "project"),
    "plan_line": ("计划", "plan line"),
    "payment": ("支付", "payment"),
    "asset": ("资产", "asset"),
}

# What came of an entry test of the bank.
ENTRY_TESTS: dict[str, tuple[str, str]] = {
    "met": ("符合", "met"),
    "unmet": ("不符合", "not met"),
    "unanswered": ("未认定", "not attested"),
}

# Where an entry of the bank stands.
BANK_STATES: dict[str, tuple[str, str]] = {
    "listed": ("在库", "listed"),
    "lapsed": ("列满年数，待滚动确认", "its years are over, to be confirmed anew"),
    "removed": ("已调出", "removed"),
    "planned": ("已列入计划", "in a plan"),
    "closed": ("已办结", "closed"),
}
PRINCIPLE_TOPICS: dict[str, tuple[str, str]] = {
    "planning": ("规划原则", "planning"),
    "groundwork": ("前期工作原则", "groundwork"),
    "allocation": ("安排原则", "allocation"),
}

# The four parties that finance a project together.
PARTIES: dict[str, tuple[str, str]] = {
    "government": ("财政", "government"),
    "collective": ("集体", "collective"),
    "households": ("农户", "households"),
    "society": ("社会", "society"),
}
# What sets a rung off.
TRIGGERS: dict[str, tuple[str, str]] = {
    "problem_found": ("发现问题", "a problem found"),
    "task_unmet": ("未完成任务", "task not met"),
    "ranked_back": ("排名靠后", "at the back"),
    "slow_progress": ("进展缓慢", "slow"),
    "not_rectified": ("整改不到位", "not rectified"),
    "no_result": ("没有成效", "no result"),
    "anomaly_found": ("发现异常", "an anomaly found"),
    "weak_effect": ("带动效果差", "weak effect"),
}

# By what a signature fell: the fact's own name without its kind of case.
FELL_BY: dict[str, tuple[str, str]] = {
    "corrected": ("更正", "by a correction"),
    "paper-noted": ("附件变动", "by a paper"),
    "lodged": ("修改后重新提交", "lodged anew, changed"),
    "drafted": ("修改后重新拟定", "drafted anew, changed"),
    "found": ("修改后重新列出", "listed anew, changed"),
    "step-returned": ("退回后重办", "sent back, to be done anew"),
    "step-passed": ("退回后重办", "done anew after a return"),
    "cosigned": ("重新会签", "co-signed anew"),
    "gate-passed": ("重新审核", "answered anew"),
    "decided": ("重新审批", "decided anew"),
    "minutes-bound": ("重新审批", "decided anew"),
    "agreed": ("重新会签", "agreed anew"),
    "approved": ("重新批复", "approved anew"),
}

# Where a step stands in a person's inbox.
GROUPS_OF_INBOX: dict[str, tuple[str, str]] = {
    "mine": ("本人的待办", "named for it"),
    "opinion": ("征求本人意见", "asked for an opinion"),
    "post": ("本岗位的待办", "of a post held"),
    "stands_in": ("代理的待办", "standing in"),
    "with_other": ("同岗位他人承办", "with a colleague of the post"),
}
