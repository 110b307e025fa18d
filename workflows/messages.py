"""What crosses the wire: the processes by kind of case, and how a door makes a signed message."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.bulk import Asked, BulkItem, BulkList
from domain.requests import AnyRequest, answered_step, to_body
from domain.signature import VALID_FOR, SignedMessage, digest_of, sign
from workflows.absence_keeping import AbsenceKeeping
from workflows.asset_keeping import AssetKeeping
from workflows.claim_review import ClaimReview
from workflows.county_calendar import CountyCalendar
from workflows.daily_watch import DailyWatch
from workflows.disclosure_period import DisclosurePeriod
from workflows.dispatch_month import DispatchMonth
from workflows.emergency_decision import EmergencyDecision
from workflows.fund_lifecycle import FundLifecycle
from workflows.hotline_report import HotlineReport
from workflows.meeting_agenda import MeetingAgenda
from workflows.obligation_watch import ObligationWatch
from workflows.outbox_keeping import OutboxKeeping
from workflows.performance_cycle import PerformanceCycle
from workflows.person_record import PersonRecord
from workflows.plan_approval import PlanApproval
from workflows.project_lifecycle import ProjectLifecycle
from workflows.step_handling import StepHandling
from workflows.surplus_sweep import SurplusSweep
from workflows.training_record import TrainingRecord

WORKFLOWS: list[type] = [
    FundLifecycle,
    PlanApproval,
    ProjectLifecycle,
    ClaimReview,
    ObligationWatch,
    OutboxKeeping,
    DisclosurePeriod,
    TrainingRecord,
    HotlineReport,
    PerformanceCycle,
    AssetKeeping,
    SurplusSweep,
    DispatchMonth,
    DailyWatch,
    AbsenceKeeping,
    CountyCalendar,
    MeetingAgenda,
    EmergencyDecision,
    StepHandling,
    PersonRecord,
]


def make_message(
    case: str,
    request: AnyRequest,
    *,
    command_id: str,
    person: str,
    post: str,
    door: str,
    key_id: str,
    key: Ed25519PrivateKey,
    now: datetime,
    on_behalf_of: str = "",
    bulk: str = "",
) -> SignedMessage:
    """Return *request* as a message signed at *door*, valid from *now* (business time) for `VALID_FOR`.

    An item of a list that is signed as a whole carries the list's text, *bulk*.
    """
    message = SignedMessage(
        case=case,
        command_id=command_id,
        step=answered_step(request),
        body=to_body(request),
        person=person,
        post=post,
        door=door,
        key_id=key_id,
        issued_at=now.isoformat(),
        expires_at=(now + VALID_FOR).isoformat(),
        on_behalf_of=on_behalf_of,
        bulk=bulk,
    )
    return sign(message, key)


def make_list(bulk_no: str, asked: Sequence[Asked], **who: Any) -> list[SignedMessage]:
    """Return decisions as the messages of one list: all have the same signature, which stands for the whole of it.

    *who* signs, and when, as for `make_message`.
    """
    listed = BulkList(bulk_no, tuple(BulkItem(one.case, digest_of(to_body(one.request))) for one in asked))
    return [
        make_message(one.case, one.request, command_id=listed.command_id(number), bulk=listed.text, **who)
        for number, one in enumerate(asked, start=1)
    ]
