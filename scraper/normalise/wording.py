"""The pattern language of the word lists: what a pattern means, and how it falls into alternatives.

The language itself is described in `scraper.normalise.words`.
"""

import re

_GAP = r"[\s\u00a0‐‑–-]{1,3}"
_MARKS = {
    " ": _GAP,
    "_": r"[\s\u00a0‐‑-]{0,2}",
    "*": r"[^\W_]{0,40}",
    "~": r"(?:e[mnrs]?|n|s|in|innen|nen)?",
    "…": r"\b[^.!?;\n]{0,60}?\b",
    "#": r"\d{1,3}(?:[.,]\d{1,2})?",
    "ä": "(?:ä|ae)",
    "ö": "(?:ö|oe)",
    "ü": "(?:ü|ue)",
    "ß": "(?:ß|ss)",
    "(": "(?:",
    ")": ")",
    "|": "|",
}


def translate(pattern: str) -> str:
    r"""Turn the pattern language into a regular expression.

    >>> bool(re.search(translate("home_office"), "im home-office")), bool(re.search(translate("schicht*"), "frühschicht"))
    (True, False)
    """
    body = "".join(_MARKS.get(char, re.escape(char)) for char in pattern.replace(" … ", "…"))
    tail = "" if pattern.endswith("*") else r"(?![^\W_])"
    return rf"(?<![^\W_])(?:{body}){tail}"


def alternatives(pattern: str) -> list[str]:
    """The alternatives of a pattern that is one bracket; otherwise the pattern itself.

    >>> alternatives("(a|b(c|d))"), alternatives("(a|b) c")
    (['a', 'b(c|d)'], ['(a|b) c'])
    """
    parts, depth, begun = [], 0, 1
    for place, char in enumerate(pattern):
        depth += (char == "(") - (char == ")")
        if depth == 0 and place < len(pattern) - 1:
            return [pattern]
        if char == "|" and depth == 1:
            parts.append(pattern[begun:place])
            begun = place + 1
    return [*parts, pattern[begun:-1]]


def opened(pattern: str) -> list[str]:
    """The pattern without the bracket it opens with, once for each alternative in it.

    >>> opened("(a|b(c|d)) e")
    ['a e', 'b(c|d) e']
    """
    if not pattern.startswith("("):
        return [pattern]
    parts, depth, begun = [], 0, 1
    for place, char in enumerate(pattern):
        depth += (char == "(") - (char == ")")
        if (char == "|" and depth == 1) or (char == ")" and depth == 0):
            parts.append(pattern[begun:place])
            begun = place + 1
        if depth == 0:
            break
    rest = pattern[begun:]
    return [deeper for part in parts for deeper in opened(part + rest)]


def balanced(pattern: str) -> bool:
    """Whether every bracket is closed."""
    depth = 0
    for char in pattern:
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return False
    return depth == 0


def solid(pattern: str) -> bool:
    """Whether its form alone shows that it matches no empty text: a letter outside brackets in each alternative."""
    bare = [_outside(part) for part in alternatives(pattern)]
    return all("|" not in part and any(char.isalnum() or char in " #" for char in part) for part in bare)


def _outside(pattern: str) -> str:
    depth, kept = 0, ""
    for char in pattern:
        depth += (char == "(") - (char == ")")
        kept += char if depth == 0 and char != ")" else ""
    return kept


def certain(pattern: str) -> str:
    """The longest run of letters that stands in the first word of every text the pattern matches."""
    depth, runs = 0, [""]
    for char in pattern:
        if char in " …" and depth == 0:
            break
        depth += (char == "(") - (char == ")")
        if depth == 0 and char.isascii() and char.isalnum():
            runs[-1] += char
        else:
            runs.append("")
    return max(runs, key=len)


def single(pattern: str) -> bool:
    """Whether everything it matches is one word, so that the word alone decides."""
    return not set(pattern) & set(" _…#")
