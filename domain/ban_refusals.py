"""What bars a project by its county's negative list and checks: each says which rule, and what would satisfy it."""

from domain.errors import RefusedError


class BarredClassError(RefusedError):
    """A project of a class that the negative list bars. A class never changes."""

    zh = "项目 {project_no} 的类别 {use} 属负面清单 {ban}“{words}”（{clause}）；此类项目不得安排，须另行申报其他类别"
    en = 'project {project_no} is of the class {use}, barred by {ban} "{words}" ({clause}); only another class can be'


class TargetMissingError(RefusedError):
    """A project that has no performance target (绩效目标) where its county wants one."""

    zh = "项目 {project_no} 没有绩效目标：{ban}“{words}”（{clause}）；先由 {post} 填报：bridgefund act {case} target"
    en = (
        'project {project_no} has no target: {ban} "{words}" ({clause}); '
        "{post} must set it: bridgefund act {case} target"
    )


class LinkageMissingError(RefusedError):
    """A project that has no benefit linkage (联农带农机制) where its county wants one."""

    zh = (
        "项目 {project_no} 没有联农带农机制：{ban}“{words}”（{clause}）；"
        "先由 {post} 填报：bridgefund act {case} linkage"
    )
    en = (
        'project {project_no} has no benefit linkage: {ban} "{words}" ({clause}); '
        "{post} must set it: bridgefund act {case} linkage"
    )


class OutsideBankError(RefusedError):
    """A project that is not in the bank (项目库)."""

    zh = "项目 {project_no} 不在项目库：{ban}“{words}”（{clause}）；先通过入库环节"
    en = 'project {project_no} is not in the bank: {ban} "{words}" ({clause}); it must pass the bank\'s step first'


class NotAttestedError(RefusedError):
    """A ban that only a person can judge, and whose post has said nothing yet."""

    zh = (
        "项目 {project_no} 尚未认定是否属于负面清单 {ban}“{words}”（{clause}）；"
        "先由 {post} 认定：bridgefund act {case} attest --ban {ban}"
    )
    en = (
        'nobody has attested that project {project_no} is clear of {ban} "{words}" ({clause}); '
        "{post} must: bridgefund act {case} attest --ban {ban}"
    )


class BannedError(RefusedError):
    """A project that its post found to be on the negative list."""

    zh = (
        "项目 {project_no} 经 {post} {person} 于 {on} 认定属于负面清单 {ban}“{words}”（{clause}）：{opinion}；"
        "情形消除后须由 {post} 重新认定：bridgefund act {case} attest --ban {ban}"
    )
    en = (
        'project {project_no}: {post} {person} found on {on} that {ban} "{words}" ({clause}) catches it: {opinion}; '
        "once that is mended {post} must attest anew: bridgefund act {case} attest --ban {ban}"
    )
