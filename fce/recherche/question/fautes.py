"""Typos: which words may hold one, and what may have been meant, looked up in the vocabulary rather than in
documents."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from fce.recherche.engines import classement
from fce.recherche.engines.analyse import Mot
from fce.recherche.engines.port import LES_ETATS, Moteur, Question, Quidam


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
    voisins = moteur.voisins(douteux)
    fautes = classement.fautes(voisins, len(classement.requis(posee.mots)))
    proches = _proches(gens if len(posee.mots) <= classement.MOTS_D_UN_NOM else (), voisins)
    noyaux = tuple(classement.noyaux_proches(posee.mots, fautes))
    cles = tuple(classement.cles_proches(q, posee.mots, fautes))
    moteur.prevoir(
        lambda m: _de_l_index(m, proches),
        lambda m: _connus(m, posee, "noyau", noyaux),
        lambda m: _connus(m, posee, "exact", cles),
    )
    return replace(
        posee,
        quidams=(*posee.quidams, *_de_l_index(moteur, proches)),
        fautes=fautes,
        noyaux=(*posee.noyaux, *_connus(moteur, posee, "noyau", noyaux)),
        proches=_connus(moteur, posee, "exact", cles),
    )


def _connus(
    moteur: Moteur, posee: Question, champ: str, essais: Sequence[tuple[str, float]]
) -> tuple[tuple[str, float], ...]:
    """Return the names that some document bears, with their weight."""
    connus = moteur.connus(posee, champ, [nom for nom, _ in essais])
    return tuple(essai for essai in essais if essai[0] in connus)


def _proches(gens: Iterable[Quidam], voisins: Mapping[str, Sequence[str]]) -> list[Quidam]:
    return [proche for quidam in gens for proche in classement.gens_proches(quidam, voisins)]


def _de_l_index(moteur: Moteur, gens: Sequence[Quidam]) -> tuple[Quidam, ...]:
    """Return the people that some document names."""
    partout = Question("entreprises", etats=LES_ETATS)
    connus = moteur.connus(partout, "personnes", dict.fromkeys(code for q in gens for code in q.codes))
    return tuple(q for q in gens if connus.issuperset(q.codes))


def _a_une_faute(moteur: Moteur, gens: Sequence[Quidam]) -> tuple[Quidam, ...]:
    """People of the index one typo away from these, in any long enough word."""
    mots = {m for quidam in gens for m in classement.mots_de_personne(quidam.codes)}
    voisins = moteur.voisins(m for m in mots if len(m) >= classement.LONGUEUR_MIN_FAUTE)
    return _de_l_index(moteur, _proches(gens, voisins))


def gens_proches_des_filtres(moteur: Moteur, posee: Question) -> Question | None:
    """Return the question with the people one typo away from those of its filters; None when there are none."""
    groupes = tuple(
        (*groupe, *_a_une_faute(moteur, [c for c in groupe if isinstance(c, Quidam) and c.faute]))
        for groupe in posee.groupes
    )
    return replace(posee, groupes=groupes) if groupes != posee.groupes else None
