"""What the JSON API answers, typed: money in whole fen, days as ISO, names in the language of whoever asks."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel


class Me(BaseModel):
    """Who is signed in; `csrf` is what each write carries in the header X-CSRF-Token."""

    account: str
    person: str
    name: str
    csrf: str
    today: date
    seats: list["SeatOut"]


class SeatOut(BaseModel):
    """A desk from which somebody may act: an own post, or that of somebody who is away."""

    county: str
    county_name: str
    post: str
    post_name: str
    unit: str
    on_behalf_of: str


class CandidateOut(BaseModel):
    """Who may take a step, or why not: the rule that refuses, and its words."""

    person: str
    name: str
    post: str
    on_behalf_of: str
    may: bool
    rule: str
    zh: str
    en: str


class OfferOut(BaseModel):
    """A request that may be asked: its `type`, the schema of its body, and the fields that the step says.

    `posts`: who may ask for it as the case stands, none where no rule names any; `why_nobody`: why none may.
    """

    type: str
    title: str
    schema_ref: str
    step: str
    fixed: dict[str, str | int]
    posts: list[str]
    why_nobody: str


class StepOut(BaseModel):
    """A step that waits. `seen`: the digest of what the case says to whoever decides on it now."""

    step: str
    name: str
    post: str
    post_name: str
    since: date | None
    due_on: date | None
    due_in_days: int | None
    paused: bool
    seen: str
    who: list[CandidateOut]
    offers: list[OfferOut]


class RowOut(BaseModel):
    """A case in a list: where it stands, and its figures in whole fen."""

    case: str
    kind: str
    no: str
    title: str
    parent: str
    year: int | None
    stage: str
    stage_name: str
    closed: bool
    opened_on: date | None
    changed_on: date | None
    figures: dict[str, int]
    waits: list[dict[str, str]]


class CasesOut(BaseModel):
    """A page of a county's cases of a kind; *total*: how many there are in all."""

    total: int
    page: int
    limit: int
    cases: list[RowOut]


class CaseOut(RowOut):
    """A case: its row, the steps that wait, and what may be asked at any time."""

    county: str
    steps: list[StepOut]
    offers: list[OfferOut]


class AnswerOut(BaseModel):
    """What came of a request, or would; the case as it now is, or None where there is none yet."""

    outcome: Literal["done", "would be done", "refused"]
    command_id: str
    rule: str
    zh: str
    en: str
    case: CaseOut | None


class HappenedOut(BaseModel):
    """A fact of a case's history: who did it, its two days, the case's part of the money, the words."""

    position: int
    stream: str
    fact: str
    words: str
    person: str
    name: str
    post: str
    unit: str
    on_behalf_of: str
    occurred_on: date
    recorded_at: datetime
    amount_fen: int | None
    clause: str


class HistoryOut(BaseModel):
    """A page of a case's history, the oldest first; *total*: how many facts it has in all."""

    case: str
    total: int
    page: int
    limit: int
    history: list[HappenedOut]


class SignatureOut(BaseModel):
    """A signature: whether it stands, and in words what changed since it was given."""

    step: str
    step_name: str
    post: str
    person: str
    name: str
    on_behalf_of: str
    signed_on: date
    digest: str
    stands: bool
    fell_on: date | None
    zh: str
    en: str


class SignaturesOut(BaseModel):
    """The signatures of a case, in the order in which they were given."""

    case: str
    signatures: list[SignatureOut]


class PaperOut(BaseModel):
    """A paper of a case: what stands, and how many versions there were."""

    paper: str
    kind: str
    step: str
    file_name: str
    media_type: str
    size_bytes: int
    digest: str
    attached_on: date
    person: str
    versions: int


class PapersOut(BaseModel):
    """The papers of a case that stand."""

    case: str
    papers: list[PaperOut]


class ItemOut(BaseModel):
    """An open step in an inbox: of which case, whose it is, until when, and whether the visitor may take it."""

    case: str
    of_case: str
    step: str
    name: str
    post: str
    group: str
    title: str
    amount_fen: int | None
    since: date
    due_on: date | None
    due_in_days: int | None
    paused: bool
    may: bool
    who: list[CandidateOut]


class UnreadableOut(BaseModel):
    """A county whose rules cannot be read, and why."""

    county: str
    zh: str
    en: str


class InboxOut(BaseModel):
    """What waits for the visitor: the longest overdue first; without the counties whose rules cannot be read."""

    total: int
    page: int
    limit: int
    groups: dict[str, int]
    items: list[ItemOut]
    unreadable: list[UnreadableOut]


class DeadlineOut(BaseModel):
    """A deadline, from its trigger to how it ended."""

    obligation: str
    case: str
    clause: str
    trigger_on: date
    due_on: date
    first_due_on: date
    provisional: bool
    responsible: str
    stage: str
    late: bool
    met_on: date | None
    days_late: int | None
    conditions: list[str]
    rungs: list[dict[str, Any]]
    granted: list[dict[str, Any]]


class DeadlinesOut(BaseModel):
    """A page of a county's deadlines."""

    total: int
    page: int
    limit: int
    obligations: list[DeadlineOut]


class TermOut(BaseModel):
    """A post that somebody holds today."""

    post: str
    post_name: str
    person: str
    name: str
    unit: str
    first: date
    last: date | None


class AbsenceOut(BaseModel):
    """Who stands in for whom today."""

    absence_no: str
    person: str
    post: str
    deputy: str
    first: date
    last: date


class PeopleOut(BaseModel):
    """Who holds which post of a county today, and who stands in for whom."""

    on: date
    terms: list[TermOut]
    absences: list[AbsenceOut]


class ReportOut(BaseModel):
    """A report as data: the same tables as on the screen, fen, counts and basis points as whole numbers."""

    name: str
    period: str
    report: dict[str, Any]


class SystemOut(BaseModel):
    """How the store stands: how many facts, how far the views have read, and what they could not digest."""

    sample: bool
    today: date
    facts: int
    views_behind: int
    parked: int
