"""Writes a fragment of the index from PostgreSQL, in this process or its own (``processus``); or what changed."""

from collections.abc import Callable

from fce.entreprises import selectors as entreprises
from fce.recherche import alimentations
from fce.recherche.changements import Changements
from fce.recherche.document import documents
from fce.recherche.port import Chantier, Retouche

LOT = 20_000
"""Companies read again by one statement."""


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


def ecrire_les_changements(
    retouche: Retouche, changements: Changements, avancer: Callable[[str, int, int], None]
) -> dict[str, int]:
    """Write the units that changed again; those that are gone, or masked since, are only taken out. Return the
    documents of each kind that the amended version holds."""
    entieres, sirens = changements.entieres, changements.sirens
    retouche.retirer("entreprises", "siren", sirens)
    retouche.retirer("etablissements", "siren", entieres)
    retouche.retirer("etablissements", "siret", changements.lieux)
    apports = alimentations.apports()
    faites = 0
    for debut in range(0, len(sirens), LOT):
        for source in entreprises.documents(apports=apports, parmi=sirens[debut : debut + LOT]):
            seuls = None if source.entreprise.siren in entieres else changements.lieux
            unite, annexes, etat = documents(source, seuls)
            if unite is None:
                continue
            retouche.ajouter("entreprises", etat, unite)
            for etat_lieu, lieu in annexes:
                retouche.ajouter("etablissements", etat_lieu, lieu)
            faites += 1
            if faites % 1_000 == 0:
                avancer("lecture", faites, len(sirens))
    return retouche.terminer()
