"""Answers recorded in the official test environment, replayed over HTTP: each is read, or not asked for a reason."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from fce.donnees.imports.directes import client, disjoncteur, transport, valeurs
from fce.donnees.imports.directes.client import Appelant
from fce.donnees.imports.directes.erreurs import (
    AppelRefuse,
    DemandeRefusee,
    ErreurDirecte,
    FournisseurEnPanne,
    ReponseInvalide,
)
from fce.sources import registre
from fce.sources.direct import direct_de
from tests.donnees.imports.directes.conftest import DESTINATAIRE
from tests.donnees.imports.directes.serveur import Reponse, Serveur
from tests.partage import partage

DOSSIER = Path(settings.FCE_SHARED_DIR) / "data" / "api_entreprise"
JOUR = date(2023, 11, 25)
# The folder of recorded answers, without "api_entreprise_" → the source that asks for it.
LUES = {
    "v4_dgfip_attestations_fiscales": "dgfip-attestation-fiscale",
    "v3_dgfip_chiffres_affaires": "dgfip-chiffre-affaires",
    "v3_dgfip_liasses_fiscales": "dgfip-liasses",
    "v3_dgfip_liens_capitalistiques": "dgfip-liens-capitalistiques",
    "v3_dgddi_eori": "dgddi-eori",
    "v4_acoss_attestations_sociales": "urssaf-vigilance",
    "v3_msa_conformites_cotisations": "msa-conformite",
    "v3_banque_de_france_bilans_entreprise": "bdf-bilans",
    "v3_inpi_rne_beneficiaires_effectifs": "inpi-beneficiaires",
    "v3_european_commission_vies": "tva",
    "v4_insee_sieges_unites_legales": "sirene-diffusion-partielle",
    "v4_insee_etablissements": "sirene-diffusion-partielle",
}
ANCIENNE = "version d'avant celle que nous demandons"
FICHIER = "tenue d'un fichier, chargé en entier"
DIFFUSIBLE = "donnée diffusible : elle est dans les fichiers de Sirene"
HORS_REGISTRE = "pas au registre des sources"
NON_DEMANDEES = {
    "v3_acoss_attestations_sociales": ANCIENNE,
    "v3_dgfip_attestations_fiscales": ANCIENNE,
    "v3_insee_etablissements": ANCIENNE,
    "v3_insee_sieges_unites_legales": ANCIENNE,
    "v3_insee_unites_legales": "l'unité légale est dans la réponse de son siège",
    "v4_insee_unites_legales": "l'unité légale est dans la réponse de son siège",
    "v3_insee_adresses_etablissements": "l'adresse est dans la réponse de l'établissement",
    **dict.fromkeys(
        [
            *("v3_insee_adresses_etablissements_diffusables", "v3_insee_etablissements_diffusables"),
            *("v3_insee_sieges_diffusables_unites_legales", "v3_insee_unites_legales_diffusables"),
            *("v4_insee_etablissements_diffusables", "v4_insee_sieges_diffusables_unites_legales"),
            "v4_insee_unites_legales_diffusables",
        ],
        DIFFUSIBLE,
    ),
    **dict.fromkeys(
        [
            *("v3_insee_successions", "v3_ademe_certificats_rge", "v3_gip_mds_effectifs_annuels_entreprise"),
            *("v3_gip_mds_effectifs_mensuels_etablissement", "v3_infogreffe_extraits_rcs"),
            *("v3_infogreffe_mandataires_sociaux", "v3_inpi_rne_actes_bilans", "v3_inpi_rne_extrait_rne"),
            *("v3_mi_associations", "v3_mi_documents_associations", "v4_mi_unites_legales"),
            *("v4_mi_unites_legales_open_data", "v3_carif_oref_certifications_qualiopi_france_competences"),
            "v3_fabrique_numerique_ministeres_sociaux_conventions_collectives",
        ],
        FICHIER,
    ),
    **dict.fromkeys(
        [
            "v3_cibtp_attestation_cotisations_conges_payes_chomage_intemperies",
            "v3_cnetp_attestation_cotisations_conges_payes_chomage_intemperies",
            *("v3_data_subvention_subventions", "v3_fntp_carte_professionnelle_travaux_publics"),
            *("v3_opqibi_certifications_ingenierie", "v3_probtp_attestations_cotisation_retraite"),
            *("v3_probtp_conformites_cotisations_retraite", "v3_qualibat_certifications_batiment"),
            *("v4_qualibat_certifications_batiment", "v3_qualifelec_certificats"),
            "v3_rnm_entreprises_artisanales",
        ],
        HORS_REGISTRE,
    ),
}
ERREURS: dict[int, type[ErreurDirecte]] = {
    403: AppelRefuse,
    422: DemandeRefusee,
    502: FournisseurEnPanne,
    504: FournisseurEnPanne,
}


@dataclass(frozen=True)
class Enregistree:
    """``numero``: what it was asked for, as the test environment says; some are not valid numbers."""

    dossier: str
    nom: str
    statut: int
    numero: str
    corps: Any

    def __str__(self) -> str:
        return f"{self.dossier}/{self.nom}"


@cache
def enregistrees() -> tuple[Enregistree, ...]:
    return tuple(_lire(chemin) for chemin in sorted((DOSSIER / "mocks").glob("*/*.y*ml")))


def _lire(chemin: Path) -> Enregistree:
    """The files are YAML of one shape: a status, parameters, and the body as an indented block."""
    tete, _, corps = chemin.read_text(encoding="utf-8").partition("\npayload: |-\n")
    statut = re.search(r"^status: (\d+)", tete, re.MULTILINE)
    numero = re.search(
        r"^  (?:siren|siret|siret_or_eori|siren_or_rna|siren_or_siret_or_rna|id): ['\"]?(\w+)", tete, re.M
    )
    assert statut, chemin
    return Enregistree(
        chemin.parent.name.removeprefix("api_entreprise_"),
        chemin.name,
        int(statut[1]),
        numero[1] if numero else "",
        json.loads(re.sub(r"^  ", "", corps, flags=re.MULTILINE)),
    )


TOUTES = enregistrees()
TROUVEES = [e for e in TOUTES if e.dossier in LUES and e.statut == 200]


@pytest.fixture(autouse=True)
def echantillons() -> None:
    partage("data/api_entreprise")


def test_no_recording_is_forgotten() -> None:
    dossiers = {e.dossier for e in TOUTES}
    assert not LUES.keys() & NON_DEMANDEES.keys()
    assert dossiers == LUES.keys() | NON_DEMANDEES.keys()
    assert {s.nom for s in registre.toutes() if s.direct} == set(LUES.values())
    # What is not read below is not asked for, or is an error, replayed too.
    assert len(TOUTES) == 157
    assert len(TROUVEES) == 23
    assert sum(e.statut == 200 for e in TOUTES if e.dossier in NON_DEMANDEES) == 88
    assert sum(e.statut != 200 for e in TOUTES) == 46


def lire(serveur: Serveur, source: Any, enregistree: Enregistree) -> tuple[dict[str, Any], ...]:
    """Asked as the sheet does; the number of some recorded answers has no valid key, which only our sheet minds."""
    serveur.jouer(Reponse(enregistree.statut, enregistree.corps))
    demande = Appelant(DESTINATAIRE, "", "Essai", "Essai")
    brutes = client.interroger(source, enregistree.numero, demande, JOUR)
    lignes, illisibles = valeurs.typer(source, brutes)
    assert illisibles == 0
    return lignes


@pytest.mark.parametrize("enregistree", TROUVEES or [None], ids=str)
def test_each_answer_is_read_in_full(
    serveur: Serveur, enregistree: Enregistree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(valeurs, "siren_valide", lambda n: len(n) == 9 and n.isdigit())
    monkeypatch.setattr(valeurs, "siret_valide", lambda n: len(n) == 14 and n.isdigit())
    source = registre.source(LUES[enregistree.dossier])
    lignes = lire(serveur, source, enregistree)
    attendues = [attendu(e) for e in aplatir(enregistree.dossier, enregistree.corps["data"])]
    lues = [{a: ligne[a] for a in attendue} for ligne, attendue in zip(lignes, attendues, strict=True)]
    assert lues == attendues
    (recue,) = serveur.recues
    direct = direct_de(source)
    assert recue.chemin == direct.chemin_de(enregistree.numero).replace("{annee}", "2022")


def aplatir(dossier: str, donnees: Any) -> list[tuple[str, Any]]:
    """The elements of an answer that make a row, told apart without the code under test."""
    if "liasses" in dossier:
        return [
            (dossier, {"d": d, "c": c, "v": v, "n": n})
            for d in donnees["declarations"]
            for c in d["donnees"]
            for n, v in enumerate(c["valeurs"], 1)
        ]
    if "liens" in dossier:
        return [("actionnaire", x) for x in donnees["capital"]["actionnaires"]] + [
            ("filiale", x) for x in donnees["participations"]["filiales"]
        ]
    return [(dossier, e["data"]) for e in donnees] if isinstance(donnees, list) else [(dossier, donnees)]


def attendu(element: tuple[str, Any]) -> dict[str, Any]:
    """What the row must say, written from the JSON alone."""
    genre, d = element
    return ATTENDUS.get(genre, _unite)(d)


def _capital(sens: str, **champs: Any) -> dict[str, Any]:
    return {"sens": sens, "pays": "FR", **champs}


def _unite(d: Any) -> dict[str, Any]:
    unite, adresse = d["unite_legale"], d["adresse"]
    voie = (adresse[n] or "" for n in ("numero_voie", "indice_repetition_voie", "type_voie", "libelle_voie"))
    return {
        "siret": d["siret"],
        "siren": unite["siren"],
        "raison_sociale": unite["personne_morale_attributs"]["raison_sociale"],
        "nom": unite["personne_physique_attributs"]["nom_naissance"],
        "code_postal": adresse["code_postal"],
        "commune": adresse["libelle_commune"],
        "voie": re.sub(" +", " ", " ".join(voie)).strip(),
        "statut_diffusion": unite["status_diffusion"],
    }


def _jour(texte: str | None) -> date | None:
    return date.fromisoformat(texte) if texte else None


ATTENDUS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "v4_dgfip_attestations_fiscales": lambda d: {
        "a_jour": True,
        "date_delivrance": _jour(d["date_delivrance_attestation"]),
        "date_periode_analysee": _jour(d["date_periode_analysee"]),
    },
    "v3_dgfip_chiffres_affaires": lambda d: {
        "chiffre_affaires": Decimal("900001.00"),
        "date_fin_exercice": _jour(d["date_fin_exercice"]),
    },
    "v3_dgfip_liasses_fiscales": lambda d: {
        "numero_imprime": "2033A", "regime": "Réel simplifié", "date_declaration": date(2012, 12, 26),
        "duree_exercice": 365, "code": "GR", "code_nref": "304651", "intitule": "Déposé néant",
        "valeur": d["v"], "rang": d["n"],
    },
    # The number of the recorded shareholder has no valid key: dropped, as that of a foreign company is.
    "actionnaire": lambda _: _capital(
        "actionnaire", type_personne="personne_morale", siren_lie=None, personne=None,
        denomination="SNCF PARTICIPATIONS", pourcentage=Decimal("100.00"), nombre_parts=1000, annee=2022, rang=1,
    ),
    "filiale": lambda _: _capital(
        "filiale", siren_lie="130007669", denomination="ANSII", pourcentage=Decimal("42.00"), forme_juridique="SA",
        rang=2,
    ),
    "v3_dgddi_eori": lambda _: {
        "identifiant": "FR30613890001294", "actif": True, "libelle": "DINUM", "code_postal": "75007",
    },
    "v4_acoss_attestations_sociales": lambda d: {
        "statut": d["entity_status"]["code"],
        "libelle": d["entity_status"]["libelle"],
        "date_debut_validite": _jour(d["date_debut_validite"]),
        "date_fin_validite": _jour(d["date_fin_validite"]),
    },
    "v3_msa_conformites_cotisations": lambda _: {"statut": "up_to_date", "siret": "20005379100014"},
    "v3_banque_de_france_bilans_entreprise": lambda _: {
        "annee": 2022, "date_arrete": date(2022, 12, 31), "disponibilites": 9001, "dettes_stables": 15000,
        "valeur_ajoutee": 35000, "bfr": 12000, "ebe": 18000, "caf": 14000, "frng": 22000,
        "ratio_frng_bfr": Decimal("23.45"), "dettes_court_terme": 8000,
    },
    "v3_inpi_rne_beneficiaires_effectifs": lambda d: {
        "nom": d["nom"],
        "prenoms": " ".join(d["prenoms"]),
        "naissance": f"{d['date_naissance']['annee']}-{d['date_naissance']['mois']}",
        "part_capital": Decimal(str(d["modalites"]["detention_de_capital"]["parts_totale"])),
    },
    "v3_european_commission_vies": lambda _: {"numero": "FR82552049447", "siren": "552049447"},
}  # fmt: skip


@pytest.mark.parametrize("enregistree", [e for e in TOUTES if e.statut != 200] or [None], ids=str)
def test_each_recorded_error_is_recognized(
    serveur: Serveur, enregistree: Enregistree, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A breakdown is asked again two times: how long after is told in ``test_transport.py``.
    monkeypatch.setattr(transport, "RECUL", 0.005)
    serveur.jouer(Reponse(enregistree.statut, enregistree.corps))
    source = registre.source(LUES.get(enregistree.dossier, "tva"))
    numero = "55204944776279" if direct_de(source).interroge("siret") else "552049447"
    demande = Appelant(DESTINATAIRE, "", "Essai", "Essai")
    if enregistree.statut == 404:
        assert client.interroger(source, numero, demande, JOUR) == []
        return
    with pytest.raises(ERREURS[enregistree.statut]):
        client.interroger(source, numero, demande, JOUR)


@pytest.mark.parametrize(
    "chemin", sorted((DOSSIER / "upstream_answers").glob("*.json")) or [DOSSIER], ids=lambda c: c.name
)
def test_a_provider_answer_without_an_envelope_is_never_taken_for_data(serveur: Serveur, chemin: Path) -> None:
    """What a producer answers to API Entreprise itself, recorded beside: not what API Entreprise answers."""
    for source in (s for s in registre.toutes() if s.direct):
        disjoncteur.oublier()
        serveur.jouer(Reponse(200, chemin.read_bytes()))
        numero = "55204944776279" if direct_de(source).interroge("siret") else "552049447"
        with pytest.raises(ReponseInvalide):
            client.interroger(source, numero, Appelant(DESTINATAIRE, "", "Essai", "Essai"), JOUR)
