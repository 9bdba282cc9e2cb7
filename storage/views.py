"""Views for people who query: plain column names, units in the names or beside the figures. An interface; tests hold its columns.

They are made anew after every upgrade, so a view may change without a revision of the tables. What the two databases say
differently stands in `_SQLITE` and `_POSTGRES`; the rest is one text.
"""

# ruff: noqa: S608 - every piece of these statements stands in this file; nothing comes from outside
from dataclasses import dataclass

from sqlalchemy import Connection, text

NAMES = ("ads", "open_ads", "pay_monthly", "vacancies", "weekly")


@dataclass(frozen=True, slots=True)
class _Words:
    """What a database calls things; `{0}` is an expression."""

    euros: str  #: 2400 → "2.400"
    cents: str  #: 14.5 → "14,50"
    day: str  #: a time as a date
    week: str  #: a date or time as "2026-W47"
    true: str


_SQLITE = _Words(
    euros="replace(printf('%,d', cast(round({0}) AS integer)), ',', '.')",
    cents="replace(printf('%.2f', {0}), '.', ',')",
    day="substr({0}, 1, 10)",
    # the Thursday of a week names its year
    week="strftime('%Y-W', {0}, '-3 days', 'weekday 4')"
    " || printf('%02d', (strftime('%j', {0}, '-3 days', 'weekday 4') - 1) / 7 + 1)",
    true="1",
)
_POSTGRES = _Words(
    euros="replace(to_char(round(({0})::numeric), 'FM999,999,990'), ',', '.')",
    cents="replace(to_char(({0})::numeric, 'FM999990.00'), '.', ',')",
    day="to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
    week="to_char({0} AT TIME ZONE 'UTC', 'IYYY-\"W\"IW')",
    true="true",
)


def create_views(connection: Connection) -> None:
    """Drop the views that are there and make today's."""
    words = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRES
    drop_views(connection)
    for name, body in _bodies(words).items():
        connection.execute(text(f"CREATE VIEW {name} AS {body}".replace(":", r"\:")))


def drop_views(connection: Connection) -> None:
    """Tables cannot be altered under a view."""
    for name in reversed(NAMES):
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")


def _bodies(words: _Words) -> dict[str, str]:
    open_ones = f"in_scope = {words.true} AND in_town = {words.true} AND closed_at IS NULL"
    return {
        "ads": _ads(words),
        "open_ads": f"""SELECT id, title, employer, {_place()} AS place, {_pay(words)} AS pay,
            low_eur_month, high_eur_month, low_eur_hour, {_hours()} AS hours, level, contract, posted_on,
            {words.day.format("first_seen_at")} AS first_seen, source, url
            FROM posting WHERE {open_ones}""",
        "pay_monthly": f"""SELECT id, source, title, employer, level, agency,
            low_eur_month, low_eur_month_max, high_eur_month, high_eur_month_max, low_eur_hour, low_eur_hour_max,
            basis_hours_low, basis_hours_high, weeks_per_month, pay_origin AS origin, pay_tariff AS tariff,
            pay_quote AS quote, pay_assumptions AS assumptions, pay_warnings AS warnings, in_town, in_scope, posted_on,
            {words.day.format("first_seen_at")} AS first_seen, {words.day.format("closed_at")} AS closed, url
            FROM posting WHERE low_eur_month IS NOT NULL OR high_eur_month IS NOT NULL""",
        "vacancies": f"""SELECT coalesce(m.vacancy_id, -p.id) AS vacancy, max(p.title) AS title, max(p.employer) AS employer,
            count(*) AS ads, sum(CASE WHEN p.closed_at IS NULL THEN 1 ELSE 0 END) AS open_ads,
            count(DISTINCT p.source) AS sources,
            min(p.low_eur_month) AS low_eur_month, max(p.high_eur_month) AS high_eur_month,
            {words.day.format("min(p.first_seen_at)")} AS first_seen, {words.day.format("max(p.last_seen_at)")} AS last_seen,
            min(p.url) AS url
            FROM posting p LEFT JOIN vacancy_member m ON m.posting_id = p.id
            WHERE p.in_scope = {words.true} AND p.in_town = {words.true} GROUP BY coalesce(m.vacancy_id, -p.id)""",
        "weekly": _weekly(words),
    }


