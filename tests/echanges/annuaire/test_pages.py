"""The directory: found by every agent, written by the managers of a service alone, and who to call for a place."""

from __future__ import annotations

from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from fce.droits.comptes import appartenances, organisations
from fce.droits.comptes.models import Appartenance, Compte, EvenementCompte
from fce.droits.journal.models import Consultation
from fce.echanges.annuaire import services
from fce.echanges.annuaire.services import Competence, ecrire_entree
from fce.echanges.erreurs import Concurrence
from fce.echanges.models import Absence, EntreeAnnuaire
from fce.socle.texte import jours_ouvres
from tests.acces import acteurs
from tests.donnees.entreprises import fabrique as f
from tests.donnees.entreprises.marques import PHYSIQUE
from tests.droits.comptes import fabrique as c
from tests.echanges.visites.fabrique import Service, service

pytestmark = pytest.mark.django_db
SIREN = f.siren_no(1)
SIRET = f.siret_no(SIREN)
NORD = Competence("uc", ("59",), themes=("travail",))


def texte(reponse: Any) -> str:
    return unescape(" ".join(reponse.content.decode().split()))


def inscrire(nom: str, competence: Competence) -> Service:
    cree = service(nom=nom)
    ecrire_entree(cree.groupe, competence, "essai")
    return cree


def gerer(quel: Service) -> Client:
    """A manager of the service, signed in."""
    Appartenance.objects.filter(compte=quel.agent, groupe=quel.groupe).update(gestionnaire=True)
    return quel.client


def peupler(commune: str = "59350") -> None:
    f.unites(f.unite(SIREN, denomination="ESSAI"))
    f.lieux(f.lieu(SIREN, code_commune=commune, libelle_commune="LILLE"))


def envoi(**autres: Any) -> dict[str, Any]:
    return {"nature": "uc", "territoire": "Nord", "communes": "", "themes": ["travail"], "version": 0} | autres


def test_an_agent_finds_a_service_by_its_name_its_place_its_kind_and_its_theme() -> None:
    nord = inscrire("Unité du Nord", NORD)
    inscrire("Bureau national", Competence("douane", ("FR",), themes=("douane",)))
    inscrire("Unité de Bastia", Competence("uc", communes=("2B033",)))
    tous = {"Unité du Nord", "Bureau national", "Unité de Bastia"}
    for recherche, attendus in {
        "": tous,
        "texte=unit%C3%A9": {"Unité du Nord", "Unité de Bastia"},
        "texte=unite+NORD": {"Unité du Nord"},
        "departement=59": {"Unité du Nord", "Bureau national"},
        "departement=2B": {"Unité de Bastia", "Bureau national"},
        "nature=douane": {"Bureau national"},
        "theme=travail": {"Unité du Nord"},
        "theme=inconnu": tous,
    }.items():
        page = texte(nord.client.get(f"/services?{recherche}")).split("<main", 1)[1]
        assert {nom for nom in tous if f"<bdi>{nom}</bdi></a>" in page} == attendus, recherche
    assert "Aucun service ne correspond" in texte(nord.client.get("/services?texte=introuvable"))


def test_what_is_closed_is_in_the_directory_no_more() -> None:
    nous, ferme = inscrire("Nous", NORD), inscrire("Service fermé", NORD)
    page = f"/services/{ferme.groupe.pk}"
    assert "Service fermé" in texte(nous.client.get(page))
    organisations.fermer(ferme.groupe, "essai", "réorganisation")
    assert nous.client.get(page).status_code == 404
    assert "Service fermé" not in texte(nous.client.get("/services"))


def test_a_manager_writes_what_his_service_does_and_it_is_noted() -> None:
    nous = service()
    client = gerer(nous)
    adresse = f"/services/{nous.groupe.pk}/modifier"
    assert adresse in texte(client.get("/services"))
    fait = client.post(adresse, envoi(presentation="Écrivez-nous.", champs="Période\n\n Impôt ", modele="Pour…"))
    assert (fait.status_code, fait["Location"]) == (302, f"/services/{nous.groupe.pk}?fait=service-inscrit")
    page = texte(client.get(fait["Location"]))
    assert "Votre page de l’annuaire est enregistrée." in page
    assert "Nord (59)" in page
    assert "Écrivez-nous." in page
    assert "Période, Impôt" in page
    ecrite = EntreeAnnuaire.objects.get()
    assert (ecrite.champs, ecrite.modele) == (["Période", "Impôt"], "Pour…")
    assert "Période Impôt" in texte(client.get(adresse))
    (ecrit,) = EvenementCompte.objects.filter(action="annuaire_modifie")
    assert (ecrit.objet, ecrit.apres["territoire"]) == (f"groupe-{nous.groupe.pk}", ["59"])


