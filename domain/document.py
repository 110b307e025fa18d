"""Document (资金文件): one item of a fund document is entered once in a county, whatever number its fund was given."""

from dataclasses import dataclass
from hashlib import sha256

from domain.act import Act, CaseState, Decider, Fact
from domain.errors import RefusedError


class EnteredBeforeError(RefusedError):
    """The same item of the same document came again as another fund, or with another amount."""

    zh = (
        "文件 {document_no} 第 {item_no} 项已登记为资金 {fund_no}，{amount_fen} 分；"
        "这次是 {asked_no}，{asked_fen} 分；同一项只登记一次，另一项须用自己的项号（引擎规则）"
    )
    en = (
        "document {document_no} item {item_no} is entered as fund {fund_no} of {amount_fen} fen; "
        "asked: {asked_no} of {asked_fen} fen; an item is entered once, "
        "another must have its own number (the engine's rule)"
    )


class DocumentEntered(Fact, frozen=True, tag="document.entered/1"):
    """An item of a fund document became a fund; the amount is its total over all portions."""

    county: str
    document_no: str
    item_no: str
    fund_no: str
    amount_fen: int


@dataclass(frozen=True)
class Enter:
    """Enter an item of a document."""

    act: Act
    entered: DocumentEntered


@dataclass
class DocumentState(CaseState):
    """The fund that an item became."""

    entered: DocumentEntered | None = None


def document_stream(county: str, document_no: str, item_no: str) -> str:
    """Return the stream of an item: by digest, since document numbers hold characters that an id must not."""
    key = sha256(f"{document_no.strip()}\n{item_no.strip()}".encode()).hexdigest()
    return f"{county}/document/{key[:32]}"


def judge(state: DocumentState, command: Enter) -> tuple[Fact, ...]:
    """Return the facts of *command*."""
    before, asked = state.entered, command.entered
    if before is None:
        return (asked,)
    if (before.fund_no, before.amount_fen) != (asked.fund_no, asked.amount_fen):
        raise EnteredBeforeError(
            document_no=before.document_no,
            item_no=before.item_no,
            fund_no=before.fund_no,
            amount_fen=before.amount_fen,
            asked_no=asked.fund_no,
            asked_fen=asked.amount_fen,
        )
    return ()


def apply(state: DocumentState, fact: Fact) -> None:
    """Fold one fact into the state."""
    assert isinstance(fact, DocumentEntered)
    state.entered = fact


DOCUMENT = Decider("document", DocumentState, judge, apply, (Enter,), (DocumentEntered,))
