"""The period that a source's field names ("STUNDENLOHN", "per-year-salary", "brutto/Monat"): a unit, or nothing."""

import re

from scraper.model import PayUnit

_NAMES: dict[PayUnit, str] = {
    "hour": "hour hours hourly hr hrs h stunde stunden std stündlich stundenlohn stundensatz",
    "day": "day days daily tag tage täglich tagessatz tagesgage diem",
    "week": "week weeks weekly wk woche wöchentlich wochenlohn wee",
    "month": "month months monthly mon mo monat monate monatlich monatl mtl monatsgehalt monatslohn pm bruttomonatsgehalt"
    " monatsbrutto",
    "year": "year years yearly yr annual annually annum ann jahr jahre jährlich jährl jahresgehalt jahreslohn pa"
    " bruttojahresgehalt jahresbrutto",
}
_UNIT = {name: unit for unit, names in _NAMES.items() for name in names.split()}
_FILLER = frozenset(
    "per pro je im in der a an brutto gross netto net salary wage pay gehalt lohn eur euro euros rate base bruttogehalt"
    " bruttolohn".split()
)
_NOT_STATED = frozenset({"keine_angaben", "keine_angabe", "none", "null", "nicht_angegeben", ""})
_APPRENTICE = frozenset({"ausbildungsverguetung_nach_jahren", "ausbildungsverguetung"})


def unit_of(text: str | None, notes: list[str], tags: list[str]) -> PayUnit | None:
    """The unit that a period names; what it names besides goes to `tags`, why it names none to `notes`.

    >>> unit_of("brutto / p.m.", [], []), unit_of("1 YEAR", [], []), unit_of("2 WEEKS", [], [])
    ('month', 'year', None)
    """
    if text is None or text.strip().lower() in _NOT_STATED:
        return None
    plain = text.strip().lower()
    if plain in _APPRENTICE:
        tags.append("azubi")
        notes.append(f"pay: period {text!r} names no unit")
        return None
    words = re.findall(r"[a-zäöüß]+", re.sub(r"\bp\.?\s?([am])\b\.?", r" p\1 ", plain))
    known = {_UNIT[word] for word in words if word in _UNIT}
    strange = [word for word in words if word not in _UNIT and word not in _FILLER]
    counts = [int(one) for one in re.findall(r"\d{1,4}", plain)]
    if len(known) != 1 or strange or any(one != 1 for one in counts):
        notes.append(f"pay: unknown period {text[:60]!r}")
        return None
    return known.pop()
