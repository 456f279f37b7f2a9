"""Filters on the last published accounts: the turnover and the result of a company, read in the database."""

# ruff: noqa: S608 (only declared names are interpolated)

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec.structs import replace

from fce.api.compatible import parametres
from fce.recherche.engines.port import Moteur
from fce.recherche.question import filtrage, strategie
from fce.recherche.question.requete import FENETRE, Requete
from fce.socle.base import replique
from fce.sources import registre
from fce.sources.catalogue.inpi.comptes import SQL_PUBLIQUE

CANDIDATES_MAX: Final = 50_000
"""Companies whose accounts are read one by one; above, the accounts are read first."""
COMPTES_MAX: Final = 200_000
"""Companies that the accounts alone may give."""
_COLONNES: Final = {
    "ca_min": "chiffre_affaires >= %s",
    "ca_max": "chiffre_affaires <= %s",
    "resultat_net_min": "resultat_net >= %s",
    "resultat_net_max": "resultat_net <= %s",
}


def filtrer(machine: Moteur, requete: Requete, saisie: Mapping[str, Any]) -> Requete:
    """Restrict a query to the companies whose last accounts are between the bounds asked."""
    bornes = {nom: saisie[nom] for nom in parametres.MONTANTS if nom in saisie}
    if not bornes:
        return requete
    if not requete.q and machine.nombre(filtrage.poser(machine, requete)) > CANDIDATES_MAX:
        gardees = _sirens(bornes, None)
        if requete.parmi is not None:
            permis = frozenset(requete.parmi)
            gardees = [siren for siren in gardees if siren in permis]
    else:
        posee = strategie.interroger(machine, replace(requete, page=1, taille=1)).question
        limite = FENETRE if requete.q else CANDIDATES_MAX
        gardees = _sirens(bornes, [siren for siren, _ in machine.sirens(posee, limite)[0]])
    return replace(requete, parmi=tuple(sorted(gardees)))


def _sirens(bornes: Mapping[str, int], parmi: Sequence[str] | None) -> list[str]:
    relation = registre.source("ratios-financiers").relation
    conditions = " AND ".join(_COLONNES[nom] for nom in bornes)
    ou, de = ("", []) if parmi is None else ("siren = ANY(%s) AND ", [list(parmi)])
    sql = (
        f"SELECT siren FROM (SELECT DISTINCT ON (siren) siren, chiffre_affaires, resultat_net "
        f"FROM {relation} WHERE {ou}{SQL_PUBLIQUE} "
        "ORDER BY siren, date_cloture DESC, (type_bilan = 'C') DESC NULLS LAST) x "
        f"WHERE {conditions} ORDER BY siren LIMIT {COMPTES_MAX}"
    )
    return [str(siren) for (siren,) in replique.lignes(sql, [*de, *bornes.values()])]
