"""Requests about a case's papers (附件): attach one, put a new version in its place, take one back. Kept for ever."""

from typing import Annotated

import msgspec

from domain.request import Digest, MaybeDigest, Request, Said

# What these answer, as a case names it: nobody waits for them, and they may be asked while it is open.
ATTACH, WITHDRAW_PAPER = "attach", "withdraw-paper"
# A name of the county's list, such as acceptance_report; what stands behind # tells further ones of a kind apart.
PaperName = Annotated[str, msgspec.Meta(pattern=r"\A[^\s/\\#\x00-\x1f\x7f]{1,60}(#[1-9][0-9]{0,3})?\Z")]
StepName = Annotated[str, msgspec.Meta(pattern=r"\A[^\s/\\\x00-\x1f\x7f]{1,200}\Z")]


class AttachPaper(Request, frozen=True, tag="paper.attach/1"):
    """Attach a paper to a case, for one of its steps. Its file is in the file store already, under its digest.

    *size_bytes* and *media_type* are what the door found; the engine looks for itself. A new version names in
    *replaces* the digest in whose place it comes, with the *reason*.
    """

    paper: PaperName
    step: StepName
    file_name: Said
    digest: Digest
    size_bytes: Annotated[int, msgspec.Meta(ge=0)]
    media_type: Said
    replaces: MaybeDigest = ""
    reason: str = ""


class WithdrawPaper(Request, frozen=True, tag="paper.withdraw/1"):
    """Take a paper back that was attached in error, while its step waits; *digest* says which version was meant."""

    paper: PaperName
    digest: Digest
    reason: Said


PaperRequest = AttachPaper | WithdrawPaper
