"""A declaration written in JSON: Table Schema and the project's words (``docs/declaration.md``), read into a ``Source``.

``sources.coherence`` judges the source that it builds, as that of any ``source.py``. No I/O.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from django.apps.registry import Apps
from django.core.exceptions import ImproperlyConfigured

from fce.donnees.declarations.mots import RegleAlarme, batir, batir_objet, exiger_mots, exiger_texte, mots_de, refuser
from fce.socle.texte import typographie
from fce.sources import champs
from fce.sources.acces import Acces
from fce.sources.catalogue import nomenclatures
from fce.sources.catalogue.feuille import Feuille
from fce.sources.declaration import Csv, Fait, Parquet, Source
from fce.sources.fichier import Lecteur
from fce.sources.presentation import Alarme, Filtre
from fce.sources.schema import genre as type_de
from fce.sources.synthese import Comptes, Contact, Effectif, GroupeEntreprise, UniteCompetente

OCTETS_MAX: Final = 300_000
COLONNES_MAX: Final = 300
SCHEMA: Final = "https://specs.frictionlessdata.io/schemas/table-schema.json"
GENRES: Final = {
    c.__name__.lower(): c
    for c in (
        champs.Texte, champs.Code, champs.Siren, champs.Siret, champs.Entier, champs.Decimal, champs.Jour,
        champs.Mois, champs.Horodatage, champs.Booleen,
    )
}  # fmt: skip
FORMATS: Final = (
    "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%m/%d/%Y", "%Y/%m/%d", "%Y%m%d", "%d%m%Y", "%Y-%m", "%m/%Y", "%Y%m",
    "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M",
)  # fmt: skip
NOMENCLATURES: Final = {
    nom: getattr(nomenclatures, nom)
    for nom in ("activite", "categorie_juridique", "departement", "departement_du_lieu", "region")
}
TYPOGRAPHIES: Final = {
    nom: getattr(typographie, nom) for nom in ("prenoms", "nom_de_famille", "fonction", "juridiction", "chiffres")
}
TRAITS: Final = {"contact": Contact, "effectif": Effectif, "comptes": Comptes, "groupe": GroupeEntreprise,
                 "unite_competente": UniteCompetente}  # fmt: skip
_ATTRIBUT: Final = re.compile(r"[a-z_]{1,40}")
_RESSOURCE: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HAUT: Final = ("$schema", "name", "title", "description", "format", "encoding", "dialect", "missingValues", "fields", "fce")
_DE_SOURCE: Final = (
    "producteur", "systeme", "acces", "frequence", "cle", "doublons", "rubrique", "licence", "origine", "seuils",
    "layout_partiel", "tolerante", "date_metier", "aussi_datee", "parution", "mode", "base_legale", "ressource",
    "sans_adresse", "presentation", "regroupement", "absence", "horizon", "nouvelles", "compte", "jalon",
)  # fmt: skip
_OBLIGATOIRES: Final = ("producteur", "systeme", "acces", "frequence", "cle", "conservation")
_DU_CHAMP: Final = ("attribut", "genre", "nature", "acces", "unite", "formats", "attendues", "indexe", "nomenclature",
                    "typographie", "optionnelle", "decimales", "futur")  # fmt: skip
_DE_COLONNE: Final = ("name", "title", "type", "description", "format", "decimalChar", "categories", "constraints", "fce")


def lire_json(texte: str | bytes) -> dict[str, Any]:
    """The declaration as data. Raises ParametreInvalide: not JSON, a word twice, more than ``OCTETS_MAX``."""
    if len(texte) > OCTETS_MAX:
        raise refuser("", f"{OCTETS_MAX // 1000} ko au plus")
    try:
        dit = json.loads(texte, object_pairs_hook=_sans_double, parse_constant=_sans_infini)
    except (ValueError, RecursionError) as erreur:
        raise refuser("", "ce n'est pas du JSON en UTF-8") from erreur
    return dict(exiger_mots(dit, _HAUT, ""))


def construire(dit: dict[str, Any]) -> Source:
    """The ``Source`` that a declaration describes, as a ``source.py`` would. Raises ParametreInvalide, with the path of
    the first faulty word, or every contradiction that ``coherence`` finds."""
    exiger_mots(dit, _HAUT, "")
    if manquants := [mot for mot in ("name", "title", "fields", "fce") if mot not in dit]:
        raise refuser("", f"il manque « {manquants[0]} »")
    if dit.get("$schema", SCHEMA) != SCHEMA:
        raise refuser("$schema", f"seul {SCHEMA} est connu")
    colonnes = _colonnes(dit["fields"])
    fce = exiger_mots(dit["fce"], {*_DE_SOURCE, "conservation", "alarme", "recherche", "synthese"}, "fce")
    if manquants := [mot for mot in _OBLIGATOIRES if mot not in fce]:
        raise refuser("fce", f"il manque « {manquants[0]} »")
    exiger_conservation(fce["conservation"])
    annonces = mots_de(Source)
    dits = {mot: batir(annonces[mot], fce[mot], f"fce.{mot}") for mot in _DE_SOURCE if mot in fce}
    for mot in ("origine", "producteur.site"):
        _exiger_adresse(dits["producteur"].site if "." in mot else dits.get(mot, ""), f"fce.{mot}")
    if not _RESSOURCE.fullmatch(dits.get("ressource") or "0" * 8 + "-0000" * 3 + "-" + "0" * 12):
        raise refuser("fce.ressource", "l'identifiant d'une ressource de data.gouv.fr est attendu")
    try:
        return Source(
            exiger_texte(dit["name"], "name", 45),
            _modele(exiger_texte(dit["name"], "name", 45), colonnes),
            titre=exiger_texte(dit["title"], "title", 120),
            description=exiger_texte(dit.get("description", ""), "description", 2_000),
            fichier=_fichier(dit, [champ.colonne for champ in colonnes.values()]),
            alarme=_alarme(fce["alarme"], colonnes) if "alarme" in fce else None,
            recherche=tuple(_alimentation(r, f"fce.recherche[{n}]") for n, r in enumerate(_liste(fce, "recherche"))),
            synthese=tuple(_trait(t, f"fce.synthese[{n}]") for n, t in enumerate(_liste(fce, "synthese"))),
            **dits,
        )
    except ImproperlyConfigured as erreur:
        raise refuser("", str(erreur).rstrip(".")) from erreur


def exiger_conservation(valeur: Any) -> int:
    """Days that the tables are kept once the declaration is withdrawn."""
    jours = batir(int, valeur, "fce.conservation")
    if not 1 <= jours <= 3_660:
        raise refuser("fce.conservation", "un nombre de jours, de 1 à 3660, est attendu")
    return int(jours)


def _sans_double(paires: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(objet := dict(paires)) != len(paires):
        raise refuser("", "un mot est écrit deux fois dans le même objet")
    return objet


def _sans_infini(_: str) -> None:
    raise ValueError


def _liste(fce: Any, mot: str) -> list[Any]:
    if not isinstance(valeur := fce.get(mot, []), list) or len(valeur) > 20:
        raise refuser(f"fce.{mot}", "une liste [ … ] de 20 valeurs au plus est attendue")
    return valeur


def _exiger_adresse(valeur: str, ou: str) -> None:
    if valeur and not re.fullmatch(r"https://[a-z0-9.-]+(/[^\s\"'<>\\]*)?", valeur):
        raise refuser(ou, "une adresse https:// est attendue")


def _modele(nom: str, colonnes: dict[str, champs.Champ]) -> type[Fait]:
    # A registry of its own: two versions of a declaration may be in a process at once.
    options = type("Meta", (), {"managed": False, "app_label": "sources", "apps": Apps(())})
    return type(f"Declare_{nom}".replace("-", "_"), (Fait,), {"__module__": __name__, "Meta": options, **colonnes})


def _colonnes(valeur: Any) -> dict[str, champs.Champ]:
    if not isinstance(valeur, list) or not 1 <= len(valeur) <= COLONNES_MAX:
        raise refuser("fields", f"une liste de 1 à {COLONNES_MAX} colonnes est attendue")
    colonnes: dict[str, champs.Champ] = {}
    for n, colonne in enumerate(valeur):
        attribut, champ = _colonne(colonne, f"fields[{n}]")
        if attribut in colonnes:
            raise refuser(f"fields[{n}].fce.attribut", f"« {attribut} » est déjà pris")
        colonnes[attribut] = champ
    return colonnes


def _colonne(valeur: Any, ou: str) -> tuple[str, champs.Champ]:
    dit = exiger_mots(valeur, _DE_COLONNE, ou)
    fce = exiger_mots(dit.get("fce"), _DU_CHAMP, f"{ou}.fce")
    attribut = exiger_texte(fce.get("attribut"), f"{ou}.fce.attribut", 40)
    if not _ATTRIBUT.fullmatch(attribut):
        raise refuser(f"{ou}.fce.attribut", "de 1 à 40 lettres minuscules sans accent, ou « _ »")
    if (genre := fce.get("genre")) not in GENRES:
        raise refuser(f"{ou}.fce.genre", f"l'un de ces mots est attendu : {', '.join(GENRES)}")
    contraintes = exiger_mots(dit.get("constraints", {}), ("required", "minimum"), f"{ou}.constraints")
    options = _options(dit, fce, contraintes, genre, ou)
    libelle = exiger_texte(dit.get("title", ""), f"{ou}.title", 120)
    try:
        champ = GENRES[genre](libelle, exiger_texte(dit.get("name"), f"{ou}.name", 250), **options)
    except (ImproperlyConfigured, TypeError) as erreur:
        raise refuser(ou, f"« {genre} » ne se dit pas ainsi, ou n'a pas de libellé (title)") from erreur
    if not champ.colonne or dit.get("type") != type_de(champ):
        raise refuser(f"{ou}.type", f"avec le genre « {genre} », il faut un nom (name) et le type « {type_de(champ)} »")
    return attribut, champ


def _options(dit: Any, fce: Any, contraintes: Any, genre: str, ou: str) -> dict[str, Any]:
    """Arguments of the field. A word that its kind does not know is refused by the field itself (TypeError)."""
    types = {"unite": str, "attendues": tuple[str, ...], "indexe": bool, "optionnelle": bool, "decimales": int,
             "futur": bool, "acces": Acces}  # fmt: skip
    options = {mot: batir(type_, fce[mot], f"{ou}.fce.{mot}") for mot, type_ in types.items() if mot in fce}
    if "nature" in fce:
        options["masque"] = batir(champs.Nature, fce["nature"], f"{ou}.fce.nature")
    for mot, connus in (("nomenclature", NOMENCLATURES), ("typographie", TYPOGRAPHIES)):
        if mot in fce:
            if not isinstance(fce[mot], str) or fce[mot] not in connus:
                raise refuser(f"{ou}.fce.{mot}", f"l'un de ces mots est attendu : {', '.join(connus)}")
            options[mot] = connus[fce[mot]]
    if "description" in dit:
        options["aide"] = exiger_texte(dit["description"], f"{ou}.description")
    if contraintes.get("required", False):
        options["obligatoire"] = batir(bool, contraintes["required"], f"{ou}.constraints.required")
    if "minimum" in contraintes:
        options["minimum"] = batir(int, contraintes["minimum"], f"{ou}.constraints.minimum")
    if "decimalChar" in dit:
        options["virgule"] = dit["decimalChar"] == ","
    if "format" in dit or "formats" in fce:
        options["formats"] = _formats([dit["format"]] if "format" in dit else [], fce.get("formats", []), ou)
    if "categories" in dit:
        options["nomenclature"] = _categories(dit["categories"], f"{ou}.categories")
    return options


def _formats(premier: list[Any], autres: Any, ou: str) -> tuple[str, ...]:
    formats = (*premier, *batir(tuple[str, ...], autres, f"{ou}.fce.formats"))
    if inconnus := [f for f in formats if f not in FORMATS]:
        raise refuser(f"{ou}.format", f"format inconnu : « {str(inconnus[0])[:40]} » (connus : {' '.join(FORMATS)})")
    return formats


def _categories(valeur: Any, ou: str) -> dict[str, str]:
    """{code: label} of Table Schema's ``categories``."""
    if not isinstance(valeur, list) or not 1 <= len(valeur) <= 500:
        raise refuser(ou, "une liste de 1 à 500 objets { value, label } est attendue")
    dits = [exiger_mots(c, ("value", "label"), f"{ou}[{n}]") for n, c in enumerate(valeur)]
    return {exiger_texte(c.get("value"), ou): exiger_texte(c.get("label"), ou) for c in dits}


