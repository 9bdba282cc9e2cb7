"""New openings of each saved search, in one message a day or a week."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from lohnpegel.blocks import DigestBlock
from lohnpegel.errors import UsageError
from lohnpegel.notify.query import wanted
from storage.digests import Digest, Digests, News
from storage.messages import Message
from storage.read import Reader

MOST_LISTED = 60  #: openings in one message; the rest is counted
PERIODS = {"day": timedelta(days=1), "week": timedelta(days=7)}
_TEXTS = {
    "de": {
        "one": "1 neue Stelle: {name}", "many": "{n} neue Stellen: {name}", "from": "ab {low} im Monat",
        "more": "… und {n} weitere: lohnpegel search {query}",
    },
    "en": {
        "one": "1 new opening: {name}", "many": "{n} new openings: {name}", "from": "from {low} a month",
        "more": "… and {n} more: lohnpegel search {query}",
    },
}  # fmt: skip

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Issue:
    """What a saved search has to tell now."""

    books: Digest  #: as they will stand once it is told
    news: News
    message: Message | None  #: None: nothing is new


def due(books: Digest | None, every: Literal["day", "week"], crawled_at: datetime | None, zone: str) -> bool:
    """Whether a crawl has brought the first news of a new day, or week, since the last message.

    >>> from datetime import UTC
    >>> monday = datetime(2026, 11, 16, 5, 30, tzinfo=UTC)
    >>> told = Digest("mine", monday, monday)
    >>> [due(told, "week", monday + timedelta(days=n), "Europe/Berlin") for n in (0, 6, 7)]
    [False, False, True]
    """
    if crawled_at is None:
        return False
    if books is None or books.made_at is None:
        return True
    last, this = (_period(at.astimezone(ZoneInfo(zone)).date(), every) for at in (books.made_at, crawled_at))
    return crawled_at > books.made_at and this != last


def _period(day: date, every: str) -> date:
    return day - timedelta(days=day.weekday()) if every == "week" else day


def issue(reader: Reader, block: DigestBlock, language: Literal["de", "en"], now: datetime) -> Issue:
    """Compose what is new; reads only.

    Args:
        reader: The database.
        block: The saved search.
        language: Of the message.
        now: Aware UTC.

    Raises:
        UsageError: its query cannot be read.
    """
    known = Digests(reader.engine)
    books = known.get(block.name) or Digest(block.name, now - PERIODS[block.every], None)
    try:
        rows = reader.search(wanted(block.query, now))
    except UsageError as error:
        raise UsageError(f"[[digest]] {block.name}: {error}") from error
    news = known.news(block.name, rows, books.began_at)
    return Issue(replace(books, made_at=now), news, message(block, news.openings, language) if news.openings else None)


def message(block: DigestBlock, openings: tuple[Row, ...], language: Literal["de", "en"]) -> Message:
    """Title, employer, place, pay and link of each opening, the best match first."""
    texts = _TEXTS[language]
    listed = [_opening(row, language) for row in openings[:MOST_LISTED]]
    if (rest := len(openings) - MOST_LISTED) > 0:
        listed.append(texts["more"].format(n=rest, query=block.query))
    title = texts["one" if len(openings) == 1 else "many"].format(n=len(openings), name=block.name)
    return Message(f"digest:{block.name}", "info", title, "\n\n".join(listed), "digest")


def _opening(row: Row, language: str) -> str:
    place = " ".join(part for part in (row["city"], row["district"]) if part) or row["place_text"]
    low = row["low_eur_month"]
    pay = _TEXTS[language]["from"].format(low=_euros(low, language)) if low is not None else None
    facts = ", ".join(part for part in (row["employer"], place, pay) if part)
    return "\n".join(" ".join(line.split()) for line in (row["title"], facts, row["url"]) if line)


def _euros(amount: float, language: str) -> str:
    r"""Whole euros.

    >>> _euros(2600.4, "de"), _euros(2600.4, "en")
    ('2.600 €', '€2,600')
    """
    grouped = f"{amount:,.0f}"
    return f"€{grouped}" if language == "en" else f"{grouped.replace(',', '.')} €"
