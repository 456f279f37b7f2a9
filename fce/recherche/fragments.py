"""Writes a fragment of the index from PostgreSQL, in this process or its own (``processus``); or what changed."""

from collections.abc import Callable, Iterable

from fce.entreprises import selectors as entreprises
from fce.recherche import alimentations
from fce.recherche.document import Documents, documents
from fce.recherche.port import Changements, Chantier, Redacteur, Retouche

LOT = 20_000
"""Companies read again by one statement."""


def ecrire_fragment(
    chantier: Chantier, fragment: int, parts: list[tuple[str | None, str | None]], dire: Callable[[int], None]
) -> dict[str, int]:
    """Write one fragment: every n-th range of SIREN."""
    apports, lire = alimentations.apports(), alimentations.lecteur()
    faits = (
        documents(source, None, lire)
        for debut, fin in parts[fragment :: chantier.fragments]
        for source in entreprises.documents(debut, fin, apports)
    )
    return _ecrire(chantier.redacteur(fragment), faits, dire, 10_000)


def ecrire_les_changements(
    retouche: Retouche, fragment: int, changements: Changements, dire: Callable[[int], None]
) -> dict[str, int]:
    """Amend one fragment: the units that changed leave it, wherever they were, and those that are its own are written
    again. What is gone, or masked since, only leaves."""
    redacteur = retouche.redacteur(fragment)
    redacteur.retirer(changements)
    # The last digit is a key: numbers are not spread evenly by it.
    sirens = [s for s in changements.sirens if int(s) // 10 % retouche.fragments == fragment]
    apports, lire = alimentations.apports(), alimentations.lecteur()
    faits = (
        documents(source, None if source.entreprise.siren in changements.entieres else changements.lieux, lire)
        for debut in range(0, len(sirens), LOT)
        for source in entreprises.documents(apports=apports, parmi=sirens[debut : debut + LOT])
    )
    return _ecrire(redacteur, faits, dire, 1_000)


def _ecrire(redacteur: Redacteur, faits: Iterable[Documents], dire: Callable[[int], None], pas: int) -> dict[str, int]:
    """Give every document to the fragment and close it; how many of each kind. ``dire`` is told each ``pas``."""
    unites = lieux = 0
    ajouter = redacteur.ajouter
    for unite, annexes, etat in faits:
        if unite is None:
            continue
        ajouter("entreprises", etat, unite)
        for etat_lieu, lieu in annexes:
            ajouter("etablissements", etat_lieu, lieu)
        unites += 1
        lieux += len(annexes)
        if unites % pas == 0:
            dire(unites)
    redacteur.terminer()
    return {"entreprises": unites, "etablissements": lieux}
