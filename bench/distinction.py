"""Exclude the relevance cases that cannot be judged among synthetic companies.

A case is excluded, and counted, when a company ranked above the target matches the typed words as well by a plain rule,
independent of the engine.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fce.donnees.entreprises.contenu import DocumentEntreprise
from fce.recherche.engines.analyse import Mot, cle, mots_de_requete, noyau
from fce.recherche.engines.classement import requis
from fce.recherche.engines.colonnes import un_par_un
from fce.recherche.index.documents import documents
from tests.recherche.pertinence.cas import Cas


def distinguables(
    cas: Sequence[Cas],
    chercher: Callable[[str], Sequence[str]],
    reelles: Mapping[str, DocumentEntreprise],
    corpus: Any,
) -> tuple[list[Cas], list[Cas]]:
    """(cases kept, cases excluded)"""
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
    """How well a company matches: (whole name, words found: 2 in the name, 1 elsewhere; size)."""
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
