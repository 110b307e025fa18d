"""Seals in the audit report: the store verified against its checkpoints, and what of the year stands under one."""

from bisect import bisect_right
from collections.abc import Callable, Sequence

from audit.divergence import Divergence
from audit.report_parts import Cell, Finding, Part, named
from audit.seals import Seals
from audit.store_verifying import Verified, verify_store
from audit.verify import NoteError
from domain.ledger import Ledger
from domain.words import Both

TITLE = Both("封印", "Seals")
KEPT = Both("事实与写入时所留的摘要相符（全库）", "facts are what was stored, by the leaves kept then (whole store)")
ROOTS = Both(
    "封印之下的事实未变（各检查点的根与签名）", "what was sealed is unchanged (each checkpoint's root, signatures)"
)
NEVER = Both("本库从未封印：没有可对照的", "this store was never sealed: there is nothing to hold it against")
WHOSE = Both(
    "公钥取自本库，能改库的人也能改它：另以 audit verify --store 对照库外保存的公钥和检查点",
    "the keys are those that the store names, which proves nothing against who can write it: hold it against keys and "
    "checkpoints kept elsewhere with `audit verify --store`",
)
OF_SEALS = frozenset({"unsealed", "truncated", "signature", "heads"})


def seals_part(ledger: Ledger, of_year: Sequence[int], told: Callable[[int, int], None] = lambda *_: None) -> Part:
    """Return the part of the report; *of_year* are the positions of the year's facts, in order."""
    part = Part(TITLE)
    try:
        verified, every = verify_store(ledger, told=told), Seals(ledger).all()
    except NoteError as error:
        broken = Both(f"封印或密钥的记录已损坏：{error}", f"a seal or a key on record is damaged: {error}")
        part.checked(ROOTS, 0, [Finding("-", 0, "seal", broken)])
        part.unchecked(KEPT, broken)
        return part
    _checks(part, verified)
    covered = max((bisect_right(of_year, s.position) for s in every if s.checkpoint.size <= verified.sealed), default=0)
    part.counted(Both("本年度已封印的事实", "the year's facts under a seal"), covered)
    part.counted(Both("本年度尚未封印的事实", "the year's facts under no seal yet"), len(of_year) - covered)
    heads = named(
        (
            ("事实（全库）", "facts (whole store)", "count"),
            ("封印时间", "sealed at", "text"),
            ("签名", "signed by", "text"),
            ("其中本年度", "of the year", "count"),
            ("相符", "holds", "text"),
        )
    )
    bad = {one.position for one in verified.found if one.kind in OF_SEALS}
    rows: list[tuple[Cell, ...]] = []
    for seal in every:
        head, names = seal.checkpoint, ", ".join(dict.fromkeys(one.name for one in seal.note.signatures))
        result = Both("不符", "no") if head.size in bad else Both("相符", "yes")
        rows.append((head.size, head.at, names, bisect_right(of_year, seal.position), result))
    part.listed(Both("检查点", "Checkpoints"), heads, rows)
    return part


def _checks(part: Part, verified: Verified) -> None:
    older = verified.uncovered
    none_kept = Both(f"{older} 条由旧版本写入，没有留下摘要", f"{older} facts have none: an older build wrote them")
    facts = [_finding(one) for one in verified.found if one.kind not in OF_SEALS]
    roots = [_finding(one) for one in verified.found if one.kind in OF_SEALS]
    if verified.facts > older or facts:
        part.checked(KEPT, verified.facts - older, facts, none_kept if older else None)
    else:
        part.unchecked(KEPT, none_kept)
    if verified.seals or roots:
        part.checked(ROOTS, verified.seals, roots, WHOSE)
    else:
        part.unchecked(ROOTS, NEVER)


def _finding(one: Divergence) -> Finding:
    stream, _, version = one.fact.rpartition("#")
    return Finding(stream or one.fact, int(version) if stream else 0, one.field, one.words())
