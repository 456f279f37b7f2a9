"""Difficulties of companies: short-time work, redundancies, insolvency proceedings, closing.

Computed once, so that the files of the ministry, BODACC, RNE and DSN agree.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from fce.demo import personnages as p
from fce.demo.calendrier import Le
from fce.demo.entreprises import Etablissement, UniteLegale
from fce.demo.jeux.monde import Monde, employeurs, famille, fermeture, forme, naf, ouvre
from fce.socle.texte.mois import ajouter_mois

PSE, RCC, LICEC_GRAND, LICEC_PETIT = "PSE", "RCC", "LiceC +10", "LiceC -10"
IN_BONIS, REDRESSEMENT, LIQUIDATION = "In bonis", "Redressement judiciaire", "Liquidation judiciaire"
OUVERTURE, CONVERSION, SAUVEGARDE, PLAN, CLOTURE = "ouverture", "conversion", "sauvegarde", "plan", "cloture"
DIRECTE = "liquidation"
"""Liquidation without earlier proceedings."""

CONFINEMENT = date(2020, 3, 20)
"""Closing of shops and restaurants (arrêté of 14 March 2020)."""

CONJONCTURE, COVID = "Conjoncture économique", "Autres circonstances exceptionnelles"
_CAUSES = (CONJONCTURE, CONJONCTURE, "Difficultés d'approvisionnement", "Sinistre ou intempéries")


@dataclass(frozen=True, slots=True)
class Suppression:
    """Jobs cut in an establishment: announced (``debut``), then decided (``fin``, None while pending)."""

    siret: str
    debut: int
    fin: int | None

    @property
    def emplois(self) -> int:
        return self.debut if self.fin is None else self.fin


@dataclass(frozen=True, slots=True)
class Rupture:
    """A redundancy procedure. ``numero``: set once all are known."""

    siren: str
    type: str
    date_enregistrement: date
    etat: str
    suppressions: tuple[Suppression, ...]
    situation_juridique: str = IN_BONIS
    date_jugement: date | None = None
    numero: str = ""

    @property
    def effet(self) -> date:
        """First month of the cuts, which take three months: the second month after registration."""
        return ajouter_mois(self.date_enregistrement, 2)


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision on short-time work: hours of this amendment, and cumulative hours."""

    date_decision: date
    avenant: int
    heures_avenant: int
    heures_autorisees: int
    heures_consommees: str


@dataclass(frozen=True, slots=True)
class Convention:
    """Short-time work of an establishment."""

    siret: str
    convention: str
    cause: str
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Jugement:
    """A step of insolvency proceedings."""

    date: date
    genre: str


@dataclass(frozen=True, slots=True)
class Procedure:
    """Insolvency proceedings: judgments, oldest first, and day of removal from the register."""

    siren: str
    jugements: tuple[Jugement, ...]
    radiation: date | None = None


@dataclass(frozen=True, slots=True)
class Difficultes:
    """Redundancies by SIREN, short-time work by SIRET, proceedings by SIREN."""

    ruptures: dict[str, tuple[Rupture, ...]]
    conventions: dict[str, tuple[Convention, ...]]
    procedures: dict[str, Procedure]

    def suppressions(self, siret: str) -> list[tuple[Rupture, Suppression]]:
        ruptures = self.ruptures.get(siret[:9], ())
        return [(r, s) for r in ruptures for s in r.suppressions if s.siret == siret]


def survenues(monde: Monde) -> Difficultes:
    procedures = {u.siren: pr for u in monde.unites.values() if (pr := _procedure(monde, u))}
    brutes = [r for u in monde.unites.values() for r in _ruptures(monde, u, procedures.get(u.siren))]
    ruptures: dict[str, tuple[Rupture, ...]] = {}
    for rupture in _numeroter(brutes):
        ruptures[rupture.siren] = (*ruptures.get(rupture.siren, ()), rupture)
    conventions = {}
    for unite in monde.unites.values():
        for etablissement in unite.etablissements:
            if siennes := tuple(_conventions(monde, etablissement, ruptures.get(unite.siren, ()))):
                conventions[etablissement.siret] = siennes
    return Difficultes(ruptures, conventions, procedures)


