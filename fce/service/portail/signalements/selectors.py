"""Reads of error reports: who handles each, and what each reader may see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from fce.donnees.imports.depots.deposants import Responsable, sources_de
from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.models import Compte, Mandat
from fce.service.portail.dirigeant.selectors import dirige, noms
from fce.service.portail.models import Signalement
from fce.service.portail.signalements.etats import DELAI_SIGNALEMENT, SIGNALEMENTS, GesteSignalement
from fce.socle.base.lignes import trouver_ligne
from fce.socle.erreurs import Introuvable
from fce.socle.web import liens
from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.onglets import onglet_de
from fce.sources.rubriques import AUTRES, TITRES

RUBRIQUES: Final = {**TITRES, AUTRES: "Autre chose"}
PAR_PAGE: Final = 30
EQUIPE: Final = "l’équipe de la fiche commune"


def proposees() -> dict[str, str]:
    """Chapters offered in the form: those that have a source, and « Autre chose »."""
    presentes = {source.rubrique for source in registre.toutes()} | {"identite", "etablissements", AUTRES}
    return {code: titre for code, titre in RUBRIQUES.items() if code in presentes}


class SignalementAffiche(NamedTuple):
    """A report as shown: company's public name, titles, who handles it, link to the sheet, whether it is late."""

    signalement: Signalement
    nom: str
    rubrique: str
    source: str
    destinataire: str
    fiche: str
    retard: bool

    @property
    def ouvert(self) -> bool:
        return self.signalement.etat in SIGNALEMENTS.ouverts

    @property
    def a_prendre(self) -> bool:
        return GesteSignalement.PRENDRE in SIGNALEMENTS.possibles(self.signalement.etat)


def peut_signaler(compte: Compte, siren: str) -> bool:
    """Tell whether an account may report: an agent on any sheet, a private person on the companies linked to it."""
    return compte.agent or dirige(compte, siren)


def vus(signalements: Iterable[Signalement]) -> list[SignalementAffiche]:
    """Return reports as shown. Two queries: names of companies, producers with data officers."""
    tous = list(signalements)
    connus = noms(s.siren for s in tous)
    codes = {s.producteur for s in tous} - {""}
    tenus = frozenset(_mandats().filter(perimetre__in=codes).values_list("perimetre", flat=True)) if codes else ()
    limite = timezone.now() - DELAI_SIGNALEMENT
    return [
        SignalementAffiche(
            s,
            connus.get(s.siren, ""),
            RUBRIQUES.get(s.rubrique, s.rubrique),
            titre_de_source(s.source),
            nom_des_responsables(s.producteur) if s.producteur in tenus else EQUIPE,
            adresse_de_la_fiche(s.siren, s.siret, s.rubrique),
            en_retard(s, limite),
        )
        for s in tous
    ]


def en_retard(signalement: Signalement, limite: datetime) -> bool:
    """Tell whether a report received before ``limite`` is still pending."""
    return signalement.etat in SIGNALEMENTS.ouverts and signalement.recu_le < limite


def adresse_de_la_fiche(siren: str, siret: str, rubrique: str) -> str:
    """Return the URL of the sheet, at the tab of the chapter."""
    base = liens.adresse("etablissement", siret) if siret else liens.adresse("entreprise", siren)
    onglet = onglet_de(rubrique).cle
    # The sheet of an establishment has no tab of establishments.
    connu = rubrique in TITRES and not (siret and onglet == "etablissements")
    return f"{base}/{onglet}" if connu else base


def source_signalee(nom: str) -> Source | None:
    """Return a source of the catalogue, None when unknown or removed."""
    try:
        return registre.source(nom) if nom else None
    except Introuvable:
        return None


def titre_de_source(nom: str) -> str:
    """Return a source's title, "" when unknown or removed."""
    source = source_signalee(nom)
    return source.titre if source else ""


def nom_du_producteur(source: Source) -> str:
    """Return the producer's short name, else its full name."""
    return source.producteur.sigle or source.producteur.nom


def nom_des_responsables(producteur: str) -> str:
    """Return how the author sees who handles the report. ``producteur``: code."""
    sigle = next((nom_du_producteur(s) for s in registre.toutes() if s.producteur.code == producteur), producteur)
    return f"les responsables des données du producteur ({sigle})"


def _mandats() -> QuerySet[Mandat]:
    return Mandat.objects.filter(role=Mandats.DEPOT, fin=None, compte__desactive_le=None)


def responsables(producteur: str) -> list[Compte]:
    """Return the data officers of a producer: accounts with a current deposit mandate."""
    if not producteur:
        return []
    return list(Compte.objects.filter(pk__in=_mandats().filter(perimetre=producteur).values("compte")).order_by("pk"))


def siens(compte: Compte) -> list[SignalementAffiche]:
    """Return an account's reports, latest first."""
    return vus(Signalement.objects.filter(auteur=compte.identifiant)[:100])


def signalements_de(responsable: Responsable, etats: Iterable[str] = (), source: str = "") -> QuerySet[Signalement]:
    """Return the reports on the officer's sources: pending ones first, the oldest on top, then the latest closed.
    ``etats``, ``source``: empty for all."""
    trouves = Signalement.objects.filter(producteur__in=responsable.producteurs)
    if voulus := tuple(etats):
        trouves = trouves.filter(etat__in=voulus)
    if source:
        trouves = trouves.filter(source=source)
    return trouves.order_by(F("traite_le").desc(nulls_first=True), "recu_le", "pk")


def sources_signalables(responsable: Responsable) -> dict[str, str]:
    """Return {name: title} of the officer's sources, by title."""
    return {s.nom: s.titre for s in sorted(sources_de(responsable), key=lambda s: s.titre.casefold())}


def signalement_de(responsable: Responsable, numero: int) -> Signalement:
    """Return a report on the officer's sources. Raises Introuvable, also for another producer's."""
    return _trouver(signalements_de(responsable), numero)


def de_l_equipe() -> QuerySet[Signalement]:
    """Reports handled by the team: without a source, or of a producer without data officers."""
    tenus = _mandats().filter(perimetre=OuterRef("producteur")).exclude(perimetre="")
    return Signalement.objects.filter(~Exists(tenus))


def signalement(numero: int) -> Signalement:
    """Return a report handled by the team. Raises Introuvable."""
    return _trouver(de_l_equipe(), numero)


def _trouver(parmi: QuerySet[Signalement], numero: int) -> Signalement:
    return trouver_ligne(parmi, numero, f"Aucun signalement n° {numero} parmi ceux que vous traitez.")
