"""Fair use of the API: a quota that every answer says, larger where many go out by one address, and no ban."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.test.client import FakePayload

from fce.config import debit
from fce.donnees.imports.depots import jetons
from tests.config.serveur import FCE, installe, serveur

AILLEURS, MANDATAIRE = "203.0.113.7", "198.51.100.9"
DEBUT = 1_800_000_000.0
V1, CONTRAT = "/api/v1/openapi.json", "/api/recherche-entreprises/openapi.json"


@pytest.fixture
def limite(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Twenty requests at once, on a clock that stands still; the proxy's network may send three times as many."""
    settings.FCE_DATA_DIR = tmp_path
    settings.FCE_DEBIT_RESEAUX, settings.FCE_DEBIT_PARTAGE = ["198.51.100.0/24", "2001:db8:7::/48"], 3
    monkeypatch.setattr(debit, "time", lambda: DEBUT)
    return Client()


def demander(client: Client, chemin: str = V1, de: str = AILLEURS, **entetes: str) -> Any:
    return client.get(chemin, REMOTE_ADDR=de, headers=entetes)


@pytest.mark.django_db
def test_every_answer_says_the_quota_and_what_is_left_of_it(limite: Client) -> None:
    reponses = [demander(limite, chemin) for chemin in (V1, "/api/v1/inconnue", CONTRAT, *[V1] * 18)]
    assert {r["RateLimit-Policy"] for r in reponses} == {'"adresse";q=20;w=3'}
    for r, reste in zip(reponses[:3], (19, 18, 17), strict=True):
        assert re.fullmatch(rf'"adresse";r={reste};t=[1-4]', r["RateLimit"])
    # Refused: nothing is left before the instant that Retry-After says.
    refus = reponses[20]
    assert (refus.status_code, refus["RateLimit"]) == (429, f'"adresse";r=0;t={refus["Retry-After"]}')
    assert {"RateLimit", "RateLimit-Policy", "Retry-After"} <= set(refus["Access-Control-Expose-Headers"].split(", "))
    # Files count apart, ten requests each.
    assert demander(limite, "/api/v1/fichiers/entreprises.csv")["RateLimit-Policy"] == '"adresse-fichiers";q=60;w=60'
    assert "RateLimit" not in demander(limite, "/mentions-legales")


def test_a_refusal_says_the_quota_when_it_renews_and_where_to_ask_for_more(limite: Client) -> None:
    for _ in range(21):
        refus = demander(limite)
    phrase = str(refus.json())
    assert f"réessayez dans {refus['Retry-After']} s" in phrase
    assert "20 demandes en 3 s" in phrase
    assert "/api/v1/docs#usage-raisonnable" in phrase


@pytest.mark.django_db
def test_a_batch_of_names_to_reconcile_counts_for_its_searches_and_the_manifest_for_one(limite: Client) -> None:
    """The batches hold no name, so that nothing is searched."""

    def envoyer(nombre: int, methode: str = "post") -> Any:
        lot = {"queries": json.dumps({f"q{n}": {"query": ""} for n in range(nombre)})}
        return getattr(limite, methode)("/reconcile", lot, REMOTE_ADDR=AILLEURS)

    assert [demander(limite, "/reconcile").status_code for _ in range(10)] == [200] * 10
    assert [envoyer(50).status_code, envoyer(50).status_code] == [200, 429]
    refus = envoyer(50, "get")
    assert (refus.status_code, int(refus["Retry-After"]) > 0) == (429, True)
    assert demander(limite, "/reconcile").status_code == 429
    autre = {"REMOTE_ADDR": "203.0.113.8"}
    for lot in ("{", "[]", json.dumps({f"q{n}": {"query": "a"} for n in range(51)})):
        assert limite.post("/reconcile", {"queries": lot}, **autre).status_code in (400, 413)
    # A batch of OpenRefine.
    petits = {"queries": json.dumps({f"q{n}": {"query": ""} for n in range(10)})}
    assert limite.post("/reconcile", petits, **autre).status_code == 200


