"""A company of the Nord, of Paris and of the Bouches-du-Rhône, read by agents of one of them, none of them, or all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import unescape
from io import BytesIO
from typing import Any

import openpyxl  # type: ignore[import-untyped]
from msgspec import to_builtins

from fce.api import schemas_fiche
from fce.donnees.entreprises.sirene import ETABLISSEMENTS
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.assemblage import en_entier
from fce.fiche.formes.contenu import Bloc, FicheEntreprise
from fce.fiche.page import chapitres, exports, html
from fce.sources.declaration import Habilite, Source
from fce.sources.presentation import (
    Agregats,
    Alarme,
    FaitAlarmant,
    Jalon,
    Ligne,
    ParEtablissement,
    Pliage,
    Presence,
    Serie,
    Tableau,
    Tuile,
)
from tests.donnees.entreprises import fabrique as f
from tests.droits.habilitations.fabrique import agent, habilitation
from tests.fiche import jeux
from tests.fiche.fiches import fiche_de

MIDI = datetime(2026, 11, 25, 11, tzinfo=UTC)
SIREN = f.siren_no(3)
NORD, PARIS, MARSEILLE, LYON = (f.siret_no(SIREN, n) for n in range(1, 5))
COMMUNES = {NORD: "59350", PARIS: "75056", MARSEILLE: "13055", LYON: "69123"}
EMPLOI = Habilite("emploi")
OCTOBRE, NOVEMBRE = date(2026, 10, 1), date(2026, 11, 1)
ACTIONS = frozenset({Droit.CONSULTER, Droit.EXPORTER, Droit.API})


def compter(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    return f"{len(lignes)} décisions" if lignes else None


def dater(lignes: Sequence[Ligne], aujourd_hui: date) -> list[FaitAlarmant]:
    return [FaitAlarmant(f"Décision prise le {max(x['jour_decision'] for x in lignes):%d/%m/%Y}")] if lignes else []


def effectif(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    dernier = max((x["mois"] for x in lignes), default=None)
    return f"{sum(x['total'] for x in lignes if x['mois'] == dernier)} salariés" if dernier else None


def par_motif(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    return [{"annee": 2026, "nombre": len(lignes)}]


def sources() -> dict[str, Source]:
    """A source per form and per way to add up, all reserved to "emploi"."""
    decisions: dict[str, Any] = {"selection": jeux.dernieres, "alarme": Alarme(dater)}
    declarees = [
        jeux.declarer(
            "series", jeux.Effectif, "effectifs", EMPLOI, presentation=Serie("mois", ("total",), ("cdi", "cdd")),
            tuile=Tuile("Effectif", effectif), agregats=Agregats(tuile=effectif, serie=True),
        ),
        jeux.declarer(
            "series-datees", jeux.Effectif, "effectifs", EMPLOI, presentation=Serie("mois", ("total",)),
            tuile=Tuile("Effectif daté", effectif),
        ),
        jeux.declarer(
            "accords", jeux.Accord, "relations-travail", EMPLOI,
            regroupement=ParEtablissement(somme=("salaries",), derniere="signature"),
        ),
        jeux.declarer(
            "accords-un-par-un", jeux.Accord, "relations-travail", EMPLOI, presentation=Tableau(total=("salaries",)),
        ),
        jeux.declarer(
            "decisions", jeux.Decision, "mutations-economiques", EMPLOI,
            presentation=Tableau(
                ("siret", "dossier", "jour_decision", "heures"), total=("heures",),
                pliage=Pliage(par_motif, {"annee": "Année", "nombre": "Nombre"}),
            ),
            tuile=Tuile("Décisions", compter), agregats=Agregats(tuile=compter, alerte=compter, pliage=True),
            jalon=Jalon("jour_decision", "Décision inventée", "dossier"), **decisions,
        ),
        jeux.declarer(
            "decisions-fermees", jeux.Decision, "mutations-economiques", EMPLOI,
            presentation=Tableau(("siret", "dossier", "jour_decision", "heures")), **decisions,
        ),
        jeux.declarer("labels", jeux.Label, "agrements-labels", EMPLOI, presentation=Presence("Labellisé.")),
    ]  # fmt: skip
    return {s.nom: s for s in declarees}


def peupler(ou: Iterable[str], lieux: Mapping[str, Mapping[str, Any]] | None = None) -> None:
    """The company, and in each source the same facts for every establishment of ``ou``, of a size of its own.

    ``lieux``: establishments and what differs of them; by default those of the Nord, of Paris and of Marseille.
    """
    implantes = lieux if lieux is not None else {NORD: {}, PARIS: {}, MARSEILLE: {}}
    f.unites(f.unite(SIREN, denomination="VERGERS DE PARTOUT"))
    f.lieux(
        *(
            {**f.lieu(SIREN), "siret": siret, "nic": siret[9:], "code_commune": COMMUNES[siret],
             "etablissement_siege": siret == NORD, **propres}
            for siret, propres in implantes.items()
        )
    )  # fmt: skip
    ici = list(ou)
    for nom in ("series", "series-datees"):
        f.charger(nom, [
            {"siret": s, "mois": mois, "total": poids(s), "cdi": poids(s), "cdd": 0}
            for s in ici for mois in (OCTOBRE, NOVEMBRE)
        ])  # fmt: skip
    for nom in ("accords", "accords-un-par-un"):
        f.charger(nom, [
            {"siret": s, "dossier": f"A{rang(s)}-{n}", "signature": date(2026, n, rang(s)), "salaries": poids(s)}
            for s in ici for n in (1, 2)
        ])  # fmt: skip
    for nom in ("decisions", "decisions-fermees"):
        f.charger(nom, [
            {"siret": s, "dossier": f"D{rang(s)}", "jour_decision": date(2026, 3, 10 + rang(s)), "heures": poids(s),
             "lieu": f"RUE {rang(s)}"} for s in ici
        ] + [
            {"siret": s, "dossier": "VIEUX", "jour_decision": date(2019, 1, 1), "heures": 5} for s in ici
        ])  # fmt: skip
    f.charger("labels", [{"siret": s, "numero": f"L-{rang(s)}"} for s in ici])


def rang(siret: str) -> int:
    """1 for the establishment of the Nord, 2 for that of Paris…"""
    return list(COMMUNES).index(siret) + 1


def poids(siret: str) -> int:
    """A number that no sum of the others gives, and nothing else on the page."""
    return (17, 2741, 39113, 5)[rang(siret) - 1]


def lecteur(*territoire: str, action: Droit = Droit.CONSULTER) -> LecteurDeDonnees:
    """An agent habilitated for "emploi" in some départements."""
    acteur = agent(habilitation(territoire=frozenset(territoire or ("59",)), droits=ACTIONS))
    return LecteurDeDonnees(acteur, action, "controle-travail", MIDI)


@dataclass(frozen=True)
class FicheEntiere:
    """The sheet of the company, and everything that leaves of it as text."""

    fiche: FicheEntreprise
    territoire: tuple[str, ...]

    def bloc(self, nom: str) -> Bloc:
        return next(b for r in self.fiche.rubriques for b in r.blocs if b.cle == nom)

    def liste(self, nom: str) -> en_entier.Liste:
        return en_entier.liste(SIREN, nom, lecteur=lecteur(*self.territoire))

    def csv(self, nom: str) -> list[list[Any]]:
        donnees = en_entier.donnees(SIREN, nom, lecteur=lecteur(*self.territoire, action=Droit.EXPORTER))
        assert not isinstance(donnees, en_entier.Liste)
        return [list(donnees[1]), *donnees[2]]

    def api(self, nom: str) -> dict[str, Any]:
        fiche = fiche_de(SIREN, lecteur(*self.territoire, action=Droit.API))
        return next(
            s for r in to_builtins(schemas_fiche.rubriques(fiche.rubriques)) for s in r["sources"] if s["source"] == nom
        )

    def classeur(self) -> list[list[Any]]:
        fiche = fiche_de(SIREN, lecteur(*self.territoire, action=Droit.EXPORTER), complet=True)
        with exports.classeur(fiche) as fichier:
            livre = openpyxl.load_workbook(BytesIO(fichier.read()))
        # Where the company is, and since when, Sirene tells everyone.
        feuilles = [feuille for feuille in livre if feuille.title != "Établissements"]
        rangees = [[c for c in rangee if c is not None] for feuille in feuilles for rangee in feuille.values]
        return [rangee for rangee in rangees if rangee and rangee[-1] != ETABLISSEMENTS.nom]

    def page(self) -> str:
        imprimees = chapitres.chapitres(self.fiche.rubriques, f"/entreprise/{SIREN}")
        imprimes = [html.bloc_source(b.titre, b.html, (), b.mention) for c in imprimees for b in c.blocs]
        return unescape(" ".join([*imprimes, *(str(v) for c in imprimees for v in c.vides)]))

    def tout(self) -> str:
        """Every text of every surface."""
        noms = list(sources())
        morceaux = [
            self.page(),
            *f.textes(self.fiche.alertes),
            *f.textes(self.fiche.tuiles),
            *f.textes([e for j in self.fiche.chronologie for e in j.evenements if e.source != ETABLISSEMENTS.nom]),
            *(str(c) for rangee in self.classeur() for c in rangee),
            *(str(c) for nom in noms for rangee in self.csv(nom) for c in rangee),
            *(json.dumps(self.api(nom), default=str, ensure_ascii=False) for nom in noms),
            *(t for nom in noms for t in f.textes(self.liste(nom).tableau)),
        ]
        return "\n".join(morceaux)


def fiche_pour(*territoire: str) -> FicheEntiere:
    """The sheet as an agent of these départements reads it."""
    return FicheEntiere(fiche_de(SIREN, lecteur(*territoire)), territoire)
