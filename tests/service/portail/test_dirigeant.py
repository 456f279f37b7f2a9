"""Heads of companies: the register is asked, a person decides, and no right ever comes of it."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, strategies as st

from fce.droits.comptes.models import Compte, EvenementCompte, Rattachement
from fce.recherche.services import indexer
from fce.service.portail.dirigeant import selectors, services
from fce.service.portail.dirigeant.rapprochement import Dirigeant, Rapprochement, rapprocher
from fce.sources import registre
from tests.donnees.entreprises.fabrique import siren_no
from tests.droits.comptes.courrier import relever
from tests.droits.comptes.fabrique import client_de, particulier
from tests.service.portail.dirigeants import (
    ANCIENNE,
    AUTRE,
    MASQUEE,
    SANS_DIRIGEANT,
    SOCIETE,
    ZOE,
    chez_elle,
    demander,
    entreprises,
    zoe,
)
from tests.service.portail.pages import texte, verifier

__all__ = ["chez_elle", "entreprises", "zoe"]
pytestmark = pytest.mark.django_db


def dirigeant(nom: str = "", prenoms: str = "", usage: str = "") -> Dirigeant:
    return Dirigeant(nom, usage, prenoms)


@pytest.mark.parametrize(
    ("nom", "prenoms", "inscrit", "attendu"),
    [
        ("LUSTRIZAC", "Jean Alain Michel", dirigeant("LUSTRIZAC", "JEAN"), "concordant"),
        ("Lustrizac", "jean", dirigeant("LUSTRIZAC", "Jean, Alain"), "concordant"),
        ("D’ŒUVRE-LÉGER", "Zoé", dirigeant("D'OEUVRE LEGER", "ZOE"), "concordant"),
        ("VALBREC", "Anne", dirigeant("NORZAC", "ANNE", "VALBREC"), "concordant"),
        ("LUSTRIZAC", "Jean-Pierre", dirigeant("LUSTRIZAC", "JEAN-PIERRE"), "concordant"),
        # Not the same person: father and son, part of a name, a name that is a first name, nothing at all.
        ("LUSTRIZAC", "Pierre Jean", dirigeant("LUSTRIZAC", "JEAN PIERRE"), "different"),
        ("LUSTRIZAC", "Jean", dirigeant("LUSTRIZAC", "JEAN-PIERRE"), "different"),
        ("LUSTRI", "Jean", dirigeant("LUSTRIZAC", "JEAN"), "different"),
        ("JEAN", "Lustrizac", dirigeant("LUSTRIZAC", "JEAN"), "different"),
        ("", "Jean", dirigeant("LUSTRIZAC", "JEAN"), "different"),
        ("LUSTRIZAC", "", dirigeant("LUSTRIZAC", ""), "different"),
        ("’", "Jean", dirigeant("-", "JEAN"), "absent"),
        ("", "", dirigeant(), "absent"),
        ("VALBREC", "Anne", dirigeant("VALBREC", ""), "different"),
    ],
)
def test_the_same_family_name_and_the_same_first_first_name(nom, prenoms, inscrit, attendu):
    assert rapprocher(nom, prenoms, [inscrit]) == attendu


def test_one_of_the_directors_is_enough_and_nobody_is_not():
    autres = [dirigeant("A", "B"), dirigeant("LUSTRIZAC", "PAUL")]
    assert rapprocher("LUSTRIZAC", "Jean", autres) is Rapprochement.DIFFERENT
    assert rapprocher("LUSTRIZAC", "Jean", [*autres, dirigeant("LUSTRIZAC", "JEAN")]) is Rapprochement.CONCORDANT
    # The name of one and the first name of another are nobody.
    croises = [dirigeant("LUSTRIZAC", "PAUL"), dirigeant("B", "JEAN")]
    assert rapprocher("LUSTRIZAC", "Jean", croises) is Rapprochement.DIFFERENT
    assert rapprocher("LUSTRIZAC", "Jean", []) is Rapprochement.ABSENT


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_compared_and_nothing_never_agrees(nom, prenoms, autre, autres):
    constat = rapprocher(nom, prenoms, [dirigeant(autre, autres)])
    assert constat in Rapprochement
    assert rapprocher("", prenoms, [dirigeant(autre, autres)]) is not Rapprochement.CONCORDANT
    assert rapprocher(nom, "", [dirigeant(autre, autres)]) is not Rapprochement.CONCORDANT


# --- Asking ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("siren", "constat"),
    [
        (SOCIETE, "concordant"),
        (AUTRE, "different"),
        (SANS_DIRIGEANT, "absent"),
        (MASQUEE, "absent"),
    ],
)
def test_by_default_a_person_decides_whatever_the_register_says(chez_elle, zoe, siren, constat):
    assert demander(chez_elle, siren).status_code == 302
    demande = Rattachement.objects.get()
    assert (demande.siren, demande.etat, demande.rapprochement) == (siren, "demande", constat)
    page = texte(chez_elle.get("/mes-entreprises"))
    verifier(page)
    assert "une personne la lira" in page
    assert not selectors.dirige(zoe, siren)


def test_what_the_register_says_is_never_told_to_who_asks(entreprises):
    """Word for word the same page, whether it agrees, differs or knows nothing."""
    pages = set()
    for siren in (SOCIETE, AUTRE, SANS_DIRIGEANT):
        client = client_de(particulier(**ZOE))
        demander(client, siren)
        page = texte(client.get("/mes-entreprises"))
        assert "MARKER" not in page
        page = re.sub(r'value="\w{64}"|n° \d+|<bdi>.*?</bdi>|/\d+/fin', "", page)
        pages.add(page.replace(siren, "").replace(f"{siren[:3]} {siren[3:6]} {siren[6:]}", ""))
    assert len(pages) == 1


@pytest.mark.parametrize("saisie", [f" {SOCIETE[:3]} {SOCIETE[3:6]} {SOCIETE[6:]} ", f"SIREN n° {SOCIETE}", ANCIENNE])
def test_a_number_is_understood_as_people_write_it(chez_elle, saisie):
    assert demander(chez_elle, saisie).status_code == 302
    assert Rattachement.objects.get().siren == SOCIETE


@pytest.mark.parametrize(
    ("saisie", "status"),
    [("", 400), ("x", 400), ("123456789", 400), ("'; --", 400), (siren_no(99), 404), ("9" * 39, 400), ("²" * 9, 400),
     ("W123456789", 400), ("<b>", 400)],
)  # fmt: skip
def test_any_other_number_is_refused_beside_its_field(chez_elle, saisie, status):
    reponse = demander(chez_elle, saisie)
    assert reponse.status_code == status
    verifier(texte(reponse))
    assert "fr-message--error" in texte(reponse)
    assert not Rattachement.objects.exists()


def test_the_same_company_is_asked_once_and_few_at_a_time(chez_elle, zoe, monkeypatch):
    assert demander(chez_elle).status_code == 302
    assert demander(chez_elle).status_code == 409
    monkeypatch.setattr(services, "RATTACHEMENTS_MAX", 1)
    assert demander(chez_elle, AUTRE).status_code == 400
    chez_elle.post(f"/mes-entreprises/{Rattachement.objects.get().pk}/fin")
    assert demander(chez_elle, AUTRE).status_code == 302
    monkeypatch.setattr(services, "RATTACHEMENTS_MAX", 5)
    monkeypatch.setattr(services, "PAR_MOIS_MAX", 2)
    assert demander(chez_elle).status_code == 400
    Rattachement.objects.update(demande_le=datetime.now(UTC) - timedelta(days=31))
    assert demander(chez_elle).status_code == 302


def test_the_register_decides_when_the_setting_says_so_and_it_agrees(settings, chez_elle, zoe):
    settings.FCE_RATTACHEMENT = "automatique"
    for siren in (SOCIETE, AUTRE, SANS_DIRIGEANT):
        demander(chez_elle, siren)
    assert dict(Rattachement.objects.values_list("siren", "etat")) == {
        SOCIETE: "valide",
        AUTRE: "demande",
        SANS_DIRIGEANT: "demande",
    }
    assert Rattachement.objects.get(siren=SOCIETE).decide_par == "systeme"
    assert EvenementCompte.objects.filter(par="systeme", action="rattachement_valide").count() == 1
    verifier(texte(chez_elle.get("/mes-entreprises")))


def test_without_the_register_nothing_is_automatic(settings, entreprises, monkeypatch):
    settings.FCE_RATTACHEMENT = "automatique"
    autres = {s.nom: s for s in registre.toutes() if s.nom != "rne-dirigeants"}
    monkeypatch.setattr(registre, "par_nom", lambda: autres)
    assert services.demander(particulier(**ZOE), SOCIETE).etat == "demande"


# --- Deciding --------------------------------------------------------------------------------------------------------


def test_the_team_reads_the_queue_and_validates(chez_elle, zoe, equipe):
    demander(chez_elle)
    demande = Rattachement.objects.get()
    file = texte(equipe.get("/gestion/rattachements"))
    verifier(file)
    assert "ATELIERS ZELBRAC" in file
    assert "D’ŒUVRE-LÉGER" in file
    adresse = f"/gestion/rattachements/{demande.pk}"
    page = texte(equipe.get(adresse))
    verifier(page)
    assert "concordant" in page
    # The team administers, it reads no data: the names of the directors are on the public sheet, where they are open.
    assert "MARKER" not in page + file
    assert "zoe@personne.example" not in page + file
    assert equipe.post(adresse, {"geste": "valider", "motif": ""}).status_code == 302
    assert selectors.dirige(zoe, SOCIETE)
    [courriel] = relever()
    assert courriel.subject == f"[FCE] Votre demande de rattachement n° {demande.pk} est acceptée"
    assert courriel.to == ["zoe@personne.example"]
    assert "MARKER" not in courriel.body
    page = texte(chez_elle.get("/mes-entreprises"))
    verifier(page)
    assert f"/entreprise/{SOCIETE}" in page
    assert f"/signaler/{SOCIETE}" in page
    # Decided already, in another tab.
    assert equipe.post(adresse, {"geste": "refuser", "motif": "Trop tard pour cela"}).status_code == 409
    assert selectors.dirige(zoe, SOCIETE)


def test_a_refusal_says_why_and_opens_nothing(chez_elle, zoe, equipe):
    demander(chez_elle, AUTRE)
    adresse = f"/gestion/rattachements/{Rattachement.objects.get().pk}"
    for geste in ({"geste": "refuser", "motif": " "}, {"geste": "", "motif": "x"}, {"geste": "effacer", "motif": "x"}):
        reponse = equipe.post(adresse, geste)
        assert reponse.status_code == 400
        verifier(texte(reponse))
    assert equipe.post(adresse, {"geste": "refuser", "motif": "Envoyez un <b>Kbis</b>."}).status_code == 302
    assert not selectors.dirige(zoe, AUTRE)
    page = texte(chez_elle.get("/mes-entreprises"))
    assert "Envoyez un &lt;b&gt;Kbis" in page
    [courriel] = relever()
    assert "est refusée" in courriel.body
    assert "Envoyez un" not in courriel.body  # read on the page
    verifier(texte(equipe.get("/gestion/rattachements?etat=refuse")))
    verifier(texte(equipe.get(adresse)))


def test_a_link_ends_by_who_holds_it_or_by_the_team(chez_elle, zoe, equipe):
    for fin in ("elle", "equipe"):
        demander(chez_elle)
        demande = Rattachement.objects.filter(etat="demande").get()
        services.changer(demande, "valider", par="c0")
        deja = len(relever())
        if fin == "elle":
            assert chez_elle.post(f"/mes-entreprises/{demande.pk}/fin").status_code == 302
            assert len(relever()) == deja
        else:
            adresse = f"/gestion/rattachements/{demande.pk}"
            assert equipe.post(adresse, {"geste": "finir", "motif": ""}).status_code == 400
            assert equipe.post(adresse, {"geste": "finir", "motif": "Mandat terminé"}).status_code == 302
            assert "a pris fin" in relever()[-1].body
        assert not selectors.dirige(zoe, SOCIETE)
        assert chez_elle.get(f"/signaler/{SOCIETE}").status_code == 403


def test_the_links_of_others_do_not_exist(chez_elle, entreprises):
    autre = services.demander(particulier(), AUTRE)
    for numero in (autre.pk, 999_999_999, 2**63):
        reponse = chez_elle.post(f"/mes-entreprises/{numero}/fin")
        assert reponse.status_code == 404
    autre.refresh_from_db()
    assert autre.etat == "demande"
    assert "COMPTOIR NORBRAC" not in texte(chez_elle.get("/mes-entreprises"))


def test_the_companies_that_the_register_says_directed_are_listed_and_asked_for_in_one_click(
    chez_elle: Client, zoe: Compte, settings: Any, tmp_path: Path
) -> None:
    settings.FCE_INDEX_DIR = tmp_path / "index"
    assert "que le registre dit dirigées" not in texte(chez_elle.get("/mes-entreprises"))  # no index: nothing is said
    indexer()
    page = chez_elle.get("/mes-entreprises").content.decode()
    verifier(page)
    assert "ATELIERS ZELBRAC" in page
    assert "COMPTOIR NORBRAC" not in page
    reponse = chez_elle.post("/mes-entreprises", {"siren": SOCIETE}, follow=True)
    assert "La demande est reçue." in texte(reponse)
    assert "que le registre dit dirigées" not in texte(reponse)
    assert Rattachement.objects.get(compte=zoe).rapprochement == Rapprochement.CONCORDANT


def test_a_sheet_that_is_not_yet_ones_own_leads_to_a_way_on(chez_elle: Client) -> None:
    reponse = chez_elle.get(f"/signaler/{SOCIETE}")
    assert reponse.status_code == 403
    verifier(reponse.content.decode())
    assert f'name="siren" value="{SOCIETE}"' in reponse.content.decode()
    assert f'name="siren" value="{AUTRE}"' not in chez_elle.get(f"/signaler/{AUTRE}").content.decode()
    assert "demandez à lui être rattaché" in texte(chez_elle.get(f"/signaler/{AUTRE}"))
    chez_elle.post("/mes-entreprises", {"siren": SOCIETE})
    assert "attend une réponse" in texte(chez_elle.get(f"/signaler/{SOCIETE}"))
