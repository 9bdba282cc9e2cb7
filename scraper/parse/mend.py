"""JSON as career pages write it: decoded as it stands, else mended step by step, each repair named.

The order: as it stands → raw control characters allowed → stray blanks, CDATA or comment wrapper off → the whole block's entities
decoded → commas, comments, escapes and quotes put right → given up. A step that changes nothing costs nothing and is not named.
"""

import html
import json
import re
from typing import Any

import msgspec

from scraper.errors import ParseError

MAX_BLOCK = 3_000_000  #: characters of one block
_OPENING = re.compile(r"(?:/[/*]\s{0,20})?(?:<!\[CDATA\[|<!--)(?:\s{0,20}\*/)?")
_CLOSING = re.compile(r"(?://|/\*)?\s{0,20}(?:\]\]>|-->)(?:\s{0,20}\*/)?\s{0,20};?\Z")
_ENCODED = re.compile(
    r"\s*(?:&(?:amp;)?(?:#123|#x7b|lbrace|lcub);|[\[{][\s\[{]{0,200}&(?:amp;)?(?:quot|#34|#x22);)", re.IGNORECASE
)
_TOKEN = re.compile(
    r"""(?P<string>"(?:[^"\\]++|\\.?)*+"?)|(?P<space>\s+)|(?P<comment>//[^\n]*+|/\*(?:.*?\*/|.*))|(?P<mark>[{}\[\]:,])"""
    r"""|(?P<word>[^\s"{}\[\]:,/;]++)|(?P<other>.)""",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|[\"\\/bfnrt]|(.)|$)", re.DOTALL)
_LOOSE = re.compile(r'"(?=\s{0,200}(?:[,:}\]]|\Z)|\s{0,20}\n\s{0,20}")')
_VALUE = frozenset({"string", "word", "}", "]"})
_STRAY = " \t\r\n\f\v\ufeff\u00a0\u200b\u2028\u2029"


def decode(text: str) -> tuple[Any, tuple[str, ...]]:
    """A block's value and the names of the repairs that it took.

    Raises:
        ParseError: no repair made JSON of it.

    >>> decode('{"a": 1,}')
    ({'a': 1}, ('json: trailing comma',))
    >>> decode('{&quot;a&quot;: &quot;R&amp;D&quot;}')
    ({'a': 'R&D'}, ('json: whole block encoded as entities',))
    """
    if len(text) > MAX_BLOCK:
        raise ParseError(f"a JSON block of {len(text)} characters")
    try:
        return _again(msgspec.json.decode(text.encode("utf-8", "surrogatepass")))
    except (msgspec.DecodeError, ValueError, RecursionError):
        pass
    repairs: list[str] = []
    try:
        return _stepwise(text, repairs), tuple(repairs)
    except RecursionError as error:
        raise ParseError("JSON nested too deeply to be data") from error


def _again(value: Any) -> tuple[Any, tuple[str, ...]]:
    """A value that turned out to be JSON in a string is decoded once more."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "["):
        return value, ()
    inner, repairs = decode(value)
    return inner, ("json: a string that holds JSON", *repairs)


def _stepwise(text: str, repairs: list[str]) -> Any:
    if (found := _loads(text, repairs)) is not None:
        return found[0]
    steps = ((_trimmed, "json: stray characters around it"), (_unwrapped, "json: CDATA or comment wrapper"))
    for change, name in (*steps, (_unescaped, "json: whole block encoded as entities")):
        changed = change(text)
        if changed == text:
            continue
        text = changed
        repairs.append(name)
        if (found := _loads(text, repairs)) is not None:
            return found[0]
    for step in (_mended, _requoted):
        told: list[str] = []
        if (found := _loads(step(text, told), told)) is not None:
            repairs += dict.fromkeys(told)
            return found[0]
    raise ParseError(f"not JSON, and no repair helped: {text.strip()[:80]!r}")


def _loads(text: str, repairs: list[str]) -> tuple[Any] | None:
    """The value in a tuple; None where it is no JSON."""
    odd: list[str] = []
    try:
        value = (json.loads(text, strict=False, parse_constant=odd.append),)
    except ValueError:
        return None
    try:
        json.loads(text, parse_constant=lambda _: None)
    except ValueError:
        repairs.append("json: raw control characters in a string")
    if odd:
        repairs.append(f"json: {odd[0]} where a value was due")
    return value


def _trimmed(text: str) -> str:
    """Without what is blank to the eye and not to JSON: byte order marks, no-break and zero-width spaces at either end."""
    bare = text.strip(_STRAY)
    return bare if len(bare) < len(text.strip(" \t\r\n")) else text


def _unwrapped(text: str) -> str:
    """Without `<![CDATA[ … ]]>` or `<!-- … -->`, commented out or not."""
    bare = text.strip()
    if (opening := _OPENING.match(bare)) is not None:
        bare = bare[opening.end() :]
    if (closing := _CLOSING.search(bare, max(0, len(bare) - 100))) is not None:
        bare = bare[: closing.start()]
    return bare if len(bare) < len(text.strip()) else text


def _unescaped(text: str) -> str:
    """Entities decoded, if it is the structure itself that is encoded; within strings they are left alone."""
    for _ in range(3):
        if not _ENCODED.match(text):
            break
        text = html.unescape(text)
    return text


def _mended(text: str, repairs: list[str]) -> str:
    """Commas, comments and escapes put right, outside and inside of strings each by its own rule."""
    parts: list[str] = []
    last = ""  # kind or mark of the last token that counts
    comma = -1  # where in `parts` a comma stands that may turn out to be one too many
    for token in _TOKEN.finditer(text):
        kind, found = token.lastgroup or "", token[0]
        if kind == "space":
            parts.append(" ")
            continue
        if kind == "comment" or (kind == "other" and found == ";"):
            repairs.append("json: comment" if kind == "comment" else "json: semicolon")
            continue
        sign = found if kind == "mark" else kind
        if sign in "}]" and comma >= 0:
            parts[comma] = ""
            repairs.append("json: trailing comma")
        elif sign == "," and last == ",":
            repairs.append("json: comma doubled")
            continue
        elif last in _VALUE and sign in {"string", "word", "{", "["}:
            parts.append(",")
            repairs.append("json: missing comma")
        comma = len(parts) if sign == "," else -1
        parts.append(_string(found, repairs) if kind == "string" else found)
        last = sign
    return "".join(parts)


def _string(found: str, repairs: list[str]) -> str:
    """A string literal without escapes that JSON does not know."""

    def known(escape: re.Match[str]) -> str:
        if escape[1] is None:
            return escape[0]
        repairs.append("json: invalid escape")
        return escape[1] if escape[1] not in "u\n" else ""

    return _ESCAPE.sub(known, found) if "\\" in found else found


def _requoted(text: str, repairs: list[str]) -> str:
    """Quotes inside of strings escaped: a quote ends a string only where structure follows it."""
    parts: list[str] = []
    at = 0
    while (opening := text.find('"', at)) >= 0:
        parts.append(text[at : opening + 1])
        if (closing := _end_of_string(text, opening + 1)) == len(text):
            return text  # cut off: nothing is made up
        inner = text[opening + 1 : closing]
        escaped = re.sub(r'(?<!\\)"', r"\"", inner)
        if escaped != inner:
            repairs.append("json: quotes inside a string")
        parts.append(escaped + '"')
        at = closing + 1
    return _mended("".join((*parts, text[at:])), repairs)


def _end_of_string(text: str, start: int) -> int:
    for found in _LOOSE.finditer(text, start):
        slashes = 0
        while found.start() - slashes > start and text[found.start() - slashes - 1] == "\\":
            slashes += 1
        if slashes % 2 == 0:
            return found.start()
    return len(text)
