"""Build a company's rows (identity, establishments, periods) from its plan.

Values repeated across the official files (siège, head count, number of periods, state, dates) are computed here once,
so that the six files agree.
"""

import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from fce.demo import lieux, noms, numeros
from fce.demo.activites import Activite
from fce.demo.calendrier import Calendrier
from fce.demo.histoire import (
    Changement,
    PeriodeEtablissement,
    PeriodeUnite,
    activites_successives,
    derouler,
)

_BORNES = (1, 3, 6, 10, 20, 50, 100, 200, 250, 500, 1_000, 2_000, 5_000, 10_000)
_TRANCHES = ("00", "01", "02", "03", "11", "12", "21", "22", "31", "32", "41", "42", "51", "52", "53")
_SANS_CATEGORIE = ("7", "911", "2")


@dataclass(slots=True)
class PlanEtablissement:
    """A secondary establishment to build. ``effectif`` None: no employee. Dates None: those of the company."""

    ville: lieux.Ville
    creation: date | None = None
    fermeture: date | None = None
    enseignes: tuple[str, ...] = ()
    denomination_usuelle: str = ""
    activite: Activite | None = None
    effectif: int | None = None
    diffusion: str = ""
    adresse: lieux.Adresse | None = None
    changements: list[Changement] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """A company to build.

    Names are those at creation. ``changements``: dated changes of the unité légale. ``demenagements``: move the siège,
    closing the old one. ``fermeture_siege``: closes the siège of an active company. ``premiere_embauche``: first
    employee. ``reprise``: siège of a closed company taken over at creation.
    """

    siren: str
    categorie_juridique: str
    activite: Activite
    creation: date
    ville: lieux.Ville
    denomination: str = ""
    personne: noms.Personne | None = None
    sigle: str = ""
    usuelles: tuple[str, ...] = ()
    enseignes: tuple[str, ...] = ()
    rna: str = ""
    effectif: int | None = None
    diffusion: str = "O"
    diffusion_siege: str = ""
    adresse: lieux.Adresse | None = None
    fermeture: date | None = None
    reouverture: date | None = None
    fermeture_siege: date | None = None
    premiere_embauche: date | None = None
    ess: str = ""
    mission: str = ""
    metiers: str = ""
    changements: list[Changement] = field(default_factory=list)
    activites_suivantes: list[tuple[date, Activite]] = field(default_factory=list)
    demenagements: list[tuple[date, lieux.Ville]] = field(default_factory=list)
    secondaires: list[PlanEtablissement] = field(default_factory=list)
    reprise: "Etablissement | None" = None


@dataclass(slots=True)
class Etablissement:
    """A row of StockEtablissement and its periods, oldest first."""

    siren: str
    nic: str
    siege: bool
    diffusion: str
    creation: date | None
    effectif: int | None
    metiers: str
    traitement: datetime | None
    adresse: lieux.Adresse
    adresse_secondaire: lieux.Adresse
    periodes: tuple[PeriodeEtablissement, ...]
    activite: Activite | None

    @property
    def siret(self) -> str:
        return self.siren + self.nic

    @property
    def ouvert(self) -> bool:
        return self.periodes[-1].etat == "A"


@dataclass(slots=True)
class UniteLegale:
    """A row of StockUniteLegale, its periods (oldest first) and establishments (by NIC)."""

    siren: str
    diffusion: str
    purgee: bool
    creation: date | None
    sigle: str
    personne: noms.Personne | None
    rna: str
    effectif: int | None
    traitement: datetime | None
    categorie: str
    periodes: tuple[PeriodeUnite, ...]
    etablissements: list[Etablissement]
    activite: Activite | None
    successions: list["Succession"]

    @property
    def siege(self) -> Etablissement:
        return next(e for e in self.etablissements if e.siege)


@dataclass(frozen=True, slots=True)
class Succession:
    """A succession link between two establishments."""

    predecesseur: str
    successeur: str
    jour: date
    transfert_siege: bool
    continuite: bool
    traitement: datetime


def tranche(effectif: int | None, creation: date | None, annee: int) -> tuple[str, str]:
    """Return INSEE's head-count band and its year (``annee``): ``NN`` without employees, "" when created later or
    undated."""
    if creation is None or creation.year > annee:
        return "", ""
    return ("NN", "") if effectif is None else (_TRANCHES[bisect_right(_BORNES, effectif)], str(annee))


def traitement(alea: random.Random, stock: date, apres: date, *, en_vie: bool = False) -> datetime:
    """Draw the time of the last processing, after ``apres`` and before the stock; within about a year for an active
    unit."""
    if en_vie:
        apres = max(apres, stock - timedelta(days=396))
    jours = max(1, (stock - apres).days)
    jour = min(apres + timedelta(days=1 + int(alea.betavariate(3, 1) * jours)), stock)
    return datetime(jour.year, jour.month, jour.day) + timedelta(seconds=alea.randrange(86_400))


