"""German pay: read from text and fields, chosen, checked, converted; docs/pay.md explains, pay-rules.md labels."""

from typing import Any

from scraper.normalise.pay.checks import check
from scraper.normalise.pay.choice import choose
from scraper.normalise.pay.convert import excluded, monthly
from scraper.normalise.pay.fields import from_fields
from scraper.normalise.pay.statements import find

__all__ = ["check", "choose", "excluded", "find", "from_fields", "jsonl_row", "monthly"]


def jsonl_row(text: str) -> dict[str, Any] | None:
    """The chosen statement of a text in the gold set's own fields; None where the text states no pay."""
    pay = choose(find(text))
    if pay is None:
        return None
    return {
        "min": pay.low, "max": pay.high, "unit": pay.unit, "currency": pay.currency, "gross": pay.gross,
        "payments_per_year": pay.payments, "weekly_hours": pay.hours, "tariff": pay.tariff, "bound": pay.bound,
        "span": list(pay.span) if pay.span else None,
    }  # fmt: skip
