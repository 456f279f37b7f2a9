"""Who belongs in which register, from Sirene's legal category and state. Pure."""

from __future__ import annotations

from datetime import date
from typing import Final

from fce.donnees.contradictions.regle import Faits, Ligne, Propos
from fce.donnees.entreprises.repertoire import UNITES_LEGALES
from fce.referentiels import categories_juridiques
from fce.socle.texte import paris

HORS_RNE: Final = ("6537", "7", "81", "82", "83", "84", "85", "91", "92", "93", "99")
"""Legal categories that do not belong in the RNE (C. com. L. 123-36): public law, social protection, mutual societies,
works councils, unions, associations, foundations, pastoral groupings. A row of theirs comes from older registers."""
HORS_RNE_DIT: Final = (
    "mutuelles, associations, fondations, syndicats, comités sociaux et économiques, groupements pastoraux et "
    "personnes de droit public ne relèvent pas du RNE"
)


def jour(ecrit: object) -> date | None:
    """A day of a row: Sirene's rows hold it as text, the RNE dates its update to the second."""
    if isinstance(ecrit, str):
        return date.fromisoformat(ecrit[:10]) if ecrit else None
    return paris.jour_ecrit(ecrit) if isinstance(ecrit, date) else None


def forme(faits: Faits) -> str:
    """Legal category of the company in Sirene; "" when unknown."""
    return (faits.legale or {}).get("categorie_juridique") or ""


def morale(faits: Faits) -> bool:
    """Whether the company is a legal person: an individual may end one activity and keep another."""
    return forme(faits)[:1] not in ("", "1", "2")


def releve_du_rne(faits: Faits) -> bool:
    return bool(forme(faits)) and not forme(faits).startswith(HORS_RNE)


def etat(faits: Faits) -> str:
    return (faits.legale or {}).get("etat_administratif") or ""


def depuis(ligne: Ligne | None) -> date | None:
    """Since when a row of Sirene is in its state."""
    return jour((ligne or {}).get("date_debut"))


def sirene_dit(faits: Faits) -> Propos:
    """Return Sirene's statement of the company's state, undated if active: its period may begin with any change."""
    if etat(faits) == "A":
        return Propos(UNITES_LEGALES, "entreprise active")
    return Propos(UNITES_LEGALES, "entreprise cessée", depuis(faits.legale), "depuis le")


def nommer(categorie: str) -> str:
    return categories_juridiques.libelle(categorie) or categorie


def sql_hors_rne(colonne: str) -> str:
    """SQL condition: the legal category belongs in the RNE."""
    exclues = " AND ".join(f"{colonne} NOT LIKE '{prefixe}%%'" for prefixe in HORS_RNE)
    return f"({colonne} <> '' AND {exclues})"


SQL_MORALE: Final = "left(u.categorie_juridique, 1) NOT IN ('1', '2')"
