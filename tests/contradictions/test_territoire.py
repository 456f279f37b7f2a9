"""Contradictions listed where an agent works: open rules alone, by number, named only while nothing is masked."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from fce.contradictions.models import ContradictionRelevee
from fce.contradictions.services import compter
from tests.acces.acteurs import agent_simple, habilite
from tests.contradictions.cas import ABATTOIR, CESSEE, FERME, JOUR, Cas, charger
from tests.contradictions.test_sur_la_fiche import EFFECTIF
from tests.entreprises import fabrique as f

pytestmark = pytest.mark.django_db
PAGE = "/contradictions/territoire"
NORD, PARIS = (
    {"code_commune": "59350", "libelle_commune": "LILLE"},
    {"code_commune": "75108", "libelle_commune": "PARIS 8"},
)


def deux_sieges(nom: str, lieu: dict[str, Any], **champs: Any) -> Cas:
    return Cas(
        "deux-sieges", True, "", {"denomination": nom}, ({**lieu, **champs}, {**lieu, "etablissement_siege": True})
    )


def lue(client: Client, demande: str = "") -> str:
    reponse = client.get(PAGE + demande)
    assert reponse.status_code == 200
    return unescape(reponse.content.decode())


@pytest.fixture
def comptees() -> list[str]:
    sirens = charger(
        [
            deux_sieges("AU NORD", NORD),
            deux_sieges("A PARIS", PARIS),
            Cas("sans-agrement-sanitaire", True, "", {"denomination": "ABATTOIR"}, ({**ABATTOIR, **NORD},)),
            replace(EFFECTIF, unite=CESSEE),
            deux_sieges("SIEGE MASQUE", NORD, statut_diffusion="P"),
            Cas("siege-ferme", True, "", {"denomination": "FERMEE"}, ({**FERME[0], **PARIS}, {})),
        ]
    )
    compter(JOUR)
    return sirens


def test_an_agent_reads_those_of_his_departements_alone(comptees: list[str]) -> None:
    nord, paris, abattoir, _, siege_masque, fermee = comptees
    du_nord = lue(habilite("inspection-travail").client)
    assert f"/entreprise/{nord}" in du_nord
    assert "AU NORD" in du_nord
    assert f.siret_no(abattoir) in du_nord.replace("\u202f", "").replace("\xa0", "").replace(" ", "")
    # A siège that is masked by itself has no département here.
    for ailleurs in (paris, fermee, siege_masque):
        assert ailleurs not in du_nord
    de_paris = habilite("inspection-travail", ("75",)).client
    assert paris in lue(de_paris)
    assert paris in lue(de_paris, "?departement=59")  # not one of his: his own
    assert nord not in lue(de_paris, "?departement=59")
    assert paris not in lue(de_paris, "?regle=siege-ferme")
    assert fermee in lue(de_paris, "?regle=siege-ferme")
    partout = habilite("inspection-travail", ("FR",)).client
    assert {nord, paris, fermee, siege_masque} <= {s for s in comptees if s in lue(partout)}
    assert paris not in lue(partout, "?departement=59")


def test_a_restricted_rule_is_listed_to_nobody_even_who_may_read_it(comptees: list[str]) -> None:
    effectif = comptees[3]
    assert not ContradictionRelevee.objects.filter(siren=effectif).exists()
    for demande in ("", "?regle=effectif-apres-fermeture", "?departement=59"):
        page = lue(habilite("inspection-travail").client, demande)
        assert effectif not in page
        assert "« Effectif déclaré après la fermeture »" in page


def test_a_company_masked_since_the_count_has_no_name_there(comptees: list[str]) -> None:
    f.unites(*(f.unite(siren, denomination="AU NORD", statut_diffusion="P") for siren in comptees))
    page = lue(habilite("inspection-travail").client)
    assert comptees[0] in page
    assert "AU NORD" not in page
    assert "LILLE" not in page


def test_who_has_no_territory_reads_none(comptees: list[str], client: Client) -> None:
    assert client.get(PAGE).status_code == 302
    simple = agent_simple()
    reponse = simple.client.get(PAGE)
    assert reponse.status_code in (200, 403)
    assert comptees[0] not in reponse.content.decode()
    assert habilite("inspection-travail", mfa=False).client.get(PAGE).status_code != 200


def test_a_page_reads_as_much_for_one_unit_as_for_fifty(
    comptees: list[str], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ContradictionRelevee.objects.bulk_create(
        ContradictionRelevee(regle="deux-sieges", siren=f.siren_no(n), departement="59") for n in range(100, 170)
    )
    client = habilite("inspection-travail").client
    lue(client)
    with django_assert_max_num_queries(12):
        page = lue(client)
    assert "page 1 sur 2" in page
    assert "?departement=&regle=&page=2" in page
