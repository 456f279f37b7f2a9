"""OpenAPI document of the drop-in, made of ``parametres`` and ``formes``, and its departures from the contract."""

from functools import cache
from typing import Any, Final

import msgspec

from fce.api.compatible import formes, lectures, montants, numeros, parametres, requetes
from fce.api.reponses import REFERENCE_DE_FORME
from fce.recherche.question.requete import FENETRE, TRIS
from fce.referentiels import naf
from fce.socle.texte.formats import nombre
from fce.socle.web.routes import CONTRAT

ECARTS: Final = (
    "Mois, année et date de naissance, nationalité des dirigeants : toujours null, et « date_naissance_personne_min » "
    "et « date_naissance_personne_max » sont refusés. Ces données sont réservées aux agents habilités.",
    "Une personne en diffusion partielle n’est trouvée que par son numéro exact, et sa commune est masquée aussi.",
    "« est_administration » et « a_acces_espace_agent » suivent la forme juridique (établissements publics, État, "
    "collectivités), « est_association » la forme juridique ou le répertoire national des associations.",
    "Dans « idcc/metadata », seul le titre de chaque convention est renseigné.",
    "« activite_principale » prend les codes de la NAF rév. 2 et de la NAF 2025 ; une fois celle-ci en place, un code "
    "de la NAF rév. 2 donne aussi les entreprises du code qui lui succède le plus souvent. "
    "« section_activite_principale » est une lettre de la nomenclature en place, comme dans les réponses.",
    "Un lieu est celui d’un établissement ouvert, ou du siège.",
    f"D’une entreprise, {nombre(lectures.FAITS_MAX)} lignes de chaque source sont lues (dirigeants, élus, annonces, "
    "conventions, labels), dans l’ordre des SIRET puis du fichier ; celles d’un établissement rendu le sont toutes.",
    f"Les filtres de chiffre d’affaires et de résultat net retiennent {nombre(montants.COMPTES_MAX)} entreprises au "
    f"plus ; à côté de mots, ils ne s’appliquent qu’aux {nombre(FENETRE)} premières entreprises trouvées.",
    f"Plusieurs critères d’un même établissement : les {nombre(requetes.ENSEMBLE_MAX)} premiers établissements qui y "
    f"répondent sont retenus. Un identifiant (FINESS, UAI, RGE) n’a que ses {nombre(numeros.PORTEURS_MAX)} premiers "
    f"porteurs ; à côté d’un autre critère, {nombre(2 * FENETRE)} de leurs établissements sont lus au plus.",
)
MIEUX: Final = (
    "Les filtres restent appliqués à côté d’un SIREN ou d’un SIRET.",
    "Les filtres qui portent sur un établissement (lieu, convention, bio, RGE, FINESS, UAI) doivent être vrais du même "
    "établissement.",
    "Une faute de frappe est corrigée ; l’enseigne et l’adresse se trouvent ; le nom et le prénom sont ceux d’une même "
    "personne.",
    "« near_point » rend les plus proches d’abord, avec tous les filtres ; seuls les établissements ouverts répondent.",
    "Le total est exact jusqu’à 10 000.",
    "« tri » ordonne les résultats : pertinence, effectif, creation, nom ou commune ; « - » devant : inverse.",
)
_LISTE: Final = "Valeurs séparées par des virgules."
_TEXTES: Final = {
    "page": "Page, à partir de 1 ; page × per_page va jusqu’à 10 000.",
    "page_etablissements": "Page des établissements d’une entreprise, cent par page (bloc « etablissements »).",
    "per_page": "Résultats par page, 25 au plus.",
    "terms": "Nom, sigle, enseigne, adresse, dirigeant, SIREN ou SIRET ; trois caractères au moins sans filtre.",
    "activite_principale_unite_legale": f"Activité de l’entreprise (NAF rév. 2 ou NAF 2025, « {naf.EXEMPLE} »).",
    "categorie_entreprise": "PME, ETI ou GE.",
    "commune": "Commune d’un établissement (code Insee).",
    "code_postal": "Code postal d’un établissement.",
    "departement": "Département d’un établissement.",
    "region": "Région d’un établissement (code Insee).",
    "epci": "Intercommunalité d’un établissement (SIREN).",
    "section_activite_principale": "Section de l’activité de l’entreprise (« J »).",
    "tranche_effectif_salarie_unite_legale": "Tranche d’effectif de l’entreprise.",
    "id_convention_collective": "Convention collective (IDCC) d’un établissement.",
    "id_finess": "Numéro FINESS d’un établissement.",
    "id_uai": "Numéro UAI d’un établissement.",
    "id_rge": "Code d’une qualification RGE d’un établissement.",
    "code_collectivite_territoriale": "Code d’une collectivité (« 35238 », « 35D », « 53 »).",
    "nom_personne": "Nom d’un dirigeant ou d’un élu.",
    "prenoms_personne": "Prénoms de la même personne.",
    "min_date_naiss_personne": "Refusé : réservé aux agents.",
    "max_date_naiss_personne": "Refusé : réservé aux agents.",
    "ca_min": "Chiffre d’affaires des derniers comptes publiés, au moins.",
    "ca_max": "Chiffre d’affaires des derniers comptes publiés, au plus.",
    "resultat_net_min": "Résultat net des derniers comptes publiés, au moins.",
    "resultat_net_max": "Résultat net des derniers comptes publiés, au plus.",
    "type_personne": "ELU ou DIRIGEANT.",
    "etat_administratif_unite_legale": "A (active) ou C (cessée).",
    "nature_juridique_unite_legale": "Catégorie juridique (« 5710 »).",
    "matching_size": "Établissements qui répondent, par entreprise, 100 au plus.",
    "lat": "Latitude du point, en degrés.",
    "lon": "Longitude du point, en degrés.",
    "radius": "Rayon en kilomètres, de 0,001 à 50.",
    "minimal": "true : sans les blocs.",
    "include": f"Blocs gardés avec minimal=true : {', '.join(parametres.BLOCS)}.",
    "include_admin": f"Blocs ajoutés : {', '.join(parametres.BLOCS_ADMIN)}.",
    "sort_by_size": "true : les plus grandes d’abord.",
    parametres.TRI: f"{', '.join(TRIS)} ; « - » devant : inverse.",
}
_DEFAUTS: Final = {"page": 1, "per_page": 10, "matching_size": 10, "radius": 5}
_GEOGRAPHIQUES: Final = ("lat", "lon", "radius")
_REPONSES: Final = (formes.ReponseCompatible, formes.RefusCompatible, formes.Sante)


