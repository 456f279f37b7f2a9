"""The day a data folder's demonstration was made, and what to say of it when it has grown old."""

from datetime import date
from pathlib import Path

from fce.demo.calendrier import Calendrier, aujourd_hui
from fce.demo.jeux import fichiers
from fce.imports import selectors
from fce.socle import paris
from fce.socle.formats import jour

REPERE = "sirene-unites-legales"
"""The source whose rows say what universe a data folder holds."""

VIEILLE_APRES = 30
"""Days from which a demonstration says that it is old: by then most of its files are late."""

_FICHIER = "jour"


def noter(dossier: Path, calendrier: Calendrier) -> None:
    """Write on what day the files of ``dossier`` are made; done before they are, for a run cut short to be resumed."""
    dossier.mkdir(parents=True, exist_ok=True)
    fichiers.ecrire(dossier / _FICHIER, f"{calendrier.jour}\n".encode())


def du_dossier(dossier: Path) -> tuple[Calendrier, bool]:
    """The calendar that the files of a demonstration follow, and whether they can be written again as they were.

    Today's when nothing is in place. One made before days were noted is taken for one of the day it was imported: the
    files of that time cannot be made again.
    """
    version = selectors.versions().get(REPERE)
    if version is None:
        return aujourd_hui(), True
    note = _lire(dossier / _FICHIER)
    return Calendrier(note or paris.jour_de(version.en_place.debut)), note is not None


def avis(calendrier: Calendrier, *, exacte: bool = True) -> str:
    """What is wrong with the dates of a demonstration and how to have it of today; "" while it is recent.

    ``exacte``: its files can be written again as they were.
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


def _lire(chemin: Path) -> date | None:
    try:
        return date.fromisoformat(chemin.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return None
