"""A data set in place as a csv file, whole, in constant memory: official names of columns, masked values empty.

Open data only, and of an open data set only the fields open to everyone (``droits.portee``). A row is about a unit:
what its diffusion hides is decided by ``entreprises.diffusion``, as everywhere. A unit missing from Sirene is masked.
"""

# ruff: noqa: S608 (names of views and columns come from declarations, never from a reader)

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db import connection, transaction

from fce.droits.portee import Portee
from fce.entreprises import diffusion
from fce.entreprises.diffusion import Nature, Regime
from fce.entreprises.requetes import ETAB, ETAB_HISTORIQUE, UL, UL_HISTORIQUE
from fce.socle.exports import Cellule, lignes_csv
from fce.sources import champs
from fce.sources.declaration import Source
from fce.sources.schema import HORODATAGE, colonne

BLOC: Final = 2000  # rows fetched at a time: one round trip
# The transaction of a reader who stops reading must not hold back the next import for long.
_REGLAGES: Final = (
    "SELECT set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '30s', true)"
)
# Sirene has finer natures than those of its declarations, in the tables of the rule itself.
_SIRENE: Final = {
    UL: diffusion.NATURES_UNITE_LEGALE,
    ETAB: diffusion.NATURES_ETABLISSEMENT,
    UL_HISTORIQUE: diffusion.NATURES_UNITE_LEGALE_HISTORIQUE,
    ETAB_HISTORIQUE: diffusion.NATURES_ETABLISSEMENT_HISTORIQUE,
}


def natures(source: Source) -> Mapping[str, Nature]:
    """{attribute: what it tells about somebody}."""
    if table := _SIRENE.get(source.vue):
        return {attribut: table.get(attribut, Nature.LIBRE) for attribut in source.champs}
    return {a: Nature(c.masque.name) if c.masque else Nature.PUBLIQUE for a, c in source.champs.items()}


def fichier(source: Source, ouverte: Portee) -> Iterator[bytes]:
    """The csv by blocks; ``ouverte``: what everyone may read of it. One statement, one round trip per block."""
    attributs = publies(source, ouverte)
    entetes = [colonne(a, source.champs[a]) for a in attributs]
    return lignes_csv(entetes, _lignes(source, attributs), paquet=BLOC)


def publies(source: Source, ouverte: Portee) -> tuple[str, ...]:
    """Attributes of the file, in order: those that everyone may read anywhere."""
    return tuple(a for a in source.champs if ouverte.colonnes.get(a) == ())


def _lignes(source: Source, attributs: tuple[str, ...]) -> Iterator[list[Cellule]]:
    tous = natures(source)
    rangs = [(rang, tous[a]) for rang, a in enumerate(attributs, start=1)]
    with transaction.atomic():
        with connection.cursor() as reglage:
            reglage.execute(_REGLAGES)
        with connection.chunked_cursor() as curseur:
            curseur.execute(requete(source, attributs))
            while lues := curseur.fetchmany(BLOC):
                for ligne in lues:
                    sous = Regime(ligne[0])
                    yield [_cellule(diffusion.visible(ligne[rang], nature, sous)) for rang, nature in rangs]


def _cellule(valeur: Any) -> Cellule:
    # ISO dates: a file to be read by programs, as its schema says.
    if isinstance(valeur, datetime):
        return valeur.strftime(HORODATAGE)
    return valeur.isoformat() if isinstance(valeur, date) else valeur


def requete(source: Source, attributs: tuple[str, ...]) -> str:
    """SELECT of the regime of each row ('O', 'M' or 'P'), then of the values as they are."""
    colonnes = ", ".join(f't."{a}"' for a in attributs)
    regime, jointures = _regime(source)
    return f"SELECT {regime}, {colonnes} FROM {source.relation} t{jointures}"


def _regime(source: Source) -> tuple[str, str]:
    """SQL expression of the regime and the joins that it needs."""
    if set(natures(source).values()) == {Nature.PUBLIQUE}:
        return f"'{Regime.OUVERT}'", ""
    siren, siret = _numero(source, "siren", champs.Siren), _numero(source, "siret", champs.Siret)
    unite = diffusion.sql_regime("u.statut_diffusion", "u.categorie_juridique")
    lieu = diffusion.sql_regime_etablissement("e.statut_diffusion", "u.statut_diffusion", "u.categorie_juridique")
    vers_unite = f' LEFT JOIN {UL} u ON u.siren = ({{}}) COLLATE "C"'
    vers_lieu = f' LEFT JOIN {ETAB} e ON e.siret = {siret} COLLATE "C"'
    if siret and siren:
        # A row whose two numbers disagree is about nobody that we know: masked.
        lu = f"COALESCE({siren}, left({siret}, 9))"
        numero = f"CASE WHEN {siret} IS NULL OR left({siret}, 9) = {lu} THEN {lu} END"
        return f"CASE WHEN {siret} IS NULL THEN {unite} ELSE {lieu} END", vers_unite.format(numero) + vers_lieu
    if siret:
        return lieu, vers_unite.format(f"left({siret}, 9)") + vers_lieu
    if siren:
        return unite, vers_unite.format(siren)
    return f"'{Regime.PHYSIQUE}'", ""


def _numero(source: Source, nom: str, genre: type[champs.Champ]) -> str:
    """Column of the number of the unit that a row is about: the one so named, else the first of its kind."""
    candidats = [a for a, c in source.champs.items() if isinstance(c, genre)]
    if nom in candidats:
        return f't."{nom}"'
    autre = {"siren": "siret", "siret": "siren"}[nom]
    return f't."{candidats[0]}"' if candidats and autre not in source.champs else ""
