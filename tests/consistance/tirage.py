"""The companies of the audit: drawn by strata, so that what is rare is there each time."""

import random
from collections.abc import Callable
from datetime import date

from tests.consistance import attendus
from tests.consistance.fichiers import Fichiers
from tests.consistance.regles import FENETRES

PARTS = {"masquée": 5, "siège fermé": 5, "faits anciens": 9, "plusieurs départements": 8, "géante": 2, "ordinaire": 11}
"""{stratum: how many of 40}."""


def tirer(fichiers: Fichiers, graine: int, combien: int, aujourd_hui: date) -> dict[str, str]:
    """{SIREN: stratum} of ``combien`` companies; a stratum that has fewer than its part leaves room to the last one."""
    alea = random.Random(graine)
    # What changed after the monthly files is not in them.
    changees = (fichiers.dossier / "sirene-flux.json").read_text(encoding="utf-8")
    communes = fichiers.sirens("sirene-unites-legales") & fichiers.sirens("sirene-etablissements")
    connues = sorted(s for s in communes if s not in changees and _en_france(fichiers, s))
    choisies: dict[str, str] = {}
    for strate, part in PARTS.items():
        voulues = max(1, round(part * combien / sum(PARTS.values())))
        if strate == [*PARTS][-1]:
            voulues = combien
        candidates = [s for s in connues if s not in choisies and STRATES[strate](fichiers, s, aujourd_hui)]
        if strate == "géante":
            candidates = sorted(candidates, key=lambda s: -len(fichiers.lignes("sirene-etablissements", s)))[:voulues]
        prises = alea.sample(candidates, min(voulues, len(candidates), combien - len(choisies)))
        choisies |= dict.fromkeys(prises, strate)
    return choisies


def _en_france(fichiers: Fichiers, siren: str) -> bool:
    return all(e["codeCommuneEtablissement"] for e in fichiers.lignes("sirene-etablissements", siren))


def _masquee(fichiers: Fichiers, siren: str, aujourd_hui: date) -> bool:
    return fichiers.lignes("sirene-unites-legales", siren)[0]["statutDiffusionUniteLegale"] != "O"


def _siege_ferme(fichiers: Fichiers, siren: str, aujourd_hui: date) -> bool:
    unite = fichiers.lignes("sirene-unites-legales", siren)[0]
    siege = siren + unite["nicSiegeUniteLegale"]
    etats = {e["siret"]: e["etatAdministratifEtablissement"] for e in fichiers.lignes("sirene-etablissements", siren)}
    return unite["etatAdministratifUniteLegale"] == "A" and etats.get(siege) == "F"


def _faits_anciens(fichiers: Fichiers, siren: str, aujourd_hui: date) -> bool:
    """A file knows it by facts that are all older than what a sheet shows."""
    return any(
        fichiers.lignes(nom, siren) and not attendus.lignes(fichiers, nom, siren, aujourd_hui) for nom in FENETRES
    )


def _plusieurs_departements(fichiers: Fichiers, siren: str, aujourd_hui: date) -> bool:
    """It has establishments in the Nord and elsewhere."""
    codes = {e["codeCommuneEtablissement"][:2] for e in fichiers.lignes("sirene-etablissements", siren)}
    return "59" in codes and len(codes) > 1


STRATES: dict[str, Callable[[Fichiers, str, date], bool]] = {
    "masquée": _masquee,
    "siège fermé": _siege_ferme,
    "faits anciens": _faits_anciens,
    "plusieurs départements": _plusieurs_departements,
    "géante": lambda fichiers, siren, aujourd_hui: True,
    "ordinaire": lambda fichiers, siren, aujourd_hui: True,
}
