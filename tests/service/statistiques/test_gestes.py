"""Where events are told: each gesture of the service counts itself, once, and says of its author what it may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from fce.droits.comptes.oidc.protocole import Identite
from fce.droits.comptes.services import connecter
from fce.droits.habilitations.adhesions import actualiser_les_groupes
from fce.droits.habilitations.dossiers import services as dossiers
from fce.echanges.visites import services as visites
from fce.echanges.visites.reponses import Reponse, annoncer_et_repondre, repondre
from fce.echanges.visites.services import Quand
from fce.echanges.vocabulaire import Precision, Reaction
from fce.recherche import services
from fce.service.portail.models import RetourUtilisateur
from fce.service.statistiques import collecte
from fce.service.statistiques.models import EvenementDUsage
from fce.socle.web import robots
from tests.acces import acteurs
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes import fabrique as c
from tests.echanges.interactions import fabrique as e
from tests.echanges.visites import fabrique as v

pytestmark = pytest.mark.django_db
SIREN = f.siren_no(1)
NAVIGATEUR = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
ROBOTS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "GPTBot/1.2", "curl/8.14.1", "",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0) Chrome/140.0 Safari/537.36",
    "facebookexternalhit/1.1", "python-requests/2.32", "Go-http-client/2.0", "Apache-HttpClient/5.4 (Java/21)",
    "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/140.0 Safari/537.36", "Pingdom.com_bot_version_1.4",
)  # fmt: skip


def ecrits() -> dict[str, int]:
    return dict(EvenementDUsage.objects.values_list("nom", "nombre"))


def retenus() -> dict[str, int]:
    return {fait.nom: n for fait, n in collecte.MEMOIRE.faits.items()}


@pytest.fixture
def unite() -> None:
    f.unites(f.unite(SIREN, denomination="VERGERS INVENTES"))
    f.lieux(f.lieu(SIREN))


@pytest.fixture
def agent() -> tuple[Client, Any]:
    compte, groupe = c.membre()
    acteurs.dossier(groupe, "inspection-travail", ("59",))
    return c.client_de(compte, finalite="controle-travail"), compte


def test_a_sheet_is_counted_for_an_agent_and_for_a_stranger(
    client: Client, agent: tuple[Client, Any], unite: None
) -> None:
    client.get(f"/entreprise/{SIREN}", headers=NAVIGATEUR)
    assert retenus()["fiche_lue"] == 1
    assert {fait.qui for fait in collecte.MEMOIRE.faits} == {""}
    collecte.MEMOIRE.faits.clear()
    agent[0].get(f"/entreprise/{SIREN}/tout")
    assert retenus().get("fiche_lue") == 1
    assert {fait.qui for fait in collecte.MEMOIRE.faits} == {agent[1].identifiant}


@pytest.mark.parametrize("robot", ROBOTS)
def test_v12_a_declared_robot_counts_for_nothing(client: Client, unite: None, robot: str) -> None:
    services.indexer(forcer=True)
    for page in ("/", f"/entreprise/{SIREN}", "/recherche?q=vergers&vue=entreprises"):
        assert client.get(page, headers={"User-Agent": robot}).status_code == 200
    assert retenus() == {}


def test_v12_a_browser_counts_and_a_head_shows_nothing(client: Client, unite: None) -> None:
    services.indexer(forcer=True)
    pages = ("/", f"/entreprise/{SIREN}", "/recherche?q=vergers&vue=entreprises")
    for page in pages:
        assert client.head(page, headers=NAVIGATEUR).status_code == 200
    assert retenus() == {}
    for page in pages:
        client.get(page, headers=NAVIGATEUR)
    assert (retenus()["fiche_lue"], retenus()["recherche"], retenus()["visite_du_site"]) == (1, 1, 3)


def test_v12_an_agent_counts_whatever_his_browser_says(agent: tuple[Client, Any], unite: None) -> None:
    agent[0].get(f"/entreprise/{SIREN}", headers={"User-Agent": ROBOTS[2]})
    assert retenus()["fiche_lue"] == 1


def test_v12_ordinary_browsers_and_telephones_are_no_robots() -> None:
    for nom in (
        NAVIGATEUR["User-Agent"],
        "Mozilla/5.0 (Linux; Android 14; CUBOT KINGKONG) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile Safari/604.1",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
    ):
        assert not robots.est_declare(nom), nom


def test_a_private_person_is_never_told_from_a_stranger(client: Client, unite: None) -> None:
    c.connecter(client, c.particulier())
    client.get(f"/entreprise/{SIREN}", headers=NAVIGATEUR)
    assert {(fait.nom, fait.qui) for fait in collecte.MEMOIRE.faits} == {("fiche_lue", "")}


def test_a_habilitation_is_counted_for_who_asked_for_it() -> None:
    demandeur, approbateur, groupe = c.compte(), c.compte(siret=c.AUTRE_SERVICE), c.groupe()
    contenu = dossiers.du_profil("inspection-travail", ("59",))
    dossier = dossiers.creer(groupe, contenu, demandeur.identifiant)
    dossiers.valider(dossiers.soumettre(dossier, demandeur.identifiant), approbateur.identifiant)
    assert ecrits() == {"habilitation_obtenue": 1}
    assert EvenementDUsage.objects.get().organisation == groupe.organisation


@pytest.mark.parametrize(
    ("dit", "attendus"),
    [
        ({"trouve": "oui", "recommandation": "9"}, {("avis_aide", None), ("avis_note", 9)}),
        ({"trouve": "en_partie"}, {("avis_aide_en_partie", None)}),
        ({"trouve": "non", "recommandation": "0"}, {("avis_aide_pas", None), ("avis_note", 0)}),
    ],
)
def test_an_opinion_is_counted_and_nobody_with_it(
    client: Client, dit: dict[str, str], attendus: set[tuple[str, int | None]]
) -> None:
    c.connecter(client, c.compte())
    assert client.post("/avis", dit).status_code == 302
    assert set(EvenementDUsage.objects.values_list("nom", "valeur")) == attendus
    assert set(EvenementDUsage.objects.values_list("pseudonyme", "organisation")) == {("", None)}


def test_a_mark_is_from_0_to_10(client: Client) -> None:
    assert client.post("/avis", {"trouve": "oui", "recommandation": "11"}).status_code == 400
    assert ecrits() == {}


def test_a_stranger_s_opinion_is_counted_under_the_role_of_strangers(client: Client) -> None:
    assert client.post("/avis", {"trouve": "oui"}).status_code == 302
    assert ecrits() == {"avis_aide": 1}


@pytest.mark.parametrize(("qui", "pseudonyme"), [(c.compte, True), (c.particulier, False)])
def test_an_error_reported_is_counted(
    client: Client, unite: None, qui: Callable[[], Any], pseudonyme: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fce.service.portail.signalements import services

    monkeypatch.setattr(services, "peut_signaler", lambda *_: True)
    services.signaler(qui(), SIREN, rubrique="identite", source="", texte="Le nom n’est plus le bon.")
    (evenement,) = EvenementDUsage.objects.all()
    assert evenement.nom == "erreur_signalee"
    assert bool(evenement.pseudonyme) is pseudonyme


def test_a_search_is_counted_once_per_question(agent: tuple[Client, Any], settings: Any) -> None:
    agent[0].get("/recherche?q=boulangerie&vue=entreprises")
    assert retenus().get("recherche", 0) <= 1


@pytest.mark.parametrize(
    ("reponse", "attendu"),
    [
        (Reponse(Reaction.REPORT, quand=Quand(Precision.JOUR, v.dans(5))), "croisement_reporte"),
        (Reponse(Reaction.COMMUNE), "croisement_commun"),
        (Reponse(Reaction.RENONCEMENT), "croisement_abandonne"),
        (Reponse(Reaction.MAINTIEN, motif="Un délai court."), "croisement_maintenu"),
    ],
)
def test_a_visit_announced_across_another_counts_the_crossing_told_and_what_is_answered(
    reponse: Reponse, attendu: str
) -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    quand = Quand(Precision.JOUR, v.dans(2))
    premiere = visites.annoncer(autre.lecteur, autre.groupe.pk, ou.siren, [ou.siret], quand)
    EvenementDUsage.objects.all().delete()
    annoncer_et_repondre(
        elle.lecteur, elle.groupe.pk, ou.siren, [ou.siret], quand, visites.Teneur(), reponse, [f"visite-{premiere.pk}"]
    )
    assert ecrits() == {"visite_annoncee": 1, "croisement_dit": 1, attendu: 1}
    assert set(EvenementDUsage.objects.values_list("service", flat=True)) == {"dgt"}


def test_the_same_answer_told_again_counts_once() -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    quand = Quand(Precision.JOUR, v.dans(2))
    visite = visites.annoncer(elle.lecteur, elle.groupe.pk, ou.siren, [ou.siret], quand)
    cle = f"visite-{visites.annoncer(autre.lecteur, autre.groupe.pk, ou.siren, [ou.siret], quand).pk}"
    for _ in range(2):
        visite.refresh_from_db()
        repondre(elle.lecteur, visite, [cle], Reponse(Reaction.MAINTIEN, motif="Un délai court."), visite.version)
    assert EvenementDUsage.objects.filter(nom="croisement_maintenu").count() == 1


def test_a_contact_is_counted_with_its_body() -> None:
    e.peupler()
    nous = e.service()
    saisie = e.formulaire(nous, sirets=[e.SIRETS[2]])
    assert nous.client.post(f"/entreprise/{e.SIREN}/contacts/nouveau", saisie).status_code == 302
    (evenement,) = EvenementDUsage.objects.filter(nom="contact_note")
    assert evenement.service == "dgt"
    assert evenement.pseudonyme


def test_an_agent_whose_group_is_habilitated_is_counted_so_when_he_signs_in() -> None:
    compte, groupe = c.compte(), c.groupe()
    actualiser_les_groupes(None, compte=compte, ancien_siret="", precedente=None)
    assert ecrits() == {}
    c.appartenance(compte, groupe)
    acteurs.dossier(groupe, "inspection-travail", ("59",))
    EvenementDUsage.objects.all().delete()
    actualiser_les_groupes(None, compte=compte, ancien_siret="", precedente=None)
    assert ecrits() == {"connexion_habilitee": 1}


def test_a_sign_in_is_counted_for_an_agent_alone() -> None:
    for fournisseur, siret in (("proconnect", c.SERVICE), ("franceconnect", "")):
        reste = {"roles": (), "organisation_label": "", "idp_id": "", "acr": "", "amr": (), "mfa": True, "id_token": ""}
        nom = {"email": "", "prenom": "Camille", "nom": "Essai", "siret": siret}
        connecter(Identite(fournisseur, f"https://{fournisseur}.example", "sub", **nom, **reste))
    assert ecrits() == {"connexion": 1}


def test_an_opinion_keeps_its_mark_for_the_team(client: Client) -> None:
    client.post("/avis", {"trouve": "oui", "recommandation": "7"})
    assert RetourUtilisateur.objects.get().recommandation == 7
