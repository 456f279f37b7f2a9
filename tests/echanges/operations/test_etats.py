"""The state machine of an operation: random walks through its services."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from fce.droits.habilitations.erreurs import GesteRefuse
from fce.echanges.erreurs import Concurrence, GesteImpossible
from fce.echanges.models import ConstatOperation, NoteOperation, OperationConjointe
from fce.echanges.operations import services
from fce.echanges.operations.genre import EtatOperation
from fce.socle.erreurs import FCEError, Introuvable
from tests.echanges.operations import fabrique
from tests.echanges.operations.conftest import Salle

DIX_JOURS = timedelta(days=10)


PAS = st.tuples(
    st.sampled_from(["cadre", "note", "preparation", "constat", "retirer", "inviter", "clore", "annuler"]),
    st.sampled_from(["mene", "invite", "tiers"]),
    st.booleans(),  # what was read is what is in place
    st.booleans(),  # the day has come
)


@dataclass
class Attendu:
    """What must be there, told apart from the services."""

    etat: EtatOperation = EtatOperation.PREPARATION
    membres: set[str] = field(default_factory=lambda: {"mene", "invite"})
    notes: list[str] = field(default_factory=list)
    constats: dict[str, str] = field(default_factory=dict)
    preparation: str = ""
    nom: str = "Chantiers du canal"


def _marcher(salle: Salle, pas: list[tuple[str, str, bool, bool]]) -> None:
    attendu = Attendu()
    for rang, (geste, qui, a_jour, venu) in enumerate(pas):
        texte = f"{geste} {rang}"
        refus = _refus(attendu, geste, qui, a_jour, venu)
        if refus is None:
            _faire(salle, geste, qui, texte, a_jour, venu)
            _noter(attendu, geste, qui, texte)
        else:
            with pytest.raises(refus), transaction.atomic():
                _faire(salle, geste, qui, texte, a_jour, venu)
        _comparer(salle, attendu)


def _refus(attendu: Attendu, geste: str, qui: str, a_jour: bool, venu: bool) -> type[FCEError] | None:
    """Why it is refused, in the order in which it must be said."""
    if qui not in attendu.membres:
        return Introuvable
    if geste in ("cadre", "retirer", "inviter", "clore", "annuler") and qui != "mene":
        return GesteRefuse
    if attendu.etat != EtatOperation.PREPARATION:
        return GesteImpossible
    if geste == "constat" and not venu:
        return GesteImpossible
    if geste in ("cadre", "preparation", "constat", "clore", "annuler") and not a_jour:
        return Concurrence
    return GesteImpossible if geste == "clore" and not venu else None


def _faire(salle: Salle, geste: str, qui: str, texte: str, a_jour: bool, venu: bool) -> None:
    joue = getattr(salle, qui)
    lecteur = joue.lecteur(DIX_JOURS if venu else timedelta(0))
    operation = salle.relue()
    cible = operation.cibles.get(pk=salle.cible)
    constat = cible.constats.filter(service=joue.pk).first()
    ecart = 0 if a_jour else 1
    gestes: dict[str, Any] = {
        "cadre": lambda: services.ecrire_cadre(
            lecteur, salle.pk, fabrique.cadre(operation.jour, nom=texte), operation.version + ecart
        ),
        "note": lambda: services.ajouter_note(lecteur, salle.pk, joue.pk, texte),
        "preparation": lambda: services.ecrire_preparation(
            lecteur, salle.pk, cible.pk, cible.version + ecart, preparation=texte, roles=""
        ),
        "constat": lambda: services.ecrire_constat(
            lecteur,
            salle.pk,
            cible.pk,
            joue.pk,
            (constat.version if constat else 0) + ecart,
            texte=texte,
            partage=False,
        ),
        "retirer": lambda: services.retirer_service(lecteur, salle.pk, salle.invite.pk),
        "inviter": lambda: services.ajouter_service(lecteur, salle.pk, salle.tiers.pk),
        "clore": lambda: services.terminer(lecteur, salle.pk, operation.version + ecart, texte),
        "annuler": lambda: services.annuler(lecteur, salle.pk, operation.version + ecart),
    }
    gestes[geste]()


def _noter(attendu: Attendu, geste: str, qui: str, texte: str) -> None:
    if geste == "note":
        attendu.notes.append(texte)
    elif geste == "constat":
        attendu.constats[qui] = texte
    elif geste == "preparation":
        attendu.preparation = texte
    elif geste == "cadre":
        attendu.nom = texte
    elif geste == "retirer":
        attendu.membres.discard("invite")
    elif geste == "inviter":
        attendu.membres.add("tiers")
    else:
        attendu.etat = EtatOperation.CLOSE if geste == "clore" else EtatOperation.ANNULEE


def _comparer(salle: Salle, attendu: Attendu) -> None:
    operation = OperationConjointe.objects.get(pk=salle.pk)
    assert (operation.etat, operation.nom) == (attendu.etat, attendu.nom)
    assert (operation.close_le is not None) is (attendu.etat != EtatOperation.PREPARATION)
    services_ = set(operation.participations.values_list("service", flat=True))
    assert services_ == {getattr(salle, nom).pk for nom in attendu.membres}
    assert list(NoteOperation.objects.filter(operation=operation).values_list("texte", flat=True)) == attendu.notes
    constats = ConstatOperation.objects.filter(cible__operation=operation).values_list("service", "texte")
    assert dict(constats) == {getattr(salle, nom).pk: texte for nom, texte in attendu.constats.items()}
    assert operation.cibles.get(pk=salle.cible).preparation == attendu.preparation


def _avec_retour(salle: Salle, pas: list[tuple[str, str, bool, bool]]) -> None:
    """A walk from the same start as every other."""
    depart = transaction.savepoint()
    try:
        _marcher(salle, pas)
    finally:
        transaction.savepoint_rollback(depart)


@pytest.mark.django_db
@given(pas=st.lists(PAS, max_size=10))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_walks_through_the_services_meet_no_other_state_and_lose_nothing(
    salle: Salle, pas: list[tuple[str, str, bool, bool]]
) -> None:
    _avec_retour(salle, pas)


@pytest.mark.epreuve
@pytest.mark.django_db
@given(pas=st.lists(PAS, max_size=20))
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_five_hundred_walks_through_the_services(salle: Salle, pas: list[tuple[str, str, bool, bool]]) -> None:
    _avec_retour(salle, pas)
