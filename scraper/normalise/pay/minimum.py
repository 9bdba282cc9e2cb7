"""Legal floors and limits beside an amount: paid by this employer, or only cited. Rule 3 of the labels."""

import re
from typing import Literal

from scraper.normalise.pay.clauses import Part
from scraper.normalise.pay.tables import known_minimum

_MINIMUM = re.compile(
    r"mindestlo[eh]n|mindestentgelt|(?:legal|statutory)\sminimum|minimum\swage"
    r"|gesetzliche[nrsm]?\s(?:stundensatz|stundenlohn|lohn|minimum|untergrenze)"
)
_NAMED = ("mindest", "minimum", "gesetzlich")  #: one of these stands in every match
_CITED = re.compile(
    r"(?:über|oberhalb|überm|mehr\sals|above|higher|statt|kein(?:en)?|unter)\s(?:\w+\s){0,3}(?:mindestlohn|minimum\swage)"
    r"|mindest(?:lohn|entgelt)\s(?:gilt|beträgt|liegt|steigt|von\s\d)|gilt|steigt\b|deutschland|künftig|gesetzgeber|seit\s(?:20|dem|1\."
    r"|januar)"
    r"|ab\s(?:1\.|dem|januar)|informier|erhöhung|currently\sis|halten|einhalt|schreiten|in\sgermany"
)
_RATHER = re.compile(
    r"(?:über|oberhalb|überm|mehr\sals|statt|anstelle|kein(?:en)?|above|instead\sof|not)\s(?:\w+\s){0,3}(?:mindestlohn|minimum\swage)"
)
_GENERAL = re.compile(r"\bgilt\b|deutschland|gesetzgeber|branche")
_EMPLOYER = re.compile(
    r"vergüt|gezahlt|\bzahl(?:en|t|e|ung)\b|bezahl|entlohn|verdien|erh[aä]lt|bekomm|bieten|gehalt|stundenlohn|\blohn\b|salary|\bpay"
    r"|offer|we\s|wir\s|dein|dich|dir\b|sie\s|uns\b"
)
_PAID_BY = re.compile(r"(?:(?:be|ge)?zahl(?:en|t)|vergüte[nt]|lohn\snach|vergütung\snach|zum|entspricht)\b")
_LIMITS = {165, 325, 400, 450, 520, 538, 556, 603, 633}  # Minijob limits since 1999 and the trainees' low-wage limit; § 8 SGB IV
_MONTHLY_LIMITS = {520, 538, 556, 603, 633}  # nobody's wage but by that law
_DUE = re.compile(r"\bsteh(?:t|en)\s[^.!?\n]{0,60}\bzu\b|\banspruch\sauf\b|\bgesetz(?:es)?\b")
_MINIJOB = re.compile(
    r"mini-?job|geringfügig|aushilfe|-euro-(?:basis|job)|€-(?:basis|job)|[-\s]basis\b|538er|sozialversicherungspflicht|steuerfrei|abgabenfrei|verdienstgrenze"
)


def is_limit(low: str, part: Part) -> bool:
    """Whether the amount only says that the job is a Minijob, is that limit itself, or the minimum that is everybody's due."""
    if known_minimum(part.amount.low) and part.amount.high <= 60 and _DUE.search(low, *part.sentence):
        return True  # "Praktikanten stehen 13,90 € pro Stunde zu"
    return part.amount.high in _MONTHLY_LIMITS or (
        part.amount.high in _LIMITS and bool(_MINIJOB.search(low, part.sentence[0], min(part.sentence[1], part.amount.end + 120)))
    )


def minimum_wage(low: str, part: Part) -> Literal["pay", "veto"] | None:
    """The minimum wage named at the amount: pay where this employer pays it, a veto where it is only cited."""
    if part.amount.high > 60 or not any(one in low for one in _NAMED) or not _named(low, part):
        return None  # above 60 it is no hourly floor: an Austrian agreement's minimum
    sentence = low[part.sentence[0] : part.sentence[1]]
    if _RATHER.search(sentence):  # more than the minimum: pay, where so much is said
        return "veto" if known_minimum(part.amount.low) or _GENERAL.search(sentence) else "pay"
    if _CITED.search(sentence) and not _PAID_BY.search(sentence[: sentence.find("mindestlohn") + 1]):
        return "veto"
    return "pay" if _EMPLOYER.search(sentence) else "veto"


def _named(low: str, part: Part) -> bool:
    """Whether a minimum wage is named at the amount, or near one that is a known minimum."""
    if _MINIMUM.search(low, part.left[0], part.right[1]):
        return True
    return known_minimum(part.amount.low) and bool(_MINIMUM.search(low, part.before[0], part.right[1]))
