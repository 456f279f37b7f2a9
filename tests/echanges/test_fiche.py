"""The sheet says who goes there and who went, to whom may know it, and nothing more than that."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from fce.droits.journal.models import Consultation
from fce.echanges.interactions import selectors as interactions
from fce.echanges.objets import CONTACT
from fce.echanges.visites.genre import VISITE
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes import fabrique as c
from tests.echanges.visites import fabrique as v

pytestmark = pytest.mark.django_db


def lire(client: Client, adresse: str) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == 200, (adresse, reponse.status_code)
    return unescape(reponse.content.decode())


def sans_jeton(page: str) -> str:
    """A page without what changes at each answer."""
    return re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"|value="\w{64}"', "", page)


def fiches(ou: v.LieuConnu) -> tuple[str, str]:
    return f"/entreprise/{ou.siren}", f"/etablissement/{ou.siret}"


def test_another_service_reads_the_week_the_service_and_its_mailbox(db: None) -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf", nom="Brigade des essais")
    v.visite(autre.groupe, ou, v.dans(2), objet="MRK-OBJET", genre="controle", auteur="c99")
    for adresse in (*fiches(ou), f"{fiches(ou)[0]}/note", f"{fiches(ou)[1]}/note"):
        page = lire(elle.client, adresse)
        semaine = v.dans(2).isocalendar().week
        assert f"semaine {semaine}, du" in page, adresse
        assert "Brigade des essais" in page
        assert autre.groupe.courriel in page
        assert "MRK-OBJET" not in page
        assert f"{v.dans(2):%d/%m/%Y}" not in page
        assert "c99" not in page


def test_one_s_own_visit_is_told_with_its_day_and_its_page(db: None) -> None:
    (ou,) = v.places()
    elle = v.service()
    annoncee = v.visite(elle.groupe, ou, v.dans(2))
    page = lire(elle.client, fiches(ou)[1])
    assert f"le {v.dans(2):%d/%m/%Y}" in page
    assert reverse("echanges:visite", args=[annoncee.pk]) in page


def test_what_crosses_near_an_establishment_is_told_with_its_sign(db: None) -> None:
    ou, repreneur = v.places(2)
    f.charger(
        "sirene-successions",
        [{"siret_predecesseur": ou.siret, "siret_successeur": repreneur.siret, "date_lien_succession": v.dans(-40)}],
    )
    elle, autre = v.service(), v.service("douane", territoire=("FR",))
    v.visite(autre.groupe, repreneur, v.dans(1))
    page = lire(elle.client, fiches(ou)[1])
    assert "chez son prédécesseur ou son successeur" in page
    assert "à la même adresse" not in page
    assert "Avant de partir" not in lire(elle.client, fiches(ou)[0])


@pytest.mark.parametrize(("numero", "dit"), [("1", True), ("2", False)])
def test_a_neighbour_is_told_by_its_address_however_it_is_written(db: None, numero: str, dit: bool) -> None:
    (ou,) = v.places()
    voisin = f.siren_no(77)
    f.unites(f.unite(ou.siren), f.unite(voisin))
    ecrite = {**v.ADRESSE, "numero_voie": f"00{numero}", "type_voie": "", "libelle_voie": "Rue des Lilas"}
    f.lieux(
        f.lieu(ou.siren, **{**v.ADRESSE, "numero_voie": "1", "libelle_voie": "DES LILAS"}), f.lieu(voisin, **ecrite)
    )
    chez_lui = v.lieux_de([f.siret_no(voisin)])[f.siret_no(voisin)]
    elle, autre = v.service(), v.service("ccrf")
    v.visite(autre.groupe, chez_lui, v.dans(1))
    assert ("à la même adresse" in lire(elle.client, fiches(ou)[1])) is dit


def test_a_masked_neighbour_is_never_told_by_its_address(db: None) -> None:
    (ou,) = v.places()
    voisin = f.siren_no(77)
    commune = {**v.ADRESSE, "numero_voie": "1", "libelle_voie": "DES LILAS"}
    f.unites(f.unite(ou.siren), f.unite(voisin))
    f.lieux(f.lieu(ou.siren, **commune), f.lieu(voisin, **commune))
    chez_lui = v.lieux_de([f.siret_no(voisin)])[f.siret_no(voisin)]
    elle, autre = v.service(), v.service("ccrf")
    v.visite(autre.groupe, chez_lui, v.dans(1))
    assert "à la même adresse" in lire(elle.client, fiches(ou)[1])
    f.unites(f.unite(ou.siren), f.unite(voisin, statut_diffusion="P"))
    assert "à la même adresse" not in lire(elle.client, fiches(ou)[1])


def test_a_masked_unit_tells_nobody_by_its_own_address(db: None) -> None:
    (ou,) = v.places()
    voisin = f.siren_no(77)
    commune = {**v.ADRESSE, "numero_voie": "1", "libelle_voie": "DES LILAS"}
    f.unites(f.unite(ou.siren, statut_diffusion="P"), f.unite(voisin))
    f.lieux(f.lieu(ou.siren, **commune), f.lieu(voisin, **commune))
    chez_lui = v.lieux_de([f.siret_no(voisin)])[f.siret_no(voisin)]
    elle, autre = v.service(), v.service("ccrf")
    v.visite(autre.groupe, chez_lui, v.dans(1))
    assert "à la même adresse" not in lire(elle.client, fiches(ou)[1])


def test_who_may_not_know_reads_the_very_page_of_before(db: None) -> None:
    """Anyone, a private person, an agent without a habilitation, one without a second factor."""
    (ou,) = v.places()
    autre = v.service("ccrf")
    lecteurs = [Client(), v.service("").client, v.service(mfa=False).client]
    particulier = c.client_de(c.particulier())
    lecteurs.append(particulier)
    pages = [*fiches(ou), *(f"{x}/{o}" for x in fiches(ou) for o in ("controles", "historique", "tout"))]
    avant = [[sans_jeton(lire(lecteur, page)) for page in pages] for lecteur in lecteurs]
    v.visite(autre.groupe, ou, v.dans(1))
    v.contact(autre.groupe, ou, timezone.localdate() - timedelta(days=3))
    assert [[sans_jeton(lire(lecteur, page)) for page in pages] for lecteur in lecteurs] == avant


def test_no_list_file_nor_api_tells_a_visit(db: None) -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf", nom="Brigade des essais")
    v.visite(autre.groupe, ou, v.dans(1))
    for adresse in (
        # The tabs of the sheet bear its bar, which tells the visit: they are not lists.
        f"{fiches(ou)[0]}/chronologie",
        f"/api/v1/entreprises/{ou.siren}",
        f"/recherche?siren={ou.siren}",
        "/recherche?q=ENTREPRISE",
    ):
        reponse = elle.client.get(adresse, follow=True)
        assert "Brigade des essais" not in reponse.content.decode(), adresse
    assert b"Brigade des essais" not in b"".join(elle.client.get(f"{fiches(ou)[0]}/export.xlsx"))


def test_its_reading_is_in_the_journal_before_it_is_told(db: None) -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    v.visite(autre.groupe, ou, v.dans(1))
    lire(elle.client, fiches(ou)[1])
    ecrites = [x for x in Consultation.objects.all() if VISITE.nom in x.sources]
    assert [(x.agent, x.numero, x.lignes[VISITE.nom], x.lignes[CONTACT.nom]) for x in ecrites] == [
        (elle.agent.identifiant, ou.siret, 1, 0)
    ]


def test_a_contact_told_by_a_service_and_by_its_file_is_one(db: None) -> None:
    (ou,) = v.places()
    hier = timezone.localdate() - timedelta(days=1)
    f.charger("wikit-controles", [{"siret": ou.siret, "date": hier, "unite": "UC 1"}])
    elle, autre = v.service(), v.service(nom="Unité de contrôle 1")
    dit = v.contact(autre.groupe, ou, hier, corps="dgt", genre="controle")
    v.contact(autre.groupe, ou, hier - timedelta(days=90), corps="dgt", genre="entretien")
    page = lire(elle.client, fiches(ou)[0])
    carte = page.partition('id="carte-occupe"')[2].partition("</section>")[0]
    assert carte.count(f"{hier:%d/%m/%Y}") == 1
    assert reverse("echanges:contact", args=[dit.pk]) in carte
    assert "2 contacts sur 2" in carte
    chronologie = lire(elle.client, f"{fiches(ou)[0]}/historique")
    assert "Entretien d’un service" in chronologie
    # Told by its file, that of yesterday is not told again.
    assert "Contrôle d’un service" not in chronologie
    assert "UC 1" in chronologie
    liste = lire(elle.client, f"{fiches(ou)[0]}/controles").partition('id="contacts"')[2].partition("</section>")[0]
    assert liste.count("<tr>") == 3  # its head, and both


def test_the_sheet_costs_no_more_round_trips(db: None, settings: object) -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    v.visite(autre.groupe, ou, v.dans(1))

    def allers_retours() -> list[str]:
        lire(elle.client, fiches(ou)[1])
        with CaptureQueriesContext(
            connection,
        ) as faites:
            lire(elle.client, fiches(ou)[1])
        return [q["sql"] for q in faites]

    ouverte = allers_retours()
    settings.FCE_ECHANGES = False  # type: ignore[attr-defined]
    assert "Visite annoncée" not in lire(elle.client, fiches(ou)[1])
    # That of the journal is shared with all that is reserved; here nothing else is.
    assert len(allers_retours()) == len([sql for sql in ouverte if "journal.consigner" not in sql])


def test_a_neighbour_of_another_street_hides_neither_the_right_one_nor_the_company(db: None) -> None:
    """What begins like the address (commune, number) is looked at before it is folded."""
    (ou,) = v.places()
    lilas = {**v.ADRESSE, "numero_voie": "1", "libelle_voie": "DES LILAS"}
    roses = {**v.ADRESSE, "numero_voie": "1", "libelle_voie": "DES ROSES"}
    voisin = f.siren_no(77)
    f.unites(f.unite(ou.siren), f.unite(voisin))
    f.lieux(
        f.lieu(ou.siren, **lilas),
        f.lieu(ou.siren, 2, **roses),
        # Of one visit, the first place is in another street, the second at this very address.
        f.lieu(voisin, 1, **roses),
        f.lieu(voisin, 2, **lilas),
    )
    connus = v.lieux_de([f.siret_no(ou.siren, 2), f.siret_no(voisin, 1), f.siret_no(voisin, 2)])
    elle, autre, tierce = v.service(), v.service("ccrf"), v.service("douane", territoire=("FR",))
    v.visite(autre.groupe, connus[f.siret_no(ou.siren, 2)], v.dans(1))
    annoncee = v.visite(tierce.groupe, connus[f.siret_no(voisin, 1)], v.dans(1))
    second = connus[f.siret_no(voisin, 2)]
    annoncee.lieux.create(siret=second.siret, cle_adresse=second.cle_adresse)
    page = lire(elle.client, fiches(ou)[1])
    assert page.count("dans un autre établissement de l’entreprise") == 1
    assert page.count("à la même adresse") == 1


def test_a_control_that_a_file_tells_within_sixty_days_is_said_before_going(db: None) -> None:
    (ou,) = v.places()
    jour = timezone.localdate()
    f.charger("wikit-controles", [{"siret": ou.siret, "date": jour - timedelta(days=n)} for n in (10, 90)])
    elle = v.service("ccrf")
    panneau = lire(elle.client, fiches(ou)[1]).partition('id="titre-visites"')[2].partition("</section>")[0]
    assert f"{jour - timedelta(days=10):%d/%m/%Y}" in panneau
    assert f"{jour - timedelta(days=90):%d/%m/%Y}" not in panneau
    demande = {"sirets": [ou.siret], "precision": "semaine", "jour": v.dans(1).isoformat(), "geste": "voir"}
    formulaire = unescape(elle.client.post(f"{fiches(ou)[1]}/visites/nouvelle", demande).content.decode())
    assert "D’après les fichiers des services de contrôle" in formulaire
    assert "Aucun autre service connu n’y va" not in formulaire


def test_the_note_denies_no_contact_that_it_knows(db: None) -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf", nom="Brigade des essais")
    rien = "ni visite ou contrôle connu depuis 60 jours"
    entreprise, lieu = (f"{fiche}/note" for fiche in fiches(ou))
    assert rien in lire(elle.client, lieu)
    v.contact(autre.groupe, ou, timezone.localdate() - timedelta(days=10))
    note = lire(elle.client, entreprise)
    assert "Aucune visite annoncée par un service.</p>" in note
    assert f"{timezone.localdate() - timedelta(days=10):%d/%m/%Y}" in note
    assert "Brigade des essais" in lire(elle.client, lieu).partition('id="note-visites"')[2].partition("</section>")[0]


def test_the_note_counts_the_visits_that_it_does_not_print(db: None) -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    for n in range(1, 8):
        v.visite(autre.groupe, ou, v.dans(n))
    avant = lire(elle.client, f"{fiches(ou)[1]}/note").partition('id="note-visites"')[2].partition("</section>")[0]
    assert (avant.count("<li>"), "et 2 autres" in avant) == (6, True)


def test_what_one_s_own_service_told_of_a_control_is_no_surprise_in_its_file(db: None) -> None:
    (ou,) = v.places()
    hier = timezone.localdate() - timedelta(days=1)
    f.charger("wikit-controles", [{"siret": ou.siret, "date": hier}])
    elle = v.service()
    v.contact(elle.groupe, ou, hier, corps="dgt", genre="controle")
    demande = {"sirets": [ou.siret], "precision": "semaine", "jour": v.dans(1).isoformat(), "geste": "voir"}
    formulaire = unescape(elle.client.post(f"{fiches(ou)[1]}/visites/nouvelle", demande).content.decode())
    assert "Aucun autre service connu n’y va" in formulaire


def test_the_whole_sheet_says_the_last_contact_whoever_told_it(db: None) -> None:
    (ou,) = v.places()
    jour = timezone.localdate()
    f.charger("wikit-controles", [{"siret": ou.siret, "date": jour - timedelta(days=90)}])
    elle, autre = v.service(), v.service("ccrf", nom="Brigade des essais")
    v.contact(autre.groupe, ou, jour - timedelta(days=2))
    tuiles = lire(elle.client, f"{fiches(ou)[0]}/tout").partition("fce-tuiles")[2].partition("</dl>")[0]
    assert f"{jour - timedelta(days=2):%d/%m/%Y}" in tuiles
    assert "Brigade des essais" in tuiles


def test_beyond_what_is_read_no_establishment_is_said_never_met(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    (ou,) = v.places()
    f.unites(f.unite(ou.siren, nic_siege=ou.siret[9:]))
    f.lieux(*(f.lieu(ou.siren, n, **v.ADRESSE) for n in (1, 2)))
    f.charger("wikit-controles", [{"siret": ou.siret, "date": timezone.localdate() - timedelta(days=400)}])
    elle, autre = v.service(), v.service("ccrf")
    for n in (3, 4):
        v.contact(autre.groupe, ou, timezone.localdate() - timedelta(days=n))
    assert "Sans contact connu" in lire(elle.client, fiches(ou)[0])
    monkeypatch.setattr(interactions, "BRANCHE_MAX", 2)
    page = lire(elle.client, fiches(ou)[0])
    assert "Sans contact connu" not in page
    assert "contacts sur plus de" in page
