"""The panel of filters with twenty sources behind it: short, foldable, and each box sends what the query reads."""

from collections.abc import Sequence

import pytest
from django.test import Client
from django.utils.html import escape

from fce.recherche.question import filtres
from fce.recherche.question.filtre import Composant
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import panneau, parcours, selectors
from fce.recherche.reponse.resultats import Facette
from tests.donnees.entreprises import fabrique as f
from tests.recherche.univers import BREST, Univers
from tests.service.portail.pages import verifier


def facettes(**nombres: int) -> dict[str, Sequence[Facette]]:
    """One value per filter, with its count; « oui » for those of one box."""
    simples = {f.nom for f in filtres.declares() if f.composant is Composant.CASE}
    return {nom: [Facette("oui" if nom in simples else "x", "X", n, False)] for nom, n in nombres.items()}


def test_a_filter_without_a_declared_value_nor_a_result_is_not_shown() -> None:
    def noms(groupes: panneau.GroupesDesSources) -> set[str]:
        return {g.nom for g in (*groupes.visibles, *groupes.replies, *groupes.simples)}

    assert noms(panneau.groupes_des_sources(Requete(q="x"), facettes(iae=1, rna=2))) == {"iae", "rna"}
    avant = noms(panneau.groupes_des_sources(Requete(), {}))  # nothing asked: the values that are declared
    assert {"label", "aides", "rna", "marches_publics"} <= avant
    assert "idcc" not in avant


def test_the_filters_that_most_results_bear_are_shown_the_others_folded() -> None:
    nombres = {"idcc": 5, "iae": 1, "seveso": 2, "qualiopi": 9, "collectivite": 7, "procedure_collective": 8}
    groupes = panneau.groupes_des_sources(Requete(q="x"), facettes(**nombres))
    assert [g.nom for g in groupes.visibles] == ["qualiopi", "procedure_collective", "collectivite", "idcc"]
    assert {"iae", "seveso"} <= {g.nom for g in groupes.replies}
    demande = Requete(q="x", filtres={"iae": ("x",)})
    assert panneau.groupes_des_sources(demande, facettes(**nombres)).visibles[0].nom == "iae"


def test_yes_no_filters_are_boxes_of_one_list_named_after_what_they_ask() -> None:
    groupes = panneau.groupes_des_sources(Requete(q="x", filtres={"rna": ("non",)}), facettes(marches_publics=3))
    cases = {g.nom: [(c.code, c.libelle, c.actif) for c in g.cases] for g in groupes.simples}
    assert cases["marches_publics"] == [("oui", "Titulaire de marchés publics", False)]
    assert ("non", "Association inscrite au RNA : non", True) in cases["rna"]
    assert groupes.simples_actifs == 1


@pytest.fixture
def peuple(univers: Univers) -> Univers:
    siren = univers.entreprise("VERGNAUD")
    for n, nom in enumerate(("MARIVAULT", "QUERSIN", "TARDIVEL", "ROUVIERE")):
        univers.dirigeant(siren, nom, "ODILE", qualite="Gérant" if n == 0 else None)
    univers.fait("idcc-etablissements", siret=f.siret_no(siren), idcc="1486")
    univers.fait("qualiopi", siren=siren, declaration="1", certifications="Actions de formations/VAE")
    univers.fait("organismes-formation", siren=siren, numero="1")
    univers.etablissement(siren, 2, **BREST)
    univers.indexer()
    return univers


def test_the_page_shows_people_filters_and_why(client: Client, peuple: Univers) -> None:
    html = client.get("/recherche?q=vergnaud").content.decode()
    page = verifier(html)
    for attendu in ("ODILE MARIVAULT, gérant", "ODILE QUERSIN", "Voir plus", "ODILE ROUVIERE", "Dirigeant ou élu"):
        assert attendu in html
    for case in ('name="idcc" value="1486"', 'name="qualiopi" value="VAE"', 'name="organisme-formation" value="oui"'):
        assert case in html
    assert page
    html = client.get("/recherche?dirigeant=odile+quersin&idcc=1486&organisme-formation=oui").content.decode()
    verifier(html)
    for attendu in ("Dirigeant : ODILE QUERSIN", "Convention collective : 1486 – ", "Organisme de formation : Oui"):
        assert attendu in html
    assert 'value="odile quersin"' in html


def test_a_filter_lifted_in_advice_is_named(peuple: Univers) -> None:
    conseil = selectors.rechercher(Requete.depuis({"q": "vergnaud", "label": "rge"})).conseil
    assert conseil == f"Sans le filtre « {filtres.tous()['label'].titre} », la recherche donne 1 résultat."


