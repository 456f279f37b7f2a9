"""Errors reported on a sheet: by signed-in accounts only, each sees his own, the team answers by mail."""

import pytest
from django.test import Client

from fce.droits.comptes.models import EvenementCompte, Rattachement
from fce.service.portail.models import Signalement
from tests.donnees.entreprises.fabrique import doublons, lieu, siren_no
from tests.droits.comptes.courrier import relever
from tests.droits.comptes.fabrique import client_de, compte, mandataire, particulier
from tests.service.portail.pages import texte, verifier

pytestmark = pytest.mark.django_db
SIREN, ANCIEN, MASQUE = siren_no(1), siren_no(2), siren_no(3)
FAUX = "L’effectif montré est celui de <b>2019</b>."


@pytest.fixture(autouse=True)
def entreprises(signalees: None) -> None:
    doublons((ANCIEN, SIREN))


def signaler(client: Client, siren: str = SIREN, **champs: str):
    return client.post(f"/signaler/{siren}", {"rubrique": "effectifs", "texte": FAUX, "source": ""} | champs)


def test_an_agent_reports_the_team_answers_and_he_reads_it(equipe):
    qui = compte(courriel="agent@travail.example")
    client = client_de(qui)
    verifier(texte(client.get(f"/signaler/{SIREN}?rubrique=effectifs&source=dsn-effectifs")))
    assert signaler(client).status_code == 302
    recu = Signalement.objects.get()
    assert (recu.siren, recu.rubrique, recu.auteur, recu.etat) == (SIREN, "effectifs", qui.identifiant, "recu")
    miens = texte(client.get("/signalements"))
    verifier(miens)
    assert "&lt;b&gt;2019" in miens
    assert "<strong>reçu</strong>, lu par l’équipe de la fiche commune" in miens
    file = texte(equipe.get("/gestion/signalements"))
    verifier(file)
    assert "ATELIERS ZELBRAC" in file
    adresse = f"/gestion/signalements/{recu.pk}"
    page = texte(equipe.get(adresse))
    verifier(page)
    assert qui.identifiant in page
    assert qui.nom not in page  # an opaque author
    dite = {"version": 1, "issue": "corriger", "reponse": "C’est corrigé <i>merci</i>."}
    assert equipe.post(adresse, dite | {"reponse": " "}).status_code == 400
    assert equipe.post(adresse, dite).status_code == 302
    [courriel] = relever()
    assert courriel.to == ["agent@travail.example"]
    assert courriel.body.startswith(f"Votre signalement n° {recu.pk} a reçu une réponse.")
    assert "corrigé" not in courriel.body
    assert FAUX not in courriel.body
    assert "C’est corrigé &lt;i&gt;" in texte(client.get("/signalements"))
    verifier(texte(equipe.get(adresse)))
    verifier(texte(equipe.get("/gestion/signalements?etat=corrige")))
    assert equipe.post(adresse, dite | {"version": 2}).status_code == 409
    assert len(relever()) == 1
    assert [e.action for e in EvenementCompte.objects.order_by("id")] == ["signalement", "signalement_traite"]


def test_a_private_person_reports_on_the_companies_that_she_heads_only():
    qui = particulier()
    client = client_de(qui)
    assert client.get(f"/signaler/{SIREN}").status_code == 403
    lien = Rattachement.objects.create(compte=qui, siren=SIREN)
    for etat, status in (("demande", 403), ("refuse", 403), ("termine", 403), ("valide", 302)):
        Rattachement.objects.filter(pk=lien.pk).update(etat=etat)
        assert signaler(client).status_code == status
    assert signaler(client, MASQUE).status_code == 403
    assert Signalement.objects.count() == 1


def test_nobody_reports_without_an_account():
    assert signaler(Client()).status_code == 401
    assert Client().get(f"/signaler/{SIREN}")["Location"].startswith("/connexion")
    assert Client().get("/signalements").status_code == 302
    assert not Signalement.objects.exists()


