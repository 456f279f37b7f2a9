"""Work accidents, compared with the sector."""

from collections.abc import Sequence
from datetime import date

from fce.socle.texte.formats import nombre, pluriel
from fce.sources.presentation import FaitAlarmant, Ligne


def accidents(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    """ "12, dont 1 mortel"; for a single establishment, also its rate and that of its sector."""
    texte = comptes(lignes, aujourd_hui)
    connues = _connues(lignes)
    if texte and len(connues) == 1 and (comparaison := comparer(connues[0])):
        texte += f" ({comparaison})"
    return texte


def comptes(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    """ "12, dont 1 mortel", without period, as the file gives none."""
    connues = _connues(lignes)
    if not connues:
        return None
    mortels, texte = nombre_de_morts(connues), nombre(sum(ligne["total"] for ligne in connues))
    if mortels:
        texte += f", dont {nombre(mortels)} mortel{'s' if mortels > 1 else ''}"
    return texte


def nombre_de_morts(lignes: Sequence[Ligne]) -> int:
    return sum(ligne["mortels"] or 0 for ligne in _connues(lignes))


def morts(lignes: Sequence[Ligne], aujourd_hui: date) -> list[FaitAlarmant]:
    """Deaths at work by establishment. The file gives neither day nor period."""
    touches = sorted(lignes, key=lambda ligne: nombre_de_morts([ligne]), reverse=True)
    dites = [(dite.partition(", "), x["siret"]) for x in touches if (dite := deces([x], aujourd_hui))]
    return [FaitAlarmant(phrase, None, periode, siret) for (phrase, _, periode), siret in dites]


def deces(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    """ "1 mort au travail, période du fichier", for the whole company without places; None if there was none."""
    total = nombre_de_morts(lignes)
    return f"{pluriel(total, 'mort au travail', 'morts au travail')}, période du fichier" if total else None


def detail(lignes: Sequence[Ligne], aujourd_hui: date) -> list[tuple[str, str]]:
    """(label, value) pairs for the note, deaths first."""
    connues = _connues(lignes)
    if not connues:
        return []
    colonnes = {"avec_arret": "Avec arrêt", "sans_arret": "Sans arrêt", "total": "Total"}
    sommes = [(titre, nombre(sum(ligne[a] or 0 for ligne in connues))) for a, titre in colonnes.items()]
    sommes.insert(0, ("Mortels", nombre(nombre_de_morts(connues))))
    if len(connues) > 1:
        return [*sommes, ("Établissements", nombre(len(connues)))]
    comparaison = comparer(connues[0])
    return [*sommes, ("Taux", comparaison)] if comparaison else sommes


def _connues(lignes: Sequence[Ligne]) -> list[Ligne]:
    return [ligne for ligne in lignes if ligne["total"] is not None]


def comparer(ligne: Ligne) -> str | None:
    """ "35,2 ‰ contre 28 ‰ dans le secteur en France"; None when a rate is missing."""
    if ligne["taux"] is None or ligne["taux_france"] is None:
        return None
    return f"{nombre(ligne['taux'], 1)} ‰ contre {nombre(ligne['taux_france'], 1)} ‰ dans le secteur en France"


def mort_de_plus(avant: Ligne, apres: Ligne) -> bool:
    return bool(apres["mortels"] > avant["mortels"])
