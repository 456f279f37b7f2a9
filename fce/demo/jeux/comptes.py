"""Annual accounts, computed once for the register, the tax files and the Banque de France."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from fce.demo import personnages as p
from fce.demo.activites import Activite
from fce.demo.entreprises import UniteLegale
from fce.demo.jeux.dirigeants import Direction
from fce.demo.jeux.effectifs import Emploi
from fce.demo.jeux.fichiers import Faits, faits_de
from fce.demo.jeux.monde import VEDETTE, Monde, fermeture, forme

COMPLETS, SIMPLIFIES, CONSOLIDES = "C", "S", "K"
PUBLIC, PARTIEL, CONFIDENTIEL = "Public", "Partiellement confidentiel", "Confidentiel"
EXERCICES = 6
"""Latest closings known per company."""

RECENTS = 3
"""Closings in tax files and notices."""

DELAI_DEPOT = timedelta(days=215)
"""Later closings are not filed yet."""

SEUIL_BILANS = 250

_PAR_PERSONNE = {
    "industrie": 185_000, "commerce": 210_000, "artisan": 105_000, "conseil": 118_000, "service": 72_000,
    "agricole": 95_000, "immobilier": 240_000, "mutuelle": 320_000,
}  # fmt: skip
"""Turnover per employee, in euros."""

_CLOTURES = {VEDETTE: (12, 31), p.HOLDING.siren: (6, 30), p.HOMONYME.siren: (6, 30)}
"""Different closing days, so that a recent filing exists on any day."""

_PUBLIEES = (p.GROUPE, p.HOLDING, p.HOMONYME, p.RESEAU, p.BOULANGERIE, p.SIGLE, p.SIEGE_FERME)
_TOUJOURS = frozenset(personnage.siren for personnage in _PUBLIEES)


@dataclass(frozen=True, slots=True)
class Compte:
    """One closing of a company; amounts in euros."""

    siren: str
    date_cloture: date
    type_bilan: str
    confidentialite: str
    chiffre_affaires: int
    marge_brute: int
    ebe: int
    ebit: int
    resultat_net: int

    @property
    def depot(self) -> date:
        """Filing day, six to seven months after the closing."""
        return self.date_cloture + timedelta(days=185 + int(self.siren) % 25)


def comptes(emploi: Emploi) -> list[Compte]:
    """Return the accounts of trading companies that file them, oldest first per company."""
    tenus = []
    for unite in emploi.monde.unites.values():
        if not forme(unite).startswith("5") or unite.creation is None:
            continue
        if _ouverts(emploi.monde, unite) or emploi.monde.alea("comptes", unite.siren).random() < 0.5:
            tenus += list(_comptes(emploi, unite))
    return tenus


def _comptes(emploi: Emploi, unite: UniteLegale) -> Iterator[Compte]:
    alea, fin = emploi.monde.alea("exercices", unite.siren), fermeture(unite)
    mois, dernier_jour = _CLOTURES.get(unite.siren, alea.choice(((12, 31), (12, 31), (12, 31), (6, 30), (9, 30))))
    effectif = unite.effectif or 0
    metier = _metier(unite)
    par_tete = _PAR_PERSONNE.get(metier.famille if metier else "", 90_000) * alea.uniform(0.7, 1.4)
    difficile = unite.siren in emploi.difficultes.ruptures or unite.siren in emploi.difficultes.procedures
    croissance = alea.uniform(-0.12, -0.03) if difficile else alea.uniform(-0.02, 0.09)
    marge, mention = alea.uniform(0.3, 0.65), _mention(emploi.monde, unite)
    base = max(1.0, effectif + 0.5) * par_tete
    limite = emploi.monde.arrete - DELAI_DEPOT
    derniere = limite.year - (date(limite.year, mois, dernier_jour) > limite)
    for rang, annee in enumerate(range(derniere - EXERCICES + 1, derniere + 1)):
        cloture = date(annee, mois, dernier_jour)
        trop_jeune = (cloture - (unite.creation or emploi.monde.arrete)).days < 300
        if trop_jeune or (fin is not None and cloture + DELAI_DEPOT > fin):
            continue
        ca = round(base * (1 + croissance) ** (rang - 4) * alea.uniform(0.97, 1.03))
        taux = alea.uniform(-0.06, 0.02) if difficile else alea.uniform(0.03, 0.16)
        ebe = round(ca * taux)
        ebit = ebe - round(ca * 0.02)
        resultat = ebit - max(0, round(ebit * 0.25))
        genre = COMPLETS if effectif >= 20 or unite.siren in _TOUJOURS - {p.BOULANGERIE.siren} else SIMPLIFIES
        yield Compte(unite.siren, cloture, genre, mention, ca, round(ca * marge), ebe, ebit, resultat)


def _metier(unite: UniteLegale) -> Activite | None:
    return unite.activite or unite.siege.activite


def _ouverts(monde: Monde, unite: UniteLegale) -> bool:
    """Companies that always file public accounts: characters, and those in the featured group's trade, so that its
    ratios have a sector to be compared with."""
    return unite.siren in _TOUJOURS or _metier(unite) == _metier(monde.unites[VEDETTE])


def _mention(monde: Monde, unite: UniteLegale) -> str:
    """Small companies may withhold their accounts or income statement (code de commerce, art. L. 232-25)."""
    if _ouverts(monde, unite) or (unite.effectif or 0) >= 50:
        return PUBLIC
    return monde.alea("mention", unite.siren).choices((PUBLIC, CONFIDENTIEL, PARTIEL), (65, 27, 8))[0]


def recents(monde: Monde, tenus: Iterable[Compte]) -> list[Compte]:
    """Return the accounts of the last ``RECENTS`` closings that may be filed."""
    limite = monde.arrete - DELAI_DEPOT
    depuis = (limite.year - RECENTS, limite.month, limite.day)
    return [c for c in tenus if (c.date_cloture.year, c.date_cloture.month, c.date_cloture.day) > depuis]


def consolides(tenus: list[Compte], filiales: dict[str, list[str]]) -> list[Compte]:
    """Return the consolidated accounts of holdings: sums over the subsidiaries closed in the same year."""
    par_siren: dict[str, dict[int, Compte]] = {}
    for compte in tenus:
        par_siren.setdefault(compte.siren, {})[compte.date_cloture.year] = compte
    groupes = []
    for mere, filles in sorted({**filiales, VEDETTE: filiales.get(VEDETTE, [])}.items()):
        for annee, compte in sorted(par_siren.get(mere, {}).items()):
            reunis = [compte, *(c for fille in filles if (c := par_siren.get(fille, {}).get(annee)))]
            if mere != VEDETTE and (len(reunis) < 2 or any(c.confidentialite != PUBLIC for c in reunis)):
                continue
            groupes.append(
                Compte(
                    mere, compte.date_cloture, CONSOLIDES, PUBLIC,
                    *(sum(getattr(c, nom) for c in reunis) for nom in
                      ("chiffre_affaires", "marge_brute", "ebe", "ebit", "resultat_net")),
                )
            )  # fmt: skip
    return groupes


def ratios_financiers(monde: Monde, comptes: list[Compte], direction: Direction) -> Iterator[Faits]:
    """Rows of the INPI and BCE file: own and consolidated accounts, newest first."""
    tous = [*comptes, *consolides(comptes, direction.filiales)]
    for compte in sorted(tous, key=lambda c: (c.siren, -c.date_cloture.toordinal(), c.type_bilan)):
        alea = monde.alea("ratios", compte.siren, str(compte.date_cloture), compte.type_bilan)
        ca = compte.chiffre_affaires
        bfr = alea.uniform(2, 25)
        # Solvency changes little from one closing to the next: a level per company, and a yearly variation.
        niveau = monde.alea("solvabilité", compte.siren, compte.type_bilan)
        autonomie = niveau.uniform(20, 60) + alea.uniform(-4, 4)
        yield {
            **faits_de(compte),
            "taux_endettement": (100 - autonomie) / autonomie * 100,
            "ratio_liquidite": niveau.uniform(90, 220) + alea.uniform(-15, 15),
            "ratio_vetuste": alea.uniform(20, 80),
            "autonomie_financiere": autonomie,
            "poids_bfr": bfr,
            "couverture_interets": alea.uniform(0, 9),
            "caf_sur_ca": (compte.resultat_net + ca * 0.02) / ca * 100,
            "capacite_remboursement": alea.uniform(0, 6),
            "marge_ebe": compte.ebe / ca * 100,
            "resultat_courant_sur_ca": compte.ebit / ca * 100,
            "poids_bfr_jours": bfr * 3.6,
            "rotation_stocks": alea.uniform(0, 90),
            "credit_clients": alea.uniform(10, 75),
            "credit_fournisseurs": alea.uniform(15, 80),
        }


def bdf_bilans(monde: Monde, comptes: list[Compte]) -> Iterator[Faits]:
    """Rows of the Banque de France, in thousands of euros: companies of at least 250 people, three closings."""
    grands = [c for c in recents(monde, comptes) if (monde.unites[c.siren].effectif or 0) >= SEUIL_BILANS]
    for compte in grands:
        alea = monde.alea("bdf", compte.siren, str(compte.date_cloture))
        frng, bfr = compte.chiffre_affaires // 8_000, compte.chiffre_affaires // 15_000
        yield {
            "siren": compte.siren,
            "annee": compte.date_cloture.year,
            "date_arrete": compte.date_cloture,
            "valeur_ajoutee": compte.marge_brute // 1_000,
            "ebe": round(compte.ebe / 1_000),
            "caf": round((compte.resultat_net + compte.chiffre_affaires * 0.02) / 1_000),
            "frng": frng,
            "bfr": bfr,
            "ratio_frng_bfr": frng / bfr * 100,
            "disponibilites": frng - bfr,
            "dettes_stables": round(frng * alea.uniform(0.4, 1.2)),
            "dettes_court_terme": round(bfr * alea.uniform(0.4, 1.1)),
        }
