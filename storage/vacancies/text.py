"""An ad's text as folded segments: markup gone, sections known, portal words and contacts set apart."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Literal

from storage.vacancies.words import words

Section = Literal["body", "profile", "benefits", "contact", "portal"]

_BLOCK = re.compile(r"<\s*(?:/?(?:p|div|ul|ol|h\d|tr|table|section)|br)\b[^>]*>", re.IGNORECASE)
_ITEM = re.compile(r"<\s*li\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{1,300}>")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "è": "e", "á": "a", "ô": "o", "\xad": None})
_WORD = re.compile(r"[a-z0-9]+(?:[.,]\d+)*")
_GENDER = re.compile(
    r"\(\s*(?:[mwfdxi]\s*[/|,]\s*){1,4}[mwfdxi]\s*\)|\((?:gn|all genders?|alle|divers)\)|[*:_/]-?in(?:nen)?\b", re.IGNORECASE
)
_SPLIT = re.compile(r"\n|(?<=[^\d.][.!?])\s|[:;]\s|\s[–—|•]\s|(?<=\d{4}\.)\s|(?<=\d{4}[.!?])\s")
_CONTACT = re.compile(r"\S@\S|\b0\d{2,4}[ /-]\d{2,}|\+49")
_LONG = 120  # characters: a sentence about applying is shorter before it comes to the point
_ENDINGS = ("innen", "ungen", "ern", "ung", "ers", "em", "en", "er", "es", "in", "e", "n", "s")


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence, list item or heading's remainder."""

    section: Section
    low: str  #: folded
    stems: tuple[str, ...]  #: of words that say something, in order


def fold(text: str) -> str:
    """Lower case, umlauts spelt out, "&" read as "und", gender marks gone.

    >>> fold("Kundenberater*in (m/w/d) & Büro")
    'kundenberater und buero'
    """
    plain = _GENDER.sub(" ", text.replace("&", " und "))
    return re.sub(r"[ \t\xa0]+", " ", plain.lower().translate(_UMLAUTS)).strip()


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
    for line in plain(text).split("\n"):
        body = line.strip(" \t\xa0")
        if joined and len(joined[-1]) > 55 and joined[-1][-1:] not in ".!?:" and body[:1] not in ("", "\x00"):
            joined[-1] += " " + body
        else:
            joined.append(body)
    for line in joined:
        for piece in _SPLIT.split(fold(line.strip("\x00"))):
            if piece and (body := piece.strip(" .,:;!?-•*#\x00")):
                yield body


def segments(text: str) -> tuple[Segment, ...]:
    """The text's segments in order, each with its section."""
    out: list[Segment] = []
    section: Section = "body"
    for line in lines(text):
        if heading := _heading(line):
            section = heading
            continue
        for here, piece in _cut(line, section):
            out.append(Segment(here, piece, stems(piece)))
    return tuple(out)


def _cut(line: str, section: Section) -> Iterator[tuple[Section, str]]:
    """A sentence with its section; one that lost its full stops is cut where the contact or the portal begins to speak."""
    for noise in ("portal", "contact"):
        found = _cues(noise).search(line)
        starts = [found.start()] if found else []
        if noise == "contact" and (match := _CONTACT.search(line)):
            starts.append(match.start())
        if starts:
            begin = line.rfind(" ", 0, min(starts)) + 1
            if begin > _LONG:
                yield section, line[:begin]
                line = line[begin:]
            yield ("portal" if noise == "portal" else "contact"), line
            return
    yield section, line


@cache
def _cues(noise: str) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(cue) for cue in sorted(words("noise", noise))))


def _heading(line: str) -> Section | None:
    """A short line that only announces a section; None for any other."""
    if len(line) > 45 or any(char.isdigit() for char in line):
        return None
    line = line.removesuffix(" wenn").rstrip(" ,")
    tokens = line.split()
    for name, section in (("benefits", "benefits"), ("profile", "profile"), ("contact", "contact"), ("tasks", "body")):
        for cue in words("headings", name):
            if line.endswith(cue) and len(tokens) <= len(cue.split()) + 4:
                return section  # type: ignore[return-value]  # the four names are Section's
    return None


@lru_cache(maxsize=60_000)
def stem(word: str) -> str:
    """A word without its commonest German ending; rough on purpose, as both sides are cut alike.

    >>> stem("beraterinnen") == stem("berater")
    False
    >>> stem("rechnungen") == stem("rechnung")
    True
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def stems(low: str) -> tuple[str, ...]:
    """Stems of the words that say something; numbers are read elsewhere."""
    stop = words("stop")
    return tuple(stem(w) for w in _WORD.findall(low) if len(w) > 2 and w not in stop and not w[0].isdigit())


def sentence_hash(low: str) -> str:
    """Sixteen hex digits that stay the same under case, umlauts, spacing and punctuation."""
    return blake2b(" ".join(_WORD.findall(low)).encode(), digest_size=8).hexdigest()
