"""One table says what each column of Sirene tells about somebody: the declarations. What it must say is written here by
hand, from the law (C. com. R123-232-1) and INSEE's dictionary, never read from the code that it checks."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import fce
from fce.donnees.entreprises import diffusion, sirene
from fce.donnees.entreprises.diffusion import Regime
from fce.donnees.entreprises.natures import cachees, natures
from fce.sources import champs, registre
from fce.sources.champs import COMMUNE, DIFFUSIBLE, ENSEIGNE, LIBRE, PERSONNE, SIGLE, Nature
from fce.sources.declaration import Source

UL, ETAB = sirene.UNITES_LEGALES, sirene.ETABLISSEMENTS
UL_AVANT, ETAB_AVANT = sirene.UNITES_LEGALES_HISTORIQUE, sirene.ETABLISSEMENTS_HISTORIQUE

LA_COMMUNE = "of its address, a masked legal person shows the commune"
LE_PAYS = "the country says less than the commune, which a masked legal person shows"
A_L_ETRANGER = "INSEE never masks the commune abroad: the foreign postal code is in another column, which it masks"
L_ENSEIGNE = "the name of a shop is shown of a masked legal person, hidden of a natural one"
LA_PERSONNE = "the civil identity of somebody is hidden of both, where a name is shown of a legal person"

# Two tables once disagreed on these: (data set, column, what it is, does a masked legal person show it, why).
TRANCHEES: list[tuple[Source, str, Nature, bool, str]] = [
    (UL, "sigle", SIGLE, False, "the acronym is hidden of both, where the name is shown of a legal person"),
    *((UL, c, PERSONNE, False, LA_PERSONNE) for c in ("prenom_1", "prenom_2", "prenom_3", "prenom_4", "prenom_usuel")),
    (UL, "pseudonyme", PERSONNE, False, "a pseudonym is the name of a natural person"),
    (UL, "nom", PERSONNE, False, LA_PERSONNE),
    (UL, "nom_usage", PERSONNE, False, LA_PERSONNE),
    (UL_AVANT, "nom", PERSONNE, False, "a former name is still a name"),
    (UL_AVANT, "nom_usage", PERSONNE, False, "a former name is still a name"),
    *((ETAB, c, ENSEIGNE, True, L_ENSEIGNE) for c in ("enseigne_1", "enseigne_2", "enseigne_3")),
    (ETAB, "denomination_usuelle", ENSEIGNE, True, "the usual name of an establishment is that of the shop"),
    *((ETAB_AVANT, c, ENSEIGNE, True, L_ENSEIGNE) for c in ("enseigne_1", "enseigne_2", "enseigne_3")),
    (ETAB_AVANT, "denomination_usuelle", ENSEIGNE, True, "the usual name of an establishment is that of the shop"),
    (ETAB, "libelle_commune", COMMUNE, True, LA_COMMUNE),
    (ETAB, "code_commune", COMMUNE, True, LA_COMMUNE),
    (ETAB, "libelle_commune_etranger", COMMUNE, True, A_L_ETRANGER),
    (ETAB, "code_pays_etranger", COMMUNE, True, LE_PAYS),
    (ETAB, "libelle_pays_etranger", COMMUNE, True, LE_PAYS),
    (ETAB, "libelle_commune_2", COMMUNE, True, "a second address is an address: its commune too is shown"),
    (ETAB, "code_commune_2", COMMUNE, True, "a second address is an address: its commune too is shown"),
    (ETAB, "libelle_commune_etranger_2", COMMUNE, True, A_L_ETRANGER),
    (ETAB, "code_pays_etranger_2", COMMUNE, True, LE_PAYS),
    (ETAB, "libelle_pays_etranger_2", COMMUNE, True, LE_PAYS),
]

# What tells neither who a unit is nor where: of any other column, a masked unit hides something.
JAMAIS_CACHEES: dict[Source, str] = {
    UL: (
        "siren statut_diffusion unite_purgee date_creation tranche_effectifs annee_effectifs date_dernier_traitement "
        "nombre_periodes categorie_entreprise annee_categorie_entreprise date_debut etat_administratif "
        "categorie_juridique activite_principale nomenclature_activite_principale nic_siege economie_sociale_solidaire "
        "societe_mission caractere_employeur activite_principale_naf25"
    ),
    ETAB: (
        "siren nic siret statut_diffusion date_creation tranche_effectifs annee_effectifs "
        "activite_principale_registre_metiers date_dernier_traitement etablissement_siege nombre_periodes date_debut "
        "etat_administratif activite_principale nomenclature_activite_principale caractere_employeur "
        "activite_principale_naf25"
    ),
    UL_AVANT: (
        "siren date_fin date_debut etat_administratif changement_etat_administratif changement_nom "
        "changement_nom_usage changement_denomination changement_denomination_usuelle categorie_juridique "
        "changement_categorie_juridique activite_principale nomenclature_activite_principale "
        "changement_activite_principale nic_siege changement_nic_siege economie_sociale_solidaire "
        "changement_economie_sociale_solidaire societe_mission changement_societe_mission caractere_employeur "
        "changement_caractere_employeur"
    ),
    ETAB_AVANT: (
        "siren nic siret date_fin date_debut etat_administratif changement_etat_administratif changement_enseigne "
        "changement_denomination_usuelle activite_principale nomenclature_activite_principale "
        "changement_activite_principale caractere_employeur changement_caractere_employeur"
    ),
}

# What a masked legal person shows beside: its name, the number that leads to it, its shops and its communes.
MONTREES_D_UNE_MORALE: dict[Source, str] = {
    UL: "denomination denomination_usuelle_1 denomination_usuelle_2 denomination_usuelle_3 identifiant_association",
    ETAB: (
        "enseigne_1 enseigne_2 enseigne_3 denomination_usuelle libelle_commune code_commune libelle_commune_etranger "
        "code_pays_etranger libelle_pays_etranger libelle_commune_2 code_commune_2 libelle_commune_etranger_2 "
        "code_pays_etranger_2 libelle_pays_etranger_2"
    ),
    UL_AVANT: "denomination denomination_usuelle_1 denomination_usuelle_2 denomination_usuelle_3",
    ETAB_AVANT: "enseigne_1 enseigne_2 enseigne_3 denomination_usuelle",
}


@pytest.mark.parametrize(
    ("source", "colonne", "nature", "montree", "raison"), TRANCHEES, ids=lambda x: getattr(x, "nom", None)
)
def test_each_column_that_two_tables_disagreed_on_is_settled(
    source: Source, colonne: str, nature: Nature, montree: bool, raison: str
) -> None:
    assert source.champs[colonne].masque is nature, raison
    assert natures(source)[colonne] is nature, raison
    assert (colonne not in cachees(source, Regime.MORALE)) is montree, raison
    assert colonne in cachees(source, Regime.PHYSIQUE), "a masked natural person hides whatever tells who or where"
    assert colonne not in cachees(source, Regime.OUVERT)


def test_twenty_nine_columns_were_settled() -> None:
    assert len({(source.nom, colonne) for source, colonne, *_ in TRANCHEES}) == 29


@pytest.mark.parametrize("source", JAMAIS_CACHEES, ids=lambda source: source.nom)
def test_every_column_of_sirene_is_shown_to_whom_the_law_says(source: Source) -> None:
    """A column that INSEE adds is written here too, or this fails."""
    toujours, d_une_morale = set(JAMAIS_CACHEES[source].split()), set(MONTREES_D_UNE_MORALE[source].split())
    assert set(source.champs) - set(cachees(source, Regime.PHYSIQUE)) == toujours
    assert set(source.champs) - set(cachees(source, Regime.MORALE)) == toujours | d_une_morale
    assert not cachees(source, Regime.OUVERT)


def test_an_acronym_is_hidden_of_a_masked_legal_person_whoever_gives_it() -> None:
    """The short title of an association is its acronym: the register of associations must not say what Sirene hides."""
    for nom, attribut in (("rna", "titre_court"), ("sirene-unites-legales", "sigle")):
        assert attribut in cachees(registre.source(nom), Regime.MORALE)


def test_a_text_that_declares_nothing_is_hidden_of_every_masked_unit() -> None:
    assert champs.Texte("Libellé", "LIBELLE").masque is LIBRE
    assert all(LIBRE not in diffusion.MONTRE[sous] for sous in (Regime.MORALE, Regime.PHYSIQUE))
    assert all(DIFFUSIBLE in montrees for montrees in diffusion.MONTRE.values())


def test_no_other_table_says_the_nature_of_a_column() -> None:
    """Above the declarations, code speaks of natures in three places only: the rule, the words of the catalogue, and
    the demonstration, which writes what INSEE masks. Elsewhere, only DIFFUSIBLE: is there anything to hide?"""
    permises = {"donnees/entreprises/diffusion.py", "donnees/publication/catalogue.py", "demo/ecriture.py"}
    racine = Path(fce.__file__).parent
    fautives = {
        str(fichier.relative_to(racine))
        for fichier in racine.rglob("*.py")
        if not fichier.is_relative_to(racine / "sources") and _natures_citees(fichier) - {"DIFFUSIBLE"}
    }
    assert fautives == permises


def _natures_citees(fichier: Path) -> set[str]:
    """Names of the natures that a module speaks of, as ``Nature.NOM`` or imported from the vocabulary."""
    citees: set[str] = set()
    for noeud in ast.walk(ast.parse(fichier.read_text())):
        if isinstance(noeud, ast.ImportFrom) and noeud.module == "fce.sources.champs":
            citees |= {alias.name for alias in noeud.names}
        elif isinstance(noeud, ast.Attribute) and ast.unparse(noeud.value).endswith(("Nature", "champs")):
            citees.add(noeud.attr)
    return citees & set(Nature.__members__)
