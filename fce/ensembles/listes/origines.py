"""What goes into a list from another page: a sheet, search results, the targets of an operation."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from fce.ensembles.listes.saisies import AJOUT_MAX
from fce.recherche.question import strategie
from fce.recherche.question.requete import Requete
from fce.recherche.reponse.resultats import Resultats
from fce.recherche.reponse.selectors import moteur
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte.formats import nombre, pluriel


@dataclass(frozen=True, slots=True)
class UniteProposee:
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


def numeros_trouves(requete: Requete) -> tuple[str, ...]:
    """Numbers of all the results of a search, as its view shows them. A masked person is in no index, therefore in
    none.

    Raises ParametreInvalide (more than ``AJOUT_MAX`` results, only approximate ones), IndexIndisponible.
    """
    posee = replace(requete, page=1, taille=AJOUT_MAX, tri="pertinence", inverse=False)
    trouvaille = strategie.interroger(moteur(), posee)
    if trouvaille.approchants:
        raise ParametreInvalide("Cette recherche ne trouve que des noms proches : cochez ceux qui conviennent.")
    total = trouvaille.reponse.total
    if total > AJOUT_MAX:
        raise ParametreInvalide(
            f"Cette recherche trouve {pluriel(total, 'résultat')} ; {nombre(AJOUT_MAX)} au plus s’ajoutent à la fois : "
            "affinez-la, ou cochez ceux de cette page."
        )
    return tuple(dict.fromkeys(hit.siret or hit.siren for hit in trouvaille.reponse.hits))
