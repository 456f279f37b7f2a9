"""Stories of companies: judgments, directors, accounts, told alike by every register that knows of them."""

import json
import re
from collections import defaultdict
from datetime import timedelta

from fce.demo import personnages
from tests.demo.jeux import Jeux, jour, par


def jugements(jeux: Jeux) -> dict[str, list[dict[str, str]]]:
    """Judgments published, by SIREN, oldest first; texts read twice as UTF-8 are put right."""
    trouves = defaultdict(list)
    for ligne in jeux.csv("bodacc"):
        if ligne["familleavis"] == "collective":
            jugement = json.loads(ligne["jugement"])
            nature = jugement["nature"]
            if "Ã" in nature:
                nature = nature.encode("latin-1").decode()
            trouves[ligne["registre"][:9]].append({"nature": nature, "paru": ligne["dateparution"]})
    return trouves


def observations(jeux: Jeux, siren: str) -> list[dict[str, str]]:
    contenu = jeux.formalites[siren]
    inscrit = contenu.get("personneMorale") or contenu["personnePhysique"]
    return inscrit.get("observations", {}).get("rcs", [])


def test_each_judgment_published_is_noted_at_the_register(jeux: Jeux) -> None:
    publies = jugements(jeux)
    assert len(publies) > 40
    for siren, siens in publies.items():
        notes = [o for o in observations(jeux, siren) if o["texte"].startswith("Jugement")]
        assert len(notes) == len(siens)


def test_a_liquidation_leads_to_closing_and_to_striking_off(jeux: Jeux) -> None:
    liquidees = [s for s, siens in jugements(jeux).items() if "liquidation" in siens[-1]["nature"]]
    assert len(liquidees) > 20
    radiees = {x["registre"][:9] for x in jeux.csv("bodacc") if x["familleavis"] == "radiation"}
    for siren in liquidees:
        unite = jeux.unites[siren]
        assert unite["etatAdministratifUniteLegale"] == "C"
        assert jour(unite["dateDebut"]) > jour(jugements_de(jeux, siren)[-1]["paru"]) - timedelta(days=15)
        fin = f"Radiation à compter du {jour(unite['dateDebut']):%d/%m/%Y}"
        assert fin in [o["texte"] for o in observations(jeux, siren)]
        # The notice comes three weeks later: it may be still to come.
        assert siren in radiees or jour(unite["dateDebut"]) > jeux.calendrier.jour - timedelta(days=25)


def jugements_de(jeux: Jeux, siren: str) -> list[dict[str, str]]:
    return jugements(jeux)[siren]


def test_proceedings_that_run_leave_the_company_alive_and_unpaid(jeux: Jeux) -> None:
    ouvertes = [s for s, siens in jugements(jeux).items() if "redressement" in siens[-1]["nature"] and len(siens) == 1]
    assert personnages.SIEGE_FERME.siren in ouvertes
    assert len(ouvertes) > 5
    attestations = {x["siren"]: x["a_jour"] for x in jeux.csv("dgfip-attestation-fiscale")}
    vigilance = {x["siren"]: x["entity_status_code"] for x in jeux.csv("urssaf-vigilance")}
    for siren in ouvertes:
        assert jeux.unites[siren]["etatAdministratifUniteLegale"] == "A"
        assert attestations.get(siren, "non") == "non"
        assert vigilance.get(siren, "refus_de_delivrance") == "refus_de_delivrance"


def test_a_redundancy_after_a_judgment_says_so(jeux: Jeux) -> None:
    apres = [x for x in jeux.csv("rupco-procedures") if x["SITUATION JURIDIQUE"] != "In bonis"]
    assert {personnages.CEDEE.siren, personnages.SIEGE_FERME.siren} <= {x["SIREN ENTREPRISE"] for x in apres}
    for ligne in apres:
        assert jour(ligne["DATE JUGEMENT"]) <= jour(ligne["DATE ENREGISTREMENT"])
        assert ligne["SIREN ENTREPRISE"] in jugements(jeux)


