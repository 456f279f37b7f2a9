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
from fce.demo.jeux.fichiers import Ligne
from fce.demo.jeux.monde import VEDETTE, Monde, jour, metier, mois_avant, mois_de

MOIS_DSN = 60
MOIS_ETP = 24
ETP_PAR_PERSONNE = 0.93
_ETALEMENT = 3
_SAISONNIERS = ("55", "56.1", "01.2", "93.29")
_TYPES_DE_CONTRAT = ("11", "11", "11", "21", "22")


@dataclass(frozen=True, slots=True)
class Apprenti:
    """An apprenticeship contract; ``rupture`` None: completed."""

    numero: str
    siret: str
    type: str
    debut: date
    fin: date
    rupture: date | None

    def present(self, mois: date) -> bool:
        """Whether still employed on the last day of a month."""
        suivant = mois_avant(mois, -1)
        return self.debut < suivant <= self.fin and (self.rupture is None or self.rupture >= suivant)


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

    @property
    def premier_mois(self) -> date:
        return mois_avant(self.monde.calendrier.dernier_mois, MOIS_DSN - 1)

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
        reference, dernier_mois = self.monde.calendrier.reference, self.monde.calendrier.dernier_mois
        alea = self.monde.alea("effectif", etablissement.siret)
        effectif = etablissement.effectif
        if effectif is None:
            effectif = alea.randint(1, 12)
        pertes = self.difficultes.suppressions(etablissement.siret)
        if effectif < sum(s.emplois - _partis(reference, r, s) for r, s in pertes):
            effectif = sum(s.emplois for _, s in pertes)
        tendance = 0.0 if pertes or effectif < 10 else alea.uniform(-0.03, 0.05)
        exerce = metier(etablissement)
        saison = 0.25 if exerce and exerce.naf.startswith(_SAISONNIERS) and not pertes else 0.0
        dernier = dernier_mois if fin is None else min(dernier_mois, mois_avant(fin.replace(day=1), 1))
        for mois in mois_de(max(debut, self.premier_mois), dernier):
            annees = ((mois.year - reference.year) * 12 + mois.month - reference.month) / 12
            ete = 1 if 6 <= mois.month <= 9 else 0
            niveau = round(effectif * (1 + tendance * annees + saison * ete))
            if effectif == 0:
                niveau = ete
            yield mois, max(0, niveau + sum(_partis(reference, r, s) - _partis(mois, r, s) for r, s in pertes))

    def _apprentis(self, etablissement: Etablissement) -> Iterator[Apprenti]:
        presence, effectif = _presence(etablissement), etablissement.effectif or 0
        exerce = metier(etablissement)
        if presence is None or effectif < 3 or exerce is None:
            return
        alea = self.monde.alea("apprentis", etablissement.siret)
        chance = {"artisan": 0.7, "commerce": 0.45, "industrie": 0.4, "conseil": 0.35}.get(exerce.famille, 0.1)
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


def dsn_effectifs(emploi: Emploi) -> Iterator[Ligne]:
    """Rows of DARES's file: people at month end, by sex and contract."""
    for etablissement in _employeurs(emploi):
        alea = emploi.monde.alea("contrats", etablissement.siret)
        femmes, cdd, interim = alea.uniform(0.15, 0.85), alea.uniform(0.04, 0.18), alea.uniform(0, 0.05)
        exerce = metier(etablissement)
        agence = exerce is not None and exerce.naf == "78.20Z"
        contrats = emploi.apprentis.get(etablissement.siret, [])
        for mois, total in emploi.totaux(etablissement).items():
            missions = round(total * 0.6) if agence else 0
            apprentis = min(total - missions, sum(a.present(mois) for a in contrats))
            permanents = total - missions - apprentis
            determines = round(permanents * cdd)
            venus = missions or (round(total * interim) if total >= 20 else 0)
            yield {
                "MOIS": f"{mois:%Y-%m}",
                "SIRET": etablissement.siret,
                "EFF_TOTAL": str(total),
                "EFF_HOMME": str(total - round(total * femmes)),
                "EFF_FEMME": str(round(total * femmes)),
                "NB_CDD": str(determines),
                "NB_CDI": str(permanents - determines),
                "NB_CDI_INTER": "0",
                "NB_INTER_MISSION": str(venus),
                "NB_INTERIM": str(venus),
                "NB_APPRENTI": str(apprentis),
                "DATE_MAJ": f"{mois_avant(mois, -1):%Y/%m}/25",
            }


def effectifs_etp(emploi: Emploi) -> Iterator[Ligne]:
    """Rows of GIP-MDS's file: full-time equivalents, over two years."""
    depuis = mois_avant(emploi.monde.calendrier.dernier_mois, MOIS_ETP - 1)
    for etablissement in _employeurs(emploi):
        for mois, total in emploi.totaux(etablissement).items():
            if mois >= depuis:
                yield {
                    "siren": etablissement.siren,
                    "siret": etablissement.siret,
                    "periode_concerne": str(mois),
                    "effectif": f"{total * ETP_PAR_PERSONNE:.2f}",
                }


def apprentissage(emploi: Emploi) -> Iterator[Ligne]:
    """Rows of DGEFP's file: one per contract."""
    for contrats in emploi.apprentis.values():
        for contrat in contrats:
            yield {
                "Contrat DateDebut": jour(contrat.debut),
                "TypeContrat": contrat.type,
                "NumeroEnregistrement": contrat.numero,
                "Employeur Siret": contrat.siret,
                "DateRupture": jour(contrat.rupture) if contrat.rupture else "",
            }


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
