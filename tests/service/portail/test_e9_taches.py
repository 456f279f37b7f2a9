"""A task of the home names its company and subject to who may read that exchange, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fce.droits.comptes.models import Appartenance
from fce.droits.journal.models import Consultation
from fce.echanges.models import Absence, Demande, OperationConjointe, VisiteAnnoncee
from fce.service.portail.accueil.selectors import TACHES_MONTREES
from fce.socle.web import offres
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes import fabrique as c
from tests.echanges.demandes import fabrique as d
from tests.echanges.operations import fabrique as operations
from tests.echanges.visites import fabrique as v
from tests.service.portail.pages import verifier

pytestmark = pytest.mark.django_db
OBJET, ENTREPRISE = "MRK-OBJET", "ATELIERS INVENTES 1"
CHOISIR = "Montrer les noms"


def accueil(client: Client, **entetes: Any) -> str:
    reponse = client.get("/", **entetes)
    assert reponse.status_code == 200
    return reponse.content.decode()


def ecrites() -> list[tuple[list[str], str, str, int]]:
    return [*Consultation.objects.order_by("id").values_list("sources", "numero", "surface", "poids")]


def test_e9_a_task_names_its_company_its_subject_and_the_service_that_asks() -> None:
    elle, asked, _ = d.trois()
    demande = d.demande(elle, asked)
    html = accueil(asked.client())
    verifier(html)
    for dit in (OBJET, ENTREPRISE, str(elle.groupe), f"Demande {demande.marque}", "avant le"):
        assert dit in html
    assert d.QUESTION not in html
    assert CHOISIR not in html
    assert ecrites() == [(["echanges-demandes"], demande.siret, "accueil", 0)]


def test_e9_the_answer_is_said_with_the_service_that_gave_it() -> None:
    elle, asked, tiers = d.trois()
    demande = d.demande(elle, asked, tiers)
    saisine = demande.saisines.get(service=asked.groupe)
    type(saisine).objects.filter(pk=saisine.pk).update(etat="repondue", repondue_le=timezone.now())
    html = accueil(elle.client())
    assert "Lire la réponse, puis clore" in html
    assert OBJET in html
    assert str(asked.groupe) in html
    assert str(tiers.groupe) not in html


@pytest.mark.parametrize("sans", ["finalite", "mfa", "service", "appartenance", "habilitation"])
def test_e9_who_may_not_read_the_exchange_reads_no_company_in_its_task(sans: str) -> None:
    elle, asked, tiers = d.trois()
    d.demande(elle, asked)
    client = asked.client(finalite=None if sans == "finalite" else "sienne", mfa=sans != "mfa")
    if sans == "service":
        client = tiers.client()
    elif sans == "appartenance":
        Appartenance.objects.filter(compte=asked.compte).update(fin=timezone.now())
    elif sans == "habilitation":
        type(asked.dossier).objects.filter(pk=asked.dossier.pk).update(fin=timezone.localdate() - timedelta(days=1))
    html = accueil(client)
    for tu in (OBJET, ENTREPRISE, f.siren_no(1)):
        assert tu not in html
    # Only the purpose is missing: the task is there with the service that asks, and one button shows the names.
    assert ("Prendre la demande" in html) is (str(elle.groupe) in html) is (sans == "finalite")
    assert html.count(CHOISIR) == (sans == "finalite")
    assert ecrites() == []


def test_e9_what_an_absent_colleague_took_is_said_to_those_who_replace_him() -> None:
    elle, asked, _ = d.trois()
    demande, remplace = d.demande(elle, asked), d.collegue(asked)
    demande.saisines.update(etat="prise", attribuee_a=asked.compte)
    assert OBJET not in accueil(remplace.client())
    Absence.objects.create(compte=asked.compte, jusqu_au=timezone.localdate())
    assert OBJET in accueil(remplace.client())


def test_e9_a_masked_person_is_never_named_in_a_task() -> None:
    elle, asked, _ = d.trois()
    demande = d.demande(elle, asked)
    masque = {"statut_diffusion": "P", "categorie_juridique": "1000", "denomination": None}
    f.unites(f.unite(demande.siren, **masque, nom="SECRETE", prenom_1="Anne"))
    f.lieux(f.lieu(demande.siren, statut_diffusion="P"))
    html = accueil(asked.client())
    assert OBJET in html
    assert "SECRETE" not in html


def test_e9_without_the_journal_tasks_stay_neutral() -> None:
    elle, asked, _ = d.trois()
    d.demande(elle, asked)

    def refuser(execute: Callable[..., Any], sql: str, *suite: Any) -> Any:
        if "journal.consigner" in sql:
            raise OperationalError("disque plein")
        return execute(sql, *suite)

    client = asked.client()
    with connection.execute_wrapper(refuser):
        html = accueil(client)
    assert "Prendre la demande" in html
    assert OBJET not in html
    assert ENTREPRISE not in html


def test_e9_the_home_writes_a_company_once_in_half_an_hour_and_anything_new_at_once() -> None:
    elle, asked, _ = d.trois()
    premiere = d.demande(elle, asked)
    client = asked.client()
    accueil(client)
    accueil(client)
    assert ecrites() == [(["echanges-demandes"], premiere.siret, "accueil", 0)]
    # Asked for, the same list is written each time.
    client.get("/demandes")
    assert [surface for _, _, surface, _ in ecrites()] == ["accueil", "liste"]
    # From another address, or about one more question: something else was read.
    accueil(client, REMOTE_ADDR="192.0.2.7")
    d.demande(elle, asked)
    accueil(client)
    assert [surface for _, _, surface, _ in ecrites()] == ["accueil", "liste", "accueil", "accueil"]


def test_e9_a_visit_to_report_names_its_company_to_its_service_once_journalled() -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    mienne = v.visite(elle.groupe, ou, timezone.localdate() - timedelta(days=1))
    (neutre,) = [t for t in offres.taches(elle.agent, timezone.localdate()) if "visite" in t.titre]
    assert "ENTREPRISE" not in f"{neutre.titre} {neutre.precision} {neutre.adresse}"
    html = accueil(elle.client)
    assert "Dire la visite faite</a> à <bdi>ENTREPRISE 1</bdi>, <bdi>LILLE</bdi>, annoncée pour" in html
    assert "ENTREPRISE 1" in html
    assert f"Visite {mienne.marque}" in html
    assert ecrites() == [(["echanges-visites"], ou.siren, "accueil", 0)]
    for rien in (accueil(autre.client), accueil(v.service(mfa=False).client)):
        assert "ENTREPRISE 1" not in rien


def test_e9_an_operation_is_named_to_its_services_with_the_only_company_of_its_targets() -> None:
    mene, invite, tiers = (operations.service(nom) for nom in ("Unite de controle", "Brigade", "Tiers"))
    sirets = operations.sirene()
    une = operations.operation(mene, invite, sirets=sirets[:1])
    html = accueil(invite.client())
    for dit in ("Chantiers du canal", "1 cible", ENTREPRISE, str(mene.groupe), f"Opération {une.marque}"):
        assert dit in html
    assert ecrites() == [(["echanges-operations"], sirets[0][:9], "accueil", 0)]
    for tu in (accueil(tiers.client()), accueil(invite.client(finalite=None))):
        assert "Chantiers du canal" not in tu
        assert "ATELIERS" not in tu
    OperationConjointe.objects.all().delete()
    operations.operation(mene, invite, sirets=sirets[:2])
    html = accueil(mene.client())
    assert "2 cibles" in html
    assert "ATELIERS" not in html
    assert ecrites()[-1] == (["echanges-operations"], "", "accueil", 0)


def test_e9_tasks_cost_the_same_whatever_their_number_and_the_folded_ones_stay_neutral() -> None:
    elle, asked, _ = d.trois()
    (ou,) = v.places()
    d.demande(elle, asked)
    hier = timezone.localdate() - timedelta(days=1)
    v.visite(asked.groupe, ou, hier, objet="MRK-VISITE")
    accueil(asked.client())

    def couter() -> int:
        client = asked.client()
        with CaptureQueriesContext(connection) as requetes:
            accueil(client)
        return len(requetes)

    avant = couter()
    for _ in range(6):
        d.demande(elle, asked)
        v.visite(asked.groupe, ou, hier)
    assert couter() - avant <= 1  # the journal is written again: there is more to say
    html = accueil(asked.client())
    assert html.count('<span class="fce-quand') == 14
    assert "et 8 autres" in html
    montrees, repliees = html.split("et 8 autres")
    assert montrees.count("<bdi>") > repliees.count("<bdi>")
    assert OBJET not in repliees
    assert (Demande.objects.count(), VisiteAnnoncee.objects.count(), TACHES_MONTREES) == (7, 7, 6)


def test_e9_mails_and_other_readers_of_tasks_get_them_neutral() -> None:
    elle, asked, _ = d.trois()
    d.demande(elle, asked)
    jour = timezone.localdate()
    for tache in offres.taches(asked.compte, jour):
        dites = (tache.titre, tache.precision, tache.adresse, tache.entreprise, tache.objet, tache.de)
        assert not {OBJET, ENTREPRISE, str(elle.groupe)} & set(dites)
        assert OBJET not in " ".join(dites)
    assert offres.taches(c.particulier(), jour) == []
