"""A zone or a hamlet without a number says something of two places only when both are told for another reason (E7)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from fce.donnees.entreprises.construction import adresse
from fce.echanges.croisements.recherche import croisements_de
from fce.echanges.croisements.zones import zone
from tests.donnees.entreprises.fabrique import lieu, lieux, siren_no, siret_no, unite, unites
from tests.echanges.visites import fabrique as v
from tests.echanges.visites.test_ecrans import _sans_nonce, saisie, texte

HTMX = {"HX-Request": "true", "HX-Target": "verdict"}
MEME: tuple[tuple[tuple[str | None, str], tuple[str | None, str]], ...] = (
    (("ZA", "DES PRES"), ("ZA", "DES PRES")),
    (("ZA", "DES PRES"), (None, "ZONE ARTISANALE DES PRES")),
    (("ZA", "DES PRES"), (None, "ZONE D ACTIVITES DES PRES")),
    ((None, "Z.A. DES PRES"), (None, "Zone d'activité des Prés")),
    ((None, "ZAE DES PRES"), (None, "ZONE D ACTIVITES ECONOMIQUES DES PRES")),
    (("ZI", "NORD"), ("ZONE INDUSTRIELLE", "NORD")),
    (("ZAC", "DU GRAND LARGE"), (None, "Z.A.C. du Grand-Large")),
    (("CCAL", "ENGLOS"), (None, "CENTRE COMMERCIAL ENGLOS")),
    (("LD", "LE BOURG"), (None, "LE BOURG")),
    (("LD", "LA CROIX BLANCHE"), (None, "LIEU DIT LA CROIX BLANCHE")),
    (("HAM", "DE LA FORGE"), ("HAMEAU", "DE LA FORGE")),
)


def ecrite(genre: str | None, nom: str, **autres: Any) -> Any:
    return adresse({"code_commune": "59350", "type_voie": genre, "libelle_voie": nom, **autres}, masquee=False)


@pytest.mark.parametrize(("une", "autre"), MEME)
def test_e7_one_zone_is_known_however_it_is_written(une: Any, autre: Any) -> None:
    assert zone(ecrite(*une)) == zone(ecrite(*autre)) != ""
    assert zone(ecrite(*une)) != zone(ecrite(*autre, code_commune="59009"))


@pytest.mark.parametrize(
    ("une", "autre"),
    [
        (("ZA", "NORD"), ("ZI", "NORD")),
        (("ZA", "DES PRES"), ("ZA", "DU PRE")),
        (("LD", "LE BOURG"), (None, "LE BAS BOURG")),
    ],
)
def test_e7_two_zones_stay_two(une: Any, autre: Any) -> None:
    assert zone(ecrite(*une)) != zone(ecrite(*autre))


@pytest.mark.parametrize(
    "differences",
    [
        {"type_voie": "RUE", "libelle_voie": "DES LILAS"},
        {"type_voie": "RTE", "libelle_voie": "DE LILLE"},
        {"type_voie": None, "libelle_voie": "RN 17"},
        {"type_voie": None, "libelle_voie": "12 LE BOURG"},
        {"type_voie": "ZI", "libelle_voie": ""},
        {"libelle_voie": None},
        {"code_commune": None},
        {"libelle_pays_etranger": "BELGIQUE"},
    ],
)
def test_e7_a_street_an_incomplete_address_or_one_abroad_is_no_zone(differences: dict[str, Any]) -> None:
    assert zone(ecrite("ZA", "DES PRES", **differences)) == ""


@given(st.none() | st.text(max_size=30), st.text(max_size=60), st.none() | st.text(max_size=8))
def test_e7_whatever_a_file_says_a_zone_is_read(genre: str | None, nom: str, numero: str | None) -> None:
    assert isinstance(zone(ecrite(genre, nom, numero_voie=numero)), str)


def test_e7_a_hidden_address_is_in_no_zone() -> None:
    masquee = adresse({"code_commune": "59350", "type_voie": "ZA", "libelle_voie": "DES PRES"}, masquee=True)
    assert zone(masquee) == ""


ZA = {**v.ADRESSE, "numero_voie": None, "type_voie": "ZA", "libelle_voie": "DES PRES"}
CHAINE, VOISINE = siren_no(70), siren_no(71)


@pytest.fixture
def dans_la_zone(db: None) -> v.Service:
    """An establishment of a chain in a zone, where the chain and another company have one more each; the chain has
    others elsewhere, to which a service goes sooner."""
    unites(unite(CHAINE, denomination="COMPTOIRS"), unite(VOISINE, denomination="VOISINE"))
    ailleurs = [lieu(CHAINE, n, **{**ZA, "libelle_voie": f"DU NORD {n}"}) for n in range(3, 9)]
    en_toutes_lettres = {**ZA, "type_voie": None, "libelle_voie": "Zone d'activités des Prés"}
    lieux(lieu(CHAINE, 1, **ZA), lieu(CHAINE, 2, **en_toutes_lettres), lieu(VOISINE, 1, **ZA), *ailleurs)
    autre = v.service("ccrf", nom="CCRF du Nord").groupe
    for n in range(3, 9):
        v.visite(autre, v.LieuConnu(siret_no(CHAINE, n), CHAINE, ""), v.dans(1))
    v.visite(autre, v.LieuConnu(siret_no(CHAINE, 2), CHAINE, ""), v.dans(4))
    return v.service(nom="Inspection du Nord")


def test_e7_the_same_zone_qualifies_another_establishment_of_the_company_and_comes_first(
    dans_la_zone: v.Service,
) -> None:
    elle, ici = dans_la_zone, v.LieuConnu(siret_no(CHAINE, 1), CHAINE, "")
    lu = texte(elle.client.post(f"/etablissement/{ici.siret}/visites/verdict", saisie(elle, ici), headers=HTMX))
    premier = lu.split("même entreprise :")[1].split("CCRF")[0]
    assert "même zone ou lieu-dit" in premier
    assert lu.count("même zone ou lieu-dit") == 1
    mienne = v.visite(elle.groupe, ici, v.dans(1))
    page = texte(elle.client.get(f"/visites/{mienne.reference}"))
    assert "même zone ou lieu-dit" in page.split("Qui d’autre y va")[1].split("Répondre")[0]


def test_e7_by_itself_it_tells_nothing_of_who_goes_to_the_zone(dans_la_zone: v.Service) -> None:
    elle, ici = dans_la_zone, v.LieuConnu(siret_no(VOISINE, 1), VOISINE, "")
    adresses = (f"/etablissement/{ici.siret}", f"/etablissement/{ici.siret}/note")

    def pages() -> list[str]:
        verdict = elle.client.post(f"/etablissement/{ici.siret}/visites/verdict", saisie(elle, ici), headers=HTMX)
        return [_sans_nonce(verdict), *(_sans_nonce(elle.client.get(adresse)) for adresse in adresses)]

    avant = pages()
    assert "Aucun autre service connu" in avant[0]
    assert "CCRF du Nord" not in " ".join(avant)
    v.visite(v.service("douane").groupe, v.LieuConnu(siret_no(CHAINE, 1), CHAINE, ""), v.dans(2))
    assert [a.splitlines() for a in pages()] == [a.splitlines() for a in avant]
    assert croisements_de([ici], v.dans(2), v.dans(2), [elle.groupe.pk]) == []


def test_e7_a_place_that_hides_its_address_is_not_said_to_be_in_the_zone(dans_la_zone: v.Service) -> None:
    lieux(lieu(CHAINE, 1, **ZA), *(lieu(CHAINE, n, **ZA, statut_diffusion="P") for n in range(2, 9)))
    elle, ici = dans_la_zone, v.LieuConnu(siret_no(CHAINE, 1), CHAINE, "")
    lu = texte(elle.client.post(f"/etablissement/{ici.siret}/visites/verdict", saisie(elle, ici), headers=HTMX))
    assert "CCRF du Nord" in lu
    assert "même zone ou lieu-dit" not in lu
