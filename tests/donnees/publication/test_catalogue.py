"""The catalogue: each data set has a page, a schema and a sample; what is not open is not given; what is, is masked."""

import csv
import io
import json
from collections.abc import Mapping
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from fce.donnees.entreprises import diffusion
from fce.donnees.imports.chargement import generations
from fce.donnees.imports.models import Import, Quarantaine, Releve, VersionEnPlace
from fce.donnees.publication import catalogue, telechargement
from fce.socle.web.offres import offres
from fce.sources import champs, registre
from fce.sources.schema import schema_officiel, schema_publie
from tests.service.portail.pages import verifier
from tests.sql import executer

SOURCES = registre.toutes()
OUVERTES = [s for s in SOURCES if s.acces.classe == "C0"]
RESERVEES = [s for s in SOURCES if s.acces.classe != "C0"]
TYPES = {"string", "integer", "number", "date", "datetime", "boolean"}
OUVERT, MASQUE, INCONNU = "732829320", "552032534", "443061841"

pytestmark = pytest.mark.django_db


def nommer(source: object) -> str:
    return str(getattr(source, "nom", source))


def en_place(nom: str, **champs: object) -> Import:
    comptes = {"lues": 12, "chargees": 10, "total": 10}
    importation = Import.objects.create(source=nom, statut="en_place", fin=timezone.now(), **comptes | champs)
    VersionEnPlace.objects.create(source=nom, en_place=importation)
    return importation


def remplir(vue: str, *lignes: Mapping[str, object]) -> None:
    """Put a generation made of these rows in place, for this test only."""
    source = next(s for s in SOURCES if s.vue == vue)
    colonnes = generations.colonnes_declarees(source)
    importation = Import.objects.create(source=source.nom, statut="en_place", fin=timezone.now(), total=len(lignes))
    importation.table, importation.colonnes = (
        generations.nom_de_table(source, importation.pk),
        list(map(list, colonnes)),
    )
    importation.save()
    VersionEnPlace.objects.update_or_create(source=source.nom, defaults={"en_place": importation})
    with connection.cursor() as curseur:
        definition = ", ".join(f'"{c.nom}" {c.type}' for c in colonnes)
        curseur.execute(f"CREATE TABLE generations.{importation.table} ({definition})")
        for ligne in lignes:
            noms, places = ", ".join(ligne), ", ".join(["%s"] * len(ligne))
            curseur.execute(
                f"INSERT INTO generations.{importation.table} ({noms}) VALUES ({places})", list(ligne.values())
            )


def telecharge(client: Client, nom: str) -> list[dict[str, str]]:
    reponse = client.get(f"/sources/{nom}/donnees.csv")
    assert reponse.status_code == 200
    texte = b"".join(reponse.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(texte), delimiter=";"))


@pytest.fixture
def unites() -> None:
    """An open company, a masked natural person; the third number is not in Sirene."""
    commun = {"etat_administratif": "A"}
    remplir(
        "sirene_unites_legales",
        {"siren": OUVERT, "statut_diffusion": "O", "categorie_juridique": "5710", "denomination": "OUVERTE", **commun},
        {"siren": MASQUE, "statut_diffusion": "P", "categorie_juridique": "1000", "nom": "SECRETE", **commun},
    )
    remplir(
        "sirene_etablissements",
        *(
            {
                "siren": siren,
                "siret": f"{siren}00012",
                "statut_diffusion": statut,
                "libelle_voie": f"RUE {siren}",
                "libelle_commune": "[ND]" if statut == "P" else "LILLE",
            }
            for siren, statut in ((OUVERT, "O"), (MASQUE, "P"), (INCONNU, "O"))
        ),
    )


@pytest.mark.parametrize("par", ["rubrique", "producteur"])
def test_the_list_names_each_source_and_its_state(client: Client, par: str, django_assert_num_queries) -> None:
    aujourdhui = date.today()
    en_place("rge", date_metier=aujourdhui)
    en_place("sirene-unites-legales", date_metier=aujourdhui - timedelta(days=900))
    Import.objects.create(source="bio", statut="refuse", fin=timezone.now(), motifs=["Il manque la colonne siret."])
    en_place("egapro", date_metier=None)
    with django_assert_num_queries(2):
        html = client.get(f"/sources?par={par}").content.decode()
    page = verifier(html)
    assert {f"/sources/{s.nom}" for s in SOURCES} <= set(page.liens)
    for texte in ("À jour", "En retard", "Jamais importée", "En échec", "Il manque la colonne siret."):
        assert texte in html
    assert "Date inconnue" in html
    assert "date de la donnée inconnue" in html


@pytest.mark.parametrize("source", SOURCES, ids=nommer)
def test_each_source_has_its_page_its_schema_and_its_example(client: Client, source) -> None:
    html = client.get(f"/sources/{source.nom}").content.decode()
    verifier(html)
    assert html.count('data-libelle="Masqué comme"') == len(source.champs)
    assert ("partiellement connu" in html) == source.layout_partiel
    contenu = client.get(f"/sources/{source.nom}/schema.json").json()
    assert contenu == schema_officiel(source)
    recu = b"".join(client.get(f"/sources/{source.nom}/exemple").streaming_content)
    assert recu == registre.exemple(source).read_bytes()