@cache
def openapi() -> dict[str, Any]:
    """The OpenAPI document of the drop-in."""
    _, composants = msgspec.json.schema_components(_REPONSES, ref_template=REFERENCE_DE_FORME)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "FCE – API compatible avec l’API Recherche d’entreprises",
            "version": "1",
            "description": " ".join(ECARTS),
            "license": {"name": "Licence Ouverte 2.0"},
        },
        "paths": {f"{CONTRAT}/{chemin}": {"get": decrite} for chemin, decrite in _chemins().items()},
        "components": {"schemas": composants},
    }


def _chemins() -> dict[str, dict[str, Any]]:
    texte = {"type": ["string", "null"]}
    siren = {"name": "siren", "in": "path", "required": True, "schema": {"type": "string"}, "description": "SIREN."}
    listes = {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}}
    titres = {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": texte}}
    reponse = _reference(formes.ReponseCompatible)
    return {
        "search": _operation("Chercher une entreprise", reponse, _parametres(autour=False)),
        "near_point": _operation("Chercher autour d’un point", reponse, _parametres(autour=True)),
        "sources/last_modified": _operation(
            "Lire la date de chaque source", {"type": "object", "additionalProperties": texte}
        ),
        "idcc/metadata": _operation("Lire les conventions collectives", titres),
        "idcc/{siren}": _operation("Lire les conventions collectives d’une entreprise", listes, [siren]),
        "health": _operation("Savoir si le service répond", _reference(formes.Sante)),
        "health/elastic": _operation("Savoir si la recherche répond (503 sinon)", _reference(formes.Sante)),
    }


def _reference(forme: type[msgspec.Struct]) -> dict[str, str]:
    return {"$ref": REFERENCE_DE_FORME.format(name=forme.__name__)}


def _operation(resume: str, forme: dict[str, Any], attendus: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    refus = {"description": "Erreur", "content": {"application/json": {"schema": _reference(formes.RefusCompatible)}}}
    return {
        "summary": resume,
        "parameters": attendus or [],
        "responses": {
            "200": {"description": "OK", "content": {"application/json": {"schema": forme}}},
            **{str(status): refus for status in (400, 404, 405, 414, 429, 503)},
        },
    }


def _parametres(*, autour: bool) -> list[dict[str, Any]]:
    voulus = [n for n in parametres.CHAMPS if (n != "terms" if autour else n not in _GEOGRAPHIQUES)]
    return [
        {
            "name": parametres.PUBLICS.get(nom, nom),
            "in": "query",
            "required": autour and nom in ("lat", "lon"),
            "schema": {"type": "string", **({"default": str(_DEFAUTS[nom])} if nom in _DEFAUTS else {})},
            "description": _TEXTES.get(nom, "true ou false."),
        }
        for nom in voulus
    ]
