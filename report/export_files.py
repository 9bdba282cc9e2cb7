"""Files of an export: each is written beside its place and then moved there, so a reader sees the old one or the new one.

CSV needs nothing; XLSX and Parquet need a library each, which comes with an extra and is imported only when asked for.
"""

import csv
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from importlib import import_module
from pathlib import Path
from typing import Any

from report.cells import Dialect, Kind, Texts

Batch = Sequence[Sequence[Any]]  #: rows of plain values (`report.cells.plain`); what stands behind the last column is passed over
Sink = Callable[[Batch], None]

SHEET_ROWS = 1_048_576  #: a spreadsheet has no more; what does not fit goes on in a further sheet
CELL_CHARS = 32_767  #: a cell holds no more
GROUP_ROWS = 10_000  #: rows of one Parquet group, all that is held in memory


class MissingPart(ImportError):
    """A file format was asked for whose library is not installed. Exit code 2."""

    exit_code = 2

    def __init__(self, extra: str, library: str) -> None:
        super().__init__(f"{extra} files need {library}; install it with: pip install 'lohnpegel[{extra}]'")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an exported table."""

    name: str
    kind: Kind
    description: str
    origin: str  #: key in the row
    unit: str | None = None

    @property
    def written(self) -> str:
        """Type of what stands in the files."""
        return "string" if self.kind == "list" else self.kind


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A new file to write to; if all went well it takes the place of the old one, else the old one stands."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # a new file, never a link
    os.close(handle)
    new = Path(name)
    try:
        yield new
        with new.open("rb") as file:
            os.fsync(file.fileno())
        new.chmod(0o644)
        new.replace(path)
    finally:
        with suppress(FileNotFoundError):
            new.unlink()


@contextmanager
def csv_sink(path: Path, table: Sequence[Column], dialect: Dialect) -> Iterator[Sink]:
    """Text in a dialect; formulas are defused."""
    texts = Texts([column.kind for column in table], dialect)
    with replacing(path) as new, new.open("w", encoding=dialect.encoding, errors="replace", newline="") as file:
        out = csv.writer(file, delimiter=dialect.delimiter, lineterminator="\r\n")
        out.writerow([column.name for column in table])
        yield lambda batch: out.writerows(texts.rows(batch))
        file.flush()


@contextmanager
def parquet_sink(path: Path, table: Sequence[Column]) -> Iterator[Sink]:
    """Typed columns; unit and description stand in the metadata of each."""
    pa, parquet = _library("parquet", "pyarrow"), _library("parquet", "pyarrow.parquet")
    types = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(), "date": pa.date32()}
    told = [{"description": column.description, "unit": column.unit or ""} for column in table]
    schema = pa.schema([pa.field(c.name, types[c.written], metadata=meta) for c, meta in zip(table, told, strict=True)])
    held: list[list[Any]] = []
    with replacing(path) as new, parquet.ParquetWriter(str(new), schema, compression="zstd") as out:

        def spill() -> None:
            arrays = [pa.array(values, field.type) for values, field in zip(zip(*held, strict=True), schema, strict=True)]
            out.write_batch(pa.record_batch(arrays, schema=schema))
            held.clear()

        def add(batch: Batch) -> None:
            for row in batch:
                held.append([_value(value, column.kind) for value, column in zip(row, table, strict=False)])
                if len(held) >= GROUP_ROWS:
                    spill()

        yield add
        if held:
            spill()


@contextmanager
def workbook(path: Path, made_on: date) -> Iterator[Any]:
    """A spreadsheet file to add sheets to; `made_on` makes its bytes repeat."""
    library = _library("xlsx", "xlsxwriter")
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "constant_memory": True}
    with replacing(path) as new:
        book = library.Workbook(str(new), {**plain, "default_date_format": "yyyy-mm-dd", "nan_inf_to_errors": True})
        book.set_properties({"title": path.stem, "created": datetime.combine(made_on, time(), UTC)})
        yield book
        book.close()


class SheetSink:
    """A sheet with a head that stays in view; text stays text, so nothing in it is run."""

    def __init__(self, book: Any, name: str, table: Sequence[Column]) -> None:
        self._book, self._name, self._table = book, name, table
        self._bold = book.add_format({"bold": True})
        self._sheets = 0
        self._begin()

    def __call__(self, batch: Batch) -> None:
        """Add rows; past what a sheet holds, a further one is begun."""
        for row in batch:
            if self._row >= SHEET_ROWS:
                self._begin()
            for place, (value, column) in enumerate(zip(row, self._table, strict=False)):
                if value is not None:
                    _write(self._sheet, self._row, place, _value(value, column.kind))
            self._row += 1

    def _begin(self) -> None:
        self._sheets += 1
        self._sheet = self._book.add_worksheet(self._name if self._sheets == 1 else f"{self._name}-{self._sheets}")
        self._sheet.freeze_panes(1, 0)
        self._sheet.write_row(0, 0, [column.name for column in self._table], self._bold)
        self._row = 1


def fill(batches: Iterable[Batch], sinks: Sequence[Sink]) -> None:
    """Every row into every file, read once."""
    for batch in batches:
        for sink in sinks:
            sink(batch)


def opened(stack: ExitStack, folder: Path, name: str, table: Sequence[Column], wanted: Sequence[Dialect | str]) -> list[Sink]:
    """The files of one table: a CSV for each dialect, and Parquet where wanted."""
    sinks = [stack.enter_context(csv_sink(path_of(folder, name, d), table, d)) for d in wanted if isinstance(d, Dialect)]
    if "parquet" in wanted:
        sinks.append(stack.enter_context(parquet_sink(folder / f"{name}.parquet", table)))
    return sinks


def path_of(folder: Path, name: str, dialect: Dialect) -> Path:
    return folder / f"{name}{dialect.suffix}.csv"


def _write(sheet: Any, row: int, place: int, value: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(row, place, value[:CELL_CHARS])
    elif isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, date):
        sheet.write_datetime(row, place, value)
    else:
        sheet.write_number(row, place, value)


def _value(value: Any, kind: Kind) -> Any:
    """A typed cell of a plain value; amounts to the cent, as in the text files."""
    if value is None:
        return None
    makers: Mapping[str, Callable[[Any], Any]] = {
        "integer": int,
        "boolean": lambda flag: flag == "true",
        "number": float,
        "date": date.fromisoformat,
    }
    return makers[kind](value) if kind in makers else value.encode("utf-8", "replace").decode()


def _library(extra: str, name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingPart(extra, name.partition(".")[0]) from error
