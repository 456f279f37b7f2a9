"""What the templates of a sheet are given: its alarms, its cards, its tabs, and what the tab asked for shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from fce.entreprises.contenu import EtablissementVu
from fce.fiche import directes
from fce.fiche.contenu import Bloc, EtatBloc, FicheEntreprise, FicheEtablissement, ReleveDeSource, Rubrique
from fce.fiche.lecteur import LecteurDeFiche
from fce.fiche.page import absences, chapitres, nom_interne, onglets
from fce.fiche.page import synthese as cartes_de
from fce.fiche.page.alarmes import Alarmes, alarmes
from fce.fiche.page.chapitres import BlocAffiche, FiltreEtablissements
from fce.fiche.page.contacts import contacts
from fce.fiche.page.demandes import demandes
from fce.fiche.page.visites import visites_du_bandeau
from fce.socle.erreurs import Introuvable
from fce.socle.formats import jour, pluriel
from fce.sources.onglets import ONGLETS, TOUT, Onglet

Fiche = FicheEntreprise | FicheEtablissement
CONTACTS_MAX: Final = 100
CONTACTS_OUVERTS: Final = 5
PREMIERS: Final = 5
"""Establishments that the Synthèse names."""


@dataclass(frozen=True, slots=True)
class Sujet:
    """A subject in one line, and where it is shown."""

    titre: str
    ligne: str
    adresse: str


@dataclass(frozen=True, slots=True)
class PremierOnglet:
    """The first tab of the reader's trade, in short: its first subject, then the others in a line each."""

    titre: str
    adresse: str
    blocs: tuple[BlocAffiche, ...] = ()
    suite: tuple[Sujet, ...] = ()
    lieux: tuple[EtablissementVu, ...] = ()
    total: int = 0


def synthese(fiche: Fiche, lecteur: LecteurDeFiche, departement: str) -> dict[str, Any]:
    """The Synthèse. ``departement``: the one asked for by who reads the whole country."""
    rubriques = directes.avec_attentes(fiche, lecteur)
    cartes = cartes_de.cartes(fiche, lecteur, departement)
    closes = absences.fermees(rubriques)
    return {
        "alarmes": alarmes(fiche, cartes.ici if lecteur.acteur.habilitations else frozenset()),
        "visites": visites_du_bandeau(fiche, cartes.ici, cartes.vus, lecteur.aujourd_hui),
        **demandes(fiche, lecteur.aujourd_hui),
        "cartes": cartes,
        "bande": onglets.bande(fiche, rubriques, lecteur, cartes),
        "bandeau_lu": True,
        "apercu": _premier(fiche, rubriques, lecteur.onglets[0]),
        "sans_reponse": absences.sans_reponse(rubriques),
        **_fermees(closes),
        "changeable": bool(lecteur.acteur.habilitations) and not lecteur.territoire,
        **_diffusion(fiche, lecteur),
    }


def onglet(fiche: Fiche, lecteur: LecteurDeFiche, filtre: FiltreEtablissements) -> dict[str, Any]:
    """One tab, or the whole sheet: what it has read, and the titles of the others."""
    adresse, tout = fiche.unite.adresse, fiche.onglet is TOUT
    entreprise = isinstance(fiche, FicheEntreprise)
    rubriques = directes.avec_attentes(fiche, lecteur)
    closes = absences.fermees(rubriques)
    vus = contacts(fiche, lecteur.territoire) if fiche.onglet in (TOUT, ONGLETS["controles"]) else []
    propres: list[Any] = []
    if tout:
        propres = (
            chapitres.tuiles_entreprise(fiche.entreprise)
            if isinstance(fiche, FicheEntreprise)
            else chapitres.tuiles_etablissement(fiche.etablissement)
        )
    return {
        "alarmes": Alarmes((), (), ()) if tout else alarmes(fiche, lecteur.territoire),
        "alertes": fiche.alertes if tout else (),
        "tuiles": [*propres, *fiche.tuiles] if tout else (),
        "bande": onglets.bande_muette(lecteur, adresse, fiche.onglet, entreprise=entreprise),
        "bandeau_lu": tout,
        "visites": visites_du_bandeau(fiche, lecteur.territoire, vus, lecteur.aujourd_hui) if tout else None,
        **(demandes(fiche, lecteur.aujourd_hui) if tout else {}),
        # Without any that services have told, the blocs of the files say it all.
        "contacts": vus[:CONTACTS_OUVERTS] if fiche.apercu.echanges.contacts else (),
        "autres_contacts": vus[CONTACTS_OUVERTS:CONTACTS_MAX] if fiche.apercu.echanges.contacts else (),
        "chapitres": chapitres.chapitres(rubriques, adresse, filtre if entreprise else None),
        "sans_reponse": (),
        **_fermees(closes),
        **_diffusion(fiche, lecteur),
    }


