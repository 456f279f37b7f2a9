"""An activity told after its end, or without what it needs."""

# ruff: noqa: S608 (only constants and names of views are interpolated)

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from fce.donnees.contradictions.regle import RETARD, Faits, Propos, Regle
from fce.donnees.contradictions.regles.inscriptions import EN_LIQUIDATION, JUGEMENTS
from fce.donnees.contradictions.regles.portees import depuis, etat, jour, sirene_dit
from fce.donnees.entreprises.repertoire import ETABLISSEMENTS, UNITES_LEGALES
from fce.referentiels.activites import ALIMENTS_D_ORIGINE_ANIMALE
from fce.socle.texte.formats import mois, pluriel
from fce.sources.catalogue.dila.bodacc.regles import LIQUIDATION, jugement_en_vigueur

UN_AN: Final = timedelta(days=365)
SANS_SALARIE: Final = ("", "NN", "00")


def _fermeture(faits: Faits) -> date | None:
    """The day the establishment closed, in Sirene; None when it is open."""
    lieu = faits.lieu
    return depuis(lieu) if lieu is not None and lieu["etat_administratif"] == "F" else None


def _ferme(le: date) -> Propos:
    return Propos(ETABLISSEMENTS, "établissement fermé", le, "depuis le")


def _effectif_apres(faits: Faits) -> Sequence[Propos]:
    le = _fermeture(faits)
    if le is None:
        return ()
    apres = [x for x in faits.de("dsn-effectifs") if x["mois"] and x["mois"] > le + RETARD and (x["total"] or 0) > 0]
    if not apres:
        return ()
    dernier = max(apres, key=lambda x: x["mois"])
    return _ferme(le), Propos("dsn-effectifs", f"{pluriel(dernier['total'], 'salarié')} fin {mois(dernier['mois'])}")


def _chomage_apres(faits: Faits) -> Sequence[Propos]:
    le = _fermeture(faits)
    if le is None:
        return ()
    decidees = [x for x in faits.de("activite-partielle") if x["date_decision"] and x["date_decision"] > le + RETARD]
    if not decidees:
        return ()
    derniere = max(x["date_decision"] for x in decidees)
    return _ferme(le), Propos("activite-partielle", "activité partielle autorisée", derniere)


def _marche_apres(faits: Faits) -> Sequence[Propos]:
    le = depuis(faits.legale)
    if etat(faits) != "C" or le is None:
        return ()
    notifies = [x["date_notification"] for x in faits.de("marches-publics") if x["date_notification"]]
    if not notifies or max(notifies) <= le + RETARD:
        return ()
    return sirene_dit(faits), Propos("marches-publics", "marché public notifié", max(notifies))


def _tva_apres(faits: Faits) -> Sequence[Propos]:
    if etat(faits) != "C" or not faits.de("tva") or not faits.mur(depuis(faits.legale), UN_AN):
        return ()
    jugements = jugement_en_vigueur(faits.de("bodacc"), faits.aujourd_hui)
    if any(x["procedure"] == LIQUIDATION for x in jugements):
        return ()
    return sirene_dit(faits), Propos("tva", "numéro de TVA actif")


def _sans_agrement(faits: Faits) -> Sequence[Propos]:
    lieu = faits.lieu or {}
    if lieu.get("etat_administratif") != "A" or (lieu.get("tranche_effectifs") or "") in SANS_SALARIE:
        return ()
    if lieu.get("activite_principale") not in ALIMENTS_D_ORIGINE_ANIMALE:
        return ()
    if not faits.mur(jour(lieu.get("date_creation"))) or faits.de("agrements-sanitaires"):
        return ()
    activite = Propos(ETABLISSEMENTS, f"activité {lieu['activite_principale']}, avec des salariés")
    return activite, Propos("agrements-sanitaires", "aucun agrément sanitaire au nom de cet établissement")


