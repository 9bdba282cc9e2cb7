"""What stands around pay: weekly hours, salaries a year, and numbers that are never money (masked before amounts are read)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_N = r"\d{1,3}(?:[.,]\d{1,2})?"
_TO = r"(?:-|bis(?:\szu)?|to|oder|und|/|bzw\.?)"
_HOURS = re.compile(
    rf"(?<![\d.,/€])(?P<first>{_N})(?:\s?(?P<to>{_TO})\s?(?P<second>{_N}))?(?:[\s-]{{0,2}})"
    r"(?P<unit>wochenstunden|wochenstd\.?|std\.?(?![a-zäöü])|stunden(?=woche)|stunden?(?![a-zäöü])|h(?![a-zäöüß])"
    r"|hours?(?![a-z])|hrs?(?![a-z]))"
    r"(?P<after>[\s-]{0,2}(?:/|pro|je|per|a|in\sder|die|jede)?[\s-]?(?:kalender)?(?:woche|wo\b|week|wöchentlich|wöch\b"
    r"|weekly|monat\b|monatlich|month|tag\b|täglich|day\b|daily|schicht\w*|shift\w*))?"
)
_COUNTED = re.compile(
    rf"(?:(?:arbeitsstunden|stunden\s(?:pro|je|in\sder)\swoche|stunden/woche|std\.?/woche|wochenarbeitszeit|wochenstundenzahl|wochenstunden|stundenumfang|stundenzahl|arbeitszeit|stunden(?=:)"
    rf"|weekly\shours|hours\sper\sweek)(?:\s\([^)]{{0,20}}\))?[\s:=|]{{1,3}}(?:von\s|bis\szu\s"
    rf"|ca\.?\s)?(?P<first>{_N})(?:\s?(?P<to>{_TO})\s?(?P<second>{_N}))?(?=\s?(?:pro\swoche|/\s?woche|die\swoche"
    rf"|wöchentlich|per\sweek|[,.;)\n|]|$))(?![.,:]\d))"
)
_INSIDE = frozenset(",.")  #: between two digits: the number goes on
_HOUR_WORDS = ("stund", "std", "hour", "hrs")
_HOUR_SIGN = re.compile(r"[0-9][\s-]{0,2}h(?![a-zäöüß])")
_COUNTS = ("stunde", "std", "arbeitszeit", "hours")  #: one of these stands in every match of `_COUNTED`
_OPEN = re.compile(
    r"(?:\bab|mindestens|mind\.?|min\.|über|at\sleast|from|zwischen\s\d{1,2}(?:[.,]\d)?\sund|flexibel\svon|wahlweise"
    r"|gern\sauch|auch\smit)\s?$"
)
_OPTION = re.compile(
    r"(?:oder|auch|alternativ|wahlweise|option)[^.;\n€]{0,25}teilzeit[^.;\n€]{0,20}$|teilzeit\s(?:ab|möglich|ist"
    r"|gern)[^.;\n€]{0,12}$"
)
_OPTIONAL_AFTER = re.compile(r"[\s)]{0,2}(?:(?:week\s)?or\s(?:less|more)|oder\s(?:weniger|mehr)|möglich|machbar|denkbar|wählbar)")
_WEEKLY_BEFORE = re.compile(
    r"(?:wöchentlich|pro\swoche|wochenarbeitszeit|regelarbeitszeit|arbeitszeit|umfang|weekly|in\sder\swoche|arbeitsumfang"
    r"|stundenumfang|woche)[^\d.;\n€]{0,25}$"
)
_WEEK_AFTER = re.compile(
    r"woche|[\s,(]{1,2}(?:von\s)?(?:montags?|mo\.?|monday)\s?(?:bis|-|to)\s?(?:donnerstags?|freitags?|samstags?|sonntags?|(?:do|fr|sa|so)\b|friday)"
    r"|[\s,(]{1,2}(?:verteilt\sauf|an)\s(?:vier|fünf|sechs|[456])\s(?:tage|werktage)"
)
_LOOSE_BEFORE = re.compile(
    r"(?:arbeitest|arbeiten\s(?:sie|wir)|you\swork|bei|mit|für|vollzeit|teilzeit|umfang|arbeitszeit|auf|basis|insgesamt|maximal|max\.|vzä|full-time|part-time|stunden"
    r"|[:;.(,|]|\n|\t|^|=)\s?(?:einer\s|max\.?\s|maximal\s|ca\.?\s|nur\s|deine[rn]?\s|je\s)?[(\s]{0,2}$"
)
_NOT_WEEK = re.compile(r"monat|month|tag|täglich|day|daily|schicht|shift")
_MASKS = re.compile(
    rf"(?<![\d.,/€]){_N}(?:\s?{_TO}\s?{_N})?[\s-]{{1,2}}(?:(?:arbeits|urlaubs|werk"
    rf"|frei)*tagen?(?![a-zäöü])(?:\s(?:jahres)?urlaub)?(?:\s(?:im|pro)\sjahr)?|monate[n]?(?![a-zäöü])"
    rf"|jahre[n]?(?![a-zäöü])|wochen(?![a-zäöü])|minuten?)"
    r"|(?<!\d)\d{1,2}\.\s?\d{1,2}\.(?:\s?\d{4}|\d{2})?(?!\d)"
    r"|(?<!\d)\d{1,2}\.?\s(?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember)(?:\s\d{4})?"
    r"|(?<!\d)\d{1,2}[:.]\d{2}\s?(?:-|bis)\s?\d{1,2}[:.]\d{2}\s?uhr|(?<!\d)\d{1,2}\s?(?:-|bis|und)\s?\d{1,2}\s?uhr"
    r"|(?<![\d.,])1[234](?:[.,]5)?\s?(?:x|mal|-mal)(?![a-zäöüß])(?:\s(?:jährlich|im\sjahr|pro\sjahr|p\.\s?a\.))?"
    r"|(?<![a-zäöüß\d])[x]\s?1[234](?:[.,]5)?(?![\d.,]\d|\d)"
    r"|(?<![\d.,])1[234](?:[.,]5)?\s(?:volle[n]?\s)?(?:brutto-?)?(?:monats-?)?(?=gehälter|löhne|salaries|entgelte)"
    r"|(?<!\d)1[34]\.\s?(?:und\s14\.\s?)?(?:brutto)?(?:monats)?(?:gehalt|lohn|entgelt)\w*"
    r"|(?<!\d)0\d{2,5}[\s/-]{1,3}\d[\d\s/-]{2,14}\d|\+\d{2}[\s\d/-]{6,18}\d"
)


_RUN = re.compile(r"[0-9]++")
#: "13 Gehälter im Jahr": not what an amount beside it is paid per.
_A_YEAR = re.compile(r"(?:(?<=~gehälter)|(?<=~löhne)|(?<=monatsgehälter)|(?<=monatslöhne))\s(?:im|pro|je)\s(?:kalender)?jahr")


@dataclass(frozen=True, slots=True)
class Stated:
    """One weekly working time: offsets, hours, and whether it is a single figure."""

    start: int
    end: int
    hours: float
    single: bool
    strong: bool  #: said to be weekly


def masked(low: str) -> str:
    """The text with working hours, holidays, dates and counts of salaries made unreadable, offsets kept."""
    pieces: list[str] = []
    done = 0
    for match in _at_numbers(low, _HOURS, _MASKS):
        pieces += (low[done : match.start()], _blank(match))
        done = match.end()
    if not pieces:
        return low
    low = "".join((*pieces, low[done:]))
    return _A_YEAR.sub(_blank, low) if "gehälter" in low or "löhne" in low else low


def _at_numbers(low: str, *patterns: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """The first of the patterns that matches at a number or its sign, or working hours whose name stands before the number."""
    named = any(one in low for one in _COUNTS)
    done = 0
    for run in _RUN.finditer(low):
        at = run.start()
        if at < done or (low[at - 1 : at] in _INSIDE and low[at - 2 : at - 1].isdecimal()):
            continue
        sign = at - 1 if low[at - 1 : at] in {"+", "x"} else at - 2 if low[at - 2 : at] in {"x ", "x\n"} else at
        for pattern in patterns:
            match = (pattern.match(low, sign) if done <= sign < at else None) or pattern.match(low, at)
            if match is None and named and pattern is _HOURS:
                match = _counted(low, done, at)
            if match:
                done = match.end()
                yield match
                break


def _counted(low: str, done: int, at: int) -> re.Match[str] | None:
    """Working hours whose unit stands before the number at `at`: "Wochenstunden: 38,5"."""
    begin = max(done, at - 60)
    before = low[begin:at]
    if not any(one in before for one in _COUNTS):
        return None
    match = _COUNTED.search(low, begin, at + 60)
    return match if match and match.start("first") == at else None


def _blank(match: re.Match[str]) -> str:
    return "~" * (match.end() - match.start())


def weekly_hours(low: str) -> list[Stated]:
    """Every weekly working time of the text, in order; options ("Teilzeit ab 20 Std. möglich") are left out."""
    found: list[Stated] = []
    if not (any(one in low for one in _HOUR_WORDS) or _HOUR_SIGN.search(low)):
        return found
    for match in _at_numbers(low, _HOURS):
        hours = float(match["first"].replace(",", "."))
        if not 3 <= hours <= 60:
            continue
        if match.re is _COUNTED:
            found.append(Stated(match.start(), match.end(), hours, not match["second"], True))
            continue
        before = low[max(0, match.start() - 60) : match.start()]
        after = match["after"] or ""
        if _NOT_WEEK.search(after) or _OPTION.search(before):
            continue
        if _OPTIONAL_AFTER.match(low, match.end()):
            continue
        strong = (
            bool(after)
            or match["unit"].startswith("wochen")
            or bool(_WEEKLY_BEFORE.search(before))
            or bool(_WEEK_AFTER.match(low, match.end()))
        )
        if not strong and (not _LOOSE_BEFORE.search(before) or match["first"] in {"24", "48"}):
            continue
        found.append(Stated(match.start(), match.end(), hours, not (match["second"] or _OPEN.search(before)), strong))
    return found


#: One of these stands in every statement of salaries a year.
_COUNTS_A_YEAR = ("12", "13", "14")
_SALARIES = ("zwölf", "ouml;lf", "zehn", "teenth", "weihnachts", "sonderzahlung", "urlaubsgeld", "christmas", "halbes")
_COUNT = r"(?P<count>1[234](?:[.,]5)?)"
_PAYMENTS = [
    re.compile(rf"(?<![\d.,€]){_COUNT}\s?(?:x|mal|-mal|fach|-fach)(?![a-zäöüß])"),
    re.compile(rf"(?<![a-zäöüß\d])[x*]\s?{_COUNT}(?![\d.,]\d|\d)(?!\s?(?:€|eur|h\b|std))"),
    re.compile(
        rf"(?<![\d.,]){_COUNT}\s(?:volle[n]?\s|feste[n]?\s|garantierte[n]?\s)?(?:brutto-?)?(?:monats-?)?(?:gehälter\w?"
        rf"|löhne\w?|salaries|entgelte\w?|monatsraten|raten|monthly\ssalaries|bezüge|auszahlungen|zahlungen|instal+ments"
        rf"|salary\spayments|payments)"
    ),
    re.compile(
        rf"(?:verteilt\s(?:auf|über)|ausgezahlt\sin|zahlbar\sin|aufgeteilt\s(?:auf|in)|in|über)\s{_COUNT}\s(?:monate"
        rf"|monatsraten|raten|teilen|teilbeträgen|monatsgehältern)"
    ),
    re.compile(r"(?P<words>dreizehn|vierzehn|zwölf)\s(?:volle\s)?(?:monats)?gehälter"),
    re.compile(
        r"(?P<last>13|14)\.\s?(?:brutto)?(?:monats)?(?:gehalt|lohn|gehalts|entgelt)|(?P<nth>dreizehntes|vierzehntes|13th"
        r"|14th|thirteenth)\s(?:monats)?(?:gehalt|salary|month)"
    ),
]
_ONE_MONTH = re.compile(
    r"(?:weihnachtsgeld|jahressonderzahlung|sonderzahlung|urlaubsgeld|weihnachtsgratifikation"
    r"|christmas\sbonus)[^.;\n]{0,30}(?:in\shöhe\s)?(?:von\s)?(?P<half>eines\shalben|einem\shalben|halbe[ns]?"
    r"|50\s?%\seines)?\s?(?:eine[ms]|1)?\s?(?:vollen\s|ganzen\s|weiteren\s|kompletten\s)?(?:brutto)?monats(?:gehalt|lohn"
    r"|brutto|entgelt)|(?P<halved>halbes)\s13\."
)
_PARTLY = re.compile(r"\d\s?%\s(?:eine[sr]|des)|anteil|teil\seines")
_CONDITION = re.compile(
    r"bei\s(?:ziel|erfolg|errei|gut)|zielerreichung|möglich|abhängig|je\snach|optional|freiwillig|erfolgsabhängig"
    r"|\bnach\s(?:\w+\s)?(?:\w+\s)?(?:jahr|monat|probezeit)|\bab\s(?:dem\s)?\w+\.?\s(?:jahr|monat)|variabel|bis\szu|if\s"
    r"|subject\sto|kann|können|depending|performance"
)
_BOTH = re.compile(r"13\.\s?(?:und|sowie|\+|&|and)\s(?:ein\s)?14\.")


def may_count_salaries(plain: str, numbered: str) -> bool:
    """Whether `payments` may find something: `plain` is the text in lower case, `numbered` its lines with digits, folded."""
    return "\xad" in plain or any(one in numbered for one in _COUNTS_A_YEAR) or any(one in plain for one in _SALARIES)


def payments(low: str) -> float | None:
    """Salaries a year where the text states them without a condition; None otherwise."""
    for pattern in _PAYMENTS:
        for match in pattern.finditer(low):
            begin = max(low.rfind(mark, max(0, match.start() - 80), match.start()) for mark in (".\x20", "\n", ";", ",")) + 1
            stop = min(
                (at for mark in (". ", "\n", ";", ",") if (at := low.find(mark, match.end(), match.end() + 80)) >= 0),
                default=len(low),
            )
            clause = low[max(begin, match.start() - 80) : min(stop, match.end() + 80)]
            if not _CONDITION.search(clause):
                return _count(match, clause)
    found = [match for match in _ONE_MONTH.finditer(low) if not _PARTLY.search(match[0].replace("50 % eines", ""))]
    if not found:
        return None
    return 12 + sum(0.5 if match["half"] or match["halved"] else 1.0 for match in found[:2])


def _count(match: re.Match[str], clause: str) -> float:
    groups = match.groupdict()
    if _BOTH.search(clause):
        return 14
    if count := groups.get("count"):
        return float(count.replace(",", "."))
    if words := groups.get("words"):
        return {"dreizehn": 13, "vierzehn": 14, "zwölf": 12}[words]
    if re.search(r"halbes\s13\.", clause):
        return 12.5
    return float(groups.get("last") or (14 if "14" in match[0] or "vier" in match[0] else 13))