def construire(alea: random.Random, plan: Plan, calendrier: Calendrier) -> UniteLegale:
    etablissements, sieges = _etablissements(alea, plan, calendrier.stock)
    effectif = _somme([e.effectif for e in etablissements if e.ouvert])
    periodes = _periodes_unite(plan, sieges, effectif)
    fermee = periodes[-1].etat == "C"
    return UniteLegale(
        siren=plan.siren,
        diffusion=plan.diffusion,
        purgee=False,
        creation=plan.creation,
        sigle=plan.sigle,
        personne=plan.personne,
        rna=plan.rna,
        effectif=effectif,
        traitement=traitement(alea, calendrier.stock, periodes[-1].debut or plan.creation, en_vie=not fermee),
        categorie="" if fermee else _categorie(plan, effectif, calendrier.annee_effectifs),
        periodes=periodes,
        etablissements=etablissements,
        activite=None if fermee else _derniere_activite(plan),
        successions=_successions(alea, plan, etablissements, sieges, calendrier.stock),
    )


def _etablissements(alea: random.Random, plan: Plan, stock: date) -> tuple[list[Etablissement], list[tuple[date, str]]]:
    """Return the establishments by NIC, and the siège's NIC from each date on."""
    demenagements = sorted(plan.demenagements, key=lambda d: d[0])
    debuts = [plan.creation, *(jour for jour, _ in demenagements)]
    villes = [plan.ville, *(ville for _, ville in demenagements)]
    suite: list[tuple[date, bool, PlanEtablissement]] = []
    for rang, (debut, ville) in enumerate(zip(debuts, villes, strict=True)):
        dernier = rang == len(debuts) - 1
        suite.append(
            (
                debut,
                True,
                PlanEtablissement(
                    ville=ville,
                    creation=debut,
                    fermeture=(plan.fermeture_siege or plan.fermeture) if dernier else debuts[rang + 1],
                    enseignes=plan.enseignes,
                    effectif=plan.effectif if dernier else None,
                    diffusion=plan.diffusion_siege or plan.diffusion,
                    adresse=plan.adresse if dernier else None,
                ),
            )
        )
    suite += [(e.creation or plan.creation, False, e) for e in plan.secondaires]
    suite.sort(key=lambda element: element[0])
    etablissements: list[Etablissement] = []
    sieges: list[tuple[date, str]] = []
    for rang, (debut, a_ete_siege, projet) in enumerate(suite, start=1):
        nic = numeros.nic(plan.siren, rang)
        if a_ete_siege:
            sieges.append((debut, nic))
        siege = a_ete_siege and debut == debuts[-1]
        etablissements.append(_etablissement(alea, plan, projet, nic, debut, stock, siege=siege))
    return etablissements, sieges


def _etablissement(
    alea: random.Random, plan: Plan, projet: PlanEtablissement, nic: str, debut: date, stock: date, *, siege: bool
) -> Etablissement:
    activites = _activites_depuis(plan, debut) if projet.activite is None else [(debut, projet.activite)]
    fermeture = _plus_tot(projet.fermeture, plan.fermeture)
    rouvre = siege and plan.reouverture is not None
    (code, nomenclature), changements = activites_successives(debut, None if rouvre else fermeture, activites)
    changements += [c for c in projet.changements if fermeture is None or c[0] < fermeture]
    embauche = plan.premiere_embauche if siege and plan.premiere_embauche and plan.premiere_embauche > debut else None
    if embauche:
        changements.append((embauche, {"employeur": "O"}))
    if fermeture is not None:
        changements.append((fermeture, {"etat": "F"}))
        if rouvre and plan.reouverture is not None:
            changements.append((plan.reouverture, {"etat": "A"}))
    ouvert = fermeture is None or rouvre
    effectif = projet.effectif if ouvert else None
    depart = PeriodeEtablissement(
        debut=debut,
        enseignes=projet.enseignes,
        denomination_usuelle=projet.denomination_usuelle,
        activite=code,
        nomenclature=nomenclature,
        employeur="N" if projet.effectif is None or embauche else "O",
    )
    periodes = derouler(depart, changements)
    adresse = projet.adresse
    if adresse is None:
        reprise = plan.reprise if siege and debut == plan.creation else None
        adresse = reprise.adresse if reprise else lieux.adresse(alea, projet.ville)
    return Etablissement(
        siren=plan.siren,
        nic=nic,
        siege=siege,
        diffusion=projet.diffusion or plan.diffusion,
        creation=debut,
        effectif=effectif,
        metiers=plan.metiers if ouvert else "",
        traitement=traitement(alea, stock, periodes[-1].debut or debut, en_vie=ouvert),
        adresse=adresse,
        adresse_secondaire=lieux.adresse(alea, projet.ville) if alea.random() < 0.01 else lieux.Adresse(),
        periodes=periodes,
        activite=activites[-1][1] if ouvert else None,
    )


