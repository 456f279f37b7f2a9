"""The open columns of files and lists hide what the declaration of Sirene says of the column that each comes from."""

from __future__ import annotations

import pytest

from fce.donnees.entreprises.colonnes_ouvertes import OUVERTES
from fce.donnees.entreprises.construction import entreprise_vue, etablissement_vu
from fce.donnees.entreprises.diffusion import ADRESSE_MASQUEE, MONTRE, NOM_MASQUE, Regime
from tests.donnees.entreprises import fabrique as f

SIREN = f.siren_no(1)
FORMES = {Regime.OUVERT: "5710", Regime.MORALE: "5710", Regime.PHYSIQUE: "1000"}
UNITE = {
    "denomination": "ALPHA", "sigle": "ALF", "denomination_usuelle_1": "ALPHA SERVICES", "identifiant_association":
    "W000000001", "activite_principale": "62.01Z", "nomenclature_activite_principale": "NAFRev2",
    "activite_principale_naf25": "62.10Y", "tranche_effectifs": "11", "annee_effectifs": 2024,
    "categorie_entreprise": "PME", "caractere_employeur": True, "economie_sociale_solidaire": True,
    "societe_mission": True,
}  # fmt: skip
LIEU = {
    "enseigne_1": "CHEZ ALPHA", "numero_voie": "1", "type_voie": "RUE", "libelle_voie": "NATIONALE",
    "code_postal": "59000", "code_commune": "59350", "libelle_commune": "LILLE",
    **{nom: valeur for nom, valeur in UNITE.items() if nom in ("caractere_employeur", "tranche_effectifs")
       or nom.startswith(("activite", "nomenclature", "annee_effectifs"))},
}  # fmt: skip


@pytest.mark.parametrize("sous", Regime)
@pytest.mark.parametrize("cle", OUVERTES)
def test_a_column_is_hidden_as_its_nature_says(cle: str, sous: Regime) -> None:
    """Of the company, then of its establishment: an empty cell or the sentence that masks, or else the value."""
    colonne, statut = OUVERTES[cle], "O" if sous is Regime.OUVERT else "P"
    unite = f.unite(SIREN, **UNITE, categorie_juridique=FORMES[sous], statut_diffusion=statut)
    lieu = f.lieu(SIREN, **LIEU, statut_diffusion=statut)
    vue, vu = entreprise_vue(unite, lieu, 1, 1), etablissement_vu(lieu, unite)
    for titre, valeur in (
        (colonne.entreprise, colonne.valeur_de(vue, None)),
        (colonne.etablissement, colonne.valeur_de(vue, vu)),
    ):
        if titre:
            vide = valeur is None or valeur == "" or str(valeur).startswith((NOM_MASQUE, ADRESSE_MASQUEE))
            assert vide is (colonne.nature not in MONTRE[sous]), (titre, valeur)
