"""A look at a source: what changed is imported once, a refusal is said once, a failure is tried again."""

import datetime
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from fce.donnees.imports.models import Import, Releve
from fce.donnees.imports.travaux import courriel
from fce.donnees.imports.travaux.calendrier import echue, intervalle, suivies
from fce.donnees.imports.travaux.releve import relever
from fce.socle.erreurs import ConfigurationInvalide, SourceIndisponible
from fce.sources import registre
from fce.sources.declaration import Frequence
from tests.donnees.imports.chargement.outils import declarer_seules
from tests.donnees.imports.travaux.processus import NOM, source
from tests.donnees.imports.travaux.serveur import Serveur
from tests.sources import fabrique

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/exemple.fr/essai.csv"


@pytest.fixture(autouse=True)
def essai(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Any:
    settings.FCE_RAPPORTS = ["exploitation@exemple.gouv.fr"]
    declaree = source()
    declarer_seules(monkeypatch, declaree)
    return declaree


def contenu(nombre: int, graine: int = 1) -> bytes:
    return fabrique.texte_csv(fabrique.lignes_valides(nombre, graine)).encode()


def test_a_new_file_is_imported_and_said(miroir: Serveur) -> None:
    miroir.donner(PAGE, contenu(50))
    releve = relever(NOM)
    assert (releve.statut, releve.motif) == ("importe", "")
    (message,) = mail.outbox
    assert message.subject == f"[FCE] {NOM} : nouvelle version mise en place"
    assert message.to == ["exploitation@exemple.gouv.fr"]
    assert "50 lignes lues : 50 chargées, 0 écartée" in message.body


def test_an_unchanged_file_is_neither_imported_nor_said(miroir: Serveur) -> None:
    miroir.donner(PAGE, contenu(50))
    relever(NOM)
    mail.outbox.clear()
    avant = Import.objects.count()
    assert relever(NOM).statut == "inchange"
    assert (Import.objects.count(), mail.outbox) == (avant, [])


def test_a_refusal_is_said_once_with_its_reason_and_no_value(miroir: Serveur) -> None:
    miroir.donner(PAGE, contenu(50))
    relever(NOM)
    mail.outbox.clear()
    secret = [["SECRET9", *rang[1:]] if i < 10 else rang for i, rang in enumerate(fabrique.lignes_valides(50, 3))]
    miroir.donner(PAGE, fabrique.texte_csv(secret).encode())
    releve = relever(NOM)
    assert releve.statut == "refuse"
    assert "SIREN" in releve.motif
    (message,) = mail.outbox
    assert "fichier refusé, les données en place n'ont pas changé" in message.subject
    assert releve.motif in message.body
    assert "SECRET9" not in message.body
    # The same file tomorrow: still refused, nothing imported again, nobody disturbed.
    avant = Import.objects.count()
    assert relever(NOM).statut == "refuse"
    assert (len(mail.outbox), Import.objects.count()) == (1, avant)
    miroir.donner(PAGE, contenu(55, graine=4))
    assert relever(NOM).statut == "importe"
    assert len(mail.outbox) == 2


def test_a_passing_failure_is_said_at_the_last_attempt_only(miroir: Serveur) -> None:
    miroir.donner(PAGE, b"", codes=[503] * 50)
    with pytest.raises(SourceIndisponible):
        relever(NOM, dernier_essai=False)
    assert mail.outbox == []
    for _ in range(2):
        with pytest.raises(SourceIndisponible):
            relever(NOM)
    (message,) = mail.outbox
    assert "répond 503" in message.body
    assert Releve.objects.get(source=NOM).statut == "echec"


def test_a_page_instead_of_the_file_leaves_what_is_in_place(miroir: Serveur) -> None:
    miroir.donner(PAGE, contenu(50))
    relever(NOM)
    miroir.donner(PAGE, b"<!doctype html>quota")
    releve = relever(NOM)
    assert releve.statut == "echec"
    assert "page web" in releve.motif
    miroir.donner(PAGE, contenu(50))
    assert relever(NOM).statut == "inchange"


def test_a_mail_server_down_does_not_fail_the_import(miroir: Serveur, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    miroir.donner(PAGE, contenu(50))
    assert relever(NOM).statut == "importe"


def test_what_postgresql_quotes_is_not_repeated() -> None:
    assert courriel.sans_valeur('La base refuse une valeur du fichier : invalid "DUPONT"') == (
        "La base refuse une valeur du fichier."
    )


def test_each_frequency_has_its_time() -> None:
    maintenant = timezone.now()
    for frequence in Frequence:
        declaree = fabrique.declarer("f", fabrique.Essai, frequence=frequence)
        assert intervalle(declaree).days < frequence.jours, "un retard serait vu avant le relevé"
        assert echue(declaree, None, maintenant)
        jeune = Releve(source="f", statut="inchange", verifie=maintenant - intervalle(declaree) / 2)
        assert not echue(declaree, jeune, maintenant)
        jeune.verifie = maintenant - intervalle(declaree)
        assert echue(declaree, jeune, maintenant)
        echec = Releve(source="f", statut="echec", verifie=maintenant - datetime.timedelta(hours=7))
        assert echue(declaree, echec, maintenant)


def test_only_what_is_asked_is_downloaded(settings: Any) -> None:
    settings.FCE_TELECHARGEMENTS = []
    assert suivies() == []
    settings.FCE_TELECHARGEMENTS = ["toutes"]
    assert [s.nom for s in suivies()] == [NOM]
    settings.FCE_TELECHARGEMENTS = ["inconnue"]
    with pytest.raises(ConfigurationInvalide, match="FCE_TELECHARGEMENTS"):
        suivies()


def test_a_source_without_address_cannot_be_followed(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    muette = fabrique.declarer("muette", fabrique.Essai)
    monkeypatch.setattr(registre, "par_nom", lambda: {"muette": muette})
    settings.FCE_TELECHARGEMENTS = ["muette"]
    with pytest.raises(ConfigurationInvalide, match="n'a pas d'adresse"):
        suivies()
