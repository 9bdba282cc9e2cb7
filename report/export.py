"""The week as files people can rely on: `2026-W47/` with ads, vacancies, changes and a description of every column.

Each file is written beside its place and then moved there, so a reader sees the old one or the new one, never half of one.
Equal rows give equal bytes. docs/export.md is the description for people.
"""

import csv
import io
import json
import os
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from report.cells import DIALECTS, Dialect, Kind, formatter
from report.evidence import Vacancy, from_rows, vacancies
from report.weekly import IsoWeek

__all__ = ["Column", "IsoWeek", "Source", "UnsafeDirectory", "columns", "datapackage", "export_week"]

Row = Mapping[str, Any]


class UnsafeDirectory(OSError):
    """The place to write to is a link or no directory: following it could overwrite something else."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is a link or no directory; give a real directory to export to")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an exported table."""

    name: str
    kind: Kind
    description: str
    origin: str  #: key in the row
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from: each call starts anew, so that no table need be held in memory."""

    ads: Callable[[], Iterable[Row]]  #: posting columns, vacancy_id, languages, skills; in an order that stays
    changes: Callable[[], Iterable[Row]] | None = None  #: posting_change columns, and source, title, employer, url; by time


def export_week(
    rows: Source | Sequence[Row], week: IsoWeek, directory: Path, dialects: Sequence[str] = tuple(DIALECTS)
) -> list[Path]:
    """Write the week's files into `directory/2026-W47` and return their paths, `datapackage.json` last.

    Args:
        rows: Rows of ads, in any order; or a `Source`, for more than fits memory, and for changes.
        week: Ads open on any of its days are exported, if in scope and in town.
        directory: Is made where it is missing.
        dialects: Names of `report.cells.DIALECTS`.

    Raises:
        UnsafeDirectory: the directory is a symbolic link.
        OSError: it cannot be written; what stood there before stands there still.
    """
    source = rows if isinstance(rows, Source) else _sorted(rows)
    folder = _folder(directory, week)
    tables: dict[str, Callable[[], Iterator[Row]]] = {
        "ads": lambda: _ads(source, week),
        "vacancies": lambda: _vacancies(source, week),
    }
    if source.changes is not None:
        tables["changes"] = lambda: _changes(source, week)
    chosen = [DIALECTS[name] for name in dialects]
    written = [
        _table(folder / f"{name}{dialect.suffix}.csv", columns(name), dialect, make())
        for name, make in tables.items()
        for dialect in chosen
    ]
    package = json.dumps(datapackage(week, tuple(tables), chosen), ensure_ascii=False, indent=2) + "\n"
    with _replacing(folder / "datapackage.json", "utf-8") as file:
        file.write(package)
    return [*written, folder / "datapackage.json"]


def datapackage(week: IsoWeek, tables: Sequence[str], dialects: Sequence[Dialect]) -> dict[str, Any]:
    """The Frictionless description: every file, every column with type, unit and meaning."""
    return {
        "name": f"lohnpegel-{week.label.lower()}",
        "title": f"Lohnpegel {week.label}",
        "version": f"{_spec()['format']}.0.0",
        "resources": [_resource(name, dialect) for name in tables for dialect in dialects],
    }


def _resource(name: str, dialect: Dialect) -> dict[str, Any]:
    fields = []
    for column in columns(name):
        field: dict[str, Any] = {"name": column.name, "type": column.kind, "description": column.description}
        if column.unit:
            field["unit"] = column.unit
        if column.kind == "number" and dialect.decimal != ".":
            field["decimalChar"] = dialect.decimal
        fields.append(field)
    return {
        "name": name if not dialect.suffix else f"{name}-{dialect.name}",
        "path": f"{name}{dialect.suffix}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": dialect.encoding,
        "dialect": {"delimiter": dialect.delimiter, "lineTerminator": "\r\n", "doubleQuote": True},
        "schema": {"fields": fields, "missingValues": [""]},
    }


@cache
def columns(table: str) -> tuple[Column, ...]:
    """The columns of a table, in order, as `columns.toml` has them."""
    return tuple(
        Column(item["name"], item["type"], item["description"], item.get("from", item["name"]), item.get("unit"))
        for item in _spec()[table]
    )


@cache
def _spec() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("columns.toml").read_text("utf-8"))


def _sorted(rows: Sequence[Row]) -> Source:
    ordered = sorted(rows, key=lambda row: int(row["id"]))
    return Source(lambda: ordered)


def _ads(source: Source, week: IsoWeek) -> Iterator[Row]:
    for row in source.ads():
        if row["in_scope"] and row["in_town"] and _open(row, week):
            closed = row.get("closed_at")
            status = "closed" if closed and closed.date() <= week.sunday else "open"
            lists = {name: _listed(row.get(name)) for name in ("languages", "skills")}
            yield {**row, **lists, "week": week.label, "status": status}


def _open(row: Row, week: IsoWeek) -> bool:
    closed = row.get("closed_at")
    return bool(row["first_seen_at"].date() <= week.sunday and (closed is None or closed.date() > week.monday))


def _listed(value: Any) -> str:
    """A comma list, sorted: of texts, or of language, need and level as "en:plus:B2"."""
    if value is None or isinstance(value, str):
        return ",".join(sorted(part.strip() for part in (value or "").split(",") if part.strip()))
    return ",".join(sorted(item if isinstance(item, str) else ":".join(part for part in item if part) for item in value))


def _vacancies(source: Source, week: IsoWeek) -> Iterator[Row]:
    """One row per opening; the week's ads are held in memory for it, as those of one opening may lie far apart."""
    chosen = (row for row in source.ads() if row["in_scope"] and row["in_town"] and _open(row, week))
    return (_vacancy(vacancy, week) for vacancy in vacancies(from_rows(chosen)))


