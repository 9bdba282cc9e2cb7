"""Exports for spreadsheets, data frames and consumers: typed, repeatable, described, and told once."""

import csv
import io
import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lohnpegel.demo import Shown, Wish, play
from lohnpegel.errors import UsageError
from lohnpegel.jobs import write_export, write_since_last
from report import export_files
from report.evidence import from_rows, vacancies
from report.export import MissingPart, columns, export_week, known
from report.export_vacancies import ASKED, Openings
from report.isoweek import IsoWeek
from tests.test_export import WEEK, at, of, read, row

CHANGE = {"posting_id": 1, "changed_at": at(18), "field": "status", "new": "open", "title": "Agent", "url": "u"}
READERS: dict[str, Callable[[str], Any]] = {
    "string": str,
    "integer": int,
    "boolean": {"true": True, "false": False}.__getitem__,
    "date": date.fromisoformat,
}


def export(folder: Path, *formats: str) -> list[Path]:
    ads = [row(1), row(2, title="=1+1", pay_low=None, closed_at=at(19)), row(3, vacancy_id=1, source="other", hours_low=38.5)]
    return export_week(of(ads, [CHANGE]), WEEK, folder, formats=formats)


def test_every_cell_reads_back_as_the_datapackage_says(tmp_path: Path) -> None:
    written = export(tmp_path)
    package = json.loads(written[-1].read_text("utf-8"))
    assert {resource["path"] for resource in package["resources"]} == {path.name for path in written[:-1]}
    for resource in package["resources"]:
        text = (written[-1].parent / resource["path"]).read_text(resource["encoding"])
        head, *lines = csv.reader(io.StringIO(text, newline=""), delimiter=resource["dialect"]["delimiter"])
        fields = resource["schema"]["fields"]
        assert head == [field["name"] for field in fields]
        for line in lines:
            for field, cell in zip(fields, line, strict=True):
                if cell not in resource["schema"]["missingValues"]:
                    kind, decimal = field["type"], field.get("decimalChar", ".")
                    _ = float(cell.replace(decimal, ".")) if kind == "number" else READERS[kind](cell)


def test_the_frictionless_library_finds_nothing_wrong(tmp_path: Path) -> None:
    frictionless = pytest.importorskip("frictionless", exc_type=ImportError)
    found = frictionless.validate(str(export(tmp_path)[-1]))
    assert found.valid, found.flatten(["rowNumber", "fieldName", "note"])


