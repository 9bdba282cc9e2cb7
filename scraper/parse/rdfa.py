"""RDFa: job postings marked up with `typeof` and `property`; and, where a page has nothing better, its `<meta name="job-…">`."""

from typing import Any

from scraper.parse.body import main_text
from scraper.parse.html import Tree
from scraper.parse.jsonld import Found
from scraper.parse.microdata import RDFA, read

#: what follows "job-" (or "job:", "jobs-") in the name of a meta element → the field it fills
_META = {
    "title": "title",
    "name": "title",
    "id": "identifier",
    "reference": "identifier",
    "company": "hiringOrganization",
    "employer": "hiringOrganization",
    "location": "jobLocation",
    "city": "addressLocality",
    "region": "addressRegion",
    "country": "addressCountry",
    "secondarylocations": "secondary",
    "secondary-locations": "secondary",
    "description": "description",
    "date": "datePosted",
    "posted": "datePosted",
    "posteddate": "datePosted",
    "date-posted": "datePosted",
    "expires": "validThrough",
    "valid-through": "validThrough",
    "type": "employmentType",
    "employment-type": "employmentType",
    "workingmode": "jobLocationType",
    "function": "occupationalCategory",
    "salary": "baseSalary",
    "url": "url",
}


def postings(page: Tree) -> list[Found]:
    """The job postings in RDFa."""
    return read(page, RDFA, '[typeof*="JobPosting" i]')


def meta_posting(page: Tree) -> list[Found]:
    """The posting that a page's meta elements describe; none unless they give its title.

    >>> from scraper.parse.html import tree
    >>> page = tree('<meta name="job-title" content="Agent"><meta name="job-city" content="Duisburg">')
    >>> meta_posting(page)[0].value["jobLocation"]
    [{'address': {'addressLocality': 'Duisburg'}}]
    """
    value: dict[str, Any] = {"@type": "JobPosting"}
    for node in page.css('meta[name^="job" i], meta[property^="job" i]'):
        attributes = node.attributes
        name = (attributes.get("name") or attributes.get("property") or "").lower()
        key = _META.get(name.removeprefix("jobs").removeprefix("job").lstrip("-_:.").replace("_", "-"))
        content = (attributes.get("content") or "").strip()
        if key and content:
            value.setdefault(key, content)
    if "title" not in value:
        return []
    if "description" not in value:
        value["description"] = main_text(page)
    if places := _places(value):
        value["jobLocation"] = places
    return [Found(value, ("page: read from its meta elements",))]


def _places(value: dict[str, Any]) -> list[Any]:
    """The main place, in parts or in one, and the further ones."""
    address = {key: value.pop(key) for key in ("addressLocality", "addressRegion", "addressCountry") if key in value}
    first: list[Any] = [{"address": address}] if address else [value["jobLocation"]] if "jobLocation" in value else []
    return first + [place.strip() for place in value.pop("secondary", "").split(";") if place.strip()]
