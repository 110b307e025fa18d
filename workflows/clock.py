"""Business time: the server's time plus one shift, which only a sample store sets. Applied here and nowhere else."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from temporalio import workflow

from activities.processes import SHIFT_S

SHANGHAI = ZoneInfo("Asia/Shanghai")


def business_now() -> datetime:
    """Return the business moment, in Asia/Shanghai. The shift is in the memo, so that a replay finds the same."""
    shift = timedelta(seconds=workflow.memo_value(SHIFT_S, 0.0, type_hint=float))
    return (workflow.now() + shift).astimezone(SHANGHAI)
