"""Which cases count among synthetic companies: those whose target can be told apart from what came before it.

A company above the target that answers the words typed at least as well, by a plain rule that knows nothing of the
engine, makes the case impossible to judge: it is left out, and the number left out is printed.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fce.entreprises.contenu import DocumentEntreprise
from fce.recherche.analyse import Mot, cle, mots_de_requete, noyau
from fce.recherche.classement import requis
from fce.recherche.colonnes import un_par_un
from fce.recherche.documents import documents
from tests.recherche.pertinence.cas import Cas


def distinguables(
    cas: Sequence[Cas],
    chercher: Callable[[str], Sequence[str]],
    reelles: Mapping[str, DocumentEntreprise],
    corpus: Any,
) -> tuple[list[Cas], list[Cas]]:
    """Return the cases that count and the others."""
    from bench.corpus import PREMIER

    def source(siren: str) -> DocumentEntreprise:
        reelle = reelles.get(siren)
        return reelle if reelle is not None else corpus.entreprise(int(siren[:8]) - PREMIER)

    comptes: list[Cas] = []
    ecartes: list[Cas] = []
    for un in cas:
        cible = qualite(un.requete, reelles[un.siren])
        avant = []
        for siren in chercher(un.requete):
            if siren == un.siren:
                break
            avant.append(siren)
        ambigu = any(s not in reelles and qualite(un.requete, source(s)) >= cible for s in avant)
        (ecartes if ambigu else comptes).append(un)
    return comptes, ecartes


def qualite(requete: str, source: DocumentEntreprise) -> tuple[int, int, int]:
    """How well a company answers: (whole name, words found: two in the name, one elsewhere; size)."""
    faits = documents([source])
    (unite,), lieux = un_par_un(faits.entreprises), un_par_un(faits.etablissements)
    mots = requis(mots_de_requete(requete))
    nom = set(unite["nom"].split())
    ailleurs = {
        mot
        for document in (unite, *lieux)
        for champ in ("enseigne", "mots", "commune", "lieux", "personnes")
        for mot in document.get(champ, "").split()
    }
    entier = 2 * (cle(requete) in unite["exact"]) or int(noyau(requete) in unite["noyau"])
    trouves = sum(2 if _present(m, nom, dernier=m is mots[-1]) else int(bool(ailleurs & set(m.formes))) for m in mots)
    return entier, trouves, unite["rang"]


def _present(mot: Mot, nom: set[str], *, dernier: bool) -> bool:
    if nom & set(mot.formes):
        return True
    return dernier and any(m.startswith(mot.brut) for m in nom)
