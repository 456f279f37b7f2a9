"""Each filter is one entry, complete, and everything derives from it."""

from dataclasses import replace

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils.html import escape

from fce.api.v1 import api
from fce.donnees.entreprises.contenu import LigneEntreprise, LigneEtablissement
from fce.recherche import services
from fce.recherche.engines.codes import Codes
from fce.recherche.engines.port import CodeCherche, Manifeste
from fce.recherche.index import codage
from fce.recherche.question import alimentations, filtres
from fce.recherche.question.filtrage import question
from fce.recherche.question.filtre import Composant, FiltreDeRecherche
from fce.recherche.question.requete import VUES, Requete
from fce.recherche.question.saisies import SaisieCode, SaisieJour, SaisieLibre, SaisieListe, SaisieOuiNon
from fce.recherche.reponse import exports, lignes, page
from fce.recherche.reponse.resultats import Facette, NombresParCode, facettes
from fce.socle.erreurs import ParametreInvalide
from tests.recherche.univers import Univers

TOUS = [*filtres.tous().values()]
DE_SIRENE = [*filtres.SIRENE.values()]


def nom(filtre: FiltreDeRecherche) -> str:
    return filtre.nom


def valeur(filtre: FiltreDeRecherche) -> str:
    """A value that the filter accepts, written as it must be."""
    match filtre.saisie:
        case SaisieListe(valeurs):
            return valeurs[-1]
        case SaisieCode():
            return filtre.saisie.exemple
        case SaisieOuiNon():
            return "oui"
        case SaisieJour():
            return "2024-03-01"
        case _:
            return "oui" if filtre.composant is Composant.CASE else next(iter(filtre.valeurs), "essai")


def demandee(filtre: FiltreDeRecherche, vue: str = "entreprises") -> Requete:
    params = QueryDict(mutable=True)
    params.update({filtre.nom: valeur(filtre), "vue": vue})
    return Requete.depuis(params)


# --- The entry itself ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("filtre", TOUS, ids=nom)
def test_an_entry_says_what_people_read(filtre: FiltreDeRecherche) -> None:
    assert filtre.nom not in filtres.PARAMETRES
    assert filtre.titre[0].isupper()
    assert filtre.conseil
    assert filtre.en_clair(valeur(filtre))
    assert filtre.en_clair("inconnu")  # a code that is in no list any more is still shown
    assert filtre.porteurs
    assert bool(filtre.invite) == (filtre.composant is Composant.TEXTE)


@pytest.mark.parametrize("filtre", DE_SIRENE, ids=nom)
def test_no_document_is_asked_for_codes_that_it_never_bears(filtre: FiltreDeRecherche) -> None:
    """What only establishments have is declared by their source: companies would answer as if nothing were asked."""
    assert "entreprises" in filtre.porteurs or filtre.nom == filtres.FILTRE_SIEGE
    lus_ailleurs = (Composant.LIEU, Composant.DATE, Composant.TEXTE, Composant.CARTE)  # places, bounds, people, squares
    if filtre.composant not in lus_ailleurs and "entreprises" in filtre.porteurs:
        assert filtre.entreprise
    assert {*filtre.entreprise} <= {*LigneEntreprise._fields}
    assert {*filtre.etablissement} <= {*LigneEtablissement._fields}


def test_titles_and_codes_belong_to_one_filter() -> None:
    assert len({f.titre for f in TOUS}) == len(TOUS)
    debuts = [f.debut for f in TOUS]
    assert not [(a, b) for a in debuts for b in debuts if a is not b and b.startswith(a)]


@pytest.mark.parametrize("filtre", TOUS, ids=nom)
def test_a_value_is_written_in_one_way_or_refused_in_french(filtre: FiltreDeRecherche) -> None:
    juste = valeur(filtre)
    assert filtre.saisie.canonique(filtre.nom, juste) == juste
    assert demandee(filtre).filtres == {filtre.nom: (juste,)}
    if isinstance(filtre.saisie, SaisieLibre):
        assert len(filtre.saisie.canonique(filtre.nom, "x" * 5000)) < 5000
        return
    with pytest.raises(ParametreInvalide) as erreur:
        Requete.depuis({filtre.nom: "peut-être"})
    assert "peut-être" in erreur.value.message.lower()
    assert erreur.value.message.endswith(".")


