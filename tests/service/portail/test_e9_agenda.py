"""The agenda of a service on its agents' home; the visits of others only where they cross it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from fce.droits.comptes.models import Appartenance
from fce.droits.journal.models import Consultation
from fce.echanges.models import AlerteSuivi, ReponseCroisement
from fce.echanges.suivis import services as suivis
from fce.echanges.unites import UniteVisee
from fce.echanges.visites import croisees
from fce.echanges.visites.semaines import A_VENIR_MAX
from fce.socle.texte.formats import jour
from tests.donnees.entreprises import fabrique as f
from tests.echanges.visites import fabrique as v
from tests.service.portail.pages import verifier

pytestmark = pytest.mark.django_db


def accueil(client: Client) -> str:
    reponse = client.get("/")
    assert reponse.status_code == 200
    return reponse.content.decode()


def agenda(client: Client) -> str:
    """The card of the visits, "" without one."""
    return accueil(client).partition('id="titre-visites"')[2].partition("</section>")[0]


@pytest.fixture
def croisee() -> Any:
    """(place, service that reads, other service, its visit nine days from now)."""
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    jour_ = timezone.localdate() + timedelta(days=1)
    mienne = v.visite(elle.groupe, ou, jour_, auteur=elle.agent.identifiant)
    sienne = v.visite(autre.groupe, ou, jour_ + timedelta(days=8))
    croisees.croiser(mienne.pk)
    return ou, elle, autre, sienne


def test_e9_the_agenda_says_the_day_the_town_the_company_and_the_agent_of_one_s_own_service() -> None:
    ou, ailleurs = v.places(2)
    elle, autre = v.service(), v.service("ccrf")
    demain = timezone.localdate() + timedelta(days=1)
    v.visite(elle.groupe, ou, demain, auteur=elle.agent.identifiant, objet="MRK-OBJET", precision="jour")
    v.visite(autre.groupe, ailleurs, demain)
    html = accueil(elle.client)
    verifier(html)
    lue = agenda(v.collegue(elle).client)
    for dit in (f"{demain:%d/%m}", "LILLE", "ENTREPRISE 1", elle.agent.nom_complet):
        assert dit in lue
    assert "MRK-OBJET" not in html
    assert "ENTREPRISE 2" not in html
    assert "ENTREPRISE 1" not in accueil(autre.client)


def test_e9_a_visit_of_another_service_is_only_its_week_and_its_service(croisee: Any) -> None:
    ou, elle, autre, sienne = croisee
    lue = agenda(elle.client)
    assert lue.count("<li>") == 1  # one's own
    for dit in ("croise votre visite", str(autre.groupe)):
        assert dit in lue
    assert f"semaine {sienne.debut.isocalendar().week}" in lue
    for tu in (f"{sienne.debut:%d/%m}", jour(sienne.debut), autre.agent.nom_complet, sienne.reference):
        assert tu not in lue
    # Its task, which says nothing of the other service, weighs nothing; what crosses it weighs, once in half an hour.
    agenda(elle.client)
    ecrites = Consultation.objects.order_by("id").values_list("sources", "numero", "surface", "poids")
    assert [*ecrites] == [(["echanges-visites"], ou.siren, "accueil", poids) for poids in (0, 1)]


def test_e9_nobody_else_reads_that_two_visits_cross(croisee: Any) -> None:
    _, elle, autre, _ = croisee
    partie = v.collegue(elle)
    Appartenance.objects.filter(compte=partie.agent).update(fin=timezone.now())
    for client in (partie.client, v.service("douane").client, v.service(profil="").client, Client()):
        html = accueil(client)
        assert "croise votre visite" not in html
        assert str(autre.groupe) not in html
    sans = v.c.client_de(elle.agent, mfa=False, finalite="controle-travail")
    assert "ENTREPRISE 1" not in accueil(sans)


@pytest.mark.parametrize("depuis", ["masquée", "loin", "renoncée", "opération", "passée"])
def test_e9_what_crosses_no_more_today_is_not_told(croisee: Any, depuis: str) -> None:
    _, elle, autre, sienne = croisee
    siennes = type(sienne).objects.filter(pk=sienne.pk)
    if depuis == "masquée":
        ailleurs = f.siret_no(f.siren_no(2))
        f.unites(f.unite(f.siren_no(1), denomination="ENTREPRISE 1"), f.unite(f.siren_no(2), denomination="VOISIN"))
        place = {**v.ADRESSE, "numero_voie": "1", "libelle_voie": "DES LILAS"}
        f.lieux(f.lieu(f.siren_no(1), **place), f.lieu(f.siren_no(2), statut_diffusion="P", **place))
        sienne.lieux.update(siret=ailleurs)
        siennes.update(siren=f.siren_no(2))
    elif depuis == "loin":
        siennes.update(debut=sienne.debut + timedelta(days=200), fin=sienne.fin + timedelta(days=200))
    elif depuis == "renoncée":
        siennes.update(etat="renoncee")
    elif depuis == "opération":
        siennes.update(operation=v.operation(autre.groupe))
    else:
        siennes.update(debut=timezone.localdate() - timedelta(days=14), fin=timezone.localdate() - timedelta(days=14))
    assert ReponseCroisement.objects.filter(autre=sienne).exists()
    lue = agenda(elle.client)
    assert "ENTREPRISE 1" in lue
    assert str(autre.groupe) not in lue


def test_e9_twenty_visits_in_a_week_are_eight_lines_and_a_link_to_the_others() -> None:
    ou, ailleurs = v.places(2)
    elle = v.service()
    for rang in range(20):
        v.visite(elle.groupe, ou if rang < A_VENIR_MAX else ailleurs, timezone.localdate() + timedelta(days=rang // 4))
    lue = agenda(elle.client)
    assert lue.count("<li>") == A_VENIR_MAX
    assert '<a href="/visites">Les autres visites de la semaine' in lue
    # What is not shown is not journalled.
    assert {*Consultation.objects.values_list("numero", flat=True)} == {ou.siren}


def test_e9_an_empty_week_says_so_and_the_next_visit_follows_whatever_its_week() -> None:
    (ou,) = v.places()
    elle = v.service()
    assert "Aucune visite annoncée par votre service." in agenda(elle.client)
    v.visite(elle.groupe, ou, v.dans(4))
    lue = agenda(elle.client)
    semaines = [(v.dans(n)).isocalendar().week for n in (1, 3, 4)]
    assert "Rien d’ici la fin de la semaine." in lue
    assert f"Rien d’annoncé de la semaine {semaines[0]} à la {semaines[1]}." in lue
    assert f"sem. {semaines[2]}" in lue
    v.visite(elle.groupe, ou, v.dans(2))
    lue = agenda(elle.client)
    assert f"Rien d’annoncé en semaine {semaines[0]}." in lue
    assert lue.count("<li>") == 1


def test_e9_visits_open_on_the_first_week_that_has_one() -> None:
    (ou,) = v.places()
    elle = v.service()

    def ouverte(adresse: str = "/visites") -> str:
        return elle.client.get(adresse).content.decode().partition('<h2 class="fr-h5">')[2].partition(",")[0]

    assert ouverte() == f"Semaine {v.dans(0).isocalendar().week}"
    v.visite(elle.groupe, ou, v.dans(3))
    assert ouverte() == f"Semaine {v.dans(3).isocalendar().week}"
    annee, semaine, _ = v.dans(1).isocalendar()
    assert ouverte(f"/visites?semaine={annee}-W{semaine:02d}") == f"Semaine {semaine}"
    v.visite(elle.groupe, ou, timezone.localdate())
    assert ouverte() == f"Semaine {v.dans(0).isocalendar().week}"


def test_e9_the_home_neither_lists_nor_counts_nor_dates_the_visits_announced_by_others() -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    suivi = suivis.ajouter_suivi(elle.agent, UniteVisee(ou.siren, "ENTREPRISE 1"))
    sienne = v.visite(autre.groupe, ou, v.dans(2))
    AlerteSuivi.objects.create(
        suivi=suivi, source="echanges-visites", code="visite-annoncee", origine=f"visite-{sienne.pk}",
        siren=ou.siren, siret=ou.siret, cree_le=timezone.now(),
    )  # fmt: skip
    assert "Visite annoncée" in elle.client.get("/suivis").content.decode()
    html = accueil(elle.client)
    assert "Rien n’a changé dans ce que vous suivez." in html
    assert "Visite annoncée" not in html
