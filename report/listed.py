"""Ads in memory as columns, for a few of them, and for days gone by."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from report.ads import FOREIGN, Kind, PayKind, Rows
from report.evidence import Ad


class Listed:
    """Gives ads in batches of rows, as `storage.columns` does.

    Args:
        ads: In any order; they are put into that of their keys.
    """

    def __init__(self, ads: Sequence[Ad]) -> None:
        self._ads = sorted(ads, key=lambda ad: (ad.source, ad.source_id, ad.id))

    def facts(self) -> Iterator[Rows]:
        return _batch(
            (ad.id, ad.employer_key, ad.content_hash, _text((ad.first_seen_on, ad.closed_on, ad.posted_on)), _text(_kind(ad)))
            for ad in self._ads
        )

    def pays(self) -> Iterator[Rows]:
        return _batch(
            (
                ad.id, ad.low_eur_month, ad.low_eur_month_max, ad.high_eur_month, ad.high_eur_month_max,
                ad.low_eur_hour, ad.low_eur_hour_max, _text(_pay_kind(ad)),
            )
            for ad in self._ads if ad.pay_origin is not None
        )  # fmt: skip

    def order(self) -> Iterator[Rows]:
        return _batch((ad.id,) for ad in self._ads)

    def homes(self) -> Iterator[Rows]:
        return _batch((ad.id, ad.vacancy_id) for ad in self._ads)

    def skills(self, names: Collection[str]) -> Iterator[Rows]:
        found = ((ad.id, ",".join(skill for skill in ad.skills if skill in names)) for ad in self._ads)
        return _batch(row for row in found if row[1])

    def languages(self, codes: Collection[str]) -> Iterator[Rows]:
        every = FOREIGN in codes
        found = ((ad.id, ",".join(code for code, _ in ad.languages if every or code in codes)) for ad in self._ads)
        return _batch(row for row in found if row[1])


def _kind(ad: Ad) -> Kind:
    return Kind(
        ad.source, ad.level, ad.agency, ad.sector, ad.district, ",".join(ad.work_time), ",".join(ad.training),
        ad.career_changers, ad.parser_version, ad.hours_low is not None or ad.hours_high is not None,
    )  # fmt: skip


def _pay_kind(ad: Ad) -> PayKind:
    return PayKind(
        ad.pay_origin, ad.pay_currency, ad.pay_bound, ad.pay_gross, ",".join(ad.pay_tags), ",".join(ad.pay_warnings),
        ad.pay_hours, ad.weeks_per_month, ad.basis_hours_low, ad.basis_hours_high,
    )  # fmt: skip


def _text(values: tuple[Any, ...]) -> str:
    return msgspec.json.encode(values).decode()


def _batch(rows: Iterable[tuple[Any, ...]]) -> Iterator[Rows]:
    if found := list(rows):
        yield found
