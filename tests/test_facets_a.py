"""Facets of whole ads: gold floors, spans, traps, hostile text, and that every word list finds its own examples."""

import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.accuracy_facets import GOLD, figures, pairs, town
from scraper.errors import ScraperError
from scraper.model import Facets, Hours, RawPosting
from scraper.normalise import agency, contract, facets, hours, level, remote, shift, sources, wording, words, work_time
from scraper.normalise.ad import Ad, body, segments
from scraper.normalise.denial import negated, softened
from scraper.normalise.fields import merge
from scraper.normalise.lexicon import Lexicon, Part

FLOORS = {
    **{
        "level": 0.96,
        "career_changers": 0.97,
        "weekly_hours": 0.98,
        "contract": 0.98,
        "agency": 0.98,
        "remote": 0.98,
        "shift": 0.98,
    },
    **{"experience_years": 0.98, "work_time": 0.98, "in_duisburg_precision": 0.99, "in_duisburg_recall": 0.99},
}
OWN_FLOORS = {facet: floor - 0.05 for facet, floor in FLOORS.items()}
LISTS = (
    "work_time",
    "contract",
    "agency",
    "remote",
    "shift",
    "level",
    "entry",
    "negation",
    "softeners",
    "headings",
    "leads",
    "place",
)
TOWN = town()


@pytest.mark.parametrize("facet", FLOORS)
def test_gold_floor(facet: str) -> None:
    assert _gold("facets")[facet] >= FLOORS[facet]


@pytest.mark.parametrize("name", ["facets-own-a", "facets-own-a2", "facets-own-c", "facets-own-d", "facets-own-e"])
@pytest.mark.parametrize("facet", OWN_FLOORS)
def test_own_ads_floor(facet: str, name: str) -> None:
    assert _gold(name)[facet] >= OWN_FLOORS[facet]


_cache: dict[str, dict[str, float]] = {}


def _gold(name: str) -> dict[str, float]:
    if name not in _cache:
        _cache[name] = figures(pairs(GOLD / f"{name}.jsonl"))
    return _cache[name]


@pytest.mark.parametrize("name", LISTS)
def test_each_entry_finds_its_example(name: str) -> None:
    for word in words.load(name):
        low = words.fold(word.seen)
        assert any(hit.word is word for hit in words.find(name, low)), (word.pattern, word.seen)


@pytest.mark.parametrize(
    ("entry", "key"),
    [
        ({"value": "x", "seen": "x"}, "pattern"),
        ({"pattern": "x", "seen": "x"}, "value"),
        ({"pattern": "x", "value": "x", "seen": "x", "nott": []}, "nott"),
        ({"pattern": "x", "value": "x", "seen": "x", "not": ["y"]}, "not"),
        ({"regex": "(x", "value": "x", "seen": "x"}, "pattern"),
        ({"regex": "(x)", "value": "x", "seen": "x"}, "capture"),
    ],
)
def test_broken_list_names_file_and_key(entry: dict[str, object], key: str) -> None:
    with pytest.raises(words.BrokenWordList, match=r"words/demo\.toml.*" + key):
        words.parse("demo.toml", {"word": [entry]})
    assert issubclass(words.BrokenWordList, ScraperError)


def test_missing_list_is_named() -> None:
    with pytest.raises(words.BrokenWordList, match="nowhere"):
        words.load("nowhere")


def test_required_pieces_are_certain() -> None:
    assert sources.required(wording.translate("(früh|spät)schicht* … (ja|nein)")) == [("schicht",), ("fr", "sp"), ("ja", "nein")]


@pytest.mark.parametrize("entry", [{"pattern": "*ab"}, {"regex": r"schicht(?:en)?"}, {"pattern": "% mobil"}])
def test_an_entry_says_how_it_begins(entry: dict[str, str]) -> None:
    (word,) = words.parse("demo.toml", {"word": [{**entry, "value": "x", "seen": "x"}]})
    part = Part("demo", word, word.pattern, 1, word.source)
    with pytest.raises(words.BrokenWordList, match=r"words/demo\.toml.*must begin with a word"):
        Lexicon([part])


