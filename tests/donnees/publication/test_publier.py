"""``fce publier``: metadata that say what is in place, sent to a portal that is a real server."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from fce.donnees.imports.models import Import
from fce.donnees.publication import fichiers
from fce.donnees.publication.publication import FREQUENCES, jeu, licence
from fce.socle.erreurs import ConfigurationInvalide
from fce.sources import registre
from fce.sources.declaration import Frequence
from tests.donnees.publication.test_catalogue import OUVERT, OUVERTES, RESERVEES, remplir
from tests.serveur_http import Guichet, Serveur, en_marche

pytestmark = pytest.mark.django_db


class Faux:
    """A portal in memory, that speaks the part of udata that we use. ``pannes``: statuses answered first."""

    def __init__(self) -> None:
        self.jeux: dict[str, dict[str, Any]] = {}
        self.recus: list[tuple[str, str, str | None]] = []
        self.pannes: list[int] = []
        self.adresse = ""

    def repondre(self, methode: str, chemin: str, corps: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self.pannes:
            return self.pannes.pop(0), {"message": "panne"}
        morceaux = chemin.strip("/").split("/")[2:]
        if morceaux == ["datasets"] and methode == "POST":
            numero = f"jeu{len(self.jeux)}"
            self.jeux[numero] = {**corps, "ressources": {}}
            return 201, {"id": numero, "page": f"{self.adresse}/datasets/{numero}"}
        if morceaux[1] not in self.jeux:
            return 404, {"message": "inconnu"}
        connu = self.jeux[morceaux[1]]
        if len(morceaux) == 2:
            connu.update(corps)
            return 200, {"id": morceaux[1]}
        if methode == "POST":
            numero = f"r{len(connu['ressources'])}"
            connu["ressources"][numero] = corps
            return 201, {"id": numero}
        connu["ressources"][morceaux[3]] = corps
        return 200, {"id": morceaux[3]}


@pytest.fixture
def portail(settings: Any, tmp_path: Path) -> Iterator[Faux]:
    faux = Faux()

    class Udata(Guichet):
        def _servir(self) -> None:
            corps = json.loads(self.lire())
            faux.recus.append((self.command, self.path, self.headers.get("X-API-KEY")))
            code, reponse = faux.repondre(self.command, self.path, corps)
            self.donner(code, json.dumps(reponse).encode())

        do_POST = do_PUT = _servir

    settings.FCE_DATA_DIR = tmp_path
    settings.FCE_ADRESSE_PUBLIQUE = "https://fce.exemple.gouv.fr/"
    settings.FCE_DATAGOUV_ORGANISATION = "534fff75a3a7292c64a77de4"
    with en_marche(Serveur(Udata)) as serveur:
        faux.adresse = serveur.adresse
        settings.FCE_DATAGOUV_URL, settings.FCE_DATAGOUV_CLE = faux.adresse, "cle-secrete"
        yield faux


@pytest.fixture
def rge() -> Import:
    remplir("rge", {"siret": f"{OUVERT}00012"})
    Import.objects.filter(source="rge").update(date_metier=date(2026, 10, 1))
    return Import.objects.get(source="rge")


def test_the_metadata_say_what_is_in_place(portail: Faux, rge: Import, tmp_path: Path) -> None:
    call_command("publier", "rge", sortie=tmp_path / "m")
    ecrit = json.loads((tmp_path / "m" / "rge.json").read_text())
    assert (ecrit["frequency"], ecrit["license"]) == ("daily", "lov2")
    assert ecrit["extras"]["fce:date"] == "2026-10-01"
    assert "Données au 01/10/2026" in ecrit["description"]
    csv, parquet, schema = ecrit["resources"]
    assert csv["url"] == "https://fce.exemple.gouv.fr/sources/rge/donnees.csv"
    assert csv["schema"]["url"] == schema["url"] == "https://fce.exemple.gouv.fr/sources/rge/donnees.schema.json"
    assert (csv["format"], parquet["format"], schema["type"]) == ("csv", "parquet", "documentation")
    fichier = fichiers.publication(registre.source("rge")).chemin("csv")
    assert csv["filesize"] == fichier.stat().st_size
    assert len(csv["checksum"]["value"]) == 64
    assert portail.recus == []


@pytest.mark.parametrize("source", OUVERTES, ids=lambda s: s.nom)
def test_every_open_source_can_be_described(source: Any) -> None:
    decrit = jeu(fichiers.publication(source), {})
    assert decrit["title"]
    assert source.producteur.nom in decrit["description"]
    json.dumps(decrit)


def test_each_frequency_has_its_word() -> None:
    assert set(FREQUENCES) == set(Frequence)
    assert licence(registre.source("rne")) == "notspecified"


def test_sent_twice_a_data_set_is_updated_not_doubled(portail: Faux, rge: Import, capsys: Any) -> None:
    call_command("publier", "rge", envoyer=True)
    call_command("publier", "rge", envoyer=True)
    (connu,) = portail.jeux.values()
    assert connu["organization"] == "534fff75a3a7292c64a77de4"
    assert sorted(r["format"] for r in connu["ressources"].values()) == ["csv", "json", "parquet"]
    assert [methode for methode, _, _ in portail.recus] == ["POST"] * 4 + ["PUT"] * 4
    assert {cle for _, _, cle in portail.recus} == {"cle-secrete"}
    assert "cle-secrete" not in capsys.readouterr().out


def test_a_data_set_removed_from_the_portal_is_created_again(portail: Faux, rge: Import) -> None:
    call_command("publier", "rge", envoyer=True)
    portail.jeux.clear()
    call_command("publier", "rge", envoyer=True)
    (connu,) = portail.jeux.values()
    assert len(connu["ressources"]) == 3


def test_a_refused_key_is_said(portail: Faux, rge: Import, capsys: Any) -> None:
    portail.pannes = [403]
    with pytest.raises(CommandError, match="n'a pas été publiée"):
        call_command("publier", "rge", envoyer=True)
    assert "refuse la clé (403)" in capsys.readouterr().err


def test_a_portal_in_trouble_is_asked_again_for_what_may_be(portail: Faux, rge: Import) -> None:
    call_command("publier", "rge", envoyer=True)
    portail.pannes = [502, 503]
    call_command("publier", "rge", envoyer=True)
    assert len(portail.jeux) == 1


def test_nothing_is_sent_without_a_portal_nor_in_clear(rge: Import, settings: Any, tmp_path: Path) -> None:
    settings.FCE_DATA_DIR = tmp_path
    with pytest.raises(ConfigurationInvalide, match="FCE_DATAGOUV_URL"):
        call_command("publier", "rge", envoyer=True)
    settings.FCE_DATAGOUV_URL, settings.FCE_DATAGOUV_CLE = "http://www.data.gouv.fr", "c"
    with pytest.raises(ConfigurationInvalide, match="https"):
        call_command("publier", "rge", envoyer=True)


def test_a_restricted_source_is_not_published() -> None:
    with pytest.raises(CommandError, match="pas des données ouvertes"):
        call_command("publier", RESERVEES[0].nom)


def test_what_was_never_imported_is_said(portail: Faux, capsys: Any) -> None:
    call_command("publier", "rge")
    assert "rge : jamais importée" in capsys.readouterr().out
