"""Why a mandate, a key or an order about a person is refused."""

from domain.errors import RefusedError


class NotHolderError(RefusedError):
    """A person acted for a post not held on that day."""

    zh = "{person} 在 {on} 不任 {post}；当日任职者：{holders}；须由任职者办理，或先任命（引擎规则）"
    en = (
        "{person} does not hold {post} on {on}; who does: {holders}; one of them must ask, "
        "or {person} be appointed first (the engine's rule)"
    )


class UnknownKeyError(RefusedError):
    """A signature by a key that is not registered, is revoked, or belongs to another door or person."""

    zh = "签名密钥 {key_id} 不能用于 {person} 在 {door} 办理：{reason}；须用在该入口登记的密钥（引擎规则）"
    en = (
        "key {key_id} cannot sign for {person} at door {door}: {reason}; "
        "it must be one registered there (the engine's rule)"
    )


class TermError(RefusedError):
    """A term of office that ends before it begins."""

    zh = "{person} 任 {post} 的起止日期有误：{first} 至 {last}；末日须不早于首日（引擎规则）"
    en = (
        "{person} would hold {post} from {first} to {last}: "
        "the last day must not lie before the first (the engine's rule)"
    )


class AlreadyFoundedError(RefusedError):
    """An operator would appoint where somebody holds the post that appoints, and has a key."""

    zh = "{county} 已有可任命者：{persons}（{post}）；须由其签名办理（{clause}）"
    en = "{county} has somebody who appoints: {persons} ({post}); they must sign for it ({clause})"


class OwnOrderError(RefusedError):
    """A person who would appoint himself, or register a key for himself."""

    zh = "{person} 不能为自己办理任命、单位变更或密钥登记；须由另一名人事岗位任职者办理（{clause}）"
    en = "{person} cannot appoint himself or register a key for himself; another of personnel must ({clause})"


class AlreadyHoldsError(RefusedError):
    """An appointment to a post that the person holds on one of the days."""

    zh = "{person} 自 {first} 至 {last} 已任 {post}；须先免职，或从其后起任（引擎规则）"
    en = "{person} holds {post} from {first} to {last}; dismiss first, or appoint from after that (the engine's rule)"


class LastAppointerError(RefusedError):
    """A dismissal or a revoked key that would leave nobody who may appoint."""

    zh = "此后 {county} 无人可任免（{post}）；须先任命另一人并登记其密钥，或更换密钥（{clause}）"
    en = (
        "{county} would have nobody who appoints ({post}); appoint another with a key first, "
        "or rotate the key ({clause})"
    )


class KeyKnownError(RefusedError):
    """A key to be registered whose id or public half is known already."""

    zh = "密钥 {key_id} 或其公钥已登记过（{known}，属 {owner}）；须另生成一把（引擎规则）"
    en = (
        "key {key_id} or its public half was registered before ({known}, of {owner}); "
        "it must be a new one (the engine's rule)"
    )


class PastTermError(RefusedError):
    """A term that would end, or begin, before the day on which it is said."""

    zh = "{field} {asked} 早于 {earliest}；任免不溯及既往，最早只能是 {earliest}（引擎规则）"
    en = "{field} {asked} lies before {earliest}; orders do not reach back, at most to {earliest} (the engine's rule)"
