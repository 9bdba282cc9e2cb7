"""A database of so many made-up ads of one town, of the size that real ones have; filled without the program, so quickly."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from storage import migrate
from storage.engine import open_engine

ON = date(2026, 11, 22)
SKILLS = ("sap", "crm", "ticketing", "ms_office", "chat", "complaints", "b2b", "ai", "email", "telephony")
SECTORS = ("industry", "insurance", "retail", "energy", "logistics", "contact_center", None)
DISTRICTS = ("Altstadt", "Beeck", "Duissern", "Hochfeld", "Homberg", "Marxloh", "Neudorf", "Ruhrort", "Walsum", None, None, None)
RUNS = tuple(datetime(2026, 9, 1, 5, 10, tzinfo=UTC) + timedelta(days=day, seconds=7 * day) for day in range(80))

NAMES = (
    "id", "source", "source_id", "url", "title", "employer", "employer_folded", "description", "first_seen_at", "last_seen_at",
    "updated_at", "closed_at", "closed_reason", "posted_on", "content_hash", "parser_version", "in_town", "in_scope", "level",
    "career_changers", "shift", "sector", "district", "raw", "hours_low", "hours_high", "misses", "evidence", "notes",
    "work_time", "training", "pay_tags", "pay_warnings", "pay_assumptions",
    "pay_low", "pay_high", "pay_unit", "pay_currency", "pay_bound", "pay_origin", "pay_quote", "low_eur_month",
    "low_eur_month_max", "high_eur_month", "high_eur_month_max", "low_eur_hour", "low_eur_hour_max", "basis_hours_low",
    "basis_hours_high", "weeks_per_month",
)  # fmt: skip


def fill(path: Path, rows: int) -> None:
    """One ad in four closed, two in five with pay, 50 to an employer, one in five a copy of the one before; 5 KB each."""
    engine = open_engine(f"sqlite:///{path}")
    migrate.upgrade(engine)
    engine.dispose()
    rng = random.Random(1)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("PRAGMA synchronous = OFF")
        db.execute("INSERT INTO source (name, kind) VALUES ('bench', 'bench')")
        marks = ", ".join("?" * len(NAMES))
        db.executemany(f"INSERT INTO posting ({', '.join(NAMES)}) VALUES ({marks})", _ads(rows, rng))
        homes = [number - (number % 5 == 0) for number in range(1, rows + 1)]
        db.executemany("INSERT INTO vacancy VALUES (?, ?, ?)", ((n, n, _at(RUNS[0])) for n in sorted(set(homes))))
        member = "INSERT INTO vacancy_member VALUES (?, ?, 1.0, '', 0, ?)"
        db.executemany(member, ((n, home, _at(RUNS[0])) for n, home in enumerate(homes, 1)))
        skills = ((n, skill) for n in range(1, rows + 1) for skill in rng.sample(SKILLS, 3))
        db.executemany("INSERT INTO posting_skill VALUES (?, ?)", skills)
        spoken = ((n, code) for n in range(1, rows + 1) for code in (("de", "en") if n % 3 == 0 else ("de",)))
        db.executemany("INSERT INTO posting_language VALUES (?, ?, 'required', NULL)", spoken)


def _ads(rows: int, rng: random.Random) -> Iterator[tuple[object, ...]]:
    text = "Sie beraten unsere Kundinnen und Kunden am Telefon, per E-Mail und im Chat. " * 45
    raw = '{"beschreibung": "' + "Ihre Aufgaben, Ihr Profil, unser Angebot. " * 30 + '"}'
    for number in range(1, rows + 1):
        employer = f"Firma {rng.randrange(max(12, rows // 50))} GmbH"
        seen = rng.randrange(len(RUNS))
        closed = RUNS[min(seen + rng.randrange(1, 40), 79)] if rng.random() < 0.25 else None
        hours = rng.choice((38.5, 40.0, None))
        yield (
            number, "bench", f"{number:09d}", f"https://bench.example/{number}", f"Kundenberater (m/w/d) {number}", employer,
            employer.lower(), f"{number} {text}", _at(RUNS[seen]), _at(RUNS[-1]), _at(RUNS[seen]),
            _at(closed) if closed else None, "absent" if closed else None, RUNS[seen].date().isoformat(),
            f"{rng.getrandbits(128):032x}", "1", 1, 1, rng.choice(("entry", "unknown", "experienced")), int(number % 7 == 0), 0,
            rng.choice(SECTORS), rng.choice(DISTRICTS), raw, hours, hours, 0, "[]", "[]", "full_time",
            rng.choice(("", "", "general", "it")), "", "", "", *(_pay(rng, hours) if rng.random() < 0.4 else (None,) * 16),
        )  # fmt: skip


def _pay(rng: random.Random, hours: float | None) -> tuple[object, ...]:
    """By the month, or by the hour, which without hours is a band."""
    if rng.random() < 0.7:
        low = round(rng.gauss(2600, 250), -1)
        told = (low, low + 300, "month", "EUR", "range", "text", f"{low:.0f} bis {low + 300:.0f} € im Monat")
        return *told, low, low, low + 300, low + 300, low / 173.33, low / 173.33, hours, hours, 52 / 12
    wage = round(rng.gauss(15.5, 1.2), 2)
    ends = [wage * week * 52 / 12 for week in ((hours, hours) if hours else (35.0, 40.0))]
    told = (wage, wage, "hour", "EUR", "exact", "text", f"{wage:.2f} € je Stunde")
    return *told, *ends, *ends, wage, wage, hours or 35.0, hours or 40.0, 52 / 12


def _at(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