def _procedure(monde: Monde, unite: UniteLegale) -> Procedure | None:
    """Proceedings of a company: ended by closing, open, or overcome."""
    if choisie := _procedures(monde.le).get(unite.siren):
        return choisie
    if not forme(unite).startswith("5") or unite.diffusion != "O" or unite.siren in {un.siren for un in p.TOUS}:
        return None
    alea, fin = monde.alea("procedure", unite.siren), fermeture(unite)
    creation = unite.creation or monde.arrete
    if fin is not None:
        if fin < monde.le(2018, 1, 1) or (fin - creation).days < 900 or alea.random() > 0.4:
            return None
        liquidation = Jugement(ouvre(fin - timedelta(days=alea.randrange(70, 200))), CONVERSION)
        avant = Jugement(ouvre(liquidation.date - timedelta(days=alea.randrange(90, 400))), OUVERTURE)
        if alea.random() < 0.6:
            return Procedure(unite.siren, (avant, liquidation), fin)
        return Procedure(unite.siren, (replace(liquidation, genre=DIRECTE),), fin)
    if (monde.arrete - creation).days < 900 or alea.random() > 0.025:
        return None
    if alea.random() < 0.5:
        debut = ouvre(monde.arrete - timedelta(days=alea.randrange(40, 500)))
        return Procedure(unite.siren, (Jugement(debut, alea.choice((OUVERTURE, OUVERTURE, SAUVEGARDE))),))
    cloture = ouvre(monde.arrete - timedelta(days=alea.randrange(200, 1_800)))
    debut = max(creation, cloture - timedelta(days=alea.randrange(250, 700)))
    plan = debut + (cloture - debut) / 2
    suivis = (Jugement(ouvre(debut), OUVERTURE), Jugement(ouvre(plan), PLAN), Jugement(cloture, CLOTURE))
    return Procedure(unite.siren, suivis)


def _ruptures(monde: Monde, unite: UniteLegale, procedure: Procedure | None) -> Iterator[Rupture]:
    presents = employeurs(unite)
    choisies = _plans_sociaux(monde.le)
    for type_, quand, part, etat in choisies.get(unite.siren, ()):
        yield _rupture(monde, unite, presents, type_, quand, part, etat, procedure)
    if unite.siren in choisies or unite.siren in {un.siren for un in p.TOUS} or forme(unite).startswith("7"):
        return
    alea, effectif = monde.alea("rupture", unite.siren), unite.effectif or 0
    quand = ouvre(monde.le(2023, 2, 1) + timedelta(days=alea.randrange(1_180)))
    if any((e.creation or monde.arrete) > quand - timedelta(days=500) for e in presents[:1]):
        return
    etat = "En cours" if quand > monde.le(2026, 5, 1) else "Clos"
    if effectif >= 50 and alea.random() < 0.25:
        type_ = RCC if effectif >= 250 and alea.random() < 0.4 else PSE
        yield _rupture(monde, unite, presents, type_, quand, alea.uniform(0.08, 0.25), etat, procedure)
    elif 3 <= effectif < 50 and alea.random() < 0.06:
        type_ = LICEC_GRAND if effectif >= 40 else LICEC_PETIT
        yield _rupture(monde, unite, presents, type_, quand, 0.25, etat, procedure)


