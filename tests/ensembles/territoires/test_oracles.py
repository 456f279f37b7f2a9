"""The file of a territory tried as an oracle."""

from __future__ import annotations

from typing import Any

import pytest

from fce.ensembles.territoires.mesures import mesures
from fce.ensembles.territoires.models import FichierDeTerritoire
from fce.ensembles.territoires.selection import FILTRES, TRIS_DE_TERRITOIRE
from tests.ensembles.territoires import fabrique as t
from tests.ensembles.territoires.demandes import REGION, obtenir

pytestmark = pytest.mark.django_db


def autre_jour() -> None:
    """The facts of every company that an inspector of the Nord may not read, changed."""
    mois, avant = t.dernier_mois(), t.dernier_mois(ans=1)
    siens = {t.GRANDE: (400, 500), t.MOYENNE: (60, 60), t.VOISINE: (10, 900), t.LOIN: (900, 10), t.MASQUEE: (99, 9)}
    t.peupler(
        dsn_effectifs=[
            {"siret": t.siret(s), "mois": m, "total": n}
            for s, (x, y) in siens.items()
            for m, n in ((mois, x), (avant, y))
        ],
        activite_partielle=[
            {"siret": t.siret(t.MOYENNE), "convention": "C1", "avenant": 1, "date_decision": t.il_y_a(30),
             "heures_autorisees": 1500},
            {"siret": t.siret(t.VOISINE), "convention": "C4", "avenant": 0, "date_decision": t.il_y_a(20),
             "heures_autorisees": 9000},
        ],
        rupco_procedures=[
            {"numero": "D1", "siren": t.GRANDE, "type": "PSE", "date_enregistrement": t.il_y_a(100)},
            {"numero": "D4", "siren": t.VOISINE, "type": "PSE", "date_enregistrement": t.il_y_a(9)},
        ],
        accidents_travail=[
            {"siret": t.siret(t.PETITE), "total": 3, "mortels": 1},
            {"siret": t.siret(t.GRANDE), "total": 8, "mortels": 0},
            {"siret": t.siret(t.VOISINE), "total": 5, "mortels": 2},
        ],
    )  # fmt: skip


RESERVEES_A_SON_DEPARTEMENT = ("effectif", "activite-partielle", "pse", "mortels")
CHOIX = [
    "",
    *(
        f"?{nom}={valeur}"
        for nom, filtre in FILTRES.items()
        for valeur in filtre.choix
        if filtre.mesure in RESERVEES_A_SON_DEPARTEMENT
    ),
    *(f"?tri={nom}" for nom, tri in TRIS_DE_TERRITOIRE.items() if tri.mesure in ("", *RESERVEES_A_SON_DEPARTEMENT)),
]


def test_two_days_or_two_territories_subtracted_say_nothing_of_a_closed_row(settings: Any) -> None:
    """Whatever the choice, the file of the region is the same once every fact that is closed to her has changed; and
    what it has beside that of her département is closed."""
    settings.FCE_VOLUMES = "100000/600"
    t.peupler()
    inspectrice, jours = t.agent("59"), []
    for changer in (lambda: None, autre_jour):
        changer()
        lus = {}
        for choix in CHOIX:
            lignes = obtenir(inspectrice, choix, REGION)
            lus[choix] = FichierDeTerritoire.objects.latest("pk").total, lignes
        jours.append(lus)
    assert [choix for choix in CHOIX if jours[0][choix] != jours[1][choix]] == []
    assert jours[0]["?pse=oui"][1]
    assert {x["SIRET"] for x in jours[0][""][1]} > {t.siret(t.VOISINE)}
    titres = [mesures()[nom].titre for nom in RESERVEES_A_SON_DEPARTEMENT]
    for _, lignes in jours[0].values():
        ailleurs = [x for x in lignes if x["Département"] != "59"]
        assert {x[titre] for x in ailleurs for titre in titres if titre in x} <= {"fermé"}
