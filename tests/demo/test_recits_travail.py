"""Stories of work, places and trades: who controls whom, which agreement, which label, who buys from whom."""

from collections import Counter, defaultdict
from datetime import date

import pytest

from fce.demo import personnages
from fce.demo.activites import toutes
from fce.referentiels import conventions, territoires
from tests.demo.jeux import Jeux, jour, mois, par


def region(jeux: Jeux, siret: str) -> str:
    trouvee = territoires.region_de(jeux.etablissements[siret]["codeCommuneEtablissement"])
    assert trouvee is not None
    return trouvee.libelle or ""


def test_each_control_of_the_inspection_is_signed_by_the_competent_unit(jeux: Jeux) -> None:
    competentes = {u["SIRET"]: u for u in jeux.json("wikit-unites")["UC"]}
    assert set(competentes) == {s for s in jeux.etablissements if jeux.ouvert(s) and competentes.get(s)}
    controles = jeux.csv("wikit-controles")
    assert len(controles) > 300
    for ligne in controles:
        assert ligne["Propriétaire"] == competentes[ligne["Siret"]]["LIB_UC"]
        assert competentes[ligne["Siret"]]["CODE_UC"].startswith(jeux.departement(ligne["Siret"]).zfill(3))
        assert ligne["Siret"] in jeux.effectifs


@pytest.mark.parametrize(
    ("nom", "siret", "dates"),
    [
        ("wikit-controles", "Siret", "Date de dernier controle"),
        ("sparc-metrologie", "siret", "date_controle"),
        ("eos-visites", "SIRET", "Date de la visite"),
        ("alim-confiance", "SIRET", "Date_inspection"),
    ],
)
def test_nobody_is_visited_before_the_creation(jeux: Jeux, nom: str, siret: str, dates: str) -> None:
    for ligne in jeux.csv(nom):
        quand = jour(ligne[dates])
        # 31 December stands for "some day of that year".
        if (quand.month, quand.day) != (12, 31):
            assert quand > jour(jeux.etablissements[ligne[siret]]["dateCreationEtablissement"])


def test_each_body_goes_where_its_matter_is_and_signs_for_the_place(jeux: Jeux) -> None:
    vedette = personnages.GROUPE.siren
    for ligne in jeux.csv("sora-controles"):
        siret = ligne["Etob Siret"]
        assert jeux.naf(siret)[:2] in ("10", "45", "46", "47", "55", "56", "68", "77", "79", "93", "96") or (
            siret.startswith(vedette)
        )
        assert f" {jeux.departement(siret)} " in ligne["Unfct Libelle"]
    for ligne in jeux.csv("sparc-metrologie"):
        assert ligne["libelle_region"] == region(jeux, ligne["siret"])
    for ligne in jeux.csv("eos-visites"):
        assert ligne["Région de l'utilisateur propriétaire de la visite"] == region(jeux, ligne["SIRET"])
        assert int(jeux.naf(ligne["SIRET"])[:2]) < 82
    for ligne in jeux.csv("mdf-controles"):
        if int(ligne["N° SIREN"]):
            assert jeux.unites[ligne["N° SIREN"].zfill(9)]["etatAdministratifUniteLegale"] == "A"


def test_agreements_applied_fit_the_trade_and_have_a_name(jeux: Jeux) -> None:
    lignes = jeux.csv("idcc-etablissements")
    conventionnes = {activite.naf: activite.idcc for activite in toutes()}
    for ligne in lignes:
        code = ligne["IDCC"].strip()
        naf = jeux.naf(ligne["SIRET"])
        assert code in (conventionnes.get(naf, "9999"), "9999")
        assert code == "9999" or conventions.libelle(code)
    assert {x["IDCC"].strip() for x in lignes if jeux.naf(x["SIRET"]) == "10.71C"} == {"0843"}


def test_published_agreements_are_among_those_filed(jeux: Jeux) -> None:
    deposes = {x["num_dos"]: x for x in jeux.csv("accords-entreprise")}
    assert len(deposes) == len(jeux.csv("accords-entreprise"))
    appliquees = {x["SIRET"]: x["IDCC"].strip() for x in jeux.csv("idcc-etablissements")}
    assert len(jeux.accords_publies) > 300
    for accord in jeux.accords_publies:
        depose = deposes[accord["NUMERO"]]
        assert (depose["siret"], jour(depose["dt_sign"])) == (accord["SIRET"], jour(accord["DATE_TEXTE"]))
        assert appliquees[accord["SIRET"]] in (accord["CODE_IDCC"], "9999")
        assert accord["DATE_TEXTE"] <= accord["DATE_DEPOT"] <= accord["DATE_DIFFUSION"]


def test_an_agreement_deals_with_something(jeux: Jeux) -> None:
    for ligne in jeux.csv("accords-entreprise"):
        assert "1" in [valeur for colonne, valeur in ligne.items() if colonne.startswith("groth2")]


