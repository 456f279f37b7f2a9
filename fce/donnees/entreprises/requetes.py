"""SQL of this room: columns read, one ``Branche`` per part of a page. Rows are raw; ``construction`` masks them."""

# ruff: noqa: S608 (only constant names are interpolated)

from __future__ import annotations

from typing import Final

from fce.donnees.entreprises import diffusion, sirene
from fce.donnees.entreprises.natures import sql_montre
from fce.donnees.entreprises.sirene import COLONNES_ETAB, COLONNES_UL
from fce.socle.base.branches import Branche, Prealable

UL: Final = sirene.UNITES_LEGALES.relation
ETAB: Final = sirene.ETABLISSEMENTS.relation
_UL_HISTORIQUE: Final = sirene.UNITES_LEGALES_HISTORIQUE.relation
_ETAB_HISTORIQUE: Final = sirene.ETABLISSEMENTS_HISTORIQUE.relation
_DOUBLONS: Final = sirene.DOUBLONS.relation

COLONNES_UL_HISTORIQUE: Final = tuple(sirene.UNITES_LEGALES_HISTORIQUE.champs)
COLONNES_ETAB_HISTORIQUE: Final = tuple(sirene.ETABLISSEMENTS_HISTORIQUE.champs)

# Limits for a sheet, far above the largest real units.
_PERIODES_MAX: Final = 500
LIENS_MAX: Final = 100
# Real chains of duplicates are short; these limits stop a damaged file from slowing a page.
ARETES_MAX: Final = 500
ANCIENS_MAX: Final = 20


def liste(colonnes: tuple[str, ...], alias: str) -> str:
    return ", ".join(f"{alias}.{colonne}" for colonne in colonnes)


def unite_legale(siren: str) -> Branche:
    return Branche("unite_legale", f"SELECT {liste(COLONNES_UL, 'u')} FROM {UL} u WHERE u.siren = %s LIMIT 1", (siren,))


def siege(siren: str) -> Branche:
    return Branche(
        "siege",
        f"SELECT {liste(COLONNES_ETAB, 'e')} FROM {ETAB} e "
        f"WHERE e.siret = (SELECT u.siren || u.nic_siege FROM {UL} u WHERE u.siren = %s LIMIT 1) LIMIT 1",
        (siren,),
    )


def sieges(siren: str) -> Branche:
    """Open establishments that Sirene flags as siège: one, unless it contradicts itself."""
    return Branche(
        "sieges",
        f"SELECT siret, etat_administratif, date_debut, date_creation FROM {ETAB} "
        "WHERE siren = %s AND etablissement_siege AND etat_administratif = 'A' ORDER BY siret LIMIT 5",
        (siren,),
    )


def compte(siren: str) -> Branche:
    return Branche(
        "compte",
        "SELECT count(*) AS nombre, count(*) FILTER (WHERE etat_administratif = 'A') AS ouverts "
        f"FROM {ETAB} WHERE siren = %s",
        (siren,),
    )


def etablissement(siret: str) -> Branche:
    return Branche(
        "etablissement", f"SELECT {liste(COLONNES_ETAB, 'e')} FROM {ETAB} e WHERE e.siret = %s LIMIT 1", (siret,)
    )


def historique_unite_legale(siren: str) -> Branche:
    """Raw periods, newest first."""
    return Branche(
        "historique_unite_legale",
        f"SELECT {liste(COLONNES_UL_HISTORIQUE, 'h')} FROM {_UL_HISTORIQUE} h WHERE h.siren = %s "
        f"ORDER BY h.date_debut DESC NULLS LAST, h.ligne LIMIT {_PERIODES_MAX}",
        (siren,),
    )


def historique_etablissement(siret: str) -> Branche:
    """Raw periods, newest first."""
    return Branche(
        "historique_etablissement",
        f"SELECT {liste(COLONNES_ETAB_HISTORIQUE, 'h')} FROM {_ETAB_HISTORIQUE} h WHERE h.siret = %s "
        f"ORDER BY h.date_debut DESC NULLS LAST, h.ligne LIMIT {_PERIODES_MAX}",
        (siret,),
    )


LIENS: Final = (
    "SELECT siret_predecesseur, siret_successeur, date_lien_succession, transfert_siege, continuite_economique, ligne "
    f"FROM {sirene.SUCCESSIONS.relation}"
)


_NOM_DU_SUCCESSEUR: Final = sql_montre(sirene.UNITES_LEGALES, "denomination", diffusion.sql_regime("u"), "u")


def _nommees(liens: str) -> str:
    """The rows of ``liens`` with the public name of the successor's company, newest first."""
    return (
        f"SELECT s.*, {_NOM_DU_SUCCESSEUR} AS nom_successeur FROM ({liens}) s "
        f"LEFT JOIN {UL} u ON u.siren = left(s.siret_successeur, 9) "
        f"ORDER BY s.date_lien_succession DESC NULLS LAST, s.siret_predecesseur, s.siret_successeur LIMIT {LIENS_MAX}"
    )


