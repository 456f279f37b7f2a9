"""Restricted data are read by a token for a purpose and a case, both said and kept in the journal."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from fce.api.v1 import api
from fce.droits.journal.models import Consultation
from fce.recherche import services
from tests.acces import acteurs, jeux

pytestmark = pytest.mark.django_db(transaction=True)
FICHES = (f"/api/v1/entreprises/{jeux.SIREN}", f"/api/v1/etablissements/{jeux.SIRET}")
FINALITE, DOSSIER = "controle-travail", "DREETS-59/2026.0117"


@pytest.fixture
def joue() -> acteurs.Joue:
    jeux.peupler()
    return acteurs.programme()


def erreur(reponse: Any) -> str:
    return str(reponse.json())


@pytest.mark.parametrize("fiche", FICHES)
def test_a_token_reads_restricted_data_for_a_purpose_and_a_case_that_the_journal_keeps(
    joue: acteurs.Joue, fiche: str
) -> None:
    reponse = joue.client.get(fiche, {"finalite": FINALITE, "reference": DOSSIER}, **joue.api)
    assert "MRK-" in reponse.content.decode()
    ecrites = Consultation.objects.values_list("finalite", "requete")
    assert ecrites
    for finalite, demande in ecrites:
        assert (finalite, demande) == (FINALITE, f"{reponse['X-Request-Id']} {DOSSIER}")


@pytest.mark.parametrize("fiche", FICHES)
def test_a_token_that_says_one_without_the_other_is_told_what_it_may_say(joue: acteurs.Joue, fiche: str) -> None:
    def demander(statut: int, **dits: str) -> str:
        reponse = joue.client.get(fiche, dits, **joue.api)
        assert reponse.status_code == statut, dits
        assert "MRK-" not in reponse.content.decode()
        return erreur(reponse)

    assert "numéro du dossier" in demander(400, finalite=FINALITE)
    assert FINALITE in demander(400, reference=DOSSIER)
    assert FINALITE in demander(403, finalite="controle-fiscal", reference=DOSSIER)
    # A sentence, or a name, is no number of a case.
    for phrase in ("affaire Dupont", "Dupont", "x1", "1" * 61, "é2026"):
        assert demander(400, finalite=FINALITE, reference=phrase)
    assert not Consultation.objects.exists()


@pytest.mark.parametrize("fiche", FICHES)
def test_no_field_of_a_restricted_source_leaves_without_the_right(joue: acteurs.Joue, fiche: str) -> None:
    """Every restricted column of every source holds a mark (``jeux``)."""
    jeux.peupler(mixtes=True)
    marques = [jeux.marque(s, nom) for s in (*jeux.RESERVEES, *jeux.MIXTES) for nom in jeux.reservees(s)]
    dits = {"finalite": FINALITE, "reference": DOSSIER}
    for reponse in (Client().get(fiche), Client().get(fiche, dits), joue.client.get(fiche, **joue.api)):
        assert reponse.status_code == 200
        assert [m for m in marques if m in reponse.content.decode()] == []
    assert not Consultation.objects.exists()


DEMANDES = {
    "/api/v1/recherche": f"/api/v1/recherche?q={quote(jeux.NOM)}&facettes=toutes",
    "/api/v1/lot": "/api/v1/lot",
    "/api/v1/suggestions": f"/api/v1/suggestions?q={quote(jeux.NOM)}",
    "/api/v1/entreprises/{siren}": FICHES[0],
    "/api/v1/entreprises/{siren}/groupe": f"{FICHES[0]}/groupe",
    "/api/v1/etablissements/{siret}": FICHES[1],
    "/api/v1/changements": "/api/v1/changements",
    "/api/v1/fichiers/entreprises.{genre}": "/api/v1/fichiers/entreprises.ndjson.gz",
    "/api/v1/fichiers/etablissements.parquet": "/api/v1/fichiers/etablissements.parquet",
    "/api/v1/nomenclatures": "/api/v1/nomenclatures",
    "/api/v1/nomenclatures/{nom}": "/api/v1/nomenclatures/regions",
}
"""A request of each operation that anyone may call."""


def demander(client: Client, adresse: str, dits: str = "", **entetes: Any) -> Any:
    adresse += dits and f"{'&' if '?' in adresse else '?'}{dits}"
    if adresse.startswith("/api/v1/lot"):
        numeros = {"identifiants": [jeux.SIREN, jeux.SIRET]}
        return client.post(adresse, numeros, content_type="application/json", **entetes)
    return client.get(adresse, **entetes)


def sans_les_raisons(lu: Any) -> Any:
    """An answer without the sentences that say to each reader why a source is closed, and without the order in which
    the sources of his trade come first."""
    if isinstance(lu, dict):
        ferme = lu.get("etat") == "reservee"
        dits = {
            nom: sans_les_raisons(v) for nom, v in lu.items() if nom != "reserves" and not (ferme and nom == "message")
        }
        return dits | {nom: sorted(dits[nom], key=str) for nom in ("provenances", "sources") if nom in dits}
    return [sans_les_raisons(v) for v in lu] if isinstance(lu, list) else lu


def test_a_token_that_says_no_purpose_reads_what_everyone_reads_on_every_operation(joue: acteurs.Joue) -> None:
    jeux.peupler(mixtes=True)
    services.indexer(forcer=True)
    publiques = {
        c for c, v in api.get_openapi_schema()["paths"].items() if not any("security" in o for o in v.values())
    }
    assert publiques == DEMANDES.keys()
    for adresse in DEMANDES.values():
        tous, jeton = demander(Client(), adresse), demander(joue.client, adresse, **joue.api)
        assert tous.status_code == jeton.status_code, adresse
        if adresse.startswith("/api/v1/fichiers/"):
            assert tous.status_code == 503  # none is written yet
        elif adresse == DEMANDES["/api/v1/changements"]:
            assert tous.content == jeton.content
        else:
            assert tous.status_code == 200
            assert sans_les_raisons(tous.json()) == sans_les_raisons(jeton.json()), adresse
    assert not Consultation.objects.exists()


@pytest.mark.parametrize("dits", [f"finalite={FINALITE}", f"reference={DOSSIER}", f"finalite={FINALITE}&reference="])
def test_a_purpose_without_a_case_is_refused_on_every_operation(joue: acteurs.Joue, dits: str) -> None:
    jeux.peupler(mixtes=True)
    for adresse in DEMANDES.values():
        refus = demander(joue.client, adresse, dits, **joue.api)
        assert (refus.status_code, refus.json()["code"]) == (400, "parametre_invalide"), adresse
        assert "MRK-" not in refus.content.decode()
    assert not Consultation.objects.exists()
