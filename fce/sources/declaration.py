"""Declaration of a data set: a model of facts and a ``Source``."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from enum import Enum

from django.apps.registry import Apps
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from fce.socle.texte import paris
from fce.sources import coherence
from fce.sources.acces import Acces, Agents, AgentsHabilites, Habilite, Public, Secret
from fce.sources.champs import Champ, Siren, Siret
from fce.sources.comptes import Confrontation, ParAn, Ratios
from fce.sources.direct import ApiEntreprise, refuser_tout_fichier
from fce.sources.fichier import Auto, Csv, Lecteur, LigneBrute, Pages, Paquet, ParPaquets, Parquet
from fce.sources.modes import Calcul, Cumule, Fusionne, Mode, ParPeriode, Remplace, Versement
from fce.sources.nouvelles import Nouvelle
from fce.sources.presentation import (
    Agregats,
    Alarme,
    Alimentation,
    Complement,
    Denombrement,
    Gravite,
    Jalon,
    Lien,
    Ligne,
    ParEtablissement,
    Presentation,
    Selection,
    Tableau,
    Tuile,
)
from fce.sources.procedures import ProcedureEmploi
from fce.sources.synthese import Contact, Trait

__all__ = [
    "PREMIER",
    "TOUS",
    "Agents",
    "AgentsHabilites",
    "ApiEntreprise",
    "Auto",
    "Calcul",
    "Csv",
    "Cumule",
    "Doublons",
    "Fait",
    "Frequence",
    "Fusionne",
    "Habilite",
    "Lecteur",
    "LigneBrute",
    "Pages",
    "Paquet",
    "ParPaquets",
    "ParPeriode",
    "Parquet",
    "Producteur",
    "Public",
    "Remplace",
    "Secret",
    "Seuils",
    "Source",
    "Versement",
    "plus_recent",
]

# Facts have their own model registry, hidden from Django's migrations, checks and admin, so that a new source or column
# needs no migration.
_FAITS = Apps(())


class Fait(models.Model):
    """A row of an official file, read-only. ``ligne``: its line in that file."""

    ligne = models.BigIntegerField("ligne du fichier", primary_key=True)

    class Meta:
        abstract = True
        managed = False
        app_label = "sources"
        apps = _FAITS


@dataclass(frozen=True, slots=True)
class Producteur:
    code: str
    nom: str
    sigle: str
    site: str = ""


class Frequence(Enum):
    """Publication frequency; ``jours``: age in days after which the data are shown as late."""

    QUOTIDIENNE = ("quotidienne", 3)
    HEBDOMADAIRE = ("hebdomadaire", 15)
    MENSUELLE = ("mensuelle", 45)
    TRIMESTRIELLE = ("trimestrielle", 130)
    ANNUELLE = ("annuelle", 400)
    IRREGULIERE = ("irrégulière", 800)

    def __init__(self, libelle: str, jours: int) -> None:
        self.libelle = libelle
        self.jours = jours


@dataclass(frozen=True, slots=True)
class Doublons:
    """What to do with rows that share a key. Identical rows are always merged and counted.

    ``garder``: "premier" keeps the first row and sets the different ones aside; "plus_recent" keeps the row with the
    greatest ``selon`` (the producer publishes several versions of a fact); "tous" keeps all (the key is not unique).
    """

    garder: str = "premier"
    selon: str | None = None


PREMIER = Doublons()
SANS_FICHIER = Lecteur(refuser_tout_fichier, extension="")
REMPLACE = Remplace()
TABLEAU = Tableau()
AUCUN_AGREGAT = Agregats()
TOUS = Doublons("tous")


def plus_recent(selon: str) -> Doublons:
    return Doublons("plus_recent", selon)


@dataclass(frozen=True, slots=True)
class Seuils:
    """Shares (0-1) beyond which the whole file is refused.

    ``cles``: rows with an invalid SIREN or SIRET; ``quarantaine``: rows set aside; ``valeurs``: values emptied in kept
    rows (tolerant source); ``baisse`` and ``hausse``: rows relative to the last import.
    """

    cles: float = 0.01
    quarantaine: float = 0.05
    valeurs: float = 0.05
    baisse: float = 0.98
    hausse: float = 1.50


_SEUILS = Seuils()


@dataclass(eq=False, repr=False)
class Source:
    """A data set: its producer, access, file, load mode and display.

    ``nom``: kebab-case, used in commands and URLs. ``cle``: attributes of the unique key.
    ``index_composes``: attributes searched together, besides those indexed alone.
    ``date_metier``: attribute (day, timestamp, month or year) whose latest value dates the file; a month or a year
    counts as its last day. ``aussi_datee``: other attributes that may hold a later day (the end of a contract). Without
    attribute or date in the file name, the business date is unknown.
    ``parution``: days between that date and the publication.
    ``layout_partiel``: the official layout is only partly known; unknown columns are expected.
    ``tolerante``: an unreadable value is emptied and counted, and its row kept; otherwise the row is set aside.
    ``opposition``: attribute that says whether the holder of a unit opposes the diffusion of its data (« O »: no): an
    older version never opens what a newer one masks.
    ``mode``: what a new file does to the rows in place. ``verse_dans``: other sources it feeds. ``calcul``: fields that
    FCE computes at that time (``modes``).
    ``ressource``: resource id on data.gouv.fr. ``adresses``: URLs when the files are elsewhere (``{depuis}``: first day
    to request; ``{mois}``: first day of the month, as 20261101). ``pages``: each URL is the first page of a paginated
    answer. ``sans_adresse``: why an open source has no URL.
    ``direct``: what is asked live, with or without a file.
    ``base_legale``: text that lets administrations share the data. ``absence``: sentence of an empty bloc. ``horizon``:
    period covered ("sur les 24 derniers mois"), which always follows « aucune ». ``reste``: what the rows are when
    ``selection`` keeps none of them; by default, their number.
    ``presentation``, ``regroupement``, ``selection``, ``tuile``, ``alarme``, ``agregats``, ``jalon``, ``recherche``,
    ``liens``, ``complement``: see ``presentation``; ``par_an``, ``ratios``, ``confrontation``: see ``comptes``;
    ``synthese``: see ``synthese``; ``procedures``: see ``procedures``.
    ``nouvelles``: see ``nouvelles``; none for secret data. ``compte``: what the tabs of a sheet count.

    Raises ImproperlyConfigured when the declaration contradicts itself.
    """

    nom: str
    modele: type[Fait]
    _: KW_ONLY
    titre: str
    producteur: Producteur
    systeme: str
    acces: Acces
    frequence: Frequence
    cle: tuple[str, ...]
    fichier: Csv | Parquet | Auto | Lecteur = SANS_FICHIER
    direct: ApiEntreprise | None = None
    doublons: Doublons = PREMIER
    index_composes: tuple[tuple[str, ...], ...] = ()
    rubrique: str = ""
    licence: str = ""
    origine: str = ""
    description: str = ""
    seuils: Seuils = _SEUILS
    layout_partiel: bool = False
    tolerante: bool = False
    date_metier: str | None = None
    aussi_datee: tuple[str, ...] = ()
    parution: int = 0
    opposition: str = ""
    mode: Mode = REMPLACE
    verse_dans: tuple[Versement, ...] = ()
    calcul: Calcul | None = None
    base_legale: str = ""
    ressource: str | None = None
    adresses: tuple[str, ...] = ()
    pages: Pages | None = None
    sans_adresse: str = ""
    presentation: Presentation = TABLEAU
    regroupement: ParEtablissement | None = None
    selection: Selection | None = None
    reste: Callable[[Sequence[Ligne], datetime.date], str] | None = None
    absence: str = ""
    horizon: str = ""
    tuile: Tuile | None = None
    alarme: Alarme | None = None
    nouvelles: tuple[Nouvelle, ...] = ()
    synthese: tuple[Trait, ...] = ()
    compte: Denombrement | None = None
    agregats: Agregats = AUCUN_AGREGAT
    jalon: Jalon | None = None
    recherche: tuple[Alimentation, ...] = ()
    liens: tuple[Lien, ...] = ()
    complement: Complement | None = None
    par_an: ParAn | None = None
    ratios: Ratios | None = None
    confrontation: Confrontation | None = None
    procedures: Callable[[Sequence[Ligne], datetime.date], Sequence[ProcedureEmploi]] | None = None

    vue: str = field(init=False)
    champs: dict[str, Champ] = field(init=False)
    siren: str = field(init=False)
    siret: str = field(init=False)
    """Attributes of the numbers of a row's unit: those of these names, else the first of their types; "" for none."""
    acces_propres: dict[str, Acces] = field(init=False)
    colonnes: dict[str, str] = field(init=False)
    obligatoires: frozenset[str] = field(init=False)
    schema: str = field(init=False)
    relation: str = field(init=False)

    def __post_init__(self) -> None:
        # A visit or a control is as serious as when its service notes it here.
        if self.jalon and any(isinstance(trait, Contact) for trait in self.synthese):
            self.jalon = replace(self.jalon, gravite=Gravite.A_VOIR)
        self.nouvelles = tuple(replace(n, gravite=self._gravite_de(n)) for n in self.nouvelles)
        self.absence = f"{self.absence or f'{self.titre} : aucune donnée connue'}{self.horizon_dit}"
        if self.alarme:
            self.alarme = replace(self.alarme, nom=self.alarme.nom or self.nom, titre=self.alarme.titre or self.titre)
        self.vue = self.nom.replace("-", "_")
        champs = (c for c in self.modele._meta.concrete_fields if isinstance(c, Champ))
        self.champs = {champ.attname: champ for champ in champs}
        self.siren, self.siret = (self._attribut_du_numero(genre) for genre in (Siren, Siret))
        self.acces_propres = {a: c.acces for a, c in self.champs.items() if c.acces is not None}
        self.colonnes = {c.colonne: attribut for attribut, c in self.champs.items() if c.colonne}
        de_periode = {self.mode.champ} if isinstance(self.mode, ParPeriode) else set()
        self.obligatoires = frozenset(a for a, c in self.champs.items() if c.obligatoire) | de_periode
        # Insee's name of this column, present in every stock file.
        if self.date_metier is None and "date_dernier_traitement" in self.champs:
            self.date_metier = "date_dernier_traitement"
        if fautes := coherence.fautes(self):
            raise ImproperlyConfigured(f"Déclaration de la source « {self.nom} » : {' ; '.join(fautes)}.")
        # A separate schema keeps restricted data away from the role that reads open data only.
        self.schema = "public" if self.acces.classe == "C0" else "restreint"
        # Name of the view in SQL text; needs no quotes.
        self.relation = self.vue if self.schema == "public" else f"{self.schema}.{self.vue}"
        # Set here so that the author of a source cannot get the name of the view wrong.
        self.modele._meta.db_table = self.db_table

    def _gravite_de(self, nouvelle: Nouvelle) -> Gravite:
        if nouvelle.alarmante and self.alarme:
            return self.alarme.gravite
        return self.jalon.gravite if self.jalon else nouvelle.gravite

    def _attribut_du_numero(self, genre: type[Champ]) -> str:
        trouves = [attribut for attribut, champ in self.champs.items() if isinstance(champ, genre)]
        usuel = genre.__name__.lower()
        return usuel if usuel in trouves else next(iter(trouves), "")

    @property
    def horizon_dit(self) -> str:
        """``horizon`` preceded by a space, to follow a word; "" without one."""
        return f" {self.horizon}" if self.horizon else ""

    @property
    def dates(self) -> tuple[str, ...]:
        return (self.date_metier, *self.aussi_datee) if self.date_metier else ()

    @property
    def delai(self) -> int:
        return self.frequence.jours + self.parution

    def en_retard(
        self, date_metier: datetime.date | None, importee_le: datetime.datetime | None, aujourd_hui: datetime.date
    ) -> bool:
        """Whether the data in place are late.

        Late when no file came within the frequency, or when the data are older than the frequency plus ``parution``.
        """
        if importee_le and (aujourd_hui - paris.jour_de(importee_le)).days > self.frequence.jours:
            return True
        return date_metier is not None and (aujourd_hui - date_metier).days > self.delai

    @property
    def telechargeable(self) -> bool:
        return bool(self.ressource or self.adresses)

    @property
    def adresse_inconnue(self) -> bool:
        """Open and file-based, but without a known URL; ``sans_adresse`` gives the reason."""
        return self.acces.classe == "C0" and self.importable and not self.telechargeable

    @property
    def importable(self) -> bool:
        """False for a source only asked live, whose view stays empty."""
        return self.fichier is not SANS_FICHIER

    @property
    def db_table(self) -> str:
        """Name of the view for Django, which does not quote a name that already has quotes."""
        return self.vue if self.schema == "public" else f'"{self.schema}"."{self.vue}"'

    @property
    def index(self) -> list[tuple[str, ...]]:
        unique = None if self.doublons.garder == "tous" else self.cle[0]
        seuls = [(a,) for a, champ in self.champs.items() if champ.indexe and a != unique]
        return [*seuls, *self.index_composes]

    @property
    def colonnes_ouvertes(self) -> list[str]:
        """Columns of the view that anyone may read (class C0); none when the source itself is not open."""
        if self.acces.classe != "C0":
            return []
        return ["ligne", *(str(c.column) for c in self.champs.values() if c.acces is None or c.acces.classe == "C0")]

    def __repr__(self) -> str:
        return f"<Source {self.nom}>"
