"""Report and export over many ads, beside the bare cursor and pandas: seconds, and peak memory of a process of its own.

    python -m bench.report [--rows 10000]

Every stage runs alone, so that none inherits another's memory. "cursor" reads the export's columns by sqlite3 and does nothing
with them; "cursor + csv" writes them with the standard library: no guard, no types, one file. pandas is left out where it is not
installed.
"""

import argparse
import csv
import json
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from contextlib import closing
from datetime import date
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from report import build
from report.claims import parse_all
from report.context import Context
from report.evidence import from_rows
from report.export import Source, columns, export_week
from report.render_html import page
from report.render_json import document
from report.weekly import IsoWeek
from storage import migrate
from storage.engine import open_engine
from storage.read import Reader

ON = date(2026, 11, 22)
SEEN = "2026-11-16T06:10:00Z"
SKILLS = ("sap", "crm", "ticketing", "ms_office", "chat", "complaints", "b2b", "ai")
SECTORS = ("industry", "insurance", "retail", "energy", "logistics", "contact_center", None)


def fill(path: Path, rows: int) -> None:
    """A database of so many open ads in town: two in five with pay, 50 to an employer, one in five a copy of the one before."""
    engine = open_engine(f"sqlite:///{path}")
    migrate.upgrade(engine)
    engine.dispose()
    rng = random.Random(1)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("INSERT INTO source (name, kind) VALUES ('bench', 'bench')")
        db.executemany(_insert(), (_ad(number, rng, rows) for number in range(1, rows + 1)))
        homes = [number - (number % 5 == 0) for number in range(1, rows + 1)]
        db.executemany("INSERT INTO vacancy VALUES (?, ?, ?)", ((n, n, SEEN) for n in sorted(set(homes))))
        member = (
            "INSERT INTO vacancy_member (posting_id, vacancy_id, score, reason, by_hand, joined_at) VALUES (?, ?, 1.0, '', 0, ?)"
        )
        db.executemany(member, ((n, home, SEEN) for n, home in enumerate(homes, 1)))
        skills = ((n, skill) for n in range(1, rows + 1) for skill in rng.sample(SKILLS, 2))
        db.executemany("INSERT INTO posting_skill VALUES (?, ?)", skills)


NAMES = (
    "id", "source", "source_id", "url", "title", "employer", "employer_folded", "description", "first_seen_at", "last_seen_at",
    "updated_at", "content_hash", "parser_version", "in_town", "in_scope", "level", "career_changers", "shift", "sector", "raw",
    "pay_low", "pay_high", "pay_unit", "pay_currency", "pay_bound", "pay_origin", "pay_quote", "low_eur_month",
    "low_eur_month_max", "high_eur_month", "high_eur_month_max", "misses", "evidence", "notes", "work_time", "training",
    "pay_tags", "pay_warnings", "pay_assumptions",
)  # fmt: skip


def _insert() -> str:
    return f"INSERT INTO posting ({', '.join(NAMES)}) VALUES ({', '.join('?' * len(NAMES))})"


def _ad(number: int, rng: random.Random, rows: int) -> tuple[object, ...]:
    employer = f"Firma {rng.randrange(max(12, rows // 50))} GmbH"
    low = round(rng.gauss(2600, 250), -1)
    told = (
        low,
        low + 300,
        "month",
        "EUR",
        "range",
        "text",
        f"{low:.0f} bis {low + 300:.0f} € im Monat",
        low,
        low,
        low + 300,
        low + 300,
    )
    return (
        number, "bench", f"{number:09d}", f"https://bench.example/{number}", f"Kundenberater (m/w/d) {number}", employer,
        employer.lower(), "Telefon und E-Mail. " * 50, SEEN, SEEN, SEEN, f"{number:x}", "1", 1, 1,
        rng.choice(("entry", "unknown", "experienced")), 0, 0, rng.choice(SECTORS), "{}",
        *(told if rng.random() < 0.4 else (None,) * len(told)), 0, "[]", "[]", "full_time", "", "", "", "",
    )  # fmt: skip


def make_report(path: Path) -> int:
    """Read, judge all claims, make JSON."""
    claims = parse_all(tomllib.loads(Path("report/claims_default.toml").read_text("utf-8"))["claim"])
    with closing(Reader.open(f"sqlite:///{path}")) as reader:
        found = build(from_rows(reader.report_rows()), claims, Context("Duisburg", "Kundenservice", ON))
    document(found)
    return found.ads


def make_page(path: Path) -> int:
    """The same, and the page."""
    claims = parse_all(tomllib.loads(Path("report/claims_default.toml").read_text("utf-8"))["claim"])
    with closing(Reader.open(f"sqlite:///{path}")) as reader:
        return len(page(build(from_rows(reader.report_rows()), claims, Context("Duisburg", "Kundenservice", ON))))


def export(path: Path) -> int:
    """Ads and openings, both dialects."""
    with closing(Reader.open(f"sqlite:///{path}")) as reader, tempfile.TemporaryDirectory() as folder:
        written = export_week(Source(partial(reader.week_rows, "2026-W47")), IsoWeek(2026, 47), Path(folder))
        return sum(one.stat().st_size for one in written)


def _query() -> str:
    there = ", ".join(column.origin for column in columns("ads") if column.origin in NAMES)
    return f"SELECT {there} FROM posting ORDER BY source, source_id"


def cursor(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return sum(1 for _ in db.execute(_query()))


def cursor_csv(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db, tempfile.TemporaryFile("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(db.execute(_query()))
        return file.tell()


def pandas_export(path: Path) -> int:
    """read_sql and to_csv, as one would in a notebook."""
    import pandas  # type: ignore[import-not-found,import-untyped,unused-ignore]  # optional: only compared with

    with closing(sqlite3.connect(path)) as db, tempfile.TemporaryDirectory() as folder:
        pandas.read_sql(_query(), db).to_csv(Path(folder) / "ads.csv", index=False)
        return (Path(folder) / "ads.csv").stat().st_size


STAGES: dict[str, Callable[[Path], int]] = {
    "cursor": cursor,
    "cursor + csv": cursor_csv,
    "pandas": pandas_export,
    "export": export,
    "report": make_report,
    "report + page": make_page,
}


def main() -> None:
    """Fill a database, run every stage in a process of its own, print a table."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--rows", type=int, default=10_000)
    wanted.add_argument("--stage", nargs=2, metavar=("NAME", "DATABASE"))
    told = wanted.parse_args()
    if told.stage:
        begun = time.perf_counter()
        STAGES[told.stage[0]](Path(told.stage[1]))
        spent = time.perf_counter() - begun
        print(json.dumps([spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        fill(path, told.rows)
        print(f"{told.rows} ads\n{'stage':<16}{'seconds':>9}{'ads/s':>10}{'peak MB':>9}")
        for name in STAGES:
            if name == "pandas" and find_spec("pandas") is None:
                continue
            words = [sys.executable, "-m", "bench.report", "--stage", name, str(path)]
            spent, peak = json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout)
            print(f"{name:<16}{spent:>9.2f}{told.rows / spent:>10.0f}{peak:>9.0f}", flush=True)


if __name__ == "__main__":
    main()
