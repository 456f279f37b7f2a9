"""Parameters of the contract: names, accepted values, order of validation and sentences, as data and pure functions.

A client reads these sentences, so they are those of the State's API word for word, with its typography. Ours are two:
``TRI``, which it does not have, and the refusal of birth dates.
"""

import math
import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import cache
from typing import Any, Final

from fce.api.compatible.criteres import DRAPEAUX
from fce.recherche.question.filtres import EFFECTIF, SIRENE
from fce.recherche.question.requete import FENETRE, TRIS
from fce.recherche.reponse.selectors import naf_de_tete
from fce.referentiels import activites, categories_juridiques, naf, territoires
from fce.socle.erreurs import ParametreInvalide

Lecteur = Callable[[str, str], Any]
"""From the name and the text of a parameter to its value. Raises ``ParametreInvalide``."""

INTERNES: Final = {
    "q": "terms",
    "limite_matching_etablissements": "matching_size",
    "nature_juridique": "nature_juridique_unite_legale",
    "date_naissance_personne_min": "min_date_naiss_personne",
    "date_naissance_personne_max": "max_date_naiss_personne",
    "etat_administratif": "etat_administratif_unite_legale",
    "activite_principale": "activite_principale_unite_legale",
    "code_commune": "commune",
    "tranche_effectif_salarie": "tranche_effectif_salarie_unite_legale",
    "long": "lon",
}
"""{public name: internal name}: sentences name a number by its internal name, which is accepted too."""
PUBLICS: Final = {interne: public for public, interne in INTERNES.items()}
TRI: Final = "tri"
BLOCS: Final = ("complements", "dirigeants", "finances", "score", "siege", "matching_etablissements", "tva")
BLOCS_ADMIN: Final = ("etablissements", "immatriculation", "bodacc", "admin")
PAR_DEFAUT: Final = ("siege", "finances", "tva", "complements", "dirigeants", "matching_etablissements")
MONTANT_MAX: Final = 9223372036854775295
_DRAPEAUX: Final = tuple(DRAPEAUX)
MONTANTS: Final = ("ca_min", "ca_max", "resultat_net_min", "resultat_net_max")
_NAISSANCE: Final = ("min_date_naiss_personne", "max_date_naiss_personne")
HORS_RECHERCHE: Final = frozenset(
    ("radius", "page", "page_etablissements", "per_page", "matching_size", "minimal", "include", "include_admin",
     "sort_by_size", TRI)
)  # fmt: skip
"""Parameters that are no criterion: a request that has no other one is refused."""
_TERMES_MIN: Final = 3


# --- Values ----------------------------------------------------------------------------------------------------------


@cache
def codes_naf() -> tuple[str, ...]:
    """The sub-classes of the NAF rév. 2, then those of the NAF 2025."""
    return tuple(x.code for de in activites.NOMS for x in naf.libelles(de) if naf.est_sous_classe(x.code))


def sections() -> tuple[str, ...]:
    """Letters of the nomenclature that companies bear."""
    return naf.enfants(nomenclature=naf_de_tete())


@cache
def natures_juridiques() -> tuple[str, ...]:
    return tuple(forme.code for forme in categories_juridiques.liste(3))


@cache
def departements() -> tuple[str, ...]:
    return tuple(departement.code for departement in territoires.departements())


@cache
def regions() -> tuple[str, ...]:
    """Régions, without the collectivités that stand for one overseas."""
    return tuple(region.code for region in territoires.regions() if len(region.code) == len("11"))


# --- Readers of one parameter ----------------------------------------------------------------------------------------


def _borner(nom: str, valeur: Any, minimum: float, maximum: float, defaut: object) -> Any:
    if not minimum <= valeur <= maximum:
        raise ParametreInvalide(
            f"Veuillez indiquer un paramètre `{nom}` entre `{minimum}` et `{maximum}`, par défaut `{defaut}`."
        )
    return valeur


def _entier(minimum: int, maximum: int, defaut: int | None = None) -> Lecteur:
    def typer(nom: str, texte: str) -> int:
        try:
            valeur = int(texte)
        except ValueError:
            raise ParametreInvalide(f"Veuillez indiquer un paramètre `{nom}` entier.") from None
        return int(_borner(nom, valeur, minimum, maximum, defaut))

    return typer


def _flottant(minimum: float, maximum: float, defaut: float | None = None) -> Lecteur:
    def typer(nom: str, texte: str) -> float:
        try:
            valeur = float(texte)
        except ValueError:
            valeur = math.nan
        if math.isnan(valeur):
            raise ParametreInvalide(f"Veuillez indiquer un paramètre `{nom}` flottant.")
        return float(_borner(nom, valeur, minimum, maximum, defaut))

    return typer


def _decouper(texte: str) -> list[str]:
    """Values of a list: commas separate them, dashes and spaces do not count."""
    return texte.replace("-", "").replace(" ", "").upper().split(",")


