"""What goes into a list from another page: a sheet, search results, the targets of an operation."""

from __future__ import annotations

from typing import NamedTuple

from fce.recherche.question.requete import Requete
from fce.recherche.reponse.resultats import Resultats


class UniteProposee(NamedTuple):
    """A unit that may be added. ``numero``: SIREN or SIRET; ``nom``: public name; ``commune``: "" when hidden or
    unknown."""

    numero: str
    nom: str
    commune: str


def propositions(requete: Requete, trouves: Resultats) -> list[UniteProposee]:
    """The results of a page as it shows them: companies, or establishments in that view."""
    proposes = []
    for resultat in trouves.resultats:
        entreprise, lieu = resultat.entreprise, resultat.etablissement
        if requete.vue == "etablissements" and lieu is not None:
            proposes.append(UniteProposee(lieu.siret, lieu.nom, lieu.commune or ""))
        else:
            commune = entreprise.siege.commune if entreprise.siege else None
            proposes.append(UniteProposee(entreprise.siren, entreprise.nom, commune or ""))
    return proposes
