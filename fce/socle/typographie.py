"""How producers' texts read on a page: names of people, offices, courts, labels. Pure rules, applied at display only.

The value itself is left as its producer wrote it: exports, the API and sorts take that one. Each rule may be applied to
its own result without changing it, and keeps every digit.
"""

from __future__ import annotations

import re
from typing import Final

from fce.socle.formats import nombre
from fce.socle.texte import plier

_LETTRES: Final = re.compile(r"[^\W\d_]+")
# From the first of a row of spaces only: from each of them, a long row would be read as many times.
_CONSIGNE: Final = re.compile(
    r"(?<!\s)(?:\s*(?:[,:–-]\s*|\(\s*)(?:à\s+)?(?:précise[rz]|preciser)(?:\s*\))?)+(?=\s*(?:$|[,;|/]))", re.IGNORECASE
)
_CHIFFRES: Final = re.compile(r"-?[1-9][0-9]{3,17}")
_JOUR: Final = re.compile(r"(19|20)[0-9]{2}(0[1-9]|1[0-2])([0-2][0-9]|3[01])")
_LIAISONS: Final = frozenset(
    {"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "par", "sur"}
)


def _mots(liste: str) -> dict[str, str]:
    return {plier(mot): mot for mot in liste.split()}


# Folded → as it is written. A word that is in neither list keeps the case of its producer: it may be a name.
_OFFICES: Final = _mots(
    """
        adjoint adjointe administrateur administratrice administration associé associée bureau commissaire
        communautaire comptes conseil conseiller conseillère délégué déléguée départemental départementale directeur
        directoire directrice gérant gérante général générale indéfiniment intérim liquidateur maire membre municipal
        municipale président présidente provisoire régional régionale représentant représentante responsable
        secrétaire solidairement suppléant suppléante surveillance titulaire trésorier trésorière unique vice
    """
)
_COURS: Final = _mots(
    """
        activités appel chambre commerce commercial commerciale cour économiques greffe grande instance judiciaire mixte
        paritaire première prud hommes registre tribunal tribunaux
    """
)
# « de Le Havre » → « du Havre », « de Auch » → « d’Auch »; « de La Rochelle » stands.
_CONTRACTION: Final = re.compile(r"\bde (Le |Les |(?=[AEIOUÂÉÈÊÎÔ]))")
_CONTRACTEE: Final = {"Le ": "du ", "Les ": "des ", "": "d’"}


def prenoms(texte: str) -> str:
    """First names: ``JEAN-PIERRE`` → ``Jean-Pierre``; as the producer wrote them when the case is mixed."""
    if not (texte.isupper() or texte.islower()):
        return texte
    return _LETTRES.sub(lambda m: _capitale(m.group()), texte)


def nom_de_famille(texte: str) -> str:
    """A family name: in capitals, unless the producer wrote it in both cases (``de La Tour``)."""
    return texte.upper() if texte.islower() and "ß" not in texte else texte


def personne(prenoms_: str | None, nom: str | None) -> str:
    """``Jean-Pierre DUPONT``: first names, then the name in capitals, as accounts are named."""
    return " ".join(mot for mot in (prenoms(prenoms_ or "").strip(), nom_de_famille(nom or "").strip()) if mot)


def fonction(texte: str) -> str:
    """An office: ``directeur Général`` → ``Directeur général``; words that name no office keep their case."""
    return _initiale(_phrase(texte, _OFFICES))


def juridiction(texte: str) -> str:
    """A court: ``Tribunal de Commerce de Le Havre`` → ``Tribunal de commerce du Havre``."""
    ecrit = _phrase(texte, _COURS)
    if texte.isupper():
        # What is left in capitals is a town, its article too unless a court follows (« de la cour »).
        ecrit = _LETTRES.sub(
            lambda m: _capitale(m.group()) if len(m.group()) > 1 and m.group().isupper() else m.group(), ecrit
        )
        ecrit = re.sub(r"\bde (l[ae]s?) (?=[A-ZÀ-Ý])", lambda m: f"de {_capitale(m.group(1))} ", ecrit)
    return _initiale(_CONTRACTION.sub(lambda m: _CONTRACTEE[m.group(1)], ecrit))


def sans_consigne(texte: str) -> str:
    """A label without what a form asked of who filled it in: ``Autres, précisez`` → ``Autres``."""
    return _CONSIGNE.sub("", texte) if "cise" in texte.lower() else texte


def chiffres(texte: str) -> str:
    """A whole number that its producer writes as text: ``16031907221`` → ``16 031 907 221``; anything else as it is.

    Neither ``20251231``, which may be a day, nor a number that starts with 0.
    """
    return nombre(int(texte)) if _CHIFFRES.fullmatch(texte) and not _JOUR.fullmatch(texte) else texte


def _phrase(texte: str, connus: dict[str, str]) -> str:
    """A phrase in lower case but what is not a known word."""
    crie = texte.isupper()

    def mot(m: re.Match[str]) -> str:
        lu = m.group()
        pli = plier(lu)
        if pli in connus:
            # The accent is given back to capitals only: elsewhere the producer's spelling stands.
            return connus[pli] if crie else lu.lower()
        return lu.lower() if crie and pli in _LIAISONS else lu

    return _LETTRES.sub(mot, texte)


def _initiale(ecrit: str) -> str:
    """A phrase with a capital first letter, unless it would then be read as one in capitals."""
    capitale = ecrit[:1].upper() + ecrit[1:]
    return capitale if ecrit[:1].islower() and not capitale.isupper() else ecrit


def _capitale(mot: str) -> str:
    """A word stays as it is when one of its letters has no other case of its own (``ŉ``, ``İ``)."""
    return mot[:1].upper() + mot[1:].lower() if len(mot.upper()) == len(mot) == len(mot.lower()) else mot
