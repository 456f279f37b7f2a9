"""Writes of the engine: load a file as the new version of a source, or restore the previous version."""

import datetime
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import django.db
import psycopg

from fce.donnees.imports.chargement.bascule import Passage, basculer, retablir_les_vues
from fce.donnees.imports.chargement.ensemble import dernier_pas, membres, passages_inverses, receveuses
from fce.donnees.imports.chargement.importation import Importation
from fce.donnees.imports.chargement.nettoyage import nettoyer
from fce.donnees.imports.chargement.verrou import verrou
from fce.donnees.imports.models import Import, VersionEnPlace
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.texte import paris
from fce.socle.texte.formats import jour
from fce.sources import registre
from fce.sources.declaration import Source

__all__ = ["Progression", "importer", "retablir_les_vues", "retirer", "revenir"]

# (step in French, done, total): bytes while reading, 0/0 for unmeasured steps.
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

    Importing the files already in place changes nothing (status "inchange"), unless the declaration changed or
    ``forcer`` is given: the reason for ignoring thresholds and the guard on dates. A source that feeds others is loaded
    with them: all switch together, or none.

    Raises DejaEnCours (another import of the source runs), ImportRefuse (the file; recorded with its reasons),
    BaseIndisponible (database lost meanwhile), ParametreInvalide (no such file). Whatever is raised, the data in place
    are untouched.
    """
    declaree = registre.source(source) if isinstance(source, str) else source
    chemins = [Path(fichier) for fichier in fichiers]
    _verifier_chemins(chemins)
    if forcer is not None and not forcer.strip():
        raise ParametreInvalide("Le passage en force demande un motif : il est conservé avec l'import.")
    fournies = receveuses(declaree)
    ensemble = (declaree, *fournies)
    with verrou(*(membre.nom for membre in ensemble)) as reserve:
        nettoyer(ensemble, reserve)
        try:
            importation = Importation(
                declaree,
                chemins,
                reserve,
                date_metier,
                (forcer or "").strip(),
                par,
                progression,
                receveuses=fournies,
            )
            resultat = importation.executer()
        except (KeyboardInterrupt, SystemExit):
            # The record would stay "en cours": clean up now, since the held locks prove that no import runs. Open a new
            # connection, because an interrupted statement may have left this one unusable. Without the database, the
            # next import cleans up.
            django.db.connection.close()
            with suppress(django.db.Error, psycopg.Error):
                nettoyer(ensemble, reserve)
            raise
        # Drop the oldest generation now, or at the next import if a reader still uses it.
        nettoyer(ensemble, reserve, sauf=resultat)
    return resultat


def revenir(source: Source | str, par: str = "", *, depuis: int | None = None) -> Import:
    """Restore the previous version of ``source`` at once; a second call restores the newer one.

    Sources loaded from one file go back together, whichever is named. Returns the import of ``source`` back in place
    (the undone one if it was the first), with warnings when its columns no longer fit the declaration.

    ``depuis``: number of the import expected in place. Raises Introuvable (no version kept, or another import in place
    since), DejaEnCours (an import of one of the sources runs).
    """
    declaree = registre.source(source) if isinstance(source, str) else source
    pas = dernier_pas(declaree.nom)
    if pas is None:
        raise Introuvable(f"Aucune version de {declaree.nom} n'est en place : rien à rétablir.")
    imports = membres(pas)
    with verrou(*(importation.source for importation in imports)):
        version = VersionEnPlace.objects.filter(source=declaree.nom).first()
        change = dernier_pas(declaree.nom) != pas or version is None
        if change or (depuis is not None and version and version.en_place_id != depuis):
            raise Introuvable(f"La version en place de {declaree.nom} vient de changer : rien n'a été rétabli.")
        sources = {i.source: declaree if i.source == declaree.nom else registre.source(i.source) for i in imports}
        passages = passages_inverses(imports, sources)
        for passage in passages:
            _tracer(passage, par)
        avertissements = basculer(passages)
    (propre,) = (passage for passage in passages if passage.source is declaree)
    if propre.vers is None:
        assert propre.depuis  # noqa: S101 – what is undone was in place
        propre.depuis.refresh_from_db()
        return propre.depuis
    if avertissements:
        propre.vers.changer(avertissements=[*propre.vers.avertissements, *avertissements])
    return propre.vers


def retirer(noms: Sequence[str]) -> None:
    """Empty the views of these sources, all at once; their next file is treated as the first.

    Import records stay; tables are dropped at the next import. Raises DejaEnCours (an import of one of the sources
    runs), BaseIndisponible (a reader never leaves); nothing has changed then.
    """
    with verrou(*noms):
        versions = VersionEnPlace.objects.select_related("en_place").filter(source__in=noms)
        basculer([Passage(registre.source(version.source), None, version.en_place) for version in versions])


def _tracer(passage: Passage, par: str) -> None:
    if passage.vers and passage.depuis:
        trace = f"Remis en place le {jour(paris.aujourd_hui())} à la place de l'import n° {passage.depuis.pk}"
        passage.vers.avertissements = [*passage.vers.avertissements, trace + (f", par {par}." if par else ".")]


def _verifier_chemins(chemins: Sequence[Path]) -> None:
    if not chemins:
        raise ParametreInvalide("Aucun fichier à importer.")
    for chemin in chemins:
        if not chemin.is_file():
            raise ParametreInvalide(f"Le fichier « {chemin} » n'existe pas ou n'est pas un fichier.")
    if len({chemin.resolve() for chemin in chemins}) < len(chemins):
        raise ParametreInvalide("Le même fichier est donné deux fois.")
