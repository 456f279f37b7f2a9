"""Writes a fragment of the index from PostgreSQL, whole or only the changes, in this process or its own
(``processus``).

Never imported by web processes (``documents`` is heavy).
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from fce.donnees.entreprises import flux
from fce.donnees.entreprises.contenu import DocumentEntreprise
from fce.recherche.engines.port import Changements, Chantier, Redacteur, Retouche
from fce.recherche.index.documents import documents
from fce.recherche.question import alimentations

_R = TypeVar("_R", bound=Redacteur)
LOT = 20_000
"""Companies read by one statement when updating."""
FAITES_ENSEMBLE = 5_000
"""Companies whose documents are made together: enough to profit from columns, few enough to limit memory."""


def ecrire_fragment(
    chantier: Chantier, fragment: int, parts: list[tuple[str | None, str | None]], dire: Callable[[int], None]
) -> dict[str, int]:
    """Write one fragment: every n-th range of SIREN."""
    apports = alimentations.apports()
    sources = (
        source for debut, fin in parts[fragment :: chantier.fragments] for source in flux.documents(debut, fin, apports)
    )
    with _abandonne_s_il_echoue(chantier.redacteur(fragment)) as redacteur:
        return _ecrire(redacteur, sources, dire)


def ecrire_les_changements(
    retouche: Retouche, fragment: int, changements: Changements, dire: Callable[[int], None]
) -> dict[str, int]:
    """Update one fragment: delete the changed units, wherever they were, then write again those that belong to it.
    Units removed or masked since are only deleted."""
    # The last digit is a check digit, not evenly distributed: leave it out.
    sirens = [s for s in changements.sirens if int(s) // 10 % retouche.fragments == fragment]
    apports = alimentations.apports()
    sources = (
        source
        for debut in range(0, len(sirens), LOT)
        for source in flux.documents(apports=apports, parmi=sirens[debut : debut + LOT])
    )
    with _abandonne_s_il_echoue(retouche.redacteur(fragment)) as redacteur:
        redacteur.retirer(changements)
        return _ecrire(redacteur, sources, dire, changements)


@contextmanager
def _abandonne_s_il_echoue(redacteur: _R) -> Iterator[_R]:
    """After a failure, stop the writer's threads: the folder is about to be removed."""
    try:
        yield redacteur
    except BaseException:
        redacteur.abandonner()
        raise


def _ecrire(
    redacteur: Redacteur,
    sources: Iterator[DocumentEntreprise],
    dire: Callable[[int], None],
    seulement: Changements | None = None,
) -> dict[str, int]:
    """Write every document to the fragment and close it; return how many of each kind. ``dire`` receives the
    progress."""
    comptes = {"entreprises": 0, "etablissements": 0}
    nourriture_de = alimentations.lecteur()
    for lot in _par_lots(sources):
        for genre, etat, faits in documents(lot, seulement, nourriture_de).ranges():
            if len(faits):
                redacteur.ajouter(genre, etat, faits)
                comptes[genre] += len(faits)
        dire(comptes["entreprises"])
    redacteur.terminer()
    return comptes


def _par_lots(sources: Iterable[DocumentEntreprise]) -> Iterator[list[DocumentEntreprise]]:
    suite = iter(sources)
    while lot := list(islice(suite, FAITES_ENSEMBLE)):
        yield lot
