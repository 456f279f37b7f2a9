"""The catalogue is the register of data sets that was promised: each row there, of that class, in that chapter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from fce.sources import registre

# {source: (class of access, group, chapter of the sheet)}. A contact is shared under "contacts"; what was found in it
# is a field of its body's own group.
REGISTRE = {
    "sirene-unites-legales": ("C0", None, "identite"),
    "sirene-etablissements": ("C0", None, "etablissements"),
    "sirene-flux": ("C0", None, "identite"),
    "sirene-unites-legales-historique": ("C0", None, "historique"),
    "sirene-etablissements-historique": ("C0", None, "historique"),
    "sirene-successions": ("C0", None, "historique"),
    "sirene-doublons": ("C0", None, "identite"),
    "rne": ("C0", None, "identite"),
    "bodacc": ("C0", None, "annonces"),
    "rna": ("C0", None, "identite"),
    "elus": ("C0", None, "identite"),
    "collectivites": ("C0", None, "identite"),
    "sirene-diffusion-partielle": ("C1", None, "identite"),
    "tva": ("C0", None, "identite"),
    "dsn-effectifs": ("C2", "emploi", "effectifs"),
    "effectifs-etp": ("C2", "emploi", "effectifs"),
    "idcc-etablissements": ("C0", None, "relations-travail"),
    "accords-entreprise": ("C2", "travail", "relations-travail"),
    "accords-publies": ("C0", None, "relations-travail"),
    "egapro": ("C0", None, "relations-travail"),
    "accidents-travail": ("C2", "travail", "relations-travail"),
    "detachement-siren": ("C2", "travail", "relations-travail"),
    "detachement-siret": ("C2", "travail", "relations-travail"),
    "wikit-controles": ("C2", "contacts", "controles"),
    "wikit-unites": ("C1", None, "controles"),
    "sora-controles": ("C2", "contacts", "controles"),
    "sparc-metrologie": ("C2", "contacts", "controles"),
    "eos-visites": ("C2", "contacts", "controles"),
    "mdf-controles": ("C2", "contacts", "controles"),
    "activite-partielle": ("C2", "emploi", "mutations-economiques"),
    "rupco-procedures": ("C2", "emploi", "mutations-economiques"),
    "rupco-etablissements": ("C2", "emploi", "mutations-economiques"),
    "apprentissage": ("C2", "emploi", "aides"),
    "contrats-aides": ("C2", "emploi", "aides"),
    "iae": ("C0", None, "agrements-labels"),
    "aides-ademe": ("C0", None, "aides"),
    "subventions": ("C0", None, "aides"),
    "plan-relance": ("C0", None, "aides"),
    "aides-minimis": ("C0", None, "aides"),
    "annuaire-facturation": ("C1", None, "fiscalite-douane"),
    "rnf": ("C0", None, "identite"),
    "organismes-formation": ("C0", None, "agrements-labels"),
    "ratios-financiers": ("C0", None, "finances"),
    "dgfip-chiffre-affaires": ("C3", "fiscal", "fiscalite-douane"),
    "dgfip-attestation-fiscale": ("C3", "fiscal", "fiscalite-douane"),
    "dgfip-liasses": ("C3", "fiscal", "fiscalite-douane"),
    "dgfip-liens-capitalistiques": ("C3", "fiscal", "dirigeants"),
    "dgddi-eori": ("C1", None, "fiscalite-douane"),
    "dgddi-operateurs": ("C3", "douane", "fiscalite-douane"),
    "urssaf-vigilance": ("C3", "social", "fiscalite-douane"),
    "msa-conformite": ("C3", "social", "fiscalite-douane"),
    "bdf-bilans": ("C3", "fiscal", "finances"),
    "inpi-beneficiaires": ("C3", "fiscal", "dirigeants"),
    "marches-publics": ("C0", None, "marches-publics"),
} | dict.fromkeys(
    [
        *("finess", "icpe-seveso", "annuaire-education", "rge", "bio", "ess", "spectacles", "qualiopi"),
        *("patrimoine-vivant", "bilan-ges", "alim-confiance", "agrements-sanitaires", "achats-responsables", "avocats"),
    ],
    ("C0", None, "agrements-labels"),
)
# One file of the register may feed several sources: officers and observations of the RNE, accounts of groups…
DETACHEES = {
    "rne-dirigeants": "rne",
    "rne-anciens-dirigeants": "rne",
    "rne-observations": "rne",
    "ratios-consolides": "ratios-financiers",
    "egapro-representation": "egapro",
}

AJOUTEES = {"annuaire-facturation", "rnf", "subventions"}
"""Asked for after the document was written."""


@pytest.mark.parametrize("nom", REGISTRE)
def test_each_promised_data_set_is_in_the_catalogue_at_its_place_and_class(nom: str) -> None:
    source = registre.source(nom)
    assert (source.acces.classe, source.acces.groupe, source.rubrique) == REGISTRE[nom]


def test_nothing_is_in_the_catalogue_without_being_promised() -> None:
    assert {s.nom for s in registre.toutes()} == REGISTRE.keys() | DETACHEES.keys()
    assert set(DETACHEES.values()) <= REGISTRE.keys()


def noms(document: str) -> Iterator[str]:
    """Names of the document: first cells of its tables, and the list of labels, which is a sentence."""
    for ligne in re.findall(r"^\| ([a-z][^|]*) \|", document, re.MULTILINE):
        yield from (nom.strip() for nom in ligne.split(",") if nom.strip() != "source")
    labels = document.split("## Labels")[1].split("Load modes")[0].partition("\n")[2]
    for morceau in labels.split("Those with")[0].split("·"):
        nom = morceau.strip().split(" ")[0].split("\n")[0].rstrip(".")
        # In Sirene itself, not a file of its own.
        if nom and nom != "societe-a-mission":
            yield nom


def test_the_list_here_is_that_of_the_document(dossier_partage: Path) -> None:
    document = (dossier_partage / "reference" / "sources.md").read_text(encoding="utf-8")
    lus = list(noms(document))
    assert len(lus) == len(set(lus)) >= 65
    assert set(lus) == REGISTRE.keys() - AJOUTEES
