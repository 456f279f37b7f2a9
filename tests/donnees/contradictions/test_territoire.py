"""Contradictions listed where an agent works: by number, named only while nothing is masked; those with a restricted
register, only to whoever may read it there, and in the journal first."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from fce.donnees.contradictions.models import CompteDeContradictions, ContradictionRelevee
from fce.donnees.contradictions.services import compter
from fce.droits.journal import services as journal
from fce.droits.journal.models import Consultation
from fce.socle.erreurs import JournalIndisponible
from tests.acces.acteurs import agent_simple, habilite
from tests.donnees.contradictions.cas import ABATTOIR, CESSEE, FERME, JOUR, Cas, charger
from tests.donnees.contradictions.test_sur_la_fiche import EFFECTIF
from tests.donnees.entreprises import fabrique as f
from tests.pannes import lever

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


RESERVEE = "?regle=effectif-apres-fermeture"


@pytest.fixture
def fermees() -> dict[str, str]:
    """An establishment with head-count after its closing: in the Nord, in Paris, one masked by itself."""
    lieux = {"nord": NORD, "paris": PARIS, "masque": {**NORD, "statut_diffusion": "P"}}
    cas = [
        replace(
            EFFECTIF,
            unite={**CESSEE, "denomination": f"FERMEE {nom}"},
            lieux=({**EFFECTIF.lieux[0], **lieu}, *EFFECTIF.lieux[1:]),
        )
        for nom, lieu in lieux.items()
    ]
    sirens = charger([*cas, deux_sieges("AU NORD", NORD)])
    compter(JOUR)
    return dict(zip([*lieux, "ouverte"], sirens, strict=True))


def test_a_restricted_rule_is_listed_where_its_reader_may_read_its_register(fermees: dict[str, str]) -> None:
    inspectrice = habilite("inspection-travail")
    assert "Effectif déclaré après la fermeture</a> (registre réservé)" in lue(inspectrice.client)
    assert not Consultation.objects.exists()
    page = lue(inspectrice.client, RESERVEE)
    assert fermees["nord"] in page
    assert not any(fermees[autre] in page for autre in ("paris", "masque", "ouverte"))
    assert [(c.numero, c.poids, c.sources) for c in Consultation.objects.all()] == [
        (fermees["nord"], 1, ["dsn-effectifs"])
    ]
    assert fermees["paris"] not in lue(inspectrice.client, f"{RESERVEE}&departement=75")
    assert fermees["paris"] in lue(habilite("inspection-travail", ("FR",)).client, f"{RESERVEE}&departement=75")


def test_nobody_else_learns_anything_of_a_restricted_rule(fermees: dict[str, str]) -> None:
    for profil in ("douane", "ccrf"):
        page = lue(habilite(profil, ("FR",)).client, RESERVEE)
        assert not any(fermees[nom] in page for nom in ("nord", "paris", "masque"))
        assert "(registre réservé)" not in page
        assert "Fermé à votre lecture" in page
        # The open rules are listed instead, whatever the rule that is named.
        assert fermees["ouverte"] in page
    assert not any(fermees[nom] in lue(habilite("inspection-travail").client) for nom in ("nord", "paris"))
    assert not Consultation.objects.exists()


def test_an_empty_list_of_a_restricted_rule_is_written_too(fermees: dict[str, str]) -> None:
    assert "là où vos droits ouvrent" in lue(habilite("inspection-travail", ("62",)).client, RESERVEE)
    assert [(c.numero, c.sources) for c in Consultation.objects.all()] == [("", ["dsn-effectifs"])]


def test_without_a_journal_or_beyond_the_volume_none_is_listed(
    fermees: dict[str, str], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = habilite("inspection-travail").client
    settings.FCE_VOLUMES = "1/600"
    assert client.get(PAGE + RESERVEE).status_code == 200
    charger_de_plus(fermees["nord"])
    refus = client.get(PAGE + RESERVEE)
    assert refus.status_code == 429
    assert fermees["nord"] not in refus.content.decode()
    monkeypatch.setattr(journal, "consigner", lever(JournalIndisponible("Le journal ne répond pas.")))
    assert client.get(PAGE + RESERVEE).status_code == 503


def charger_de_plus(siren: str) -> None:
    """A second unit of the rule there: an establishment of another company."""
    autre = ContradictionRelevee.objects.exclude(siren=siren).filter(regle="effectif-apres-fermeture").first()
    assert autre is not None
    ContradictionRelevee.objects.filter(pk=autre.pk).update(departement="59")


def test_one_masked_since_the_count_leaves_a_restricted_list(fermees: dict[str, str]) -> None:
    f.unites(*(f.unite(siren, statut_diffusion="P") for siren in fermees.values()))
    page = lue(habilite("inspection-travail").client, RESERVEE)
    assert fermees["nord"] not in page
    assert fermees["nord"] not in Consultation.objects.values_list("numero", flat=True)


@pytest.mark.parametrize("masque", ["unite", "lieu"])
def test_one_masked_since_the_count_leaves_an_open_list(comptees: list[str], masque: str) -> None:
    """Company or establishment: its number under a département would say where it is."""
    abattoir = comptees[2]
    if masque == "unite":
        f.unites(*(f.unite(siren, denomination="ABATTOIR", statut_diffusion="P") for siren in comptees))
    else:
        f.lieux(f.lieu(abattoir, statut_diffusion="P", **{**ABATTOIR, **NORD}))
    page = lue(habilite("inspection-travail").client)
    assert abattoir not in page.replace("\u202f", "").replace("\xa0", "").replace(" ", "")
    assert "ABATTOIR" not in page


def test_a_rule_that_was_not_counted_is_never_said_to_find_nothing(comptees: list[str]) -> None:
    inspectrice = habilite("inspection-travail").client
    CompteDeContradictions.objects.filter(regle__in=["effectif-apres-fermeture", "siege-ferme"]).delete()
    ContradictionRelevee.objects.filter(regle__in=["effectif-apres-fermeture", "siege-ferme"]).delete()
    for demande in (RESERVEE, "?regle=siege-ferme"):
        page = lue(inspectrice, demande)
        assert "pas encore comptée" in page
        assert "n’a rien relevé" not in page
    assert not Consultation.objects.exists()


def test_a_rule_without_one_of_its_registers_says_which() -> None:
    f.unites(f.unite(f.siren_no(1)))
    f.lieux(f.lieu(f.siren_no(1)))
    compter(JOUR)
    page = lue(habilite("inspection-travail").client)
    assert "non comptée, faute de : " in page
    assert "n’a rien relevé" not in page
    assert "n’a rien relevé" in lue(habilite("inspection-travail").client, "?regle=deux-sieges")


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
