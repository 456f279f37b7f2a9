"""Suggests people whose name is being typed, among those that sources name in companies. Masked ones are not
indexed."""

from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from fce.recherche.engines.analyse import Mot, mots_de_requete, racines
from fce.recherche.engines.classement import codes_de_personne, inacheve, requis
from fce.recherche.engines.port import Moteur, Question, Quidam, ReponseDuMoteur
from fce.recherche.reponse import raisons


@dataclass(frozen=True, slots=True)
class Trouvee:
    """A person of a company: the source's text, « SOLANGE TOURNEBRIDE, gérante ».

    ``reponse``: the engine's answer for that company alone.
    """

    texte: str
    reponse: ReponseDuMoteur

    @property
    def siren(self) -> str:
        return self.reponse.hits[0].siren

    @property
    def nom(self) -> str:
        """First names and name."""
        return self.texte.partition(",")[0]

    @property
    def qualite(self) -> str:
        """Role in the company, when known."""
        return self.texte.partition(", ")[2]


def commencant_ainsi(moteur: Moteur, texte: str, limite: int) -> list[Trouvee]:
    """Return people whose names hold the words typed (the last one may be unfinished), at most one per company."""
    mots = requis(mots_de_requete(texte))
    if not (inacheves := inacheve(mots)):
        return []
    # Whole words first: a complete word need not be searched as a prefix.
    for quidam in (Quidam(codes_de_personne(mots)), *inacheves):
        posee = Question("entreprises", groupes=((quidam,),))
        if trouvees := [*_nommees(moteur.search(posee, limite=limite), mots)]:
            return trouvees
    return []


def _nommees(reponse: ReponseDuMoteur, mots: tuple[Mot, ...]) -> Iterator[Trouvee]:
    for hit in reponse.hits:
        if texte := next((t for t in raisons.personnes(hit.mentions) if _ainsi_nomme(t, mots)), None):
            yield Trouvee(texte, replace(reponse, hits=(hit,)))


def _ainsi_nomme(texte: str, mots: tuple[Mot, ...]) -> bool:
    noms = racines(texte.partition(",")[0])
    *entiers, dernier = mots
    complets = all({*m.formes} & {*noms} for m in entiers)
    return complets and any(n in dernier.formes or n.startswith(dernier.brut) for n in noms)
