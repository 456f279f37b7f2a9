"""The alarms of the sheets are those of every other page, on the demonstration and on companies drawn at random.

Nothing here states an alarm: each surface is compared with the sheets of the companies and of their establishments.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from bench.national.fichiers import ecrire
from fce.demo.calendrier import aujourd_hui
from fce.demo.jeux import ecriture
from fce.donnees.imports import services as imports
from fce.donnees.imports.models import Import
from fce.droits.habilitations.finalites import GROUPES
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.ensembles.territoires import exceptions, lieux
from fce.ensembles.territoires.alarmes_preparees import AILLEURS, SIRENE, declarees, par_lieu
from fce.ensembles.territoires.exceptions import PSE, TOUT
from fce.ensembles.territoires.lignes import PAR_PAGE, page_d_exceptions
from fce.ensembles.territoires.models import AlarmePreparee, LieuFerme, LieuPrepare
from fce.ensembles.territoires.preparation import preparer
from fce.ensembles.territoires.selection import Selection
from fce.fiche import selectors as fiches
from fce.fiche.alarmes_de_liste import alarmes_de, sources_reservees
from fce.fiche.colonnes_de_liste import lire_colonnes
from fce.fiche.formes.contenu import AlerteVue
from fce.fiche.page.alarmes import dite
from fce.recherche import services as recherche
from fce.sources import registre
from fce.sources.onglets import SYNTHESE
from tests.donnees.entreprises import fabrique as f
from tests.droits.habilitations.fabrique import OUVRE_TOUT, agent, habilitation
from tests.sql import executer

pytestmark = pytest.mark.django_db(transaction=True)
UNITES, LIEUX = "sirene-unites-legales", "sirene-etablissements"
PAR_LISTE = 50
DECRITS = ("siren", "siret", "departement")
Alarme = tuple[str, str, str, date | None]
"""Name, SIRET ("" for the company), phrase, day."""


@pytest.fixture(autouse=True)
def volumes(settings: Any) -> None:
    settings.FCE_VOLUMES = "10000000/600"


def test_v19_v20_v22_every_surface_has_the_alarms_of_the_sheets(transactional_db: None, tmp_path: Path) -> None:
    _tirer(tmp_path, 120)
    assert _comparees() >= {SIRENE, *(alarme.nom for _, alarme in declarees())}


@pytest.mark.epreuve
def test_v19_v20_v22_every_surface_has_those_of_two_thousand_companies(transactional_db: None, tmp_path: Path) -> None:
    _tirer(tmp_path, 2_000)
    assert _comparees() >= {SIRENE, *(alarme.nom for _, alarme in declarees())}


@pytest.mark.epreuve
def test_v19_v20_v22_every_surface_has_those_of_the_demonstration(transactional_db: None, tmp_path: Path) -> None:
    _importer_la_demonstration(tmp_path)
    assert len(_comparees()) > 5


def _importer_la_demonstration(dossier: Path) -> None:
    for nom, chemin in ecriture.ecrire_tout(dossier, calendrier=aujourd_hui(), entreprises=300).items():
        if nom in {UNITES, LIEUX, *(source.nom for source, _ in declarees())}:
            assert imports.importer(nom, [chemin], par="test").statut == Import.Statut.EN_PLACE, nom


def _tirer(dossier: Path, nombre: int) -> None:
    """Companies of the synthetic register, with facts of every source of alarms."""
    graine = int(os.environ.get("FCE_GRAINE") or SystemRandom().randrange(10**6))
    sys.stdout.write(f"FCE_GRAINE={graine}\n")
    fichiers = ecrire(dossier, nombre, graine=graine, quoi=("unites", "etablissements"))
    for nom, chemin in ((UNITES, fichiers.unites), (LIEUX, fichiers.etablissements)):
        assert imports.importer(nom, [chemin], par="test").statut == Import.Statut.EN_PLACE
    for source, lignes in Faits(Random(graine)).tirer().items():
        f.charger(source, lignes)


@dataclass
class Faits:
    """Rows drawn at random about the establishments in place, often enough for each alarm to be there at each draw."""

    alea: Random
    lignes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def tirer(self) -> Mapping[str, list[dict[str, Any]]]:
        self.lignes = {source.nom: [] for source, _ in declarees()}
        for siren, sirets in sorted(_sirets().items()):
            for siret in sirets:
                self._du_lieu(siret)
            self._de_l_entreprise(siren, sirets)
        return self.lignes

    def _jour(self, mois: int) -> date:
        return timezone.localdate() - timedelta(days=self.alea.randrange(30 * mois))

    def _parfois(self, part: float) -> bool:
        return self.alea.random() < part

    def _du_lieu(self, siret: str) -> None:
        if self._parfois(0.3):
            mortels = self.alea.choice([0, 0, 0, 1, 2])
            self.lignes["accidents-travail"].append({"siret": siret, "total": mortels + 3, "mortels": mortels})
        if self._parfois(0.3):
            mois = timezone.localdate().replace(day=1) - timedelta(days=self.alea.choice([1, 40]))
            mois, avant = mois.replace(day=1), mois.replace(day=1, year=mois.year - 1)
            effectifs = ((mois, self.alea.randrange(40)), (avant, self.alea.choice([0, 5, 10, 30, 40])))
            self.lignes["dsn-effectifs"] += [{"siret": siret, "mois": m, "total": n} for m, n in effectifs]
        if self._parfois(0.3):
            statut = self.alea.choice(["up_to_date", "outdated", "under_investigation"])
            situation = {"statut": statut, "date_situation": self._jour(3)}
            self.lignes["msa-conformite"].append({"siret": siret, **situation})

    def _de_l_entreprise(self, siren: str, sirets: list[str]) -> None:
        while self._parfois(0.3):
            numero = f"D{len(self.lignes['rupco-procedures'])}"
            commun = {"numero": numero, "type": self.alea.choice(["PSE", "PSE", "LiceC +10", "RCC"]),
                      "date_enregistrement": self._jour(45)}  # fmt: skip
            self.lignes["rupco-procedures"].append({"siren": siren, **commun})
            self.lignes["rupco-etablissements"] += [
                {"siren_entreprise": siren, "siret": siret, **commun} for siret in sirets if self._parfois(0.4)
            ]
        if self._parfois(0.3):
            regularite = {"a_jour": self._parfois(0.5), "date_periode_analysee": self._jour(3)}
            self.lignes["dgfip-attestation-fiscale"].append({"siren": siren, **regularite})
        if self._parfois(0.3):
            statut = self.alea.choice(["ok", "refus_de_delivrance"])
            self.lignes["urssaf-vigilance"].append({"siren": siren, "statut": statut, "libelle": statut.capitalize()})
        for annee in range(timezone.localdate().year - 3, timezone.localdate().year):
            if self._parfois(0.3):
                index = self.alea.choice([None, 60, 74, 75, 90])
                self.lignes["egapro"].append({"siren": siren, "annee": annee, "index": index})
        while self._parfois(0.2):
            jour = self._jour(150)
            self.lignes["bodacc"].append({
                "id": f"A{len(self.lignes['bodacc'])}", "siren": siren, "date_parution": jour, "jugement_date": jour,
                "type_avis": self.alea.choice(["annonce"] * 4 + ["annulation"]), "jugement_nature": "Jugement",
                "procedure": self.alea.choice(["liquidation_judiciaire", "redressement_judiciaire", "cloture", None]),
            })  # fmt: skip


def _sirets() -> dict[str, list[str]]:
    return dict(executer("SELECT siren, array_agg(siret ORDER BY siret) FROM sirene_etablissements GROUP BY siren"))


def _lecteur(*departements: str) -> LecteurDeDonnees:
    droits = habilitation(
        groupes=frozenset(GROUPES), finalites=(OUVRE_TOUT,),
        territoire=frozenset(departements or {"FR"}), debut=timezone.localdate(), fin=timezone.localdate(),
    )  # fmt: skip
    return LecteurDeDonnees(agent(droits), usuelle=True, finalite="controle-travail")


@dataclass
class Fiches:
    """The alarms of the sheets: of each company, of each of its establishments."""

    entreprises: dict[str, list[AlerteVue]]
    lieux: dict[str, list[AlerteVue]]

    @classmethod
    def lire(cls, qui: LecteurDeDonnees) -> Fiches:
        lues, vues = _sirets(), {}
        for siren in lues:
            fiche = fiches.fiche_entreprise(siren, lecteur=qui, onglet=SYNTHESE)
            vues[siren] = _alarmes(fiche.alertes)  # type: ignore[union-attr]
        sirets = [siret for siens in lues.values() for siret in siens]
        lieux_ = {s: _alarmes(fiches.fiche_etablissement(s, lecteur=qui, onglet=SYNTHESE).alertes) for s in sirets}
        return cls(vues, lieux_)

    def du_territoire(self, siren: str, ici: Iterable[str]) -> set[Alarme]:
        """What is alarming of these establishments of a company, for who is in charge of them."""
        propres = {s: [a for a in self.lieux[s] if not a.heritee] for s in self.lieux if s.startswith(siren)}
        situees = {(_nom(a), a.titre) for siennes in propres.values() for a in siennes}
        generales = [
            a for a in self.entreprises[siren]
            if not a.siret and not (a.source and par_lieu(registre.source(a.source)))
            and (_nom(a), a.titre) not in situees
        ]  # fmt: skip
        return {_cle(a) for a in generales} | {_cle(replace(a, siret=s)) for s in ici for a in propres[s]}


def _alarmes(alertes: Iterable[AlerteVue]) -> list[AlerteVue]:
    return [a for a in alertes if a.niveau != "information"]


def _nom(alerte: AlerteVue) -> str:
    alarme = registre.source(alerte.source).alarme if alerte.source else None
    return alarme.nom if alarme else SIRENE


def _cle(alerte: AlerteVue) -> Alarme:
    return _nom(alerte), alerte.siret, alerte.titre, alerte.jour


def _comparees() -> set[str]:
    """Names of the alarms that the surfaces say alike."""
    recherche.indexer(forcer=True)
    preparer(timezone.localdate())
    qui = _lecteur()
    lues = Fiches.lire(qui)
    par_siren: dict[str, list[tuple[str, str]]] = {}
    for siren, siret, departement in LieuPrepare.objects.values_list(*DECRITS).union(
        LieuFerme.objects.values_list(*DECRITS)
    ):
        par_siren.setdefault(siren, []).append((siret, departement))
    assert par_siren
    ecarts = [*_de_la_fiche(lues), *_du_territoire(lues, par_siren), *_des_pages(lues, par_siren)]
    ecarts += [*_des_listes(lues, qui)]
    assert not ecarts, "\n".join(ecarts[:20])
    return {_nom(a) for siennes in (lues.entreprises | lues.lieux).values() for a in siennes}


def _de_la_fiche(lues: Fiches) -> Iterable[str]:
    """The sheet of a company places what those of its establishments say."""
    for siren, siennes in lues.entreprises.items():
        situees = {_cle(a) for a in siennes if a.siret}
        propres = {
            _cle(replace(a, siret=s))
            for s, dites in lues.lieux.items() if s.startswith(siren)
            for a in dites if not a.heritee and _nom(a) in {nom for nom, *_ in situees}
        }  # fmt: skip
        if situees != propres:
            yield f"fiche {siren} : {situees ^ propres}"


def _du_territoire(lues: Fiches, par_siren: Mapping[str, list[tuple[str, str]]]) -> Iterable[str]:
    preparees: dict[str, set[Alarme]] = {}
    for a in AlarmePreparee.objects.exclude(nom=AILLEURS):
        preparees.setdefault(a.siren, set()).add((a.nom, a.siret, a.phrase, a.jour))
    for siren, siens in par_siren.items():
        attendues = lues.du_territoire(siren, [siret for siret, _ in siens])
        if attendues != preparees.get(siren, set()):
            yield f"territoire {siren} : {attendues ^ preparees.get(siren, set())}"


def _des_pages(lues: Fiches, par_siren: Mapping[str, list[tuple[str, str]]]) -> Iterable[str]:
    """The companies that the pages of each département list, for its own agents."""
    ouverts = set(LieuPrepare.objects.values_list("siret", flat=True))
    for departement in sorted({d for siens in par_siren.values() for _, d in siens}):
        attendues = {
            siren
            for siren, siens in par_siren.items()
            if (ici := {s for s, d in siens if d == departement})
            and any(_dite(a, ici & ouverts) for a in lues.du_territoire(siren, ici))
        }
        qui = _lecteur(departement)
        ou = lieux.trouver("departement", departement, qui)
        lecture = exceptions.LectureDExceptions.de(qui, ou, Selection(), periode=TOUT)
        listees: set[str] = set()
        for nom in exceptions.alarmes():
            for rang in range(1, len(par_siren) // PAR_PAGE + 3):
                page = page_d_exceptions(lecture, nom, str(rang), QueryDict())
                listees |= {ligne.numero[:9] for ligne in page.lignes}
                if not page.page.has_next():
                    break
        if listees != attendues:
            yield f"alarmes du {departement} : {listees ^ attendues}"


def _dite(alarme: Alarme, ouverts: set[str]) -> bool:
    """Whether it is an exception: of a closed establishment, that it closed; of a plan, the sites that it names."""
    nom, siret, *_ = alarme
    return nom == SIRENE or (siret in ouverts if siret else bool(ouverts) and nom != PSE)


def _des_listes(lues: Fiches, qui: LecteurDeDonnees) -> Iterable[str]:
    """The lines of a list, and the columns of its file, say the reserved alarms of the sheet of each."""
    reservees = {source.nom for source in sources_reservees()}
    toutes = lues.entreprises | lues.lieux
    numeros = [*lues.entreprises, *(sirets[-1] for sirets in _sirets().values())]
    for debut in range(0, len(numeros), PAR_LISTE):
        lot = numeros[debut : debut + PAR_LISTE]
        dites = alarmes_de(lot, qui).par_numero
        cases = lire_colonnes(lot, qui, lambda _: None).valeurs
        for numero in lot:
            attendues = [dite(a) for a in toutes[numero] if a.source in reservees]
            lignes = [a.titre for a in dites.get(numero, ())]
            if sorted(lignes) != sorted(attendues):
                yield f"liste {numero} : {lignes} au lieu de {attendues}"
            if any(attendue not in " ; ".join(cases[numero]) for attendue in attendues):
                yield f"colonnes {numero} : {cases[numero]} sans {attendues}"