@pytest.mark.parametrize(
    "champs",
    [
        {"texte": ""},
        {"texte": "   \n  "},
        {"texte": "court"},
        {"texte": "x" * 2001},
        {"texte": "x\0" * 20},
        {"rubrique": ""},
        {"rubrique": "nulle-part"},
    ],
)
def test_a_wrong_form_is_said_beside_its_field(champs):
    reponse = signaler(client_de(compte()), **champs)
    assert reponse.status_code == 400
    verifier(texte(reponse))
    assert "fr-message--error" in texte(reponse)
    assert not Signalement.objects.exists()


@pytest.mark.parametrize("source", ["", "nulle-part", "<script>", "rne-dirigeants\0"])
def test_a_source_that_does_not_exist_is_left_out(source):
    client = client_de(compte())
    verifier(texte(client.get(f"/signaler/{SIREN}", {"source": source, "rubrique": source})))
    signaler(client, source=source.replace("\0", ""))
    assert all(s.source in ("", "rne-dirigeants") for s in Signalement.objects.all())


def test_the_number_is_that_of_a_company_in_its_canonical_form():
    client = client_de(compte())
    assert client.get(f"/signaler/{siren_no(99)}").status_code == 404
    for faux in ("123456789", "x", "%00"):
        assert client.get(f"/signaler/{faux}").status_code in (400, 404)
    assert client.get(f"/signaler/{ANCIEN}")["Location"] == f"/signaler/{SIREN}"
    assert client.get(f"/signaler/{lieu(SIREN)['siret']}")["Location"] == f"/signaler/{SIREN}"


def test_a_masked_person_stays_masked_on_every_page(equipe):
    client = client_de(compte())
    page = texte(client.get(f"/signaler/{MASQUE}"))
    signaler(client, MASQUE)
    recu = Signalement.objects.get()
    pages = [page, texte(client.get("/signalements")), texte(equipe.get("/gestion/signalements"))]
    pages.append(texte(equipe.get(f"/gestion/signalements/{recu.pk}")))
    assert not [p for p in pages if "SECRETNOM" in p]


def test_each_reads_his_own_reports_only():
    signaler(client_de(compte()))
    page = texte(client_de(compte()).get("/signalements"))
    verifier(page)
    assert "Vous n’avez signalé aucune erreur." in page


def test_the_queue_is_for_the_team_alone():
    signaler(client_de(compte()))
    numero = Signalement.objects.get().pk
    for qui in (compte(), mandataire("depot", "inpi"), particulier()):
        client = client_de(qui)
        assert client.get("/gestion/signalements").status_code == 403
        assert client.get(f"/gestion/signalements/{numero}").status_code == 403
        assert client.post(f"/gestion/signalements/{numero}", {"reponse": "x"}).status_code == 403
    assert Client().post(f"/gestion/signalements/{numero}", {"reponse": "x"}).status_code == 401
    assert Signalement.objects.get().etat == "recu"


def test_unknown_reports_are_told_so(equipe):
    for numero in (999_999, 2**63):
        assert equipe.get(f"/gestion/signalements/{numero}").status_code == 404


def test_a_closed_account_gets_no_mail(equipe):
    qui = compte()
    signaler(client_de(qui))
    type(qui).objects.filter(pk=qui.pk).update(desactive_le="2026-01-01T00:00Z")
    dite = {"version": 1, "issue": "classer", "reponse": "Bien reçu"}
    assert equipe.post(f"/gestion/signalements/{Signalement.objects.get().pk}", dite).status_code == 302
    assert relever() == []


def test_the_queue_pages_and_reads_the_same_number_of_times(equipe, django_assert_max_num_queries):
    auteur = compte()
    for n in range(31):
        Signalement.objects.create(siren=SIREN, rubrique="effectifs", texte=f"n {n}", auteur=auteur.identifiant)
    with django_assert_max_num_queries(9):
        page = texte(equipe.get("/gestion/signalements"))
    assert page.count(">n° ") == 30
    assert "etat=recu&amp;page=2" in page
    verifier(page)
    assert texte(equipe.get("/gestion/signalements?etat=recu&page=2")).count(">n° ") == 1
