"""The five pages: each is kept, each says why it proposes, and nothing opens before two people of the team sign."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.test import Client

from fce.donnees.declarations import vigueur
from fce.donnees.declarations.models import DeclarationDeSource
from fce.droits.comptes.mandats import Mandats
from fce.sources import registre
from tests.donnees.declarations.conftest import catalogue_seul
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes.fabrique import client_de, compte, mandataire
from tests.service.portail.declarer.gestes import envoyer_le_fichier, poster
from tests.service.portail.pages import texte

__all__ = ["catalogue_seul"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processus_borne]
SIRETS = [f.siret_no(f.siren_no(1)), f.siret_no(f.siren_no(2))]
PRODUCTEUR = {"producteur": "", "producteur_nom": "Ministère de l’Exemple", "producteur_sigle": "MEX"}
DIT = {"titre": "Visites amiante", "mot": "visite", "systeme": "Suivi", "rubrique": "controles", **PRODUCTEUR}
"""What the fourth page cannot propose."""
DIT |= {
    "description": "Une visite.",
    "alarme_champ": "suite",
    "alarme_valeurs": "MED",
    "alarme_phrase": "Mise en demeure",
}


def fichier() -> bytes:
    jours = (f"{n:02d}/10/2026" for n in range(1, 21))
    lignes = zip(itertools.cycle(SIRETS), jours, itertools.cycle(("conforme", "MED", "rappel")), strict=False)
    tete = "n_siret;dt_visite;suite;inspecteur;obs"
    return "\n".join(
        [
            tete,
            *(
                f"{s};{j};{x};Jeanne MARCASSOUX;machine arrêtée, revoir M. D’EXEMPLY le {j} sur place"
                for s, j, x in lignes
            ),
        ]
    ).encode()


@pytest.fixture
def auteur() -> Client:
    return client_de(compte())


@pytest.fixture
def brouillon(auteur: Client) -> str:
    assert envoyer_le_fichier(auteur, "visites-essai", fichier()).status_code == 302
    return "visites-essai"


def decrire(client: Client, nom: str, **lecteurs: Any) -> None:
    """The steps 2 to 4."""
    acces = {"classe": "C2", "groupe": "travail", "base_legale": "code du travail, art. L. 8112-1", **lecteurs}
    assert poster(client, nom, "colonnes").status_code == 302
    assert poster(client, nom, "lecteurs", **acces).status_code == 302
    reponse = poster(client, nom, "presentation", **DIT)
    assert reponse.status_code == 302, reponse.context["formulaire"].errors


def test_a_file_shows_its_columns_and_keeps_no_name_of_anyone(auteur: Client, brouillon: str) -> None:
    page = texte(auteur.get(f"/declarer/{brouillon}/fichier"))
    assert "20 lignes lues" in page
    assert "MARCASSOUX" not in page
    ecrite = DeclarationDeSource.objects.get()
    assert "MARCASSOUX" not in str(ecrite.exploration)
    assert [c["name"] for c in ecrite.contenu["fields"]] == ["n_siret", "dt_visite", "suite"]
    assert ecrite.contenu["fce"]["cle"] == ["n_siret", "dt_visite"]
    page = texte(auteur.get(f"/declarer/{brouillon}/colonnes"))
    assert "prénom et nom dans 100 % des valeurs" in page
    assert "20 lignes nomment une personne ou la joignent : à garder pour un seul métier, ou à écarter" in page


def test_a_personal_column_is_not_opened_without_a_text_of_law(auteur: Client, brouillon: str) -> None:
    assert poster(auteur, brouillon, "colonnes", **{"c3-garder": "on", "brouillon": "1"}).status_code == 302
    for ouverture in ({"c3-qui": "lignes"}, {"c3-nature": "diffusible"}):
        reponse = poster(auteur, brouillon, "colonnes", **ouverture)
        assert reponse.status_code == 400
        assert "semblent parler de personnes" in texte(reponse)
    assert poster(auteur, brouillon, "colonnes").status_code == 302
    colonne = DeclarationDeSource.objects.get().contenu["fields"][-1]
    assert (colonne["name"], colonne["fce"]["nature"], colonne["fce"]["acces"]) == (
        "inspecteur",
        "personne",
        {"classe": "C2"},
    )


def test_closed_until_said(auteur: Client, brouillon: str) -> None:
    poster(auteur, brouillon, "colonnes")
    assert poster(auteur, brouillon, "lecteurs").status_code == 400
    assert poster(auteur, brouillon, "lecteurs", classe="C2", groupe="travail").status_code == 400
    assert "acces" not in DeclarationDeSource.objects.get().contenu["fce"]


def test_each_reader_sees_what_his_rights_open(auteur: Client, brouillon: str) -> None:
    f.unites(f.unite(f.siren_no(1), denomination="ACIERIES DE VALSDORAC"))
    f.lieux(f.lieu(f.siren_no(1), code_commune="59350"))
    decrire(auteur, brouillon)
    reponse = auteur.get(f"/declarer/{brouillon}/apercu", {"numero": SIRETS[0]})
    assert reponse.status_code == 200, texte(reponse)
    vus = {vu.titre: (vu.bloc is not None, vu.colonnes, vu.lignes) for vu in reponse.context["apercu"].lecteurs}
    rien = (False, 0, 0)
    assert vus == {
        "Le public": rien, "Une inspectrice du travail": (True, 3, 10), "La DREETS": rien, "Les impôts": rien,
    }  # fmt: skip
    assert "ACIERIES DE VALSDORAC" in texte(reponse)


def test_two_of_the_team_and_the_dpo_open_a_reserved_set(auteur: Client, brouillon: str) -> None:
    decrire(auteur, brouillon)
    adresse = f"/declarer/{brouillon}/signatures"
    assert "Signer" not in texte(auteur.get(adresse))
    assert auteur.post(adresse, {"confirme": "on"}).status_code == 400
    for qualite in (Mandats.EQUIPE, Mandats.DPO, Mandats.EQUIPE):
        client = client_de(mandataire(qualite))
        assert client.post(adresse, {}).status_code == 400
        assert client.post(adresse, {"confirme": "on"}).status_code == 302
        assert client.post(adresse, {"confirme": "on"}).status_code == 400
    vigueur.appliquer()
    assert registre.source(brouillon).titre == "Visites amiante"
    assert DeclarationDeSource.objects.get().exploration is None
    assert "en vigueur" in texte(auteur.get(adresse))


def test_a_draft_is_its_author_s_its_producer_s_and_the_team_s(auteur: Client, brouillon: str) -> None:
    decrire(auteur, brouillon)
    for client, lit, ecrit in (
        (client_de(compte()), False, False),
        (client_de(mandataire(Mandats.DEPOT, "dgfip")), False, False),
        (client_de(mandataire(Mandats.DEPOT, "mex")), True, True),
        (client_de(mandataire(Mandats.DPO)), True, False),
        (client_de(mandataire(Mandats.EQUIPE)), True, True),
    ):
        assert client.get(f"/declarer/{brouillon}/colonnes").status_code == (200 if lit else 404)
        attendu = 302 if ecrit else 403 if lit else 404
        assert client.post(f"/declarer/{brouillon}/version").status_code in (attendu, 400)
        reponse = client.post(f"/declarer/{brouillon}/lecteurs", {"classe": "C1"})
        assert reponse.status_code == attendu


def test_a_new_version_says_what_it_loses_and_opens(auteur: Client, brouillon: str) -> None:
    decrire(auteur, brouillon)
    signataires = [client_de(mandataire(q)) for q in (Mandats.EQUIPE, Mandats.EQUIPE, Mandats.DPO)]
    for client in signataires:
        client.post(f"/declarer/{brouillon}/signatures", {"confirme": "on"})
    vigueur.appliquer()
    assert auteur.post(f"/declarer/{brouillon}/version").status_code == 302
    assert envoyer_le_fichier(auteur, brouillon, fichier()).status_code == 302
    poster(auteur, brouillon, "colonnes", **{"c2-qui": ""})
    poster(auteur, brouillon, "lecteurs", classe="C1")
    poster(auteur, brouillon, "presentation", alarme_champ="")
    page = texte(auteur.get(f"/declarer/{brouillon}/signatures"))
    assert "La colonne « Suite » n’est plus gardée." in page
    assert "La colonne « N siret » s’ouvre à d’autres lecteurs." in page


def test_the_declaration_is_exported_as_json_and_as_a_source_py(auteur: Client, brouillon: str) -> None:
    decrire(auteur, brouillon)
    assert auteur.get(f"/declarer/{brouillon}/declaration.json").json()["name"] == brouillon
    assert "class Declare(Fait):" in auteur.get(f"/declarer/{brouillon}/source.py").content.decode()
