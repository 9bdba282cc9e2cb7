"""The week as files people can rely on: `2026-W47/` with ads, vacancies, changes and a description of every column.

Each file is written beside its place and then moved there, so a reader sees the old one or the new one, never half of one.
Equal rows give equal bytes. docs/export.md is the description for people.
"""

import json
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from report import export_files as files
from report.cells import DIALECTS, Dialect, plain
from report.export_files import Batch, Column, MissingPart
from report.export_vacancies import ASKED, Openings
from report.isoweek import IsoWeek

__all__ = [
    "Column", "IsoWeek", "MissingPart", "Source", "UnsafeDirectory", "columns", "datapackage", "export_changes", "export_week",
    "known",
]  # fmt: skip

AT_A_TIME = 256  #: rows of a batch

Row = Mapping[str, Any]
Rows = Callable[[Sequence[str], IsoWeek], Iterable[Batch]]  #: columns wanted, and the week → rows in that order, in batches


class UnsafeDirectory(OSError):
    """The place to write to is a link or no directory: following it could overwrite something else."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is a link or no directory; give a real directory to export to")


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from, in batches of plain values, so that no table need be held in memory."""

    ads: Rows  #: ads in scope and in town that were open in the week, in an order that stays
    changes: Callable[[], Iterable[Row]] | None = None  #: posting_change columns, and source, title, employer, url; by time


def export_week(
    source: Source,
    week: IsoWeek,
    directory: Path,
    dialects: Sequence[str] = tuple(DIALECTS),
    formats: Sequence[str] = (),
) -> list[Path]:
    """Write the week's files into `directory/2026-W47` and return their paths, `datapackage.json` last.

    Args:
        source: Rows of ads and of changes.
        week: Ads open on any of its days are exported, if in scope and in town.
        directory: Is made where it is missing.
        dialects: Names of `report.cells.DIALECTS`.
        formats: Also "xlsx" (one file with a sheet for each table), "parquet" (one file for each table).

    Raises:
        UnsafeDirectory: the directory is a symbolic link.
        MissingPart: the library of a format is not installed.
        OSError: it cannot be written; what stood there before stands there still.
    """
    folder = _folder(directory, week.label)
    tables = _tables(source, week)
    chosen = [DIALECTS[name] for name in dialects]
    book = [folder / f"lohnpegel-{week.label}.xlsx"] if "xlsx" in formats else []
    with ExitStack() as all_tables:
        sheets = [all_tables.enter_context(files.workbook(path, week.monday)) for path in book]
        for name, batches in tables.items():
            with ExitStack() as stack:
                sinks = files.opened(stack, folder, name, columns(name), [*chosen, *formats])
                files.fill(batches, [*sinks, *(files.SheetSink(sheet, name, columns(name)) for sheet in sheets)])
        for sheet in sheets:
            _legend(sheet, tuple(tables))
    written = [files.path_of(folder, name, dialect) for name in tables for dialect in chosen]
    written += [folder / f"{name}.parquet" for name in tables if "parquet" in formats]
    package = json.dumps(datapackage(week, tuple(tables), chosen), ensure_ascii=False, indent=2) + "\n"
    with files.replacing(folder / "datapackage.json") as new:
        new.write_text(package, "utf-8")
    return [*written, *book, folder / "datapackage.json"]


def _tables(source: Source, week: IsoWeek) -> dict[str, Iterator[Batch]]:
    """Tables in the order in which they must be read: openings are what the ads before them left."""
    own = [column.origin for column in columns("ads")]
    names = [*own, *(name for name in ASKED if name not in own)]
    openings = Openings(names)
    tables = {
        "ads": _kept(source.ads(names, week), openings),
        "vacancies": _batches(openings.rows(week), "vacancies"),
    }
    if source.changes is not None:
        tables["changes"] = _batches(_changes(source.changes(), week), "changes")
    return tables


def _kept(ads: Iterable[Batch], openings: Openings) -> Iterator[Batch]:
    for batch in ads:
        openings.add(batch)
        yield batch


