"""Reports on a producer's data: to its officers alone, answered by one at a time, told to their author."""

import re
from datetime import timedelta
from html import unescape
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from fce.droits.comptes.models import Compte, EvenementCompte, Mandat, Rattachement
from fce.service.portail.models import Signalement
from fce.service.portail.signalements import a_faire, selectors, services
from fce.service.portail.signalements.etats import GesteSignalement
from fce.socle.base.roles import Role
from tests.donnees.entreprises.fabrique import siren_no, siret_no
from tests.droits.comptes.courrier import relever
from tests.droits.comptes.fabrique import client_de, compte, mandataire, particulier
from tests.droits.habilitations.roles.outils import en_tant_que, refuse
from tests.service.portail.pages import verifier

pytestmark = pytest.mark.usefixtures("signalees")
SIREN, MASQUE = siren_no(1), siren_no(3)
CA, LIASSES, RNE = "dgfip-chiffre-affaires", "dgfip-liasses", "rne-dirigeants"
FISCAL = "fiscalite-douane"
FAUX = "Le dernier exercice montré est celui de <b>2019</b>."
REPONSE = "C’est rectifié dans le fichier d’octobre."
NIR = "1 84 12 76 451 089 46"


def officier(producteur: str = "dgfip", **champs: str) -> tuple[Client, Compte]:
    qui = mandataire("depot", producteur, **champs)
    return client_de(qui), qui


def texte(reponse) -> str:
    return unescape(reponse.content.decode())


def signaler(client: Client, siren: str = SIREN, **champs: str):
    return client.post(f"/signaler/{siren}", {"rubrique": FISCAL, "texte": FAUX, "source": CA} | champs)


def recu(**champs: object) -> Signalement:
    voulus = {"siren": SIREN, "rubrique": FISCAL, "source": CA, "producteur": "dgfip", "texte": FAUX}
    return Signalement.objects.create(**voulus | {"auteur": "c0"} | champs)


def repondre(client: Client, numero: int, version: int = 1, issue: str = "corriger", reponse: str = REPONSE):
    return client.post(f"/depot/signalements/{numero}", {"version": version, "issue": issue, "reponse": reponse})


# --- From an author to an officer, and back -------------------------------------------------------------------------


def test_a_report_goes_to_the_officers_of_the_producer_who_take_it_answer_and_its_author_reads_it():
    client, qui = officier(courriel="donnees@dgfip.example")
    officier("inpi", courriel="donnees@inpi.example")
    auteur = compte(courriel="agent@travail.example")
    chez_lui = client_de(auteur)
    page = texte(chez_lui.get(f"/signaler/{SIREN}?source={CA}"))
    assert "Les responsables des données du producteur (DGFiP) liront votre signalement." in page
    assert '<option value="fiscalite-douane" selected>' in page
    assert signaler(chez_lui).status_code == 302
    fait = Signalement.objects.get()
    assert (fait.source, fait.producteur, fait.etat, fait.siret) == (CA, "dgfip", "recu", "")
    [courriel] = relever()
    assert courriel.to == ["donnees@dgfip.example"]
    assert courriel.body.startswith(f"Le signalement n° {fait.pk} attend votre réponse.")
    assert f"/depot/signalements/{fait.pk}" in courriel.body
    assert "2019" not in courriel.body
    assert "lu par les responsables des données du producteur (DGFiP)" in texte(chez_lui.get("/signalements"))

    adresse = f"/depot/signalements/{fait.pk}"
    for lue in ("/depot/signalements", adresse):
        verifier(client.get(lue).content.decode())
        assert "ATELIERS ZELBRAC" in texte(client.get(lue))
        assert auteur.nom not in texte(client.get(lue))
    assert client.post(adresse, {"version": 1, "geste": "prendre"}).status_code == 302
    assert relever()[-1].body.startswith(f"Votre signalement n° {fait.pk} est pris en charge.")
    assert "pris en charge" in texte(chez_lui.get("/signalements"))
    assert repondre(client, fait.pk, version=2, issue="classer").status_code == 302
    assert relever()[-1].body.startswith(f"Votre signalement n° {fait.pk} a reçu une réponse.")
    assert REPONSE not in relever()[-1].body
    miens = texte(chez_lui.get("/signalements"))
    assert "sans suite" in miens
    assert REPONSE in miens
    fait.refresh_from_db()
    assert (fait.etat, fait.version, fait.traite_par) == ("sans_suite", 3, qui.identifiant)
    assert [e.action for e in EvenementCompte.objects.order_by("id")] == [
        "signalement",
        "signalement_pris",
        "signalement_traite",
    ]


