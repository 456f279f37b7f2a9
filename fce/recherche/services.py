"""Builds the index from PostgreSQL aside, in parallel, then switches to it; or updates it with what changed."""

import multiprocessing
import queue
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import django.db
import structlog
from django.conf import settings
from django.db import connection
from django.utils import timezone
from procrastinate.exceptions import ConnectorException

from fce.donnees.entreprises import flux
from fce.donnees.entreprises.repertoire import COURANTS, UNITES_LEGALES
from fce.donnees.imports.selectors import versions
from fce.recherche.engines.port import Chantier, Manifeste, Moteur, MoteurRetouchable, Retouche
from fce.recherche.index import a_retoucher, codage, processus
from fce.recherche.index.a_retoucher import Refonte
from fce.recherche.question import alimentations
from fce.recherche.question.correspondances import les_plus_fournies
from fce.recherche.reponse import lignes
from fce.recherche.reponse.selectors import moteur
from fce.socle.erreurs import DejaEnCours, FCEError, IndexIndisponible
from fce.socle.travaux.file_d_attente import demander
from fce.socle.web.offres import offres

log = structlog.get_logger(__name__)
SEUIL_PROCESSUS = 100_000
"""Rows below which starting processes costs more than the work."""
SEUIL_RETOUCHE = 20_000
"""Same, for the companies of an update."""
PARTS_PAR_FRAGMENT = 8
"""Ranges of SIREN per fragment, dealt in turn so that fragments are similar."""
_ESSAIS = 3

Progression = Callable[[str, int, int], None]


def indexer(*, forcer: bool = False, progression: Progression | None = None) -> Manifeste:
    """Build the index of the current data and switch to it; return its manifest. Does nothing when up to date.

    Updates the index in place when little changed (``a_retoucher``), else builds a whole one; the log says why.
    ``forcer`` builds a whole one in any case. ``progression`` receives (step, companies done, companies in all). Starts
    again when an import ends meanwhile, so that one version of each source is indexed. Raises ``DejaEnCours``.
    """
    machine = moteur()
    # The first build has nothing to compare with.
    actuel = machine.manifeste()
    if actuel is not None and not forcer and not a_rebatir(actuel):
        return actuel
    avancer = progression or _muet
    if actuel is not None and not forcer and (retouche := _retoucher(machine, actuel, avancer)):
        return retouche
    fragments = settings.FCE_INDEX_FRAGMENTS
    for _ in range(_ESSAIS):
        with machine.chantier(fragments) as chantier:
            generations = _generations()
            debut = time.monotonic()
            comptes = _construire(chantier, avancer)
            if _generations() != generations:
                continue
            avancer("mise en service", 0, 0)
            nombres = flux.nomenclatures_naf()
            manifeste = Manifeste(
                version="",
                generations=generations,
                documents=comptes,
                construit_le=datetime.now(UTC).isoformat(timespec="seconds"),
                extra={
                    "secondes": round(time.monotonic() - debut, 1),
                    "alimentations": alimentations.signature(),
                    "filtres": codage.signature(),
                    "lignes": lignes.signature(),
                    "naf_nombres": nombres,
                    "naf_de_tete": flux.naf_de_tete(nombres),
                    # A stock with only the new codes says nothing of the old ones: keep the earlier correspondences.
                    "naf": les_plus_fournies(actuel.extra.get("naf", []) if actuel else [], flux.correspondances_naf()),
                },
            )
            chantier.basculer(manifeste)
            return _en_place(machine, manifeste)
    raise DejaEnCours("Des imports se terminent sans cesse pendant l’indexation : relancez « fce index » après eux.")


def _en_place(machine: Moteur, manifeste: Manifeste) -> Manifeste:
    annoncer_l_index()
    return machine.manifeste() or manifeste


def annoncer_l_index() -> None:
    """Queue the jobs that a new index sets off. The index is already in place: without a database, they run at their
    own hours."""
    with suppress(django.db.Error, ConnectorException):
        for tache in offres().apres_index:
            demander(tache)


def _retoucher(machine: Moteur, actuel: Manifeste, avancer: Progression) -> Manifeste | None:
    """Update the index in place; None when it must be built whole."""
    refonte = Refonte("des imports se terminent sans cesse")
    for _ in range(_ESSAIS):
        debut, generations = time.monotonic(), _generations()
        if _autrement_nourri(actuel):
            refonte = Refonte("ce qui nourrit la recherche est déclaré autrement")
            break
        if not isinstance(machine, MoteurRetouchable):
            refonte = Refonte("ce moteur ne retouche pas")
            break
        avancer("changements", 0, 0)
        trouves = a_retoucher.unites_a_retoucher(actuel)
        if isinstance(trouves, Refonte):
            refonte = trouves
            break
        try:
            with machine.retouche(actuel.version) as retouche:
                unites, geste = len(trouves.sirens), "ecrire_les_changements"
                _ecrire_par_fragment(geste, retouche, trouves, unites, avancer, ensemble=unites >= SEUIL_RETOUCHE)
                documents = retouche.terminer()
                if _generations() != generations:
                    continue
                avancer("mise en service", 0, 0)
                manifeste = _retouche_de(actuel, generations, documents, unites, debut)
                retouche.basculer(manifeste)
                return _en_place(machine, manifeste)
        except IndexIndisponible as erreur:
            refonte = Refonte(erreur.message)
            break
    log.info("index rebâti en entier : %s", refonte.raison)
    return None


