"""The rows of a data set in place, whole, in constant memory: official names of columns, masked values empty.

Open data only, and of an open data set only the fields open to everyone (``droits.portee``). A row is about a unit:
what its diffusion hides is decided by ``entreprises.diffusion``, as everywhere. A unit missing from Sirene is masked.
The tables of the generation are read, never the view: an import that ends meanwhile has nobody to wait for.
"""

# ruff: noqa: S608 (names of views and columns come from declarations, never from a reader)

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django.db import ProgrammingError, connection, transaction

from fce.droits.portee import Portee
from fce.entreprises import diffusion
from fce.entreprises.diffusion import Regime
from fce.entreprises.natures import natures
from fce.imports.chargement import generations
from fce.imports.chargement.bascule import colonnes_inconvertibles
from fce.imports.chargement.parties import parties_de
from fce.imports.models import Import
from fce.socle.erreurs import SourceIndisponible
from fce.socle.exports import Cellule, lignes_csv
from fce.sources import champs, registre
from fce.sources.champs import Nature
from fce.sources.declaration import Source
from fce.sources.schema import HORODATAGE, colonne

SOURCES_SIRENE: Final = ("sirene-unites-legales", "sirene-etablissements")
"""Sources that say what is masked."""
_BLOC: Final = 2000  # rows fetched at a time: one round trip
# The transaction of a reader who stops reading must not hold back the next import for long.
_REGLAGES: Final = (
    "SELECT set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '30s', true)"
)


def fichier(source: Source, attributs: tuple[str, ...], lignes: Iterable[list[Any]]) -> Iterator[bytes]:
    """The csv of ``lignes``, by blocks: ISO dates, for a file read by programs, as its schema says."""
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

    return lignes_csv(entetes(source, attributs), en_texte(), paquet=_BLOC)


def entetes(source: Source, attributs: tuple[str, ...]) -> list[str]:
    """Official names of the columns of a file."""
    return [colonne(a, source.champs[a]) for a in attributs]


def publies(source: Source, ouverte: Portee) -> tuple[str, ...]:
    """Attributes of the file, in order: those that everyone may read anywhere."""
    return tuple(a for a in source.champs if ouverte.colonnes.get(a) == ())


def lignes(source: Source, attributs: tuple[str, ...], en_place: Mapping[str, Import]) -> Iterator[list[Any]]:
    """Rows of ``source`` as everyone may read them, typed; ``en_place``: {name of a source: version to read}.

    One statement, one round trip per block. Raises SourceIndisponible when that version was removed meanwhile.
    """
    tous = natures(source)
    cachees = {str(sous): diffusion.rangs_caches([tous[a] for a in attributs], sous) for sous in Regime}
    with transaction.atomic():
        with connection.cursor() as reglage:
            reglage.execute(_REGLAGES)
        with connection.chunked_cursor() as curseur:
            try:
                curseur.execute(requete(source, attributs, en_place))
            except ProgrammingError as erreur:
                raise SourceIndisponible("Ces données viennent de changer : demandez-les de nouveau.") from erreur
            while lues := curseur.fetchmany(_BLOC):
                for sous, *valeurs in lues:
                    yield diffusion.masquer_rang(valeurs, cachees[sous])


def requete(source: Source, attributs: tuple[str, ...], en_place: Mapping[str, Import]) -> str:
    """SELECT of the regime of each row ('O', 'M' or 'P'), then of the values as they are."""
    colonnes = ", ".join(f't."{a}"' for a in attributs)
    regime, jointures = _regime(source, en_place)
    return f"SELECT {regime}, {colonnes} FROM {_relation(source, en_place)} t{jointures}"


def _relation(source: Source, en_place: Mapping[str, Import]) -> str:
    """The rows of a version, in its own tables."""
    importation = en_place.get(source.nom)
    ecartees = colonnes_inconvertibles([(source, importation)])[source.nom] if importation else frozenset()
    # The statement has no parameter: nothing in it is to be doubled.
    return f"({generations.selection(source, parties_de(importation), ecartees).as_string(None)})"


def masquee(source: Source) -> bool:
    """Whether rows of this source are masked by the diffusion of the unit that they are about."""
    return set(natures(source).values()) != {Nature.DIFFUSIBLE}


def _regime(source: Source, en_place: Mapping[str, Import]) -> tuple[str, str]:
    """SQL expression of the regime and the joins that it needs."""
    if not masquee(source):
        return f"'{Regime.OUVERT}'", ""
    siren, siret = _numero(source, "siren", champs.Siren), _numero(source, "siret", champs.Siret)
    unite = diffusion.sql_regime("u.statut_diffusion", "u.categorie_juridique")
    lieu = diffusion.sql_regime_etablissement("e.statut_diffusion", "u.statut_diffusion", "u.categorie_juridique")
    unites, lieux = (_relation(registre.source(nom), en_place) for nom in SOURCES_SIRENE)
    vers_unite = f' LEFT JOIN {unites} u ON u.siren = ({{}}) COLLATE "C"'
    vers_lieu = f' LEFT JOIN {lieux} e ON e.siret = {siret} COLLATE "C"'
    if siret and siren:
        # A row whose two numbers disagree is about nobody that we know: masked.
        lu = f"COALESCE({siren}, left({siret}, 9))"
        numero = f"CASE WHEN {siret} IS NULL OR left({siret}, 9) = {lu} THEN {lu} END"
        return f"CASE WHEN {siret} IS NULL THEN {unite} ELSE {lieu} END", vers_unite.replace("{}", numero) + vers_lieu
    if siret:
        return lieu, vers_unite.replace("{}", f"left({siret}, 9)") + vers_lieu
    if siren:
        return unite, vers_unite.replace("{}", siren)
    return f"'{Regime.PHYSIQUE}'", ""


def _numero(source: Source, nom: str, genre: type[champs.Champ]) -> str:
    """Column of the number of the unit that a row is about: the one so named, else the first of its kind."""
    candidats = [a for a, c in source.champs.items() if isinstance(c, genre)]
    if nom in candidats:
        return f't."{nom}"'
    autre = {"siren": "siret", "siret": "siren"}[nom]
    return f't."{candidats[0]}"' if candidats and autre not in source.champs else ""