def test_a12_a_reader_at_the_limit_is_refused_before_his_batch_is_read(limite: Client) -> None:
    lus: list[int] = []

    class Corps(FakePayload):
        def read(self, *args: Any, **kwargs: Any) -> bytes:
            lus.append(1)
            return super().read(*args, **kwargs)

    def envoyer(octets: bytes) -> int:
        genre = "application/x-www-form-urlencoded"
        corps = {"wsgi.input": Corps(octets), "CONTENT_LENGTH": len(octets), "CONTENT_TYPE": genre}
        return limite.generic("POST", "/reconcile", REMOTE_ADDR=AILLEURS, **corps).status_code

    assert [envoyer(b"queries=x") for _ in range(21)] == [400] * 20 + [429]
    lus.clear()
    assert envoyer(b"queries=" + b"%" * 100_000) == 429
    assert not lus


def test_the_contract_of_another_api_refuses_in_its_own_form(limite: Client) -> None:
    for _ in range(21):
        refus = demander(limite, CONTRAT)
    assert refus.status_code == 429
    assert list(refus.json()) == ["erreur"]
    assert "réessayez dans" in refus.json()["erreur"]
    assert int(refus["Retry-After"]) > 0
    # One quota for both.
    assert demander(limite).status_code == 429


def test_a_network_of_shared_egress_may_send_more_from_each_address(limite: Client) -> None:
    def servies(de: str) -> int:
        return [demander(limite, de=de).status_code for _ in range(70)].count(200)

    assert [servies(de) for de in (AILLEURS, MANDATAIRE, "198.51.100.10", "2001:db8:7::1")] == [20, 60, 60, 60]
    assert demander(limite, de=MANDATAIRE)["RateLimit-Policy"] == '"adresse";q=60;w=3'


def test_nobody_is_banned_however_many_requests_were_refused(limite: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(500):
        refus = demander(limite)
    monkeypatch.setattr(debit, "time", lambda: DEBUT + float(refus["Retry-After"]))
    assert demander(limite).status_code == 200


@pytest.mark.django_db
def test_neighbours_who_try_tokens_do_not_close_the_address_to_a_token_that_was_accepted(
    limite: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, secret = jetons.creer("dgfip")

    def deposer(porteur: str) -> int:
        return demander(limite, "/api/v1/depots", MANDATAIRE, authorization=f"Bearer {porteur}").status_code

    assert deposer(secret) == 200
    assert {deposer(f"faux-{n}") for n in range(59)} == {401}
    # The quota renews before the count of wrong tokens.
    monkeypatch.setattr(debit, "time", lambda: DEBUT + 5)
    assert [deposer("faux-60"), deposer("faux-61"), deposer(secret)] == [401, 429, 200]


@pytest.mark.epreuve
def test_a_key_used_from_several_processes_counts_once_and_its_use_is_written_when_they_stop() -> None:
    """Real servers: twenty requests in twenty seconds for one request per second, whoever answers them."""
    with installe("cle") as dossier:
        with serveur(dossier, "--travailleurs", "3", FCE_FRONTAUX="1") as s:

            def api(*arguments: str) -> str:
                commande = [str(FCE), "api", *arguments]
                return subprocess.run(commande, env=s.environnement, capture_output=True, text=True, check=True).stdout

            porteur = f"Bearer {api('cle', 'Essai', '--debit', '1').split()[-1]}"
            codes = [s.demander(V1, Authorization=porteur, X_Forwarded_For=f"203.0.113.{n}").status for n in range(70)]
            assert 20 <= codes.count(200) < 45
            assert set(codes) == {200, 429}
        with serveur(dossier, "--travailleurs", "1", FCE_FRONTAUX="1") as s:
            lu = "from fce.droits.habilitations.models import UsageDeJeton as U; "
            lu += "print(*U.objects.values_list('demandes', 'refusees'))"
            commande = [str(FCE), "shell", "-c", lu]
            dit = subprocess.run(commande, env=s.environnement, capture_output=True, text=True, check=True).stdout
            assert str((70, codes.count(429))) in dit