def _parmi(valeurs: Callable[[], Collection[str]]) -> Lecteur:
    def typer(nom: str, texte: str) -> list[str]:
        codes, permises = _decouper(texte), valeurs()
        if any(valeur not in permises for valeur in codes):
            raise ParametreInvalide(
                f"Au moins un paramètre `{PUBLICS.get(nom, nom)}` est non valide. "
                f"Les valeurs valides : {list(permises)}."
            )
        return codes

    return typer


def _motif(expression: str) -> Lecteur:
    motif = re.compile(expression, re.ASCII)

    def typer(nom: str, texte: str) -> list[str]:
        codes = _decouper(texte)
        if not all(motif.fullmatch(valeur) for valeur in codes):
            raise ParametreInvalide(f"Au moins une valeur du paramètre {nom} est non valide.")
        return codes

    return typer


def _une_de(*valeurs: str) -> Lecteur:
    def typer(nom: str, texte: str) -> str:
        if (valeur := texte.upper()) not in valeurs:
            raise ParametreInvalide(
                f"Le paramètre `{PUBLICS.get(nom, nom)}` doit prendre une des valeurs suivantes {list(valeurs)}."
            )
        return valeur

    return typer


def _oui_non(nom: str, texte: str) -> bool:
    if texte.upper() not in ("TRUE", "FALSE"):
        raise ParametreInvalide(f"{nom} doit prendre la valeur 'true' ou 'false' !")
    return texte.upper() == "TRUE"


def _de_longueur(longueur: int) -> Lecteur:
    def typer(nom: str, texte: str) -> str:
        if len(texte) != longueur:
            raise ParametreInvalide(f"Le paramètre `{nom}` doit contenir {longueur} caractères.")
        return texte

    return typer


def _collectivites(_nom: str, texte: str) -> list[str]:
    codes = _decouper(texte)
    if any(len(valeur) < 2 for valeur in codes):
        raise ParametreInvalide(
            "Chaque identifiant code insee d'une collectivité\n"
            "                    territoriale doit contenir au moins 2 caractères."
        )
    return codes


def _jour(_nom: str, texte: str) -> date:
    try:
        return date.fromisoformat(texte)
    except ValueError:
        raise ParametreInvalide(
            "Veuillez indiquer une date sous le format : aaaa-mm-jj. Exemple : '1990-01-02'"
        ) from None


def _blocs(permis: tuple[str, ...]) -> Lecteur:
    def typer(_nom: str, texte: str) -> list[str]:
        noms = [valeur.lower() for valeur in _decouper(texte)]
        if any(valeur not in permis for valeur in noms):
            raise ParametreInvalide(f"Au moins un champ à inclure est non valide. Les champs valides : {list(permis)}.")
        return noms

    return typer


def _tri(_nom: str, texte: str) -> str:
    if texte.removeprefix("-") not in TRIS:
        raise ParametreInvalide(
            f"Le paramètre `{TRI}` doit prendre une des valeurs suivantes {list(TRIS)}, « - » devant ou non."
        )
    return texte


def _tel_quel(_nom: str, texte: str) -> str:
    return texte


def _nom(_nom: str, texte: str) -> str:
    return texte.replace("-", " ").lower()


_MONTANT: Final = _entier(-MONTANT_MAX, MONTANT_MAX)
CHAMPS: Final[dict[str, Lecteur]] = {
    "page": _entier(1, 1000, 1),
    "page_etablissements": _entier(1, 1000),
    "per_page": _entier(1, 25, 10),
    "terms": lambda _nom, texte: texte.upper(),
    "activite_principale_unite_legale": _parmi(codes_naf),
    "categorie_entreprise": _parmi(lambda: ("GE", "PME", "ETI")),
    "commune": _motif(r"([013-9]\d|2[AB1-9])\d{3}"),
    "code_postal": _motif(r"((0[1-9])|([1-8][0-9])|(9[0-8])|(2A)|(2B))[0-9]{3}"),
    "departement": _parmi(departements),
    "region": _parmi(regions),
    "est_entrepreneur_individuel": _oui_non,
    "section_activite_principale": _parmi(sections),
    "tranche_effectif_salarie_unite_legale": _parmi(lambda: SIRENE[EFFECTIF].valeurs),
    "convention_collective_renseignee": _oui_non,
    "egapro_renseignee": _oui_non,
    "est_achats_responsables": _oui_non,
    "est_alim_confiance": _oui_non,
    "epci": _motif(r"\d{9}"),
    **dict.fromkeys(_DRAPEAUX[_DRAPEAUX.index("est_bio") : _DRAPEAUX.index("est_siae")], _oui_non),
    "id_convention_collective": _de_longueur(4),
    "id_finess": _de_longueur(9),
    "id_uai": _de_longueur(8),
    "code_collectivite_territoriale": _collectivites,
    "id_rge": _tel_quel,
    "nom_personne": _nom,
    "prenoms_personne": _nom,
    **dict.fromkeys(_NAISSANCE, _jour),
    **dict.fromkeys(MONTANTS, _MONTANT),
    "type_personne": _une_de("ELU", "DIRIGEANT"),
    "etat_administratif_unite_legale": _une_de("A", "C"),
    "nature_juridique_unite_legale": _parmi(natures_juridiques),
    "est_siae": _oui_non,
    "matching_size": _entier(1, 100, 10),
    "lat": _flottant(-90, 90),
    "lon": _flottant(-180, 180),
    "radius": _flottant(0.001, 50, 5),
    "minimal": _oui_non,
    "include": _blocs(BLOCS),
    "include_admin": _blocs(BLOCS_ADMIN),
    "sort_by_size": _oui_non,
    TRI: _tri,
}
"""Readers by internal name, in the order in which parameters are checked. Any other parameter is ignored."""


