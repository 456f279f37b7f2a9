"""Writes of the engine: load a file as the new version of a source, or go back to the version before."""

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path

from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.formats import jour
from fce.sources import registre
from fce.sources.chargement.bascule import Passage, basculer, ensure_views
from fce.sources.chargement.importation import Importation
from fce.sources.chargement.nettoyage import nettoyer
from fce.sources.chargement.verrou import verrou
from fce.sources.declaration import Source
from fce.sources.models import Import, VersionEnPlace

__all__ = ["Progression", "ensure_views", "importer", "revenir"]

# (step in French, done, total): bytes while reading, 0/0 for the steps that cannot be measured.
Progression = Callable[[str, int, int], None]


def importer(
    source: Source | str,
    fichiers: Sequence[Path | str],
    *,
    date_metier: datetime.date | None = None,
    forcer: str | None = None,
    par: str = "",
    progression: Progression | None = None,
) -> Import:
    """Load ``fichiers`` as the new version of ``source`` and switch its view to it; return the record of the import.

    The same files as those in place change nothing (statut "inchange"), unless the declaration changed or ``forcer`` is
    given: the reason for which thresholds and the guard on dates are passed over.
    Raises DejaEnCours (another import of the source runs), ImportRefuse (the file; recorded with its reasons),
    BaseIndisponible (the database was lost on the way), ParametreInvalide (no such file). Whatever is raised, the data
    in place are untouched.
    """
    declaree = registre.source(source) if isinstance(source, str) else source
    chemins = [Path(fichier) for fichier in fichiers]
    _verifier_chemins(chemins)
    if forcer is not None and not forcer.strip():
        raise ParametreInvalide("Le passage en force demande un motif : il est conservé avec l'import.")
    with verrou(declaree.nom) as reserve:
        nettoyer(declaree, reserve)
        importation = Importation(declaree, chemins, reserve, date_metier, (forcer or "").strip(), par, progression)
        resultat = importation.executer()
        # The generation before the previous one goes now, unless a reader still has it: then at the next import.
        nettoyer(declaree, reserve, sauf=resultat)
    return resultat


def revenir(source: Source | str, par: str = "", *, depuis: int | None = None) -> Import:
    """Show again the version of ``source`` before the one in place, at once; calling it twice goes forward again.

    Returns the import back in place, with warnings when its columns no longer fit the declaration. ``depuis``: number of
    the import that must be the one in place. Raises Introuvable when no version is kept, or when ``depuis`` has left its
    place, DejaEnCours when an import of the source runs.
    """
    declaree = registre.source(source) if isinstance(source, str) else source
    with verrou(declaree.nom):
        version = VersionEnPlace.objects.select_related("en_place", "precedent").filter(source=declaree.nom).first()
        if version is None or version.precedent is None or not version.precedent.table:
            raise Introuvable(f"Aucune version précédente de {declaree.nom} n'est conservée : rien à rétablir.")
        if depuis is not None and version.en_place_id != depuis:
            raise Introuvable(f"La version en place de {declaree.nom} vient de changer : rien n'a été rétabli.")
        depart, retour = version.en_place, version.precedent
        trace = f"Remis en place le {jour(datetime.date.today())} à la place de l'import n° {depart.pk}"
        retour.avertissements = [*retour.avertissements, trace + (f", par {par}." if par else ".")]
        avertissements = basculer([Passage(declaree, vers=retour, depuis=depart, statut_depuis=Import.Statut.ANNULE)])
        if avertissements:
            retour.avertissements = [*retour.avertissements, *avertissements]
            retour.save(update_fields=["avertissements"])
    return retour


def _verifier_chemins(chemins: Sequence[Path]) -> None:
    if not chemins:
        raise ParametreInvalide("Aucun fichier à importer.")
    for chemin in chemins:
        if not chemin.is_file():
            raise ParametreInvalide(f"Le fichier « {chemin} » n'existe pas ou n'est pas un fichier.")
    if len({chemin.resolve() for chemin in chemins}) < len(chemins):
        raise ParametreInvalide("Le même fichier est donné deux fois.")
