"""Establishments in a collective redundancy: terminations at the end of the procedure, else planned at its start."""

from collections.abc import Sequence
from datetime import date

from fce.sources.catalogue.dgefp.rupco_procedures.regles import LIBELLES, en_cours_de_vue, famille
from fce.sources.presentation import Ligne


def ruptures(ligne: Ligne) -> int | None:
    """Terminations at the end of the procedure, else at its start; 0 counts as known."""
    fin: int | None = ligne["ruptures_fin"]
    debut: int | None = ligne["ruptures_debut"]
    return debut if fin is None else fin


def etablissements(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    """Rows to show, one per case and establishment, latest first, with ``ruptures_fin`` completed from the start.

    Leaves out a LiceC without any termination.
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
