"""Why a company was found when neither its name nor its siège holds the words: the establishment that does."""

from dataclasses import replace

from fce.entreprises import selectors as entreprises
from fce.entreprises.contenu import EtablissementVu
from fce.recherche import motifs
from fce.recherche.port import EtapeDeRecherche, Moteur, Question
from fce.recherche.resultats import Resultat


def completer(moteur: Moteur, resultats: list[Resultat], posee: Question) -> list[Resultat]:
    """Find the establishment that answers for the words that neither the name nor the siège explains.

    Words count as they are written: a typo explains nothing to the reader, and forgiving it is most of the cost.
    """
    inexpliques = {
        r.entreprise.siren
        for r in resultats
        if r.motif is None and not motifs.explique(motifs.mots_sans_nom(posee.mots, r.entreprise), r.entreprise.siege)
    }
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
    hits = moteur.search(ailleurs, limite=3 * len(inexpliques)).hits
    vus = entreprises.etablissements(h.siret for h in hits if h.siret)
    lieux: dict[str, list[EtablissementVu]] = {}
    for hit in hits:
        if lieu := vus.get(hit.siret or ""):
            lieux.setdefault(hit.siren, []).append(lieu)
    sortie = []
    for r in resultats:
        mots = motifs.mots_sans_nom(posee.mots, r.entreprise)
        # The engine puts the largest first; the reader looks for the one that holds the words.
        siens = lieux.get(r.entreprise.siren, ())
        meilleur = min(siens, key=lambda lieu: len(motifs.inexpliques(mots, lieu)), default=None)
        pourquoi = motifs.motif(mots, meilleur)
        sortie.append(replace(r, etablissement=meilleur, motif=pourquoi) if pourquoi else r)
    return sortie