@pytest.mark.parametrize("source", SOURCES, ids=nommer)
def test_the_schema_is_a_table_schema(source) -> None:
    for schema in (schema_officiel(source), schema_publie(source, tuple(source.champs))):
        noms = [champ["name"] for champ in schema["fields"]]
        assert noms
        assert len(noms) == len(set(noms))
        assert set(schema.get("primaryKey", [])) <= set(noms)
        for champ in schema["fields"]:
            assert champ["type"] in TYPES
            assert champ["title"]
            assert set(champ["constraints"]) <= {"required", "pattern", "minimum"}
        json.dumps(schema)


def test_the_page_of_a_source_gives_its_imports_without_any_rejected_value(
    client: Client, django_assert_num_queries
) -> None:
    importation = en_place("rge", rejets=[{"motif": "SIRET invalide", "colonne": "siret", "nombre": 2, "lignes": [3]}])
    Quarantaine.objects.create(importation=importation, ligne=3, valeur="MME UNTEL", motif="SIRET invalide")
    with django_assert_num_queries(4):
        html = client.get("/sources/rge").content.decode()
    assert "SIRET invalide (siret) : 2" in html
    assert "UNTEL" not in html


@pytest.mark.parametrize("suite", ["", "/schema.json", "/exemple", "/donnees.csv", "/donnees.schema.json"])
def test_an_unknown_source_has_no_page(client: Client, suite: str) -> None:
    assert client.get(f"/sources/nulle-part{suite}").status_code == 404


@pytest.mark.parametrize("source", RESERVEES, ids=nommer)
def test_a_reserved_source_is_not_downloadable_and_says_why(client: Client, source) -> None:
    reponse = client.get(f"/sources/{source.nom}/donnees.csv")
    assert reponse.status_code == 403
    html = reponse.content.decode()
    verifier(html)
    assert "connexion ProConnect" in html


@pytest.mark.parametrize("source", OUVERTES, ids=nommer)
def test_an_open_source_is_downloaded_under_its_column_names(client: Client, source) -> None:
    reponse = client.get(f"/sources/{source.nom}/donnees.csv")
    texte = b"".join(reponse.streaming_content).decode("utf-8-sig")
    (entete,) = csv.reader(io.StringIO(texte), delimiter=";")
    assert entete == [c["name"] for c in client.get(f"/sources/{source.nom}/donnees.schema.json").json()["fields"]]


def test_a_closed_field_of_an_open_source_does_not_get_out() -> None:
    for source in OUVERTES:
        fermes = {a for a, c in source.champs.items() if c.acces and c.acces.classe != "C0"}
        assert not fermes & set(telechargement.publies(source, catalogue.ouverte(source)))


@pytest.mark.usefixtures("unites")
def test_masked_units_of_sirene_are_masked_in_the_file(client: Client) -> None:
    unites = {ligne["siren"]: ligne for ligne in telecharge(client, "sirene-unites-legales")}
    assert unites[OUVERT]["denominationUniteLegale"] == "OUVERTE"
    assert unites[MASQUE]["nomUniteLegale"] == ""
    lieux = {ligne["siren"]: ligne for ligne in telecharge(client, "sirene-etablissements")}
    assert lieux[OUVERT]["libelleVoieEtablissement"] == f"RUE {OUVERT}"
    assert lieux[MASQUE]["libelleVoieEtablissement"] == lieux[INCONNU]["libelleVoieEtablissement"] == ""
    assert diffusion.MARQUE_INSEE not in str(unites) + str(lieux)


@pytest.mark.usefixtures("unites")
def test_a_fact_about_a_masked_or_unknown_unit_loses_what_names_it(client: Client) -> None:
    for source in OUVERTES:
        textes = [a for a, c in source.champs.items() if isinstance(c, champs.Texte | champs.Code)]
        cachees = [a for a in textes if source.champs[a].masque is not champs.Nature.DIFFUSIBLE]
        if source.vue.startswith("sirene_") or not cachees:
            continue
        numeros = {n for n in ("siren", "siret") if n in source.champs}
        remplir(
            source.vue,
            *(
                {n: siren if n == "siren" else f"{siren}00012" for n in numeros} | dict.fromkeys(cachees, f"X{siren}X")
                for siren in (OUVERT, MASQUE, INCONNU)
            ),
        )
        lignes = str(telecharge(client, source.nom))
        assert f"X{OUVERT}X" in lignes, source
        assert f"X{MASQUE}X" not in lignes, source
        assert f"X{INCONNU}X" not in lignes, source


@pytest.mark.usefixtures("unites")
def test_a_row_whose_two_numbers_contradict_each_other_is_masked(client: Client) -> None:
    remplir("qualiopi", {"siren": OUVERT, "siret": f"{MASQUE}00012"}, {"siren": MASQUE, "siret": f"{OUVERT}00012"})
    source = registre.source("qualiopi")
    en_place = {v.source: v.en_place for v in VersionEnPlace.objects.select_related("en_place")}
    assert {regime for regime, _ in executer(telechargement.requete(source, ("siren",), en_place))} == {"P"}


