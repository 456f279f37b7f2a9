"""Columns of a data set: Django fields that also tell how to read the official file.

A field declares the column's name in the file, whether it may be missing, how values are written, and the nature that
decides masking. All are nullable in SQL, because files have empty values.

Keep this module free of polars and numpy: every web process imports it.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured
from django.db import models

from fce.socle.texte.typographie import sans_consigne
from fce.sources.acces import Acces

Nomenclature = Mapping[str, str] | Callable[[str], str | None]


class Nature(StrEnum):
    """What a field tells about a person or unit, to mask units in diffusion partielle (C. com. R123-232-1).

    Only declarations set the nature of a column; ``donnees.entreprises.diffusion`` decides what a masked unit shows.
    ``DIFFUSIBLE``: neither identity nor place. ``NOM``: the name of the unit. ``SIGLE``: its acronym. ``ENSEIGNE``:
    shop or trade name. ``ADRESSE``: all or part of an address. ``COMMUNE``: commune (name, code) or country of an
    address, or the service competent there. ``COORDONNEE``: a point, or a link to it. ``PERSONNE``: civil identity.
    ``REGISTRE``: number in a public register that gives name and address. ``LIBRE``: free text that may hold any of
    these.
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

DIFFUSEE: Final = "O"
OPPOSEE: Final = "P"
"""Statuses of diffusion, as Insee writes them: the first opens, any other masks."""


class Champ(models.Field):
    """Common options of declared columns.

    ``libelle``: French label; ImproperlyConfigured without one. ``colonne``: name in the file.
    ``optionnelle``: missing from older layouts. ``obligatoire``: an empty value sets the row aside.
    ``masque``: nature; a text without one (``masque_declare``) is masked as free text, while numbers and dates are
    shown.
    ``unite``: unit after a figure ("h", "€"). ``formats``: accepted ``strptime`` patterns of a date.
    ``attendues``: expected values; another one, or none, is kept with a warning.
    ``depuis_nom``: the value is the first group of this pattern in the file name. ``motif``: pattern of the whole
    column name; ``colonne`` is then only its usual name. ``depuis_colonne``: the value is the first group of the
    ``motif`` of that field.
    ``acces``: stricter than that of the source. ``indexe``: build an index. ``aide``: a sentence for the page of the
    source.
    ``typographie``: rule of ``socle.texte.typographie`` used on pages; the stored value is unchanged.
    """

    indexe_par_defaut = False
    formats_par_defaut: tuple[str, ...] = ()
    # Closed by default; only types that cannot hold a name or a place override this.
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
    """Code of a nomenclature: trimmed text, because leading zeros matter.

    ``nomenclature``: {code: French label}, or a function that gives the label (None: unknown).
    """

    def __init__(self, *args: Any, nomenclature: Nomenclature | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.libeller = nomenclature.get if isinstance(nomenclature, Mapping) else nomenclature


class Siren(Champ, models.TextField):
    """9 digits with a valid Luhn key; otherwise the row is set aside."""

    indexe_par_defaut = True
    masque_par_defaut = DIFFUSIBLE


class Siret(Champ, models.TextField):
    """14 digits with a valid Luhn key (or La Poste's rule); otherwise the row is set aside."""

    indexe_par_defaut = True
    masque_par_defaut = DIFFUSIBLE


class Entier(Champ, models.BigIntegerField):
    """Whole number, with or without spaces between thousands; below ``minimum`` (None: no bound), the row is set
    aside."""

    masque_par_defaut = DIFFUSIBLE

    def __init__(self, *args: Any, minimum: int | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.minimum = minimum


class Decimal(Champ, models.DecimalField):
    """Exact decimal, rounded to ``decimales`` digits (half to even).

    Reads ``1 250,50`` (any space), ``1250,5`` and ``1250.5``. The ambiguous ``1,234`` sets the row aside, unless
    ``virgule`` declares a decimal comma.
    """

    masque_par_defaut = DIFFUSIBLE

    def __init__(self, *args: Any, decimales: int = 2, virgule: bool = False, **options: Any) -> None:
        super().__init__(*args, max_digits=38, decimal_places=decimales, **options)
        self.decimales = decimales
        self.virgule = virgule


class Jour(Champ, models.DateField):
    """Date, ISO unless ``formats`` is given. ``futur``: accept dates more than two years ahead."""

    masque_par_defaut = DIFFUSIBLE
    formats_par_defaut: tuple[str, ...] = ("%Y-%m-%d",)

    def __init__(self, *args: Any, futur: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.futur = futur


class Mois(Jour):
    """A month, stored as its first day; as a business date it counts as its last day."""

    formats_par_defaut: tuple[str, ...] = ("%Y-%m", "%Y-%m-%d")


class Horodatage(Champ, models.DateTimeField):
    """Local time in Paris as the producer writes it, without time zone."""

    masque_par_defaut = DIFFUSIBLE
    # The following formats are tried only in batches where the first fails.
    formats_par_defaut = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d")

    def db_type(self, connection: Any) -> str:
        return "timestamp"


class Booleen(Champ, models.BooleanField):
    """true/false, vrai/faux, O/N, oui/non, 1/0 in any case."""

    masque_par_defaut = DIFFUSIBLE
