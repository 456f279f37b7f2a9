"""Several companies with some of their establishments, in one round trip: one ``Branche`` per part.

Rows are raw; ``construction`` masks them.
"""

# ruff: noqa: S608 (only constant names are interpolated)

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from fce.donnees.entreprises import sirene
from fce.donnees.entreprises.contenu import COORDONNEES
from fce.donnees.entreprises.requetes import ETAB, UL, liste
from fce.donnees.entreprises.sirene import COLONNES_ETAB, COLONNES_UL
from fce.socle.base.branches import Branche, Prealable

COLONNES_LIEU: Final = (
    *COLONNES_ETAB, "activite_principale_registre_metiers", "code_pays_etranger", *COORDONNEES,
)  # fmt: skip
PAR_PAGE: Final = 100
"""Establishments of one page of a company."""
LIENS_MAX: Final = 1_000
"""Succession links read each way of one company."""
_LIENS: Final = (
    "siret_predecesseur", "siret_successeur", "date_lien_succession", "transfert_siege", "continuite_economique",
)  # fmt: skip
_DE_LA_PAGE: Final = (
    f"FROM unnest(%s::text[]) s(siren) CROSS JOIN LATERAL (SELECT * FROM {ETAB} x WHERE x.siren = s.siren "
    "ORDER BY (x.etat_administratif = 'A') DESC NULLS LAST, x.etablissement_siege DESC NULLS LAST, x.siret "
    "LIMIT %s OFFSET %s) e"
)


def unites(sirens: Sequence[str]) -> Branche:
    """Companies with ``_nombre`` establishments, of which ``_ouverts``."""
    return Branche(
        "unites",
        f"SELECT {liste(COLONNES_UL, 'u')}, n._nombre, n._ouverts FROM {UL} u CROSS JOIN LATERAL (SELECT count(*) AS "
        "_nombre, count(*) FILTER (WHERE x.etat_administratif = 'A') AS _ouverts "
        f"FROM {ETAB} x WHERE x.siren = u.siren) n WHERE u.siren = ANY(%s)",
        (list(sirens),),
        colonnes=(*COLONNES_UL, "_nombre", "_ouverts"),
    )


def lieux(sirens: Sequence[str], sirets: Iterable[str]) -> Branche:
    """The establishments ``sirets`` and the sièges of the companies."""
    return Branche(
        "lieux",
        f"SELECT {liste(COLONNES_LIEU, 'e')} FROM {ETAB} e WHERE e.siret = ANY(%s::text[] "
        f"|| ARRAY(SELECT u.siren || u.nic_siege FROM {UL} u WHERE u.siren = ANY(%s)))",
        (list(sirets), list(sirens)),
        colonnes=COLONNES_LIEU,
    )


def page(sirens: Sequence[str], numero: int) -> Branche:
    """``PAR_PAGE`` establishments of each company, open ones first."""
    sql = f"SELECT {liste(COLONNES_LIEU, 'e')} {_DE_LA_PAGE}"
    return Branche("page", sql, _bornes(sirens, numero), colonnes=COLONNES_LIEU)


def montres(sirens: Sequence[str], sirets: Sequence[str], numero: int | None) -> Prealable:
    """(siren, siret) of ``lieux`` and, with a number, of ``page``."""
    sql = f"SELECT unnest(%s::text[]) AS siret UNION SELECT u.siren || u.nic_siege FROM {UL} u WHERE u.siren = ANY(%s)"
    params: tuple[Any, ...] = (list(sirets), list(sirens))
    if numero is not None:
        sql, params = f"{sql} UNION SELECT e.siret {_DE_LA_PAGE}", (*params, *_bornes(sirens, numero))
    return Prealable("montres", f"SELECT left(a.siret, 9) AS siren, a.siret FROM ({sql}) a", params)


def anciens_sieges(sirens: Sequence[str]) -> Branche:
    return Branche(
        "anciens",
        f"SELECT DISTINCT h.siren, h.nic_siege FROM {sirene.UNITES_LEGALES_HISTORIQUE.relation} h "
        f"JOIN {UL} u ON u.siren = h.siren WHERE h.siren = ANY(%s) AND h.nic_siege <> u.nic_siege",
        (list(sirens),),
        colonnes=("siren", "nic_siege"),
    )


def successions(sirens: Sequence[str]) -> Branche:
    cotes = [
        f"SELECT {liste(_LIENS, 'l')} FROM unnest(%s::text[]) s(siren) "
        f"CROSS JOIN LATERAL (SELECT * FROM {sirene.SUCCESSIONS.relation} x WHERE x.{cote} "
        f"BETWEEN s.siren || '00000' AND s.siren || '99999' ORDER BY x.{cote}, x.ligne LIMIT {LIENS_MAX}) l"
        for cote in ("siret_predecesseur", "siret_successeur")
    ]
    return Branche("successions", " UNION ".join(cotes), (list(sirens), list(sirens)), colonnes=_LIENS)


def _bornes(sirens: Sequence[str], numero: int) -> tuple[Any, ...]:
    return list(sirens), PAR_PAGE, (numero - 1) * PAR_PAGE
