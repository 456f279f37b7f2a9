"""Writes a fragment of the index from PostgreSQL, in this process or in one of its own (``processus``)."""

from collections.abc import Callable

from fce.entreprises import selectors as entreprises
from fce.recherche import alimentations
from fce.recherche.document import documents
from fce.recherche.port import Chantier


def ecrire_fragment(
    chantier: Chantier, fragment: int, parts: list[tuple[str | None, str | None]], dire: Callable[[int], None]
) -> dict[str, int]:
    """Write one fragment: every n-th range of SIREN."""
    redacteur = chantier.redacteur(fragment)
    unites = lieux = 0
    ajouter = redacteur.ajouter
    apports = alimentations.apports()
    for debut, fin in parts[fragment :: chantier.fragments]:
        for source in entreprises.documents(debut, fin, apports):
            unite, annexes, etat = documents(source)
            if unite is None:
                continue
            ajouter("entreprises", etat, unite)
            for etat_lieu, lieu in annexes:
                ajouter("etablissements", etat_lieu, lieu)
            unites += 1
            lieux += len(annexes)
            if unites % 10_000 == 0:
                dire(unites)
    redacteur.terminer()
    return {"entreprises": unites, "etablissements": lieux}
