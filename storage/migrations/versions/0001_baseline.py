"""The first schema: tables, indexes, full text.

Written out and never edited: a database in the field stands on exactly this. Views are not part of a revision; `storage.views`
makes them anew after every upgrade.
"""

# ruff: noqa: S608, E501 - every name in these statements stands in this file; a table is read as a list, a line for each column
# fmt: off
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.types import Day, Flag, Real, Utc

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None
TEXT = (
    "CREATE VIRTUAL TABLE posting_text USING fts5(title, employer, description, content='posting_folded', "
    "content_rowid='id', tokenize='unicode61 remove_diacritics 2')"
)


def upgrade() -> None:
    _catalogue()
    _runs()
    _postings()
    _children()
    _vacancies()
    if op.get_bind().dialect.name == "sqlite":
        fields = ", ".join(f"{_folded(name)} AS {name}" for name in ("title", "employer", "description"))
        op.execute(f"CREATE VIEW posting_folded AS SELECT id, {fields} FROM posting")
        op.execute(TEXT)


def _folded(column: str) -> str:
    for letter, fold in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ä", "ae"), ("Ö", "oe"), ("Ü", "ue"), ("ß", "ss")):
        column = f"replace({column}, '{letter}', '{fold}')"
    return f"coalesce({column}, '')"


def _same(names: str, kind: Any, *, nullable: bool = True) -> Iterator[sa.Column[Any]]:
    return (sa.Column(name, kind, nullable=nullable) for name in names.split())


def _catalogue() -> None:
    op.create_table("benchmark",
        sa.Column("id", sa.Integer, primary_key=True),
        *_same("kind key region", sa.Text, nullable=False),
        sa.Column("valid_from_on", Day, nullable=False),
        sa.Column("valid_to_on", Day),
        *_same("low median high", Real),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("persons", sa.Integer),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("retrieved_on", Day, nullable=False),
        sa.UniqueConstraint("kind", "key", "region", "valid_from_on", name="uq_benchmark_kind_key_region_valid_from_on"),
        sqlite_strict=True,
    )
    op.create_table("host",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("not_before_at", Utc),
        sa.Column("robots_status", sa.Integer),
        sa.Column("robots_body", sa.LargeBinary),
        sa.Column("robots_fetched_at", Utc),
        sa.Column("tdm_status", sa.Integer),
        sa.Column("tdm_body", sa.LargeBinary),
        sa.Column("tdm_fetched_at", Utc),
        sqlite_strict=True,
    )
    op.create_table("task",
        sa.Column("name", sa.Text, primary_key=True),
        *_same("last_done_at next_due_at", Utc),
        sa.Column("last_state", sa.Text),
        sqlite_strict=True,
    )
    op.create_table("validator",
        sa.Column("url", sa.Text, primary_key=True),
        *_same("etag last_modified", sa.Text),
        sa.Column("stored_at", Utc, nullable=False),
        sqlite_strict=True,
    )


