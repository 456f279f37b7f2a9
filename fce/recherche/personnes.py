"""People whose name is being typed, among those that the sources name in companies. The masked ones are not indexed."""

from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from fce.recherche import motifs
from fce.recherche.analyse import Mot, mots_de_requete, racines
from fce.recherche.classement import codes_de_personne, inacheve, requis
from fce.recherche.port import Moteur, Question, Quidam, ReponseDuMoteur


@dataclass(frozen=True, slots=True)
class Trouvee:
    """Somebody of a company: the text that its source gives, « SOLANGE TOURNEBRIDE, gérante ».

    ``reponse``: the company alone, as the engine found it.
    """

    texte: str
    reponse: ReponseDuMoteur

    @property
    def siren(self) -> str:
        """Number of the company."""
        return self.reponse.hits[0].siren

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
    if not (inacheves := inacheve(mots)):
        return []
    # Whole names first: a word typed whole need not be looked for as a beginning.
    for quidam in (Quidam(codes_de_personne(mots)), *inacheves):
        posee = Question("entreprises", groupes=((quidam,),))
        if trouvees := [*_lire(moteur.search(posee, limite=limite), mots)]:
            return trouvees
    return []


def _lire(reponse: ReponseDuMoteur, mots: tuple[Mot, ...]) -> Iterator[Trouvee]:
    for hit in reponse.hits:
        if texte := next((t for t in motifs.personnes(hit.mentions) if _ainsi_nomme(t, mots)), None):
            yield Trouvee(texte, replace(reponse, hits=(hit,)))


def _ainsi_nomme(texte: str, mots: tuple[Mot, ...]) -> bool:
    noms = racines(texte.partition(",")[0])
    *entiers, dernier = mots
    complets = all({*m.formes} & {*noms} for m in entiers)
    return complets and any(n in dernier.formes or n.startswith(dernier.brut) for n in noms)