def _batches(rows: Iterable[Row], table: str) -> Iterator[Batch]:
    cells = [(column.origin, plain(column.kind)) for column in columns(table)]
    values = ([make(row.get(name)) for name, make in cells] for row in rows)
    while batch := list(islice(values, AT_A_TIME)):
        yield batch


def export_changes(changes: Iterable[Row], directory: Path, name: str, dialects: Sequence[str]) -> list[Path]:
    """Write changes of any time as `directory/NAME.csv`, in each dialect, and return the paths.

    Raises:
        UnsafeDirectory, OSError: as `export_week`.
    """
    folder = _folder(directory.parent, directory.name)
    chosen = [DIALECTS[dialect] for dialect in dialects]
    with ExitStack() as stack:
        sinks = files.opened(stack, folder, name, columns("changes"), chosen)
        files.fill(_batches(_told(changes), "changes"), sinks)
    return [files.path_of(folder, name, dialect) for dialect in chosen]


def _legend(book: Any, tables: Sequence[str]) -> None:
    """A sheet that says what each column means."""
    names = ("table", "column", "type", "unit", "meaning")
    add = files.SheetSink(book, "columns", [Column(name, "string", "", name) for name in names])
    for table in tables:
        add([(table, one.name, one.written, one.unit, one.description) for one in columns(table)])


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
        field: dict[str, Any] = {"name": column.name, "type": column.written, "description": column.description}
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


def known(rows: Callable[[], Iterable[Row]]) -> Rows:
    """Ads that come as mappings, with `languages` and `skills`, for `Source`; those open in the week are chosen here."""

    def batches(names: Sequence[str], week: IsoWeek) -> Iterator[Batch]:
        chosen = (_of_week(row, week) for row in rows() if row["in_scope"] and row["in_town"] and _open(row, week))
        kinds = {column.origin: column.kind for column in columns("ads")}
        cells = [(name, plain(kinds[name]) if name in kinds else lambda value: value) for name in names]
        values = ([make(row.get(name)) for name, make in cells] for row in chosen)
        while batch := list(islice(values, AT_A_TIME)):
            yield batch

    return batches


def _of_week(row: Row, week: IsoWeek) -> Row:
    closed = row.get("closed_at")
    status = "closed" if closed and closed.date() <= week.sunday else "open"
    return {**row, "week": week.label, "status": status} | {name: _listed(row.get(name)) for name in ("languages", "skills")}


def _open(row: Row, week: IsoWeek) -> bool:
    closed = row.get("closed_at")
    return bool(row["first_seen_at"].date() <= week.sunday and (closed is None or closed.date() > week.monday))


def _listed(value: Any) -> str:
    """A comma list, sorted: of texts, or of language, need and level as "en:plus:B2"."""
    if value is None or isinstance(value, str):
        return ",".join(sorted(part.strip() for part in (value or "").split(",") if part.strip()))
    return ",".join(sorted(item if isinstance(item, str) else ":".join(part for part in item if part) for item in value))


#: not told: too long for a cell, or reckoned from fields that are told
_UNTOLD = {
    "description", "low_eur_month", "low_eur_month_max", "high_eur_month", "high_eur_month_max", "low_eur_hour",
    "low_eur_hour_max", "basis_hours_low", "basis_hours_high", "weeks_per_month", "pay_assumptions", "pay_quote",
}  # fmt: skip


def _changes(changes: Iterable[Row], week: IsoWeek) -> Iterator[Row]:
    return _told(row for row in changes if week.monday <= row["changed_at"].date() <= week.sunday)


def _told(changes: Iterable[Row]) -> Iterator[Row]:
    return ({**row, "kind": _kind(row)} for row in changes if row["field"] not in _UNTOLD)


def _kind(row: Row) -> str:
    if row["field"] == "status":
        return {"open": "added", "closed": "closed", "reopened": "reopened"}.get(row["new"], "changed")
    return "pay_changed" if row["field"].startswith("pay_") else "changed"


def _folder(directory: Path, name: str) -> Path:
    folder = directory / name
    folder.mkdir(parents=True, exist_ok=True)
    for path in (directory, folder):
        if path.is_symlink() or not path.is_dir():
            raise UnsafeDirectory(path)
    return folder
