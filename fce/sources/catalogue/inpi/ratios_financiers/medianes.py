"""Medians of the sector, computed when the file is put in place, for the accounts of each company and year.

A company counts once a year: its last closing, complete accounts first. Its activity is that of Sirene; a company in
diffusion partielle never counts, nor one whose accounts lack one of the four ratios, so that the four medians of a row
are about the same accounts. The level is the finest of the NAF (sous-classe, classe, groupe, division) where three
companies other than that of the row have accounts; codes of the NAF rév. 2 and of the NAF 2025 are never mixed.
"""

# ruff: noqa: S608 (only constants are interpolated)

from fce.referentiels import activites, naf
from fce.sources.champs import DIFFUSEE
from fce.sources.modes import Calcul

_NOMENCLATURE = naf.sql_canonique("nomenclature_activite_principale")

MEDIANES = Calcul(
    (
        "mediane_marge_ebe",
        "mediane_taux_endettement",
        "mediane_ratio_liquidite",
        "mediane_autonomie_financiere",
        "secteur",
        "secteur_comptes",
    ),
    f"""
    WITH unites AS (
      SELECT siren, activite_principale AS naf, {_NOMENCLATURE} AS de, statut_diffusion = '{DIFFUSEE}' AS ouverte
      FROM public.sirene_unites_legales
      WHERE {_NOMENCLATURE} IN ('{"', '".join(activites.NOMS)}')
        AND activite_principale ~ '^[0-9][0-9][.][0-9][0-9][A-Z]$'
    ), comptes AS (
      SELECT DISTINCT ON (t.siren, extract(year FROM t.date_cloture)) t.siren, u.naf, u.de,
        extract(year FROM t.date_cloture) AS annee,
        t.marge_ebe, t.taux_endettement, t.ratio_liquidite, t.autonomie_financiere
      FROM {{table}} AS t JOIN unites AS u ON u.siren = t.siren AND u.ouverte
      WHERE t.type_bilan IN ('C', 'S')
        AND num_nulls(t.marge_ebe, t.taux_endettement, t.ratio_liquidite, t.autonomie_financiere) = 0
      ORDER BY t.siren, extract(year FROM t.date_cloture), t.date_cloture DESC, t.type_bilan
    ), niveaux(longueur) AS (VALUES (6), (5), (4), (2)),
    medianes AS (
      SELECT c.annee, {activites.sql_niveau("c.naf", "c.de", "n.longueur")} AS secteur, count(*) AS comptes,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY c.marge_ebe) AS marge_ebe,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY c.taux_endettement) AS taux_endettement,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY c.ratio_liquidite) AS ratio_liquidite,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY c.autonomie_financiere) AS autonomie_financiere
      FROM comptes AS c CROSS JOIN niveaux AS n GROUP BY 1, 2 HAVING count(*) >= 3
    )
    SELECT DISTINCT ON (t.ctid) t.ctid AS place, m.marge_ebe AS mediane_marge_ebe,
      m.taux_endettement AS mediane_taux_endettement, m.ratio_liquidite AS mediane_ratio_liquidite,
      m.autonomie_financiere AS mediane_autonomie_financiere, m.secteur, m.comptes AS secteur_comptes
    FROM {{table}} AS t JOIN unites AS u ON u.siren = t.siren CROSS JOIN niveaux AS n
    JOIN medianes AS m ON m.annee = extract(year FROM t.date_cloture)
      AND m.secteur = {activites.sql_niveau("u.naf", "u.de", "n.longueur")}
    LEFT JOIN comptes AS propre ON propre.siren = t.siren AND propre.annee = m.annee
    WHERE m.comptes - (propre.siren IS NOT NULL)::int >= 3
    ORDER BY t.ctid, n.longueur DESC
    """,
)
