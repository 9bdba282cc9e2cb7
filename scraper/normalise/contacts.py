"""Contact data out of an ad's text: e-mail addresses, telephone numbers, profile links, and names of contact persons.

Amounts of pay, dates, postcodes, reference numbers, hours and paragraphs stay as they are: a telephone number is only what
begins like one, or stands behind a word for one. A name goes only with its label ("Ansprechpartner: …", "Frau …",
"… aus der Personalabteilung", a signature): company names and job titles are no contacts.
"""

import re
from collections.abc import Iterator

from scraper.normalise import names
from scraper.normalise.names import MARK, near, places

__all__ = ["LABEL", "MARK", "remove", "short", "spans"]

_MAIL = re.compile(
    r"(?:mailto:\s?)?(?<![\w.+-])[\w][\w.+-]{0,63}\s?"
    r"(?:[@＠]|-at-(?=[\w-]{2,60}\.[a-z]{2})|<\s?at\s?>|\[\s?(?:at|ät|a|@)\s?\]|\(\s?(?:at|ät|a|@)\s?\)|\{\s?(?:at|ät)\s?\}|\s(?:AT|at)\s(?=[\w-]{1,60}\s?(?:\["
    r"|\(|\{|\s(?:DOT|dot|punkt)\s))|&#0?64;|%40|_at_)"
    r"\s?[\w-]{1,60}(?:\s?(?:\.|\[\s?(?:dot|punkt|\.)\s?\]|\(\s?(?:dot|punkt|\.)\s?\)|\{\s?(?:dot|"
    r"punkt)\s?\}|\s(?:DOT|dot|punkt)\s)\s?[\w-]{1,60}){0,3}"
    r"(?:\s?(?:\.|\[\s?(?:dot|punkt|\.)\s?\]|\(\s?(?:dot|punkt|\.)\s?\)|\{\s?(?:dot|punkt)\s?\}|"
    r"\s(?:DOT|dot|punkt)\s)\s?[a-zA-Z]{2,12})(?![\w@])(?:\?[\w=&%.+-]{1,200})?",
)
_TEL_LINK = re.compile(r"(?:tel|callto|sms|fax):\+?[\d\s()./-]{5,25}\d", re.IGNORECASE)
_LINK = re.compile(
    r"(?:https?://)?(?:[\w-]{1,20}\.)?(?:xing\.com/(?:profile|profiles)|linkedin\.com/(?:in|"
    r"pub)|wa\.me|api\.whatsapp\.com/send|t\.me|calendly\.com|signal\.me|instagram\.com"
    r"|facebook\.com|m\.me)/[^\s)\]>\"'<]{1,200}",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?i:skype|threema(?:-id)?|telegram|instagram|insta)\s?:\s?@?[\w.-]{3,40}")
#: patterns with the pieces of which one stands in all they match
_PIECES = ((_TEL_LINK, ("tel:", "callto:", "sms:", "fax:")), (_HANDLE, ("skype", "threema", "telegram", "insta")))
_SEP = r"[\s\u00a0./()–‐-]{0,3}"
_DIGITS = rf"(?:\d{_SEP}){{5,14}}\d"
#: +49, 0049 or a leading 0: what follows must look like groups of a number, not like an amount, date or time
_BARE = re.compile(
    rf"(?<![\w.,€/:-])(?<!§ )(?:(?:\+|00)(?:49|43|41|31|32|352|33|48|90){_SEP}(?:\(0\){_SEP})?(?:\d{_SEP}){{5,13}}\d"
    r"|\(?0[1-9]\d{1,4}\)?[\s\u00a0]?(?:[/–‐-]|\s)[\s\u00a0]?\d(?:[\s\u00a0/-]{0,2}\d){3,10}|"
    r"0[1-9]\d{7,12})(?![\w%€]|[.,]\d|\s?(?:€|EUR|Euro|brutto))"
)
#: what a label begins with
_NEAR = re.compile(
    r"(?<![\w-])(?:tel|fon|phone|call|mobil|handy|fax|whats|signal|durch|hot|ruf|[tmf](?!\w)|[☎📞📱✆])", re.IGNORECASE
)
_LABEL = re.compile(
    r"(?<![\w-])(?:tel(?:efon(?:nummer|isch(?: unter)?)?)?|fon|phone|call|mobil(?:e|funk|nummer|"
    r"telefon)?|handy(?:nummer)?|fax|telefax|whats\s?app|signal|durchwahl|hotline|rufnummer|"
    r"rufen sie (?:uns )?an|ruf (?:uns )?an"
    r"|t|m|f|☎️?|📞|📱|✆)(?:\s?(?:nr\.?|nummer))?\s?[.:]?\s?(?:unter(?: der)?(?: nummer| telefonnummer)"
    r"?|an|bei|der nummer|us at|us|:)?\s?[:.]?\s{0,2}(?P<number>\+?\(?\d"
    + rf"(?:{_SEP}\d){{3,15}})(?![\w%€]|[.,]\d|\s?(?:€|EUR|Euro|Uhr|Stunden|Std|Jahre|Tage|Anrufe|Kund))",
    re.IGNORECASE,
)
#: names of fields that hold a person or how to reach one
LABEL = re.compile(r"ansprech|kontakt|contact|e-?mail|telefon|phone|\bfax|bearbeiter", re.IGNORECASE)
_PLAIN = re.compile(r"ansprech(?:partner|person)|kontaktperson|xing\.com/|linkedin\.com/|tel:", re.IGNORECASE)
_AROUND = 300  #: characters beside a mark that are read once more
_EXTENSION = re.compile(r"(?:\s?(?:-|–|/|Durchwahl|DW|App\.)\s?\d{1,4}(?!\d))")


