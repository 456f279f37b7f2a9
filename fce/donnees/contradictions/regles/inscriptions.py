"""Registrations, strikings off and proceedings that do not fit each other."""

# ruff: noqa: S608 (only constants and names of views are interpolated)

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from fce.donnees.contradictions.regle import Faits, Ligne, Propos, Regle
from fce.donnees.contradictions.regles.portees import (
    HORS_RNE_DIT,
    SQL_MORALE,
    depuis,
    etat,
    forme,
    jour,
    morale,
    nommer,
    releve_du_rne,
    sirene_dit,
    sql_hors_rne,
)
from fce.donnees.entreprises.repertoire import UNITES_LEGALES
from fce.sources.catalogue.dila.bodacc import regles as avis

LIQUIDATION_LONGUE: Final = timedelta(days=2 * 365)


def _inscrite(faits: Faits) -> Ligne | None:
    """The row of the RNE that says the company is registered: neither struck off nor ceased."""
    rne = next(iter(faits.de("rne")), None)
    return rne if rne and not rne["date_radiation"] and not rne["date_cessation"] else None


def _rne_active(rne: Ligne) -> Propos:
    return Propos("rne", "inscrite, sans radiation ni cessation", jour(rne["date_immatriculation"]), "immatriculée le")


def _radiee_au_bodacc(faits: Faits) -> Sequence[Propos]:
    rne = _inscrite(faits)
    if etat(faits) != "A" or rne is None or not (morale(faits) and releve_du_rne(faits)):
        return ()
    radiation = avis.radiation_publiee(faits.de("bodacc"), faits.aujourd_hui)
    if radiation is None or not faits.mur(radiation["date_parution"]):
        return ()
    return sirene_dit(faits), _rne_active(rne), Propos("bodacc", "radiation publiée", radiation["date_parution"])


def _cessee_inscrite(faits: Faits) -> Sequence[Propos]:
    rne = _inscrite(faits)
    if etat(faits) != "C" or rne is None or not releve_du_rne(faits) or not faits.mur(depuis(faits.legale)):
        return ()
    return sirene_dit(faits), _rne_active(rne)


def _radiee_du_rne(faits: Faits) -> Sequence[Propos]:
    radiee = jour(next((x["date_radiation"] for x in faits.de("rne")), None))
    if etat(faits) != "A" or not (morale(faits) and releve_du_rne(faits)) or not faits.mur(radiee):
        return ()
    return sirene_dit(faits), Propos("rne", "radiée", radiee)


def _formes(faits: Faits) -> Sequence[Propos]:
    rne = next(iter(faits.de("rne")), None)
    au_rne = (rne or {}).get("forme_juridique") or ""
    if rne is None or len(au_rne) != 4 or not (morale(faits) and releve_du_rne(faits)) or etat(faits) != "A":
        return ()
    maj = jour(rne["date_mise_a_jour"])
    if au_rne[:2] == forme(faits)[:2] or not faits.mur(maj) or not faits.mur(depuis(faits.legale)):
        return ()
    return Propos(UNITES_LEGALES, nommer(forme(faits))), Propos("rne", nommer(au_rne))


def _liquidee(faits: Faits) -> Sequence[Propos]:
    jugements = avis.jugement_en_vigueur(faits.de("bodacc"), faits.aujourd_hui)
    ouvert = next((x for x in jugements if x["procedure"] == avis.LIQUIDATION), None)
    if etat(faits) != "A" or ouvert is None:
        return ()
    le = ouvert["jugement_date"] or ouvert["date_parution"]
    if not faits.mur(le, LIQUIDATION_LONGUE):
        return ()
    return sirene_dit(faits), Propos("bodacc", "en liquidation judiciaire, sans clôture publiée", le, "jugement du")


def _dissoute(faits: Faits) -> Sequence[Propos]:
    dissoute = next((x for x in faits.de("rna") if x["position"] == "D" or x["date_disso"]), None)
    if etat(faits) != "A" or dissoute is None or not forme(faits).startswith("92"):
        return ()
    le = jour(dissoute["date_disso"])
    if any(x["position"] == "A" and not x["date_disso"] for x in faits.de("rna")) or not faits.mur(le):
        return ()
    return sirene_dit(faits), Propos("rna", "association dissoute", le)


def _fondation(faits: Faits) -> Sequence[Propos]:
    fondation = next(iter(faits.de("rnf")), None)
    if etat(faits) != "A" or fondation is None or forme(faits)[:1] not in ("1", "5", "6"):
        return ()
    quand = jour(fondation["date_creation"])
    if not faits.mur(quand):
        return ()
    inscrite = Propos("rnf", "fondation ou fonds de dotation", quand, "création le")
    return Propos(UNITES_LEGALES, nommer(forme(faits))), inscrite


