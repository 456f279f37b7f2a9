"""The pages: a table is pasted or sent, worked by the worker, read, corrected and downloaded by its author alone."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fce.droits.comptes.models import Compte
from fce.ensembles.listes.models import ListeDeTravail
from fce.ensembles.rapprochement import services
from fce.ensembles.rapprochement.models import LigneRapprochee, TableauRapproche
from fce.socle.travaux import processus_borne
from fce.socle.travaux.verrous import seul
from tests.acces import acteurs
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes import fabrique as c
from tests.ensembles.rapprochement.fabrique import confirmer
from tests.recherche.univers import LILLE, LYON, Univers

pytestmark = pytest.mark.django_db


@pytest.fixture
def bois(univers: Univers) -> str:
    siren = univers.entreprise("DUPONT BOIS", LILLE)
    univers.entreprise("LES TILLEULS", LILLE)
    univers.entreprise("LES TILLEULS", LILLE)
    univers.personne("TROUVETOUT", "ZELIE", LYON, statut_diffusion="P")
    univers.indexer()
    return siren


def deposer(agent: Client, **dit: Any) -> Any:
    """Give a table, and agree with how it is read."""
    fait = agent.post("/rapprochements", {"cherche": "etablissements", **dit})
    if fait.status_code == 302:
        return confirmer(agent, TableauRapproche.objects.latest("pk"))
    return fait


def travailler() -> TableauRapproche:
    """What the worker does of the last table."""
    tableau = TableauRapproche.objects.latest("pk")
    services.traiter(tableau.pk)
    tableau.refresh_from_db()
    return tableau


def adresse(tableau: TableauRapproche, suite: str = "") -> str:
    return f"/rapprochements/{tableau.reference}{suite}"


TEXTE = "nom;cp;siret\nDupont bois;59000;\nLes tilleuls;59000;\nZelie Trouvetout;69003;\n;;faux\n"


def test_a_pasted_table_is_worked_read_corrected_and_downloaded(agent: Client, bois: str) -> None:
    fait = deposer(agent, colle=TEXTE, nom="Mes chantiers")
    tableau = TableauRapproche.objects.get()
    assert (fait.status_code, fait["Location"]) == (302, adresse(tableau))
    avant = agent.get(adresse(tableau)).content.decode()
    assert "<progress" in avant
    assert "0 sur 4" in agent.get(adresse(tableau, "/avancement")).content.decode()
    tableau = travailler()
    assert (tableau.faites, tableau.entree, tableau.fini) == (4, None, True)
    assert agent.get(adresse(tableau, "/avancement"))["HX-Refresh"] == "true"
    page = agent.get(adresse(tableau)).content.decode()
    for compte in ("Trouvée (1)", "Ambiguë (1)", "Inconnue (2)", "Fermée (0)"):
        assert compte in page
    assert f"/etablissement/{f.siret_no(bois)}" in page
    ambigue = tableau.lignes.get(issue="ambigu")
    choisi = ambigue.candidats[1][1]
    assert choisi in agent.get(adresse(tableau, "?reponse=ambigu")).content.decode()
    ou = adresse(tableau, f"/lignes/{ambigue.reference}")
    fait = agent.post(ou, {"choix": choisi, "reponse": "ambigu", "page": "1"})
    assert (fait.status_code, fait["Location"]) == (
        302,
        f"{adresse(tableau)}?reponse=ambigu&page=1&fait=ligne-rapprochee",
    )
    ambigue.refresh_from_db()
    assert (ambigue.issue, ambigue.numero, ambigue.corrigee, len(ambigue.candidats)) == ("trouve", choisi, True, 2)
    csv = b"".join(agent.get(adresse(tableau, "/export.csv"))).decode("utf-8-sig").splitlines()
    assert len(csv) == 5
    assert csv[0].count(";") == 16
    assert csv[1].split(";")[:3] == ["Dupont bois", "59000", ""]
    assert csv[1].split(";")[5:8] == [bois, f.siret_no(bois), "DUPONT BOIS"]


def test_a_row_is_corrected_by_a_number_or_by_nobody_and_a_fault_keeps_the_page(agent: Client, bois: str) -> None:
    deposer(agent, colle=TEXTE)
    tableau = travailler()
    ligne = tableau.lignes.get(nom="Zelie Trouvetout")
    ou = adresse(tableau, f"/lignes/{ligne.reference}")
    for faux in ({}, {"choix": "autre"}, {"choix": "autre", "autre": "12"}, {"choix": f.siren_no(99)}):
        assert agent.post(ou, faux).status_code == 400, faux
    assert agent.post(ou, {"choix": "autre", "autre": f"{bois[:3]} {bois[3:]}"}).status_code == 302
    ligne.refresh_from_db()
    assert (ligne.issue, ligne.numero) == ("trouve", bois)
    assert agent.post(ou, {"choix": "aucune"}).status_code == 302
    ligne.refresh_from_db()
    assert (ligne.issue, ligne.numero, ligne.corrigee) == ("inconnu", "", True)


def test_a_file_is_read_and_a_wrong_one_keeps_what_was_typed(agent: Client, bois: str) -> None:
    with processus_borne.sur_place():
        fichier = SimpleUploadedFile("clients.csv", f"siren\n{bois}\n".encode())
        assert deposer(agent, fichier=fichier).status_code == 302
        assert TableauRapproche.objects.get().nom == "clients.csv"
        refus = deposer(agent, fichier=SimpleUploadedFile("x.csv", b" \n\n"), nom="Mon tableau")
    assert refus.status_code == 400
    assert "Mon tableau" in refus.content.decode()
    assert "Aucune ligne à reconnaître" in refus.content.decode()
    assert deposer(agent).status_code == 400
    assert TableauRapproche.objects.count() == 1


def test_a16_one_file_of_an_account_is_read_at_a_time(agent: Client, elle: Compte, bois: str, settings: Any) -> None:
    travaux = Path(settings.FCE_DATA_DIR) / "travaux"
    travaux.mkdir(parents=True, exist_ok=True)
    autre = c.client_de(c.compte())
    with processus_borne.sur_place(), seul(travaux / f"tableau-{elle.pk}.verrou", "x"):
        refus = deposer(agent, fichier=SimpleUploadedFile("a.csv", f"siren\n{bois}\n".encode()), nom="Mon tableau")
        assert refus.status_code == 409
        assert "Un autre de vos fichiers" in refus.content.decode()
        assert "Mon tableau" in refus.content.decode()
        assert deposer(autre, fichier=SimpleUploadedFile("a.csv", f"siren\n{bois}\n".encode())).status_code == 302
    with processus_borne.sur_place():
        assert deposer(agent, fichier=SimpleUploadedFile("a.csv", f"siren\n{bois}\n".encode())).status_code == 302


def test_a_table_is_read_by_its_author_alone(agent: Client, bois: str) -> None:
    deposer(agent, colle=TEXTE, nom="Secret")
    tableau = travailler()
    ligne = tableau.lignes.first()
    assert ligne is not None
    autre, particulier, simple = Client(), Client(), Client()
    c.connecter(autre, c.compte(), mfa=True)
    c.connecter(particulier, c.particulier())
    c.connecter(simple, c.compte(), mfa=False)
    lus, gestes = ("", "/avancement", "/export.csv", "/liste"), (f"/lignes/{ligne.reference}", "/supprimer")
    for suite in lus:
        assert autre.get(adresse(tableau, suite)).status_code == 404
        assert particulier.get(adresse(tableau, suite)).status_code == 403
        assert Client().get(adresse(tableau, suite)).status_code == 302
        assert "/connexion" in simple.get(adresse(tableau, suite))["Location"]
    for suite in gestes:
        assert autre.post(adresse(tableau, suite), {"choix": "aucune"}).status_code == 404
    assert "Secret" not in autre.get("/rapprochements").content.decode()
    assert LigneRapprochee.objects.count() == 4
    assert agent.post(adresse(tableau, "/supprimer")).status_code == 302
    assert LigneRapprochee.objects.count() == 0


def test_no_name_is_kept_and_one_masked_since_is_shown_nowhere(agent: Client, bois: str) -> None:
    deposer(agent, colle=TEXTE)
    tableau = travailler()
    tilleuls = [c[0] for c in tableau.lignes.get(issue="ambigu").candidats]
    assert "TILLEULS" not in repr([(x.candidats, x.pourquoi) for x in tableau.lignes.all()])
    f.unites(*(f.unite(n, denomination=None, nom="TILLEULS", statut_diffusion="P", categorie_juridique="1000")
               for n in (bois, *tilleuls)))  # fmt: skip
    page = agent.get(adresse(tableau)).content.decode()
    csv = b"".join(agent.get(adresse(tableau, "/export.csv"))).decode()
    for texte in (page, csv):
        assert "DUPONT BOIS" not in texte
        assert "TILLEULS" not in texte
        assert "entreprises répondent" not in texte
    assert all(n not in page for n in (bois, *tilleuls))
    assert bois not in csv
    assert services.retirer_les_masques() == 2
    page = agent.get(adresse(tableau)).content.decode()
    assert "Trouvée (0)" in page
    assert "Ambiguë (0)" in page
    assert not tableau.lignes.exclude(pourquoi="", candidats=[]).filter(saisi="").exclude(nom="Zelie Trouvetout")
    assert services.retirer_les_masques() == 0


def test_an_ambiguous_row_says_nothing_of_who_is_masked_since(agent: Client, univers: Univers) -> None:
    """Neither how many there were, nor that one is gone; whoever is left may still be chosen."""
    premiere, seconde = univers.entreprise("LES TILLEULS", LILLE), univers.entreprise("LES TILLEULS", LILLE)
    univers.indexer()
    deposer(agent, colle=f"nom;cp;siret\nLes tilleuls;59000;\nAutre nom;;{premiere}\n")
    tableau = travailler()
    assert [*tableau.lignes.values_list("issue", flat=True)] == ["ambigu", "ambigu"]
    assert "2 entreprises répondent" in agent.get(adresse(tableau)).content.decode()
    f.unites(
        f.unite(premiere, denomination=None, nom="TILLEULS", statut_diffusion="P", categorie_juridique="1000"),
        f.unite(seconde, denomination="LES TILLEULS"),
    )

    def verifier() -> None:
        page = agent.get(adresse(tableau)).content.decode()
        csv = b"".join(agent.get(adresse(tableau, "/export.csv"))).decode()
        for texte in (page, csv):
            assert "répondent" not in texte
            assert "autre nom" not in texte
        assert premiere not in page.replace(f">{premiere}<", "")  # as it was given
        assert f.siret_no(seconde) in page

    verifier()
    assert services.retirer_les_masques() == 2
    verifier()
    restante, donnee = tableau.lignes.all()
    assert (restante.issue, [c[0] for c in restante.candidats]) == ("ambigu", [seconde])
    assert (donnee.issue, donnee.candidats, donnee.pourquoi) == ("ambigu", [], "")


def test_a_killed_worker_goes_on_where_it_stopped_and_a_deleted_table_stops_it(agent: Client, bois: str) -> None:
    deposer(agent, colle="siren\n" + f"{bois}\n" * 450)
    tableau = TableauRapproche.objects.get()
    tours = iter([True, False])
    services.traiter(tableau.pk, lambda: next(tours))
    tableau.refresh_from_db()
    assert (tableau.faites, tableau.lignes.count(), tableau.fini) == (200, 200, False)
    tableau = travailler()
    assert (tableau.faites, tableau.lignes.count()) == (450, 450)
    assert [*tableau.lignes.values_list("rang", flat=True)] == [*range(2, 452)]
    tableau.delete()
    services.traiter(tableau.pk)


def test_nothing_leaves_a_table_of_which_some_rows_are_still_to_read(elle: Compte, agent: Client, bois: str) -> None:
    groupe = c.groupe()
    c.appartenance(elle, groupe)
    acteurs.dossier(groupe, "dreets-3e", ("59",))
    deposer(agent, colle="siren\n" + f"{bois}\n" * 250)
    tableau = TableauRapproche.objects.get()
    tours = iter([True, False])
    services.traiter(tableau.pk, lambda: next(tours))
    page = agent.get(adresse(tableau)).content.decode()
    for suite in ("/export.csv", "/liste", "/fichiers"):
        assert f'href="{adresse(tableau, suite)}"' not in page
        assert agent.get(adresse(tableau, suite)).status_code == 400
    travailler()
    page = agent.get(adresse(tableau)).content.decode()
    for suite in ("/export.csv", "/liste", "/fichiers"):
        assert f'href="{adresse(tableau, suite)}"' in page
        assert agent.get(adresse(tableau, suite)).status_code == 200


def test_what_was_found_is_kept_as_a_list_by_whoever_may_keep_one(elle: Compte, agent: Client, bois: str) -> None:
    deposer(agent, colle=TEXTE)
    tableau = travailler()
    ou = adresse(tableau, "/liste")
    assert "Garder comme liste" not in agent.get(adresse(tableau)).content.decode()
    assert agent.get(ou).status_code == 403
    groupe = c.groupe()
    c.appartenance(elle, groupe)
    acteurs.dossier(groupe, "dreets-3e", ("59",))
    assert "Garder comme liste" in agent.get(adresse(tableau)).content.decode()
    assert "1 numéro différent trouvé" in agent.get(ou).content.decode()
    assert agent.post(ou, {"nom": "", "pour": "moi"}).status_code == 400
    fait = agent.post(ou, {"nom": "Chantiers", "pour": str(groupe.pk)})
    liste = ListeDeTravail.objects.get()
    assert (fait.status_code, liste.service_id, liste.nom) == (302, groupe.pk, "Chantiers")
    assert [*liste.lignes.values_list("numero", flat=True)] == [f.siret_no(bois)]


def test_each_agent_has_a_bounded_number_of_tables(agent: Client, elle: Compte) -> None:
    TableauRapproche.objects.bulk_create(TableauRapproche(compte=elle, nom="x", total=1) for _ in range(20))
    refus = deposer(agent, colle=TEXTE)
    assert refus.status_code == 400
    assert "supprimez-en" in refus.content.decode()
