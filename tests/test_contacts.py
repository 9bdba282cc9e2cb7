"""Contacts are planted and looked for; what only looks like one must stay."""

import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.accuracy_facets import GOLD
from sandbox.market import Market
from scraper.normalise.contacts import MARK, remove, short, spans
from scraper.parse.html import to_text

PLANTED = [  # text, what may not be left of it
    ("Ansprechpartner: Frau Petra Yildirak", "Yildirak"),
    ("Bei Fragen wenden Sie sich an Herrn Müller.", "Müller"),
    ("Ihre Ansprechpartnerin Sabine Kraus freut sich auf Sie", "Kraus"),
    ("Petra Yildirak aus der Personalabteilung hilft weiter", "Yildirak"),
    ("Mit freundlichen Grüßen\nPetra Yildirak\nPersonalleitung", "Yildirak"),
    ("Kontakt: Dr. Anna-Lena von der Heide", "Heide"),
    ("Dein Kontakt\nJana Schulte-Overbeck\nTel. 02 03 / 55 66 77", "Overbeck"),
    ("Frau Yıldız und Herr Łukasz Nowak", "Nowak"),
    ("Recruiter: Kevin Bless", "Bless"),
    ("Sprich einfach mit Mehmet Özdemir.", "Özdemir"),
    ("Bei Fragen erreichen Sie Elif Vennebusch unter 0203 1234567", "Vennebusch"),
    ("Gern hilft Ihnen weiter: Elif Vennebusch, Tel. 0203 1234567", "Vennebusch"),
    ("Carla Winter, HR Business Partner, beantwortet Fragen", "Winter"),
    ("Tel.: 0203/1234567", "123"),
    ("Telefon +49 (0)203 12 34 56-78", "34"),
    ("(0203) 55 88 - 120", "88"),
    ("📞 0203 5588120", "558"),
    ("WhatsApp: 0176 12345678", "1234"),
    ("Fax 0203-123456", "1234"),
    ("Unter 0800 1234567 erreichst du uns", "1234"),
    ("Mobil 0151-23456789", "2345"),
    ("bewerbung@firma-xy.example", "firma"),
    ("jobs (at) firma (dot) example", "firma"),
    ("karriere[ät]firma.example", "firma"),
    ("karriere (ät) firma.example", "firma"),
    ('<a href="mailto:max@firma.example?subject=Job">Mail</a>', "firma"),
    ('<a href="tel:+49203123456">anrufen</a>', "123456"),
    ("https://www.xing.com/profile/Max_Muster", "Muster"),
    ("linkedin.com/in/anna-beispiel", "beispiel"),
    ("Ansprechpartnerin für Vorabfragen: Quirina Zwiebelfeld", "Zwiebelfeld"),
    ("Ansprechpartner (m/w/d): Quirina Zwiebelfeld", "Zwiebelfeld"),
    ("Ansprechpartner Personal: Quirina Zwiebelfeld", "Zwiebelfeld"),
    ("Ansprechpartner: ZWIEBELFELD, Quirina", "ZWIEBEL"),
    ("Ansprechpartner: Zwiebelfeld, Quirina", "Zwiebelfeld"),
    ("ANSPRECHPARTNERIN: QUIRINA ZWIEBELFELD", "QUIRINA"),
    ("Sachbearbeiterin: Quirina Zwiebelfeld", "Zwiebelfeld"),
    ("Auskunft gibt Quirina Zwiebelfeld (Tel. 0203 998877)", "Zwiebelfeld"),
    ("Fachliche Auskünfte: Quirina Zwiebelfeld", "Zwiebelfeld"),
    ("Fragen? Einfach Quirina Zwiebelfeld anrufen: 0203 998877", "Zwiebelfeld"),
    ("Quirina Zwiebelfeld, Teamleiterin Recruiting, freut sich auf dich.", "Zwiebelfeld"),
    ("quirina.zwiebelfeld＠firma.example", "zwiebelfeld"),
    ("quirina.zwiebelfeld-at-firma.example", "zwiebelfeld"),
]
SPELT = [  # text, whose name an address in it spells
    ("Quirina Zwiebelfeld\n0203 998877\nq.zwiebelfeld@firma.example", "Zwiebelfeld"),
    ("Es freut sich Jörg von Müller: joerg.mueller@firma.example", "Müller"),
    ("Schreiben Sie Anna-Lena Weiß (anna_weiss(at)firma.example)", "Weiß"),
]
HTML = [  # markup, what may not be left of it
    ("<table><tr><td>Ansprechpartner</td><td>Quirina Zwiebelfeld</td></tr></table>", "Zwiebelfeld"),
    ("<dl><dt>Kontakt:</dt><dd>Quirina Zwiebelfeld</dd></dl>", "Zwiebelfeld"),
    ("<h3>Ihr Ansprechpartner</h3><div>Quirina Zwiebelfeld</div><div>Personalreferentin</div>", "Zwiebelfeld"),
    ("Frau&nbsp;Zwie&shy;belfeld", "belfeld"),
    ("Ansprechpartner: <b>Quirina</b> <b>Zwiebelfeld</b>", "Zwiebelfeld"),
    ("Tel.: <span>0203</span>/<span>99</span><span>8877</span>", "99"),
    ("+49&thinsp;203&thinsp;998877", "998"),
    ("q.zwiebelfeld&#64;firma.example", "zwiebelfeld"),
    ("q.zwiebelfeld@firma<wbr>.example", "zwiebelfeld"),
    ("q.zwiebelfeld<span>@</span>firma.example", "zwiebelfeld"),
    ("q.zwiebelfeld<!-- x -->@<!-- y -->firma.example", "zwiebelfeld"),
    ("q.zwiebelfeld&lt;at&gt;firma.example", "zwiebelfeld"),
]
KEPT = [
    *("2.400 – 2.800 € brutto", "14,20 €/h, 38,5 Stunden", "01.04.2027", "47051 Duisburg", "Referenznummer 0012345-6789"),
    *("EG 6 TVöD, 3.150,45 Euro", "§ 34a GewO", "Mo-Fr 08:00-16:30 Uhr", "Kennziffer 2026-0815", "Telefon, Chat und E-Mail"),
    *("Ansprechpartner für unsere Kunden am Telefon", "Du bist Ansprechpartner für Händler und Monteure", "Hotline 24/7"),
    *("Jahresgehalt 30.000 - 35.000 €", "ab dem 01. 01. 2027", "Herr der Lage", "Sie unterstützt Team Kundenservice"),
    *(
        "Stellen-ID: 10000-1234567890-S",
        "D-47051 Duisburg",
        "Frauenquote und Herrenmode",
        "drei Tage Homeoffice, Recruiting-Konferenz",
    ),
    *(
        "Telefonische Beratung von 200 Kunden",
        "0,75 VZÄ",
        "13 Gehälter x 2.600 €",
        "Telefon 24 Stunden",
        "Ansprechpartner: Personalabteilung",
        "Sachbearbeiter: Kundenservice",
        "Auskünfte: Montag bis Freitag",
        "Ansprechpartner: Vertrieb, Kundenservice",
        "Face-at-work-Programm",
        "Sachbearbeiter:in Kundenservice",
        "Kontakt zu unseren Kunden: Telefon, Chat",
    ),
]


