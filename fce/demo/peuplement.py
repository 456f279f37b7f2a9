"""Ordinary companies, drawn in the real register's proportions, with their histories."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from fce.demo import lieux, noms, numeros
from fce.demo.activites import Activite, par_famille
from fce.demo.calendrier import Calendrier
from fce.demo.entreprises import Plan, PlanEtablissement, UniteLegale, construire

Nommer = Callable[[random.Random, Activite], str]


@dataclass(frozen=True, slots=True)
class Profil:
    """A legal form: weight, trades, naming function, share of employers, first year."""

    categorie_juridique: str
    poids: float
    familles: tuple[str, ...]
    nommer: Nommer
    employeurs: float
    depuis: int


def _societe(alea: random.Random, activite: Activite) -> str:
    return noms.societe(alea, activite.mots)


def _nomme(prefixe: str) -> Nommer:
    return lambda alea, _: f"{prefixe}{noms.lieu_invente(alea)}"


def _exploitation(forme: str) -> Nommer:
    return lambda alea, _: noms.exploitation(alea, forme)


_TOUTES = ("artisan", "commerce", "industrie", "service", "conseil", "liberal")
_PROFILS = (
    Profil(
        "1000", 34, ("artisan", "commerce", "service", "liberal", "sante", "conseil", "agricole"), _societe, 0.08, 1950
    ),
    Profil("5720", 12, _TOUTES, _societe, 0.25, 1999),
    Profil("5710", 11, _TOUTES, _societe, 0.45, 1994),
    Profil("5499", 16, _TOUTES, _societe, 0.55, 1950),
    Profil("5498", 6, _TOUTES, _societe, 0.35, 1985),
    Profil("5599", 0.8, ("industrie",), _societe, 0.9, 1950),
    Profil("5458", 0.5, ("artisan", "industrie", "conseil"), _societe, 0.9, 1978),
    Profil("6540", 8, ("immobilier",), lambda alea, _: noms.societe_civile(alea), 0.01, 1960),
    Profil("6598", 1.2, ("agricole",), _exploitation("EARL"), 0.3, 1985),
    Profil("6533", 0.8, ("agricole",), _exploitation("GAEC"), 0.2, 1962),
    Profil("6317", 0.2, ("industrie",), _nomme("COOPERATIVE AGRICOLE DE "), 0.9, 1950),
    Profil("9220", 8, ("association",), lambda alea, _: noms.association(alea), 0.15, 1950),
    Profil("9230", 0.2, ("association",), _nomme("UNION DES OEUVRES DE "), 0.8, 1950),
    Profil("9300", 0.1, ("association",), _nomme("FONDATION "), 0.6, 1950),
    Profil("9110", 0.8, ("copropriete",), _nomme("SDC RESIDENCE "), 0.05, 1965),
    Profil("7210", 1, ("public",), _nomme("COMMUNE DE "), 1, 1983),
    Profil("7361", 0.3, ("association",), _nomme("CENTRE COMMUNAL D'ACTION SOCIALE DE "), 0.7, 1986),
    Profil("7353", 0.3, ("public",), _nomme("SYNDICAT INTERCOMMUNAL DES EAUX DE "), 0.6, 1960),
    Profil("7346", 0.2, ("public",), _nomme("COMMUNAUTE DE COMMUNES DU PAYS DE "), 1, 1993),
    Profil("7331", 0.3, ("education",), _nomme("COLLEGE "), 1, 1985),
    Profil("2110", 0.3, ("immobilier",), lambda alea, _: f"INDIVISION {noms.nom_de_famille(alea)}", 0, 1970),
)
_PUBLICS = ("7", "9110", "2")
_TRANSFORMATIONS = {"5498": "5499", "5499": "5710", "5720": "5710", "5599": "5710"}
_DEBUTS_DES_FORMES = {"5499": 1950, "5710": 1994}
_METIERS = {"49.32Z": "4932ZA", "45.20A": "4520AA"}
_SOCIETE_A_MISSION = date(2019, 5, 24)
"""First possible day (loi n° 2019-486, art. 176)."""


@dataclass(slots=True)
class Peuplement:
    """Draws companies one by one; remembers closed ones, which a later one may take over."""

    alea: random.Random
    calendrier: Calendrier
    associations: int = 100
    cedees: list[tuple[UniteLegale, lieux.Ville]] = field(default_factory=list)

    def unite(self, siren: str) -> UniteLegale:
        alea = self.alea
        profil = alea.choices(_PROFILS, [p.poids for p in _PROFILS])[0]
        plan = self._plan(siren, profil)
        if plan.denomination and not profil.categorie_juridique.startswith(_PUBLICS):
            self._reprendre(plan, profil)
        self._vieillir(plan)
        self._etendre(plan)
        unite = construire(alea, plan, self.calendrier)
        recente = plan.fermeture is not None and plan.fermeture >= self.calendrier.le(2001, 1, 1)
        if recente and not plan.reouverture and unite.siege.diffusion == "O":
            self.cedees.append((unite, plan.demenagements[-1][1] if plan.demenagements else plan.ville))
        return unite

    def _plan(self, siren: str, profil: Profil) -> Plan:
        alea = self.alea
        forme = profil.categorie_juridique
        candidates = par_famille(*profil.familles)
        activite = alea.choices(candidates, [a.poids for a in candidates])[0]
        effectif = None
        if alea.random() < profil.employeurs:
            effectif = min(1_900, int(alea.paretovariate(0.85 if forme != "1000" else 2)))
            effectif = effectif if alea.random() < 0.95 else 0
        plan = Plan(
            siren, forme, activite, self._naissance(profil.depuis), lieux.tirer(alea)[0], effectif=effectif,
            metiers=_METIERS.get(activite.naf, "") if alea.random() < 0.5 else "",
        )  # fmt: skip
        if forme == "1000":
            self._nommer_personne(plan)
        else:
            plan.denomination = profil.nommer(alea, activite)
            plan.diffusion = "P" if alea.random() < (0.4 if forme == "2110" else 0.03) else "O"
        if plan.diffusion == "O" and alea.random() < 0.008:
            plan.diffusion_siege = "P"
        commerce = activite.famille == "commerce"
        if alea.random() < (0.5 if commerce else 0.06) and not forme.startswith(_PUBLICS):
            plan.enseignes = tuple(
                noms.enseigne(alea, activite.mots) for _ in range(alea.choices((1, 2, 3), (90, 8, 2))[0])
            )
        self._distinguer(plan)
        return plan

    def _nommer_personne(self, plan: Plan) -> None:
        alea = self.alea
        plan.personne = noms.personne(alea)
        plan.diffusion = "P" if alea.random() < 0.12 else "O"
        if alea.random() < 0.2:
            plan.usuelles = (noms.enseigne(alea, plan.activite.mots),)

    def _distinguer(self, plan: Plan) -> None:
        """Set acronym, RNA number, social-economy and mission marks."""
        alea, forme = self.alea, plan.categorie_juridique
        if forme in ("9220", "9230"):
            plan.ess = "O"
            if alea.random() < 0.75:
                self.associations += 1
                plan.rna = numeros.rna(self.associations)
        elif forme in ("5458", "6317", "9300"):
            plan.ess = "O"
        elif forme.startswith("5"):
            plan.ess = alea.choices(("", "N", "O"), (60, 38, 2))[0]
        if plan.denomination.count(" ") >= 3 and alea.random() < 0.5:
            plan.sigle = noms.sigle(plan.denomination, pointe=alea.random() < 0.2)[:20]
        elif forme.startswith("5") and alea.random() < 0.05:
            plan.usuelles = (noms.mot(alea).upper(),)

    def _naissance(self, depuis: int) -> date:
        jours = (self.calendrier.inscrit - date(depuis, 1, 1)).days
        recul = min(int(self.alea.expovariate(1 / (12 * 365))), jours)
        return self.calendrier.inscrit - timedelta(days=recul)

    def _reprendre(self, plan: Plan, profil: Profil) -> None:
        """For one new company in twenty, take over a closed one at its address."""
        alea = self.alea
        if not self.cedees or alea.random() > 0.05:
            return
        rang = alea.randrange(len(self.cedees))
        cedee, ville = self.cedees[rang]
        fermeture = cedee.periodes[-1].debut
        if fermeture is None or fermeture.year <= profil.depuis or fermeture > self.calendrier.inscrit:
            return
        del self.cedees[rang]
        plan.creation, plan.ville, plan.reprise = fermeture, ville, cedee.siege

    def _jour(self, debut: date, fin: date) -> date:
        """Return a day strictly between two days at least two days apart. Always one draw, so that the universe does
        not depend on the day it is made."""
        return debut + timedelta(days=1 + int(self.alea.random() * ((fin - debut).days - 1)))

    def _vieillir(self, plan: Plan) -> None:
        """Add closing, reopening, and changes of name, form, trade, siège, mission."""
        alea, forme = self.alea, plan.categorie_juridique
        public = forme.startswith(_PUBLICS)
        dernier = self.calendrier.inscrit
        if (dernier - plan.creation).days < 400:
            return
        if not public and alea.random() < 0.24:
            plan.fermeture = self._jour(plan.creation + timedelta(days=200), dernier)
            if alea.random() < 0.04 and (dernier - plan.fermeture).days > 200:
                plan.reouverture = self._jour(plan.fermeture + timedelta(days=90), dernier)
        fin = plan.fermeture or dernier
        if (fin - plan.creation).days < 300:
            return
        tirage = alea.random
        if plan.denomination and not public and tirage() < 0.08:
            plan.changements.append(
                (self._jour(plan.creation, fin), {"denomination": noms.societe(alea, plan.activite.mots)})
            )
        if plan.personne and plan.personne.sexe == "F" and tirage() < 0.05:
            plan.personne = replace(plan.personne, nom_usage="")
            plan.changements.append((self._jour(plan.creation, fin), {"nom_usage": noms.nom_de_famille(alea)}))
        if plan.effectif and not public and tirage() < 0.2:
            plan.premiere_embauche = self._jour(plan.creation, fin)
        nouvelle = _TRANSFORMATIONS.get(forme)
        if nouvelle and tirage() < 0.06:
            au_plus_tot = max(plan.creation, date(_DEBUTS_DES_FORMES[nouvelle], 1, 1))
            quand = self._jour(au_plus_tot, fin)
            if (fin - au_plus_tot).days > 2:
                plan.changements.append((quand, {"categorie_juridique": nouvelle}))
        if not public and tirage() < 0.07:
            candidates = par_famille(plan.activite.famille)
            plan.activites_suivantes.append((self._jour(plan.creation, fin), alea.choice(candidates)))
        if not public and tirage() < 0.12:
            jours = sorted({self._jour(plan.creation, fin) for _ in range(alea.choices((1, 2, 3), (80, 15, 5))[0])})
            plan.demenagements = [(jour, plan.ville if tirage() < 0.4 else lieux.tirer(alea)[0]) for jour in jours]
        if forme in ("5710", "5720", "5599") and tirage() < 0.02:
            au_plus_tot = max(plan.creation, _SOCIETE_A_MISSION)
            quand = self._jour(au_plus_tot, fin)
            if (fin - au_plus_tot).days > 2:
                plan.changements.append((quand, {"mission": "O"}))

    def _etendre(self, plan: Plan) -> None:
        """Add secondary establishments, more with a larger head count."""
        alea, effectif = self.alea, plan.effectif or 0
        if plan.categorie_juridique.startswith(("9110", "2")):
            return
        nombre = 1 if alea.random() < 0.05 else 0
        if effectif >= 8:
            nombre += min(25, int(alea.paretovariate(1.1)) - 1 + alea.randint(0, effectif // 50))
        fin = (plan.fermeture or self.calendrier.inscrit) - timedelta(days=1)
        if (fin - plan.creation).days < 60:
            return
        for _ in range(nombre):
            creation = self._jour(plan.creation, fin)
            fermeture = None
            if alea.random() < 0.25 and (fin - creation).days > 40:
                fermeture = self._jour(creation + timedelta(days=30), fin)
            ville = plan.ville if alea.random() < 0.5 else lieux.tirer(alea)[0]
            part = alea.randint(0, max(1, effectif // (nombre + 1))) if effectif else None
            secondaire = PlanEtablissement(ville, creation, fermeture, effectif=part)
            if plan.diffusion == "O" and alea.random() < 0.01:
                secondaire.diffusion = "P"
            if plan.activite.famille == "commerce" and alea.random() < 0.6:
                secondaire.enseignes = (noms.enseigne(alea, plan.activite.mots),)
                if fermeture is None and alea.random() < 0.1 and (fin - creation).days > 2:
                    autre = (noms.enseigne(alea, plan.activite.mots),)
                    secondaire.changements.append((self._jour(creation, fin), {"enseignes": autre}))
            plan.secondaires.append(secondaire)
