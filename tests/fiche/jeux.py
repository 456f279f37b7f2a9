"""Invented data sets, one per form of the sheet, and a company that has something in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from fce.donnees.entreprises.repertoire import JEUX
from fce.sources import champs, registre
from fce.sources.acces import Acces
from fce.sources.declaration import Auto, Fait, Frequence, Habilite, Producteur, Public, Source
from fce.sources.presentation import (
    Alarme,
    FaitAlarmant,
    Jalon,
    Lien,
    ParEtablissement,
    Presence,
    Serie,
    Tableau,
    Tuile,
    Valeurs,
)
from tests.donnees.entreprises import fabrique as f

OFFICE = Producteur("inv", "Office inventé", "OI")
SIREN = f.siren_no(1)
SIRET = f.siret_no(SIREN)
AUTRE = f.siret_no(SIREN, 2)
AUJOURD_HUI = date(2026, 11, 25)


class Effectif(Fait):
    """Head-counts by establishment and month."""

    siret = champs.Siret("SIRET", "SIRET", obligatoire=True)
    mois = champs.Jour("Mois", "MOIS")
    total = champs.Entier("Effectif total", "EFF")
    cdi = champs.Entier("CDI", "CDI")
    cdd = champs.Entier("CDD", "CDD")
    lieu = champs.Texte("Lieu", "LIEU", masque="adresse")


class Accord(Fait):
    """Agreements by establishment."""

    siret = champs.Siret("SIRET", "SIRET", obligatoire=True)
    dossier = champs.Code("Dossier", "DOSSIER")
    signature = champs.Jour("Signature", "DATE")
    salaries = champs.Entier("Salariés couverts", "SAL")


class Decision(Fait):
    """Decisions, of which the latest of each file counts."""

    siret = champs.Siret("SIRET", "SIRET", obligatoire=True)
    dossier = champs.Code("Dossier", "DOSSIER")
    jour_decision = champs.Jour("Date de décision", "DATE")
    heures = champs.Decimal("Heures autorisées", "HEURES", unite="h")
    motif = champs.Texte("Motif", "MOTIF", acces=Habilite("emploi"))
    lieu = champs.Texte("Lieu", "LIEU", masque="adresse")
    acheteur = champs.Siren("Acheteur", "ACHETEUR")


class Immatriculation(Fait):
    """One row per company."""

    siren = champs.Siren("SIREN", "SIREN", obligatoire=True)
    capital = champs.Decimal("Capital", "CAPITAL", unite="€")
    annee_depot = champs.Entier("Année du dépôt", "ANNEE")
    courriel = champs.Texte("Courriel", "COURRIEL")
    vide = champs.Texte("Observation", "OBS")


class Label(Fait):
    """Establishments on a list."""

    siret = champs.Siret("SIRET", "SIRET", obligatoire=True)
    numero = champs.Code("Numéro", "NUM")


class Compte(Fait):
    """Yearly figures of a company."""

    siren = champs.Siren("SIREN", "SIREN", obligatoire=True)
    cloture = champs.Jour("Date de clôture", "CLOTURE")
    chiffre_affaires = champs.Decimal("Chiffre d'affaires", "CA", unite="€")
    resultat = champs.Decimal("Résultat net", "RN", unite="€")


def declarer(nom: str, modele: type[Fait], rubrique: str, acces: Acces | None = None, **options: Any) -> Source:
    """A source of the invented office."""
    defauts: dict[str, Any] = {
        "titre": nom.replace("-", " ").capitalize(),
        "producteur": OFFICE,
        "systeme": "Essai",
        "acces": acces or Public(),
        "frequence": Frequence.MENSUELLE,
        "fichier": Auto(),
        "cle": (next(iter(c.attname for c in modele._meta.concrete_fields if c.attname != "ligne")),),
        "rubrique": rubrique,
    }
    return Source(nom, modele, **(defauts | options))


def dernieres(lignes: Sequence[Mapping[str, Any]], aujourd_hui: date) -> list[Mapping[str, Any]]:
    """Latest decision of each file, over 24 months."""
    par_dossier: dict[Any, Mapping[str, Any]] = {}
    for ligne in sorted(lignes, key=lambda x: x["jour_decision"] or date.min):
        par_dossier[ligne["dossier"]] = ligne
    return [x for x in par_dossier.values() if x["jour_decision"] and (aujourd_hui - x["jour_decision"]).days < 730]


def heures(lignes: Sequence[Mapping[str, Any]], aujourd_hui: date) -> str | None:
    return f"{sum(x['heures'] or 0 for x in lignes):.0f} h" if lignes else None


def en_cours(lignes: Sequence[Mapping[str, Any]], aujourd_hui: date) -> list[FaitAlarmant]:
    recents = [x["jour_decision"] for x in lignes if (aujourd_hui - x["jour_decision"]).days < 90]
    return [FaitAlarmant("Décision en cours", max(recents))] if recents else []


def jeux(acces: Acces | None = None) -> dict[str, Source]:
    """One source per form; ``acces`` is that of the decisions."""
    sources = [
        declarer(
            "effectifs-inventes", Effectif, "effectifs",
            presentation=Serie("mois", ("total",), ("cdi", "cdd")),
            tuile=Tuile("Effectif", lambda lignes, _: str(max(lignes, key=lambda x: x["mois"])["total"])),
        ),
        declarer(
            "accords-inventes", Accord, "relations-travail",
            presentation=Tableau(tri="-signature"),
            regroupement=ParEtablissement(somme=("salaries",), derniere="signature", cachee_des=10),
        ),
        declarer(
            "decisions-inventees", Decision, "mutations-economiques", acces,
            presentation=Tableau(
                ("dossier", "jour_decision", "heures", "motif", "lieu", "acheteur"),
                tri="-jour_decision", total=("heures",),
            ),
            selection=dernieres, tuile=Tuile("Heures autorisées", heures), alarme=Alarme(en_cours),
            jalon=Jalon("jour_decision", "Décision d'activité", "dossier"),
            liens=(
                Lien("Notice", lambda x: f"https://exemple.fr/notice/{x['dossier']}"),
                Lien("Piège", lambda x: "javascript:alert(1)"),
            ),
        ),
        declarer("immatriculations-inventees", Immatriculation, "dirigeants", presentation=Valeurs()),
        declarer(
            "labels-inventes", Label, "agrements-labels",
            presentation=Presence("Établissement labellisé « Inventé »."),
        ),
        declarer(
            "comptes-inventes", Compte, "finances",
            presentation=Serie("cloture", ("chiffre_affaires", "resultat")),
        ),
    ]  # fmt: skip
    return {s.nom: s for s in sources}


def installer(monkeypatch: pytest.MonkeyPatch, declarees: Iterable[Source]) -> None:
    """Make these sources part of the catalogue, with those of Sirene alone."""
    sirene = {s.nom: s for s in registre.toutes() if s.nom in JEUX}
    connues = dict(sorted((sirene | {s.nom: s for s in declarees}).items()))
    monkeypatch.setattr(registre, "par_nom", lambda: connues)


def peupler(statut: str = "O", statut_2: str = "O") -> None:
    """A company of two establishments (Lille and Arras) with something in each source."""
    f.unites(f.unite(SIREN, denomination="VERGERS DU NORD", statut_diffusion=statut))
    f.lieux(
        f.lieu(SIREN, libelle_commune="LILLE", code_commune="59350"),
        f.lieu(SIREN, 2, libelle_commune="ARRAS", code_commune="62041", statut_diffusion=statut_2),
    )
    f.charger(
        "effectifs-inventes",
        [
            {"siret": siret, "mois": date(2026 - n // 12, 12 - n % 12, 1), "total": 100 - n, "cdi": 80 - n, "cdd": 20}
            for siret in (SIRET, AUTRE)
            for n in range(2, 70)
        ],
    )
    f.charger(
        "accords-inventes",
        [
            {"siret": SIRET, "dossier": "A1", "signature": date(2024, 3, 1), "salaries": 10},
            {"siret": SIRET, "dossier": "A2", "signature": date(2026, 3, 1), "salaries": 30},
            {"siret": AUTRE, "dossier": "A3", "signature": date(2025, 3, 1), "salaries": 5},
        ],
    )
    f.charger(
        "decisions-inventees",
        [
            {"siret": SIRET, "dossier": "D1", "jour_decision": date(2026, 1, 5), "heures": Decimal("100.5"),
             "motif": "MOTIF RESERVE", "lieu": "RUE SECRETE", "acheteur": f.siren_no(7)},
            {"siret": SIRET, "dossier": "D1", "jour_decision": date(2026, 10, 5), "heures": Decimal("1200"),
             "motif": "MOTIF RESERVE", "lieu": "RUE SECRETE", "acheteur": f.siren_no(7)},
            {"siret": AUTRE, "dossier": "D2", "jour_decision": date(2026, 2, 5), "heures": Decimal("34.5"),
             "motif": "MOTIF RESERVE", "lieu": "AVENUE CACHEE"},
            {"siret": AUTRE, "dossier": "D0", "jour_decision": date(2019, 2, 5), "heures": Decimal("9")},
        ],
    )  # fmt: skip
    f.charger(
        "immatriculations-inventees",
        [{"siren": SIREN, "capital": Decimal("50000.00"), "annee_depot": 2019, "courriel": "contact@exemple.fr"}],
    )
    f.charger("labels-inventes", [{"siret": SIRET, "numero": "L-1"}])
    f.charger(
        "comptes-inventes",
        [
            {"siren": SIREN, "cloture": date(annee, 12, 31), "chiffre_affaires": Decimal(annee * 1000),
             "resultat": None if annee == 2022 else Decimal(-annee)}
            for annee in range(2018, 2026)
        ],
    )  # fmt: skip
