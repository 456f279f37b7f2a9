"""Reconciliation judged on INSEE's real samples: precision, recall, rows per second.

``python -m bench.rapprochement [--graine N] [--lignes N] [--entreprises N] [--justesse] [--montrer N]``.
``--entreprises``: invented companies around the real ones. Targets: precision ≥ 98 %, recall ≥ 90 %, for trade names
with a postal code (→ SIRET) and degraded legal names (→ SIREN). Names that are not there (companies and shops kept out
of the index, a tenth of all; true names in another département; names a word or a number away from a true one) find
nobody, but for 5 in 1,000. Fast: 200 rows per second. Then ``bench.tableaux``, in a process of its own; neither speed
nor that with ``--justesse``.
"""

import argparse
import os
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, zip_longest
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from bench import degradations
from bench.dossiers import dossier_de_mesure
from fce.socle.texte.pliage import mots, plier

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fce.config.settings")

GRAINE = 20261130
LIGNES = 1_500
"""Rows of each of the three tables."""
PART_ABSENTE = 10
"""One company in this many is kept out of the index."""
FRAGMENTS = 2
PRECISION, RAPPEL = 0.98, 0.90
DECIDES_A_TORT = 0.005
"""Part of the names that are not there."""
LIGNES_PAR_S = 200


class Cas(NamedTuple):
    """A row, what it must give (SIREN or SIRET; "" for nobody), how it was degraded, whether it asks for a SIRET."""

    ligne: degradations.Ligne
    attendu: str
    classe: str
    siret: bool = False


def main(argv: list[str] | None = None) -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--graine", type=int, default=GRAINE)
    arguments.add_argument("--lignes", type=int, default=LIGNES)
    arguments.add_argument("--entreprises", type=int, default=0)
    arguments.add_argument("--justesse", action="store_true", help="juger ce qui est décidé, non les durées")
    arguments.add_argument("--montrer", type=int, default=0, help="lignes jugées fausses ou manquées à écrire")
    options = arguments.parse_args(argv)
    from django.conf import settings

    sirene = Path(settings.FCE_SHARED_DIR) / "data" / "sirene"
    if not sirene.is_dir():
        print(f"Échantillons réels absents ({sirene}) : réglez FCE_SHARED_DIR.")
        return 0
    from tests.recherche import corpus_reel

    print(f"graine : {options.graine}")
    alea = Random(options.graine)
    sources = [*corpus_reel.documents([sirene / "recents", sirene / "stock_2020"])]
    retirees = {s.entreprise.siren for s in sources if alea.randrange(PART_ABSENTE) == 0}
    presentes = [s for s in sources if s.entreprise.siren not in retirees]
    retirees_lues = [s for s in sources if s.entreprise.siren in retirees]
    tables = {
        "nom légal → SIREN": _noms(presentes, alea),
        "enseigne et code postal → SIRET": _enseignes(presentes, alea),
        "noms absents": _alterner(
            _personne(_noms(retirees_lues, alea), "entreprise retirée"),
            _presque(presentes, sources, alea),
            _personne(_enseignes(retirees_lues, alea, _portees(presentes)), "enseigne retirée"),
            _enseignes_ailleurs(presentes, alea),
            _noms_ailleurs(presentes, alea),
        ),
    }
    with dossier_de_mesure("rapprochement") as dossier:
        moteur = _construire(Path(dossier), presentes, options.entreprises)
        lire = _Lecteur(presentes, options.entreprises)
        juges = [
            _juger(moteur, lire, nom, [*islice(cas, options.lignes)], options.montrer) for nom, cas in tables.items()
        ]
    if not all(juste for juste, _ in juges):
        return 1
    if options.justesse:
        return 0
    print("\nLe fichier d’un tableau", flush=True)
    fichier = subprocess.run([sys.executable, "-m", "bench.tableaux"]).returncode
    return 0 if all(rapide for _, rapide in juges) and not fichier else 1


def _melanger(sources: Sequence[Any], alea: Random) -> list[Any]:
    return alea.sample(sources, len(sources))


def _alterner(*suites: Iterator[Cas]) -> Iterator[Cas]:
    for ensemble in zip_longest(*suites):
        yield from filter(None, ensemble)


def _adresse(lieu: Any) -> degradations.Adresse:
    return degradations.Adresse(lieu.code_postal or "", lieu.code_commune or "", lieu.libelle_commune or "")


def _sieges(sources: Sequence[Any], alea: Random) -> Iterator[tuple[Any, degradations.Adresse]]:
    for source in _melanger(sources, alea):
        siege = next((lieu for lieu in source.etablissements if lieu.etablissement_siege), None)
        if siege is not None and source.entreprise.denomination and siege.code_postal:
            yield source.entreprise, _adresse(siege)


