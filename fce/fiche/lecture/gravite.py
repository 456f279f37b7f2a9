"""How serious an event of the timeline is, and of which kind: declared by its source, the same for every reader."""

from __future__ import annotations

from typing import Final

from fce.donnees.entreprises.historique import Evenement
from fce.donnees.entreprises.repertoire import JEUX
from fce.sources import registre
from fce.sources.catalogue.insee import GRAVITES
from fce.sources.presentation import Gravite

GENRES: Final = {
    "etat": "Ouverture, fermeture, cessation",
    "creation": "Ouverture, fermeture, cessation",
    "ouverture": "Ouverture d’un établissement",
    "fermeture": "Fermeture d’un établissement",
    "transfert": "Transfert d’un établissement",
    "succession": "Succession",
    "siege": "Transfert du siège",
    "nom": "Nom et enseigne",
    "enseigne": "Nom et enseigne",
    "categorie_juridique": "Forme juridique",
    "activite": "Activité",
    "ess": "Qualité d’employeur, de l’ESS, à mission",
    "societe_mission": "Qualité d’employeur, de l’ESS, à mission",
    "employeur": "Qualité d’employeur, de l’ESS, à mission",
    "contact": "Contact d’un service",
}
"""Labels of the kinds of events of Sirene and of services; the other sources declare theirs."""
CESSATION: Final = "Cessation de l'entreprise"
RECODEE: Final = "Activité principale recodée"
"""A new nomenclature gives every unit another code: nothing happened."""


def gravite_du_genre(genre: str) -> Gravite:
    """That of a kind of event of Sirene, or of what a service told."""
    return GRAVITES.get(genre, Gravite.A_VOIR)


def gravite_de(evenement: Evenement) -> Gravite:
    if evenement.genre != "fait":
        if evenement.titre.startswith(RECODEE):
            return Gravite.ORDINAIRE
        return gravite_du_genre("cessation" if evenement.titre == CESSATION else evenement.genre)
    source = registre.source(evenement.source)
    if source.jalon is not None:
        return source.jalon.gravite_de(evenement.detail)
    return source.alarme.gravite if source.alarme else Gravite.ORDINAIRE


def genre_de(evenement: Evenement) -> str:
    """Label of the kind of an event: that of its source, split by its detail when the declaration says so."""
    if evenement.genre in GENRES:
        return GENRES[evenement.genre]
    source = registre.source(evenement.source)
    if source.jalon is None:
        return source.titre
    distingue = source.jalon.par_detail and evenement.detail
    return f"{evenement.titre} : {evenement.detail}" if distingue else evenement.titre


def regle() -> dict[Gravite, list[str]]:
    """The rule, as readers read it: what is of each gravity, from the declarations in force."""
    dites: dict[Gravite, list[str]] = {g: [] for g in Gravite}
    dites[gravite_du_genre("cessation")].append("Cessation de l’entreprise")
    for genre in dict.fromkeys(GENRES):
        titre = {"etat": "Fermeture du siège, réouverture, reprise d’activité", "creation": "Création"}
        dites[gravite_du_genre(genre)].append(titre.get(genre, GENRES[genre]))
    for source in registre.toutes():
        if source.nom in JEUX or not (source.jalon or source.alarme):
            continue
        producteur = source.producteur.sigle or source.producteur.nom
        if source.jalon is None:
            assert source.alarme is not None  # noqa: S101 – tested above
            dites[source.alarme.gravite].append(f"{source.titre} ({producteur}) : ce qui déclenche une alarme")
            continue
        dites[source.jalon.gravite].append(f"{source.jalon.titre} ({producteur})")
        if source.jalon.graves:
            dites[Gravite.GRAVE].append(f"{source.jalon.titre} ({producteur}) : {', '.join(source.jalon.graves)}")
    return {g: list(dict.fromkeys(noms)) for g, noms in dites.items()}