def test_the_director_of_the_register_is_the_one_of_the_notices(jeux: Jeux) -> None:
    verifies = 0
    for ligne in jeux.csv("bodacc"):
        siren = ligne["registre"][:9]
        pouvoirs = jeux.formalites[siren].get("personneMorale", {}).get("composition", {}).get("pouvoirs", [])
        annonces = json.loads(ligne["listepersonnes"])["personne"].get("administration", "")
        if ligne["familleavis"] == "modification" and ligne["typeavis"] == "annonce":
            annonces += json.loads(ligne["modificationsgenerales"])["descriptif"]
        for pouvoir in pouvoirs:
            if individu := pouvoir.get("individu"):
                verifies += 1
                personne = individu["descriptionPersonne"]
                assert f"{personne['nom']} {personne['prenoms'][0]}" in annonces
            else:
                assert pouvoir["entreprise"]["denomination"] in annonces
    assert verifies > 1_000


def test_companies_that_direct_others_are_of_the_universe_and_alive(jeux: Jeux) -> None:
    meres = set()
    for siren, contenu in jeux.formalites.items():
        for pouvoir in contenu.get("personneMorale", {}).get("composition", {}).get("pouvoirs", []):
            if mere := pouvoir.get("entreprise"):
                meres.add(mere["siren"])
                assert mere["siren"] != siren
                assert jeux.unites[mere["siren"]]["denominationUniteLegale"] == mere["denomination"]
    assert personnages.HOLDING.siren in meres
    assert all(jeux.unites[s]["etatAdministratifUniteLegale"] == "A" for s in meres)


def test_owners_direct_or_own_through_a_holding_and_their_shares_hold(jeux: Jeux) -> None:
    liens = par(jeux.csv("dgfip-liens-capitalistiques"), "siren")
    parts: dict[str, float] = defaultdict(float)
    for ligne in jeux.csv("inpi-beneficiaires"):
        parts[ligne["siren"]] += float(ligne["detention_de_capital_parts_totale"])
        meres = [x["siren_lie"] for x in liens[ligne["siren"]] if x["sens"] == "actionnaire" and x["siren_lie"]]
        if ligne["representant_legal"] == "non":
            assert meres
    assert all(25 < part <= 100 for part in parts.values())
    # What a subsidiary says of its holding, the holding says of it.
    actionnaires = {(x["siren"], x["siren_lie"]) for s in liens.values() for x in s if x["sens"] == "actionnaire"}
    for siens in liens.values():
        for lien in siens:
            if lien["sens"] == "filiale":
                assert (lien["siren_lie"], lien["siren"]) in actionnaires


def test_accounts_are_told_alike_by_the_three_that_know_them(jeux: Jeux) -> None:
    comptes = {
        (x["siren"], x["date_cloture_exercice"]): x for x in jeux.csv("ratios-financiers") if x["type_bilan"] != "K"
    }
    assert len(comptes) > 3_000
    for ligne in jeux.csv("dgfip-chiffre-affaires"):
        compte = comptes[ligne["siret"][:9], ligne["date_fin_exercice"]]
        assert compte["chiffre_d_affaires"] == ligne["chiffre_affaires"]
    for ligne in jeux.csv("dgfip-liasses"):
        if ligne["code"] == "FL":
            assert ligne["valeur"] == comptes[ligne["siren"], ligne["date_fin_exercice"]]["chiffre_d_affaires"]
    for ligne in jeux.csv("bdf-bilans"):
        compte = comptes[ligne["siren"], ligne["date_arrete_exercice"]]
        assert int(ligne["excedent_brut_exploitation"]) == round(int(compte["ebe"]) / 1_000)
    depots = [x for x in jeux.csv("bodacc") if x["familleavis"] == "dpc"]
    assert {(x["registre"][:9], json.loads(x["depot"])["dateCloture"]) for x in depots} <= set(comptes)


def test_accounts_follow_each_other_and_have_the_size_of_the_company(jeux: Jeux) -> None:
    par_siren = par([x for x in jeux.csv("ratios-financiers") if x["type_bilan"] != "K"], "siren")
    complets = [siens for siens in par_siren.values() if len(siens) >= 5]
    assert len(complets) > 300
    for siens in complets:
        annees = [int(x["date_cloture_exercice"][:4]) for x in siens]
        assert annees == list(range(annees[0], annees[0] - len(annees), -1))
        montants = [int(x["chiffre_d_affaires"]) for x in siens]
        assert max(montants) < 2.2 * min(montants)
    petite, grande = (
        int(par_siren[un.siren][0]["chiffre_d_affaires"]) for un in (personnages.BOULANGERIE, personnages.HOMONYME)
    )
    assert grande > 100 * petite
    for ligne in jeux.csv("ratios-financiers"):
        assert abs(float(ligne["marge_ebe"]) - 100 * int(ligne["ebe"]) / int(ligne["chiffre_d_affaires"])) < 0.01


