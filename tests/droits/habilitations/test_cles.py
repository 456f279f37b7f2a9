"""Keys of the API: they open nothing but a quota; the operator alone changes it, and their use names nobody."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fce.config import debit
from fce.droits.comptes.erreurs import AccesRefuse
from fce.droits.comptes.models import Compte, EvenementCompte
from fce.droits.habilitations import cles, jetons, usages
from fce.droits.habilitations.models import JetonApi, UsageDeJeton
from fce.droits.journal.models import Consultation
from fce.socle.erreurs import BaseIndisponible, ParametreInvalide
from fce.socle.texte import paris
from tests.acces import jeux
from tests.droits.comptes import fabrique as c
from tests.droits.habilitations.dossiers.fabrique import scene as faire_une_scene

pytestmark = pytest.mark.django_db(transaction=True)
AILLEURS, OPENAPI = "203.0.113.7", "/api/v1/openapi.json"
DEBUT = 1_800_000_000.0


@pytest.fixture(autouse=True)
def _limite(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real limiter, on a clock that stands still: sixty requests at once with a key, twenty without."""
    settings.FCE_DATA_DIR, settings.FCE_DEBIT_CLE = tmp_path, 30
    monkeypatch.setattr(debit, "time", lambda: DEBUT)
    usages.remettre(0.0)
    UsageDeJeton.objects.all().delete()


def appeler(secret: str = "", chemin: str = OPENAPI, de: str = AILLEURS) -> Any:
    entetes = {"authorization": f"Bearer {secret}"} if secret else {}
    return Client().get(chemin, REMOTE_ADDR=de, headers=entetes)


def cle(**champs: Any) -> tuple[JetonApi, str]:
    return cles.creer(c.compte(), libelle="Outil", jours=30, **champs)


def test_a_key_has_its_own_quota_wherever_it_is_used_from() -> None:
    _, secret = cle()
    # The neighbours used up their address.
    assert [appeler().status_code for _ in range(21)].count(429) == 1
    reponses = [appeler(secret, de=f"203.0.113.{n % 9}") for n in range(61)]
    assert [r.status_code for r in reponses] == [200] * 60 + [429]
    assert reponses[0]["RateLimit-Policy"] == '"cle";q=60;w=2'
    assert reponses[60]["RateLimit"] == f'"cle";r=0;t={reponses[60]["Retry-After"]}'
    assert "votre clé" in str(reponses[60].json())
    assert appeler(cle()[1]).status_code == 200
    # On the contract of another API too, in its own form.
    refus = appeler(secret, "/api/recherche-entreprises/openapi.json")
    assert (refus.status_code, list(refus.json())) == (429, ["erreur"])


def test_a_key_reads_what_anyone_reads_and_no_more() -> None:
    jeux.peupler()
    _, secret = cle()
    fiche = f"/api/v1/entreprises/{jeux.SIREN}"
    reponse = appeler(secret, fiche)
    assert reponse.status_code == 200
    assert reponse.json() == appeler("", fiche).json()
    assert appeler(secret, f"{fiche}?finalite=controle-travail&reference=2026-1").status_code == 403
    assert not Consultation.objects.exists()


def test_a_key_ends_when_it_is_revoked_expires_or_loses_its_account() -> None:
    jeux.peupler()
    fiche = f"/api/v1/entreprises/{jeux.SIREN}"
    (revoquee, a), (expiree, b), (sans_compte, d) = cle(), cle(), cle()
    adresses = (f"203.0.113.{n}" for n in count(1))
    assert {appeler(s, fiche).status_code for s in (a, b, d)} == {200}
    jetons.revoquer(revoquee, revoquee.par)
    JetonApi.objects.filter(pk=expiree.pk).update(expire_le=timezone.now() - timedelta(seconds=1))
    Compte.objects.filter(pk=int(sans_compte.par[1:])).update(desactive_le=timezone.now())
    assert {appeler(s, fiche).status_code for s in (a, b, d)} == {401}
    # Each process reads them again, and each address of the API says it.
    cles.fixer_debit(revoquee.pk, None, "operateur")
    inconnu = "fceapi_" + "x" * 43
    for chemin in ("recherche?q=x", "suggestions?q=x", "nomenclatures", "changements", "fichiers/entreprises.csv.gz"):
        for secret in (a, b, d, inconnu):
            reponse = appeler(secret, f"/api/v1/{chemin}", de=next(adresses))
            assert (reponse.status_code, reponse.json()["code"]) == (401, "jeton_refuse")
            assert "est inconnu, révoqué ou expiré" in reponse.json()["detail"]
            assert reponse["RateLimit-Policy"].startswith('"adresse')
    lot = {"identifiants": [jeux.SIREN]}
    entetes = {"authorization": f"Bearer {d}"}
    envoi = Client().post("/api/v1/lot", lot, "application/json", REMOTE_ADDR=AILLEURS, headers=entetes)
    assert envoi.status_code == 401


def test_a_token_of_a_closed_account_has_no_quota_of_its_own() -> None:
    scene = faire_une_scene()
    fait, secret = jetons.creer(
        scene.validee(droits=("consulter", "api")), scene.membre, mfa=True, libelle="", jours=30
    )
    assert appeler(secret)["RateLimit-Policy"].startswith('"jeton"')
    Compte.objects.filter(pk=int(fait.par[1:])).update(desactive_le=timezone.now())
    cles.fixer_debit(fait.pk, None, "operateur")
    assert appeler(secret)["RateLimit-Policy"].startswith('"adresse"')


