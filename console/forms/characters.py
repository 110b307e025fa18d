"""Characters that nobody can see, by name; and what a Chinese keyboard writes for digits and signs."""

import re
import unicodedata

from console.forms.faults import UnreadError

BLANKS = " \t\r\n\u00a0\u3000"
# Controls, joiners, marks of direction, fillers, and what is no character: nothing that a person means to write.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u2800\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e0fff]"
)
_ON_ONE_LINE = re.compile("[\t\n]")
_CONTROLS = {
    "\x00": ("空字符", "NUL"),
    "\t": ("制表符", "a tab"),
    "\n": ("换行", "a line break"),
    "\x1b": ("转义符", "ESCAPE"),
    "\x7f": ("删除符", "DELETE"),
}
_KINDS = (
    ("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", "文字方向符", "a mark of direction"),
    ("\u200b\u200c\u200d\u2060\ufeff\u00ad", "零宽字符", "of no width"),
)
_FULL_WIDTH = {n: n - 0xFEE0 for n in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0x00A0: " ", 0x3002: ".", 0xFFE5: "¥"}


def half_width(text: str) -> str:
    """Return a text with full-width digits, letters and signs as the narrow ones, without blanks around it."""
    return text.strip(BLANKS).translate(_FULL_WIDTH).strip()


def seen_text(text: str, *, many_lines: bool) -> str:
    """Return a text without the blanks around it, its line breaks as one character each.

    Raises:
        UnreadError: If a character that nobody can see stands in it, with its name and place.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip(BLANKS)
    found = _UNSEEN.search(plain) or (None if many_lines else _ON_ONE_LINE.search(plain))
    if found is None:
        return plain
    (zh, en), at = character_name(found[0]), found.start() + 1
    raise UnreadError(f"第 {at} 个字符是{zh}，请删去", f"character {at} is {en}: please delete it")


def character_name(character: str) -> tuple[str, str]:
    """Return what a character is called, with its code."""
    code = f"U+{ord(character):04X}"
    if character in _CONTROLS:
        zh, en = _CONTROLS[character]
        return f"{zh}（{code}）", f"{en} ({code})"
    name = unicodedata.name(character, "")
    for members, zh, en in _KINDS:
        if character in members:
            return f"看不见的{zh}（{code}）", f"{name} ({code}), {en}"
    kind = "控制字符" if unicodedata.category(character) == "Cc" else "看不见的字符"
    return f"{kind}（{code}）", f"{name or 'a control character'} ({code})"
