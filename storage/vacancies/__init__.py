"""Which ads are one opening: `rule` decides (pure), `store` keeps it in the database."""

from storage.vacancies.store import Counts, Explained, UnknownVacancy, explain, join, split, update

__all__ = ["Counts", "Explained", "UnknownVacancy", "explain", "join", "split", "update"]
