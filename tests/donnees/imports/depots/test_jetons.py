"""Tokens: shown once, kept as a digest, for one producer, until a day."""

import datetime

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from fce.donnees.imports.depots import jetons, services
from fce.donnees.imports.depots.erreurs import DepotInterdit, NonAuthentifie
from fce.donnees.imports.models import Depot, JetonDepot
from fce.socle.erreurs import Introuvable, ParametreInvalide

from .outils import deposer, fichier, jeton


def test_the_secret_is_nowhere_in_the_database(sources):
    cree, secret = jeton(libelle="Bureau")
    assert len(secret) - len(jetons.MARQUE_DEPOT) == 43  # 256 bits in base 64
    ecrits = str(JetonDepot.objects.values().get(pk=cree.pk))
    assert secret not in ecrits
    assert secret[len(cree.prefixe) :] not in ecrits
    assert jetons.authentifier(secret) == cree


def test_two_tokens_never_share_a_secret(sources):
    assert len({jeton()[1] for _ in range(50)}) == 50


@pytest.mark.parametrize("change", ["", " ", "x", "é", "\0", "fcedepot_", "fcedepot_" + "A" * 43, "fcedepot_" * 999])
def test_anything_else_opens_nothing(sources, change):
    jeton()
    with pytest.raises(NonAuthentifie):
        jetons.authentifier(change)


def test_a_token_ends_on_its_day(sources):
    cree, secret = jeton(jours=10)
    assert abs(cree.expire - timezone.now() - datetime.timedelta(days=10)) < datetime.timedelta(minutes=1)
    JetonDepot.objects.filter(pk=cree.pk).update(expire=timezone.now())
    with pytest.raises(NonAuthentifie, match="expiré"):
        jetons.authentifier(secret)


def test_a_revoked_token_opens_nothing_at_once(sources):
    cree, secret = jeton()
    quand = jetons.revoquer(cree.pk).revoque
    assert jetons.revoquer(cree.pk).revoque == quand
    with pytest.raises(NonAuthentifie, match="révoqué"):
        jetons.authentifier(secret)


def test_a_token_revoked_while_its_file_arrives_deposits_nothing(source, dossier):
    cree, _ = jeton()
    contenu = iter([fichier(range(1, 11))])

    def lire(taille):
        jetons.revoquer(cree.pk)
        return next(contenu, b"")

    with pytest.raises(NonAuthentifie):
        services.deposer(cree, source, lire, len(fichier(range(1, 11))))
    assert not Depot.objects.exists()
    assert list(dossier.iterdir()) == []


@pytest.mark.parametrize("jours", [0, -1, 366, 10**6])
def test_a_token_lives_a_year_at_most(sources, jours):
    with pytest.raises(ParametreInvalide):
        jeton(jours=jours)


def test_a_token_covers_the_sources_of_its_producer_only(sources, monkeypatch):
    ouverte, secrete = sources
    large, _ = jeton()
    etroit, _ = jeton(sources=["essai-depot"])
    assert jetons.source_permise(large, "essai-secret") is secrete
    assert jetons.source_permise(etroit, "essai-depot") is ouverte
    for nom in ("essai-secret", "inconnue", "", "essai-depot\0"):
        with pytest.raises(DepotInterdit):
            jetons.source_permise(etroit, nom)
    with pytest.raises(ParametreInvalide):
        jetons.creer("dgfip")
    with pytest.raises(ParametreInvalide):
        jetons.creer("essai", ["essai-depot", "sirene-etablissements"])


def test_the_command_shows_the_secret_once(sources, capsys):
    call_command("depot", "jeton", "essai", "--sources", "essai-secret", "--jours", "30", "--libelle", "Bureau CF")
    secret = next(mot for mot in capsys.readouterr().out.split() if mot.startswith(jetons.MARQUE_DEPOT))
    cree = jetons.authentifier(secret)
    assert (cree.sources, cree.libelle) == (["essai-secret"], "Bureau CF")
    call_command("depot", "jetons")
    liste = capsys.readouterr().out
    assert "Bureau CF" in liste
    assert secret not in liste
    call_command("depot", "revoquer", str(cree.pk))
    call_command("depot", "jetons")
    assert "révoqué le" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", ["jeton inconnu", "jeton essai --jours 400", "revoquer 999999", "verifier 999999"]
)
def test_the_command_refuses_in_one_sentence(sources, arguments):
    with pytest.raises((CommandError, Introuvable)):
        call_command("depot", *arguments.split())


def test_the_command_verifies_what_waits(source, capsys):
    cree, _ = jeton()
    depot = deposer(cree, source, fichier(range(1, 11)))
    call_command("depot", "verifier")
    assert f"Dépôt n° {depot.pk} de essai-depot : prêt à publier (10 lignes, 0 écartée)." in capsys.readouterr().out
    call_command("depot", "verifier")
    assert "Aucun dépôt n'attend." in capsys.readouterr().out
    call_command("depot", "verifier", str(depot.pk))
    assert "prêt à publier" in capsys.readouterr().out
    call_command("depot", "liste")
    assert "essai.csv" in capsys.readouterr().out
