"""Report and export over many ads, beside the bare cursor, pandas and scipy: seconds, and peak memory of a process of its own.

    python -m bench.report [ROWS …]

Every stage runs alone, so that none inherits another's memory. The bare cursor reads the same values from the same database and
does nothing with them; × is the speed as a multiple of the cursor's, of the districts as one of the window functions'. Seconds
are those of the processor: a busy machine slows every stage alike, and what counts is the ratio.
"""

import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

from bench.market import ON, fill

WEEK = "2026-W47"
SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)


def cursor_report(path: Path) -> int:
    """What the report reads, read by the driver."""
    from storage.columns import columns
    from storage.engine import open_engine

    found = 0
    with columns(open_engine(f"sqlite:///{path}", read_only=True)) as source:
        for batches in (
            source.facts(),
            source.pays(),
            source.order(),
            source.homes(),
            source.skills(_skills()),
            source.languages(["foreign"]),
        ):
            found += sum(map(len, batches))
    return found


def _skills() -> list[str]:
    return sorted(value for kind, value in _wanted() if kind == "skills")


def _wanted() -> set[tuple[str, str]]:
    from lohnpegel.settings import load
    from lohnpegel.shipped import default_config
    from report.assemble import wanted

    return wanted(load(default_config()).claims)


def make_report(path: Path) -> int:
    """Read, judge all claims, fetch what is shown, make JSON."""
    from report.render_json import document

    return len(json.dumps(document(_report(path))))


def make_page(path: Path) -> int:
    """The same, and the page instead."""
    from report.render_html import page

    return len(page(_report(path)))


def _report(path: Path):  # type: ignore[no-untyped-def]  # a Report, whose module a stage must not load before its time
    from lohnpegel.settings import load
    from lohnpegel.shipped import default_config
    from report.assemble import detailed, judge, shown
    from report.collect import collect
    from report.context import Context
    from report.evidence import from_rows
    from storage.columns import columns
    from storage.engine import open_engine

    with columns(open_engine(f"sqlite:///{path}", read_only=True)) as source:
        found = judge(collect(source, _wanted()), load(default_config()).claims, Context("Duisburg", "Kundenservice", ON))
        return detailed(found, from_rows(source.ads(shown(found))))


GROUPS = (
    "SELECT employer_folded AS firm, sector, low_eur_month AS low FROM posting WHERE in_scope AND in_town AND low_eur_month > 0"
)


def windows(path: Path) -> int:
    """Five percentiles of pay in each of some hundred groups, by window functions."""
    place = "length(firm) || coalesce(sector, '') || substr(firm, 7, 1)"
    over = "OVER (PARTITION BY place"
    counted = f"row_number() {over} ORDER BY low) AS rank, count(*) {over}) AS n"
    ranked = f"SELECT place, low, {counted} FROM (SELECT {place} AS place, low FROM ({GROUPS}))"
    wanted = " OR ".join(f"rank = cast({share} * (n - 1) AS integer) + 1" for share in SHARES)
    with closing(sqlite3.connect(path)) as db:
        return len(db.execute(f"SELECT place, low FROM ({ranked}) WHERE {wanted}").fetchall())


def medians(path: Path) -> float:
    """The report's own table of that kind, medians by district, employers weighing alike: seconds once all is read."""
    from report.disclosure import districts

    found = _report(path)
    begun = time.process_time()
    assert districts(found.openings, found.pay[0].pay)
    return time.process_time() - begun


def cursor_export(path: Path) -> int:
    """The values of ads.csv, read by the driver."""
    return sum(map(len, _rows(path)))


def _rows(path: Path):  # type: ignore[no-untyped-def]  # batches of rows
    from report.cells import number
    from report.export import columns
    from storage.engine import open_engine
    from storage.exported import week_rows

    names = [column.origin for column in columns("ads")]
    return week_rows(open_engine(f"sqlite:///{path}", read_only=True), names, WEEK, number)


def export_ads(path: Path) -> int:
    """ads.csv in one dialect, guarded."""
    from contextlib import ExitStack

    from report import export_files
    from report.cells import RFC4180
    from report.export import columns

    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        export_files.fill(_rows(path), export_files.opened(stack, Path(folder), "ads", columns("ads"), [RFC4180]))
        return 1


def export_all(path: Path) -> int:
    """Ads and openings, both dialects."""
    from report.cells import number
    from report.export import Source, export_week
    from report.isoweek import IsoWeek
    from storage.engine import open_engine
    from storage.exported import week_rows

    engine = open_engine(f"sqlite:///{path}", read_only=True)
    with tempfile.TemporaryDirectory() as folder:
        source = Source(lambda names, week: week_rows(engine, names, week.label, number))
        return len(export_week(source, IsoWeek.parse(WEEK), Path(folder)))


