"""The asking side of a question: who follows it, what waits for it, and until when.

Its author follows it; while he is absent, or once he has left, so does each member of his service.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.db.models.lookups import Exact

from fce.droits.comptes.models import Appartenance, Compte
from fce.echanges.demandes import delais
from fce.echanges.demandes.courriels import numero_de
from fce.echanges.demandes.genre import EN_ATTENTE, RENDUES
from fce.echanges.models import Absence, MessageDemande, Saisine
from fce.socle.texte import paris


def dernier_message(colonne: str) -> Subquery:
    """A column of the last message of a thread that both sides read."""
    ecrits = MessageDemande.objects.filter(saisine=OuterRef("pk"), interne=False).order_by("-pk")
    return Subquery(ecrits.values(colonne)[:1])


AU_DEMANDEUR: Final = Q(Exact(F("service"), dernier_message("service")), etat__in=EN_ATTENTE)
"""Threads where the service asked wrote last and still has to answer."""


def suivies_par(compte: Compte, aujourd_hui: date) -> Q:
    """Threads that an account of the asking service follows."""
    present = Appartenance.objects.filter(
        groupe=OuterRef("demandeur"), fin=None, suspendue_le=None, compte__desactive_le=None
    ).exclude(compte__absence__jusqu_au__gte=aujourd_hui)
    return Q(demande__auteur=compte.identifiant) | Q(~Exists(_de_l_auteur(present)))


def repondues(services: Iterable[int], compte: Compte, aujourd_hui: date) -> QuerySet[Saisine]:
    """Answers and refusals to read, for an account of the asking services."""
    rendues = Saisine.objects.filter(etat__in=RENDUES, demandeur__in=list(services))
    return rendues.filter(suivies_par(compte, aujourd_hui)).order_by("repondue_le", "pk")


def a_preciser(services: Iterable[int], compte: Compte, aujourd_hui: date) -> QuerySet[Saisine]:
    """``AU_DEMANDEUR`` for an account of the asking services, with ``ecrit_le``, when the message was written, and
    ``retour``, last day of the author's absence."""
    siennes = Saisine.objects.filter(demandeur__in=list(services)).annotate(
        ecrit_le=dernier_message("quand"), retour=Subquery(_de_l_auteur(Absence.objects.all()).values("jusqu_au"))
    )
    return siennes.filter(AU_DEMANDEUR, suivies_par(compte, aujourd_hui)).order_by("ecrit_le", "pk")


def limite_de(saisine: Any, departement: str) -> date:
    """Last day to answer a thread of ``a_preciser``."""
    return delais.limite_pour_preciser(paris.jour_de(saisine.ecrit_le), departement, saisine.retour)


def retour_de_l_auteur(auteur: str) -> date | None:
    """Last day of the absence of a question's author, kept a month once past; None when he announced none."""
    siennes = Absence.objects.filter(pk=numero_de(auteur))
    return siennes.values_list("jusqu_au", flat=True).first()


def auteur_revenu(aujourd_hui: date) -> Q:
    """Threads whose author has been here for the whole time that he has to read an answer (``delais.cloture``)."""
    recentes = Absence.objects.filter(jusqu_au__gte=aujourd_hui - delais.CLOTURE)
    return Q(~Exists(_de_l_auteur(recentes)))


def _de_l_auteur(lignes: QuerySet[Any]) -> QuerySet[Any]:
    """Rows about the account that wrote the question of the outer query."""
    qui = Concat(Value("c"), "compte_id", output_field=CharField())
    return lignes.alias(qui=qui).filter(qui=OuterRef("demande__auteur"))
