"""Reserved columns of a file about many companies: the alarms that each source holds, under the rights of each sheet.

Everything is read, then written in the journal as one answer, before any value is returned: a refused volume counts
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from fce.donnees.imports.selectors import reperes
from fce.droits.habilitations.erreurs import GesteRefuse
from fce.droits.habilitations.lecteur import LecteurDeDonnees, PartDeReponse
from fce.fiche.alarmes_de_liste import lire_la_liste, ouvertes
from fce.fiche.assemblage.blocs import Versions
from fce.fiche.assemblage.sources import Extrait
from fce.fiche.formes.contenu import AlerteVue
from fce.fiche.lecture.consignation import ecrire, permises
from fce.fiche.page.alarmes import dite
from fce.socle.texte.formats import jour
from fce.sources.declaration import Source

CASE_RESERVEE: Final = "Réservé"
ILLISIBLE: Final = "Source non disponible"
AUCUNE: Final = "Aucune connue"
RIEN_D_OUVERT: Final = "Aucune donnée réservée ne vous est ouverte en fichier pour cette finalité."


@dataclass(frozen=True, slots=True)
class ColonnesReservees:
    """``titres``: of the columns; ``valeurs``: {key of a row: one text by column}; ``habilitations``: references of
    those that opened them."""

    titres: tuple[str, ...]
    valeurs: dict[str, tuple[str, ...]]
    habilitations: frozenset[str]


def lire_colonnes(
    numeros: Iterable[str], lecteur: LecteurDeDonnees, avancer: Callable[[int], None]
) -> ColonnesReservees:
    """Read the alarms of these SIREN and SIRET from each source open to the reader; those that an establishment
    inherits say « Entreprise : ». One round trip per company and per establishment, plus two.

    ``avancer``: called with how many numbers are read so far; what it raises stops the reading, and nothing is
    counted. Raises GesteRefuse when no source is open, JournalIndisponible, VolumeDepasse.
    """
    versions, sources = Versions(reperes(), lecteur.aujourd_hui), ouvertes(lecteur)
    if not sources:
        raise GesteRefuse(RIEN_D_OUVERT)
    valeurs: dict[str, tuple[str, ...]] = {}
    a_consigner: list[PartDeReponse] = []
    for entreprise in lire_la_liste(numeros, sources, lecteur, versions):
        a_consigner += permises(lecteur, entreprise.sorties())
        for numero in entreprise.fiches:
            dites, extraits = entreprise.dites(numero), entreprise.extraits(numero)
            valeurs[numero] = tuple(
                _texte(source, extraits.get(source.nom), dites, en_place=source.nom in versions) for source in sources
            )
        avancer(len(valeurs))
    ecrire(lecteur, a_consigner, liste=True)
    references = frozenset(h.reference for part in a_consigner for p in part.permis for h in p.habilitations)
    return ColonnesReservees(tuple(s.titre for s in sources), valeurs, references)


def _texte(source: Source, extrait: Extrait | None, alertes: Sequence[AlerteVue], *, en_place: bool) -> str:
    """Words of a cell: closed, unreadable and unknown are never the same."""
    if not en_place:
        return ILLISIBLE
    if extrait is None:
        return CASE_RESERVEE
    if extrait.lignes is None:
        return ILLISIBLE
    siennes = [_dire(alerte) for alerte in alertes if alerte.source == source.nom]
    perimetre = extrait.plan.perimetre
    return " ; ".join(siennes) or (AUCUNE if perimetre.entier else f"{AUCUNE}, {perimetre.phrase}")


def _dire(alerte: AlerteVue) -> str:
    """An alarm as the sheet says it: its fact, when, and where."""
    quand = alerte.periode or (jour(alerte.jour) if alerte.jour else "")
    dits = (dite(alerte), "" if quand in alerte.titre else quand, alerte.siret or str(alerte.perimetre.phrase))
    return " – ".join(filter(None, dits))
