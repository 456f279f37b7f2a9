"""What the team of the service does in ``/gestion``: done, refused where it must be, and written down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.comptes.models import (
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
from fce.gestion import selectors
from fce.imports.models import Import
from tests.comptes import fabrique
from tests.comptes.courrier import relever

pytestmark = pytest.mark.django_db


@pytest.fixture
def lui() -> Compte:
    return fabrique.compte()


def dernier(action: str, par: Compte) -> EvenementCompte:
    return EvenementCompte.objects.get(action=action, par=par.identifiant)


def test_l_accueil_compte_ce_qui_attend(equipe: Client, lui: Compte) -> None:
    DemandeOuverture.objects.create(compte=lui, siret=lui.siret, organisme="X", service="Y", besoin="Z")
    page = equipe.get("/gestion").content.decode()
    assert '<strong>1</strong> <a href="/gestion/demandes">' in page
    assert "Gestion du service" in page


def test_ouvrir_renommer_fermer_rouvrir_une_organisation(equipe: Client, moi: Compte) -> None:
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
def test_un_numero_faux_est_refuse_a_cote_de_son_champ(equipe: Client, numero: str) -> None:
    reponse = equipe.post("/gestion/organisations", {"numero": numero, "nom": "X"})
    assert reponse.status_code == 400
    assert "fr-message--error" in reponse.content.decode()
    assert not Organisation.objects.exists()


def test_une_organisation_declare_ses_agents_et_peut_ne_plus_le_faire(equipe: Client, moi: Compte) -> None:
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


def test_une_organisation_deja_ouverte_est_dite(equipe: Client) -> None:
    fabrique.organisation()
    assert equipe.post("/gestion/organisations", {"numero": fabrique.SERVICE, "nom": "X"}).status_code == 409


def test_creer_renommer_fermer_un_groupe(equipe: Client, moi: Compte) -> None:
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


def test_nommer_le_premier_gestionnaire_connu_ou_attendu(equipe: Client, moi: Compte, lui: Compte) -> None:
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
def test_un_compte_se_trouve_par_son_courriel_exact_ou_son_numero(
    equipe: Client, lui: Compte, designation: str
) -> None:
    reponse = equipe.post("/gestion/comptes", {"q": getattr(lui, designation)})
    assert reponse["Location"] == f"/gestion/comptes/{lui.pk}"
    assert lui.courriel in equipe.get(reponse["Location"]).content.decode()


@pytest.mark.parametrize("q", ["Essai", "%", "agent", "@travail.example", "c", "c0", "\x00", "c99999999999999999999"])
def test_personne_ne_se_trouve_par_morceaux(equipe: Client, lui: Compte, q: str) -> None:
    reponse = equipe.post("/gestion/comptes", {"q": q})
    assert reponse.status_code == 200
    assert lui.courriel not in reponse.content.decode()


def test_le_courriel_cherche_n_est_pas_dans_une_adresse(equipe: Client, lui: Compte) -> None:
    """LOG-05: addresses of pages are in logs of servers and in histories."""
    assert lui.courriel not in equipe.get(f"/gestion/comptes?q={lui.courriel}").content.decode()


def test_desactiver_puis_reactiver_un_compte(equipe: Client, moi: Compte, lui: Compte) -> None:
    son_navigateur = Client()
    fabrique.connecter(son_navigateur, lui)
    adresse = f"/gestion/comptes/{lui.pk}"
    assert equipe.post(f"{adresse}/desactiver", {"motif": ""}).status_code == 400
    assert equipe.post(f"{adresse}/desactiver", {"motif": "départ du service"}).status_code == 302
    assert son_navigateur.get("/compte").status_code == 302
    assert dernier("desactivation", moi).apres == {"motif": "départ du service"}
    assert equipe.post(f"{adresse}/reactiver").status_code == 302
    assert dernier("reactivation", moi).objet == lui.identifiant


def test_terminer_les_sessions_de_quelqu_un(equipe: Client, moi: Compte, lui: Compte) -> None:
    son_navigateur = Client()
    fabrique.connecter(son_navigateur, lui)
    assert equipe.post(f"/gestion/comptes/{lui.pk}/sessions").status_code == 302
    assert son_navigateur.get("/compte").status_code == 302
    assert equipe.get("/gestion").status_code == 200
    assert dernier("fin_des_sessions", moi).apres == {"nombre": 1}


def test_donner_et_retirer_un_mandat(equipe: Client, moi: Compte, lui: Compte) -> None:
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
def test_un_mandat_mal_dit_est_refuse(equipe: Client, lui: Compte, donnees: dict[str, str], statut: int) -> None:
    assert equipe.post(f"/gestion/comptes/{lui.pk}/mandats", donnees).status_code == statut
    assert not Mandat.objects.filter(compte=lui).exists()


def test_des_mandats_incompatibles_ne_vont_pas_ensemble(equipe: Client, lui: Compte) -> None:
    adresse = f"/gestion/comptes/{lui.pk}/mandats"
    assert equipe.post(adresse, {"role": "approbateur"}).status_code == 302
    assert equipe.post(adresse, {"role": "equipe"}).status_code == 403
    assert equipe.post(adresse, {"role": "budget"}).status_code == 302


def test_repondre_a_une_demande_part_par_courriel(equipe: Client, moi: Compte, lui: Compte) -> None:
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


def test_nul_ne_repond_a_sa_propre_demande(equipe: Client, moi: Compte) -> None:
    demande = DemandeOuverture.objects.create(compte=moi, siret=moi.siret, organisme="X", service="Y", besoin="Z")
    assert equipe.post(f"/gestion/demandes/{demande.pk}", {"geste": "accepter", "reponse": ""}).status_code == 403
    demande.refresh_from_db()
    assert demande.etat == "recue"


def test_tout_revoquer_demande_une_confirmation_et_sort_tout_le_monde(equipe: Client, moi: Compte) -> None:
    assert equipe.post("/gestion/sessions", {}).status_code == 400
    assert equipe.post("/gestion/sessions", {"sur": "on"}).status_code == 302
    assert not Session.objects.exists()
    assert equipe.get("/gestion").status_code == 302
    assert dernier("fin_de_toutes_les_sessions", moi).apres == {"nombre": 1}


def travail(**differences: object) -> ProcrastinateJob:
    """A failed job of the queue: its table belongs to procrastinate, which writes it by functions."""
    from django.db import connection
    from psycopg.types.json import Jsonb

    valeurs = {"task_name": "relever", "args": {"source": "sirene-etablissements"}, "status": "failed", **differences}
    with connection.cursor() as curseur:
        curseur.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, status, attempts) "
            "VALUES ('default', %s, 'verrou', NULL, %s, %s::procrastinate_job_status, 5) RETURNING id",
            [valeurs["task_name"], Jsonb(valeurs["args"]), valeurs["status"]],
        )
        return ProcrastinateJob.objects.get(pk=curseur.fetchone()[0])


def test_un_travail_en_echec_se_relance_une_fois(equipe: Client, moi: Compte) -> None:
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


def test_un_travail_periodique_repris_depuis_n_est_plus_en_echec() -> None:
    travail(task_name="indexer", args={"timestamp": 1})
    travail(task_name="indexer", args={"timestamp": 2}, status="doing")
    autre = travail(task_name="relever", args={"source": "autre"})
    assert [t.pk for t in selectors.travaux_en_echec()] == [autre.pk]


@pytest.mark.parametrize("statut", ["todo", "doing", "succeeded"])
def test_seul_un_travail_en_echec_se_relance(equipe: Client, statut: str) -> None:
    assert equipe.post(f"/gestion/travaux/{travail(status=statut).pk}").status_code == 404


def test_un_import_en_echec_est_montre_tant_que_rien_ne_l_a_remplace(equipe: Client) -> None:
    Import.objects.create(source="sirene-etablissements", statut="refuse", motifs=["VALEUR-DU-FICHIER"])
    page = equipe.get("/gestion/travaux").content.decode()
    assert "sirene-etablissements" in page
    assert "VALEUR-DU-FICHIER" not in page
    Import.objects.create(source="sirene-etablissements", statut="en_place")
    assert "sirene-etablissements" not in equipe.get("/gestion/travaux").content.decode()


def test_les_evenements_se_filtrent_par_objet_et_auteur(equipe: Client, moi: Compte, lui: Compte) -> None:
    equipe.post(f"/gestion/comptes/{lui.pk}/sessions")
    html = equipe.get("/gestion/evenements").content.decode()
    assert "Sessions d’un compte fermées" in html
    assert "fin_des_sessions" not in html
    assert "Sessions d’un compte fermées" in equipe.get(f"/gestion/evenements?objet={lui.identifiant}").content.decode()
    assert "Aucun événement" in equipe.get("/gestion/evenements?par=c0").content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "²", "x", "9" * 500])
def test_un_numero_de_page_absurde_ne_casse_rien(equipe: Client, page: str) -> None:
    assert equipe.get(f"/gestion/evenements?page={page}").status_code == 200


@pytest.mark.parametrize(
    "adresse", ["comptes/999999", "groupes/999999", "organisations/999999", "demandes/999999", "organisations/9/nom"]
)
def test_ce_qui_n_existe_pas_est_une_page_404(equipe: Client, adresse: str) -> None:
    assert equipe.get(f"/gestion/{adresse}").status_code == 404


def test_une_session_expiree_n_est_plus_comptee(equipe: Client) -> None:
    Session.objects.update(vue_le=timezone.now() - timedelta(hours=2))
    assert not selectors.sessions_ouvertes(timezone.now()).exists()
