"""Why no pack is made: each says what is wrong and what to do."""

from audit.seal_refusals import HistoryChangedError
from domain.errors import BridgefundError


class NeverSealedError(BridgefundError):
    """A store without a seal, and no key to seal it with."""

    zh = (
        "本库从未封印，审计包无从证明。先：\n  bridgefund keys new 总账名称 ledger.key\n"
        "  bridgefund seal --key ledger.key\n  bridgefund audit pack {fund} -o FILE\n或在此命令加 --key ledger.key"
    )
    en = (
        "this store was never sealed, so a pack would prove nothing. First:\n"
        "  bridgefund keys new ledger.county.example ledger.key\n"
        "  bridgefund seal --key ledger.key\n  bridgefund audit pack {fund} -o FILE\n"
        "or give this command --key ledger.key"
    )


class FundNotSealedError(BridgefundError):
    """A fund all of whose facts came after the last seal."""

    zh = "{fund} 的事实都在最近一次封印（{at}，{size} 条）之后；先 bridgefund seal，或加 --key 封印密钥"
    en = (
        "every fact of {fund} came after the last seal ({at}, {size} facts): "
        "`bridgefund seal` first, or give --key SEALKEY"
    )


class SealBrokenError(HistoryChangedError):
    """What was sealed is not what the store holds: proofs would not hold."""

    zh = (
        "库中的事实与封印的 {size} 条不符（现有 {now} 条），未制作审计包；"
        "用 bridgefund audit verify --store 查明是哪一条"
    )
    en = (
        "the store's facts are not the {size} that were sealed ({now} are there), so no pack is made: "
        "`bridgefund audit verify --store` tells which"
    )


class TooManyFilesError(BridgefundError):
    """More files of papers than a pack may have members."""

    zh = "附件文件 {files} 个，一个审计包最多 {most} 个；不加 --with-files 制作，文件另行提供"
    en = "{files} files, at most {most} in one pack: make it without --with-files, and hand the files over beside it"


class PackUnwritableError(BridgefundError):
    """A pack that the disk does not take. Nothing of it is left."""

    zh = "-o {path}：写不了：{reason}；没有留下任何内容"
    en = "-o {path}: cannot be written: {reason}; nothing of it was left"
