"""How far the read models are behind the log, what of it was laid aside, and which of them stand still."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from domain.ledger import Ledger
from projections.positions import Parked, Standing, standings
from projections.runner import parked
from projections.views import VIEWS


@dataclass(frozen=True)
class ViewsStanding:
    """How far the views are: the log's `end`, each view, and the facts that were laid aside."""

    end: int
    views: Sequence[Standing]
    aside: Sequence[Parked]

    @property
    def well(self) -> bool:
        """Return whether nothing is laid aside and no view stands still."""
        return not self.aside and not any(one.stopped for one in self.views)


def views_standing(ledger: Ledger, engine: Engine) -> ViewsStanding:
    """Return how far each view of a store is; nothing is read on."""
    found, end = standings(engine, VIEWS), ledger.recorder.max_notification_id() or 0
    return ViewsStanding(end, found, parked(engine))