def _retouche_de(
    actuel: Manifeste, generations: dict[str, int], documents: dict[str, int], unites: int, debut: float
) -> Manifeste:
    """The manifest of an updated index. Counts over the whole register wait for the next full build."""
    secondes = round(time.monotonic() - debut, 1)
    log.info("index retouché : %s entreprises en %s s", unites, secondes)
    return replace(
        actuel,
        generations=generations,
        documents=documents,
        construit_le=datetime.now(UTC).isoformat(timespec="seconds"),
        extra={
            **actuel.extra,
            "secondes": secondes,
            "retouches": int(actuel.extra.get("retouches", 0)) + 1,
            "unites_retouchees": unites,
        },
    )


def retouche_depuis_la_refonte() -> bool:
    """Whether the index in place was updated since its last full build."""
    manifeste = moteur().manifeste()
    return manifeste is not None and bool(manifeste.extra.get("retouches"))


def index_perime() -> bool:
    """Whether the index in place is older than an import that feeds it, or than the declarations of its sources.

    Raises ``IndexIndisponible`` when there is no index.
    """
    manifeste = _manifeste()
    return manifeste is None or a_rebatir(manifeste)


def retard_de_l_index() -> float | None:
    """Seconds since the oldest version in place that the index lacks: 0.0 when only the declarations have changed, None
    when it is up to date. Raises ``IndexIndisponible`` when there is no index."""
    manifeste, en_place = _manifeste(), versions()
    indexees = manifeste.generations if manifeste else {}
    manquent = [
        en_place[nom].depuis
        for nom in (*COURANTS, *alimentations.sources())
        if nom in en_place and indexees.get(nom) != en_place[nom].en_place.generation
    ]
    if manquent:
        return max(0.0, (timezone.now() - min(manquent)).total_seconds())
    return 0.0 if manifeste is None or _autrement_nourri(manifeste) else None


def _manifeste() -> Manifeste | None:
    machine = moteur()
    machine.documents()  # raises when there is no index
    return machine.manifeste()


def a_rebatir(manifeste: Manifeste) -> bool:
    """Whether an index with this manifest differs from the one that would be built now."""
    return _autrement_nourri(manifeste) or manifeste.generations != _generations()


def _autrement_nourri(manifeste: Manifeste) -> bool:
    """Whether the declarations, the filters or the lines have changed since the index was built."""
    extra = manifeste.extra
    return (
        extra.get("alimentations") != alimentations.signature()
        or extra.get("filtres") != codage.signature()
        or extra.get("lignes") != lignes.signature()
    )


def _muet(etape: str, fait: int, total: int) -> None:
    """Progress that nobody watches."""


def _generations() -> dict[str, int]:
    en_place = versions()
    return {nom: en_place[nom].en_place.generation for nom in (*COURANTS, *alimentations.sources()) if nom in en_place}


def _construire(chantier: Chantier, avancer: Progression) -> dict[str, int]:
    en_place = versions()
    lignes = sum(en_place[nom].en_place.total for nom in COURANTS if nom in en_place)
    total = en_place[UNITES_LEGALES].en_place.total if UNITES_LEGALES in en_place else 0
    parts = flux.bornes(chantier.fragments * PARTS_PAR_FRAGMENT)
    return _ecrire_par_fragment("ecrire_fragment", chantier, parts, total, avancer, ensemble=lignes >= SEUIL_PROCESSUS)


def _ecrire_par_fragment(
    geste: str,
    chantier: Chantier | Retouche,
    quoi: Any,
    total: int,
    avancer: Progression,
    *,
    ensemble: bool,
) -> dict[str, int]:
    """Run the function ``geste`` of ``fragments`` on each fragment, in turn or, with ``ensemble``, in one process
    each."""
    if ensemble and chantier.fragments > 1:
        return _en_parallele(geste, chantier, quoi, total, avancer)
    from fce.recherche.index import fragments  # imported late: it loads 100 MB that web processes do without

    ecrire: Callable[[Any, int, Any, Callable[[int], None]], dict[str, int]] = getattr(fragments, geste)
    comptes = {"entreprises": 0, "etablissements": 0}
    for fragment in range(chantier.fragments):
        for genre, n in ecrire(chantier, fragment, quoi, lambda n: avancer("lecture", n, total)).items():
            comptes[genre] += n
    return comptes


def _en_parallele(
    geste: str, chantier: Chantier | Retouche, quoi: Any, total: int, avancer: Progression
) -> dict[str, int]:
    """One new process per fragment (spawn): it inherits neither connections nor the build lock."""
    contexte = multiprocessing.get_context("spawn")
    canal: multiprocessing.Queue[Any] = contexte.Queue()
    base = connection.settings_dict["NAME"]
    travailleurs = [
        contexte.Process(target=processus.travailler, args=(geste, chantier, f, quoi, str(base), canal), daemon=True)
        for f in range(chantier.fragments)
    ]
    for p in travailleurs:
        p.start()
    faits: dict[int, int] = {}
    comptes = {"entreprises": 0, "etablissements": 0}
    finis = 0
    try:
        while finis < len(travailleurs):
            try:
                fragment, genre, valeur = canal.get(timeout=1)
            except queue.Empty:
                if any(p.exitcode for p in travailleurs):
                    raise FCEError("Un processus d’indexation s’est arrêté : relancez « fce index ».") from None
                continue
            if genre == "erreur":
                raise FCEError(f"L’indexation a échoué : {valeur}. L’index en place n’a pas changé.")
            if genre == "fini":
                finis += 1
                for nom, n in valeur.items():
                    comptes[nom] += n
            else:
                faits[fragment] = valeur
                avancer("lecture", sum(faits.values()), total)
    finally:
        for p in travailleurs:
            if finis < len(travailleurs):
                p.terminate()
            p.join()
    return comptes
