"""The list of matters without a register, on both stores: every case of the log once, open ones first."""

from collections import Counter

from domain.cases import kind_of
from projections.matters_read import Matter, matters
from tests.projections.conftest import Told
from tests.story import COUNTY


def test_every_matter_is_there_once_and_searched_by_its_number(told: Told) -> None:
    streams = {entry.stream for entry in told.ledger.log() if entry.stream.startswith(f"{COUNTY}/")}
    logged = Counter(kind for kind in map(kind_of, streams) if kind in set(Matter))
    assert logged.total() > 0
    found = matters(told.engine, COUNTY, limit=500)
    assert found.counts == {one: logged[one] for one in Matter} | {None: logged.total()}
    assert sorted(row.case for row in found.rows) == sorted(one for one in streams if kind_of(one) in set(Matter))
    first = found.rows[0]
    no = first.case.rpartition("/")[2]
    assert first in matters(told.engine, COUNTY, first.kind, no, limit=500).rows
    assert matters(told.engine, "nowhere", limit=500).rows == ()
