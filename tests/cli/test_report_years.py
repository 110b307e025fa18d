"""A report's year is one of the calendar: anything else is bad input, and no database is asked about it."""

import pytest
from typer.testing import CliRunner

from cli.main import door

OF_A_YEAR = (
    *("sources-and-uses", "rules", "testimony", "disclosures", "training", "performance"),
    *("instruments", "surplus", "funds", "projects", "outboxes"),
)


@pytest.mark.parametrize("report", OF_A_YEAR)
def test_a_year_that_no_calendar_has_is_refused_with_the_limit(report: str) -> None:
    for year, limit in (("0", "equal to 1 "), ("99999999999999999999", "equal to 9999")):
        result = CliRunner().invoke(door(["report"]), ["report", report, "sample", year])
        assert result.exit_code == 2
        assert limit in " ".join(result.output.split())
