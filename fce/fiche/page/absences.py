"""What a sheet does not show: sources with nothing on the unit, unavailable, or closed to the reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fce.droits.habilitations.dossiers.sollicitations import groupes_de
from fce.droits.habilitations.finalites import GROUPES
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.politique import Classe, Raison
from fce.fiche.assemblage.blocs import dates
from fce.fiche.assemblage.directes import Attente
from fce.fiche.formes.contenu import Bloc, EtatBloc, Rubrique
from fce.fiche.lecture.finalites import GESTES
from fce.sources.declaration import Source
from fce.sources.onglets import onglet_de


@dataclass(frozen=True, slots=True)
class SansReponse:
    """Sources in one state, on one line: ``tete``, then their names, each with its producer and date."""

    tete: str
    noms: tuple[str, ...]


EN_DIRECT: Final = "Interrogé en direct, dans son onglet"
NON_DEMANDEE: Final = "Rien dans le fichier, et non interrogé en direct"
HABILITATION: Final = "Hors de l’habilitation de votre service"
HABILITATION_ET_FINALITE: Final = "Sous un secret, hors de l’habilitation de votre service"
TETES: Final = {
    Raison.FINALITE_A_CONFIRMER.value: "Sous un secret, dont la finalité est à dire",
    Raison.FINALITE_REQUISE.value: "Pour une finalité, qui est à dire",
    Raison.FINALITE_NON_ACCORDEE.value: "Hors des finalités de votre service",
    Raison.FINALITE_SANS_RAPPORT.value: "Hors de la finalité choisie",
    Raison.HABILITATION_REQUISE.value: HABILITATION,
    Raison.HABILITATION_EXPIREE.value: "Habilitation expirée",
    Raison.HABILITATION_REVOQUEE.value: "Habilitation révoquée",
    Raison.HABILITATION_SUSPENDUE.value: "Habilitation suspendue",
    Raison.HABILITATION_A_VENIR.value: "Habilitation pas encore en vigueur",
    Raison.DROIT_NON_ACCORDE.value: "Hors des droits de votre service",
    Raison.HORS_TERRITOIRE.value: "Hors de votre territoire",
    Raison.SECOND_FACTEUR_REQUIS.value: "Avec un second facteur",
}
"""{sentence of a refusal: its reason in a few words}; other refusals only have their sentence."""


@dataclass(frozen=True, slots=True)
class Fermees:
    """Sources closed to the reader for one reason, in a few words (``tete``) and in a sentence (``motif``); ``geste``:
    what he may do (``finalites.GESTES``); ``groupes``: codes of the groups of data that would open them, with
    commas, for one request about all of them."""

    tete: str
    motif: str
    geste: str
    sources: tuple[tuple[str, str], ...]
    """(name, title) of each."""
    groupes: str = ""


@dataclass(frozen=True, slots=True)
class Reserve:
    """Sources of a sheet that a habilitation would open: their number, their groups of data in words, and the codes of
    these for one request, both with commas. Says nothing about the unit: sources count whether or not they know it."""

    nombre: int
    sujets: str
    groupes: str


def sans_reponse(rubriques: Sequence[Rubrique]) -> list[SansReponse]:
    """Sources with nothing known, then those asked live on their tab, then the unavailable ones.

    "None known" is only said of sources that were read.
    """
    groupes: dict[str, list[str]] = {}
    for bloc in (b for r in rubriques for b in r.blocs):
        if bloc.etat is EtatBloc.AUCUNE:
            dite = "Au fichier, non montré" if bloc.autres else "Aucune information"
            tete = NON_DEMANDEE if bloc.a_demander else f"{dite}{bloc.perimetre.suffixe}"
            groupes.setdefault(tete, []).append(_nommer(bloc))
    for rubrique in rubriques:
        for bloc in rubrique.blocs:
            if isinstance(bloc.contenu, Attente):
                groupes.setdefault(EN_DIRECT, []).append(f"{bloc.titre} (onglet {onglet_de(rubrique.cle).titre})")
    for bloc in (b for r in rubriques for b in r.blocs):
        if bloc.etat is EtatBloc.INDISPONIBLE and not bloc.differe:
            importee = bloc.raison or any(p.date_import for p in bloc.provenances)
            tete = "Source indisponible" if importee else "Source pas encore importée"
            groupes.setdefault(tete, []).append(_nommer(bloc))
    return [SansReponse(tete, tuple(noms)) for tete, noms in groupes.items()]


def fermees(rubriques: Iterable[Rubrique]) -> list[Fermees]:
    """Sources closed to the reader, by reason, whether or not they know the unit."""
    motifs: dict[str, dict[str, Bloc]] = {}
    for bloc in (b for r in rubriques for b in r.blocs):
        if bloc.etat is EtatBloc.RESERVEE:
            motifs.setdefault(bloc.raison, {})[bloc.cle] = bloc
    return [_fermees(motif, blocs) for motif, blocs in motifs.items()]


def _fermees(motif: str, blocs: Mapping[str, Bloc]) -> Fermees:
    tete = TETES.get(motif, "")
    secretes = {cle for cle, b in blocs.items() if tete == HABILITATION and b.source and _est_secrete(b.source)}
    tous = bool(secretes) and len(secretes) == len(blocs)
    noms = tuple(
        (cle, f"{b.titre} (sous un secret)" if cle in secretes and not tous else b.titre) for cle, b in blocs.items()
    )
    groupes = sorted({g for b in blocs.values() if b.source is not None for g in groupes_de(b.source)})
    return Fermees(HABILITATION_ET_FINALITE if tous else tete, motif, GESTES.get(motif, ""), noms, ",".join(groupes))


def _est_secrete(source: Source) -> bool:
    return source.acces.classe == Classe.SECRET


def reserve(fermees_: Iterable[Fermees], lecteur: LecteurDeDonnees) -> Reserve | None:
    """For an agent without an habilitation in force; None for others, and when there is nothing to ask for."""
    if lecteur.situe:
        return None
    a_demander = [f for f in fermees_ if f.geste == "demander" and f.groupes]
    codes = {code for f in a_demander for code in f.groupes.split(",")}
    sujets = ", ".join(f"{titre[:1].lower()}{titre[1:]}" for code, titre in GROUPES.items() if code in codes)
    return Reserve(sum(len(f.sources) for f in a_demander), sujets, ",".join(sorted(codes))) if codes else None


def secrets(fermees_: Iterable[Fermees]) -> int:
    """Number of sources that choosing a purpose would open."""
    return sum(len(f.sources) for f in fermees_ if f.geste == "finalite")


def _nommer(bloc: Bloc) -> str:
    producteurs = ", ".join(dict.fromkeys(p.producteur for p in bloc.provenances))
    retard = ", en retard" if any(p.en_retard for p in bloc.provenances) else ""
    dite = dates(bloc.provenances).removeprefix("date de la donnée inconnue, ")
    periode = bloc.horizon.replace(" ", ", ", 1) if bloc.etat is EtatBloc.AUCUNE else ""
    autres = f", {bloc.autres}" if bloc.autres else ""
    return f"{bloc.titre} ({producteurs}{periode}{autres}{f', {dite}' if dite else ''}{retard})"
