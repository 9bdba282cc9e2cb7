"""Texts, numbers and dates in the reader's language; pure after the first reading of the text file."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

from babel import Locale as BabelLocale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent

from report.finding import Measure, Pair, Unit

FOLDER = Path(__file__).with_name("texts")
LANGUAGES = ("de", "en")


class UnknownLanguage(ValueError):
    """No texts exist in this language."""

    def __init__(self, language: str) -> None:
        super().__init__(f"report.language {language!r}: there are texts in {', '.join(LANGUAGES)}")


class Locale:
    """One language: `text` looks up, the other methods format.

    >>> de = Locale("de")
    >>> de.euro(2400), de.euro(13.9, 2), de.share(0.583), de.day(date(2026, 11, 22))
    ('2.400\\xa0€', '13,90\\xa0€', '58\\xa0%', '22. November 2026')
    >>> Locale("en").euro(2400)
    '€2,400'
    """

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise UnknownLanguage(language)
        self.language = language
        self._locale = BabelLocale.parse("en_GB" if language == "en" else language)

    def text(self, key: str, **values: object) -> str:
        """The text under "section.key"; a key that the file lacks is returned without its section, as a facet's own name."""
        section, _, name = key.partition(".")
        found = _texts(self.language).get(section, {}).get(name)
        return str(found).format(**values) if found is not None else name

    def items(self, key: str, **values: object) -> list[str]:
        """A list of texts."""
        section, _, name = key.partition(".")
        return [str(item).format(**values) for item in _texts(self.language)[section][name]]

    def euro(self, amount: float, digits: int = 0) -> str:
        """Euros; infinity as ∞."""
        if not isfinite(amount):
            return "∞"
        form = "¤#,##0" if self.language == "en" else "#,##0\u00a0¤"
        form = form.replace("0", "0." + "0" * digits, 1) if digits else form
        return _minus(str(format_currency(amount, "EUR", format=form, locale=self._locale, currency_digits=False)))

    def share(self, share: float) -> str:
        return str(format_percent(share, locale=self._locale))

    def number(self, value: float, digits: int = 0) -> str:
        form = "#,##0" + ("." + "#" * digits if digits else "")
        value = round(value, digits) + 0.0  # no minus before a nought
        return _minus(str(format_decimal(value, format=form, locale=self._locale)))

    def day(self, day: date | None) -> str:
        return str(format_date(day, format="long", locale=self._locale)) if day else "–"

    def value(self, unit: Unit, value: float) -> str:
        """A number in the unit of its measure."""
        if unit == "eur_month":
            return self.euro(value)
        if unit == "eur_hour":
            return self.euro(value, 2)
        if unit == "difference":
            return self.text("unit.points", n=self.number(100 * value))
        return self.share(value)

    def pair(self, unit: Unit, pair: Pair | None) -> str:
        """Both ends, or one where they read the same; "–" for None."""
        if pair is None:
            return "–"
        low, high = (self.value(unit, end) for end in pair)
        if low == high:
            return low
        join = "\u202f–\u202f" if min(pair) >= 0 else (" to " if self.language == "en" else " bis ")
        low_number, _, low_unit = low.rpartition("\u00a0")
        if low_number and high.endswith(f"\u00a0{low_unit}"):
            low = low_number  # the unit stands once, behind
        elif low.endswith("%") and high.endswith("%"):
            low = low[:-1]
        elif low.startswith("€") and high.startswith("€"):
            high = high[1:]
        return f"{low}{join}{high}"

    def measure(self, measure: Measure) -> str:
        return self.pair(measure.unit, (measure.low, measure.high))


def _minus(text: str) -> str:
    return text.replace("-", "\u2212")


@cache
def _texts(language: str) -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
