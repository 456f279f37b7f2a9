"""What the index keeps to show a result is what the database would give, and is believed as long as it is so."""

import json
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fce.donnees.entreprises import diffusion, flux, lignes, selectors as entreprises
from fce.donnees.entreprises.contenu import DocumentEntreprise
from fce.donnees.entreprises.diffusion import Regime
from fce.recherche import services
from fce.recherche.engines.port import Question
from fce.recherche.index.documents import documents
from fce.recherche.reponse import selectors
from fce.sources.champs import Nature
from tests.donnees.entreprises import fabrique as f
from tests.recherche import moteurs
from tests.recherche.univers import Univers

pytestmark = pytest.mark.django_db

TEXTES = (None, None, "ALPHA", 'L\'ÉTOILE "DU NORD"', "A\\B\tC\x7fD", "[ND]", "É" * 40)
UNITE: dict[str, tuple[Any, ...]] = {
    "denomination": TEXTES,
    "sigle": TEXTES,
    "denomination_usuelle_1": TEXTES,
    "denomination_usuelle_2": TEXTES,
    "nom": (None, "MARTIN"),
    "nom_usage": (None, "DURAND", "[ND]"),
    "prenom_1": (None, "ANNE"),
    "prenom_usuel": (None, "ANNIE"),
    "pseudonyme": (None, "ZAZA"),
    "statut_diffusion": ("O", "O", "P", None, "N"),
    "etat_administratif": ("A", "A", "A", "C", None),
    "categorie_juridique": ("5710", "1000", "7210", "9999", None, "57"),
    "date_debut": (None, date(2020, 1, 31)),
    "date_creation": (None, date(1999, 12, 31)),
    "date_dernier_traitement": (None, date(2026, 1, 1)),
    "activite_principale": (None, "10.71C", "99.99Z"),
    "nomenclature_activite_principale": (None, "NAFRev2", "NAFRev1", "NAF25"),
    "activite_principale_naf25": (None, "10.71Y"),
    "tranche_effectifs": (None, "11", "NN", "ZZ"),
    "annee_effectifs": (None, 2024),
    "categorie_entreprise": (None, "PME", "GE"),
    "annee_categorie_entreprise": (None, 2023),
    "economie_sociale_solidaire": (None, True, False),
    "societe_mission": (None, True, False),
    "caractere_employeur": (None, True, False),
    "identifiant_association": (None, "W123456789"),
    "nic_siege": ("00001", None, "99999"),
}
LIEU: dict[str, tuple[Any, ...]] = {
    "statut_diffusion": ("O", "O", "P", None),
    "etat_administratif": ("A", "F", None),
    "etablissement_siege": (True, False, None),
    "nic": (None, "00001"),
    "date_debut": (None, date(2021, 6, 1)),
    "enseigne_1": TEXTES,
    "enseigne_2": TEXTES,
    "denomination_usuelle": TEXTES,
    "complement_adresse": (None, "BATIMENT B"),
    "numero_voie": (None, "12"),
    "indice_repetition": (None, "B"),
    "dernier_numero_voie": (None, "12", "16"),
    "indice_repetition_dernier_numero_voie": (None, "T"),
    "type_voie": (None, "RUE"),
    "libelle_voie": (None, "DES MEUNIERS", "[ND]"),
    "code_postal": (None, "59000"),
    "libelle_commune": (None, "LILLE"),
    "code_commune": (None, "59350", "2A004", "99999"),
    "distribution_speciale": (None, "BP 7"),
    "code_cedex": (None, "59777"),
    "libelle_cedex": (None, "LILLE CEDEX"),
    "libelle_commune_etranger": (None, "BRUXELLES"),
    "libelle_pays_etranger": (None, "BELGIQUE"),
    "activite_principale": (None, "10.71C"),
    "nomenclature_activite_principale": (None, "NAFRev2"),
    "activite_principale_naf25": (None, "10.71Y"),
    "tranche_effectifs": (None, "11"),
    "annee_effectifs": (None, 2024),
    "caractere_employeur": (None, True),
}


def tirer(alea: Random, possibles: dict[str, tuple[Any, ...]]) -> dict[str, Any]:
    return {champ: alea.choice(valeurs) for champ, valeurs in possibles.items()}


