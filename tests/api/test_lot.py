"""A batch of numbers: each is answered on its own line, as the search answers it; none makes the others fail."""

from typing import Any

import msgspec
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from fce.api.lots import IDENTIFIANTS_MAX, POIDS, LotV1
from fce.socle.web.routes import politique_du_chemin
from tests.donnees.entreprises import fabrique as f

pytestmark = pytest.mark.django_db
OUVERTE, CESSEE, DOUBLON, MASQUEE, INCONNUE = (f.siren_no(n) for n in range(1, 6))


@pytest.fixture(autouse=True)
def _registre(db: None) -> None:
    f.unites(
        f.unite(OUVERTE, denomination="MOULIN"),
        f.unite(CESSEE, denomination="FOUR", etat_administratif="C"),
        f.unite(MASQUEE, statut_diffusion="P", categorie_juridique="1000", nom="MRK-NOM", prenom_1="MRK-PRENOM"),
    )
    f.lieux(
        f.lieu(OUVERTE, libelle_commune="LILLE", code_commune="59350", code_postal="59000"),
        f.lieu(CESSEE, etat_administratif="F"),
        f.lieu(MASQUEE, statut_diffusion="P", libelle_voie="MRK-VOIE", enseigne_1="MRK-ENSEIGNE"),
    )
    f.doublons((DOUBLON, OUVERTE))


def demander(client: Client, identifiants: Any, **entetes: str) -> Any:
    corps = msgspec.json.encode({"identifiants": identifiants})
    return client.post("/api/v1/lot", corps, content_type="application/json", headers=entetes)


def test_each_number_has_its_line_in_the_order_asked(client: Client) -> None:
    siret = f.siret_no(OUVERTE)
    demandes = [siret, OUVERTE, CESSEE, DOUBLON, INCONNUE, f.siret_no(OUVERTE, 7), "123456789", "rien", "", OUVERTE]
    reponse = demander(client, demandes)
    assert reponse.status_code == 200
    lignes = reponse.json()["lignes"]
    assert [ligne["demande"] for ligne in lignes] == demandes
    assert [ligne["issue"] for ligne in lignes] == [
        "trouve", "trouve", "ferme", "remplace", "inconnu", "inconnu", "invalide", "invalide", "invalide", "trouve",
    ]  # fmt: skip
    assert lignes[0]["resultat"]["etablissement"]["siret"] == siret
    assert lignes[0]["resultat"]["siege"]["adresse"]["departement"] == {"code": "59", "libelle": "Nord"}
    assert lignes[1] == lignes[9]
    assert (lignes[1]["message"], lignes[1]["resultat"]["etablissement"]) == (None, None)
    assert lignes[3]["resultat"]["siren"] == OUVERTE
    assert "remplacé par" in lignes[3]["message"]
    assert all(ligne["message"] and ligne["resultat"] is None for ligne in lignes[4:9])


def test_a_line_is_the_one_that_the_search_gives(client: Client) -> None:
    for numero in (OUVERTE, f.siret_no(OUVERTE), MASQUEE):
        (ligne,) = demander(client, [numero]).json()["lignes"]
        assert [ligne["resultat"]] == client.get(f"/api/v1/recherche?q={numero}").json()["resultats"]


def test_a_masked_person_is_masked_and_said_whoever_asks(client: Client) -> None:
    for entetes in ({}, {"Authorization": "Bearer fceapi_inconnu"}):
        reponse = demander(client, [MASQUEE, f.siret_no(MASQUEE)], **entetes)
        assert b"MRK-" not in reponse.content
        for ligne in reponse.json()["lignes"]:
            assert ligne["resultat"]["diffusion_partielle"] is True
            assert "Diffusion partielle" in ligne["message"]


def test_what_is_too_much_or_unreadable_is_a_problem_of_the_whole(client: Client) -> None:
    trop = demander(client, [OUVERTE] * (IDENTIFIANTS_MAX + 1))
    assert (trop.status_code, trop["Content-Type"]) == (400, "application/problem+json")
    assert trop.json()["parametre"] == "identifiants"
    assert "1 000 au plus" in trop.json()["detail"].replace("\u202f", " ").replace("\xa0", " ")
    for faute in ([], [1], None, "552032534", [None], [["x"]]):
        refus = demander(client, faute)
        assert (refus.status_code, refus.json()["parametre"]) == (400, "identifiants"), faute
    for corps in (b"", b"{", b"\xff", b"[" * 5000):
        refus = client.post("/api/v1/lot", corps, content_type="application/json")
        assert (refus.status_code, refus["Content-Type"]) == (400, "application/problem+json"), corps[:20]
    assert client.get("/api/v1/lot").status_code == 405


def test_half_a_surrogate_pair_fails_its_own_line_only(client: Client) -> None:
    corps = b'{"identifiants": ["\\ud800", "' + OUVERTE.encode() + b'"]}'
    lignes = client.post("/api/v1/lot", corps, content_type="application/json").json()["lignes"]
    assert [ligne["issue"] for ligne in lignes] == ["invalide", "trouve"]


def test_a_full_batch_reads_the_database_no_more_than_a_batch_of_two(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    tous = [f.siren_no(n) for n in range(1, 501)] + [f.siret_no(f.siren_no(n)) for n in range(1, 501)]
    assert len(tous) == IDENTIFIANTS_MAX
    with django_assert_max_num_queries(6):
        reponse = demander(client, tous)
    assert len(reponse.json()["lignes"]) == IDENTIFIANTS_MAX


def test_an_answer_has_the_documented_shape_whole(client: Client) -> None:
    corps = demander(client, [OUVERTE, MASQUEE, "x"]).json()
    assert msgspec.to_builtins(msgspec.convert(corps, LotV1)) == corps


def test_a_batch_counts_for_several_requests() -> None:
    politique = politique_du_chemin("/api/v1/lot")
    assert politique is not None
    assert politique.poids == POIDS > 1


def test_p5_an_unknown_field_is_refused_by_its_name_and_a_form_by_its_kind(client: Client) -> None:
    corps = msgspec.json.encode({"identifiants": [OUVERTE], "champs": ["nom"]})
    refuse = client.post("/api/v1/lot", corps, content_type="application/json")
    assert (refuse.status_code, "« champs »" in refuse.json()["detail"]) == (400, True)
    forme = client.post("/api/v1/lot", {"identifiants": OUVERTE})
    assert (forme.status_code, "Content-Type: application/json" in forme.json()["detail"]) == (415, True)
