"""Stream of the indexer: every company with its establishments, masked, by SIREN, in constant memory.

Merges server-side cursors of one transaction (companies, establishments, other sources). SQL masks the unités légales;
the merge masks the establishments, whose regime depends on their company. Masked natural persons are left out: they are
only found by exact number.
"""

# ruff: noqa: S608 (only constant names are interpolated)

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from django.db import connection, transaction

from fce.donnees.entreprises import diffusion
from fce.donnees.entreprises.apports import Apport, Rassembleur, requete as requete_des_apports
from fce.donnees.entreprises.contenu import COORDONNEES, DocumentEntreprise, Ligne, LigneEntreprise, LigneEtablissement
from fce.donnees.entreprises.diffusion import Regime
from fce.donnees.entreprises.natures import rangs_caches, sql_montre
from fce.donnees.entreprises.requetes import ETAB, UL
from fce.donnees.entreprises.sirene import ETABLISSEMENTS, INDEXEES_ETAB, INDEXEES_UL, UNITES_LEGALES
from fce.referentiels import naf
from fce.sources import champs
from fce.sources.declaration import Source

LOT: Final = 2_000
"""Rows per fetch; each fetch is a wait on both sides."""

_REGIMES: Final = {str(regime): regime for regime in Regime}
_CACHES: Final = rangs_caches(ETABLISSEMENTS, INDEXEES_ETAB)

_I_CATEGORIE_JURIDIQUE: Final = LigneEntreprise._fields.index("categorie_juridique")
_I_MASQUE_ETAB: Final = LigneEtablissement._fields.index("masque")
# ``_make`` without its check of the length.
_une_entreprise = partial(tuple.__new__, LigneEntreprise)
_un_etablissement = partial(tuple.__new__, LigneEtablissement)


def documents(
    debut: str | None = None,
    fin: str | None = None,
    apports: Sequence[Apport] = (),
    *,
    parmi: Sequence[str] | None = None,
) -> Iterator[DocumentEntreprise]:
    """Companies with ``debut`` ≤ siren < ``fin`` (None: no bound) and their establishments, by SIREN.

    ``apports``: other sources to read, given as ``faits``. ``parmi``: only these SIREN, some tens of thousands at most.

    Keeps a transaction open on Django's connection until the generator ends or is closed; do not write meanwhile. Skips
    establishments without unité légale: masked, they are only found by number. Memory: a few thousand rows plus the
    largest company.
    """
    condition, bornes_ = _condition(debut, fin, parmi)
    with transaction.atomic(), connection.cursor() as reglage:
        # Pages have short statements; these last as long as the build.
        reglage.execute("SELECT set_config('statement_timeout', '0', true)")
        if parmi is not None:
            # All rows are read: a plan optimised for the first rows would scan the whole register.
            reglage.execute("SELECT set_config('cursor_tuple_fraction', '1', true)")
        # Open all the cursors before any fetch, so that all read the versions in place now.
        with connection.chunked_cursor() as unites, connection.chunked_cursor() as lieux:
            unites.execute(f"{_sql_unites()} WHERE {condition} ORDER BY u.siren", bornes_)
            lieux.execute(
                f"{_sql_etablissements()} WHERE {condition.replace('u.', 'e.')} ORDER BY e.siren, e.siret", bornes_
            )
            if not apports:
                yield from _fusion(_parcours(unites), _parcours(lieux), None)
                return
            with connection.chunked_cursor() as faits:
                faits.execute(*requete_des_apports(apports, debut, fin, parmi))
                yield from _fusion(_parcours(unites), _parcours(lieux), Rassembleur(apports, _parcours(faits)))


def colonnes_du_document() -> dict[str, tuple[str, ...]]:
    """Attributes of each Sirene source that ``documents`` reads; if none changed, the document is unchanged."""
    return {
        UNITES_LEGALES.nom: (*INDEXEES_UL, diffusion.STATUT),
        ETABLISSEMENTS.nom: (*INDEXEES_ETAB, *COORDONNEES, diffusion.STATUT),
    }


