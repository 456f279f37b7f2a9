"""Reconciliation judged on INSEE's real samples: precision, recall, rows per second.

``python -m bench.rapprochement [--graine N] [--lignes N] [--entreprises N] [--montrer N]``. A tenth of the companies is
kept out of the index: their names must find nobody. ``--entreprises``: invented companies around the real ones.
Targets: precision ≥ 98 %, recall ≥ 90 %, for trade names with a postal code (→ SIRET) and degraded legal names
(→ SIREN).
"""

import argparse
import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from bench import degradations
from bench.dossiers import dossier_de_mesure

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fce.config.settings")

GRAINE = 20261130
LIGNES = 1_500
"""Rows of each of the three tables."""
PART_ABSENTE = 10
"""One company in this many is kept out of the index."""
FRAGMENTS = 2
PRECISION, RAPPEL = 0.98, 0.90


class Cas(NamedTuple):
    """A row, what it must give (SIREN or SIRET; "" for nobody), and how it was degraded."""

    ligne: degradations.Ligne
    attendu: str
    classe: str


def main(argv: list[str] | None = None) -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--graine", type=int, default=GRAINE)
    arguments.add_argument("--lignes", type=int, default=LIGNES)
    arguments.add_argument("--entreprises", type=int, default=0)
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
    sources = [*corpus_reel.documents([sirene / "recents"])]
    absentes = {s.entreprise.siren for s in sources if alea.randrange(PART_ABSENTE) == 0}
    presentes = [s for s in sources if s.entreprise.siren not in absentes]
    tables = {
        "nom légal → SIREN": [*islice(_noms(presentes, alea), options.lignes)],
        "enseigne et code postal → SIRET": [*islice(_enseignes(presentes, alea), options.lignes)],
        "noms absents": [
            cas._replace(attendu="")
            for cas in islice(_noms([s for s in sources if s.entreprise.siren in absentes], alea), options.lignes)
        ],
    }
    with dossier_de_mesure("rapprochement") as dossier:
        moteur = _construire(Path(dossier), presentes, options.entreprises)
        lire = _Lecteur(presentes, options.entreprises)
        atteint = [_juger(moteur, lire, nom, cas, options.montrer) for nom, cas in tables.items()]
        return 0 if all(atteint) else 1


def _melanger(sources: Sequence[Any], alea: Random) -> list[Any]:
    return alea.sample(sources, len(sources))


def _noms(sources: Sequence[Any], alea: Random) -> Iterator[Cas]:
    """Rows of legal names, each with the siège's place."""
    for source in _melanger(sources, alea):
        unite = source.entreprise
        siege = next((lieu for lieu in source.etablissements if lieu.etablissement_siege), None)
        if siege is None or not unite.denomination:
            continue
        nom, faites = degradations.nom_degrade(unite.denomination, unite.categorie_juridique or "", alea)
        cp, commune, lieu = degradations.lieu_degrade(
            siege.code_postal or "", siege.libelle_commune or "", *_voisinage(siege), alea
        )
        yield Cas(degradations.Ligne(nom, cp, commune), unite.siren, f"{faites} / {lieu}")


def _enseignes(sources: Sequence[Any], alea: Random) -> Iterator[Cas]:
    """Rows of the trade names of open establishments, with their postal code."""
    lieux = [lieu for s in sources for lieu in s.etablissements if lieu.etat_administratif == "A"]
    for lieu in _melanger(lieux, alea):
        nom = lieu.enseigne_1 or lieu.denomination_usuelle
        if not nom or not lieu.code_postal:
            continue
        ecrit = degradations.enseigne_degradee(nom, lieu.libelle_commune or "", alea)
        yield Cas(degradations.Ligne(ecrit, lieu.code_postal), lieu.siret, "enseigne")


def _voisinage(siege: Any) -> tuple[list[str], list[str]]:
    """Postal codes of the same département with the nearest numbers, and former communes now in this one."""
    from fce.referentiels import territoires
    from fce.referentiels.territoires.decoupage import codes_communes
    from fce.referentiels.territoires.postaux import codes_postaux

    cp = siege.code_postal or ""
    voisins = sorted((c for c in codes_postaux() if c[:2] == cp[:2] and c != cp), key=lambda c: abs(int(c) - int(cp)))
    communes = [territoires.commune(c) for c in sorted(codes_communes(siege.code_commune or "", "commune"))]
    anciennes = [c.nom for c in communes if c and c.type in ("deleguee", "associee", "ancienne")]
    return voisins[:4], anciennes


def _construire(racine: Path, sources: Sequence[Any], nombre: int) -> Any:
    from fce.recherche.documents import documents
    from fce.recherche.engines.tantivy import MoteurTantivy
    from fce.recherche.fragments import FAITES_ENSEMBLE
    from fce.recherche.port import Manifeste

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
        from fce.entreprises.construction import composer_entreprise, composer_etablissement, nom_entreprise
        from fce.rapprochement.lecture import candidat

        source: Any = self._sources.get(siren)
        if source is None:
            assert self._corpus is not None
            source = self._corpus.entreprise(int(siren[:8]) - PREMIER)
        unite = source.entreprise._asdict()
        nom = nom_entreprise(unite) or ""
        vus = {
            lieu.siret: composer_etablissement(lieu._asdict(), nom, masque=bool(lieu.masque))
            for lieu in source.etablissements
        }
        siege = next((lieu for lieu in vus.values() if lieu.siege), None)
        vue = composer_entreprise(unite, siege, len(vus), len(vus), masque=bool(unite["masque"]))
        return candidat(vue, vus[siret] if siret else None)


def _juger(moteur: Any, lire: Any, nom: str, cas: Sequence[Cas], montrer: int) -> bool:
    from fce.rapprochement.contenu import Issue, LigneARapprocher
    from fce.rapprochement.recherches import rapprocher

    siret = nom.endswith("SIRET")
    lignes = [LigneARapprocher(c.ligne.nom, "", c.ligne.code_postal, c.ligne.commune, siret_voulu=siret) for c in cas]
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
            print(f"   {verdict} : {tuple(un.ligne)} attendu {un.attendu or 'personne'} ({un.classe})\n      "
                  f"{reponse.issue.value} {reponse.numero} {reponse.pourquoi} {premiers}")  # fmt: skip
    decides = bilan["juste"] + bilan["faux"]
    precision = bilan["juste"] / decides if decides else 1.0
    vitesse = f"{len(cas) / duree:.0f} lignes/s ({len(cas) / processeur:.0f} par s de processeur)"
    print(f"\n{nom} : {dict(bilan)} ; {vitesse}")
    for classe, n in sorted(par_classe.items()):
        print(f"   {classe:<22}{dict(n)}")
    if nom == "noms absents":
        part = bilan["faux"] / len(cas)
        print(f"   décidés à tort : {100 * part:.1f} %")
        return part <= 1 - PRECISION
    rappel = bilan["juste"] / len(cas)
    print(f"   précision {100 * precision:.2f} %, rappel {100 * rappel:.2f} %")
    return precision >= PRECISION and rappel >= RAPPEL


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
