"""Deposits through the API: the token opens the door, and that door only; every refusal is one French sentence."""

import base64
import hashlib
import json
import logging

import pytest

from fce.donnees.imports import services as moteur
from fce.donnees.imports.depots import jetons, reception, services
from fce.donnees.imports.models import Depot, JetonDepot
from tests.donnees.imports.chargement.outils import ecrire, lignes, tables
from tests.donnees.imports.depots.outils import fichier, jeton

RACINE = "/api/v1/depots"


@pytest.fixture
def appeler(client, sources):
    """Call with a good token, or with ``secret``; return (status, decoded body, answer)."""
    bon = jeton()[1]

    def appeler(methode, chemin, corps=b"", secret=bon, genre="application/octet-stream", **entetes):
        if secret:
            entetes["Authorization"] = f"Bearer {secret}"
        reponse = client.generic(methode, RACINE + chemin, corps, content_type=genre, headers=entetes)
        try:
            return reponse.status_code, json.loads(reponse.content), reponse
        except (ValueError, AttributeError):
            return reponse.status_code, None, reponse

    return appeler


def erreur(reponse):
    status, corps, brute = reponse
    assert brute["Content-Type"] == "application/problem+json"
    assert corps["status"] == status
    assert (corps["code"], corps["detail"]) == (corps["erreur"]["code"], corps["erreur"]["message"])
    assert brute["Cache-Control"] == "no-store, private"
    assert "Access-Control-Allow-Origin" not in brute.headers
    assert corps["erreur"]["message"].endswith((".", "»."))
    return status, corps["erreur"]["code"]


def test_a_small_file_is_received_verified_and_published_in_two_requests(appeler, source):
    contenu = fichier(range(1, 11), "123456789;X;1;2026-01-15")
    somme = base64.b64encode(hashlib.sha256(contenu).digest()).decode()
    status, depot, reponse = appeler(
        "PUT",
        "/essai-depot",
        contenu,
        **{"Content-Digest": f"sha-256=:{somme}:", "Content-Disposition": 'attachment; filename="../Relevé 2026.csv"'},
    )
    assert status == 201
    assert reponse["Location"] == f"{RACINE}/{depot['numero']}"
    assert depot["sha256"] == hashlib.sha256(contenu).hexdigest()
    assert depot["fichier"] == "Relevé 2026.csv"
    assert depot["etat"] == "refuse"  # one row out of eleven: beyond the threshold
    assert depot["rapport"]["quarantaine"]["premieres"][0]["valeur"] == "123456789"
    status, depot, _ = appeler("PUT", "/essai-depot?fichier=bon.csv&date=2026-01-31", fichier(range(1, 11)))
    assert (status, depot["etat"], depot["date_metier"]) == (201, "pret", "2026-01-31")
    assert lignes(source) == []
    status, publie, _ = appeler("POST", f"/{depot['numero']}/publier")
    assert (status, publie["etat"]) == (200, "publie")
    assert len(lignes(source)) == 10


def test_the_quarantine_is_downloaded_whole_and_never_as_formulas(appeler):
    contenu = fichier(range(1, 201), "=1+1;X;1;2026-01-15", "2;X;1;2026-01-15")
    _, depot, _ = appeler("PUT", "/essai-depot", contenu)
    reponse = appeler("GET", f"/{depot['numero']}/quarantaine.csv")[2]
    texte = b"".join(reponse.streaming_content).decode("utf-8-sig").splitlines()
    assert texte[0] == "ligne;colonne;valeur;motif"
    assert len(texte) == 3
    assert texte[1].startswith("202;siren;'=1+1;")
    assert reponse["Content-Disposition"] == f'attachment; filename="quarantaine-{depot["numero"]}.csv"'


