"""The columns of a data set, as its author declares them: Django fields that also say how to read the file.

A field carries the name of the column in the official file, whether that column may be missing, how its values are
written and what masking nature it has. Everything is NULL-able in SQL: an absent value is a fact about the file.
This module must stay light (no polars, no numpy): every web process imports it.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import models

from fce.socle.typographie import sans_consigne
from fce.sources.acces import Acces

Nomenclature = Mapping[str, str] | Callable[[str], str | None]


class Nature(StrEnum):
    """What a field tells about somebody, for the masking of a unit in partial diffusion (C. com. R123-232-1).

    The declaration of a data set is the only place that says it of a column; ``entreprises.diffusion`` says which of
    them a masked unit still shows. ``DIFFUSIBLE``: neither who it is nor where. ``NOM``: the name of the unit.
    ``SIGLE``: its acronym. ``ENSEIGNE``: the name of a shop, a trade name. ``ADRESSE``: an address, or part of one.
    ``COMMUNE``: the commune of an address (name, code) or its country, alone, or the service competent there.
    ``COORDONNEE``: a point, or a link to it. ``PERSONNE``: the civil identity of somebody. ``REGISTRE``: its key in a
    public register or file, where anyone finds its name and its address. ``LIBRE``: a text that may hold any of these.
    """

    DIFFUSIBLE = "diffusible"
    NOM = "nom"
    SIGLE = "sigle"
    ENSEIGNE = "enseigne"
    ADRESSE = "adresse"
    COMMUNE = "commune"
    COORDONNEE = "coordonnee"
    PERSONNE = "personne"
    REGISTRE = "registre"
    LIBRE = "libre"


DIFFUSIBLE, NOM, SIGLE, ENSEIGNE, ADRESSE, COMMUNE, COORDONNEE, PERSONNE, REGISTRE, LIBRE = Nature


class Champ(models.Field):
    """What all declared columns share.

    ``libelle``: French label; ``ImproperlyConfigured`` without one. ``colonne``: name in the file.
    ``optionnelle``: older layouts do not have the column.
    ``obligatoire``: an empty value sends the row to quarantine.
    ``masque``: what it tells about somebody. A text that declares nothing (``masque_declare``) is masked as free
    text; numbers, dates and figures are shown unless they declare a nature.
    ``unite``: unit shown after the figure ("h", "€"). ``formats``: accepted ``strptime`` patterns of a date.
    ``attendues``: values expected in the column; another one, or none, is kept as it is and raises a warning.
    ``depuis_nom``: the value is the first group of this pattern in the name of the file. ``motif``: the column is the
    one whose whole name matches (``colonne`` then only says what to call it). ``depuis_colonne``: the value is the
    first group of the ``motif`` of that other field.
    ``acces``: stricter than the source's own. ``indexe``: the engine builds an index on the column.
    ``aide``: one sentence for the page of the source. ``typographie``: how its text reads on a page, one of the rules
    of ``socle.typographie``; the value itself stays as it came.
    """

    indexe_par_defaut = False
    formats_par_defaut: tuple[str, ...] = ()
    # Closed by default: only kinds that cannot hold a name or a place say otherwise.
    masque_par_defaut = LIBRE

    def __init__(
        self,
        libelle: str,
        colonne: str = "",
        *,
        depuis_nom: str = "",
        motif: str = "",
        depuis_colonne: str = "",
        acces: Acces | None = None,
        optionnelle: bool = False,
        obligatoire: bool = False,
        masque: Nature | str | None = None,
        unite: str | None = None,
        formats: Sequence[str] | None = None,
        attendues: Sequence[str] = (),
        indexe: bool | None = None,
        aide: str = "",
        typographie: Callable[[str], str] = sans_consigne,
        **options: Any,
    ) -> None:
        if not libelle.strip():
            raise ImproperlyConfigured("ce champ n'a pas de libellé")
        super().__init__(verbose_name=libelle, null=True, blank=True, help_text=aide, **options)
        self.libelle = libelle
        self.colonne = colonne.strip()
        self.depuis_nom = depuis_nom
        self.motif = motif
        self.depuis_colonne = depuis_colonne
        self.acces = acces
        self.optionnelle = optionnelle
        self.obligatoire = obligatoire
        self.masque = Nature(masque) if masque is not None else self.masque_par_defaut
        self.masque_declare = masque is not None
        self.unite = unite
        self.formats = tuple(formats) if formats else self.formats_par_defaut
        self.attendues = tuple(attendues)
        self.indexe = self.indexe_par_defaut if indexe is None else indexe
        self.aide = aide
        self.typographie = typographie


class Texte(Champ, models.TextField):
    """Free text: NFC, trimmed, HTML entities decoded once."""


class Code(Champ, models.TextField):
    """A code of a nomenclature: text, trimmed, never a number (leading zeros matter).

    ``nomenclature``: {code: French label}, or a function that gives the label (None: unknown), shown beside the code.
    """

    def __init__(self, *args: Any, nomenclature: Nomenclature | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.libeller = nomenclature.get if isinstance(nomenclature, Mapping) else nomenclature


class Siren(Champ, models.TextField):
    """SIREN: 9 digits with a valid Luhn key, else the row goes to quarantine."""

    indexe_par_defaut = True
    masque_par_defaut = DIFFUSIBLE


class Siret(Champ, models.TextField):
    """SIRET: 14 digits with a valid Luhn key (or La Poste's own rule), else the row goes to quarantine."""

    indexe_par_defaut = True
    masque_par_defaut = DIFFUSIBLE


class Entier(Champ, models.BigIntegerField):
    """Whole number, thousands set apart by spaces or not; ``minimum`` (None = no bound): below is for quarantine."""

    masque_par_defaut = DIFFUSIBLE

    def __init__(self, *args: Any, minimum: int | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.minimum = minimum


class Decimal(Champ, models.DecimalField):
    """Exact decimal, rounded to ``decimales`` digits (half to even).

    ``1 250,50`` is read, whatever the space, as are ``1250,5`` and ``1250.5``. ``1,234`` could be two numbers and goes
    to quarantine, unless ``virgule`` says that the file writes a decimal comma.
    """

    masque_par_defaut = DIFFUSIBLE

    def __init__(self, *args: Any, decimales: int = 2, virgule: bool = False, **options: Any) -> None:
        super().__init__(*args, max_digits=38, decimal_places=decimales, **options)
        self.decimales = decimales
        self.virgule = virgule


class Jour(Champ, models.DateField):
    """Date; ISO unless ``formats`` says otherwise. ``futur``: dates beyond two years from now are legitimate."""

    masque_par_defaut = DIFFUSIBLE
    formats_par_defaut: tuple[str, ...] = ("%Y-%m-%d",)

    def __init__(self, *args: Any, futur: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.futur = futur


class Mois(Jour):
    """A month, kept as its first day: what it dates goes to its last day."""

    formats_par_defaut: tuple[str, ...] = ("%Y-%m", "%Y-%m-%d")


class Horodatage(Champ, models.DateTimeField):
    """Date and time as the producer writes it: local time of Paris, without zone (producers do not publish one)."""

    masque_par_defaut = DIFFUSIBLE
    # The others (fractions of a second, day alone) are tried only in the batches where the first one fails.
    formats_par_defaut = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d")

    def db_type(self, connection: Any) -> str:
        return "timestamp"


class Booleen(Champ, models.BooleanField):
    """true/false, vrai/faux, O/N, oui/non, 1/0 in any case."""

    masque_par_defaut = DIFFUSIBLE
