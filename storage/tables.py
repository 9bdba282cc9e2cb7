"""The schema: one SQLAlchemy description for SQLite and PostgreSQL; migrations create exactly this, a test compares.

Times are aware UTC and end in `_at`, dates end in `_on`, money columns name their unit.
Views for people are in `storage/views.py`.
"""

from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    and_,
)

from storage.types import Day, Flag, Real, Utc

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
STRICT: dict[str, Any] = {"sqlite_strict": True}
COUNTERS = (
    "requests", "bytes", "pages", "claimed", "seen", "new", "changed", "unchanged", "closed", "reopened", "rejects",
    "details_fetched", "details_skipped", "with_pay", "with_place", "with_description",
)  # fmt: skip

source = Table(
    "source",
    metadata,
    Column("name", Text, primary_key=True),
    Column("kind", Text, nullable=False),  # module in scraper/sources
    Column("first_run_at", Utc),
    Column("last_ok_at", Utc),
    Column("last_full_at", Utc),  # last ok run that listed everything
    Column("next_due_at", Utc),
    Column("accepted_at", Utc),  # a person confirmed a shrink: older runs no longer count as the usual
    **STRICT,
)

run = Table(
    "run",
    metadata,
    Column("id", Text, primary_key=True),  # sortable by time; the same id stands in logs and reports
    Column("command", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("started_at", Utc, nullable=False),
    Column("ended_at", Utc),
    Column("version", Text, nullable=False),
    Column("config_hash", Text, nullable=False),
    Column("pid", Integer),
    Column("error", Text),
    **STRICT,
)

source_run = Table(
    "source_run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", Text, ForeignKey("run.id"), nullable=False),
    Column("source", Text, ForeignKey("source.name"), nullable=False),
    Column("state", Text, nullable=False),  # running, ok, partial, failed, blocked, suspect
    Column("complete", Flag, nullable=False, default=False),  # listed everything: may age ads
    Column("started_at", Utc, nullable=False),
    Column("ended_at", Utc),
    *(Column(name, Integer, nullable=False, default=0) for name in COUNTERS),
    Column("error", Text),
    Column("notes", Text),  # JSON list: unknown values and doubts
    UniqueConstraint("run_id", "source"),
    Index("ix_source_run_source_started_at", "source", "started_at"),
    **STRICT,
)

