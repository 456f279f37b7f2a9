"""Compute the figures of a month from its events, under statistical secrecy.

The same events always give the same figures. A month is published once and whole, on the 2nd of the next month.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction

from fce.service.statistiques.mesures import COMPTEES, HABILITES, LECTEURS
from fce.service.statistiques.models import ChiffreMensuel, CleDePseudonyme, EvenementDUsage
from fce.socle.texte.mois import ajouter_mois
from fce.socle.texte.secret_statistique import SEUIL_AGENTS, Comptee, emboitees, part, parties, publiable
from fce.socle.web.evenements import EVENEMENTS

Chiffres = dict[tuple[str, str], float | None]
"""{(measure, organisation or ""): value, None when withheld}."""
MOIS_TENUS: Final = 12
"""Number of ended months whose events are still all stored."""
_COMPTES: Final = """
SELECT m.code, coalesce(sum(e.nombre), 0), coalesce(sum(e.nombre * e.valeur), 0),
    count(DISTINCT nullif(e.pseudonyme, '')),
    count(DISTINCT (e.organisation_id, CASE WHEN m.par_service THEN e.service ELSE '' END))
        FILTER (WHERE e.organisation_id IS NOT NULL)
FROM unnest(%s::text[], %s::bool[], %s::text[], %s::int[], %s::int[]) AS m (code, par_service, nom, mini, maxi)
LEFT JOIN statistiques_evenementdusage e ON e.nom = m.nom AND e.jour >= %s AND e.jour < %s
    AND (m.mini IS NULL OR e.valeur BETWEEN m.mini AND m.maxi)
