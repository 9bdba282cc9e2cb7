"""Places of work: town, district, postcode and country, and whether a place lies in the profile's town.

Nothing here knows a town: name, adjective ("…er"), districts and postcodes come from the `Town` value. A street named
after the town, a landmark ("nahe …") or a country other than the town's own is not the town.
"""

import re
import tomllib
from functools import cache, lru_cache

from scraper.model import Place, RawPlace
from scraper.normalise import words
from scraper.profile import Town

_PART = re.compile(r"[,;|/\n•·()\[\]]|\s(?:oder|und|sowie|bzw\.|or|and|&|\+|-|–|—)\s")
_POSTCODE = re.compile(r"(?<![\d.,-])(?:D\s?-\s?)?(\d{5})(?![\d.])(?!-\d)")
_WIDE = re.compile(r"(?:gross|groß)?raum|region|gebiet|großraum")
_BETWEEN = re.compile(r"\bzwischen\b[^,;|()]{0,60}$|\bbetween\b[^,;|()]{0,60}$")


def in_town(text: str, town: Town) -> bool:
    """Whether a place string names the town: by name, district or postcode, alone or among others.

    >>> town = Town("Duisburg", (("47051", "47279"),), {"Ruhrort": ()})
    >>> [in_town(text, town) for text in ("Essen / Duisburg", "Ruhrort", "Duisburger Straße 3", "Moers (bei Duisburg)")]
    [True, True, False, False]
    """
    low = words.fold(text[:2000])
    if (country := _country_in(low)) and country != town.country:
        return False
    if any(_in_range(found[1], town) for found in _POSTCODE.finditer(low.upper())):
        return True
    if any(_meant(low, match) for match in _name(town).finditer(low)):
        return True
    if any(_part_follows(low, match.end()) and not _landmark(low, match.start()) for match in _adjective(town).finditer(low)):
        return True
    return _district_alone(low, town)


def read_place(raw: RawPlace, town: Town) -> Place:
    """Turn a source's place into a typed one; what the source leaves out stays None.

    >>> town = Town("Duisburg", (("47051", "47279"),), {"Ruhrort": ()})
    >>> place = read_place(RawPlace(text="47119 Duisburg-Ruhrort"), town)
    >>> place.city, place.district, place.postcode, place.in_town
    ('Duisburg', 'Ruhrort', '47119', True)
    """
    told = ", ".join(part for part in (raw.postcode, raw.city, raw.district, raw.region, raw.country) if part and part.strip())
    text = (raw.text or told or raw.street or "").strip()
    fields = " ".join(part for part in (raw.postcode, raw.city) if part) or raw.text or ""
    named = in_town(raw.text or told, town) if not (raw.city or raw.postcode) else _fields_in_town(raw, town)
    postcode = _POSTCODE.search((raw.postcode or raw.text or "").upper())
    return Place(
        text=text,
        city=town.name if named else _city(raw.city or raw.text),
        district=_district(" , ".join(part for part in (raw.district, raw.city, raw.text) if part), town)
        if named
        else (raw.district or None),
        postcode=postcode[1] if postcode else (raw.postcode or "").strip() or None,
        country=country(raw.country) or _country_in(words.fold(raw.text or fields)) or (town.country if named else None),
        lat=_degrees(raw.lat_text, 90),
        lon=_degrees(raw.lon_text, 180),
        in_town=named,
    )


def country(text: str | None) -> str | None:
    """ISO 3166-1 alpha-2 of a country's name or code; None when unknown.

    >>> country("DEUTSCHLAND"), country("Österreich"), country("Ruritanien")
    ('DE', 'AT', None)
    """
    return _countries().get(words.fold(text or "").strip(" .")) if text else None


def _fields_in_town(raw: RawPlace, town: Town) -> bool:
    """By the fields alone: a street never counts, nor a country that is another."""
    code = country(raw.country)
    if code is not None and code != town.country:
        return False
    if raw.postcode and any(_in_range(found[1], town) for found in _POSTCODE.finditer(raw.postcode.upper())):
        return True
    if raw.city:
        return in_town(raw.city, town)
    return in_town(raw.text or "", town)


@cache
def _countries() -> dict[str, str]:
    file = words.FOLDER / "countries.toml"
    try:
        table: dict[str, list[str]] = tomllib.loads(file.read_text("utf-8"))["countries"]
        return {words.fold(name): code for code, names in table.items() for name in (code, *names)}
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise words.BrokenWordList(file.name, "countries", str(error)) from error


def _country_in(low: str) -> str | None:
    """The country named last in a place string, in full or as its own part in capitals' stead ("…, DE")."""
    for part in reversed(_PART.split(low)):
        name = part.strip(" .")
        if (code := _countries().get(name)) and (len(name) > 1):
            return code
    return None