_TRANSFERT: Final = (
    "un siège transféré hors du ressort du tribunal est radié au départ sans que l’entreprise cesse : une annonce d’un "
    "autre greffe, depuis ou dans l’année d’avant, écarte la règle"
)
_JEUNE: Final = "un écart de moins de soixante jours : les registres s’informent l’un l’autre"
_INDIVIDU: Final = "une personne physique, qui peut cesser une activité et en garder une autre"
_RENOMME: Final = f"'{avis.RENOMME}', '{avis.TRIBUNAL_DE_COMMERCE}'"
_SQL_TRIBUNAL: Final = f"replace(replace(lower(coalesce(b.tribunal, '')), {_RENOMME}), 'greffe du ', '')"
_EN_VIGUEUR: Final = """
    b.type_avis NOT IN ('annulation', 'retractation') AND NOT EXISTS (
      SELECT 1 FROM {bodacc} c WHERE c.siren = b.siren AND c.avis_precedent = b.id AND c.type_avis <> 'annonce')"""
JUGEMENTS: Final = f"""
    SELECT DISTINCT ON (b.siren) b.siren, b.procedure, coalesce(b.jugement_date, b.date_parution) AS le
    FROM {{bodacc}} b
    WHERE b.procedure IS NOT NULL AND coalesce(b.jugement_date, b.date_parution) IS NOT NULL AND {_EN_VIGUEUR}
    ORDER BY b.siren, coalesce(b.jugement_date, b.date_parution) DESC, b.date_parution DESC NULLS LAST, b.id DESC"""
"""The last judgment in force of each company: that of ``avis.jugement_en_vigueur``."""
EN_LIQUIDATION: Final = (
    "d.procedure = 'liquidation_judiciaire' AND extract(year FROM d.le) >= extract(year FROM %(jour)s::date) - 10"
)
_INSCRITE: Final = "r.date_radiation IS NULL AND r.date_cessation IS NULL"

