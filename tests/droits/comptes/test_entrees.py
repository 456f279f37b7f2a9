"""The ways in: two identity providers, tokens of producers and of programs, the operator's command; no other."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.utils import timezone

from fce.config.verification import CLE_DE_DEVELOPPEMENT
from fce.donnees.imports.depots import jetons as depots
from fce.droits.comptes import appartenances
from fce.droits.comptes.models import Compte, Mandat, Organisation
from fce.droits.habilitations import jetons as programmes
from fce.socle.web.routes import Qui
from tests.droits.comptes import fabrique
from tests.droits.comptes.routes import routes

pytestmark = pytest.mark.django_db
RACINE = Path(__file__).resolve().parents[3]
DECISION = (RACINE / "docs/adr/0021-comptes-et-sessions.md").read_text("utf-8")


def demarrer(**reglages: str) -> subprocess.CompletedProcess[str]:
    """Read the settings as a process that starts would."""
    production = {
        "FCE_ENV": "production",
        "FCE_SECRET_KEY": "".join(map(chr, range(35, 100))),
        "FCE_ALLOWED_HOSTS": "fce.example",
        "DATABASE_URL": "postgresql://fce@127.0.0.1/fce",
        "FCE_ADRESSE_PUBLIQUE": "https://fce.example",
    }
    return subprocess.run(
        [sys.executable, "-c", "import fce.config.settings"],
        env={**os.environ, **production, **reglages},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "reglages", [{"FCE_DEMONSTRATION": "true"}, {"FCE_DEMONSTRATION": "true", "FCE_PERSONNAGES": "[]"}]
)
def test_auth_01_production_plays_no_persona(reglages: dict[str, str]) -> None:
    assert demarrer().returncode == 0
    refuse = demarrer(**reglages)
    assert refuse.returncode != 0
    assert "FCE_DEMONSTRATION" in refuse.stderr


def test_auth_01_without_the_demonstration_no_persona_is_offered(client: Client) -> None:
    assert settings.FCE_DEMONSTRATION is False
    assert "personnage" not in client.get("/connexion", headers={"Host": "127.0.0.1:8000"}).content.decode()


@pytest.mark.parametrize("etat", ["inconnue", "expirée", "acceptée", "annulée"])
def test_auth_05_a_false_invitation_does_not_say_why(client: Client, etat: str) -> None:
    invitation = appartenances.inviter(fabrique.groupe(), "quelqu.un@travail.example", "c1")
    secret = appartenances.creer_lien(invitation)
    maintenant = timezone.now()
    champs = {
        "inconnue": {"empreinte": "0" * 64},
        "expirée": {"expire_le": maintenant - timedelta(seconds=1)},
        "acceptée": {"acceptee_le": maintenant},
        "annulée": {"annulee_le": maintenant},
    }[etat]
    type(invitation).objects.filter(pk=invitation.pk).update(**champs)
    fabrique.connecter(client, fabrique.compte())
    reponse = client.get(f"/invitation/{secret}")
    assert reponse.status_code == 404
    assert "n’existe pas, a expiré ou a déjà servi" in reponse.content.decode()


def test_auth_05_an_invitation_is_worth_only_for_its_address(client: Client) -> None:
    secret = appartenances.creer_lien(appartenances.inviter(fabrique.groupe(), "quelqu.un@travail.example", "c1"))
    compte = fabrique.compte(courriel="autre@travail.example")
    fabrique.connecter(client, compte)
    assert client.post(f"/invitation/{secret}").status_code == 403
    assert not compte.appartenances.exists()


def test_auth_05_the_secret_of_an_invitation_is_not_kept() -> None:
    invitation = appartenances.inviter(fabrique.groupe(), "quelqu.un@travail.example", "c1")
    secret = appartenances.creer_lien(invitation)
    invitation.refresh_from_db()
    assert len(secret) >= 43  # 256 bits
    assert secret not in str({c: getattr(invitation, c) for c in ("courriel", "empreinte", "par")})


def test_auth_07_a_new_installation_has_neither_account_nor_mandate() -> None:
    assert not Compte.objects.exists()
    assert not Mandat.objects.exists()
    assert not Organisation.objects.exists()


def test_auth_07_production_refuses_the_published_key() -> None:
    refuse = demarrer(FCE_SECRET_KEY=CLE_DE_DEVELOPPEMENT)
    assert refuse.returncode != 0
    assert CLE_DE_DEVELOPPEMENT not in refuse.stderr


def test_auth_08_the_entries_are_those_that_the_decision_names() -> None:
    """A view that opens a session, or takes a token, is an entry; a new one is written down, or this fails."""
    qui_ouvre = {
        r.nom for r in routes() if r.nom.startswith("comptes:") and r.politique and r.politique.qui is Qui.TOUS
    }
    assert qui_ouvre == {
        "comptes:connexion",
        "comptes:commencer",
        "comptes:retour",
        "comptes:deconnecte",
    }
    a_jeton = {"/".join(r.adresse.split("/")[:4]) for r in routes() if r.politique and r.politique.qui is Qui.JETON}
    ecrites = set(re.findall(r"`(/[^`]*)`", DECISION.split("**Entrées.**")[1].split("\n- **")[0]))
    # Those of programs with a habilitation answer without a token too: they are the API itself.
    assert {"/connexion/<fournisseur>", "/api/v1", *a_jeton} == ecrites


def test_auth_09_a_token_is_recognized_is_not_found_again_and_ends_in_the_year() -> None:
    """Tokens of producers; those of programs are under one habilitation (``tests/droits/habilitations``) and made the
    same way."""
    jeton, secret = depots.creer("dgfip")
    assert re.fullmatch(r"fcedepot_[A-Za-z0-9_-]{43}", secret)  # 256 bits behind a prefix that scanners know
    assert secret.startswith(jeton.prefixe)
    assert jeton.empreinte == hashlib.sha256(secret.encode()).hexdigest()
    assert jeton.expire <= timezone.now() + timedelta(days=365)
    assert (depots.JOURS_MAX, programmes.JOURS_MAX) == (365, 365)


def test_auth_09_a_token_is_read_only_in_its_header(client: Client) -> None:
    _, secret = depots.creer("dgfip")
    assert client.get("/api/v1/depots", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    for ailleurs in (f"?access_token={secret}", f"?token={secret}", f"?jeton={secret}"):
        # The API refuses a parameter that it does not know, before anything reads it.
        assert client.get(f"/api/v1/depots{ailleurs}").status_code == 400
    client.cookies["jeton"] = secret
    assert client.get("/api/v1/depots").status_code == 401


def test_auth_09_a_revoked_token_serves_no_more_at_the_next_request(client: Client) -> None:
    jeton, secret = depots.creer("dgfip")
    depots.revoquer(jeton.pk)
    reponse = client.get("/api/v1/depots", headers={"Authorization": f"Bearer {secret}"})
    assert reponse.status_code == 401
    assert secret not in reponse.content.decode()


def test_auth_08_neither_password_nor_django_administration() -> None:
    """No local account: nothing to guess, hence AUTH-02 to AUTH-04 have no object."""
    assert not apps.is_installed("django.contrib.auth")
    assert not apps.is_installed("django.contrib.admin")
    assert "motdepasse" not in {c.name for c in Compte._meta.get_fields()}
    assert not [r for r in routes() if "admin" in r.adresse]
