"""What a paper's file must be (附件文件): its name, its size, its type by content. Doors and rules ask the same."""

import unicodedata

from domain.paper_refusals import EmptyFileError, FileEndingError, FileNameError, FileTooLargeError, FileTypeError
from domain.policy.files import MIB, FileRule
from domain.words import Both

NAME_MOST_BYTES = 255  # What a file system takes.
# What nobody sees, or what changes the order in which the rest is read: a name must be what it looks like.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_OF_A_PATH = "/\\:"


def check_name(name: str) -> None:
    """Check that a file's name is a name, and no path.

    Raises:
        FileNameError: If it is not.
    """
    if any(character in _OF_A_PATH for character in name) or name in (".", ".."):
        zh, en = "含有路径", "is a path"
    elif any(unicodedata.category(character) in _UNSEEN for character in name):
        zh, en = "含有控制字符", "has control characters"
    elif not name.strip() or name != name.strip():
        zh, en = "是空白，或首尾有空格", "is blank, or has blanks at its ends"
    elif len(name.encode()) > NAME_MOST_BYTES:
        zh, en = f"有 {len(name.encode())} 字节", f"has {len(name.encode())} bytes"
    else:
        return
    raise FileNameError(name=repr(name), why=Both(zh, en), most=NAME_MOST_BYTES)


def check_size(name: str, seen_bytes: int, rule: FileRule) -> None:
    """Check that *seen_bytes* of a file are something, and not over the size that is allowed.

    Raises:
        EmptyFileError: If they are nothing.
        FileTooLargeError: If they are more.
    """
    if seen_bytes == 0:
        raise EmptyFileError(name=name)
    if seen_bytes > rule.size_most_bytes:
        most = rule.size_most_bytes // MIB
        raise FileTooLargeError(name=name, seen_bytes=seen_bytes, most_mib=most, clause=rule.clause)


def check_type(name: str, media_type: str, rule: FileRule) -> None:
    """Check that the type found in a file is allowed, and what its name says.

    Raises:
        FileTypeError: If it is not allowed.
        FileEndingError: If the name ends otherwise.
    """
    endings = rule.endings(media_type)
    if not endings:
        allowed = ", ".join(ending for one in rule.types for ending in one.endings)
        raise FileTypeError(name=name, found=media_type, allowed=allowed, clause=rule.clause)
    if name.rpartition(".")[2].lower() not in endings or "." not in name:
        wanted = " / ".join(f".{ending}" for ending in endings)
        raise FileEndingError(name=name, found=media_type, endings=wanted, clause=rule.clause)