@pytest.fixture
def registre() -> None:
    """Companies of every kind, masked or not, with none to three establishments."""
    alea = Random(5)
    unites, lieux = [], []
    for n in range(1, 301):
        siren = f.siren_no(n)
        unites.append(f.unite(siren, **tirer(alea, UNITE)))
        lieux += [f.lieu(siren, k, **tirer(alea, LIEU)) for k in range(1, alea.randrange(1, 5))]
        if alea.random() < 0.7 and unites[-1]["nic_siege"] == "00001":
            unites[-1]["nic_siege"] = f.siret_no(siren)[9:]
    f.unites(*unites)
    f.lieux(*lieux)


@pytest.mark.usefixtures("registre")
def test_a_line_is_read_as_the_row_of_the_database_is() -> None:
    lues = [*flux.documents()]
    vues = entreprises.entreprises(s.entreprise.siren for s in lues)
    lieux = entreprises.etablissements(e.siret for s in lues for e in s.etablissements)
    assert len(lues) > 200
    assert sum(len(s.etablissements) for s in lues) > 200
    assert {vue.masque for vue in vues.values()} == {lieu.masque for lieu in lieux.values()} == {True, False}
    ecrites, ecrits = lignes_de(lues)
    assert sum(ligne is not None for ligne in ecrites.values()) > 100
    assert sum(ligne is not None for ligne in ecrits.values()) > 50
    # A company in business keeps that of its siège, closed or not.
    assert {vue.siege.etat for vue in vues.values() if vue.etat == "A" and vue.siege} >= {"A", "F"}
    for source in lues:
        siren = source.entreprise.siren
        attendue = sans_jour(vues[siren])
        if source.entreprise.etat_administratif != "A":
            assert ecrites[siren] is None
            continue
        assert lignes.lire_entreprise(ecrites[siren]) == attendue
        for lieu in source.etablissements:
            if ligne := ecrits.get(lieu.siret):  # neither those that are closed, nor those of no document
                assert lignes.lire_etablissement(ligne, attendue) == replace(lieux[lieu.siret], date_maj=None)