def _noms(sources: Sequence[Any], alea: Random) -> Iterator[Cas]:
    """Rows of legal names, each with the siège's place."""
    for unite, la in _sieges(sources, alea):
        nom, faits = degradations.nom_degrade(unite.denomination, unite.categorie_juridique or "", alea)
        cp, commune, lieu = degradations.lieu_degrade(la, alea)
        yield Cas(degradations.Ligne(nom, cp, commune), unite.siren, f"{faits} / {lieu}")


def _enseignes(
    sources: Sequence[Any], alea: Random, sauf: Collection[tuple[frozenset[str], str]] = ()
) -> Iterator[Cas]:
    """Rows of the trade names of open establishments, with their postal code; without those of ``sauf``."""
    for lieu in _melanger([lieu for s in sources for lieu in s.etablissements], alea):
        nom = lieu.enseigne_1 or lieu.denomination_usuelle
        if not nom or not lieu.code_postal or (frozenset(mots(nom)), lieu.code_postal) in sauf:
            continue
        if lieu.etat_administratif == "A":
            ecrit, faits = degradations.enseigne_degradee(nom, alea)
            yield Cas(degradations.Ligne(ecrit, lieu.code_postal), lieu.siret, faits, siret=True)


def _portees(sources: Sequence[Any]) -> set[tuple[frozenset[str], str]]:
    """(words of a name, postal code) of every name that an establishment bears."""
    return {
        (frozenset(mots(nom)), lieu.code_postal or "")
        for s in sources
        for lieu in s.etablissements
        for nom in (s.entreprise.denomination, lieu.enseigne_1, lieu.denomination_usuelle)
        if nom
    }


def _personne(cas: Iterable[Cas], classe: str) -> Iterator[Cas]:
    return (un._replace(attendu="", classe=classe) for un in cas)


def _presque(presentes: Sequence[Any], toutes: Sequence[Any], alea: Random) -> Iterator[Cas]:
    """Names close to that of a company that is there, at its place, which no company bears."""
    noms = [s.entreprise.denomination for s in toutes if s.entreprise.denomination]
    portes = {plier(nom) for nom in noms}
    for unite, la in _sieges(presentes, alea):
        nom, classe = degradations.presque(unite.denomination, noms, alea)
        if nom and plier(nom) not in portes:
            yield Cas(degradations.Ligne(nom, la.code_postal, la.commune), "", classe)


def _enseignes_ailleurs(sources: Sequence[Any], alea: Random) -> Iterator[Cas]:
    """True trade names, in a commune of another département, where nobody bears them."""
    lieux = [lieu for s in sources for lieu in s.etablissements if lieu.code_postal]
    portees = {(mots_du_nom, cp[:2]) for mots_du_nom, cp in _portees(sources)}
    for lieu in _melanger([lieu for lieu in lieux if lieu.enseigne_1], alea):
        autre = alea.choice(lieux).code_postal
        if (frozenset(mots(lieu.enseigne_1)), autre[:2]) not in portees:
            yield Cas(degradations.Ligne(lieu.enseigne_1, autre), "", "enseigne d’un autre département", siret=True)


def _noms_ailleurs(sources: Sequence[Any], alea: Random) -> Iterator[Cas]:
    """True legal names, in another département: a homonym that the register does not have."""
    lieux = [lieu for s in sources for lieu in s.etablissements if lieu.code_postal]
    ou = {s.entreprise.siren: {lieu.code_postal[:2] for lieu in s.etablissements if lieu.code_postal} for s in sources}
    for unite, _ in _sieges(sources, alea):
        la = _adresse(alea.choice(lieux))
        if la.code_postal[:2] not in ou[unite.siren]:
            ligne = degradations.Ligne(unite.denomination, la.code_postal, la.commune)
            yield Cas(ligne, "", "nom d’un autre département")


