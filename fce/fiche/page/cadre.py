"""Context of the sheet's templates: alarms, cards, tabs, and the content of the current tab."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fce.donnees.entreprises.contenu import EtablissementVu
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.assemblage import directes
from fce.fiche.formes.contenu import PREMIERS, RELEVE, Bloc, EtatBloc, Fiche, FicheEntreprise, ReleveDeSource, Rubrique
from fce.fiche.lecture.derniere_lecture import LecturePassee
from fce.fiche.page import (
    absences,
    chapitres,
    chronologie,
    controles,
    dirigeants,
    emploi,
    nom_interne,
    onglets,
    synthese as cartes_de,
)
from fce.fiche.page.alarmes import alarmes
from fce.fiche.page.chapitres import BlocAffiche
from fce.fiche.page.controles import SANS_CHOIX, ChoixDeContacts
from fce.fiche.page.demandes import demandes
from fce.fiche.page.etablissements import FiltreEtablissements
from fce.fiche.page.origines import origines
from fce.fiche.page.visites import visites_du_bandeau
from fce.socle.texte.formats import jour, pluriel
from fce.sources.onglets import ONGLETS, TOUT, Onglet
from fce.sources.presentation import colonnes_du_metier


@dataclass(frozen=True, slots=True)
class Sujet:
    """A subject in one line, and its address."""

    titre: str
    ligne: str
    adresse: str


@dataclass(frozen=True, slots=True)
class PremierOnglet:
    """Summary of the first tab of the reader's trade: its first subject, then one line for each other."""

    titre: str
    adresse: str
    blocs: tuple[BlocAffiche, ...] = ()
    suite: tuple[Sujet, ...] = ()
    lieux: tuple[EtablissementVu, ...] = ()
    source: str = ""


def synthese(fiche: Fiche, lecteur: LecteurDeDonnees, departement: str) -> dict[str, Any]:
    """Context of the Synthèse. ``departement``: the one chosen by a national reader."""
    rubriques = directes.avec_attentes(fiche, lecteur)
    cartes = cartes_de.cartes(fiche, lecteur, departement)
    closes = absences.fermees(rubriques)
    return {
        **_bandeau(fiche, rubriques, lecteur, cartes),
        "cartes": cartes,
        "apercu": _premier(fiche, rubriques, lecteur),
        "reserve": None if cartes.occupe else absences.reserve(closes, lecteur),
        "sans_reponse": absences.sans_reponse(rubriques),
        **_fermees(closes),
        "contradictions": fiche.apercu.contradictions,
        "changeable": bool(lecteur.acteur.habilitations) and not lecteur.territoire,
        **_diffusion(fiche, lecteur),
    }


def onglet(
    fiche: Fiche,
    lecteur: LecteurDeDonnees,
    filtre: FiltreEtablissements,
    choix: ChoixDeContacts = SANS_CHOIX,
    *,
    fragment: bool = False,
    lecture: LecturePassee | None = None,
) -> dict[str, Any]:
    """Context of one tab, or of the whole sheet, with the alarms and the counts of every tab, taken from the Synthèse.

    ``choix``: which contacts the tab « Contrôles » shows; ``fragment``: without the alarms and the counts, because the
    page that receives it has them; ``lecture``: the reader's last reading of this sheet.
    """
    tout, entreprise = fiche.onglet is TOUT, isinstance(fiche, FicheEntreprise)
    rubriques = directes.avec_attentes(fiche, lecteur)
    direction = dirigeants.composer(fiche, rubriques, lecteur) if fiche.onglet is ONGLETS["dirigeants"] else None
    rubriques = direction.reste if direction else rubriques
    closes = absences.fermees(rubriques)
    return {
        **({} if fragment else _bandeau_d_onglet(fiche.synthese or fiche, lecteur, fiche.onglet)),
        "tuiles": chapitres.tuiles(fiche) if tout else (),
        "contacts": controles.composer(fiche, lecteur, choix) if fiche.onglet is ONGLETS["controles"] else None,
        "emploi": emploi.composer(fiche, lecteur, tout=choix.vue == "tout") if fiche.onglet.effectif else None,
        "chapitres": chapitres.chapitres(
            rubriques,
            fiche.unite.adresse,
            filtre if entreprise else None,
            chronologie.de_l_onglet(fiche, lecteur, lecture, replie=tout) if fiche.onglet.chronologie else None,
        ),
        "direction": direction,
        "euid": fiche.apercu.euid,
        "sans_reponse": (),
        **_fermees(closes),
        **_diffusion(fiche, lecteur),
    }


