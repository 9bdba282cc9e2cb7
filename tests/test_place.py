"""Places: the town by name, district or postcode, and everything that only looks like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.accuracy_facets import town
from scraper.model import RawPlace
from scraper.normalise.place import country, in_town, read_place

TOWN = town()
HERE = [
    *(
        "Duisburg",
        "47051 Duisburg",
        "Duisburg-Ruhrort",
        "Duisburg Hbf",
        "Duisburg, Essen",
        "Essen / Duisburg / Bochum",
        "Raum Duisburg",
    ),
    *(
        "Marxloh",
        "Duisburg oder remote",
        "Duisburg or anywhere in Germany",
        "Duisburg, Am Buchenbaum",
        "D-47119",
        "47279",
        "DUISBURG",
    ),
    *(
        "Duisburg, North Rhine-Westphalia, Germany",
        "Homberg (Duisburg)",
        "Wanheim-Angerhausen",
        "Duisburger Süden",
        "Walsum, NRW",
    ),
    *(
        "Duisburg (Innenhafen) / Remote",
        "Duisburg, Königstraße",
        "Duisburg und Umgebung",
        "Huettenheim",
        "Düsseldorf und Duisburg",
    ),
]
ELSEWHERE = [
    *(
        "",
        "Moers",
        "Duisburger Straße, Düsseldorf",
        "40479 Düsseldorf, Duisburger Str. 12",
        "nahe Duisburg",
        "Mülheim (nahe Duisburg)",
    ),
    *(
        "Großraum Ruhrgebiet",
        "bundesweit",
        "Krefeld-Uerdingen",
        "47441 Moers",
        "47050 Irgendwo",
        "47280 Irgendwo",
        "Berlin-Mitte",
        "Mitte",
    ),
    *(
        "Düsseldorf (project start in Duisburg)",
        "Ratingen-Homberg",
        "Bergheim",
        "Duisburg, Belgien",
        "zwischen Düsseldorf und Duisburg",
    ),
    *("Köln, Altstadt", "Voerde, 10 km von Duisburg", "40882 Homberg", "Oberhausen (Raum Duisburg)", "Tel. 470511234"),
]


@pytest.mark.parametrize("text", HERE)
def test_in_town(text: str) -> None:
    assert in_town(text, TOWN)


@pytest.mark.parametrize("text", ELSEWHERE)
def test_not_in_town(text: str) -> None:
    assert not in_town(text, TOWN)


RAW = [
    (
        RawPlace(city="Duisburg", postcode="47119", district="Ruhrort", country="DEUTSCHLAND"),
        ("Duisburg", "Ruhrort", "47119", "DE", True),
    ),
    (RawPlace(city="Moers", postcode="47441", street="Duisburger Str. 1"), ("Moers", None, "47441", None, False)),
    (RawPlace(text="47226 Duisburg-Rheinhausen"), ("Duisburg", "Rheinhausen", "47226", "DE", True)),
    (RawPlace(city="Chemnitz, Sachsen", country="DE"), ("Chemnitz", None, None, "DE", False)),
    (RawPlace(city="Wien", postcode="1010", country="Österreich"), ("Wien", None, "1010", "AT", False)),
    (RawPlace(), (None, None, None, None, False)),
]


@pytest.mark.parametrize(("raw", "fields"), RAW)
def test_read_place(raw: RawPlace, fields: tuple[object, ...]) -> None:
    place = read_place(raw, TOWN)
    assert (place.city, place.district, place.postcode, place.country, place.in_town) == fields


def test_coordinates_are_numbers_or_nothing() -> None:
    place = read_place(RawPlace(city="Duisburg", lat_text="51,43", lon_text="nan"), TOWN)
    assert (place.lat, place.lon) == (51.43, None)


@pytest.mark.parametrize(
    ("text", "code"), [("DE", "DE"), ("deu", "DE"), ("Germany", "DE"), ("OESTERREICH", "AT"), ("", None), ("Atlantis", None)]
)
def test_country(text: str, code: str | None) -> None:
    assert country(text) == code


@given(st.text(max_size=80), st.text(max_size=20))
def test_never_raises(text: str, number: str) -> None:
    read_place(RawPlace(text=text, postcode=number, city=text, country=number, lat_text=number), TOWN)
    in_town(text, TOWN)