def test_the_page_without_a_result_gives_its_advice(client: Client, peuple: Univers) -> None:
    html = client.get("/recherche?q=vergnaud&label=rge").content.decode()
    assert escape("Sans le filtre « Labels") in html


def test_exports_hold_the_filters_and_say_them(client: Client, peuple: Univers) -> None:
    def lignes(adresse: str) -> int:
        contenu = b"".join(client.get(f"/recherche/export.csv?{adresse}").streaming_content)  # type: ignore[attr-defined]
        return len(contenu.decode("utf-8-sig").splitlines()) - 1

    assert lignes("idcc=1486") == 1
    assert lignes("idcc=0044") == 0
    assert lignes("idcc=1486&vue=etablissements") == 1
    assert lignes("organisme-formation=oui&vue=etablissements") == 2
    assert lignes("dirigeant=odile+rouviere&vue=etablissements") == 2
    reponse = client.get("/recherche/export.xlsx?idcc=1486&dirigeant=rouviere")
    assert reponse.status_code == 200
    b"".join(reponse.streaming_content)  # type: ignore[attr-defined]


def test_a_long_export_under_several_filters_misses_nobody(univers: Univers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcours, "FENETRE", 3)
    monkeypatch.setattr(parcours, "PAQUET", 2)
    attendus = []
    for n in range(7):
        siren = univers.entreprise(f"ALPHA {n}")
        univers.fait("rge", siret=f.siret_no(siren), code_qualification="A")
        univers.etablissement(siren, 2, **BREST)
        attendus.append(siren)
    univers.entreprise("SANS LABEL")
    univers.indexer()
    requete = Requete.depuis({"label": "rge", "departement": "59"})
    trouves = [r.entreprise.siren for paquet in parcours.parcourir(requete) for r in paquet]
    assert sorted(trouves) == sorted(attendus)


# --- The establishments of a number ----------------------------------------------------------------------------------


def test_a_siren_in_the_view_of_establishments_lists_them(client: Client, univers: Univers) -> None:
    siren = univers.entreprise("VERGNAUD")
    brest = univers.etablissement(siren, 2, **BREST)
    ferme = univers.etablissement(siren, 3, etat_administratif="F")
    univers.entreprise("AUTRE")
    univers.indexer()

    def trouves(adresse: str) -> list[str]:
        requete = Requete.depuis(dict(p.split("=") for p in adresse.split("&")))
        return [r.etablissement.siret for r in selectors.rechercher(requete).resultats if r.etablissement]

    assert set(trouves(f"q={siren}&vue=etablissements")) == {f.siret_no(siren, 1), brest}
    assert set(trouves(f"q={siren}&vue=etablissements&etat=tous")) == {f.siret_no(siren, 1), brest, ferme}
    assert trouves(f"q={siren}&vue=etablissements&departement=29") == [brest]
    resultats = selectors.rechercher(Requete.depuis({"q": siren, "vue": "etablissements", "departement": "29"}))
    assert {x.code: x.nombre for x in resultats.facettes["departement"]} == {"59": 1, "29": 1}
    assert {x.code: x.nombre for x in resultats.facettes["etat"]} == {"actif": 1, "cesse": 0}
    vide = selectors.rechercher(Requete.depuis({"q": siren, "vue": "etablissements", "departement": "01"}))
    assert "ne répond à ces filtres" in (vide.conseil or "")
    assert client.get(f"/recherche?q={siren}").headers["Location"] == f"/entreprise/{siren}"
    csv = b"".join(client.get(f"/recherche/export.csv?q={siren}&vue=etablissements").streaming_content)  # type: ignore[attr-defined]
    assert csv.count(b"\n") == 3


def test_the_establishments_of_a_masked_person_are_exported_masked(client: Client, univers: Univers) -> None:
    siren = univers.personne("SECRETAN", "ODILE", statut_diffusion="P")
    univers.etablissement(siren, 2)
    univers.indexer()
    adresse = f"q={siren}&vue=etablissements"
    assert client.get(f"/recherche?{adresse}").headers["Location"] == f"/entreprise/{siren}"
    csv = b"".join(client.get(f"/recherche/export.csv?{adresse}").streaming_content).decode()  # type: ignore[attr-defined]
    assert csv.count("\n") == 3
    assert "SECRETAN" not in csv
    assert "LILLE" not in csv
