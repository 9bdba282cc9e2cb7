"""One spelling for one employer: legal form, branch, punctuation, case and umlauts folded away.

The folded name groups ads; it is never shown. Two employers may share it only if their names differ in form alone.
"""

import re
import unicodedata

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_FORMS = frozenset(
    {
        "gmbh", "ggmbh", "mbh", "ag", "gag", "se", "kg", "kgaa", "ohg", "og", "gbr", "ug", "haftungsbeschraenkt",
        "ev", "eg", "ek", "ekfr", "ekfm", "partg", "partgmbb", "partmbb", "co", "cokg", "stgmbh", "gesmbh", "inc",
        "ltd", "limited", "llc", "llp", "plc", "corp", "bv", "nv", "sa", "sas", "sarl", "srl", "spzoo", "oy", "ab",
        "aps", "sro", "kft",
    }
)  # fmt: skip
_LONG_FORMS = re.compile(
    r"(?<=\S) (?:gesellschaft mit beschraenkter haftung|mit beschraenkter haftung|aktiengesellschaft|kommanditgesellschaft"
    r"|eingetragener verein|eingetragene genossenschaft|gesellschaft buergerlichen rechts|offene handelsgesellschaft"
    r"|unternehmergesellschaft|europaeische gesellschaft|anstalt des oeffentlichen rechts"
    r"|koerperschaft des oeffentlichen rechts)\b"
)
_BRANCH = re.compile(
    r"(?<=\S) (?:(?:zweig|haupt)?niederlassung(?:en)?|geschaeftsstelle|zweigstelle|filiale|standort|betriebsstaette|nl)\b.*"
)
_INITIALS = re.compile(r"\b\w(?: \w)+\b")


def fold_employer(name: str) -> str:
    """The folded name; "" when nothing is left of a name without letters.

    >>> fold_employer("Müller & Söhne GmbH & Co. KG")
    'mueller soehne'
    >>> fold_employer("TELEPERFORMANCE Germany S.à r.l. & Co. KG, Niederlassung Duisburg")
    'teleperformance germany'
    >>> fold_employer("Caritasverband Duisburg e. V.") == fold_employer("Caritasverband Duisburg e.V.")
    True
    >>> fold_employer("AG Ems")  # a form at the front is part of the name
    'ag ems'
    >>> fold_employer("Sana Kliniken Duisburg Gesellschaft mit beschränkter Haftung (m/w/d)")
    'sana kliniken duisburg'
    >>> fold_employer("Niederlassung Duisburg")  # nothing but a branch: kept
    'niederlassung duisburg'
    """
    text = re.sub(r"[(\[]\s*[mwdfixg](?:\s*/\s*[mwdfixg])+\s*[)\]]", " ", name.casefold())
    text = unicodedata.normalize("NFKC", text).casefold().translate(_GERMAN)
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    text = re.sub(r"['’`´]", "", text)
    text = re.sub(r"\s+", " ", re.sub(r"[\W_]+", " ", text)).strip()
    text = re.sub(r"(?<=\S) sp z o o\b|(?<=\S) s a r l\b|(?<=\S) s r o\b|(?<=\S) r l\b", "", text)
    text = _INITIALS.sub(lambda letters: letters[0].replace(" ", ""), text)
    text = _BRANCH.sub("", _LONG_FORMS.sub("", text))
    words = text.split()
    kept = [word for position, word in enumerate(words) if word != "und" and (position == 0 or word not in _FORMS)]
    return " ".join(kept)
