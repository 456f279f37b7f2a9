"""« fce comptes »: the first mandates, and what must be possible when nobody can sign in."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from fce.droits.comptes.models import EvenementCompte, Mandat, Session
from fce.droits.comptes.services import donner_mandat
from fce.socle.texte.formats import nombre
from tests.droits.comptes import fabrique

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("designation", ["courriel", "identifiant", "MAJUSCULES"])
def test_the_first_mandate_comes_from_the_command(designation: str, capsys: pytest.CaptureFixture[str]) -> None:
    compte = fabrique.compte()
    designe = {"courriel": compte.courriel, "identifiant": compte.identifiant, "MAJUSCULES": compte.courriel.upper()}
    call_command("comptes", "mandat", designe[designation], "equipe")
    assert Mandat.objects.get(compte=compte, fin=None).role == "equipe"
    assert EvenementCompte.objects.get(action="mandat_donne").par == "operateur"
    assert compte.nom not in capsys.readouterr().out


def test_a_deposit_mandate_names_its_producer() -> None:
    compte = fabrique.compte()
    with pytest.raises(CommandError, match="nomme son producteur"):
        call_command("comptes", "mandat", compte.identifiant, "depot")
    call_command("comptes", "mandat", compte.identifiant, "depot", "--perimetre", "dgfip")
    assert Mandat.objects.get().perimetre == "dgfip"


def test_the_command_follows_the_same_rules_as_the_pages() -> None:
    compte = fabrique.compte()
    call_command("comptes", "mandat", compte.identifiant, "equipe")
    with pytest.raises(CommandError, match="ne va pas avec"):
        call_command("comptes", "mandat", compte.identifiant, "approbateur")
    with pytest.raises(CommandError, match="déjà ce mandat"):
        call_command("comptes", "mandat", compte.identifiant, "equipe")
    with pytest.raises(CommandError, match="agent public"):
        call_command("comptes", "mandat", fabrique.particulier().identifiant, "equipe")


@pytest.mark.parametrize("designation", ["c999999", "absent@travail.example", "Essai", "%", "c\x00", "@\x00"])
def test_an_absent_account_is_not_guessed(designation: str) -> None:
    fabrique.compte()
    with pytest.raises(CommandError, match="Aucun compte"):
        call_command("comptes", "mandat", designation, "equipe")


def test_two_accounts_of_one_email_are_told_apart_by_their_identifier() -> None:
    un, autre = fabrique.compte(courriel="x@travail.example"), fabrique.particulier(courriel="x@travail.example")
    with pytest.raises(CommandError, match=rf"{un.identifiant} .*{autre.identifiant}"):
        call_command("comptes", "desactiver", "x@travail.example", "--motif", "départ")


def test_mandates_are_withdrawn_and_listed(capsys: pytest.CaptureFixture[str]) -> None:
    compte = fabrique.compte()
    donner_mandat(compte, "auditeur", "", "c0")
    call_command("comptes", "mandats")
    assert f"{compte.identifiant} : auditeur, depuis le" in capsys.readouterr().out
    call_command("comptes", "retirer", compte.identifiant, "auditeur")
    assert not Mandat.objects.filter(fin=None).exists()
    with pytest.raises(CommandError, match="n’a pas ce mandat"):
        call_command("comptes", "retirer", compte.identifiant, "auditeur")


def test_deactivating_closes_everything_and_reactivating_reopens(client: Client) -> None:
    compte = fabrique.compte()
    fabrique.connecter(client, compte)
    call_command("comptes", "desactiver", compte.courriel, "--motif", "départ")
    assert client.get("/compte").status_code == 302
    with pytest.raises(CommandError, match="déjà désactivé"):
        call_command("comptes", "desactiver", compte.courriel, "--motif", "départ")
    call_command("comptes", "reactiver", compte.courriel)
    compte.refresh_from_db()
    assert compte.actif


def test_ses_07_the_command_ends_all_sessions(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    compte = fabrique.compte()
    fabrique.connecter(client, compte)
    Session.objects.bulk_create(Session(empreinte=f"{n:064x}", compte=compte) for n in range(2000))
    call_command("comptes", "sessions", "revoquer")
    assert f"{nombre(2001)} sessions terminées" in capsys.readouterr().out
    assert client.get("/compte").status_code == 302
    assert EvenementCompte.objects.get(action="fin_de_toutes_les_sessions").par == "operateur"