posting = Table(
    "posting",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Text, ForeignKey("source.name"), nullable=False),
    Column("source_id", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("employer", Text),
    Column("employer_folded", Text),  # legal form and spelling folded: groups one employer's ads
    Column("description", Text, nullable=False, default=""),  # clean, contacts removed; spans count in it
    Column("language", Text),
    Column("reference", Text),
    Column("occupation", Text),
    Column("partner", Text),
    Column("apply_url", Text),
    # life
    Column("posted_on", Day),
    Column("changed_at", Utc),
    Column("expires_on", Day),
    Column("starts_on", Day),
    Column("first_seen_at", Utc, nullable=False),
    Column("last_seen_at", Utc, nullable=False),
    Column("updated_at", Utc, nullable=False),  # last run that changed a field
    Column("closed_at", Utc),
    Column("closed_reason", Text),  # gone, expired, absent
    Column("reopened_at", Utc),
    Column("misses", Integer, nullable=False, default=0),
    Column("missed_at", Utc),  # last complete ok run without it
    Column("last_run_id", Text),  # run that last saw it: no clock can make an ad of this run look absent
    # identity of content
    Column("revision", Text),
    Column("content_hash", Text, nullable=False),
    Column("archive_hash", Text),
    Column("parser_version", Text, nullable=False),
    # place of work: the first in the profile's town, else the first
    Column("place_text", Text),
    Column("city", Text),
    Column("district", Text),
    Column("postcode", Text),
    Column("country", Text),
    Column("lat", Real),
    Column("lon", Real),
    Column("in_town", Flag, nullable=False),
    # facets
    Column("in_scope", Flag, nullable=False),
    Column("level", Text, nullable=False),
    Column("experience_years", Real),
    Column("career_changers", Flag, nullable=False),
    Column("work_time", Text, nullable=False, default=""),  # comma list
    Column("hours_low", Real),
    Column("hours_high", Real),
    Column("contract", Text),
    Column("agency", Text),
    Column("remote", Text),
    Column("shift", Flag, nullable=False),
    Column("sector", Text),
    Column("training", Text, nullable=False, default=""),  # comma list
    # the chosen statement of pay, verbatim
    Column("pay_low", Real),
    Column("pay_high", Real),
    Column("pay_unit", Text),
    Column("pay_currency", Text),
    Column("pay_bound", Text),
    Column("pay_gross", Flag),
    Column("pay_hours", Real),
    Column("pay_payments", Real),
    Column("pay_tariff", Text),
    Column("pay_origin", Text),
    Column("pay_quote", Text),
    Column("pay_tags", Text, nullable=False, default=""),  # comma list
    Column("pay_warnings", Text, nullable=False, default=""),  # comma list
    # the same, converted: gross euros at full time
    Column("low_eur_month", Real),  # posted lower end; at 35 h where the ad does not fix the hours
    Column("low_eur_month_max", Real),  # the same at 40 h; equal where the hours are fixed
    Column("high_eur_month", Real),
    Column("high_eur_month_max", Real),
    Column("low_eur_hour", Real),
    Column("low_eur_hour_max", Real),
    Column("basis_hours_low", Real),
    Column("basis_hours_high", Real),
    Column("weeks_per_month", Real),
    Column("pay_assumptions", Text, nullable=False, default=""),  # comma list
    # raw, beside the normalised
    Column("raw", Text, nullable=False),  # JSON of the source's own fields, contacts removed
    Column("evidence", Text, nullable=False, default="[]"),  # JSON: facet, value, span, quote
    Column("notes", Text, nullable=False, default="[]"),  # JSON list
    UniqueConstraint("source", "source_id"),
    Index("ix_posting_employer_folded", "employer_folded"),
    Index("ix_posting_closed_at", "closed_at"),
    **STRICT,
)
# All that the report reads of ads in scope and in town: it need not pass over their long texts (`storage.columns`). The days come
# first, so that new ads are added at the end. A server keeps long texts out of the way by itself.
Index(
    "ix_posting_report",
    *(
        posting.c[name]
        for name in (
            "first_seen_at", "closed_at", "posted_on", "employer_folded", "content_hash", "source", "level", "agency", "sector",
            "district", "work_time", "training", "career_changers", "parser_version", "hours_low", "hours_high", "in_scope",
            "in_town",
        )
    ),
    sqlite_where=and_(posting.c.in_scope.is_(True), posting.c.in_town.is_(True)),
).ddl_if(dialect="sqlite")  # fmt: skip
Index(
    "ix_posting_report_pay",
    *(
        posting.c[name]
        for name in (
            "low_eur_month", "low_eur_month_max", "high_eur_month", "high_eur_month_max", "low_eur_hour", "low_eur_hour_max",
            "pay_origin", "pay_currency", "pay_bound", "pay_gross", "pay_tags", "pay_warnings", "pay_hours", "weeks_per_month",
            "basis_hours_low", "basis_hours_high", "in_scope", "in_town",
        )
    ),
    sqlite_where=and_(posting.c.in_scope.is_(True), posting.c.in_town.is_(True), posting.c.pay_origin.is_not(None)),
).ddl_if(dialect="sqlite")  # fmt: skip

posting_change = Table(
    "posting_change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("posting_id", Integer, ForeignKey("posting.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("run_id", Text, ForeignKey("run.id"), nullable=False),
    Column("changed_at", Utc, nullable=False, index=True),
    Column("field", Text, nullable=False),  # a column of posting, or "status"
    Column("old", Text),
    Column("new", Text),  # status: open, closed, reopened
    Column("reason", Text),
    **STRICT,
)

