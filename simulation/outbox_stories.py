"""How a sample year's people carry rows to the systems outside: month by month, one row refused and sent again."""

from calendar import monthrange
from datetime import date, timedelta

from domain.outbox import OUTBOX, digest_of
from domain.outbox_facts import RowRefused
from domain.policy.watch import System
from domain.requests import AcknowledgeRows, ExportRows, SendRowAgain
from simulation.agenda import Dice, Story
from simulation.stage import Stage


async def outbox_story(stage: Stage, dice: Dice, system: System) -> Story:
    """Send what waits at the end of each month; the answer comes some days later."""
    year = stage.today.year
    for month in range(1, 13):
        yield date(year, month, monthrange(year, month)[1] - 3)
        waiting = stage.state(OUTBOX, system.id).waiting()
        if not waiting:
            continue
        sent = ExportRows(last=waiting[-1].row_no, digest=digest_of(waiting))
        await stage.act("outbox", system.id, sent, system.post)
        yield stage.today + dice.days(1, 2)
        batch = len(stage.state(OUTBOX, system.id).batches)
        # The first file of a year always has something wrong in it.
        refused = (RowRefused(waiting[-1].row_no, "样例：项目编码未登记"),) if batch == 1 else ()
        answer = AcknowledgeRows(batch=batch, receipt_no=f"样例回执-{system.id}-{batch}", refused=refused)
        await stage.act("outbox", system.id, answer, system.post)
        for row in refused:
            yield stage.today + timedelta(days=1)
            again = SendRowAgain(row_no=row.row_no, note="样例：已补登项目编码")
            await stage.act("outbox", system.id, again, system.post)