def _diffusion(fiche: Fiche, lecteur: LecteurDeDonnees) -> dict[str, Any]:
    """What an agent is told of a masked unit: that it is for internal use, and which source gives its name."""
    agent = bool(lecteur.acteur.identifiant)
    return {
        "diffusion_interne": fiche.masquee and agent,
        "source_du_nom": nom_interne.source_du_nom(fiche, lecteur) if agent else "",
    }


def _fermees(closes: Sequence[absences.Fermees]) -> dict[str, Any]:
    """What is closed to the reader in this part of the sheet."""
    return {
        "fermees": closes,
        "nombre_fermees": sum(len(f.sources) for f in closes),
        "secrets": absences.secrets(closes),
    }


def _bandeau(
    fiche: Fiche, rubriques: Sequence[Rubrique], lecteur: LecteurDeDonnees, cartes: cartes_de.Cartes
) -> dict[str, Any]:
    """The head of every tab, from the Synthèse: alarms, visits, questions, tabs with their counts."""
    return {
        "alarmes": alarmes(fiche, cartes.chez_lui),
        "visites": visites_du_bandeau(fiche, cartes.chez_lui, cartes.vus, lecteur.aujourd_hui),
        **demandes(fiche, lecteur.aujourd_hui),
        "bande": onglets.bande(fiche, rubriques, lecteur, cartes),
    }


def _bandeau_d_onglet(synthese: Fiche, lecteur: LecteurDeDonnees, courant: Onglet) -> dict[str, Any]:
    """The same, with ``courant`` as the current tab, shown even if empty."""
    cartes = cartes_de.cartes(synthese, lecteur)
    bandeau = _bandeau(synthese, directes.avec_attentes(synthese, lecteur), lecteur, cartes)
    return {
        **bandeau,
        "alarmes": bandeau["alarmes"].en_ligne(bandeau["visites"].longueur),
        "bande": onglets.avec_courant(bandeau["bande"], courant, synthese.unite.adresse),
    }


def _premier(fiche: Fiche, rubriques: Sequence[Rubrique], lecteur: LecteurDeDonnees) -> PremierOnglet:
    premier = fiche.apercu.premier
    if premier is None:
        return PremierOnglet("", "")
    adresse = f"{fiche.unite.adresse}/{premier.cle}"
    if premier is ONGLETS["etablissements"]:
        if not isinstance(fiche, FicheEntreprise):
            return PremierOnglet(premier.titre, adresse)
        source = origines(fiche, "etablissements", [])
        return PremierOnglet(
            premier.titre, adresse, lieux=fiche.etablissements.etablissements[:PREMIERS], source=source
        )
    siens = [r for r in rubriques if r.cle in premier.rubriques]
    pleins = [b for r in siens for b in r.blocs if b.etat is EtatBloc.DONNEES and b.source and b.lignes]
    releves = {r.source.nom: r for r in fiche.apercu.releves}
    # The blocs of his trade first, then dated ones, then those with most facts.
    pleins.sort(
        key=lambda b: (
            bool(b.source and colonnes_du_metier(b.source.presentation, lecteur.corps)),
            _dates(releves.get(b.cle)),
            releves[b.cle].faits if b.cle in releves else 0,
        ),
        reverse=True,
    )
    composes = [b for b in pleins if b.contenu != RELEVE][:1]
    affiches = [
        a
        for b in composes
        for c in chapitres.chapitres([Rubrique("premier", "", (b,))], fiche.unite.adresse)
        for a in c.blocs
    ]
    montres = {b.cle for b in composes} if affiches else set()
    suite = tuple(
        Sujet(b.titre, _ligne(b, releves.get(b.cle)), f"{adresse}#liste-{b.cle}")
        for b in pleins
        if b.cle not in montres
    )
    return PremierOnglet(premier.titre, adresse, tuple(affiches), suite)


def _dates(releve: ReleveDeSource | None) -> bool:
    return releve is not None and releve.source.jalon is not None


def _ligne(bloc: Bloc, releve: ReleveDeSource | None) -> str:
    if releve is None:
        return ""
    combien = releve.dit or pluriel(releve.faits, "ligne")
    combien += f" – {releve.portee}" if releve.portee else ""
    return f"{combien}, dernière date : {jour(releve.dernier)}" if releve.dernier else combien
