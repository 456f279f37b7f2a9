"""Monthly head counts, apprentices and full-time equivalents, per employing establishment.

The December described by Sirene matches Sirene's head count; redundancies reduce it; nothing is declared from the month
of closing on.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from fce.demo.entreprises import Etablissement, UniteLegale
from fce.demo.jeux.difficultes import Difficultes, Rupture, Suppression
from fce.demo.jeux.fichiers import Faits, faits_de
from fce.demo.jeux.monde import VEDETTE, Monde, famille, naf
from fce.socle.texte.mois import ajouter_mois, mois_entre

MOIS_DSN = 60
MOIS_ETP = 24
ETP_PAR_PERSONNE = 0.93
_ETALEMENT = 3
_SAISONNIERS = ("55", "56.1", "01.2", "93.29")
_TYPES_DE_CONTRAT = ("11", "11", "11", "21", "22")


@dataclass(frozen=True, slots=True)
class Apprenti:
    """An apprenticeship contract; ``date_rupture`` None: completed."""

    numero: str
    siret: str
    type_contrat: str
    date_debut: date
    fin: date
    date_rupture: date | None

    def present(self, veille_de: date) -> bool:
        """Whether still employed the day before a day."""
        return self.date_debut < veille_de <= min(self.fin, self.date_rupture or self.fin)


@dataclass
class Emploi:
    """The series of a universe, reduced by its ``difficultes``."""

    monde: Monde
    difficultes: Difficultes
    totaux_connus: dict[str, dict[date, int]] = field(default_factory=dict)

    def totaux(self, etablissement: Etablissement) -> dict[date, int]:
        """Return {month: people}, oldest first; empty without employees."""
        connus = self.totaux_connus.get(etablissement.siret)
        if connus is None:
            connus = self.totaux_connus[etablissement.siret] = dict(self._totaux(etablissement))
        return connus

    def total(self, unite: UniteLegale, mois: date) -> int:
        return sum(self.totaux(e).get(mois, 0) for e in unite.etablissements)

    @cached_property
    def mois(self) -> list[date]:
        """First days of the months of the series."""
        dernier = self.monde.calendrier.dernier_mois
        return list(mois_entre(ajouter_mois(dernier, 1 - MOIS_DSN), dernier))

    @cached_property
    def apprentis(self) -> dict[str, list[Apprenti]]:
        """Contracts by SIRET, oldest first."""
        contrats = {}
        for unite in self.monde.unites.values():
            for etablissement in unite.etablissements:
                if siens := list(self._apprentis(etablissement)):
                    contrats[etablissement.siret] = siens
        return contrats

    def _totaux(self, etablissement: Etablissement) -> Iterator[tuple[date, int]]:
        presence = _presence(etablissement)
        if presence is None:
            return
        debut, fin = presence
        reference, alea = self.monde.calendrier.reference, self.monde.alea("effectif", etablissement.siret)
        effectif = etablissement.effectif
        if effectif is None:
            effectif = alea.randint(1, 12)
        pertes = self.difficultes.suppressions(etablissement.siret)
        if effectif < sum(s.emplois - _partis(reference, r, s) for r, s in pertes):
            effectif = sum(s.emplois for _, s in pertes)
        tendance = 0.0 if pertes or effectif < 10 else alea.uniform(-0.03, 0.05)
        saison = 0.25 if naf(etablissement).startswith(_SAISONNIERS) and not pertes else 0.0
        for mois in self.mois:
            if mois < debut.replace(day=1) or (fin is not None and mois >= fin.replace(day=1)):
                continue
            annees = ((mois.year - reference.year) * 12 + mois.month - reference.month) / 12
            ete = 1 if 6 <= mois.month <= 9 else 0
            niveau = round(effectif * (1 + tendance * annees + saison * ete))
            if effectif == 0:
                niveau = ete
            yield mois, max(0, niveau + sum(_partis(reference, r, s) - _partis(mois, r, s) for r, s in pertes))

    def _apprentis(self, etablissement: Etablissement) -> Iterator[Apprenti]:
        presence, effectif = _presence(etablissement), etablissement.effectif or 0
        if presence is None or effectif < 3 or not naf(etablissement):
            return
        alea = self.monde.alea("apprentis", etablissement.siret)
        chance = {"artisan": 0.7, "commerce": 0.45, "industrie": 0.4, "conseil": 0.35}.get(famille(etablissement), 0.1)
        departement = self.monde.lieu(etablissement).departement.zfill(3)
        rentree, arrete = self.monde.calendrier.rentree, self.monde.arrete
        for annee in range(rentree - 5, rentree + 1):
            if alea.random() > chance:
                continue
            debut = date(annee, 9, alea.randint(1, 15))
            for rang in range(alea.randint(1, max(1, effectif // 25))):
                fin = debut + timedelta(days=alea.choice((365, 730)))
                rupture = debut + timedelta(days=alea.randrange(20, 150)) if alea.random() < 0.15 else None
                if rupture is not None and rupture > arrete:
                    rupture = None
                if presence[0] < debut and (presence[1] is None or presence[1] > fin):
                    numero = f"{departement}{debut:%Y%m}{etablissement.siret[4:9]}{etablissement.siret[9:13]}{rang:02d}"
                    type_ = alea.choice(_TYPES_DE_CONTRAT)
                    yield Apprenti(numero, etablissement.siret, type_, debut, fin, rupture)
        if etablissement.siren == VEDETTE and etablissement.siege:
            # Outside September, to give the featured company a recent contract.
            debut = arrete - timedelta(days=24)
            numero = f"{departement}{debut:%Y%m}{etablissement.siret[4:9]}{etablissement.siret[9:13]}99"
            yield Apprenti(numero, etablissement.siret, "11", debut, debut + timedelta(days=730), None)


def dsn_effectifs(emploi: Emploi) -> Iterator[Faits]:
    """Rows of DARES's file: people at month end, by sex and contract."""
    suivants = {mois: ajouter_mois(mois, 1) for mois in emploi.mois}
    for etablissement in _employeurs(emploi):
        alea = emploi.monde.alea("contrats", etablissement.siret)
        femmes, cdd, interim = alea.uniform(0.15, 0.85), alea.uniform(0.04, 0.18), alea.uniform(0, 0.05)
        agence = naf(etablissement) == "78.20Z"
        contrats = emploi.apprentis.get(etablissement.siret, [])
        for mois, total in emploi.totaux(etablissement).items():
            missions = round(total * 0.6) if agence else 0
            apprentis = min(total - missions, sum(a.present(suivants[mois]) for a in contrats))
            permanents = total - missions - apprentis
            venus = missions or (round(total * interim) if total >= 20 else 0)
            yield {
                "mois": mois,
                "siret": etablissement.siret,
                "total": total,
                "hommes": total - round(total * femmes),
                "femmes": round(total * femmes),
                "cdd": round(permanents * cdd),
                "cdi": permanents - round(permanents * cdd),
                "cdi_inter": 0,
                "inter_mission": venus,
                "interim": venus,
                "apprentis": apprentis,
                "date_maj": suivants[mois].replace(day=25),
            }