def _construire(racine: Path, sources: Sequence[Any], nombre: int) -> Any:
    from fce.recherche.engines.port import Manifeste
    from fce.recherche.engines.tantivy import MoteurTantivy
    from fce.recherche.index.documents import documents
    from fce.recherche.index.fragments import FAITES_ENSEMBLE

    moteur = MoteurTantivy(racine)
    with moteur.chantier(FRAGMENTS) as chantier:
        for fragment in range(FRAGMENTS):
            redacteur = chantier.redacteur(fragment)
            bornes = range(fragment * nombre // FRAGMENTS, (fragment + 1) * nombre // FRAGMENTS)
            autour = _corpus(sources).entreprises(bornes.start, bornes.stop) if nombre else ()
            suite: Iterator[Any] = chain(sources[fragment::FRAGMENTS], autour)
            while ensemble := list(islice(suite, FAITES_ENSEMBLE)):
                for genre, etat, faits in documents(ensemble).ranges():
                    redacteur.ajouter(genre, etat, faits)
            redacteur.terminer()
        chantier.basculer(Manifeste("", {}))
    print(f"index : {moteur.documents()} documents")
    return moteur


def _corpus(sources: Iterable[Any]) -> Any:
    from bench.corpus import Corpus

    return Corpus([s.entreprise.denomination for s in sources if s.entreprise.denomination], [], [])


class _Lecteur:
    """Candidates from the documents themselves: no database is needed to judge the matcher."""

    def __init__(self, sources: Sequence[Any], nombre: int) -> None:
        self._sources = {s.entreprise.siren: s for s in sources}
        self._corpus = _corpus(sources) if nombre else None
        self._lues: dict[tuple[str, str], Any] = {}

    def __call__(self, reponses: Iterable[Any]) -> Mapping[tuple[str, str], Any]:
        lues = {}
        for hit in (hit for reponse in reponses for hit in reponse.hits):
            numeros = (hit.siren, hit.siret or "")
            if numeros not in self._lues:
                self._lues[numeros] = self._lire(hit.siren, hit.siret)
            if self._lues[numeros] is not None:
                lues[numeros] = self._lues[numeros]
        return lues

    def _lire(self, siren: str, siret: str | None) -> Any:
        from bench.corpus import PREMIER
        from fce.donnees.entreprises import lignes
        from fce.donnees.entreprises.construction import composer_entreprise, composer_etablissement, nom_entreprise
        from fce.ensembles.rapprochement.lecture import candidat

        source: Any = self._sources.get(siren)
        if source is None:
            assert self._corpus is not None
            source = self._corpus.entreprise(int(siren[:8]) - PREMIER)
        unite = source.entreprise._asdict()
        nom, forme = nom_entreprise(unite) or "", unite["categorie_juridique"]
        vus = {
            lieu.siret: composer_etablissement(lieu._asdict(), nom, lignes.regime(forme, masque=bool(lieu.masque)))
            for lieu in source.etablissements
        }
        siege = next((lieu for lieu in vus.values() if lieu.siege), None)
        sous = lignes.regime(forme, masque=bool(unite["masque"]))
        vue = composer_entreprise(unite, siege, len(vus), len(vus), sous)
        return candidat(vue, vus[siret] if siret else None)


def _juger(moteur: Any, lire: Any, nom: str, cas: Sequence[Cas], montrer: int) -> tuple[bool, bool]:
    """Whether the decisions reach their targets, and whether the pace does."""
    from fce.ensembles.rapprochement.contenu import Issue, LigneARapprocher
    from fce.ensembles.rapprochement.recherches import rapprocher

    lignes = [LigneARapprocher(c.ligne.nom, "", c.ligne.code_postal, c.ligne.commune, siret_voulu=c.siret) for c in cas]
    debut, processeur = time.perf_counter(), time.process_time()
    reponses = rapprocher(moteur, lire, lignes)
    duree, processeur = time.perf_counter() - debut, time.process_time() - processeur
    bilan: Counter[str] = Counter()
    par_classe: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for un, reponse in zip(cas, reponses, strict=True):
        verdict = _verdict(un, reponse, Issue)
        bilan[verdict] += 1
        for classe in un.classe.replace(" / ", " + ").split(" + "):
            par_classe[classe][verdict] += 1
        if montrer and verdict in ("faux", "manqué", "ambigu"):
            montrer -= 1
            premiers = [(c.nom, c.lieu, c.numero, c.score) for c in reponse.candidats[:3]]
            print(
                f"   {verdict} : {tuple(un.ligne)} attendu {un.attendu or 'personne'} ({un.classe})\n      "
                f"{reponse.issue.value} {reponse.numero} {reponse.pourquoi} {premiers}"
            )
    decides = bilan["juste"] + bilan["faux"]
    precision = bilan["juste"] / decides if decides else 1.0
    rapide = len(cas) / duree >= LIGNES_PAR_S
    vitesse = f"{len(cas) / duree:.0f} lignes/s (cible {LIGNES_PAR_S}), {len(cas) / processeur:.0f} par s de processeur"
    print(f"\n{nom} : {dict(bilan)} ; {vitesse}")
    for classe, n in sorted(par_classe.items()):
        print(f"   {classe:<22}{dict(n)}")
    if nom == "noms absents":
        part = bilan["faux"] / len(cas)
        print(f"   décidés à tort : {100 * part:.1f} %")
        return part <= DECIDES_A_TORT, rapide
    rappel = bilan["juste"] / len(cas)
    print(f"   précision {100 * precision:.2f} %, rappel {100 * rappel:.2f} %")
    return precision >= PRECISION and rappel >= RAPPEL, rapide


def _verdict(un: Cas, reponse: Any, issue: Any) -> str:
    if reponse.issue in (issue.TROUVE, issue.FERME):
        return "juste" if reponse.numero == un.attendu else "faux"
    if not un.attendu:
        return "juste" if reponse.issue is issue.INCONNU else "ambigu"
    return "ambigu" if reponse.issue is issue.AMBIGU else "manqué"


if __name__ == "__main__":
    import django

    django.setup()
    raise SystemExit(main())
