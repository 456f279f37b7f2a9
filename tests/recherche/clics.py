"""Clicks on every value of every facet of a query, as the results page lets a reader do."""

from collections.abc import Iterator
from urllib.parse import parse_qs

from msgspec.structs import replace

from fce.recherche.question.filtre import Composant
from fce.recherche.question.filtres import LIEUX, tous
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import selectors
from fce.recherche.reponse.resultats import Facette


def ecarts(requete: Requete) -> tuple[list[tuple[str, Facette, int]], int, int]:
    """``(counts that the click belies, counts clicked on, estimates among them)``."""
    mauvais, vus, estimes = [], 0, 0
    for nom, facettes in selectors.rechercher(replace(requete, taille=1)).facettes.items():
        for facette in facettes:
            vus, estimes = vus + 1, estimes + facette.estimee
            for apres in clics(requete, nom, facette):
                total = selectors.rechercher(replace(apres, taille=1)).total
                if total != facette.nombre and not facette.estimee:
                    mauvais.append((nom, facette, total))
    return mauvais, vus, estimes


def clics(requete: Requete, nom: str, facette: Facette) -> Iterator[Requete]:
    """The query after the click. Beside values already asked, a count is that of the value alone in its filter."""
    if nom == "etat":
        yield replace(requete, etat=facette.code)
        return
    voisins = LIEUX if nom in LIEUX else (nom,)
    if any(v in requete.filtres for v in voisins) and tous()[nom].composant is not Composant.OUI_NON:
        filtres = {n: v for n, v in requete.filtres.items() if n not in voisins}
        yield replace(requete, filtres=filtres | {nom: (facette.code,)}, page=1)
        return
    if facette.active:
        yield requete
    else:
        yield Requete.depuis(parse_qs(_cliquer(requete, nom, facette.code)))


def _cliquer(requete: Requete, nom: str, code: str) -> str:
    """Address to which a box leads: its value joins those that are asked, or takes their place in a choice."""
    if tous()[nom].composant is Composant.OUI_NON:
        return requete.query_string(**{nom: code})
    return requete.query_string(**{nom: [*requete.filtres.get(nom, ()), code]})
