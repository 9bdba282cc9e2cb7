"""Openings out of a stream of ads: the ads of one opening may lie far apart, and a million of them do not fit memory."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec

from report.evidence import Ad, Vacancy, speaking_first
from report.export_files import Batch
from report.isoweek import IsoWeek

SAME = (
    "id", "vacancy_id", "source", "source_id", "url", "title", "employer", "level", "sector", "pay_bound", "pay_currency",
    "pay_origin",
)  # fmt: skip
AMOUNTS = ("low_eur_month", "low_eur_month_max", "high_eur_month", "high_eur_month_max")
OTHER = ("pay_gross", "work_time", "pay_tags", "pay_warnings", "posted_on", "first_seen_at")
ASKED = (*SAME, *AMOUNTS, *OTHER)  #: columns of the database that say what an opening is


class Openings:
    """Takes ads, then gives openings ordered by their number; sorted on disk, in a nameless file that goes with the process.

    Args:
        names: Of the columns that come, with those of `ASKED` among them.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._pick = itemgetter(*(names.index(name) for name in ASKED))
        self._store = sqlite3.connect("", isolation_level=None)
        self._store.execute("PRAGMA journal_mode = OFF")
        self._store.execute("CREATE TABLE ad (vacancy INTEGER NOT NULL, body BLOB NOT NULL)")
        self._store.execute("BEGIN")

    def add(self, batch: Batch) -> None:
        """Keep these ads."""
        encode = msgspec.msgpack.Encoder().encode
        told = (_told(self._pick(row)) for row in batch)
        self._store.executemany("INSERT INTO ad VALUES (?, ?)", ((ad["vacancy_id"], encode(ad)) for ad in told))

    def rows(self, week: IsoWeek) -> Iterator[dict[str, Any]]:
        """What `vacancies.csv` says of each opening; nothing can be added afterwards."""
        return (_row(vacancy, week) for vacancy in self.vacancies())

    def vacancies(self) -> Iterator[Vacancy]:
        """One opening after the other."""
        decode = msgspec.msgpack.Decoder(Ad).decode
        with closing(self._store) as store:
            store.execute("COMMIT")
            rows: Iterator[Any] = iter(store.execute("SELECT vacancy, body FROM ad ORDER BY vacancy, rowid"))
            for number, group in groupby(rows, key=itemgetter(0)):
                yield speaking_first(number, [decode(body) for _, body in group])


def _told(values: Sequence[Any]) -> dict[str, Any]:
    """Fields of an `Ad`, as far as an opening needs them."""
    told = dict(zip(SAME, values, strict=False))
    *amounts, gross, work_time, tags, warnings, posted, seen = values[len(SAME) :]
    if told["vacancy_id"] is None:
        told["vacancy_id"] = -told["id"]
    told |= {name: None if value is None else float(value) for name, value in zip(AMOUNTS, amounts, strict=True)}
    return told | {
        "pay_gross": None if gross is None else bool(gross),
        "work_time": _parts(work_time or ""),
        "pay_tags": _parts(tags or ""),
        "pay_warnings": _parts(warnings or ""),
        "posted_on": posted,
        "first_seen_on": seen,
    }


@lru_cache(maxsize=4096)
def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)


def _row(vacancy: Vacancy, week: IsoWeek) -> dict[str, Any]:
    """Values of `vacancies.csv`, by the names in `columns.toml`."""
    ad, ads = vacancy.ad, vacancy.ads
    return {
        "vacancy_id": vacancy.id,
        "week": week.label,
        "ad_id": ad.id,
        "ads": len(ads),
        "sources": ad.source if len(ads) == 1 else ",".join(sorted({one.source for one in ads})),
        "title": ad.title,
        "employer": vacancy.employer,
        "sector": vacancy.sector,
        "level": vacancy.level,
        "entry": vacancy.entry,
        "pay_counts": vacancy.silence is None,
        "pay_silence": vacancy.silence,
        "low_eur_month": ad.low_eur_month,
        "low_eur_month_max": ad.low_eur_month_max,
        "high_eur_month": ad.high_eur_month,
        "high_eur_month_max": ad.high_eur_month_max,
        "first_seen_on": min((one.first_seen_on for one in ads if one.first_seen_on), default=None),
        "url": ad.url,
    }