@lru_cache(maxsize=16)
def _named(name: str, aliases: tuple[str, ...]) -> re.Pattern[str]:
    spellings = "|".join(_spelled(each) for each in sorted((name, *aliases), key=len, reverse=True))
    return re.compile(rf"(?<![^\W_])(?:{spellings})(?![^\W_])")


def _name(town: Town) -> re.Pattern[str]:
    return _named(town.name, tuple(town.aliases))


def _adjective(town: Town) -> re.Pattern[str]:
    return _named(f"{town.name.removesuffix('e')}er", ())


def _spelled(name: str) -> str:
    """A name as a pattern: umlauts also as two letters, blanks and hyphens alike."""
    low = re.escape(words.fold(name))
    for umlaut, pair in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        low = low.replace(umlaut, f"(?:{umlaut}|{pair})")
    return re.sub(r"(?:\\[ -]|/)+", r"[\\s/‐–-]{1,3}", low)


def _meant(low: str, match: re.Match[str]) -> bool:
    """The town itself is meant at `match`: no landmark, no aside about the region of another place."""
    start = match.start()
    if _landmark(low, start):
        return False
    opened = low.rfind("(", 0, start)
    if opened > low.rfind(")", 0, start) and _WIDE.search(low, opened, start):
        return not re.search(r"[^\W\d_]", low[:opened])
    follows = low[match.end() : match.end() + 12]
    return not re.match(r"(?:er)?[\s-]?(?:str\.|straße|strasse|allee|platz|weg\b|ring\b)", follows)


def _landmark(low: str, start: int) -> bool:
    before = low[max(0, start - 40) : start].rstrip(" :-")
    if _BETWEEN.search(low[:start][-80:]):
        return True
    return any(hit.value == "landmark" and hit.end == len(before) for hit in words.find("place", before))


def _part_follows(low: str, end: int) -> bool:
    after = low[end:].lstrip(" -")
    return any(hit.value == "part" and hit.start == 0 for hit in words.find("place", after[:40]))


def _in_range(code: str, town: Town) -> bool:
    return any(low <= code <= high for low, high in town.postcodes)


def _common(name: str) -> bool:
    return any(hit.value == "common" and (hit.start, hit.end) == (0, len(name)) for hit in words.find("place", name))


def _district_alone(low: str, town: Town) -> bool:
    """A district that no other town shares, with nothing beside it that could be another place."""
    if _POSTCODE.search(low):
        return False
    parts = [part.strip(" .-") for part in _PART.split(low) if part.strip(" .-")]
    others = [part for part in parts if not _is_district(part, town)]
    return len(others) < len(parts) and all(_neutral(part) for part in others)


def _is_district(part: str, town: Town) -> bool:
    return any(
        pattern.fullmatch(part) and not _common(part) for patterns in _districts(_key(town)).values() for pattern in patterns
    )


def _neutral(part: str) -> bool:
    return any(hit.value == "neutral" and (hit.start, hit.end) == (0, len(part)) for hit in words.find("place", part))


Names = tuple[tuple[str, tuple[str, ...]], ...]


def _key(town: Town) -> Names:
    return tuple((name, tuple(spellings)) for name, spellings in town.districts.items())


@lru_cache(maxsize=8)
def _districts(key: Names) -> dict[str, tuple[re.Pattern[str], ...]]:
    return {
        name: tuple(re.compile(rf"(?<![^\W_]){_spelled(each)}(?![^\W_])") for each in (name, *spellings))
        for name, spellings in key
    }


@lru_cache(maxsize=8)
def _any_district(key: Names) -> re.Pattern[str]:
    names = sorted((_spelled(each) for name, spellings in key for each in (name, *spellings)), key=len, reverse=True)
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(names) or '(?!)'})(?![^\W_])")


def _district(text: str, town: Town) -> str | None:
    """Canonical name of the longest district spelling in the text."""
    low = words.fold(text[:500])
    if not _any_district(_key(town)).search(low):
        return None
    hits = [
        (match.end() - match.start(), name)
        for name, patterns in _districts(_key(town)).items()
        for p in patterns
        if (match := p.search(low))
    ]
    return max(hits)[1] if hits else None


def _city(text: str | None) -> str | None:
    """Town name of a place string: without postcode, addition and district."""
    first = _PART.split(_POSTCODE.sub(" ", text or ""), maxsplit=1)[0].strip(" .-")
    return first or None


def _degrees(text: str | None, limit: float) -> float | None:
    try:
        value = float((text or "").strip().replace(",", "."))
    except ValueError:
        return None
    return value if -limit <= value <= limit else None
