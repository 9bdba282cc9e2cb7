"""The weekly export: what is in it, that it repeats itself, and that no spreadsheet runs it."""

import csv
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.cells import GERMAN, RFC4180, Kind, Texts, guarded, plain
from report.export import IsoWeek, Source, UnsafeDirectory, columns, datapackage, export_week, known

WEEK = IsoWeek(2026, 47)  # 16 to 22 November


def at(day: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


def row(number: int, **more: Any) -> dict[str, Any]:
    known = {
        "id": number, "vacancy_id": number, "source": "board", "source_id": str(number), "url": f"https://board.example/{number}",
        "title": "Agent (m/w/d); Früh", "employer": "Ä GmbH", "level": "entry", "in_scope": True, "in_town": True,
        "career_changers": False, "shift": True, "work_time": "full_time", "pay_low": 2400.5, "pay_origin": "text",
        "low_eur_month": 2409.3333, "low_eur_month_max": 2409.3333, "languages": (("tr", "plus", None), ("en", "required", "C1")),
        "skills": "sap,crm", "posted_on": at(1).date(), "first_seen_at": at(10), "last_seen_at": at(20), "closed_at": None,
    }  # fmt: skip
    return known | more


def of(rows: Sequence[dict[str, Any]], changes: Iterable[dict[str, Any]] | None = None) -> Source:
    """Rows as a source, in the order of their numbers."""
    ordered = sorted(rows, key=lambda one: int(one["id"]))
    return Source(known(lambda: ordered), None if changes is None else lambda: changes)


def read(path: Path) -> list[dict[str, str]]:
    dialect = RFC4180 if ".rfc4180." in path.name else GERMAN
    with path.open(encoding=dialect.encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=dialect.delimiter))


def test_two_dialects_say_the_same(tmp_path: Path) -> None:
    written = export_week(of([row(1)]), WEEK, tmp_path)
    assert [path.name for path in written] == [
        "ads.csv", "ads.rfc4180.csv", "vacancies.csv", "vacancies.rfc4180.csv", "datapackage.json",
    ]  # fmt: skip
    german, plain = written[0].read_bytes(), written[1].read_bytes()
    assert german.startswith(b"\xef\xbb\xbfad_id;vacancy_id;") and plain.startswith(b"ad_id,vacancy_id,")
    assert german.count(b"\r\n") == plain.count(b"\r\n") == 2
    one, other = read(written[0])[0], read(written[1])[0]
    assert (one["pay_low"], other["pay_low"]) == ("2400,5", "2400.5")
    assert (one["low_eur_month"], other["low_eur_month"]) == ("2409,33", "2409.33")
    assert one["title"] == other["title"] == "Agent (m/w/d); Früh"
    assert other["languages"] == "en:required:C1,tr:plus" and other["skills"] == "crm,sap"
    assert (other["career_changers"], other["shift"], other["first_seen_on"]) == ("false", "true", "2026-11-10")


OPEN = [
    (row(1, first_seen_at=at(22)), "open"),
    (row(1, first_seen_at=at(23)), None),
    (row(1, closed_at=at(16)), None),
    (row(1, closed_at=at(17)), "closed"),
    (row(1, closed_at=at(23)), "open"),
    (row(1, in_town=False), None),
    (row(1, in_scope=False), None),
]


@pytest.mark.parametrize(("ad", "status"), OPEN)
def test_ads_open_on_some_day_of_the_week(tmp_path: Path, ad: dict[str, Any], status: str | None) -> None:
    found = read(export_week(of([ad]), WEEK, tmp_path)[0])
    assert [item["status"] for item in found] == ([status] if status else [])


