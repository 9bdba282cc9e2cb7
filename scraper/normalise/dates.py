"""Dates and times as sources write them, to calendar dates and aware UTC times.

Sources: ISO 8601 (schema.org, the job search, most applicant systems), German "02.11.2026" (pages made by hand),
RFC 822 (RSS), Unix seconds and milliseconds (Arbeitnow, Lever).
"""

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Europe/Berlin")  #: what a time without offset means on a German site
_GERMAN = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})(?!\d)(?:,?\s*(?:um\s*)?(\d{1,2}):(\d{2}))?")
_DIGITS = re.compile(r"\d{9,13}(?:\.\d+)?")
_OFFSET = re.compile(r"([+-]\d{2})(\d{2})$")
_SPACED_UTC = re.compile(r"\s*(?:UTC|GMT|Z)$")
YEARS = range(1990, 2101)  #: further off is a placeholder, not a date


def moment(text: str | None) -> datetime | None:
    """An instant, aware UTC; None if there is none or it is no date. Never raises.

    >>> moment("2026-09-14T07:57:38.033")  # no offset: local time
    datetime.datetime(2026, 9, 14, 5, 57, 38, 33000, tzinfo=datetime.timezone.utc)
    >>> str(moment("2026-08-05 10:10:39 UTC")), str(moment("02.11.2026"))
    ('2026-08-05 10:10:39+00:00', '2026-11-01 23:00:00+00:00')
    >>> moment("laufend") is None
    True
    """
    if not text or not (text := text.strip()):
        return None
    try:
        found = _iso(text) or _german(text) or _unix(text) or _rfc822(text)
        return found.astimezone(UTC) if found is not None and found.year in YEARS else None
    except (ValueError, OverflowError, OSError):
        return None


def day(text: str | None) -> date | None:
    """The calendar date in Germany; a plain date stays what it says.

    >>> day("2026-10-07"), day("2026-07-02T23:34:32+00:00"), day("31.02.2026")
    (datetime.date(2026, 10, 7), datetime.date(2026, 7, 3), None)
    """
    found = moment(text)
    return found.astimezone(LOCAL).date() if found else None


def _iso(text: str) -> datetime | None:
    spelled = _OFFSET.sub(r"\1:\2", text) if "T" in text or ":" in text else text
    plain = _SPACED_UTC.sub("", spelled)
    try:
        found = datetime.fromisoformat(plain)
    except ValueError:
        return None
    if found.tzinfo is not None:
        return found
    return found.replace(tzinfo=UTC if plain != spelled else LOCAL)


def _german(text: str) -> datetime | None:
    if not (found := _GERMAN.match(text)):
        return None
    year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
    return datetime(year, int(found[2]), int(found[1]), int(found[4] or 0), int(found[5] or 0), tzinfo=LOCAL)


def _unix(text: str) -> datetime | None:
    if not _DIGITS.fullmatch(text):
        return None
    seconds = float(text)
    return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)


def _rfc822(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, IndexError):
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
