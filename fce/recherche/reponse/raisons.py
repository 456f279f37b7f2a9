"""Explains why a result matched when its name does not hold all the words: says where the others were found."""

from collections.abc import Iterable
from functools import lru_cache

from fce.donnees.entreprises.contenu import EntrepriseVue, EtablissementVu
from fce.recherche.engines.analyse import Mot, racines
from fce.recherche.question.alimentations import ALERTE, SEPARATEUR, roles


def mots_sans_nom(mots: tuple[Mot, ...], entreprise: EntrepriseVue, *, inacheve: bool = False) -> tuple[Mot, ...]:
    """Words of the query, optional ones excluded, that none of the company's names holds. With ``inacheve``, a name may
    hold only the beginning of the last one."""
    voulus = tuple(m for m in mots if not m.facultatif)
    return (_inacheves_absents if inacheve else _absents)(voulus, entreprise.noms)


def motif_d_un_autre_nom(mots: tuple[Mot, ...], entreprise: EntrepriseVue) -> str | None:
    """« Nom usuel : LE BON COIN », when that name holds words that the displayed name and acronym do not. The last word
    may be unfinished."""
    noms = entreprise.noms
    montres, autres = noms[:2], noms[2:]
    if not any(autres):
        return None
    voulus = tuple(m for m in mots if not m.facultatif)
    meilleur, restants = None, len(_inacheves_absents(voulus, montres))
    for rang, nom in enumerate(autres, 1):
        if nom and (absents := len(_inacheves_absents(voulus, (*montres, nom)))) < restants:
            meilleur, restants = f"{'Pseudonyme' if rang == len(autres) else 'Nom usuel'} : {nom}", absents
    return meilleur


def explique(mots: tuple[Mot, ...], etablissement: EtablissementVu | None) -> bool:
    """Whether an establishment holds all the words, in its enseigne, address or commune."""
    return etablissement is not None and not inexpliques(mots, etablissement)


def inexpliques(mots: tuple[Mot, ...], etablissement: EtablissementVu) -> tuple[Mot, ...]:
    """Words that neither the enseigne, the address nor the commune of an establishment holds."""
    return _absents(mots, _textes(etablissement), voie=True)


def motif(mots: tuple[Mot, ...], etablissement: EtablissementVu | None) -> str | None:
    """Sentence for words found in an establishment: its enseigne or its address, whichever holds most of the words that
    are not those of the commune; else its commune."""
    if etablissement is None or not mots:
        return None
    adresse = etablissement.adresse
    propres = hors_du_lieu(mots, etablissement) or mots
    motif, restants = None, len(propres)
    for enseigne in (*etablissement.enseignes, etablissement.denomination_usuelle):
        if enseigne and (absents := len(_absents(propres, (enseigne,)))) < restants:
            motif, restants = f"Enseigne : {enseigne}", absents
    if adresse.voie and len(_absents(propres, (adresse.voie,), voie=True)) < restants:
        motif = f"Adresse : {', '.join(adresse.lignes)}"
    if motif:
        return motif
    if adresse.commune and len(_absents(mots, (adresse.commune, adresse.code_postal))) < len(mots):
        return None if etablissement.siege else f"Établissement à {adresse.commune}"
    return None


def personnes(mentions: Iterable[str]) -> tuple[str, ...]:
    """People among a company's mentions, as displayed: « Jean DUPONT, gérant »."""
    connus = roles()
    return tuple([texte for genre, texte in map(_partager, mentions) if genre in connus])


def hors_du_lieu(mots: tuple[Mot, ...], etablissement: EtablissementVu | None) -> tuple[Mot, ...]:
    """Words that neither the commune, the département nor the région of an establishment holds."""
    if etablissement is None or not mots:
        return mots
    adresse = etablissement.adresse
    lieux = [t for lieu in (adresse.departement, adresse.region) if lieu for t in (lieu.code, lieu.libelle)]
    return _absents(mots, (adresse.commune, adresse.code_postal, *lieux))


def motif_de_mention(demandes: Iterable[tuple[Mot, ...]], mentions: Iterable[str]) -> str | None:
    """Sentence for the words found in a person or another name of the company: « Dirigeant : Jean DUPONT ».

    ``demandes``: sets of words; one mention must hold a whole set, with a typo only when none holds it exactly.
    """
    demandes, mentions = [m for m in demandes if m], [m for m in mentions if not m.startswith(ALERTE)]
    for tient in (_tient, _tient_presque):
        for mots in demandes:
            for genre, texte in map(_partager, mentions):
                if tient(mots, _racines(texte)):
                    return f"{genre} : {texte}"
    return None


def _partager(mention: str) -> tuple[str, str]:
    genre, _, texte = mention.partition(SEPARATEUR)
    return genre, texte


def _tient(mots: tuple[Mot, ...], presents: frozenset[str]) -> bool:
    return all(presents.intersection(m.formes) for m in mots)


def _tient_presque(mots: tuple[Mot, ...], presents: frozenset[str]) -> bool:
    return all(any(a_une_faute_pres(m.formes[0], p) for p in presents) for m in mots)


def a_une_faute_pres(a: str, b: str) -> bool:
    """Whether two words are equal, or differ by one letter added, dropped, changed or swapped with the next."""
    if a == b or abs(len(a) - len(b)) > 1:
        return a == b
    debut = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    suite_a, suite_b = a[debut:], b[debut:]
    return (
        suite_a[1:] == suite_b[1:]
        or suite_a == suite_b[1:]
        or suite_a[1:] == suite_b
        or (suite_a[:2] == suite_b[1::-1] and suite_a[2:] == suite_b[2:])
    )


def _textes(etablissement: EtablissementVu) -> tuple[str | None, ...]:
    adresse = etablissement.adresse
    return (
        *etablissement.enseignes,
        etablissement.denomination_usuelle,
        *adresse.lignes,
        adresse.voie,
        adresse.commune,
        adresse.code_postal,
        *(t for lieu in (adresse.departement, adresse.region) if lieu for t in (lieu.code, lieu.libelle)),
    )


def _absents(mots: tuple[Mot, ...], textes: Iterable[str | None], *, voie: bool = False) -> tuple[Mot, ...]:
    """Words that none of the texts holds; with ``voie``, in the abbreviated form of an address too."""
    presents: set[str] = set()
    for texte in textes:
        if texte:
            presents |= _racines(texte)
    return tuple(m for m in mots if not presents.intersection((*m.formes, *m.voies) if voie else m.formes))


def _inacheves_absents(mots: tuple[Mot, ...], textes: Iterable[str | None]) -> tuple[Mot, ...]:
    """Words that none of the texts holds; for the last word, its beginning is enough."""
    remplis = [texte for texte in textes if texte]
    absents = _absents(mots, remplis)
    if absents and absents[-1] is mots[-1]:
        debut = mots[-1].brut
        if any(present.startswith(debut) for texte in remplis for present in _racines(texte)):
            return absents[:-1]
    return absents


@lru_cache(maxsize=10_000)
def _racines(texte: str) -> frozenset[str]:
    return frozenset(racines(texte))
