"""Well-formed schema.org JobPosting objects, as vendors put them into their own feeds, to ads.

What employers' own pages get wrong is no concern here: feeds are made by one program.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scraper.model import RawPay, RawPlace, RawPosting
from scraper.parse.fields import compact, need_text, text, texts


@dataclass(frozen=True, slots=True)
class Wrapping:
    """What stands around a JobPosting in its feed."""

    source: str
    source_id: str
    url: str
    employer: str | None = None  #: where the posting names none
    employer_key: str | None = None
    changed_text: str | None = None
    description: str | None = None  #: where the posting has none


def posting(item: Mapping[str, Any], around: Wrapping) -> RawPosting:
    """One ad; contact persons (`applicationContact`) are left where they are."""
    kinds = texts(item, "employmentType")
    return RawPosting(
        source=around.source,
        source_id=around.source_id,
        url=around.url,
        title=need_text(item, "title"),
        revision=around.changed_text,
        employer=text(item, "hiringOrganization", "name") or text(item, "hiringOrganization") or around.employer,
        employer_key=around.employer_key,
        description=text(item, "description") or around.description,
        description_format="html",
        places=places(item),
        pay=pay(item),
        occupation=text(item, "occupationalCategory"),
        posted_text=text(item, "datePosted"),
        changed_text=around.changed_text,
        expires_text=text(item, "validThrough"),
        starts_text=text(item, "jobStartDate"),
        work_time_texts=kinds,
        hours_text=text(item, "workHours"),
        remote_text=text(item, "jobLocationType"),
        sector_text=text(item, "industry") or text(item, "hiringOrganization", "industry"),
        language=text(item, "inLanguage"),
        extra=compact({key: text(item, key) for key in ("directApply", "totalJobOpenings")}),
    )


def places(item: Mapping[str, Any]) -> tuple[RawPlace, ...]:
    """The places of work; one or a list."""
    found = item.get("jobLocation")
    return tuple(_place(one) for one in (found if isinstance(found, list) else [found]) if isinstance(one, Mapping))


def pay(item: Mapping[str, Any]) -> tuple[RawPay, ...]:
    """`baseSalary`; the vendor's guess (`estimatedSalary`) never counts."""
    salary = item.get("baseSalary")
    if not isinstance(salary, Mapping):
        return ()
    value = salary.get("value")
    amounts: Mapping[str, Any] = value if isinstance(value, Mapping) else salary
    low, high, single = text(amounts, "minValue"), text(amounts, "maxValue"), text(amounts, "value")
    if not (low or high or single):
        return ()
    return (
        RawPay(
            period_text=text(amounts, "unitText") or text(salary, "unitText"),
            low_text=low,
            high_text=high,
            value_text=single,
            currency_text=text(salary, "currency") or text(item, "salaryCurrency"),
        ),
    )


def _place(item: Mapping[str, Any]) -> RawPlace:
    country = text(item, "address", "addressCountry") or text(item, "address", "addressCountry", "name")
    return RawPlace(
        text=text(item, "address") or (None if isinstance(item.get("address"), Mapping) else text(item, "name")),
        street=text(item, "address", "streetAddress"),
        postcode=text(item, "address", "postalCode"),
        city=text(item, "address", "addressLocality"),
        region=text(item, "address", "addressRegion"),
        country=country,
        lat_text=text(item, "geo", "latitude"),
        lon_text=text(item, "geo", "longitude"),
    )
