"""A territory as people write it and as they read it: codes or names of départements and régions, FR. Pure."""

import difflib
import re
from collections.abc import Iterable
from functools import cache

from fce.droits.acteurs import FRANCE
from fce.referentiels.territoires import decoupage
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte import plier

FRANCE_ENTIERE = "France entière"
OUTRE_MER = "Outre-mer"
_SEPARATEURS = re.compile(r"[,;\n\t]+")


def departements_par_region() -> list[tuple[str, list[tuple[str, str]]]]:
    """[(région, [(code, "59 – Nord")…])…], in the order of names; those overseas, of one département each, come last
    and together."""
    ranges: dict[str, list[tuple[str, str]]] = {}
    for departement in decoupage.departements():
        region = decoupage.region_du_departement(departement.code)
        ranges.setdefault(str(region.libelle) if region else "", []).append((departement.code, str(departement)))
    outre_mer = [siens[0] for siens in ranges.values() if len(siens) == 1]
    metropole = [(nom, siens) for nom, siens in ranges.items() if len(siens) > 1]
    return [*sorted(metropole, key=lambda region: plier(region[0])), (OUTRE_MER, outre_mer)]


def connu(code: str) -> bool:
    """Tell whether a code is FR or that of a département."""
    return code == FRANCE or decoupage.departement(code) is not None


def lire(texte: str) -> tuple[str, ...]:
    """Codes of départements named in a text ("59, Pas-de-Calais ; Bretagne"), sorted; ``("FR",)`` for all of it.

    Raises ParametreInvalide with the words that name nothing, and what they may have meant.
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
    """Sorted and without repetition; FR takes the place of everything else."""
    uniques = sorted(set(codes))
    return (FRANCE,) if FRANCE in uniques else tuple(uniques)


def en_clair(codes: Iterable[str]) -> str:
    """A territory to read: whole régions by their name, the rest by département ("Bretagne, Nord (59)")."""
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
    """{folded name: codes}. A place that is both a région and a département has the same code in both."""
    noms = {plier(region): tuple(code for code, _ in siens) for region, siens in departements_par_region()}
    noms |= {plier(str(d.libelle)): (d.code,) for d in decoupage.departements()}
    return noms | {plier(mot): (FRANCE,) for mot in (FRANCE, "France", FRANCE_ENTIERE)}


def _ecrit(plie: str) -> str:
    """The name whose folded form this is."""
    noms = [FRANCE_ENTIERE, *(r for r, _ in departements_par_region())]
    noms += [str(d.libelle) for d in decoupage.departements()]
    return next((nom for nom in noms if plier(nom) == plie), plie)
