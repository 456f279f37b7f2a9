"""From the parameters of the contract to the criteria of the search: a table, and pure functions.

Every parameter must hold (the search page adds places up instead), and those about establishments must hold on one same
establishment.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from fce.recherche.engines.port import CodeCherche
from fce.recherche.question import filtres
from fce.recherche.question.alimentations import OUI
from fce.recherche.question.filtre import Critere

Groupe = tuple[Critere, ...]
_FORME: Final = "categorie_juridique"
_UNITE: Final = {
    "activite_principale_unite_legale": "naf",
    "section_activite_principale": "naf",
    "categorie_entreprise": "categorie",
    "tranche_effectif_salarie_unite_legale": "tranche_effectif",
    "nature_juridique_unite_legale": _FORME,
}
"""{internal parameter: filter of the search}, of a company."""
ADMINISTRATIONS: Final = ("4110", "4120", "4130", "4140", "4150", "4160", "7")
"""Beginnings of the legal forms that the law makes administrations: public establishments, State, local authorities."""


DRAPEAUX: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "est_entrepreneur_individuel": ((_FORME, "1"),),
    "convention_collective_renseignee": (("idcc", OUI),),
    "egapro_renseignee": (("egapro", OUI),),
    "est_achats_responsables": (("label", "achats-responsables"),),
    "est_alim_confiance": (("controle-sanitaire", OUI),),
    "est_bio": (("label", "bio"),),
    "est_finess": (("label", "finess"),),
    "est_uai": (("label", "uai"),),
    "est_collectivite_territoriale": (("collectivite", OUI),),
    "est_entrepreneur_spectacle": (("label", "spectacles"),),
    "est_patrimoine_vivant": (("label", "patrimoine-vivant"),),
    "est_association": ((_FORME, "92"), ("rna", OUI)),
    "est_ess": (("ess", OUI), ("label", "ess")),
    "est_organisme_formation": (("organisme-formation", OUI),),
    "est_qualiopi": (("qualiopi", OUI),),
    "est_rge": (("label", "rge"),),
    "est_administration": tuple((_FORME, debut) for debut in ADMINISTRATIONS),
    "est_societe_mission": (("societe_mission", OUI),),
    "est_siae": (("iae", OUI),),
}
"""(filter of the search, value) of each yes/no parameter, in the order of the contract: « true » asks for one of
them, « false » for none."""
_D_UN_LIEU: Final = ("convention_collective_renseignee", "est_bio", "est_finess", "est_rge", "est_uai")
"""Yes/no parameters that an establishment holds."""


def _groupe(*demandes: tuple[str, str]) -> Groupe:
    return tuple(c for filtre, valeur in demandes for c in filtres.tous()[filtre].criteres((valeur,)))


def _groupes(noms: Mapping[str, str], saisie: Mapping[str, Any]) -> list[Groupe]:
    return [filtres.tous()[filtre].criteres(saisie[nom]) for nom, filtre in noms.items() if nom in saisie]


def du_lieu(saisie: Mapping[str, Any]) -> tuple[Groupe, ...]:
    """Groups of criteria that one same establishment must meet."""
    demandes = [DRAPEAUX[nom] for nom in _D_UN_LIEU if saisie.get(nom)]
    if idcc := saisie.get("id_convention_collective"):
        demandes.append((("idcc", idcc),))
    return (*_groupes({nom: nom for nom in filtres.LIEUX}, saisie), *(_groupe(*demande) for demande in demandes))


def de_l_unite(saisie: Mapping[str, Any]) -> tuple[Groupe, ...]:
    """Groups of criteria that a company must meet, those of its establishments included."""
    groupes = _groupes(_UNITE, saisie)
    for nom in DRAPEAUX.keys() & saisie.keys():
        groupes += [_groupe(*DRAPEAUX[nom])] if saisie[nom] else _aucun(_groupe(*DRAPEAUX[nom]))
    if genre := saisie.get("type_personne"):
        # Elected people are those of local authorities, whose register of companies names no director.
        elus = _groupe(*DRAPEAUX["est_collectivite_territoriale"])
        groupes += [elus] if genre == "ELU" else _aucun(elus)
    return (*du_lieu(saisie), *groupes)


def _aucun(groupe: Iterable[Critere]) -> list[Groupe]:
    return [(CodeCherche(c.champ, c.valeur, absent=True),) for c in groupe if isinstance(c, CodeCherche)]


def personne(saisie: Mapping[str, Any]) -> str:
    """First names and name that one same person must bear; "" when none is asked."""
    return " ".join(saisie[nom].strip() for nom in ("prenoms_personne", "nom_personne") if saisie.get(nom, "").strip())


def par_sa_forme(drapeau: str, forme: str | None) -> bool:
    """Whether a legal form is enough for a yes/no parameter."""
    return bool(forme) and str(forme).startswith(tuple(v for filtre, v in DRAPEAUX[drapeau] if filtre == _FORME))