def effectifs_etp(emploi: Emploi) -> Iterator[Faits]:
    """Rows of GIP-MDS's file: full-time equivalents, over two years."""
    depuis = emploi.mois[-MOIS_ETP]
    for etablissement in _employeurs(emploi):
        for mois, total in emploi.totaux(etablissement).items():
            if mois >= depuis:
                numeros = {"siren": etablissement.siren, "siret": etablissement.siret}
                yield numeros | {"mois": mois, "effectif": total * ETP_PAR_PERSONNE}


def apprentissage(emploi: Emploi) -> Iterator[Faits]:
    """Rows of DGEFP's file: one per contract."""
    return (faits_de(contrat, "fin") for contrats in emploi.apprentis.values() for contrat in contrats)


def _employeurs(emploi: Emploi) -> Iterable[Etablissement]:
    return (e for u in emploi.monde.unites.values() for e in u.etablissements if emploi.totaux(e))


def _presence(etablissement: Etablissement) -> tuple[date, date | None] | None:
    """(first day with employees, closing day or None); None without employees."""
    *avant, derniere = etablissement.periodes
    fin = derniere.debut if derniere.etat == "F" else None
    debut = None
    for periode in reversed(avant if fin else etablissement.periodes):
        if periode.etat != "A" or periode.employeur != "O":
            break
        debut = periode.debut
    return (debut, fin) if debut is not None else None


def _partis(mois: date, rupture: Rupture, suppression: Suppression) -> int:
    """Jobs gone at the end of a month: one third more each month from the effect on."""
    ecoules = (mois.year - rupture.effet.year) * 12 + mois.month - rupture.effet.month + 1
    return round(suppression.emplois * min(1.0, max(0.0, ecoules / _ETALEMENT)))
