"""Erasing what a person asks to have erased: words blackened in the database, pages that hold them gone from the archive.

A word is covered letter by letter, so that every span still points at the same characters; the ad's content hash stays, so
that the next crawl, which reads the same ad, does not write the words back.
"""

import html
import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Engine, Table, Text, delete, func, select, update

from storage import search
from storage.archive import Archive, body, fetch
from storage.care import vacuum
from storage.engine import database_path, reading
from storage.tables import metadata, posting, reject, vacancy, vacancy_key, vacancy_member, validator

COVER = "█"
LEAST = 3  #: letters and digits that a search must have: less would blacken half of the database
_CODED = frozenset(
    {
        "id", "run_id", "last_run_id", "source", "name", "kind", "command", "state", "version", "config_hash", "content_hash",
        "archive_hash", "parser_version", "revision", "source_id", "posting_id", "field", "code", "key", "unit", "origin",
    }
)  # fmt: skip
_BY_ROW = (reject, validator)  #: rows without a meaning of their own: they go whole
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_ROWS = 500


class TooShort(ValueError):
    """The words to erase would match nearly everything. Exit code 2."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Erased:
    """What was, or would be, erased."""

    ads: int = 0  #: with words covered
    ads_removed: int = 0  #: removed whole
    rows: int = 0  #: of the database, those of ads among them
    pages: int = 0  #: fetched pages in the archive


def pattern(words: str) -> re.Pattern[str]:
    r"""Words as they may stand in a text: in any case, with any white space between them.

    >>> bool(pattern("Erika Muster").search("Ihre Ansprechpartnerin: ERIKA\n Muster"))
    True
    >>> bool(pattern("Jörg Weiß").search("joerg weiss"))  # as the folded columns write it
    True
    """
    parts = words.split()
    if sum(letter.isalnum() for letter in words) < LEAST:
        raise TooShort(f"{words!r}: give at least {LEAST} letters or digits to look for")
    forms = dict.fromkeys((tuple(parts), tuple(word.lower().translate(_FOLDED) for word in parts)))
    return re.compile("|".join(r"(?:\s|\\n|&nbsp;)+".join(map(re.escape, form)) for form in forms), re.IGNORECASE)


def erase(engine: Engine, archive: Archive | None, words: str, *, whole: bool = False, dry: bool = False) -> Erased:
    """Erase words wherever they stand.

    Args:
        engine: The database, opened for writing; the caller holds the lock.
        archive: The archive, opened for writing; None: there is none.
        words: What to look for.
        whole: Remove the ads that hold them, instead of covering the words.
        dry: Only count.

    Raises:
        TooShort: the words would match nearly everything.
        StillRead: all is erased, but a reader keeps the log with it.
    """
    wanted = pattern(words)
    found = _in_database(engine, wanted, whole=whole, dry=dry)
    if not dry and database_path(engine):
        vacuum(engine)  # without a find too: words may stand in what was deleted long ago
    pages = erase_pages(archive, words, dry=dry) if archive else 0
    return Erased(found.ads, found.ads_removed, found.rows, pages)


def erase_pages(archive: Archive, words: str, *, dry: bool = False) -> int:
    """Delete the pages of an archive, or of its copy, that hold the words; returns how many fetches of them went.

    Raises:
        TooShort: the words would match nearly everything.
    """
    pages = _in_archive(archive, pattern(words), dry=dry)
    if not dry:
        vacuum(archive.engine)
    return pages


def _in_database(engine: Engine, wanted: re.Pattern[str], *, whole: bool, dry: bool) -> Erased:
    with reading(engine) as connection:
        hits = {table: dict(_matching(connection, table, wanted)) for table in metadata.sorted_tables if _texts(table)}
        named = set(connection.scalars(select(posting.c.id).where(posting.c.id.in_(_named_ids(connection, wanted)))))
    ads = _ads_of(hits)
    gone = named | (ads if whole else set())
    rows = sum(map(len, hits.values())) + len(named - {key[0] for key in hits[posting]})
    if rows and not dry:
        with engine.begin() as connection:
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA secure_delete=ON")
            _remove(connection, gone)
            for table, changes in hits.items():
                _cover(connection, table, changes)
            for ad in ads:  # keys hold words of the ad: the next run makes them anew, from what is left
                connection.execute(delete(vacancy_key).where(vacancy_key.c.posting_id == ad))
            search.rebuild(connection)
    return Erased(len(ads - gone), len(gone), rows)


def _named_ids(connection: Connection, wanted: re.Pattern[str]) -> list[int]:
    """Ads whose very id at the source holds the words: it cannot be covered, as it is how the ad is known again."""
    rows = connection.execute(select(posting.c.id, posting.c.source_id))
    return [row.id for row in rows if wanted.search(row.source_id)]


def _texts(table: Table) -> list[Column[str]]:
    return [column for column in table.columns if isinstance(column.type, Text) and column.name not in _CODED]


def _keys(table: Table) -> list[Column[object]]:
    return list(table.primary_key.columns)


def _matching(
    connection: Connection, table: Table, wanted: re.Pattern[str]
) -> Iterator[tuple[tuple[object, ...], Mapping[str, str]]]:
    """Primary key and covered texts of every row that holds the words."""
    texts, keys = _texts(table), _keys(table)
    extra = [table.c.posting_id] if "posting_id" in table.c and table.c.posting_id not in keys else []
    result = connection.execute(select(*keys, *texts, *extra).execution_options(yield_per=_ROWS))
    for row in result.mappings():
        covered = {
            column.name: wanted.sub(lambda found: COVER * len(found[0]), text)
            for column in texts
            if (text := row[column.name]) and wanted.search(text)
        }
        if covered:
            yield tuple(row[column.name] for column in (*keys, *extra)), covered


def _ads_of(hits: Mapping[Table, Mapping[tuple[object, ...], object]]) -> set[int]:
    """The ads that the matching rows belong to."""
    ads: set[int] = set()
    for table, rows in hits.items():
        names = [column.name for column in _keys(table)]
        if table is posting:
            position = 0
        elif "posting_id" in table.c and table is not vacancy:
            position = names.index("posting_id") if "posting_id" in names else len(names)
        else:
            continue
        ads |= {int(str(key[position])) for key in rows}
    return ads


def _cover(connection: Connection, table: Table, changes: Mapping[tuple[object, ...], Mapping[str, str]]) -> None:
    keys = _keys(table)
    for values, covered in changes.items():
        this = [column == value for column, value in zip(keys, values, strict=False)]
        statement = delete(table) if table in _BY_ROW else update(table).values(**covered)
        connection.execute(statement.where(*this))


def _remove(connection: Connection, ads: set[int]) -> None:
    """Delete ads with all that hangs on them; the vacancies they stood in are grouped anew by the next run."""
    for ad in sorted(ads):
        homes = select(vacancy_member.c.vacancy_id).where(vacancy_member.c.posting_id == ad)
        numbers = set(connection.scalars(homes)) | set(connection.scalars(select(vacancy.c.id).where(vacancy.c.posting_id == ad)))
        mates = select(vacancy_member.c.posting_id).where(vacancy_member.c.vacancy_id.in_(numbers))
        connection.execute(delete(vacancy_key).where(vacancy_key.c.posting_id.in_(mates)))
        connection.execute(delete(vacancy).where(vacancy.c.id.in_(numbers)))
        connection.execute(delete(posting).where(posting.c.id == ad))


def _in_archive(archive: Archive, wanted: re.Pattern[str], *, dry: bool) -> int:
    """Delete the pages that hold the words, and every fetch of them."""
    with reading(archive.engine) as connection:
        hashes = [row.hash for row in connection.execute(select(body.c.hash))]
        asked = connection.execute(select(fetch.c.id, fetch.c.url, fetch.c.request, fetch.c.hash)).all()
    gone = {key for key in hashes if _holds(archive.get(key.hex()), wanted)}
    gone |= {row.hash for row in asked if any(wanted.search(form) for form in _forms(f"{row.url}\n{row.request}"))}
    pages = [row.id for row in asked if row.hash in gone]
    if gone and not dry:
        with archive.engine.begin() as connection:
            if isinstance(connection.connection.driver_connection, sqlite3.Connection):
                connection.exec_driver_sql("PRAGMA secure_delete=ON")
            for key in gone:
                connection.execute(delete(fetch).where(fetch.c.hash == key))
                connection.execute(delete(body).where(body.c.hash == key))
    return len(pages)


def _holds(plain: bytes, wanted: re.Pattern[str]) -> bool:
    texts = (plain.decode("utf-8", "replace"), plain.decode("cp1252", "replace"))
    return any(wanted.search(form) for text in texts for form in _forms(text))


def _forms(text: str) -> Iterator[str]:
    """A text as it stands, and read as HTML, JSON, and both."""
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    yield text
    yield plain
    yield html.unescape(plain)


def older(archive: Archive, before: datetime) -> int:
    """Fetches that were made before a time, aware UTC."""
    with reading(archive.engine) as connection:
        return connection.scalar(select(func.count()).select_from(fetch).where(fetch.c.fetched_at < before)) or 0
