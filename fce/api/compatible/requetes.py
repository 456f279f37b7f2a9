"""From the parameters to a query of the search, and from companies found to a page of the contract."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec.structs import replace

from fce.api.compatible import criteres, lectures, montants, parametres, reponse
from fce.api.compatible.formes import ReponseCompatible, UniteLegaleCompatible
from fce.api.compatible.numeros import par_identifiant
from fce.recherche.engines.port import LES_ETATS, PERSONNE, Moteur, Question
from fce.recherche.question.correspondances import en_vigueur, nomenclature_de_tete
from fce.recherche.question.filtrage import OUVERT_OU_SIEGE
from fce.recherche.question.filtres import DIRIGEANT
from fce.recherche.question.requete import FENETRE, Requete
from fce.referentiels import activites
from fce.socle.texte.pliage import normaliser_requete

ENSEMBLE_MAX: Final = 200_000
"""Companies read to know which have one establishment that meets several criteria."""
_ACTIVITE: Final = "activite_principale_unite_legale"
_SECTION: Final = "section_activite_principale"
_ETATS: Final = {"A": "actif", "C": "cesse"}


def actualiser(machine: Moteur, saisie: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters with their activities in the nomenclature that companies bear: beside a code of the NAF rév. 2,
    the one that most of its units have now; a section is a letter of that nomenclature, as answers give it."""
    actuels = dict(saisie)
    manifeste = machine.manifeste() if saisie.keys() & {_ACTIVITE, _SECTION} else None
    if codes := saisie.get(_ACTIVITE):
        actuels[_ACTIVITE] = [*dict.fromkeys((*codes, *(en_vigueur(manifeste, code) for code in codes)))]
    if lettres := saisie.get(_SECTION):
        actuels[_SECTION] = [activites.ecrire(lettre, nomenclature_de_tete(manifeste)) for lettre in lettres]
    return actuels


def requete(machine: Moteur, termes: str, saisie: Mapping[str, Any]) -> Requete:
    """The query of a search by words and filters."""
    personne = normaliser_requete(criteres.personne(saisie))
    tri = saisie.get(parametres.TRI) or ("effectif" if saisie.get("sort_by_size") else "pertinence")
    posee = Requete(
        q=termes,
        filtres={DIRIGEANT: (personne,)} if personne else {},
        etat=_ETATS.get(saisie.get("etat_administratif_unite_legale", ""), "tous"),
        tri=tri.removeprefix("-"),
        inverse=tri.startswith("-"),
        page=saisie.get("page", 1),
        taille=saisie.get("per_page", 10),
        exigences=criteres.de_l_unite(saisie),
        parmi=_parmi(machine, saisie),
    )
    return montants.filtrer(machine, posee, saisie)


def _parmi(machine: Moteur, saisie: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The only companies that may answer: those of an identifier, those with one establishment that meets it all."""
    permis = par_identifiant(saisie)
    groupes = criteres.du_lieu(saisie)
    sirens = None if permis is None else {numero[:9] for numero in permis}
    if not groupes or len(groupes) + (permis is not None) < 2:
        return None if sirens is None else tuple(sorted(sirens))
    posee = Question("etablissements", etats=LES_ETATS, groupes=(*groupes, OUVERT_OU_SIEGE))
    if permis is None or sirens is None:
        sirens = {siren for siren, _ in machine.sirens(posee, ENSEMBLE_MAX)[0]}
    else:
        posee = replace(posee, seulement=tuple(sorted(sirens)) or PERSONNE)
        hits = machine.search(posee, limite=2 * FENETRE).hits
        # An identifier is that of an establishment, or of a company.
        sirens = {hit.siren for hit in hits if hit.siret in permis or hit.siren in permis}
    return tuple(sorted(sirens))


def page(
    saisie: Mapping[str, Any],
    total: int,
    sirens: Sequence[str],
    lieux: Mapping[str, Sequence[str]],
    notes: Mapping[str, float],
) -> ReponseCompatible:
    """The companies found otherwise than by their number, with their establishments that match. ``total``: that of the
    index, from which those that may not be listed any more are taken."""
    blocs = parametres.blocs(saisie)
    if not sirens:
        return enveloppe(saisie, total, [])
    sirets = [siret for siens in lieux.values() for siret in siens]
    unites = lectures.unites_par_siren(sirens, sirets, blocs, saisie.get("page_etablissements"))
    gardees = [s for s in sirens if s in unites and unites[s].regime.listable]
    total -= len(sirens) - len(gardees)
    return enveloppe(
        saisie, total, [reponse.unite_legale(unites[s], blocs, lieux.get(s, ()), notes.get(s)) for s in gardees]
    )


def enveloppe(saisie: Mapping[str, Any], total: int, entreprises: list[UniteLegaleCompatible]) -> ReponseCompatible:
    taille, visible = saisie.get("per_page", 10), min(total, FENETRE)
    return ReponseCompatible(entreprises, visible, saisie.get("page", 1), taille, -(-visible // taille))