def successions_entreprise(siren: str) -> Branche:
    """Succession links with establishments of other companies, newest first."""
    bornes = (f"{siren}00000", f"{siren}99999")
    return Branche(
        "successions",
        _nommees(
            f"{LIENS} WHERE siret_predecesseur BETWEEN %s AND %s AND left(siret_successeur, 9) <> %s "
            f"UNION ALL {LIENS} WHERE siret_successeur BETWEEN %s AND %s AND left(siret_predecesseur, 9) <> %s"
        ),
        (*bornes, siren, *bornes, siren),
    )


def successions_etablissement(siret: str) -> Branche:
    """Succession links both ways, newest first."""
    return Branche(
        "successions",
        _nommees(
            f"{LIENS} WHERE siret_predecesseur = %s "
            f"UNION ALL {LIENS} WHERE siret_successeur = %s AND siret_predecesseur <> %s"
        ),
        (siret, siret, siret),
    )


def successions_de(siren: str) -> tuple[Branche, Branche]:
    """Succession links of a company, within it too, newest first; then rows {e, u}: the raw establishments that they
    name, each with its unité légale (None: missing)."""
    bornes = (f"{siren}00000", f"{siren}99999")
    liens = Prealable(
        "liens",
        f"SELECT * FROM ({LIENS} WHERE siret_predecesseur BETWEEN %s AND %s "
        f"UNION {LIENS} WHERE siret_successeur BETWEEN %s AND %s) s "
        f"ORDER BY date_lien_succession DESC NULLS LAST, siret_predecesseur, siret_successeur LIMIT {LIENS_MAX}",
        (*bornes, *bornes),
    )
    lies = "SELECT siret_predecesseur FROM liens UNION SELECT siret_successeur FROM liens"
    e, u = (f"(SELECT to_json(x) FROM (SELECT {liste(c, a)}) x)" for c, a in ((COLONNES_ETAB, "e"), (COLONNES_UL, "u")))
    return (
        Branche("liens", "SELECT * FROM liens", prealables=(liens,)),
        Branche(
            "lies",
            f"SELECT {e} AS e, CASE WHEN u.siren IS NOT NULL THEN {u} END AS u "
            f"FROM {ETAB} e LEFT JOIN {UL} u ON u.siren = e.siren WHERE e.siret IN ({lies})",
            prealables=(liens,),
        ),
    )


def unites_ouvertes(sirens: str, prealables: tuple[Prealable, ...]) -> Branche:
    """Raw rows of the companies of ``sirens`` (a one-column SELECT over ``prealables``) of which nothing is hidden."""
    return Branche(
        "unites",
        f"SELECT {liste(COLONNES_UL, 'u')} FROM {UL} u WHERE u.siren IN ({sirens}) AND {ouverte('u.siren')}",
        prealables=prealables,
    )


def ouverte(siren: str) -> str:
    """SQL condition: nothing is hidden of the company with the SIREN expression ``siren``."""
    return f"EXISTS (SELECT 1 FROM {UL} o WHERE o.siren = {siren} AND {diffusion.sql_diffusee('o')})"


def doublons(*sirens: str) -> Branche:
    """Every link old SIREN → kept SIREN reachable from ``sirens``, with the presence and state of the target.

    UNION (not ALL) drops duplicates, so cycles end.
    """
    return Branche(
        "doublons",
        "WITH RECURSIVE chaine AS ("
        f"SELECT d.siren_doublon, d.siren, d.date_dernier_traitement FROM {_DOUBLONS} d "
        "WHERE d.siren_doublon = ANY(%s) UNION SELECT d.siren_doublon, d.siren, d.date_dernier_traitement "
        f"FROM {_DOUBLONS} d JOIN chaine c ON d.siren_doublon = c.siren) "
        "SELECT c.siren_doublon AS ancien, c.siren AS cible, c.date_dernier_traitement AS date, "
        "u.siren IS NOT NULL AS presente, coalesce(u.etat_administratif = 'A', false) AS active "
        f"FROM (SELECT * FROM chaine LIMIT {ARETES_MAX * max(1, len(sirens))}) c "
        f"LEFT JOIN {UL} u ON u.siren = c.siren",
        (list(sirens),),
    )


def anciens(siren: str) -> Branche:
    """Rows {ancien}: SIREN that ``siren`` replaces, directly or through others."""
    return Branche(
        "anciens",
        f"WITH RECURSIVE chaine AS (SELECT d.siren_doublon FROM {_DOUBLONS} d WHERE d.siren = %s "
        f"UNION SELECT d.siren_doublon FROM {_DOUBLONS} d JOIN chaine c ON d.siren = c.siren_doublon) "
        "SELECT c.siren_doublon AS ancien FROM chaine c WHERE c.siren_doublon <> %s "
        f"ORDER BY c.siren_doublon LIMIT {ANCIENS_MAX}",
        (siren, siren),
    )


def en_usage(siren: str) -> str:
    """SQL: the number that replaces the SIREN expression ``siren``; itself when none does."""
    return f"COALESCE((SELECT d.siren FROM {_DOUBLONS} d WHERE d.siren_doublon = {siren} LIMIT 1), {siren})"


def avec_anciens(sirens: str) -> str:
    """SQL: the numbers of the query ``sirens``, and those that they replace."""
    return f"{sirens} UNION SELECT d.siren_doublon FROM {_DOUBLONS} d WHERE d.siren IN ({sirens})"
