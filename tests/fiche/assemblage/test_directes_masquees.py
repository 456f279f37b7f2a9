"""Masked units: their identity is for agents only, by exact number, on the sheet and nowhere else."""

from __future__ import annotations

import pytest
from django.test import Client

from fce.fiche.assemblage import directes
from fce.fiche.formes.contenu import EnValeurs, EtatBloc
from fce.socle.erreurs import Introuvable
from fce.socle.texte.identifiants import compacter
from tests.acces.acteurs import habilite
from tests.donnees.entreprises import fabrique as f
from tests.donnees.imports.directes import conftest
from tests.donnees.imports.directes.serveur import Serveur, donnees
from tests.fiche.unites_directes import SIREN, SIRET, attentes, lecteur, peupler

NATIONAL = frozenset({"FR"})
pytestmark = [pytest.mark.django_db, pytest.mark.catalogue]
serveur = conftest.serveur


SECRETE = {
    "siret": SIRET,
    "enseigne": None,
    "unite_legale": {
        "siren": SIREN,
        "status_diffusion": "partiellement_diffusible",
        "personne_morale_attributs": {"raison_sociale": None, "sigle": None},
        "personne_physique_attributs": {
            "prenom_1": "IRENE", "prenom_2": None, "prenom_3": None, "prenom_4": None, "nom_usage": None,
            "nom_naissance": "DALVERCOURT", "pseudonyme": None,
        },
    },
    "adresse": {
        "numero_voie": "7", "indice_repetition_voie": None, "type_voie": "RUE", "libelle_voie": "SECRETE",
        "complement_adresse": None, "code_postal": "63000", "libelle_commune": "CLERMONT-FERRAND",
        "libelle_pays_etranger": None,
    },
}  # fmt: skip


class TestPartialDiffusion:
    NOM = "sirene-diffusion-partielle"

    @pytest.mark.parametrize("numero", [SIREN, SIRET])
    def test_an_agent_sees_the_masked_answer_on_the_sheet_of_a_masked_unit(self, serveur: Serveur, numero: str) -> None:
        peupler("P", categorie_juridique="1000")
        serveur.jouer(donnees(SECRETE))
        assert self.NOM in attentes(numero, lecteur("emploi", territoire=NATIONAL))
        bloc = directes.bloc_direct(numero, self.NOM, lecteur("emploi", territoire=NATIONAL))
        assert isinstance(bloc.contenu, EnValeurs)
        montrees = {libelle: cellule.texte for libelle, cellule in bloc.contenu.paires}
        assert compacter(montrees.pop("SIRET")) == SIRET
        assert montrees == {
            "Nom de naissance": "DALVERCOURT",
            "Prénoms": "IRENE",
            "Voie": "7 RUE SECRETE",
            "Code postal": "63000",
            "Commune": "CLERMONT-FERRAND",
        }
        assert serveur.recues[0].chemin.startswith("/v4/insee/sirene/")

    @pytest.mark.django_db(transaction=True)
    def test_the_masked_name_takes_its_place_in_the_bar_for_an_agent_alone(self, serveur: Serveur) -> None:
        peupler("P", categorie_juridique="1000")
        serveur.jouer(donnees(SECRETE))
        entetes = {"HX-Request": "true", "HX-Target": "nom-interne"}
        agent, public = habilite("inspection-travail", ("FR",)).client, Client()
        for base in (f"/entreprise/{SIREN}", f"/etablissement/{SIRET}"):
            for adresse in (base, f"{base}/aides", f"{base}/tout"):
                tete = agent.get(adresse).content.decode().partition("<h1>")[2].partition("</header>")[0]
                assert f'id="nom-interne" hx-get="{base}/direct/{self.NOM}"' in tete
                assert "usage interne" in tete
                assert "data-copier" not in tete.partition("</h1>")[0]
                vue = public.get(adresse).content.decode()
                assert "nom-interne" not in vue
                assert "usage interne" not in vue
            fragment = agent.get(f"{base}/direct/{self.NOM}", headers=entetes)
            assert fragment.content.decode() == "IRENE DALVERCOURT"
            assert fragment["Cache-Control"].startswith("no-store")
            refuse = public.get(f"{base}/direct/{self.NOM}", headers=entetes).content.decode()
            assert refuse == "Personne masquée"

    def test_a_masked_head_office_is_enough(self, serveur: Serveur) -> None:
        peupler("O", "P")
        serveur.jouer(donnees(SECRETE))
        assert directes.bloc_direct(SIREN, self.NOM, lecteur("emploi", territoire=NATIONAL)).etat is EtatBloc.DONNEES

    def test_nothing_is_asked_for_a_diffusible_unit(self, serveur: Serveur) -> None:
        peupler()
        assert self.NOM not in attentes(SIREN, lecteur("emploi", territoire=NATIONAL))
        for numero in (SIREN, SIRET):
            with pytest.raises(Introuvable):
                directes.bloc_direct(numero, self.NOM, lecteur("emploi", territoire=NATIONAL))
        assert serveur.recues == []

    def test_the_public_gets_none_of_it_on_any_surface(self, serveur: Serveur, client: Client) -> None:
        peupler("P", categorie_juridique="1000")
        serveur.jouer(donnees(SECRETE))
        directes.bloc_direct(
            SIREN, self.NOM, lecteur("emploi", territoire=NATIONAL)
        )  # kept, for the agent's administration
        adresse = f"/entreprise/{SIREN}"
        page = client.get(f"{adresse}/tout").content.decode()
        assert "réservées aux agents publics" in page
        surfaces = [page, client.get(f"{adresse}/direct/{self.NOM}").content.decode()]
        surfaces.append(client.get(f"/api/v1/entreprises/{SIREN}").content.decode())
        surfaces.append(b"".join(client.get(f"{adresse}/export.xlsx")).decode("latin-1"))
        surfaces.append(client.get(f"/recherche?q={SIREN}", follow=True).content.decode())
        for suite in (f"{adresse}/{self.NOM}.csv", f"{adresse}/{self.NOM}", f"/sources/{self.NOM}/donnees.csv"):
            reponse = client.get(suite, follow=True)
            assert reponse.status_code in (400, 403, 404)
            surfaces.append(reponse.content.decode())
        assert not [s[:80] for s in surfaces if "DALVERCOURT" in s or "SECRETE" in s]

    def test_what_is_masked_elsewhere_stays_so_in_the_other_sources(self, serveur: Serveur) -> None:
        peupler("P", categorie_juridique="1000")
        serveur.jouer(donnees({"id": f"FR{SIRET}", "actif": True, "libelle": "DALVERCOURT", "rue": "RUE SECRETE"}))
        bloc = directes.bloc_direct(SIREN, "dgddi-eori", lecteur())
        assert not {"DALVERCOURT", "RUE SECRETE"} & set(f.textes(bloc.contenu))
        assert f"FR{SIRET}" in set(f.textes(bloc.contenu))
