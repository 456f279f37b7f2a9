"""What the page of a producer reads: its data sets, the errors reported on them; for its officers, their uses."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Count, Q
from django.db.models.functions import Left
from django.utils import timezone

from fce.comptes.models import Organisation
from fce.donnees import catalogue
from fce.donnees.catalogue import DernierEssai, LigneDuCatalogue
from fce.droits.finalites import FINALITES
from fce.entreprises.rapprochement import compter_inconnus
from fce.fiche.lecteur import LecteurDeFiche
from fce.imports import selectors as sources_en_place
from fce.imports.depots.deposants import Responsable
from fce.journal.usages import CelluleDUsage, UsagesDuMois, usages
from fce.portail.models import Signalement
from fce.portail.signalements.etats import OUVERTS_SIGNALEMENT
from fce.socle.erreurs import Introuvable
from fce.socle.identifiants import formater_siret
from fce.socle.roles import Role, role_pris, sous_role
from fce.sources import registre
from fce.sources.declaration import Producteur, Source

AN: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class SignalementsComptes:
    """Errors reported on the data of a producer in the last twelve months: how many, answered, that wait."""

    recus: int
    repondus: int
    attendent: int


@dataclass(frozen=True, slots=True)
class JeuDuProducteur:
    """A data set of a producer: its state, its last attempt to load (None: none). ``inconnus``: for its officers, its
    numbers that Sirene does not know ({kind: count, None when not counted})."""

    ligne: LigneDuCatalogue
    dernier: DernierEssai | None
    inconnus: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class CelluleNommee:
    """A figure of use, with the name of the service or of the purpose."""

    nom: str
    consultations: int
    lignes: int


@dataclass(frozen=True, slots=True)
class MoisDUsage:
    """What an officer reads of a month: ``usages`` with names in place of numbers and codes."""

    usages: UsagesDuMois
    services: tuple[CelluleNommee, ...]
    finalites: tuple[CelluleNommee, ...]


def producteurs() -> list[tuple[Producteur, int]]:
    """Every producer of the catalogue and how many data sets it has, by name."""
    comptes: dict[str, tuple[Producteur, int]] = {}
    for source in registre.toutes():
        producteur, deja = comptes.get(source.producteur.code, (source.producteur, 0))
        comptes[source.producteur.code] = (producteur, deja + 1)
    return sorted(comptes.values(), key=lambda p: p[0].nom.casefold())


def producteur(code: str) -> tuple[Producteur, list[Source]]:
    """A producer and its data sets, by title. Raises Introuvable."""
    siennes = sorted((s for s in registre.toutes() if s.producteur.code == code), key=lambda s: s.titre.casefold())
    if not siennes:
        raise Introuvable("Ce producteur n’existe pas.")
    return siennes[0].producteur, siennes


def du_responsable(responsable: Responsable, code: str) -> tuple[Producteur, list[Source]]:
    """A producer that the officer answers for. Raises Introuvable, for another one's in the same words."""
    return producteur(code if code in responsable.producteurs else "")


def jeux(sources: Sequence[Source], lecteur: LecteurDeFiche, *, siens: bool = False) -> list[JeuDuProducteur]:
    """State and quality of data sets: counts are for who may read every row, and for their officers (``siens``)."""
    noms = {s.nom for s in sources}
    lus = []
    for etat in sources_en_place.etat_des_sources():
        if etat.source.nom in noms:
            comptee = siens or catalogue.compte(etat.source, lecteur)
            essais = catalogue.derniers_imports(etat.source, comptes=comptee)
            inconnus = compter_inconnus(etat.source) if siens and etat.en_place else {}
            lus.append(JeuDuProducteur(catalogue.ligne(etat, comptee=comptee), essais[0] if essais else None, inconnus))
    return sorted(lus, key=lambda j: j.ligne.source.titre.casefold())


def signalements(code: str) -> SignalementsComptes:
    """How many errors were reported on the data of a producer in twelve months, and what became of them. One query."""
    attend = Q(etat__in=OUVERTS_SIGNALEMENT)
    siens = Signalement.objects.filter(producteur=code, recu_le__gt=timezone.now() - AN).order_by()
    # Anyone reads these counts; nobody but their author and who handles them reads the reports.
    with sous_role(max(role_pris(), Role.COMPTES)):
        lus = siens.aggregate(
            recus=Count("pk"), repondus=Count("pk", filter=~attend), attendent=Count("pk", filter=attend)
        )
    return SignalementsComptes(**lus)


def mois_d_usage(sources: Sequence[Source]) -> list[MoisDUsage]:
    """The uses of data sets by month, service and purpose, as far as they may be told: two queries."""
    lus = usages([s.nom for s in sources], timezone.now())
    services = _noms_des_services({c.cle for u in lus for c in u.par_service})
    finalites = {code: finalite.libelle for code, finalite in FINALITES.items()}
    return [
        MoisDUsage(
            u, _nommees(u.par_service, services), _nommees(u.par_finalite, finalites, sans_nom="Sans finalité propre")
        )
        for u in lus
    ]


def _noms_des_services(sirets: Collection[str]) -> dict[str, str]:
    """{SIRET: name of the administration}; with its number when only another establishment of it is known."""
    connues = dict(
        Organisation.objects.annotate(siren=Left("numero", 9))
        .filter(siren__in={n[:9] for n in sirets})
        .values_list("numero", "nom")
    )
    entieres = {numero[:9]: nom for numero, nom in sorted(connues.items(), reverse=True)}
    return {
        siret: connues.get(siret) or f"{entieres[siret[:9]]}, {formater_siret(siret)}"
        for siret in sirets
        if siret[:9] in entieres
    }


def _nommees(
    cellules: Sequence[CelluleDUsage], noms: Mapping[str, str], sans_nom: str = ""
) -> tuple[CelluleNommee, ...]:
    return tuple(CelluleNommee(noms.get(c.cle) or sans_nom or c.cle, c.consultations, c.lignes) for c in cellules)