@pytest.mark.parametrize("filtre", [f for f in DE_SIRENE if f.entreprise or f.etablissement], ids=nom)
def test_what_is_asked_is_what_documents_bear(filtre: FiltreDeRecherche) -> None:
    """For each column, a value of the row gives the codes that the same value asks for."""
    for colonnes in filter(None, (filtre.entreprise, filtre.etablissement)):
        lue = True if isinstance(filtre.saisie, SaisieOuiNon) else valeur(filtre)
        autres = ["C" if colonne == "etat_administratif" else None for colonne in colonnes[1:]]
        codes = filtre.codes(lue, *autres)
        portes = {CodeCherche("codes", c) for c in codes.comptes}
        portes |= {CodeCherche("filtres", c) for c in codes.filtres.split()}
        assert portes & {*filtre.criteres([valeur(filtre)])}
        assert filtre.codes(*[None] * len(colonnes)) == Codes((), "")


# --- What derives from it --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("filtre", TOUS, ids=nom)
def test_the_engine_is_asked(filtre: FiltreDeRecherche) -> None:
    for vue in VUES:
        posee = question(demandee(filtre, vue))
        assert bool(posee.groupes or any(posee.creation)) == (vue in filtre.porteurs), vue


@pytest.mark.parametrize("filtre", TOUS, ids=nom)
def test_the_api_documents_it(filtre: FiltreDeRecherche) -> None:
    operation = api.get_openapi_schema()["paths"]["/api/v1/recherche"]["get"]
    (parametre,) = [p for p in operation["parameters"] if p["name"] == filtre.nom]
    assert parametre["description"] == filtre.api
    assert parametre["schema"]["type"] == ("array" if filtre.repetable else "string")


@pytest.mark.parametrize("filtre", [f for f in TOUS if f.facette], ids=nom)
def test_its_values_are_counted_with_a_label(filtre: FiltreDeRecherche) -> None:
    code = valeur(filtre)
    lues = facettes(Requete(vue=filtre.porteurs[-1]), NombresParCode({filtre.debut + code: 3}), {}, {})
    assert lues[filtre.nom] == [Facette(code, filtre.libelle(code) or code, 3, False)]


@pytest.mark.parametrize("filtre", TOUS, ids=nom)
def test_it_can_be_lifted_and_an_export_says_it(filtre: FiltreDeRecherche) -> None:
    requete = demandee(filtre)
    (etiquette,) = page.etiquettes(requete, "liste", {})
    assert filtre.en_clair(valeur(filtre)) in etiquette.libelle
    assert filtre.nom not in QueryDict(etiquette.retirer)
    assert (filtre.titre, filtre.en_clair(valeur(filtre))) in [*exports.demande(requete)]


@pytest.mark.django_db
def test_the_page_has_each_filter(client: Client) -> None:
    univers = Univers()
    univers.entreprise("ALPHA")
    univers.indexer()
    for filtre in TOUS:
        vue = filtre.porteurs[-1]
        html = client.get("/recherche", {filtre.nom: valeur(filtre), "vue": vue, "affichage": "liste"}).content.decode()
        assert f'name="{filtre.nom}"' in html, filtre.nom
        assert escape(filtre.titre) in html, filtre.nom


# --- The index -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_index_without_the_codes_of_a_new_filter_is_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    univers = Univers()
    univers.entreprise("ALPHA")
    univers.indexer()
    assert not services.index_perime()
    essai = replace(filtres.SIRENE["categorie"], nom="essai", prefixe="")
    monkeypatch.setitem(filtres.SIRENE, "essai", essai)
    assert services.index_perime()


@pytest.mark.django_db
def test_an_index_that_does_not_say_its_filters_is_stale() -> None:
    extra = {
        "alimentations": alimentations.signature(),
        "filtres": codage.signature(),
        "lignes": lignes.signature(),
    }
    assert not services.a_rebatir(Manifeste(version="", generations={}, extra=extra))
    del extra["filtres"]
    assert services.a_rebatir(Manifeste(version="", generations={}, extra=extra))