@pytest.mark.parametrize(
    ("faute", "dite"),
    [
        ({"territoire": "Nrod"}, "vouliez-vous dire « Nord »"),
        ({"communes": "59000"}, "n’est pas le code postal"),
        ({"territoire": "", "presentation": "tapé avant"}, "Dites où votre service est compétent"),
        ({"presentation": "x" * 1001}, "1000"),
        ({"champs": "x" * 81}, "80 signes"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(faute: dict[str, str], dite: str) -> None:
    nous = service()
    reponse = gerer(nous).post(f"/services/{nous.groupe.pk}/modifier", envoi(**faute))
    assert reponse.status_code == 400
    assert dite in texte(reponse)
    assert all(valeur[:900] in texte(reponse) for valeur in faute.values())
    assert not EntreeAnnuaire.objects.exists()


def test_of_two_managers_at_once_the_second_is_told_and_nothing_is_overwritten() -> None:
    nous = service()
    client = gerer(nous)
    ecrire_entree(nous.groupe, NORD, "une-collegue")
    reponse = client.post(f"/services/{nous.groupe.pk}/modifier", envoi(territoire="62"))
    assert reponse.status_code == 409
    assert "Un collègue a modifié cette page entre-temps" in texte(reponse)
    assert EntreeAnnuaire.objects.get().territoire == ["59"]
    with pytest.raises(Concurrence):
        ecrire_entree(nous.groupe, NORD, "essai", version=2)


def test_nobody_but_its_managers_writes_for_a_service() -> None:
    nous, autre = inscrire("Nous", NORD), inscrire("Eux", NORD)
    adresse = f"/services/{nous.groupe.pk}/modifier"
    gerer(autre)
    for client in (nous.client, autre.client):
        assert client.get(adresse).status_code == 404
        assert client.post(adresse, envoi(version=1)).status_code == 404
    client = gerer(nous)
    assert client.get(adresse).status_code == 200
    # Out of the group, he manages it no more from the next request on.
    c.appartenance(c.compte(siret=nous.agent.siret), nous.groupe, gestionnaire=True)
    appartenances.retirer(nous.agent.appartenances.get(), "essai", "départ")
    assert client.post(adresse, envoi(version=1)).status_code == 404
    assert EntreeAnnuaire.objects.get(pk=nous.groupe.pk).version == 1


@pytest.mark.parametrize("qui", ["anonyme", "dirigeant"])
def test_the_directory_is_for_agents(qui: str) -> None:
    nous = inscrire("Service des agents", NORD)
    peupler()
    client = acteurs.ACTEURS[qui]().client
    for adresse in ("/services", f"/services/{nous.groupe.pk}", f"/etablissement/{SIRET}/services"):
        reponse = client.get(adresse)
        assert reponse.status_code in (302, 403), adresse
        assert "Service des agents" not in texte(reponse)


def appeles(client: Client, siret: str = SIRET) -> str:
    return texte(client.get(f"/etablissement/{siret}/services")).split("<main", 1)[1]


def test_the_services_of_the_place_come_in_the_order_of_who_is_called_first() -> None:
    peupler()
    douane = inscrire("Bureau national", Competence("douane", ("FR",)))
    inscrire("DDPP du Nord", Competence("ddpp", ("59",)))
    inscrire("Unité de Lille", Competence("uc", communes=("59350",)))
    inscrire("Unité du Nord", NORD)
    inscrire("Unité du 62", Competence("uc", ("62",)))
    inscrire("Pôle DREETS", Competence("dreets", ("59", "62")))
    page = appeles(douane.client)
    attendus = ["Unité de Lille", "Unité du Nord", "Pôle DREETS", "DDPP du Nord", "Bureau national"]
    assert sorted(attendus, key=page.index) == attendus
    assert "Unité du 62" not in page


def test_the_unit_that_a_file_names_comes_first_and_is_written_in_the_journal() -> None:
    peupler()
    f.charger("wikit-unites", [{"siret": SIRET, "code": "059U02", "libelle": "UC Nord 2", "courriel": "uc2@t.example"}])
    nous = inscrire("Unité du Nord", NORD)
    page = appeles(nous.client)
    assert page.index("UC Nord 2") < page.index("Unité du Nord")
    assert "uc2@t.example" in page
    assert "déduite de la commune" not in page
    ecrite = Consultation.objects.get(sources=["wikit-unites"])
    assert (ecrite.numero, ecrite.agent) == (SIRET, nous.agent.identifiant)


def test_without_a_file_the_unit_is_said_deduced_from_the_commune() -> None:
    peupler()
    f.charger("wikit-unites", [])
    assert "déduite de la commune" in appeles(inscrire("Unité du Nord", NORD).client)


def test_a_service_that_does_not_hear_ours_says_so_and_one_without_members_too() -> None:
    peupler()
    inscrire("DGFiP", Competence("dgfip", ("FR",), recoit_de=("douane",)))
    seul = organisations.creer_groupe(c.organisation(numero=c.siret(277)), "Sans personne", "essai")
    ecrire_entree(seul, Competence("urssaf", ("59",)), "essai")
    page = appeles(inscrire("Unité du Nord", NORD).client)
    assert "ne reçoit pas de demandes du vôtre" in page.split("DGFiP</bdi>")[1].split("</section>")[0]
    assert "personne de ce service n’utilise encore FCE" in page.split("Sans personne")[1].split("</section>")[0]
    assert "ne reçoit pas" not in appeles(inscrire("Bureau", Competence("douane", ("FR",))).client)


def test_where_a_masked_person_is_is_not_told_by_who_is_called() -> None:
    f.unites(f.unite(SIREN, statut_diffusion="P", categorie_juridique=PHYSIQUE))
    f.lieux(f.lieu(SIREN, statut_diffusion="P", code_commune="59350", libelle_commune="LILLE"))
    page = appeles(inscrire("Unité du Nord", NORD).client)
    assert "Unité du Nord" not in page
    assert "LILLE" not in page
    assert "n’est pas connue, ou pas diffusée" in page


def test_a_company_is_not_a_place() -> None:
    peupler()
    nous = inscrire("Unité du Nord", NORD)
    assert nous.client.get(f"/etablissement/{SIREN}/services").status_code == 404
    assert nous.client.get(f"/etablissement/{f.siret_no(f.siren_no(9))}/services").status_code == 404


def test_the_list_takes_as_many_questions_whatever_its_length(django_assert_max_num_queries: Any) -> None:
    nous = inscrire("Unité 0", NORD)
    for rang in range(1, 60):
        groupe = c.groupe(organisation=nous.groupe.organisation, nom=f"Unité {rang}")
        ecrire_entree(groupe, NORD, "essai")
    with django_assert_max_num_queries(12):
        page = texte(nous.client.get("/services?departement=59&page=2"))
    assert "page 2 sur 2" in page
    assert "?departement=59&page=1" in page


def absent(quel: Service, jour: date | str) -> Any:
    return quel.client.post(f"/services/{quel.groupe.pk}/absence", {"jusqu_au": str(jour)})


def test_an_absence_is_read_by_colleagues_and_the_others_know_only_when_all_are_away() -> None:
    nous, eux = inscrire("Nous", NORD), inscrire("Eux", NORD)
    collegue = c.compte(siret=nous.agent.siret, nom="COLLEGUE")
    c.appartenance(collegue, nous.groupe)
    page, demain = f"/services/{nous.groupe.pk}", timezone.localdate() + timedelta(days=1)
    fait = absent(nous, demain)
    assert fait["Location"] == f"{page}?fait=absence-dite"
    lue = texte(nous.client.get(fait["Location"]))
    assert "Votre absence est notée" in lue
    assert f"absent jusqu’au {demain:%d/%m/%Y}" in lue
    assert "COLLEGUE" in lue
    assert "absent" not in texte(eux.client.get(page)).split("<main", 1)[1]
    assert "COLLEGUE" not in texte(eux.client.get(page))
    services.noter_absence(collegue, demain + timedelta(days=9), timezone.localdate())
    lue = texte(eux.client.get(page))
    assert f"le premier est de retour le {jours_ouvres.ajouter(demain, 1, '59'):%d/%m/%Y}" in lue
    assert "COLLEGUE" not in lue
    assert absent(nous, "")["Location"] == f"{page}?fait=absence-finie"
    assert "Tous ses membres" not in texte(eux.client.get(page))


def test_an_absence_that_is_over_is_told_no_more() -> None:
    nous, hier = inscrire("Nous", NORD), timezone.localdate() - timedelta(days=1)
    Absence.objects.create(compte=nous.agent, jusqu_au=hier)
    lue = texte(nous.client.get(f"/services/{nous.groupe.pk}")).split("<main", 1)[1]
    assert "absent jusqu’au" not in lue
    assert hier.isoformat() not in lue


@pytest.mark.parametrize("jour", ["hier", "31/02/2027", timedelta(days=-1), date(2999, 1, 1)], ids=str)
def test_a_day_that_is_none_is_said_beside_the_field(jour: date | timedelta | str) -> None:
    nous = inscrire("Nous", NORD)
    reponse = absent(nous, timezone.localdate() + jour if isinstance(jour, timedelta) else jour)
    assert reponse.status_code == 400
    assert 'class="fr-message fr-message--error"' in texte(reponse)
    assert not Absence.objects.exists()


def test_nobody_is_away_for_a_service_that_is_not_his() -> None:
    nous, eux = inscrire("Nous", NORD), inscrire("Eux", NORD)
    reponse = nous.client.post(f"/services/{eux.groupe.pk}/absence", {"jusqu_au": str(timezone.localdate())})
    assert reponse.status_code == 404
    assert not Absence.objects.exists()


def test_who_has_gone_to_another_administration_reads_and_says_nothing_here_any_more() -> None:
    nous = inscrire("Nous", NORD)
    c.appartenance(c.compte(siret=nous.agent.siret, nom="COLLEGUE"), nous.groupe)
    page = f"/services/{nous.groupe.pk}"
    assert "COLLEGUE" in texte(gerer(nous).get(page))
    Compte.objects.filter(pk=nous.agent.pk).update(siret=c.siret(288))
    assert "COLLEGUE" not in texte(nous.client.get(page))
    assert f"{page}/modifier" not in texte(nous.client.get("/services"))
    assert absent(nous, timezone.localdate()).status_code == 404
    assert not Absence.objects.exists()


def test_an_absence_is_said_from_a_page_that_exists() -> None:
    nous = service()
    assert absent(nous, timezone.localdate()).status_code == 404
    assert not Absence.objects.exists()


def test_e12_who_to_call_gives_a_telephone_when_the_directory_has_one_else_the_mailbox() -> None:
    peupler()
    avec = inscrire("Unité de Lille", Competence("uc", ("59",), telephone="0320123456"))
    inscrire("DDPP du Nord", Competence("ddpp", ("59",)))
    f.charger(
        "wikit-unites",
        [{"siret": SIRET, "code": "1", "libelle": "UC Nord 2", "courriel": avec.groupe.courriel.upper()}],
    )
    declaree, lille, ddpp = appeles(avec.client).split("<section")[1:4]
    for carte in (declaree, lille):
        assert '<a href="tel:0320123456" class="fce-numero">03 20 12 34 56</a>' in carte
        assert "mailto:" in carte
    assert "UC Nord 2" in declaree
    assert "tel:" not in ddpp
    assert "mailto:" in ddpp
    assert "tel:0320123456" in texte(avec.client.get(f"/services/{avec.groupe.pk}"))


def test_e12_a_unit_without_a_mailbox_has_no_other_service_s_telephone() -> None:
    peupler()
    autre = inscrire("Unité de Lille", Competence("uc", ("59",), telephone="0320123456"))
    autre.groupe.courriel = ""
    autre.groupe.save()
    f.charger("wikit-unites", [{"siret": SIRET, "code": "1", "libelle": "UC Nord 2", "courriel": ""}])
    assert "tel:" not in appeles(autre.client).split("<section")[1]


@pytest.mark.parametrize(
    ("ecrit", "garde", "montre"),
    [
        ("03 20 12 34 56", "0320123456", "03 20 12 34 56"),
        ("+33 (0)3-20.12.34.56", "0320123456", "03 20 12 34 56"),
        ("0033320123456", "0320123456", "03 20 12 34 56"),
        ("39 39", "3939", "39 39"),
        ("+32 2 555 12 12", "+3225551212", "+3225551212"),
        ("00 262 262 12 34 56", "+262262123456", "+262262123456"),
        ("", "", ""),
    ],
)
def test_e12_a_manager_writes_a_telephone_as_he_is_used_to(ecrit: str, garde: str, montre: str) -> None:
    nous = service(nom="Unité du Nord")
    adresse = f"/services/{nous.groupe.pk}/modifier"
    assert gerer(nous).post(adresse, envoi(telephone=ecrit)).status_code == 302
    assert EntreeAnnuaire.objects.get(pk=nous.groupe.pk).telephone == garde
    assert f'value="{montre}"' in texte(nous.client.get(adresse)) or not montre


@pytest.mark.parametrize("ecrit", ["le matin", "12", "03 20 12 34", "javascript:alert(1)", "٠٣٢٠١٢٣٤٥٦"])
def test_e12_what_is_no_telephone_is_said_beside_the_field(ecrit: str) -> None:
    nous = service(nom="Unité du Nord")
    refus = gerer(nous).post(f"/services/{nous.groupe.pk}/modifier", envoi(telephone=ecrit))
    assert "Donnez un téléphone comme" in texte(refus)
    assert not EntreeAnnuaire.objects.exists()
