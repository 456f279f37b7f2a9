"""Live blocs: a place of fixed height on the sheet, then one of the four states; rights as everywhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fce.donnees.imports.directes import disjoncteur, transport
from fce.donnees.imports.models import ReponseDirecte
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche import views
from fce.fiche.assemblage import directes
from fce.fiche.formes.contenu import EnSerie, EnTableau, EnValeurs, EtatBloc
from fce.sources import registre
from tests.donnees.entreprises import fabrique as f
from tests.donnees.imports.directes import conftest
from tests.donnees.imports.directes.conftest import DESTINATAIRE
from tests.donnees.imports.directes.serveur import Reponse, Serveur, donnees, erreur
from tests.droits.comptes.fabrique import AUTRE_SERVICE, SERVICE
from tests.fiche.unites_directes import MIDI, SIREN, SIRET, attentes, lecteur, peupler
from tests.pages_sous_roles import lu_par

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue]
serveur = conftest.serveur
TVA = donnees({"tva_number": "FR12900000010"})
HTMX = {"HX-Request": "true"}
DIRECTES = [s for s in registre.toutes() if s.direct]


@pytest.fixture
def unite() -> None:
    peupler()


@pytest.mark.usefixtures("unite")
class TestPlaces:
    def test_the_anonymous_reader_has_only_the_open_sources(self, serveur: Serveur) -> None:
        assert attentes() == {"tva"}
        assert attentes(SIRET) == set()
        assert serveur.recues == []

    def test_an_agent_has_those_of_his_rights(self, serveur: Serveur) -> None:
        assert attentes(qui=lecteur()) == {"tva", "dgddi-eori"}
        assert attentes(qui=lecteur("social")) == {"tva", "dgddi-eori", "urssaf-vigilance", "msa-conformite"}
        assert attentes(SIRET, lecteur("fiscal", "social")) == {
            "dgddi-eori",
            "msa-conformite",
            "dgfip-chiffre-affaires",
        }
        assert attentes(qui=lecteur("fiscal", "social")) == {s.nom for s in DIRECTES} - {"sirene-diffusion-partielle"}
        assert attentes(qui=lecteur("fiscal", finalite=None)) == {"tva", "dgddi-eori"}
        assert attentes(qui=lecteur("fiscal", territoire=frozenset({"13"}))) == {"tva", "dgddi-eori"}

    def test_a_reserved_source_is_counted_and_has_no_place(self, serveur: Serveur, client: Client) -> None:
        page = unescape(client.get(f"/entreprise/{SIREN}/tout").content.decode())
        for source in DIRECTES:
            if source.acces.classe != "C0" and source.importable:
                assert f"direct/{source.nom}" not in page
        assert "sources sont réservées aux agents publics" in page
        assert "Identité et adresse non diffusibles" not in page

    def test_the_file_in_place_stays_beside(self, serveur: Serveur, client: Client, monkeypatch: Any) -> None:
        monkeypatch.setattr(views, "lecteur_de_la_page", lu_par(lecteur()))
        f.charger("dgddi-eori", [{"siret": SIRET, "identifiant": "FR90000001000012"}])
        page = client.get(f"/entreprise/{SIREN}/tout").content.decode()
        assert "FR90000001000012" in page
        assert f"/entreprise/{SIREN}/direct/dgddi-eori" in page

    @pytest.mark.parametrize("connue", [True, False])
    def test_the_list_of_vat_numbers_is_enough_and_vies_is_not_asked(
        self, serveur: Serveur, client: Client, connue: bool
    ) -> None:
        page = client.get(f"/entreprise/{SIREN}/tout").content.decode()
        assert "TVA intracommunautaire : source pas encore importée" not in page
        f.charger("tva", [{"siren": SIREN if connue else f.siren_no(8), "numero": "FR12900000010"}])
        page = client.get(f"/entreprise/{SIREN}/tout").content.decode()
        assert ("FR12900000010" in page) is connue
        assert ("ne figure pas sur la liste des numéros actifs" in page) is not connue
        assert "direct/tva" not in page

    def test_without_settings_the_sheet_says_so(self, client: Client, settings: Any) -> None:
        settings.FCE_API_ENTREPRISE_URL = ""
        page = client.get(f"/entreprise/{SIREN}/tout").content.decode()
        assert "TVA intracommunautaire, en direct : source non configurée" in page
        assert "direct/tva" not in page
        reponse = client.get(f"/entreprise/{SIREN}/direct/tva")
        assert reponse.status_code == 503
        assert "source non configurée" in reponse.content.decode()

    def test_the_sheet_waits_for_nothing_and_reads_nothing_more(
        self, serveur: Serveur, client: Client, settings: Any
    ) -> None:
        client.get(f"/entreprise/{SIREN}/tout")  # what was in place for another test is forgotten
        with CaptureQueriesContext(connection) as avec:
            client.get(f"/entreprise/{SIREN}/tout")
        settings.FCE_API_ENTREPRISE_URL = ""
        with CaptureQueriesContext(connection) as sans:
            client.get(f"/entreprise/{SIREN}/tout")
        assert len(avec) == len(sans)
        assert serveur.recues == []

    def test_without_javascript_a_link_shows_the_answer(self, serveur: Serveur, client: Client) -> None:
        serveur.jouer(TVA)
        adresse = f"/entreprise/{SIREN}/direct/tva"
        assert (
            f'<a class="fr-link fr-link--sm" href="{adresse}"'
            in client.get(f"/entreprise/{SIREN}/tout").content.decode()
        )
        page = client.get(adresse)
        html = page.content.decode()
        assert page.status_code == 200
        assert "<title>" in html
        assert "FR12900000010" in html
        assert f'href="/entreprise/{SIREN}"' in html


@pytest.mark.usefixtures("unite")
class TestStates:
    def test_data_come_with_their_date_and_their_origin(self, serveur: Serveur) -> None:
        serveur.jouer(TVA)
        bloc = directes.bloc_direct(SIREN, "tva", LecteurDeDonnees(maintenant=MIDI))
        assert (bloc.etat, bloc.obtenue_le, bloc.age) == (EtatBloc.DONNEES, MIDI, None)
        assert isinstance(bloc.contenu, EnValeurs)
        assert [cellule.texte for _, cellule in bloc.contenu.paires] == ["FR12900000010"]

    def test_a_kept_answer_tells_its_age(self, serveur: Serveur, client: Client) -> None:
        serveur.jouer(TVA)
        directes.bloc_direct(SIREN, "tva", LecteurDeDonnees(maintenant=MIDI))
        gardee = directes.bloc_direct(SIREN, "tva", LecteurDeDonnees(maintenant=MIDI + timedelta(minutes=12)))
        assert (gardee.obtenue_le, gardee.age) == (MIDI, 12)
        ReponseDirecte.objects.update(
            obtenue_le=datetime.now(UTC) - timedelta(minutes=7), expire_le=datetime.now(UTC) + timedelta(hours=1)
        )
        html = client.get(f"/entreprise/{SIREN}/direct/tva", headers=HTMX).content.decode()
        assert "réponse gardée depuis 7 minutes" in html
        assert "<title>" not in html

    def test_no_known_data_says_when(self, serveur: Serveur) -> None:
        serveur.jouer(erreur(404))
        bloc = directes.bloc_direct(SIREN, "tva", LecteurDeDonnees(maintenant=MIDI))
        assert bloc.etat is EtatBloc.AUCUNE
        assert bloc.message.startswith(registre.source("tva").absence)
        assert "interrogé le 25/11/2026 à 12:05" in bloc.message

    @pytest.mark.parametrize(
        ("reponse", "phrase"),
        [
            (erreur(403), "le jeton de ce service n'ouvre pas ces données"),
            (erreur(429, Retry_After="60"), "trop de demandes"),
            (erreur(500), "en panne ou en maintenance"),
            (Reponse(200, b"<html>"), "illisible"),
            (Reponse(200, {"data": {}}, avant=1), "pas répondu à temps"),
        ],
    )
    def test_an_outage_is_told_in_the_block(
        self, serveur: Serveur, client: Client, monkeypatch: pytest.MonkeyPatch, reponse: Reponse, phrase: str
    ) -> None:
        monkeypatch.setattr(transport, "DELAI", 0.5)
        serveur.jouer(reponse)
        fragment = client.get(f"/entreprise/{SIREN}/direct/tva", headers=HTMX)
        assert fragment.status_code == 200
        assert phrase in fragment.content.decode().replace("&#x27;", "'")
        page = client.get(f"/entreprise/{SIREN}/direct/tva")
        assert (page.status_code, page["Retry-After"]) == (503, "30")
        assert client.get(f"/entreprise/{SIREN}/tout").status_code == 200

    def test_an_open_circuit_is_told_without_waiting(self, serveur: Serveur) -> None:
        serveur.jouer(erreur(500))
        for _ in range(disjoncteur.SEUIL):
            directes.bloc_direct(SIREN, "tva", LecteurDeDonnees(maintenant=MIDI))
        bloc = directes.bloc_direct(SIREN, "tva", LecteurDeDonnees(maintenant=MIDI))
        assert bloc.etat is EtatBloc.INDISPONIBLE
        assert "suspendue" in bloc.message
        assert len(serveur.recues) == disjoncteur.SEUIL

    def test_when_saturated_the_block_asks_again_then_gives_up(
        self, serveur: Serveur, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(directes.client, "cloison", _Pleine())
        adresse = f"/entreprise/{SIREN}/direct/tva"
        html = client.get(adresse, headers=HTMX).content.decode()
        assert f'hx-get="{adresse}?essai=1"' in html
        assert 'hx-trigger="load delay:1500ms"' in html
        dernier = client.get(f"{adresse}?essai={directes.ESSAIS}", headers=HTMX).content.decode()
        assert "hx-get" not in dernier
        assert "en même temps" in dernier
        assert "?essai=" not in client.get(adresse).content.decode()
        assert client.get(f"{adresse}?essai=²", headers=HTMX).status_code == 200

    def test_a_direct_answer_is_kept_by_nobody_on_the_way(self, serveur: Serveur, client: Client) -> None:
        serveur.jouer(TVA)
        reponse = client.get(f"/entreprise/{SIREN}/direct/tva", headers=HTMX)
        assert reponse["Cache-Control"] == "no-store"
        assert reponse["X-Robots-Tag"] == "noindex"
        assert "HX-Request" in reponse["Vary"]

    def test_only_the_units_of_sirene_are_asked_about(self, serveur: Serveur, client: Client) -> None:
        for adresse in (
            f"/entreprise/{f.siren_no(7)}/direct/tva",
            f"/etablissement/{f.siret_no(f.siren_no(7))}/direct/dgddi-eori",
            f"/entreprise/{SIREN}/direct/rge",
            f"/entreprise/{SIREN}/direct/inconnue",
            f"/etablissement/{SIRET}/direct/tva",
        ):
            assert client.get(adresse).status_code == 404
        assert client.get("/entreprise/123456789/direct/tva").status_code == 400
        assert serveur.recues == []

    def test_a_company_absent_from_its_file_keeps_its_direct_sources(self, serveur: Serveur, client: Client) -> None:
        f.unites()
        serveur.jouer(TVA)
        assert client.get(f"/entreprise/{SIREN}/tout").status_code == 200
        assert client.get(f"/entreprise/{SIREN}/direct/tva").status_code == 200
        bloc = directes.bloc_direct(SIREN, "dgddi-eori", lecteur())
        assert bloc.etat is EtatBloc.INDISPONIBLE
        assert "siège" in bloc.message

    def test_a_hostile_value_is_made_inert(self, serveur: Serveur, client: Client) -> None:
        serveur.jouer(donnees({"tva_number": "<script>alert(1)</script>"}))
        html = client.get(f"/entreprise/{SIREN}/direct/tva", headers=HTMX).content.decode()
        assert "<script>" not in html
        assert "&lt;script&gt;" in html


class _Pleine:
    def __enter__(self) -> None:
        raise directes.Sature

    def __exit__(self, *_: object) -> None:
        """Never entered."""


@pytest.mark.usefixtures("unite")
class TestRights:
    @pytest.mark.parametrize("source", [s for s in DIRECTES if s.acces.classe != "C0"], ids=lambda s: s.nom)
    def test_without_a_right_nothing_is_asked(self, serveur: Serveur, client: Client, source: Any) -> None:
        peupler("P", categorie_juridique="1000")
        page = client.get(f"/entreprise/{SIREN}/direct/{source.nom}")
        assert page.status_code == 403
        assert "ProConnect" in page.content.decode()
        for qui in (lecteur("emploi"), lecteur("fiscal", "social", finalite=None)):
            if source.acces.classe == "C3":
                assert directes.bloc_direct(SIREN, source.nom, qui).etat is EtatBloc.RESERVEE
        assert serveur.recues == []

    def test_out_of_his_territory_nothing_is_asked(self, serveur: Serveur) -> None:
        bloc = directes.bloc_direct(SIREN, "urssaf-vigilance", lecteur("social", territoire=frozenset({"13"})))
        assert bloc.etat is EtatBloc.RESERVEE
        assert "territoire" in bloc.message
        assert serveur.recues == []

    def test_t1_what_is_asked_of_the_head_office_takes_place_at_the_head_office(self, serveur: Serveur) -> None:
        """An establishment in the Nord opens what is told of the company, not what is told of a siège in Paris."""
        f.lieux(f.lieu(SIREN, code_commune="75056"), f.lieu(SIREN, 2, code_commune="59350"))
        assert directes.bloc_direct(SIREN, "msa-conformite", lecteur("social")).etat is EtatBloc.RESERVEE
        assert serveur.recues == []
        paris = lecteur("social", territoire=frozenset({"75"}))
        serveur.jouer(donnees({"status": "up_to_date"}))
        bloc = directes.bloc_direct(SIREN, "msa-conformite", paris)
        assert (bloc.etat, bloc.mention) == (EtatBloc.DONNEES, "Le siège seulement.")
        serveur.jouer(erreur(404))
        rien = directes.bloc_direct(SIREN, "dgfip-chiffre-affaires", lecteur("fiscal", territoire=frozenset({"75"})))
        assert f"{registre.source('dgfip-chiffre-affaires').absence} – le siège seulement (" in rien.message
        serveur.jouer(erreur(404))
        assert directes.bloc_direct(SIREN, "urssaf-vigilance", lecteur("social")).etat is not EtatBloc.RESERVEE

    def test_the_request_tells_the_administration_of_the_agent_and_his_purpose(self, serveur: Serveur) -> None:
        serveur.jouer(erreur(404))
        directes.bloc_direct(SIREN, "urssaf-vigilance", lecteur("social"))
        directes.bloc_direct(SIREN, "tva", LecteurDeDonnees(maintenant=MIDI))
        directes.bloc_direct(SIREN, "dgddi-eori", lecteur(finalite=None))
        agent_, anonyme, sans = (r.parametres for r in serveur.recues)
        assert agent_["recipient"] == SERVICE
        assert "code du travail, art. L. 8112-1" in agent_["context"]
        assert SIREN in agent_["object"]
        assert (anonyme["recipient"], anonyme["context"]) == (DESTINATAIRE, "Information du public")
        assert (sans["recipient"], sans["context"]) == (SERVICE, "Mission de service public")

    def test_two_administrations_do_not_share_an_answer(self, serveur: Serveur) -> None:
        def situation(demandee: Any) -> Reponse:
            statut = "ok" if demandee.parametres["recipient"] == SERVICE else "refus_de_delivrance"
            return donnees({"entity_status": {"code": statut, "libelle": statut}})

        serveur.selon(situation)
        for siret, attendu in ((SERVICE, "ok"), (AUTRE_SERVICE, "refus_de_delivrance"), (SERVICE, "ok")):
            contenu = directes.bloc_direct(SIREN, "urssaf-vigilance", lecteur("social", siret=siret)).contenu
            assert isinstance(contenu, EnValeurs)
            assert contenu.paires[0][1].texte == attendu
        assert len(serveur.recues) == 2
        # A former right opens nothing, kept or not.
        assert directes.bloc_direct(SIREN, "urssaf-vigilance", lecteur()).etat is EtatBloc.RESERVEE

    def test_every_answer_goes_through_the_same_gate(self, serveur: Serveur, monkeypatch: pytest.MonkeyPatch) -> None:
        """Fresh or kept: where consultations will be recorded, nothing goes around."""
        vus: list[tuple[str, str | None]] = []
        remettre = directes.remettre

        def noter(permis: Any, *suite: Any) -> Any:
            vus.append((permis.source, permis.finalite))
            return remettre(permis, *suite)

        monkeypatch.setattr(directes, "remettre", noter)
        serveur.jouer(erreur(404))
        for nom in ("urssaf-vigilance", "urssaf-vigilance", "dgfip-liasses", "dgfip-liasses"):
            directes.bloc_direct(SIREN, nom, lecteur("social", "fiscal"))
        assert [nom for nom, _ in vus] == ["urssaf-vigilance"] * 2 + ["dgfip-liasses"] * 2
        assert {finalite for _, finalite in vus} == {"controle-travail"}
        # Two years each time: nothing fiscal was kept.
        assert len(serveur.recues) == 1 + 2 * 2

    def test_a_source_by_establishment_asks_about_the_head_office(self, serveur: Serveur) -> None:
        serveur.jouer(donnees({"status": "outdated"}))
        contenu = directes.bloc_direct(SIREN, "msa-conformite", lecteur("social")).contenu
        assert serveur.recues[0].chemin.endswith(f"/{SIRET}/conformite_cotisations")
        # The business rule of the source applies as it does to its file.
        assert isinstance(contenu, EnValeurs)
        assert contenu.paires[0][1].texte == "Pas à jour"

    def test_v29_the_live_answer_lists_holders_only_under_who_owns_it(
        self, serveur: Serveur, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(views, "lecteur_de_la_page", lu_par(lecteur("fiscal")))
        filiale = {"siren": f.siren_no(9), "denomination": "FILIALE", "pourcentage_detention": 51, "adresse": None}
        morale = {"siren": f.siren_no(8), "denomination": "HOLDING"}
        holding = {"type": "personne_morale", "pourcentage": 51, "nombre_parts": 5, "adresse": None}
        holding |= {"personne_morale_attributes": morale, "personne_physique_attributes": None}
        capital = {"actionnaires": [holding]}
        serveur.jouer(donnees({"capital": capital, "participations": {"filiales": [filiale]}}))
        adresse = f"/entreprise/{SIREN}/direct/dgfip-liens-capitalistiques"
        onglet = HTMX | {"HX-Current-URL": f"http://testserver/entreprise/{SIREN}/dirigeants"}
        assert "FILIALE" in client.get(adresse, headers=HTMX).content.decode()
        page = client.get(adresse, headers=onglet).content.decode()
        assert ("HOLDING" in page, "FILIALE" in page) == (True, False)

    def test_each_form_is_displayed_as_a_page_and_as_a_fragment(
        self, serveur: Serveur, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(views, "lecteur_de_la_page", lu_par(lecteur("fiscal", "social")))
        exercices = [
            {"data": {"date_fin_exercice": f"20{n}-12-31", "chiffre_affaires": n * 1000}} for n in (23, 24, 25)
        ]
        lien = {"siren": f.siren_no(9), "denomination": "FILIALE", "pourcentage_detention": 51, "adresse": None}
        for nom, reponse, forme, texte in (
            ("dgfip-chiffre-affaires", donnees(exercices), EnSerie, "25\u202f000"),
            (
                "dgfip-liens-capitalistiques",
                donnees({"capital": {"actionnaires": []}, "participations": {"filiales": [lien]}}),
                EnTableau,
                "FILIALE",
            ),
            ("msa-conformite", donnees({"status": "up_to_date"}), EnValeurs, "À jour"),
        ):
            serveur.jouer(reponse)
            assert isinstance(directes.bloc_direct(SIREN, nom, lecteur("fiscal", "social")).contenu, forme)
            for entetes in (HTMX, {}):
                page = client.get(f"/entreprise/{SIREN}/direct/{nom}", headers=entetes)
                assert page.status_code == 200
                assert texte in page.content.decode()
