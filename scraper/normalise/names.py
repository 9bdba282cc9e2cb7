"""Names of contact persons in an ad's text: only with their label ("Ansprechpartner: …", "Frau …", "… aus der Personalabteilung",
beside a contact, in a signature); company names and job titles are none.

The patterns are long and rarely meet: each is only tried at the words, or near the words, with which its label begins.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice

from scraper.normalise.words import FOLDER, BrokenWordList

MARK = "[Kontakt entfernt]"  #: what stands for a contact

_UPPER = "A-ZÄÖÜÇĞİŞŁŠŽÉÀÁÓØ"
_GAP = r"[ \t\u00a0]"
_WORD = rf"[{_UPPER}][a-zäöüßçğışłńšžéèáàóøâêôë'’]{{1,24}}"
_PART = rf"{_WORD}(?:-{_WORD})?"
_TITLE = r"(?:(?:Dr|Prof|Dipl)\.(?:-[A-Za-z]{2,8}\.?)?(?:\s?(?:med|jur|rer|phil|nat|pol|h\.c)\.)*\s)"
_PREFIX = r"(?:(?:von|van|de|der|den|zu|zur|vom|al|el|da|di)\s){0,2}"
_FULL = rf"{_TITLE}{{0,2}}{_PART}(?:{_GAP}[{_UPPER}]\.)?(?:{_GAP}{_PART})?{_GAP}{_PREFIX}{_PART}"
_SURNAME = rf"{_TITLE}{{0,2}}(?:{_PART}{_GAP})?{_PREFIX}{_PART}"
_CAPITALS = rf"[{_UPPER}]{{3,25}}(?:,\s{_PART}|{_GAP}[{_UPPER}]{{3,25}}(?!\w))"
_SALUTE = re.compile(
    rf"(?:F(?<!\w.)(?:rau|rl?\.)|H(?<!\w.)(?:errn?|r\.)|M(?<!\w.)(?:rs?\.?|s\.?))\s(?P<name>{_TITLE}{{0,2}}(?:{_PART}{_GAP})"
    rf"{{0,2}}{_PREFIX}{_PART})"
)
_AFTER_LABEL = re.compile(
    r"(?<!\w)(?:[Aa]nsprech(?:partner(?:[:*_]?in(?:nen)?|/in|/-in|\(in\))?|person(?:en)?)|[Kk]ontaktperson(?:en)?"
    r"|ANSPRECHPARTNER(?:IN)?|KONTAKT|(?:[Ss]achb|[Bb])earbeiter(?:[:*]?in)?(?=\s?:)|Auskünfte(?=\s?:)|[Aa]uskunft gibt"
    r"|(?:[Ii]hr|[Dd]ein|[Uu]nser)e?\s(?:persönliche[rn]?\s)?(?:Kontakt|[Rr]ecruiter(?:in|"
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
    r"?(?: einfach)? bei|[Ee]rreich(?:en Sie|st [Dd]u|t [Ii]hr)(?: gerne?| auch| jederzeit| direkt)?)"
    rf"(?:\s(?:für (?:Fragen|Rückfragen|diese Stelle|dich|Sie|\w{{3,30}}(?=\s?:))(?: ist| sind)?|ist|sind|bei Fragen|zu uns|"
    rf"\([mwdx]/[mwdx]/[mwdx]\)|(?:Personal|Fachbereich|Bewerbung)(?=\s?:)|im Bereich \w+|in der Personalabteilung))?"
    rf"\s{{0,2}}[:\-–|]?\s{{0,3}}(?:ist\s|sind\s|gern\s|"
    rf"gerne\s|unser(?:e|en|em|er)?\s(?:[{_UPPER}]\w+\s)|\*\*\s?)?(?P<name>(?:(?:Frau|Herrn?|"
    rf"Hr\.|Fr\.)\s{_SURNAME}|{_FULL}|{_CAPITALS}|{_PART},\s{_PART}(?=\s*(?:\n|\Z|[;(])|,?\sTel)))"
    rf"(?P<more>(?:\s(?:und|oder|and|&)\s|,\s|\s/\s)(?:(?:Frau|Herrn?)\s{_SURNAME}|{_FULL}))?"
)
#: who speaks of a person as the one to turn to, or what the person does
_ROLE = (
    r"(?:aus (?:der|dem|unserer|unserem) (?:Personal|HR|Recruiting|Bewerb|Team|Human)|von (?:der|unserer) Personal"
    r"|(?:ist|sind) (?:Ihre?|deine?) (?:Ansprech|Kontakt)|freut sich (?:auf|über)|beantwortet"
    r"|steht (?:Ihnen|dir)|hilft (?:Ihnen|dir)"
    r"|(?:(?:Team|Abteilungs|Bereichs)?[Ll]eit(?:ung|er|erin) )?"
    r"(?:Personal(?:abteilung|wesen|referent(?:in)?|leit\w+|büro|management|sachbearbeit\w+)?"
    r"|Recruit(?:er|erin|ing|ment)|HR|Human Resources|People|Talent)(?![\w-]))"
)
_ROLES = re.compile(_ROLE)
_BEFORE_ROLE = re.compile(rf"(?<!\w)(?P<name>{_FULL})(?=\s?(?:\(|,|–|-|\|)?\s?{_ROLE})")
#: a name that leads straight to a contact already removed: "Elif Vennebusch unter [Kontakt entfernt]"
_BESIDE = re.compile(
    rf"(?<!\w)(?P<name>{_FULL})"
    rf"(?=,?\s\(?(?:(?:unter|per|via|an(?:rufen|schreiben)|telefonisch|Tel(?:efon)?|E-?Mail|Mail|Mobil)[.:]?\s){{1,3}}"
    rf"{re.escape(MARK)})"
)
_SIGNED = re.compile(
    rf"(?:[Mm]it freundlichen Grüßen|(?:[Vv]iele|[Ll]iebe|[Bb]este|[Hh]erzliche|[Ff]reundliche)"
    rf" Grüße|[Hh]erzlichst|[Bb]est regards|[Kk]ind regards|MfG|(?:Dein|Deine|Euer|Eure|Ihr|"
    rf"Ihre)(?=\n))[,!.]?\s{{1,4}}(?P<name>(?:i\.\s?[AV]\.\s)?{_FULL})"
)


#: words, or their first four letters, at which a label (L) may begin, a role (R), or the end of a greeting (S) may stand
_KINDS = {
    **dict.fromkeys("Ansp ansp Kont kont Unse unse Cont cont Hiri zu z wend meld Bewe bewe erte unte Frag".split(), "L"),
    **dict.fromkeys("frag plea get reac Your your Spri spri Ruf ruf Rufe rufe Erre erre recr ihr ihre dein".split(), "L"),
    **dict.fromkeys("ANSP KONT Sach sach Bear bear Ausk ausk".split(), "L"),
    **dict.fromkeys("Recr Pers HR Team bean hilf steh".split(), "LR"),
    **dict.fromkeys("aus von ist sind freu Leit Abte Bere Huma Peop Tale".split(), "R"),
    **dict.fromkeys("Ihr Ihre Dein".split(), "LS"),
    **dict.fromkeys("Grüß Herz herz rega MfG Euer Eure".split(), "S"),
}
_ENDS = r"(?![^\W_])"
_HEADS = re.compile(r"(?<![^\W_])(?:" + "|".join(head if len(head) == 4 else head + _ENDS for head in _KINDS) + ")")
_ALONE = frozenset("Ihr Ihre Dein Euer Eure".split())  #: words that greet only at the end of their line
_LINE_ENDS = re.compile(r"[^\W_]+\n")
#: a word with which a name can end; what follows an apostrophe may be small
_CAPITAL = re.compile(r"(?:(?<![^\W_])[^\W\d_a-zäöüß]|['’])[^\W_]*[\W_]+\Z")
_WORD_BEFORE = 60  #: characters in which it stands
_LONGEST = 200  #: characters of a name with its titles
_GREETING = 24  #: characters of a greeting before its last word


def found(text: str) -> Iterator[tuple[int, int]]:
    """Where names stand: start and end, in no particular order; they may overlap."""
    labels, roles, greetings = _anchors(text)
    for match in _SALUTE.finditer(text):
        if name := _trimmed(match["name"]):
            yield match.start(), match.start("name") + len(name)
    done = 0
    for place in labels:
        if place >= done and (told := _AFTER_LABEL.match(text, place)):
            done = told.end()
            yield from _named(told, "name")
            if told["more"]:
                yield from _named(told, "more")
    for pattern, anchors, before in (
        (_BEFORE_ROLE, roles, _LONGEST),
        (_SIGNED, greetings, _GREETING),
        (_BESIDE, places(text, MARK), _LONGEST),
    ):
        for named in near(pattern, text, anchors, before, _LONGEST):
            yield from _named(named, "name")


_LOCAL = re.compile(r"(?:mailto:\s?)?([^\W\d_]{1,30})[._-]([^\W\d_]{3,30})(?=\W|_at_|\Z)")
_ADDRESSES = 20  #: each costs a look through the text; an ad names a few
_SPELT = 120  #: characters of such a name
_VARIANTS = re.compile(r"\(\?:\w+\|\w\)")
_UMLAUTS = {"ae": "(?:ae|ä)", "oe": "(?:oe|ö)", "ue": "(?:ue|ü)", "ss": "(?:ss|ß)"}


def spelt(text: str, addresses: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where names stand that an e-mail address of the same text spells: "j.mueller@…" tells of "Jana Müller"."""
    low = ""
    for address in islice(dict.fromkeys(addresses), _ADDRESSES):
        if not (told := _LOCAL.match(address)):
            continue
        first, last = (re.sub("ae|oe|ue|ss", lambda pair: _UMLAUTS[pair[0]], part.lower()) for part in told.groups())
        begun = rf"{first}[\w.'’-]{{0,24}}" if len(told[1]) == 1 else rf"{first}(?:-{_WORD})?"
        pattern = rf"(?<!\w){begun}{_GAP}(?:[\w.-]{{1,25}}{_GAP})?{last}(?:-{_WORD})?(?!\w)"
        low = low or text.lower()
        near_by = places(low, max(_VARIANTS.split(last), key=len))
        for match in near(re.compile(pattern, re.IGNORECASE), text, near_by, _SPELT, _SPELT):
            if match[0][0].isupper() and match[0].rsplit(maxsplit=1)[-1][0].isupper():
                yield match.span()


