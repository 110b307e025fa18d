"""What goes wrong while a server is looked for, installed or started."""

from collections.abc import Sequence
from typing import NamedTuple

from domain.errors import BridgefundError
from servers.text import Text


class UnavailableError(Exception):
    """One way to a server led nowhere; another may do. Never leaves this room."""

    def __init__(self, zh: str, en: str) -> None:
        self.reason = Text(zh, en)
        super().__init__(en)


class Tried(NamedTuple):
    """One way that was tried, and why it led nowhere."""

    way: Text
    reason: Text


class ServerNotHadError(BridgefundError):
    """A server is neither there nor to be had. The text lists all that was tried, and what would mend it."""

    zh = "找不到{name_zh}，也无法安装。已依次尝试：\n{tried_zh}\n补救办法：{mend_zh}"
    en = "{name_en} was not found and could not be installed. Tried, in order:\n{tried_en}\nTo mend it: {mend_en}"

    def __init__(self, name: Text, tried: Sequence[Tried], mend: Text) -> None:
        self.tried = tuple(tried)
        super().__init__(
            name_zh=name.zh,
            name_en=name.en,
            tried_zh="\n".join(f"  - {way.zh}：{reason.zh}" for way, reason in tried),
            tried_en="\n".join(f"  - {way.en}: {reason.en}" for way, reason in tried),
            mend_zh=mend.zh,
            mend_en=mend.en,
        )


class ServerNotStartedError(BridgefundError):
    """A server that is there did not come up; the text has its own last words."""

    zh = "{server} 没有启动成功：{reason}"
    en = "{server} did not start: {reason}"
