"""The generic bloc: any source that carries a SIREN or a SIRET appears on the sheet from its declaration alone.

The source says its rubrique, its labels, its units and the masking nature of its fields; nothing is written per source.
A source that is not public is not even read: its bloc says whom it is for.
"""
# ruff: noqa: S608 (names of views and columns come from declarations; every value is a parameter)

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from fce.entreprises import diffusion
from fce.entreprises.branches import Branche
from fce.entreprises.diffusion import Nature, Regime
from fce.fiche.provenance import Versions, bloc, reserve
from fce.fiche.vues import Bloc, Tableau
from fce.socle.formats import jour, nombre
from fce.sources import champs, registre
from fce.sources.declaration import Public, Source

LIGNES_MAX: Final = 20

# Sources that the room ``entreprises`` reads itself, in blocs of their own.
PARTICULIERES: Final = frozenset(
    {
        "sirene-unites-legales",
        "sirene-etablissements",
        "sirene-unites-legales-historique",
        "sirene-etablissements-historique",
        "sirene-successions",
        "sirene-doublons",
    }
)

Lues = Mapping[str, list[dict[str, Any]] | None]


def sources_generiques(genre: type[champs.Champ]) -> list[Source]:
    """Sources shown by a table: ``champs.Siret`` for the sheet of an establishment, ``champs.Siren`` of a company.

    A company also shows what is known of its establishments; an establishment only what names it.
    """
    cles: tuple[type[champs.Champ], ...] = (genre,) if genre is champs.Siret else (champs.Siren, champs.Siret)
    return [
        source
        for source in registre.toutes()
        if source.nom not in PARTICULIERES and source.rubrique and _cle(source, cles) is not None
    ]


def branches(sources: Sequence[Source], numero: str) -> list[Branche]:
    """One branch per public source; ``numero`` is the SIREN or the SIRET of the sheet."""
    return [_branche(source, numero) for source in sources if isinstance(source.acces, Public)]


def blocs(sources: Sequence[Source], lues: Lues, versions: Versions, regime: Regime) -> Iterator[tuple[str, Bloc]]:
    """(rubrique, bloc) of each source. ``regime``: diffusion of the unit of the sheet."""
    for source in sources:
        if not isinstance(source.acces, Public):
            yield source.rubrique, reserve(source, versions)
            continue
        lignes = lues[source.nom]
        yield (
            source.rubrique,
            bloc(
                source.nom,
                source.titre,
                [source.nom],
                versions,
                _tableau(source, lignes or [], regime),
                vide=not lignes,
                en_panne=lignes is None,
                absence=f"{source.titre} : aucune donnée connue",
            ),
        )


def _cle(source: Source, genres: tuple[type[champs.Champ], ...]) -> tuple[str, type[champs.Champ]] | None:
    """Attribute that says whom a row is about, the first of the kinds wanted that the source has."""
    for genre in genres:
        for attribut, champ in source.champs.items():
            if isinstance(champ, genre):
                return attribut, genre
    return None


def _branche(source: Source, numero: str) -> Branche:
    trouvee = _cle(source, (champs.Siret,) if len(numero) == 14 else (champs.Siren, champs.Siret))
    if trouvee is None:
        raise LookupError(f"{source.nom} n'a ni SIREN ni SIRET")
    attribut, genre = trouvee
    ordre = f"{source.date_metier} DESC NULLS LAST, ligne" if source.date_metier else "ligne"
    params: tuple[str, ...]
    if genre is champs.Siret and len(numero) == 9:
        condition, params = f"{attribut} BETWEEN %s AND %s", (f"{numero}00000", f"{numero}99999")
    else:
        condition, params = f"{attribut} = %s", (numero,)
    colonnes = ", ".join(source.champs)
    return Branche(
        source.nom,
        f"SELECT {colonnes}, count(*) OVER () AS _total FROM {source.vue} "
        f"WHERE {condition} ORDER BY {ordre} LIMIT {LIGNES_MAX}",
        params,
    )


def _tableau(source: Source, lignes: Sequence[Mapping[str, Any]], regime: Regime) -> Tableau:
    montres = {a: c for a, c in source.champs.items() if not isinstance(c, champs.Siren)}
    return Tableau(
        colonnes=tuple(f"{c.libelle} ({c.unite})" if c.unite else c.libelle for c in montres.values()),
        lignes=tuple(
            tuple(_cellule(c, diffusion.visible(ligne[a], _nature(c), regime)) for a, c in montres.items())
            for ligne in lignes
        ),
        total=int(lignes[0]["_total"]) if lignes else 0,
    )


def _nature(champ: champs.Champ) -> Nature:
    return Nature(champ.masque.name) if champ.masque else Nature.PUBLIQUE


def _cellule(champ: champs.Champ, valeur: Any) -> str:
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return "Oui" if valeur else "Non"
    if isinstance(champ, champs.Jour | champs.Horodatage):
        return jour(date.fromisoformat(valeur[:10]))
    if isinstance(champ, champs.Entier | champs.Decimal):
        return nombre(valeur if isinstance(valeur, int) else Decimal(str(valeur)))
    return str(valeur)