SECTIONS = [
    ("Ihr Profil: gute Laune", "profile"),
    ("**Was du brauchst:** Geduld", "profile"),
    ("## Deine Aufgaben\n- telefonieren", "tasks"),
    ("✅ Das bieten wir\nObst", "offer"),
    ("What you bring\n- patience", "profile"),
    ("Bewerben Sie sich noch heute.", "apply"),
    ("Sie verfügen über eine kaufmännische Ausbildung.", "profile"),
    ("Wir bieten Ihnen 30 Urlaubstage.", "offer"),
]


@pytest.mark.parametrize(("text", "section"), SECTIONS)
def test_sections(text: str, section: str) -> None:
    assert body(Ad(text=text))[-1].section == section


def test_negation_and_softener_stay_in_their_clause() -> None:
    item = body(Ad(text="Keine Schichten, aber Homeoffice; Englisch von Vorteil, Deutsch zwingend"))
    assert negated(item[0], item[0].low.index("schichten"), item[0].low.index("schichten") + 9)
    assert not negated(item[0], item[0].low.index("homeoffice"), item[0].low.index("homeoffice") + 10)
    assert softened(item[1], 0, 8)
    assert not softened(item[1], item[1].low.index("deutsch"), len(item[1].low))


CASES: list[tuple[Callable[[Ad], tuple[object, object]], str, object]] = [
    (hours.read, "38,5 Std./Woche", Hours(38.5, 38.5)),
    (hours.read, "40h-Woche", Hours(40, 40)),
    (hours.read, "30-35 Stunden", Hours(30, 35)),
    (hours.read, "bis 20 Stunden pro Woche", Hours(None, 20)),
    (hours.read, "Teilzeit ab 20 Stunden", Hours(20, None)),
    (hours.read, "Wochenarbeitszeit: 39", Hours(39, 39)),
    (hours.read, "EG 6, 39 Stunden", Hours(39, 39)),
    (hours.read, "dreißig Stunden pro Woche", Hours(30, 30)),
    (hours.read, "20, 30 oder 38 Stunden", Hours(20, 38)),
    (hours.read, "151,67 Stunden im Monat", None),
    (hours.read, "40 Stunden im Monat", None),
    (hours.read, "8-Stunden-Tag, 12-Stunden-Schichten, 24-Stunden-Hotline", None),
    (hours.read, "Antwort binnen 48 Stunden", None),
    (hours.read, "Öffnungszeiten Mo-Fr 8-18 Uhr", None),
    (hours.read, "0,75 VZÄ", None),
    (work_time.read, "0,75 VZÄ", ("part_time",)),
    (work_time.read, "Voll- oder Teilzeit", ("full_time", "part_time")),
    (work_time.read, "Vollzeit ist nicht möglich, 20 Stunden", ("part_time",)),
    (work_time.read, "Minijob mit 9 Stunden pro Woche", ("minijob",)),
    (contract.read, "befristet oder unbefristet", None),
    (contract.read, "zunächst befristet, danach unbefristet", "fixed_term"),
    (contract.read, "keine Befristung", "permanent"),
    (contract.read, "unbefristete Übernahme nach der Ausbildung", None),
    (contract.read, "als Elternzeitvertretung", "fixed_term"),
    (agency.read, "Keine Zeitarbeit, sondern direkt bei uns!", None),
    (agency.read, "Im Auftrag unseres Mandanten suchen wir", "placement"),
    (agency.read, "Ihr Profil: Erfahrung in der Zeitarbeit", None),
    (remote.read, "Homeoffice ist leider nicht möglich", "none"),
    (remote.read, "kein Homeoffice", "none"),
    (remote.read, "100 % Homeoffice", "full"),
    (remote.read, "Homeoffice nach der Einarbeitung", "hybrid"),
    (remote.read, "Fernwartung per Remote-Zugriff", None),
    (shift.read, "Kein Schichtdienst", False),
    (shift.read, "Früh- und Spätdienst", True),
    (shift.read, "Geschichte und Beschichtung", False),
    (shift.read, "Arbeit am Wochenende, Gleitzeit", False),
    (level.years, "Ihr Profil: Ausbildung oder zwei Jahre Erfahrung", None),
    (level.years, "Ihr Profil: mindestens sechs Monate Erfahrung im Service", 0.5),
    (level.years, "Ihr Profil: idealerweise zwei Jahre Erfahrung", None),
    (level.years, "Wir haben 20 Jahre Erfahrung.", None),
    (level.read, "Erfahrung ist kein Muss.", "entry"),
    (level.read, "Ihr Profil: mehrjährige Berufserfahrung", "experienced"),
    (level.career_changers, "Branchenfremde sind willkommen", True),
    (level.career_changers, "Auch Wiedereinsteiger sind willkommen", False),
]