def spans(text: str) -> tuple[tuple[int, int], ...]:
    """Where contact data stands: start and end, in order, none overlapping."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(_found(text)):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def remove(text: str) -> str:
    """The text with `[Kontakt entfernt]` for every contact; lines stay lines; a second pass changes nothing.

    >>> remove("Fragen? Frau Petra Yildirak, Tel. 0203 / 12 34 56. Gehalt: 2.500–2.800 €")
    'Fragen? [Kontakt entfernt], Tel. [Kontakt entfernt]. Gehalt: 2.500–2.800 €'
    """
    cleaned = _once(text)
    for _ in range(3):  # a removal may bring a further name beside its label into view
        if cleaned == text:
            break
        text, cleaned = cleaned, _once_more(cleaned)
    return cleaned


def short(text: str) -> str:
    """A field of one line, such as an employer or a grade, without contacts.

    Such a field is cleaned only where it holds what plainly is one; alone, "Kontakt" or "Team" begin the name of many a firm.

    >>> short("Kontakt Personal GmbH"), short("Muster GmbH, Frau Kraus, Tel. 0203 123456")
    ('Kontakt Personal GmbH', 'Muster GmbH, [Kontakt entfernt], Tel. [Kontakt entfernt]')
    """
    plain = _PLAIN.search(text) or next(_mails(text), None) or next(_numbers(text), None)
    return remove(text) if plain else text


def _once(text: str) -> str:
    parts, place = [], 0
    for start, end in spans(text):
        lines = text[start:end].count("\n")
        parts += [text[place:start], MARK, "\n" * lines]
        place = end
    return "".join(parts) + text[place:]


def _once_more(text: str) -> str:
    """A further pass, around the marks alone: elsewhere the first has found what there is."""
    parts, done = [], 0
    for start, end in _stretches(text):
        parts += [text[done:start], _once(text[start:end])]
        done = end
    return "".join(parts) + text[done:]


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Around each mark, from one blank to another; those that touch are one."""
    begin = stop = -1
    for place in places(text, MARK):
        left = text.rfind(" ", 0, max(0, place - _AROUND))
        if left > stop:
            if stop >= 0:
                yield begin, stop
            begin = max(0, left)
        begin = max(0, begin)
        right = text.find(" ", place + _AROUND)
        stop = len(text) if right < 0 else right
    if stop >= 0:
        yield begin, stop


def _found(text: str) -> Iterator[tuple[int, int]]:
    low = _low(text)
    links = sorted(place for piece in (".com/", ".me/") for place in places(low, piece))
    yield from (match.span() for match in near(_LINK, text, links, 60, 230))
    for pattern, pieces in _PIECES:
        if any(piece in low for piece in pieces):
            yield from (match.span() for match in pattern.finditer(text))
    mails = tuple(_mails(text))
    yield from mails
    yield from names.spelt(text, (text[start:end] for start, end in mails))
    yield from _numbers(text)
    yield from names.found(text)


def _low(text: str) -> str:
    """Lower case as `re.IGNORECASE` sees it, every character at its place."""
    low = text.replace("İ", "i").lower()
    return low.replace("ı", "i").replace("ſ", "s") if "ı" in low or "ſ" in low else low


_SIGN = re.compile(r"[@＠]|-at-|<\s?at\s?>|[\[({]\s?(?:at|ät|a|@)\s?[\])}]|\s(?:AT|at)\s|&#0?64;|%40|_at_")
_RARE_SIGN = re.compile(r"＠|-at-|<\s?at\s?>|a(?:t?\s?[\])}]|t(?<=\sat)\s)|@\s?[\])}]|ät\s?[\])}]|AT\s|&#|%40|_at_")


_NAMED = re.compile(r"[\w.+-]\s?\Z")


def _mails(text: str) -> Iterator[tuple[int, int]]:
    if _RARE_SIGN.search(text):
        signs: Iterator[tuple[int, int]] = (sign.span() for sign in _SIGN.finditer(text))
    else:
        signs = ((place, place + 1) for place in places(text, "@"))
    for start, end in signs:
        if text[start] == "@" and not _NAMED.search(text, max(0, start - 2), start):
            continue
        match = _MAIL.search(text, max(0, start - 70), min(len(text), end + 260))
        if match and match.start() < start < match.end():
            yield match.span()


_RUN = re.compile(rf"\d(?:{_SEP}\d){{3,}}")
_PLUS = re.compile(r"[+(0](?=\d)")
_BEFORE = 90  #: characters of a label before its number, at most
_NUMBER = 120  #: characters of a number with what follows it, at most


def _numbers(text: str) -> Iterator[tuple[int, int]]:
    done = 0
    for run in _RUN.finditer(text):
        begin = run.start()
        if not _NEAR.search(text, max(0, begin - _BEFORE), begin):
            continue
        match = _LABEL.search(text, max(done, begin - _BEFORE), begin + _NUMBER)
        if match is None:
            continue
        done = match.end()
        digits = sum(char.isdigit() for char in match["number"])
        if digits >= 5 or (digits >= 4 and match[0].lower().startswith("durchwahl")):
            yield _with_extension(text, match.start("number"), match.end("number"))
    done = 0
    for sign in _PLUS.finditer(text):
        if sign.start() >= done and (match := _BARE.match(text, sign.start())):
            done = match.end()
            if 7 <= sum(char.isdigit() for char in match[0]) <= 16:
                yield _with_extension(text, match.start(), match.end())


def _with_extension(text: str, start: int, end: int) -> tuple[int, int]:
    more = _EXTENSION.match(text, end)
    return start, more.end() if more else end
