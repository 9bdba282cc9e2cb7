"""Openings out of a stream of ads: the ads of one opening may lie far apart, and a million of them do not fit memory."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import groupby
from typing import Any

import msgspec

from report.evidence import Ad, Vacancy, vacancies


def gathered(ads: Iterable[Ad]) -> Iterator[Vacancy]:
    """One opening after the other, ordered by id; sorted on disk, in a file without a name that goes with the process.

    >>> [vacancy.id for vacancy in gathered([Ad(1, 7, "s", "u", "t"), Ad(2, 3, "s", "u", "t"), Ad(3, 7, "s", "u", "t")])]
    [3, 7]
    """
    encode = msgspec.msgpack.Encoder().encode
    decode = msgspec.msgpack.Decoder(Ad).decode
    with closing(sqlite3.connect("", isolation_level=None)) as store:
        store.execute("PRAGMA journal_mode = OFF")
        store.execute("CREATE TABLE ad (vacancy INTEGER NOT NULL, body BLOB NOT NULL)")
        store.execute("BEGIN")
        store.executemany("INSERT INTO ad VALUES (?, ?)", ((ad.vacancy_id, encode(ad)) for ad in ads))
        store.execute("COMMIT")
        rows: Iterator[Any] = iter(store.execute("SELECT vacancy, body FROM ad ORDER BY vacancy, rowid"))
        for _, group in groupby(rows, key=lambda row: row[0]):
            yield from vacancies(decode(body) for _, body in group)
