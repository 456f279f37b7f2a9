"""Reads of the directory. It shows services and mailboxes; people are only shown to their own colleagues."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Count, IntegerField, Min, Q, QuerySet, Value, When
from django.db.models.functions import Concat
from django.utils import timezone

from fce.droits.comptes.models import Appartenance, Compte, Groupe
from fce.droits.habilitations.acteurs import FRANCE
from fce.droits.habilitations.dossiers.selectors import appartenances_tenues
from fce.echanges.annuaire.couverture import Echelon, LieuCouvert, couvre
from fce.echanges.models import Absence, EntreeAnnuaire
from fce.echanges.vocabulaire import NatureService
from fce.socle.base.lignes import trouver_ligne
from fce.socle.texte import jours_ouvres, paris
from fce.socle.texte.pliage import plier

RANGS = {nature: rang for rang, nature in enumerate(NatureService.values)}


class ServiceCompetent(NamedTuple):
    """A service that covers a place, and how near. ``ecrivable``: the asking services may write to it."""

    entree: EntreeAnnuaire
    echelon: Echelon
    ecrivable: bool


def chercher_services(
    *, texte: str = "", nature: str = "", departement: str = "", theme: str = ""
) -> QuerySet[EntreeAnnuaire]:
    """Open services, by kind, then by name, with ``membres``, their number of members. ``texte``: words of the name of
    the service, or of its administration; ``departement``: a code, that its territory or one of its communes holds."""
    inscrites = _avec_leurs_membres(_ouvertes())
    if mots := plier(texte).split():
        noms = _ouvertes().values_list("pk", "service__nom", "service__organisation__nom")
        plies = [(numero, plier(f"{nom} {organisation}")) for numero, nom, organisation in noms]
        inscrites = inscrites.filter(pk__in=[numero for numero, nom in plies if all(mot in nom for mot in mots)])
    if nature:
        inscrites = inscrites.filter(nature=nature)
    if theme:
        inscrites = inscrites.filter(themes__contains=[theme])
    if departement:
        inscrites = inscrites.filter(departements__overlap=[departement, FRANCE])
    rang = Case(*(When(nature=n, then=Value(r)) for n, r in RANGS.items()), output_field=IntegerField())
    return inscrites.order_by(rang, "service__nom", "pk")


def entree_de(numero: int) -> EntreeAnnuaire:
    """The entry of an open service. Raises Introuvable."""
    return trouver_ligne(_avec_leurs_membres(_ouvertes()), numero, "Ce service n’est pas dans l’annuaire.")


def competents(lieu: LieuCouvert, natures_du_demandeur: Iterable[str] = ()) -> list[ServiceCompetent]:
    """Services that cover a place, by kind, then nearest first, then by name. One query.

    ``natures_du_demandeur``: kinds of the asking services, for ``ecrivable``.
    """
    demandeurs = set(natures_du_demandeur)
    couvertes = Q(communes__overlap=sorted(lieu.communes)) | Q(
        communes=[], departements__overlap=[lieu.departement, FRANCE]
    )
    trouves = []
    for entree in _avec_leurs_membres(_ouvertes().filter(couvertes)):
        echelon = couvre(entree.territoire, entree.communes, lieu)
        if echelon is not None:
            trouves.append(ServiceCompetent(entree, echelon, recoit(entree, demandeurs)))
    return sorted(trouves, key=lambda s: (RANGS[s.entree.nature], s.echelon, s.entree.service.nom, s.entree.pk))


def recoit(entree: EntreeAnnuaire, natures: Iterable[str]) -> bool:
    """Whether a service of one of these kinds may write to this one. A service absent from the directory may only write
    to those that receive from all."""
    return not entree.recoit_de or not set(entree.recoit_de).isdisjoint(natures)


def retour_de(entree: Any) -> date | None:
    """First working day, where the service is, when one of its members is back; None unless all are away.

    ``entree``: with ``membres``, ``absents`` and ``retour``, as the queries of this module return it.
    """
    if not entree.membres or entree.absents < entree.membres:
        return None
    departements = entree.departements
    return jours_ouvres.ajouter(entree.retour, 1, departements[0] if len(departements) == 1 else "")


def sans_personne(entree: Any) -> str:
    """A sentence about a service without any member; "" for one that has some."""
    if entree.membres:
        return ""
    return "n’utilise plus FCE" if entree.passes else "n’utilise encore FCE"


def retour_du_service(service: int) -> date | None:
    """``retour_de`` for a service; None when it is not in the directory."""
    entree = entrees([service]).get(service)
    return retour_de(entree) if entree else None


def entrees(services: Iterable[int]) -> dict[int, EntreeAnnuaire]:
    """{group: entry} of the open services of the directory among these."""
    return {e.pk: e for e in _avec_leurs_membres(_ouvertes().filter(pk__in=list(services)))}


def natures_de(services: Iterable[int]) -> frozenset[str]:
    """Kinds of these services, for those in the directory."""
    return frozenset(EntreeAnnuaire.objects.filter(pk__in=list(services)).values_list("nature", flat=True))


def geres_par(compte: Compte) -> list[Groupe]:
    """Groups that an account manages, by name: it may write their entries."""
    return [a.groupe for a in appartenances_tenues(compte) if a.gestionnaire]


class Collegue(NamedTuple):
    """A member of a service, shown to his colleagues. ``absent_jusqu_au``: None when present."""

    nom: str
    absent_jusqu_au: date | None


def collegues(compte: Compte, service: int) -> list[Collegue] | None:
    """Members of a service, by name, if the account is one of them; else None."""
    if service not in {a.groupe_id for a in appartenances_tenues(compte)}:
        return None
    membres = (
        Appartenance.objects.filter(groupe=service, fin=None, suspendue_le=None, compte__desactive_le=None)
        .select_related("compte__absence")
        .order_by("compte__nom", "compte__prenom", "compte")
    )
    return [Collegue(m.compte.nom_complet, _absent(m)) for m in membres]


def absence_de(compte: int) -> date | None:
    """Last day of the absence announced by an account; None when it is past."""
    absences = Absence.objects.filter(pk=compte, jusqu_au__gte=_aujourd_hui())
    return absences.values_list("jusqu_au", flat=True).first()


def absences_de(auteurs: Iterable[str]) -> dict[str, date]:
    """{author, as visits keep it: last day of his absence}, for those absent today."""
    absences = Absence.objects.filter(jusqu_au__gte=_aujourd_hui()).annotate(
        qui=Concat(Value("c"), "pk", output_field=CharField())
    )
    return dict(absences.filter(qui__in=set(auteurs)).values_list("qui", "jusqu_au"))


def _absent(membre: Appartenance) -> date | None:
    absence = getattr(membre.compte, "absence", None)
    return absence.jusqu_au if absence is not None and absence.jusqu_au >= _aujourd_hui() else None


def _ouvertes() -> QuerySet[EntreeAnnuaire]:
    entrees = EntreeAnnuaire.objects.select_related("service__organisation")
    return entrees.filter(service__ferme_le=None, service__organisation__fermee_le=None)


def _avec_leurs_membres(entrees: QuerySet[EntreeAnnuaire]) -> QuerySet[EntreeAnnuaire]:
    """With ``passes``: number of members it ever had; ``membres``: of those it has; ``absents``: of those absent;
    ``retour``: last day of the absence that ends first."""
    membre = Q(
        service__appartenances__isnull=False,
        service__appartenances__fin=None,
        service__appartenances__suspendue_le=None,
        service__appartenances__compte__desactive_le=None,
    )
    absent = membre & Q(service__appartenances__compte__absence__jusqu_au__gte=_aujourd_hui())
    return entrees.annotate(
        passes=Count("service__appartenances"),
        membres=Count("service__appartenances", filter=membre),
        absents=Count("service__appartenances", filter=absent),
        retour=Min("service__appartenances__compte__absence__jusqu_au", filter=absent),
    )


def _aujourd_hui() -> date:
    return paris.jour_de(timezone.now())
