"""The API gives what each source says, by rubrique, with the rights of an anonymous reader and no internal name."""

from __future__ import annotations

import pytest
from django.test import Client

from fce.sources.acces import Habilite
from tests.donnees.entreprises import fabrique as f
from tests.fiche import jeux
from tests.fiche.jeux import SIREN, SIRET

pytestmark = pytest.mark.django_db


def sources(client: Client, adresse: str) -> dict[str, dict]:
    rubriques = client.get(f"/api/v1/{adresse}").json()["rubriques"]
    return {s["source"]: s for r in rubriques for s in r["sources"]}


def test_open_sources_give_their_rows_typed_and_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    jeux.installer(monkeypatch, jeux.jeux().values())
    jeux.peupler()
    lues = sources(client, f"entreprises/{SIREN}")
    decisions = lues["decisions-inventees"]
    assert (decisions["etat"], decisions["producteur"], decisions["date_metier"]) == ("donnees", "OI", "2026-10-31")
    assert {"nom": "heures", "libelle": "Heures autorisées", "unite": "h"} in decisions["champs"]
    assert decisions["lignes"][0]["jour_decision"] == "2026-10-05"
    assert "motif" not in decisions["lignes"][0]
    assert not any(cle.startswith("_") for s in lues.values() for ligne in s["lignes"] for cle in ligne)
    assert sources(client, f"etablissements/{SIRET}")["labels-inventes"]["lignes"][0]["numero"] == "L-1"


def test_reserved_sources_say_why_and_give_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    jeux.installer(monkeypatch, jeux.jeux(Habilite("emploi")).values())
    jeux.peupler()
    decisions = sources(client, f"entreprises/{SIREN}")["decisions-inventees"]
    assert (decisions["etat"], decisions["champs"], decisions["lignes"]) == ("reservee", [], [])
    assert "ProConnect" in decisions["message"]


def test_a_code_of_a_source_has_its_label_beside_it(client: Client) -> None:
    f.unites(f.unite(SIREN))
    f.lieux(f.lieu(SIREN))
    f.charger("idcc-etablissements", [{"siret": SIRET, "idcc": "1486"}, {"siret": SIRET, "idcc": "0001"}])
    lues = sources(client, f"etablissements/{SIRET}")["idcc-etablissements"]
    assert {ligne["idcc"] for ligne in lues["lignes"]} == {"1486", "0001"}
    assert lues["libelles"]["idcc"].keys() == {"1486"}
    assert "bureaux" in lues["libelles"]["idcc"]["1486"].lower()
