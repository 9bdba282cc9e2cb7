"""Full text over open and closed ads: an index over folded title, employer and description.

Folding is German (ä → ae, ß → ss), the same for text and query. The index is filled once for each batch: triggers would
make every insert a flush of the index and cost seven times as much.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Float, Integer, Select, column, func, or_, select, text

from storage.tables import posting

_FOLDS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ä", "ae"), ("Ö", "oe"), ("Ü", "ue"), ("ß", "ss"))
_CHUNK = 500
_FORGET = (
    "INSERT INTO posting_text(posting_text, rowid, title, employer, description)"
    " SELECT 'delete', id, title, employer, description FROM posting_folded"
)
_INDEX = (
    "INSERT INTO posting_text(rowid, title, employer, description) SELECT id, title, employer, description FROM posting_folded"
)


def fold_query(words: str) -> str:
    """Words of a person as an FTS5 query: all of them, each as the beginning of a word; phrases stay together.

    >>> fold_query('Kundenberater "SAP CRM" größe')
    '"kundenberater"* AND "sap crm" AND "groesse"*'
    >>> fold_query('NEAR( " * AND')
    '"near"* AND "and"*'
    """
    for letter, fold in _FOLDS:
        words = words.replace(letter, fold)
    parts: list[str] = []
    pieces = words.lower().split('"')
    for position, piece in enumerate(pieces):
        found = "".join(letter if letter.isalnum() else " " for letter in piece).split()
        if position % 2 and position < len(pieces) - 1:
            parts += ['"' + " ".join(found) + '"'] if found else []
        else:
            parts += [f'"{word}"*' for word in found]
    return " AND ".join(parts)


def matching(query: Select[Any], folded_words: str, dialect: str) -> Select[Any]:
    """The ads of a query that hold the words, best first; a title weighs most.

    Args:
        query: Selects from `posting`.
        folded_words: From `fold_query`.
        dialect: Name of the database's kind.
    """
    if dialect == "sqlite":
        hits = text(
            "SELECT rowid AS hit, bm25(posting_text, 10.0, 4.0, 1.0) AS rank FROM posting_text WHERE posting_text MATCH :words"
        ).columns(column("hit", Integer), column("rank", Float))
        found = hits.bindparams(words=folded_words).subquery("found")
        return query.join(found, found.c.hit == posting.c.id).order_by(found.c.rank, posting.c.source, posting.c.source_id)
    # without an index of its own a server reads all texts; words are folded on neither side
    whole = func.to_tsvector(
        "simple", posting.c.title + " " + func.coalesce(posting.c.employer, "") + " " + posting.c.description
    )
    wanted = func.to_tsquery("simple", folded_words.replace('"*', ":*").replace('"', "").replace(" AND ", " & "))
    return query.where(whole.op("@@")(wanted)).order_by(func.ts_rank(whole, wanted).desc(), posting.c.source, posting.c.source_id)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person looks for."""

    words: str = ""  #: all must occur, each as the beginning of a word; quoted phrases as they stand; "" matches every ad
    open_only: bool = False
    since: datetime | None = None  #: first seen at or after, aware UTC
    min_pay: float | None = None  #: posted lower end, euros a month, at least
    place: str | None = None  #: part of the town, district or postcode
    ours_only: bool = False  #: in scope and in town
    limit: int = 50


def wanted_ads(wanted: Wanted, columns: Sequence[ColumnElement[Any]], dialect: str) -> Select[Any]:
    """The query for what is wanted."""
    query = select(*columns)
    if words := fold_query(wanted.words):
        query = matching(query, words, dialect)
    else:
        query = query.order_by(posting.c.first_seen_at.desc(), posting.c.source, posting.c.source_id)
    if wanted.open_only:
        query = query.where(posting.c.closed_at.is_(None))
    if wanted.ours_only:
        query = query.where(posting.c.in_scope.is_(True), posting.c.in_town.is_(True))
    if wanted.since is not None:
        query = query.where(posting.c.first_seen_at >= wanted.since)
    if wanted.min_pay is not None:
        query = query.where(posting.c.low_eur_month >= wanted.min_pay)
    if wanted.place:
        places = (posting.c.place_text, posting.c.city, posting.c.district, posting.c.postcode)
        query = query.where(or_(*(place.icontains(wanted.place, autoescape=True) for place in places)))
    return query.limit(wanted.limit)


def forget(connection: Connection, ids: Sequence[int]) -> None:
    """Take ads out of the index; to be called before their text changes."""
    _each(connection, _FORGET, ids)


def index(connection: Connection, ids: Sequence[int]) -> None:
    """Put ads into the index; to be called after their text was stored."""
    _each(connection, _INDEX, ids)


def rebuild(connection: Connection) -> None:
    """Build the whole index anew."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO posting_text(posting_text) VALUES ('rebuild')")


def _each(connection: Connection, statement: str, ids: Sequence[int]) -> None:
    if connection.dialect.name != "sqlite":
        return  # PostgreSQL keeps its own index of the expression
    ordered = sorted(ids)
    for start in range(0, len(ordered), _CHUNK):
        chunk = ordered[start : start + _CHUNK]
        marks = ",".join("?" * len(chunk))
        connection.exec_driver_sql(f"{statement} WHERE id IN ({marks}) ORDER BY id", tuple(chunk))