def _vacancy(vacancy: Vacancy, week: IsoWeek) -> Row:
    ad, ads = vacancy.ad, vacancy.ads
    return {
        "vacancy_id": vacancy.id,
        "week": week.label,
        "ad_id": ad.id,
        "ads": len(ads),
        "sources": ",".join(sorted({one.source for one in ads})),
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


#: not told: too long for a cell, or reckoned from fields that are told
_UNTOLD = {
    "description", "low_eur_month", "low_eur_month_max", "high_eur_month", "high_eur_month_max", "low_eur_hour",
    "low_eur_hour_max", "basis_hours_low", "basis_hours_high", "weeks_per_month", "pay_assumptions", "pay_quote",
}  # fmt: skip


def _changes(source: Source, week: IsoWeek) -> Iterator[Row]:
    for row in source.changes() if source.changes else ():
        if week.monday <= row["changed_at"].date() <= week.sunday and row["field"] not in _UNTOLD:
            yield {**row, "kind": _kind(row)}


def _kind(row: Row) -> str:
    if row["field"] == "status":
        return {"open": "added", "closed": "closed", "reopened": "reopened"}.get(row["new"], "changed")
    return "pay_changed" if row["field"].startswith("pay_") else "changed"


def _folder(directory: Path, week: IsoWeek) -> Path:
    folder = directory / week.label
    folder.mkdir(parents=True, exist_ok=True)
    for path in (directory, folder):
        if path.is_symlink() or not path.is_dir():
            raise UnsafeDirectory(path)
    return folder


def _table(path: Path, table: Sequence[Column], dialect: Dialect, rows: Iterator[Row]) -> Path:
    writers = [(column.origin, formatter(column.kind, dialect)) for column in table]
    with _replacing(path, dialect.encoding) as file:
        out = csv.writer(file, delimiter=dialect.delimiter, lineterminator="\r\n")
        out.writerow([column.name for column in table])
        out.writerows([write(row.get(key)) for key, write in writers] for row in rows)
    return path


class _replacing:  # noqa: N801 - used as a with statement's verb
    """Write a new file and, if all went well, put it in the place of the old one."""

    def __init__(self, path: Path, encoding: str) -> None:
        self._path, self._encoding = path, encoding

    def __enter__(self) -> io.TextIOWrapper:
        handle, name = tempfile.mkstemp(prefix=f".{self._path.name}.", dir=self._path.parent)  # a new file, never a link
        self._new = Path(name)
        self._file = io.TextIOWrapper(os.fdopen(handle, "wb"), self._encoding, errors="replace", newline="")
        return self._file

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            with self._file:
                self._file.flush()
                os.fsync(self._file.fileno())
            if kind is None:
                self._new.chmod(0o644)
                self._new.replace(self._path)
        finally:
            with suppress(FileNotFoundError):
                self._new.unlink()
