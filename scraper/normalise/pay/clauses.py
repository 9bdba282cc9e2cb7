"""Which words speak about which amount: lines, sentences, and the part of the sentence on either side of an amount."""

import re
from dataclasses import dataclass

from scraper.normalise.pay.amounts import Amount

_SHORT = (
    r"(?:ca|zw|mind|min|max|z\.\s?b|inkl|incl|zzgl|bzw|nr|tel|abs|evtl|ggf|exkl|gem|lt|vgl|entgeltgr|egr|gr|tsd|mio|mrd|s?fr"
    r"|dr|approx|bspw"
    r"|einschl|durchschn|brt|str|bruttol|[a-zäöü])"
)
_UNIT_SHORT = r"(?:std|mtl|monatl|jährl|wö|wo|tägl|mon|p\.\s?a|p\.\s?m|stdl)"
#: The abbreviations of four letters and more.
_SHORTENED = frozenset(
    (
        "mind",
        "inkl",
        "incl",
        "zzgl",
        "evtl",
        "exkl",
        "entgeltgr",
        "approx",
        "bspw",
        "einschl",
        "durchschn",
        "bruttol",
        "monatl",
        "jährl",
        "tägl",
        "stdl",
    )
)
_MARKS = "•·▪►➤\u2600-\u27bf\u2b50\U0001f300-\U0001faff"  # bullets, and the pictures that stand for them
_END = re.compile(rf"[.!?\n;{_MARKS}](?:(?<=[.!?])(?=[\s\"')]|$)|(?<=[\n;])|(?<=\s[{_MARKS}]))")
_ABBREVIATED = re.compile(rf"(?:^|[^a-zäöüß]){_SHORT}$")
_UNIT_ABBREVIATED = re.compile(rf"(?:^|[^a-zäöüß]){_UNIT_SHORT}$")
_GOES_ON = re.compile(r"\s*+(?:[^A-ZÄÖÜ\"•]|(?:Brutto|Lohn|Woche|Netto)\b|$)")
_ORDINAL = re.compile(r"(?:^|[^\d.,])\d{1,2}$")
#: Where the words about one amount end and those about the next begin.
_CUT = re.compile(
    rf"\n|;|\||[{_MARKS}]|(?<=\s)\+|\+(?=\s*[a-zäöü(\d])|,(?![\d-])|\s-\s|\s/\s(?!(?:stunde|std|h\b|monat|jahr|hour|month|year))"
    r"|(?<![a-zäöüß-])(?:(?<!- )und|sowie|plus|zzgl\.?|zuzüglich|inkl\.?|inklusive|einschließlich|including|incl\.?|and"
    r"|obendrauf|dazu|außerdem|oder|or|aber|but|zusätzlich|bei gleichzeitig)(?![a-zäöüß-])"
)
_CUT_OR_MARK = re.compile(rf"{_CUT.pattern}|[():]")
_LABEL_MOST = 70
_REACH = 600  #: characters of its sentence that may speak about an amount; keeps endless sentences linear


@dataclass(frozen=True, slots=True)
class Part:
    """The surroundings of one amount, as offsets in the folded text."""

    amount: Amount
    left: tuple[int, int]  #: its own words before it
    right: tuple[int, int]  #: its own words after it
    before: tuple[int, int]  #: what else stands between the amount before, in the same sentence, and `left`
    sentence: tuple[int, int]
    line: tuple[int, int]
    label: tuple[int, int]  #: the line above, where the amount opens its line and that line is short


def sentences(text: str, low: str) -> list[tuple[int, int]]:
    """Sentences, list items and lines; abbreviations and ordinals end none."""
    spans, start = [], 0
    for match in _END.finditer(low):
        end = match.end()
        if match[0] == "." and _continues(text, low, end):
            continue
        if end > start:
            spans.append((start, end))
        start = end
    if start < len(low):
        spans.append((start, len(low)))
    return spans


