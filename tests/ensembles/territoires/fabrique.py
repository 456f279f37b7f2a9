"""A small territory: six establishments in three départements, with facts of every measure, prepared."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from fce.ensembles.territoires.preparation import preparer
from fce.socle.texte import paris
from tests.acces import acteurs
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes import fabrique as c
from tests.echanges.operations.fabrique import ServiceJoue

_NUMEROS = count(1)
LILLE, LENS, RENNES = "59350", "62498", "35238"
GRANDE, MOYENNE, PETITE, MASQUEE, VOISINE, LOIN = (f.siren_no(n) for n in range(1, 7))
COMMUNES = {
    GRANDE: LILLE, MOYENNE: LILLE, PETITE: LILLE, MASQUEE: LILLE, VOISINE: LENS, LOIN: RENNES,
}  # fmt: skip
NOMS = {LILLE: "LILLE", LENS: "LENS", RENNES: "RENNES"}
TRANCHES = {GRANDE: "41", MOYENNE: "21", PETITE: "11", MASQUEE: "42", VOISINE: "31", LOIN: "12"}


def siret(siren: str) -> str:
    return f.siret_no(siren)


def il_y_a(jours: int) -> date:
    return paris.aujourd_hui() - timedelta(days=jours)


def dernier_mois(*, ans: int = 0) -> date:
    """The last month of head-counts, or the same one some years before."""
    mois = il_y_a(60).replace(day=1)
    return mois.replace(year=mois.year - ans)


def agent(*departements: str, profil: str = "inspection-travail") -> ServiceJoue:
    """An agent of a service habilitated on these départements."""
    numero = next(_NUMEROS)
    compte, groupe = c.compte(), c.groupe(nom=f"Service {numero}", courriel=f"s{numero}@service.example")
    c.appartenance(compte, groupe)
    return ServiceJoue(groupe, compte, acteurs.dossier(groupe, profil, departements))


def sans_habilitation() -> ServiceJoue:
    compte, groupe = c.compte(), c.groupe(nom="Sans droits", courriel="sans@service.example")
    c.appartenance(compte, groupe)
    return ServiceJoue(groupe, compte, None)  # type: ignore[arg-type]


def situer(*autres: f.Ligne) -> None:
    """Put the establishments in place, and ``autres``."""
    f.lieux(
        *(
            f.lieu(
                s, code_commune=commune, libelle_commune=NOMS[commune], tranche_effectifs=TRANCHES[s],
                activite_principale="62.01Z" if s != PETITE else "43.21A", nomenclature_activite_principale="NAFRev2",
                caractere_employeur=True, statut_diffusion="P" if s == MASQUEE else "O",
            )
            for s, commune in COMMUNES.items()
        ),
        *autres,
    )  # fmt: skip


def peupler(**differences: Any) -> None:
    """Put every source in place, then prepare. ``differences``: rows of a source instead of these, by its name with
    underscores."""
    mois, avant = dernier_mois(), dernier_mois(ans=1)
    f.unites(
        *(f.unite(s, denomination=f"ENTREPRISE {n}") for n, s in enumerate(COMMUNES, 1) if s != MASQUEE),
        f.unite(MASQUEE, categorie_juridique="1000", statut_diffusion="P", nom="MARTRENEUF"),
    )
    situer()
    lignes: dict[str, Any] = {
        "dsn_effectifs": [
            {"siret": siret(s), "mois": m, "total": n}
            for s, apres, en_un_an in (
                (GRANDE, 400, 500), (MOYENNE, 60, 60), (VOISINE, 230, 200), (LOIN, 30, 90), (MASQUEE, 9, 99),
            )
            for m, n in ((mois, apres), (avant, en_un_an))
        ],
        "activite_partielle": [
            {"siret": siret(MOYENNE), "convention": "C1", "avenant": 0, "date_decision": il_y_a(90),
             "heures_autorisees": 1200},
            {"siret": siret(MOYENNE), "convention": "C1", "avenant": 1, "date_decision": il_y_a(30),
             "heures_autorisees": 1500},
            {"siret": siret(PETITE), "convention": "C2", "avenant": 0, "date_decision": il_y_a(800),
             "heures_autorisees": 70},
            {"siret": siret(LOIN), "convention": "C3", "avenant": 0, "date_decision": il_y_a(20),
             "heures_autorisees": 33},
        ],
        "rupco_procedures": [
            {"numero": "D1", "siren": GRANDE, "type": "PSE", "date_enregistrement": il_y_a(100)},
            {"numero": "D2", "siren": PETITE, "type": "LiceC +10", "date_enregistrement": il_y_a(100)},
            {"numero": "D3", "siren": LOIN, "type": "PSE", "date_enregistrement": il_y_a(10)},
        ],
        "rupco_etablissements": [
            {"numero": "D1", "siren_entreprise": GRANDE, "type": "PSE", "date_enregistrement": il_y_a(100),
             "siret": siret(GRANDE), "ruptures_debut": 12},
            {"numero": "D3", "siren_entreprise": LOIN, "type": "PSE", "date_enregistrement": il_y_a(10),
             "siret": siret(LOIN), "ruptures_debut": 3},
        ],
        "accidents_travail": [
            {"siret": siret(PETITE), "total": 3, "mortels": 1}, {"siret": siret(GRANDE), "total": 8, "mortels": 0},
            {"siret": siret(LOIN), "total": 5, "mortels": 2},
        ],
        "wikit_controles": [
            {"siret": siret(GRANDE), "date": il_y_a(1200), "unite": "UC 1"},
            {"siret": siret(MOYENNE), "date": il_y_a(40), "unite": "UC 1"},
        ],
        "wikit_unites": [{"siret": siret(GRANDE), "code": "059U01", "libelle": "UC Nord-Lille 1"}],
    }  # fmt: skip
    for nom, valeurs in {**lignes, **differences}.items():
        f.charger(nom.replace("_", "-"), valeurs)
    preparer(timezone.localdate())