def test_a_workbook_holds_every_table_and_runs_nothing(tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter")
    import zipfile

    (path,) = [path for path in export(tmp_path, "xlsx") if path.suffix == ".xlsx"]
    before = path.read_bytes()
    with zipfile.ZipFile(path) as book:
        names = book.read("xl/workbook.xml").decode()
        sheets = [book.read(f"xl/worksheets/sheet{number}.xml").decode() for number in range(1, 5)]
    assert [name for name in ("ads", "vacancies", "changes", "columns") if f'name="{name}"' in names] == [
        "ads", "vacancies", "changes", "columns",
    ]  # fmt: skip
    assert not any("<f>" in sheet for sheet in sheets)
    assert "=1+1" in "".join(sheets)
    assert 't="b"' in sheets[0]
    export(tmp_path, "xlsx")
    assert path.read_bytes() == before


def test_a_full_sheet_goes_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("xlsxwriter")
    import zipfile

    monkeypatch.setattr(export_files, "SHEET_ROWS", 3)
    (path,) = [path for path in export(tmp_path, "xlsx") if path.suffix == ".xlsx"]
    with zipfile.ZipFile(path) as book:
        assert 'name="ads-2"' in book.read("xl/workbook.xml").decode()


def test_parquet_keeps_types_and_meaning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr(export_files, "GROUP_ROWS", 2)
    path = next(path for path in export(tmp_path, "parquet") if path.name == "ads.parquet")
    before, table = path.read_bytes(), parquet.read_table(path)
    assert table.column_names == [column.name for column in columns("ads")]
    assert table["pay_low"].to_pylist() == [2400.5, None, 2400.5]
    assert table["title"].to_pylist()[1] == "=1+1"
    assert table["closed_on"].to_pylist() == [None, at(19).date(), None]
    assert table.schema.field("low_eur_month").metadata[b"unit"] == b"EUR a month, gross, full time"
    export(tmp_path, "parquet")
    assert path.read_bytes() == before


@pytest.mark.parametrize(("extra", "library"), [("xlsx", "xlsxwriter"), ("parquet", "pyarrow")])
def test_a_missing_library_is_named_and_the_old_files_stand(
    extra: str, library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path: path.read_bytes() for path in export(tmp_path)}

    def absent(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(export_files, "import_module", absent)
    with pytest.raises(MissingPart, match=rf"{library}.*lohnpegel\[{extra}\]") as caught:
        export(tmp_path, extra)
    assert caught.value.exit_code == 2
    assert {path: path.read_bytes() for path in before} == before
    assert {path.name for path in (tmp_path / WEEK.label).iterdir()} == {path.name for path in before}


def test_openings_sorted_on_disk_are_those_gathered_in_memory() -> None:
    rows = [
        row(n, vacancy_id=n % 7 or None, level="lead" if n % 3 else "unknown", posted_on=at(n).date(), pay_tags="net,minijob")
        | {"low_eur_month_max": 2500.0 + n % 2, "pay_gross": [None, True, False][n % 3], "work_time": "minijob" if n % 5 else ""}
        for n in range(1, 29)
    ]
    openings = Openings(ASKED)
    for batch in known(lambda: rows)(ASKED, WEEK):
        openings.add(batch)
    found, wanted = list(openings.vacancies()), sorted(vacancies(from_rows(rows)), key=lambda one: one.id)
    assert [one.id for one in found] == [one.id for one in wanted]
    for name in ("employer", "level", "sector", "silence", "entry"):
        assert [getattr(one, name) for one in found] == [getattr(one, name) for one in wanted], name
    assert [[ad.id for ad in one.ads] for one in found] == [[ad.id for ad in one.ads] for one in wanted]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    return play(Wish(tmp_path_factory.mktemp("since") / "demo", weeks=2, market="sparse"))


def told(paths: list[Path]) -> list[dict[str, str]]:
    return read(next(path for path in paths if ".rfc4180." in path.name))


def test_a_consumer_is_told_every_change_once(shown: Shown) -> None:
    first = datetime(2026, 11, 19, tzinfo=UTC)  # between the two weeks of the market
    database = sqlite3.connect(shown.settings.storage.url.removeprefix("sqlite:///"))
    (of,) = database.execute("""SELECT count(*) FROM posting_change c JOIN posting p ON p.id = c.posting_id
        WHERE p.in_scope AND p.in_town AND (c.field = 'status' OR c.field = 'title')""").fetchone()
    weeks = [write_since_last(shown.settings, "news", now) for now in (first, first + timedelta(days=30))]
    found = [change for paths in weeks if paths for change in told(paths)]
    assert sum(change["field"] in ("status", "title") for change in found) == of > 0
    assert all(change["changed_on"] < "2026-11-19" for change in told(weeks[0]))
    assert write_since_last(shown.settings, "news", first + timedelta(days=31)) == []
    assert len(told(write_since_last(shown.settings, "other", first))) == len(told(weeks[0]))


@pytest.mark.parametrize("name", ["", "../x", "a b", "-x", "x" * 65, "ä"])
def test_a_consumer_needs_a_plain_name(name: str, shown: Shown) -> None:
    with pytest.raises(UsageError, match="--since-last"):
        write_since_last(shown.settings, name, datetime(2026, 12, 1, tzinfo=UTC))


def test_formats_of_the_configuration_are_written(shown: Shown) -> None:
    pytest.importorskip("xlsxwriter")
    wanted = shown.settings.model_copy(update={"report": shown.settings.report.model_copy(update={"formats": ("xlsx",)})})
    assert "lohnpegel-2026-W47.xlsx" in [path.name for path in write_export(wanted, IsoWeek(2026, 47))]


@pytest.mark.parametrize("week", [IsoWeek(2026, 46), IsoWeek(2026, 47)])
def test_what_the_driver_hands_on_is_what_was_known_then(shown: Shown, tmp_path: Path, week: IsoWeek) -> None:
    """Today's rows go straight from the driver into the files, those of a day gone by through the history: the same bytes."""
    written = []
    for name, as_of in (("today", None), ("then", datetime(2027, 1, 1, tzinfo=UTC))):
        storage = shown.settings.storage.model_copy(update={"exports": tmp_path / name})
        written.append(write_export(shown.settings.model_copy(update={"storage": storage}), week, as_of=as_of))
    assert len(written[0]) == 7
    for one, other in zip(*written, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name
        assert one.stat().st_size > 500 or "changes" in one.name
