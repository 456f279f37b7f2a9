"""Watch the folders where producers drop files: ``<producteur>/<source>/<fichier>``.

A file unchanged for ``FCE_DEPOTS_STABLE`` seconds is imported, then moved to ``traites/`` or ``refuses/`` with its
report. Links, hidden and unfinished files are ignored.
"""

import datetime
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from fce.donnees.imports.chargement.rapport import rapport
from fce.donnees.imports.models import Import
from fce.donnees.imports.travaux import courriel
from fce.donnees.imports.travaux.releve import importer
from fce.socle.erreurs import FCEError, ImportRefuse, Introuvable, ParametreInvalide
from fce.socle.travaux.courriel import rapporter
from fce.socle.travaux.memoire import garder, souvenir
from fce.sources import registre
from fce.sources.declaration import Source

TRAITES, REFUSES = "traites", "refuses"
_HORODATAGE = "%Y%m%d-%H%M%S-%f"
_INACHEVES = re.compile(r"(^[.~])|(\.(part|partial|tmp|temp|filepart|crdownload|swp)$)", re.I)
Progression = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Trouve:
    """A file found for a source; ``chemin``: path below the root of the deposits."""

    source: str
    chemin: str
    octets: int
    marque: str
    """Changes when the file changes: modification time, or ETag."""


def acceptable(nom: str) -> bool:
    return not _INACHEVES.search(nom)


def source_du_dossier(producteur: str, nom: str) -> Source:
    """Raises ParametreInvalide when that producer has no such source."""
    try:
        source = registre.source(nom)
    except Introuvable:
        raise ParametreInvalide(f"le dossier {producteur}/{nom} ne porte le nom d'aucune source.") from None
    if source.producteur.code != producteur:
        raise ParametreInvalide(
            f"le dossier {producteur}/{nom} n'est pas à sa place : {nom} vient de « {source.producteur.code} »."
        )
    return source


def fichiers(racine: Path) -> Iterator[Trouve]:
    for dossier in sorted(racine.glob("*/*/")):
        try:
            source = source_du_dossier(dossier.parent.name, dossier.name)
        except ParametreInvalide:
            continue
        for fichier in sorted(dossier.iterdir()):
            if fichier.is_symlink() or not fichier.is_file() or not acceptable(fichier.name):
                continue
            etat = fichier.stat()
            yield Trouve(source.nom, str(fichier.relative_to(racine)), etat.st_size, str(etat.st_mtime_ns))


def dossiers_inconnus(racine: Path) -> list[str]:
    fautes = []
    for dossier in sorted(racine.glob("*/*/")):
        try:
            source_du_dossier(dossier.parent.name, dossier.name)
        except ParametreInvalide as faute:
            if any(f.is_file() for f in dossier.iterdir()):
                fautes.append(faute.message)
    return fautes


class Stabilite:
    """Remember between checks since when each file is unchanged; stored on disk because workers restart."""

    def __init__(self, memoire: Path, duree_s: float, horloge: Callable[[], float] = time.time) -> None:
        self._memoire, self._duree, self._horloge = memoire, duree_s, horloge

    def stables(self, trouves: list[Trouve]) -> list[Trouve]:
        vus = souvenir(self._memoire)
        maintenant = self._horloge()
        suite, prets = {}, []
        for trouve in trouves:
            etat = [trouve.octets, trouve.marque]
            connu = vus.get(trouve.chemin)
            depuis = connu[2] if connu and connu[:2] == etat else maintenant
            suite[trouve.chemin] = [*etat, depuis]
            if maintenant - depuis >= self._duree:
                prets.append(trouve)
        garder(self._memoire, suite)
        return prets


def memoire() -> Path:
    chemin: Path = settings.FCE_DATA_DIR / "travaux" / "depots.json"
    return chemin


def prendre(nom: str, fichier: Path, progression: Progression | None = None) -> tuple[bool, list[str]]:
    """Import a dropped file; return (in place or already there, lines of its report).

    Returns False for a refusal; raises any other error, leaving the file in place.
    """
    source = registre.source(nom)
    try:
        importation = importer(source, [fichier], progression)
    except ImportRefuse as refus:
        essai = Import.objects.filter(pk=str(refus.details.get("importation", 0))).first()
        lignes = rapport(essai) if essai else [refus.message]
        recit = courriel.recit(essai) if essai else [courriel.sans_valeur(refus.message)]
        rapporter(f"{nom} : fichier déposé refusé", recit)
        return False, lignes
    return True, rapport(importation)


def prendre_dans_le_dossier(nom: str, chemin: str, progression: Progression | None = None) -> Path | None:
    """Import ``chemin`` (below ``FCE_DEPOTS_DIR``) and move it with its report; return its new path, None if it is
    gone."""
    racine: Path = settings.FCE_DEPOTS_DIR or Path()
    fichier = racine / chemin
    if not fichier.is_file() or fichier.is_symlink():
        return None
    reussi, lignes = prendre(nom, fichier, progression)
    cible = fichier.parent / (TRAITES if reussi else REFUSES)
    cible.mkdir(exist_ok=True)
    place = cible / f"{horodatage()}-{fichier.name}"
    # Write the report first: after a crash, a file already moved would never get one.
    place.with_name(place.name + ".rapport.txt").write_text("\n".join(lignes) + "\n", encoding="utf-8")
    fichier.replace(place)
    return place


def purger(racine: Path, avant: datetime.datetime) -> int:
    """By the day in the name, because a file keeps the modification date of its producer; return their number."""
    limite = timezone.localtime(avant).strftime(_HORODATAGE)
    retires = 0
    for dossier in (*racine.glob(f"*/*/{TRAITES}"), *racine.glob(f"*/*/{REFUSES}")):
        for fichier in dossier.iterdir():
            if re.match(r"\d{8}-\d{6}-", fichier.name) and fichier.name < limite:
                fichier.unlink(missing_ok=True)
                retires += 1
    return retires


def horodatage() -> str:
    """Prefix of archived files: sorts by time and avoids name collisions."""
    return timezone.localtime().strftime(_HORODATAGE)[:-3]


def phrase(erreur: FCEError, chemin: str) -> list[str]:
    return [f"{chemin} : {courriel.sans_valeur(erreur.message)}"]
