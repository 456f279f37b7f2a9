"""A service reads of its own visits who goes where, before announcing another and in its week (E4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fce.echanges.croisements.recherche import croisements_de
from fce.echanges.models import VisiteAnnoncee
from tests.donnees.entreprises.fabrique import lieu, lieux, siren_no, siret_no, unite, unites
from tests.droits.comptes import fabrique as c
from tests.echanges.visites import fabrique as v
from tests.echanges.visites.test_ecrans import saisie, texte, vu

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "verdict"}


@pytest.fixture
def scene() -> tuple[v.LieuConnu, v.Service, v.Service, VisiteAnnoncee]:
    """A place where a colleague goes, on a day."""
    (ou,) = v.places()
    elle = v.service(nom="Inspection du Nord")
    lui = v.collegue(elle)
    lui.agent.prenom, lui.agent.nom = "Amadou", "MARTELLE"
    lui.agent.save()
    sienne = v.visite(elle.groupe, ou, v.dans(2), precision="jour", auteur=lui.agent.identifiant)
    return ou, elle, lui, sienne


def dit(de: v.Service, ou: v.LieuConnu, **differences: Any) -> str:
    adresse = f"/etablissement/{ou.siret}/visites/verdict"
    return texte(de.client.post(adresse, saisie(de, ou, **differences), headers=HTMX))


def test_e4_a_colleague_who_goes_there_is_named_with_his_day(scene: Any) -> None:
    ou, elle, _, sienne = scene
    lu = dit(elle, ou)
    assert f"Votre service y va déjà : Amadou MARTELLE , le {sienne.debut:%d/%m/%Y}" in lu
    assert "même établissement" in lu
    # It is no crossing of another service: nothing has to be answered.
    assert "Que faites-vous ?" not in lu
    assert "Aucun autre service connu" in lu


def test_e4_without_script_it_is_read_before_the_visit_is_announced(scene: Any) -> None:
    ou, elle, *_ = scene
    adresse = f"/etablissement/{ou.siret}/visites/nouvelle"
    premiere = elle.client.post(adresse, saisie(elle, ou))
    assert VisiteAnnoncee.objects.count() == 1
    assert "Amadou MARTELLE" in texte(premiere)
    faite = elle.client.post(adresse, saisie(elle, ou, vu=vu(premiere)))
    mienne = VisiteAnnoncee.objects.latest("pk")
    assert faite["Location"].startswith(f"/visites/{mienne.reference}?")
    page = texte(elle.client.get(f"/visites/{mienne.reference}"))
    assert page.split("Passer à un collègue")[0].count("Amadou MARTELLE") == 1
    assert page.split("Passer à un collègue")[0].count("Votre service y va déjà") == 1


def test_e4_the_page_of_a_visit_does_not_name_the_visit_itself(scene: Any) -> None:
    _, _, lui, sienne = scene
    assert "Votre service y va déjà" not in texte(lui.client.get(f"/visites/{sienne.reference}"))


def test_e4_another_establishment_of_the_company_is_no_such_place() -> None:
    siren = siren_no(50)
    unites(unite(siren))
    lieux(*(lieu(siren, n, **v.ADRESSE, numero_voie=str(n), libelle_voie=f"DU BOIS {n}") for n in (1, 2)))
    elle = v.service()
    ici = v.LieuConnu(siret_no(siren, 1), siren, "")
    v.visite(elle.groupe, v.LieuConnu(siret_no(siren, 2), siren, ""), v.dans(3), auteur=elle.agent.identifiant)
    assert "Votre service y va déjà" not in dit(elle, ici)
    adresse = f"/etablissement/{ici.siret}/visites/nouvelle"
    assert elle.client.post(adresse, saisie(elle, ici)).status_code == 302


@pytest.mark.parametrize("differences", [{"etat": "renoncee"}, {"etat": "tenue"}, {"debut": v.dans(14)}])
def test_e4_a_visit_that_is_over_given_up_or_far_is_not_said(differences: dict[str, Any]) -> None:
    (ou,) = v.places()
    elle = v.service()
    v.visite(elle.groupe, ou, **{"debut": v.dans(2), "auteur": elle.agent.identifiant, **differences})
    assert "Votre service y va déjà" not in dit(elle, ou)


def test_e4_another_service_reads_neither_name_nor_day(scene: Any) -> None:
    ou, elle, lui, sienne = scene
    autre = v.service("ccrf")
    lu = dit(autre, ou)
    assert "Inspection du Nord" in lu
    for secret in ("MARTELLE", lui.agent.identifiant, f"{sienne.debut:%d/%m/%Y}", "Votre service"):
        assert secret not in lu
    # Of one's two services, the one that does not announce is another service.
    c.appartenance(elle.agent, autre.groupe)
    assert "MARTELLE" not in dit(elle, ou, service=autre.groupe.pk)


def test_e4_ones_own_visit_is_no_crossing(scene: Any) -> None:
    ou, elle, *_ = scene
    assert croisements_de([ou], v.dans(2), v.dans(2), [elle.groupe.pk]) == []


def test_e4_the_week_of_the_service_says_town_company_and_agent() -> None:
    chaine, masque = siren_no(51), siren_no(52)
    nom = "SOCIÉTÉ COOPÉRATIVE DE DISTRIBUTION ALIMENTAIRE DES HAUTS-DE-FRANCE ET DE L’ARTOIS RÉUNIS"
    unites(
        unite(chaine, denomination=nom),
        unite(masque, statut_diffusion="P", categorie_juridique="1000", nom="SECRET", prenom_1="ANNE"),
    )
    villes = {1: "LILLE", 2: "ROUBAIX", 3: "ARMENTIERES"}
    lieux(
        *(lieu(chaine, n, **{**v.ADRESSE, "libelle_commune": ville}) for n, ville in villes.items()),
        lieu(masque, 1, **{**v.ADRESSE, "libelle_commune": "SECRETVILLE"}, statut_diffusion="P"),
    )
    elle = v.service()
    lui = v.collegue(elle)
    lui.agent.prenom, lui.agent.nom = "Amadou", "MARTELLE"
    lui.agent.save()
    jour = v.dans(1)
    for n in (1, 2):
        place = v.LieuConnu(siret_no(chaine, n), chaine, "")
        v.visite(elle.groupe, place, jour, auteur=(elle, lui)[n - 1].agent.identifiant)
    VisiteAnnoncee.objects.latest("pk").lieux.create(siret=siret_no(chaine, 3))
    v.visite(elle.groupe, v.LieuConnu(siret_no(masque), masque, ""), jour, auteur="c999999")
    lundi = jour - timedelta(days=2)
    page = texte(elle.client.get(f"/visites?semaine={lundi.isocalendar().year}-W{lundi.isocalendar().week:02d}"))
    assert page.count(nom) == 2
    assert f"{nom} LILLE" in page
    assert f"{nom} ROUBAIX et 1 autre commune" in page
    assert page.split("Passer à un collègue")[0].count("MARTELLE") == 1
    assert elle.agent.nom in page.split("Visites de mon service")[-1]
    assert "SECRET" not in page