def bornes(parts: int) -> list[tuple[str | None, str | None]]:
    """Ranges of SIREN that split the companies into ``parts`` nearly equal shares. Two round trips."""
    if parts <= 1:
        return [(None, None)]
    with connection.cursor() as curseur:
        curseur.execute(f"SELECT count(*) FROM {UL}")
        (total,) = curseur.fetchone()
        rangs = sorted({total * part // parts + 1 for part in range(1, parts)} - {1, total + 1})
        curseur.execute(
            f"SELECT siren FROM (SELECT siren, row_number() OVER (ORDER BY siren) AS rang FROM {UL}) t "
            "WHERE rang = ANY(%s) ORDER BY siren",
            [rangs],
        )
        coupes: list[str] = [siren for (siren,) in curseur.fetchall()]
    return list(zip([None, *coupes], [*coupes, None], strict=True))


def correspondances_naf() -> list[tuple[str, str, int]]:
    """Number of companies by pair of main activity codes (NAF rév. 2, NAF 2025), where the file has both."""
    with connection.cursor() as curseur:
        curseur.execute(
            f"SELECT activite_principale, activite_principale_naf25, count(*) FROM {UL} "
            f"WHERE {naf.sql_canonique('nomenclature_activite_principale')} = '{naf.NAF_REV_2}' "
            "AND activite_principale IS NOT NULL AND activite_principale_naf25 IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"
        )
        return curseur.fetchall()


def nomenclatures_naf() -> dict[str, int]:
    """Number of active companies by nomenclature of the main activity."""
    with connection.cursor() as curseur:
        curseur.execute(
            f"SELECT nomenclature_activite_principale, count(*) FROM {UL} "
            "WHERE etat_administratif = 'A' AND activite_principale IS NOT NULL GROUP BY 1"
        )
        nombres: Counter[str] = Counter()
        for de, n in curseur.fetchall():
            nombres[naf.canonique(de)] += n
    return dict(nombres)


def naf_de_tete(nombres: Mapping[str, int]) -> str:
    """The nomenclature of most companies (``nomenclatures_naf``); NAF rév. 2 in case of a tie or of an empty
    register."""
    return min(nombres, key=lambda de: (-nombres[de], de != naf.NAF_REV_2), default=naf.NAF_REV_2)


def _sql_unites() -> str:
    colonnes = ", ".join(
        _en_texte(UNITES_LEGALES, colonne, sql_montre(UNITES_LEGALES, colonne, "r.regime", "u"))
        for colonne in INDEXEES_UL
    )
    # OFFSET 0 makes PostgreSQL compute the regime once per row instead of once per column.
    return (
        f"SELECT {colonnes}, coalesce(left(u.categorie_juridique, 1) = '1', false), "
        f"{diffusion.sql_masque('r.regime')}, r.regime FROM {UL} u CROSS JOIN LATERAL (SELECT "
        f"{diffusion.sql_regime('u')} AS regime OFFSET 0) r"
    )


def _sql_etablissements() -> str:
    """Establishments as an open unit shows them; the merge masks the others."""
    colonnes = ", ".join(
        _en_texte(ETABLISSEMENTS, colonne, sql_montre(ETABLISSEMENTS, colonne, f"'{Regime.OUVERT}'", "e"))
        for colonne in INDEXEES_ETAB
    )
    situation = ", ".join(f"e.{colonne}::text" for colonne in COORDONNEES)
    return f"SELECT {colonnes}, ({diffusion.sql_diffusee('e')}) IS NOT TRUE, {situation} FROM {ETAB} e"


def _en_texte(source: Source, colonne: str, expression: str) -> str:
    return expression if isinstance(source.champs[colonne], champs.Booleen | champs.Entier) else f"({expression})::text"


def _condition(debut: str | None, fin: str | None, parmi: Sequence[str] | None) -> tuple[str, list[str]]:
    morceaux = [
        ("u.siren >= %s", debut),
        ("u.siren < %s", fin),
        ("u.siren = ANY(string_to_array(%s, ','))", None if parmi is None else ",".join(parmi)),
    ]
    utiles = [(sql, valeur) for sql, valeur in morceaux if valeur is not None]
    return " AND ".join(sql for sql, _ in utiles) or "true", [valeur for _, valeur in utiles]


def _parcours(curseur: Any) -> Iterator[tuple[Any, ...]]:
    while lot := curseur.fetchmany(LOT):
        yield from lot


def _fusion(
    unites: Iterator[tuple[Any, ...]], lieux: Iterator[tuple[Any, ...]], autres: Rassembleur | None
) -> Iterator[DocumentEntreprise]:
    lieu = next(lieux, None)
    for unite in unites:
        siren, regime = unite[0], _REGIMES[unite[-1]]
        while lieu is not None and lieu[0] < siren:
            lieu = next(lieux, None)
        siens: list[Ligne] = []
        masques: dict[str, Regime] = {}
        while lieu is not None and lieu[0] == siren:
            if not (regime.masque or lieu[_I_MASQUE_ETAB]):
                siens.append(_un_etablissement(lieu))
            elif regime.listable:
                seul = diffusion.regime_masque(unite[_I_CATEGORIE_JURIDIQUE])
                siens.append(_masquee(lieu, seul))
                masques[siens[-1].siret] = seul
            lieu = next(lieux, None)
        if not regime.listable:
            continue
        if autres is None or autres.prochain > siren:
            yield DocumentEntreprise(_une_entreprise(unite[:-1]), siens)
        else:
            faits = autres.faits(siren, regime, masques)
            yield DocumentEntreprise(_une_entreprise(unite[:-1]), siens, faits)


def _masquee(lieu: tuple[Any, ...], sous: Regime) -> Ligne:
    valeurs = list(lieu)
    for position in _CACHES[sous]:
        valeurs[position] = None
    valeurs[_I_MASQUE_ETAB] = True
    valeurs[_I_MASQUE_ETAB + 1 :] = [None] * len(COORDONNEES)
    return LigneEtablissement._make(valeurs)
