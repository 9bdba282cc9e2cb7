"""Contact data out of an ad's text: e-mail addresses, telephone numbers, profile links, and names of contact persons.

Amounts of pay, dates, postcodes, reference numbers, hours and paragraphs stay as they are: a telephone number is only what
begins like one, or stands behind a word for one. A name goes only with its label ("Ansprechpartner: …", "Frau …",
"… aus der Personalabteilung", a signature): company names and job titles are no contacts.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache

from scraper.normalise.words import FOLDER, BrokenWordList

MARK = "[Kontakt entfernt]"

_MAIL = re.compile(
    r"(?:mailto:\s?)?(?<![\w.+-])[\w][\w.+-]{0,63}\s?"
    r"(?:@|\[\s?(?:at|ät|a|@)\s?\]|\(\s?(?:at|ät|a|@)\s?\)|\{\s?(?:at|ät)\s?\}|\s(?:AT|at)\s(?=[\w-]{1,60}\s?(?:\["
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
_SEP = r"[\s\u00a0./()–‐-]{0,3}"
_DIGITS = rf"(?:\d{_SEP}){{5,14}}\d"
#: +49, 0049 or a leading 0: what follows must look like groups of a number, not like an amount, date or time
_BARE = re.compile(
    rf"(?<![\w.,€/:-])(?<!§ )(?:(?:\+|00)(?:49|43|41|31|32|352|33|48|90){_SEP}(?:\(0\){_SEP})?(?:\d{_SEP}){{5,13}}\d"
    r"|\(?0[1-9]\d{1,4}\)?[\s\u00a0]?(?:[/–‐-]|\s)[\s\u00a0]?\d(?:[\s\u00a0/-]{0,2}\d){3,10}|"
    r"0[1-9]\d{7,12})(?![\w%€]|[.,]\d|\s?(?:€|EUR|Euro|brutto))"
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
_EXTENSION = re.compile(r"(?:\s?(?:-|–|/|Durchwahl|DW|App\.)\s?\d{1,4}(?!\d))")
_UPPER = "A-ZÄÖÜÇĞİŞŁŠŽÉÀÁÓØ"
_GAP = r"[ \t\u00a0]"
_WORD = rf"[{_UPPER}][a-zäöüßçğışłńšžéèáàóøâêôë'’]{{1,24}}"
_PART = rf"{_WORD}(?:-{_WORD})?"
_TITLE = r"(?:(?:Dr|Prof|Dipl)\.(?:-[A-Za-z]{2,8}\.?)?(?:\s?(?:med|jur|rer|phil|nat|pol|h\.c)\.)*\s)"
_PREFIX = r"(?:(?:von|van|de|der|den|zu|zur|vom|al|el|da|di)\s){0,2}"
_FULL = rf"{_TITLE}{{0,2}}{_PART}(?:{_GAP}[{_UPPER}]\.)?(?:{_GAP}{_PART})?{_GAP}{_PREFIX}{_PART}"
_SURNAME = rf"{_TITLE}{{0,2}}(?:{_PART}{_GAP})?{_PREFIX}{_PART}"
_SALUTE = re.compile(
    rf"(?<!\w)(?:Frau|Frl\.|Herrn?|Hr\.|Fr\.|Mr\.?|Mrs\.?|Ms\.?)\s(?P<name>{_TITLE}{{0,2}}(?:{_PART}{_GAP})"
    rf"{{0,2}}{_PREFIX}{_PART})"
)
_AFTER_LABEL = re.compile(
    r"(?<!\w)(?:[Aa]nsprech(?:partner(?:[:*_]?in(?:nen)?|/in|/-in|\(in\))?|person(?:en)?)|[Kk]ontaktperson(?:en)"
    r"?|(?:[Ii]hr|[Dd]ein|[Uu]nser)e?\s(?:persönliche[rn]?\s)?(?:Kontakt|[Rr]ecruiter(?:in|"
    r":in)?|HR[- ]?\w+)"
    r"|Kontakt|[Rr]ecruiter(?:[:*]?in)?|Recruiting|Personalreferent(?:in)?|Personalleit(?:er|"
    r"erin|ung)|HR[- ](?:Manager(?:in)?|Business Partner(?:in)?|Team)|Contact(?: person)?|Hiring [Mm]anager|"
    r"Team ?[Ll]ead"
    r"|zu Händen(?: von)?|z\.\s?Hd\.(?: von)?|(?:wenden|melden) Sie sich (?:bitte |gerne? |"
    r"jederzeit |direkt |einfach ){0,3}(?:an|bei)|(?:wende|melde) dich (?:bitte |gerne? |jederzeit |"
    r"direkt |einfach ){0,3}(?:an|bei)"
    r"|[Bb]ewerbung(?:en|sunterlagen)? (?:bitte |gerne? |richten Sie |senden Sie |direkt ){0,3}(?:an|"
    r"bei|z\.\s?Hd\.)|(?:beantwortet|erteilt|hilft|unterstützt)(?: Ihnen| dir| euch)?(?: gerne?|"
    r" auch)?|(?:steht|stehen) (?:Ihnen|dir)(?: gerne?| auch)?|[Ff]ragen an|please contact|"
    r"get in touch with|reach out to|contact|[Yy]our contact|[Ss]prich(?: einfach)? mit|[Rr]uf(?:en Sie)"
    r"?(?: einfach)? bei)"
    rf"(?:\s(?:für (?:Fragen|Rückfragen|diese Stelle|dich|Sie)(?: ist| sind)?|ist|sind|bei Fragen|"
    rf"im Bereich \w+|in der Personalabteilung))?\s{{0,2}}[:\-–|]?\s{{0,3}}(?:ist\s|sind\s|gern\s|"
    rf"gerne\s|unser(?:e|en|em|er)?\s(?:[{_UPPER}]\w+\s)|\*\*\s?)?(?P<name>(?:(?:Frau|Herrn?|"
    rf"Hr\.|Fr\.)\s{_SURNAME}|{_FULL}))"
    rf"(?P<more>(?:\s(?:und|oder|and|&)\s|,\s|\s/\s)(?:(?:Frau|Herrn?)\s{_SURNAME}|{_FULL}))?"
)
_BEFORE_ROLE = re.compile(
    rf"(?<!\w)(?P<name>{_FULL})(?=\s?(?:\(|,|–|-|\|)?\s?(?:aus (?:der|dem|unserer|unserem) (?:Personal|"
    rf"HR|Recruiting|Bewerb|Team|Human)|von (?:der|unserer) Personal|(?:ist|sind) (?:Ihre?|deine?)"
    rf" (?:Ansprech|Kontakt)|freut sich (?:auf|über)|beantwortet|steht (?:Ihnen|dir)|hilft (?:Ihnen|"
    rf"dir)"
    r"|(?:Leit(?:ung|er|erin) )?(?:Personal(?:abteilung|wesen|referent(?:in)?|leit\w+|büro|"
    r"management|sachbearbeit\w+)?|Recruit(?:er|erin|ing|ment)|HR|Human Resources|People|Talent)"
    r"(?![\w-])))"
)
_SIGNED = re.compile(
    rf"(?:[Mm]it freundlichen Grüßen|(?:[Vv]iele|[Ll]iebe|[Bb]este|[Hh]erzliche|[Ff]reundliche)"
    rf" Grüße|[Hh]erzlichst|[Bb]est regards|[Kk]ind regards|MfG|(?:Dein|Deine|Euer|Eure|Ihr|"
    rf"Ihre)(?=\n))[,!.]?\s{{1,4}}(?P<name>(?:i\.\s?[AV]\.\s)?{_FULL})"
)


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
    for _ in range(4):  # a removal may bring a further name beside its label into view
        cleaned = _once(text)
        if cleaned == text:
            break
        text = cleaned
    return text


def _once(text: str) -> str:
    parts, place = [], 0
    for start, end in spans(text):
        lines = text[start:end].count("\n")
        parts += [text[place:start], MARK, "\n" * lines]
        place = end
    return "".join(parts) + text[place:]


def _found(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_LINK, _TEL_LINK, _HANDLE):
        yield from (match.span() for match in pattern.finditer(text))
    if "@" in text or re.search(r"[\[({_]\s?(?:at|ät|a)\s?[\])}_]|\sat\s|\sAT\s|&#0?64;|%40", text):
        yield from _mails(text)
    yield from _numbers(text)
    yield from _names(text)


def _mails(text: str) -> Iterator[tuple[int, int]]:
    for sign in re.finditer(r"@|[\[({]\s?(?:at|ät|a|@)\s?[\])}]|\s(?:AT|at)\s|&#0?64;|%40|_at_", text):
        match = _MAIL.search(text, max(0, sign.start() - 70), min(len(text), sign.end() + 260))
        if match and match.start() < sign.start() < match.end():
            yield match.span()


def _numbers(text: str) -> Iterator[tuple[int, int]]:
    for match in _LABEL.finditer(text):
        digits = sum(char.isdigit() for char in match["number"])
        if digits >= 5 or (digits >= 4 and match[0].lower().startswith("durchwahl")):
            yield _with_extension(text, match.start("number"), match.end("number"))
    for match in _BARE.finditer(text):
        if 7 <= sum(char.isdigit() for char in match[0]) <= 16:
            yield _with_extension(text, match.start(), match.end())


def _with_extension(text: str, start: int, end: int) -> tuple[int, int]:
    more = _EXTENSION.match(text, end)
    return start, more.end() if more else end


def _names(text: str) -> Iterator[tuple[int, int]]:
    for match in _SALUTE.finditer(text):
        name = _trimmed(match["name"])
        if name:
            yield match.start(), match.start("name") + len(name)
    for pattern in (_AFTER_LABEL, _BEFORE_ROLE, _SIGNED):
        for match in pattern.finditer(text):
            yield from _named(match, "name")
            if pattern is _AFTER_LABEL and match["more"]:
                yield from _named(match, "more")


def _named(match: re.Match[str], group: str) -> Iterator[tuple[int, int]]:
    """The name in a group, unless one of its words is an ordinary noun of ads."""
    text = match[group]
    skip = re.match(r"[\s,/&]*(?:und|oder|and)?\s?", text)
    begun = skip.end() if skip else 0
    if text[begun:].startswith(("Frau", "Herr", "Hr.", "Fr.")):
        yield match.start(group) + begun, match.end(group)
        return
    words = re.findall(r"[^\W\d_][\w'’]*", text[begun:])
    if words and not any(word in _never() or _NOUN.search(word) for word in words):
        yield match.start(group) + begun, match.end(group)


_NOUN = re.compile(
    r"(?:ung|keit|heit|schaft|tion|tät|ment|ismus|service|center|team|abteilung|büro|kunden?|"
    r"arbeit|leitung|leiter|leiterin|stelle|partner|management|beratung|betreuung|daten|nummer|"
    r"anfragen|straße|platz|zeit|firma|unternehmen|unterlagen)$",
    re.IGNORECASE,
)


@cache
def _never() -> frozenset[str]:
    """Capitalised words that are no names, from words/contacts.toml."""
    file = FOLDER / "contacts.toml"
    try:
        return frozenset(tomllib.loads(file.read_text("utf-8"))["never"])
    except (OSError, ValueError, KeyError) as error:
        raise BrokenWordList(file.name, "never", str(error)) from error


def _trimmed(name: str) -> str:
    """A surname found behind "Frau" without a following noun of the sentence ("Frau Kraus Telefon")."""
    kept: list[str] = []
    for word in name.split(" "):
        if word.strip(".") in _never() or (kept and _NOUN.search(word)):
            break
        kept.append(word)
    return " ".join(kept) if any(word[:1].isupper() for word in kept) else ""
