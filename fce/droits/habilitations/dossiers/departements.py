"""Parses and displays territories: codes or names of départements and régions, or FR. Pure."""

import difflib
import re
from collections.abc import Iterable
from functools import cache

from fce.droits.habilitations.acteurs import FRANCE
from fce.referentiels.territoires import decoupage
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte.pliage import plier

FRANCE_ENTIERE = "France entière"
OUTRE_MER = "Outre-mer"
_SEPARATEURS = re.compile(r"[,;\n\t]+")


def departements_par_region() -> list[tuple[str, list[tuple[str, str]]]]:
    """[(région, [(code, "59 – Nord")…])…], sorted by name; overseas ones, of one département each, are grouped last."""
    ranges: dict[str, list[tuple[str, str]]] = {}
    for departement in decoupage.departements():
        region = decoupage.region_du_departement(departement.code)
        ranges.setdefault(str(region.libelle) if region else "", []).append((departement.code, str(departement)))
    outre_mer = [siens[0] for siens in ranges.values() if len(siens) == 1]
    metropole = [(nom, siens) for nom, siens in ranges.items() if len(siens) > 1]
    return [*sorted(metropole, key=lambda region: plier(region[0])), (OUTRE_MER, outre_mer)]


def connu(code: str) -> bool:
    """Whether a code is FR or that of a département."""
    return code == FRANCE or decoupage.departement(code) is not None


def lire_lieux(texte: str) -> tuple[str, ...]:
    """Parse a text ("59, Pas-de-Calais ; Bretagne") into sorted département codes; ``("FR",)`` for the whole country.

    Raises ParametreInvalide with the words that name nothing, and suggestions.
    """
    trouves: set[str] = set()
    inconnus = []
    for mot in filter(None, map(str.strip, _SEPARATEURS.split(texte))):
        codes = _noms().get(plier(mot)) or ((mot.upper(),) if connu(mot.upper()) else ())
        trouves.update(codes)
        if not codes:
            proches = difflib.get_close_matches(plier(mot), _noms(), n=1)
            inconnus.append(f"« {mot[:60]} »" + (f" (vouliez-vous dire « {_ecrit(proches[0])} » ?)" if proches else ""))
    if inconnus:
        raise ParametreInvalide(
            f"Ni département ni région de ce nom : {', '.join(inconnus[:5])}. Donnez des noms ou des codes de "
            "département, ou FR."
        )
    return reduire(trouves)


def reduire(codes: Iterable[str]) -> tuple[str, ...]:
    """Sort and deduplicate; FR replaces everything else."""
    uniques = sorted(set(codes))
    return (FRANCE,) if FRANCE in uniques else tuple(uniques)


def en_clair(codes: Iterable[str]) -> str:
    """Display a territory: complete régions by name, other départements one by one ("Bretagne, Nord (59)")."""
    restants = set(codes)
    if FRANCE in restants:
        return FRANCE_ENTIERE
    morceaux = []
    for region, departements in departements_par_region():
        siens = {code for code, _ in departements}
        if siens <= restants:
            morceaux.append(region)
            restants -= siens
    for code in sorted(restants):
        departement = decoupage.departement(code)
        morceaux.append(f"{departement.libelle} ({code})" if departement else code)
    return ", ".join(morceaux)


@cache
def _noms() -> dict[str, tuple[str, ...]]:
    """{folded name: codes}. A name shared by a région and a département has the same code in both."""
    noms = {plier(region): tuple(code for code, _ in siens) for region, siens in departements_par_region()}
    noms |= {plier(str(d.libelle)): (d.code,) for d in decoupage.departements()}
    return noms | {plier(mot): (FRANCE,) for mot in (FRANCE, "France", FRANCE_ENTIERE)}


def _ecrit(plie: str) -> str:
    """The name with this folded form."""
    noms = [FRANCE_ENTIERE, *(r for r, _ in departements_par_region())]
    noms += [str(d.libelle) for d in decoupage.departements()]
    return next((nom for nom in noms if plier(nom) == plie), plie)
