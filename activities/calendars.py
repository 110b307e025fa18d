"""Reads the calendar files from their folder."""

from pathlib import Path

from domain.calendar import WorkCalendar
from domain.calendar_files import parse_calendar
from domain.errors import BadInputError


def load_calendars(folder: Path) -> WorkCalendar:
    """Return the calendar of all years in *folder*, such as `policies/calendars`.

    Raises:
        BadInputError: If there is no file, or one of them cannot be read.
    """
    texts = {path.name: _text(path) for path in folder.glob("*.toml")}
    if not texts:
        raise BadInputError(str(folder), "no calendar file (<year>.toml) is there")
    return parse_calendar(texts)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise BadInputError(str(path), str(e)) from e
