"""Two indexes that hold all that the report reads of ads in scope and in town, in SQLite: their long texts are passed over.

Written out and never edited: a database in the field stands on exactly this.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_OURS = "in_scope IS 1 AND in_town IS 1"


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute(f"""CREATE INDEX ix_posting_report ON posting (first_seen_at, closed_at, posted_on, employer_folded, content_hash,
        source, level, agency, sector, district, work_time, training, career_changers, parser_version, hours_low, hours_high,
        in_scope, in_town) WHERE {_OURS}""")
    op.execute(f"""CREATE INDEX ix_posting_report_pay ON posting (low_eur_month, low_eur_month_max, high_eur_month,
        high_eur_month_max, low_eur_hour, low_eur_hour_max, pay_origin, pay_currency, pay_bound, pay_gross, pay_tags,
        pay_warnings, pay_hours, weeks_per_month, basis_hours_low, basis_hours_high, in_scope, in_town)
        WHERE {_OURS} AND pay_origin IS NOT NULL""")
