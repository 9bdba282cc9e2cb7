"""One ad of the market as a search hit (v6) and as a detail (v4) of the Bundesagentur; absent keys are absent, not null."""

from datetime import date
from random import Random
from typing import Any

from sandbox.ads import PARTNERS
from sandbox.values import AdState, Opening, PostedPay, Spot

_REGION = "NORDRHEIN_WESTFALEN"


def hit(state: AdState) -> dict[str, Any]:
    """The ad as a search hit; `entfernung` is added by the search."""
    return _common(state) | {"alleBerufe": [state.ad.opening.occupation]}


def detail(state: AdState) -> dict[str, Any]:
    """The ad as a detail answer."""
    ad = state.ad
    agency = ad.opening.employer.agency
    return _common(state) | {
        "stellenangebotsBeschreibung": state.text,
        "istArbeitnehmerUeberlassung": agency == "temp",
        "istPrivateArbeitsvermittlung": agency == "placement" or ad.kind == "agency_copy",
        "istBetreut": False,
        "istBehinderungGefordert": False,
        "allianzpartnerName": ad.partner or "arbeitsagentur.de",
        "allianzpartnerUrl": f"www.{ad.partner}" if ad.partner else "https://www.arbeitsagentur.de",
    }


def is_partner(state: AdState) -> bool:
    """Whether another board passed the ad on."""
    return state.ad.partner in PARTNERS


def published(state: AdState) -> date:
    """First day of the present publication: it moves with every change, as the real one does."""
    return max(state.changed_at.date(), state.ad.posted_on)


def _common(state: AdState) -> dict[str, Any]:
    ad, opening = state.ad, state.ad.opening
    rng = Random(ad.reference)
    shape: dict[str, Any] = {
        "referenznummer": ad.reference,
        "stellenangebotsTitel": state.title,
        "stellenangebotsart": "AUSBILDUNG" if opening.level == "apprentice" else "ARBEIT",
        "firma": ad.publisher,
        "hauptberuf": opening.occupation,
        "datumErsteVeroeffentlichung": ad.posted_on.isoformat(),
        "veroeffentlichungszeitraum": {"von": published(state).isoformat()},
        "aenderungsdatum": state.changed_at.isoformat(timespec="milliseconds"),
        "eintrittszeitraum": {"von": opening.starts_on.isoformat()},
        "vertragsdauer": rng.choice(("KEINE_ANGABE", "BEFRISTET" if opening.contract == "fixed_term" else "UNBEFRISTET")),
        "stellenlokationen": [_location(spot, rng) for spot in ad.spots],
        "quereinstiegGeeignet": opening.career_changers and rng.random() < 0.7,
        "istGeringfuegigeBeschaeftigung": False,
    }
    shape |= _work_time(opening, rng) | _home(opening, rng) | _pay(state.pay)
    if ad.partner:
        shape["externeURL"] = f"https://www.{ad.partner}/job/{ad.reference.split('-')[1]}?utm_source=arbeitsagentur"
    if shape["vertragsdauer"] == "BEFRISTET":
        shape["befristungInMonaten"] = 12
    if rng.random() < 0.3:
        shape["chiffrenummer"] = f"{rng.randint(10**7, 10**8 - 1)}"
    return shape


def _location(spot: Spot, rng: Random) -> dict[str, Any]:
    address: dict[str, Any] = {"plz": spot.postcode, "ort": spot.town, "region": _REGION, "land": "DEUTSCHLAND"}
    if rng.random() < 0.04:
        del address["plz"]
    if spot.street:
        address |= {"strasse": spot.street, "hausnummer": spot.number}
    if spot.district and rng.random() < 0.3:
        address["ortsteil"] = spot.district
    return {"adresse": address, "breite": spot.lat, "laenge": spot.lon}


def _work_time(opening: Opening, rng: Random) -> dict[str, Any]:
    """Flags; now and then all are false, which means that nothing is said."""
    said = rng.random() < 0.9
    return {
        "arbeitszeitVollzeit": said and not opening.part_time,
        "arbeitszeitTeilzeitVormittag": False,
        "arbeitszeitTeilzeitNachmittag": False,
        "arbeitszeitTeilzeitAbend": False,
        "arbeitszeitTeilzeitFlexibel": said and opening.part_time,
        "arbeitszeitSchichtNachtWochenende": said and opening.shift,
    }


def _home(opening: Opening, rng: Random) -> dict[str, Any]:
    if opening.remote is None:
        return {"homeofficemoeglich": False} if rng.random() < 0.5 else {}
    if opening.remote == "full":
        return {"homeofficemoeglich": True, "homeofficetyp": "AUSSCHLIESSLICH"}
    if rng.random() < 0.3:
        return {"homeofficemoeglich": True, "homeofficetyp": "ANGABE_IN_PROZENT", "homeofficeprozent": 40}
    return {"homeofficemoeglich": True, "homeofficetyp": "NACH_VEREINBARUNG"}


def _pay(pay: PostedPay | None) -> dict[str, Any]:
    """Hourly and yearly amounts have fields of their own; a month has not, save for the one planted unknown name."""
    names = {"hour": "STUNDENLOHN", "year": "JAHRESGEHALT", "month": None, None: None}
    name = None if pay is None or pay.where == "text" else pay.period_name or names[pay.unit]
    if pay is None or name is None or pay.low is None:
        return {"verguetungsangabe": "KEINE_ANGABEN"}
    if pay.bound == "exact":
        return {"verguetungsangabe": name, "artDerVerguetung": "FESTGEHALT", "festgehalt": pay.low}
    span = {"verguetungsangabe": name, "artDerVerguetung": "GEHALTSSPANNE", "gehaltsspanneVon": pay.low}
    return span if pay.high is None else span | {"gehaltsspanneBis": pay.high}
