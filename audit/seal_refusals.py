"""Why nothing is sealed: each says what is wrong, with which fact, and what to do."""

from domain.errors import BridgefundError, FindingError


class HistoryChangedError(FindingError):
    """What was sealed before is not what the store holds now."""

    zh = "已封印的前 {size} 条事实与库中现有的不符，不能再封印；用 bridgefund audit verify --store 查明是哪一条"
    en = (
        "the first {size} facts are not those that were sealed, so nothing is sealed: "
        "`bridgefund audit verify --store` tells which"
    )


class TruncatedError(FindingError):
    """More was sealed before than the store holds now."""

    zh = "曾封印 {size} 条事实，库中现有 {now} 条，不能再封印；用 bridgefund audit verify --store 查明"
    en = (
        "{size} facts were sealed and the store holds {now}, so nothing is sealed: "
        "see `bridgefund audit verify --store`"
    )


class GapError(FindingError):
    """A stream whose facts are not numbered 1 to n."""

    zh = "{stream} 的事实应编号 1 至 {last}，实有 {count} 条，不能封印；用 bridgefund audit verify --store 查明"
    en = (
        "{stream} has {count} facts where it should have 1 to {last}, so nothing is sealed: "
        "see `bridgefund audit verify --store`"
    )


class StrangeNameError(FindingError):
    """A stream or a fact's name with a character that none may have."""

    zh = "第 {position} 条事实的名称含有不允许的字符：{name}；不能封印"
    en = "fact {position} has a name with a character that none may have, {name}: nothing is sealed"


class OtherKeyError(BridgefundError):
    """The store was sealed under another name, or by a key that did not hand over to this one."""

    zh = "本库现由 {last} 封印，密钥 {key} 不是；请用现用密钥，更换须用 bridgefund keys rotate"
    en = (
        "this store is sealed by {last}, which {key} is not: use the key in use; to change it, `bridgefund keys rotate`"
    )


class NothingToSealError(BridgefundError):
    """An empty store."""

    zh = "库中没有事实，无可封印"
    en = "the store has no facts: there is nothing to seal"


class DamagedSealError(FindingError):
    """What the store holds as a seal, or as the keys that sealed, is none."""

    zh = "库内的封印记录已损坏（{which}）：{reason}；用 bridgefund audit verify --store 查明，可从公布文件夹核对"
    en = (
        "a seal on record in the store is damaged ({which}): {reason}; see `bridgefund audit verify --store`, "
        "and the published folder"
    )


class OddFactError(FindingError):
    """A fact with a column of a type that no ledger writes."""

    zh = "第 {position} 条事实的一列不是总账会写入的类型，不能封印；用 bridgefund audit verify --store 查明"
    en = (
        "fact {position} has a column of a type that no ledger writes, so nothing is sealed: "
        "see `bridgefund audit verify --store`"
    )
