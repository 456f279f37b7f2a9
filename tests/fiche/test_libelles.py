"""A code is never alone: its label stands beside it, in a cell of the page as in the workbook."""

from __future__ import annotations

import pytest
from django.test import Client

from fce.fiche.formes.commun import cellule, libelle
from fce.fiche.lecteur import LecteurDeFiche
from fce.fiche.plans import PARTICULIERES, prevoir
from fce.fiche.unite import Unite
from fce.sources import champs, registre
from fce.sources.catalogue import nomenclatures
from fce.sources.catalogue.dares.idcc.source import source as idcc
from tests.entreprises import fabrique as f
from tests.fiche.jeux import SIREN, SIRET

# Numbers that identify a thing (a case, an approval, a person's month of birth): there is nothing to say beside them.
IDENTIFIANTS = {
    *("numero", "convention", "agrement", "uai", "numero_bio", "numero_finess", "code_aiot", "cpv", "recepisse"),
    *("declaration", "id", "naissance", "identifiant", "code_postal", "cloture", "devise"),
}
# The label is in the column beside, or the value is already in words.
DITS = {
    ("dgfip-liasses", "code"), ("wikit-unites", "code"), ("collectivites", "code"), ("icpe-seveso", "statut_seveso"),
    ("spectacles", "statut"), ("annuaire-education", "education_prioritaire"), ("msa-conformite", "statut"),
    ("dgddi-operateurs", "famille"), ("dgddi-operateurs", "code"), ("dgddi-operateurs", "etat"),
    ("sirene-flux", "nature"),
    ("dgfip-liens-capitalistiques", "sens"), ("ratios-financiers", "type_bilan"), ("ratios-consolides", "type_bilan"),
    ("ratios-financiers", "confidentialite"), ("ratios-consolides", "confidentialite"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def sirene_seule() -> None:
    """Here the whole catalogue is looked at."""


def test_chaque_code_montre_a_son_libelle_ou_une_raison_de_n_en_pas_avoir() -> None:
    nus = [
        (source.nom, attribut)
        for source in registre.toutes()
        if source.nom not in PARTICULIERES
        for attribut in getattr(source.presentation, "colonnes", ()) or source.champs
        if isinstance(champ := source.champs.get(attribut), champs.Code)
        and champ.libeller is None
        and attribut not in IDENTIFIANTS
        and (source.nom, attribut) not in DITS
    ]
    assert nus == []


def test_le_code_reste_devant_son_libelle_et_un_code_inconnu_reste_seul() -> None:
    champ = champs.Code("Type", "T", nomenclature={"11": "Premier contrat"})
    assert libelle(champ, "11") == "11 – Premier contrat"
    assert libelle(champ, "99") == ""
    assert libelle(champs.Code("Type", "T"), "11") == ""
    plan = prevoir(idcc, Unite(SIRET), LecteurDeFiche(), {})
    assert cellule(plan, "idcc", "1486").texte.startswith("1486 – ")
    assert cellule(plan, "idcc", "0001").texte == "0001"


@pytest.mark.django_db
def test_la_convention_collective_se_lit_en_toutes_lettres(client: Client) -> None:
    f.unites(f.unite(SIREN))
    f.lieux(f.lieu(SIREN))
    f.charger("idcc-etablissements", [{"siret": SIRET, "idcc": "0016"}, {"siret": SIRET, "idcc": "9999"}])
    for adresse in (
        f"/entreprise/{SIREN}/tout",
        f"/etablissement/{SIRET}/tout",
        f"/etablissement/{SIRET}/idcc-etablissements",
    ):
        html = client.get(adresse).content.decode()
        assert "0016 – Convention collective nationale des transports routiers" in html
        assert "9999" not in html
    csv = b"".join(client.get(f"/etablissement/{SIRET}/idcc-etablissements.csv")).decode()
    entete, ligne = csv.removeprefix("\ufeff").splitlines()
    assert "Convention collective (IDCC);Convention collective (IDCC) – libellé" in entete
    assert "0016;Convention collective nationale des transports routiers" in ligne


@pytest.mark.parametrize(
    ("fonction", "code", "attendu"),
    [
        (nomenclatures.departement, "59", "Nord"),
        (nomenclatures.departement, "029", "Finistère"),
        (nomenclatures.departement, "974", "La Réunion"),
        (nomenclatures.departement, "1", "Ain"),
        (nomenclatures.departement, "99", None),
        (nomenclatures.departement_du_lieu, "59350", "Nord"),
        (nomenclatures.departement_du_lieu, "97411", "La Réunion"),
        (nomenclatures.departement_du_lieu, "20200", "Corse"),
        (nomenclatures.region, "32", "Hauts-de-France"),
        (nomenclatures.activite, "7820Z", "Activités des agences de travail temporaire"),
        (nomenclatures.activite, "C", "Industrie manufacturière"),
        (nomenclatures.categorie_juridique, "5710", "SAS, société par actions simplifiée"),
    ],
)
def test_les_codes_partages_se_lisent_comme_les_producteurs_les_ecrivent(
    fonction: object, code: str, attendu: str | None
) -> None:
    assert fonction(code) == attendu  # type: ignore[operator]