def test_a_download_reads_one_query_by_chunks(client: Client, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(7):  # the versions twice, two for the transaction, one setting, the statement
        telecharge(client, "rge")
    with django_assert_max_num_queries(1):  # the file is made: only what is in place is asked
        telecharge(client, "rge")


def test_the_dcat_catalogue_gives_only_the_open_files_in_place(client: Client, django_assert_num_queries) -> None:
    en_place("rge", date_metier=date(2026, 10, 1))
    en_place("dgfip-liasses", date_metier=date(2026, 10, 1))
    with django_assert_num_queries(2):
        reponse = client.get("/sources/catalogue.jsonld")
    assert reponse.headers["Content-Type"] == "application/ld+json"
    jeux = {jeu["dct:identifier"]: jeu for jeu in reponse.json()["dcat:dataset"]}
    assert set(jeux) == {s.nom for s in SOURCES} | {jeu.nom for jeu in offres().jeux}
    service = [jeu.nom for jeu in offres().jeux]
    assert [nom for nom, jeu in jeux.items() if "dcat:distribution" in jeu] == ["rge", *service]
    distribution, parquet = jeux["rge"]["dcat:distribution"]
    assert parquet["dcat:downloadURL"]["@id"] == "http://testserver/sources/rge/donnees.parquet"
    assert distribution["dcat:downloadURL"]["@id"] == "http://testserver/sources/rge/donnees.csv"
    assert jeux["rge"]["dct:modified"]["@value"] == "2026-10-01"


def test_the_page_of_a_failed_source_says_why_as_long_as_nothing_came_since(client: Client) -> None:
    en_place("rge", date_metier=date.today())
    Import.objects.create(source="rge", statut="refuse", fin=timezone.now(), motifs=["Il manque la colonne siret."])
    html = client.get("/sources/rge").content.decode()
    verifier(html)
    assert "En échec" in html
    assert "Il manque la colonne siret." in html
    Import.objects.create(source="rge", statut="inchange", fin=timezone.now())
    assert "En échec" not in client.get("/sources/rge").content.decode()


def test_the_page_of_a_followed_source_says_when_its_file_was_checked(client: Client) -> None:
    assert "Vérifié chez le producteur" not in client.get("/sources/idcc-etablissements").content.decode()
    Releve.objects.create(source="idcc-etablissements", statut="echec", verifie=timezone.now(), motif="Délai dépassé.")
    html = client.get("/sources/idcc-etablissements").content.decode()
    assert "fichier non obtenu (Délai dépassé.)" in html


def test_an_open_source_without_an_address_says_so(client: Client) -> None:
    for source in SOURCES:
        html = client.get(f"/sources/{source.nom}").content.decode()
        assert ("adresse inconnue" in html) == source.adresse_inconnue
        assert source.sans_adresse in unescape(html)


def test_t9_an_open_source_of_the_catalogue_has_an_address_or_says_why_not() -> None:
    muettes = [s.nom for s in SOURCES if s.adresse_inconnue and not s.sans_adresse]
    assert muettes == []
    assert sum(s.adresse_inconnue for s in SOURCES) == 12


def test_t9_dcat_names_who_answers_and_no_address_that_is_not_known(client: Client, settings: Any) -> None:
    def jeux() -> list[dict[str, Any]]:
        return client.get("/sources/catalogue.jsonld").json()["dcat:dataset"]

    assert not any("dcat:contactPoint" in jeu for jeu in jeux())
    settings.FCE_CONTACT = "equipe@fce.example"
    assert all(jeu["dcat:contactPoint"]["vcard:hasEmail"] == {"@id": "mailto:equipe@fce.example"} for jeu in jeux())
    settings.FCE_CONTACT = "https://fce.example/contact"
    assert jeux()[0]["dcat:contactPoint"]["vcard:hasURL"] == {"@id": "https://fce.example/contact"}
    inconnues = {s.nom for s in SOURCES if s.adresse_inconnue}
    assert not [j["@id"] for j in jeux() if j["dct:identifier"] in inconnues and "dcat:distribution" in j]


@pytest.mark.django_db
def test_a_data_set_is_found_by_its_title_its_producer_or_a_column(client: Client) -> None:
    for cherche, trouve, absent in (
        ("activité partielle", "/sources/activite-partielle", "/sources/bodacc"),
        ("dila", "/sources/bodacc", "/sources/activite-partielle"),
        ("heures autorisees", "/sources/activite-partielle", "/sources/bodacc"),
    ):
        html = client.get("/sources", {"q_source": cherche}).content.decode()
        assert f'href="{trouve}"' in html
        assert f'href="{absent}"' not in html
    assert "Aucun jeu de données ne répond" in client.get("/sources", {"q_source": "zzz <b>"}).content.decode()
