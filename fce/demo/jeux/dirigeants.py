"""Officers and owners, computed once for RNE, BODACC, beneficial owners and tax files."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from fce.demo import noms, personnages as p
from fce.demo.entreprises import UniteLegale
from fce.demo.jeux.difficultes import CLOTURE, Difficultes
from fce.demo.jeux.fichiers import Faits
from fce.demo.jeux.monde import VEDETTE, Monde, fermeture, forme, physique

ENTREPRENEUR, GERANT, PRESIDENT_SAS, LIQUIDATEUR, AUDITEUR = "101", "30", "73", "40", "71"
PRESIDENT_CA, DIRECTEUR_GENERAL, ADMINISTRATEUR, REPRESENTANT = "51", "53", "65", "56"
ASSOCIE = "29"
QUALITES = {
    GERANT: "Gérant", PRESIDENT_SAS: "Président", LIQUIDATEUR: "Liquidateur", PRESIDENT_CA: "Président du conseil",
    DIRECTEUR_GENERAL: "Directeur général", ADMINISTRATEUR: "Administrateur", ASSOCIE: "Gérant, associé",
    REPRESENTANT: "Représentant en France", ENTREPRENEUR: "Entrepreneur", AUDITEUR: "Commissaire aux comptes",
}  # fmt: skip
"""{role: its name in BODACC notices}."""

_ROLES = {
    "5710": (PRESIDENT_SAS,),
    "5720": (PRESIDENT_SAS,),
    "5599": (PRESIDENT_CA, DIRECTEUR_GENERAL, ADMINISTRATEUR),
    "3120": (REPRESENTANT,),
}
_NATIONALITES = ("FRANCE",) * 12 + ("BELGIQUE", "PORTUGAL", "MAROC")


@dataclass(frozen=True, slots=True)
class Individu:
    personne: noms.Personne
    naissance: str
    nationalite: str

    @property
    def prenoms(self) -> list[str]:
        return [prenom.title() for prenom in self.personne.prenoms]


@dataclass(frozen=True, slots=True)
class Mandat:
    """An office held by a person or a company."""

    role: str
    individu: Individu | None = None
    societe: UniteLegale | None = None


@dataclass(frozen=True, slots=True)
class Direction:
    """Offices by SIREN; ``meres``: {subsidiary: holding}."""

    mandats: dict[str, tuple[Mandat, ...]]
    meres: dict[str, str]

    @property
    def filiales(self) -> dict[str, list[str]]:
        """{holding: its subsidiaries}, as SIREN."""
        trouvees: dict[str, list[str]] = {}
        for fille, mere in sorted(self.meres.items()):
            trouvees.setdefault(mere, []).append(fille)
        return trouvees


def direction(monde: Monde, difficultes: Difficultes) -> Direction:
    """Compute the officers of registered companies (no public bodies)."""
    holdings = [u for u in monde.ouvertes if u.activite and u.activite.naf == "64.20Z" and forme(u).startswith("5")]
    ordinaires = [u for u in holdings if u.siren not in {p.HOLDING.siren, *p.HOMONYMES_PETITS}]
    auditeurs = [u for u in monde.ouvertes if u.activite and u.activite.naf == "69.20Z" and forme(u).startswith("5")]
    filles = (p.SIGLE, p.SIEGE_FERME, p.INTERIM)
    meres, mandats = {p.HOMONYME.siren: p.HOLDING.siren, **{f.siren: VEDETTE for f in filles}}, {}
    for unite in monde.unites.values():
        if not forme(unite).startswith(("1", "3120", "5", "6")):
            continue
        alea = monde.alea("direction", unite.siren)
        grande = (unite.effectif or 0) >= 5 and forme(unite).startswith("57") and unite not in holdings
        if ordinaires and grande and unite.siren != VEDETTE and alea.random() < 0.25:
            # Half of them have the same holding: a group of some size.
            mere = ordinaires[0] if alea.random() < 0.5 else alea.choice(ordinaires)
            meres.setdefault(unite.siren, mere.siren)
        mandats[unite.siren] = tuple(_mandats(monde, unite, meres.get(unite.siren), auditeurs, difficultes, alea))
    return Direction(mandats, meres)


def _mandats(
    monde: Monde,
    unite: UniteLegale,
    mere: str | None,
    auditeurs: list[UniteLegale],
    difficultes: Difficultes,
    alea: random.Random,
) -> Iterator[Mandat]:
    if unite.personne is not None:
        yield Mandat(ENTREPRENEUR, Individu(unite.personne, *_etat_civil(alea)))
        return
    procedure = difficultes.procedures.get(unite.siren)
    if fermeture(unite) and procedure and procedure.jugements[-1].genre != CLOTURE:
        yield Mandat(LIQUIDATEUR, individu(alea))
        return
    roles = _ROLES.get(forme(unite), (ASSOCIE,) if forme(unite).startswith("6") else (GERANT,))
    premier = None
    for rang, role in enumerate(roles):
        if rang == 0 and mere:
            yield Mandat(role, societe=monde.unites[mere])
            continue
        # The chairman also sits on the board: one person, two offices.
        if rang == 2 and premier:
            yield Mandat(role, premier)
        nomme = individu(alea)
        premier = premier or nomme
        yield Mandat(role, nomme)
    if auditeurs and (unite.effectif or 0) >= 20:
        yield Mandat(AUDITEUR, societe=alea.choice([a for a in auditeurs if a is not unite] or auditeurs))


def individu(alea: random.Random) -> Individu:
    return Individu(noms.personne(alea), *_etat_civil(alea))


def _etat_civil(alea: random.Random) -> tuple[str, str]:
    return f"{alea.randint(1948, 1999)}-{alea.randint(1, 12):02d}", alea.choice(_NATIONALITES)


def proprietaires(direction: Direction, siren: str) -> list[tuple[Individu, float]]:
    """Return the natural persons who own a company, possibly through its holding, with their percentages."""
    vus = {siren}
    while (mere := direction.meres.get(siren)) and mere not in vus:
        vus.add(siren := mere)
    individus = list(dict.fromkeys(m.individu for m in direction.mandats.get(siren, ()) if m.individu))
    if not individus:
        return []
    if len(individus) == 1:
        return [(individus[0], 100.0)]
    # Above 25 %, hence two beneficial owners.
    return [(individus[0], 42.5), (individus[1], 30.0)]


def inpi_beneficiaires(monde: Monde, direction: Direction) -> Iterator[Faits]:
    """Rows of the register of beneficial owners, without day of birth nor address."""
    rang = 0
    for siren in direction.mandats:
        unite = monde.unites[siren]
        if physique(unite) or fermeture(unite) or not monde.retenue("beneficiaires", unite, 0.5):
            continue
        dirigeants = {m.individu for m in direction.mandats[siren]}
        for individu, part in proprietaires(direction, siren):
            rang += 1
            yield {
                "siren": siren,
                "identifiant": f"00000000-0000-4000-8000-{rang:012d}",
                "nom": individu.personne.nom,
                "nom_usage": individu.personne.nom_usage,
                "prenoms": " ".join(individu.prenoms),
                "naissance": individu.naissance,
                "nationalite": individu.nationalite,
                "pays_residence": "FRANCE",
                "part_capital": part,
                "part_votes": part,
                "representant_legal": individu in dirigeants,
            }
