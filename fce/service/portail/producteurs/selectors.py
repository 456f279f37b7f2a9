"""Reads of a producer's page: data sets, error reports, uses."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Final, NamedTuple

from django.db.models import Count, Q
from django.db.models.functions import Left
from django.utils import timezone

from fce.donnees.entreprises.rapprochement import compter_inconnus
from fce.donnees.imports import selectors as sources_en_place
from fce.donnees.imports.depots.deposants import Responsable
from fce.donnees.publication import catalogue
from fce.donnees.publication.catalogue import DernierEssai, LigneDuCatalogue
from fce.droits.comptes.models import Organisation
from fce.droits.habilitations.finalites import FINALITES
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.journal.usages import CelluleDUsage, UsagesDuMois, usages
from fce.service.portail.models import Signalement
from fce.service.portail.signalements.etats import SIGNALEMENTS
from fce.socle.base.roles import Role, role_pris, sous_role
from fce.socle.erreurs import Introuvable
from fce.socle.texte.identifiants import formater_siret
from fce.sources import registre
from fce.sources.declaration import Producteur, Source

AN: Final = timedelta(days=365)


class SignalementsComptes(NamedTuple):
    """Error reports about a producer in the last twelve months: received, answered, pending."""

    recus: int
    repondus: int
    attendent: int


class JeuDuProducteur(NamedTuple):
    """A data set: state, last load attempt (or None). ``inconnus``: for its officers, numbers unknown to Sirene ({kind:
    count, None when not counted})."""

    ligne: LigneDuCatalogue
    dernier: DernierEssai | None
    inconnus: Mapping[str, int | None]


class CelluleNommee(NamedTuple):
    """A usage figure, with the name of the service or purpose."""

    nom: str
    consultations: int
    lignes: int


class MoisDUsage(NamedTuple):
    """A month of uses, with names in place of numbers and codes."""

    usages: UsagesDuMois
    services: tuple[CelluleNommee, ...]
    finalites: tuple[CelluleNommee, ...]


def producteurs() -> list[tuple[Producteur, int]]:
    """Return the producers of the catalogue by name, with their number of data sets."""
    comptes: dict[str, tuple[Producteur, int]] = {}
    for source in registre.toutes():
        producteur, deja = comptes.get(source.producteur.code, (source.producteur, 0))
        comptes[source.producteur.code] = (producteur, deja + 1)
    return sorted(comptes.values(), key=lambda p: p[0].nom.casefold())


def producteur(code: str) -> tuple[Producteur, list[Source]]:
    """Return a producer and its data sets, by title. Raises Introuvable."""
    siennes = sorted((s for s in registre.toutes() if s.producteur.code == code), key=lambda s: s.titre.casefold())
    if not siennes:
        raise Introuvable("Ce producteur n’existe pas.")
    return siennes[0].producteur, siennes


def du_responsable(responsable: Responsable, code: str) -> tuple[Producteur, list[Source]]:
    """As ``producteur``, for a producer of the officer. Raises Introuvable, also for another producer."""
    return producteur(code if code in responsable.producteurs else "")


def jeux(sources: Sequence[Source], lecteur: LecteurDeDonnees, *, siens: bool = False) -> list[JeuDuProducteur]:
    """Return state and quality of data sets; counts only for readers of every row and for their officers
    (``siens``)."""
    noms = {s.nom for s in sources}
    declares = []
    for etat in sources_en_place.etat_des_sources():
        if etat.source.nom in noms:
            comptee = siens or catalogue.compte(etat.source, lecteur)
            essais = catalogue.derniers_imports(etat.source, comptes=comptee)
            inconnus = compter_inconnus(etat.source) if siens and etat.en_place else {}
            declares.append(
                JeuDuProducteur(catalogue.ligne(etat, comptee=comptee), essais[0] if essais else None, inconnus)
            )
    return sorted(declares, key=lambda j: j.ligne.source.titre.casefold())


def signalements(code: str) -> SignalementsComptes:
    """Count the error reports about a producer in twelve months. One query."""
    attend = Q(etat__in=SIGNALEMENTS.ouverts)
    siens = Signalement.objects.filter(producteur=code, recu_le__gt=timezone.now() - AN).order_by()
    # The counts are public, whereas the reports are not.
    with sous_role(max(role_pris(), Role.COMPTES)):
        comptes = siens.aggregate(
            recus=Count("pk"), repondus=Count("pk", filter=~attend), attendent=Count("pk", filter=attend)
        )
    return SignalementsComptes(**comptes)


def mois_d_usage(sources: Sequence[Source]) -> list[MoisDUsage]:
    """Return the publishable uses by month, service and purpose. Two queries."""
    par_mois = usages([s.nom for s in sources], timezone.now())
    services = _noms_des_services({c.cle for u in par_mois for c in u.par_service})
    finalites = {code: finalite.libelle for code, finalite in FINALITES.items()}
    return [
        MoisDUsage(
            u, _nommees(u.par_service, services), _nommees(u.par_finalite, finalites, sans_nom="Sans finalité propre")
        )
        for u in par_mois
    ]


def _noms_des_services(sirets: Collection[str]) -> dict[str, str]:
    """{SIRET: administration's name}; with the number when only another establishment of it is known."""
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
