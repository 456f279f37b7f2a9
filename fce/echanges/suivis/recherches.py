"""Followed searches: run again on each new index; a unit that enters the results or leaves them is news."""

from __future__ import annotations

from typing import Final

import structlog
from django.db import transaction
from django.http import QueryDict

from fce.echanges.models import AlerteSuivi, Suivi, UniteSuivie
from fce.echanges.suivis.lisibles import CODE_ENTREE, CODE_SORTIE, SOURCE_RECHERCHE
from fce.echanges.suivis.proprietaires import CLE_D_ENSEMBLE
from fce.recherche.question.requete import Requete
from fce.recherche.reponse.selectors import moteur, numeros_trouves
from fce.socle.erreurs import FCEError, IndexIndisponible, ParametreInvalide
from fce.socle.texte import paris
from fce.socle.texte.identifiants import reconnaitre

UNITES_MAX: Final = 1_000
"""Maximum units of a followed search."""
log = structlog.get_logger(__name__)


def adresse_de(requete: Requete) -> str:
    """The parameters of what a query asks, without those of display."""
    return requete.query_string(page=None, taille=None, tri=None, saisie=None)


def requete_suivie(parametres: str) -> Requete:
    """The query of a followed search. Raises ParametreInvalide when its parameters no longer mean the same."""
    requete = Requete.depuis(QueryDict(parametres))
    if adresse_de(requete) != parametres:
        raise ParametreInvalide("Un filtre de cette recherche n’existe plus.")
    return requete


def unites_trouvees(requete: Requete) -> tuple[tuple[str, ...], str]:
    """The units that a search finds, SIREN or, in the establishment view, SIRET; and the version of the index.

    Raises ParametreInvalide when it cannot be followed (empty, a single number, only approximate results, too many
    results); IndexIndisponible.
    """
    if requete.vide or requete.lieux_inconnus:
        raise ParametreInvalide("Choisissez au moins un mot ou un filtre : la recherche entière ne se suit pas.")
    if reconnaitre(requete.q) is not None:
        raise ParametreInvalide("Un numéro se suit depuis sa fiche : ouvrez-la, puis « Suivre ».")
    index = _index()
    proches, trop = "précisez-la avant de la suivre.", "se suivent : affinez-la."
    return numeros_trouves(requete, UNITES_MAX, proches=proches, trop=trop), index


def _index() -> str:
    manifeste = moteur().manifeste()
    return manifeste.version if manifeste else ""


def relire_les_recherches() -> int:
    """Run again the followed searches not yet run on the current index; return how many were."""
    try:
        manifeste = moteur().manifeste()
    except IndexIndisponible:
        return 0
    if manifeste is None:
        return 0
    anciennes = (
        Suivi.objects.exclude(recherche="")
        .exclude(recherche__startswith=CLE_D_ENSEMBLE)
        .exclude(index=manifeste.version)
    )
    return sum(_relire(suivi) for suivi in anciennes.values_list("pk", flat=True))


@transaction.atomic
def _relire(numero: int) -> bool:
    suivi = Suivi.objects.select_for_update().filter(pk=numero).first()
    if suivi is None:
        return False
    try:
        numeros, index = unites_trouvees(requete_suivie(suivi.recherche))
    except IndexIndisponible:
        return False
    except FCEError as refus:
        log.info("recherche_suivie_figee", suivi=numero, motif=refus.code)
        suivi.changer(figee=True, index=_index())
        return True
    connus = set(suivi.unites.values_list("numero", flat=True))
    entrees = [n for n in numeros if n not in connus]
    sorties = connus.difference(numeros)
    suivi.unites.filter(numero__in=sorties).delete()
    UniteSuivie.objects.bulk_create(UniteSuivie(suivi=suivi, numero=n) for n in entrees)
    if not suivi.figee:
        mouvements = [(n, CODE_ENTREE) for n in entrees] + [(n, CODE_SORTIE) for n in sorted(sorties)]
        AlerteSuivi.objects.bulk_create(
            (_mouvement(suivi, n, code, index) for n, code in mouvements), ignore_conflicts=True
        )
    suivi.changer(figee=False, index=index)
    return True


def _mouvement(suivi: Suivi, numero: str, code: str, index: str) -> AlerteSuivi:
    return AlerteSuivi(
        suivi=suivi,
        source=SOURCE_RECHERCHE,
        code=code,
        origine=f"index-{index}"[:80],
        siren=numero[:9],
        siret=numero if len(numero) > 9 else "",
        jour=paris.aujourd_hui(),
    )
