"""Builds the index from PostgreSQL: aside, in parallel, then switched to at once."""

import multiprocessing
import queue
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.dispatch import Signal

from fce.entreprises import selectors as entreprises
from fce.imports.selectors import versions
from fce.recherche import alimentations, codage, processus
from fce.recherche.fragments import ecrire_fragment
from fce.recherche.port import Chantier, Manifeste
from fce.recherche.selectors import moteur
from fce.socle.erreurs import DejaEnCours, FCEError

"""Sources whose units are the documents; the others that the index is made of feed them."""
SEUIL_PROCESSUS = 100_000
"""Rows below which starting processes costs more than the work."""
PARTS_PAR_FRAGMENT = 8
"""Ranges of SIREN per fragment, taken in turn so that fragments are alike."""
_ESSAIS = 3
index_en_place = Signal()
"""Sent once a new index is switched to: upper rooms ask it again what they keep of it."""

Progression = Callable[[str, int, int], None]


def indexer(*, forcer: bool = False, progression: Progression | None = None) -> Manifeste:
    """Build the index of the data in place and switch to it; returns its manifest. Does nothing when up to date.

    ``forcer`` builds anyway; ``progression`` receives (step, companies done, companies in all). An import that ends
    meanwhile makes the build start again, so that one version of each source is indexed. Raises ``DejaEnCours``.
    """
    machine = moteur()
    # The first build has nothing to be compared with.
    actuel = machine.manifeste()
    if actuel is not None and not forcer and not a_rebatir(actuel):
        return actuel
    avancer = progression or _muet
    fragments = settings.FCE_INDEX_FRAGMENTS
    for _ in range(_ESSAIS):
        with machine.chantier(fragments) as chantier:
            lues = _generations()
            debut = time.monotonic()
            comptes = _construire(chantier, avancer)
            if _generations() != lues:
                continue
            avancer("mise en service", 0, 0)
            manifeste = Manifeste(
                version="",
                generations=lues,
                documents=comptes,
                construit_le=datetime.now(UTC).isoformat(timespec="seconds"),
                extra={
                    "secondes": round(time.monotonic() - debut, 1),
                    "alimentations": alimentations.signature(),
                    "filtres": codage.signature(),
                    # A stock of the new code alone says nothing of the old one: what the last one said is kept.
                    "naf_de_tete": entreprises.naf_de_tete(),
                    "naf": entreprises.correspondances_naf() or (actuel.extra.get("naf", []) if actuel else []),
                },
            )
            chantier.basculer(manifeste)
            # The index is in place whatever becomes of what others make of it.
            index_en_place.send_robust(sender=None)
            return machine.manifeste() or manifeste
    raise DejaEnCours("Des imports se terminent sans cesse pendant l’indexation : relancez « fce index » après eux.")


def index_perime() -> bool:
    """Tell whether the index in place is older than an import that feeds it, or than what declarations feed it with.

    Raises ``IndexIndisponible`` when there is no index.
    """
    machine = moteur()
    machine.documents()  # says what is wrong
    manifeste = machine.manifeste()
    return manifeste is None or a_rebatir(manifeste)


def a_rebatir(manifeste: Manifeste) -> bool:
    """Tell whether an index with this manifest is not the one that would be built now."""
    if manifeste.extra.get("alimentations") != alimentations.signature():
        return True
    if manifeste.extra.get("filtres") != codage.signature():
        return True
    return manifeste.generations != _generations()


def _muet(etape: str, fait: int, total: int) -> None:
    """Progress that nobody watches."""


def _generations() -> dict[str, int]:
    en_place = versions()
    return {
        nom: en_place[nom].en_place_id
        for nom in (*alimentations.SOURCES_INDEXEES, *alimentations.sources())
        if nom in en_place
    }


def _construire(chantier: Chantier, avancer: Progression) -> dict[str, int]:
    en_place = versions()
    lignes = sum(en_place[nom].en_place.total for nom in alimentations.SOURCES_INDEXEES if nom in en_place)
    unites = alimentations.SOURCES_INDEXEES[0]
    total = en_place[unites].en_place.total if unites in en_place else 0
    parts = entreprises.bornes(chantier.fragments * PARTS_PAR_FRAGMENT)
    if lignes < SEUIL_PROCESSUS or chantier.fragments < 2:
        comptes = {"entreprises": 0, "etablissements": 0}
        for fragment in range(chantier.fragments):
            for genre, n in ecrire_fragment(chantier, fragment, parts, lambda n: avancer("lecture", n, total)).items():
                comptes[genre] += n
        return comptes
    return _en_parallele(chantier, parts, total, avancer)


def _en_parallele(
    chantier: Chantier, parts: list[tuple[str | None, str | None]], total: int, avancer: Progression
) -> dict[str, int]:
    """One process per fragment. Fresh ones: nothing of ours (connections, lock of the build) is inherited."""
    contexte = multiprocessing.get_context("spawn")
    canal: multiprocessing.Queue[Any] = contexte.Queue()
    base = connection.settings_dict["NAME"]
    travailleurs = [
        contexte.Process(target=processus.travailler, args=(chantier, f, parts, str(base), canal), daemon=True)
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
