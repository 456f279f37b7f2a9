"""Explains why a company was found when neither its name nor its siège holds the words: finds the establishment that
does."""

from collections.abc import Collection, Iterable, Mapping

from msgspec.structs import replace

from fce.donnees.entreprises.contenu import EtablissementVu
from fce.recherche.engines.analyse import Mot
from fce.recherche.engines.port import LES_ETATS, EtapeDeRecherche, Moteur, Question
from fce.recherche.question import fautes
from fce.recherche.reponse import raisons
from fce.recherche.reponse.lignes import LignesDeResultats
from fce.recherche.reponse.resultats import Resultat


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
    inexpliques = _inexpliques(moteur, resultats, manquants, posee)
    if not inexpliques:
        return resultats
    reponse = moteur.search(_parmi(posee, inexpliques), limite=3 * len(inexpliques))
    vus = lignes.etablissements(reponse, {r.entreprise.siren: r.entreprise for r in resultats})
    lieux: dict[str, list[EtablissementVu]] = {}
    for hit in reponse.hits:
        if lieu := vus.get(hit.siret or ""):
            lieux.setdefault(hit.siren, []).append(lieu)
    return [_situe(r, lieux.get(r.entreprise.siren, ()), manquants[r.entreprise.siren]) for r in resultats]


def _inexpliques(
    moteur: Moteur, resultats: Iterable[Resultat], manquants: Mapping[str, tuple[Mot, ...]], posee: Question
) -> set[str]:
    """SIRENs of the results with words to explain, unless the index holds none of them."""
    sirens = {
        r.entreprise.siren
        for r in resultats
        if r.motif is None and (m := manquants[r.entreprise.siren]) and not raisons.explique(m, r.entreprise.siege)
    }
    if not sirens:
        return sirens
    # The last word may be unfinished: its absence from the index as a whole word proves nothing.
    ecrits = {mot for siren in sirens for mot in manquants[siren]}
    if posee.etape >= EtapeDeRecherche.PREFIXE:
        ecrits.discard(posee.mots[-1])
    inconnus = fautes.inconnus(moteur, ecrits, voie=True)
    return {siren for siren in sirens if not inconnus.issuperset(manquants[siren])}


def _parmi(posee: Question, sirens: Collection[str]) -> Question:
    """The same words, asked of the establishments of these companies."""
    return Question(
        "etablissements",
        posee.mots,
        etape=EtapeDeRecherche.PARTIELLE if posee.etape is EtapeDeRecherche.FAUTE else posee.etape,
        etats=LES_ETATS if "cesse" in posee.etats else ("actif",),
        seulement=tuple(sorted(sirens)),
    )


def _situe(resultat: Resultat, lieux: Iterable[EtablissementVu], mots: tuple[Mot, ...]) -> Resultat:
    """The result with the establishment that holds the most words; of several, the first, which is the largest."""
    meilleur = min(lieux, key=lambda lieu: len(raisons.inexpliques(mots, lieu)), default=None)
    pourquoi = raisons.motif(mots, meilleur)
    return replace(resultat, etablissement=meilleur, motif=pourquoi) if pourquoi else resultat
