"""Periodic jobs on questions: reminders, closing, departed agents, pseudonymisation. One transaction per thread, with
its mails, so that an interrupted job resumes without doing anything twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from fce.droits.comptes.evenements import SYSTEME, noter as noter_evenement
from fce.droits.comptes.models import Appartenance
from fce.echanges.demandes import courriels, delais
from fce.echanges.demandes.delais import PSEUDONYME
from fce.echanges.demandes.demandeur import auteur_revenu
from fce.echanges.demandes.genre import DEMANDES, EN_ATTENTE, RENDUES, EtatSaisine, GesteSaisine
from fce.echanges.demandes.services import avancer, departement_du_service
from fce.echanges.genre import noter, photographier
from fce.echanges.models import Demande, EvenementSaisine, MessageDemande, PieceJointe, Saisine
from fce.echanges.vocabulaire import MotifSaisine
from fce.socle.base.ecriture import ecriture
from fce.socle.texte import jours_ouvres, paris

Geste = Callable[[Saisine], bool]


def envoyer_les_rappels(maintenant: datetime) -> int:
    """Remind the services past their deadline; return how many. Nothing is sent on a non-working day of the service."""
    jour = paris.jour_de(maintenant)
    dues = Saisine.objects.filter(rappel_le__lte=jour, etat__in=EN_ATTENTE)
    return _pour_chacune(dues, lambda saisine: _rappeler(saisine, jour))


def fermer_les_repondues(maintenant: datetime) -> int:
    """Close threads answered or declined long ago, and abandoned ones; return how many. An answer waits for its asker
    to be back."""
    jour = paris.jour_de(maintenant)
    finies = Saisine.objects.filter(
        auteur_revenu(jour),
        etat__in=RENDUES,
        repondue_le__lt=maintenant - delais.CLOTURE,
    )
    laissees = Saisine.objects.filter(etat__in=EN_ATTENTE, limite__lt=jour - delais.ABANDON)
    fermees = _pour_chacune(finies, lambda s: _fermer(s, maintenant))
    return fermees + _pour_chacune(laissees, lambda s: _fermer(s, maintenant, motif=MotifSaisine.SANS_REPONSE))


def rendre_aux_services(maintenant: datetime) -> int:
    """Release the threads of agents who left their service, which is told; return how many. Late
    threads stay late."""
    encore = Appartenance.objects.filter(
        compte=OuterRef("attribuee_a"),
        groupe=OuterRef("service"),
        fin=None,
        suspendue_le=None,
        compte__desactive_le=None,
    )
    quittees = Saisine.objects.filter(~Exists(encore), etat=EtatSaisine.PRISE)
    return _pour_chacune(quittees, lambda saisine: _liberer(saisine, maintenant))


def effacer_les_auteurs(maintenant: datetime) -> int:
    """Replace the names of agents in questions closed long ago by a pseudonym; return how many questions."""
    anciennes = Demande.objects.filter(close_le__lt=maintenant - delais.PSEUDONYMES).exclude(auteur=PSEUDONYME)
    with ecriture():
        numeros = list(anciennes.select_for_update(no_key=True).values_list("pk", flat=True))
        if not numeros:
            return 0
        siennes = Saisine.objects.filter(demande__in=numeros)
        Demande.objects.filter(pk__in=numeros).update(auteur=PSEUDONYME)
        PieceJointe.objects.filter(Q(demande__in=numeros) | Q(message__saisine__in=siennes)).update(par=PSEUDONYME)
        MessageDemande.objects.filter(saisine__in=siennes).update(auteur=PSEUDONYME)
        for etape in EvenementSaisine.objects.filter(saisine__in=siennes):
            etape.par = PSEUDONYME
            for dit in (etape.avant, etape.apres):
                dit.pop("attribuee_a_id", None)
            etape.save()
        siennes.update(attribuee_a=None)
        noter_evenement(SYSTEME, "demandes_pseudonymisees", "demandes", apres={"demandes": len(numeros)})
    return len(numeros)


def _pour_chacune(saisines: QuerySet[Saisine], faire: Geste) -> int:
    """Apply ``faire`` to each thread, locked with its question, if it still matches once locked."""
    faites = 0
    for numero, demande in list(saisines.values_list("pk", "demande").order_by("pk")):
        with ecriture():
            Demande.objects.select_for_update(no_key=True).filter(pk=demande).first()
            encore = saisines.filter(pk=numero).values("pk")
            tenue = Saisine.objects.select_for_update(no_key=True).filter(pk__in=encore).first()
            faites += tenue is not None and faire(tenue)
    return faites


def _rappeler(saisine: Saisine, jour: date) -> bool:
    departement = departement_du_service(saisine.service_id)
    if not jours_ouvres.est_ouvre(jour, departement):
        return False
    avant = photographier(DEMANDES, saisine)
    rappels = saisine.rappels + 1
    saisine.changer(rappels=rappels, rappel_le=delais.rappel_suivant(jour, departement, rappels))
    noter(DEMANDES, saisine, GesteSaisine.RAPPELER, SYSTEME, avant)
    courriels.annoncer_a_qui_s_en_occupe(saisine, courriels.RAPPEL, jour)
    return True


def _fermer(saisine: Saisine, maintenant: datetime, **valeurs: Any) -> bool:
    avancer(saisine, GesteSaisine.CLORE, SYSTEME, maintenant, **valeurs)
    return True


def _liberer(saisine: Saisine, maintenant: datetime) -> bool:
    departement = departement_du_service(saisine.service_id)
    limite = delais.limite_pour_prendre(paris.jour_de(maintenant), departement)
    vides: dict[str, Any] = dict.fromkeys(("attribuee_a", "prise_le"))
    depuis = min(saisine.limite or limite, limite)
    avancer(saisine, GesteSaisine.LIBERER, SYSTEME, maintenant, **vides, limite=depuis, rappel_le=limite, rappels=0)
    return True