# --- The whole request -----------------------------------------------------------------------------------------------


def typer(params: Mapping[str, str], *, autour: bool) -> dict[str, Any]:
    """Return the parameters given, by internal name. ``autour``: of a search around a point.

    Raises ``ParametreInvalide`` with the sentence of the first fault, in the order of the contract.
    """
    recus = {INTERNES.get(nom, nom): texte for nom, texte in params.items()}
    saisie = {nom: lecteur(nom, recus[nom]) for nom, lecteur in CHAMPS.items() if nom in recus}
    for verification in (_geographie(autour=autour), _fenetre, _naissance, _inclusion, _vide, _courte):
        verification(saisie)
    return saisie


def _geographie(*, autour: bool) -> Callable[[Mapping[str, Any]], None]:
    def verifier(saisie: Mapping[str, Any]) -> None:
        if autour and "terms" in saisie:
            raise ParametreInvalide("Le paramètre 'terms' n'est pas autorisé pour une recherche géographique.")
        if autour and not {"lat", "lon"} <= saisie.keys():
            raise ParametreInvalide("Les paramètres 'lat' et 'long' sont obligatoires pour une recherche géographique.")
        if not autour and {"lat", "lon"} & saisie.keys():
            raise ParametreInvalide(
                "Les paramètres 'lat', 'long' ne sont autorisés que pour une recherche géographique."
            )

    return verifier


def _fenetre(saisie: Mapping[str, Any]) -> None:
    if saisie.get("page", 1) * saisie.get("per_page", 10) > FENETRE:
        raise ParametreInvalide(
            "Le nombre total de résultats est restreint à 10 000. Pour garantir cela, le produit du numéro de page "
            "(par défaut, page = 1) et du nombre de résultats par page (par défaut, per_page = 10), c'est-à-dire "
            "`page * per_page`, ne doit pas excéder 10 000."
        )


def _naissance(saisie: Mapping[str, Any]) -> None:
    minimum, maximum = (saisie.get(nom) for nom in _NAISSANCE)
    if minimum and maximum and maximum < minimum:
        raise ParametreInvalide("Veuillez indiquer une date minimale inférieure à la date maximale.")
    if minimum or maximum:
        raise ParametreInvalide(
            "La date de naissance des dirigeants est réservée aux agents habilités : elle ne filtre pas une recherche "
            "ouverte à tous. Retirez `date_naissance_personne_min` et `date_naissance_personne_max`."
        )


def _inclusion(saisie: Mapping[str, Any]) -> None:
    if saisie.get("include") and not saisie.get("minimal"):
        raise ParametreInvalide(
            "Veuillez indiquer si vous souhaitez une réponse minimale avec le filtre `minimal=True`` avant de préciser "
            "les champs à inclure."
        )


def _vide(saisie: Mapping[str, Any]) -> None:
    if saisie.keys() <= HORS_RECHERCHE:
        raise ParametreInvalide("Veuillez indiquer au moins un paramètre de recherche.")


def _courte(saisie: Mapping[str, Any]) -> None:
    # A page of establishments counts as a filter here, and not in ``_vide``: it asks for one company.
    seule = saisie.keys() <= (HORS_RECHERCHE - {"page_etablissements"}) | {"terms"}
    if seule and "terms" in saisie and len(saisie["terms"]) < _TERMES_MIN:
        raise ParametreInvalide("3 caractères minimum pour les termes de la requête (ou utilisez au moins un filtre)")


def blocs(saisie: Mapping[str, Any]) -> frozenset[str]:
    """Names of the blocks of a company that the answer holds."""
    voulus = saisie.get("include", ()) if saisie.get("minimal") else PAR_DEFAUT
    return frozenset((*voulus, *saisie.get("include_admin", ())))


# --- Numbers ---------------------------------------------------------------------------------------------------------


def est_siren(termes: str) -> bool:
    """Nine digits, spaces aside; the key is not checked."""
    return _est_un_numero(termes, 9)


def est_siret(termes: str) -> bool:
    """Fourteen digits, spaces aside; the key is not checked."""
    return _est_un_numero(termes, 14)


def _est_un_numero(termes: str, chiffres: int) -> bool:
    compact = termes.replace(" ", "")
    return len(compact) == chiffres and compact.isascii() and compact.isdigit()
