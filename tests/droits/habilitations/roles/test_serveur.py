"""The real server, with its roles in force: every kind of public page, a deposit from end to end, a sign-in begun."""

import http.client
import json
import re
import subprocess
from collections.abc import Iterator

import psycopg
import pytest

from fce.donnees.imports.directes import bac_a_sable
from fce.sources import registre
from tests.config.serveur import FCE, Serveur, installe, port_libre, serveur

pytestmark = pytest.mark.epreuve
SIREN = "000099911"
DEPOT = "dgddi-eori"


@pytest.fixture(scope="module")
def s() -> Iterator[Serveur]:
    with (
        installe("roles") as dossier,
        bac_a_sable.en_marche() as api,
        serveur(dossier, "--travailleurs", "1", **api.reglages(SIREN + "00026")) as lance,
    ):
        for nom in ("sirene-unites-legales", "sirene-etablissements"):
            commande(lance, "import", nom, str(registre.exemple(registre.source(nom))))
        commande(lance, "index")
        yield lance


def commande(s: Serveur, *arguments: str) -> str:
    fini = subprocess.run([FCE, *arguments], env=s.environnement, capture_output=True, text=True, timeout=120)
    assert fini.returncode == 0, fini.stdout + fini.stderr
    return fini.stdout


@pytest.mark.parametrize(
    "chemin",
    [
        "/", "/connexion", "/sources", "/sources/sirene-unites-legales", "/sources/schema", "/mentions-legales",
        "/readyz", "/recherche?q=biscuiterie", "/recherche/suggestions?q=biscui", "/recherche/export.csv?q=biscuiterie",
        f"/entreprise/{SIREN}", f"/entreprise/{SIREN}/chronologie", f"/entreprise/{SIREN}/direct/tva",
        f"/api/v1/entreprises/{SIREN}", "/api/v1/recherche?q=biscuiterie",
        "/sources/sirene-unites-legales/donnees.csv", "/sources/sirene-unites-legales/donnees.parquet",
    ],
)  # fmt: skip
@pytest.mark.parametrize("temoin", [None, "fce=faux"])
def test_what_is_open_to_all_is_read_under_the_public_role(s: Serveur, chemin: str, temoin: str | None) -> None:
    reponse = s.demander(chemin, Host="127.0.0.1:8000", **({"Cookie": temoin} if temoin else {}))
    page = reponse.corps.decode(errors="replace")
    assert reponse.status == 200, page
    if chemin.endswith(SIREN):
        assert "BISCUITERIE FICTIVE" in page
        assert "source indisponible" not in page.casefold()


def test_the_pages_do_work_under_the_role_and_any_command_gives_it_back_what_it_lost(s: Serveur) -> None:
    with psycopg.connect(**s.cluster.parametres(), autocommit=True) as base:  # type: ignore[arg-type]
        base.execute("REVOKE SELECT ON sources_versionenplace FROM fce_public")
    assert s.demander("/sources").status == 500
    commande(s, "check")
    assert s.demander("/sources").status == 200


def test_the_server_does_not_start_on_a_base_that_lacks_its_roles(s: Serveur) -> None:
    refuse = subprocess.run(
        [FCE, "serve", "--port", str(port_libre())],
        env={**s.environnement, "FCE_BASE_ROLE_COMPTES": "absent_1", "FCE_BASE_ROLE_PUBLIC": "absent_2"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert refuse.returncode == 1
    assert "n’a pas les rôles que nomment les réglages" in refuse.stderr


def test_a_deposit_goes_from_the_bytes_to_its_publication_and_back(s: Serveur) -> None:
    secret = re.search(r"fcedepot_\S+", commande(s, "depot", "jeton", "dgddi"))[0]  # type: ignore[index]
    fichier = registre.exemple(registre.source(DEPOT)).read_bytes()
    depot = envoyer(s, secret, "PUT", f"/api/v1/depots/{DEPOT}", fichier)
    assert (depot["status"], depot["etat"]) == (201, "pret")
    adresse = f"/api/v1/depots/{depot['numero']}"
    assert envoyer(s, secret, "GET", adresse)["etat"] == "pret"
    assert envoyer(s, secret, "GET", "/api/v1/depots")["total"] == 1
    assert s.demander(f"{adresse}/quarantaine.csv", Authorization=f"Bearer {secret}").status == 200
    assert envoyer(s, secret, "POST", f"{adresse}/publier", b"{}")["etat"] == "publie"
    assert s.demander("/").status == 200


def test_a_sign_in_is_begun_refused_and_left(s: Serveur) -> None:
    """No provider is set here: each address of sign-in answers its page, none falls."""
    for chemin in ("/connexion", "/connexion/proconnect/retour?state=x&code=y", "/deconnexion/retour", "/compte"):
        assert s.demander(chemin).status in (200, 302, 400, 404), chemin
        assert s.demander(chemin, Cookie="fce=faux").status in (200, 302, 400, 404), chemin


def envoyer(s: Serveur, secret: str, methode: str, chemin: str, corps: bytes = b"") -> dict:
    connexion = http.client.HTTPConnection("127.0.0.1", s.port, timeout=60)
    genre = "application/json" if methode == "POST" else "application/octet-stream"
    connexion.request(methode, chemin, corps, {"Authorization": f"Bearer {secret}", "Content-Type": genre})
    reponse = connexion.getresponse()
    contenu = json.loads(reponse.read())
    connexion.close()
    return {"status": reponse.status, **contenu}
