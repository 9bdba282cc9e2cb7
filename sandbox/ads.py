"""Ads of an opening: the original, copies on other boards and channels, an agency's copy, re-posts and location variants."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from sandbox import stock
from sandbox.employers import PLAIN_LETTERS, placement_agencies, spots
from sandbox.openings import Calendar
from sandbox.values import Ad, AdKind, Contact, Employer, Opening

PARTNERS = ("stellenrevier.example", "jobhafen.example", "arbeitsblatt.example")
MAIN = "bundesagentur"


def of_opening(opening: Opening, calendar: Calendar, rng: Random) -> list[Ad]:
    """Every ad of the opening on every channel, the original first."""
    weeks = tuple(week for start, end in opening.spells for week in range(start, end))
    contact = draw_contact(opening.employer, rng) if rng.random() < 0.8 else None
    first = Ad(
        reference="",
        opening=opening,
        channel=MAIN,
        kind="original",
        publisher=opening.employer.name,
        weeks=weeks,
        spots=(opening.spot,),
        posted_on=opening.opened_on,
        contact=contact,
        partner=None,
    )
    drawn = _on_main(first, calendar, rng) if MAIN in opening.employer.channels else []
    for channel in opening.employer.channels:
        if channel != MAIN and opening.level != "apprentice":
            kind: AdKind = "copy" if drawn else "original"
            drawn.append(replace(first, reference=f"{rng.randint(10**6, 10**7 - 1)}", channel=channel, kind=kind))
    return drawn


def draw_contact(employer: Employer, rng: Random) -> Contact:
    """An invented person at the employer."""
    people = stock.load("phrases")["people"]
    name = f"{rng.choice(people['first'])} {rng.choice(people['last'])}"
    plain = name.casefold().translate(PLAIN_LETTERS).replace(" ", ".")
    phone = rng.choice(("0203 {a}-{b}", "0203/{a}{b}", "+49 203 {a} {b}", "0151 {a}{b}77")).format(
        a=rng.randint(2000, 9999), b=rng.randint(10, 99)
    )
    return Contact(name, f"{plain}@{employer.domain}", phone)


def _on_main(first: Ad, calendar: Calendar, rng: Random) -> list[Ad]:
    """The ads on the Bundesagentur's search: one always, further ones by chance."""
    weeks, opening = first.weeks, first.opening
    partner = rng.choice(PARTNERS) if rng.random() < 0.25 and opening.employer.agency is None else None
    original = replace(
        first, reference=_reference(partner, rng), partner=partner, detail_missing=not opening.in_scope and rng.random() < 0.04
    )
    drawn = [original]
    if len(opening.spells) == 1 and len(weeks) >= 4 and rng.random() < 0.12:
        cut = rng.randint(2, len(weeks) - 2)
        renewed = _newly(calendar, weeks[cut], rng)
        drawn = [replace(original, weeks=weeks[:cut])]
        drawn.append(replace(original, reference=_reference(partner, rng), kind="repost", weeks=weeks[cut:], posted_on=renewed))
    later = weeks[1:]
    if later and rng.random() < 0.16:
        board = rng.choice(PARTNERS)
        drawn.append(
            replace(
                first,
                reference=_reference(board, rng),
                kind="copy",
                weeks=later,
                partner=board,
                posted_on=_newly(calendar, later[0], rng),
                detail_missing=rng.random() < 0.2,
            )
        )
    if later and opening.employer.agency is None and opening.in_scope and rng.random() < 0.07:
        agency = rng.choice(placement_agencies())
        posted_on = _newly(calendar, later[0], rng)
        drawn.append(
            replace(
                first,
                reference=_reference("agency", rng),
                kind="agency_copy",
                publisher=agency,
                weeks=later,
                posted_on=posted_on,
                contact=None,
            )
        )
    if opening.employer.agency and opening.spot.in_town and rng.random() < 0.2:
        drawn.append(replace(first, reference=_reference("agency", rng), kind="location_variant", spots=(spots(rng),)))
    return drawn


def _newly(calendar: Calendar, week: int, rng: Random) -> date:
    """A day of the days before that week's reading."""
    return calendar.day(week) - timedelta(days=rng.randint(0, 5))


def _reference(partner: str | None, rng: Random) -> str:
    """A reference as the search gives it: opaque, its form tells who passed the ad on."""
    if partner is None:
        return f"10001-{rng.randint(10**9, 10**10 - 1)}-S"
    if partner == "agency":
        return rng.choice(
            (f"17159-k{rng.randint(10000, 99999)}.{rng.randint(1000, 9999)}-S", f"12265-NR/{rng.randint(10**5, 10**6 - 1)}-S")
        )
    return f"{14225 + PARTNERS.index(partner)}-{rng.getrandbits(64):016x}-S"