@pytest.mark.parametrize(("read", "text", "value"), CASES)
def test_traps(read: Callable[[Ad], tuple[object, object]], text: str, value: object) -> None:
    assert read(Ad(text=text))[0] == value


def test_text_beats_a_flag_and_flags_fill_silence() -> None:
    raw = RawPosting(
        "s", "1", "https://ads.example/1", "Agent", contract_text="UNBEFRISTET", work_time_texts=("arbeitszeitVollzeit", "NEU")
    )
    merged, notes = merge(Facets(contract="fixed_term"), raw)
    assert (merged.contract, merged.work_time) == ("fixed_term", ("full_time",))
    assert {note.split(":")[0] for note in notes} == {"contract", "work_time"}
    assert [proof.where for proof in merged.evidence] == ["field"]


FIELDS = [
    ({"remote_text": "ANGABE_IN_PROZENT 60"}, "remote", "hybrid"),
    ({"remote_text": "AUSSCHLIESSLICH"}, "remote", "full"),
    ({"offer_kind_text": "AUSBILDUNG"}, "level", "apprentice"),
    ({"agency_text": "temp"}, "agency", "temp"),
    ({"career_changers_text": "true"}, "career_changers", True),
    ({"work_time_texts": ("full-or-part-time",)}, "work_time", ("full_time", "part_time")),
    ({"work_time_texts": ("FULL_TIME", "TEMPORARY")}, "contract", "fixed_term"),
    ({"hours_text": "38,5"}, "hours", Hours(38.5, 38.5)),
    ({"shift_text": "arbeitszeitSchichtNachtWochenende"}, "shift", False),
]


@pytest.mark.parametrize(("given_fields", "facet", "value"), FIELDS)
def test_fields(given_fields: dict[str, object], facet: str, value: object) -> None:
    raw = RawPosting("s", "1", "https://ads.example/1", "Agent", **given_fields)  # type: ignore[arg-type] # the table mixes field types
    assert getattr(merge(Facets(), raw)[0], facet) == value


PIECES = st.sampled_from(
    [
        "Stunden",
        "38,5",
        "befristet",
        "oder",
        "kein",
        "Homeoffice",
        "Schicht",
        "Quereinsteiger",
        "zwei Jahre",
        "Erfahrung",
        ", ",
        ". ",
        "\n- ",
        ":",
        "İ",
        "€",
        "(",
    ]
)


@given(st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=30).map(" ".join)), st.text(max_size=40))
def test_no_input_raises_and_spans_point_at_the_text(text: str, title: str) -> None:
    ad = Ad(title=title, place=title, text=text)
    for proof in facets.read(ad, TOWN).evidence:
        if proof.span and proof.where in {"title", "description"}:
            source = title if proof.where == "title" else text
            assert source[proof.span[0] : proof.span[1]] == proof.quote
    for part in body(ad):
        assert text[part.start : part.end] == part.text


HOSTILE = [
    "38,",
    "1 ",
    "(",
    "oder ",
    "Jahre ",
    "Erfahrung ",
    "kein ",
    "a",
    "Stunden ",
    "befristet ",
    "- \n",
    "?",
    "Vertrag für ",
    "ob ",
    "Schicht-",
    "egal ",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_grows_with_length(piece: str) -> None:
    def seconds(length: int) -> float:
        ad = Ad(text=(piece * (length // len(piece) + 1))[:length])
        begun = time.process_time()
        segments.cache_clear()
        for read in facets._OWN.values():
            read(ad)
        return time.process_time() - begun

    seconds(2000)
    small, large = max(seconds(5000), 0.002), seconds(20000)
    assert large < 12 * small + 0.05


def test_town_file_has_all_districts() -> None:
    data = tomllib.loads((Path(words.FOLDER) / "town_duisburg.toml").read_text("utf-8"))
    assert len(data["districts"]) >= 46
