"""The team of the service reads no company, opens nothing to itself and is nobody else (ACM-18, ACM-20 to ACM-23)."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import fce
from fce.droits.comptes.models import Appartenance, Compte, Mandat
from fce.droits.habilitations.dossiers import services as dossiers
from fce.droits.habilitations.selectors import acteur_de
from fce.socle.web.routes import Qui
from fce.sources import registre
from tests.droits.comptes import fabrique
from tests.droits.comptes.routes import Route, routes

pytestmark = pytest.mark.django_db
GESTION = [r for r in routes() if r.adresse.startswith("/gestion")]
LUES = [r for r in GESTION if r.politique and "GET" in r.politique.methodes]
RACINE = Path(fce.__file__).parent


def test_acm_20_the_team_has_no_habilitation(moi: Compte) -> None:
    assert acteur_de(moi, mfa=True).habilitations == ()


@pytest.mark.parametrize("route", LUES, ids=[r.nom for r in LUES])
def test_acm_20_no_page_reads_the_data_of_a_source(equipe: Client, moi: Compte, route: Route) -> None:
    organisation, compte = fabrique.organisation(), fabrique.compte()
    groupe = fabrique.groupe(organisation=organisation)
    adresse = route.adresse
    for nom, pk in (("organisations", organisation.pk), ("groupes", groupe.pk), ("comptes", compte.pk)):
        adresse = re.sub(rf"(/{nom}/)1\b", rf"\g<1>{pk}", adresse)
    with CaptureQueriesContext(connection) as capture:
        equipe.get(adresse)
    lues = {vue for requete in capture.captured_queries for vue in re.findall(r'"?(\w+)"?', requete["sql"])}
    # Linking a head to a company, and answering what he reports, show the open name of that company: C0 only.
    vues = {s.vue for s in registre.toutes() if s.acces.classe != "C0"}
    assert lues & vues == set()
    assert not [q["sql"] for q in capture.captured_queries if "journal." in q["sql"] or '"journal"' in q["sql"]]


def test_acm_20_the_code_of_the_administration_imports_no_data() -> None:
    interdits = ("fce.fiche", "fce.donnees.entreprises", "fce.recherche", "fce.sources.catalogue", "fce.droits.journal")
    importes = {
        nom
        for fichier in (RACINE / "service" / "gestion").glob("*.py")
        for noeud in ast.walk(ast.parse(fichier.read_text("utf-8")))
        if isinstance(noeud, ast.Import | ast.ImportFrom)
        for nom in ([noeud.module or ""] if isinstance(noeud, ast.ImportFrom) else [a.name for a in noeud.names])
    }
    assert "fce.droits.comptes.mandats" in importes  # the folder is the right one
    assert [nom for nom in importes if nom.startswith(interdits)] == []


def test_acm_21_nobody_gives_himself_a_mandate_or_deactivates_himself(equipe: Client, moi: Compte) -> None:
    adresse = f"/gestion/comptes/{moi.pk}"
    for role in ("approbateur", "auditeur", "budget"):
        assert equipe.post(f"{adresse}/mandats", {"role": role}).status_code == 403
    assert equipe.post(f"{adresse}/mandats", {"role": "depot", "perimetre": "dgfip"}).status_code == 403
    assert equipe.post(f"{adresse}/desactiver", {"motif": "pour voir"}).status_code == 403
    assert list(Mandat.objects.filter(compte=moi).values_list("role", flat=True)) == ["equipe"]


def test_acm_21_nobody_names_himself_manager(equipe: Client, moi: Compte) -> None:
    groupe = fabrique.groupe()
    assert equipe.post(f"/gestion/groupes/{groupe.pk}", {"courriel": f" {moi.courriel.upper()} "}).status_code == 403
    assert not Appartenance.objects.filter(compte=moi).exists()
    assert not groupe.invitations.exists()


def test_acm_21_the_team_approves_no_habilitation(equipe: Client, moi: Compte) -> None:
    auteur = fabrique.compte()
    contenu = dossiers.du_profil("inspection-travail", ("59",))
    dossier = dossiers.soumettre(dossiers.creer(fabrique.groupe(), contenu, auteur.identifiant), auteur.identifiant)
    assert equipe.get("/habilitations/file").status_code == 403
    assert equipe.post(f"/habilitations/file/{dossier.pk}", {"geste": "valider"}).status_code == 403
    dossier.refresh_from_db()
    assert dossier.etat == "soumis"
    page = equipe.get("/gestion/habilitations").content.decode()
    assert f"n° {dossier.pk}" in page
    assert "<button" not in page.split("Habilitations en attente</h1>")[1].split("</main>")[0]


def test_acm_22_a_session_has_only_one_door() -> None:
    """No impersonation: the one place that opens a session is the return of an identity provider."""
    ouvrent = {
        str(fichier.relative_to(RACINE))
        for fichier in RACINE.rglob("*.py")
        if re.search(r"session\w*\.ouvrir\(|= SessionStore\(", fichier.read_text("utf-8"))
    }
    assert ouvrent == {"droits/comptes/views.py"}


def test_acm_22_nothing_in_the_administration_changes_the_connected_account(equipe: Client, moi: Compte) -> None:
    lui = fabrique.compte()
    equipe.post("/gestion/comptes", {"q": lui.courriel, "compte": lui.pk})
    equipe.get(f"/gestion/comptes/{lui.pk}?compte={lui.pk}")
    assert moi.nom in equipe.get("/compte").content.decode()


@pytest.mark.parametrize("route", GESTION, ids=[r.nom for r in GESTION])
def test_acm_23_each_page_is_for_the_team_alone(route: Route) -> None:
    assert route.politique is not None
    assert route.politique.qui is Qui.MANDAT
    assert route.politique.mandats == {"equipe"}


@pytest.mark.parametrize("role", [None, "approbateur", "depot", "budget", "auditeur"])
def test_acm_23_the_others_do_not_enter(role: str | None) -> None:
    client = fabrique.client_de(fabrique.mandataire(role) if role else fabrique.compte())
    assert client.get("/gestion").status_code == 403
    assert client.post("/gestion/sessions", {"sur": "on"}).status_code == 403


def test_acm_23_neither_an_individual_nor_an_anonymous_reader_enters(client: Client) -> None:
    assert client.get("/gestion").status_code == 302
    assert client.post("/gestion/sessions", {"sur": "on"}).status_code == 401
    compte = fabrique.particulier()
    Mandat.objects.create(compte=compte, role="equipe", par="erreur")
    fabrique.connecter(client, compte)
    assert client.get("/gestion").status_code == 403


def test_acm_23_a_withdrawn_mandate_closes_at_the_next_request(equipe: Client, moi: Compte) -> None:
    assert equipe.get("/gestion").status_code == 200
    Mandat.objects.filter(compte=moi).update(fin="2026-01-01T00:00:00Z")
    assert equipe.get("/gestion").status_code == 403


def test_acm_23_without_a_second_factor_it_is_asked_for(client: Client, moi: Compte) -> None:
    fabrique.connecter(client, moi, mfa=False)
    assert client.get("/gestion/comptes")["Location"] == "/connexion?mfa=1&suite=%2Fgestion%2Fcomptes"
    assert client.post("/gestion/sessions", {"sur": "on"}).status_code == 403


def test_acm_18_an_extra_field_gives_nothing(equipe: Client, moi: Compte) -> None:
    lui = fabrique.compte()
    de_plus = {"is_staff": "1", "siret": fabrique.AUTRE_SERVICE, "par": "operateur", "compte": moi.pk, "valide_le": "1"}
    equipe.post(f"/gestion/comptes/{lui.pk}/mandats", {"role": "budget", **de_plus})
    mandat = Mandat.objects.get(role="budget")
    assert (mandat.compte, mandat.par) == (lui, moi.identifiant)
    lui.refresh_from_db()
    assert lui.siret == fabrique.SERVICE
