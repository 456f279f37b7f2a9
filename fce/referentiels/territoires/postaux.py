"""Postal codes (La Poste) and the communes they serve."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from fce.referentiels.territoires.decoupage import commune, lignes_communes
from fce.referentiels.territoires.lieu import Lieu


@dataclass(frozen=True, slots=True)
class CodePostal:
    """``communes``: Insee codes, most populated first; arrondissements for Paris, Lyon and Marseille."""

    habitants: int
    communes: tuple[str, ...]


@lru_cache(maxsize=1)
def codes_postaux() -> dict[str, CodePostal]:
    """By code. The inhabitants of a commune are divided among its postal codes."""
    presentes = [
        champs for ligne in lignes_communes() if (champs := ligne.split(";"))[2] in ("actuelle", "arrondissement")
    ]
    decoupees = {actuelle for _, _, nature, actuelle, *_ in presentes if nature == "arrondissement"}
    desservies: dict[str, list[tuple[int, str]]] = {}
    for insee, _, _, _, _, postaux, population in presentes:
        if insee not in decoupees:
            codes = postaux.split()
            for code in codes:
                desservies.setdefault(code, []).append((-(int(population or 0) // len(codes)), insee))
    resultat: dict[str, CodePostal] = {}
    for code in sorted(desservies):
        lignes = sorted(desservies[code])
        resultat[code] = CodePostal(-sum(poids for poids, _ in lignes), tuple(insee for _, insee in lignes))
    return resultat


def lieu_code_postal(code: str) -> Lieu | None:
    """A postal code as a place, named after its main commune."""
    connu = codes_postaux().get(code)
    principale = commune(connu.communes[0]) if connu else None
    if connu is None or principale is None:
        return None
    autres = len(connu.communes) - 1
    suite = f" et {autres} autre{'s' if autres > 1 else ''} commune{'s' if autres > 1 else ''}" if autres else ""
    return Lieu("code_postal", code, code, f"Code postal – {principale.nom}{suite}")


def commencant_par(debut: str) -> Iterator[str]:
    """Postal codes beginning so, most populated first."""
    trouves = [(-cp.habitants, code) for code, cp in codes_postaux().items() if code.startswith(debut)]
    yield from (code for _, code in sorted(trouves))