def test_the_edge_of_the_year(tmp_path: Path) -> None:
    last = row(1, first_seen_at=datetime(2027, 1, 3, 23, tzinfo=UTC))
    first = row(2, first_seen_at=datetime(2027, 1, 4, tzinfo=UTC))
    assert [item["ad_id"] for item in read(export_week(of([last, first]), IsoWeek.parse("2026-W53"), tmp_path)[0])] == ["1"]
    assert [item["ad_id"] for item in read(export_week(of([last, first]), IsoWeek.parse("2027-W01"), tmp_path)[0])] == ["1", "2"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2026-W53", "2027-W01"]


def test_a_second_export_is_the_same_bytes_whatever_the_order(tmp_path: Path) -> None:
    rows = [row(number, vacancy_id=1 + number % 3) for number in range(1, 9)]
    first = [path.read_bytes() for path in export_week(of(rows), WEEK, tmp_path)]
    assert [path.read_bytes() for path in export_week(of(rows[::-1]), WEEK, tmp_path)] == first
    assert not list((tmp_path / WEEK.label).glob(".*"))


def test_copies_share_a_row_among_vacancies(tmp_path: Path) -> None:
    copies = [row(1, vacancy_id=9, pay_origin=None, low_eur_month=None), row(2, vacancy_id=9, source="other")]
    found = read(export_week(of([*copies, row(3, vacancy_id=None)]), WEEK, tmp_path)[2])
    assert [(item["vacancy_id"], item["ad_id"], item["ads"], item["sources"]) for item in found] == [
        ("-3", "3", "1", "board"), ("9", "2", "2", "board,other"),
    ]  # fmt: skip


def test_changes_say_what_happened(tmp_path: Path) -> None:
    def change(field: str, new: str, day: int = 18) -> dict[str, Any]:
        return {"posting_id": 1, "changed_at": at(day), "field": field, "old": None, "new": new, "title": "=x", "url": "u"}

    happened = [
        change("status", "open"), change("status", "closed"), change("status", "reopened"), change("pay_low", "2500"),
        change("title", "=x"), change("description", "long"), change("status", "closed", 23),
    ]  # fmt: skip
    written = export_week(of([row(1)], happened), WEEK, tmp_path)
    found = read(next(path for path in written if path.name == "changes.rfc4180.csv"))
    assert [item["kind"] for item in found] == ["added", "closed", "reopened", "pay_changed", "changed"]
    assert found[4]["new"] == "'=x"


FORMULAS = [
    "=1+1", "+49 203 1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u200b=1", "\ufeff=1", "\u2003@x",
    "\uff1d1", "\uff0b1", "\uff0d1", "\uff20x", "\u22121", "\tx", "\rx", "\nx",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS, ids=repr)
def test_formulas_are_defused(text: str) -> None:
    assert guarded(text).startswith("'")
    assert guarded(text).replace("'", "") == text


INNER = [("a\n=1", "a\n'=1"), ("a\r\n+1", "a\r\n'+1"), ("a\u2028 @x", "a\u2028' @x"), ("a\n\n-1", "a\n\n'-1")]


@pytest.mark.parametrize(("text", "safe"), INNER, ids=[repr(text) for text, _ in INNER])
def test_formulas_on_inner_lines_are_defused(text: str, safe: str) -> None:
    assert guarded(text) == safe


@pytest.mark.parametrize("text", ["Agent", "a=b", "m/w/d", "24/7 - rund um die Uhr", "a\nb", "", "'=1", "100 + x"])
def test_harmless_text_stays(text: str) -> None:
    assert guarded(text) == text


@given(st.text(alphabet=st.sampled_from("=+-@\t\r\n \u00a0a'\uff1d;,\""), max_size=8))
def test_no_cell_starts_like_a_formula(text: str) -> None:
    for line in guarded(text).replace("\r", "\n").split("\n"):
        assert not line.strip("\t \u00a0").startswith(("=", "+", "-", "@", "\uff1d"))


def test_numbers_are_never_touched() -> None:
    kinds: tuple[Kind, ...] = ("number", "number", "integer")
    row = [plain(kind)(value) for kind, value in zip(kinds, (-5.0, -5.25, -3), strict=True)]
    assert list(Texts(kinds, RFC4180).rows([row])) == [[-5, "-5.25", -3]]
    assert list(Texts(kinds, GERMAN).rows([row])) == [[-5, "-5,25", -3]]


ODD = st.none() | st.text(alphabet=st.sampled_from("=+@\t\n a\u00a0\u00ad\u00a6ä1'\uff1d;\u2028"), max_size=6)


@given(st.lists(st.tuples(ODD, ODD), max_size=8))
def test_a_batch_is_guarded_as_each_cell_by_itself(batch: list[tuple[str | None, str | None]]) -> None:
    found = [list(row) for row in Texts(("string", "list"), RFC4180).rows(batch)]
    assert found == [[None if text is None else guarded(text) for text in row] for row in batch]


def test_a_cell_knows_days_and_flags_however_they_come() -> None:
    kinds: tuple[Kind, ...] = ("date", "date", "boolean", "boolean", "list")
    rows = [("2026-11-22T06:10:00Z", at(22), 1, "true", "sap,crm"), (None, at(22).date(), 0, None, None)]
    assert [[plain(kind)(value) for kind, value in zip(kinds, row, strict=True)] for row in rows] == [
        ["2026-11-22", "2026-11-22", "true", "true", "crm,sap"], [None, "2026-11-22", "false", None, None],
    ]  # fmt: skip


def test_a_failed_export_leaves_the_old_one(tmp_path: Path) -> None:
    before = export_week(of([row(1)]), WEEK, tmp_path)[0].read_bytes()

    def broken() -> Any:
        yield row(2)
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        export_week(Source(known(broken)), WEEK, tmp_path)
    assert (tmp_path / WEEK.label / "ads.csv").read_bytes() == before
    assert not list((tmp_path / WEEK.label).glob(".*"))


def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / WEEK.label).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnsafeDirectory):
        export_week(of([row(1)]), WEEK, tmp_path / "exports")
    assert not list((tmp_path / "elsewhere").iterdir())
    target = tmp_path / "secret"
    target.write_text("kept")
    folder = tmp_path / "real" / WEEK.label
    folder.mkdir(parents=True)
    (folder / "ads.csv").symlink_to(target)
    export_week(of([row(1)]), WEEK, tmp_path / "real")
    assert target.read_text() == "kept"
    assert not (folder / "ads.csv").is_symlink()


def test_datapackage_describes_every_file_and_column(tmp_path: Path) -> None:
    written = export_week(of([row(1)], ()), WEEK, tmp_path)
    package = json.loads(written[-1].read_text("utf-8"))
    assert package == datapackage(WEEK, ("ads", "vacancies", "changes"), (GERMAN, RFC4180))
    for resource in package["resources"]:
        path = written[-1].with_name(resource["path"])
        delimiter = resource["dialect"]["delimiter"]
        header = path.read_text(resource["encoding"]).splitlines()[0].split(delimiter)
        assert header == [field["name"] for field in resource["schema"]["fields"]]
        assert all(field["description"].endswith(".") for field in resource["schema"]["fields"])


@pytest.mark.parametrize("table", ["ads", "vacancies", "changes"])
def test_columns_are_documented(table: str) -> None:
    text = (Path(__file__).parent.parent / "docs" / "export.md").read_text("utf-8")
    missing = [column.name for column in columns(table) if f"`{column.name}`" not in text]
    assert not missing


def test_money_columns_name_their_unit() -> None:
    assert all(column.unit for table in ("ads", "vacancies") for column in columns(table) if column.kind == "number")
