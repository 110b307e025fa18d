"""What is refused of a paper or its file, and what would satisfy it."""

from domain.errors import RefusedError


class PaperStandsError(RefusedError):
    """A paper where another stands, without naming it; or in place of one that does not stand any more."""

    zh = "附件 {paper} 现为 {standing}（{step}），这次写明替换 {asked}；须先看现有版本，再写明替换哪一份（引擎规则）"
    en = (
        "paper {paper} stands as {standing} ({step}); asked to replace: {asked}; "
        "look at what stands first, and name it as what is replaced (the engine's rule)"
    )


class NoSuchPaperError(RefusedError):
    """A paper that is not attached, or not in this version."""

    zh = "没有附件 {paper}（{asked}）；现有：{standing}；须写明现有的一份（引擎规则）"
    en = "no paper {paper} ({asked}); attached are: {standing}; it must be one of them (the engine's rule)"


class NotYourPaperError(RefusedError):
    """A change of a paper by a post that neither attached it nor takes its step."""

    zh = "附件 {paper} 由 {needed} 提交或办理，{post} 不能更换、撤回；须由其办理（引擎规则）"
    en = "paper {paper} is {needed}'s, not {post}'s: it must be changed or taken back by them (the engine's rule)"


class PaperKeptError(RefusedError):
    """A paper that was to be taken back after its step was taken."""

    zh = "附件 {paper} 属于 {step}，现在的环节是 {open}；只能在该环节办理前撤回，此后须以新版本更换（引擎规则）"
    en = (
        "paper {paper} is of {step}, the case waits for {open}: it may be taken back only before its step is taken; "
        "later put a new version in its place (the engine's rule)"
    )


class PapersClosedError(RefusedError):
    """A paper for a case that is over."""

    zh = "{case} 已办结（{stage}）；附件须在办结前提交（引擎规则）"
    en = "{case} is over ({stage}); papers must be attached before that (the engine's rule)"


class PapersMissingError(RefusedError):
    """A step whose papers are neither given nor attached."""

    zh = "{case} 的 {step} 缺附件：{missing}（{clause}）；须先附上：bridgefund files attach"
    en = "{case}: {step} lacks its papers: {missing} ({clause}); attach them first: bridgefund files attach"


class FileNameError(RefusedError):
    """A file name that is a path, holds what cannot be seen, or is none."""

    zh = "文件名 {name} {why}；须是不含路径、最多 {most} 字节的文件名（引擎规则）"
    en = "the file name {name} {why}; it must be a name without a path, of at most {most} bytes (the engine's rule)"


class FileTooLargeError(RefusedError):
    """A file over the size that is allowed. It was read no further than that."""

    zh = "文件 {name} 超过 {most_mib} MiB（已读 {seen_bytes} 字节即停）；每件最多 {most_mib} MiB（{clause}）"
    en = "file {name} is over {most_mib} MiB (seen: {seen_bytes} bytes); at most {most_mib} MiB each ({clause})"


class EmptyFileError(RefusedError):
    """A file without content."""

    zh = "文件 {name} 是空的（0 字节）；须有内容（引擎规则）"
    en = "file {name} is empty (0 bytes); it must hold something (the engine's rule)"


class FileTypeError(RefusedError):
    """A file whose content is of no allowed type."""

    zh = "文件 {name} 的内容是 {found}；只能是：{allowed}（{clause}）"
    en = "the content of file {name} is {found}; only these are allowed: {allowed} ({clause})"


class FileEndingError(RefusedError):
    """A file whose content is not what its name says."""

    zh = "文件 {name} 的内容是 {found}，与文件名结尾不符；结尾应为：{endings}（{clause}）"
    en = "the content of file {name} is {found}, which its name does not say; wanted: {endings} ({clause})"


class FileMissingError(RefusedError):
    """A digest of which the file store holds no file."""

    zh = "文件库里没有摘要为 {digest} 的文件；须先存入文件（引擎规则）"
    en = "the file store holds no file of digest {digest}; the file must be put there first (the engine's rule)"


class FileDiffersError(RefusedError):
    """A file that is not what the request says of it."""

    zh = "文件 {digest} 的{what}为 {found}，申报为 {asked}；须与文件一致（引擎规则）"
    en = "file {digest}: its {what} is {found}, asked was {asked}; it must be what the file is (the engine's rule)"
