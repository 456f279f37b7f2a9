"""Reserved columns of a file about many companies: the alarms that each source holds, under the rights of each sheet.

Everything is read, then written in the journal as one answer, before any value is returned: a refused volume counts
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from fce.droits.erreurs import GesteRefuse
from fce.droits.lecteur import LecteurDeDonnees, Lu
from fce.fiche import assemblage
from fce.fiche.alarmes_de_liste import alertes_de, lire_la_fiche, ouvertes, permis_de
from fce.fiche.blocs import Versions
from fce.fiche.consignation import Sortie, ecrire, permises
from fce.fiche.contenu import AlerteLue
from fce.imports.selectors import reperes
from fce.socle.formats import jour
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
    sirens: Iterable[str], lecteur: LecteurDeDonnees, avancer: Callable[[int], None]
) -> ColonnesReservees:
    """Read the alarms of these companies, by SIREN, from each source open to the reader. One round trip per company,
    plus two.

    ``avancer``: called with the number of companies read so far; what it raises stops the reading, and nothing is
    counted. Raises GesteRefuse when no source is open, JournalIndisponible, VolumeDepasse.
    """
    versions, sources = Versions(reperes(), lecteur.aujourd_hui), ouvertes(lecteur)
    if not sources:
        raise GesteRefuse(RIEN_D_OUVERT)
    valeurs: dict[str, tuple[str, ...]] = {}
    a_consigner: list[Lu] = []
    for rang, siren in enumerate(dict.fromkeys(sirens), 1):
        fiche = lire_la_fiche(siren, sources, lecteur, versions)
        extraits = permis_de(fiche)
        sorties = (Sortie(e.plan, assemblage.montrees(e.lignes, e.ensemble), e.decision) for e in extraits)
        a_consigner += permises(lecteur, sorties)
        lus = {e.plan.source.nom: e for e in extraits}
        dites = alertes_de(fiche, extraits)
        valeurs[siren] = tuple(
            _texte(source, lus.get(source.nom), dites, en_place=source.nom in versions) for source in sources
        )
        avancer(rang)
    ecrire(lecteur, a_consigner, liste=True)
    references = frozenset(h.reference for lu in a_consigner for p in lu.permis for h in p.habilitations)
    return ColonnesReservees(tuple(s.titre for s in sources), valeurs, references)


def _texte(source: Source, extrait: assemblage.Extrait | None, alertes: Sequence[AlerteLue], *, en_place: bool) -> str:
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


def _dire(alerte: AlerteLue) -> str:
    """An alarm as the sheet says it: its fact, when, and where."""
    quand = alerte.periode or (jour(alerte.jour) if alerte.jour else "")
    dits = (alerte.titre, "" if quand in alerte.titre else quand, alerte.siret or str(alerte.perimetre.phrase))
    return " – ".join(filter(None, dits))
