"""Full text over open and closed ads: an index over folded title, employer and description.

Folding is German (ä → ae, ß → ss), the same for text and query. The index is filled once for each batch: triggers would
make every insert a flush of the index and cost seven times as much.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Float, Integer, Select, column, func, literal_column, or_, select, text

from storage.tables import posting, posting_language, posting_skill

_FOLDS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ä", "ae"), ("Ö", "oe"), ("Ü", "ue"), ("ß", "ss"))
_PLACES = ("place_text", "city", "district", "postcode")
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
    return " AND ".join(f'"{" ".join(said)}"' + "*" * beginning for said, beginning in _terms(words))


def server_query(words: str) -> str:
    """The same for `to_tsquery` of PostgreSQL.

    >>> server_query('Kundenberater "SAP CRM" größe')
    'kundenberater:* & (sap <-> crm) & groesse:*'
    """
    return " & ".join(f"{said[0]}:*" if beginning else f"({' <-> '.join(said)})" for said, beginning in _terms(words))


def _terms(words: str) -> Iterator[tuple[list[str], bool]]:
    """Folded: a word that is the beginning of one, or the words of a phrase."""
    for letter, fold in _FOLDS:
        words = words.replace(letter, fold)
    pieces = words.lower().split('"')
    for position, piece in enumerate(pieces):
        found = "".join(letter if letter.isalnum() else " " for letter in piece).split()
        if position % 2 and position < len(pieces) - 1:
            yield from [(found, False)] if found else []
        else:
            yield from (([word], True) for word in found)


def matching(query: Select[Any], words: str, dialect: str) -> Select[Any]:
    """The ads of a query that hold the words, best first; a title weighs most.

    Args:
        query: Selects from `posting`.
        words: As a person writes them; one at least must be a word.
        dialect: Name of the database's kind.
    """
    if dialect == "sqlite":
        hits = text(
            "SELECT rowid AS hit, bm25(posting_text, 10.0, 4.0, 1.0) AS rank FROM posting_text WHERE posting_text MATCH :words"
        ).columns(column("hit", Integer), column("rank", Float))
        found = hits.bindparams(words=fold_query(words)).subquery("found")
        return query.join(found, found.c.hit == posting.c.id).order_by(found.c.rank, posting.c.source, posting.c.source_id)
    whole = func.lohnpegel_text(posting.c.title, posting.c.employer, posting.c.description)  # as the index has it
    wanted = func.to_tsquery(literal_column("'simple'"), server_query(words))
    rank = func.ts_rank(literal_column("'{0.1, 0.1, 0.4, 1.0}'::real[]"), whole, wanted)
    return query.where(whole.op("@@")(wanted)).order_by(rank.desc(), posting.c.source, posting.c.source_id)


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
    level: str | None = None  #: as in the table: entry, experienced, lead, apprentice …
    skill: str | None = None
    language: str | None = None  #: ISO 639-1, required or a plus
    as_of: datetime | None = None  #: what was known then, aware UTC; words are still looked for in today's texts


def wanted_ads(wanted: Wanted, columns: Sequence[ColumnElement[Any]], dialect: str) -> Select[Any]:
    """The query for what is wanted; as of another day it only narrows, and `fits` decides on what was known then."""
    query = select(*columns)
    if fold_query(wanted.words):
        query = matching(query, wanted.words, dialect)
    else:
        query = query.order_by(posting.c.first_seen_at.desc(), posting.c.source, posting.c.source_id)
    if wanted.since is not None:
        query = query.where(posting.c.first_seen_at >= wanted.since)
    if wanted.as_of is not None:
        return query.where(posting.c.first_seen_at <= wanted.as_of)
    return query.where(*_today(wanted)).limit(wanted.limit)


def _today(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    """What must hold of the ads as they are now."""
    if wanted.open_only:
        yield posting.c.closed_at.is_(None)
    if wanted.ours_only:
        yield posting.c.in_scope.is_(True)
        yield posting.c.in_town.is_(True)
    if wanted.min_pay is not None:
        yield posting.c.low_eur_month >= wanted.min_pay
    if wanted.level is not None:
        yield posting.c.level == wanted.level
    if wanted.skill is not None:
        yield posting.c.id.in_(select(posting_skill.c.posting_id).where(posting_skill.c.skill == wanted.skill))
    if wanted.language is not None:
        yield posting.c.id.in_(select(posting_language.c.posting_id).where(posting_language.c.code == wanted.language))
    if wanted.place:
        spellings = (wanted.place, _folded(wanted.place), _umlauted(wanted.place))
        yield or_(
            *(place.icontains(said, autoescape=True) for place in (posting.c[name] for name in _PLACES) for said in spellings)
        )


def fits(row: Mapping[str, Any], wanted: Wanted) -> bool:
    """The same for an ad as it was known on another day."""
    spoken = {part.split(":")[0] for part in row["languages"].split(",")}
    place = _folded(" ".join(row[name] or "" for name in _PLACES))
    return (
        not (wanted.open_only and row["closed_at"])
        and (not wanted.ours_only or bool(row["in_scope"] and row["in_town"]))
        and (wanted.min_pay is None or (row["low_eur_month"] is not None and row["low_eur_month"] >= wanted.min_pay))
        and wanted.level in (None, row["level"])
        and (wanted.skill is None or wanted.skill in row["skills"].split(","))
        and (wanted.language is None or wanted.language in spoken)
        and (not wanted.place or _folded(wanted.place) in place)
    )


def _folded(text: str) -> str:
    for letter, fold in _FOLDS:
        text = text.replace(letter, fold)
    return text.lower()


def _umlauted(text: str) -> str:
    """With ae, oe, ue and ss as umlauts: "Huettenheim" also finds "Hüttenheim"."""
    for letter, fold in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = text.lower().replace(fold, letter)
    return text


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