def _fichier(dit: dict[str, Any], colonnes: list[str]) -> Csv | Parquet | Lecteur:
    dialecte = exiger_mots(dit.get("dialect", {}), ("delimiter", "header", "headerRows", "sheetName"), "dialect")
    nuls = tuple(n for n in batir(tuple[str, ...], dit.get("missingValues", []), "missingValues") if n)
    rang = batir(tuple[int], dialecte["headerRows"], "dialect.headerRows")[0] if "headerRows" in dialecte else 1
    format_ = dit.get("format", "csv")
    if format_ not in ("csv", "xlsx", "parquet") or not 1 <= rang <= 100:
        raise refuser("format", "csv, xlsx ou parquet est attendu, et un en-tête dans les 100 premières lignes")
    if format_ == "parquet":
        return Parquet(nuls)
    encodage = exiger_texte(dit.get("encoding", "utf-8"), "encoding", 30)
    separateur = dialecte.get("delimiter", ",")
    if separateur not in (",", ";", "\t", "|"):
        raise refuser("dialect.delimiter", "une virgule, un point-virgule, une tabulation ou une barre est attendu")
    if format_ == "xlsx" or rang > 1:
        feuille = exiger_texte(dialecte.get("sheetName", ""), "dialect.sheetName", 31)
        lecture = Feuille(tuple(colonnes), rang, feuille, "" if format_ == "xlsx" else separateur, encodage)
        return Lecteur(lecture, extension=format_, nuls=nuls)
    entete = () if batir(bool, dialecte.get("header", True), "dialect.header") else tuple(colonnes)
    return Csv(separateur, encodage, nuls, entete)


