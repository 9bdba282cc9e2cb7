"""What people are to be told: alerts that begin and end, messages on their way to each address, and what has been told already.

A message is written here in the transaction that decides on it, and sent afterwards. So none is lost, and none is decided twice;
one that a killed process had sent but not yet noted is sent again, with the same number.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, and_, delete, insert, or_, select, update

from storage.engine import reading
from storage.messages import KEPT, Message, Outcome, Parcel, Situation, Way, next_try
from storage.tables import notice, notice_delivery


class Notices:
    """The outbox.

    Args:
        engine: Opened for writing, except for `pending`, `waiting` and `listed`; who writes holds the lock.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def settle(self, now: Situation, way: Way, at: datetime) -> list[Message]:
        """Begin and end what lasts, and note what happened, each once.

        Args:
            now: The situation.
            way: Who is told of what, and how it is told that a state is over.
            at: Aware UTC.

        Returns:
            The messages that are new.
        """
        with self.engine.begin() as connection:
            rows = connection.execute(select(notice).where(notice.c.kind == "alert", notice.c.cleared_at.is_(None))).mappings()
            lasting = {row["key"]: row for row in rows}
            gone = [row for key, row in lasting.items() if key not in now.unknown | {one.key for one in now.states}]
            connection.execute(update(notice).where(notice.c.id.in_([row["id"] for row in gone])).values(cleared_at=at))
            begun = [one for one in now.states if one.key not in lasting and one.key not in now.unknown]
            happened = _unheard(connection, now.events)
            ended = [over for row in gone if (over := way.over(_message(row))) is not None]
            for one in begun:
                post(connection, one, way.targets(one), at)
            for one in (*happened, *ended):
                post(connection, one, way.targets(one), at, over=True)
        return [*begun, *happened, *ended]

    def pending(self, at: datetime) -> list[Parcel]:
        """What is to be sent now, oldest first."""
        return self._parcels(notice_delivery.c.next_try_at <= at)

    def waiting(self) -> list[Parcel]:
        """What is not yet taken and not given up, whenever it is to be tried."""
        return self._parcels(notice_delivery.c.next_try_at.is_not(None))

    def note(self, outcomes: Iterable[Outcome]) -> None:
        """Write down how attempts ended; one that is known already, or whose message is another by now, is left out."""
        with self.engine.begin() as connection:
            for one in outcomes:
                this = and_(notice_delivery.c.notice_id == one.notice_id, notice_delivery.c.target == one.target)
                same = select(notice.c.id).where(notice.c.id == one.notice_id, notice.c.raised_at == one.raised_at)
                later = and_(notice_delivery.c.attempts < one.attempts, notice_delivery.c.sent_at.is_(None))
                again = None if one.error is None else next_try(one.attempts, one.raised_at, one.at)
                told = {"attempts": one.attempts, "error": one.error, "next_try_at": again}
                told["sent_at"] = one.at if one.error is None else None
                connection.execute(
                    update(notice_delivery).where(this, later, notice_delivery.c.notice_id.in_(same)).values(**told)
                )

    def forget(self, at: datetime) -> None:
        """Drop what has been over for long, and the text of digests that everybody has."""
        unsent = select(notice_delivery.c.notice_id).where(notice_delivery.c.next_try_at.is_not(None))
        with self.engine.begin() as connection:
            over = and_(notice.c.cleared_at < at - KEPT, notice.c.id.not_in(unsent))
            connection.execute(delete(notice).where(over))
            told = and_(notice.c.kind == "digest", notice.c.id.not_in(unsent), notice.c.body != "")
            connection.execute(update(notice).where(told).values(body=""))

    def listed(self, *, everything: bool = False) -> list[dict[str, Any]]:
        """Messages that last or are on their way, newest first, each with its deliveries; on demand all that are kept."""
        unsent = select(notice_delivery.c.notice_id).where(notice_delivery.c.next_try_at.is_not(None))
        query = select(notice).order_by(notice.c.raised_at.desc(), notice.c.id.desc())
        if not everything:
            query = query.where(or_(notice.c.cleared_at.is_(None), notice.c.id.in_(unsent)))
        with reading(self.engine) as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
            ways = [
                dict(row) for row in connection.execute(select(notice_delivery).order_by(notice_delivery.c.target)).mappings()
            ]
        return [row | {"deliveries": [way for way in ways if way["notice_id"] == row["id"]]} for row in rows]

    def _parcels(self, condition: Any) -> list[Parcel]:
        columns = (*notice.columns, notice_delivery.c.target, notice_delivery.c.attempts)
        query = select(*columns).join(notice_delivery, notice_delivery.c.notice_id == notice.c.id).where(condition)
        with reading(self.engine) as connection:
            rows = connection.execute(query.order_by(notice.c.raised_at, notice.c.id, notice_delivery.c.target)).mappings().all()
        return [Parcel(row["id"], row["target"], row["attempts"], _message(row), row["raised_at"]) for row in rows]


def post(connection: Connection, message: Message, targets: Collection[str], at: datetime, *, over: bool = False) -> int:
    """Put a message into the outbox, in the caller's transaction; `over`: it lasts no longer than this moment."""
    told = {"kind": message.kind, "key": message.key, "severity": message.severity}
    row = told | {"title": message.title, "body": message.body, "raised_at": at, "cleared_at": at if over else None}
    number: int = connection.execute(insert(notice).values(**row).returning(notice.c.id)).scalar_one()
    for target in sorted(set(targets)):
        connection.execute(insert(notice_delivery).values(notice_id=number, target=target, next_try_at=at))
    return number


def _unheard(connection: Connection, events: Sequence[Message]) -> list[Message]:
    keys = select(notice.c.key).where(notice.c.key.in_([one.key for one in events]))
    known = set(connection.scalars(keys))
    return [one for one in events if one.key not in known]


def _message(row: Any) -> Message:
    return Message(row["key"], row["severity"], row["title"], row["body"], row["kind"])