def _periodes_unite(plan: Plan, sieges: list[tuple[date, str]], effectif: int | None) -> tuple[PeriodeUnite, ...]:
    activites = [(plan.creation, plan.activite), *sorted(plan.activites_suivantes, key=lambda a: a[0])]
    fin = None if plan.reouverture else plan.fermeture
    (code, nomenclature), changements = activites_successives(plan.creation, fin, activites)
    changements += plan.changements
    changements += [(jour, {"nic_siege": nic}) for jour, nic in sieges[1:]]
    if plan.premiere_embauche is not None:
        changements.append((plan.premiere_embauche, {"employeur": "O"}))
    if plan.fermeture is not None:
        changements.append((plan.fermeture, {"etat": "C"}))
    if plan.reouverture is not None:
        changements.append((plan.reouverture, {"etat": "A"}))
    personne = plan.personne
    depart = PeriodeUnite(
        debut=plan.creation,
        nom=personne.nom if personne else "",
        nom_usage=personne.nom_usage if personne else "",
        denomination=plan.denomination,
        usuelles=plan.usuelles,
        categorie_juridique=plan.categorie_juridique,
        activite=code,
        nomenclature=nomenclature,
        nic_siege=sieges[0][1],
        ess=plan.ess,
        mission=plan.mission,
        employeur="N" if plan.premiere_embauche or (effectif is None and plan.effectif is None) else "O",
    )
    return derouler(depart, changements)


def _successions(
    alea: random.Random, plan: Plan, etablissements: list[Etablissement], sieges: list[tuple[date, str]], stock: date
) -> list[Succession]:
    liens = [
        Succession(plan.siren + avant, plan.siren + apres, jour, True, True, traitement(alea, stock, jour))
        for (_, avant), (jour, apres) in pairwise(sieges)
    ]
    if plan.reprise is not None:
        premier = next(e for e in etablissements if e.nic == sieges[0][1])
        jour = plan.creation
        liens.append(Succession(plan.reprise.siret, premier.siret, jour, False, True, traitement(alea, stock, jour)))
    return liens


def _activites_depuis(plan: Plan, debut: date) -> list[tuple[date, Activite]]:
    activites = [(plan.creation, plan.activite), *sorted(plan.activites_suivantes, key=lambda a: a[0])]
    en_cours = [activite for jour, activite in activites if jour <= debut][-1]
    return [(debut, en_cours), *(a for a in activites if a[0] > debut)]


def _derniere_activite(plan: Plan) -> Activite:
    return max(plan.activites_suivantes, key=lambda a: a[0])[1] if plan.activites_suivantes else plan.activite


def _categorie(plan: Plan, effectif: int | None, annee: int) -> str:
    """PME, ETI or GE by head count only: the turnover criterion (décret of 2008) is not published."""
    if plan.categorie_juridique.startswith(_SANS_CATEGORIE) or plan.creation.year > annee:
        return ""
    if effectif is None or effectif < 250:
        return "PME"
    return "ETI" if effectif < 5_000 else "GE"


def _somme(effectifs: Sequence[int | None]) -> int | None:
    connus = [e for e in effectifs if e is not None]
    return sum(connus) if connus else None


def _plus_tot(un: date | None, autre: date | None) -> date | None:
    return min((d for d in (un, autre) if d is not None), default=None)


def unite_purgee(
    alea: random.Random, siren: str, denomination: str, activite_nap: str, ville: lieux.Ville, creation: date
) -> UniteLegale:
    """Build a purged unit, closed long ago: one undated period, NAP codes, no processing time."""
    nic = numeros.nic(siren, 1)
    periode = PeriodeEtablissement(None, "F", activite=activite_nap, nomenclature="NAP", employeur="N")
    base = lieux.adresse(alea, ville)
    adresse = replace(base, identifiant="", x="", y="", cedex="", libelle_cedex="")
    etablissement = Etablissement(
        siren, nic, True, "O", None, None, "", None, adresse, lieux.Adresse(), (periode,), None
    )
    unite = PeriodeUnite(
        None, "C", denomination=denomination, categorie_juridique="5599", activite=activite_nap, nomenclature="NAP",
        nic_siege=nic, employeur="N",
    )  # fmt: skip
    return UniteLegale(siren, "O", True, creation, "", None, "", None, None, "", (unite,), [etablissement], None, [])
