"""Display rules for producers' texts: names of people, offices, courts, labels. Pure functions.

Exports, the API and sorts keep the producer's text. Each rule is idempotent and keeps every digit.
"""

from __future__ import annotations

import re
from typing import Final

from fce.socle.texte.formats import nombre
from fce.socle.texte.pliage import plier

_LETTRES: Final = re.compile(r"[^\W\d_]+")
# Start at the first of several spaces only, to avoid quadratic time.
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


# {folded word: its spelling}. A word in neither list keeps the producer's case, since it may be a name.
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
# « de Le Havre » → « du Havre », « de Auch » → « d’Auch »; « de La Rochelle » is unchanged.
_CONTRACTION: Final = re.compile(r"\bde (Le |Les |(?=[AEIOUÂÉÈÊÎÔ]))")
_CONTRACTEE: Final = {"Le ": "du ", "Les ": "des ", "": "d’"}


def prenoms(texte: str) -> str:
    """First names: ``JEAN-PIERRE`` → ``Jean-Pierre``; unchanged when the producer used both cases."""
    if not (texte.isupper() or texte.islower()):
        return texte
    return _LETTRES.sub(lambda m: _capitale(m.group()), texte)


def nom_de_famille(texte: str) -> str:
    """A family name in capitals; unchanged when the producer used both cases (``de La Tour``)."""
    return texte.upper() if texte.islower() and "ß" not in texte else texte


def personne(prenoms_: str | None, nom: str | None) -> str:
    """``Jean-Pierre DUPONT``: first names, then the family name."""
    return " ".join(mot for mot in (prenoms(prenoms_ or "").strip(), nom_de_famille(nom or "").strip()) if mot)


def fonction(texte: str) -> str:
    """An office: ``directeur Général`` → ``Directeur général``; words outside the list keep their case."""
    return _initiale(_phrase(texte, _OFFICES))


def juridiction(texte: str) -> str:
    """A court: ``Tribunal de Commerce de Le Havre`` → ``Tribunal de commerce du Havre``."""
    ecrit = _phrase(texte, _COURS)
    if texte.isupper():
        # The remaining capitals are a town, with its article, except in « de la cour ».
        ecrit = _LETTRES.sub(
            lambda m: _capitale(m.group()) if len(m.group()) > 1 and m.group().isupper() else m.group(), ecrit
        )
        ecrit = re.sub(r"\bde (l[ae]s?) (?=[A-ZÀ-Ý])", lambda m: f"de {_capitale(m.group(1))} ", ecrit)
    return _initiale(_CONTRACTION.sub(lambda m: _CONTRACTEE[m.group(1)], ecrit))


def sans_consigne(texte: str) -> str:
    """A label without the instruction of its form: ``Autres, précisez`` → ``Autres``."""
    return _CONSIGNE.sub("", texte) if "cise" in texte.lower() else texte


def chiffres(texte: str) -> str:
    """Group the digits of a whole number written as text: ``16031907221`` → ``16 031 907 221``.

    Leaves unchanged any other text, a possible day (``20251231``) and a number that starts with 0.
    """
    return nombre(int(texte)) if _CHIFFRES.fullmatch(texte) and not _JOUR.fullmatch(texte) else texte


def _phrase(texte: str, connus: dict[str, str]) -> str:
    """Lower-case the known words of a phrase (all words, and small linking words, when it is in capitals)."""
    crie = texte.isupper()

    def mot(m: re.Match[str]) -> str:
        ecrit = m.group()
        pli = plier(ecrit)
        if pli in connus:
            # Restore accents only in a text in capitals; otherwise keep the producer's spelling.
            return connus[pli] if crie else ecrit.lower()
        return ecrit.lower() if crie and pli in _LIAISONS else ecrit

    return _LETTRES.sub(mot, texte)


def _initiale(ecrit: str) -> str:
    """Capitalise the first letter, unless the phrase would then be all capitals."""
    capitale = ecrit[:1].upper() + ecrit[1:]
    return capitale if ecrit[:1].islower() and not capitale.isupper() else ecrit


def _capitale(mot: str) -> str:
    """Capitalise a word, unless changing its case changes its length (``ŉ``, ``İ``)."""
    return mot[:1].upper() + mot[1:].lower() if len(mot.upper()) == len(mot) == len(mot.lower()) else mot