def _ads(words: _Words) -> str:
    return f"""SELECT id, source, source_id, title, employer, {_place()} AS place, {_pay(words)} AS pay,
        low_eur_month, high_eur_month, low_eur_hour, {_hours()} AS hours, level, work_time, contract, agency, remote, sector,
        language, career_changers, in_scope, in_town, posted_on, {words.day.format("first_seen_at")} AS first_seen,
        {words.day.format("last_seen_at")} AS last_seen, {words.day.format("closed_at")} AS closed, closed_reason,
        url, description FROM posting"""


def _place() -> str:
    town = "coalesce(city, place_text, '')"
    named = f"CASE WHEN district IS NOT NULL AND city IS NOT NULL THEN city || '-' || district ELSE {town} END"
    return f"nullif(trim(coalesce(postcode || ' ', '') || {named}), '')"


def _hours() -> str:
    """38.5, or 20–30."""
    return (
        "CASE WHEN hours_low IS NULL OR hours_high IS NULL OR hours_low = hours_high"
        " THEN cast(coalesce(hours_low, hours_high) AS text)"
        " ELSE cast(hours_low AS text) || '–' || cast(hours_high AS text) END"
    )


def _pay(words: _Words) -> str:
    """2.400–2.800 €/Monat brutto (Text)."""
    unit = "CASE pay_unit WHEN 'hour' THEN 'Stunde' WHEN 'day' THEN 'Tag' WHEN 'week' THEN 'Woche' WHEN 'month' THEN 'Monat'"
    amount = f"CASE WHEN pay_unit = 'hour' THEN {words.cents} ELSE {words.euros} END"
    low, high = amount.format("pay_low"), amount.format("pay_high")
    return f"""CASE WHEN pay_low IS NULL AND pay_high IS NULL THEN pay_tariff ELSE
        CASE WHEN pay_high IS NULL AND pay_bound = 'from' THEN 'ab ' || {low} WHEN pay_high IS NULL THEN {low}
             WHEN pay_low IS NULL THEN 'bis ' || {high} WHEN pay_low = pay_high THEN {low}
             ELSE {low} || '–' || {high} END
        || ' ' || CASE coalesce(pay_currency, 'EUR') WHEN 'EUR' THEN '€' ELSE pay_currency END
        || coalesce('/' || {unit} WHEN 'year' THEN 'Jahr' END, '')
        || CASE WHEN pay_gross = {words.true} THEN ' brutto' WHEN pay_gross IS NULL THEN '' ELSE ' netto' END
        || coalesce(' (' || CASE pay_origin WHEN 'field' THEN 'Feld' WHEN 'text' THEN 'Text' WHEN 'tariff' THEN 'Tarif'
             WHEN 'portal_estimate' THEN 'Schätzung des Portals' END || ')', '') END"""


def _weekly(words: _Words) -> str:
    """Ads that were open at the end of each week, that came in it and that went in it; a week without any event has no row."""
    priced = "CASE WHEN low_eur_month IS NULL AND high_eur_month IS NULL THEN 0 ELSE 1 END"
    ours = f"in_scope = {words.true} AND in_town = {words.true}"
    return f"""SELECT week, sum(came - went) OVER past AS stock, came AS new, went AS closed,
        sum(came_priced - went_priced) OVER past AS stock_with_pay, came_priced AS new_with_pay
        FROM (SELECT week, sum(came) AS came, sum(went) AS went, sum(came * priced) AS came_priced,
              sum(went * priced) AS went_priced
              FROM (SELECT {words.week.format("first_seen_at")} AS week, 1 AS came, 0 AS went, {priced} AS priced
                    FROM posting WHERE {ours}
                    UNION ALL
                    SELECT {words.week.format("closed_at")} AS week, 0 AS came, 1 AS went, {priced} AS priced
                    FROM posting WHERE {ours} AND closed_at IS NOT NULL) AS events GROUP BY week) AS weeks
        WINDOW past AS (ORDER BY week)"""