def lignes_de(sources: list[DocumentEntreprise]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Lines of companies by SIREN, of establishments by SIRET, None of those that are closed."""
    lues = documents(sources)
    return (
        dict(zip((f"{n:09d}" for n in lues.entreprises["siren"]), lues.entreprises["ligne"], strict=True)),
        dict(zip((f"{n:014d}" for n in lues.etablissements["siret"]), lues.etablissements["ligne"], strict=True)),
    )


def sans_jour(vue: Any) -> Any:
    """The day of the last change is shown by sheets alone: a line does not keep it."""
    siege = replace(vue.siege, date_maj=None) if vue.siege else None
    return replace(vue, siege=siege, date_maj=None)


@pytest.mark.usefixtures("registre")
def test_a_line_holds_nothing_that_is_hidden() -> None:
    sources = [*flux.documents()]
    ecrites, _ = lignes_de(sources)
    for source in sources:
        ligne = ecrites[source.entreprise.siren] or b""
        assert diffusion.MARQUE_INSEE.encode() not in ligne
        if source.entreprise.masque:
            assert b"DES MEUNIERS" not in ligne


REQUETES = ("q=moulin", "q=moulin+lille", "q=meuniers", "q=moulin&vue=etablissements", "departement=59", "q=etoile")


def remplir(univers: Univers) -> None:
    """Companies found by their name, by their street, by an enseigne elsewhere."""
    for n in range(12):
        siren = univers.entreprise(f"MOULIN {n}", {"numero_voie": "4", "libelle_voie": "DES MEUNIERS"})
        univers.etablissement(siren, 2, enseigne_1=f"ETOILE {n}", libelle_voie="HAUTE")


def repondre(requete: str) -> bytes:
    return Client().get(f"/api/v1/recherche?{requete}").content


SANS_LA_BASE = (
    *(f"/api/v1/recherche?{requete}" for requete in REQUETES),
    *(f"/recherche?{requete}" for requete in ("q=moulin&vue=entreprises", "departement=59&vue=etablissements")),
    *(f"/recherche/suggestions?q={texte}" for texte in ("mou", "moulin", "moulin 4")),
    "/api/v1/suggestions?q=moulin",
)


@pytest.mark.parametrize("adresse", SANS_LA_BASE)
def test_an_anonymous_search_asks_the_database_nothing(
    univers: Univers, monkeypatch: pytest.MonkeyPatch, adresse: str
) -> None:
    remplir(univers)
    univers.indexer()
    repondre("q=moulin")  # the first search of the second asks for the versions of Sirene in place
    with CaptureQueriesContext(connection) as posees:
        assert b"MOULIN" in Client().get(adresse).content
    assert posees.captured_queries == []
    monkeypatch.setattr("fce.recherche.reponse.lignes.DUREE_S", 1e-9)  # each search is in another second
    with CaptureQueriesContext(connection) as posees:
        Client().get(adresse)
    assert posees.captured_queries
    assert all("sources_versionenplace" in q["sql"] for q in posees.captured_queries)


@pytest.mark.parametrize("cause", ["un import", "un autre code", "un index d’avant"])
def test_a_doubtful_line_is_not_read_and_the_answer_is_the_same(
    univers: Univers, monkeypatch: pytest.MonkeyPatch, cause: str
) -> None:
    remplir(univers)
    if cause == "un index d’avant":
        monkeypatch.setattr(lignes, "ecrire_entreprise", lambda _: None)
    univers.indexer()
    attendues = {requete: repondre(requete) for requete in REQUETES}
    if cause == "un import":
        univers.charger()
    elif cause == "un autre code":
        monkeypatch.setattr("fce.recherche.reponse.lignes.signature", lambda: "autre")
        assert services.index_perime()
    for requete in REQUETES:
        with CaptureQueriesContext(connection) as posees:
            assert repondre(requete) == attendues[requete]
        assert any("sirene_unites_legales" in q["sql"] for q in posees.captured_queries)


def test_who_is_masked_by_an_import_leaves_every_answer_within_a_second(univers: Univers) -> None:
    univers.personne("MEUNIER", "ANNE", {"libelle_voie": "DES MEUNIERS"})
    univers.personne("MEUNIER", "PAUL")
    univers.indexer()
    assert b"ANNE MEUNIER" in repondre("q=meunier")
    assert b"ANNE MEUNIER" in Client().get("/recherche/suggestions?q=meuni").content  # kept for who types it next
    univers.unites[0]["statut_diffusion"] = "P"
    univers.charger()
    for adresse in (
        "/api/v1/recherche?q=meunier",
        "/api/v1/recherche?q=meunier&vue=etablissements",
        "/recherche?q=meunier&vue=entreprises",
        "/recherche?q=meunier&vue=etablissements",
        "/recherche/suggestions?q=meunier",
        "/recherche/suggestions?q=meuni",
        "/recherche/export.csv?q=meunier",
    ):
        reponse = Client().get(adresse)
        contenu = reponse.getvalue()
        assert b"PAUL MEUNIER" in contenu, adresse
        assert b"ANNE MEUNIER" not in contenu, adresse


@moteurs.SUR_UN_DOSSIER
def test_the_rule_of_masking_makes_the_signature_of_the_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    avant = lignes.signature()
    montre = {**diffusion.MONTRE, Regime.MORALE: frozenset()}
    monkeypatch.setattr(diffusion, "MONTRE", montre)
    lignes.signature.cache_clear()
    try:
        assert lignes.signature() != avant
    finally:
        lignes.signature.cache_clear()


@moteurs.SUR_UN_DOSSIER
def test_a_nature_that_no_field_of_a_line_bears_leaves_the_signature_of_the_lines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A nature made for the keys of registers left every line aside: searches took three times as long."""
    avant = lignes.signature()
    sans = {regime: montrees - {Nature.REGISTRE} for regime, montrees in diffusion.MONTRE.items()}
    monkeypatch.setattr(diffusion, "MONTRE", sans)
    lignes.signature.cache_clear()
    try:
        assert lignes.signature() == avant
    finally:
        lignes.signature.cache_clear()


def test_what_is_open_bears_its_line_in_the_index(univers: Univers) -> None:
    remplir(univers)
    ferme = univers.entreprise("MOULIN FERME", etat_administratif="C")
    ouverte = univers.entreprise("MOULIN OUVERT")
    univers.etablissement(ouverte, 2, etat_administratif="F")
    univers.indexer()
    for genre in ("entreprises", "etablissements"):
        reponse = selectors.moteur().search(Question(genre), limite=50)
        assert reponse.total
        assert all(hit.ligne for hit in reponse.hits)
        fermes = selectors.moteur().search(Question(genre, etats=("cesse",)), limite=50)
        assert fermes.total
        assert not any(hit.ligne for hit in fermes.hits)
    # Beside open ones, it is read in the database with them.
    assert ferme in {r["siren"] for r in json.loads(repondre("q=moulin&etat=tous"))["resultats"]}
