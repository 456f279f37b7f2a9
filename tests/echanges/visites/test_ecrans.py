"""The pages of announced visits: what each service sees of the other, what is said before one announces, and that
nothing is shown that the journal does not have."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from fce.droits.comptes.models import Groupe
from fce.droits.journal.models import Consultation
from fce.echanges.models import VisiteAnnoncee
from fce.echanges.visites import croisees, reponses, selectors, semaines
from fce.echanges.visites.reponses import Reponse
from fce.echanges.vocabulaire import Reaction
from fce.socle.base.branches import lignes_de
from fce.socle.web import offres
from fce.socle.web.references import reference
from tests.donnees.entreprises.fabrique import lieu, lieux, siren_no, siret_no, unite, unites
from tests.droits.comptes import fabrique as c
from tests.echanges.visites import fabrique as v
from tests.service.portail.pages import Page

pytestmark = pytest.mark.django_db
DITS = {
    "modifier": "La visite est modifiée.",
    "reporter": "La visite est reportée.",
    "tenue": "La visite est tenue.",
}
"""What the page says after each gesture."""


def texte(reponse: Any) -> str:
    """What a page says, on one line."""
    html = unescape(reponse.content.decode())
    assert Page(html).fautes == [] or "<html" not in html, Page(html).fautes
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def saisie(de: v.Service, *ou: v.LieuConnu, **differences: Any) -> dict[str, Any]:
    return {
        "service": de.groupe.pk,
        "sirets": [lieu.siret for lieu in ou],
        "precision": "jour",
        "jour": v.dans(2).isoformat(),
        "genre": "visite",
        "objet": "",
        "geste": "annoncer",
        **differences,
    }


def vu(reponse: Any) -> str:
    trouve = re.search(r'name="vu" value="([0-9a-f]*)"', reponse.content.decode())
    assert trouve
    return trouve[1]


@pytest.fixture
def scene() -> tuple[v.LieuConnu, v.Service, v.Service, VisiteAnnoncee]:
    """A place where the CCRF has announced a visit, and the labour inspection about to."""
    (ou,) = v.places()
    elle = v.service(nom="Inspection du Nord")
    autre = v.service("ccrf", nom="CCRF du Nord", courriel="ccrf59@service.example")
    sienne = v.visite(autre.groupe, ou, v.dans(2), objet="SECRET-OBJET", genre="controle", auteur="SECRET-AUTEUR")
    return ou, elle, autre, sienne


def test_without_a_collision_a_visit_is_announced_at_once() -> None:
    (ou,) = v.places()
    elle = v.service()
    adresse = f"/etablissement/{ou.siret}/visites/nouvelle"
    page = texte(elle.client.get(adresse))
    assert "ENTREPRISE 1" in page
    assert str(elle.groupe) in page
    reponse = elle.client.post(adresse, saisie(elle, ou, objet="Chantier"))
    visite = VisiteAnnoncee.objects.get()
    assert (reponse.status_code, reponse["Location"]) == (302, f"/visites/{visite.reference}?fait=visite-annoncee")
    page = texte(elle.client.get(reponse["Location"]))
    assert "Chantier" in page
    assert "Aucun autre service connu" in page


def test_who_else_goes_is_said_before_and_without_script_after_a_first_submit(scene: Any) -> None:
    ou, elle, _, sienne = scene
    adresse = f"/etablissement/{ou.siret}/visites/nouvelle"
    premiere = elle.client.post(adresse, saisie(elle, ou))
    page = texte(premiere)
    assert VisiteAnnoncee.objects.count() == 1
    assert "Rien n’est encore annoncé" in page
    assert "CCRF du Nord" in page
    assert "ccrf59@service.example" in page
    assert f"semaine {v.dans(2).isocalendar().week}, du" in page
    for choix in ("visite commune", "je reporte", "je renonce", "je maintiens"):
        assert choix in page
    sans_choix = elle.client.post(adresse, saisie(elle, ou, vu=vu(premiere)))
    assert (sans_choix.status_code, VisiteAnnoncee.objects.count()) == (400, 1)
    faite = elle.client.post(adresse, saisie(elle, ou, vu=vu(premiere), choix="commune"))
    mienne = VisiteAnnoncee.objects.exclude(pk=sienne.pk).get()
    assert (faite.status_code, faite["Location"]) == (302, f"/visites/{mienne.reference}?fait=visite-annoncee")
    assert mienne.reponses.get().choix == "commune"


def test_the_fragment_says_it_as_soon_as_place_and_week_are_chosen(scene: Any) -> None:
    ou, elle, *_ = scene
    adresse = f"/etablissement/{ou.siret}/visites/verdict"
    entetes = {"HX-Request": "true", "HX-Target": "verdict"}
    rien = elle.client.post(adresse, saisie(elle, ou, jour=""), headers=entetes)
    assert "CCRF" not in texte(rien)
    assert vu(rien) == ""
    assert not Consultation.objects.exists()
    dit = elle.client.post(adresse, saisie(elle, ou, precision="semaine"), headers=entetes)
    assert "<html" not in dit.content.decode()
    assert "CCRF du Nord" in texte(dit)
    assert {s for x in Consultation.objects.all() for s in x.sources} == {"echanges-visites", "echanges-contacts"}


def test_what_another_service_reads_is_the_week_the_service_and_its_mailbox(scene: Any) -> None:
    ou, elle, autre, _ = scene
    mienne = v.visite(elle.groupe, ou, v.dans(2))
    reponse = elle.client.get(f"/visites/{mienne.reference}")
    page = texte(reponse)
    assert "CCRF du Nord" in page
    html = reponse.content.decode()
    for secret in ("SECRET-OBJET", "SECRET-AUTEUR", autre.agent.nom, autre.agent.identifiant, "contrôle"):
        assert secret not in html
    # The day itself is nowhere: the week is.
    assert v.dans(2).strftime("%d/%m/%Y") not in texte(reponse).split("Qui d’autre y va")[1]


def test_a_common_visit_is_said_on_both_pages_once_both_have_said_so(scene: Any) -> None:
    ou, elle, autre, sienne = scene
    mienne = v.visite(elle.groupe, ou, v.dans(2))
    reponses.repondre(elle.lecteur, mienne, [f"visite-{sienne.pk}"], Reponse(Reaction.COMMUNE), 1)
    chez_lui = texte(autre.client.get(f"/visites/{sienne.reference}"))
    assert "« visite commune »" in chez_lui
    assert "convenez du jour" not in chez_lui
    envoi = {"version": 1, "croisement": mienne.reference, "vu": v.vu(mienne), "choix": "commune"}
    assert autre.client.post(f"/visites/{sienne.reference}/repondre", envoi).status_code == 302
    for qui, numero in ((elle, mienne.reference), (autre, sienne.reference)):
        assert "convenez du jour" in texte(qui.client.get(f"/visites/{numero}"))


def test_who_has_given_up_is_told_on_the_page_of_the_other_without_its_days(scene: Any) -> None:
    ou, elle, autre, sienne = scene
    mienne = v.visite(elle.groupe, ou, v.dans(3))
    reponses.repondre(elle.lecteur, mienne, [f"visite-{sienne.pk}"], Reponse(Reaction.RENONCEMENT), 1)
    page = texte(autre.client.get(f"/visites/{sienne.reference}"))
    assert "Réponses reçues" in page
    assert "Inspection du Nord" in page
    assert "« je renonce »" in page
    assert f"semaine {v.dans(3).isocalendar().week}" not in page


def test_a_crossing_that_nobody_has_answered_is_not_said_to_be(scene: Any) -> None:
    ou, elle, _, _ = scene
    mienne = v.visite(elle.groupe, ou, v.dans(2))
    croisees.croiser(mienne.pk)
    page = texte(elle.client.get(f"/visites/{mienne.reference}"))
    assert "CCRF du Nord" in page
    assert "Votre réponse" not in page


def test_an_unknown_visit_and_that_of_another_service_answer_alike(scene: Any) -> None:
    _, elle, autre, sienne = scene
    numero = reference(VisiteAnnoncee, 999999)
    inconnue = elle.client.get(f"/visites/{numero}")
    interdite = elle.client.get(f"/visites/{sienne.reference}")
    assert (inconnue.status_code, interdite.status_code) == (404, 404)
    assert _sans_nonce(inconnue) == _sans_nonce(interdite)
    for geste in ("renoncer", "reporter", "modifier", "repondre", "tenue", "inconnu"):
        une = elle.client.post(f"/visites/{numero}/{geste}", {"version": 1})
        deux = elle.client.post(f"/visites/{sienne.reference}/{geste}", {"version": 1})
        assert (une.status_code, _sans_nonce(une)) == (404, _sans_nonce(deux))
    assert autre.client.post(f"/visites/{sienne.reference}/inconnu", {"version": 1}).status_code == 404


def _sans_nonce(reponse: Any) -> str:
    html = re.sub(r"/visites/[a-z2-7]{32}", "/visites/N", reponse.content.decode())
    return re.sub(
        r'(csrfmiddlewaretoken" value="[^"]+"|<code>[0-9a-f]+</code>|n° ?[0-9a-f]{16}|[0-9a-f]{16})', "", html
    )


@pytest.mark.parametrize("chemin", ["/visites", f"/visites/{'a' * 32}", "/calendrier"])
def test_pages_are_for_agents_with_a_second_factor(chemin: str) -> None:
    assert "/connexion" in Client().get(chemin)["Location"]
    sans = v.service(mfa=False)
    assert "mfa=1" in sans.client.get(chemin)["Location"]


def test_an_agent_whose_service_is_not_habilitated_is_told_why(scene: Any) -> None:
    ou, *_ = scene
    page = v.service("").client.get(f"/etablissement/{ou.siret}/visites/nouvelle")
    assert page.status_code == 403
    assert "n'est pas habilité" in texte(page)
    assert "CCRF" not in texte(page)


def test_a_conflict_is_said_and_keeps_what_was_typed(scene: Any) -> None:
    ou, elle, *_ = scene
    mienne = v.visite(elle.groupe, ou, v.dans(2), version=3)
    reponse = elle.client.post(
        f"/visites/{mienne.reference}/modifier", {"version": 2, "genre": "visite", "objet": "Ce que j’ai tapé"}
    )
    assert reponse.status_code == 409
    assert "rien n’a été écrasé" in texte(reponse)
    assert "Ce que j’ai tapé" in texte(reponse)
    mienne.refresh_from_db()
    assert mienne.objet == ""


def test_the_gestures_of_the_page_do_what_they_say(scene: Any) -> None:
    ou, elle, _, sienne = scene
    VisiteAnnoncee.objects.filter(pk=sienne.pk).update(etat="renoncee")
    mienne = v.visite(elle.groupe, ou, v.dans(2))
    base = f"/visites/{mienne.reference}"
    faits = [
        ("modifier", {"genre": "controle", "objet": "Vu"}, "annoncee"),
        ("reporter", {"precision": "jour", "jour": timezone.localdate().isoformat()}, "annoncee"),
        ("tenue", {}, "tenue"),
    ]
    for version, (geste, envoi, etat) in enumerate(faits, 1):
        faite = elle.client.post(f"{base}/{geste}", {"version": version, **envoi})
        assert faite.status_code == 302, geste
        assert DITS[geste] in texte(elle.client.get(faite["Location"]))
        mienne.refresh_from_db()
        assert (mienne.etat, mienne.version) == (etat, version + 1)
    assert "a eu lieu" in texte(elle.client.get(base))
    assert elle.client.post(f"{base}/renoncer", {"version": 4}).status_code == 409


def test_a_refused_answer_is_said_beside_its_form(scene: Any) -> None:
    ou, elle, _, sienne = scene
    mienne = v.visite(elle.groupe, ou, v.dans(2))
    for envoi in ({"choix": "maintien"}, {"choix": "report"}, {}, {"choix": "autre"}):
        refus = elle.client.post(
            f"/visites/{mienne.reference}/repondre", {"version": 1, "croisement": sienne.reference, **envoi}
        )
        assert refus.status_code == 400, envoi
        texte(refus)
    assert not mienne.reponses.exists()


def test_once_its_day_is_past_the_page_and_the_things_to_do_ask_whether_it_took_place() -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    hier = timezone.localdate() - timedelta(days=1)
    mienne = v.visite(elle.groupe, ou, hier)
    v.visite(elle.groupe, ou, v.dans(2))
    assert "A-t-elle eu lieu ?" in texte(elle.client.get(f"/visites/{mienne.reference}"))
    (tache,) = [t for t in offres.taches(elle.agent, timezone.localdate()) if "visite" in t.titre]
    assert (tache.titre, tache.adresse) == ("Dire la visite faite", f"/visites/{mienne.reference}")
    assert tache.avant_le == hier + timedelta(days=14)
    assert mienne.marque in tache.precision
    assert not [t for t in offres.taches(autre.agent, timezone.localdate()) if "visite" in t.titre]


def test_a_company_gives_its_open_establishments_to_choose_from_masked_as_they_are() -> None:
    siren = siren_no(1)
    unites(unite(siren, denomination="ENTREPRISE"))
    secret = {**v.ADRESSE, "numero_voie": "7", "libelle_voie": "SECRETE"}
    lieux(
        lieu(siren, 1, **v.ADRESSE, numero_voie="1", libelle_voie="CLAIRE"),
        lieu(siren, 2, statut_diffusion="P", **secret),
        lieu(siren, 3, etat_administratif="F"),
    )
    elle = v.service()
    html = elle.client.get(f"/entreprise/{siren}/visites/nouvelle").content.decode()
    assert "CLAIRE" in html
    assert "SECRETE" not in html
    assert siret_no(siren, 2) in html
    assert html.count("fermé") == 1
    deux = saisie(elle, sirets=[siret_no(siren, 1), siret_no(siren, 2)])
    assert elle.client.post(f"/entreprise/{siren}/visites/nouvelle", deux).status_code == 302
    ailleurs = saisie(elle, sirets=[siret_no(siren_no(2))])
    assert elle.client.post(f"/entreprise/{siren}/visites/nouvelle", ailleurs).status_code == 400


def test_the_form_of_an_establishment_that_is_no_siege_sends_it() -> None:
    siren = siren_no(1)
    unites(unite(siren, denomination="ENTREPRISE"))
    lieux(*(lieu(siren, n, **v.ADRESSE) for n in (1, 2)))
    html = v.service().client.get(f"/etablissement/{siret_no(siren, 2)}/visites/nouvelle").content.decode()
    coches = re.findall(r'name="sirets" value="(\d+)"[^>]* checked', html)
    assert coches == [siret_no(siren, 2)]


@pytest.mark.parametrize(
    "chemin", ["/entreprise/123456789/visites/nouvelle", f"/entreprise/{siren_no(99)}/visites/nouvelle",
               f"/etablissement/{siret_no(siren_no(99))}/visites/nouvelle"]
)  # fmt: skip
def test_a_number_that_nobody_has_is_not_found(chemin: str) -> None:
    assert v.service().client.get(chemin).status_code == 404


def test_whoever_has_several_services_is_asked_which() -> None:
    (ou,) = v.places()
    elle = v.service()
    seconde = v.service("ccrf")
    c.appartenance(elle.agent, seconde.groupe)
    autre_groupe = Groupe.objects.create(organisation=elle.groupe.organisation, nom="Seconde équipe")
    c.appartenance(elle.agent, autre_groupe)
    v.dossier(autre_groupe, "inspection-travail", ("59",))
    html = elle.client.get(f"/etablissement/{ou.siret}/visites/nouvelle").content.decode()
    assert "Seconde équipe" in html
    # That of another administration is none of his.
    assert str(seconde.groupe) not in html


def test_the_week_of_the_service_shows_its_own_visits_and_nobody_else_s(scene: Any) -> None:
    ou, elle, *_ = scene
    v.visite(elle.groupe, ou, v.dans(2))
    annee, semaine, _ = v.dans(2).isocalendar()
    html = elle.client.get(f"/visites?semaine={annee}-W{semaine:02d}").content.decode()
    assert "ENTREPRISE 1" in html
    assert "CCRF" not in html
    assert "ENTREPRISE 1" not in elle.client.get("/visites?semaine=2020-W01").content.decode()
    assert elle.client.get("/visites?semaine=n-importe").status_code == 200


def test_the_next_seven_days_say_which_visit_another_crosses_once_written_in_the_journal(monkeypatch: Any) -> None:
    ou, ailleurs = v.places(2)
    elle, autre = v.service(), v.service("ccrf")
    jour = timezone.localdate()
    croisee, seule = v.visite(elle.groupe, ou, jour), v.visite(elle.groupe, ailleurs, jour + timedelta(days=6))
    v.visite(elle.groupe, ou, jour + timedelta(days=7))
    v.visite(autre.groupe, ou, jour + timedelta(days=20))
    croisees.croiser(croisee.pk)
    lues = semaines.a_venir(elle.lecteur).visites
    assert {x.visite.pk: x.mention for x in lues} == {croisee.pk: semaines.A_LIRE, seule.pk: ""}
    ecrites = Consultation.objects.values_list("sources", "numero", "poids")
    # What another service has announced weighs.
    assert sorted(ecrites) == sorted(
        (["echanges-visites"], lieu.siren, poids) for lieu, poids in ((ou, 1), (ailleurs, 0))
    )
    assert semaines.a_venir(autre.lecteur).visites == ()


def test_the_sheet_reads_the_weeks_of_others_and_the_days_of_one_s_own(scene: Any) -> None:
    ou, elle, autre, sienne = scene
    mienne = v.visite(elle.groupe, ou, v.dans(2))
    v.visite(autre.groupe, ou, v.dans(2), operation=v.operation(autre.groupe, ouverte_aux_croisements=True))
    v.visite(autre.groupe, ou, v.dans(-1))
    v.visite(autre.groupe, ou, v.dans(1), etat="renoncee")
    lundi = (v.dans(2) - timedelta(days=2)).isoformat()
    for numero in (ou.siret, ou.siren):
        branche = selectors.branche(numero, [elle.groupe.pk], timezone.localdate())
        lignes = lignes_de([branche])[branche.cle] or []
        assert {(x["visite"], x["debut"]) for x in lignes} == {(mienne.pk, v.dans(2).isoformat()), (None, None)}
        (autre_ligne,) = [x for x in lignes if x["visite"] is None]
        assert autre_ligne == {
            "siret": ou.siret, "lundi": lundi, "visite": None, "debut": None, "fin": None,
            "service": str(autre.groupe), "courriel": "ccrf59@service.example",
        }  # fmt: skip
    assert str(sienne.pk) not in {str(x["visite"]) for x in lignes}


def test_e14_a_contact_already_made_asks_for_no_answer_even_to_announce() -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf", nom="CCRF du Nord")
    v.contact(autre.groupe, ou, timezone.localdate() - timedelta(days=3))
    adresse = f"/etablissement/{ou.siret}/visites/nouvelle"
    envoi = {"service": elle.groupe.pk, "sirets": [ou.siret], "precision": "jour", "genre": "visite"}
    envoi |= {"jour": v.dans(1).isoformat(), "geste": "annoncer"}
    lue = elle.client.post(adresse, envoi).content.decode()
    assert "CCRF du Nord" in lue
    assert 'name="choix"' not in lue
    vu = re.search(r'name="vu" value="([0-9a-f]+)"', lue)
    assert vu
    faite = elle.client.post(adresse, {**envoi, "vu": vu[1]})
    assert faite.status_code == 302
    assert 'name="choix"' not in elle.client.get(faite["Location"].split("?")[0]).content.decode()


def test_e23_the_page_of_a_visit_says_where_it_is_in_words() -> None:
    (ou,) = v.places()
    une = v.service()
    visite = v.visite(une.groupe, ou, v.dans(2))
    page = texte(une.client.get(f"/visites/{visite.reference}"))
    assert re.search(r"Où 1 RUE DES LILAS ?, 59000 LILLE", page)
    lieux(lieu(ou.siren, statut_diffusion="P", libelle_voie="DES LILAS", code_commune="59350"))
    masquee = texte(une.client.get(f"/visites/{visite.reference}"))
    assert "LILAS" not in masquee
