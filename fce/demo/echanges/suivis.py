"""Companies and searches followed by the agents, and the alerts found by a real comparison of the last files.

Written once per agent, so that visitors' changes stay. Alerts of contacts and visits come from the jobs that the story
queued.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from django.db import connection
from django.http import QueryDict

from fce.demo import personnages as p
from fce.demo.ouverture import OUVERTURES
from fce.donnees.imports.models import Import, VersionEnPlace
from fce.droits.comptes.models import Compte
from fce.echanges.models import RythmeAlertes
from fce.echanges.suivis import services
from fce.echanges.suivis.alertes import noter_les_changements
from fce.echanges.unites import unite_visee
from fce.recherche.question.requete import Requete
from fce.service.portail.models import FicheRecente
from fce.socle.erreurs import FCEError
from fce.sources import registre

FLUX: Final = "sirene-flux"
SUIVIES: Final = (p.GROUPE.siren, p.RESEAU.siren, p.INTERIM.siren, p.BOULANGERIE.siren)
RECHERCHES: Final = (("procedure_collective=oui&departement=59", "Procédures collectives du Nord"),)


def ecrire_suivis(comptes: Mapping[str, Compte]) -> int:
    """Follow companies for each agent who follows nothing yet; return the number of alerts. ``comptes``: by
    ``Personnage.cle``."""
    # All the agents of these administrations, since some join a group only at their first sign-in.
    administrations = {comptes[ouverture.demandeur.cle].siret for ouverture in OUVERTURES}
    siens = sorted((c for c in comptes.values() if c.siret in administrations), key=lambda compte: compte.pk)
    neufs = [compte for compte in siens if not RythmeAlertes.objects.filter(compte=compte).exists()]
    for compte in neufs:
        for numero in (*SUIVIES, *_changees()):
            _si_possible(partial(_suivre, compte, numero))
        for parametres, nom in RECHERCHES:
            requete = Requete.depuis(QueryDict(parametres))
            _si_possible(partial(services.ajouter_recherche, compte, requete, nom))
    return _noter() if neufs else 0


def _suivre(compte: Compte, numero: str) -> None:
    """Follow a company, whose sheet this agent is told to have read just before the last daily file of Sirene."""
    services.ajouter_suivi(compte, unite_visee(numero))
    if flux := Import.objects.filter(source=FLUX, statut=Import.Statut.EN_PLACE).first():
        lectures = {"lue_le": flux.debut, "precedente_le": flux.debut}
        FicheRecente.objects.get_or_create(compte=compte, numero=numero, defaults=lectures)


def _noter() -> int:
    """Create the alerts of each source whose version replaced another."""
    versions = VersionEnPlace.objects.exclude(precedent=None)
    return sum(
        noter_les_changements(version.source, version.en_place_id, version.precedent_id)
        for version in versions
        if version.precedent_id and version.precedent_id < version.en_place_id
    )


def _changees() -> list[str]:
    source = registre.source(FLUX)
    with connection.cursor() as curseur:
        curseur.execute(f"SELECT DISTINCT siren FROM {source.relation} ORDER BY siren LIMIT 5")  # noqa: S608
        return [siren for (siren,) in curseur.fetchall()]


def _si_possible(faire: Callable[[], object]) -> None:
    """Ignore expected errors: a small universe may lack a company, and the index may not exist yet."""
    try:
        faire()
    except FCEError:
        return