def _rupture(
    monde: Monde, unite: UniteLegale, presents: list[Etablissement], type_: str, quand: date, part: float, etat: str,
    procedure: Procedure | None,
) -> Rupture:  # fmt: skip
    """A redundancy procedure; a closed company, whose head count is unknown, cuts all its jobs."""
    alea = monde.alea("suppressions", unite.siren, str(quand))
    presents = [e for e in presents if (e.creation or monde.arrete) < quand - timedelta(days=300)]
    suppressions = []
    for etablissement in presents[: alea.randint(1, 4)] or [unite.siege]:
        debut = max(2, round((etablissement.effectif or 0) * part)) if presents else 20
        fin = None if etat == "En cours" else debut - alea.randint(0, debut // 6)
        suppressions.append(Suppression(etablissement.siret, debut, fin))
    jugement = _dernier_jugement(procedure, quand)
    situation = IN_BONIS
    if jugement:
        situation = REDRESSEMENT if jugement.genre == OUVERTURE else LIQUIDATION
    return Rupture(unite.siren, type_, quand, etat, tuple(suppressions), situation, jugement.date if jugement else None)


def _dernier_jugement(procedure: Procedure | None, quand: date) -> Jugement | None:
    if procedure is None:
        return None
    ouverts = [j for j in procedure.jugements if j.date <= quand]
    return ouverts[-1] if ouverts and ouverts[-1].genre in (OUVERTURE, CONVERSION, DIRECTE) else None


def _numeroter(ruptures: list[Rupture]) -> Iterator[Rupture]:
    """Number the procedures: year, then rank in the year."""
    rangs: dict[int, int] = {}
    for rupture in sorted(ruptures, key=lambda r: (r.date_enregistrement, r.siren)):
        annee = rupture.date_enregistrement.year
        rangs[annee] = rangs.get(annee, 0) + 1
        yield replace(rupture, numero=f"{annee % 100:02d}{rangs[annee]:03d}")


def _conventions(monde: Monde, etablissement: Etablissement, ruptures: tuple[Rupture, ...]) -> Iterator[Convention]:
    """Short-time work: before redundancies, in spring 2020 for closed trades, occasionally in industry."""
    alea = monde.alea("apart", etablissement.siret)
    departement = monde.lieu(etablissement).departement.zfill(3)
    if not etablissement.effectif or not departement.strip("0"):
        return
    naissance = etablissement.creation or monde.arrete
    touchantes = [r for r in ruptures if any(s.siret == etablissement.siret for s in r.suppressions)]
    moments = [(r.date_enregistrement - timedelta(days=alea.randrange(100, 280)), CONJONCTURE) for r in touchantes]
    if naf(etablissement).startswith(("55", "56", "90", "93", "96", "47.7")) and alea.random() < 0.5:
        moments.append((CONFINEMENT + timedelta(days=alea.randrange(40)), COVID))
    if famille(etablissement) == "industrie" and etablissement.effectif >= 10 and alea.random() < 0.12:
        moments.append((monde.le(2025, 1, 6) + timedelta(days=alea.randrange(600)), alea.choice(_CAUSES)))
    if etablissement.siege and etablissement.siren == p.OUTRE_MER.siren:
        moments.append((monde.le(2026, 9, 28), CONJONCTURE))
    for quand, cause in sorted(moments):
        if quand <= naissance:
            continue
        numero = f"{departement}{quand:%y}{alea.randrange(10_000):04d}01"
        yield Convention(etablissement.siret, numero, cause, _decisions(monde, etablissement, ouvre(quand), numero))


def _decisions(monde: Monde, etablissement: Etablissement, quand: date, numero: str) -> tuple[Decision, ...]:
    alea = monde.alea("decisions", numero, etablissement.siret)
    decisions, cumul = [], 0
    for avenant in range(alea.choices((1, 2, 3), (60, 30, 10))[0]):
        heures = max(1, (etablissement.effectif or 1) // 3) * 35 * alea.randint(2, 8)
        cumul += heures
        consommees = round(cumul * alea.uniform(0.2, 0.95), 1)
        date_decision = ouvre(quand + timedelta(days=90 * avenant))
        if date_decision <= monde.arrete:
            decisions.append(Decision(date_decision, avenant, heures, cumul, f"{consommees:g}".replace(".", ",")))
    return tuple(decisions)


def _procedures(le: Le) -> dict[str, Procedure]:
    recits = {
        p.CEDEE.siren: (((2023, 3, 14), OUVERTURE), ((2023, 6, 12), CONVERSION)),
        p.SIEGE_FERME.siren: (((2026, 1, 20), OUVERTURE),),
        p.REOUVERTE.siren: (((2019, 11, 12), OUVERTURE), ((2021, 2, 23), CLOTURE)),
    }
    radiations = {p.CEDEE.siren: le(2023, 6, 30)}
    return {
        siren: Procedure(
            siren, tuple(Jugement(ouvre(le(*quand)), genre) for quand, genre in jugements), radiations.get(siren)
        )
        for siren, jugements in recits.items()
    }


def _plans_sociaux(le: Le) -> dict[str, tuple[tuple[str, date, float, str], ...]]:
    """Redundancies of the hand-made companies: kind, day, share of jobs, state."""
    recits = {
        p.GROUPE.siren: ((PSE, (2022, 5, 3), 0.1, "Clos"), (PSE, (2026, 2, 9), 0.18, "En cours")),
        p.SIGLE.siren: ((PSE, (2025, 9, 8), 0.24, "Clos"),),
        p.HOMONYME.siren: ((RCC, (2024, 4, 22), 0.04, "Clos"),),
        p.SIEGE_FERME.siren: ((LICEC_PETIT, (2026, 2, 16), 0.4, "Clos"),),
        p.CEDEE.siren: ((LICEC_GRAND, (2023, 6, 16), 1.0, "Clos"),),
        p.OUTRE_MER.siren: ((PSE, (2026, 10, 19), 0.2, "En cours"),),
    }
    return {
        siren: tuple((genre, ouvre(le(*quand)), part, etat) for genre, quand, part, etat in ruptures)
        for siren, ruptures in recits.items()
    }
