"""A text as a search for anchors wants it: one byte a character, lower case, and which of its lines have a digit.

Signs beyond Latin-1 make every search in a string several times slower, and one sign is found ten times faster than a class of
them. Offsets stay those of the text.
"""

from dataclasses import dataclass

EURO = "¤"  #: stands for "€"
_LATIN = bytes(range(256)).decode("latin-1")
_LOWER = "".join(low if (low := one.lower()) < "\u0100" else one for one in _LATIN).encode("latin-1")
_MARKED = bytes(ord("0") if chr(one).isdecimal() else one for one in range(256))  # "0" for every digit
_WIDE_DIGITS = {0xFF10 + digit: str(digit) for digit in range(10)}

Line = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Plain:
    """`low`: the text in Latin-1 and lower case, other signs as "?"; `lines`: offsets of its lines with a digit, in order."""

    low: str
    lines: list[Line]


def plain(text: str) -> Plain:
    r"""The text made plain.

    >>> plain("Über uns\n15 € je Stunde")
    Plain(low='über uns\n15 ¤ je stunde', lines=[(9, 23)])
    """
    raw = text.replace("€", EURO).encode("latin-1", "replace")
    if b"?" in raw and any(chr(one) in text for one in _WIDE_DIGITS):
        raw = text.replace("€", EURO).translate(_WIDE_DIGITS).encode("latin-1", "replace")
    return Plain(raw.translate(_LOWER).decode("latin-1"), lines_with(raw.translate(_MARKED).decode("latin-1"), "0"))


def lines_with(text: str, mark: str) -> list[Line]:
    """Offsets of the lines that hold a mark, in order; the end is that of the line, without its break."""
    found: list[Line] = []
    at = text.find(mark)
    while at >= 0:
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        found.append((text.rfind("\n", 0, at) + 1, end))
        at = text.find(mark, end)
    return found
