"""The alarms of a list: those that this reader may read, where the companies are, written down before they leave."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings as reglages
from django.test import Client
from django.urls import reverse

from fce.fiche import alarmes_de_liste, consignation
from fce.journal import services as journal
from fce.journal.models import Consultation
from fce.journal.selectors import FiltresJournal, filtrees
from fce.socle.erreurs import JournalIndisponible
from fce.socle.identifiants import formater_siren
from tests.acces import acteurs
from tests.acces.acteurs import habilite
from tests.acces.surfaces import HTMX, lu
from tests.entreprises import fabrique as f
from tests.pannes import lever
from tests.recherche.univers import BREST, Univers

pytestmark = pytest.mark.django_db(transaction=True)
ADRESSE = "/recherche/alertes?q=fonderie&etat=tous"
MORT = "mort au travail"
PSE = "Plan de sauvegarde"


@pytest.fixture
def univers(transactional_db: None) -> Univers:
    return Univers()


@pytest.fixture
def noms(univers: Univers) -> dict[str, str]:
    siens = {
        "lille": univers.entreprise("FONDERIE DU NORD"),
        "brest": univers.entreprise("FONDERIE DU PORT", BREST),
        "saine": univers.entreprise("FONDERIE SAINE"),
    }
    for nom in ("lille", "brest"):
        univers.fait("accidents-travail", siret=f.siret_no(siens[nom]), total=3, mortels=1)
        univers.fait(
            "rupco-procedures",
            siren=siens[nom],
            numero=nom,
            type="PSE",
            date_enregistrement="2026-02-09",
            etat="clos",
        )
    univers.etablissement(siens["lille"], 2, **BREST)
    univers.fait("accidents-travail", siret=f.siret_no(siens["lille"], 2), total=9, mortels=4)
    univers.indexer()
    return siens


def alarmes(html: str) -> list[str]:
    """The alarms of an answer, each with what follows it."""
    return [morceau.partition("</li>")[0] for morceau in html.split('<li class="fce-alerte">')[1:]]


def test_results_lead_to_the_alarms_of_the_territory_with_their_filters(noms: dict[str, str]) -> None:
    """What is read there: tests/territoires/test_alarmes.py."""
    lien = re.compile(r'href="(/territoire[^"]*/alarmes)\?q=fonderie[^"]*">Alarmes du territoire<')
    recherche = "/recherche?q=fonderie&vue=entreprises&etat=tous"
    inspectrice = habilite("inspection-travail").client
    html = inspectrice.get(recherche).content.decode()
    assert lien.findall(html) == ["/territoire/departement/59/alarmes"]
    assert "alertes de mes sources" not in html
    de_brest = inspectrice.get(f"{recherche}&commune=29019").content.decode()
    assert lien.findall(de_brest) == ["/territoire/commune/29019/alarmes"]
    assert not Consultation.objects.exists()
    for autre in (
        acteurs.anonyme(), acteurs.agent_simple(), acteurs.expire(), acteurs.revoque(), acteurs.suspendu(),
        habilite("inspection-travail", mfa=False),
    ):  # fmt: skip
        html = autre.client.get(recherche).content.decode()
        assert "FONDERIE" in html
        assert not lien.search(html)


@pytest.mark.parametrize("entetes", [{}, HTMX], ids=["page", "htmx"])
def test_only_in_the_territory_and_the_purpose_of_the_reader(noms: dict[str, str], entetes: dict[str, str]) -> None:
    html = habilite("inspection-travail", ("59",)).client.get(ADRESSE, headers=entetes).content.decode()
    dites = alarmes(html)
    assert [MORT in x for x in dites].count(True) == 1
    assert any(PSE in x for x in dites)
    assert len(dites) == 2
    assert all(noms["lille"] in x for x in dites)
    assert "LILLE" in "".join(dites)
    assert "4 morts" not in html
    assert "dans votre territoire, Nord (59), pour 3 entreprises" in html
    assert "Accidents du travail (2 sur 3)" in html
    assert "1 entreprise a une alerte dans vos sources" in html
    assert (f'id="alarmes-{noms["lille"]}" hx-swap-oob' in html) is bool(entetes)
    assert ("<html" in html) is not bool(entetes)


def test_a_national_reader_of_another_trade_is_told_nothing_of_it(noms: dict[str, str]) -> None:
    for profil in ("douane", "ccrf"):
        texte = lu(habilite(profil, ("FR",)).client.get(ADRESSE))
        assert MORT not in texte
        assert PSE not in texte
        assert "Accidents du travail" not in texte


def test_beside_an_establishment_they_are_said_to_be_those_of_its_company(noms: dict[str, str]) -> None:
    html = habilite("inspection-travail").client.get(f"{ADRESSE}&vue=etablissements", headers=HTMX).content.decode()
    assert html.count("Alertes de l’entreprise") == 2
    assert f'id="alarmes-{f.siret_no(noms["lille"], 2)}"' in html
    assert "4 morts" not in html


def test_refused_to_anyone_else(noms: dict[str, str]) -> None:
    refuses = {
        "anonyme": acteurs.anonyme(),
        "sans second facteur": habilite("inspection-travail", mfa=False),
        "sans habilitation": acteurs.agent_simple(),
        "expire": acteurs.expire(),
        "revoque": acteurs.revoque(),
        "session finie": acteurs.session_finie(),
        "autre finalite": habilite("dgfip"),
    }
    for nom, joue in refuses.items():
        for entetes in ({}, HTMX):
            texte = lu(joue.client.get(ADRESSE, headers=entetes))
            assert MORT not in texte, nom
            assert PSE not in texte, nom
    assert Client().get(ADRESSE).headers["Location"].startswith("/connexion")
    assert not Consultation.objects.exists()


def test_a8_who_read_this_company_is_answered_of_each_company_of_a_list(noms: dict[str, str]) -> None:
    joue = habilite("dreets-3e", ("59", "29"))
    joue.client.get(ADRESSE)
    ecrites = list(Consultation.objects.all())
    assert {e.numero for e in ecrites} == set(noms.values())
    assert {(e.surface, e.agent) for e in ecrites} == {("recherche", joue.acteur.identifiant)}
    assert sum(e.poids for e in ecrites) == 3
    assert all(e.finalite for e in ecrites)
    for siren in noms.values():
        siennes = filtrees(FiltresJournal(siren=siren))
        assert sum(e.poids for e in siennes) == 1
        assert sum(e.lignes.get("rupco-procedures", 0) for e in siennes) == int(siren != noms["saine"])
    journal_lu = joue.client.get(reverse("droits:journal")).content.decode()
    assert all(formater_siren(siren) in journal_lu for siren in noms.values())


def test_the_home_of_an_agent_leads_to_the_alarms_of_his_territory_and_reads_nothing_by_itself() -> None:
    """What is read there: tests/territoires/test_alarmes.py."""
    alarmes_du_nord = 'href="/territoire/departement/59/alarmes"'
    assert alarmes_du_nord in habilite("inspection-travail").client.get("/").content.decode()
    assert not Consultation.objects.exists()
    for autre in (acteurs.agent_simple(), acteurs.expire(), habilite("inspection-travail", mfa=False)):
        assert alarmes_du_nord not in autre.client.get("/").content.decode()


def test_beyond_the_volume_or_without_a_journal_nothing_is_told(
    noms: dict[str, str], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspectrice = habilite("inspection-travail", ("59",))
    settings.FCE_VOLUMES = "1/600"
    reponse = inspectrice.client.get(ADRESSE)
    assert reponse.status_code == 429
    assert MORT not in lu(reponse)
    settings.FCE_VOLUMES = "2/600"
    assert inspectrice.client.get(ADRESSE).status_code == 200

    settings.FCE_VOLUMES = reglages.FCE_VOLUMES
    monkeypatch.setattr(journal, "consigner", lever(JournalIndisponible("Le journal ne répond pas.")))
    reponse = inspectrice.client.get(ADRESSE)
    assert reponse.status_code == 503
    assert MORT not in lu(reponse)


def test_nothing_is_composed_before_it_is_written(noms: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    ordre: list[str] = []
    ecrire, composer = consignation.ecrire, alarmes_de_liste.alarmes
    monkeypatch.setattr(consignation, "ecrire", lambda *a, **k: (ordre.append("journal"), ecrire(*a, **k))[1])
    monkeypatch.setattr(alarmes_de_liste, "alarmes", lambda *a, **k: (ordre.append("alarme"), composer(*a, **k))[1])
    habilite("inspection-travail").client.get(ADRESSE)
    assert ordre[0] == "journal"
    assert ordre.count("journal") == 1
    assert "alarme" in ordre


def test_it_says_what_the_sheet_says_and_a_masked_person_is_nowhere(univers: Univers) -> None:
    siren = univers.entreprise("FONDERIE DU NORD")
    univers.etablissement(
        siren, 2, statut_diffusion="P", libelle_commune="ROUBAIX", code_commune="59512", libelle_voie="DES TILLEULS"
    )
    univers.fait("accidents-travail", siret=f.siret_no(siren, 2), total=3, mortels=1)
    cachee = univers.personne("FONDERIE", "ODETTE", statut_diffusion="P")
    univers.fait("accidents-travail", siret=f.siret_no(cachee), total=3, mortels=1)
    univers.indexer()
    inspectrice = habilite("inspection-travail").client
    html = inspectrice.get(ADRESSE).content.decode()
    assert alarmes(html)
    assert alarmes(html) == alarmes(inspectrice.get(f"/entreprise/{siren}").content.decode())
    assert "TILLEULS" not in html
    assert "ODETTE" not in html
    assert cachee not in html
