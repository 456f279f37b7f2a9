"""Explains why a company was found when neither its name nor its siège holds the words: finds the establishment that
does."""

from collections.abc import Mapping

from msgspec.structs import replace

from fce.entreprises.contenu import EtablissementVu
from fce.recherche import fautes, motifs
from fce.recherche.analyse import Mot
from fce.recherche.lignes import LignesDeResultats
from fce.recherche.port import EtapeDeRecherche, Moteur, Question
from fce.recherche.resultats import Resultat


def completer(
    moteur: Moteur,
    lignes: LignesDeResultats,
    resultats: list[Resultat],
    manquants: Mapping[str, tuple[Mot, ...]],
    posee: Question,
) -> list[Resultat]:
    """Find the establishment that holds the words that neither the name nor the siège explains.

    ``manquants``: words that none of the company's names holds, by SIREN. Words must match as written: a typo would
    explain nothing to the reader, and correcting it is most of the cost.
    """
    inexpliques = {
        r.entreprise.siren
        for r in resultats
        if r.motif is None and (mots := manquants[r.entreprise.siren]) and not motifs.explique(mots, r.entreprise.siege)
    }
    if inexpliques:
        # The last word may be unfinished: its absence from the index as a whole word proves nothing.
        ecrits = {mot for siren in inexpliques for mot in manquants[siren]}
        if posee.etape >= EtapeDeRecherche.PREFIXE:
            ecrits.discard(posee.mots[-1])
        inconnus = fautes.inconnus(moteur, ecrits, voie=True)
        inexpliques = {siren for siren in inexpliques if not inconnus.issuperset(manquants[siren])}
    if not inexpliques:
        return resultats
    ailleurs = replace(
        posee,
        genre="etablissements",
        cle="",
        noyaux=(),
        proches=(),
        fautes=(),
        etape=EtapeDeRecherche.PARTIELLE if posee.etape is EtapeDeRecherche.FAUTE else posee.etape,
        etats=("actif", "cesse") if "cesse" in posee.etats else ("actif",),
        groupes=(),
        creation=(None, None),
        sirens=(),
        quidams=(),
        nommement=False,
        epingles=(),
        seulement=tuple(sorted(inexpliques)),
        tri="pertinence",
    )
    reponse = moteur.search(ailleurs, limite=3 * len(inexpliques))
    vus = lignes.etablissements(reponse, {r.entreprise.siren: r.entreprise for r in resultats})
    lieux: dict[str, list[EtablissementVu]] = {}
    for hit in reponse.hits:
        if lieu := vus.get(hit.siret or ""):
            lieux.setdefault(hit.siren, []).append(lieu)
    sortie = []
    for r in resultats:
        mots = manquants[r.entreprise.siren]
        # The engine returns the largest first; choose the one that holds the most words.
        siens = lieux.get(r.entreprise.siren, ())
        meilleur = min(siens, key=lambda lieu: len(motifs.inexpliques(mots, lieu)), default=None)
        pourquoi = motifs.motif(mots, meilleur)
        sortie.append(replace(r, etablissement=meilleur, motif=pourquoi) if pourquoi else r)
    return sortie
