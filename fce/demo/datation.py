"""The day a data folder's demonstration was made, and the warning when it is old."""

from datetime import date
from pathlib import Path

from fce.demo.calendrier import Calendrier, aujourd_hui
from fce.demo.jeux import fichiers
from fce.donnees.imports import selectors
from fce.socle.texte import paris
from fce.socle.texte.formats import jour

REPERE = "sirene-unites-legales"
"""Source that shows which universe the folder holds."""

VIEILLE_APRES = 30
"""Days after which the warning appears, most files being late by then."""

_FICHIER = "jour"


def noter(dossier: Path, calendrier: Calendrier) -> None:
    """Record the day, before the files are written, so that an interrupted run can resume."""
    dossier.mkdir(parents=True, exist_ok=True)
    fichiers.ecrire(dossier / _FICHIER, f"{calendrier.jour}\n".encode())


def du_dossier(dossier: Path) -> tuple[Calendrier, bool]:
    """Return the calendar of a folder's demonstration, and whether its files can be written again identically.

    Today's calendar when nothing is in place. For a demonstration older than this record, the day of its import; its
    files cannot be reproduced.
    """
    version = selectors.versions().get(REPERE)
    if version is None:
        return aujourd_hui(), True
    note = _jour_note(dossier / _FICHIER)
    return Calendrier(note or paris.jour_de(version.en_place.debut)), note is not None


def avis(calendrier: Calendrier, *, exacte: bool = True) -> str:
    """Return the warning about an old demonstration and how to remake it; "" while it is recent.

    ``exacte``: its files can be written again identically.
    """
    age = (paris.aujourd_hui() - calendrier.jour).days
    if age > VIEILLE_APRES:
        constat = f"est datée du {jour(calendrier.jour)}, il y a {age} jours : ses fichiers paraissent en retard"
    elif not exacte:
        constat = "a été faite par une version précédente : elle reste telle qu’elle est"
    else:
        return ""
    return (
        f"Cette démonstration {constat}. Pour la refaire à la date du jour : « fce demo --refaire » (ou « make demo "
        "REFAIRE=1 »). Seules les entreprises inventées sont réécrites : comptes, habilitations, journal et fichiers "
        "importés par vous sont gardés."
    )


def _jour_note(chemin: Path) -> date | None:
    try:
        return date.fromisoformat(chemin.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return None