REGLES: Final = (
    Regle(
        "radiee-bodacc",
        "Radiée au Bodacc, active à Sirene et au RNE",
        "Un greffe a publié la radiation de l’entreprise ; Sirene et le RNE la disent toujours en activité.",
        "les personnes morales inscrites au RNE",
        (_TRANSFERT, HORS_RNE_DIT, _INDIVIDU, _JEUNE, "une annonce annulée ou corrigée, une nouvelle immatriculation"),
        (UNITES_LEGALES, "rne", "bodacc"),
        _radiee_au_bodacc,
        f"""
        SELECT u.siren, NULL::text AS siret FROM (
          SELECT DISTINCT ON (b.siren) b.siren, {_SQL_TRIBUNAL} AS tribunal, b.date_parution AS le
          FROM {{bodacc}} b WHERE b.famille = '{avis.RADIATION}' AND b.date_parution IS NOT NULL AND {_EN_VIGUEUR}
          ORDER BY b.siren, b.date_parution DESC) d
        JOIN {{sirene_unites_legales}} u ON u.siren = d.siren JOIN {{rne}} r ON r.siren = d.siren
        WHERE u.etat_administratif = 'A' AND {SQL_MORALE} AND {sql_hors_rne("u.categorie_juridique")}
          AND {_INSCRITE} AND d.le <= %(jour)s::date - 60 AND NOT EXISTS (
            SELECT 1 FROM {{bodacc}} b
            WHERE b.siren = d.siren AND b.famille NOT IN {(*avis.AUTRES_ANNONCES, avis.RADIATION)}
              AND (b.date_parution > d.le OR (b.famille <> 'dpc' AND b.date_parution > d.le - 365))
              AND ({_SQL_TRIBUNAL} <> d.tribunal OR (b.famille IN {avis.INSCRIPTIONS} AND b.date_parution > d.le))
              AND {_EN_VIGUEUR})""",
    ),
    Regle(
        "cessee-rne-active",
        "Cessée à Sirene, inscrite au RNE",
        "Sirene dit l’entreprise cessée ; le RNE n’a ni sa radiation ni sa cessation.",
        "les entreprises qui relèvent du RNE",
        (HORS_RNE_DIT, _JEUNE),
        (UNITES_LEGALES, "rne"),
        _cessee_inscrite,
        f"""
        SELECT u.siren, NULL::text AS siret FROM {{sirene_unites_legales}} u JOIN {{rne}} r ON r.siren = u.siren
        WHERE u.etat_administratif = 'C' AND {sql_hors_rne("u.categorie_juridique")} AND {_INSCRITE}
          AND u.date_debut <= %(jour)s::date - 60""",
    ),
    Regle(
        "radiee-rne-active",
        "Radiée du RNE, active à Sirene",
        "Le RNE dit l’entreprise radiée ; Sirene la dit active.",
        "les personnes morales inscrites au RNE",
        (HORS_RNE_DIT, _INDIVIDU, _JEUNE),
        (UNITES_LEGALES, "rne"),
        _radiee_du_rne,
        f"""
        SELECT u.siren, NULL::text AS siret FROM {{sirene_unites_legales}} u JOIN {{rne}} r ON r.siren = u.siren
        WHERE u.etat_administratif = 'A' AND {SQL_MORALE} AND {sql_hors_rne("u.categorie_juridique")}
          AND r.date_radiation <= %(jour)s::date - 60""",
    ),
    Regle(
        "formes-differentes",
        "Deux formes juridiques",
        "Sirene et le RNE ne donnent pas la même famille de forme juridique.",
        "les personnes morales actives inscrites au RNE",
        (HORS_RNE_DIT, "une différence au sein d’une même famille (SARL et EURL, SAS et SASU)", _JEUNE),
        (UNITES_LEGALES, "rne"),
        _formes,
        f"""
        SELECT u.siren, NULL::text AS siret FROM {{sirene_unites_legales}} u JOIN {{rne}} r ON r.siren = u.siren
        WHERE u.etat_administratif = 'A' AND {SQL_MORALE} AND {sql_hors_rne("u.categorie_juridique")}
          AND length(r.forme_juridique) = 4 AND left(r.forme_juridique, 2) <> left(u.categorie_juridique, 2)
          AND r.date_mise_a_jour::date <= %(jour)s::date - 60 AND u.date_debut <= %(jour)s::date - 60""",
    ),
    Regle(
        "liquidation-sans-cessation",
        "En liquidation depuis deux ans, active à Sirene",
        "Une liquidation judiciaire est ouverte depuis deux ans au moins, sans clôture publiée ; Sirene dit "
        "l’entreprise active.",
        "les entreprises dont le dernier jugement publié est une liquidation",
        ("une procédure close, un plan, une décision infirmée en appel", "un dernier jugement de plus de dix ans"),
        (UNITES_LEGALES, "bodacc"),
        _liquidee,
        f"""
        SELECT u.siren, NULL::text AS siret FROM ({JUGEMENTS}) d JOIN {{sirene_unites_legales}} u ON u.siren = d.siren
        WHERE u.etat_administratif = 'A' AND {EN_LIQUIDATION} AND d.le <= %(jour)s::date - 730""",
    ),
    Regle(
        "dissoute-rna-active",
        "Dissoute au RNA, active à Sirene",
        "La préfecture a enregistré la dissolution de l’association ; Sirene la dit active.",
        "les associations",
        ("une association qui a un autre numéro RNA, actif", _JEUNE),
        (UNITES_LEGALES, "rna"),
        _dissoute,
        """
        SELECT u.siren, NULL::text AS siret FROM {sirene_unites_legales} u
        WHERE u.etat_administratif = 'A' AND u.categorie_juridique LIKE '92%%' AND EXISTS (
            SELECT 1 FROM {rna} d WHERE d.siret BETWEEN u.siren || '00000' AND u.siren || '99999'
              AND d.date_disso <= %(jour)s::date - 60)
          AND NOT EXISTS (SELECT 1 FROM {rna} d WHERE d.siret BETWEEN u.siren || '00000' AND u.siren || '99999'
              AND d.position = 'A' AND d.date_disso IS NULL)""",
    ),
    Regle(
        "fondation-societe",
        "Fondation au RNF, société à Sirene",
        "Le répertoire des fondations inscrit une fondation ou un fonds de dotation sous le SIRET d’une société.",
        "les entreprises actives dont un SIRET est au RNF",
        (_JEUNE,),
        (UNITES_LEGALES, "rnf"),
        _fondation,
        """
        SELECT DISTINCT u.siren, NULL::text AS siret FROM {rnf} f
        JOIN {sirene_unites_legales} u ON u.siren = left(f.siret, 9)
        WHERE u.etat_administratif = 'A' AND left(u.categorie_juridique, 1) IN ('1', '5', '6')
          AND f.date_creation <= %(jour)s::date - 60""",
    ),
)
