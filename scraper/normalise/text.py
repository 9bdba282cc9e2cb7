"""Ad text made readable: `fold` for reading with a way back to the input's offsets, `clean` for storing.

Pure; no input raises. What real ads carry and `fold` mends: HTML entities (doubled or without their semicolon), tags,
Markdown escapes and emphasis, no-break and thin spaces, dashes, soft hyphens, zero-width characters, fullwidth forms,
letters with a detached umlaut, and UTF-8 read as cp1252 ("â‚¬").
"""

import html
import re
from bisect import bisect_right
from dataclasses import dataclass, field

_REPAIRED = "äöüÄÖÜßéèáàçñ€–—‑’‘“”„…•·\u00a0\u2009\u202f\u00ad"
_LATE_ENTITIES = ("euro", "ndash", "mdash", "thinsp", "bdquo", "ldquo", "rsquo", "hellip", "bull", "zwnj", "minus")
_BLOCK = re.compile(
    r"address|article|aside|blockquote|br|d[dlt]|div|fieldset|fig(?:ure|caption)|footer|form|h[1-6]|header|hr|li|main|nav|[ou]l|p|pre"
    r"|section|table|t(?:body|foot|head|r)"
)
_CELL = frozenset({"td", "th"})


def _misread(char: str) -> str:
    """The character as it looks after its UTF-8 bytes were read as cp1252, undefined bytes as latin-1."""
    return "".join(_byte(one) for one in char.encode("utf-8"))


