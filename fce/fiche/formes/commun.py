"""Cells, labels and links shared by all forms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import structlog

from fce.donnees.entreprises.contenu import EtablissementVu
from fce.fiche.formes.contenu import Cellule, ColonneVue, LienExterne
from fce.fiche.lecture.plan import Forme, Plan
from fce.fiche.unite.perimetre import Ensemble
from fce.socle.texte.formats import jour, nombre, pluriel
from fce.socle.texte.identifiants import formater, formater_siret
from fce.socle.web.liens import fiche as adresse_de_la_fiche
from fce.sources import champs
from fce.sources.declaration import Source
from fce.sources.presentation import Lien, colonnes_du_metier

log = structlog.get_logger(__name__)

PERIODE: Final = 24  # months shown by default
PREMIERES: Final = 3
"""Rows that a table shows at least, and the Synthèse at most."""
CHEZ_VOUS: Final = "chez vous"
VIDE: Final = Cellule("")

_ADRESSE = re.compile(r"https://[A-Za-z0-9][A-Za-z0-9.-]*(:\d{1,5})?([/?#][^\s<>\"'`\\^{|}\x00-\x1f]*)?")
_COURRIEL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,24}")


@dataclass(frozen=True, slots=True)
class Complete:
    """Columns that another source added to the rows, {attribute: label with its scope}, and the column before them."""

    colonnes: Mapping[str, str]
    apres: str = ""


class Contexte(NamedTuple):
    """What a form needs besides its rows.

    ``lieux``: establishments named in the rows, already masked. ``complet``: every row is wanted (list, export), else
    the first ones; ``total``: number of rows when not all were read; ``tri``: attribute chosen by the reader;
    ``cellules``: maximum cells of the bloc, so that a full sheet stays light; ``apercu``: only the first rows, for the
    Synthèse; ``ensemble``: figures of the whole
    company when rows are a part of it; ``complement``: what rows hold from another source; ``mesure``: number of things
    counted by the database; ``corps``: the reader's inspection bodies; ``territoire``: his départements; ``places``:
    {SIRET: département}, as far as known.
    """

    aujourd_hui: date
    lieux: Mapping[str, EtablissementVu] = MappingProxyType({})
    periode: int = PERIODE
    complet: bool = False
    total: int | None = None
    tri: str = ""
    cellules: int = 200
    apercu: bool = False
    ensemble: Ensemble | None = None
    complement: Complete | None = None
    mesure: int | None = None
    corps: frozenset[str] = frozenset()
    territoire: frozenset[str] = frozenset()
    places: Mapping[str, str] = MappingProxyType({})

    def ici(self, siret: object) -> bool:
        """Whether the establishment is in the reader's territory, as far as known."""
        return self.places.get(str(siret)) in self.territoire

    def limite(self, lignes: int, colonnes_: int) -> int:
        """Rows to print of a table of ``colonnes_`` columns whose declaration asks for ``lignes``."""
        return PREMIERES if self.apercu else max(PREMIERES, min(lignes, self.cellules // max(1, colonnes_)))


def calcule_sur(plan: Plan, total: int | None) -> str:
    """ "sur 2 000 lignes parmi 2 806" when Python only computes on some of the ``total`` rows, else ""."""
    if plan.forme is not Forme.LIGNES or not total or total <= plan.limite:
        return ""
    return f"sur {pluriel(plan.limite, 'ligne')} parmi {nombre(total)}"


def colonnes(plan: Plan, demandees: Sequence[str] = ()) -> tuple[ColonneVue, ...]:
    """Columns that this reader may see; by default all but the number of the sheet's own unit.

    Attributes that a rule adds to the rows are shown under their name.
    """
    masquees = {a for a, c in plan.source.champs.items() if a not in plan.lisibles}
    if not demandees:
        demandees = [a for a in plan.source.champs if not _cle_de_la_fiche(plan, a)]
    return tuple(colonne(plan, a) for a in demandees if a not in masquees)


def nommer_lieu(lieu: EtablissementVu) -> tuple[str, str]:
    """(name, place and number) of an establishment: ("LE CARGO", "Lille · 000 001 008 01273"). Without a name of its
    own, its commune."""
    numero, commune = formater_siret(lieu.siret), lieu.adresse.commune or ""
    titre = next(iter(lieu.enseignes), "") or lieu.denomination_usuelle or commune or numero
    dits = (commune, numero, "fermé" if lieu.etat == "F" else "")
    return titre, " · ".join(dit for dit in dits if dit and dit != titre)


def lieu(ligne: Mapping[str, Any], plan: Plan, contexte: Contexte) -> Cellule:
    """The establishment by its name, above its commune and its number; by its number in a file, and when unknown. A
    table in two parts says by itself which places are in the reader's territory; others say it here."""
    numero = cellule(plan, plan.siret, ligne.get(plan.siret))
    situe = contexte.lieux.get(str(numero.valeur))
    if situe is None or contexte.complet:
        return numero
    titre, precision = nommer_lieu(situe)
    if (contexte.apercu or not plan.groupable) and contexte.ici(situe.siret):
        precision = " · ".join(filter(None, (precision, CHEZ_VOUS)))
    return numero._replace(texte=titre, precision=precision)


def du_metier(plan: Plan, demandees: Sequence[str], contexte: Contexte) -> tuple[str, ...]:
    """The columns asked for, those that the reader's trade reads first after the establishment's."""
    siennes = colonnes_du_metier(plan.source.presentation, contexte.corps)
    if not siennes or not demandees:
        return tuple(demandees)
    return tuple(dict.fromkeys([*(a for a in demandees if a == plan.siret), *siennes, *demandees]))


def colonne(plan: Plan, attribut: str) -> ColonneVue:
    """Label with its unit. Figures are aligned right, except years and identifiers."""
    return _colonne(plan.source, attribut)


@cache
def _colonne(source: Source, attribut: str) -> ColonneVue:
    champ = source.champs.get(attribut)
    if champ is None:
        return ColonneVue(attribut, attribut.replace("_", " ").capitalize())
    libelle = f"{champ.libelle} ({champ.unite})" if champ.unite else champ.libelle
    return ColonneVue(attribut, libelle, isinstance(champ, champs.Entier | champs.Decimal) and not annee(attribut))


def cellule(plan: Plan, attribut: str, valeur: Any) -> Cellule:
    """A value as displayed, with a link for unit numbers and mail addresses."""
    champ = plan.source.champs.get(attribut)
    if valeur is None or valeur == "":
        return VIDE
    # The check digit was verified at import.
    if isinstance(champ, champs.Siret | champs.Siren):
        return Cellule(formater(valeur), valeur, adresse_de_la_fiche(valeur))
    if isinstance(valeur, str) and "@" in valeur and _COURRIEL.fullmatch(valeur):
        return Cellule(valeur, valeur, f"mailto:{valeur}")
    if en_clair := libelle(champ, valeur):
        return Cellule(en_clair, en_clair)
    if isinstance(valeur, str) and champ is not None:
        return Cellule(champ.typographie(valeur), valeur)
    return Cellule(texte(valeur, annee=annee(attribut)), valeur)


def libelle(champ: champs.Champ | None, valeur: Any) -> str:
    """ "1486 – Bureaux d'études techniques…", "" when the value has no label."""
    if not isinstance(champ, champs.Code) or champ.libeller is None or not isinstance(valeur, str):
        return ""
    trouve = champ.libeller(valeur)
    return f"{valeur} – {trouve}" if trouve else ""


def texte(valeur: Any, *, annee: bool = False) -> str:
    """French text of a value; ``annee``: the number is a year, written without separator."""
    match valeur:
        case None:
            return ""
        case bool():
            return "Oui" if valeur else "Non"
        case date() | datetime():
            return jour(valeur)
        case int() | float() | Decimal():
            if annee and 1000 <= valeur <= 9999:
                return str(int(valeur))
            return nombre(_sans_zeros(valeur) if isinstance(valeur, Decimal) else valeur)
        case _:
            return str(valeur)


def sommer(lignes: Iterable[Mapping[str, Any]], attribut: str) -> Any:
    """Sum of the known values; None when none is known, because unknown is not zero."""
    connues = [v for ligne in lignes if (v := ligne.get(attribut)) is not None and not isinstance(v, str)]
    return sum(connues) if connues else None


def trier(lignes: Sequence[dict[str, Any]], tri: str) -> list[dict[str, Any]]:
    """Rows sorted by an attribute (``-`` first: descending), empty values last; the sort is stable."""
    attribut, inverse = tri.removeprefix("-"), tri.startswith("-")
    connues = [ligne for ligne in lignes if ligne.get(attribut) is not None]
    vides = [ligne for ligne in lignes if ligne.get(attribut) is None]
    try:
        return sorted(connues, key=lambda ligne: ligne[attribut], reverse=inverse) + vides
    except TypeError:  # a rule that mixes types
        return sorted(connues, key=lambda ligne: str(ligne[attribut]), reverse=inverse) + vides


def liens(plan: Plan, ligne: Mapping[str, Any]) -> tuple[LienExterne, ...]:
    """Links of a row. Anything but a plain https address, and a link whose rule fails, is dropped.

    For a masked unit, only links that reveal nothing of it.
    """
    trouves = []
    siret = ligne.get(plan.siret) if plan.siret else None
    ouverte = not plan.unite.regimes.de(siret).masque
    for lien in plan.source.liens:
        if lien.identifie and not ouverte:
            continue
        if adresse := adresse_de(lien, ligne):
            trouves.append(LienExterne(lien.libelle, adresse))
    return tuple(trouves)


def adresse_de(lien: Lien, ligne: Mapping[str, Any]) -> str:
    """Address of a link for a row; "" when its rule fails, or gives anything but a plain https address."""
    try:
        adresse = lien.adresse(ligne) or ""
    except Exception as erreur:
        log.warning("lien « %s » : %s", lien.libelle, type(erreur).__name__)
        return ""
    return adresse if _ADRESSE.fullmatch(adresse) else ""


def liens_communs(plan: Plan, lignes: Sequence[Mapping[str, Any]]) -> tuple[LienExterne, ...] | None:
    """Links shared by every row; None when rows have different ones."""
    distincts = dict.fromkeys(liens(plan, ligne) for ligne in lignes)
    return next(iter(distincts), ()) if len(distincts) < 2 else None


def _cle_de_la_fiche(plan: Plan, attribut: str) -> bool:
    """Whether it is the number of the unit itself: its SIREN, or its SIRET on the sheet of an establishment."""
    champ = plan.source.champs[attribut]
    if isinstance(champ, champs.Siren):
        return attribut in (plan.cle, "siren")
    return isinstance(champ, champs.Siret) and attribut == plan.siret and not plan.unite.entreprise


def annee(attribut: str) -> bool:
    """Whether the attribute's name says that it is a year: no separator, never added up."""
    return attribut.startswith("annee") or attribut.endswith("annee") or "_annee_" in attribut


def _sans_zeros(valeur: Decimal) -> Decimal:
    entier = valeur.to_integral_value()
    return entier.quantize(Decimal(1)) if valeur == entier else valeur.normalize()
