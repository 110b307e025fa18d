"""The daily seal: what a worker does once a day with the key that it was given, and where its checkpoints go."""

import logging
from datetime import date, datetime
from pathlib import Path

from audit.log_folder import publish_store
from audit.published import LogFolder
from audit.seal_keys import SealKey
from audit.seal_refusals import DamagedSealError
from audit.sealing import seal
from audit.seals import Seals
from domain.errors import BridgefundError, StoreUnreachableError
from domain.ledger import Ledger


class Daily:
    """Seals a ledger, and publishes each seal in a *folder* if there is one."""

    def __init__(self, ledger: Ledger, key: SealKey, folder: Path | None = None) -> None:
        """Hold what sealing takes."""
        self._ledger = ledger
        self._key = key
        self._folder = folder

    def last_on(self) -> date | None:
        """Return the day of the last seal, None if there is none, or what stands there is none."""
        try:
            last = Seals(self._ledger).last()
        except DamagedSealError as error:
            _told(error)  # The county's days come all the same.
            return None
        return last.on if last else None

    def seal(self, now: datetime) -> None:
        """Seal what there is. A history that is not what was sealed is an error in the log, and nothing is sealed.

        Raises:
            StoreUnreachableError: If the store does not answer: it is tried again.
        """
        try:
            self._seal(now)
        except StoreUnreachableError:
            raise
        except BridgefundError as error:
            _told(error)

    def _seal(self, now: datetime) -> None:
        outside = [one.checkpoint for one in LogFolder(self._folder).of(self._key.name)] if self._folder else []
        sealed = seal(self._ledger, self._key, now, outside=outside)
        if self._folder:
            publish_store(self._folder, self._ledger, sealed)


def _told(error: BridgefundError) -> None:
    logging.getLogger(__name__).error("the log is not sealed: %s", error)