def _byte(one: int) -> str:
    try:
        return bytes([one]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(one)


_MOJIBAKE = {_misread(char): char for char in _REPAIRED}
_MOJIBAKE["Â "] = " "  # the no-break space became a common one on the way
_DETACHED = {letter + "\u0308": whole for letter, whole in zip("aouAOU", "äöüÄÖÜ", strict=True)}

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\x0b\x0c"
_DROPPED = "\u00ad\u200b-\u200f\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u2069\x00-\x08\x0e-\x1f\x7f\ud800-\udfff"
_SPECIAL = re.compile(
    r"(?P<entity>&[ ]?(?:amp;){0,4}(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,9})(?:[ ]?;)?)"
    r"|(?P<tag><!--[^<>]{0,300}-->|</?(?P<name>[a-zA-Z][a-zA-Z0-9]{0,11})(?:[\s/][^<>]{0,300})?>)"
    r"|(?P<escape>\\[-.,*_\#+!()\[\]{}|>~`\\&$])"
    r"|(?P<literal>\\[nrt])"
    rf"|(?P<mojibake>{'|'.join(map(re.escape, sorted(_MOJIBAKE, key=len, reverse=True)))})"
    rf"|(?P<detached>{'|'.join(_DETACHED)})"
    rf"|(?P<dash>[{_DASHES}])|(?P<space>[{_SPACES}])|(?P<drop>[{_DROPPED}]|\*+|_{{2,}}|~~)"
    r"|(?P<line>\r\n?|[\x85\u2028\u2029])"
    r"|(?P<quote>[’‘ʼ´`‛′])|(?P<wide>[\uff01-\uff5e])|(?P<times>×)"
)
#: Where a special stretch may begin: one character class, tried before the costly alternatives.
_START = re.compile(
    rf"[&<\\*_~\u0308\r\x85\u2028\u2029’‘ʼ´`‛′\uff01-\uff5e×"
    rf"{_DASHES}{_SPACES}{_DROPPED}{''.join(sorted({key[0] for key in _MOJIBAKE}))}]"
)
_ONE = {**dict.fromkeys(_DASHES, "-"), **dict.fromkeys("’‘ʼ´`‛′", "'"), "×": "x"}
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\ud800-\udfff\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
)
_NEWLINE = re.compile(r"\r\n?|[\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Folded:
    """Text made plain for reading; `low` is the same in lower case, character by character."""

    text: str
    low: str
    _here: tuple[int, ...] = field(repr=False)  #: offsets in `text` at which a stretch begins
    _there: tuple[int, ...] = field(repr=False)  #: the same places in the input
    _plain: tuple[bool, ...] = field(repr=False)  #: whether the stretch is a verbatim copy
    _length: int = field(repr=False)  #: of the input

    def offset(self, index: int) -> int:
        """Where the character at `index` begins in the input."""
        if index >= len(self.text):
            return self._length
        at = bisect_right(self._here, index) - 1
        return self._there[at] + (index - self._here[at] if self._plain[at] else 0)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the input that `text[start:end]` was read from; `end` is exclusive."""
        if end <= start:
            return self.offset(start), self.offset(start)
        last = end - 1
        at = bisect_right(self._here, last) - 1
        if self._plain[at]:
            return self.offset(start), self._there[at] + (last - self._here[at]) + 1
        after = self._there[at + 1] if at + 1 < len(self._there) else self._length
        return self.offset(start), after


def fold(text: str) -> Folded:
    r"""Make ad text plain for reading, keeping the way back to its offsets.

    >>> fold("2\\.400&nbsp;\\- 2\\.800 â‚¬ **brutto**").text
    '2.400 - 2.800 € brutto'
    >>> (text := "a&amp;euro; b")[slice(*fold(text).span(1, 2))]
    '&amp;euro;'
    """
    parts: list[str] = []
    here: list[int] = []
    there: list[int] = []
    plain: list[bool] = []
    length = done = 0
    for begin in _START.finditer(text):
        at = begin.start() - (begin[0] == "\u0308")
        if at < done:
            continue
        match = _SPECIAL.match(text, at)
        if match is None or (new := _replacement(match)) is None:
            continue
        start, end = match.span()
        if start > done:
            here.append(length)
            there.append(done)
            plain.append(True)
            parts.append(text[done:start])
            length += start - done
        if new:
            here.append(length)
            there.append(start)
            plain.append(False)
            parts.append(new)
            length += len(new)
        done = end
    if done < len(text):
        here.append(length)
        there.append(done)
        plain.append(True)
        parts.append(text[done:])
    joined = "".join(parts)
    return Folded(joined, lower(joined), tuple(here), tuple(there), tuple(plain), len(text))


def lower(text: str) -> str:
    """Lower case, character by character: the offsets stay."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(one if len(one := char.lower()) == 1 else char for char in text)


def _replacement(match: re.Match[str]) -> str | None:  # noqa: PLR0911 - one return for each kind reads best
    """What stands for a special stretch; None leaves it as it is."""
    kind, found = match.lastgroup, match[0]
    if kind == "entity":
        return _entity(found)
    if kind == "tag" or match["tag"] is not None:
        name = (match["name"] or "").lower()
        return "\n" if _BLOCK.fullmatch(name) else "\t" if name in _CELL else ""
    if kind == "escape":
        return "" if found[1] in "*_" else found[1]
    if kind == "literal":
        return "\t" if found[1] == "t" else "\n"
    if kind == "mojibake":
        return _single(_MOJIBAKE[found])
    if kind == "detached":
        return _DETACHED[found]
    if kind == "wide":
        return _single(chr(ord(found) - 0xFEE0))
    return {"space": " ", "line": "\n", "drop": ""}.get(kind or "", _ONE.get(found, found))


def _entity(found: str) -> str | None:
    body = found.replace(" ", "").replace("amp;", "")
    name = body[1:].rstrip(";")
    known = html.unescape(body)
    if known == body and name.lower() in _LATE_ENTITIES:
        known = html.unescape(f"&{name.lower()};")
    if known == body:
        return None
    return "".join(_single(char) for char in known)


def _single(char: str) -> str:
    """A character that came out of an entity or a repair, folded like one that stood there."""
    match = _SPECIAL.fullmatch(char)
    if match is None or match.lastgroup in {"entity", "escape", "mojibake"}:
        return char
    return {"space": " ", "line": "\n", "drop": ""}.get(match.lastgroup or "", _ONE.get(char, char))


def clean(text: str) -> str:
    r"""Plain text for storing: line breaks kept; control characters, NUL, lone surrogates and direction marks removed.

    Soft hyphens and no-break spaces stay: they are what the ad said. Applying it twice changes nothing.

    >>> clean("Gehalt:\x00 2.400\u202e €\r\nbrutto")
    'Gehalt: 2.400 €\nbrutto'
    """
    return _CONTROL.sub("", _NEWLINE.sub("\n", text))
