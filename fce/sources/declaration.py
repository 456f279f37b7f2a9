"""What the author of a data set writes: one model of facts and one ``Source``; everything else follows from them."""

import datetime
from dataclasses import KW_ONLY, dataclass, field
from enum import Enum

from django.apps.registry import Apps
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from fce.socle import paris
from fce.sources import coherence
from fce.sources.acces import Acces, Agents, AgentsHabilites, Habilite, Public, Secret
from fce.sources.champs import Champ
from fce.sources.direct import ApiEntreprise, refuser_tout_fichier
from fce.sources.fichier import Auto, Csv, Lecteur, LigneBrute, Pages, Paquet, ParPaquets, Parquet
from fce.sources.modes import Cumule, Fusionne, Mode, ParPeriode, Remplace, Versement
from fce.sources.nouvelles import Nouvelle
from fce.sources.presentation import (
    Agregats,
    Alarme,
    Alimentation,
    Complement,
    Denombrement,
    Jalon,
    Lien,
    ParAn,
    ParEtablissement,
    Presentation,
    Selection,
    Tableau,
    Tuile,
)
from fce.sources.synthese import Trait

__all__ = [
    "PREMIER",
    "TOUS",
    "Agents",
    "AgentsHabilites",
    "ApiEntreprise",
    "Auto",
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

# Facts have their own registry of models: Django's migrations, checks and admin never see them, so that a new source or
# a new column needs no migration. They have no relation to any other model.
_FAITS = Apps(())


class Fait(models.Model):
    """One row of an official file, read-only. ``ligne`` is its line in that file: provenance for free."""

    ligne = models.BigIntegerField("ligne du fichier", primary_key=True)

    class Meta:
        abstract = True
        managed = False
        app_label = "sources"
        apps = _FAITS


@dataclass(frozen=True, slots=True)
class Producteur:
    """The administration that answers for the data."""

    code: str
    nom: str
    sigle: str
    site: str = ""


class Frequence(Enum):
    """How often the producer publishes; ``jours`` = age from which the data in place are shown as late."""

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
    """What to do with several rows on one key. Identical rows are always folded into one and counted.

    ``garder``: "premier" = the first row of the file stays and the conflicting ones go to quarantine;
    "plus_recent" = the row with the greatest ``selon`` stays, the older versions are folded (the producer publishes
    several versions of one fact); "tous" = the key is not unique, nothing is folded.
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
    """Keep, on each key, the row whose field ``selon`` is the greatest."""
    return Doublons("plus_recent", selon)


@dataclass(frozen=True, slots=True)
class Seuils:
    """Shares (0–1) beyond which the whole file is refused, the data in place untouched.

    ``cles``: rows with a wrong SIREN or SIRET; ``quarantaine``: rows set aside, whatever the reason;
    ``valeurs``: values emptied in the rows kept (tolerant source);
    ``baisse`` and ``hausse``: number of rows over that of the last import.
    """

    cles: float = 0.01
    quarantaine: float = 0.05
    valeurs: float = 0.05
    baisse: float = 0.98
    hausse: float = 1.50


_SEUILS = Seuils()


@dataclass(eq=False, repr=False)
class Source:
    """A data set: what it is, who answers for it, how its file is written, when it must be refused.

    ``nom``: kebab-case, used on the command line and in addresses. ``cle``: attributes of the unique key.
    ``date_metier``: attribute (a day, a timestamp, a month or a year) of which the latest value dates the whole file: a
    month or a year, by its last day. ``aussi_datee``: other days of a row that may be later (the end of a contract).
    Without one, nor a date in the name of the file, its business date is unknown, and said so.
    ``parution``: days that go by between that date and the publication of the file (accounts, months of DSN…).
    ``layout_partiel``: the official layout is only partly known (unknown columns are then expected).
    ``tolerante``: a value that cannot be read is emptied and noted, its row is kept (else the row is set aside).
    ``mode``: what a new file does to what is in place; ``verse_dans``: other sources that it feeds.
    ``ressource``: id of the resource on data.gouv.fr.
    ``adresses``: those of its files when they are elsewhere (``{depuis}``: first day to ask of what is new; ``{mois}``:
    first day of the month, as in 20261101). ``pages``: each is the first page of an answer in several.
    ``sans_adresse``: why an open source has none.
    ``direct``: what is asked live, beside the file or instead of one.
    ``base_legale``: text that lets administrations share it. ``absence``: sentence of an empty bloc. ``horizon``: how
    far back the rule or the file goes ("sur les 24 derniers mois"): « aucune » is never said without it.
    ``presentation``, ``regroupement``, ``selection``, ``tuile``, ``alarme``, ``agregats``, ``jalon``, ``recherche``,
    ``liens``, ``complement``, ``par_an``: see ``presentation``; ``synthese``: see ``synthese``; ``nouvelles``: what
    is told to who follows a unit when a new version changes it, see ``nouvelles``; never of a secret.
    ``compte``: what it counts on the tabs of a sheet.
    Raises ``ImproperlyConfigured`` when the declaration contradicts itself.
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
    mode: Mode = REMPLACE
    verse_dans: tuple[Versement, ...] = ()
    base_legale: str = ""
    ressource: str | None = None
    adresses: tuple[str, ...] = ()
    pages: Pages | None = None
    sans_adresse: str = ""
    presentation: Presentation = TABLEAU
    regroupement: ParEtablissement | None = None
    selection: Selection | None = None
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

    vue: str = field(init=False)
    champs: dict[str, Champ] = field(init=False)
    acces_propres: dict[str, Acces] = field(init=False)
    colonnes: dict[str, str] = field(init=False)
    obligatoires: frozenset[str] = field(init=False)
    schema: str = field(init=False)
    relation: str = field(init=False)

    def __post_init__(self) -> None:
        self.absence = f"{self.absence or f'{self.titre} : aucune donnée connue'}{self.horizon_dit}"
        self.vue = self.nom.replace("-", "_")
        champs = (c for c in self.modele._meta.concrete_fields if isinstance(c, Champ))
        self.champs = {champ.attname: champ for champ in champs}
        self.acces_propres = {a: c.acces for a, c in self.champs.items() if c.acces is not None}
        self.colonnes = {c.colonne: attribut for attribut, c in self.champs.items() if c.colonne}
        de_periode = {self.mode.champ} if isinstance(self.mode, ParPeriode) else set()
        self.obligatoires = frozenset(a for a, c in self.champs.items() if c.obligatoire) | de_periode
        # By default, INSEE's own name for it: every stock file that has the column is dated by it.
        if self.date_metier is None and "date_dernier_traitement" in self.champs:
            self.date_metier = "date_dernier_traitement"
        if fautes := coherence.fautes(self):
            raise ImproperlyConfigured(f"Déclaration de la source « {self.nom} » : {' ; '.join(fautes)}.")
        # What is not open to everyone is out of reach of a role that reads open data only.
        self.schema = "public" if self.acces.classe == "C0" else "restreint"
        # Name of the view in SQL text: its letters need no quotes.
        self.relation = self.vue if self.schema == "public" else f"{self.schema}.{self.vue}"
        # The model reads the stable view of its source; written here so that an author cannot get it wrong.
        self.modele._meta.db_table = self.db_table

    @property
    def horizon_dit(self) -> str:
        """``horizon`` after a word: " sur les 24 derniers mois", "" without one."""
        return f" {self.horizon}" if self.horizon else ""

    @property
    def dates(self) -> tuple[str, ...]:
        """Attributes that date the file."""
        return (self.date_metier, *self.aussi_datee) if self.date_metier else ()

    @property
    def delai(self) -> int:
        """Days after its business date from which what is in place is shown as late."""
        return self.frequence.jours + self.parution

    def en_retard(
        self, date_metier: datetime.date | None, importee_le: datetime.datetime | None, aujourd_hui: datetime.date
    ) -> bool:
        """Whether what is in place is older than the producer promises.

        Two clocks: no file came for longer than its frequency, whatever its data are about; or its data are older than
        the frequency and the time that the producer takes to publish (``parution``).
        """
        if importee_le and (aujourd_hui - paris.jour_de(importee_le)).days > self.frequence.jours:
            return True
        return date_metier is not None and (aujourd_hui - date_metier).days > self.delai

    @property
    def telechargeable(self) -> bool:
        """Its files have an address that we know."""
        return bool(self.ressource or self.adresses)

    @property
    def adresse_inconnue(self) -> bool:
        """Open, made of files, and no address that we know; ``sans_adresse`` says why."""
        return self.acces.classe == "C0" and self.importable and not self.telechargeable

    @property
    def importable(self) -> bool:
        """It has a file; else it is only asked live, and its view stays empty."""
        return self.fichier is not SANS_FICHIER

    @property
    def db_table(self) -> str:
        """Name of the view for Django, which takes as it is a name that has its quotes."""
        return self.vue if self.schema == "public" else f'"{self.schema}"."{self.vue}"'

    @property
    def index(self) -> list[tuple[str, ...]]:
        """Indexes to build besides the one of the key, each a tuple of attributes."""
        unique = None if self.doublons.garder == "tous" else self.cle[0]
        return [(a,) for a, champ in self.champs.items() if champ.indexe and a != unique]

    def __repr__(self) -> str:
        return f"<Source {self.nom}>"
