"""The first page of an agent: what waits for him, his territory, the sheets that he opened. Of nobody else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.models import DemandeOuverture
from fce.service.portail.accueil import fiches_ouvertes
from fce.service.portail.models import FicheRecente
from fce.socle.web import offres
from fce.socle.web.offres import Offres, Tache
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes import fabrique as c
from tests.droits.comptes.fabrique import client_de
from tests.droits.habilitations.dossiers import fabrique as d
from tests.echanges.visites import fabrique as v
from tests.service.portail.pages import verifier

pytestmark = pytest.mark.django_db
SIREN = f.siren_no(1)


def accueil(client: Client) -> str:
    reponse = client.get("/")
    assert reponse.status_code == 200
    return reponse.content.decode()


@pytest.fixture
def base() -> None:
    f.unites(*(f.unite(f.siren_no(n), denomination=f"SOCIETE {n:02d}") for n in range(1, 24)))
    f.lieux(*(f.lieu(f.siren_no(n)) for n in range(1, 24)))


def test_what_is_late_comes_first_then_by_date(monkeypatch: pytest.MonkeyPatch) -> None:
    jour = date(2026, 11, 26)
    voulues = [
        Tache("tard", "/a", avant_le=date(2026, 11, 25)),
        Tache("attend", "/b", depuis_le=date(2026, 11, 20)),
        Tache("bientôt", "/c", avant_le=date(2026, 12, 1)),
        Tache("un jour", "/d"),
    ]
    monkeypatch.setattr(offres, "offres", lambda: Offres(taches=(lambda compte, _: reversed(voulues),)))
    assert offres.taches(c.particulier(), jour) == voulues


def test_an_agent_without_anything_reads_that_there_is_nothing_to_do() -> None:
    scene = d.scene()
    scene.validee()
    html = accueil(client_de(scene.membre))
    verifier(html)
    assert "Rien à faire." in html
    assert "Lues récemment" not in html
    assert html.count('name="q"') == 1


def test_an_approver_is_told_what_waits_and_the_benefiting_administration_is_not() -> None:
    scene = d.scene()
    scene.soumise()
    assert "Instruire 1 demande d’habilitation" in accueil(client_de(scene.approbateur))
    profitant = c.mandataire(Mandats.APPROBATEUR)
    assert "Instruire" not in accueil(client_de(profitant))
    assert "Instruire" not in accueil(client_de(scene.gestionnaire))


def test_a_manager_is_told_of_what_ends_and_a_member_is_not() -> None:
    scene = d.scene()
    dossier = scene.validee()
    membre = c.compte()
    c.appartenance(membre, scene.groupe)
    gestionnaire = client_de(scene.gestionnaire)
    assert "Rien à faire." in accueil(gestionnaire)
    demain = timezone.localdate() + timedelta(days=1)
    type(dossier).objects.filter(pk=dossier.pk).update(fin=demain)
    html = accueil(gestionnaire)
    assert f"Demander à prolonger l’habilitation n° {dossier.pk}" in html
    assert f"{demain:%d/%m/%Y}" in html
    assert "Rien à faire." in accueil(client_de(membre))


def test_the_team_is_told_of_its_queues() -> None:
    equipe = c.mandataire(Mandats.EQUIPE, siret=c.AUTRE_SERVICE)
    DemandeOuverture.objects.create(compte=c.compte(), siret=c.SERVICE, organisme="x", service="y", besoin="z")
    assert "Traiter 1 demande d’ouverture" in accueil(client_de(equipe))
    assert "Traiter 1" not in accueil(client_de(c.compte()))


def test_the_sheets_that_an_agent_opened_are_his_alone_and_he_erases_them(base: None) -> None:
    lectrice, autre = c.compte(), c.compte()
    client = client_de(lectrice)
    assert client.get(f"/entreprise/{SIREN}").status_code == 200
    assert client.get(f"/entreprise/{SIREN}").status_code == 200
    html = accueil(client)
    verifier(html)
    assert html.count("SOCIETE 01") == 1
    assert "SOCIETE 01" not in accueil(client_de(autre))
    assert client_de(autre).post("/fiches-lues/oublier").status_code == 302
    assert FicheRecente.objects.filter(compte=lectrice).count() == 1
    assert client.post("/fiches-lues/oublier").status_code == 302
    assert "SOCIETE 01" not in accueil(client)
    assert client.get("/fiches-lues/oublier").status_code == 405


def test_only_a_page_of_a_sheet_that_was_shown_is_noted(base: None) -> None:
    agent = client_de(c.compte())
    for adresse in (f"/entreprise/{SIREN}/export.xlsx", f"/entreprise/{f.siren_no(99)}", "/sources", "/entreprise/12"):
        b"".join(agent.get(adresse))
    agent.get(f"/entreprise/{SIREN}", headers={"HX-Request": "true", "HX-Target": "liste-etablissements"})
    client_de(c.particulier()).get(f"/entreprise/{SIREN}")
    Client().get(f"/entreprise/{SIREN}")
    assert FicheRecente.objects.count() == 0
    agent.get(f"/etablissement/{f.siret_no(SIREN)}")
    assert FicheRecente.objects.get().numero == f.siret_no(SIREN)


def test_five_are_listed_the_latest_first(base: None) -> None:
    lectrice = c.compte()
    for n in range(1, 24):
        fiches_ouvertes.noter(lectrice, f.siren_no(n))
    fiches_ouvertes.noter(lectrice, f.siren_no(5))
    vues = fiches_ouvertes.recentes(lectrice)
    assert [v.nom for v in vues][:3] == ["SOCIETE 05", "SOCIETE 23", "SOCIETE 22"]
    # The others are only kept for the date of his last reading.
    assert (len(vues), FicheRecente.objects.count()) == (fiches_ouvertes.MONTREES, 23)


def test_e4_pages_of_one_half_hour_are_one_reading_and_the_one_before_stays_known(base: None) -> None:
    lectrice, autre = c.compte(), c.compte()
    siennes = FicheRecente.objects.filter(compte=lectrice)
    fiches_ouvertes.noter(lectrice, SIREN)
    assert fiches_ouvertes.derniere_lecture(lectrice, SIREN) is None
    avant = timezone.now() - timedelta(days=40)
    siennes.update(lue_le=avant)
    # A tab, then another: the first does not hide from the second what changed.
    for adresse in ("", "/historique", "/travail"):
        assert fiches_ouvertes.derniere_lecture(lectrice, SIREN) == avant
        entetes = {"HX-Request": "true", "HX-Target": "onglet"} if adresse == "/travail" else {}
        assert client_de(lectrice).get(f"/entreprise/{SIREN}{adresse}", headers=entetes).status_code == 200
    assert fiches_ouvertes.derniere_lecture(lectrice, SIREN) == avant
    assert siennes.get().lue_le > avant
    # Of nobody else.
    assert fiches_ouvertes.derniere_lecture(autre, SIREN) is None
    assert client_de(autre).post(f"/fiches-lues/{SIREN}").status_code == 302
    assert fiches_ouvertes.derniere_lecture(lectrice, SIREN) == avant
    assert client_de(lectrice).post(f"/fiches-lues/{SIREN}")["Location"] == f"/entreprise/{SIREN}/historique"
    vue = fiches_ouvertes.derniere_lecture(lectrice, SIREN)
    assert vue is not None
    assert vue > avant
    assert Client().post(f"/fiches-lues/{SIREN}").status_code == 401
    assert FicheRecente.objects.count() == 1


def test_a_masked_person_is_listed_as_the_public_reads_her() -> None:
    f.unites(
        f.unite(
            SIREN, statut_diffusion="P", categorie_juridique="1000", nom="SECRETE", prenom_1="Anne", denomination=None
        )
    )
    f.lieux(f.lieu(SIREN, statut_diffusion="P"))
    lectrice = c.compte()
    fiches_ouvertes.noter(lectrice, SIREN)
    assert "SECRETE" not in accueil(client_de(lectrice))


def test_without_a_second_factor_neither_tasks_nor_sheets_are_shown(base: None) -> None:
    lectrice = c.compte()
    fiches_ouvertes.noter(lectrice, SIREN)
    html = accueil(client_de(lectrice, mfa=False))
    assert "SOCIETE 01" not in html
    assert "second facteur" in html
    assert "À faire" not in html


def test_a_national_reader_chooses_a_territory_and_one_of_several_opens_each() -> None:
    france = accueil(v.service(territoire=("FR",)).client)
    assert "Mon territoire" not in france.partition('class="fce-carte"')[2]
    assert "Ouvrir un territoire" in france
    deux = accueil(v.service(territoire=("59", "75")).client)
    assert 'href="/territoire/departement/59">' in deux
    assert 'href="/territoire/departement/75">' in deux