def test_nothing_opens_without_a_good_token(appeler, sources):
    ancien, expire = jeton()
    JetonDepot.objects.filter(pk=ancien.pk).update(expire="2020-01-01T00:00Z")
    revoque = jeton()
    jetons.revoquer(revoque[0].pk)
    for secret in ("", "x", "fcedepot_" + "A" * 43, expire, revoque[1]):
        for methode, chemin in (("PUT", "/essai-depot"), ("GET", ""), ("GET", "/1"), ("GET", "/1/quarantaine.csv"),
                                ("POST", "/1/publier"), ("POST", "/1/abandonner"), ("POST", "/essai-depot/retour"),
                                ("POST", "/1/verifier")):  # fmt: skip
            reponse = appeler(methode, chemin, b"abc", secret=secret)
            assert erreur(reponse) == (401, "jeton_invalide"), (methode, chemin)
            assert reponse[2]["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("entete", ["Basic abc", "Bearer", "bearer  ", "Bearer a b", "Token x", "\xff"])
def test_another_kind_of_authorization_opens_nothing(client, sources, entete):
    reponse = client.get(RACINE, headers={"Authorization": entete})
    assert reponse.status_code == 401


def test_a_token_deposits_its_own_sources_only(appeler, sources):
    etroit = jeton(sources=["essai-depot"])[1]
    for nom in ("essai-secret", "sirene-etablissements", "inconnue", "%00"):
        assert erreur(appeler("PUT", f"/{nom}", b"abc", secret=etroit)) == (403, "depot_interdit")
    assert erreur(appeler("POST", "/essai-secret/retour", secret=etroit)) == (403, "depot_interdit")


def test_the_deposits_of_others_do_not_exist(appeler, sources):
    numero = appeler("PUT", "/essai-secret", fichier(range(1, 11)))[1]["numero"]
    etroit = jeton(sources=["essai-depot"])[1]
    assert appeler("GET", "", secret=etroit)[1]["total"] == 0
    inconnu = appeler("GET", "/999999", secret=etroit)[1]["erreur"]["message"].replace("999999", str(numero))
    for methode, suite in (("GET", ""), ("GET", "/quarantaine.csv"), ("POST", "/publier"), ("POST", "/abandonner"),
                           ("POST", "/verifier")):  # fmt: skip
        reponse = appeler(methode, f"/{numero}{suite}", secret=etroit)
        assert erreur(reponse) == (404, "introuvable")
        assert reponse[1]["erreur"]["message"] == inconnu


def test_a_token_never_reads_data_back(appeler, client, sources):
    _, depot, _ = appeler("PUT", "/essai-secret", fichier([(1, "MRK-NOM", 1), *range(2, 11)]))
    appeler("POST", f"/{depot['numero']}/publier")
    secret = jeton()[1]
    for chemin in ("/api/v1/entreprises/990000013", "/sources/essai-secret", "/sources/essai-secret.csv"):
        reponse = client.get(chemin, headers={"Authorization": f"Bearer {secret}"})
        assert b"MRK-NOM" not in getattr(reponse, "content", b"")
    assert "MRK-NOM" not in str(appeler("GET", f"/{depot['numero']}", secret=secret)[1])


def test_a_colleague_sees_where_and_why_but_no_value_of_a_secret_file(appeler):
    _, depot, _ = appeler("PUT", "/essai-secret", fichier(range(1, 201), "123456789;X;1;2026-01-15"))
    assert depot["rapport"]["quarantaine"]["premieres"][0]["valeur"] == "123456789"
    siennes = appeler("GET", f"/{depot['numero']}/quarantaine.csv")[2]
    assert b"123456789" in b"".join(siennes.streaming_content)
    collegue = jeton()[1]
    vu = appeler("GET", f"/{depot['numero']}", secret=collegue)[1]
    assert vu["rapport"]["quarantaine"]["motifs"][0]["motif"]
    assert vu["rapport"]["quarantaine"]["premieres"] == [
        {"ligne": 202, "colonne": "siren", "valeur": None, "motif": "SIREN invalide (clé de contrôle fausse)"}
    ]
    csv = b"".join(appeler("GET", f"/{depot['numero']}/quarantaine.csv", secret=collegue)[2].streaming_content)
    assert b"123456789" not in csv
    assert b"202;siren;;" in csv


@pytest.mark.parametrize(
    ("entetes", "attendu"),
    [
        ({"Content-Length": ""}, (411, "longueur_requise")),
        ({"Content-Length": "-1"}, (411, "longueur_requise")),
        ({"Content-Length": "1e3"}, (411, "longueur_requise")),
        ({"Content-Length": "0"}, (400, "parametre_invalide")),
        ({"Content-Length": str(2 << 30)}, (413, "fichier_trop_gros")),
        ({"Content-Length": "9" * 15}, (413, "fichier_trop_gros")),
        ({"Content-Encoding": "gzip"}, (415, "format_refuse")),
        ({"Content-Range": "bytes 0-1/2"}, (400, "parametre_invalide")),
        ({"Content-Digest": "sha-256=:AAAA:"}, (400, "empreinte_differente")),
        ({"Repr-Digest": "n’importe quoi".encode().decode("latin-1")}, (400, "parametre_invalide")),
    ],
)
def test_a_body_that_is_not_one_whole_file_is_refused_and_leaves_nothing(appeler, sources, entetes, attendu):
    assert erreur(appeler("PUT", "/essai-depot", b"abc", **entetes)) == attendu
    assert not Depot.objects.exists()
    assert [p for p in reception.racine().rglob("*") if p.is_file()] == []


@pytest.mark.parametrize("genre", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
def test_a_form_is_not_a_file(appeler, genre):
    assert erreur(appeler("PUT", "/essai-depot", b"abc", genre=genre)) == (415, "format_refuse")


@pytest.mark.parametrize(
    "nom",
    ['attachment; filename="../../../etc/passwd"', "attachment; filename*=UTF-8''..%2F..%2Fx%00.csv", "x" * 9000,
     'attachment; filename="C:\\\\x\\\\..\\\\y.csv"', "attachment; filename*=inconnu''x", "filename",
     "attachment; filename*=UTF-8''%E2%80%AEvsc.exe", 'attachment; filename="' + "é" * 300 + '.csv"'],
)  # fmt: skip
def test_no_file_name_leaves_the_folder_of_the_deposit(appeler, nom):
    status, depot, _ = appeler("PUT", "/essai-depot", fichier(range(1, 11)), **{"Content-Disposition": nom})
    assert status == 201
    ecrit = reception.chemin(Depot.objects.get(pk=depot["numero"]).dossier, depot["fichier"]).resolve()
    assert ecrit.is_relative_to(reception.racine().resolve())
    assert ecrit.is_file()
    assert not any(ord(c) < 32 or c in "\u202e\0" for c in depot["fichier"])


@pytest.mark.parametrize("question", ["date=2026-13-45", "date=hier", "date=9999-12-31", "date=%00"])
def test_a_date_that_cannot_be_is_refused(appeler, question):
    assert erreur(appeler("PUT", f"/essai-depot?{question}", b"abc")) == (400, "parametre_invalide")


@pytest.mark.parametrize(
    "corps",
    [
        b"{",
        b"\xff",
        b'{"forcer": "\\ud800"}',
        b'{"forcer": 1}',
        b'{"forcer": "' + b"x" * 501 + b'"}',
        b"[" * 100_000,
    ],
)
def test_a_body_of_publication_that_cannot_be_read_is_refused(appeler, corps):
    _, depot, _ = appeler("PUT", "/essai-depot", fichier(range(1, 11)))
    status, code = erreur(appeler("POST", f"/{depot['numero']}/publier", corps, genre="application/json"))
    assert (status, code) in ((400, "demande_incorrecte"), (400, "parametre_invalide"))
    assert Depot.objects.get(pk=depot["numero"]).etat == "pret"


@pytest.mark.parametrize("numero", ["x", "-1", "0", "9" * 30, "1e3", "²"])
def test_a_number_that_names_no_deposit_is_a_plain_error(appeler, numero):
    assert appeler("GET", f"/{numero}")[0] in (400, 404)
    assert appeler("POST", f"/{numero}/publier")[0] in (400, 404)


def test_a_threshold_is_passed_over_with_a_reason_that_is_kept(appeler, source):
    appeler("POST", f"/{appeler('PUT', '/essai-depot', fichier(range(1, 101)))[1]['numero']}/publier")
    _, depot, _ = appeler("PUT", "/essai-depot", fichier(range(1, 51)))
    chemin = f"/{depot['numero']}/publier"
    assert erreur(appeler("POST", chemin)) == (400, "parametre_invalide")
    corps = json.dumps({"forcer": "Radiations de l’année\u0000"}).encode()
    status, publie, _ = appeler("POST", chemin, corps, genre="application/json")
    assert (status, publie["forcer_motif"]) == (200, "Radiations de l’année")
    assert erreur(appeler("POST", chemin)) == (409, "etat_incompatible")


def test_a_stale_report_is_made_again_at_once(appeler, source, tmp_path):
    _, depot, _ = appeler("PUT", "/essai-depot", fichier(range(1, 11)))
    moteur.importer(source, [ecrire(tmp_path, "un.csv", fichier(range(1, 10)).decode())])
    assert erreur(appeler("POST", f"/{depot['numero']}/publier")) == (409, "rapport_perime")
    refait = appeler("GET", f"/{depot['numero']}")[1]
    assert (refait["etat"], refait["rapport"]["differences"]["ajoutees"]) == ("pret", 1)
    assert appeler("POST", f"/{depot['numero']}/publier")[0] == 200


def test_a_publication_is_undone(appeler, source):
    for n in (11, 12):
        appeler("POST", f"/{appeler('PUT', '/essai-depot', fichier(range(1, n)))[1]['numero']}/publier")
    status, corps, _ = appeler("POST", "/essai-depot/retour")
    assert (status, corps["lignes"]) == (200, 10)
    assert len(lignes(source)) == 10
    assert appeler("POST", "/essai-depot/retour")[0] == 200  # forward again: that version is its own too


def test_a_large_file_waits_for_its_turn(appeler, source, settings):
    settings.FCE_DEPOT_IMMEDIAT = 0
    _, depot, _ = appeler("PUT", "/essai-depot", fichier(range(1, 11)))
    assert (depot["etat"], depot["rapport"]) == ("recu", None)
    assert erreur(appeler("POST", f"/{depot['numero']}/publier")) == (409, "etat_incompatible")
    assert appeler("GET", f"/{depot['numero']}/quarantaine.csv")[0] == 404
    services.verifier_en_attente()
    assert appeler("GET", f"/{depot['numero']}")[1]["etat"] == "pret"
    assert appeler("POST", f"/{depot['numero']}/verifier")[1]["etat"] == "recu"
    services.verifier_en_attente()
    assert appeler("POST", f"/{depot['numero']}/abandonner")[1]["etat"] == "abandonne"
    assert tables(source) == set()


def test_deposits_are_listed_and_filtered(appeler):
    for n in (11, 12):
        appeler("PUT", "/essai-depot", fichier(range(1, n)))
    appeler("PUT", "/essai-secret", fichier(range(1, 11)))
    assert appeler("GET", "")[1]["total"] == 3
    assert appeler("GET", "?source=essai-secret")[1]["depots"][0]["source"] == "essai-secret"
    assert appeler("GET", "?etat=publie&source=%00")[1] == {"total": 0, "page": 1, "pages": 0, "depots": []}
    assert erreur(appeler("GET", "?etat=autre")) == (400, "parametre_invalide")


@pytest.mark.parametrize(
    ("methode", "chemin"),
    [("DELETE", "/1"), ("PATCH", "/1"), ("POST", "/essai-depot"), ("POST", ""), ("PUT", ""), ("PUT", "/1/publier"),
     ("GET", "/1/publier"), ("POST", "/1/effacer"), ("OPTIONS", "/1")],
)  # fmt: skip
def test_other_methods_are_refused_in_json(appeler, methode, chemin):
    status, corps, reponse = appeler(methode, chemin)
    assert status == 405
    assert corps["erreur"]["message"]
    assert reponse["Allow"]


def test_the_rest_of_the_site_still_refuses_to_be_written_to(client, sources):
    for chemin in ("/", "/api/v1/recherche", "/api/v1/depotsx/a", "/sources", "/api/v1/depots/a/b/publier"):
        for methode in ("POST", "PUT"):
            assert client.generic(methode, chemin, b"x").status_code == 405, chemin


def test_logs_hold_no_token_no_name_and_no_value(appeler, sources, caplog):
    caplog.set_level(logging.DEBUG)
    secret = jeton()[1]
    contenu = fichier([(1, "MRK-VALEUR", 1), *range(2, 101)], "MRK-CLE;X;1;2026-01-15")
    _, depot, _ = appeler("PUT", "/essai-secret?fichier=MRK-FICHIER.csv", contenu, secret=secret)
    appeler("GET", f"/{depot['numero']}", secret=secret)
    appeler("GET", f"/{depot['numero']}", secret=secret[:-1])
    appeler("PUT", "/essai-secret", b"MRK-CORPS", secret=secret)
    appeler("POST", f"/{depot['numero']}/publier", secret=secret)
    # The SQL log of Django is for debugging only: it is never on in production.
    journaux = "\n".join(r.getMessage() for r in caplog.records if r.name != "django.db.backends")
    assert "MRK-" not in journaux
    assert secret[10:-1] not in journaux


def test_the_document_describes_the_deposits(client, sources):
    document = client.get("/api/v1/openapi.json").json()
    operations = {(v, c) for c, verbes in document["paths"].items() for v in verbes if c.startswith(RACINE)}
    assert operations == {
        ("get", RACINE), ("put", f"{RACINE}/{{cible}}"), ("get", f"{RACINE}/{{cible}}"),
        ("get", f"{RACINE}/{{cible}}/quarantaine.csv"), ("post", f"{RACINE}/{{cible}}/verifier"),
        ("post", f"{RACINE}/{{cible}}/publier"), ("post", f"{RACINE}/{{cible}}/abandonner"),
        ("post", f"{RACINE}/{{cible}}/retour"),
    }  # fmt: skip
    envoi = document["paths"][f"{RACINE}/{{cible}}"]["put"]
    assert envoi["requestBody"]["content"].keys() == {"application/octet-stream"}
    assert envoi["security"]
    page = client.get("/api/v1/docs").content.decode()
    assert "PUT /api/v1/depots/{cible}" in page
