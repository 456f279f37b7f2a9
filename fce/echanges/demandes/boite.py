"""The boxes of a service (received and sent, late ones first), and the open questions about a company."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from functools import cache
from typing import Any, Final, NamedTuple

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse

from fce.droits.comptes.models import Compte
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.selectors import acteur_de
from fce.echanges.a_faire import SujetDeTache
from fce.echanges.acces import services_a_confirmer
from fce.echanges.demandes import demandeur
from fce.echanges.demandes.genre import DEMANDE, EN_ATTENTE, EtatSaisine
from fce.echanges.demandes.services import departement_du_service
from fce.echanges.models import Demande, Saisine
from fce.socle.base.branches import Branche
from fce.socle.texte import paris
from fce.socle.texte.identifiants import est_siret
from fce.socle.web.offres import Tache

PAR_PAGE: Final = 25
DITES_MAX: Final = 10
"""Tasks of each kind on an agent's home page; the box shows all of them."""
SUR_LA_FICHE_MAX: Final = 20
RECUES, ENVOYEES = "recues", "envoyees"


class CompteDeBoite(NamedTuple):
    """Numbers of threads of a box, whatever the filter: by state, late, the reader's own."""

    par_etat: tuple[tuple[str, str, int], ...]
    retard: int
    miennes: int


def saisines(
    services: Collection[int],
    compte: Compte,
    jour: date,
    *,
    boite: str = RECUES,
    etat: str = "",
    theme: str = "",
    numero: str = "",
    retard: bool = False,
    miennes: bool = False,
) -> QuerySet[Saisine]:
    """Threads of a box, with only their numbers: late ones first, then by deadline; then those without a deadline,
    latest first. ``numero``: SIREN or SIRET; ``miennes``: those that the account handles, or sent.

    ``lire_saisines`` loads a page: joining all the previous ones would be slower on each further page.
    """
    voulus = {
        "etat": etat,
        "limite__lt": jour if retard else None,
        "demande__siren": numero[:9],
        "demande__siret": numero if est_siret(numero) else "",
        "demande__themes__contains": [theme] if theme else [],
    }
    trouvees = _de_la_boite(services, boite).filter(**{colonne: valeur for colonne, valeur in voulus.items() if valeur})
    if miennes:
        trouvees = trouvees.filter(_miennes(boite, compte))
    return trouvees.only("pk").order_by(F("limite").asc(nulls_last=True), "-pk")


def lire_saisines(page: Iterable[Saisine]) -> list[Saisine]:
    """The threads of a page with their questions and services, in order, and ``au_demandeur``, whether the asker has a
    message to answer. One query."""
    voulues = [saisine.pk for saisine in page]
    par_numero = (
        Saisine.objects.select_related("demande", "attribuee_a", "service__organisation", "demandeur__organisation")
        .annotate(au_demandeur=demandeur.AU_DEMANDEUR)
        .in_bulk(voulues)
    )
    return [par_numero[numero] for numero in voulues if numero in par_numero]


def nombres(services: Collection[int], boite: str, compte: Compte, jour: date) -> CompteDeBoite:
    """Numbers of threads of a box. One query."""
    comptes: dict[str, Any] = {etat: Count("pk", filter=Q(etat=etat)) for etat in EtatSaisine.values}
    comptees = _de_la_boite(services, boite).aggregate(
        **comptes, retard=Count("pk", filter=Q(limite__lt=jour)), miennes=Count("pk", filter=_miennes(boite, compte))
    )
    par_etat = tuple((etat.value, str(etat.label), comptees[etat]) for etat in EtatSaisine)
    return CompteDeBoite(par_etat, comptees["retard"], comptees["miennes"])


def en_attente(services: Iterable[int], compte: Compte, aujourd_hui: date) -> QuerySet[Saisine]:
    """Threads that wait for an account: not taken by anybody in his services, or taken by him, or by an absent
    colleague."""
    siennes = Q(attribuee_a=compte) | Q(attribuee_a__absence__jusqu_au__gte=aujourd_hui)
    return Saisine.objects.filter(
        Q(etat=EtatSaisine.ENVOYEE) | Q(siennes, etat=EtatSaisine.PRISE), service__in=list(services)
    ).order_by("limite", "pk")


def compter_ce_qui_attend(services: Iterable[int], compte: Compte, aujourd_hui: date) -> int:
    """Number of threads where another service waits for an account, or for one of its services."""
    return (
        en_attente(services, compte, aujourd_hui).count() + demandeur.a_preciser(services, compte, aujourd_hui).count()
    )