def _anchors(text: str) -> tuple[list[int], list[int], list[int]]:
    """Places of words with which a label may begin, of roles behind a capital word, and of greetings."""
    labels: list[int] = []
    roles: list[int] = []
    greetings: list[int] = []
    for found in _HEADS.finditer(text):
        kind, place = _KINDS[found[0]], found.start()
        if "L" in kind:
            labels.append(place)
        if "R" in kind and _ROLES.match(text, place) and _CAPITAL.search(text, max(0, place - _WORD_BEFORE), place):
            roles.append(place)
        if "S" in kind and (found[0] not in _ALONE or _LINE_ENDS.match(text, place)):
            greetings.append(place)
    return labels, roles, greetings


def places(text: str, piece: str) -> Iterator[int]:
    """Where a piece of text stands."""
    place = text.find(piece)
    while place >= 0:
        yield place
        place = text.find(piece, place + 1)


def near(pattern: re.Pattern[str], text: str, places: Iterable[int], before: int, after: int) -> Iterator[re.Match[str]]:
    """Matches of a pattern in the stretches around some places, which come in order."""
    begin = end = -1
    for place in places:
        if place - before > end:
            if end >= 0:
                yield from pattern.finditer(text, begin, end)
            begin = max(0, place - before)
        end = place + after
    if end >= 0:
        yield from pattern.finditer(text, begin, end)


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
