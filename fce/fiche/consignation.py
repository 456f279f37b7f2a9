"""Every reserved reading of the sheet, its lists, files and live blocs, written in the journal before it leaves.

Called where rows are read, not by the views: a surface cannot forget it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeVar

from fce.droits.acteurs import GenreActeur
from fce.droits.lecteur import LecteurDeDonnees
from fce.droits.politique import Classe, Permis, RefusAcces
from fce.fiche.plan import Plan
from fce.fiche.unite import Unite
from fce.journal import services as journal
from fce.socle.erreurs import JournalIndisponible, VolumeDepasse
from fce.socle.evenements import signaler
from fce.sources.declaration import Source

T = TypeVar("T")


class Sortie(NamedTuple):
    """Rows of a plan about to be shown, and what allows it."""

    plan: Plan
    nombre: int
    decision: Permis | RefusAcces


class Dite(NamedTuple):
    """What is about to be told of a unit: the name of a source, or of a kind of exchange, and how many rows."""

    objet: str
    unite: Unite
    nombre: int


def consigner(
    lecteur: LecteurDeDonnees,
    sorties: Iterable[Sortie],
    dites: Iterable[tuple[Dite, list[Permis]]] = (),
    *,
    liste: bool = False,
) -> None:
    """Write down what is reserved among ``sorties``, and ``dites``, which services have told; nothing to write costs
    nothing. ``liste``: as for ``ecrire``.

    That a source knows nothing of a unit is told too, and is written too. Raises JournalIndisponible, VolumeDepasse.
    """
    if lecteur.acteur.genre is GenreActeur.ANONYME or lecteur.empechement:
        return
    lues = [s for s in sorties if s.plan.branche is not None]
    permises = [
        (Dite(s.plan.source.nom, s.plan.unite, s.nombre), permis) for s in lues if (permis := _permis(lecteur, s))
    ]
    ecrire(lecteur, [*permises, *dites], liste=liste)


def sans_journal(lire: Callable[[LecteurDeDonnees], T], lecteur: LecteurDeDonnees, *, partie_ouverte: bool) -> T:
    """What ``lire`` reads; when what is reserved could not be written in the journal, its open part alone, which says
    why – or the refusal itself where there is none to show. Raises JournalIndisponible, VolumeDepasse."""
    try:
        return lire(lecteur)
    except (JournalIndisponible, VolumeDepasse) as erreur:
        if not partie_ouverte:
            raise
        return lire(replace(lecteur, empechement=erreur.message))


def ecrire(lecteur: LecteurDeDonnees, permises: Sequence[tuple[Dite, list[Permis]]], *, liste: bool = False) -> None:
    """One entry per unit, purpose and set of habilitations, all in one round trip: « who read this company? » is
    answered from a list of companies too.

    ``liste``: several companies told in one answer, each named by its SIREN.
    """
    groupes: dict[tuple[str, str, tuple[str, ...]], list[tuple[Dite, Classe]]] = {}
    for dite, permis in permises:
        references = dict.fromkeys(h.reference for p in permis for h in p.habilitations)
        finalite = next((p.finalite for p in permis if p.finalite and p.habilitations), "") or ""
        classe = max(p.classe for p in permis)
        numero = dite.unite.siren if liste else dite.unite.numero
        groupes.setdefault((numero, finalite, tuple(references)), []).append((dite, classe))
    if not groupes:
        return
    pesees: set[str] = set()
    consultations = []
    for (numero, finalite, habilitations), siennes in groupes.items():
        lignes = Counter[str]()
        for dite, _ in siennes:
            lignes[dite.objet] += dite.nombre
        # One company is one company, whatever the number of purposes it is read for.
        nouvelles = {dite.unite.siren for dite, _ in siennes} - pesees
        pesees |= nouvelles
        consultations.append(
            lecteur.consultation(
                numero,
                lignes,
                max(classe for _, classe in siennes),
                habilitations,
                finalite,
                poids=0 if lecteur.pesee else len(nouvelles),
            )
        )
    journal.consigner(consultations, lecteur.maintenant)
    if not liste and lecteur.acteur.genre is GenreActeur.AGENT:
        signaler("fiche_reservee_lue", qui=lecteur.acteur.identifiant)


def _permis(lecteur: LecteurDeDonnees, sortie: Sortie) -> list[Permis]:
    """What allows the reserved part of a plan: the source, and its readable fields stricter than it; none: all open."""
    plan, source = sortie.plan, sortie.plan.source
    if isinstance(sortie.decision, RefusAcces):
        return []
    ou = plan.unite.siren, plan.unite.departements
    propres = (lecteur.decider(source, *ou, champ=a) for a in source.acces_propres if a in plan.lisibles)
    return [p for p in (sortie.decision, *propres) if isinstance(p, Permis) and p.classe is not Classe.PUBLIC]


def noter_refus(lecteur: LecteurDeDonnees, source: Source, unite: Unite, decision: Permis | RefusAcces) -> None:
    """Count a refusal to someone who asked for this very source: many in a minute raise an alert."""
    if lecteur.acteur.genre is not GenreActeur.ANONYME and isinstance(decision, RefusAcces):
        lecteur.noter_refus(decision.raison, source.nom, unite.numero)
