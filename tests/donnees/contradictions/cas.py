"""Cases drawn by rule: what the registers say of an invented unit, whether they contradict each other, and why.

Each case was decided by reading the rule, before its code was run on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from tests.donnees.entreprises import fabrique as f

JOUR: Final = date(2026, 11, 25)
VIEUX: Final = date(2020, 3, 1)
HIER: Final = JOUR - timedelta(days=10)
PARIS, LYON = "Greffe du Tribunal de Commerce de Paris", "GREFFE DU TRIBUNAL DE COMMERCE DE LYON"
Ligne = Mapping[str, Any]


@dataclass(frozen=True)
class Cas:
    """``regle``: its code; ``attendu``: whether the unit breaks it; ``pourquoi``: the reason. ``unite``, ``lieux``:
    what Sirene says; ``faits``: rows of the other registers, without their number."""

    regle: str
    attendu: bool
    pourquoi: str
    unite: Ligne = field(default_factory=dict)
    lieux: Sequence[Ligne] = ({},)
    faits: Mapping[str, Sequence[Ligne]] = field(default_factory=dict)

    @property
    def nom(self) -> str:
        return f"{self.regle} – {self.pourquoi}"


def annonce(famille: str, le: date, tribunal: str = PARIS, **champs: Any) -> Ligne:
    return {"famille": famille, "date_parution": le, "tribunal": tribunal, "type_avis": "annonce", **champs}


def jugement(procedure: str, le: date, **champs: Any) -> Ligne:
    return annonce("collective", le, procedure=procedure, jugement_date=le, jugement_nature=procedure, **champs)


INSCRITE: Final = {"date_immatriculation": VIEUX, "forme_juridique": "5710", "date_mise_a_jour": "2024-01-02 10:00:00"}
CESSEE: Final = {"etat_administratif": "C", "date_debut": VIEUX}
FERME: Final = ({"etat_administratif": "F", "date_debut": VIEUX},)
RADIEE: Final = annonce("radiation", date(2025, 2, 3))
TAE_PARIS: Final = "Tribunal des activités économiques de Paris"
LIQUIDEE: Final = jugement("liquidation_judiciaire", date(2022, 5, 2))


def il_y_a(jours: int) -> date:
    return JOUR - timedelta(days=jours)


PRESIDE: Final = {"qualite": "Président de SAS", "role": "73", "nom": "LUSTRIZAC", "prenoms": "Jean"}
ABATTOIR: Final = {"activite_principale": "10.11Z", "tranche_effectifs": "12", "date_creation": VIEUX}

FROMAGERIE_2025: Final = {"activite_principale": "10.51H", "nomenclature_activite_principale": "NAF25"}

CAS: Final[tuple[Cas, ...]] = (
    # Struck off at the Bodacc, registered elsewhere.
    Cas("radiee-bodacc", True, "three registers, one of which struck it off",
        faits={"rne": [INSCRITE], "bodacc": [RADIEE]}),
    Cas("radiee-bodacc", False, "the siège left the area: the new court published it after",
        faits={"rne": [INSCRITE], "bodacc": [RADIEE, annonce("modification", date(2025, 4, 1), LYON)]}),
    Cas("radiee-bodacc", False, "the siège left the area: the new court published it three months before",
        faits={"rne": [INSCRITE], "bodacc": [RADIEE, annonce("immatriculation", date(2024, 11, 1), LYON)]}),
    Cas("radiee-bodacc", True, "the other court published it five years before: another story",
        faits={"rne": [INSCRITE], "bodacc": [RADIEE, annonce("immatriculation", date(2020, 1, 1), LYON)]}),
    Cas("radiee-bodacc", False, "V27: registered again since, at the same court",
        faits={"rne": [INSCRITE], "bodacc": [RADIEE, annonce("immatriculation", date(2025, 4, 1))]}),
    Cas("radiee-bodacc", True, "late accounts at the same court say nothing of a transfer",
        faits={"rne": [INSCRITE], "bodacc": [RADIEE, annonce("dpc", date(2025, 6, 1))]}),
    Cas("radiee-bodacc", True, "proceedings at another court say nothing of a transfer",
        faits={"rne": [INSCRITE], "bodacc": [RADIEE, annonce("collective", date(2025, 6, 1), LYON)]}),
    Cas("radiee-bodacc", False, "the striking off was cancelled", faits={"rne": [INSCRITE], "bodacc": [
        {**RADIEE, "id": "ANNULEE"},
        annonce("radiation", date(2025, 3, 1), type_avis="annulation", avis_precedent="ANNULEE")]}),
    Cas("radiee-bodacc", False, "a mutual society does not belong in the RNE", unite={"categorie_juridique": "8210"},
        faits={"rne": [INSCRITE], "bodacc": [RADIEE]}),
    Cas("radiee-bodacc", False, "an individual may keep another activity", unite={"categorie_juridique": "1000"},
        faits={"rne": [INSCRITE], "bodacc": [RADIEE]}),
    Cas("radiee-bodacc", False, "the RNE knows too", faits={"rne": [{**INSCRITE, "date_radiation": date(2025, 2, 3)}],
        "bodacc": [annonce("radiation", HIER)]}),
    Cas("radiee-bodacc", False, "published ten days ago",
        faits={"rne": [INSCRITE], "bodacc": [annonce("radiation", HIER)]}),
    Cas("radiee-bodacc", False, "not in the RNE at all", faits={"bodacc": [RADIEE]}),
    # Ceased at Sirene, registered at the RNE, and the reverse.
    Cas("cessee-rne-active", True, "ceased for years, never struck off", unite=CESSEE, faits={"rne": [INSCRITE]}),
    Cas("cessee-rne-active", True, "an individual who ceased too", unite={**CESSEE, "categorie_juridique": "1000"},
        faits={"rne": [INSCRITE]}),
    Cas("cessee-rne-active", False, "the RNE has the end of the activity", unite=CESSEE,
        faits={"rne": [{**INSCRITE, "date_cessation": VIEUX}]}),
    Cas("cessee-rne-active", False, "ceased ten days ago", unite={**CESSEE, "date_debut": HIER},
        faits={"rne": [INSCRITE]}),
    Cas("cessee-rne-active", False, "a pastoral grouping", unite={**CESSEE, "categorie_juridique": "6537"},
        faits={"rne": [INSCRITE]}),
    Cas("cessee-rne-active", False, "an association", unite={**CESSEE, "categorie_juridique": "9220"},
        faits={"rne": [INSCRITE]}),
    Cas("cessee-rne-active", True, "a farming grouping (GAEC) belongs in the RNE",
        unite={**CESSEE, "categorie_juridique": "6533"},
        faits={"rne": [INSCRITE]}),
    Cas("radiee-rne-active", True, "struck off two years ago",
        faits={"rne": [{**INSCRITE, "date_radiation": date(2024, 9, 1)}]}),
    Cas("radiee-rne-active", False, "struck off ten days ago", faits={"rne": [{**INSCRITE, "date_radiation": HIER}]}),
    Cas("radiee-rne-active", False, "an individual lets a flat since", unite={"categorie_juridique": "1000"},
        faits={"rne": [{**INSCRITE, "date_radiation": VIEUX}]}),
    # Forms.
    Cas("formes-differentes", True, "SAS at Sirene, SARL at the RNE", unite={"date_debut": VIEUX},
        faits={"rne": [{**INSCRITE, "forme_juridique": "5499"}]}),
    Cas("formes-differentes", False, "SAS and SASU are one family", unite={"date_debut": VIEUX},
        faits={"rne": [{**INSCRITE, "forme_juridique": "5720"}]}),
    Cas("formes-differentes", False, "the RNE changed it ten days ago", unite={"date_debut": VIEUX},
        faits={"rne": [{**INSCRITE, "forme_juridique": "5499", "date_mise_a_jour": f"{HIER} 10:00:00"}]}),
    Cas("formes-differentes", False, "the RNE gives no form", unite={"date_debut": VIEUX},
        faits={"rne": [{**INSCRITE, "forme_juridique": None}]}),
    # Liquidations.
    Cas("liquidation-sans-cessation", True, "opened in 2022, nothing since",
        faits={"bodacc": [jugement("liquidation_judiciaire", date(2022, 5, 2))]}),
    Cas("liquidation-sans-cessation", False, "closed since", faits={"bodacc": [
        jugement("liquidation_judiciaire", date(2022, 5, 2)), jugement("cloture", date(2024, 5, 2))]}),
    Cas("liquidation-sans-cessation", False, "opened last year",
        faits={"bodacc": [jugement("liquidation_judiciaire", date(2025, 11, 3))]}),
    Cas("liquidation-sans-cessation", False, "a receivership",
        faits={"bodacc": [jugement("redressement_judiciaire", date(2022, 5, 2))]}),
    Cas("liquidation-sans-cessation", False, "reversed on appeal", faits={"bodacc": [
        jugement("liquidation_judiciaire", date(2022, 5, 2)), jugement("appel", date(2022, 9, 2))]}),
    Cas("liquidation-sans-cessation", False, "Sirene knows", unite=CESSEE,
        faits={"bodacc": [jugement("liquidation_judiciaire", date(2022, 5, 2))]}),
    Cas("liquidation-sans-cessation", False, "older than the ten years that are looked at",
        faits={"bodacc": [jugement("liquidation_judiciaire", date(2012, 5, 2))]}),
    # Associations, foundations.
    Cas("dissoute-rna-active", True, "dissolved in 2023", unite={"categorie_juridique": "9220"},
        faits={"rna": [{"position": "D", "date_disso": date(2023, 4, 1)}]}),
    Cas("dissoute-rna-active", False, "dissolved ten days ago", unite={"categorie_juridique": "9220"},
        faits={"rna": [{"position": "D", "date_disso": HIER}]}),
    Cas("dissoute-rna-active", False, "it has another RNA number, alive", unite={"categorie_juridique": "9220"},
        faits={"rna": [{"position": "D", "date_disso": date(2023, 4, 1)}, {"position": "A"}]}),
    Cas("dissoute-rna-active", False, "a company, whose SIRET the RNA has by mistake",
        faits={"rna": [{"position": "D", "date_disso": date(2023, 4, 1)}]}),
    Cas("fondation-societe", True, "an endowment fund under the SIRET of a SAS",
        faits={"rnf": [{"date_creation": VIEUX}]}),
    Cas("fondation-societe", False, "a foundation at Sirene too", unite={"categorie_juridique": "9300"},
        faits={"rnf": [{"date_creation": VIEUX}]}),
    # Sièges.
    Cas("deux-sieges", True, "two open establishments flagged as siège", lieux=({}, {"etablissement_siege": True})),
    Cas("deux-sieges", False, "the former siège is closed",
        lieux=({}, {"etablissement_siege": True, "etat_administratif": "F"})),
    Cas("deux-sieges", False, "one siège", lieux=({}, {})),
    Cas("siege-ferme", True, "active, at a siège closed for years", lieux=({**FERME[0]}, {})),
    Cas("siege-ferme", False, "closed ten days ago", lieux=({"etat_administratif": "F", "date_debut": HIER}, {})),
    Cas("siege-ferme", False, "the company ceased too", unite=CESSEE, lieux=FERME),
    # Activity.
    Cas("effectif-apres-fermeture", True, "people declared a year after", lieux=FERME,
        faits={"dsn-effectifs": [{"mois": date(2021, 6, 1), "total": 4}]}),
    Cas("effectif-apres-fermeture", False, "last departures, the month after", lieux=FERME,
        faits={"dsn-effectifs": [{"mois": date(2020, 4, 1), "total": 4}]}),
    Cas("effectif-apres-fermeture", False, "nobody declared", lieux=FERME,
        faits={"dsn-effectifs": [{"mois": date(2021, 6, 1), "total": 0}]}),
    Cas("effectif-apres-fermeture", False, "open", faits={"dsn-effectifs": [{"mois": date(2021, 6, 1), "total": 4}]}),
    Cas("activite-partielle-apres-fermeture", True, "authorised years after", lieux=FERME,
        faits={"activite-partielle": [{"convention": "C1", "date_decision": date(2025, 6, 2)}]}),
    Cas("activite-partielle-apres-fermeture", False, "authorised after, but more than 24 months ago", lieux=FERME,
        faits={"activite-partielle": [{"convention": "C1", "date_decision": date(2021, 6, 1)}]}),
    Cas("activite-partielle-apres-fermeture", False, "authorised before", lieux=FERME,
        faits={"activite-partielle": [{"convention": "C1", "date_decision": date(2019, 6, 1)}]}),
    Cas("marche-apres-cessation", True, "notified two years after", unite=CESSEE,
        faits={"marches-publics": [{"uid": "M", "date_notification": date(2022, 6, 1)}]}),
    Cas("marche-apres-cessation", False, "notified before", unite=CESSEE,
        faits={"marches-publics": [{"uid": "M", "date_notification": date(2019, 6, 1)}]}),
    Cas("tva-apres-cessation", True, "ceased for years, number still active", unite=CESSEE,
        faits={"tva": [{"numero": "FR1"}]}),
    Cas("tva-apres-cessation", False, "ceased this year", unite={**CESSEE, "date_debut": date(2026, 3, 1)},
        faits={"tva": [{"numero": "FR1"}]}),
    Cas("tva-apres-cessation", False, "its liquidation is open", unite=CESSEE, faits={
        "tva": [{"numero": "FR1"}], "bodacc": [jugement("liquidation_judiciaire", date(2022, 5, 2))]}),
    Cas("tva-apres-cessation", True, "its liquidation is closed", unite=CESSEE,
        faits={"tva": [{"numero": "FR1"}], "bodacc": [
        jugement("liquidation_judiciaire", date(2022, 5, 2)), jugement("cloture", date(2023, 5, 2))]}),
    Cas("sans-agrement-sanitaire", True, "a slaughterhouse with people and no approval", lieux=(ABATTOIR,)),
    Cas("sans-agrement-sanitaire", False, "it has one", lieux=(ABATTOIR,),
        faits={"agrements-sanitaires": [{"numero": "59.350.001"}]}),
    Cas("sans-agrement-sanitaire", False, "nobody works there", lieux=({**ABATTOIR, "tranche_effectifs": "NN"},)),
    Cas("sans-agrement-sanitaire", False, "a butcher sells to consumers",
        lieux=({**ABATTOIR, "activite_principale": "10.13B"},)),
    Cas("sans-agrement-sanitaire", True, "V30: a cheese maker, in the NAF 2025",
        lieux=({**ABATTOIR, **FROMAGERIE_2025},)),
    Cas("sans-agrement-sanitaire", False, "V30: a butcher, in the NAF 2025",
        lieux=({**ABATTOIR, **FROMAGERIE_2025, "activite_principale": "10.13H"},)),
    Cas("sans-agrement-sanitaire", False, "closed", lieux=({**ABATTOIR, **FERME[0]},)),
    # Decided next, on what people who keep these registers would answer.
    Cas("radiee-bodacc", False, "Sirene has ceased it: the RNE alone is late, which is another rule", unite=CESSEE,
        faits={"rne": [INSCRITE], "bodacc": [RADIEE]}),
    Cas("radiee-bodacc", False, "the RNE has the end of its activity",
        faits={"rne": [{**INSCRITE, "date_cessation": VIEUX}], "bodacc": [RADIEE]}),
    Cas("radiee-bodacc", True, "a farming grouping (GAEC) belongs in the RNE", unite={"categorie_juridique": "6533"},
        faits={"rne": [INSCRITE], "bodacc": [RADIEE]}),
    Cas("radiee-bodacc", False, "a works council does not belong in the RNE", unite={"categorie_juridique": "8311"},
        faits={"rne": [INSCRITE], "bodacc": [RADIEE]}),
    Cas("radiee-bodacc", True, "struck off twice, one of the notices cancelled", faits={"rne": [INSCRITE], "bodacc": [
        RADIEE, {**annonce("radiation", date(2024, 2, 3)), "id": "ANNULEE"},
        annonce("radiation", date(2024, 3, 1), type_avis="annulation", avis_precedent="ANNULEE")]}),
    Cas("radiee-bodacc", True, "its business sold before another court says nothing of a transfer",
        faits={"rne": [INSCRITE], "bodacc": [RADIEE, annonce("vente", date(2025, 6, 1), LYON)]}),
    Cas("radiee-bodacc", True, "a notice of the same court, in capitals",
        faits={"rne": [INSCRITE], "bodacc": [RADIEE, annonce("modification", date(2025, 4, 1), PARIS.upper())]}),
    Cas("radiee-bodacc", True, "the same court under its name of 2025",
        faits={"rne": [INSCRITE], "bodacc": [RADIEE, annonce("modification", date(2025, 4, 1), TAE_PARIS)]}),
    Cas("radiee-bodacc", False, "its accounts are filed at another court since",
        faits={"rne": [INSCRITE], "bodacc": [RADIEE, annonce("dpc", date(2025, 6, 1), LYON)]}),
    Cas("cessee-rne-active", False, "struck off too", unite=CESSEE,
        faits={"rne": [{**INSCRITE, "date_radiation": VIEUX}]}),
    Cas("cessee-rne-active", False, "not in the RNE", unite=CESSEE),
    Cas("cessee-rne-active", False, "active", faits={"rne": [INSCRITE]}),
    Cas("cessee-rne-active", True, "a property company (SCI)", unite={**CESSEE, "categorie_juridique": "6540"},
        faits={"rne": [INSCRITE]}),
    Cas("cessee-rne-active", False, "Sirene does not say since when", unite={**CESSEE, "date_debut": None},
        faits={"rne": [INSCRITE]}),
    Cas("cessee-rne-active", True, "sixty days to the day", unite={**CESSEE, "date_debut": il_y_a(60)},
        faits={"rne": [INSCRITE]}),
    Cas("cessee-rne-active", False, "fifty-nine days", unite={**CESSEE, "date_debut": il_y_a(59)},
        faits={"rne": [INSCRITE]}),
    Cas("cessee-rne-active", False, "a commune", unite={**CESSEE, "categorie_juridique": "7210"},
        faits={"rne": [INSCRITE]}),
    Cas("cessee-rne-active", False, "a foundation", unite={**CESSEE, "categorie_juridique": "9300"},
        faits={"rne": [INSCRITE]}),
    Cas("cessee-rne-active", False, "its legal category is unknown", unite={**CESSEE, "categorie_juridique": None},
        faits={"rne": [INSCRITE]}),
    Cas("radiee-rne-active", False, "Sirene has ceased it too", unite=CESSEE,
        faits={"rne": [{**INSCRITE, "date_radiation": VIEUX}]}),
    Cas("radiee-rne-active", False, "an association, once in the register of commerce",
        unite={"categorie_juridique": "9220"}, faits={"rne": [{**INSCRITE, "date_radiation": VIEUX}]}),
    Cas("radiee-rne-active", True, "a farming grouping (GAEC)", unite={"categorie_juridique": "6533"},
        faits={"rne": [{**INSCRITE, "date_radiation": VIEUX}]}),
    Cas("radiee-rne-active", True, "sixty days to the day",
        faits={"rne": [{**INSCRITE, "date_radiation": il_y_a(60)}]}),
    Cas("radiee-rne-active", False, "its activity ended, the company remains",
        faits={"rne": [{**INSCRITE, "date_cessation": VIEUX}]}),
    Cas("radiee-rne-active", False, "a trade union", unite={"categorie_juridique": "8410"},
        faits={"rne": [{**INSCRITE, "date_radiation": VIEUX}]}),
    Cas("formes-differentes", True, "SCI at Sirene, SAS at the RNE",
        unite={"date_debut": VIEUX, "categorie_juridique": "6540"}, faits={"rne": [INSCRITE]}),
    Cas("formes-differentes", False, "ceased", unite=CESSEE,
        faits={"rne": [{**INSCRITE, "forme_juridique": "5499"}]}),
    Cas("formes-differentes", False, "an individual", unite={"date_debut": VIEUX, "categorie_juridique": "1000"},
        faits={"rne": [{**INSCRITE, "forme_juridique": "5499"}]}),
    Cas("formes-differentes", False, "Sirene changed it ten days ago", unite={"date_debut": HIER},
        faits={"rne": [{**INSCRITE, "forme_juridique": "5499"}]}),
    Cas("formes-differentes", True, "SA at Sirene, SAS at the RNE",
        unite={"date_debut": VIEUX, "categorie_juridique": "5599"}, faits={"rne": [INSCRITE]}),
    Cas("formes-differentes", False, "SELARL and SARL are one family",
        unite={"date_debut": VIEUX, "categorie_juridique": "5485"},
        faits={"rne": [{**INSCRITE, "forme_juridique": "5499"}]}),
    Cas("formes-differentes", False, "the RNE does not date its row", unite={"date_debut": VIEUX},
        faits={"rne": [{**INSCRITE, "forme_juridique": "5499", "date_mise_a_jour": None}]}),
    Cas("liquidation-sans-cessation", True, "two years to the day",
        faits={"bodacc": [jugement("liquidation_judiciaire", il_y_a(730))]}),
    Cas("liquidation-sans-cessation", True, "a receivership turned into a liquidation", faits={"bodacc": [
        jugement("redressement_judiciaire", date(2021, 5, 2)), LIQUIDEE]}),
    Cas("liquidation-sans-cessation", False, "its notice was cancelled", faits={"bodacc": [
        {**LIQUIDEE, "id": "ANNULEE"},
        annonce("collective", date(2022, 6, 1), type_avis="annulation", avis_precedent="ANNULEE")]}),
    Cas("liquidation-sans-cessation", True, "an individual too", unite={"categorie_juridique": "1000"},
        faits={"bodacc": [LIQUIDEE]}),
    Cas("liquidation-sans-cessation", True, "the judgment is known by its publication alone",
        faits={"bodacc": [{**LIQUIDEE, "jugement_date": None}]}),
    Cas("liquidation-sans-cessation", False, "a safeguard", faits={"bodacc": [jugement("sauvegarde", VIEUX)]}),
    Cas("dissoute-rna-active", True, "an association of Alsace-Moselle", unite={"categorie_juridique": "9260"},
        faits={"rna": [{"position": "D", "date_disso": date(2023, 4, 1)}]}),
    Cas("dissoute-rna-active", False, "Sirene knows", unite={**CESSEE, "categorie_juridique": "9220"},
        faits={"rna": [{"position": "D", "date_disso": date(2023, 4, 1)}]}),
    Cas("dissoute-rna-active", False, "dissolved, nobody wrote when", unite={"categorie_juridique": "9220"},
        faits={"rna": [{"position": "D", "date_disso": None}]}),
    Cas("dissoute-rna-active", True, "both of its RNA numbers are dissolved", unite={"categorie_juridique": "9220"},
        faits={"rna": [{"position": "D", "date_disso": VIEUX}, {"position": "D", "date_disso": date(2023, 4, 1)}]}),
    Cas("dissoute-rna-active", False, "in the RNA, alive", unite={"categorie_juridique": "9220"},
        faits={"rna": [{"position": "A"}]}),
    Cas("fondation-societe", False, "ceased", unite=CESSEE, faits={"rnf": [{"date_creation": VIEUX}]}),
    Cas("fondation-societe", False, "an association: it may have become a foundation",
        unite={"categorie_juridique": "9220"}, faits={"rnf": [{"date_creation": VIEUX}]}),
    Cas("fondation-societe", True, "under the SIRET of a property company", unite={"categorie_juridique": "6540"},
        faits={"rnf": [{"date_creation": VIEUX}]}),
    Cas("fondation-societe", True, "under the SIRET of its founder, an individual",
        unite={"categorie_juridique": "1000"}, faits={"rnf": [{"date_creation": VIEUX}]}),
    Cas("fondation-societe", False, "created ten days ago", faits={"rnf": [{"date_creation": HIER}]}),
    Cas("fondation-societe", False, "undated", faits={"rnf": [{"date_creation": None}]}),
    Cas("effectif-apres-fermeture", False, "Sirene does not say since when it is closed",
        lieux=({"etat_administratif": "F", "date_debut": None},),
        faits={"dsn-effectifs": [{"mois": date(2021, 6, 1), "total": 4}]}),
    Cas("effectif-apres-fermeture", True, "closed on 1 March, people in May", lieux=FERME,
        faits={"dsn-effectifs": [{"mois": date(2020, 5, 1), "total": 4}]}),
    Cas("effectif-apres-fermeture", False, "the number is not known", lieux=FERME,
        faits={"dsn-effectifs": [{"mois": date(2021, 6, 1), "total": None}]}),
    Cas("effectif-apres-fermeture", True, "nobody, then two people", lieux=FERME,
        faits={"dsn-effectifs": [{"mois": date(2021, 6, 1), "total": 0}, {"mois": date(2021, 7, 1), "total": 2}]}),
    Cas("activite-partielle-apres-fermeture", False, "six weeks after",
        lieux=({"etat_administratif": "F", "date_debut": date(2026, 8, 1)},),
        faits={"activite-partielle": [{"convention": "C1", "date_decision": date(2026, 9, 15)}]}),
    Cas("activite-partielle-apres-fermeture", False, "open",
        faits={"activite-partielle": [{"convention": "C1", "date_decision": date(2026, 6, 15)}]}),
    Cas("activite-partielle-apres-fermeture", True, "one before, one after", lieux=FERME, faits={"activite-partielle": [
        {"convention": "C1", "date_decision": date(2020, 2, 1)}, {"convention": "C2", "date_decision": il_y_a(90)}]}),
    Cas("marche-apres-cessation", False, "active",
        faits={"marches-publics": [{"uid": "M", "date_notification": date(2022, 6, 1)}]}),
    Cas("marche-apres-cessation", False, "six weeks after", unite=CESSEE,
        faits={"marches-publics": [{"uid": "M", "date_notification": date(2020, 4, 15)}]}),
    Cas("marche-apres-cessation", False, "its notification is not dated", unite=CESSEE,
        faits={"marches-publics": [{"uid": "M", "date_notification": None}]}),
    Cas("marche-apres-cessation", True, "an individual, two contracts", unite={**CESSEE, "categorie_juridique": "1000"},
        faits={"marches-publics": [{"uid": "M1", "date_notification": date(2019, 6, 1)},
                                   {"uid": "M2", "date_notification": date(2023, 6, 1)}]}),
    Cas("tva-apres-cessation", False, "active", faits={"tva": [{"numero": "FR1"}]}),
    Cas("tva-apres-cessation", False, "no number", unite=CESSEE),
    Cas("tva-apres-cessation", True, "a year to the day", unite={**CESSEE, "date_debut": il_y_a(365)},
        faits={"tva": [{"numero": "FR1"}]}),
    Cas("tva-apres-cessation", True, "a safeguard is no liquidation", unite=CESSEE,
        faits={"tva": [{"numero": "FR1"}], "bodacc": [jugement("sauvegarde", date(2019, 5, 2))]}),
    Cas("tva-apres-cessation", True, "its liquidation is older than the ten years that are looked at", unite=CESSEE,
        faits={"tva": [{"numero": "FR1"}], "bodacc": [jugement("liquidation_judiciaire", date(2012, 5, 2))]}),
    Cas("tva-apres-cessation", False, "Sirene does not say since when", unite={**CESSEE, "date_debut": None},
        faits={"tva": [{"numero": "FR1"}]}),
    Cas("role-unique-double", True, "two chairmen",
        faits={"rne-dirigeants": [PRESIDE, {**PRESIDE, "nom": "VERNOLLE"}]}),
    Cas("role-unique-double", True, "a chairman and a company in the chair", faits={"rne-dirigeants": [
        PRESIDE, {"qualite": "Président de SAS", "role": "73", "denomination": "HOLDING"}]}),
    Cas("role-unique-double", False, "one chairman, written with one more first name", faits={"rne-dirigeants": [
        PRESIDE, {**PRESIDE, "prenoms": "Jean, Alain", "naissance": "1972-06"}]}),
    Cas("role-unique-double", False, "two managers may share the office", faits={"rne-dirigeants": [
        {**PRESIDE, "qualite": "Gérant", "role": "30"},
        {**PRESIDE, "nom": "VERNOLLE", "qualite": "Gérant", "role": "30"}]}),
    Cas("role-unique-double", False, "a chairman, and another who is not named", faits={"rne-dirigeants": [
        PRESIDE, {"qualite": "Président de SAS", "role": "73"}]}),
    Cas("role-unique-double", False, "the company ceased", unite=CESSEE,
        faits={"rne-dirigeants": [PRESIDE, {**PRESIDE, "nom": "VERNOLLE"}]}),
    Cas("rna-sirene", True, "another number under its SIRET", unite={"identifiant_association": "W123456789"},
        faits={"rna": [{"id": "W999999999", "position": "A"}]}),
    Cas("rna-sirene", False, "the same number", unite={"identifiant_association": "W123456788"},
        faits={"rna": [{"id": "W123456788", "position": "A"}]}),
    Cas("rna-sirene", False, "the same number, and another beside", unite={"identifiant_association": "W123456787"},
        faits={"rna": [{"id": "W123456787", "position": "A"}, {"id": "W999999998", "position": "A"}]}),
    Cas("rna-sirene", False, "Sirene has none", faits={"rna": [{"id": "W999999997", "position": "A"}]}),
)  # fmt: skip
REGISTRES: Final = (
    *("rne", "rne-dirigeants", "bodacc", "rna", "rnf", "dsn-effectifs", "activite-partielle", "marches-publics", "tva"),
    "agrements-sanitaires",
)
PAR_SIRET: Final = frozenset({"rna", "rnf", "dsn-effectifs", "activite-partielle", "agrements-sanitaires"})


def charger(cas: Sequence[Cas]) -> list[str]:
    """Put the cases in place, one company each; returns their SIREN."""
    sirens = [f.siren_no(rang) for rang in range(1, len(cas) + 1)]
    f.unites(*(f.unite(siren, **c.unite) for siren, c in zip(sirens, cas, strict=True)))
    f.lieux(
        *(
            f.lieu(siren, n, **lieu)
            for siren, c in zip(sirens, cas, strict=True)
            for n, lieu in enumerate(c.lieux, start=1)
        )
    )
    for nom in REGISTRES:
        f.charger(nom, [ligne for siren, c in zip(sirens, cas, strict=True) for ligne in lignes(nom, siren, c)])
    return sirens


def lignes(nom: str, siren: str, cas: Cas) -> list[dict[str, Any]]:
    """Rows of a register about the unit of a case, with the numbers and keys that the case does not tell."""
    propres: list[dict[str, Any]] = []
    for rang, ligne in enumerate(cas.faits.get(nom, ())):
        numero = {"siret": f.siret_no(siren)} if nom in PAR_SIRET else {"siren": siren}
        cles = {
            "rne-dirigeants": {"rang": rang + 1, "type_personne": "personne physique"},
            "bodacc": {"id": f"{siren}-{rang}"},
            "rna": {"id": f"W{siren}{rang}"},
            "rnf": {"numero": f"{siren}-{rang}"},
        }.get(nom, {})
        propre = {**cles, **ligne, **numero}
        for attribut in ("id", "avis_precedent"):
            if nom == "bodacc" and propre.get(attribut) == "ANNULEE":
                propre[attribut] = f"{siren}-annulee"
        if nom == "tva":
            propre["numero"] = f"FR{rang}{siren}"
        propres.append(propre)
    return propres