def _alarme(valeur: Any, colonnes: dict[str, champs.Champ]) -> Alarme:
    regle = batir_objet(RegleAlarme, valeur, "fce.alarme")
    if inconnus := [a for a in (regle.champ, regle.date, regle.siret) if a and a not in colonnes]:
        raise refuser("fce.alarme", f"le champ « {inconnus[0]} » n'existe pas")
    # Rows of a closed list are all needed: only an alarm on any value may leave the empty ones out.
    return Alarme(regle.faits, regle.mois, regle.gravite, titre=regle.titre, remplies=(regle.champ,))


def _alimentation(valeur: Any, ou: str) -> Any:
    if isinstance(valeur, dict) and valeur.get("genre") == "filtre":
        return batir_objet(Filtre, {m: v for m, v in valeur.items() if m != "genre"}, ou, libelle=_libelles)
    return batir(mots_de(Source)["recherche"], [valeur], ou)[0]


def _libelles(valeur: Any, ou: str) -> Any:
    return batir(Mapping[str, str], valeur, ou).get


def _trait(valeur: Any, ou: str) -> Any:
    if not isinstance(valeur, dict) or valeur.get("genre") not in TRAITS:
        raise refuser(f"{ou}.genre", f"l'un de ces mots est attendu : {', '.join(TRAITS)}")
    return batir(TRAITS[valeur["genre"]], {m: v for m, v in valeur.items() if m != "genre"}, ou)
