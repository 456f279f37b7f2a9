"""The page of a territory: its exceptions, gravest first; each count opens exactly its lines."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.selectors import acteur_de
from fce.droits.journal.models import Consultation
from fce.echanges.models import Interaction, LieuInteraction
from fce.echanges.vocabulaire import GenreInteraction
from fce.ensembles.territoires.mesures import relation
from fce.ensembles.territoires.models import AlarmePreparee, LieuPrepare, Preparation
from fce.fiche import selectors as fiches
from fce.fiche.page.synthese import cartes
from fce.socle.base import lectures
from fce.sources.onglets import SYNTHESE
from tests.acces import acteurs
from tests.donnees.entreprises import fabrique as f
from tests.ensembles.territoires import fabrique as t
from tests.recherche.univers import Univers

pytestmark = pytest.mark.django_db
NORD = "/territoire/departement/59"


def lire(client: Client, chemin: str = NORD, **params: Any) -> str:
    reponse = client.get(chemin, params)
    assert reponse.status_code == 200, reponse.content.decode()[-2000:]
    return html.unescape(reponse.content.decode()).replace("\u202f", " ").replace("\xa0", " ")


def lignes(page: str) -> list[str]:
    """Numbers of the lines of a page, in order."""
    corps = page.split("Ce qui sort de l’ordinaire</h2>")[1]
    cellule = r'<(?:th scope="row"|li)>(?:<label.*?</label>)?<a href="/(?:entreprise|etablissement)/(\d+)"'
    return re.findall(cellule, corps)


def comptes(page: str) -> dict[str, tuple[int, str]]:
    """{exception: (number, address)} of those that have lines."""
    liens = re.findall(r'<a href="(\?|/territoire[^"]*exception=([a-z-]+)[^"]*)"[^>]*>(?:<strong>)?(\d+)', page)
    return {code: (int(nombre), adresse) for adresse, code, nombre in liens if code}


def noter(service: Any, siret: str) -> None:
    ecrit = Interaction.objects.create(
        service=service.groupe, siren=siret[:9], genre=GenreInteraction.VISITE, jour=t.il_y_a(0), auteur="c1", corps=""
    )
    LieuInteraction.objects.create(interaction=ecrit, siret=siret)


def test_each_count_opens_exactly_its_lines(peuple: None) -> None:
    client = t.agent("59", profil="dreets-3e").client(finalite=None)
    dits = comptes(lire(client, depuis="tout"))
    assert {code: nombre for code, (nombre, _) in dits.items()} == {
        "pse": 1, "activite-partielle": 1, "effectif": 1, "jamais": 2,
    }  # fmt: skip
    for nombre, adresse in dits.values():
        assert len(lignes(lire(client, adresse))) == nombre


def test_all_together_one_line_per_place_gravest_first_then_those_never_seen(peuple: None) -> None:
    page = lire(t.agent("59").client(), depuis="tout")
    assert lignes(page) == [t.siret(t.PETITE), t.siret(t.GRANDE), t.siret(t.MOYENNE)]
    page = lire(t.agent("59", profil="dreets-3e").client(finalite=None), depuis="tout")
    # GRANDE has three reasons and MOYENNE two: they are written once.
    assert "2 lignes</strong>, 5 motifs" in page
    assert "Jamais vus par votre service, 50 salariés et plus" not in page


def test_a_contact_noted_now_leaves_those_never_seen_at_once(peuple: None) -> None:
    service = t.agent("59", profil="dreets-3e")
    client = service.client(finalite=None)
    assert lignes(lire(client, exception="jamais")) == [t.siret(t.GRANDE), t.siret(t.MOYENNE)]
    noter(service, t.siret(t.GRANDE))
    page = lire(client, exception="jamais")
    assert lignes(page) == [t.siret(t.MOYENNE)]
    assert comptes(page)["jamais"][0] == 1
    noter(t.agent("59", profil="dreets-3e"), t.siret(t.MOYENNE))
    # What another service noted is in its own column, and changes nothing for mine.
    page = lire(client, exception="jamais")
    assert lignes(page) == [t.siret(t.MOYENNE)]
    assert re.search(r"Service \d+ le \d\d/\d\d/\d{4}", page)


def test_the_last_contact_of_ones_service_is_that_of_its_sheet(peuple: None) -> None:
    service, autre = t.agent("59"), t.agent("59")
    noter(service, t.siret(t.PETITE))
    noter(autre, t.siret(t.GRANDE))
    qui = LecteurDeDonnees(acteur_de(service.compte, mfa=True), usuelle=True, finalite="controle-travail")
    lues = dict(lectures.rangees(f"SELECT siret, controle FROM {relation(qui)} t WHERE departement = '59'"))
    for siret, jour in lues.items():
        fiche = fiches.fiche_etablissement(siret, lecteur=qui, onglet=SYNTHESE)
        sien = cartes(fiche, qui).sien  # type: ignore[arg-type]
        assert (sien.jour if sien else None) == jour, siret
    assert lues[t.siret(t.PETITE)] == t.il_y_a(0)
    assert lues[t.siret(t.GRANDE)] == t.il_y_a(1200)


def test_a_site_or_its_company_closed_since_a_month_is_a_line_and_an_older_one_is_said(peuple: None) -> None:
    ferme = {"etat_administratif": "F", "code_commune": t.LILLE, "libelle_commune": "LILLE"}
    t.situer(*(f.lieu(t.GRANDE, n, date_debut=t.il_y_a(jours), **ferme) for n, jours in ((2, 10), (3, 100), (4, 500))))
    t.preparer(t.paris.aujourd_hui())
    client = t.agent("59").client()
    page = lire(client, exception="sirene")
    assert lignes(page) == [f.siret_no(t.GRANDE, 2)]
    assert "Établissement fermé" in page
    # Those closed for more than a year are not told.
    assert len(lignes(lire(client, exception="sirene", depuis="tout"))) == 2
    assert "3 établissements ouverts" in re.sub(r"</?strong>", "", page)


def test_what_is_closed_to_the_reader_is_named_and_its_address_shows_no_line(peuple: None) -> None:
    client = t.agent("59", profil="ccrf").client(finalite=None)
    assert "mortels" not in comptes(lire(client))
    page = lire(client, exception="mortels")
    assert lignes(page) == []
    assert "Fermé à votre lecture</strong> : Mort au travail" in page
    assert client.get(NORD, {"exception": "inconnue"}).status_code == 400


def test_without_habilitation_nothing_is_written_and_nothing_reserved_is_counted(peuple: None) -> None:
    page = lire(t.sans_habilitation().client(finalite=None))
    assert comptes(page) == {}
    assert "salariés</strong>" not in page
    assert Consultation.objects.count() == 0


def test_the_facts_of_another_departement_are_neither_counted_nor_shown(peuple: None) -> None:
    page = lire(t.agent("62").client(), "/territoire/region/32", depuis="tout")
    assert lignes(page) == [t.siret(t.VOISINE)]
    assert "mortels" not in comptes(page)


def test_a_masked_person_is_neither_a_line_nor_counted(peuple: None) -> None:
    f.unites(f.unite(t.PETITE, categorie_juridique="1000", statut_diffusion="P", nom="DUVOILE"))
    page = lire(t.agent("59").client(), exception="mortels")
    assert lignes(page) == []
    assert "DUVOILE" not in page
    assert t.PETITE not in Consultation.objects.values_list("numero", flat=True)


def test_each_company_is_written_before_it_is_shown(peuple: None) -> None:
    lire(t.agent("59").client(), depuis="tout")
    ecrites = {c.numero: c for c in Consultation.objects.all()}
    assert set(ecrites) == {t.GRANDE, t.PETITE, t.MOYENNE}
    assert ecrites[t.PETITE].lignes["accidents-travail"] == 1


def test_beyond_the_volume_only_what_is_open_is_shown_and_the_reason_is(peuple: None, settings: Any) -> None:
    settings.FCE_VOLUMES = "1/600"
    page = lire(t.agent("59").client(), depuis="tout")
    assert lignes(page) == []
    assert "limitée à 1 entreprise" in page


def test_chips_say_what_they_choose(peuple: None) -> None:
    page = lire(t.agent("59").client(), naf="F", depuis="tout", exception="mortels")
    assert lignes(page) == [t.siret(t.PETITE)]
    puces = re.findall(r"<summary( class=\"fce-puce--mise\")?>([^<]+)</summary>", page)
    assert ("", "Toutes les communes") in puces
    assert (' class="fce-puce--mise"', "Construction") in [(c, titre.split(" – ")[-1]) for c, titre in puces]
    assert "(facultatif)" not in page + lire(t.agent("59").client(), f"{NORD}/etablissements")
    assert lignes(lire(t.agent("59").client(), au_moins="21", depuis="tout")) == [t.siret(t.GRANDE), t.siret(t.MOYENNE)]


def test_the_head_count_is_summed_for_a_whole_departement_and_for_no_filter(peuple: None) -> None:
    client = t.agent("59").client()
    assert "460</strong> salariés dans 2 établissements qui ont une DSN" in lire(client)
    for ou, params in ((NORD, {"naf": "F"}), ("/territoire/commune/59350", {}), ("/territoire/region/32", {})):
        assert "qui ont une DSN" not in lire(client, ou, **params)


def test_nothing_out_of_the_ordinary_is_said_with_a_wider_period(peuple: None) -> None:
    page = lire(t.agent("62").client(), "/territoire/departement/62", exception="pse")
    assert "Rien ne sort de l’ordinaire pour ce motif" in page
    assert 'href="?exception=pse&depuis=tout"' in page


def test_before_the_first_preparation_the_page_says_so(peuple: None) -> None:
    Preparation.objects.all().delete()
    assert "en préparation" in lire(t.agent("59").client())


def test_choosing_lines_is_a_mode_that_leads_to_a_list_or_a_comparison(peuple: None) -> None:
    client = t.agent("59").client()
    assert "checkbox" not in lire(client, depuis="tout")
    page = lire(client, depuis="tout", choisir="oui")
    assert page.count('type="checkbox" name="n"') == 3
    liste = lire(client, f"{NORD}/liste", exception="", depuis="tout", n=t.siret(t.GRANDE))
    assert t.siret(t.GRANDE) in liste
    assert t.siret(t.PETITE) not in liste


def test_the_former_page_of_alarms_leads_to_the_exceptions_with_its_filters(peuple: None) -> None:
    client = t.agent("59").client()
    for demande, suite in (
        ({}, ""), ({"motif": "pse", "naf": "F"}, "?naf=F&exception=pse&depuis=tout"),
        ({"motif": ["pse", "mortels"], "depuis": "2026-01-01"}, ""),
    ):  # fmt: skip
        assert client.get(f"{NORD}/alarmes", demande)["Location"] == NORD + suite


def test_the_number_of_queries_does_not_depend_on_the_lines(peuple: None) -> None:
    client = t.agent("59").client()
    nombres = []
    for ou in ("/territoire/commune/62498", NORD):
        with CaptureQueriesContext(connection) as faites:
            lire(client, ou, depuis="tout")
        nombres.append(len(faites))
    assert nombres[1] <= nombres[0] + 1


def test_v19_a_plan_is_of_the_sites_that_its_file_names_else_of_no_site() -> None:
    """The plan of D1 touches Lens only, that of D2 names no site."""
    jour = t.il_y_a(100)
    t.peupler(
        rupco_procedures=[
            {"numero": "D1", "siren": t.GRANDE, "type": "PSE", "date_enregistrement": jour},
            {"numero": "D2", "siren": t.MOYENNE, "type": "PSE", "date_enregistrement": jour},
        ],
        rupco_etablissements=[
            {"numero": "D1", "siren_entreprise": t.GRANDE, "type": "PSE", "date_enregistrement": jour,
             "siret": t.siret(t.VOISINE)},
            {"numero": "D2", "siren_entreprise": t.MOYENNE, "type": "PSE", "date_enregistrement": jour},
        ],
    )  # fmt: skip
    client, voisine = t.agent("59").client(), t.agent("62").client()
    assert lignes(lire(client, exception="pse", depuis="tout")) == []
    assert lignes(lire(client, exception="pse-ailleurs", depuis="tout")) == [t.siret(t.GRANDE), t.siret(t.MOYENNE)]
    assert "2 entreprises d’ici en ont un ailleurs" in lire(client)
    assert lignes(lire(voisine, "/territoire/departement/62", exception="pse", depuis="tout")) == [t.siret(t.VOISINE)]
    assert set(LieuPrepare.objects.filter(pse=jour).values_list("siren", flat=True)) == {t.VOISINE}


def test_rights_of_two_territories_open_the_alarms_of_each(peuple: None) -> None:
    """A plan known in the Pas-de-Calais, a death in the Nord: neither right refuses the other's companies."""
    joue = t.agent("62", profil="dreets-3e")
    acteurs.dossier(joue.groupe, "inspection-travail", ("59",))
    AlarmePreparee.objects.filter(siren=t.LOIN, nom="pse").update(siren=t.VOISINE, siret=t.siret(t.VOISINE))
    client = joue.client(finalite=None)
    assert {*lignes(lire(client, "/territoire/region/32", depuis="tout"))} >= {t.siret(t.VOISINE), t.siret(t.PETITE)}
    ecrites: dict[str, set[str]] = {}
    for c in Consultation.objects.exclude(numero=""):
        ecrites.setdefault(c.numero, set()).update(c.sources)
    assert "rupco-etablissements" in ecrites[t.VOISINE]
    assert "accidents-travail" not in ecrites[t.VOISINE]
    assert "accidents-travail" in ecrites[t.PETITE]


