"""What the pages of reports read: who handles each, and what each reader may see of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from fce.comptes.mandats import Mandats
from fce.comptes.models import Compte, Mandat
from fce.fiche.blocs import AUTRES
from fce.imports.depots.deposants import Responsable, sources_de
from fce.portail.dirigeant.selectors import dirige, noms
from fce.portail.models import Signalement
from fce.portail.signalements.etats import (
    DELAI_SIGNALEMENT,
    OUVERTS_SIGNALEMENT,
    PARCOURS_SIGNALEMENT,
    GesteSignalement,
)
from fce.socle import liens
from fce.socle.erreurs import Introuvable
from fce.socle.transitions import gestes_possibles
from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.onglets import onglet_de
from fce.sources.rubriques import TITRES

RUBRIQUES: Final = {**TITRES, AUTRES: "Autre chose"}
PAR_PAGE: Final = 30
EQUIPE: Final = "l’équipe de la fiche commune"


def proposees() -> dict[str, str]:
    """Chapters that a sheet has, and « Autre chose »: one without any source is not asked about."""
    presentes = {source.rubrique for source in registre.toutes()} | {"identite", "etablissements", AUTRES}
    return {code: titre for code, titre in RUBRIQUES.items() if code in presentes}


@dataclass(frozen=True, slots=True)
class Vu:
    """A report as a page shows it: the name of its company as everyone sees it, the titles of its rubrique and of its
    source, who handles it, where its sheet is, whether its author has waited too long."""

    signalement: Signalement
    nom: str
    rubrique: str
    source: str
    destinataire: str
    fiche: str
    retard: bool

    @property
    def ouvert(self) -> bool:
        """Whether the report still waits for an answer."""
        return self.signalement.etat in OUVERTS_SIGNALEMENT

    @property
    def a_prendre(self) -> bool:
        """Whether nobody has taken the report in charge."""
        return GesteSignalement.PRENDRE in gestes_possibles(PARCOURS_SIGNALEMENT, self.signalement.etat)


def peut_signaler(compte: Compte, siren: str) -> bool:
    """An agent on any sheet; a private person on those of the companies that she heads."""
    return compte.agent or dirige(compte, siren)


def vus(signalements: Iterable[Signalement]) -> list[Vu]:
    """Reports as they are shown. Two queries: the names, and the producers that have data officers."""
    lus = list(signalements)
    connus = noms(s.siren for s in lus)
    codes = {s.producteur for s in lus} - {""}
    tenus = frozenset(_mandats().filter(perimetre__in=codes).values_list("perimetre", flat=True)) if codes else ()
    limite = timezone.now() - DELAI_SIGNALEMENT
    return [
        Vu(
            s,
            connus.get(s.siren, ""),
            RUBRIQUES.get(s.rubrique, s.rubrique),
            titre_de_source(s.source),
            nom_des_responsables(s.producteur) if s.producteur in tenus else EQUIPE,
            adresse_de_la_fiche(s.siren, s.siret, s.rubrique),
            en_retard(s, limite),
        )
        for s in lus
    ]


def en_retard(signalement: Signalement, limite: datetime) -> bool:
    """Whether a report still waits that came before ``limite``."""
    return signalement.etat in OUVERTS_SIGNALEMENT and signalement.recu_le < limite


def adresse_de_la_fiche(siren: str, siret: str, rubrique: str) -> str:
    """The sheet that a report is about, at the tab of its rubrique; its rights decide what is read there."""
    base = liens.adresse("etablissement", siret) if siret else liens.adresse("entreprise", siren)
    onglet = onglet_de(rubrique).cle
    # An establishment has no establishments.
    connu = rubrique in TITRES and not (siret and onglet == "etablissements")
    return f"{base}/{onglet}" if connu else base


def source_signalee(nom: str) -> Source | None:
    """A source of the catalogue by its name, None for none or one that is no longer there."""
    try:
        return registre.source(nom) if nom else None
    except Introuvable:
        return None


def titre_de_source(nom: str) -> str:
    """Title of a source, "" for none or one that is no longer there."""
    source = source_signalee(nom)
    return source.titre if source else ""


def nom_du_producteur(source: Source) -> str:
    """How a page names who answers for the data of a source."""
    return source.producteur.sigle or source.producteur.nom


def nom_des_responsables(producteur: str) -> str:
    """How an author reads who handles his report. ``producteur``: code."""
    sigle = next((nom_du_producteur(s) for s in registre.toutes() if s.producteur.code == producteur), producteur)
    return f"les responsables des données du producteur ({sigle})"


def _mandats() -> QuerySet[Mandat]:
    return Mandat.objects.filter(role=Mandats.DEPOT, fin=None, compte__desactive_le=None)


def responsables(producteur: str) -> list[Compte]:
    """The data officers of a producer: those who may deposit for it now."""
    if not producteur:
        return []
    return list(Compte.objects.filter(pk__in=_mandats().filter(perimetre=producteur).values("compte")).order_by("pk"))


def siens(compte: Compte) -> list[Vu]:
    """The reports of an account, the latest first."""
    return vus(Signalement.objects.filter(auteur=compte.identifiant)[:100])


def signalements_de(responsable: Responsable, etats: Iterable[str] = (), source: str = "") -> QuerySet[Signalement]:
    """The reports on the sources of a data officer's producers: those that wait longest first, then the others, the
    latest closed first. ``etats``, ``source``: empty for all."""
    trouves = Signalement.objects.filter(producteur__in=responsable.producteurs)
    if voulus := tuple(etats):
        trouves = trouves.filter(etat__in=voulus)
    if source:
        trouves = trouves.filter(source=source)
    return trouves.order_by(F("traite_le").desc(nulls_first=True), "recu_le", "pk")


def sources_signalables(responsable: Responsable) -> dict[str, str]:
    """{name: title} of the sources that a data officer answers for, by title."""
    return {s.nom: s.titre for s in sorted(sources_de(responsable), key=lambda s: s.titre.casefold())}


def signalement_de(responsable: Responsable, numero: int) -> Signalement:
    """A report on a source of the officer's producers. Raises Introuvable, for another producer's too."""
    return _trouver(signalements_de(responsable), numero)


def de_l_equipe() -> QuerySet[Signalement]:
    """The reports that the team handles: about no source, or about those of a producer that has no data officer."""
    tenus = _mandats().filter(perimetre=OuterRef("producteur")).exclude(perimetre="")
    return Signalement.objects.filter(~Exists(tenus))


def signalement(numero: int) -> Signalement:
    """One of those that the team handles. Raises Introuvable."""
    return _trouver(de_l_equipe(), numero)


def _trouver(parmi: QuerySet[Signalement], numero: int) -> Signalement:
    trouve = parmi.filter(pk=numero).first() if 0 < numero < 2**63 else None
    if trouve is None:
        raise Introuvable(f"Aucun signalement n° {numero} parmi ceux que vous traitez.")
    return trouve
