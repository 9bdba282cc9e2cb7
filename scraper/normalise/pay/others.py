"""Amounts that are money, gross even, and yet not the wage of this job: said of others, offered for staying, or to choose from.

Rule 2 of the labels: one-off sums, statistics, filters and other employers' pay are no pay of the ad.
"""

import re

from scraper.normalise.pay.clauses import Part

#: A unit at the amount says that it is paid again and again.
_UNIT = r"(?:brutto\s|netto\s)?(?:(?:pro|je|die|im|in\sder|jede|per|an)\s|/\s?)?(?:[a-zäöüß]{1,12}\s)?"
_MORE_RIGHT = re.compile(
    rf"\s?{_UNIT}(?:brutto\s|netto\s)?(?:zusätzlich|extra|obendrauf|on\stop|mehr)(?:\s?(?:[.,;:!?)\n]|$)|\s(?:als|wenn|für|auf|zum|zur|zu)\b)"
    r"|\s(?:brutto\s)?(?:warten|winken)\b"
)
_MORE_LEFT = re.compile(
    r"\b(?:weitere|zusätzliche?|nochmals?|noch\seinmal|noch\smal|extra|another|an\sadditional|additional)"
    r"\s(?:bis\szu\s|rund\s|up\sto\s|brutto\s)?(?:€\s?|eur\s)?$"
)
#: "Wer ein Jahr bleibt, erhält …", "After two years you receive …": for staying, where no unit follows.
_STAYING = re.compile(
    r"\b(?:wer|wenn\sdu|bleibst\sdu|sobald\sdu|falls\ssie|wenn\ssie)\s[^.!?\n]{0,50}(?:jahre?n?|monate?n?)\b[^.!?\n]{0,25}"
    r"(?:bleib|dabei|durchh[aä]lt|treu|an\sbord|bei\suns|im\shaus|geschafft|hinter\s(?:dir|sich)|beschäftigt)"
    r"|\b(?:wer|wenn\sdu|falls\sdu)\s[^.!?\n]{0,30}(?:bleibt?|bleibst|durchhältst|durchhält)\b"
    r"|\bbleib(?:st\sdu|en\ssie)\s|betriebszugehörigkeit"
    r"|\b(?:im|jeden|jeweils\sim)\s(?:juni|juli|november|dezember)\s(?:erhältst|bekommst|zahlen|gibt|erhalten|bekommen|überweisen)"
    r"|\bstay\s(?:for|with|and|\w+\s(?:months|years?))"
)
_WAGE = re.compile(r"verdien|gehalt|lohn|salary|wage")
_PAID_AGAIN = re.compile(
    r"[\s(]{0,2}(?:€\s?)?(?:brutto\s|gross\s)?(?:(?:im|pro|je|per|a|in\sder|die)\s(?:monat|stunde|jahr|month|hour|year)|/\s?(?:h\b|std|monat|stunde)"
    r"|monatlich|mtl|stündlich|jährlich|p\.\s?[am])"
)
_AVERAGE = re.compile(
    r"\bim\s(?:schnitt|durchschnitt|mittel)\b|\bdurchschnittlich"
    r"|(?<=verdienen\s)(?:meist(?:ens)?|typischerweise|in\sder\sregel|üblicherweise|zwischen)\b|\bon\saverage|\baverage\b|\btypically"
)
_HEADED = re.compile(r"\s*(?:markt|branchen|landes|regional)(?:durch)?schnitt\s?(?:\([^)]*\))?:")
_EARN = re.compile(
    r"\bin\s(?:nrw|nordrhein-westfalen|deutschland|europa|germany|the\s(?:industry|region|sector|market))\b|verdien(?:en|t)\b|bekommen\b|bekommt\b|erhalten\b|erhält\b|\bzahlen\b|\bzahlt\b|\bearn\b|\bmake\b|\bpay\b"
)
#: Who speaks or is spoken to: without them an average is about everybody.
_OWN = re.compile(
    r"\b(?:du|dir|dich|deine?[nmrs]?|wir|uns|unsere?[nmrs]?|ihr|ihnen|ihre?[nmrs]?|hier|euch|you|your|we|our|us)\b|\bsie\s(?:im|durch|bei)"
)
_OTHERS_PAY = re.compile(
    r"\b(?:andere[rn]?|die\skonkurrenz|konkurrenten|mitbewerber|wettbewerber|der\swettbewerb|die\smeisten|viele)"
    r"(?:\s[a-zäöüß-]{3,25}){0,2}\s(?:be)?(?:zahlen|zahlt|verdienen|bieten|bekommen)\b"
    r"|\b(?:be)?zahlen\s(?:andere|die\smeisten|viele)\b"
    r"|\d\s?(?:%|prozent)\s(?:der\s[a-zäöüß-]{3,30}\s)?(?:verdienen|bekommen|erhalten)\b"
)
#: "Falls doch, bekommst du 20 € je Stunde."
_IF_EVER = re.compile(r"\b(?:falls|wenn|if)\s(?:es\s)?(?:doch|ever)\b[^.!?\n]{0,40}$")
#: "Wer hier wohnt, zahlt …": a price.
_WHO_PAYS = re.compile(r"\bwer\s[^.!?\n]{0,60}\b(?:be)?zahlt\s[^.!?\n]{0,20}$|\bwhoever\s[^.!?\n]{0,60}\bpays\s[^.!?\n]{0,20}$")
#: "Im Dezember 2.000 € brutto": paid in one month, where no unit follows.
_ONE_MONTH = re.compile(
    r"\b(?:im|jeden|in)\s(?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember"
    r"|june|july|november|december)\s[^.!?\n]{0,20}$"
)
#: "Wer über 77.400 € verdient, …": a condition, not an offer.
_WHOEVER = re.compile(
    r"\b(?:wer|personen,\sdie|menschen,\sdie|haushalte,\sdie|anyone\searning)\s(?:[a-zäöüß]{3,12}\s){0,2}"
    r"(?:mehr\sals|über|unter|weniger\sals|bis(?:\szu)?|maximal|höchstens|zwischen|above|below|over|under)\s(?:€\s?)?$"
)
#: "Rechnungen von 50 € bis 3.000 €": the ends of no wage.
_FROM_SMALL = re.compile(
    r"\b(?:von|zwischen|ab)\s(?:€\s?)?\d{1,3}(?:,\d{2})?\s?(?:€|eur|euro)?\s(?:bis|und)\s(?:zu\s)?(?:€\s?)?$"
)
_CHOICE = r"(?:\[.?\]\s?|☐\s?|○\s?|◯\s?|ab\s|bis\s|über\s|>=?\s?|≥\s?)?€?\s?\d[\d.]{2,6}\s?(?:€\+?|eur(?:o)?\+?)?"
#: Bare round amounts side by side with nothing said about them: the buttons of a search.
_ITEM = rf"(?>{_CHOICE}\s?(?:[|·•]|\s(?=\[|☐|○|◯)|(?<=€)\s(?=\[|☐|○|◯|ab\s|bis\s|\d)|(?<=€\s)(?=\[|☐|○|◯|ab\s|bis\s|\d))\s?)"
_CHOICES = re.compile(rf"(?:{_ITEM}{{2,}}+{_CHOICE}|{_ITEM}{{3,}}+)\s?(?:\+\s?)?(?:[|·•]|$|\n)")


