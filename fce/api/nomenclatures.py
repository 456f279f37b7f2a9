"""The nomenclatures whose codes the API gives, whole, and the suggestions of companies while a name is typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Annotated, Any, Final, NamedTuple

from django.http import HttpRequest, HttpResponse
from msgspec import Meta, Struct
from ninja import Query, Router

from fce.api.reponses import EN_JSON, ERREURS, envoyer, json_de, repondre
from fce.api.schemas import en_forme
from fce.recherche.reponse import selectors as recherches
from fce.referentiels import Libelle, categories_juridiques, conventions, effectifs, naf, pays
from fce.referentiels.territoires import decoupage
from fce.socle.erreurs import Introuvable

routeur = Router(tags=["nomenclatures"])
suggestions = Router(tags=["recherche"])
SUGGESTIONS_MAX: Final = 20
Q: Any = Query(..., max_length=200, description="Début d’un nom, ou un numéro entier ; deux lettres au moins.")
TAILLE: Any = Query(8, ge=1, le=SUGGESTIONS_MAX, description="Suggestions, 20 au plus.")


class CodeV1(Struct):
    """Un code d’une nomenclature."""

    code: str
    libelle: Annotated[str | None, Meta(description="Null quand aucun n’est publié.")]
    parent: Annotated[
        str | None, Meta(description="Code du niveau au-dessus : catégorie, département d’une commune, région.")
    ]
    en_vigueur: Annotated[bool, Meta(description="Faux : ce code n’est plus attribué, mais des unités le portent.")]


class ResumeDeNomenclatureV1(Struct):
    """Une nomenclature."""

    nom: Annotated[str, Meta(description="À la suite de « /api/v1/nomenclatures/ ».")]
    titre: str
    producteur: str
    version: Annotated[str | None, Meta(description="Année ou jour de la version publiée ; null : inconnue.")]


class NomenclatureV1(ResumeDeNomenclatureV1):
    """Une nomenclature et ses codes, dans l’ordre officiel."""

    codes: list[CodeV1]


class NomenclaturesV1(Struct):
    """Les nomenclatures."""

    nomenclatures: list[ResumeDeNomenclatureV1]


class SuggestionV1(Struct):
    """Une entreprise dont le nom commence ainsi."""

    siren: str
    nom: str
    commune: str | None
    effectif: str | None
    activite: str | None
    etat: Annotated[str | None, Meta(description="« A » active, « C » cessée, null inconnu.")]


class SuggestionsV1(Struct):
    """Les entreprises proposées, les actives d’abord."""

    suggestions: list[SuggestionV1]


class _Nomenclature(NamedTuple):
    titre: str
    producteur: str
    version: str | None
    codes: Callable[[], Iterable[CodeV1]]


def _d_une_naf(nomenclature: str) -> Callable[[], Iterable[CodeV1]]:
    en_vigueur = nomenclature in (naf.NAF_REV_2, naf.NAF_2025)
    return lambda: (CodeV1(x.code, x.libelle, parent or None, en_vigueur) for x, parent in naf.codes(nomenclature))


def _simples(libelles: Iterable[Libelle]) -> Iterator[CodeV1]:
    return (CodeV1(x.code, x.libelle, None, en_vigueur=True) for x in libelles)


_PARENTS: Final = {1: 0, 2: 1, 4: 2}
"""Length of the code above, by length of a catégorie juridique."""


def _categories() -> Iterator[CodeV1]:
    niveaux: tuple[categories_juridiques.Niveau, ...] = (1, 2, 3)
    for code, libelle in sorted((x.code, x.libelle) for n in niveaux for x in categories_juridiques.liste(n)):
        yield CodeV1(code, libelle, code[: _PARENTS[len(code)]] or None, en_vigueur=True)


def _departements() -> Iterator[CodeV1]:
    for departement in decoupage.departements():
        region = decoupage.region_du_departement(departement.code)
        yield CodeV1(departement.code, departement.libelle, region.code if region else None, en_vigueur=True)


def _communes() -> Iterator[CodeV1]:
    for ligne in decoupage.lignes_par_code().values():
        commune = decoupage.decoder(ligne)
        en_vigueur = commune.type in ("actuelle", "arrondissement")
        yield CodeV1(commune.code, commune.nom, commune.departement, en_vigueur)


_COG: Final = "2026"
NOMENCLATURES: Final = {
    "naf-2025": _Nomenclature("NAF 2025", "Insee", "2025", _d_une_naf(naf.NAF_2025)),
    "naf-rev2": _Nomenclature("NAF rév. 2", "Insee", "2008", _d_une_naf(naf.NAF_REV_2)),
    "naf-rev1": _Nomenclature("NAF rév. 1", "Insee", "2003", _d_une_naf("NAFRev1")),
    "naf-1993": _Nomenclature("NAF 1993", "Insee", "1993", _d_une_naf("NAF1993")),
    "nap": _Nomenclature("Nomenclature d’activités et de produits", "Insee", "1973", _d_une_naf("NAP")),
    "categories-juridiques": _Nomenclature("Catégories juridiques", "Insee", None, _categories),
    "tranches-effectif": _Nomenclature(
        "Tranches d’effectif salarié", "Insee", None, lambda: _simples(effectifs.liste())
    ),
    "conventions-collectives": _Nomenclature(
        "Conventions collectives (IDCC)",
        "Direction générale du travail",
        None,
        lambda: _simples(Libelle(*x) for x in conventions.titres().items()),
    ),
    "regions": _Nomenclature("Régions", "Insee", _COG, lambda: _simples(decoupage.regions())),
    "departements": _Nomenclature("Départements", "Insee", _COG, _departements),
    "epci": _Nomenclature(
        "Intercommunalités à fiscalité propre",
        "DGCL",
        _COG,
        lambda: _simples(Libelle(code, nom) for code, (nom, *_) in decoupage.epci_connus().items()),
    ),
    "communes": _Nomenclature("Communes, arrondissements et anciennes communes", "Insee", _COG, _communes),
    "pays": _Nomenclature("Pays et territoires étrangers", "Insee", None, lambda: _simples(pays.liste())),
}


@routeur.get(
    "",
    response={200: None, 304: None, **ERREURS},
    openapi_extra={"responses": {200: json_de(NomenclaturesV1)}},
    summary="Lister les nomenclatures",
)
def nomenclatures(request: HttpRequest) -> HttpResponse:
    """List the nomenclatures."""
    return repondre(request, listees(), ouverte=True)


def listees() -> NomenclaturesV1:
    return NomenclaturesV1([ResumeDeNomenclatureV1(nom, *decrite[:3]) for nom, decrite in NOMENCLATURES.items()])


@routeur.get(
    "/{nom}",
    response={200: None, 304: None, **ERREURS},
    openapi_extra={"responses": {200: json_de(NomenclatureV1)}},
    summary="Lire une nomenclature",
)
def nomenclature(request: HttpRequest, nom: str) -> HttpResponse:
    """Give every code of a nomenclature with its label. Raises Introuvable."""
    return envoyer(request, _ecrite(nom), ouverte=True)


def entiere(nom: str) -> NomenclatureV1:
    """Raises Introuvable."""
    if (decrite := NOMENCLATURES.get(nom)) is None:
        raise Introuvable("Cette nomenclature n’existe pas : voyez /api/v1/nomenclatures.")
    return NomenclatureV1(nom, *decrite[:3], [*decrite.codes()])


@cache
def _ecrite(nom: str) -> bytes:
    """Four megabytes for the communes, once per process."""
    return EN_JSON.encode(entiere(nom))


@suggestions.get(
    "",
    response={200: None, 304: None, **ERREURS},
    openapi_extra={"responses": {200: json_de(SuggestionsV1)}},
    summary="Suggérer des entreprises pendant la frappe",
)
def suggerer(request: HttpRequest, q: str = Q, taille: int = TAILLE) -> HttpResponse:
    """Companies whose name begins with ``q``."""
    return repondre(request, suggerees(q, taille), ouverte=True)


def suggerees(q: str, taille: int) -> SuggestionsV1:
    """Raises IndexIndisponible."""
    return SuggestionsV1(en_forme(recherches.suggerer(q, taille), list[SuggestionV1]))
