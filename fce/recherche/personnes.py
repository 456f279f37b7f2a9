"""People whose name is being typed, among those that the sources name in companies. The masked ones are not indexed."""

from collections.abc import Iterable
from dataclasses import dataclass

from fce.recherche import motifs
from fce.recherche.analyse import Mot, mots_de_requete, racines
from fce.recherche.classement import MOTS_D_UN_NOM, codes_de_personne, requis
from fce.recherche.port import Hit, Moteur, Question, Quidam

LONGUEUR_MIN_SEUL = 5
"""Letters of a name typed alone."""
LONGUEUR_MIN_DEBUT = 2
"""Letters of a last word that is not finished, after another name."""


@dataclass(frozen=True, slots=True)
class Trouvee:
    """Somebody of a company: the text that its source gives, « SOLANGE TOURNEBRIDE, gérante »."""

    siren: str
    texte: str

    @property
    def nom(self) -> str:
        """First names and name alone."""
        return self.texte.partition(",")[0]

    @property
    def qualite(self) -> str:
        """In what capacity, when it is known."""
        return self.texte.partition(", ")[2]


def commencant_ainsi(moteur: Moteur, texte: str, limite: int) -> list[Trouvee]:
    """Return people whose names hold the words typed, the last one maybe unfinished, at most one per company."""
    mots = requis(mots_de_requete(texte))
    if not mots or len(mots) > MOTS_D_UN_NOM or any(c.isdigit() for mot in mots for c in mot.brut):
        return []
    for quidam in _quidams(mots):
        posee = Question("entreprises", groupes=((quidam,),))
        if trouvees := [*_lire(moteur.search(posee, limite=limite).hits, mots)]:
            return trouvees
    return []


def _quidams(mots: tuple[Mot, ...]) -> Iterable[Quidam]:
    """Whole names first: a word typed whole need not be looked for as a beginning."""
    *entiers, dernier = mots
    if len(dernier.brut) >= (LONGUEUR_MIN_DEBUT if entiers else LONGUEUR_MIN_SEUL):
        yield Quidam(codes_de_personne(mots))
        yield Quidam(codes_de_personne(tuple(entiers)) if entiers else (), debut=_debut(entiers, dernier.brut))


def _debut(entiers: list[Mot], dernier: str) -> str:
    """Beginning of a code borne: of the pair that it makes with another name when it comes second there."""
    if len(entiers) == 1 and entiers[0].formes[0] < dernier:
        return f"{entiers[0].formes[0]}_{dernier}"
    return dernier


def _lire(hits: Iterable[Hit], mots: tuple[Mot, ...]) -> Iterable[Trouvee]:
    for hit in hits:
        for texte in motifs.personnes(hit.mentions):
            noms = racines(texte.partition(",")[0])
            *entiers, dernier = mots
            complets = all({*m.formes} & {*noms} for m in entiers)
            if complets and any(n in dernier.formes or n.startswith(dernier.brut) for n in noms):
                yield Trouvee(hit.siren, texte)
                break
