"""The national count of the rules, in SQL, on the views in place."""

# ruff: noqa: S608 (only constants and names of views are interpolated)

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import date
from typing import Final

import structlog
from django.db import DatabaseError, connection

from fce.donnees.contradictions.models import CompteDeContradictions, ContradictionRelevee
from fce.donnees.contradictions.regle import DE_TOUTE_FICHE, Regle
from fce.donnees.contradictions.regles import REGLES
from fce.donnees.entreprises.etablissements import sql_departement_de
from fce.donnees.entreprises.repertoire import (
    ETABLISSEMENTS,
    LIEUX_CONNUS,
    LIEUX_OUVERTS,
    UNITES_LEGALES,
    UNITES_OUVERTES,
)
from fce.donnees.imports.selectors import reperes
from fce.socle.base.ecriture import ecriture
from fce.sources import registre

log = structlog.get_logger(__name__)

LISTE_MAX: Final = 1_000
"""Units kept by rule and département for the pages that list them, by number; the count has them all."""
_DELAI: Final = "SET LOCAL statement_timeout = '30min'; SET LOCAL work_mem = '128MB'"


def compter(aujourd_hui: date) -> None:
    """Count every rule whose registers are all in place, and replace what the last count found. A rule with a register
    missing loses its count, since nothing is known of it any more. One transaction per rule: when the database stops
    one, it keeps its former count and the next rules are counted.

    Raises DatabaseError, the last one, once every rule has been tried.
    """
    en_place = reperes()
    faute: DatabaseError | None = None
    for regle in REGLES:
        if not _interroges(regle) <= en_place.keys():
            with ecriture():
                _oublier(regle)
            continue
        try:
            _compter(regle, aujourd_hui)
        except DatabaseError as erreur:
            log.error("contradictions %s non comptées : %s", regle.code, type(erreur).__name__)
            faute = erreur
    if faute is not None:
        raise faute


def _compter(regle: Regle, aujourd_hui: date) -> None:
    debut = time.monotonic()
    with ecriture():
        _oublier(regle)
        with connection.cursor() as curseur:
            curseur.execute(_DELAI)
            curseur.execute(enonce(regle), {"jour": aujourd_hui, "regle": regle.code, "liste": LISTE_MAX})
            (nombre,) = curseur.fetchone() or (0,)
        duree = round((time.monotonic() - debut) * 1000)
        CompteDeContradictions.objects.create(regle=regle.code, nombre=nombre, compte_le=aujourd_hui, duree_ms=duree)
    log.info("contradictions %s : %d en %d ms", regle.code, nombre, duree)


def _oublier(regle: Regle) -> None:
    CompteDeContradictions.objects.filter(regle=regle.code).delete()
    ContradictionRelevee.objects.filter(regle=regle.code).delete()


def enonce(regle: Regle) -> str:
    """The statement that counts a rule and keeps the first units of each département. That of a masked establishment is
    not kept, so that no list says where it is."""
    departement = f"coalesce({sql_departement_de('e.code_commune')}, '')"
    return (
        f"WITH trouvees AS ({requete(regle)}), situees AS ("
        f"SELECT t.siren, coalesce(t.siret, '') AS siret, {departement} AS departement, "
        f"row_number() OVER (PARTITION BY {departement} ORDER BY t.siren, t.siret) AS rang FROM trouvees t "
        f"LEFT JOIN {UNITES_OUVERTES} u ON u.siren = t.siren LEFT JOIN {LIEUX_OUVERTS} e "
        "ON e.siret = coalesce(t.siret, u.siren || u.nic_siege)), "
        f"listees AS (INSERT INTO {ContradictionRelevee._meta.db_table} (regle, siren, siret, departement) "
        "SELECT %(regle)s, siren, siret, departement FROM situees WHERE rang <= %(liste)s ORDER BY siren, siret) "
        "SELECT count(*) FROM trouvees"
    )


def requete(regle: Regle) -> str:
    """The rule's own query, on the views of its registers. Units in diffusion partielle are not counted, so that no
    list names them; a rule about companies only reads of their places what says neither who nor where."""
    relations = {nom: registre.source(nom).relation for nom in _interroges(regle)}
    lieux = LIEUX_OUVERTS if regle.etablissement else LIEUX_CONNUS
    relations |= {UNITES_LEGALES: UNITES_OUVERTES, ETABLISSEMENTS: lieux}
    return regle.sql.format(**{nom.replace("-", "_"): relation for nom, relation in relations.items()})


def registres_manquants(regles: Iterable[Regle]) -> dict[str, list[str]]:
    """{rule: titles of the registers that it reads and that have no file in place}. One query, none without rules."""
    demandees = [*regles]
    en_place = reperes().keys() if demandees else frozenset()
    return {r.code: [registre.source(nom).titre for nom in sorted(_interroges(r) - en_place)] for r in demandees}


def _interroges(regle: Regle) -> frozenset[str]:
    """Registers that its query reads: those that it compares, and Sirene, which says whether a unit may be counted."""
    return DE_TOUTE_FICHE.union(regle.sources)
