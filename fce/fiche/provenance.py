"""The state of a bloc and where it comes from: four states, each with the producer and the dates, empty ones too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from fce.fiche.vues import Bloc, EtatBloc, Provenance
from fce.socle.formats import jour
from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.models import VersionEnPlace

ILLISIBLE = "les données sont là mais ne peuvent pas être affichées"
Versions = Mapping[str, VersionEnPlace]


def provenance(source: Source, versions: Versions) -> Provenance:
    """Producer, system and dates of the version in place; no dates when the source was never imported."""
    importation = versions[source.nom].en_place if source.nom in versions else None
    return Provenance(
        source=source.nom,
        titre=source.titre,
        producteur=source.producteur.sigle or source.producteur.nom,
        systeme=source.systeme,
        date_metier=importation.date_metier if importation else None,
        date_import=(importation.fin or importation.debut) if importation else None,
    )


def bloc(
    cle: str,
    titre: str,
    noms_sources: Sequence[str],
    versions: Versions,
    contenu: object,
    *,
    vide: bool,
    en_panne: bool,
    absence: str,
    source: Source | None = None,
    lignes: tuple[dict[str, Any], ...] = (),
) -> Bloc:
    """A bloc in its right state. ``absence`` is the sentence of an empty one, without dates ("Aucune aide connue")."""
    provenances = tuple(provenance(registre.source(nom), versions) for nom in noms_sources)
    if en_panne:
        etat, message = EtatBloc.INDISPONIBLE, f"{titre} : source momentanément indisponible ({_origine(provenances)})."
    elif not vide:
        etat, message = EtatBloc.DONNEES, ""
    elif not any(nom in versions for nom in noms_sources):
        etat, message = EtatBloc.INDISPONIBLE, f"{titre} : source pas encore importée ({_origine(provenances)})."
    else:
        etat, message = EtatBloc.AUCUNE, f"{absence} ({_origine(provenances)}{_date(provenances)})."
    plein = etat is EtatBloc.DONNEES
    return Bloc(
        cle,
        titre,
        etat,
        provenances,
        None if en_panne else contenu,
        message,
        source,
        lignes=lignes if plein else (),
    )


def en_panne(bloc: Bloc) -> Bloc:
    """The same bloc when what it holds cannot be shown."""
    message = f"{bloc.titre} : {ILLISIBLE} ({_origine(bloc.provenances)})."
    return replace(bloc, etat=EtatBloc.INDISPONIBLE, contenu=None, message=message, raison=ILLISIBLE, lignes=())


def reserve(source: Source, versions: Versions, raison: str) -> Bloc:
    """What is not for this reader: named, with the reason and what to do about it."""
    message = f"{source.titre} : {source.acces.libelle[:1].lower()}{source.acces.libelle[1:]}. {raison}"
    return Bloc(
        source.nom,
        source.titre,
        EtatBloc.RESERVEE,
        (provenance(source, versions),),
        None,
        message,
        source,
        raison,
    )


def _origine(provenances: Sequence[Provenance]) -> str:
    return " ; ".join(dict.fromkeys(f"{p.producteur}, {p.systeme}" for p in provenances))


def _date(provenances: Sequence[Provenance]) -> str:
    """The oldest date vouches for the whole bloc."""
    metier = [p.date_metier for p in provenances if p.date_metier]
    if metier:
        return f" — au {jour(min(metier))}"
    imports = [p.date_import for p in provenances if p.date_import]
    return f" — importé le {jour(min(imports))}" if imports else ""
