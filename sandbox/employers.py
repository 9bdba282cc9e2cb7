"""Who offers work: a market's plan, and the employers drawn by it."""

from dataclasses import dataclass
from random import Random
from typing import Any, Literal

from sandbox import pay, stock
from sandbox.values import Band, Employer, Spot

MarketKind = Literal["claim-true", "claim-false", "sparse", "mixed"]
Group = Literal["open", "silent", "public", "elsewhere", "trades"]
#: ASCII spellings for addresses
PLAIN_LETTERS: dict[int, str] = {
    ord(a): b for a, b in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("ş", "s"), ("&", " "), (".", " "))
}
CHANNELS = ("jobposting", "personio", "softgarden", "dvinci", "recruitee")


@dataclass(frozen=True, slots=True)
class Plan:
    """How many employers of each group, and where the entry pay of those that post it stands."""

    bands: tuple[Band, ...]  #: one for each employer that posts pay
    silent: int
    elsewhere: int = 8
    trades: int = 10


def _bands(below: int, within: int, above: int) -> tuple[Band, ...]:
    order: tuple[Band, Band, Band] = ("below", "within", "above")
    return tuple(band for band, number in zip(order, (below, within, above), strict=True) for _ in range(number))


PLANS: dict[MarketKind, Plan] = {
    "mixed": Plan(_bands(3, 9, 5), 20),
    "claim-true": Plan(_bands(0, 17, 1), 19),
    "claim-false": Plan(_bands(3, 1, 14), 19),
    "sparse": Plan(_bands(1, 1, 1), 10, elsewhere=3, trades=4),
}


def spots(rng: Random, *, town: str | None = None) -> Spot:
    """A place of work in the town, or in one of the others when None."""
    towns: list[dict[str, Any]] = stock.load("places")["town"]
    chosen = rng.choice([one for one in towns if (one["name"] == town if town else one["name"] != "Duisburg")])
    district = rng.choice(chosen["districts"])
    street = rng.choice(chosen["streets"]) if rng.random() < 0.45 or chosen["name"] != "Duisburg" else None
    return Spot(
        town=chosen["name"],
        postcode=district["plz"],
        lat=district["lat"],
        lon=district["lon"],
        in_town=chosen["name"] == "Duisburg",
        district=district["name"],
        street=street,
        number=str(rng.randint(1, 180)) if street else None,
    )


def draw(plan: Plan, rng: Random) -> list[tuple[Group, Employer]]:
    """All employers of the market, those that post pay first."""
    names = {group: rng.sample(rows, len(rows)) for group, rows in stock.load("employers").items()}
    temps = max(1, len(plan.bands) // 4)  # agencies post pay most often
    open_rows = [("temp", row) for row in names["temp"][:temps]] + [
        ("direct", row) for row in names["direct"][: len(plan.bands) - temps]
    ]
    rest = names["direct"][len(plan.bands) - temps :]
    silent = [("temp", row) for row in names["temp"][temps : temps + 2]] + [("direct", row) for row in rest]
    rows: list[tuple[Group, str, list[str]]] = [
        *(("open", kind, row) for kind, row in open_rows),
        *(("silent", kind, row) for kind, row in silent[: plan.silent]),
        *(("public", "direct", row) for row in names["public"]),
        *(("elsewhere", "direct", row) for row in names["elsewhere"][: plan.elsewhere]),
        *(("trades", "direct", row) for row in names["trades"][: plan.trades]),
    ]
    bands = rng.sample(plan.bands, len(plan.bands))
    loose = rng.randrange(temps)  # one agency leaves the hours unsaid: its pay is a band at 35–40 hours
    return [
        (group, _employer(n, (group, kind, row), bands[n] if group == "open" else None, n != loose, rng))
        for n, (group, kind, row) in enumerate(rows)
    ]


def placement_agencies() -> list[str]:
    """Names of the agencies that advertise other employers' openings."""
    return [row[0] for row in stock.load("employers")["placement"]]


def _employer(n: int, row: tuple[Group, str, list[str]], band: Band | None, tells_hours: bool, rng: Random) -> Employer:
    group, kind, (name, sector, about) = row
    anywhere: tuple[Band, ...] = ("below", "within", "within", "above")
    where: Band = rng.choice(anywhere) if band is None else band
    hours = pay.draw_hours(where, rng)
    temp = kind == "temp"
    form: Literal["hour", "month", "year"] = "hour" if temp else rng.choices(("month", "hour", "year"), (6, 3, 1))[0]
    own = () if temp else tuple(rng.sample(CHANNELS, rng.choice((1, 1, 2)))) if rng.random() < 0.35 else ()
    only_own = group == "silent" and own and rng.random() < 0.25  # a few never go to the Bundesagentur
    channels = ("bundesagentur", "servicebund") if group == "public" else own if only_own else ("bundesagentur", *own)
    return Employer(
        key=f"E{n:03d}",
        name=name,
        sector=sector,
        about=about,
        domain=_domain(name),
        size=rng.choice((40, 120, 300, 900, 2200)),
        voice=rng.choice(("du", "Sie")),
        agency="temp" if temp else None,
        discloses=group == "open" or (group in {"elsewhere", "trades"} and rng.random() < 0.4),
        form="tariff" if group == "public" else form,
        band=where,
        base=pay.draw_base(where, hours, rng),
        hours=hours,
        hours_stated=tells_hours if group == "open" and form == "hour" else rng.random() < 0.7,
        spot=spots(rng, town=None if group == "elsewhere" else "Duisburg"),
        channels=channels,
    )


def _domain(name: str) -> str:
    words = name.casefold().translate(PLAIN_LETTERS).split()
    return "-".join(words[:2]) + ".example"
