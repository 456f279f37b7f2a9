"""A declaration written in JSON: Table Schema and the project's words (``docs/declaration.md``), to and from a
``Source``.

``sources.coherence`` judges the source that it builds, as that of any ``source.py``. No I/O.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Literal

from django.apps.registry import Apps
from django.core.exceptions import ImproperlyConfigured

from fce.donnees.declarations.mots import batir, ecrire, refuser
from fce.socle.texte import typographie
from fce.sources import champs, nouvelles
from fce.sources import presentation as p
from fce.sources import synthese as s
from fce.sources.acces import Acces, Agents, AgentsHabilites, Habilite, Public, Secret
from fce.sources.catalogue import nomenclatures
from fce.sources.catalogue.feuille import Feuille
from fce.sources.declaration import Csv, Doublons, Fait, Frequence, Lecteur, Parquet, Producteur, Seuils, Source
from fce.sources.fichier import Auto
from fce.sources.modes import Mode, Remplace
from fce.sources.schema import genre as type_de

OCTETS_MAX: Final = 300_000
SCHEMA: Final = "https://specs.frictionlessdata.io/schemas/table-schema.json"
_HTTPS: Final = re.compile(r"(https://[a-z0-9.-]+(/[^\s\"'<>\\]*)?)?")
_RESSOURCE: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_GENRES: Final = {
    c.__name__.lower(): c
    for c in (
        *(champs.Siren, champs.Siret, champs.Texte, champs.Code, champs.Entier, champs.Decimal),
        *(champs.Jour, champs.Mois, champs.Horodatage, champs.Booleen),
    )
}
FormatDeDate = Literal[
    "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%Y/%m/%d", "%Y%m%d", "%d%m%Y", "%Y-%m", "%m/%Y", "%Y%m",
    "%m/%d/%Y", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M",
]  # fmt: skip
_NOMENCLATURES = Literal["", "activite", "categorie_juridique", "departement", "departement_du_lieu", "region"]
_TYPOGRAPHIES = Literal["sans_consigne", "prenoms", "nom_de_famille", "fonction", "juridiction", "chiffres"]


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
    typographie: _TYPOGRAPHIES = "sans_consigne"


@dataclass(frozen=True, slots=True)
class ColonneEcrite:
    name: str
    title: str
    type: Literal["string", "integer", "number", "date", "datetime", "boolean"]
    fce: ChampEcrit
    description: str = ""
    format: FormatDeDate | None = None
    decimalChar: Literal[",", "."] = "."  # noqa: N815 – Table Schema
    categories: tuple[CategorieEcrite, ...] = ()
    constraints: ContraintesEcrites = ContraintesEcrites()

    def champ(self) -> champs.Champ:
        """Raises TypeError when the kind of field does not know a word."""
        dit, options = self.fce, {}
        libelles = {c.value: c.label for c in self.categories}
        propres = {
            "formats": (*filter(None, [self.format]), *dit.formats), "virgule": self.decimalChar == ",",
            "minimum": self.constraints.minimum, "futur": dit.futur, "unite": dit.unite or None,
            "nomenclature": libelles or getattr(nomenclatures, dit.nomenclature, None),
            "decimales": None if dit.decimales == 2 else dit.decimales,
        }  # fmt: skip
        options = {mot: v for mot, v in propres.items() if v not in ((), False, None)}
        return _GENRES[dit.genre](
            self.title, self.name, **options, aide=self.description, masque=dit.nature, indexe=dit.indexe,
            acces=dit.acces.acces() if dit.acces else None, obligatoire=self.constraints.required,
            attendues=dit.attendues, optionnelle=dit.optionnelle, typographie=getattr(typographie, dit.typographie),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class DialecteEcrit:
    delimiter: Literal[",", ";", "\t", "|"] = ","
    header: bool = True
    headerRows: tuple[int] = (1,)  # noqa: N815 – Table Dialect
    sheetName: str = ""  # noqa: N815 – Table Dialect


@dataclass(frozen=True, slots=True)
class FiltreEcrit:
    nom: str
    titre: str
    champ: str = ""
    valeur: str = ""
    libelle: Mapping[str, str] | None = None
    valeurs: tuple[str, ...] = ()
    separateur: str = ""
    alerte: bool = False
    jours: tuple[str, ...] = ()
    tournures: Mapping[str, str] = field(default_factory=dict)

    def filtre(self) -> p.Filtre:
        dits = asdict(self)
        return p.Filtre(**dits | {"libelle": self.libelle.get if self.libelle else None})


@dataclass(frozen=True, slots=True)
class MotsDeSource:
    """The words under ``fce``: those of ``Source`` that are data, and ``conservation``."""

    producteur: Producteur
    systeme: str
    acces: AccesEcrit
    frequence: Frequence
    cle: tuple[str, ...]
    conservation: int
    base_legale: str = ""
    doublons: Doublons = Doublons()
    mode: Mode = Remplace()
    rubrique: str = ""
    licence: str = ""
    origine: str = ""
    ressource: str | None = None
    sans_adresse: str = ""
    seuils: Seuils = Seuils()
    layout_partiel: bool = False
    tolerante: bool = False
    date_metier: str | None = None
    aussi_datee: tuple[str, ...] = ()
    parution: int = 0
    absence: str = ""
    horizon: str = ""
    presentation: p.Presentation = p.Tableau()
    regroupement: p.ParEtablissement | None = None
    compte: p.Denombrement | None = None
    jalon: p.Jalon | None = None
    alarme: p.RegleAlarme | None = None
    synthese: tuple[s.Contact | s.Effectif | s.Comptes | s.GroupeEntreprise | s.UniteCompetente, ...] = ()
    nouvelles: tuple[nouvelles.Nouvelle, ...] = ()
    recherche: tuple[FiltreEcrit | p.Appellation | p.NumeroRna | p.Personne, ...] = ()


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
    missingValues: tuple[str, ...] = ()  # noqa: N815 – Table Schema

    def fichier(self) -> Csv | Parquet | Lecteur:
        nuls, dialecte = tuple(filter(None, self.missingValues)), self.dialect
        colonnes = tuple(colonne.name for colonne in self.fields)
        if self.format == "parquet":
            return Parquet(nuls)
        if self.format == "xlsx" or dialecte.headerRows != (1,):
            separateur = dialecte.delimiter if self.format == "csv" else ""
            lecture = Feuille(colonnes, dialecte.headerRows[0], dialecte.sheetName, separateur, self.encoding)
            return Lecteur(lecture, self.format, nuls)
        return Csv(dialecte.delimiter, self.encoding, nuls, () if dialecte.header else colonnes)


def lire_json(texte: str | bytes) -> dict[str, Any]:
    """The declaration as data. Raises ParametreInvalide: not JSON, a word twice, more than ``OCTETS_MAX``."""
    try:
        if len(texte) > OCTETS_MAX:
            raise ValueError
        dit = json.loads(texte, object_pairs_hook=_sans_double, parse_constant=lambda _: float(""))
    except (ValueError, RecursionError) as erreur:
        raise refuser("", f"du JSON en UTF-8, de {OCTETS_MAX // 1000} ko au plus, sans mot écrit deux fois") from erreur
    return batir(Mapping[str, Any], {}) or dit if isinstance(dit, dict) else {}


def construire(dit: Mapping[str, Any]) -> Source:
    """The ``Source`` that a declaration describes, as a ``source.py`` would. Raises ParametreInvalide, with the path of
    the first faulty word, or with every contradiction that ``coherence`` finds."""
    ecrite: DeclarationEcrite = batir(DeclarationEcrite, {m: v for m, v in dit.items() if m != "$schema"})
    colonnes: dict[str, champs.Champ] = {}
    for n, colonne in enumerate(ecrite.fields):
        colonnes |= {_attribut(colonne, colonnes, f"fields[{n}]"): _champ(colonne, f"fields[{n}]")}
    _exiger(ecrite, colonnes)
    mots = {c: getattr(ecrite.fce, c) for c in MotsDeSource.__slots__ if c != "conservation"}
    mots["acces"] = ecrite.fce.acces.acces()
    mots["alarme"] = ecrite.fce.alarme.alarme() if ecrite.fce.alarme else None
    mots["recherche"] = tuple(r.filtre() if isinstance(r, FiltreEcrit) else r for r in ecrite.fce.recherche)
    # A registry of its own: two versions of a declaration may be in a process at once.
    meta = type("Meta", (), {"managed": False, "app_label": "sources", "apps": Apps(())})
    try:
        modele = type("FaitDeclare", (Fait,), {"__module__": __name__, "Meta": meta, **colonnes})
        options = {"titre": ecrite.title, "description": ecrite.description, "fichier": ecrite.fichier()}
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
    return attribut


def _champ(colonne: ColonneEcrite, ou: str) -> champs.Champ:
    try:
        champ = colonne.champ()
    except (ImproperlyConfigured, TypeError) as erreur:
        raise refuser(ou, f"« {colonne.fce.genre} » ne se dit pas avec ces mots, ou n’a pas de libellé") from erreur
    if not champ.colonne or colonne.type != type_de(champ):
        raise refuser(f"{ou}.type", f"un genre « {colonne.fce.genre} » a un nom et le type « {type_de(champ)} »")
    return champ


def _exiger(ecrite: DeclarationEcrite, colonnes: Mapping[str, champs.Champ]) -> None:
    """What only data must respect: nobody who reads Python has looked at them."""
    dit, alarme = ecrite.fce, ecrite.fce.alarme
    if not any(isinstance(colonnes.get(a), champs.Siren | champs.Siret) for a in dit.cle):
        raise refuser("fce.cle", "la clé doit avoir un SIREN ou un SIRET")
    if not all(_HTTPS.fullmatch(adresse) for adresse in (dit.origine, dit.producteur.site)):
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
    for nom in (alarme.champ, alarme.date, alarme.siret) if alarme else ():
        if nom and nom not in colonnes:
            raise refuser("fce.alarme", f"le champ « {nom} » n’existe pas")
