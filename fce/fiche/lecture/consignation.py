"""Writes every reserved reading of the sheet, its lists, files and live blocs in the journal, before it leaves.

Called where rows are read rather than by the views, so that no surface can forget it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeVar

from fce.droits.habilitations.acteurs import GenreActeur
from fce.droits.habilitations.lecteur import LecteurDeDonnees, PartDeReponse
from fce.droits.habilitations.politique import Classe, Permis, RefusAcces
from fce.fiche.lecture.plan import Plan
from fce.fiche.unite.unite_visee import Unite
from fce.socle.erreurs import JournalIndisponible, VolumeDepasse
from fce.socle.web.evenements import signaler
from fce.sources.declaration import Source

T = TypeVar("T")


class Sortie(NamedTuple):
    """Rows of a plan about to be shown, and the decision that allows it."""

    plan: Plan
    nombre: int
    decision: Permis | RefusAcces


def consigner(
    lecteur: LecteurDeDonnees,
    sorties: Iterable[Sortie],
    dites: Iterable[PartDeReponse] = (),
    *,
    liste: bool = False,
) -> None:
    """Write in the journal the reserved part of ``sorties``, and ``dites`` (from the exchanges). ``liste``: see
    ``ecrire``.

    That a source knows nothing of a unit is information too, and is written. Raises JournalIndisponible, VolumeDepasse.
    """
    if lecteur.acteur.genre is GenreActeur.ANONYME or lecteur.empechement:
        return
    ecrire(lecteur, [*permises(lecteur, sorties), *dites], liste=liste)


def permises(lecteur: LecteurDeDonnees, sorties: Iterable[Sortie]) -> list[PartDeReponse]:
    """The reserved part of ``sorties``."""
    reservees = [s for s in sorties if s.plan.branche is not None]
    dites = [PartDeReponse(s.plan.source.nom, s.plan.unite.numero, s.nombre, _permis(lecteur, s)) for s in reservees]
    return [part for part in dites if part.permis]


def sans_journal(lecture: Callable[[LecteurDeDonnees], T], lecteur: LecteurDeDonnees, *, partie_ouverte: bool) -> T:
    """The result of ``lecture``. When the journal refuses, read again without reserved data, and say why.

    Raises JournalIndisponible, VolumeDepasse when there is no open part.
    """
    try:
        return lecture(lecteur)
    except (JournalIndisponible, VolumeDepasse) as erreur:
        if not partie_ouverte:
            raise
        return lecture(replace(lecteur, empechement=erreur.message))


def ecrire(lecteur: LecteurDeDonnees, parts: Sequence[PartDeReponse], *, liste: bool = False) -> None:
    """Write one entry per unit, purpose and set of habilitations, in one round trip, so that a search by company also
    finds readings of lists.

    ``liste``: one answer about several companies, each identified by its SIREN.
    """
    lecteur.consigner_reponse(part._replace(numero=part.numero[:9]) if liste else part for part in parts)
    if parts and not liste and lecteur.acteur.genre is GenreActeur.AGENT:
        signaler("fiche_reservee_lue", qui=lecteur.acteur.identifiant)


def _permis(lecteur: LecteurDeDonnees, sortie: Sortie) -> list[Permis]:
    """The decisions that allow the reserved part of a plan: that of the source, and of its stricter readable fields;
    empty when all is open."""
    plan, source = sortie.plan, sortie.plan.source
    if isinstance(sortie.decision, RefusAcces):
        return []
    ou = plan.unite.siren, plan.unite.departements
    propres = (lecteur.decider(source, *ou, champ=a) for a in source.acces_propres if a in plan.lisibles)
    return [p for p in (sortie.decision, *propres) if isinstance(p, Permis) and p.classe is not Classe.PUBLIC]


def noter_refus(lecteur: LecteurDeDonnees, source: Source, unite: Unite, decision: Permis | RefusAcces) -> None:
    """Count a refusal of this source: many in a minute raise an alert."""
    if lecteur.acteur.genre is not GenreActeur.ANONYME and isinstance(decision, RefusAcces):
        lecteur.noter_refus(decision.raison, source.nom, unite.numero)
