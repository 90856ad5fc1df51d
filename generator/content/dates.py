"""Dates as authors write them: Jekyll's, Hugo's and ISO 8601's forms, with the time zone that the author meant."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

EXAMPLE = "write YYYY-MM-DD, for example 2026-02-28, or with a time: 2026-02-28 08:30"

_DATE = re.compile(
    r"(?P<year>\d{4})(?P<mark>[-/])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})"
    r"(?:(?:[Tt]|[ \u00a0]+)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"(?:[ \u00a0]*(?P<zone>[Zz]|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?)?",
    re.ASCII,
)
_FILE_DATE = re.compile(r"(?:.*/)?(\d{4}-\d{1,2}-\d{1,2})-[^/]*", re.ASCII)
_EUROPEAN = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
_SOLID = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_YEARS = range(1900, 3000)  # outside, a slip of the finger; also keeps every zoned value inside datetime's range


class DateError(ValueError):
    """A text that is no date. The first argument says why, as a phrase after the text; the second is the remedy."""

    @property
    def reason(self) -> str:
        """``is not a date: February 2026 has 28 days``."""
        return str(self.args[0])

    @property
    def hint(self) -> str:
        """What the author should write."""
        return str(self.args[1])


@lru_cache(maxsize=256)  # many notes a day
def parse(text: str, zone: ZoneInfo) -> tuple[datetime, bool]:
    """The zoned date and whether a time of day was written; midnight without one. Raises `DateError`.

    A text without a zone is civil time in `zone`; with one, it keeps the civil date that the author wrote, from which
    the URL is made. The offset is fixed and in whole minutes, all that RFC 3339 can write.
    """
    found = _DATE.fullmatch(text.strip())
    if not found:
        raise DateError("is not a date", _suggestion(text.strip()))
    year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
    if year not in _YEARS:
        raise DateError(f"is not a date: the year {found['year']} is out of range", EXAMPLE)
    if not 1 <= month <= 12:
        raise DateError(f"is not a date: there is no month {month}", EXAMPLE)
    days = calendar.monthrange(year, month)[1]
    if not 1 <= day <= days:
        raise DateError(f"is not a date: {_MONTHS[month - 1]} {year} has {days} days", EXAMPLE)
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    if hour > 23 or minute > 59 or second > 59:
        raise DateError("is not a date: there is no such time of day", EXAMPLE)
    naive = datetime(year, month, day, hour, minute, second)
    return naive.replace(tzinfo=_offset(found["zone"], naive, zone)), found["hour"] is not None


def of_file_name(path: str) -> str:
    """The text of the date at the start of a file's name, as Jekyll has it (``2026-02-28-slug.md``); empty without."""
    found = _FILE_DATE.fullmatch(path)
    return found[1] if found else ""


def _offset(written: str | None, naive: datetime, zone: ZoneInfo) -> timezone:
    if not written:
        offset = naive.replace(tzinfo=zone).utcoffset() or timedelta()
        return timezone(timedelta(minutes=round(offset / timedelta(minutes=1))))
    if written[0] not in "+-":
        return UTC
    hours, minutes = int(written[1:3]), int(written[-2:]) if len(written) > 3 else 0
    if hours > 14 or minutes > 59:
        raise DateError(f"is not a date: there is no time zone {written}", EXAMPLE)
    size = timedelta(hours=hours, minutes=minutes)
    return timezone(-size if written[0] == "-" else size)


def _suggestion(text: str) -> str:
    """The remedy, with the very date when the text leaves no doubt about it."""
    if found := _SOLID.fullmatch(text):
        return f"write {found[1]}-{found[2]}-{found[3]}"
    if (found := _EUROPEAN.match(text)) and 12 < int(found[1]) <= 31 and 1 <= int(found[2]) <= 12:
        return f"write {found[3]}-{int(found[2]):02}-{int(found[1]):02}"
    return EXAMPLE


_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # not calendar.month_name, which follows the locale of the process