def not_ours(low: str, part: Part) -> bool:
    """Whether the words around an amount say that it is someone else's, on top, for staying, or one of a search's choices."""
    return any(asked(low, part) for asked in (_on_top, _for_staying, _in_one_month, _of_others, _to_choose, _far_apart))


def _on_top(low: str, part: Part) -> bool:
    end = min(len(low), part.amount.end + 60)
    return bool(_MORE_RIGHT.match(low, part.amount.end, end) or _MORE_LEFT.search(low[slice(*part.left)]))


def _for_staying(low: str, part: Part) -> bool:
    begin = max(part.sentence[0], part.amount.start - 150)
    found = _STAYING.search(low, begin, part.amount.start)
    if found is None or _PAID_AGAIN.match(low, part.amount.end):
        return False
    return not _WAGE.search(low, found.end(), part.amount.start)


def _in_one_month(low: str, part: Part) -> bool:
    return bool(_ONE_MONTH.search(low[slice(*part.left)])) and not _PAID_AGAIN.match(low, part.amount.end)


def _of_others(low: str, part: Part) -> bool:
    sentence = low[slice(*part.sentence)]
    if _HEADED.match(sentence):
        return True
    if _AVERAGE.search(sentence) and _EARN.search(sentence) and not _OWN.search(sentence):
        return True
    so_far = low[part.sentence[0] : part.amount.start]
    if _WHOEVER.search(so_far) or _WHO_PAYS.search(so_far) or _IF_EVER.search(so_far):
        return True
    found = _OTHERS_PAY.search(low, part.before[0], part.amount.start)
    return found is not None and not _OWN.search(low, found.end(), part.amount.start)


def _far_apart(low: str, part: Part) -> bool:
    found = _FROM_SMALL.search(low, max(0, part.amount.start - 40), part.amount.start)
    return found is not None and part.amount.high >= 1000


def _to_choose(low: str, part: Part) -> bool:
    begin, end = max(part.line[0], part.amount.start - 120), min(part.line[1] + 1, len(low), part.amount.end + 120)
    if low.count("€", begin, end) < 3 and not any(low.find(mark, begin, end) >= 0 for mark in "|[·•"):
        return False
    return any(match.start() <= part.amount.start < match.end() for match in _CHOICES.finditer(low, begin, end))
