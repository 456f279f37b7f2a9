"""Collective agreements (IDCC) applied, and links to their text."""

from collections.abc import Sequence
from datetime import date

from fce.referentiels.conventions import SANS_CONVENTION, libelle
from fce.socle.texte.formats import mois, pluriel
from fce.sources.presentation import Ligne


def conventions(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    return [ligne for ligne in lignes if ligne["idcc"] not in SANS_CONVENTION]


def par_convention(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    sirets: dict[str, set[str]] = {}
    derniers: dict[str, date] = {}
    for ligne in lignes:
        code = ligne["idcc"]
        sirets.setdefault(code, set()).add(ligne["siret"])
        derniers[code] = max(filter(None, (ligne["mois"], derniers.get(code))), default=date.min)
    return [
        {
            "idcc": code,
            "convention": f"{code} – {nom}" if (nom := libelle(code)) else code,
            "etablissements": len(sirets[code]),
            "mois": derniers[code] if derniers[code] != date.min else None,
        }
        for code in sorted(sirets, key=lambda code: (-len(sirets[code]), code))
    ]


def appliquees(lignes: Sequence[Ligne], aujourd_hui: date) -> list[tuple[str, str]]:
    sortie = []
    for ligne in par_convention(lignes, aujourd_hui):
        ou = pluriel(ligne["etablissements"], "établissement") if ligne["etablissements"] > 1 else ""
        sortie.append(("Convention", ", ".join(filter(None, (ligne["convention"], ou, mois(ligne["mois"]))))))
    return sortie


def legifrance(ligne: Ligne) -> str | None:
    """URL of the agreement on Légifrance; None for 9998, 9999 and invalid numbers."""
    code = ligne["idcc"] or ""
    if code in SANS_CONVENTION or not (len(code) == 4 and code.isascii() and code.isdigit()):
        return None
    return f"https://www.legifrance.gouv.fr/liste/idcc?idcc_suggest={code}"
