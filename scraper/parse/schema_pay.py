"""schema.org's `baseSalary` and `estimatedSalary`, in every shape that pages give them, to `RawPay`: text only."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from scraper.model import RawPay
from scraper.parse.fields import text

#: ISO 8601 durations that a MonetaryAmountDistribution gives as its period
_DURATIONS = {"PT1H": "HOUR", "P1D": "DAY", "P1W": "WEEK", "P7D": "WEEK", "P1M": "MONTH", "P1Y": "YEAR", "P12M": "YEAR"}
_DURATIONS |= {"HUR": "HOUR", "WEE": "WEEK", "MON": "MONTH", "ANN": "YEAR"}  # UN/CEFACT, as schema.org wants a unitCode
_UNITS = ("unitText", "unitCode", "unit", "duration", "billingIncrement")
_CURRENCIES = ("currency", "priceCurrency", "salaryCurrency")
_LOWS = ("minValue", "minPrice", "percentile10", "min")
_HIGHS = ("maxValue", "maxPrice", "percentile90", "max")
_SINGLES = ("value", "price", "median", "amount")
MAX_ENTRIES = 20


def pays(posting: Mapping[str, Any], repairs: list[str]) -> tuple[RawPay, ...]:
    """Every statement of pay in a posting's fields; what the portal guessed is marked as estimated.

    >>> pays({"baseSalary": "100000", "salaryCurrency": "USD"}, [])[0].value_text
    '100000'
    >>> pays({"baseSalary": {"currency": "EUR", "value": {"minValue": 15, "unitText": "HOUR"}}}, [])[0].period_text
    'HOUR'
    """
    outer = _first(posting, _CURRENCIES)
    told: list[RawPay] = []
    for key, estimated in (("baseSalary", False), ("salary", False), ("estimatedSalary", True)):
        if key in posting:
            told += (_estimated(one, estimated) for one in _read(posting[key], outer, None, repairs))
    return tuple(dict.fromkeys(told))[:MAX_ENTRIES]


def _read(value: Any, currency: str | None, unit: str | None, repairs: list[str], depth: int = 0) -> Iterator[RawPay]:
    """Statements in a value of any shape; currency and unit come down from outer objects."""
    if depth > 4:
        return
    if isinstance(value, list):
        repairs.append("baseSalary: a list")
        for one in value[:MAX_ENTRIES]:
            yield from _read(one, currency, unit, repairs, depth + 1)
        return
    if not isinstance(value, Mapping):
        yield from _plain(text({"it": value}, "it"), currency, unit, repairs)
        return
    currency = _first(value, _CURRENCIES) or currency
    unit = _unit(value) or unit
    low, high = _first(value, _LOWS), _first(value, _HIGHS)
    inner = next((value[key] for key in _SINGLES if value.get(key) is not None), None)
    if low is not None or high is not None:
        single = text({"it": inner}, "it") if low is None or high is None else None
        yield RawPay(period_text=unit, low_text=low, high_text=high, value_text=single, currency_text=currency)
    elif isinstance(inner, Mapping | list):
        if depth == 0 and unit and isinstance(inner, Mapping) and not _unit(inner):
            repairs.append("baseSalary: unit on the outer amount")
        yield from _read(inner, currency, unit, repairs, depth + 1)
    elif inner is not None:
        if depth == 0:
            repairs.append("baseSalary: amount without QuantitativeValue")
        yield from _amount(text({"it": inner}, "it"), currency, unit)
    elif words := text(value, "name") or text(value, "description"):
        yield RawPay(text=words, currency_text=currency)


def _plain(words: str | None, currency: str | None, unit: str | None, repairs: list[str]) -> Iterator[RawPay]:
    """A bare number or string where an object was due."""
    if words is None:
        return
    repairs.append("baseSalary: a plain value")
    yield from _amount(words, currency, unit)


def _amount(words: str | None, currency: str | None, unit: str | None) -> Iterator[RawPay]:
    """An amount; a sentence with words in it is kept as text for the reader of texts."""
    if words is None:
        return
    if sum(char.isalpha() for char in words) > 4 and unit is None:
        yield RawPay(text=words, currency_text=currency)
    else:
        yield RawPay(period_text=unit, value_text=words, currency_text=currency)


def _unit(value: Mapping[str, Any]) -> str | None:
    unit = _first(value, _UNITS)
    return _DURATIONS.get(unit, unit) if unit else None


def _first(item: Mapping[str, Any], keys: tuple[str, ...]) -> str | None:
    return next((found for key in keys if (found := text({"it": _bare(item.get(key))}, "it"))), None)


def _bare(value: Any) -> Any:
    """What a list of one or an object with nothing but a value holds: `["EUR"]`, `{"value": 2400}`."""
    if isinstance(value, list) and len(value) == 1:
        return value[0]
    if isinstance(value, Mapping) and {*value} <= {"value", "@value", "@type"}:
        return value.get("value", value.get("@value"))
    return value


def _estimated(pay: RawPay, estimated: bool) -> RawPay:
    return replace(pay, estimated=True) if estimated else pay
