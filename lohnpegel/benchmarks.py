"""Outside figures for the report: Entgeltatlas by occupation, and the first step of tariff groups, each with its date."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from lohnpegel.blocks import ReportBlock
from report.context import WEEKS_PER_MONTH, Benchmark
from scraper.benchmarks import Figure, latest
from scraper.normalise.pay.tables import Rate, tariff_rate

FULL_TIME = (35.0, 40.0)  #: weekly hours of a band where an agreement pays by the hour and leaves full time open


def benchmarks(wanted: ReportBlock, on: date, stored: Sequence[Mapping[str, Any]] = ()) -> tuple[Benchmark, ...]:
    """What the profile asks for, as far as it is known on a day.

    Args:
        wanted: KldB numbers and tariff groups of the configuration.
        on: Figures read later, and tables that do not hold on it, are left out.
        stored: Rows of the `benchmark` table; the newest figure of an occupation and region counts.
    """
    return (*_occupations(wanted.occupations, on, stored), *_tariffs(wanted.tariffs, on))


def _occupations(numbers: Sequence[str], on: date, stored: Sequence[Mapping[str, Any]]) -> Iterator[Benchmark]:
    live = [_figure(row) for row in stored if row["kind"] == "entgeltatlas" and row["retrieved_on"] <= on]
    labels = {figure.kldb: figure.label for figure in latest(()) if figure.label}
    asked = [figure for figure in latest(live) if figure.kldb in numbers and figure.retrieved_on <= on]
    for figure in sorted(asked, key=lambda one: (numbers.index(one.kldb), one.region != "DE", one.region)):
        yield Benchmark(
            key=figure.kldb,
            label=figure.label or labels.get(figure.kldb, f"KldB {figure.kldb}"),
            region=figure.region,
            year=str(figure.year or ""),
            low=figure.low,
            median=figure.median,
            high=figure.high,
            source="Entgeltatlas",
            retrieved_on=figure.retrieved_on,
        )


def _figure(row: Mapping[str, Any]) -> Figure:
    return Figure(
        kldb=row["key"],
        region=row["region"],
        low=row["low"],
        median=row["median"],
        high=row["high"],
        persons=row["persons"],
        year=row["valid_from_on"].year,
        retrieved_on=row["retrieved_on"],
    )


def _tariffs(groups: Sequence[str], on: date) -> Iterator[Benchmark]:
    for group in groups:
        rate = tariff_rate(group, on)
        if isinstance(rate, Rate):
            low, high = _month(rate)
            agreement, _, since = rate.table.partition(":")
            yield Benchmark(group, group, "DE", since[:4], low, None, high, "tariff", agreement, date.fromisoformat(since))


def _month(rate: Rate) -> tuple[float, float]:
    """Euros a month at full time; a band at 35 to 40 hours for hourly rates."""
    if rate.unit == "month":
        return rate.amount, rate.amount
    low, high = (rate.hours, rate.hours) if rate.hours else FULL_TIME
    return rate.amount * low * WEEKS_PER_MONTH, rate.amount * high * WEEKS_PER_MONTH