def test_the_index_is_due_from_fifty_employees_on_and_adds_up(jeux: Jeux) -> None:
    effectifs: dict[tuple[str, str], int] = defaultdict(int)
    for siret, par_mois in jeux.effectifs.items():
        for quel, ligne in par_mois.items():
            effectifs[siret[:9], quel] += int(ligne["EFF_TOTAL"])
    lignes = jeux.csv("egapro")
    assert len(lignes) > 50
    for ligne in lignes:
        assert effectifs[ligne["SIREN"], f"{ligne['Année']}-12"] >= 50
        assert not jeux.unites[ligne["SIREN"]]["categorieJuridiqueUniteLegale"].startswith("7")
        notes = [v for c, v in ligne.items() if c.startswith("Note") and c != "Note Index" and v not in ("", "NC")]
        if ligne["Note Index"] != "NC":
            assert int(ligne["Note Index"]) == sum(map(int, notes)) <= 100
    for element in jeux.json("egapro-representation")["data"]:
        assert effectifs[element["entreprise"]["siren"], f"{jeux.calendrier.annee_close}-12"] >= 1_000
        for chiffres in element["représentation_équilibrée"].values():
            assert chiffres["pourcentage_femmes_cadres"] + chiffres["pourcentage_hommes_cadres"] == pytest.approx(100)


def test_posted_workers_of_a_client_are_those_of_its_places_of_work(jeux: Jeux) -> None:
    colonne, lieux = f"salaries_distincts_{jeux.calendrier.stock.year}", defaultdict(list)
    for ligne in jeux.csv("detachement-siret"):
        lieux[ligne["siret"][:9]].append(int(ligne[colonne]))
    clients = {x["client_siren"]: int(x[colonne]) for x in jeux.csv("detachement-siren")}
    assert set(clients) == set(lieux)
    assert all(max(lieux[s]) <= n <= sum(lieux[s]) for s, n in clients.items())


def test_accidents_fit_the_people_at_work(jeux: Jeux) -> None:
    for ligne in jeux.csv("accidents-travail"):
        personnes = int(jeux.effectifs[ligne["01_SIRET"]][f"{jeux.calendrier.annee_close}-12"]["EFF_TOTAL"])
        total, mortels, arret, sans = (int(ligne[f"0{n}_{c}"]) for n, c in (
            (2, "nb_at_total"), (3, "nb_at_mortels"), (4, "nb_at_avec_arret_travail"), (5, "nb_at_sans_arret_travail")
        ))  # fmt: skip
        assert personnes >= 10
        assert total == mortels + arret + sans
        assert float(ligne["07_nb_at_pour_1000salaries"]) == pytest.approx(total / personnes * 1_000, abs=0.06)


METIERS = {
    "agrements-sanitaires": ("10.", "56."),
    "alim-confiance": ("10.7", "47.", "55.", "56.", "85.31", "86.10", "87.10"),
    "annuaire-education": ("85.31",),
    "avocats": ("69.10",),
    "bio": ("01.", "10.", "47."),
    "finess": ("47.73", "86.", "87.", "88."),
    "iae": ("38.", "78.2", "81.3", "88.", "94.99"),
    "icpe-seveso": ("01.", "10.", "13.", "16.", "20.", "22.", "24.", "25.", "28.", "30.", "38."),
    "organismes-formation": ("85.59", "86.10"),
    "patrimoine-vivant": ("13.", "14.", "23.7", "24.1", "31.09"),
    "qualiopi": ("85.59", "86.10"),
    "rge": ("43.", "71.12"),
    # Companies of the theatre, and the one association that puts on shows.
    "spectacles": ("90.01", "94.99"),
}


def sirets(jeux: Jeux, nom: str) -> list[str]:
    """Establishments that a list of labels names; a SIREN stands for its siège."""
    if nom == "rge":
        numeros = [x["siret"] for x in jeux.json("rge")["results"]]
    elif nom == "bio":
        numeros = [x["siret"] for x in jeux.json("bio")["items"]]
    elif nom == "icpe-seveso":
        numeros = [x["numeroSiret"] for x in jeux.zip("icpe-seveso", "InstallationClassee.csv", "latin-1")]
    elif nom == "finess":
        lignes = jeux.chemins["finess"].read_text(encoding="latin-1").splitlines()[1:]
        numeros = [ligne.split(";")[22] for ligne in lignes]
    else:
        colonne = {"avocats": "cbSiretSiren", "spectacles": "siren_siret", "patrimoine-vivant": "SIRET", "iae": "SIRET",
                   "agrements-sanitaires": "SIRET", "alim-confiance": "SIRET", "annuaire-education": "SIREN_SIRET",
                   "qualiopi": "siretetablissementdeclarant",
                   "organismes-formation": "siretEtablissementDeclarant"}[nom]  # fmt: skip
        numeros = [x[colonne] for x in jeux.csv(nom)]
    complets = [n.replace(" ", "").replace("\xa0", "").replace("\u202f", "") for n in numeros]
    return [n if len(n) == 14 else n + jeux.unites[n]["nicSiegeUniteLegale"] for n in complets]


