"""Divergences (不符): what a store or a pack holds that is not what was sealed, each with the fact and the field."""

from dataclasses import dataclass

from domain.words import Both

WORDS: dict[str, tuple[str, str]] = {
    "changed": (
        "内容与写入时不同（{field}）：写入时 {expected}，现为 {found}",
        "is not what was stored ({field}): {expected} then, {found} now",
    ),
    "published": (
        "与公布在外的封印不符，是第一处：封印时 {expected}，现为 {found}",
        "is the first that differs from what was published under a seal: {expected} then, {found} now",
    ),
    "moved": ("被换了位置：原在第 {expected} 位", "changed places: it stood at {expected}"),
    "inserted": ("是事后插入的：写入总账时没有它", "was inserted: nothing was kept of it as the ledger was written"),
    "missing": ("不见了", "is missing"),
    "gap": ("编号不连续：此前应有 {expected}", "is out of turn: {expected} should stand before it"),
    "strange": ("名称含有不允许的字符", "has a name with a character that none may have"),
    "odd": ("的一列（{field}）不是总账会写入的类型", "has a column of a type that no ledger writes ({field})"),
    "leaves": ("处留存的摘要已损坏", "has leaves on record that are damaged"),
    "unsealed": (
        "{field} 之间的事实与封印不符：封印的根 {expected}，现为 {found}",
        "what stands in {field} is not what was sealed: root {expected} then, {found} now",
    ),
    "truncated": (
        "曾封印 {expected} 条事实，现只有 {found} 条：末尾被截去",
        "sealed over {expected} facts, of which {found} are there: the end was cut off",
    ),
    "signature": ("签名无效或不是所信任的密钥：{found}", "is not signed by a trusted key: {found}"),
    "heads": (
        "各流的末号与封印不符：封印时 {expected}，现为 {found}",
        "says otherwise of how far each stream goes: {expected} then, {found} now",
    ),
    "position": (
        "所记的末条位置 {found} 不对，应为 {expected}",
        "has a wrong position of its last fact on record: {found}, it is {expected}",
    ),
    "seal": ("无法读取，不是检查点：{found}", "cannot be read, it is no checkpoint: {found}"),
    "key": ("封印密钥的记录已损坏：{found}", "the keys of the seal on record are damaged: {found}"),
}


@dataclass(frozen=True)
class Divergence:
    """One thing that is not as it was: of which *fact* (`stream#version`) or seal, at which *position*, in which field.

    *position* is the place in the log; of a seal it is its size.
    """

    kind: str
    fact: str
    position: int
    field: str = "state"
    expected: str = ""
    found: str = ""

    def words(self) -> Both:
        """Return it in words."""
        zh, en = WORDS[self.kind]
        given = {"field": self.field, "expected": self.expected, "found": self.found}
        return Both(f"{self.fact} {zh.format(**given)}", f"{self.fact} {en.format(**given)}")