def taches(compte: Compte, aujourd_hui: date) -> Iterator[Tache]:
    """Tasks of an agent, by number and date: questions that nobody took, those that he took, messages that ask back,
    answers to read. Four queries, and one per département of his asking services.

    Shown to a session with a second factor; the page asks for the purpose, which their subject waits for too.
    """
    services = (
        services_a_confirmer(LecteurDeDonnees(acteur_de(compte, mfa=True), usuelle=True), DEMANDE)
        if compte.agent
        else ()
    )
    if not services:
        return
    for saisine in _avec_sujet(en_attente(services, compte, aujourd_hui)):
        titre = "Prendre la demande" if saisine.etat == EtatSaisine.ENVOYEE else "Répondre à la demande"
        yield Tache(titre, *_dite(saisine), avant_le=saisine.limite, sujet=_sujet(saisine, recue=True), par="posée par")
    departements = cache(departement_du_service)
    for saisine in _avec_sujet(demandeur.a_preciser(services, compte, aujourd_hui)):
        limite, sujet = demandeur.limite_de(saisine, departements(saisine.demandeur_id)), _sujet(saisine, recue=False)
        yield Tache(
            "Répondre au message du service interrogé", *_dite(saisine), avant_le=limite, sujet=sujet, par="venu de"
        )
    for saisine in _avec_sujet(demandeur.repondues(services, compte, aujourd_hui)):
        quoi, par = ("le refus", "dit par") if saisine.etat == EtatSaisine.DECLINEE else ("la réponse", "donnée par")
        depuis = paris.jour_de(saisine.repondue_le) if saisine.repondue_le else None
        sujet = _sujet(saisine, recue=False)
        yield Tache(f"Lire {quoi}, puis clore", *_dite(saisine), depuis_le=depuis, sujet=sujet, par=par)


def _avec_sujet(saisines: QuerySet[Saisine]) -> QuerySet[Saisine]:
    return saisines.select_related("demande", "service__organisation", "demandeur__organisation")[:DITES_MAX]


def _dite(saisine: Saisine) -> tuple[str, str]:
    return reverse("echanges:demande", args=[saisine.demande_id]), f"Demande {saisine.demande.marque}"


def _sujet(saisine: Saisine, *, recue: bool) -> SujetDeTache:
    demande, sien, autre = saisine.demande, saisine.service, saisine.demandeur
    if not recue:
        sien, autre = autre, sien
    numero = demande.siret or demande.siren
    return SujetDeTache(DEMANDE, frozenset({sien.pk}), numero, demande.objet, str(autre), demande.siret, True)


def branche(numero: str, services: Iterable[int]) -> Branche:
    """Query of the open questions of some services about a unit (SIREN or SIRET), for its sheet.

    Rows: ``demande``, ``objet``, ``etat``, ``limite``, ``repondue_le``, ``recue``, and ``autre``, name of the other
    service. For an establishment, those about it and about its whole company.
    """
    siens = sorted(set(services))
    ou, valeurs = ("d.siren = %s", (numero,))
    if est_siret(numero):
        ou, valeurs = ("d.siren = left(%s, 9) AND d.siret IN ('', %s)", (numero, numero))  # type: ignore[assignment]
    sql = (
        "SELECT d.id AS demande, d.objet, s.etat, s.limite, s.repondue_le, x.recue, g.nom AS autre "  # noqa: S608 – own tables
        "FROM echanges_demande d JOIN echanges_saisine s ON s.demande_id = d.id "
        "CROSS JOIN LATERAL (SELECT s.service_id = ANY(%s::bigint[]) AS recue) x "
        "JOIN comptes_groupe g ON g.id = CASE WHEN x.recue THEN s.demandeur_id ELSE s.service_id END "
        f"WHERE {ou} AND d.close_le IS NULL AND s.etat NOT IN ('close', 'transferee') "
        "AND (x.recue OR s.demandeur_id = ANY(%s::bigint[])) "
        f"ORDER BY s.limite, s.id LIMIT {SUR_LA_FICHE_MAX}"
    )
    return Branche("demandes", sql, (siens, *valeurs, siens))


def est_en_retard(saisine: Saisine, jour: date) -> bool:
    """Whether a thread is past its deadline: computed, not a state."""
    return saisine.etat in EN_ATTENTE and saisine.limite is not None and saisine.limite < jour


def _de_la_boite(services: Collection[int], boite: str) -> QuerySet[Saisine]:
    siens = list(services)
    return Saisine.objects.filter(**{"demandeur__in" if boite == ENVOYEES else "service__in": siens})


def _miennes(boite: str, compte: Compte) -> Q:
    if boite == ENVOYEES:
        return Q(demande__in=Demande.objects.filter(auteur=compte.identifiant).values("pk"))
    return Q(attribuee_a=compte)
