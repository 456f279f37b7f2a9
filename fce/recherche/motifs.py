"""Why a result matched, when it is not by its name: where the words that the name lacks were found."""

from collections.abc import Iterable
from functools import lru_cache

from fce.entreprises.vues import EntrepriseVue, EtablissementVu
from fce.recherche.analyse import Mot, racines


def mots_sans_nom(mots: tuple[Mot, ...], entreprise: EntrepriseVue) -> tuple[Mot, ...]:
    """Words of the query that matter and that none of the names of the company holds."""
    noms = (entreprise.nom, entreprise.sigle, *entreprise.denominations_usuelles, entreprise.pseudonyme)
    return _absents(tuple(m for m in mots if not m.facultatif), noms)


def explique(mots: tuple[Mot, ...], etablissement: EtablissementVu | None) -> bool:
    """Tell whether an establishment holds every one of the words: enseigne, address or commune."""
    return etablissement is not None and not _absents(mots, _textes(etablissement))


def motif(mots: tuple[Mot, ...], etablissement: EtablissementVu | None) -> str | None:
    """Sentence for words found in an establishment: its enseigne, else its address, else its commune."""
    if etablissement is None or not mots:
        return None
    for enseigne in (*etablissement.enseignes, etablissement.denomination_usuelle):
        if enseigne and len(_absents(mots, (enseigne,))) < len(mots):
            return f"Enseigne : {enseigne}"
    adresse = etablissement.adresse
    if adresse.voie and len(_absents(mots, (adresse.voie,))) < len(mots):
        return f"Adresse : {', '.join(adresse.lignes)}"
    if adresse.commune and len(_absents(mots, (adresse.commune, adresse.code_postal))) < len(mots):
        return None if etablissement.siege else f"Établissement à {adresse.commune}"
    return None


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


def _absents(mots: tuple[Mot, ...], textes: Iterable[str | None]) -> tuple[Mot, ...]:
    presents: set[str] = set()
    for texte in textes:
        if texte:
            presents |= _racines(texte)
    return tuple(m for m in mots if not presents.intersection(m.formes))


@lru_cache(maxsize=10_000)
def _racines(texte: str) -> frozenset[str]:
    return frozenset(racines(texte))
