"""Establishments hit by a procedure: terminations at its end, else at its start."""

from collections.abc import Sequence
from datetime import date

from fce.sources.catalogue.dgefp.rupco_procedures.regles import LIBELLES, en_cours_de_vue, famille
from fce.sources.presentation import Ligne


def ruptures(ligne: Ligne) -> int | None:
    """Terminations at the end of the procedure; those of its start while the end is not known. 0 is a figure."""
    fin: int | None = ligne["ruptures_fin"]
    debut: int | None = ligne["ruptures_debut"]
    return debut if fin is None else fin


def etablissements(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    """Rows to show, each case and establishment once, latest first, with ``ruptures_fin`` completed by the start.

    A LiceC without any termination, at the start as at the end, is left out.
    """
    montrees: dict[tuple[str, str | None], Ligne] = {}
    for ligne in lignes:
        vide = not ligne["ruptures_debut"] and not ligne["ruptures_fin"]
        if not en_cours_de_vue(ligne, aujourd_hui) or (vide and famille(ligne["type"]) == "LICEC"):
            continue
        libelle = LIBELLES.get(ligne["type"], ligne["type"])
        montrees.setdefault(
            (ligne["numero"], ligne["siret"]), {**ligne, "type": libelle, "ruptures_fin": ruptures(ligne)}
        )
    return sorted(montrees.values(), key=lambda ligne: ligne["date_enregistrement"], reverse=True)
