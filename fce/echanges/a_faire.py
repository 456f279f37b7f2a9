"""Company and subject of the tasks of an exchange, for who may read that exchange.

Same right, second factor and journal as the list of each kind. Otherwise a task keeps its neutral line: a reference
and a date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import structlog

from fce.donnees.entreprises.selectors import etablissements
from fce.droits.habilitations.finalites import Finalite
from fce.droits.habilitations.lecteur import LecteurDeDonnees, Pesee
from fce.droits.habilitations.politique import Permis
from fce.echanges.acces import services_auteurs
from fce.echanges.finalite import finalites_offertes
from fce.echanges.objets import ObjetEchange
from fce.socle.erreurs import JournalIndisponible, VolumeDepasse
from fce.socle.texte.identifiants import formater_siren
from fce.socle.web import liens
from fce.socle.web.offres import Tache

log = structlog.get_logger(__name__)


class SujetDeTache(NamedTuple):
    """``services``: those of the reader that have the task; ``numero``: SIREN or SIRET, "" for several companies;
    ``dit``: subject; ``de``: service that it comes from, "" for one's own; ``siret``: its place, "" for several.
    ``de_sans_finalite``: that service is told before the purpose is."""

    genre: ObjetEchange
    services: frozenset[int]
    numero: str
    dit: str
    de: str = ""
    siret: str = ""
    de_sans_finalite: bool = False


def preciser(lecteur: LecteurDeDonnees, taches: Sequence[Tache]) -> list[Tache]:
    """The same tasks, with the company, place and subject of those that the reader may read, journalled first; with
    only the service that they come from, when his purpose alone is missing. Four round trips.

    They weigh nothing: a few exchanges that wait for the reader's own services. When the journal fails, all stay
    neutral.
    """
    permis: dict[ObjetEchange, tuple[frozenset[int], Permis]] = {}
    for genre in dict.fromkeys(s.genre for s in _sujets(taches)):
        services = services_auteurs(lecteur, genre)
        decision = lecteur.au_nom_de(services).decider(genre) if services else None
        if isinstance(decision, Permis):
            permis[genre] = (services, decision)
    lisibles = [s for s in _sujets(taches) if s.genre in permis and s.services & permis[s.genre][0]]
    lignes = Counter((s.genre, s.numero) for s in lisibles)
    try:
        lecteur.consigner_tout(
            [(genre, permis[genre][1], numero, n) for (genre, numero), n in lignes.items()], Pesee.RIEN
        )
    except (JournalIndisponible, VolumeDepasse) as erreur:
        log.warning("taches_sans_sujet", erreur=type(erreur).__name__)
        return list(taches)
    noms = liens.noms({s.numero[:9] for s in lisibles if s.numero}) if lisibles else {}
    lieux = etablissements(s.siret for s in lisibles if s.siret)
    fermes = {s.genre for s in _sujets(taches) if s not in lisibles}
    a_confirmer = {genre for genre in fermes if finalites_offertes(lecteur, genre)}

    def precisee(tache: Tache) -> Tache:
        sujet = tache.sujet
        if not isinstance(sujet, SujetDeTache):
            return tache
        if sujet not in lisibles:
            dit = sujet.de_sans_finalite and sujet.genre in a_confirmer
            return replace(tache, de=sujet.de) if dit else tache
        siren = sujet.numero[:9]
        entreprise = noms.get(siren) or (f"SIREN {formater_siren(siren)}" if siren else "")
        lieu = (lieux[sujet.siret].commune or "") if sujet.siret in lieux else ""
        return replace(tache, entreprise=entreprise, lieu=lieu, objet=sujet.dit, de=sujet.de)

    return [precisee(tache) for tache in taches]


def finalites_a_choisir(lecteur: LecteurDeDonnees, taches: Iterable[Tache]) -> tuple[Finalite, ...]:
    """Purposes that would open what these tasks are about; empty when something else is missing, or nothing."""
    genres = dict.fromkeys(s.genre for s in _sujets(taches))
    return tuple(dict.fromkeys(f for genre in genres for f in finalites_offertes(lecteur, genre)))


def _sujets(taches: Iterable[Tache]) -> list[SujetDeTache]:
    return [tache.sujet for tache in taches if isinstance(tache.sujet, SujetDeTache)]
