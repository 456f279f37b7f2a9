"""What a sheet does not show: sources that know nothing, that cannot be read, or that are not for the reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fce.fiche.blocs import dates
from fce.fiche.contenu import Bloc, EtatBloc, Rubrique
from fce.fiche.finalites import GESTES


@dataclass(frozen=True, slots=True)
class SansReponse:
    """Sources in one state, told in one line: ``tete`` then their names, each with its producer and its date."""

    tete: str
    noms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fermees:
    """Sources closed to the reader for one reason; ``geste``: what he may do about it (``finalites.GESTES``)."""

    motif: str
    geste: str
    sources: tuple[tuple[str, str], ...]
    """(name, title) of each."""


def sans_reponse(rubriques: Iterable[Rubrique]) -> list[SansReponse]:
    """What is not known, then what cannot be read now. "None known" is said of what was looked at alone."""
    groupes: dict[str, list[str]] = {}
    for bloc in (b for r in rubriques for b in r.blocs):
        if bloc.etat is EtatBloc.AUCUNE:
            groupes.setdefault(f"Aucune information{bloc.perimetre.suffixe}", []).append(_nommer(bloc))
    for bloc in (b for r in rubriques for b in r.blocs):
        if bloc.etat is EtatBloc.INDISPONIBLE and not bloc.differe:
            importee = bloc.raison or any(p.date_import for p in bloc.provenances)
            tete = "Source indisponible" if importee else "Source pas encore importée"
            groupes.setdefault(tete, []).append(_nommer(bloc))
    return [SansReponse(tete, tuple(noms)) for tete, noms in groupes.items()]


def fermees(rubriques: Iterable[Rubrique]) -> list[Fermees]:
    """What is closed to the reader, by reason."""
    motifs: dict[str, dict[str, str]] = {}
    for bloc in (b for r in rubriques for b in r.blocs):
        if bloc.etat is EtatBloc.RESERVEE:
            motifs.setdefault(bloc.raison, {})[bloc.cle] = bloc.titre
    return [Fermees(motif, GESTES.get(motif, ""), tuple(noms.items())) for motif, noms in motifs.items()]


def secrets(fermees_: Iterable[Fermees]) -> int:
    """How many sources a purpose would open."""
    return sum(len(f.sources) for f in fermees_ if f.geste == "finalite")


def _nommer(bloc: Bloc) -> str:
    producteurs = ", ".join(dict.fromkeys(p.producteur for p in bloc.provenances))
    retard = ", en retard" if any(p.en_retard for p in bloc.provenances) else ""
    dite = dates(bloc.provenances).removeprefix("date de la donnée inconnue, ")
    return f"{bloc.titre} ({producteurs}{f', {dite}' if dite else ''}{retard})"