def test_the_accounts_of_a_group_include_those_of_its_subsidiary(jeux: Jeux) -> None:
    lignes = par(jeux.csv("ratios-financiers"), "siren")
    propres = {x["date_cloture_exercice"][:4]: int(x["chiffre_d_affaires"]) for x in lignes[personnages.HOMONYME.siren]}
    groupe = {
        x["date_cloture_exercice"][:4]: int(x["chiffre_d_affaires"])
        for x in lignes[personnages.HOLDING.siren]
        if x["type_bilan"] == "K"
    }
    assert len(groupe) >= 5
    assert all(groupe[annee] > propres[annee] for annee in groupe)


def test_a_company_that_took_another_over_published_it(jeux: Jeux) -> None:
    ventes = {x["registre"][:9] for x in jeux.csv("bodacc") if x["familleavis"] == "vente"}
    reprises = {
        x["siretEtablissementSuccesseur"][:9]
        for x in jeux.csv("sirene-successions")
        if x["siretEtablissementPredecesseur"][:9] != x["siretEtablissementSuccesseur"][:9]
        and x["dateLienSuccession"] >= "2010"
    }
    assert personnages.REPRENEUR.siren in ventes
    assert ventes <= reprises


def test_a_cancelled_notice_was_published_before(jeux: Jeux) -> None:
    parus = {x["id"]: x["dateparution"] for x in jeux.csv("bodacc")}
    annulations = [x for x in jeux.csv("bodacc") if x["typeavis"] == "annulation"]
    assert annulations
    for ligne in annulations:
        avis = json.loads(ligne["parutionavisprecedent"])
        ancien = f"{avis['nomPublication'][-1]}{avis['numeroParution']}{avis['numeroAnnonce']}"
        assert parus[ancien] < ligne["dateparution"]
    assert len(parus) == len(jeux.csv("bodacc"))


def test_masked_persons_are_flagged_where_their_name_is(jeux: Jeux) -> None:
    """INPI knows their names and says that they must not be re-diffused; the register of aids does not write them."""
    masquees = {s for s, u in jeux.unites.items() if u["statutDiffusionUniteLegale"] == "P"}
    for formalite in jeux.json("rne"):
        assert formalite["formality"]["diffusionINSEE"] == ("N" if formalite["siren"] in masquees else "O")
    aidees = [x for x in jeux.csv("aides-minimis") if x["identifiant_beneficiaire"][:9] in masquees]
    assert aidees
    assert all(x["nom_beneficiaire"] == x["commune_beneficiaire"] == "-" for x in aidees)


def test_the_daily_changes_bring_a_birth_and_a_cessation_after_the_stock(jeux: Jeux) -> None:
    decodeur, texte = json.JSONDecoder(), jeux.chemins["sirene-flux"].read_text(encoding="utf-8")
    unites, fin = decodeur.raw_decode(texte)
    etablissements, _ = decodeur.raw_decode(texte[fin:].strip())
    nee, cessee = sorted(unites["unitesLegales"], key=lambda u: u["siren"])
    assert nee["siren"] == personnages.NEE_APRES.siren
    assert nee["siren"] not in jeux.unites
    assert nee["dateCreationUniteLegale"] > str(jeux.calendrier.stock)
    assert jeux.unites[cessee["siren"]]["etatAdministratifUniteLegale"] == "A"
    assert cessee["periodesUniteLegale"][0]["etatAdministratifUniteLegale"] == "C"
    assert cessee["periodesUniteLegale"][1]["dateFin"] == str(jeux.calendrier.veille)
    for etablissement in etablissements["etablissements"]:
        ouvert = etablissement["periodesEtablissement"][0]["etatAdministratifEtablissement"] == "A"
        assert ouvert == (etablissement["siren"] == nee["siren"])
        assert etablissement["siret"] not in jeux.effectifs


def test_nothing_is_told_before_it_happens(jeux: Jeux) -> None:
    for nom in ("bodacc", "rupco-procedures", "activite-partielle", "wikit-controles", "accords-entreprise", "rna"):
        texte = jeux.chemins[nom].read_text(encoding="utf-8-sig")
        dates = [
            jour(d) for d in re.findall(r"\b\d{4}-\d\d-\d\d\b|\b\d\d/\d\d/\d{4}\b", texte.replace("0001-01-01", ""))
        ]
        assert len(dates) > 20, nom
        assert max(dates) < jeux.calendrier.jour, nom
