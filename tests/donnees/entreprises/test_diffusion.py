"""Diffusion partielle (art. R123-232-1 C. com.): what is hidden, from whom, on every surface of this room and sheet.

What each kind of unit shows is written again by hand in ``marques``: it must not be read from the code it checks.
"""

from __future__ import annotations

from itertools import product

import pytest

from fce.donnees.entreprises import diffusion, flux, selectors, sirene
from fce.donnees.entreprises.diffusion import ADRESSE_MASQUEE, NOM_MASQUE, Regime
from fce.donnees.entreprises.etablissements import LieuxChoisis
from fce.donnees.entreprises.natures import natures, rangs_caches
from fce.fiche import selectors as fiches
from tests.donnees.entreprises import fabrique as f
from tests.donnees.entreprises.marques import (
    COMMUNE,
    ENSEIGNES,
    MARQUE,
    MORALE,
    NOMS_UL,
    PERSONNE_UL,
    PHYSIQUE,
    RUE,
    SANS_PERSONNALITE,
    ecrire,
)


def tout_ce_qui_sort(sirens: list[str]) -> set[str]:
    """Every text of every selector about these companies."""
    sirets = [e.siret for siren in sirens for e in selectors.etablissements_de(siren).etablissements]
    sorties: list[object] = [
        selectors.entreprises(sirens),
        selectors.etablissements(sirets),
        list(flux.documents()),
        *(selectors.etablissements_de(siren) for siren in sirens),
        *(fiches.fiche_entreprise(siren) for siren in sirens),
        *(fiches.fiche_etablissement(siret) for siret in sirets),
    ]
    return set(f.textes(sorties))


TABLE = list(product([MORALE, PHYSIQUE, SANS_PERSONNALITE, None], ["O", "P"], ["O", "P"], ["O", "P"]))
STATUTS_INCONNUS = [
    (categorie, *statuts)
    for categorie, mauvais in product([MORALE, PHYSIQUE], ["N", "", None, "o", " O", "o\u200b"])
    for statuts in ([mauvais, "O", "O"], ["O", mauvais, "O"], ["O", "O", mauvais])
]


@pytest.mark.django_db
@pytest.mark.parametrize("cas", [TABLE, STATUTS_INCONNUS], ids=["table O et P", "statuts inconnus"])
def test_what_is_hidden_gets_out_nowhere_and_the_rest_does(cas) -> None:
    sirens, marques = ecrire(cas)
    sorties = {marque for texte in tout_ce_qui_sort(sirens) for marque in MARQUE.findall(texte)}
    assert not sorties & marques.cachees
    jamais_lues = marques.montrables - sorties
    # One cell of each establishment is not read by any selector: the identifier of the address.
    assert len(jamais_lues) <= len(cas) * 2


@pytest.mark.django_db
@pytest.mark.parametrize("categorie", ["", "9", "57", "0000", "3000", "57 0", "5A10", "１０００", "5710 "])
def test_an_unknown_legal_category_is_treated_as_a_natural_person(categorie: str) -> None:
    siren = f.siren_no(1)
    f.unites(f.unite(siren, statut_diffusion="P", categorie_juridique=categorie, denomination="SECRET"))
    f.lieux(f.lieu(siren, libelle_commune="SECRET", enseigne_1="SECRET"))
    assert not any("SECRET" in texte for texte in tout_ce_qui_sort([siren]) if texte)
    assert selectors.entreprises([siren])[siren].nom == NOM_MASQUE
    assert list(flux.documents()) == []


@pytest.mark.django_db
def test_an_establishment_masked_alone_under_a_diffusible_company() -> None:
    siren = f.siren_no(1)
    f.unites(f.unite(siren, denomination="VERGERS DU NORD"))
    f.lieux(
        f.lieu(siren, libelle_voie="RUE A", libelle_commune="LILLE", code_postal="59000"),
        f.lieu(siren, 2, statut_diffusion="P", libelle_voie="RUE B", libelle_commune="ARRAS", code_postal="62000"),
    )
    vus = selectors.etablissements([f.siret_no(siren, n) for n in (1, 2)])
    assert vus[f.siret_no(siren)].adresse.lignes == ("RUE A", "59000 LILLE")
    masque = vus[f.siret_no(siren, 2)]
    assert masque.masque
    assert masque.adresse.lignes == (ADRESSE_MASQUEE, "ARRAS")
    assert masque.adresse.code_postal is None
    assert masque.nom == "VERGERS DU NORD"


@pytest.mark.django_db
def test_the_mark_of_insee_never_gets_out_even_from_a_diffusible_row() -> None:
    siren = f.siren_no(1)
    nd_ul = dict.fromkeys((*NOMS_UL, *PERSONNE_UL, "sigle", "identifiant_association"), "[ND]")
    nd_lieu = dict.fromkeys((*ENSEIGNES, *COMMUNE, *RUE), "[ND]")
    for statut, categorie in product(["O", "P"], [MORALE, PHYSIQUE]):
        f.unites(f.unite(siren, statut_diffusion=statut, categorie_juridique=categorie, **nd_ul))
        f.lieux(f.lieu(siren, **nd_lieu), f.lieu(siren, 2, statut_diffusion="P", **nd_lieu))
        assert not any("[ND]" in texte for texte in tout_ce_qui_sort([siren]))


@pytest.mark.django_db
def test_the_text_filter_does_not_find_what_is_masked() -> None:
    siren = f.siren_no(1)
    f.unites(f.unite(siren, categorie_juridique=PHYSIQUE, nom="MOREL"))
    adresse = {"libelle_commune": "LILLE", "code_postal": "59000", "enseigne_1": "AUX LILAS"}
    f.lieux(f.lieu(siren, **adresse), f.lieu(siren, 2, statut_diffusion="P", **adresse))
    for texte in ("lille", "59000", "lilas"):
        assert [
            e.siret for e in selectors.etablissements_de(siren, choix=LieuxChoisis(texte=texte)).etablissements
        ] == [f.siret_no(siren)]


def test_a_column_without_a_nature_is_hidden_for_a_masked_unit() -> None:
    ligne = {"siren": "900000019", "colonne_nouvelle": "SECRET"}
    for regime in (Regime.MORALE, Regime.PHYSIQUE):
        masquee = diffusion.masquer(ligne, natures(sirene.UNITES_LEGALES), regime)
        assert masquee == {"siren": "900000019", "colonne_nouvelle": None}


@pytest.mark.parametrize("sous", list(Regime))
def test_a_row_is_masked_as_each_of_its_values(sous: Regime) -> None:
    source = sirene.ETABLISSEMENTS
    attributs = tuple(source.champs)
    for valeur in ("LILLE", "[ND]", None, 12):
        attendues = diffusion.masquer(dict.fromkeys(attributs, valeur), natures(source), sous)
        vues = diffusion.masquer_rang([valeur] * len(attributs), rangs_caches(source, attributs)[sous])
        assert vues == [*attendues.values()]
