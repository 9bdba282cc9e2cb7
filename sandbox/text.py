"""Ad texts in German, put together from the phrase stock: a draft for each opening, and its wording for each ad."""

from random import Random

from sandbox import pay, stock
from sandbox.values import Ad, Draft, Level, Opening, PostedPay, Version

_FLOORS = ("1", "2", "3", "4")


def draft(level: Level, in_scope: bool, project: str, rng: Random) -> tuple[Draft, tuple[str, ...]]:
    """The lines of one opening, and the skills that they name (labels of docs/facets.md, sorted)."""
    phrases = stock.load("phrases")
    tasks: list[tuple[str, str]] = [tuple(row) for row in rng.sample(phrases["tasks"]["lines"], rng.randint(5, 7))]
    profile: list[tuple[str, str]] = [tuple(row) for row in rng.sample(phrases["profile"]["lines"], rng.randint(3, 5))]
    if not in_scope:
        tasks = [(line, "") for line in rng.sample(phrases["tasks"]["out"], 5)]
        profile = [(line, "") for line in phrases["level"]["out"]]
    elif level == "lead":
        tasks = [(line, "") for line in phrases["tasks"]["lead"]] + tasks[:3]
    skills = sorted({skill for _, skill in tasks + profile if skill})
    number = rng.randint(4, 38)
    line = rng.choice(phrases["projects"]["lines"]).format(name=project, n=number, floor=rng.choice(_FLOORS))
    return Draft(
        project=line,
        tasks=tuple(text.format(n=rng.randint(6, 18)) for text, _ in tasks),
        profile=tuple(text for text, _ in profile),
        benefits=tuple(rng.sample(phrases["offer"]["benefits"], rng.randint(4, 6))),
        traps=tuple(rng.sample(phrases["traps"]["lines"], rng.choice((0, 1, 1, 2)))),
    ), tuple(skills)


def render(ad: Ad, version: Version, shown: PostedPay | None, rng: Random) -> str:
    """The text of an ad.

    Args:
        ad: Which ad; copies draw their own order, headings and bullets.
        version: Its state; each edition of the text swaps a line.
        shown: The pay to be worded; None says something vague instead.
        rng: Fresh for each ad, so that the same ad keeps its wording from week to week.
    """
    opening, phrases = ad.opening, stock.load("phrases")
    voice = "du" if opening.employer.voice == "du" else "sie"
    heads = rng.choice(phrases["headings"][voice])
    bullet = rng.choice(("- ", "- ", "• ", "* ", ""))
    pay_line, pay_place = _pay_line(shown, rng), rng.random()
    intro = (
        rng.choice(phrases["intro"][voice if opening.in_scope else "out_of_scope"])
        .format(town=opening.spot.town, place=_place(opening), project="", title=opening.title)
        .strip()
    )
    offer = _offer(opening, version, rng)
    if pay_place < 0.75:
        offer.insert(rng.randint(0, len(offer)), pay_line)
    blocks = [
        opening.employer.about if ad.kind != "agency_copy" else phrases["closing"]["agency_copy"][0],
        intro,
        opening.draft.project,
    ]
    blocks.insert(rng.choice((1, 3)), rng.choice(phrases["daily"][voice]))
    if pay_place >= 0.9:
        blocks.append(_sentence(pay_line))
    if ad.kind == "location_variant":
        blocks.append(phrases["closing"]["variant"][0].format(place=_place(opening)))
    for head, lines in zip(heads, (list(opening.draft.tasks), _profile(opening, rng), offer), strict=True):
        blocks.append(f"{head}\n{_listed(lines, bullet)}")
    if 0.75 <= pay_place < 0.9:
        blocks.append(_sentence(pay_line))
    blocks.extend(_closing(ad, version, voice, rng))
    return "\n\n".join(blocks)


def _pay_line(shown: PostedPay | None, rng: Random) -> str:
    phrases = stock.load("phrases")["offer"]
    if shown is not None and shown.tariff:
        return str(rng.choice(phrases["tariff"]).format(tariff=shown.tariff))
    line, silent = (pay.wording(shown, rng), "") if shown and shown.where != "field" else ("", rng.choice(phrases["silent"]))
    return line or silent


def _place(opening: Opening) -> str:
    spot = opening.spot
    street = f"{spot.street} {spot.number}, " if spot.street else ""
    district = f"-{spot.district}" if spot.district else ""
    return f"{street}{spot.postcode} {spot.town}{district}"


def _offer(opening: Opening, version: Version, rng: Random) -> list[str]:
    phrases = stock.load("phrases")["offer"]
    size = "part" if opening.part_time else "full"
    hours = f"{opening.hours:g}".replace(".", ",")
    lines = [rng.choice(phrases[opening.contract])]
    stated = f"hours_{size}" if opening.hours_stated else f"unstated_{size}"
    lines.append(rng.choice(phrases[stated]).format(h=hours))
    if opening.remote:
        lines.append(rng.choice(phrases[opening.remote]))
    if opening.shift:
        lines.append(rng.choice(phrases["shift"]))
    if opening.employer.agency:
        lines.append(rng.choice(phrases[opening.employer.agency]))
    benefits = list(opening.draft.benefits)
    for edit in range(version.edition):
        benefits[edit % len(benefits)] = phrases["benefits"][(edit * 7 + len(opening.title)) % len(phrases["benefits"])]
    return lines + list(dict.fromkeys(benefits)) + list(opening.draft.traps)


def _profile(opening: Opening, rng: Random) -> list[str]:
    phrases = stock.load("phrases")
    if not opening.in_scope:
        return list(opening.draft.profile)
    group = "changers" if opening.career_changers else opening.level
    lines = [rng.choice(phrases["level"][group]), *opening.draft.profile]
    lines += [rng.choice(phrases["languages"][need][code]) for code, need in opening.languages]
    return lines


def _listed(lines: list[str], bullet: str) -> str:
    return "\n".join(f"{bullet}{line}" for line in lines) if bullet else " ".join(_sentence(line) for line in lines)


def _sentence(line: str) -> str:
    """The line with one full stop at its end."""
    return line if line.endswith(".") else f"{line}."


def _closing(ad: Ad, version: Version, voice: str, rng: Random) -> list[str]:
    phrases = stock.load("phrases")["closing"]
    lines = [rng.choice(phrases[voice]).format(ref=f"{ad.opening.key[1:]}-{ad.opening.employer.key}")]
    template = rng.choice(phrases["contact"])
    if ad.contact:
        lines.append(template.format(name=ad.contact.name, phone=ad.contact.phone, email=ad.contact.email))
    if version.edition:
        lines.append(phrases["added"][(version.edition - 1) % len(phrases["added"])])
    return lines