def test_a_company_head_reports_on_her_own_company_as_an_agent_does():
    client, _ = officier()
    elle = particulier(courriel="elle@courriel.example")
    Rattachement.objects.create(compte=elle, siren=SIREN, etat="valide")
    chez_elle = client_de(elle)
    assert signaler(chez_elle, siret=siret_no(SIREN)).status_code == 302
    fait = Signalement.objects.get()
    assert (fait.producteur, fait.siret) == ("dgfip", siret_no(SIREN))
    repondre(client, fait.pk)
    assert REPONSE in texte(chez_elle.get("/signalements"))
    assert [m.to for m in relever()][-1] == ["elle@courriel.example"]
    # Of another's company, nothing, and the way on is said.
    autre = chez_elle.get(f"/signaler/{MASQUE}?source={RNE}")
    assert autre.status_code == 403
    assert f"/mes-entreprises?siren={MASQUE}" in texte(autre)
    assert f"/sources/{RNE}" in texte(autre)
    assert f'value="{MASQUE}"' in texte(chez_elle.get(f"/mes-entreprises?siren={MASQUE}"))
    assert signaler(chez_elle, MASQUE).status_code == 403
    assert Signalement.objects.count() == 1


def test_who_was_refused_reads_why_where_he_meant_to_report():
    elle = particulier()
    Rattachement.objects.create(compte=elle, siren=SIREN, etat="refuse", motif="Envoyez un extrait du registre")
    assert "Envoyez un extrait du registre" in texte(client_de(elle).get(f"/signaler/{SIREN}"))


def test_the_roles_of_the_database_let_a_head_report_and_an_officer_answer_and_no_more():
    _, officiere = officier()
    elle = particulier()
    Rattachement.objects.create(compte=elle, siren=SIREN, etat="valide")
    with en_tant_que(Role.COMPTES):
        fait = services.signaler(elle, SIREN, rubrique=FISCAL, source=CA, texte=FAUX, siret=siret_no(SIREN))
        assert [vu.signalement for vu in selectors.siens(elle)] == [fait]
    assert refuse(Role.COMPTES, "UPDATE portail_signalement SET etat = 'corrige'") == []
    with en_tant_que(Role.AGENTS):
        services.prendre_en_charge(fait, version=1, par=officiere.identifiant)
        services.repondre(fait, GesteSignalement.CORRIGER, reponse=REPONSE, version=2, par=officiere.identifiant)
        assert not selectors.de_l_equipe().exists()
    assert refuse(Role.AGENTS, "DELETE FROM portail_signalement") == []


# --- Who handles it ---------------------------------------------------------------------------------------------------


def test_without_an_officer_the_team_handles_it_and_its_author_is_told_so():
    membre = mandataire("equipe")
    equipe, chez_lui = client_de(membre), client_de(compte())
    assert "Le producteur de ces données (DGFiP) n’a pas de responsable" in texte(
        chez_lui.get(f"/signaler/{SIREN}?source={CA}")
    )
    signaler(chez_lui)
    assert relever() == []
    numero = Signalement.objects.get().pk
    assert "lu par l’équipe de la fiche commune" in texte(chez_lui.get("/signalements"))
    assert equipe.get(f"/gestion/signalements/{numero}").status_code == 200
    # The day a mandate is given, what waits changes hands; the day it ends, it comes back.
    client, qui = officier()
    assert client.get(f"/depot/signalements/{numero}").status_code == 200
    assert equipe.get(f"/gestion/signalements/{numero}").status_code == 404
    assert f"n° {numero}" not in texte(equipe.get("/gestion/signalements"))
    for fin in ({"fin": timezone.now()}, {"fin": None}):
        Mandat.objects.filter(compte=qui).update(**fin)
        assert client.get(f"/depot/signalements/{numero}").status_code == (403 if fin["fin"] else 200)
        assert equipe.get(f"/gestion/signalements/{numero}").status_code == (200 if fin["fin"] else 404)
    Compte.objects.filter(pk=qui.pk).update(desactive_le=timezone.now())
    assert equipe.get(f"/gestion/signalements/{numero}").status_code == 200


