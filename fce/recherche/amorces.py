"""Companies whose name, or SIREN, begins like what is being typed: what is offered before a search is asked."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from fce.recherche import classement, numeros
from fce.recherche.port import LES_ETATS, EtapeDeRecherche, Hit, Moteur, Question, ReponseDuMoteur


def chercher(moteur: Moteur, texte: str, limite: int) -> ReponseDuMoteur:
    """Return the companies whose name, or SIREN, begins like a text, best first; their total is not counted.

    Raises ``IndexIndisponible``.
    """
    if len(texte) < classement.LONGUEUR_MIN_PREFIXE:
        return ReponseDuMoteur((), 0)
    posee = classement.poser_texte(Question("entreprises", etape=EtapeDeRecherche.PREFIXE), texte)
    if not posee.mots:
        return ReponseDuMoteur((), 0)
    # A word alone is that of a name: companies of a town are not what its first letters ask.
    posee = replace(posee, noms_seuls=len(classement.requis(posee.mots)) == 1)
    reponses: list[ReponseDuMoteur] = []
    for essai in (posee, replace(posee, etats=("cesse",)), None):
        if essai is None:  # nothing begins so: a typo, perhaps
            frequences, documents = moteur.frequences(posee), moteur.documents()
            douteux = classement.douteux(posee.mots, frequences, documents)
            voulus = classement.fautes(moteur.voisins(douteux), len(posee.mots))
            if not voulus:
                break
            essai = replace(posee, etape=EtapeDeRecherche.FAUTE, fautes=voulus)
        reponses.append(moteur.search(essai, limite=limite, plafond=0))
        if len(_distincts(reponses)) >= limite // 2:
            break
    if numero := numeros.commencant_ainsi(Question("entreprises", etats=LES_ETATS), texte):
        reponses = [_reunir(reponses, limite // 2), moteur.search(numero, limite=limite)]
    return _reunir(reponses, limite)


def _distincts(reponses: Iterable[ReponseDuMoteur]) -> dict[str, Hit]:
    """{siren: company found}, in order, as the first answer that found it gives it."""
    hits: dict[str, Hit] = {}
    for reponse in reponses:
        for hit in reponse.hits:
            hits.setdefault(hit.siren, hit)
    return hits


def _reunir(reponses: Sequence[ReponseDuMoteur], limite: int) -> ReponseDuMoteur:
    """One answer of several. Those of two versions of the index are of none: nothing that they keep is believed."""
    hits = tuple(_distincts(reponses).values())[:limite]
    manifeste = reponses[0].manifeste if reponses else None
    meme = manifeste is not None and all(r.manifeste and r.manifeste.version == manifeste.version for r in reponses)
    return ReponseDuMoteur(hits, len(hits), manifeste if meme else None)
