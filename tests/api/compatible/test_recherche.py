"""What the drop-in answers: filters, blocks, and where it does better than the contract asks."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client, RequestFactory

from fce.api.compatible import lectures
from fce.config import erreurs
from fce.recherche import services
from fce.socle.texte.formats import nombre
from tests.api.compatible.conftest import Registre
from tests.donnees.contradictions.cas import CAS, HIER, INSCRITE, Cas, charger
from tests.donnees.entreprises import fabrique as f
from tests.recherche.univers import Univers

pytestmark = pytest.mark.django_db


def chercher(client: Client, **params: object) -> dict[str, Any]:
    reponse = client.get("/api/recherche-entreprises/search", {k: str(v) for k, v in params.items()})
    assert reponse.status_code == 200, reponse.content
    return dict(reponse.json())


def sirens(client: Client, **params: object) -> list[str]:
    return [x["siren"] for x in chercher(client, **params)["results"]]


def test_a_company_is_told_in_the_terms_of_the_contract(client: Client, registre: Registre) -> None:
    (lue,) = chercher(client, q=registre.siren["moulin"], include_admin="immatriculation,admin")["results"]
    assert lue["nom_complet"] == "GANYMEDE MOULIN (LE MOULIN) (GM)"
    assert (lue["nombre_etablissements"], lue["nombre_etablissements_ouverts"]) == (3, 2)
    assert (lue["annee_tranche_effectif_salarie"], lue["caractere_employeur"]) == ("2024", "O")
    assert lue["section_activite_principale"] == "C"
    assert lue["finances"] == {"2023": {"ca": 250_000, "resultat_net": -5}}
    assert lue["date_mise_a_jour_rne"] == "2026-05-17T10:09:16"
    assert lue["tva"] == [f"FR11{registre.siren['moulin']}"]
    assert lue["siege"]["adresse"] == "12 RUE DES MEUNIERS 59000 LILLE"
    assert (lue["siege"]["departement"], lue["siege"]["region"]) == ("59", "32")
    assert (lue["siege"]["latitude"][:5], lue["siege"]["longitude"][:4]) == ("50.62", "3.05")
    assert (lue["siege"]["liste_enseignes"], lue["siege"]["liste_id_bio"]) == (["AU BON PAIN"], [12345])
    assert lue["immatriculation"]["nature_entreprise"] == ["Libérale non réglementée"]
    assert lue["immatriculation"]["date_cloture_exercice"] == "3112"
    assert lue["admin"]["slug"] == f"ganymede-moulin-le-moulin-gm-{registre.siren['moulin']}"


def test_v30_an_activity_answers_in_both_nomenclatures_before_and_after_the_switch(
    client: Client, registre: Registre
) -> None:
    moulin = registre.siren["moulin"]
    ancien, nouveau = {"activite_principale": "10.71C"}, {"activite_principale": "10.71H"}
    assert sirens(client, **ancien) == sirens(client, **nouveau) == [moulin]
    assert sirens(client, q=moulin, **ancien) == [moulin]
    for unite in registre.unites:
        propre = unite.pop("activite_principale_naf25", None) or "56.11G"
        unite |= {"activite_principale": propre, "nomenclature_activite_principale": "NAF25"}
    registre.indexer()
    assert sirens(client, **ancien) == sirens(client, **nouveau) == [moulin]
    assert sirens(client, q=moulin, **ancien) == [moulin]
    (lue,) = chercher(client, **nouveau)["results"]
    assert moulin in sirens(client, section_activite_principale=lue["section_activite_principale"])
    assert chercher(client, activite_principale="62.01Z")["total_results"] == 0


def test_v27_a_company_is_struck_off_for_the_drop_in_as_for_the_contradictions(client: Client, db: None) -> None:
    """The rule then waits sixty days and looks at the legal persons of the RNE; the drop-in answers for everyone."""
    cas = [c for c in CAS if c.regle == "radiee-bodacc" and not c.unite and c.faits.get("rne") == [INSCRITE]]
    cas = [c for c in cas if all(annonce["date_parution"] != HIER for annonce in c.faits["bodacc"])]
    assert {c.attendu for c in cas} == {True, False}
    seul = Cas("radiee-bodacc", False, "a sole trader works on", {"categorie_juridique": "1000"}, ({},), cas[0].faits)
    lus = charger([*cas, seul])
    faux = []
    for siren, un in zip(lus, [*cas, seul], strict=True):
        (lue,) = chercher(client, q=siren, include_admin="bodacc")["results"]
        if (lue["bodacc"]["radiation"] is not None) is not un.attendu:
            faux.append(un.nom)
    assert faux == []


def test_birth_and_nationality_are_null_and_no_date_filters(client: Client, registre: Registre) -> None:
    (lue,) = chercher(client, q=registre.siren["moulin"])["results"]
    physique, morale = lue["dirigeants"]
    assert (physique["nom"], physique["prenoms"], physique["qualite"]) == ("MARTIN", "Paule", "Gérante")
    assert {physique[c] for c in ("annee_de_naissance", "date_de_naissance", "nationalite")} == {None}
    assert (morale["siren"], morale["type_dirigeant"]) == ("552032534", "personne morale")
    refus = client.get(
        "/api/recherche-entreprises/search", {"nom_personne": "martin", "date_naissance_personne_min": "1970-01-01"}
    )
    assert refus.status_code == 400
    assert "réservée aux agents" in refus.json()["erreur"]


def test_the_name_and_the_first_name_are_those_of_one_person(client: Client, registre: Registre) -> None:
    assert sirens(client, nom_personne="martin", prenoms_personne="paule") == [registre.siren["moulin"]]
    assert sirens(client, nom_personne="durand", prenoms_personne="paule") == []
    assert sirens(client, nom_personne="durand", type_personne="elu") == [registre.siren["commune"]]
    assert sirens(client, nom_personne="durand", type_personne="DIRIGEANT") == []


def test_filters_hold_on_one_same_establishment(client: Client, registre: Registre) -> None:
    assert sirens(client, est_rge="true", departement="59") == [registre.siren["moulin"]]
    assert sirens(client, est_rge="true", departement="69") == []  # the shop of Lyon has no certificate
    assert sirens(client, id_rge="8611M10D109", departement="69") == []
    assert sirens(client, departement="59", code_postal="69003") == []


def test_filters_hold_beside_a_number(client: Client, registre: Registre) -> None:
    moulin = registre.siren["moulin"]
    assert sirens(client, q=moulin, departement="69") == [moulin]
    (lue,) = chercher(client, q=moulin, departement="69")["results"]
    assert [x["code_postal"] for x in lue["matching_etablissements"]] == ["69003"]
    assert chercher(client, q=moulin, departement="29", est_rge="true")["total_results"] == 0
    assert chercher(client, q=moulin, categorie_entreprise="GE")["total_results"] == 0


def test_flags_filter_both_ways(client: Client, registre: Registre) -> None:
    tous = set(sirens(client, etat_administratif="A", per_page=25))
    for drapeau in ("est_ess", "est_finess", "est_association", "est_collectivite_territoriale", "est_alim_confiance",
                    "est_entrepreneur_individuel", "est_administration", "est_societe_mission"):  # fmt: skip
        avec = set(sirens(client, etat_administratif="A", per_page=25, **{drapeau: "true"}))
        sans = set(sirens(client, etat_administratif="A", per_page=25, **{drapeau: "false"}))
        assert (avec | sans, avec & sans) == (tous, set()), drapeau


def test_accounts_filter_on_the_last_year(client: Client, registre: Registre) -> None:
    moulin = registre.siren["moulin"]
    assert sirens(client, ca_min=200_000) == [moulin]
    assert sirens(client, ca_max=200) == []  # true of the year before only
    assert sirens(client, q="ganymede", ca_min=200_000, resultat_net_max=0) == [moulin]


def test_a_typo_an_enseigne_and_an_address_find_the_company(client: Client, registre: Registre) -> None:
    moulin = registre.siren["moulin"]
    for mots in ("ganimede moulin", "au bon pain lille", "12 rue des meuniers lille"):
        assert moulin in sirens(client, q=mots), mots
    (lue,) = [x for x in chercher(client, q="12 rue des meuniers lille")["results"] if x["siren"] == moulin]
    assert lue["matching_etablissements"][0]["est_siege"] is True


def test_the_large_company_comes_before_its_homonym_and_an_order_may_be_asked(
    client: Client, registre: Registre
) -> None:
    grand, petit = registre.siren["grand"], registre.siren["petit"]
    assert sirens(client, q="ganymede")[:2] == [grand, petit]
    par_nom = [x["nom_complet"] for x in chercher(client, etat_administratif="A", tri="-nom", per_page=25)["results"]]
    assert par_nom[:2] == ["SOCIETE DISCRETE", "GANYMEDE MOULIN (LE MOULIN) (GM)"]
    assert sirens(client, q="ganymede", tri="effectif")[0] == grand
    refus = client.get("/api/recherche-entreprises/search?q=ganymede&tri=hasard")
    assert (refus.status_code, "`tri`" in refus.json()["erreur"]) == (400, True)


def test_pages_of_establishments_and_of_results(client: Client, registre: Registre) -> None:
    moulin = registre.siren["moulin"]
    (lue,) = chercher(client, q=moulin, include_admin="etablissements", minimal="true")["results"]
    assert [x["est_siege"] for x in lue["etablissements"]] == [True, False, False]
    assert lue["etablissements"][-1]["etat_administratif"] == "F"
    assert lue["etablissements"][0]["successions"] == {"predecesseurs": [], "successeurs": []}
    assert "siege" not in lue
    (lue,) = chercher(client, q=moulin, include_admin="etablissements", page_etablissements=2)["results"]
    assert lue["etablissements"] == []
    tout = chercher(client, q="ganymede", per_page=1, page=2)
    assert (tout["total_results"], tout["total_pages"], len(tout["results"])) == (3, 3, 1)


def test_sources_and_agreements(client: Client, registre: Registre) -> None:
    dates = client.get("/api/recherche-entreprises/sources/last_modified").json()
    assert (dates["sirene"], dates["aides_ademe"]) == ("2026-10-31", None)
    moulin = registre.siren["moulin"]
    siret = f"{moulin}{registre.unites[0]['nic_siege']}"
    assert client.get(f"/api/recherche-entreprises/idcc/{moulin}").json() == {"1090": [siret]}
    assert client.get("/api/recherche-entreprises/idcc/12").json() == {"erreur": "Numéro Siren invalide."}
    connues = client.get("/api/recherche-entreprises/idcc/metadata").json()
    assert connues["16"]["titre de la convention"].startswith("Convention collective nationale des transports")


def test_the_health_of_the_search_is_that_of_the_index(client: Client) -> None:
    adresse = "/api/recherche-entreprises/health/elastic"
    univers = Univers()
    univers.entreprise("GANYMEDE")
    univers.charger()
    sans_index = client.get(adresse)
    assert (sans_index.status_code, sans_index.json()) == (503, {"status": "unavailable"})
    services.indexer(forcer=True)
    assert (client.get(adresse).status_code, client.get(adresse).json()) == (200, {"status": "ok"})


def test_every_error_is_one_sentence(client: Client) -> None:
    introuvable = client.get("/api/recherche-entreprises/autre")
    assert (introuvable.status_code, introuvable.json()) == (404, {"erreur": "Ressource non trouvée."})
    sans_index = client.get("/api/recherche-entreprises/search?q=ganymede")
    assert (sans_index.status_code, type(sans_index.json()["erreur"])) == (503, str)
    assert sans_index["Retry-After"]
    refusee = client.post("/api/recherche-entreprises/search")
    assert (refusee.status_code, type(refusee.json()["erreur"])) == (405, str)
    assert client.get("/api/recherche-entreprises/health")["Access-Control-Allow-Origin"] == "*"
    limite = erreurs.page(
        RequestFactory().get("/api/recherche-entreprises/search"), 429, "Trop de demandes.", retry_after=3
    )
    assert (limite.content, limite["Retry-After"]) == (b'{"erreur": "Trop de demandes."}', "3")


@pytest.fixture
def une_ligne(db: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """A company whose sources are read one row each, besides the establishments shown; the rows are not in order."""
    monkeypatch.setattr(lectures, "FAITS_MAX", 1)
    univers = Univers()
    siren = univers.entreprise("GANYMEDE")
    for n in (4, 2, 3):
        siret = univers.etablissement(siren, n)
        univers.fait("rge", siret=siret, code_qualification=f"Q{n}")
        univers.fait("idcc-etablissements", siret=siret, idcc=f"000{n}", mois=date(2026, 9, 1))
    univers.indexer()
    return siren


def test_each_establishment_shown_has_all_its_facts_whatever_those_of_the_company(
    client: Client, une_ligne: str
) -> None:
    (elle,) = chercher(client, q=une_ligne, include_admin="etablissements")["results"]
    siens = {e["siret"]: (e["liste_rge"], e["liste_idcc"]) for e in elle["etablissements"]}
    assert siens == {f.siret_no(une_ligne, 1): (None, None)} | {
        f.siret_no(une_ligne, n): ([f"Q{n}"], [f"000{n}"]) for n in (2, 3, 4)
    }
    # One that is found by its number, on no page.
    (elle,) = chercher(client, q=f.siret_no(une_ligne, 3))["results"]
    assert [e["liste_rge"] for e in elle["matching_etablissements"]] == [["Q3"]]


def test_what_is_read_of_a_company_does_not_depend_on_the_order_of_the_rows(client: Client, une_ligne: str) -> None:
    (elle,) = chercher(client, q=une_ligne)["results"]
    assert elle["complements"]["liste_idcc"] == ["0002"]


def test_the_page_and_the_document_say_what_is_cut(client: Client, registre: Registre) -> None:
    page = client.get("/api/recherche-entreprises/docs").content.decode()
    ecrite = client.get("/api/recherche-entreprises/openapi.json").json()["info"]["description"]
    for plafond in (1_000, 200_000, 10_000, 20_000):
        assert nombre(plafond) in page
        assert nombre(plafond) in ecrite


def test_no_answer_is_kept_on_the_way(client: Client, registre: Registre) -> None:
    demandes = {
        "search?q=ganymede": 200,
        "search": 400,
        "near_point?lat=50.6&long=3": 200,
        "near_point": 400,
        "sources/last_modified": 200,
        "idcc/metadata": 200,
        f"idcc/{registre.siren['moulin']}": 200,
        "idcc/x": 400,
    }
    for demande, statut in demandes.items():
        reponse = client.get(f"/api/recherche-entreprises/{demande}")
        assert (reponse.status_code, reponse["Cache-Control"]) == (statut, "no-cache"), demande
