"""Typos: which words may hold one, and what may have been meant, looked up in the vocabulary rather than in
documents."""

from collections.abc import Collection, Iterable

from msgspec.structs import replace

from fce.recherche import classement
from fce.recherche.analyse import Mot
from fce.recherche.port import LES_ETATS, Moteur, Question, Quidam


def inconnus(moteur: Moteur, mots: Iterable[Mot], *, voie: bool = False) -> frozenset[Mot]:
    """Return the words that no document holds as typed; with ``voie``, nor as addresses abbreviate them."""
    formes = {mot: (*mot.formes, *mot.voies) if voie else mot.formes for mot in mots}
    absents = moteur.absents(forme for siennes in formes.values() for forme in siennes)
    return frozenset(mot for mot, siennes in formes.items() if absents.issuperset(siennes))


def avec_fautes(moteur: Moteur, q: str, posee: Question, gens: tuple[Quidam, ...]) -> Question:
    """Add to the question the words, and the people, that may have been meant.

    ``gens``: people read from the words, when the index knows nobody by these exact names.
    """
    douteux = classement.douteux(posee.mots, moteur.frequences(posee), moteur.documents())
    fautes = classement.fautes(moteur.voisins(douteux), len(classement.requis(posee.mots)))
    if gens and len(posee.mots) <= classement.MOTS_D_UN_NOM:
        posee = replace(posee, quidams=(*posee.quidams, *_gens_proches(moteur, gens, douteux)))
    if not fautes:
        return posee
    noyaux = _connus(moteur, posee, "noyau", classement.noyaux_proches(posee.mots, fautes))
    cles = _connus(moteur, posee, "exact", classement.cles_proches(q, posee.mots, fautes))
    return replace(posee, fautes=fautes, noyaux=(*posee.noyaux, *noyaux), proches=cles)


def _connus(
    moteur: Moteur, posee: Question, champ: str, essais: Iterable[tuple[str, float]]
) -> tuple[tuple[str, float], ...]:
    """Return the names that some document bears, with their weight."""
    tous = tuple(essais)
    connus = moteur.connus(posee, champ, [nom for nom, _ in tous])
    return tuple(essai for essai in tous if essai[0] in connus)


def _gens_proches(
    moteur: Moteur, gens: tuple[Quidam, ...], douteux: Collection[str] | None = None
) -> tuple[Quidam, ...]:
    """People of the index who may be meant when a name of ``gens`` holds a typo. ``douteux``: words that may hold it;
    all the long enough ones by default."""
    if douteux is None:
        mots = {m for quidam in gens for m in classement.mots_de_personne(quidam.codes)}
        douteux = [m for m in mots if len(m) >= classement.LONGUEUR_MIN_FAUTE]
    voisins = moteur.voisins(douteux)
    proches = [proche for quidam in gens for proche in classement.gens_proches(quidam, voisins)]
    partout = Question("entreprises", etats=LES_ETATS)
    connus = moteur.connus(partout, "personnes", dict.fromkeys(code for q in proches for code in q.codes))
    return tuple(q for q in proches if connus.issuperset(q.codes))


def gens_proches_des_filtres(moteur: Moteur, posee: Question) -> Question | None:
    """Return the question with the people one typo away from those of its filters; None when there are none."""
    groupes = tuple(
        (*groupe, *_gens_proches(moteur, tuple(c for c in groupe if isinstance(c, Quidam) and c.faute)))
        for groupe in posee.groupes
    )
    return replace(posee, groupes=groupes) if groupes != posee.groupes else None
