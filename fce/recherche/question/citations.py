"""Words in quotes: companies that bear them in one name, as written and in this order.

The index keeps no order of words. It gives the companies whose names hold all of them; their names, as masked now, tell
which to keep.
"""

import re
from typing import Final

from msgspec.structs import replace

from fce.donnees.entreprises import selectors as entreprises
from fce.recherche.engines.analyse import racines
from fce.recherche.engines.port import LES_ETATS, PERSONNE, CodeCherche, Moteur, Question
from fce.socle.texte.pliage import plier

CITEES_MAX: Final = 2_000
"""Companies of which the names are read, largest first: beyond, the total is an estimate."""
SANS_GUILLEMETS: Final = "Sans les guillemets"
_CITATION: Final = re.compile(r'["“«„]([^"“”«»„]*)["”»]')


def citees(texte: str) -> tuple[str, ...]:
    """Return the folded phrases in quotes."""
    return tuple(plie for m in _CITATION.finditer(texte) if (plie := plier(m[1])))


def sans_guillemets(texte: str) -> str:
    return " ".join(_CITATION.sub(r" \1 ", texte).split())


def restreindre(moteur: Moteur, base: Question, phrases: tuple[str, ...]) -> Question:
    """Restrict a question to the companies that bear all these phrases. Reads their names in the database."""
    mots = dict.fromkeys(mot for phrase in phrases for mot in racines(phrase))
    posee = Question("entreprises", etats=LES_ETATS, groupes=tuple((CodeCherche("nom", mot),) for mot in mots))
    sirens, total = moteur.sirens(posee, CITEES_MAX)
    permis = frozenset(base.seulement)
    vues = entreprises.entreprises([siren for siren, _ in sirens if not permis or siren in permis])
    gardes = tuple(siren for siren, vue in vues.items() if _porte(vue.noms, phrases))
    return replace(base, seulement=gardes or PERSONNE, partielle=base.partielle or total > CITEES_MAX)


def _porte(noms: tuple[str | None, ...], phrases: tuple[str, ...]) -> bool:
    plies = [f" {plier(nom)} " for nom in noms if nom]
    return all(any(f" {phrase} " in nom for nom in plies) for phrase in phrases)
