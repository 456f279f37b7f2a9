"""Names of a company: words, keys of whole names, order-free keys."""

from collections.abc import Iterable, Sequence
from itertools import chain
from operator import itemgetter

import polars as pl

from fce.donnees.entreprises.contenu import Ligne, LigneEntreprise
from fce.recherche.engines.analyse import analyser, analyser_courant, reunir
from fce.recherche.engines.champs import ENTRE_LES_TEXTES
from fce.socle.base.colonnes import lignes_en_colonnes

_APPELLATIONS = (
    "denomination", "denomination_usuelle_1", "denomination_usuelle_2", "denomination_usuelle_3", "nom", "nom_usage",
    "prenom_1", "prenom_2", "prenom_3", "prenom_4", "prenom_usuel", "pseudonyme",
)  # fmt: skip
# Read together, because reading each column by name costs more than using it.
_appellations = itemgetter(*map(LigneEntreprise._fields.index, _APPELLATIONS))


def noms_des_unites(unites: Sequence[Ligne]) -> pl.DataFrame:
    """Return ``noms`` (words), ``cles`` (keys, the displayed name's first) and ``noyaux`` (order-free keys)."""
    return lignes_en_colonnes(dict.fromkeys(("noms", "cles", "noyaux"), pl.String), [_noms(ligne) for ligne in unites])


def _noms(ligne: Ligne) -> tuple[str, str | None, str | None]:
    appellations: tuple[str | None, ...] = _appellations(ligne)
    denomination, usuelle_1, usuelle_2, usuelle_3, naissance, usage, *autres, usuel, pseudonyme = appellations
    ecrits = (denomination, ligne.sigle, usuelle_1, usuelle_2, usuelle_3, pseudonyme)
    societe = [analyser(nom) for nom in ecrits if nom]
    if not ligne.personne_physique:
        if len(societe) == 1:
            ((racines, cle, noyau),) = societe
            return " ".join(dict.fromkeys(racines)), cle or None, noyau or None
        mots = _mots(x.racines for x in societe)
        return mots, _distincts([x.cle for x in societe]), _distincts([x.noyau for x in societe])
    noms = [analyser_courant(nom) for nom in dict.fromkeys((usage, naissance)) if nom]
    # The usual first name first.
    prenoms = [analyser_courant(prenom) for prenom in dict.fromkeys((usuel, *autres)) if prenom]
    courants = prenoms[: 2 if usuel and usuel != autres[0] else 1]
    complets = [(prenom, nom) for nom in noms for prenom in courants]
    # Surname first, to sort like people; the order-free key matches the other order.
    return (
        _mots(x.racines for x in (*societe, *noms, *prenoms)),
        _distincts([*[nom.cle + prenom.cle for prenom, nom in complets], *[x.cle for x in societe]]),
        _distincts([*[reunir(prenom, nom) for prenom, nom in complets], *[x.noyau for x in societe]]),
    )


def _mots(suites: Iterable[Iterable[str]]) -> str:
    return " ".join(dict.fromkeys(chain.from_iterable(suites)))


def _distincts(textes: Iterable[str]) -> str | None:
    return ENTRE_LES_TEXTES.join([texte for texte in dict.fromkeys(textes) if texte]) or None
