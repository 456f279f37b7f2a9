"""Accidents against the sector: a rate alone tells nothing."""

from collections.abc import Sequence
from datetime import date

from fce.socle.formats import nombre, pluriel
from fce.sources.presentation import FaitAlarmant, Ligne


def accidents(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    """ "12, dont 1 mortel"; for one establishment, its rate and that of its sector."""
    texte = comptes(lignes, aujourd_hui)
    connues = _connues(lignes)
    if texte and len(connues) == 1 and (comparaison := comparer(connues[0])):
        texte += f" ({comparaison})"
    return texte


def comptes(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    """ "12, dont 1 mortel". No period: the file says none."""
    connues = _connues(lignes)
    if not connues:
        return None
    mortels = sum(ligne["mortels"] or 0 for ligne in connues)
    texte = nombre(sum(ligne["total"] for ligne in connues))
    if mortels:
        texte += f", dont {nombre(mortels)} mortel{'s' if mortels > 1 else ''}"
    return texte


def morts(lignes: Sequence[Ligne], aujourd_hui: date) -> list[FaitAlarmant]:
    """Deaths at work, establishment by establishment. The file gives neither their day nor their period."""
    touches = [ligne for ligne in lignes if ligne["mortels"]]
    return [
        FaitAlarmant(
            pluriel(ligne["mortels"], "mort au travail", "morts au travail"), None, "période du fichier", ligne["siret"]
        )
        for ligne in sorted(touches, key=lambda ligne: ligne["mortels"], reverse=True)
    ]


def deces(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    """ "1 mort au travail, période du fichier": of the whole company, without their place; None when there was none."""
    nombre_ = sum(ligne["mortels"] or 0 for ligne in lignes)
    return f"{pluriel(nombre_, 'mort au travail', 'morts au travail')}, période du fichier" if nombre_ else None


def detail(lignes: Sequence[Ligne], aujourd_hui: date) -> list[tuple[str, str]]:
    """What must be known before a visit: deaths, stops, then the rate of one establishment or how many of them."""
    connues = _connues(lignes)
    if not connues:
        return []
    colonnes = {"mortels": "Mortels", "avec_arret": "Avec arrêt", "sans_arret": "Sans arrêt", "total": "Total"}
    sommes = [(titre, nombre(sum(ligne[a] or 0 for ligne in connues))) for a, titre in colonnes.items()]
    if len(connues) > 1:
        return [*sommes, ("Établissements", nombre(len(connues)))]
    comparaison = comparer(connues[0])
    return [*sommes, ("Taux", comparaison)] if comparaison else sommes


def _connues(lignes: Sequence[Ligne]) -> list[Ligne]:
    return [ligne for ligne in lignes if ligne["total"] is not None]


def comparer(ligne: Ligne) -> str | None:
    """ "35,2 ‰ contre 28 ‰ dans le secteur en France"; None when one of the two rates is missing."""
    if ligne["taux"] is None or ligne["taux_france"] is None:
        return None
    return f"{nombre(ligne['taux'], 1)} ‰ contre {nombre(ligne['taux_france'], 1)} ‰ dans le secteur en France"


def mort_de_plus(avant: Ligne, apres: Ligne) -> bool:
    """Whether a file tells more deaths than the one before."""
    return bool(apres["mortels"] > avant["mortels"])