pay = Table(
    "pay",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("posting_id", Integer, ForeignKey("posting.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("chosen", Flag, nullable=False),
    Column("low", Real),
    Column("high", Real),
    Column("unit", Text),
    Column("currency", Text, nullable=False),
    Column("bound", Text),
    Column("gross", Flag),
    Column("hours", Real),
    Column("payments", Real),
    Column("tariff", Text),
    Column("origin", Text, nullable=False),
    Column("span_start", Integer),  # characters in posting.description
    Column("span_end", Integer),
    Column("quote", Text),
    Column("tags", Text, nullable=False, default=""),
    Column("warnings", Text, nullable=False, default=""),
    **STRICT,
)

posting_language = Table(
    "posting_language",
    metadata,
    Column("posting_id", Integer, ForeignKey("posting.id", ondelete="CASCADE"), primary_key=True),
    Column("code", Text, primary_key=True),
    Column("need", Text, nullable=False),  # required, plus
    Column("level", Text),
    **STRICT,
)

posting_skill = Table(
    "posting_skill",
    metadata,
    Column("posting_id", Integer, ForeignKey("posting.id", ondelete="CASCADE"), primary_key=True),
    Column("skill", Text, primary_key=True),
    **STRICT,
)

posting_place = Table(
    "posting_place",
    metadata,
    Column("posting_id", Integer, ForeignKey("posting.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("city", Text),
    Column("district", Text),
    Column("postcode", Text),
    Column("country", Text),
    Column("lat", Real),
    Column("lon", Real),
    Column("in_town", Flag, nullable=False),
    **STRICT,
)

vacancy = Table(
    "vacancy",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("posting_id", Integer, ForeignKey("posting.id"), nullable=False),  # the ad that stands for it
    Column("created_at", Utc, nullable=False),
    **STRICT,
)

vacancy_member = Table(
    "vacancy_member",
    metadata,
    Column("posting_id", Integer, ForeignKey("posting.id", ondelete="CASCADE"), primary_key=True),
    Column("vacancy_id", Integer, ForeignKey("vacancy.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("score", Real, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by_hand", Flag, nullable=False, default=False),
    Column("joined_at", Utc, nullable=False),
    **STRICT,
)

vacancy_edit = Table(
    "vacancy_edit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("first_id", Integer, ForeignKey("posting.id", ondelete="CASCADE"), nullable=False),
    Column("second_id", Integer, ForeignKey("posting.id", ondelete="CASCADE"), nullable=False),
    Column("same", Flag, nullable=False),  # joined or split by hand; later runs keep to it
    Column("made_at", Utc, nullable=False),
    UniqueConstraint("first_id", "second_id"),
    **STRICT,
)

reject = Table(
    "reject",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", Text, ForeignKey("run.id"), nullable=False),
    Column("source", Text, ForeignKey("source.name"), nullable=False),
    Column("source_id", Text),
    Column("url", Text),
    Column("reason", Text, nullable=False),
    Column("excerpt", Text),
    Column("archive_hash", Text),
    Column("rejected_at", Utc, nullable=False),
    Index("ix_reject_source_rejected_at", "source", "rejected_at"),
    **STRICT,
)

benchmark = Table(
    "benchmark",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),  # minimum_wage, tariff, entgeltatlas
    Column("key", Text, nullable=False),  # "TVöD-VKA E5 step 1", "92122"
    Column("region", Text, nullable=False, default="DE"),
    Column("valid_from_on", Day, nullable=False),
    Column("valid_to_on", Day),
    Column("low", Real),  # lower quartile, or the amount
    Column("median", Real),
    Column("high", Real),  # upper quartile
    Column("unit", Text, nullable=False),  # EUR/hour, EUR/month
    Column("persons", Integer),
    Column("origin", Text, nullable=False),
    Column("retrieved_on", Day, nullable=False),
    UniqueConstraint("kind", "key", "region", "valid_from_on"),
    **STRICT,
)

host = Table(
    "host",
    metadata,
    Column("name", Text, primary_key=True),
    Column("not_before_at", Utc),  # Retry-After, kept across restarts
    Column("robots_status", Integer),
    Column("robots_body", LargeBinary),
    Column("robots_fetched_at", Utc),
    Column("tdm_status", Integer),
    Column("tdm_body", LargeBinary),
    Column("tdm_fetched_at", Utc),
    **STRICT,
)

validator = Table(
    "validator",
    metadata,
    Column("url", Text, primary_key=True),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("stored_at", Utc, nullable=False),
    **STRICT,
)

task = Table(
    "task",
    metadata,
    Column("name", Text, primary_key=True),  # "crawl:bundesagentur", "export", "report", "backup", "purge"
    Column("last_done_at", Utc),
    Column("next_due_at", Utc),
    Column("last_state", Text),
    **STRICT,
)

vacancy_key = Table(
    "vacancy_key",
    metadata,
    Column("key", Text, primary_key=True),  # only ads that share one are compared; an ad without keys is still to be grouped
    Column("posted_on", Day, primary_key=True),  # of the ad, else the day it was first seen: only near days are compared
    Column("posting_id", Integer, ForeignKey("posting.id", ondelete="CASCADE"), primary_key=True, index=True),
    sqlite_with_rowid=False,
    **STRICT,
)

notice = Table(
    "notice",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),  # alert, recovery, digest
    Column("key", Text, nullable=False, index=True),  # what it is about: "source:bundesagentur:suspect"
    Column("severity", Text, nullable=False),  # info, warning, critical
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),  # emptied once a digest has reached everybody
    Column("raised_at", Utc, nullable=False),
    Column("cleared_at", Utc),  # the state is over; an event is over at once
    **STRICT,
)

notice_delivery = Table(
    "notice_delivery",
    metadata,
    Column("notice_id", Integer, ForeignKey("notice.id", ondelete="CASCADE"), primary_key=True),
    Column("target", Text, primary_key=True),  # a hash of the address as it is configured, without its secrets
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_try_at", Utc, index=True),  # empty: taken, or given up
    Column("sent_at", Utc),
    Column("error", Text),
    **STRICT,
)

digest = Table(
    "digest",
    metadata,
    Column("name", Text, primary_key=True),  # of a saved search, [[digest]]
    Column("began_at", Utc, nullable=False),  # openings first seen before are no news
    Column("made_at", Utc),
    **STRICT,
)

digest_told = Table(
    "digest_told",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("posting_id", Integer, ForeignKey("posting.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("told_at", Utc, nullable=False),
    **STRICT,
)