GROUP BY m.code
"""
_PERSONNES: Final = """
WITH vus AS (
    SELECT pseudonyme, jour >= %(mois)s AS ce_mois, max(organisation_id) AS ou,
        bool_or(nom = ANY(%(habilites)s)) AS habilite, bool_or(nom = ANY(%(lecteurs)s)) AS lecteur
    FROM statistiques_evenementdusage
    WHERE jour >= %(avant)s AND jour < %(apres)s AND pseudonyme <> '' GROUP BY 1, 2
), ici AS (SELECT * FROM vus WHERE ce_mois), avant AS (SELECT * FROM vus WHERE NOT ce_mois)
SELECT 1, count(*), count(DISTINCT ou) FROM ici
UNION ALL SELECT 2, count(*), count(DISTINCT ou) FROM ici WHERE habilite OR lecteur
UNION ALL SELECT 3, count(*), count(DISTINCT ou) FROM ici WHERE lecteur
UNION ALL SELECT 4, count(*), count(DISTINCT ou) FROM avant
UNION ALL SELECT 5, count(*), count(DISTINCT ici.ou) FROM avant JOIN ici USING (pseudonyme)
UNION ALL SELECT 6, count(*), count(DISTINCT ou) FROM avant WHERE lecteur
UNION ALL SELECT 7, count(*), count(DISTINCT ici.ou) FROM avant JOIN ici USING (pseudonyme) WHERE avant.lecteur
ORDER BY 1
"""
_ORGANISATIONS: Final = """
SELECT coalesce(o.nom, ''), count(DISTINCT e.pseudonyme)
FROM statistiques_evenementdusage e LEFT JOIN comptes_organisation o ON o.id = e.organisation_id
WHERE e.jour >= %s AND e.jour < %s AND e.pseudonyme <> '' GROUP BY 1
"""


def publier_les_mois(aujourd_hui: date) -> list[date]:
    """Publish every ended month not published yet whose events are stored; return these months. On the 2nd of the next
    month, so that each process has written what it kept in memory."""
    dernier = ajouter_mois(aujourd_hui, -1 if aujourd_hui.day > 1 else -2)
    tenus = [ajouter_mois(dernier, -n) for n in reversed(range(MOIS_TENUS))]
    return [mois for mois in tenus if publier_le_mois(mois)]


def publier_le_mois(mois: date, *, refaire: bool = False, invente: bool = False) -> bool:
    """Write the figures of the month that begins on ``mois``; False when they exist already or when the month has no
    event.

    ``refaire``: compute them again from the stored events. ``invente``: a demonstration wrote them.
    """
    with transaction.atomic():
        with connection.cursor() as curseur:
            curseur.execute("SELECT pg_advisory_xact_lock(hashtext('fce.service.statistiques'))")
        if ChiffreMensuel.objects.filter(mois=mois).exists() and not refaire:
            return False
        if not EvenementDUsage.objects.filter(jour__gte=mois, jour__lt=ajouter_mois(mois, 1)).exists():
            return False
        deja = ChiffreMensuel.objects.filter(mois=mois)
        invente = invente or settings.FCE_DEMONSTRATION or deja.filter(invente=True).exists()
        deja.delete()
        ChiffreMensuel.objects.bulk_create(
            ChiffreMensuel(mois=mois, mesure=mesure, organisation=organisation, valeur=valeur, invente=invente)
            for (mesure, organisation), valeur in sorted(mesurer(mois).items())
        )
    return True


def mesurer(mois: date) -> Chiffres:
    """Return the publishable figures of a month. Three queries."""
    chiffres: Chiffres = {(code, ""): valeur for code, valeur in _comptes(_cellules(mois)).items()}
    apres = ajouter_mois(mois, 1)
    lignes = sorted(_lignes(_ORGANISATIONS, [mois, apres]))
    # Agents without an organisation are also part of the total.
    par_organisation = parties({nom: Comptee(agents, agents) for nom, agents in lignes})
    chiffres |= {("agents_actifs", nom): valeur for nom, valeur in par_organisation.items() if nom}
    return chiffres | {(code, ""): valeur for code, valeur in _personnes(mois).items()}


def _cellules(mois: date) -> dict[str, Comptee]:
    # When an event does not name the service, its organisation counts as one service.
    precises = {m.code: all(EVENEMENTS[nom].service for nom in m.evenements) for m in COMPTEES}
    rangs = [(m.code, precises[m.code], nom, *(m.entre or (None, None))) for m in COMPTEES for nom in m.evenements]
    comptes = _lignes(_COMPTES, [*map(list, zip(*rangs, strict=True)), mois, ajouter_mois(mois, 1)])
    sommes = {m.code: m.somme for m in COMPTEES}
    return {
        code: Comptee(float(somme if sommes[code] else nombre), agents, services)
        for code, nombre, somme, agents, services in comptes
    }


def _comptes(cellules: Mapping[str, Comptee]) -> dict[str, float | None]:
    """Return the publishable figures that add up events."""
    dites: dict[str, float | None] = {
        m.code: c.valeur if publiable(c) or (m.anonyme and not c.agents and c.valeur >= SEUIL_AGENTS) else None
        for m in COMPTEES
        for c in [cellules[m.code]]
    }
    # A total is published only with its main parts: when one is withheld, the total is too.
    if dites["visites_changees"] is None or dites["visites_maintenues"] is None:
        dites["croisements_repondus"] = None
    # When a part is too small, the first of this order are withheld with it.
    changees = ("visites_abandonnees", "visites_communes", "visites_reportees")
    propres = parties({code: cellules[code] for code in changees})
    dites |= propres if dites["visites_changees"] is not None else dict.fromkeys(changees)
    de_part = (dites["croisements_repondus"], dites["autres_gestes"])
    demandes = cellules["gestes_des_demandes"].valeur
    if None in de_part or (demandes and dites["gestes_des_demandes"] is None):
        dites["transactions"] = None
    if dites["gestes_des_demandes"] is not None:
        gestes = ("reponses_jugees", "demandes_repondues", "demandes_prises", "demandes_envoyees")
        dites |= parties({code: cellules[code] for code in gestes})
    for partie, ensemble in (("demandes_prises_a_temps", "demandes_prises"), ("reponses_utiles", "reponses_jugees")):
        dite = dites[ensemble]
        dites[partie] = None if dite is None else part(cellules[partie].valeur, dite)
    dites |= _avis(cellules)
    for somme, nombre in (("jours_avant_prise", "demandes_prises"), ("jours_avant_reponse", "demandes_repondues")):
        dites[somme] = None if dites[nombre] is None else cellules[somme].valeur
    return dites


def _avis(cellules: Mapping[str, Comptee]) -> dict[str, float | None]:
    """Opinions are anonymous: count each as one person."""
    reponses = ("avis_aides_en_partie", "avis_non_aides", "avis_aides")
    de_chacun = {c: cellules[c]._replace(agents=int(cellules[c].valeur), services=None) for c in reponses}
    total, notes = cellules["avis"].valeur, cellules["notes"].valeur
    return {
        **parties(de_chacun),
        "avis": total if total >= SEUIL_AGENTS else None,
        "notes": notes if notes >= SEUIL_AGENTS else None,
        "somme_des_notes": cellules["somme_des_notes"].valeur if notes >= SEUIL_AGENTS else None,
    }


def _personnes(mois: date) -> dict[str, float | None]:
    """Return the publishable numbers of agents."""
    noms = {"habilites": list(HABILITES), "lecteurs": list(LECTEURS)}
    bornes = {"mois": mois, "avant": ajouter_mois(mois, -1), "apres": ajouter_mois(mois, 1)}
    actifs, habilites, lecteurs, anciens, revenus, lecteurs_anciens, lecteurs_revenus = (
        Comptee(float(agents), agents, services) for _, agents, services in _lignes(_PERSONNES, noms | bornes)
    )
    dits = emboitees([actifs, habilites, lecteurs])
    revenu, relu = None, None
    # Pseudonyms cannot be linked across two keys: no comparison in the first month of a key.
    if dits[0] is not None and not CleDePseudonyme.objects.filter(debut=mois).exists():
        _, revenu = emboitees([anciens, revenus])
        if revenu is not None and part(revenu, actifs.valeur) is None:
            revenu = None
        # These agents belong to two sets (past readers, returning agents): check both differences.
        _, relu = emboitees([lecteurs_anciens, lecteurs_revenus])
        if relu is not None and (revenu is None or part(relu, revenu) is None):
            relu = None
    codes = ("agents_actifs", "agents_habilites", "agents_lecteurs", "agents_revenus", "lecteurs_revenus")
    return dict(zip(codes, (*dits, revenu, relu), strict=True))


def _lignes(requete: str, parametres: Any) -> list[Any]:
    with connection.cursor() as curseur:
        curseur.execute(requete, parametres)
        return list(curseur.fetchall())
