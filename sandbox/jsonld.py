"""Defects that JSON-LD of job pages has in the wild, put into a well-formed posting; a careful reader can still read it all."""

import copy
import html
import json
from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

Posting = dict[str, Any]
_OPEN = '<script type="application/ld+json">'
_UNITS = {"HOUR": "Stunde", "MONTH": "Monat", "YEAR": "Jahr"}


def spoilt(posting: Posting, rng: Random) -> str:
    """The script element; about half of the ads have a defect."""
    if rng.random() < 0.5:
        return _script(_dump(posting))
    return rng.choice(DEFECTS)(copy.deepcopy(posting))


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace("</", "<\\/")


def _script(body: str, opening: str = _OPEN) -> str:
    return f"{opening}{body}</script>"


def in_a_graph(posting: Posting) -> str:
    """A posting inside `@graph`, its type a list."""
    context = posting.pop("@context")
    return _script(
        _dump(
            {
                "@context": context,
                "@graph": [{"@type": "WebSite", "name": "Karriere"}, posting | {"@type": ["JobPosting", "Thing"]}],
            }
        )
    )


def raw_newlines(posting: Posting) -> str:
    """Line breaks inside strings and a trailing comma."""
    body = _dump(posting).replace("<\\/p>", "<\\/p>\n")
    return _script(body[:-1] + ",}")


def cdata(posting: Posting) -> str:
    """Wrapped in a commented CDATA section."""
    return _script(f"\n//<![CDATA[\n{_dump(posting)}\n//]]>\n")


def entities(posting: Posting) -> str:
    """The whole block entity-encoded."""
    return _script(html.escape(_dump(posting)))


def german_values(posting: Posting) -> str:
    """Dates, amounts and units as Germans write them."""
    posting["datePosted"] = date.fromisoformat(posting["datePosted"]).strftime("%d.%m.%Y")
    if pay := posting.get("baseSalary"):
        amount = pay["value"]
        pay["currency"], amount["unitText"] = "€", _UNITS[amount["unitText"]]
        for key in ("value", "minValue", "maxValue"):
            if key in amount:
                amount[key] = f"{amount[key]:,.2f}".translate(str.maketrans(",.", ".,"))
    return _script(_dump(posting))


def unit_outside(posting: Posting) -> str:
    """The unit on the outer amount."""
    if pay := posting.get("baseSalary"):
        pay["unitText"] = pay["value"].pop("unitText")
    return _script(_dump(posting))


def plain_strings(posting: Posting) -> str:
    """Organisation and place as strings, places as a list."""
    address = posting["jobLocation"]["address"]
    posting["hiringOrganization"] = posting["hiringOrganization"]["name"]
    posting["jobLocation"] = [{"@type": "Place", "address": f"{address['postalCode']} {address['addressLocality']}, Deutschland"}]
    return _script(_dump(posting))


def zero_pay(posting: Posting) -> str:
    """0–0 stands for no pay where none is given."""
    if "baseSalary" not in posting:
        nothing = {"@type": "QuantitativeValue", "minValue": 0, "maxValue": 0, "unitText": "MONTH"}
        posting["baseSalary"] = {"@type": "MonetaryAmount", "currency": "EUR", "value": nothing}
    return _script(_dump(posting))


def charset_in_type(posting: Posting) -> str:
    """A type attribute with a charset."""
    return _script(_dump(posting), '<script data-x="1" type="application/ld+json; charset=utf-8">')


def double_encoded(posting: Posting) -> str:
    """A description encoded twice."""
    posting["description"] = html.escape(posting["description"])
    return _script(_dump(posting))


DEFECTS: tuple[Callable[[Posting], str], ...] = (
    in_a_graph,
    raw_newlines,
    cdata,
    entities,
    german_values,
    unit_outside,
    plain_strings,
    zero_pay,
    charset_in_type,
    double_encoded,
)