def _runs() -> None:
    op.create_table("run",
        sa.Column("id", sa.Text, primary_key=True),
        *_same("command state", sa.Text, nullable=False),
        sa.Column("started_at", Utc, nullable=False),
        sa.Column("ended_at", Utc),
        *_same("version config_hash", sa.Text, nullable=False),
        sa.Column("pid", sa.Integer),
        sa.Column("error", sa.Text),
        sqlite_strict=True,
    )
    op.create_table("source",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        *_same("first_run_at last_ok_at last_full_at next_due_at accepted_at", Utc),
        sqlite_strict=True,
    )
    op.create_table("reject",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("run_id", sa.Text, sa.ForeignKey("run.id", name="fk_reject_run_id"), nullable=False),
        sa.Column("source", sa.Text, sa.ForeignKey("source.name", name="fk_reject_source"), nullable=False),
        *_same("source_id url", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        *_same("excerpt archive_hash", sa.Text),
        sa.Column("rejected_at", Utc, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_reject_source_rejected_at", "reject", ["source", "rejected_at"])
    op.create_table("source_run",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("run_id", sa.Text, sa.ForeignKey("run.id", name="fk_source_run_run_id"), nullable=False),
        sa.Column("source", sa.Text, sa.ForeignKey("source.name", name="fk_source_run_source"), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("complete", Flag, nullable=False),
        sa.Column("started_at", Utc, nullable=False),
        sa.Column("ended_at", Utc),
        *_same("requests bytes pages claimed seen new changed unchanged closed reopened rejects details_fetched details_skipped with_pay with_place with_description", sa.Integer, nullable=False),
        *_same("error notes", sa.Text),
        sa.UniqueConstraint("run_id", "source", name="uq_source_run_run_id_source"),
        sqlite_strict=True,
    )
    op.create_index("ix_source_run_source_started_at", "source_run", ["source", "started_at"])


def _postings() -> None:
    op.create_table("posting",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source", sa.Text, sa.ForeignKey("source.name", name="fk_posting_source"), nullable=False),
        *_same("source_id url title", sa.Text, nullable=False),
        *_same("employer employer_folded", sa.Text),
        sa.Column("description", sa.Text, nullable=False),
        *_same("language reference occupation partner apply_url", sa.Text),
        sa.Column("posted_on", Day),
        sa.Column("changed_at", Utc),
        *_same("expires_on starts_on", Day),
        *_same("first_seen_at last_seen_at updated_at", Utc, nullable=False),
        sa.Column("closed_at", Utc),
        sa.Column("closed_reason", sa.Text),
        sa.Column("reopened_at", Utc),
        sa.Column("misses", sa.Integer, nullable=False),
        sa.Column("missed_at", Utc),
        *_same("last_run_id revision", sa.Text),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("archive_hash", sa.Text),
        sa.Column("parser_version", sa.Text, nullable=False),
        *_same("place_text city district postcode country", sa.Text),
        *_same("lat lon", Real),
        *_same("in_town in_scope", Flag, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("experience_years", Real),
        sa.Column("career_changers", Flag, nullable=False),
        sa.Column("work_time", sa.Text, nullable=False),
        *_same("hours_low hours_high", Real),
        *_same("contract agency remote", sa.Text),
        sa.Column("shift", Flag, nullable=False),
        sa.Column("sector", sa.Text),
        sa.Column("training", sa.Text, nullable=False),
        *_same("pay_low pay_high", Real),
        *_same("pay_unit pay_currency pay_bound", sa.Text),
        sa.Column("pay_gross", Flag),
        *_same("pay_hours pay_payments", Real),
        *_same("pay_tariff pay_origin pay_quote", sa.Text),
        *_same("pay_tags pay_warnings", sa.Text, nullable=False),
        *_same("low_eur_month low_eur_month_max high_eur_month high_eur_month_max low_eur_hour low_eur_hour_max basis_hours_low basis_hours_high weeks_per_month", Real),
        *_same("pay_assumptions raw evidence notes", sa.Text, nullable=False),
        sa.UniqueConstraint("source", "source_id", name="uq_posting_source_source_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_posting_closed_at", "posting", ["closed_at"])
    op.create_index("ix_posting_employer_folded", "posting", ["employer_folded"])


def _children() -> None:
    op.create_table("pay",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("posting_id", sa.Integer, sa.ForeignKey("posting.id", name="fk_pay_posting_id", ondelete="CASCADE"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("chosen", Flag, nullable=False),
        *_same("low high", Real),
        sa.Column("unit", sa.Text),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("bound", sa.Text),
        sa.Column("gross", Flag),
        *_same("hours payments", Real),
        sa.Column("tariff", sa.Text),
        sa.Column("origin", sa.Text, nullable=False),
        *_same("span_start span_end", sa.Integer),
        sa.Column("quote", sa.Text),
        *_same("tags warnings", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_pay_posting_id", "pay", ["posting_id"])
    op.create_table("posting_change",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("posting_id", sa.Integer, sa.ForeignKey("posting.id", name="fk_posting_change_posting_id", ondelete="CASCADE"), nullable=False),
        sa.Column("run_id", sa.Text, sa.ForeignKey("run.id", name="fk_posting_change_run_id"), nullable=False),
        sa.Column("changed_at", Utc, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        *_same("old new reason", sa.Text),
        sqlite_strict=True,
    )
    op.create_index("ix_posting_change_changed_at", "posting_change", ["changed_at"])
    op.create_index("ix_posting_change_posting_id", "posting_change", ["posting_id"])
    op.create_table("posting_language",
        sa.Column("posting_id", sa.Integer, sa.ForeignKey("posting.id", name="fk_posting_language_posting_id", ondelete="CASCADE"), primary_key=True),
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("need", sa.Text, nullable=False),
        sa.Column("level", sa.Text),
        sqlite_strict=True,
    )
    op.create_table("posting_place",
        sa.Column("posting_id", sa.Integer, sa.ForeignKey("posting.id", name="fk_posting_place_posting_id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        *_same("city district postcode country", sa.Text),
        *_same("lat lon", Real),
        sa.Column("in_town", Flag, nullable=False),
        sqlite_strict=True,
    )
    op.create_table("posting_skill",
        sa.Column("posting_id", sa.Integer, sa.ForeignKey("posting.id", name="fk_posting_skill_posting_id", ondelete="CASCADE"), primary_key=True),
        sa.Column("skill", sa.Text, primary_key=True),
        sqlite_strict=True,
    )


def _vacancies() -> None:
    op.create_table("vacancy",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("posting_id", sa.Integer, sa.ForeignKey("posting.id", name="fk_vacancy_posting_id"), nullable=False),
        sa.Column("created_at", Utc, nullable=False),
        sqlite_strict=True,
    )
    op.create_table("vacancy_edit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("first_id", sa.Integer, sa.ForeignKey("posting.id", name="fk_vacancy_edit_first_id", ondelete="CASCADE"), nullable=False),
        sa.Column("second_id", sa.Integer, sa.ForeignKey("posting.id", name="fk_vacancy_edit_second_id", ondelete="CASCADE"), nullable=False),
        sa.Column("same", Flag, nullable=False),
        sa.Column("made_at", Utc, nullable=False),
        sa.UniqueConstraint("first_id", "second_id", name="uq_vacancy_edit_first_id_second_id"),
        sqlite_strict=True,
    )
    op.create_table("vacancy_member",
        sa.Column("posting_id", sa.Integer, sa.ForeignKey("posting.id", name="fk_vacancy_member_posting_id", ondelete="CASCADE"), primary_key=True),
        sa.Column("vacancy_id", sa.Integer, sa.ForeignKey("vacancy.id", name="fk_vacancy_member_vacancy_id", ondelete="CASCADE"), nullable=False),
        sa.Column("score", Real, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by_hand", Flag, nullable=False),
        sa.Column("joined_at", Utc, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_vacancy_member_vacancy_id", "vacancy_member", ["vacancy_id"])
    op.create_table("vacancy_key",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("posted_on", Day, primary_key=True),
        sa.Column("posting_id", sa.Integer, sa.ForeignKey("posting.id", name="fk_vacancy_key_posting_id", ondelete="CASCADE"), primary_key=True),
        sqlite_with_rowid=False, sqlite_strict=True,
    )
    op.create_index("ix_vacancy_key_posting_id", "vacancy_key", ["posting_id"])
