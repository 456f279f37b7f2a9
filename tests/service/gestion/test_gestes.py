"""What the team of the service does in ``/gestion``: done, refused where it must be, and written down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.donnees.imports.models import Import
from fce.droits.comptes.models import (
    Appartenance,
    Compte,
    DemandeOuverture,
    EvenementCompte,
    Groupe,
    Invitation,
    Mandat,
    Organisation,
    Session,
)
from fce.service.gestion import selectors
from tests.droits.comptes import fabrique
from tests.droits.comptes.courrier import relever
from tests.sql import executer

pytestmark = pytest.mark.django_db


@pytest.fixture
def lui() -> Compte:
    return fabrique.compte()


def dernier(action: str, par: Compte) -> EvenementCompte:
    return EvenementCompte.objects.get(action=action, par=par.identifiant)


def test_the_home_page_counts_what_is_waiting(equipe: Client, lui: Compte) -> None:
    DemandeOuverture.objects.create(compte=lui, siret=lui.siret, organisme="X", service="Y", besoin="Z")
    page = equipe.get("/gestion").content.decode()
    assert '<strong>1</strong> <a href="/gestion/demandes">' in page
    assert "Gestion du service" in page


def test_open_rename_close_and_reopen_an_organization(equipe: Client, moi: Compte) -> None:
    numero = fabrique.siret(301)
    reponse = equipe.post("/gestion/organisations", {"numero": numero, "nom": "  DDETS  du   Test "})
    organisation = Organisation.objects.get()
    assert reponse["Location"] == f"/gestion/organisations/{organisation.pk}"
    assert (organisation.numero, organisation.nom) == (numero, "DDETS du Test")
    adresse = f"/gestion/organisations/{organisation.pk}"
    assert equipe.post(f"{adresse}/nom", {"nom": "DDETS Autre"}).status_code == 302
    assert dernier("renommage", moi).avant == {"nom": "DDETS du Test"}
    assert equipe.post(f"{adresse}/fermeture", {"motif": "fusion de services"}).status_code == 302
    organisation.refresh_from_db()
    assert organisation.fermee_le is not None
    assert dernier("fermeture", moi).apres == {"motif": "fusion de services"}
    assert equipe.post(f"{adresse}/fermeture", {"motif": "fusion de services"}).status_code == 409
    assert equipe.post(f"{adresse}/reouverture").status_code == 302
    assert equipe.post(f"{adresse}/reouverture").status_code == 409


@pytest.mark.parametrize("numero", ["", "123", "12345678901234", "DROP TABLE"])
def test_a_wrong_number_is_refused_beside_its_field(equipe: Client, numero: str) -> None:
    reponse = equipe.post("/gestion/organisations", {"numero": numero, "nom": "X"})
    assert reponse.status_code == 400
    assert "fr-message--error" in reponse.content.decode()
    assert not Organisation.objects.exists()


def test_an_organization_declares_its_agents_and_may_stop_doing_so(equipe: Client, moi: Compte) -> None:
    organisation = fabrique.organisation()
    adresse = f"/gestion/organisations/{organisation.pk}"
    for saisi, garde in (("1250", 1250), ("", None)):
        assert equipe.post(f"{adresse}/agents", {"agents": saisi})["Location"] == adresse
        organisation.refresh_from_db()
        assert organisation.agents_declares == garde
    for faux in ("0", "-3", "beaucoup", "10000000"):
        assert equipe.post(f"{adresse}/agents", {"agents": faux}).status_code == 400
    faits = EvenementCompte.objects.filter(action="effectif_declare").order_by("pk").values_list("par", "apres")
    assert list(faits) == [(moi.identifiant, {"agents": 1250}), (moi.identifiant, {"agents": None})]


def test_an_organization_already_open_is_told(equipe: Client) -> None:
    fabrique.organisation()
    assert equipe.post("/gestion/organisations", {"numero": fabrique.SERVICE, "nom": "X"}).status_code == 409


def test_create_rename_and_close_a_group(equipe: Client, moi: Compte) -> None:
    organisation = fabrique.organisation()
    reponse = equipe.post(f"/gestion/organisations/{organisation.pk}", {"nom": "Unité 1", "courriel": ""})
    groupe = Groupe.objects.get()
    assert reponse["Location"] == f"/gestion/groupes/{groupe.pk}"
    autre = fabrique.groupe(nom="Unité 2")
    assert equipe.post(f"/gestion/groupes/{autre.pk}/nom", {"nom": "Unité 1"}).status_code == 409
    assert equipe.post(f"/gestion/groupes/{autre.pk}/nom", {"nom": "Unité 3"}).status_code == 302
    assert equipe.post(f"/gestion/groupes/{groupe.pk}/fermeture", {"motif": "abc"}).status_code == 400
    assert equipe.post(f"/gestion/groupes/{groupe.pk}/fermeture", {"motif": "réorganisation"}).status_code == 302
    groupe.refresh_from_db()
    assert groupe.ferme_le is not None


def test_the_first_manager_is_named_whether_known_or_awaited(equipe: Client, moi: Compte, lui: Compte) -> None:
    groupe = fabrique.groupe()
    adresse = f"/gestion/groupes/{groupe.pk}"
    assert equipe.post(adresse, {"courriel": lui.courriel.upper()}).status_code == 302
    assert Appartenance.objects.get(groupe=groupe, compte=lui, fin=None).gestionnaire
    assert equipe.post(adresse, {"courriel": "attendu@travail.example"}).status_code == 302
    assert Invitation.objects.get().gestionnaire
    etranger = fabrique.compte(siret=fabrique.AUTRE_SERVICE)
    assert equipe.post(adresse, {"courriel": etranger.courriel}).status_code == 403
    assert not Appartenance.objects.filter(compte=etranger).exists()


@pytest.mark.parametrize("designation", ["courriel", "identifiant"])
def test_an_account_is_found_by_its_exact_email_or_its_number(equipe: Client, lui: Compte, designation: str) -> None:
    reponse = equipe.post("/gestion/comptes", {"q": getattr(lui, designation)})
    assert reponse["Location"] == f"/gestion/comptes/{lui.pk}"
    assert lui.courriel in equipe.get(reponse["Location"]).content.decode()


@pytest.mark.parametrize("q", ["Essai", "%", "agent", "@travail.example", "c", "c0", "\x00", "c99999999999999999999"])
def test_nobody_is_found_by_fragments(equipe: Client, lui: Compte, q: str) -> None:
    reponse = equipe.post("/gestion/comptes", {"q": q})
    assert reponse.status_code == 200
    assert lui.courriel not in reponse.content.decode()


def test_the_email_looked_for_is_not_in_an_address(equipe: Client, lui: Compte) -> None:
    """LOG-05: addresses of pages are in logs of servers and in histories."""
    assert lui.courriel not in equipe.get(f"/gestion/comptes?q={lui.courriel}").content.decode()


def test_an_account_is_deactivated_then_reactivated(equipe: Client, moi: Compte, lui: Compte) -> None:
    son_navigateur = fabrique.client_de(lui)
    adresse = f"/gestion/comptes/{lui.pk}"
    assert equipe.post(f"{adresse}/desactiver", {"motif": ""}).status_code == 400
    assert equipe.post(f"{adresse}/desactiver", {"motif": "départ du service"}).status_code == 302
    assert son_navigateur.get("/compte").status_code == 302
    assert dernier("desactivation", moi).apres == {"motif": "départ du service"}
    assert equipe.post(f"{adresse}/reactiver").status_code == 302
    assert dernier("reactivation", moi).objet == lui.identifiant


def test_the_sessions_of_someone_are_ended(equipe: Client, moi: Compte, lui: Compte) -> None:
    son_navigateur = fabrique.client_de(lui)
    assert equipe.post(f"/gestion/comptes/{lui.pk}/sessions").status_code == 302
    assert son_navigateur.get("/compte").status_code == 302
    assert equipe.get("/gestion").status_code == 200
    assert dernier("fin_des_sessions", moi).apres == {"nombre": 1}


def test_a_mandate_is_given_and_withdrawn(equipe: Client, moi: Compte, lui: Compte) -> None:
    adresse = f"/gestion/comptes/{lui.pk}/mandats"
    assert equipe.post(adresse, {"role": "depot", "perimetre": "dgfip"}).status_code == 302
    mandat = Mandat.objects.get(compte=lui)
    assert (mandat.role, mandat.perimetre, mandat.par) == ("depot", "dgfip", moi.identifiant)
    assert equipe.post(f"{adresse}/{mandat.pk}").status_code == 302
    assert not Mandat.objects.filter(compte=lui, fin=None).exists()
    assert equipe.post(f"{adresse}/{mandat.pk}").status_code == 409


@pytest.mark.parametrize(
    ("donnees", "statut"),
    [
        ({"role": "depot", "perimetre": ""}, 400),
        ({"role": "depot", "perimetre": "inconnu"}, 400),
        ({"role": "equipe", "perimetre": "dgfip"}, 400),
        ({"role": "roi"}, 400),
        ({}, 400),
    ],
)
def test_a_badly_stated_mandate_is_refused(equipe: Client, lui: Compte, donnees: dict[str, str], statut: int) -> None:
    assert equipe.post(f"/gestion/comptes/{lui.pk}/mandats", donnees).status_code == statut
    assert not Mandat.objects.filter(compte=lui).exists()


def test_incompatible_mandates_do_not_go_together(equipe: Client, lui: Compte) -> None:
    adresse = f"/gestion/comptes/{lui.pk}/mandats"
    assert equipe.post(adresse, {"role": "approbateur"}).status_code == 302
    assert equipe.post(adresse, {"role": "equipe"}).status_code == 403
    assert equipe.post(adresse, {"role": "budget"}).status_code == 302


def test_the_answer_to_a_demande_goes_out_by_email(equipe: Client, moi: Compte, lui: Compte) -> None:
    demande = DemandeOuverture.objects.create(
        compte=lui, siret=lui.siret, organisme="Organisme", service="Service", besoin="Contrôler, article L8112-1"
    )
    adresse = f"/gestion/demandes/{demande.pk}"
    assert "article L8112-1" in equipe.get(adresse).content.decode()
    assert equipe.post(adresse, {"geste": "refuser", "reponse": ""}).status_code == 400
    assert equipe.post(adresse, {"geste": "refuser", "reponse": "Base légale absente."}).status_code == 302
    demande.refresh_from_db()
    assert (demande.etat, demande.decidee_par) == ("refusee", moi.identifiant)
    [courriel] = relever()
    assert courriel.to == [lui.courriel]
    assert "Base légale" not in courriel.body
    assert equipe.post(adresse, {"geste": "accepter", "reponse": ""}).status_code == 409


def test_nobody_answers_his_own_demande(equipe: Client, moi: Compte) -> None:
    demande = DemandeOuverture.objects.create(compte=moi, siret=moi.siret, organisme="X", service="Y", besoin="Z")
    assert equipe.post(f"/gestion/demandes/{demande.pk}", {"geste": "accepter", "reponse": ""}).status_code == 403
    demande.refresh_from_db()
    assert demande.etat == "recue"


def test_revoking_all_asks_for_confirmation_and_signs_everyone_out(equipe: Client, moi: Compte) -> None:
    assert equipe.post("/gestion/sessions", {}).status_code == 400
    assert equipe.post("/gestion/sessions", {"sur": "on"}).status_code == 302
    assert not Session.objects.exists()
    assert equipe.get("/gestion").status_code == 302
    assert dernier("fin_de_toutes_les_sessions", moi).apres == {"nombre": 1}


def travail(**differences: object) -> ProcrastinateJob:
    """A failed job of the queue: its table belongs to procrastinate, which writes it by functions."""
    from psycopg.types.json import Jsonb

    valeurs = {"task_name": "relever", "args": {"source": "sirene-etablissements"}, "status": "failed", **differences}
    return ProcrastinateJob.objects.get(
        pk=executer(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, status, attempts) "
            "VALUES ('default', %s, 'verrou', NULL, %s, %s::procrastinate_job_status, 5) RETURNING id",
            [valeurs["task_name"], Jsonb(valeurs["args"]), valeurs["status"]],
        )[0][0]
    )


def test_a_failed_job_is_restarted_once(equipe: Client, moi: Compte) -> None:
    echoue = travail()
    page = equipe.get("/gestion/travaux").content.decode()
    assert f"n° {echoue.pk}" in page
    assert "non connue" in page
    assert equipe.post(f"/gestion/travaux/{echoue.pk}").status_code == 302
    nouveau = ProcrastinateJob.objects.get(status="todo")
    assert (nouveau.task_name, nouveau.args, nouveau.lock) == (echoue.task_name, echoue.args, "verrou")
    assert not selectors.travaux_en_echec().exists()
    assert equipe.post(f"/gestion/travaux/{echoue.pk}").status_code == 409
    assert dernier("travail_relance", moi).objet == f"travail-{echoue.pk}"


def test_a_periodic_job_resumed_since_is_no_longer_failed() -> None:
    travail(task_name="indexer", args={"timestamp": 1})
    travail(task_name="indexer", args={"timestamp": 2}, status="doing")
    autre = travail(task_name="relever", args={"source": "autre"})
    assert [t.pk for t in selectors.travaux_en_echec()] == [autre.pk]


@pytest.mark.parametrize("statut", ["todo", "doing", "succeeded"])
def test_only_a_failed_job_is_restarted(equipe: Client, statut: str) -> None:
    assert equipe.post(f"/gestion/travaux/{travail(status=statut).pk}").status_code == 404


def test_a_failed_import_is_shown_as_long_as_nothing_replaced_it(equipe: Client) -> None:
    Import.objects.create(source="sirene-etablissements", statut="refuse", motifs=["VALEUR-DU-FICHIER"])
    page = equipe.get("/gestion/travaux").content.decode()
    assert "sirene-etablissements" in page
    assert "VALEUR-DU-FICHIER" not in page
    Import.objects.create(source="sirene-etablissements", statut="en_place")
    assert "sirene-etablissements" not in equipe.get("/gestion/travaux").content.decode()


def test_events_are_filtered_by_object_and_author(equipe: Client, moi: Compte, lui: Compte) -> None:
    equipe.post(f"/gestion/comptes/{lui.pk}/sessions")
    html = equipe.get("/gestion/evenements").content.decode()
    assert "Sessions d’un compte fermées" in html
    assert "fin_des_sessions" not in html
    assert "Sessions d’un compte fermées" in equipe.get(f"/gestion/evenements?objet={lui.identifiant}").content.decode()
    assert "Aucun événement" in equipe.get("/gestion/evenements?par=c0").content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "²", "x", "9" * 500])
def test_an_absurd_page_number_breaks_nothing(equipe: Client, page: str) -> None:
    assert equipe.get(f"/gestion/evenements?page={page}").status_code == 200


@pytest.mark.parametrize(
    "adresse", ["comptes/999999", "groupes/999999", "organisations/999999", "demandes/999999", "organisations/9/nom"]
)
def test_what_does_not_exist_is_a_404_page(equipe: Client, adresse: str) -> None:
    assert equipe.get(f"/gestion/{adresse}").status_code == 404


def test_an_expired_session_is_no_longer_counted(equipe: Client) -> None:
    Session.objects.update(vue_le=timezone.now() - timedelta(hours=2))
    assert not selectors.sessions_ouvertes(timezone.now()).exists()
