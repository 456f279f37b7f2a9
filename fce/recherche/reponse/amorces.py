"""Suggestions while typing: companies whose name or SIREN begins with the text."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from fce.recherche.engines import classement
from fce.recherche.engines.port import LES_ETATS, EtapeDeRecherche, Hit, Moteur, Question, ReponseDuMoteur
from fce.recherche.question import coupures, numeros


def chercher(moteur: Moteur, texte: str, limite: int) -> ReponseDuMoteur:
    """Return these companies, best first, without counting them all. Raises ``IndexIndisponible``."""
    if len(texte) < classement.LONGUEUR_MIN_PREFIXE:
        return ReponseDuMoteur((), 0)
    posee = classement.poser_texte(Question("entreprises", etape=EtapeDeRecherche.PREFIXE), texte)
    if not posee.mots:
        return ReponseDuMoteur((), 0)
    # A single word is searched in names only, otherwise a town's first letters would match all its companies.
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
    if not any(reponse.hits for reponse in reponses):
        for autre in coupures.autres(moteur, texte, inacheve=True):
            reponses.append(moteur.search(classement.poser_texte(posee, autre), limite=limite, plafond=0))
            if reponses[-1].hits:
                break
    if numero := numeros.commencant_ainsi(Question("entreprises", etats=LES_ETATS), texte):
        reponses = [_reunir(reponses, limite // 2), moteur.search(numero, limite=limite)]
    return _reunir(reponses, limite)


def _distincts(reponses: Iterable[ReponseDuMoteur]) -> dict[str, Hit]:
    """{siren: first hit}, in order."""
    hits: dict[str, Hit] = {}
    for reponse in reponses:
        for hit in reponse.hits:
            hits.setdefault(hit.siren, hit)
    return hits


def _reunir(reponses: Sequence[ReponseDuMoteur], limite: int) -> ReponseDuMoteur:
    """Merge several answers. When they come from different versions of the index, drop the version, so that stored
    lines are not trusted."""
    hits = tuple(_distincts(reponses).values())[:limite]
    versions = {r.manifeste.version if r.manifeste else None: r.manifeste for r in reponses if r.hits}
    return ReponseDuMoteur(hits, len(hits), versions.popitem()[1] if len(versions) == 1 else None)