REGLES: Final = (
    Regle(
        "effectif-apres-fermeture",
        "Effectif déclaré après la fermeture",
        "L’établissement est fermé à Sirene ; des salariés y sont déclarés plus de soixante jours après.",
        "les établissements fermés",
        ("les soixante jours qui suivent la fermeture : derniers départs, régularisations",),
        (ETABLISSEMENTS, "dsn-effectifs"),
        _effectif_apres,
        """
        SELECT DISTINCT e.siren, e.siret FROM {sirene_etablissements} e
        JOIN {dsn_effectifs} d ON d.siret = e.siret
        WHERE e.etat_administratif = 'F' AND d.mois > e.date_debut + 60 AND d.total > 0""",
        etablissement=True,
    ),
    Regle(
        "activite-partielle-apres-fermeture",
        "Activité partielle après la fermeture",
        "L’établissement est fermé à Sirene ; une activité partielle y est autorisée plus de soixante jours après.",
        "les établissements fermés",
        (
            "les soixante jours qui suivent la fermeture",
            "une décision de plus de vingt-quatre mois, que la fiche ne montre pas",
        ),
        (ETABLISSEMENTS, "activite-partielle"),
        _chomage_apres,
        """
        SELECT DISTINCT e.siren, e.siret FROM {sirene_etablissements} e
        JOIN {activite_partielle} d ON d.siret = e.siret
        WHERE e.etat_administratif = 'F'
          AND d.date_decision > e.date_debut + 60 AND d.date_decision >= %(jour)s::date - interval '24 months'""",
        etablissement=True,
    ),
    Regle(
        "marche-apres-cessation",
        "Marché public notifié après la cessation",
        "Un acheteur a notifié un marché à une entreprise que Sirene disait cessée depuis plus de soixante jours.",
        "les entreprises cessées",
        ("les soixante jours qui suivent la cessation",),
        (UNITES_LEGALES, "marches-publics"),
        _marche_apres,
        """
        SELECT DISTINCT u.siren, NULL::text AS siret FROM {sirene_unites_legales} u
        JOIN {marches_publics} d ON d.siren = u.siren
        WHERE u.etat_administratif = 'C' AND d.date_notification > u.date_debut + 60""",
    ),
    Regle(
        "tva-apres-cessation",
        "TVA active un an après la cessation",
        "Sirene dit l’entreprise cessée depuis un an ; un numéro de TVA à son SIREN est toujours actif.",
        "les entreprises cessées",
        ("une liquidation judiciaire en cours, pendant laquelle l’entreprise reste redevable",),
        (UNITES_LEGALES, "tva", "bodacc"),
        _tva_apres,
        f"""
        SELECT DISTINCT u.siren, NULL::text AS siret
        FROM {{sirene_unites_legales}} u JOIN {{tva}} t ON t.siren = u.siren
        WHERE u.etat_administratif = 'C' AND u.date_debut <= %(jour)s::date - 365
          AND NOT EXISTS (SELECT 1 FROM ({JUGEMENTS}) d WHERE d.siren = u.siren AND {EN_LIQUIDATION})""",
        ecartent=("bodacc",),
    ),
    Regle(
        "sans-agrement-sanitaire",
        "Activité sans l’agrément qu’elle demande",
        "L’activité de l’établissement (abattage, transformation de viande, de poisson ou de lait) demande un agrément "
        "sanitaire ; aucun ne porte son SIRET.",
        "les établissements ouverts, avec des salariés, de ces activités",
        (
            "la vente directe au consommateur et les petites quantités, dispensées d’agrément : boucheries et "
            "charcuteries (10.13A et 10.13B) sont laissées de côté",
            "un établissement sans salarié, ou créé depuis moins de soixante jours",
        ),
        (ETABLISSEMENTS, "agrements-sanitaires"),
        _sans_agrement,
        f"""
        SELECT e.siren, e.siret FROM {{sirene_etablissements}} e
        WHERE e.etat_administratif = 'A'
          AND e.activite_principale IN ({", ".join(f"'{naf}'" for naf in ALIMENTS_D_ORIGINE_ANIMALE)})
          AND coalesce(e.tranche_effectifs, '') NOT IN ('', 'NN', '00') AND e.date_creation <= %(jour)s::date - 60
          AND NOT EXISTS (SELECT 1 FROM {{agrements_sanitaires}} a WHERE a.siret = e.siret)""",
        etablissement=True,
    ),
)