def test_a_producer_never_meets_the_reports_of_another():
    client, _ = officier("inpi")
    officier("dgfip")
    ailleurs = recu()
    sien = recu(source=RNE, producteur="inpi", rubrique="dirigeants")
    liste = texte(client.get("/depot/signalements?etat=tous"))
    assert f"n° {sien.pk}<" in liste
    assert f"n° {ailleurs.pk}<" not in liste
    for methode, champs in (("get", {}), ("post", {"version": 1, "geste": "prendre"})):
        corps = set()
        for numero in (ailleurs.pk, 999_999, 0):
            reponse = getattr(client, methode)(f"/depot/signalements/{numero}", champs)
            assert reponse.status_code == 404
            corps.add(re.sub(r"n° \d+|signalements/\d+|[0-9a-f]{16,}|value=\"\w{64}\"", "", texte(reponse)))
        assert len(corps) == 1
    ailleurs.refresh_from_db()
    assert ailleurs.etat == "recu"
    assert client.get("/depot/signalements/99999999999999999999").status_code == 404


def test_the_screens_are_for_data_officers_alone():
    numero = recu().pk
    membre = mandataire("equipe")
    for qui in (compte(), membre, particulier()):
        client = client_de(qui)
        for adresse in ("/depot/signalements", f"/depot/signalements/{numero}"):
            assert client.get(adresse).status_code == 403
        assert repondre(client, numero).status_code == 403
    assert Client().get("/depot/signalements").status_code == 302
    assert repondre(Client(), numero).status_code == 401
    assert Signalement.objects.get().etat == "recu"


# --- What is read and written -----------------------------------------------------------------------------------------


def test_of_two_officers_at_once_the_second_reads_what_the_first_did_and_overwrites_nothing():
    premier, second = officier()[0], officier()[0]
    numero = recu().pk
    assert premier.post(f"/depot/signalements/{numero}", {"version": 1, "geste": "prendre"}).status_code == 302
    tard = repondre(second, numero, version=1, reponse="Un texte déjà écrit")
    assert tard.status_code == 409
    verifier(tard.content.decode())
    assert "rien de ce que vous avez envoyé n’est enregistré" in texte(tard)
    assert "Un texte déjà écrit</textarea>" in texte(tard)
    assert 'name="version" value="2"' in texte(tard)
    assert repondre(premier, numero, version=2).status_code == 302
    for geste in ({"geste": "prendre"}, {"issue": "classer", "reponse": "Trop tard"}):
        apres = second.post(f"/depot/signalements/{numero}", {"version": 2} | geste)
        assert apres.status_code == 409
        verifier(apres.content.decode())
        assert REPONSE in texte(apres)
        assert ("Trop tard" in texte(apres)) == ("issue" in geste)  # given back to who wrote it
    assert Signalement.objects.get().reponse == REPONSE


@pytest.mark.parametrize(
    "champs",
    [
        {"issue": "", "reponse": REPONSE},
        {"issue": "corriger", "reponse": "  "},
        {"issue": "prendre", "reponse": REPONSE},
        {"issue": "corriger", "reponse": f"Voir {NIR}."},
    ],
)
def test_an_answer_says_how_it_ends_why_and_names_nobody(champs):
    client, _ = officier()
    numero = recu().pk
    reponse = client.post(f"/depot/signalements/{numero}", {"version": 1} | champs)
    assert reponse.status_code == 400
    verifier(reponse.content.decode())
    assert "fr-message--error" in texte(reponse)
    assert (Signalement.objects.get().etat, relever()) == ("recu", [])


def test_a_report_that_holds_the_number_of_somebody_is_not_kept():
    reponse = signaler(client_de(compte()), texte=f"Le gérant est le {NIR}.")
    assert reponse.status_code == 400
    assert "numéro de sécurité sociale" in texte(reponse)
    assert not Signalement.objects.exists()


@pytest.mark.parametrize("siret", [siret_no(siren_no(2)), siret_no(SIREN, 9), "1" * 14, "x" * 14, SIREN, "²" * 14])
def test_an_establishment_that_is_not_of_the_company_is_left_out(siret):
    client = client_de(compte())
    verifier(client.get(f"/signaler/{SIREN}", {"siret": siret}).content.decode())
    signaler(client, siret=siret)
    assert Signalement.objects.get().siret == ""