def test_while_the_database_fails_no_key_is_said_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    _, secret = cle()
    monkeypatch.setattr(cles, "sous_role", panne)
    assert appeler(secret, "/api/v1/nomenclatures").status_code == 200


def panne(*_: Any) -> Any:
    raise BaseIndisponible("La base ne répond pas.")


@pytest.mark.parametrize("qui", [c.compte, c.particulier])
def test_whoever_is_signed_in_makes_a_key_shown_once(qui: Any) -> None:
    moi = qui()
    client = c.client_de(moi)
    page = client.post("/compte/cles", {"libelle": "Mon outil", "jours": "30"}).content.decode()
    secret = re.search(r"fceapi_[A-Za-z0-9_-]{43}", page)[0]  # type: ignore[index]
    faite = JetonApi.objects.get(par=moi.identifiant)
    assert secret not in str(faite.__dict__)
    liste = client.get("/compte/cles").content.decode()
    assert "Mon outil" in liste
    assert secret not in liste
    assert EvenementCompte.objects.filter(action="cle_cree", objet=f"clé {faite.identifiant}").exists()
    for _ in range(cles.VIVANTES_MAX - 1):
        cles.creer(moi, libelle="x", jours=1)
    refus = client.post("/compte/cles", {"libelle": "Une de plus", "jours": "30"})
    assert refus.status_code == 400
    assert f"déjà {cles.VIVANTES_MAX} clés" in refus.content.decode()
    assert client.post(f"/compte/cles/{faite.pk}/revoquer").status_code == 302
    assert JetonApi.objects.get(pk=faite.pk).revoque_le is not None
    assert Client().get("/compte/cles").status_code == 302


def test_the_operator_alone_changes_a_quota_and_it_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    faite, secret = cle()
    with pytest.raises(AccesRefuse):
        cles.fixer_debit(faite.pk, 100, faite.par)
    with pytest.raises(ParametreInvalide):
        cles.fixer_debit(faite.pk, cles.DEBIT_MAX + 1, "operateur")
    call_command("api", "quota", str(faite.pk), "100")
    assert appeler(secret)["RateLimit-Policy"] == '"cle";q=200;w=2'
    ecrit = EvenementCompte.objects.get(action="cle_debit")
    assert (ecrit.par, ecrit.avant, ecrit.apres) == ("operateur", {"debit": None}, {"debit": 100})
    call_command("api", "cle", "Ville d’Essai", "--debit", "50")
    secret = capsys.readouterr().out.split()[-1]
    assert appeler(secret)["RateLimit-Policy"] == '"cle";q=100;w=2'
    call_command("api", "lister")
    dites = capsys.readouterr().out
    assert "Ville d’Essai" in dites
    assert secret not in dites
    tierce = JetonApi.objects.get(par="operateur")
    call_command("api", "revoquer", str(tierce.pk))
    for refuse in (["revoquer", str(tierce.pk)], ["quota", "987654", "1"], ["cle", "x", "--debit", "251"]):
        with pytest.raises(CommandError):
            call_command("api", *refuse)


def test_the_use_of_a_key_is_written_by_batches_and_names_no_company() -> None:
    jeux.peupler()
    faite, secret = cle()
    fiche = f"/api/v1/entreprises/{jeux.SIREN}"
    appeler(secret)  # the quota is read
    with CaptureQueriesContext(connection) as requetes:
        for _ in range(2):
            appeler(secret)
    assert not [r["sql"] for r in requetes if r["sql"].lstrip().upper().startswith(("INSERT", "UPDATE", "WITH"))]
    for _ in range(58):
        appeler(secret, fiche)
    assert not UsageDeJeton.objects.exists()
    assert usages.remettre(0.0) > 0
    appeler(secret, f"/api/v1/entreprises/{jeux.SIREN}/rien")
    usages.remettre(0.0)
    lignes = {u.operation: (u.demandes, u.refusees) for u in UsageDeJeton.objects.filter(jeton=faite)}
    assert lignes == {
        "GET /api/v1/openapi.json": (3, 0),
        "GET /api/v1/entreprises/{siren}": (58, 1),
        usages.INCONNUE: (1, 1),
    }
    moi = Compte.objects.get(pk=int(faite.par[1:]))
    page = unescape(c.client_de(moi).get(f"/compte/cles/{faite.pk}").content.decode())
    assert "GET /api/v1/entreprises/{siren}" in page
    assert "62 demandes, dont 2 refusées" in page
    assert jeux.SIREN not in page


def test_counts_that_the_database_refuses_wait_before_they_are_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    heure = [1_000.0]
    essais: list[float] = []
    monkeypatch.setattr(usages, "time", SimpleNamespace(monotonic=lambda: heure[0]))
    _, secret = cle()
    appeler(secret)
    heure[0] += usages.ATTENTE_S
    with monkeypatch.context() as en_panne:
        en_panne.setattr(usages, "ecriture", lambda **_: essais.append(heure[0]) or panne())
        for _ in range(3):
            assert usages.remettre() == 0
        assert len(essais) == 1
    assert usages.remettre() == 0
    heure[0] += usages.ATTENTE_S
    assert usages.remettre() == 1


def test_an_anonymous_reading_writes_nothing_and_old_counts_are_purged() -> None:
    appeler()
    assert usages.remettre(0.0) == 0
    faite, _ = cle()
    for age in (0, 30, 33):
        jour = paris.aujourd_hui() - timedelta(days=age)
        UsageDeJeton.objects.create(jeton=faite, jour=jour, operation="GET /x", demandes=1)
    assert len(usages.recents(faite, paris.aujourd_hui())) == 2
    call_command("purger")
    assert UsageDeJeton.objects.count() == 2
