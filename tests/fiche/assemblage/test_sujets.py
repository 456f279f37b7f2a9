"""One bloc per subject: the file of a source and its live answer, the fresher shown, the other told in a line."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client

from fce.droits.journal import services as journal
from fce.fiche import views
from fce.fiche.assemblage import sujets
from fce.fiche.formes.contenu import EtatBloc
from fce.fiche.lecture import enonces
from tests.donnees.entreprises import fabrique as f
from tests.donnees.imports.directes import conftest
from tests.donnees.imports.directes.serveur import Serveur, donnees, erreur
from tests.fiche.unites_directes import SIREN, SIRET, lecteur, peupler
from tests.pages_sous_roles import lu_par

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue]
serveur = conftest.serveur
HTMX = {"HX-Request": "true"}
VIGILANCE, FISCALE, AFFAIRES = "urssaf-vigilance", "dgfip-attestation-fiscale", "dgfip-chiffre-affaires"
REFUS = {
    "siren": SIREN,
    "statut": "refus_de_delivrance",
    "libelle": "Attestation refusée",
    "date_debut_validite": date(2026, 5, 1),
    "date_fin_validite": None,
}
DELIVREE = {
    "entity_status": {"code": "ok", "libelle": "Attestation délivrée"},
    "date_debut_validite": "2026-11-01",
    "date_fin_validite": "2027-04-30",
}


@pytest.fixture(autouse=True)
def unite() -> None:
    peupler()


@pytest.fixture
def agent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "lecteur_de_la_page", lu_par(lecteur("social", "fiscal")))


def page(client: Client, suite: str = "fiscalite") -> str:
    return unescape(client.get(f"/entreprise/{SIREN}/{suite}".rstrip("/")).content.decode())


def fragment(client: Client, nom: str) -> tuple[Any, str]:
    reponse = client.get(f"/entreprise/{SIREN}/direct/{nom}", headers=HTMX)
    return reponse, " ".join(unescape(re.sub(r"<[^>]*>", " ", reponse.content.decode())).split())


@pytest.mark.usefixtures("agent")
class TestPlace:
    def test_the_file_and_its_answer_are_one_block(self, serveur: Serveur, client: Client) -> None:
        f.charger(VIGILANCE, [REFUS])
        html = page(client)
        titres = re.findall(r"<h3[^>]*>([^<]*)</h3>", html)
        assert titres.count("Attestation de vigilance (Urssaf)") == 1
        assert not [titre for titre in titres if "en direct" in titre]
        # The answer will take the place of what the file says, its origin included.
        assert re.search(rf'id="direct-{VIGILANCE}".*?Attestation refusée.*?fce-source', html, re.DOTALL)
        assert serveur.recues == []

    def test_a_file_that_says_nothing_leaves_its_place(self, serveur: Serveur, client: Client) -> None:
        f.charger(FISCALE, [])
        html = page(client)
        assert "aucune attestation connue" not in html
        assert f'id="direct-{FISCALE}"' in html
        # Without any answer there, the Synthèse says where it comes.
        assert "Régularité fiscale (onglet Fiscalité et douane)" in page(client, "")

    def test_a_file_added_up_after_the_page_has_one_place(
        self, serveur: Serveur, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(enonces, "LIEUX_SOMME", 0)
        f.charger(AFFAIRES, [{"siret": SIRET, "chiffre_affaires": 12, "date_fin_exercice": date(2025, 12, 31)}])
        html = page(client)
        assert html.count(f'id="liste-{AFFAIRES}"') == 1
        assert f'id="direct-{AFFAIRES}"' not in html
        assert "Additionner tous les établissements" in html

    def test_ask_and_asking_are_never_shown_together(self, serveur: Serveur, client: Client) -> None:
        html = page(client)
        lien = r'<noscript><a [^>]*rel="nofollow">Interroger la source<span[^>]*>[^<]*</span></a></noscript>'
        assert len(re.findall(lien, html)) == html.count("Interroger la source") == html.count("Interrogation en cours")

    def test_the_place_of_an_answer_without_a_file_has_its_height(self, serveur: Serveur, client: Client) -> None:
        html = page(client)
        gabarit = re.search(rf'id="direct-{VIGILANCE}".*?aria-hidden="true">(.*?)</dl>', html, re.DOTALL)
        assert gabarit
        assert gabarit[1].count("<dt>") == 3


@pytest.mark.usefixtures("agent")
class TestComparison:
    def test_the_later_answer_is_shown_and_the_file_tells_the_difference(
        self, serveur: Serveur, client: Client
    ) -> None:
        f.charger(VIGILANCE, [REFUS], date_metier=date(2026, 10, 31))
        serveur.jouer(donnees(DELIVREE))
        reponse, texte = fragment(client, VIGILANCE)
        assert "HX-Retarget" not in reponse
        assert "Attestation Attestation délivrée" in texte
        assert "Fichier au 31/10/2026 : " in texte
        assert "Attestation « Attestation refusée »" in texte
        assert "Valable jusqu'au « non renseigné »" in texte
        sources = re.findall(r'class="fce-source"[^>]*>(.*?)</p>', reponse.content.decode(), re.DOTALL)
        assert len(sources) == 1
        assert "interrogée le" in sources[0]
        assert "fichier au 31/10/2026" in sources[0]

    def test_the_later_file_remains(self, serveur: Serveur) -> None:
        f.charger(VIGILANCE, [{**REFUS, "date_debut_validite": date(2026, 11, 15)}])
        serveur.jouer(donnees(DELIVREE))
        sujet = sujets.sujet_de(SIREN, VIGILANCE, lecteur("social"))
        assert sujet.fichier_montre
        assert sujet.ecart.startswith("En direct : ")
        assert "« Attestation délivrée »" in sujet.ecart

    def test_a_file_that_says_the_same_as_the_answer_is_only_dated(self, serveur: Serveur, client: Client) -> None:
        memes = {"statut": "ok", "libelle": "Attestation délivrée", "date_debut_validite": date(2026, 11, 1)}
        f.charger(VIGILANCE, [{**REFUS, **memes, "date_fin_validite": date(2027, 4, 30)}])
        serveur.jouer(donnees(DELIVREE))
        _, texte = fragment(client, VIGILANCE)
        assert sujets.sujet_de(SIREN, VIGILANCE, lecteur("social")).ecart == ""
        assert "fichier au 31/10/2026" in texte
        assert "même chose" not in texte

    def test_an_empty_answer_does_not_erase_a_fact(self, serveur: Serveur, client: Client) -> None:
        """ "À jour : Non" and "aucune attestation connue" are one subject, never twins."""
        f.charger(
            FISCALE,
            [{"siren": SIREN, "a_jour": False, "date_delivrance": None, "date_periode_analysee": date(2026, 9, 30)}],
        )
        serveur.jouer(erreur(404))
        _, texte = fragment(client, FISCALE)
        assert "À jour de ses obligations fiscales Non" in texte
        assert texte.count("aucune attestation connue") == 1
        assert "En direct : aucune attestation connue, ce qui ne préjuge de rien." in texte

    def test_when_neither_has_anything_it_is_told_once(self, serveur: Serveur, client: Client) -> None:
        f.charger(FISCALE, [], date_metier=date(2026, 10, 31))
        serveur.jouer(erreur(404))
        _, texte = fragment(client, FISCALE)
        assert texte.count("aucune attestation connue") == 1
        assert "fichier au 31/10/2026" in texte

    def test_a_silent_producer_leaves_the_file_and_it_is_told_below(self, serveur: Serveur, client: Client) -> None:
        f.charger(VIGILANCE, [REFUS])
        serveur.jouer(erreur(500))
        reponse, texte = fragment(client, VIGILANCE)
        assert reponse["HX-Retarget"] == f"#direct-{VIGILANCE} .fce-direct__etat"
        assert reponse["HX-Reswap"] == "innerHTML"
        assert "en panne" in texte
        assert "refusée" not in texte

    def test_the_head_office_alone_does_not_replace_the_whole_company(self, serveur: Serveur) -> None:
        autre = f.siret_no(SIREN, 2)
        f.lieux(f.lieu(SIREN, code_commune="59350"), f.lieu(SIREN, 2, code_commune="59350"))
        f.charger("msa-conformite", [
            {"siret": numero, "statut": "up_to_date", "date_situation": date(2026, 9, 30)} for numero in (SIRET, autre)
        ])  # fmt: skip
        serveur.jouer(donnees({"status": "outdated"}))
        sujet = sujets.sujet_de(SIREN, "msa-conformite", lecteur("social"))
        assert (sujet.fichier_montre, sujet.a_cote) == (True, True)
        assert sujet.ecart == "Siège, en direct : Cotisations « Pas à jour »."

    def test_of_a_long_file_only_the_years_of_the_answer_are_compared(self, serveur: Serveur) -> None:
        exercices = [(date(2023, 12, 31), 1), (date(2024, 12, 31), 2), (date(2025, 12, 31), 3)]
        f.charger("bdf-bilans", [{"siren": SIREN, "date_arrete": jour, "ebe": ebe} for jour, ebe in exercices])
        calculees = [{"excedent_brut_exploitation": {"valeur": "4"}}]
        bilan = {"date_arrete_exercice": "202512", "annee": "2025", "valeurs_calculees": calculees}
        serveur.jouer(donnees([{"data": bilan}]))
        sujet = sujets.sujet_de(SIREN, "bdf-bilans", lecteur("fiscal"))
        assert not sujet.fichier_montre
        assert sujet.ecart.endswith(" : 1 ligne différente.")


class TestRights:
    def test_what_the_file_says_is_in_the_journal_like_the_answer(
        self, serveur: Serveur, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        f.charger(VIGILANCE, [REFUS])
        notees: list[Any] = []
        monkeypatch.setattr(journal, "consigner", lambda consultations, *_, **__: notees.extend(consultations))
        serveur.jouer(donnees(DELIVREE))
        sujets.sujet_de(SIREN, VIGILANCE, lecteur("social"))
        assert [(c.numero, c.sources, c.finalite) for c in notees] == [(SIREN, (VIGILANCE,), "controle-travail")] * 2
        # One company, read once: a limit of volume counts it once.
        assert [c.poids for c in notees] == [1, 0]

    def test_without_a_right_neither_file_nor_answer(self, serveur: Serveur) -> None:
        f.charger(VIGILANCE, [REFUS])
        sujet = sujets.sujet_de(SIREN, VIGILANCE, lecteur("social", finalite=None))
        assert (sujet.direct.etat, sujet.fichier, sujet.ecart) == (EtatBloc.RESERVEE, None, "")
        assert serveur.recues == []
