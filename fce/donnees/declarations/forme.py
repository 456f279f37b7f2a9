"""A declaration written in JSON: Table Schema and the project's words (``docs/declaration.md``), to and from a
``Source``.

``sources.coherence`` judges the source that it builds, as that of any ``source.py``. No I/O.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, make_dataclass
from keyword import iskeyword
from typing import Any, Final, Literal, get_args, get_type_hints

from django.apps import apps
from django.apps.registry import Apps
from django.core.exceptions import ImproperlyConfigured

from fce.donnees.declarations.mots import batir, refuser
from fce.socle.texte import typographie
from fce.sources import champs, presentation as p, synthese as s
from fce.sources.acces import Acces, Agents, AgentsHabilites, Habilite, Public, Secret
from fce.sources.catalogue import nomenclatures
from fce.sources.catalogue.feuille import TablePlacee
from fce.sources.declaration import Csv, Fait, Lecteur, Parquet, Source
from fce.sources.schema import genre as type_de

OCTETS_MAX: Final = 300_000
SCHEMA: Final = "https://specs.frictionlessdata.io/schemas/table-schema.json"
HTTPS: Final = re.compile(r"(https://[a-z0-9.-]+(/[^\s\"'<>\\]*)?)?")
_RESSOURCE: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DEBUTS: Final = ("pg_", "procrastinate_", "django_", "sources_", "current_")
# One word a line would be a hundred lines.
_RESERVES: Final = frozenset(
    "all analyse analyze any array asc asymmetric both case cast check collate column constraint create cross "  # noqa: SIM905
    "default deferrable desc distinct do else "
    "end except false fetch for foreign freeze full grant group having ilike initially inner intersect into isnull "
    "join lateral leading left like limit localtime localtimestamp natural notnull null offset on only order outer "
    "overlaps placing primary references returning right select session_user similar some symmetric system_user table "
    "tablesample then to trailing true union unique user using variadic verbose when where window ctid xmin xmax cmin "
    "cmax tableoid objects".split()
)
"""Words that SQL reserves, and the columns that PostgreSQL adds to every table."""
GENRES: Final = {
    c.__name__.lower(): c
    for c in (
        *(champs.Siren, champs.Siret, champs.Texte, champs.Code, champs.Entier, champs.Decimal),
        *(champs.Jour, champs.Mois, champs.Horodatage, champs.Booleen),
    )
}
FormatDeDate = Literal[
    "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%Y/%m/%d", "%Y%m%d", "%d%m%Y", "%Y-%m", "%m/%Y",
    "%Y%m", "%m/%d/%Y", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
]  # fmt: skip
FORMATS: Final = get_args(FormatDeDate)
_NOMENCLATURES = Literal["", "activite", "categorie_juridique", "departement", "departement_du_lieu", "region"]
NOMENCLATURES: Final = get_args(_NOMENCLATURES)
_TYPOGRAPHIES = Literal["", "prenoms", "nom_de_famille", "fonction", "juridiction", "chiffres"]


@dataclass(frozen=True, slots=True)
class AccesEcrit:
    classe: Literal["C0", "C1", "C2", "C3"]
    groupe: str = ""
    finalites: tuple[str, ...] = ()
    sous_habilitation: bool = False

    def acces(self) -> Acces:
        return {
            "C0": Public, "C1": AgentsHabilites if self.sous_habilitation else Agents,
            "C2": lambda: Habilite(self.groupe, self.finalites or None),
            "C3": lambda: Secret(self.groupe, self.finalites or None),
        }[self.classe]()  # fmt: skip


@dataclass(frozen=True, slots=True)
class CategorieEcrite:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class ContraintesEcrites:
    required: bool = False
    minimum: int | None = None


@dataclass(frozen=True, slots=True)
class ChampEcrit:
    attribut: str
    genre: Literal["siren", "siret", "texte", "code", "entier", "decimal", "jour", "mois", "horodatage", "booleen"]
    nature: champs.Nature | None = None
    acces: AccesEcrit | None = None
    formats: tuple[FormatDeDate, ...] = ()
    unite: str = ""
    attendues: tuple[str, ...] = ()
    decimales: int = 2
    futur: bool = False
    optionnelle: bool = False
    indexe: bool | None = None
    nomenclature: _NOMENCLATURES = ""
    typographie: _TYPOGRAPHIES = ""


@dataclass(frozen=True, slots=True)
class ColonneEcrite:
    name: str
    title: str
    type: Literal["string", "integer", "number", "date", "datetime", "boolean"]
    fce: ChampEcrit
    description: str = ""
    format: FormatDeDate | None = None
    decimalChar: Literal[",", "."] = "."
    categories: tuple[CategorieEcrite, ...] = ()
    constraints: ContraintesEcrites = ContraintesEcrites()


@dataclass(frozen=True, slots=True)
class DialecteEcrit:
    delimiter: Literal[",", ";", "\t", "|"] = ","
    header: bool = True
    headerRows: tuple[int] = (1,)
    sheetName: str = ""


_DE_SOURCE: Final = {
    *("producteur", "systeme", "frequence", "cle", "base_legale", "doublons", "mode", "rubrique", "licence", "origine"),
    *("ressource", "sans_adresse", "seuils", "layout_partiel", "tolerante", "date_metier", "aussi_datee", "parution"),
    *("absence", "horizon", "presentation", "regroupement", "compte", "jalon", "nouvelles", "recherche"),
}
_TRAITS = s.Contact | s.Effectif | s.Comptes | s.GroupeEntreprise | s.UniteCompetente
_PROPRES: Final = {"acces": AccesEcrit, "alarme": p.RegleAlarme | None, "synthese": tuple[_TRAITS, ...]}
ANNONCES: Final = {m: a for m, a in get_type_hints(Source).items() if m in _DE_SOURCE} | _PROPRES
MotsDeSource: Any = make_dataclass(
    "MotsDeSource",
    [
        *((c.name, ANNONCES[c.name], field(default=c.default)) for c in fields(Source) if c.name in ANNONCES),
        ("conservation", int),
    ],
    frozen=True,
    kw_only=True,
)
"""The words under ``fce``: those of ``Source`` that are data, and ``conservation``."""


@dataclass(frozen=True, slots=True)
class DeclarationEcrite:
    name: str
    title: str
    fields: tuple[ColonneEcrite, ...]
    fce: MotsDeSource
    description: str = ""
    format: Literal["csv", "xlsx", "parquet"] = "csv"
    encoding: str = "utf-8"
    dialect: DialecteEcrit = DialecteEcrit()
    missingValues: tuple[str, ...] = ()

    def fichier(self) -> Csv | Parquet | Lecteur:
        nuls, dialecte = tuple(filter(None, self.missingValues)), self.dialect
        colonnes = tuple(colonne.name for colonne in self.fields)
        if self.format == "parquet":
            return Parquet(nuls)
        if self.format == "xlsx" or dialecte.headerRows != (1,):
            separateur = dialecte.delimiter if self.format == "csv" else ""
            lecture = TablePlacee(colonnes, dialecte.headerRows[0], dialecte.sheetName, separateur, self.encoding)
            return Lecteur(lecture, self.format, nuls)
        return Csv(dialecte.delimiter, self.encoding, nuls, () if dialecte.header else colonnes)


def options_de(colonne: ColonneEcrite) -> dict[str, Any]:
    """Arguments of the field of a column, without those by default."""
    dit, libelles = colonne.fce, {c.value: c.label for c in colonne.categories}
    options = {
        "masque": dit.nature, "acces": dit.acces and dit.acces.acces(), "obligatoire": colonne.constraints.required,
        "minimum": colonne.constraints.minimum, "formats": (*filter(None, [colonne.format]), *dit.formats),
        "unite": dit.unite or None, "attendues": dit.attendues, "optionnelle": dit.optionnelle, "futur": dit.futur,
        "decimales": None if dit.decimales == 2 else dit.decimales, "virgule": colonne.decimalChar == ",",
        "nomenclature": libelles or getattr(nomenclatures, dit.nomenclature, None),
        "typographie": getattr(typographie, dit.typographie, None), "aide": colonne.description or None,
    }  # fmt: skip
    dits = {mot: v for mot, v in options.items() if v is not None and v is not False and v != ()}
    return dits | ({} if dit.indexe is None else {"indexe": dit.indexe})


def lire_json(texte: str | bytes) -> dict[str, Any]:
    """The declaration as data. Raises ParametreInvalide: not JSON, a word twice, more than ``OCTETS_MAX``."""
    try:
        if len(texte) > OCTETS_MAX:
            raise ValueError
        dit = json.loads(texte, object_pairs_hook=_sans_double, parse_constant=lambda _: float(""))
    except (ValueError, RecursionError) as erreur:
        raise refuser("", f"du JSON en UTF-8, de {OCTETS_MAX // 1000} ko au plus, sans mot écrit deux fois") from erreur
    if not isinstance(dit, dict):
        raise refuser("", "un objet { … } est attendu")
    return dit


def construire(dit: Mapping[str, Any]) -> Source:
    """The ``Source`` that a declaration describes, as a ``source.py`` would. Raises ParametreInvalide, with the path of
    the first faulty word, or with every contradiction that ``coherence`` finds."""
    ecrite: DeclarationEcrite = batir(DeclarationEcrite, {m: v for m, v in dit.items() if m != "$schema"})
    colonnes: dict[str, champs.Champ] = {}
    for n, colonne in enumerate(ecrite.fields):
        colonnes |= {_attribut(colonne, colonnes, f"fields[{n}]"): _champ(colonne, f"fields[{n}]")}
    _exiger(ecrite, colonnes)
    mots = {mot: getattr(ecrite.fce, mot) for mot in ANNONCES}
    mots |= {"acces": mots["acces"].acces(), "alarme": mots["alarme"] and mots["alarme"].alarme()}
    # A registry of its own: two versions of a declaration may be in a process at once.
    meta = type("Meta", (), {"managed": False, "app_label": "sources", "apps": Apps(())})
    try:
        modele = type("FaitDeclare", (Fait,), {"__module__": __name__, "Meta": meta, **colonnes})
        options: dict[str, Any] = {
            "titre": ecrite.title,
            "description": ecrite.description,
            "fichier": ecrite.fichier(),
        }
        return Source(ecrite.name, modele, **options, **mots)
    except ImproperlyConfigured as erreur:
        raise refuser("", str(erreur).rstrip(".")) from erreur


def _sans_double(paires: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(objet := dict(paires)) != len(paires):
        raise ValueError
    return objet


def _attribut(colonne: ColonneEcrite, deja: Mapping[str, Any], ou: str) -> str:
    attribut = colonne.fce.attribut
    if not re.fullmatch(r"[a-z_]{1,40}", attribut) or attribut in deja:
        raise refuser(f"{ou}.fce.attribut", "de 1 à 40 lettres minuscules sans accent ou « _ », un mot par colonne")
    reserve = attribut in _RESERVES or iskeyword(attribut) or hasattr(Fait, attribut)
    if reserve or attribut.startswith(_DEBUTS) or "__" in attribut or attribut.endswith("_"):
        raise refuser(f"{ou}.fce.attribut", f"« {attribut} » est un mot de SQL ou de Python")
    return attribut


def _champ(colonne: ColonneEcrite, ou: str) -> champs.Champ:
    try:
        champ = GENRES[colonne.fce.genre](colonne.title, colonne.name, **options_de(colonne))
    except (ImproperlyConfigured, TypeError) as erreur:
        raise refuser(ou, f"« {colonne.fce.genre} » ne se dit pas avec ces mots, ou n’a pas de libellé") from erreur
    if not champ.colonne or colonne.type != type_de(champ):
        raise refuser(f"{ou}.type", f"un genre « {colonne.fce.genre} » a un nom et le type « {type_de(champ)} »")
    return champ


def _exiger(ecrite: DeclarationEcrite, colonnes: Mapping[str, champs.Champ]) -> None:
    """What only data must respect: nobody who reads Python has looked at them."""
    dit, alarme = ecrite.fce, ecrite.fce.alarme
    vue = ecrite.name.replace("-", "_")
    if vue in _RESERVES or vue.startswith(_DEBUTS) or vue in {m._meta.db_table for m in apps.get_models()}:
        raise refuser("name", "ce nom est pris par la base de données")
    permis = ("label", "aides", ecrite.name)
    if any(isinstance(r, p.Filtre) and r.nom not in permis for r in dit.recherche):
        raise refuser("fce.recherche", "un filtre se nomme comme sa source, « label » ou « aides »")
    if not any(isinstance(colonnes.get(a), champs.Siren | champs.Siret) for a in dit.cle):
        raise refuser("fce.cle", "la clé doit avoir un SIREN ou un SIRET")
    if not all(HTTPS.fullmatch(adresse) for adresse in (dit.origine, dit.producteur.site)):
        raise refuser("fce.origine", "une adresse commence par https://")
    if dit.ressource and not _RESSOURCE.fullmatch(dit.ressource):
        raise refuser("fce.ressource", "l’identifiant d’une ressource de data.gouv.fr est attendu")
    if not 1 <= dit.conservation <= 3_660 or not 1 <= ecrite.dialect.headerRows[0] <= 100:
        raise refuser("fce.conservation", "de 1 à 3 660 jours (et un en-tête dans les 100 premières lignes)")
    reserve = any(a and a.classe in ("C2", "C3") for a in (dit.acces, *(c.fce.acces for c in ecrite.fields)))
    if reserve and not dit.base_legale.strip():
        raise refuser("fce.base_legale", "en C2 et C3, le texte de loi est exigé")
    for a in (dit.acces, *(c.fce.acces for c in ecrite.fields if c.fce.acces)):
        if a and (a.classe in ("C2", "C3")) != bool(a.groupe):
            raise refuser("fce.acces", "en C2 et C3, et là seulement, un accès dit son groupe")
    for nom in (alarme.champ, alarme.jour, alarme.siret) if alarme else ():
        if nom and nom not in colonnes:
            raise refuser("fce.alarme", f"le champ « {nom} » n’existe pas")
