"""Places and names of establishments, shared by their documents and their company's."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import polars as pl

from fce.donnees.entreprises.construction import voie_imprimee
from fce.donnees.entreprises.contenu import COORDONNEES
from fce.recherche.engines import codes
from fce.recherche.engines.analyse import NomAnalyse, analyser, racines
from fce.recherche.engines.champs import ENTRE_LES_TEXTES, SUFFIXE_ENSEIGNE, SUFFIXE_NUMERO
from fce.recherche.engines.codes import avec_equivalents, mots_de_numero, mots_de_voie
from fce.recherche.engines.colonnes import bout_a_bout, par_valeur
from fce.referentiels.carreaux import LARGEUR_DE_GRILLE, SANS_LIEU, TAILLES, numero

_NUMERO = ("numero_voie", "indice_repetition", "dernier_numero_voie", "indice_repetition_dernier_numero_voie")
_VOIE = ("type_voie", "libelle_voie")
_RESTE_DE_L_ADRESSE = (
    "complement_adresse",
    "distribution_speciale",
    "code_cedex",
    "libelle_cedex",
    "libelle_pays_etranger",
)
_ENSEIGNES = ("enseigne_1", "enseigne_2", "enseigne_3", "denomination_usuelle")
_PLACE = {
    **dict.fromkeys(("place_comptes", "place_filtres", "place_mots"), pl.String),
    "rang_commune": pl.Int64,
}
_LIGNE_MAX = 20_000
"""Northernmost row of the smallest squares: 10 000 km, where the southern projections begin."""
SIEGE, SECONDAIRE = "s", "n"
"""Prefixes of place codes: siège, other establishment."""


def places(lieux: pl.DataFrame) -> pl.DataFrame:
    """Return the place of each establishment: codes (as texts), squares of the grid included, words, commune rank,
    number of its square."""
    ou = lieux.select(
        pl.when(pl.col("libelle_commune") != "").then("libelle_commune").otherwise("libelle_commune_etranger"),
        "code_postal",
        "code_commune",
    )
    situes = lieux.select(_carreaux().alias("carreaux"), _carreau().alias("carreau"))
    trouvees = par_valeur(ou, ou.columns, _place, _PLACE).with_columns(situes)
    return trouvees.with_columns(bout_a_bout(["place_filtres", "carreaux"]).alias("place_filtres")).drop("carreaux")


def _coordonnees() -> Iterator[Any]:
    return (pl.col(nom).cast(pl.Float64, strict=False) for nom in COORDONNEES)


def _carreau() -> pl.Expr:
    """Number of the smallest square that holds an establishment (``SANS_LIEU`` without coordinates)."""
    colonne, ligne = ((v / TAILLES[0]).floor().cast(pl.Int64) for v in _coordonnees())
    largeur = LARGEUR_DE_GRILLE * TAILLES[-1] // TAILLES[0]
    dans_la_grille = colonne.is_between(0, largeur - 1) & ligne.is_between(0, _LIGNE_MAX)
    return pl.when(dans_la_grille).then(numero((0, colonne, ligne))).otherwise(SANS_LIEU)


def _carreaux() -> pl.Expr:
    """Squares of the grid that hold an establishment, separated by spaces; null without coordinates."""
    x, y = _coordonnees()
    return pl.concat_str(
        [
            pl.format(f"k{n}:{{}}_{{}}", *((v / taille).floor().cast(pl.Int64) for v in (x, y)))
            for n, taille in enumerate(TAILLES)
        ],
        separator=" ",
    )


@lru_cache(maxsize=100_000)
def _place(commune: str | None, code_postal: str | None, code_commune: str | None) -> Sequence[Any]:
    place = codes.place(commune, code_postal, code_commune)
    return ENTRE_LES_TEXTES.join(place.comptes) or None, place.filtres or None, place.mots or None, place.rang


def marques(codes_: pl.Expr, signe: str, separateur: str) -> pl.Expr:
    """Prefix concatenated place codes."""
    return pl.concat_str(pl.lit(signe), codes_.str.replace_all(separateur, separateur + signe, literal=True))


def adresses(lieux: pl.DataFrame) -> pl.Series:
    """Return the words of each printed address, with other spellings of number and street; some are repeated."""
    # Most numbers are digits only, hence one word.
    marques = pl.any_horizontal([pl.col(champ) != "" for champ in _NUMERO[1:]]).fill_null(value=False)
    seul = pl.col("numero_voie").str.contains("^[0-9]+$").fill_null(value=False) & ~marques
    autrement = lieux.select(~seul).to_series()
    numeros = par_valeur(lieux, (*_NUMERO, *_VOIE), _mots_du_numero, {"mots": pl.String}, ou=autrement)
    morceaux = lieux.select(
        pl.when(autrement)
        .then(numeros["mots"])
        .otherwise(pl.format("{} {}" + SUFFIXE_NUMERO, "numero_voie", "numero_voie"))
        .alias("numero"),
        par_valeur(lieux, _VOIE, _mots_de_la_voie, {"mots": pl.String})["mots"].alias("voie"),
        *[_mots_du_reste(lieux, champ) for champ in _RESTE_DE_L_ADRESSE],
    )
    return morceaux.select(bout_a_bout(morceaux.columns)).to_series()


def _mots_du_numero(
    numero: str | None,
    indice: str | None,
    dernier: str | None,
    suite: str | None,
    type_voie: str | None,
    voie: str | None,
) -> tuple[str]:
    # Also as printed with its street, where consecutive letters form one word: « 12 B R DUPIN » → « br ».
    imprime = voie_imprimee(
        dict(zip((*_NUMERO, *_VOIE), (numero, indice, dernier, suite, type_voie, voie), strict=True))
    )
    mots = (*mots_de_numero(numero, indice), *mots_de_numero(dernier, suite))
    marques = [mot + SUFFIXE_NUMERO for mot in mots if mot.isdigit()]
    return (" ".join((*mots, *marques, *racines(imprime))),)


def _mots_de_la_voie(type_voie: str | None, libelle: str | None) -> tuple[str]:
    return (" ".join(mots_de_voie(type_voie, libelle)),)


def _mots_du_reste(lieux: pl.DataFrame, champ: str) -> pl.Series:
    if lieux[champ].null_count() == len(lieux):
        return lieux[champ]
    return par_valeur(lieux, [champ], _mots_avec_equivalents, {champ: pl.String}, ou=lieux[champ].is_not_null())[champ]


def _mots_avec_equivalents(texte: str) -> tuple[str]:
    return (" ".join(avec_equivalents(racines(texte))),)


def enseignes(lieux: pl.DataFrame) -> pl.DataFrame:
    """Return ``enseignes`` (names as written), ``premiere_cle`` and ``autres_cles`` (keys), ``mots_d_enseigne`` (words,
    some repeated); null for most establishments."""
    sorties = dict.fromkeys(("enseignes", "premiere_cle", "autres_cles", "mots_d_enseigne"), pl.String)
    nommes = lieux.select(pl.any_horizontal([pl.col(champ) != "" for champ in _ENSEIGNES]).fill_null(value=False))
    return par_valeur(lieux, _ENSEIGNES, _enseignes, sorties, ou=nommes.to_series())


def _enseignes(*noms: str | None) -> tuple[str, str, str | None, str]:
    ecrites = [nom for nom in noms if nom]
    analyses = [analyser(nom) for nom in ecrites]
    premiere, *autres = [cle_d_enseigne(analyse) for analyse in analyses]
    mots = " ".join([mot for analyse in analyses for mot in analyse.racines])
    return ENTRE_LES_TEXTES.join(ecrites), premiere, ENTRE_LES_TEXTES.join(autres) or None, mots


def cle_d_enseigne(analyse: NomAnalyse) -> str:
    """Return the key of an enseigne, distinct from those of names."""
    return analyse.cle + SUFFIXE_ENSEIGNE
