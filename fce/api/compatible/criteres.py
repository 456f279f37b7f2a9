"""From the parameters of the contract to the criteria of the search: a table, and pure functions.

Every parameter must hold (the search page adds places up instead), and those about establishments must hold on one same
establishment.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from fce.recherche import filtres
from fce.recherche.alimentations import OUI, QUELCONQUE
from fce.recherche.filtre import Critere
from fce.recherche.port import CodeCherche
from fce.referentiels import categories_juridiques

Groupe = tuple[Critere, ...]
_PLACES: Final = {nom: nom for nom in ("code_postal", "departement", "region", "epci", "commune")}
_UNITE: Final = {
    "activite_principale_unite_legale": "naf",
    "section_activite_principale": "naf",
    "categorie_entreprise": "categorie",
    "tranche_effectif_salarie_unite_legale": "tranche_effectif",
    "nature_juridique_unite_legale": "categorie_juridique",
}
"""{internal parameter: filter of the search}, of a company."""
ADMINISTRATIONS: Final = ("4110", "4120", "4130", "4140", "4150", "4160", "7")
"""Beginnings of the legal forms that the law makes administrations: public establishments, State, local authorities."""


def _formes(*debuts: str) -> Groupe:
    """Criteria of legal forms by the beginning of their code."""
    forme = filtres.SIRENE["categorie_juridique"]
    return tuple(critere for debut in debuts for critere in forme.criteres((debut,)))


def _fait(filtre: str, valeur: str) -> Groupe:
    return (CodeCherche("faits", f"{filtre}:{valeur}"),)


def _sirene(filtre: str) -> Groupe:
    return filtres.SIRENE[filtre].criteres((OUI,))


DRAPEAUX: Final[dict[str, Callable[[], Groupe]]] = {
    "convention_collective_renseignee": lambda: _fait("idcc", QUELCONQUE),
    "egapro_renseignee": lambda: _fait("egapro", OUI),
    "est_achats_responsables": lambda: _fait("label", "achats-responsables"),
    "est_alim_confiance": lambda: _fait("controle-sanitaire", OUI),
    "est_administration": lambda: _formes(*ADMINISTRATIONS),
    "est_association": lambda: (*_formes("92"), *_fait("rna", OUI)),
    "est_bio": lambda: _fait("label", "bio"),
    "est_collectivite_territoriale": lambda: _fait("collectivite", QUELCONQUE),
    "est_entrepreneur_individuel": lambda: _formes("1"),
    "est_entrepreneur_spectacle": lambda: _fait("label", "spectacles"),
    "est_ess": lambda: (*_sirene("ess"), *_fait("label", "ess")),
    "est_finess": lambda: _fait("label", "finess"),
    "est_organisme_formation": lambda: _fait("organisme-formation", OUI),
    "est_patrimoine_vivant": lambda: _fait("label", "patrimoine-vivant"),
    "est_qualiopi": lambda: _fait("qualiopi", QUELCONQUE),
    "est_rge": lambda: _fait("label", "rge"),
    "est_siae": lambda: _fait("iae", QUELCONQUE),
    "est_societe_mission": lambda: _sirene("societe_mission"),
    "est_uai": lambda: _fait("label", "uai"),
}
"""Criteria of each yes/no parameter: « true » asks for one of them, « false » for none."""
_D_UN_LIEU: Final = ("convention_collective_renseignee", "est_bio", "est_finess", "est_rge", "est_uai")
"""Yes/no parameters that an establishment holds."""


def du_lieu(lus: Mapping[str, Any]) -> tuple[Groupe, ...]:
    """Groups of criteria that one same establishment must meet."""
    groupes = [filtres.SIRENE[filtre].criteres(lus[nom]) for nom, filtre in _PLACES.items() if nom in lus]
    groupes += [DRAPEAUX[nom]() for nom in _D_UN_LIEU if lus.get(nom)]
    if idcc := lus.get("id_convention_collective"):
        groupes.append(_fait("idcc", idcc))
    return tuple(groupes)


def de_l_unite(lus: Mapping[str, Any]) -> tuple[Groupe, ...]:
    """Groups of criteria that a company must meet, those of its establishments included."""
    groupes = [filtres.SIRENE[filtre].criteres(lus[nom]) for nom, filtre in _UNITE.items() if nom in lus]
    for nom in DRAPEAUX.keys() & lus.keys():
        groupes += [DRAPEAUX[nom]()] if lus[nom] else _aucun(DRAPEAUX[nom]())
    if genre := lus.get("type_personne"):
        # Elected people are those of local authorities, whose register of companies names no director.
        elus = _fait("collectivite", QUELCONQUE)
        groupes += [elus] if genre == "ELU" else _aucun(elus)
    return (*du_lieu(lus), *groupes)


def _aucun(groupe: Iterable[Critere]) -> list[Groupe]:
    return [(CodeCherche(c.champ, c.valeur, absent=True),) for c in groupe if isinstance(c, CodeCherche)]


def personne(lus: Mapping[str, Any]) -> str:
    """First names and name that one same person must bear; "" when none is asked."""
    return " ".join(lus[nom].strip() for nom in ("prenoms_personne", "nom_personne") if lus.get(nom, "").strip())


def est_administration(forme: str | None) -> bool:
    return bool(forme) and str(forme).startswith(ADMINISTRATIONS)


def est_association(forme: str | None) -> bool:
    return bool(forme) and str(forme).startswith("92")


def est_entrepreneur_individuel(forme: str | None) -> bool:
    return categories_juridiques.est_personne_physique(forme)
