"""All facets of an ad, joined; each reader stands in its own module and knows nothing of the others."""

from importlib import import_module
from typing import Any

from scraper.model import Evidence, Facets
from scraper.normalise import agency, contract, hours, level, remote, shift, work_time
from scraper.normalise.ad import Ad
from scraper.normalise.place import in_town
from scraper.profile import Town


def read(ad: Ad, town: Town) -> Facets:
    """Read every facet of an ad.

    >>> facets = read(Ad(title="Teamleitung (m/w/d)", place="Duisburg", text="Vollzeit, unbefristet"), Town("Duisburg"))
    >>> facets.level, facets.contract, facets.in_town
    ('lead', 'permanent', True)
    """
    found: dict[str, Any] = {}
    proofs: list[Evidence] = []
    for name, reader in _READERS.items():
        found[name], seen = reader(ad)
        proofs.extend(seen)
    here = in_town(ad.place, town)
    if here:
        proofs.append(Evidence("in_town", town.name, (0, len(ad.place)), "place", ad.place))
    return Facets(**found, in_town=here, evidence=tuple(proofs))


_OWN = {
    "level": level.read,
    "experience_years": level.years,
    "career_changers": level.career_changers,
    "work_time": work_time.read,
    "hours": hours.read,
    "contract": contract.read,
    "agency": agency.read,
    "remote": remote.read,
    "shift": shift.read,
}
_OTHERS = {"in_scope": "scope", "languages": "language", "skills": "skills", "sector": "sector", "training": "training"}


def _readers() -> dict[str, Any]:
    readers: dict[str, Any] = dict(_OWN)
    for facet, module in _OTHERS.items():
        try:
            readers[facet] = import_module(f"scraper.normalise.{module}").read
        except ModuleNotFoundError:
            continue
    return readers


_READERS = _readers()


def jsonl_row(ad: Ad, town: Town) -> dict[str, Any]:
    """The facets in the shape of the gold file's "expected": hours as min and max, in_town as in_duisburg."""
    facets = read(ad, town)
    return {
        "in_scope": facets.in_scope,
        "level": facets.level,
        "experience_years": facets.experience_years,
        "career_changers": facets.career_changers,
        "work_time": list(facets.work_time),
        "weekly_hours": {"min": facets.hours.low, "max": facets.hours.high} if facets.hours else None,
        "contract": facets.contract,
        "agency": facets.agency,
        "remote": facets.remote,
        "shift": facets.shift,
        "languages": [{"code": spoken.code, "need": spoken.need, "level": spoken.level} for spoken in facets.languages],
        "skills": list(facets.skills),
        "sector": facets.sector,
        "training": list(facets.training),
        "in_duisburg": facets.in_town,
    }