def _continues(text: str, low: str, end: int) -> bool:
    """Whether the full stop before `end` closes an abbreviation or an ordinal and no sentence."""
    if low.startswith("\n", end):
        return False
    word = low[max(0, end - 12) : end - 1].rpartition(" ")[2]
    if len(word) > 3 and word.isalpha() and word not in _SHORTENED:
        return False
    before = max(0, end - 16)
    if _UNIT_ABBREVIATED.search(low[before : end - 1]):
        return bool(_GOES_ON.match(text, end))
    return bool(_ABBREVIATED.search(low[before : end - 1]) or _ORDINAL.search(low[before : end - 1]))


def parts(text: str, low: str, found: list[Amount]) -> list[Part]:
    """The surroundings of each amount, in order."""
    spans = sentences(text, low)
    done: list[Part] = []
    at = 0
    for index, amount in enumerate(found):
        while at + 1 < len(spans) and spans[at][1] <= amount.start:
            at += 1
        start, end = spans[at][0], spans[at][1]
        last = at
        while last + 1 < len(spans) and spans[last][1] < amount.end:
            last += 1
        end = spans[last][1]
        after = found[index + 1].start if index + 1 < len(found) and found[index + 1].start < end else end
        previous = done[-1].right[1] if index and found[index - 1].end > start else start
        start, end = max(start, amount.start - _REACH), min(end, amount.end + _REACH)
        right = _right(low, amount.end, after, following=after < end)
        left = _left(low, max(start, previous), amount.start)
        line = (
            low.rfind("\n", max(0, amount.start - 2 * _REACH), amount.start) + 1 or max(0, amount.start - 2 * _REACH),
            _line_end(low, amount.end),
        )
        label = _label(low, line[0], amount.start, found[index - 1].end if index else 0)
        done.append(
            Part(
                amount,
                (left, amount.start),
                (amount.end, right),
                (max(start, min(previous, left)), left),
                (start, end),
                line,
                label,
            )
        )
    return done


def _line_end(low: str, at: int) -> int:
    end = low.find("\n", at, at + 2 * _REACH)
    return min(len(low), at + 2 * _REACH) if end < 0 else end


def _right(low: str, start: int, end: int, *, following: bool) -> int:
    """Where the words that belong to the amount on their left stop."""
    depth = 0
    for match in _CUT_OR_MARK.finditer(low[start : min(end, start + 400)]):
        found = match[0]
        if found == "(":
            if following and ")" not in low[start + match.start() : end]:
                return start + match.start()  # the bracket is about the next amount
            depth += 1
        elif found == ")":
            if not depth and following:
                return start + match.start()
            depth = max(0, depth - 1)
        elif found == ":":
            if following or match.start() < 3:
                return start + match.start()
        elif not match.start() and found.strip() in {"/", "-"}:
            continue
        else:
            return start + match.start()
    return min(end, start + 400)


def _left(low: str, start: int, end: int) -> int:
    """Where the words that belong to the amount on their right begin."""
    start = max(start, end - 400)
    last = start
    for match in _CUT.finditer(low, start, end):
        if low[match.end() : end].strip(" (:\t-") or match[0] in {";", "|"}:
            last = match.end()
    return last


_ITEM = re.compile(rf"\s*(?:[-*>{_MARKS}]\ufe0f?|\d{{1,2}}[.)])\s")


def _label(low: str, line: int, start: int, previous: int) -> tuple[int, int]:
    """The line above, if it may be the heading of the amount's line: no sentence, and no item of the same list."""
    if low[line:start].strip(" \t-•*:(>") not in {"", "ab", "bis zu", "ca.", "von", "€", "eur"} or line == 0:
        return (start, start)
    end = line - 1
    while end > max(0, line - 6) and low[end - 1] in " \n\t":
        end -= 1
    begin = low.rfind("\n", max(0, end - 200), end) + 1
    if previous > begin or end - begin > _LABEL_MOST or line - end > 4 or low[end - 1] in ".!;":
        return (start, start)
    if _ITEM.match(low, line) and _ITEM.match(low, begin) and low[end - 1] != ":":
        return (start, start)
    return (begin, end)
