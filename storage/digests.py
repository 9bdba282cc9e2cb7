"""What each saved search has told: an opening is told once, however its ads are copied, re-posted or grouped anew."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from storage.engine import reading
from storage.messages import Message
from storage.notices import post
from storage.tables import digest, digest_told, posting, run, vacancy_member

_CHUNK = 500

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Digest:
    """The books of one saved search."""

    name: str
    began_at: datetime  #: openings first seen before are not news
    made_at: datetime | None  #: when it was last composed; None: never


@dataclass(frozen=True, slots=True)
class News:
    """What a saved search has to tell."""

    openings: tuple[Row, ...]  #: one ad each, in the order of the search
    told: frozenset[int]  #: ads that are settled with it: those of the openings, and of openings that are no news


class Digests:
    """Reader and writer of those books.

    Args:
        engine: Opened for writing, and the lock held, for `made` and `forget_others`.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def get(self, name: str) -> Digest | None:
        """The books of one; None: it never ran."""
        with reading(self.engine) as connection:
            row = connection.execute(select(digest).where(digest.c.name == name)).mappings().first()
            return Digest(**row) if row else None

    def crawled_at(self) -> datetime | None:
        """When the last crawl that read something ended."""
        ended = select(func.max(run.c.ended_at)).where(run.c.command == "crawl", run.c.state.in_(("ok", "partial")))
        with reading(self.engine) as connection:
            found: datetime | None = connection.scalar(ended)
            return found

    def news(self, name: str, rows: Iterable[Row], since: datetime) -> News:
        """What of these ads has not been told.

        Args:
            name: The saved search.
            rows: Ads that match it, the best first; `vacancy_id` None: not yet grouped.
            since: Openings of which an ad was seen before are no news.
        """
        matching: dict[int, Row] = {}
        for row in rows:
            matching.setdefault(row["vacancy_id"] or -row["id"], row)
        with reading(self.engine) as connection:
            told = set(connection.scalars(select(digest_told.c.posting_id).where(digest_told.c.digest == name)))
            members = _members(connection, sorted(key for key in matching if key > 0))
        openings: list[Row] = []
        settled: set[int] = set()
        for key, row in matching.items():
            ads = members.get(key) or {row["id"]: row["first_seen_at"]}
            settled |= ads.keys() - told
            if not ads.keys() & told and min(ads.values()) >= since:
                openings.append(row)
        return News(tuple(openings), frozenset(settled))

    def made(self, books: Digest, told: Collection[int], message: Message | None, targets: Collection[str]) -> None:
        """Note what is told, and put the message that tells it into the outbox, in one transaction.

        Args:
            books: With `made_at` set to now.
            told: Ads, from `News.told`.
            message: None: there is nothing to tell.
            targets: Where it goes.
        """
        assert books.made_at is not None
        rows = [{"digest": books.name, "posting_id": number, "told_at": books.made_at} for number in sorted(told)]
        with self.engine.begin() as connection:
            known = connection.execute(update(digest).where(digest.c.name == books.name).values(made_at=books.made_at)).rowcount
            if not known:
                values = {"name": books.name, "began_at": books.began_at, "made_at": books.made_at}
                connection.execute(insert(digest).values(**values))
            if rows:
                connection.execute(insert(digest_told), rows)
            if message is not None:
                post(connection, message, targets, books.made_at, over=True)

    def forget_others(self, names: Collection[str]) -> None:
        """Drop the books of saved searches that are no longer configured: one that comes back begins anew."""
        with self.engine.begin() as connection:
            connection.execute(delete(digest_told).where(digest_told.c.digest.not_in(names)))
            connection.execute(delete(digest).where(digest.c.name.not_in(names)))


def _members(connection: Connection, vacancies: Sequence[int]) -> dict[int, dict[int, datetime]]:
    """The ads of each opening with their first sighting."""
    found: dict[int, dict[int, datetime]] = {}
    for start in range(0, len(vacancies), _CHUNK):
        query = (
            select(vacancy_member.c.vacancy_id, posting.c.id, posting.c.first_seen_at)
            .join(posting, posting.c.id == vacancy_member.c.posting_id)
            .where(vacancy_member.c.vacancy_id.in_(vacancies[start : start + _CHUNK]))
        )
        for number, ad, seen in connection.execute(query):
            found.setdefault(number, {})[ad] = seen
    return found