def test_what_waits_longest_comes_first_and_is_told_late_filters_keep_their_own():
    client, qui = officier()
    fermes = [recu(etat="corrige", traite_le=timezone.now() - timedelta(days=n), reponse=REPONSE) for n in (3, 1)]
    recents, vieux = [recu(source=LIASSES), recu()], recu()
    Signalement.objects.filter(pk=vieux.pk).update(recu_le=timezone.now() - timedelta(days=16))
    Signalement.objects.filter(pk=recents[0].pk).update(recu_le=timezone.now() - timedelta(days=14))

    def numeros(suite: str = "") -> list[int]:
        return [int(n) for n in re.findall(r">n° (\d+)<", texte(client.get(f"/depot/signalements{suite}")))]

    ouverts = [vieux.pk, recents[0].pk, recents[1].pk]
    assert numeros() == ouverts
    assert texte(client.get("/depot/signalements")).count("En retard") == 1
    assert numeros("?etat=tous") == [*ouverts, fermes[1].pk, fermes[0].pk]
    assert numeros("?etat=corrige") == [fermes[1].pk, fermes[0].pk]
    assert numeros(f"?source={LIASSES}") == [recents[0].pk]
    assert numeros(f"?etat=nulle-part&source={RNE}") == ouverts
    [tache] = a_faire.taches(qui, timezone.localdate())
    assert tache.titre == "Répondre à 3 signalements sur vos données"
    assert tache.en_retard(timezone.localdate())
    assert list(a_faire.taches(compte(), timezone.localdate())) == []


def test_the_list_reads_the_same_number_of_times_and_its_pages_keep_the_filter(django_assert_max_num_queries):
    client, _ = officier()
    for _ in range(31):
        recu()
    with django_assert_max_num_queries(9):
        page = texte(client.get(f"/depot/signalements?etat=recu&source={CA}"))
    assert page.count(">n° ") == 30
    assert f"?etat=recu&source={CA}&page=2" in page


def test_a_masked_person_stays_masked_to_who_handles_the_report():
    client, _ = officier()
    numero = recu(siren=MASQUE).pk
    assert not [a for a in ("", f"/{numero}") if "SECRETNOM" in texte(client.get(f"/depot/signalements{a}"))]


def test_a_report_leads_to_the_sheet_at_its_tab_and_copies_nothing_of_it():
    siret = siret_no(SIREN)
    assert selectors.adresse_de_la_fiche(SIREN, "", "finances") == f"/entreprise/{SIREN}/finances"
    assert selectors.adresse_de_la_fiche(SIREN, siret, "effectifs") == f"/etablissement/{siret}/effectifs"
    assert selectors.adresse_de_la_fiche(SIREN, siret, "etablissements") == f"/etablissement/{siret}"
    assert selectors.adresse_de_la_fiche(SIREN, "", "autres") == f"/entreprise/{SIREN}"
    signaler(client_de(compte()))
    gardes = {f.name for f in Signalement._meta.concrete_fields if getattr(Signalement.objects.get(), f.name)}
    dits = {"siren", "rubrique", "source", "producteur", "texte", "auteur"}
    assert gardes == dits | {"id", "etat", "recu_le", "version"}


def test_too_many_pending_reports_wait_those_in_charge_count_too(monkeypatch):
    monkeypatch.setattr(services, "SIGNALEMENTS_MAX", 2)
    client, _ = officier()
    auteur = client_de(compte())
    signaler(auteur)
    numero = Signalement.objects.get().pk
    client.post(f"/depot/signalements/{numero}", {"version": 1, "geste": "prendre"})
    assert [signaler(auteur).status_code for _ in range(2)] == [302, 400]
    repondre(client, numero, version=2)
    assert signaler(auteur).status_code == 302


@pytest.mark.parametrize(("avant", "apres"), [("nouveau", "recu"), ("traite", "corrige"), ("recu", "recu")])
def test_a_report_filed_before_its_states_had_these_names_keeps_its_place(avant, apres):
    numero = recu(etat=avant).pk
    import_module("fce.service.portail.migrations.0005_suivi_des_signalements").nommer_les_etats(apps, None)
    assert Signalement.objects.get(pk=numero).etat == apres
