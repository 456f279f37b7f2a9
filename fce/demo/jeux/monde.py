"""Common view of the universe for the data sets: companies, places, sizes, and named random generators.

Each generator is seeded by a name ("dsn:00000100800010"), so that a new data set changes no other.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from fce.demo import personnages
from fce.demo.activites import SANS_CONVENTION, Activite, activite
from fce.demo.calendrier import Calendrier
from fce.demo.entreprises import Etablissement, UniteLegale
from fce.demo.jeux.fichiers import Faits
from fce.demo.univers import GRAINE, Univers
from fce.referentiels import territoires

VEDETTE = personnages.GROUPE.siren
"""The featured company, which has data in every rubrique."""


@dataclass(frozen=True, slots=True)
class Lieu:
    """Place of an establishment, in the files' terms; empty texts abroad."""

    commune: str
    nom: str
    code_postal: str
    departement: str
    nom_departement: str
    region: str
    nom_region: str


@dataclass
class Monde:
    """A universe and its random seed."""

    univers: Univers
    graine: int = GRAINE
    lieux_connus: dict[str, Lieu] = field(default_factory=dict)
    identites: dict[str, Faits] = field(default_factory=dict)

    @property
    def calendrier(self) -> Calendrier:
        return self.univers.calendrier

    @property
    def arrete(self) -> date:
        """Latest possible event: the day before the demonstration is made."""
        return self.calendrier.veille

    def le(self, annee: int, mois: int, quantieme: int) -> date:
        """Move a date written in a story."""
        return self.calendrier.le(annee, mois, quantieme)

    @cached_property
    def unites(self) -> dict[str, UniteLegale]:
        """Companies by SIREN, purged ones excluded, since other files do not know them."""
        return {u.siren: u for u in self.univers.unites if not u.purgee}

    @cached_property
    def ouvertes(self) -> list[UniteLegale]:
        return [u for u in self.unites.values() if u.periodes[-1].etat == "A"]

    @cached_property
    def publics(self) -> list[UniteLegale]:
        """Active public bodies, largest employers first."""
        corps = [u for u in self.ouvertes if forme(u).startswith("7")]
        return sorted(corps, key=lambda u: (-(u.effectif or 0), u.siren))

    @cached_property
    def places(self) -> list[tuple[UniteLegale, Etablissement]]:
        """Establishments in France, with their companies."""
        tous = ((unite, e) for unite in self.unites.values() for e in unite.etablissements)
        return [(unite, e) for unite, e in tous if self.lieu(e).departement]

    @cached_property
    def ouverts(self) -> list[tuple[UniteLegale, Etablissement]]:
        """Open establishments in France of active companies, with their companies."""
        return [(unite, e) for unite, e in self.places if unite.periodes[-1].etat == "A" and e.ouvert]

    def alea(self, *sujet: str) -> random.Random:
        """Return the generator of a subject, reproducible."""
        return random.Random(":".join((str(self.graine), *sujet)))  # noqa: S311 - reproducible on purpose

    def retenue(self, sujet: str, unite: UniteLegale, part: float) -> bool:
        """Whether a company is in a data set: a share ``part`` of them, always the featured one."""
        return unite.siren == VEDETTE or self.alea(sujet, unite.siren).random() < part

    def lieu(self, etablissement: Etablissement) -> Lieu:
        code = etablissement.adresse.code_commune
        connu = self.lieux_connus.get(code)
        if connu is None:
            departement, region = territoires.departement_de(code), territoires.region_de(code)
            connu = Lieu(
                code,
                etablissement.adresse.commune,
                etablissement.adresse.code_postal,
                departement.code if departement else "",
                (departement.libelle or "") if departement else "",
                region.code if region else "",
                (region.libelle or "") if region else "",
            )
            self.lieux_connus[code] = connu
        return connu

    def identite(self, sujet: UniteLegale | Etablissement) -> Faits:
        """Name, numbers and place of an establishment or of a siège, by the names that declarations give them."""
        etablissement = sujet.siege if isinstance(sujet, UniteLegale) else sujet
        connue = self.identites.get(etablissement.siret)
        if connue is None:
            lieu = self.lieu(etablissement)
            connue = self.identites[etablissement.siret] = {
                **dict.fromkeys(("nom", "denomination", "libelle", "raison_sociale"), nom(self.unites[sujet.siren])),
                **dict.fromkeys(("adresse", "rue", "voie"), adresse(etablissement)),
                **dict.fromkeys(("commune", "ville"), lieu.nom),
                "siren": etablissement.siren,
                "siret": etablissement.siret,
                "code_postal": lieu.code_postal,
                "code_departement": lieu.departement,
                "departement": lieu.nom_departement,
                "code_region": lieu.region,
                "region": lieu.nom_region,
            }
        return connue


def forme(unite: UniteLegale) -> str:
    return unite.periodes[-1].categorie_juridique


def physique(unite: UniteLegale) -> bool:
    return unite.personne is not None


def nom(unite: UniteLegale) -> str:
    """Return the name known to other administrations: partial diffusion binds INSEE, and us, not them."""
    derniere = unite.periodes[-1]
    if unite.personne is None:
        return derniere.denomination
    return f"{unite.personne.prenoms[0]} {derniere.nom_usage or derniere.nom}"


def fermeture(unite: UniteLegale) -> date | None:
    """Return the day a company ceased, None while active."""
    derniere = unite.periodes[-1]
    return derniere.debut if derniere.etat == "C" else None


def metier(etablissement: Etablissement) -> Activite | None:
    """Return an establishment's trade, even when closed, if its code is current."""
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
    """Return an establishment's current NAF code, "" without one."""
    exerce = metier(etablissement)
    return exerce.naf if exerce else ""


def famille(etablissement: Etablissement) -> str:
    """Return the family of an establishment's trade, "" without one."""
    exerce = metier(etablissement)
    return exerce.famille if exerce else ""


def idcc(etablissement: Etablissement) -> str:
    """Return the collective agreement of an establishment's trade, ``SANS_CONVENTION`` when it has none."""
    exerce = metier(etablissement)
    return exerce.idcc if exerce else SANS_CONVENTION


def employeurs(unite: UniteLegale) -> list[Etablissement]:
    """Return the open establishments with employees, largest first."""
    presents = [e for e in unite.etablissements if e.ouvert and e.effectif]
    return sorted(presents, key=lambda e: (-(e.effectif or 0), e.siret))


def ouvre(quand: date) -> date:
    """Return the day, or the following Monday if it falls on a weekend."""
    return quand + timedelta(days=(7 - quand.weekday()) % 7 if quand.weekday() >= 5 else 0)


def adresse(etablissement: Etablissement) -> str:
    """Return number and street on one line."""
    a = etablissement.adresse
    return " ".join(morceau for morceau in (a.numero, a.type_voie, a.voie) if morceau)
