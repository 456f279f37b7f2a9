"""Events of a company's establishments on its timeline: openings, closings, moves.

A company may have twenty thousand establishments: one scan of their rows, of which the latest ``LIEUX_DATES`` are
listed one by one; the others are counted by year.
"""

# ruff: noqa: S608 (only constant names are interpolated)

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from fce.donnees.entreprises import sirene
from fce.donnees.entreprises.diffusion import sql_diffusee
from fce.donnees.entreprises.historique import Evenement
from fce.donnees.entreprises.libelles import jour
from fce.donnees.entreprises.lieux import DEPARTEMENT
from fce.donnees.entreprises.requetes import ETAB, LIENS, LIENS_MAX, UL
from fce.socle.base.branches import Branche, Prealable
from fce.socle.texte.identifiants import formater_siret

LIEUX_DATES: Final = 500
TITRES: Final = {"ouverture": "Ouverture d’un établissement", "fermeture": "Fermeture d’un établissement"}
Ligne = Mapping[str, Any]


class JalonsComptes(NamedTuple):
    """Openings or closings of one year that are counted, not listed. ``ici``: in the reader's territory."""

    annee: int
    genre: str
    ici: bool
    nombre: int


def branches(siren: str, territoire: Collection[str]) -> list[Branche]:
    """The establishments that opened or closed last, and, beyond ``LIEUX_DATES`` of them, counts by year.

    ``territoire``: départements of the reader. An establishment that opposed the diffusion of its data is never counted
    there, because it would locate it. The closing of the siège of an active company is an event of its own.
    """
    tous = Prealable(
        "jalons_lieux",
        f"SELECT e.siret, e.code_commune, e.libelle_commune, e.date_creation, "
        "CASE WHEN e.etat_administratif = 'F' AND e.siret IS DISTINCT FROM (SELECT u.siren || u.nic_siege "
        f"FROM {UL} u WHERE u.siren = %s AND u.etat_administratif = 'A' LIMIT 1) THEN e.date_debut END AS date_debut, "
        f"{sql_diffusee('e')} AND {DEPARTEMENT} = ANY(%s) AS ici FROM {ETAB} e WHERE e.siren = %s",
        (siren, sorted(territoire), siren),
    )
    recents = Branche(
        "lieux_dates",
        "SELECT l.siret, l.code_commune, l.libelle_commune, l.date_creation, l.date_debut, l.ici FROM jalons_lieux l "
        f"ORDER BY greatest(l.date_creation, l.date_debut) DESC NULLS LAST, l.siret LIMIT {LIEUX_DATES}",
        prealables=(tous,),
    )
    annees = Branche(
        "lieux_annees",
        "SELECT extract(year FROM x.jour)::int AS annee, x.genre, coalesce(l.ici, false) AS ici, count(*) AS nombre "
        "FROM jalons_lieux l CROSS JOIN LATERAL (VALUES ('ouverture', l.date_creation), ('fermeture', l.date_debut)) "
        f"x(genre, jour) WHERE x.jour IS NOT NULL AND (SELECT count(*) FROM jalons_lieux) > {LIEUX_DATES} "
        "GROUP BY 1, 2, 3 ORDER BY 1 DESC, 2, 3 LIMIT 1000",
        prealables=(tous,),
    )
    return [recents, annees]


def transferts(siren: str) -> Branche:
    """Moves between two establishments of the company, newest first; without those of the siège, in its history."""
    return Branche(
        "transferts",
        f"{LIENS} WHERE siret_predecesseur BETWEEN %s AND %s AND left(siret_successeur, 9) = %s "
        "AND siret_predecesseur <> siret_successeur AND transfert_siege IS NOT TRUE "
        f"ORDER BY date_lien_succession DESC NULLS LAST, siret_predecesseur, siret_successeur LIMIT {LIENS_MAX}",
        (f"{siren}00000", f"{siren}99999", siren),
    )


def evenements(lignes: Sequence[Ligne]) -> Iterator[Evenement]:
    """Openings and closings of the rows of ``lieux_dates``."""
    for ligne in lignes:
        for genre, quand in _dates(ligne):
            yield Evenement(quand, genre, TITRES[genre], None, sirene.ETABLISSEMENTS.nom, ligne["siret"])


def deplacements(liens: Sequence[Ligne]) -> Iterator[Evenement]:
    """Events of the rows of ``transferts``."""
    for lien in liens:
        avant, apres = str(lien["siret_predecesseur"]), str(lien["siret_successeur"])
        detail = f"{formater_siret(avant)} → {formater_siret(apres)}"
        quand = jour(lien.get("date_lien_succession"))
        yield Evenement(quand, "transfert", "Transfert d’un établissement", detail, sirene.SUCCESSIONS.nom, apres)


def comptes(lignes: Sequence[Ligne], annees: Sequence[Ligne]) -> tuple[JalonsComptes, ...]:
    """Counts of ``lieux_annees``, less the events that the rows of ``lieux_dates`` list."""
    listes = Counter((q.year, genre, bool(x["ici"])) for x in lignes for genre, q in _dates(x))
    restes = [
        JalonsComptes(x["annee"], x["genre"], x["ici"], int(x["nombre"]) - listes[x["annee"], x["genre"], x["ici"]])
        for x in annees
    ]
    return tuple(c for c in restes if c.nombre > 0)


def _dates(ligne: Ligne) -> Iterator[tuple[str, date]]:
    for genre, champ in (("ouverture", "date_creation"), ("fermeture", "date_debut")):
        if quand := jour(ligne.get(champ)):
            yield genre, quand
