"""A town that lives on from the sample county's played year."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.town import Town, living


@pytest.fixture
async def town(tmp_path: Path, played: Path, dev_server_exe: Path) -> AsyncIterator[Town]:
    """A living town on a copy of that year."""
    async with living(tmp_path, played, dev_server_exe) as town:
        yield town