def test_the_home_leads_to_the_alarms_of_ones_territory(peuple: None) -> None:
    assert f'href="{NORD}"' in t.agent("59").client().get("/").content.decode()
    de_deux = t.agent("59", "62").client().get("/").content.decode()
    assert f'href="{NORD}">Nord' in de_deux
    assert 'href="/territoire/departement/62">Pas-de-Calais' in de_deux
    reservees = Consultation.objects.filter(sources__overlap=["rupco-etablissements", "accidents-travail"])
    ecrites = reservees.count()
    for sans in (
        t.agent("59", profil="ccrf").client(finalite=None), t.agent("59").client(mfa=False),
        acteurs.agent_simple().client, acteurs.expire().client,
    ):  # fmt: skip
        assert "mort au travail" not in sans.get("/").content.decode()
    assert reservees.count() == ecrites


def test_results_lead_to_the_alarms_of_the_territory_with_their_filters() -> None:
    univers = Univers()
    univers.entreprise("FONDERIE DU NORD")
    univers.indexer()
    lien = re.compile(r'href="(/territoire[^"]*)\?q=fonderie[^"]*">Alarmes du territoire<')
    recherche = "/recherche?q=fonderie&vue=entreprises&etat=tous"
    inspectrice = acteurs.habilite("inspection-travail").client
    assert lien.findall(inspectrice.get(recherche).content.decode()) == ["/territoire/departement/59"]
    de_lille = inspectrice.get(f"{recherche}&commune=59350").content.decode()
    assert lien.findall(de_lille) == ["/territoire/commune/59350"]
    assert not Consultation.objects.exists()
    for autre in (
        acteurs.anonyme(),
        acteurs.agent_simple(),
        acteurs.expire(),
        acteurs.revoque(),
        acteurs.suspendu(),
        acteurs.habilite("inspection-travail", mfa=False),
    ):
        html = autre.client.get(recherche).content.decode()
        assert "FONDERIE" in html
        assert not lien.search(html)
