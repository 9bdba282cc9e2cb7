"""Dated tables of `scraper/normalise/tables`: minimum wage, Minijob limit, tariff groups. Dates outside have no answer."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

_FOLDER = Path(__file__).parent.parent / "tables"


@dataclass(frozen=True, slots=True)
class Rate:
    """A tariff group's pay, € gross per `unit`, from the table that holds on a date."""

    amount: float
    unit: Literal["hour", "month"]
    hours: float | None  #: weekly, at full time, where the agreement fixes them
    table: str  #: "tvoed_vka:2026-05-01"


@cache
def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))


def minimum_wage(on: date) -> float | None:
    """The legal floor, € per hour; None outside the table.

    >>> minimum_wage(date(2026, 12, 31)), minimum_wage(date(2027, 1, 1)), minimum_wage(date(2031, 1, 1))
    (13.9, 14.6, None)
    """
    return next((float(row["eur_hour"]) for row in _load("minimum_wage")["rate"] if row["from"] <= on <= row["until"]), None)


def minimum_wages() -> tuple[tuple[date, float], ...]:
    """Every known legal floor: first day, € per hour; in order of time."""
    return tuple((row["from"], float(row["eur_hour"])) for row in _load("minimum_wage")["rate"])


def known_minimum(eur_hour: float) -> bool:
    """Whether an hourly amount is a minimum wage of any year of the table."""
    return any(abs(float(row["eur_hour"]) - eur_hour) < 0.005 for row in _load("minimum_wage")["rate"])


def minijob_limit(on: date) -> float | None:
    """What a Minijob may pay at most, € per month; None outside the table."""
    return next((float(row["eur_month"]) for row in _load("minijob")["rate"] if row["from"] <= on <= row["until"]), None)


@cache
def _agreements() -> dict[str, str]:
    names = [path.stem for path in sorted(_FOLDER.glob("*.toml"))]
    return {_load(name)["agreement"]: name for name in names if "agreement" in _load(name)}


def tariff_rate(tariff: str, on: date) -> Rate | str:
    """The first step of a canonical group ("TVöD E5") on a date; else the reason why there is none, for the reader."""
    agreement, _, group = tariff.partition(" ")
    if agreement not in _agreements():
        return f"tariff_table_unknown:{agreement}"
    name = _agreements()[agreement]
    body = _load(name)
    table = next((one for one in body["table"] if one["from"] <= on <= one["until"]), None)
    if table is None:
        return f"tariff_date_outside_table:{name}"
    if group not in table["groups"]:
        return f"tariff_group_not_in_table:{tariff}"
    return Rate(float(table["groups"][group]), body["unit"], body.get("weekly_hours"), f"{name}:{table['from'].isoformat()}")