@pytest.mark.parametrize(("text", "left"), PLANTED)
@pytest.mark.parametrize("frame", ["{}", "Wir bieten 2.500 € brutto.\n\n{}\nBis bald!", "- {}\n- Obst"])
def test_planted_contacts_are_gone(text: str, left: str, frame: str) -> None:
    cleaned = remove(frame.format(text))
    assert left not in cleaned
    assert MARK in cleaned
    assert cleaned.count("\n") == frame.format(text).count("\n")
    assert remove(cleaned) == cleaned


@pytest.mark.parametrize(("text", "left"), SPELT)
def test_a_name_that_its_address_spells_is_gone(text: str, left: str) -> None:
    assert left not in remove(text) and remove(remove(text)) == remove(text)


@pytest.mark.parametrize(("markup", "left"), HTML)
@pytest.mark.parametrize("frame", ["<div>{}</div>", "<p>Wir bieten 2.500 € brutto.</p>{}<p>Bis bald!</p>"])
def test_contacts_in_markup_are_gone(markup: str, left: str, frame: str) -> None:
    cleaned = remove(to_text(frame.format(markup)))
    assert left not in cleaned and MARK in cleaned


@pytest.mark.parametrize("seed", range(1, 6))
def test_contacts_of_a_whole_market_are_gone(seed: int) -> None:
    market = Market(seed, 3)
    texts = {state.text for week in range(3) for state in market.week(week)}
    cleaned = "\n".join(remove(text) for text in texts)
    assert len(market.contacts) > 100
    assert [contact for contact in market.contacts if contact in cleaned] == []


@pytest.mark.parametrize("text", KEPT)
def test_what_only_looks_like_one_stays(text: str) -> None:
    assert remove(text) == text


@pytest.mark.parametrize(
    "name", ["Kontakt Personal GmbH", "Team Lead Consulting", "Recruiting Partner Nord GmbH", "Frau Holle Kita", "47051 Duisburg"]
)
def test_names_of_firms_stay(name: str) -> None:
    assert short(name) == name


_AMOUNT = re.compile(r"(?:€|EUR|Euro)\s?\d[\d.,]*|\d[\d.,]*\s?(?:-|–|bis)?\s?(?:\d[\d.,]*)?\s?(?:€|EUR|Euro|brutto|Std|Stunden)")


def test_pay_statements_keep_their_digits() -> None:
    lines = (GOLD / "pay.jsonl").read_text("utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    amounts = [_AMOUNT.findall(text) for text in texts]
    assert sum(map(len, amounts)) > 300
    assert [_AMOUNT.findall(remove(text)) for text in texts] == amounts


@given(
    st.one_of(
        st.text(max_size=200),
        st.lists(st.sampled_from(["Frau ", "Müller", "0203 ", "12", "@", ".de", "Kontakt: ", "\n", "Anna Kurz"])).map("".join),
    )
)
def test_idempotent_and_spans_in_order(text: str) -> None:
    found = spans(text)
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert list(found) == sorted(found)
    cleaned = remove(text)
    assert remove(cleaned) == cleaned


@pytest.mark.parametrize(
    "piece", ["0", "1 ", "a.", "@", "Frau ", "Anna ", "0203/", "(at)", "- ", "Kontakt: ", "www.xing.com/profile/", "Dr. "]
)
def test_time_grows_with_length(piece: str) -> None:
    def seconds(length: int) -> float:
        begun = time.process_time()
        remove((piece * length)[:length])
        return time.process_time() - begun

    small, large = max(seconds(5000), 0.002), seconds(20000)
    assert large < 12 * small + 0.05


@pytest.mark.parametrize("piece", ["0203 1", "((", "@", "- / ", "Anna Kraus ", "Ihr Kontakt: ", "Telefon ", "2.400 "])
def test_a_megabyte_takes_seconds(piece: str) -> None:
    text = (piece * (1_000_000 // len(piece) + 1))[:1_000_000]
    begun = time.process_time()
    spans(text)
    assert time.process_time() - begun < 10
