"""What is found in a published folder, or of two checkpoints: each says what differs and what to do."""

from domain.errors import BadInputError, BridgefundError, FindingError


class FolderDiffersError(FindingError):
    """A published file is not what this history makes of it."""

    zh = "{place}/{name} 与本库的历史不符：已公布的被改动，或者历史被改写；不再公布，请保留该文件并核查"
    en = (
        "{place}/{name} is not what this history makes of it: it was altered there, or history was rewritten here. "
        "Nothing more is published; keep the file and find out"
    )


class OtherLogError(BadInputError):
    """The folder is another log's."""

    zh = "{place} 是 {found} 的封印文件夹，不是 {wanted} 的"
    en = "{place} holds the seals of {found}, not of {wanted}"

    def __init__(self, place: str, found: str, wanted: str) -> None:
        BridgefundError.__init__(self, place=place, found=found, wanted=wanted)


class TilesDifferError(FindingError):
    """The published leaves are not those that the published checkpoint was signed over."""

    zh = "{place}：其中的瓦片得出的根与检查点（{size} 条）不符：文件被改动或不完整，不可采信"
    en = (
        "{place}: its tiles do not lead to the root of its checkpoint over {size} facts: "
        "altered or incomplete, not to be relied on"
    )


class NotSignedError(FindingError):
    """The checkpoint is not signed by the key that is trusted."""

    zh = (
        "{origin} 的检查点（{size} 条）没有可信密钥 {key} 的有效签名；"
        "若已换钥，须先公布交接书（bridgefund keys rotate）"
    )
    en = (
        "the checkpoint of {origin} over {size} facts has no good signature by the trusted key {key}; "
        "if the key was changed, the note that hands it over must be published (`bridgefund keys rotate`)"
    )


class TwoSuccessorsError(FindingError):
    """A key handed over to two others."""

    zh = "密钥 {key} 向两把不同的密钥作了交接：{names}；其中至少一次不是本人所为，请与该单位当面核对"
    en = "the key {key} hands over to two others: {names}; one of them is not the office's: ask it, not by this folder"


class SmallerError(FindingError):
    """The log is now smaller than what was seen of it."""

    zh = (
        "{origin} 此前公布了 {seen} 条（{seen_at}），现在只有 {size} 条：历史被截断，或者文件夹是旧的。"
        "两份检查点存于 {kept}"
    )
    en = (
        "{origin} had published {seen} facts ({seen_at}) and now publishes {size}: history was cut off, or the folder "
        "is an old copy. Both checkpoints are kept in {kept}"
    )


class RewrittenError(FindingError):
    """The log does not go on from what was seen of it."""

    zh = (
        "{origin} 的历史被改写：前 {agreed} 条仍与见证过的一致，第 {agreed} 条之后、{seen} 条（{seen_at}）以内的已不是"
        "见证过的。不作见证，两份检查点存于 {kept}"
    )
    en = (
        "the history of {origin} was rewritten: the first {agreed} facts are still those that were witnessed, and "
        "something behind fact {agreed} within the {seen} of {seen_at} is not. Not countersigned; both checkpoints "
        "are kept in {kept}"
    )


class SplitViewError(FindingError):
    """Two checkpoints of one size say different things."""

    zh = "{origin} 对同样的 {size} 条事实出具了两份不同的检查点（分裂视图）。不作见证，两份检查点存于 {kept}"
    en = (
        "{origin} has made two different checkpoints of the same {size} facts (a split view). Not countersigned; both "
        "are kept in {kept}"
    )


class BadCosignatureError(FindingError):
    """A countersignature by a known witness does not hold."""

    zh = "{size} 条的检查点上，{name}（{key_id}）的见证签名无效，未收入"
    en = "on the checkpoint over {size} facts the signature of {name} ({key_id}) does not hold: not taken"
