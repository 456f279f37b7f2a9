"""Success at 1 and at 5 of a set of cases, by class."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from fce.recherche.engines.port import Moteur
from fce.recherche.question import mots_en_filtres, numeros, strategie
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import personnes
from tests.recherche.pertinence.cas import Cas

Chercheur = Callable[[str], Sequence[str]]


@dataclass
class Bilan:
    """Counts of a class; ``echecs`` are ``(query, wanted, found first)``."""

    total: int = 0
    un: int = 0
    cinq: int = 0
    echecs: list[tuple[str, str, str]] = field(default_factory=list)


def chercher_tape(moteur: Moteur, texte: str) -> list[str]:
    """Return where the search box leads for a text just typed: what was understood, then the people it offers."""
    if debut := numeros.siren_au_debut(texte):
        return [debut]
    requete = mots_en_filtres.comprendre(moteur, Requete.depuis({"q": texte}))
    trouvees = [hit.siren for hit in strategie.interroger(moteur, requete).reponse.hits]
    return trouvees or [p.siren for p in personnes.commencant_ainsi(moteur, texte, 5)]


def mesurer(cas: Iterable[Cas], chercher: Chercheur) -> dict[str, Bilan]:
    """Run every case; ``chercher`` gives SIRENs, best first. The class ``tous`` sums them."""
    bilans: dict[str, Bilan] = {}
    tous = Bilan()
    for un in cas:
        trouves = list(chercher(un.requete))[:5]
        for bilan in (bilans.setdefault(un.classe, Bilan()), tous):
            bilan.total += 1
            bilan.un += trouves[:1] == [un.siren]
            bilan.cinq += un.siren in trouves
            if trouves[:1] != [un.siren]:
                bilan.echecs.append((un.requete, un.siren, trouves[0] if trouves else "rien"))
    return {**bilans, "tous": tous}


def tableau(bilans: dict[str, Bilan]) -> str:
    """One line per class."""
    lignes = [f"{'classe':<14}{'cas':>5}{'succès@1':>10}{'succès@5':>10}"]
    for classe, b in bilans.items():
        lignes.append(f"{classe:<14}{b.total:>5}{100 * b.un / b.total:>9.1f}%{100 * b.cinq / b.total:>9.1f}%")
    return "\n".join(lignes)