def pandas_export(path: Path) -> int:
    """read_sql and to_csv, as one would in a notebook."""
    import pandas

    from report.export import columns

    hanging = {"vacancy_id", "week", "status", "languages", "skills"}
    names = ", ".join(column.origin for column in columns("ads") if column.origin not in hanging)
    with closing(sqlite3.connect(path)) as db, tempfile.TemporaryDirectory() as folder:
        query = f"SELECT {names} FROM posting WHERE in_scope AND in_town ORDER BY source, source_id"
        pandas.read_sql(query, db).to_csv(Path(folder) / "ads.csv", index=False)
        return 1


STAGES: dict[str, tuple[Callable[[Path], float], str | None]] = {
    "cursor: what the report reads": (cursor_report, None),
    "report": (make_report, "cursor: what the report reads"),
    "report, as a page": (make_page, "cursor: what the report reads"),
    "percentiles by window functions": (windows, None),
    "… its districts, columns read": (medians, "percentiles by window functions"),
    "cursor: what ads.csv holds": (cursor_export, None),
    "ads.csv, guarded": (export_ads, "cursor: what ads.csv holds"),
    "ads and openings, two dialects": (export_all, "cursor: what ads.csv holds"),
    "ads.csv by pandas, unguarded": (pandas_export, "cursor: what ads.csv holds"),
}


def main(sizes: Sequence[int] = (10_000, 100_000, 1_000_000)) -> None:
    """Fill a database of each size, run every stage in a process of its own, print a table; then the bootstrap."""
    for rows in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "bench.db"
            fill(path, rows)
            measure(path, rows)
    bootstrap()


def measure(path: Path, rows: int) -> None:
    """Every stage on one database."""
    print(f"{rows:,} ads\n{'stage':<34}{'CPU s':>8}{'s':>8}{'ads/s':>10}{'peak MB':>9}{'×':>10}")
    known: dict[str, float] = {}
    for name, (_, beside) in STAGES.items():
        if "pandas" in name and find_spec("pandas") is None:
            continue
        words = [sys.executable, "-m", "bench.report", "--stage", name, str(path)]
        cpu, spent, peak = json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout)
        known[name] = cpu
        ratio = f"{known[beside] / cpu:10.2f}" if beside else ""
        print(f"{name:<34}{cpu:>8.2f}{spent:>8.2f}{rows / cpu:>10,.0f}{peak:>9.0f}{ratio}", flush=True)
    print()


def bootstrap(sizes: Sequence[int] = (5_000, 100_000), draws: int = 2000) -> None:
    """Interval of an employer-weighted median, employers resampled, beside scipy."""
    import numpy as np

    from report.resampled import Median, Resampling

    print(f"{'median, vacancies':<22}{'resamples/s':>12}{'by scipy':>10}{'×':>7}   interval, and scipy's")
    for size in sizes:
        rng = np.random.default_rng(1)
        employers = size // 10
        groups = np.concatenate([np.arange(employers), rng.integers(0, employers, size - employers)])
        values = np.round(rng.normal(2600, 250, size), 2)
        begun = time.process_time()
        (ours,) = Resampling(draws, rng).medians([Median(values, groups)], employers)
        own = draws / (time.process_time() - begun)
        line = f"{size:<22,}{own:>12,.0f}"
        if find_spec("scipy") is not None:
            theirs, limits = _scipy(values, groups, employers, max(20, draws * 5_000 // size // 10))
            line += f"{theirs:>10,.0f}{own / theirs:>7.1f}   {np.percentile(ours, (2.5, 97.5)).round(1)} {np.round(limits, 1)}"
        print(line, flush=True)


def _scipy(values, groups, employers: int, draws: int):  # type: ignore[no-untyped-def]  # arrays; scipy has no types
    """Resamples a second and the interval of scipy.stats.bootstrap over employers, its statistic as one would write it."""
    import numpy as np
    from scipy.stats import bootstrap as resample

    of = [values[groups == employer] for employer in range(employers)]
    weight_of = [np.full(len(part), 1 / len(part)) for part in of]

    def median(drawn):  # type: ignore[no-untyped-def]  # numbers of employers, some more than once
        pay, weight = np.concatenate([of[one] for one in drawn]), np.concatenate([weight_of[one] for one in drawn])
        order = np.argsort(pay)
        sums = np.cumsum(weight[order])
        return pay[order][np.searchsorted(sums, sums[-1] / 2)]

    begun = time.process_time()
    found = resample((np.arange(employers),), median, n_resamples=draws, vectorized=False, method="percentile", random_state=1)
    return draws / (time.process_time() - begun), tuple(found.confidence_interval)


if __name__ == "__main__":
    if "--stage" in sys.argv:
        stage, database = sys.argv[sys.argv.index("--stage") + 1 :][:2]
        moments = time.process_time(), time.perf_counter()
        own = STAGES[stage][0](Path(database))
        cpu_s, wall_s = time.process_time() - moments[0], time.perf_counter() - moments[1]
        if isinstance(own, float):
            cpu_s = wall_s = own
        print(json.dumps([cpu_s, wall_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
    else:
        main([int(word) for word in sys.argv[1:]] or (10_000, 100_000, 1_000_000))
