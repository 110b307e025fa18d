"""Why a project does not enter the bank, or is not taken out of it into a plan."""

from domain.errors import RefusedError


class EntryTestMissingError(RefusedError):
    """An entry test (入库要求) that a person attests, and nobody has."""

    zh = "项目 {project_no} 入库须先认定“{words}”（{test}，{clause}）；由 {post} 在办理入库时写明：tests 中列出 {test}"
    en = (
        'project {project_no} enters the bank only once "{words}" ({test}, {clause}) is attested; {post} must say so '
        "with the answer to the bank's step: {test} in tests"
    )


class EntryTestError(RefusedError):
    """An entry test that is not met, where the text bars the entry for it."""

    zh = "项目 {project_no} 不符合入库要求“{words}”（{test}，{clause}）：{found}；须先符合，才能入库"
    en = 'project {project_no} does not meet "{words}" ({test}, {clause}): {found}; it must before it enters the bank'


class EntryOpinionError(RefusedError):
    """An entry test that is attested as not met, without saying why."""

    zh = "项目 {project_no}：认定不符合“{words}”（{test}，{clause}）的，须写明意见"
    en = 'project {project_no}: who attests that "{words}" ({test}, {clause}) is not met must say why'


class LooksAlikeError(RefusedError):
    """What is in the bank already and looks like the project: same place, same object, years that overlap."""

    zh = (
        "项目 {project_no}“{name}”与项目库中的 {others} 疑似重复：同一地点、同一内容、年度重叠（{clause}）；"
        "须查明，确非同一项目的，在 unlike 中逐个列出编号和理由：{missing}"
    )
    en = (
        'project {project_no} "{name}" looks like what the bank has: {others}: same place, same object, years that '
        "overlap ({clause}); whoever decides must look into it and, if "
        "they are not the same, name each in unlike with the reason: {missing}"
    )


class RemovedEntryError(RefusedError):
    """A plan for a project that was taken out of the bank."""

    zh = "项目 {project_no} 已于 {on} 调出项目库：{reason}（{clause}）；须先重新调入，才能列入计划"
    en = "project {project_no} was taken out of the bank on {on}: {reason} ({clause}); it must be taken up again first"


class EntryLapsedError(RefusedError):
    """A plan for a project whose years in the bank are over."""

    zh = (
        "项目 {project_no} {counts_from} 年入库，项目库 {horizon} 年滚动，列至 {until} 年为止，"
        "现为 {year} 年（{clause}）；须先由 {post} 滚动确认，才能列入计划"
    )
    en = (
        "project {project_no} counts from {counts_from} in a bank that rolls over {horizon} years: it was listed until "
        "{until}, and this is {year} ({clause}); {post} must confirm it anew first"
    )


class OutsideYearsError(RefusedError):
    """A plan of a year in which the project is not built."""

    zh = (
        "项目 {project_no} 一次性规划、分年度实施：{first} 至 {last} 年，{year} 年的计划不能安排（{clause}）；"
        "须由其中年度的计划安排"
    )
    en = (
        "project {project_no} is planned once and built from {first} to {last}; a plan of {year} gives it nothing: it "
        "must be of one of those years ({clause})"
    )
