"""All the rows of a data set in place, in constant memory: official column names, masked values empty.

Only fields of open data sets that everyone may read (``droits.habilitations.portee``).
``donnees.entreprises.diffusion`` masks each row by its unit; a unit missing from Sirene is masked.

Reads the tables of the generation, not the view, so that an import does not wait for a download.
"""

# ruff: noqa: S608 (only declared names are interpolated)

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django.db import ProgrammingError, connection, transaction

from fce.donnees.entreprises import diffusion
from fce.donnees.entreprises.natures import rangs_caches
from fce.donnees.entreprises.repertoire import COURANTS, regime_des_lignes
from fce.donnees.imports.chargement import generations
from fce.donnees.imports.models import Import
from fce.droits.habilitations.portee import Portee
from fce.socle.erreurs import SourceIndisponible
from fce.socle.web.exports import Cellule, lignes_csv
from fce.sources import champs, registre
from fce.sources.declaration import Source
from fce.sources.schema import HORODATAGE, colonne

BLOC: Final = 2000  # rows per fetch: one round trip
# Bound how long a stalled download holds its transaction, which delays the next import.
_REGLAGES: Final = (
    "SELECT set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '30s', true)"
)


def fichier(source: Source, attributs: tuple[str, ...], lignes: Iterable[list[Any]]) -> Iterator[bytes]:
    """The csv of ``lignes``, in blocks; ISO dates, as its schema says."""
    jours = [rang for rang, a in enumerate(attributs) if isinstance(source.champs[a], champs.Jour)]
    instants = [rang for rang, a in enumerate(attributs) if isinstance(source.champs[a], champs.Horodatage)]

    def en_texte() -> Iterator[list[Cellule]]:
        for ligne in lignes:
            for rang in jours:
                if (jour := ligne[rang]) is not None:
                    ligne[rang] = jour.isoformat()
            for rang in instants:
                if (instant := ligne[rang]) is not None:
                    ligne[rang] = instant.strftime(HORODATAGE)
            yield ligne

    return lignes_csv(entetes(source, attributs), en_texte(), paquet=BLOC)


def entetes(source: Source, attributs: tuple[str, ...]) -> list[str]:
    return [colonne(a, source.champs[a]) for a in attributs]


def publies(source: Source, ouverte: Portee) -> tuple[str, ...]:
    """Attributes that everyone may read in all territories, in order."""
    return tuple(a for a in source.champs if ouverte.colonnes.get(a) == ())


def lignes(source: Source, attributs: tuple[str, ...], en_place: Mapping[str, Import]) -> Iterator[list[Any]]:
    """Rows of ``source`` as everyone may read them, typed; ``en_place``: {source: version to read}.

    One statement, one round trip per block. Raises SourceIndisponible when that version was dropped meanwhile.
    """
    cachees = rangs_caches(source, attributs)
    with transaction.atomic():
        with connection.cursor() as reglage:
            reglage.execute(_REGLAGES)
        with connection.chunked_cursor() as curseur:
            try:
                curseur.execute(requete(source, attributs, en_place))
            except ProgrammingError as erreur:
                raise SourceIndisponible("Ces données viennent de changer : demandez-les de nouveau.") from erreur
            while bloc := curseur.fetchmany(BLOC):
                for sous, *valeurs in bloc:
                    yield diffusion.masquer_rang(valeurs, cachees[sous])


def requete(source: Source, attributs: tuple[str, ...], en_place: Mapping[str, Import]) -> str:
    """SELECT the regime of each row ('O', 'M' or 'P'), then its raw values."""
    colonnes = ", ".join(f't."{a}"' for a in attributs)
    unites, lieux = (relation(registre.source(nom), en_place) for nom in COURANTS)
    regime, jointures = regime_des_lignes(source, unites, lieux)
    return f"SELECT {regime}, {colonnes} FROM {relation(source, en_place)} t{jointures}"


def relation(source: Source, en_place: Mapping[str, Import]) -> str:
    """SQL of the rows of the version of ``source`` among ``en_place``, read in its tables, not through its view."""
    # The statement has no parameter, so "%" is not doubled.
    return f"({generations.lignes(source, en_place.get(source.nom)).as_string(None)})"
