"""V25: a company whose accounts are confidential has filed them: nothing says that there is no information."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from tests.donnees.entreprises import fabrique as f
from tests.fiche.fiches import texte_du_corps
from tests.recherche.univers import Univers

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue]
DITE = "comptes déposés, confidentiels : 2021, 2022, 2023, 2024, 2025"


def test_v25_confidential_deposits_are_said_with_their_years(client: Client) -> None:
    univers = Univers()
    fermee, mixte, rien = (univers.entreprise(nom) for nom in ("FERMEE", "MIXTE", "RIEN"))
    for siren, publiques in ((fermee, 0), (mixte, 2)):
        for n in range(5):
            ouverte = {"confidentialite": "Public", "chiffre_affaires": 1000 + n} if n < publiques else {}
            univers.fait(
                "ratios-financiers", siren=siren, date_cloture=date(2021 + n, 12, 31), type_bilan="C",
                **({"confidentialite": "Confidentiel"} | ouverte),
            )  # fmt: skip
    univers.charger()
    synthese = texte_du_corps(client, f"/entreprise/{fermee}")
    assert DITE in synthese
    aucune = synthese.partition("Aucune information")[2]
    assert "Données financières (" not in aucune.partition("Au fichier, non montré")[0]
    assert f"Aucun compte publié connu ; {DITE}" in texte_du_corps(client, f"/entreprise/{fermee}/finances")
    assert DITE in texte_du_corps(client, f"/entreprise/{fermee}/ratios-financiers")
    assert "confidentiels" not in texte_du_corps(client, f"/entreprise/{rien}")
    # Confidential years take no place among the public ones.
    texte = texte_du_corps(client, f"/entreprise/{mixte}/finances")
    assert "31/12/2022" in texte
    assert "31/12/2025" not in texte
    assert f.siren_no(1) == fermee
