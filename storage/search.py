"""Full text over open and closed ads: an index over folded title, employer and description.

Folding is German (ä → ae, ß → ss), the same for text and query. The index is filled once for each batch: triggers would
make every insert a flush of the index and cost seven times as much.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

_FOLDS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ä", "ae"), ("Ö", "oe"), ("Ü", "ue"), ("ß", "ss"))
_CHUNK = 500
_FORGET = (
    "INSERT INTO posting_text(posting_text, rowid, title, employer, description)"
    " SELECT 'delete', id, title, employer, description FROM posting_folded"
)
_INDEX = (
    "INSERT INTO posting_text(rowid, title, employer, description) SELECT id, title, employer, description FROM posting_folded"
)


def fold_query(text: str) -> str:
    """Words of a person as an FTS5 query: all of them, each as the beginning of a word; phrases stay together.

    >>> fold_query('Kundenberater "SAP CRM" größe')
    '"kundenberater"* AND "sap crm" AND "groesse"*'
    >>> fold_query('NEAR( " * AND')
    '"near"* AND "and"*'
    """
    for letter, fold in _FOLDS:
        text = text.replace(letter, fold)
    parts: list[str] = []
    for position, piece in enumerate(text.lower().split('"')):
        words = ["".join(c if c.isalnum() else " " for c in word).split() for word in piece.split()]
        flat = [word for group in words for word in group]
        if position % 2 and position < text.count('"'):
            parts += ['"' + " ".join(flat) + '"'] if flat else []
        else:
            parts += [f'"{word}"*' for word in flat]
    return " AND ".join(parts)


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
