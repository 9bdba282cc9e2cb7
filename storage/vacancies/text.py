"""An ad's text as folded segments: markup gone, sections known, portal words and contacts set apart."""

import html
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Literal, NamedTuple

from storage.vacancies.words import words

Section = Literal["body", "tasks", "profile", "benefits", "contact", "portal"]

_BLOCK = re.compile(r"<\s*(?:/?(?:p|div|ul|ol|h\d|tr|table|section)|br)\b[^>]*>", re.IGNORECASE)
_ITEM = re.compile(r"<\s*li\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{1,300}>")
_SPELT = (
    ("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("é", "e"), ("è", "e"), ("á", "a"), ("ô", "o"), ("\xad", ""),
    ("ı", "i"), ("ş", "s"), ("ğ", "g"), ("ç", "c"), ("\u0307", ""),
)  # fmt: skip
_BLANKS = re.compile(r"  +")
_WORD = re.compile(r"[a-z0-9]+(?:[.,]\d+)*")
_GENDER = re.compile(
    r"[(*:_/-](?:(?<=\()\s*(?:(?:[mwfdxi]\s*[/|,]\s*){1,4}[mwfdxi]\s*|gn|all genders?|alle|divers)\)|(?<!\()-?in(?:nen)?\b)"
)
_SPLIT = re.compile(r"[\s:;](?:(?<=\n)|(?<=[:;])\s|(?<=[^\d.][.!?]\s)|(?<=\d{4}[.!?]\s)|(?<=\s)[–—|•]\s)")
_PHONE = re.compile(r"0(?<!\w0)\d{2,4}[ /-]\d{2,}")
_LONG = 120  # characters: a sentence about applying is shorter before it comes to the point
_ENDINGS = (
    (5, frozenset(("innen", "ungen"))),
    (3, frozenset(("ern", "ung", "ers"))),
    (2, frozenset(("em", "en", "er", "es", "in"))),
    (1, frozenset("ens")),
)


class Segment(NamedTuple):
    """A sentence, list item or heading's remainder."""

    section: Section
    low: str  #: folded

    @property
    def stems(self) -> tuple[str, ...]:
        """Of words that say something, in order."""
        return tuple(stems(self.low))


def fold(text: str) -> str:
    """Lower case, umlauts spelt out, "&" read as "und", gender marks gone.

    >>> fold("Kundenberater*in (m/w/d) & Büro")
    'kundenberater und buero'
    """
    low = _GENDER.sub(" ", text.replace("&", " und ").lower())
    if not low.isascii():
        for letter, spelt in _SPELT:
            low = low.replace(letter, spelt)
    return single(low).strip()


def single(text: str) -> str:
    """With one blank wherever blanks, tabs and fixed blanks stand; line breaks stay."""
    text = text.replace("\t", " ").replace("\xa0", " ")
    return _BLANKS.sub(" ", text) if "  " in text else text


def plain(text: str) -> str:
    """Without HTML, entities and Markdown; a list item begins with a line break."""
    if "<" in text:
        text = _TAG.sub(" ", _ITEM.sub("\n- ", _BLOCK.sub("\n", text)))
    text = html.unescape(text).replace("\r", "\n").replace("**", "")
    return re.sub(r"\n[ \t]*(?:[-*•–]|#{1,6})[ \t\xa0]+", "\n\x00", "\n" + text)


def lines(text: str) -> Iterator[str]:
    """Sentences and items of a text, folded; a line broken within a sentence is joined again.

    A break counts where an item or an empty line follows, or where the line is too short to have been wrapped.
    """
    joined: list[str] = []
    for line in fold(plain(text)).split("\n"):
        body = line.strip(" ")
        if joined and len(joined[-1]) > 55 and joined[-1][-1:] not in ".!?:" and body[:1] not in ("", "\x00"):
            joined[-1] += " " + body
        else:
            joined.append(body)
    for piece in _SPLIT.split("\n".join(joined)):
        if piece and (body := piece.strip(" .,:;!?-•*#\x00")):
            yield body


def segments(text: str) -> tuple[Segment, ...]:
    """The segments of a text (markup and all, or already `plain`) in order, each with its section."""
    out: list[Segment] = []
    section: Section = "body"
    every = list(lines(text))
    whole = "\n".join(every)
    portal, contact = ([cue for cue in _cues(noise) if cue in whole] for noise in ("portal", "contact"))
    reached = "@" in whole or "+49" in whole or bool(_PHONE.search(whole))
    for line in every:
        if len(line) <= 45 and (heading := _heading(line)):
            section = heading
            continue
        if begins := [at for cue in portal if (at := line.find(cue)) >= 0]:
            out += _cut(line, section, "portal", min(begins))
            continue
        begins = [at for cue in contact if (at := line.find(cue)) >= 0]
        if reached:
            begins += _reached(line)
        out += _cut(line, section, "contact", min(begins)) if begins else [Segment(section, line)]
    return tuple(out)


def _cut(line: str, section: Section, noise: Section, start: int) -> list[Segment]:
    """A sentence where the contact or the portal speaks; one that lost its full stops is cut where they begin."""
    begin = line.rfind(" ", 0, start) + 1
    return [Segment(section, line[:begin]), Segment(noise, line[begin:])] if begin > _LONG else [Segment(noise, line)]


def _reached(line: str) -> list[int]:
    """Where an address or a telephone number stands."""
    phone = _PHONE.search(line)
    return [at for at in (line.find("@"), line.find("+49"), phone.start() if phone else -1) if at >= 0]


@cache
def _cues(noise: str) -> tuple[str, ...]:
    return tuple(sorted(words("noise", noise)))


@lru_cache(maxsize=5_000)
def _heading(line: str) -> Section | None:
    """A short line that only announces a section; None for any other."""
    if any(char.isdigit() for char in line):
        return None
    line = line.removesuffix(" wenn").rstrip(" ,")
    length = len(line.split())
    for section, ending, most in _headings():
        if line.endswith(ending) and length <= most:
            return section
    return None


@cache
def _headings() -> tuple[tuple[Section, str, int], ...]:
    """Section, its heading's end, and the most words of such a heading."""
    names: tuple[tuple[str, Section], ...] = (
        ("benefits", "benefits"), ("profile", "profile"), ("contact", "contact"), ("tasks", "tasks"),
    )  # fmt: skip
    return tuple((section, cue, len(cue.split()) + 4) for name, section in names for cue in sorted(words("headings", name)))


@lru_cache(maxsize=60_000)
def stem(word: str) -> str:
    """A word without its commonest German ending; rough on purpose, as both sides are cut alike.

    >>> stem("beraterinnen") == stem("berater")
    False
    >>> stem("rechnungen") == stem("rechnung")
    True
    """
    for size, endings in _ENDINGS:
        if word[-size:] in endings and len(word) - size >= 4:
            return word[:-size]
    return word


def stems(low: str) -> list[str]:
    """Stems of the words that say something; numbers are read elsewhere."""
    stop = words("stop")
    return [stem(w) for w in _WORD.findall(low) if len(w) > 2 and w not in stop and not w[0].isdigit()]


_MARKS = bytes(i if chr(i).isalnum() and i < 128 else 32 for i in range(256))


def sentence_hash(low: str) -> str:
    """Sixteen hex digits that stay the same under case, umlauts, spacing and punctuation."""
    return blake2b(b" ".join(low.encode("utf-8", "replace").translate(_MARKS).split()), digest_size=8).hexdigest()
