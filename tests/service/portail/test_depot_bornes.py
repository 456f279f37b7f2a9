"""The screens of data officers: their limits, and who meets whose deposits."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from fce.donnees.imports.chargement.verrou import verrou
from fce.donnees.imports.depots import reception, services
from fce.donnees.imports.models import Depot
from fce.droits.comptes.models import Mandat
from fce.service.portail.depot.envoi import Guichet
from tests.donnees.imports.depots.outils import deposer, fichier, jeton, verifie
from tests.droits.comptes.fabrique import client_de, compte, mandat, mandataire, particulier
from tests.service.portail.guichet import depose_par, envoyer, jeton_de, officier, poster
from tests.service.portail.pages import texte, verifier


def test_too_many_open_deposits_are_closed_first(officiere, source, monkeypatch, restes):
    envoyer(officiere, fichier(range(1, 11)))
    monkeypatch.setattr(services, "OUVERTS_MAX", 1)
    avant = restes()
    reponse = envoyer(officiere, fichier(range(1, 12)))
    assert reponse.status_code == 429
    assert restes() == avant


def test_publishing_while_an_import_runs_is_told_and_tried_again(officiere, source):
    depot = depose_par(officiere, fichier(range(1, 11)))
    with verrou("essai-depot"):
        occupe = poster(officiere, f"/depot/essai-depot/{depot.pk}/publier")
        assert occupe.status_code == 409
        verifier(texte(occupe))
        # A file that comes meanwhile waits for its turn.
        assert envoyer(officiere, fichier(range(1, 12)), nom="b.csv").status_code == 302
    assert Depot.objects.first().etat == "recu"
    page = texte(officiere.get(f"/depot/essai-depot/{Depot.objects.first().pk}"))
    assert "Actualiser" in page
    assert poster(officiere, f"/depot/essai-depot/{Depot.objects.first().pk}/verifier").status_code == 302
    assert Depot.objects.first().etat == "pret"
    assert poster(officiere, f"/depot/essai-depot/{depot.pk}/publier").status_code == 302


def test_a_large_file_waits_for_the_worker(officiere, source, settings):
    settings.FCE_DEPOT_IMMEDIAT = 0
    depot = depose_par(officiere, fichier(range(1, 11)))
    assert depot.etat == "recu"
    assert "en attente de vérification" in texte(officiere.get(f"/depot/essai-depot/{depot.pk}"))
    services.verifier_en_attente()
    assert "conforme" in texte(officiere.get(f"/depot/essai-depot/{depot.pk}"))


ADRESSES = [
    ("GET", "/depot"),
    ("GET", "/depot/essai-depot"),
    ("POST", "/depot/essai-depot"),
    ("POST", "/depot/essai-depot/retour"),
    ("GET", "/depot/essai-depot/1"),
    ("GET", "/depot/essai-depot/1/quarantaine.csv"),
    ("POST", "/depot/essai-depot/1/verifier"),
    ("POST", "/depot/essai-depot/1/publier"),
    ("POST", "/depot/essai-depot/1/abandonner"),
]


@pytest.mark.parametrize(("methode", "adresse"), ADRESSES)
def test_the_screens_are_for_data_officers_alone(source, methode, adresse, restes):
    sans = Client()
    envoi = {"fichier": SimpleUploadedFile("essai.csv", fichier(range(1, 11)))}
    assert getattr(sans, methode.lower())(adresse, envoi).status_code in (302, 401)
    ancien = compte()
    Mandat.objects.filter(pk=mandat(ancien, "depot", "essai").pk).update(fin="2026-01-01T00:00Z")
    for qui in (compte(), mandataire("equipe"), ancien, particulier()):
        client = client_de(qui)
        envoi = {"fichier": SimpleUploadedFile("essai.csv", fichier(range(1, 11)))}
        assert getattr(client, methode.lower())(adresse, envoi).status_code == 403
        assert "depot" not in re.sub(r"/depot\S*", "", texte(client.get("/compte")))
    assert not Depot.objects.exists()
    assert restes() == []


def test_no_other_form_takes_a_large_file(source):
    """Whoever he is, nobody fills the disk: a file that is not small is dropped as it comes."""
    requete = RequestFactory().post("/connexion", {"x": SimpleUploadedFile("e.csv", b"x" * (3 << 20)), "y": "z"})
    assert (dict(requete.FILES), requete.POST["y"]) == ({}, "z")
    petite = RequestFactory().post("/connexion", {"x": SimpleUploadedFile("e.csv", b"x" * 1000)})
    assert petite.FILES["x"].read() == b"x" * 1000


def test_a_body_of_whoever_has_no_right_is_not_even_read(source, restes, monkeypatch):
    client = client_de(compte())
    monkeypatch.setattr(Guichet, "lire_formulaire", lambda *_: pytest.fail("lu"))
    assert envoyer_sans_droit(client).status_code == 403


def envoyer_sans_droit(client: Client):
    return client.post("/depot/essai-depot", {"fichier": SimpleUploadedFile("e.csv", b"x" * (3 << 20))})


def test_the_deposits_of_another_producer_do_not_exist(officiere, source, sources):
    autre, _ = officier("dgfip")
    depot = depose_par(officiere, fichier(range(1, 11)))
    for methode, adresse in ADRESSES[1:]:
        vise = adresse.replace("/1", f"/{depot.pk}")
        reponse = autre.get(vise) if methode == "GET" else _poster_ailleurs(autre, vise)
        assert reponse.status_code == 404, vise
        inexistant = adresse.replace("essai-depot", "nulle-part").replace("/1", "/999999")
        temoin = autre.get(inexistant) if methode == "GET" else _poster_ailleurs(autre, inexistant)
        # Word for word what an address that names nothing answers: the name of the source is all that differs.
        assert _anonyme(texte(reponse)) == _anonyme(texte(temoin))
    depot.refresh_from_db()
    assert depot.etat == "pret"
    assert "essai-depot" not in texte(autre.get("/depot"))


def _poster_ailleurs(client: Client, adresse: str):
    return client.post(adresse, {"csrfmiddlewaretoken": jeton_de(client, "/depot")})


def _anonyme(html: str) -> str:
    html = re.sub(r'value="\w{64}"', "", html)
    # The way back says the name that was asked for, whether a source bears it or not.
    return re.sub(r"[0-9a-f]{16}|n° \d+|essai-depot|nulle-part", "", html)


def test_a_deposit_answers_under_its_own_source_only(officiere, sources):
    depot = depose_par(officiere, fichier(range(1, 11)))
    assert officiere.get(f"/depot/essai-secret/{depot.pk}").status_code == 404
    assert poster(officiere, f"/depot/essai-secret/{depot.pk}/publier").status_code == 404


def test_the_values_of_a_secret_file_are_shown_to_who_sent_it_alone(sources):
    (client, _), (collegue, _) = officier(), officier()
    depot = depose_par(client, fichier(range(1, 201), "123456789;X;MRK-7;2026-01-15"), adresse="/depot/essai-secret")
    adresse = f"/depot/essai-secret/{depot.pk}"
    assert "123456789" in texte(client.get(adresse))
    assert b"123456789" in b"".join(client.get(f"{adresse}/quarantaine.csv").streaming_content)
    page = texte(collegue.get(adresse))
    verifier(page)
    assert "123456789" not in page
    assert "qu’à celui qui a envoyé le fichier" in page
    assert b"123456789" not in b"".join(collegue.get(f"{adresse}/quarantaine.csv").streaming_content)
    # A colleague of the same producer may publish it all the same.
    assert poster(collegue, f"{adresse}/publier").status_code == 302


def test_the_deposits_of_programs_are_shown_and_their_secret_values_hidden(officiere, sources):
    _, secrete = sources
    depot = verifie(jeton()[0], secrete, fichier(range(1, 201), "123456789;X;1;2026-01-15"))
    page = texte(officiere.get(f"/depot/essai-secret/{depot.pk}"))
    assert "jeton n°" in page
    assert "123456789" not in page


def test_the_quarantine_is_never_a_formula_and_never_a_page(officiere, source):
    depot = depose_par(officiere, fichier(range(1, 201), "=1+1;X;1;2026-01-15", "<b>;X;1;2026-01-15"))
    reponse = officiere.get(f"/depot/essai-depot/{depot.pk}/quarantaine.csv")
    assert reponse["Content-Disposition"].startswith("attachment")
    assert b";'=1+1;" in b"".join(reponse.streaming_content)
    page = texte(officiere.get(f"/depot/essai-depot/{depot.pk}"))
    assert "&lt;b&gt;" in page
    verifier(page)


def test_a_version_that_came_from_elsewhere_is_not_theirs_to_take_back(officiere, source):
    from fce.donnees.imports import services as moteur

    for n in (10, 11):
        chemin = reception.racine().parent
        chemin.mkdir(parents=True, exist_ok=True)
        (chemin / "a.csv").write_bytes(fichier(range(1, n)))
        moteur.importer(source, [chemin / "a.csv"])
    page = texte(officiere.get("/depot/essai-depot"))
    assert "seul le gestionnaire" in page
    assert "Revenir à la version d’avant" not in page
    from fce.donnees.imports.models import VersionEnPlace

    en_place = VersionEnPlace.objects.get(source="essai-depot").en_place_id
    assert poster(officiere, "/depot/essai-depot/retour", depuis=str(en_place)).status_code == 403


def test_a_mandate_that_ends_closes_the_screens_at_the_next_request(source):
    client, qui = officier()
    assert client.get("/depot").status_code == 200
    assert "Déposer des données" in texte(client.get("/compte"))
    Mandat.objects.filter(compte=qui).update(fin="2026-01-01T00:00Z")
    assert client.get("/depot").status_code == 403
    assert "Déposer des données" not in texte(client.get("/compte"))


def test_long_histories_are_paged_and_empty_ones_said(officiere, source):
    page = texte(officiere.get("/depot/essai-depot"))
    verifier(page)
    assert "Aucun dépôt pour cette source." in page
    cree, _ = jeton()
    for n in range(21):
        services.abandonner(deposer(cree, source, fichier(range(1, n + 2))).pk)
    premiere = texte(officiere.get("/depot/essai-depot"))
    assert premiere.count(">n° ") == 20
    verifier(premiere)
    assert texte(officiere.get("/depot/essai-depot?page=2")).count(">n° ") == 1
    for folle in ("0", "-1", "x", "9" * 30):
        assert officiere.get(f"/depot/essai-depot?page={folle}").status_code == 200


def test_the_list_reads_the_same_number_of_times_whatever_its_length(officiere, sources, django_assert_max_num_queries):
    for n in range(3):
        envoyer(officiere, fichier(range(1, n + 2)))
    with django_assert_max_num_queries(12):
        page = officiere.get("/depot")
    verifier(texte(page))
    assert "3 dépôts à clore" in texte(page)


def test_nothing_of_the_screens_is_kept_by_a_cache(officiere, source):
    for adresse in ("/depot", "/depot/essai-depot"):
        assert "no-store" in officiere.get(adresse)["Cache-Control"]
