"""Lines, list items and sentences of an ad's text, as places in it."""

import re
from collections.abc import Iterator

PICTURE = r"[\u2600-\u27bf\U0001f300-\U0001faff]\ufe0f?"
_BULLET = re.compile(rf"[ \t]*(?:[-*•·▪◦●○►▸➤➔→✓✔✅☑–—‣+>]|o(?=\s)|{PICTURE}|\d{{1,2}}[.)](?=\s))[ \t\ufe0f]*")
#: a full stop after these, or after a number that is a date or an ordinal, ends no sentence
_SHORT = re.compile(
    r"(?:(?<!\d\d\d)\d|…|(?<![^\W_])(?:[zbuadhiosvpt]|bzw|ca|mind|max|gg|ggf|evtl|inkl|zzgl|"
    r"std|wö|nr|tel|str|dr|de|etc|vgl|min|exkl|einschl|bspw|abs))$"
)
#: opens with one class of signs, which the search leaps to
_STOP = re.compile(r"[.!?;](?:(?<=;)|(?<!;)[.!?]{0,7}[\"“”»)]{0,4}(?=\s))")
_LONGEST = 600  #: characters of a sentence, so that work within one stays bounded


def lines(text: str) -> Iterator[tuple[int, int, bool]]:
    """Start and end of each line without bullet and blanks, and whether it is a list item."""
    place = 0
    for line in text.splitlines(keepends=True):
        bullet = _BULLET.match(line)
        begin = place + (bullet.end() if bullet else len(line) - len(line.lstrip()))
        end = place + len(line.rstrip())
        place += len(line)
        if end > begin:
            yield begin, end, bullet is not None


def _sentences(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    start = begin
    for stop in _STOP.finditer(text, begin, end):
        if text[stop.start()] == "." and _SHORT.search(text[max(begin, stop.start() - 8) : stop.start()]):
            continue
        if stop.end() > start:
            yield from _cut(text, start, stop.end())
        start = stop.end()
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield from _cut(text, start, end)


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence in pieces of bounded length, cut at blanks where there are some."""
    while end - start > _LONGEST:
        blank = text.rfind(" ", start + _LONGEST // 2, start + _LONGEST)
        stop = blank if blank > start else start + _LONGEST
        yield start, stop
        start = stop
    yield start, end


def joined(low: str, begin: int, end: int) -> list[tuple[int, int]]:
    """Sentences, a short question together with its answer: "Erfahrung? Nicht nötig."."""
    first = _STOP.search(low, begin, end)
    if (first is None or first.end() == end) and end - begin <= _LONGEST:
        return [(begin, end)]
    return list(_joined(low, begin, end))


def _joined(low: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    asked: int | None = None
    for start, stop in _sentences(low, begin, end):
        first = start if asked is None else asked
        if asked is None and low[stop - 1] == "?" and stop - start <= 45:
            asked = start
            continue
        yield first, stop
        asked = None
    if asked is not None:
        yield asked, end
