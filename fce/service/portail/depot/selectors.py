"""Reads of the data officers' screens: sources, deposits, reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from django.db.models import Max

from fce.donnees.imports import selectors as sources_en_place
from fce.donnees.imports.depots import reception, selectors as depots
from fce.donnees.imports.depots.deposants import Responsable, a_envoye, nommer_l_envoi, sources_de
from fce.donnees.imports.depots.services import deposable
from fce.donnees.imports.etats import A_VERIFIER, DEPOTS, EtatDepot, GesteDepot
from fce.donnees.imports.models import Depot
from fce.donnees.publication import catalogue
from fce.donnees.publication.catalogue import LigneDuCatalogue
from fce.socle.erreurs import Introuvable
from fce.socle.texte.formats import nombre
from fce.sources.declaration import Source

PAR_PAGE: Final = 20
_PHRASES: Final = {
    EtatDepot.RECU: "Le fichier est reçu, en attente de vérification. Un gros fichier est vérifié en quelques "
    "minutes : actualisez cette page.",
    EtatDepot.EN_VERIFICATION: "La vérification est en cours. Actualisez cette page dans quelques minutes.",
    EtatDepot.PRET: "Le fichier est conforme. Lisez le rapport, puis publiez le dépôt ou abandonnez-le : d’ici là, "
    "rien ne change pour les lecteurs.",
    EtatDepot.PUBLIE: "Ce dépôt a été publié.",
    EtatDepot.ABANDONNE: "Ce dépôt a été abandonné : son fichier est effacé.",
}
_GENRES: Final = {
    EtatDepot.PRET: "success",
    EtatDepot.REFUSE: "error",
    EtatDepot.ERREUR: "error",
    EtatDepot.PUBLIE: "success",
    EtatDepot.ABANDONNE: "info",
}


class SourceDeposable(NamedTuple):
    """A source of the officer, its last deposit (or None), and how many wait for an action."""

    ligne: LigneDuCatalogue
    dernier: Depot | None
    ouverts: int

    @property
    def source(self) -> Source:
        return self.ligne.source


class DepotAffiche(NamedTuple):
    """A deposit as shown. ``genre``: suffix of its badge; ``par``: who sent it."""

    depot: Depot
    phrase: str
    genre: str
    par: str

    @property
    def ouvert(self) -> bool:
        return self.depot.etat in DEPOTS.ouverts

    @property
    def publiable(self) -> bool:
        """Whether the officer may publish, possibly with a reason."""
        return GesteDepot.PUBLIER in DEPOTS.possibles(self.depot.etat) or self.forcable

    @property
    def forcable(self) -> bool:
        """Whether a threshold refused it, which a written reason may override."""
        return GesteDepot.FORCER in DEPOTS.possibles(self.depot.etat) and self.depot.forcable

    @property
    def a_actualiser(self) -> bool:
        """Whether the page should refresh itself: a verification is waiting or running."""
        return self.depot.etat in A_VERIFIER


class Seuil(NamedTuple):
    """A threshold, the value measured and its limit, as percentages; "" when it is not a share."""

    libelle: str
    mesure: str
    limite: str
    franchi: bool


def sources(responsable: Responsable) -> list[SourceDeposable]:
    """Return the officer's sources, by title. Five queries."""
    siennes = {s.nom for s in sources_de(responsable) if deposable(s)}
    visibles = depots.depots(responsable)
    derniers = visibles.order_by().values("source").annotate(recent=Max("pk")).values("recent")
    par_source = {d.source: d for d in visibles.filter(pk__in=derniers).defer("rapport")}
    ouverts: dict[str, int] = {}
    for nom in visibles.filter(etat__in=DEPOTS.ouverts).values_list("source", flat=True):
        ouverts[nom] = ouverts.get(nom, 0) + 1
    return sorted(
        (
            SourceDeposable(
                catalogue.ligne(e, comptee=True), par_source.get(e.source.nom), ouverts.get(e.source.nom, 0)
            )
            for e in sources_en_place.etat_des_sources()
            if e.source.nom in siennes
        ),
        key=lambda s: s.source.titre.casefold(),
    )


def source(responsable: Responsable, nom: str) -> Source:
    """Return a source that the officer may feed. Raises Introuvable, also for another producer's."""
    for siennes in sources_de(responsable):
        if siennes.nom == nom and deposable(siennes):
            return siennes
    raise Introuvable("Aucune source de ce nom parmi celles que vous déposez.")


def depot(responsable: Responsable, nom: str, numero: int) -> Depot:
    """Return a deposit of the source. Raises Introuvable."""
    trouve = depots.depot(responsable, numero)
    if trouve.source != source(responsable, nom).nom:
        raise Introuvable(f"Aucun dépôt n° {numero} parmi les vôtres.")
    return trouve


def vu(responsable: Responsable, depot: Depot) -> DepotAffiche:
    """Return the deposit as shown to the officer."""
    par = "vous" if a_envoye(responsable, depot) else nommer_l_envoi(depot.jeton_id, depot.par)
    return DepotAffiche(depot, _phrase(depot), _GENRES.get(EtatDepot(depot.etat), "new"), par)


def _phrase(depot: Depot) -> str:
    if depot.etat == EtatDepot.ERREUR:
        return f"{depot.rapport.get('erreur', '')} Relancez la vérification, ou abandonnez le dépôt."
    if depot.etat == EtatDepot.REFUSE:
        if depot.forcable:
            return (
                "Un seuil refuse ce fichier. Lisez le rapport, puis abandonnez le dépôt, ou publiez-le en disant "
                "pourquoi : le motif est gardé."
            )
        return "Ce fichier est refusé. Corrigez-le selon le rapport, puis envoyez-le à nouveau."
    return _PHRASES[EtatDepot(depot.etat)]


def rapport(responsable: Responsable, depot: Depot) -> dict[str, Any]:
    """Return the report as shown, empty when there is none."""
    brut = depots.rapport_de(responsable, depot)
    if not brut:
        return {}
    return rapport_presente(brut) | {
        "valeurs_cachees": not depots.voit_les_valeurs(responsable, depot),
        "telechargeable": reception.chemin_quarantaine(depot.dossier).is_file(),
    }


def rapport_presente(brut: Mapping[str, Any]) -> dict[str, Any]:
    """Format the figures of a stored report."""
    return {
        **brut,
        "seuils": [_seuil(s) for s in brut["seuils"]],
        "colonnes": _colonnes(brut["differences"]),
    }


def _seuil(seuil: Mapping[str, Any]) -> Seuil:
    return Seuil(seuil["libelle"], _part(seuil["mesure"]), _part(seuil["limite"]), seuil["franchi"])


def _part(part: float | None) -> str:
    return "" if part is None else f"{nombre(round(part * 100, 2))} %"


def _colonnes(differences: Mapping[str, Any] | None) -> list[tuple[str, int]]:
    if not differences:
        return []
    return sorted(differences["colonnes"].items(), key=lambda c: (-c[1], c[0]))