def _diffusion(fiche: Fiche, lecteur: LecteurDeFiche) -> dict[str, Any]:
    """What an agent is told of a masked unit: that it stays inside, and which source names it."""
    agent = bool(lecteur.acteur.identifiant)
    return {
        "diffusion_interne": fiche.masquee and agent,
        "source_du_nom": nom_interne.source_du_nom(fiche, lecteur) if agent else "",
    }


def _fermees(closes: Sequence[absences.Fermees]) -> dict[str, Any]:
    """What is closed to the reader in the part of the sheet that he reads."""
    return {
        "fermees": closes,
        "nombre_fermees": sum(len(f.sources) for f in closes),
        "secrets": absences.secrets(closes),
    }


def bandeau(bande: onglets.BandeOnglets, cle: str) -> dict[str, Any]:
    """The alarms and the tabs that a tab asks for once shown: what the Synthèse has read, with that tab as the present
    one. Raises Introuvable."""
    courant = ONGLETS.get(cle)
    if courant is None:
        raise Introuvable("Cet onglet n’existe pas. Revenez à la fiche.")
    marques = tuple(replace(o, courant=o.cle == cle) for o in bande.onglets)
    return {"echange": True, "onglet": courant, "bande": replace(bande, onglets=marques, courant=courant.titre)}


def _premier(fiche: Fiche, rubriques: Sequence[Rubrique], premier: Onglet) -> PremierOnglet:
    adresse = f"{fiche.unite.adresse}/{premier.cle}"
    if premier is ONGLETS["etablissements"]:
        if not isinstance(fiche, FicheEntreprise):
            return PremierOnglet(premier.titre, adresse)
        liste = fiche.etablissements
        return PremierOnglet(premier.titre, adresse, lieux=liste.etablissements[:PREMIERS], total=liste.nombre)
    siens = [r for r in rubriques if r.cle in premier.rubriques]
    pleins = [b for r in siens for b in r.blocs if b.etat is EtatBloc.DONNEES and b.source and b.lignes]
    releves = {r.source.nom: r for r in fiche.apercu.releves}
    # What is dated first, then what has most to say.
    pleins.sort(
        key=lambda b: (_dates(releves.get(b.cle)), releves[b.cle].faits if b.cle in releves else 0), reverse=True
    )
    affiches = [
        a for b in pleins[:1] for c in chapitres.chapitres([Rubrique("premier", "", (b,))], fiche.unite.adresse)
        for a in c.blocs
    ]  # fmt: skip
    suite = tuple(
        Sujet(b.titre, _ligne(b, releves.get(b.cle)), f"{adresse}#liste-{b.cle}") for b in pleins[len(affiches) :]
    )
    return PremierOnglet(premier.titre, adresse, tuple(affiches), suite)


def _dates(releve: ReleveDeSource | None) -> bool:
    return releve is not None and releve.source.jalon is not None


def _ligne(bloc: Bloc, releve: ReleveDeSource | None) -> str:
    if releve is None:
        return ""
    combien = pluriel(releve.faits, *(releve.source.compte or ("ligne",))[:2])
    return f"{combien}, dernière date : {jour(releve.dernier)}" if releve.dernier else combien
