"""What every data set needs to know of the universe: who is who, where, how big, and one source of chance per subject.

Chance is drawn from a name ("dsn:00000100800010"), never from what was drawn before: a new data set changes no other.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from fce.demo import personnages
from fce.demo.activites import Activite, activite
from fce.demo.calendrier import Calendrier
from fce.demo.entreprises import Etablissement, UniteLegale
from fce.demo.univers import GRAINE, Univers
from fce.referentiels import territoires

VEDETTE = personnages.GROUPE.siren
"""The company that has something in every rubrique."""


@dataclass(frozen=True, slots=True)
class Lieu:
    """Where an establishment is, in the words of the files. Empty texts abroad."""

    commune: str
    nom: str
    code_postal: str
    departement: str
    nom_departement: str
    region: str
    nom_region: str


@dataclass
class Monde:
    """A universe and the seed of its chance."""

    univers: Univers
    graine: int = GRAINE
    lieux_connus: dict[str, Lieu] = field(default_factory=dict)

    @property
    def calendrier(self) -> Calendrier:
        """The dates of the day it is made."""
        return self.univers.calendrier

    @property
    def arrete(self) -> date:
        """The day before it is made: nothing that has happened is later."""
        return self.calendrier.veille

    def le(self, annee: int, mois: int, quantieme: int) -> date:
        """A day of the story, as it is written."""
        return self.calendrier.le(annee, mois, quantieme)

    @cached_property
    def unites(self) -> dict[str, UniteLegale]:
        """Companies by SIREN, those that INSEE purged left out: nothing else is known of them."""
        return {u.siren: u for u in self.univers.unites if not u.purgee}

    @cached_property
    def ouvertes(self) -> list[UniteLegale]:
        """Companies that are active on the day of the story."""
        return [u for u in self.unites.values() if u.periodes[-1].etat == "A"]

    @cached_property
    def publics(self) -> list[UniteLegale]:
        """Public bodies that live, those with employees first: they buy, and teach, and care."""
        corps = [u for u in self.ouvertes if forme(u).startswith("7")]
        return sorted(corps, key=lambda u: (-(u.effectif or 0), u.siren))

    def alea(self, *sujet: str) -> random.Random:
        """The chance of a subject, the same at each run."""
        return random.Random(":".join((str(self.graine), *sujet)))  # noqa: S311 - reproducible on purpose

    def retenue(self, sujet: str, unite: UniteLegale, part: float) -> bool:
        """Whether a company is in a data set: ``part`` of them are, the one that has everything always."""
        return unite.siren == VEDETTE or self.alea(sujet, unite.siren).random() < part

    def lieu(self, etablissement: Etablissement) -> Lieu:
        """Where an establishment is."""
        code = etablissement.adresse.code_commune
        connu = self.lieux_connus.get(code)
        if connu is None:
            departement, region = territoires.departement_de(code), territoires.region_de(code)
            connu = Lieu(
                code, etablissement.adresse.commune, etablissement.adresse.code_postal,
                departement.code if departement else "", (departement.libelle or "") if departement else "",
                region.code if region else "", (region.libelle or "") if region else "",
            )  # fmt: skip
            self.lieux_connus[code] = connu
        return connu


def forme(unite: UniteLegale) -> str:
    """Legal form of today."""
    return unite.periodes[-1].categorie_juridique


def physique(unite: UniteLegale) -> bool:
    """Whether the company is a natural person (entrepreneur individuel)."""
    return unite.personne is not None


def nom(unite: UniteLegale) -> str:
    """Name of a company as another administration knows it: partial diffusion binds INSEE, then us, not them."""
    derniere = unite.periodes[-1]
    if unite.personne is None:
        return derniere.denomination
    return f"{unite.personne.prenoms[0]} {derniere.nom_usage or derniere.nom}"


def fermeture(unite: UniteLegale) -> date | None:
    """The day a company ceased; None when it lives."""
    derniere = unite.periodes[-1]
    return derniere.debut if derniere.etat == "C" else None


def metier(etablissement: Etablissement) -> Activite | None:
    """The trade of an establishment, of a closed one too when its code is one of those of today."""
    if etablissement.activite is not None:
        return etablissement.activite
    derniere = etablissement.periodes[-1]
    if derniere.nomenclature != "NAFRev2":
        return None
    try:
        return activite(derniere.activite)
    except KeyError:
        return None


def naf(etablissement: Etablissement) -> str:
    """NAF code of an establishment of today, "" when it has none."""
    exerce = metier(etablissement)
    return exerce.naf if exerce else ""


def employeurs(unite: UniteLegale) -> list[Etablissement]:
    """Open establishments that have at least one employee, the biggest first."""
    presents = [e for e in unite.etablissements if e.ouvert and e.effectif]
    return sorted(presents, key=lambda e: (-(e.effectif or 0), e.siret))


def jour(quand: date) -> str:
    """A day as French files write it: 31/12/2025."""
    return f"{quand:%d/%m/%Y}"


def ouvre(quand: date) -> date:
    """The day itself when it is a working one, else the Monday that follows: administrations decide on working days."""
    return quand + timedelta(days=(7 - quand.weekday()) % 7 if quand.weekday() >= 5 else 0)


def mois_avant(mois: date, nombre: int) -> date:
    """First day of the month ``nombre`` months before (after, when negative)."""
    rang = mois.year * 12 + mois.month - 1 - nombre
    return date(rang // 12, rang % 12 + 1, 1)


def mois_de(debut: date, fin: date) -> Iterator[date]:
    """First days of the months from ``debut`` to ``fin``, both included."""
    mois = debut.replace(day=1)
    while mois <= fin:
        yield mois
        mois = mois_avant(mois, -1)


def adresse(etablissement: Etablissement) -> str:
    """Number and street, as one line."""
    a = etablissement.adresse
    return " ".join(morceau for morceau in (a.numero, a.type_voie, a.voie) if morceau)
