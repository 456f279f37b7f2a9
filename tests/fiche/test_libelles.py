"""A code is never alone: its label stands beside it, in a cell of the page as in the workbook."""

from __future__ import annotations

import pytest
from django.test import Client

from fce.donnees.entreprises.repertoire import JEUX
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.formes.commun import cellule, libelle
from fce.fiche.lecture.plans import prevoir
from fce.fiche.unite.unite_visee import Unite
from fce.sources import champs, registre
from fce.sources.catalogue import nomenclatures
from fce.sources.catalogue.dares.idcc.source import source as idcc
from tests.donnees.entreprises import fabrique as f
from tests.fiche.jeux import SIREN, SIRET

pytestmark = pytest.mark.catalogue

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
    ("sirene-flux", "nature"), ("annuaire-facturation", "adresse"),
    ("dgfip-liens-capitalistiques", "sens"), ("ratios-financiers", "type_bilan"), ("ratios-consolides", "type_bilan"),
    ("ratios-financiers", "secteur"),
    ("ratios-financiers", "confidentialite"), ("ratios-consolides", "confidentialite"),
}  # fmt: skip


def test_each_code_shown_has_its_label_or_a_reason_to_have_none() -> None:
    nus = [
        (source.nom, attribut)
        for source in registre.toutes()
        if source.nom not in JEUX
        for attribut in getattr(source.presentation, "colonnes", ()) or source.champs
        if isinstance(champ := source.champs.get(attribut), champs.Code)
        and champ.libeller is None
        and attribut not in IDENTIFIANTS
        and (source.nom, attribut) not in DITS
    ]
    assert nus == []


def test_the_code_stays_before_its_label_and_an_unknown_code_stays_alone() -> None:
    champ = champs.Code("Type", "T", nomenclature={"11": "Premier contrat"})
    assert libelle(champ, "11") == "11 – Premier contrat"
    assert libelle(champ, "99") == ""
    assert libelle(champs.Code("Type", "T"), "11") == ""
    plan = prevoir(idcc, Unite(SIRET), LecteurDeDonnees(), {})
    assert cellule(plan, "idcc", "1486").texte.startswith("1486 – ")
    assert cellule(plan, "idcc", "0001").texte == "0001"


@pytest.mark.django_db
def test_the_collective_agreement_is_read_in_full_words(client: Client) -> None:
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
def test_shared_codes_are_read_as_producers_write_them(fonction: object, code: str, attendu: str | None) -> None:
    assert fonction(code) == attendu  # type: ignore[operator]