@pytest.mark.parametrize("nom", sorted(METIERS))
def test_labels_go_to_the_trades_that_may_bear_them(jeux: Jeux, nom: str) -> None:
    nommes = sirets(jeux, nom)
    assert len(nommes) > 8
    for siret in nommes:
        if not siret.startswith(personnages.GROUPE.siren):
            assert jeux.naf(siret).startswith(METIERS[nom]), (siret, jeux.naf(siret))


def test_the_two_lists_of_training_organisations_agree(jeux: Jeux) -> None:
    numero, stagiaires = "numeroDeclarationActivite", "informationsDeclarees.nbStagiaires"
    un = {(x[numero], x[stagiaires]) for x in jeux.csv("organismes-formation")}
    numero, stagiaires = "numerodeclarationactivite", "informationsdeclarees_nbstagiaires"
    assert un == {(x[numero], x[stagiaires]) for x in jeux.csv("qualiopi")}


def test_the_social_economy_is_that_of_sirene(jeux: Jeux) -> None:
    for ligne in jeux.csv("ess"):
        assert jeux.unites[ligne["SIREN"].zfill(9)]["economieSocialeSolidaireUniteLegale"] == "O"


def test_emissions_are_reported_by_the_big_ones(jeux: Jeux) -> None:
    for ligne in jeux.csv("bilan-ges"):
        siens = [m for s, m in jeux.effectifs.items() if s.startswith(ligne["SIREN principal"])]
        # Jobs may have gone since the year that the report is due for.
        assert sum(max(int(x["EFF_TOTAL"]) for x in par_mois.values()) for par_mois in siens) >= 250


def test_public_bodies_buy_from_companies_that_live(jeux: Jeux) -> None:
    marches = jeux.csv("marches-publics")
    acheteurs = {x["acheteur_id"] for x in marches}
    assert {u[:9] for u in acheteurs} >= {personnages.COMMUNE.siren, personnages.HOPITAL.siren}
    for acheteur in acheteurs:
        assert jeux.unites[acheteur[:9]]["categorieJuridiqueUniteLegale"].startswith("7")
    en_vigueur = Counter(x["uid"] for x in marches if x["donneesActuelles"] == "true")
    assert set(en_vigueur.values()) == {1}
    for ligne in marches:
        assert jeux.ouvert(ligne["titulaire_id"])
        assert float(ligne["montant"]) >= 40_000
        assert jour(ligne["dateNotification"]) > jour(jeux.unites[ligne["titulaire_id"][:9]]["dateCreationUniteLegale"])


def test_small_aids_stay_under_their_ceiling(jeux: Jeux) -> None:
    for aides in par(jeux.csv("aides-minimis"), "identifiant_beneficiaire").values():
        assert sum(float(x["montant_esb"]) for x in aides) <= 300_001
    for ligne in jeux.csv("contrats-aides"):
        employe = ligne["contrat_aide"] == "true"
        stock = int(ligne[f"CA_stock_12_{jeux.calendrier.annee_close}"])
        assert employe == (stock > 0)
        personnes = jeux.effectifs[ligne["siret"]].get(f"{jeux.calendrier.annee_close}-12")
        assert not employe or (personnes and stock <= int(personnes["EFF_TOTAL"]))


def test_communes_have_one_code_one_mayor_and_their_schools(jeux: Jeux) -> None:
    recentes = [x for x in jeux.csv("collectivites") if x["Exercice"] == str(jeux.calendrier.annee_effectifs)]
    codes = [x["Code Insee Collectivité"] for x in recentes]
    assert len(codes) == len(set(codes))
    maires = Counter(
        x["Code de la commune"]
        for x in jeux.zip("elus", "elus-conseillers-municipaux-cm.csv")
        if x["Libellé de la fonction"] == "Maire"
    )
    assert maires == dict.fromkeys(codes, 1)
    assert personnages.COMMUNE.siren in {x["Code Siren Collectivité"] for x in recentes}
    ecoles = {x["SIREN_SIRET"][:9] for x in jeux.csv("annuaire-education")}
    assert personnages.COMMUNE.siren in ecoles


def test_associations_of_the_register_are_those_of_sirene(jeux: Jeux) -> None:
    for ligne in jeux.csv("rna"):
        unite = jeux.unites[ligne["siret"][:9]]
        assert unite["identifiantAssociationUniteLegale"] == ligne["id"]
        assert (ligne["position"] == "D") == (unite["etatAdministratifUniteLegale"] == "C")


def test_months_of_controls_are_written_as_badly_as_the_producer_writes_them(jeux: Jeux) -> None:
    ecrits = {x["Mois de Visite Date Intervention"] for x in jeux.csv("sora-controles")}
    assert {"FÃ©vrier", "AoÃ»t"} & ecrits
    assert mois(date(2026, 1, 5), 3) == "2026-04"
