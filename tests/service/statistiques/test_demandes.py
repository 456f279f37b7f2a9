"""Questions between services are counted as they are sent, taken, answered and judged, in working days."""

from __future__ import annotations

import pytest

from fce.echanges.demandes import services
from fce.echanges.demandes.genre import GesteSaisine
from fce.service.statistiques.models import EvenementDUsage
from fce.socle.texte import jours_ouvres, paris
from tests.echanges.demandes.fabrique import demande, le, saisine, trois

pytestmark = pytest.mark.django_db


def comptes() -> dict[str, list[int | None]]:
    lus: dict[str, list[int | None]] = {}
    for nom, valeur in EvenementDUsage.objects.filter(nom__startswith="demande_").values_list("nom", "valeur"):
        lus.setdefault(nom, []).append(valeur)
    return lus


def test_a_question_is_counted_at_each_step_in_working_days() -> None:
    inspection, impots, _ = trois()
    d = demande(inspection, impots)
    fil = saisine(d, impots)
    envoyee = paris.jour_de(fil.envoyee_le)
    services.prendre(impots.lecteur(le(jours_ouvres.ajouter(envoyee, 2, "59"))), d.pk, fil.pk, 1)
    dans = le(jours_ouvres.ajouter(envoyee, 5, "59"))
    services.ecrire(impots.lecteur(dans), d.pk, fil.pk, GesteSaisine.REPONDRE, "Oui.", version=2)
    services.juger(inspection.lecteur(dans), d.pk, fil.pk, 3, True)
    assert comptes() == {
        "demande_envoyee": [None],
        "demande_prise": [2],
        "demande_repondue": [5],
        "demande_utile": [None],
    }


def test_one_answered_at_once_was_taken_too_and_one_given_to_another_is_taken_once() -> None:
    inspection, impots, _ = trois()
    d = demande(inspection, impots)
    services.ecrire(impots.lecteur(), d.pk, saisine(d, impots).pk, GesteSaisine.REPONDRE, "Oui.", version=1)
    assert comptes()["demande_prise"] == comptes()["demande_repondue"] == [0]
    autre = demande(inspection, impots)
    fil = saisine(autre, impots)
    services.prendre(impots.lecteur(), autre.pk, fil.pk, 1)
    services.attribuer(impots.lecteur(), autre.pk, fil.pk, 2, impots.compte.pk)
    assert comptes()["demande_prise"] == [0, 0]


def test_what_is_counted_holds_nothing_of_the_question() -> None:
    inspection, impots, _ = trois()
    demande(inspection, impots)
    (evenement,) = EvenementDUsage.objects.filter(nom="demande_envoyee").values()
    assert not {d for d in evenement.values() if "MRK-" in str(d) or str(d) == inspection.compte.identifiant}
