"""Real records that public interfaces gave, put back into the official file and read: each is there, word for word."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fce.sources import registre
from tests.sources.catalogue.lectures import Lecture, exemple_de, lecture

Fait = Mapping[str, Any]
SEPARATEURS = {"aides-ademe": ","}
# Accounts of another company: a file that has none of the kind a source reads is refused as empty.
TEMOIN = {"siren": "356000000", "date_cloture_exercice": "2020-12-31", "confidentiality": "Public"}


@pytest.fixture
def reponse(dossier_partage: Path) -> Any:
    """Reads an answer by its name."""

    def lire(nom: str) -> Any:
        chemin = dossier_partage / "data" / "reponses_annuaire" / "e2e_fixtures" / f"{nom}.json"
        return json.loads(chemin.read_text(encoding="utf-8"))

    return lire


def relire(dossier: Path, source: str, faits: Iterable[Fait]) -> Lecture:
    """What the source reads in a file of these facts, under the header of its official sample."""
    separateur = SEPARATEURS.get(source, ";")
    with exemple_de(source).open(encoding="utf-8-sig", newline="") as flux:
        entete = next(csv.reader(flux, delimiter=separateur))
    noms = {nom.lower(): nom for nom in entete}
    chemin = dossier / f"{source}.csv"
    with chemin.open("w", encoding="utf-8", newline="") as flux:
        plume = csv.DictWriter(flux, entete, delimiter=separateur)
        plume.writeheader()
        for fait in faits:
            # The interface writes the names in lower case; a name that the file has not is an error here.
            plume.writerow({noms[nom.lower()]: _texte(valeur) for nom, valeur in fait.items() if nom != "__id"})
    return lecture(source, chemin)


def _texte(valeur: Any) -> str:
    if isinstance(valeur, bool):
        return str(valeur).lower()
    if isinstance(valeur, list):
        return ",".join(map(str, valeur))
    return "" if valeur is None else str(valeur)


def test_aid_from_ademe(reponse: Any, tmp_path: Path) -> None:
    faits = reponse("aides-ademe")["data"]
    lues = relire(tmp_path, "aides-ademe", faits)
    # The number of the recorded company was made up by those who recorded it: its key is wrong, the rows are set aside.
    assert lues.lues == len(faits) == len(lues.rejets) == 2
    assert {(r.colonne, r.valeur) for r in lues.rejets} == {("siren", "349850923")}
    vrais = [fait | {"idBeneficiaire": "35600000000048"} for fait in faits]
    lues = relire(tmp_path, "aides-ademe", vrais)
    assert lues.rejets == []
    assert [(x["reference"], x["montant"], x["objet"], x["notification_ue"]) for x in lues.lignes] == [
        (f["referenceDecision"], Decimal(str(f["montant"])), f["objet"], f["notificationUE"]) for f in faits
    ]


def test_de_minimis_aid(reponse: Any, tmp_path: Path) -> None:
    faits = reponse("aides-minimis")["data"]
    lues = relire(tmp_path, "aides-minimis", faits)
    assert lues.lues == len(faits) == len(lues.rejets) == 2
    assert {(r.colonne, r.valeur) for r in lues.rejets} == {("siren", "024058671")}
    vrais = [fait | {"identifiant_beneficiaire": "356000000"} for fait in faits]
    lues = relire(tmp_path, "aides-minimis", vrais)
    assert (lues.rejets, lues.avertissements) == ([], [])
    assert [(x["montant"], str(x["date_octroi"]), x["secteur"], x["operateur"]) for x in lues.lignes] == [
        (f["montant_esb"], f["date_octroi"], f["secteur_aide"], f["operateur"]) for f in faits
    ]
    # "-" is what the register writes for a name that it does not publish.
    assert {(x["nom"], x["commune"]) for x in lues.lignes} == {(None, None)}


def test_education_directory(reponse: Any, tmp_path: Path) -> None:
    (enregistrement,) = reponse("education-nationale")["records"]
    lues = relire(tmp_path, "annuaire-education", [enregistrement["fields"]])
    assert (lues.rejets, lues.avertissements) == ([], [])
    (ligne,) = lues.lignes
    assert (ligne["uai"], ligne["siret"], ligne["nom"]) == (
        "0810012Y",
        "19810012500014",
        "Lycée polyvalent Jean Jaurès",
    )
    assert ligne["date_ouverture"] == date(1965, 5, 1)


FERMEES = {"Confidentiel", "Partiellement confidentiel"}


@pytest.mark.parametrize(
    ("nom", "propres", "consolides"), [("donnees-financieres", 5, 5), ("donnees-financieres-confidential", 4, 0)]
)
def test_own_and_consolidated_ratios(nom: str, propres: int, consolides: int, reponse: Any, tmp_path: Path) -> None:
    faits = [e["fields"] for e in reponse(nom)["records"]]
    assert len(faits) == propres + consolides
    for source, attendues in (("ratios-financiers", propres), ("ratios-consolides", consolides)):
        siens = [f for f in faits if (f["type_bilan"] == "K") == (source == "ratios-consolides")]
        lues = relire(tmp_path, source, [*faits, TEMOIN | {"type_bilan": "K" if "consolides" in source else "C"}])
        assert lues.rejets == []
        assert lues.lignes.pop()["siren"] == TEMOIN["siren"]
        assert len(siens) == attendues
        publics = {f["date_cloture_exercice"]: f for f in siens if f["confidentiality"] == "Public"}
        # Of accounts that a company keeps to itself, even in part, only that they were filed is read.
        montants = {str(x["date_cloture"]): x for x in lues.lignes if x["chiffre_affaires"] is not None}
        assert montants.keys() == publics.keys()
        assert {x["confidentialite"] for x in lues.lignes if str(x["date_cloture"]) not in publics} <= FERMEES
        for clos, ligne in montants.items():
            fait = publics[clos]
            assert ligne["chiffre_affaires"] == fait["chiffre_d_affaires"]
            assert ligne["resultat_net"] == fait["resultat_net"]


def test_notices_of_the_bodacc(reponse: Any, tmp_path: Path) -> None:
    faits = [e["fields"] for e in reponse("bodacc")["records"]]
    lues = relire(tmp_path, "bodacc", faits)
    assert (lues.rejets, lues.avertissements) == ([], [])
    assert [(x["id"], x["siren"], x["famille"], str(x["date_parution"])) for x in lues.lignes] == [
        (f["id"], "880878145", f["familleavis"], f["dateparution"]) for f in faits
    ]
    assert [str(x["depot_date_cloture"]) for x in lues.lignes if x["famille"] == "dpc"] == ["2021-12-31", "2020-12-31"]


def test_index_egapro(reponse: Any, tmp_path: Path) -> None:
    (declare,) = reponse("egapro")["data"]
    entreprise = declare["entreprise"]
    faits = [
        {
            "Année": annee,
            "SIREN": entreprise["siren"],
            "Raison Sociale": entreprise["raison_sociale"],
            "Tranche d'effectifs": entreprise["effectif"]["tranche"],
            "Code NAF": entreprise["code_naf"],
            "Note Ecart rémunération": declare["notes_remunerations"][annee],
            "Note Ecart taux d'augmentation (hors promotion)": declare["notes_augmentations"][annee],
            "Note Ecart taux de promotion": declare["notes_promotions"][annee],
            "Note Ecart taux d'augmentation": declare["notes_augmentations_et_promotions"][annee] or "NC",
            "Note Retour congé maternité": declare["notes_conges_maternite"][annee],
            "Note Hautes rémunérations": declare["notes_hautes_rémunérations"][annee],
            "Note Index": note,
        }
        for annee, note in declare["notes"].items()
    ]
    lues = relire(tmp_path, "egapro", faits)
    assert lues.rejets == []
    assert [(x["siren"], x["annee"], x["index"], x["remuneration"], x["augmentation"]) for x in lues.lignes] == [
        ("356000000", annee, 94, 39, None) for annee in range(2018, 2023)
    ]


def test_balanced_representation(dossier_partage: Path) -> None:
    dossier = dossier_partage / "data" / "reponses_annuaire" / "e2e_fixtures"
    lues = lecture("egapro-representation", dossier / "egapro-representation.json")
    assert (lues.rejets, lues.avertissements) == ([], [])
    (ligne,) = lues.lignes
    assert (ligne["siren"], ligne["annee"], ligne["femmes_cadres"], ligne["hommes_membres"]) == (
        "356000000",
        2022,
        25,
        Decimal("64.8"),
    )


def test_an_insertion_structure_has_a_kind_that_we_can_name(reponse: Any) -> None:
    from fce.sources.catalogue.asp.iae import regles

    (structure,) = reponse("api-inclusion")
    genres = {g["id"]: g["name"] for g in reponse("api-inclusion-metadata")["results"] if g["parent"] == "Insertion"}
    assert structure["kind"] in genres
    financees = {"EI", "AI", "ACI", "ETTI", "EITI"}
    assert {genre for genre in genres if regles.libelle(genre)} >= financees
    assert registre.source("iae").acces.classe == "C0"
