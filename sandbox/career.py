"""What all career-page replicas share: tenants by path, their ads of a week, HTML of the plain text, pay for fields.

Each employer is a tenant `/{slug}/` of the host that serves its kind of source.
"""

from collections import defaultdict
from html import escape
from random import Random

from sandbox.market import Market
from sandbox.values import AdState, Employer, PostedPay

_BULLETS = ("- ", "• ", "* ")


def slug(employer: Employer) -> str:
    """The tenant's name in addresses.

    >>> slug(Market(1, 1).employers[0]).islower()
    True
    """
    return employer.domain.removesuffix(".example")


def boards(market: Market, kind: str, path: str) -> dict[str, str]:
    """Employer → path of its board below the host's base URL."""
    return {one.name: path.format(slug=slug(one)) for one in market.employers if kind in one.channels}


def by_tenant(market: Market, week: int, kind: str) -> dict[str, list[AdState]]:
    """Ads of the week on `kind`; tenants without an open ad have an empty list."""
    found: dict[str, list[AdState]] = defaultdict(list)
    for one in market.employers:
        if kind in one.channels:
            found[slug(one)] = []
    for state in market.week(week, kind):
        found[slug(state.ad.opening.employer)].append(state)
    return dict(found)


def split(path: str) -> tuple[str, str]:
    """Tenant and rest of a path.

    >>> split("/rheinkai-logistik/xml")
    ('rheinkai-logistik', 'xml')
    """
    tenant, _, rest = path.lstrip("/").partition("/")
    return tenant, rest


def markup(text: str) -> str:
    """HTML of an ad's plain text: headings, paragraphs, lists."""
    blocks = []
    for block in text.split("\n\n"):
        lines = block.split("\n")
        head = [f"<h3>{escape(lines[0].removeprefix('## '))}</h3>"] if len(lines) > 1 else []
        rest = lines[1:] if head else lines
        if rest and all(line.startswith(_BULLETS) for line in rest):
            blocks.append("".join([*head, "<ul>", *(f"<li>{escape(line[2:])}</li>" for line in rest), "</ul>"]))
        else:
            blocks.append("".join([*head, *(f"<p>{escape(line)}</p>" for line in rest)]))
    return "".join(blocks)


def sections(text: str) -> list[tuple[str, str]]:
    """The text cut into named parts (name, HTML): introduction, tasks, profile, offer, closing."""
    parts: dict[str, list[str]] = {"Einleitung": [], "Aufgaben": [], "Profil": [], "Angebot": [], "Abschluss": []}
    heads = iter(("Aufgaben", "Profil", "Angebot"))
    name = "Einleitung"
    for block in text.split("\n\n"):
        if "\n" in block:
            name = next(heads)
        elif name == "Angebot" and parts[name]:
            name = "Abschluss"
        parts[name].append(block)
    return [(name, markup("\n\n".join(blocks))) for name, blocks in parts.items() if blocks]


def field_pay(state: AdState) -> PostedPay | None:
    """Pay for a structured field: where the employer files it there, and for some that also write it."""
    pay = state.pay
    if pay is None or pay.low is None or pay.period_name is not None:
        return None
    return pay if pay.where != "text" or Random(state.ad.reference).random() < 0.4 else None
