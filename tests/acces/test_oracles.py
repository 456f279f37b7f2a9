"""ACM-04 to ACM-25: what is hidden shows by nothing else either – counts, order, time, words, caches, files."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fce.droits.comptes.models import Compte, DemandeOuverture
from fce.droits.habilitations.dossiers import services as dossiers
from fce.droits.habilitations.dossiers.etats import GesteDossier
from fce.droits.habilitations.finalites import Droit
from fce.recherche import services
from fce.sources import registre
from fce.sources.onglets import ONGLETS, TOUT
from tests.acces import acteurs, jeux
from tests.acces.acteurs import habilite
from tests.acces.test_matrice import permis
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes import fabrique as c
from tests.echantillon import chaque_jour
from tests.pannes import lever

pytestmark = pytest.mark.django_db(transaction=True)
FICHE = f"/entreprise/{jeux.SIREN}"
# What changes from one answer to the next whatever is read.
_JETON = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')
PUBLIQUES = (
    "/recherche?q=minoterie",
    "/recherche?q=MRK-activite-partielle-cause-FIN",
    "/recherche/suggestions?q=minot",
    FICHE,
    f"/etablissement/{jeux.SIRET}",
    f"{FICHE}/chronologie",
    f"{FICHE}/chronologie?genre=decision-d-activite-partielle&service=dgefp&depuis=2020",
    f"{FICHE}?departement=59",
    *(f"{FICHE}/{cle}" for cle in (*ONGLETS, TOUT.cle)),
    *(f"/etablissement/{jeux.SIRET}/{cle}" for cle in (*ONGLETS, TOUT.cle) if cle != "etablissements"),
    f"{FICHE}/activite-partielle",
    f"{FICHE}/wikit-controles",
)


@pytest.fixture
def reserves() -> None:
    """A row of each reserved data set about the company."""
    jeux.peupler()


def corps(client: Client, adresse: str) -> bytes:
    return _JETON.sub(b"", client.get(adresse).content)


def test_acm_04_05_09_a_stranger_gets_byte_for_byte_the_same_with_and_without_restricted_rows() -> None:
    jeux.peupler(avec=False)
    services.indexer(forcer=True)
    sans = [corps(Client(), adresse) for adresse in PUBLIQUES]
    jeux.peupler()
    services.indexer(forcer=True)
    assert [corps(Client(), adresse) for adresse in PUBLIQUES] == sans


@pytest.mark.parametrize("acteur", chaque_jour(["inspection-75", "dgfip", "agent-simple"], sur=3))
def test_acm_09_no_tab_no_card_no_alarm_tells_a_row_that_is_closed_to_the_reader(acteur: str) -> None:
    jeux.peupler(avec=False)
    joue = acteurs.ACTEURS[acteur]()
    fermees = [s for s in jeux.RESERVEES if not permis(joue, s, None, Droit.CONSULTER)]
    sans = {a: corps(joue.client, a) for a in PUBLIQUES if a.startswith(("/entreprise", "/etablissement"))}
    for source in fermees:
        f.charger(source.nom, [jeux.ligne(source)])
    assert fermees
    assert [a for a, lu in sans.items() if corps(joue.client, a) != lu] == []


def test_acm_09_an_agent_without_habilitation_cannot_tell_none_from_not_for_you() -> None:
    jeux.peupler(avec=False)
    joue = habilite("dgfip")
    sans = corps(joue.client, f"{FICHE}/activite-partielle")
    jeux.peupler()
    avec = corps(joue.client, f"{FICHE}/activite-partielle")
    assert avec == sans
    assert "réservé aux agents habilités" in avec.decode()


def test_acm_06_sorting_by_a_field_that_one_may_not_read_is_refused(reserves: None) -> None:
    sora = next(s for s in jeux.RESERVEES if any(ch.acces and ch.acces.classe == "C3" for ch in s.champs.values()))
    secret = next(a for a, ch in sora.champs.items() if ch.acces and ch.acces.classe == "C3")
    joue = habilite("inspection-travail")
    assert joue.client.get(f"{FICHE}/{sora.nom}?tri={secret}").status_code == 400
    assert Client().get(f"{FICHE}/{sora.nom}?tri={secret}").status_code in (400, 403)


def test_acm_07_suggestions_know_nothing_reserved(reserves: None) -> None:
    services.indexer(forcer=True)
    for debut in ("MRK", "MRK-wikit", "MRK-dgfip-chiffre"):
        assert "MRK-" not in Client().get(f"/recherche/suggestions?q={debut}").content.decode().replace(debut, "")


def test_acm_08_a_restricted_record_costs_a_stranger_no_more_queries(reserves: None) -> None:
    autre = f.siren_no(5901)
    f.unites(
        f.unite(jeux.SIREN, denomination=jeux.NOM), f.unite(autre, denomination=jeux.NOM, categorie_juridique="5710")
    )
    f.lieux(f.lieu(jeux.SIREN, code_commune="59350"), f.lieu(autre, code_commune="59350"))
    comptes = []
    for siren in (autre, autre, jeux.SIREN):
        with CaptureQueriesContext(connection) as requetes:
            Client().get(f"/entreprise/{siren}/activite-partielle")
        comptes.append(len(requetes))
    assert comptes[1] == comptes[2]


def test_acm_10_an_inspector_of_another_departement_reads_nothing_of_the_nord(reserves: None) -> None:
    joue = habilite("inspection-travail", ("75",))
    reponse = joue.client.get(f"{FICHE}/activite-partielle")
    assert reponse.status_code == 403
    assert "Hors du territoire" in reponse.content.decode()


def test_acm_10_contacts_are_told_in_the_whole_country(reserves: None) -> None:
    joue = habilite("inspection-travail", ("75",))
    assert jeux.SIRET in joue.client.get(f"{FICHE}/wikit-controles").content.decode().replace(" ", "").replace(
        "\xa0", ""
    )


def test_acm_16_what_an_agent_reads_stays_in_no_cache_and_goes_with_his_session(reserves: None) -> None:
    joue = habilite("inspection-travail")
    lue = joue.client.get(f"{FICHE}/historique")
    assert "MRK-activite-partielle" in lue.content.decode()
    assert lue["Cache-Control"] == "no-store, private"
    assert "Cookie" in lue["Vary"]
    assert joue.client.post("/deconnexion").status_code == 302
    assert "MRK-" not in joue.client.get(f"{FICHE}/historique").content.decode()
    publique = Client().get(FICHE)
    assert "Cookie" in publique["Vary"]


def test_acm_18_a_form_takes_no_field_that_it_does_not_show() -> None:
    compte = c.compte()
    client = c.client_de(compte)
    client.post(
        "/compte/demande",
        {
            "organisme": "DDETS", "service": "Pôle T", "besoin": "Contrôle du travail, code du travail L. 8112-1",
            "etat": "acceptee", "siret": c.AUTRE_SERVICE, "compte": "1", "decidee_par": compte.identifiant,
            "is_staff": "1", "mandats": "equipe",
        },
    )  # fmt: skip
    demande = DemandeOuverture.objects.get()
    assert (demande.etat, demande.siret, demande.decidee_par) == ("recue", c.SERVICE, "")
    assert Compte.objects.get(pk=compte.pk).siret == c.SERVICE


def test_acm_19_a_number_given_twice_is_read_once(reserves: None) -> None:
    joue = habilite("inspection-travail", ("75",))
    double = joue.client.get(f"{FICHE}/activite-partielle?numero={jeux.SIRET}&siren={jeux.SIREN}&siren=000000000")
    assert "MRK-" not in double.content.decode()


def test_hab_04_a_purpose_out_of_the_habilitation_is_refused_and_written_down() -> None:
    joue = habilite("inspection-travail", confirmee=False)
    refusee = joue.client.post("/finalite", {"finalite": "controle-fiscal", "suite": FICHE})
    assert refusee.status_code == 403
    assert "finalite" not in joue.client.session
    jeux.peupler()
    accordee = joue.client.post("/finalite", {"finalite": "travail-illegal", "suite": FICHE})
    assert (accordee.status_code, accordee["Location"]) == (302, FICHE)


def test_c3_is_read_once_the_purpose_is_confirmed_and_c2_without_a_question(reserves: None) -> None:
    joue = habilite("dgfip", confirmee=False)
    avant = joue.client.get(f"{FICHE}/dgfip-chiffre-affaires")
    assert avant.status_code == 403
    assert "indiquez une fois la finalité" in avant.content.decode()
    assert joue.client.get(f"{FICHE}/wikit-controles").status_code == 200
    joue.client.post("/finalite", {"finalite": "controle-fiscal", "suite": FICHE})
    assert joue.client.get(f"{FICHE}/dgfip-chiffre-affaires").status_code == 200


def test_hab_03_a_revoked_habilitation_is_refused_at_the_next_request(reserves: None) -> None:
    compte, groupe = c.membre()
    tenu = acteurs.dossier(groupe, "inspection-travail", ("59",))
    client = c.client_de(compte)
    assert client.get(f"{FICHE}/activite-partielle").status_code == 200
    dossiers.decider(GesteDossier.REVOQUER, tenu, acteurs.APPROBATRICE, "fin de mission")
    apres = client.get(f"{FICHE}/activite-partielle")
    assert apres.status_code == 403
    assert "révoquée" in apres.content.decode()


def test_acm_14_a_right_lost_closes_the_file_too(reserves: None) -> None:
    compte, groupe = c.compte(), c.groupe()
    lien = c.appartenance(compte, groupe)
    acteurs.dossier(groupe, "inspection-travail", ("59",))
    client = c.client_de(compte)
    assert b"MRK-" in b"".join(client.get(f"{FICHE}/activite-partielle.csv"))
    lien.fin = timezone.now()
    lien.save()
    assert b"MRK-" not in b"".join(client.get(f"{FICHE}/activite-partielle.csv"))


def test_acm_25_a_contractor_reads_what_everyone_reads(reserves: None) -> None:
    joue = acteurs.prestataire()
    assert "MRK-" not in joue.client.get(FICHE).content.decode()


def test_log_02_without_its_journal_nothing_reserved_is_shown_and_the_open_sheet_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from fce.droits.journal import services as journal
    from fce.socle.erreurs import JournalIndisponible

    jeux.peupler()
    joue = habilite("inspection-travail")
    assert "MRK-activite-partielle" in joue.client.get(f"{FICHE}/historique").content.decode()
    monkeypatch.setattr(journal, "consigner", lever(JournalIndisponible("Le journal des consultations ne répond pas.")))
    for adresse in (FICHE, f"{FICHE}/historique", f"{FICHE}/tout"):
        fiche = joue.client.get(adresse)
        assert fiche.status_code == 200
        assert jeux.NOM in fiche.content.decode()
        assert "MRK-" not in fiche.content.decode()
        assert "journal" in fiche.content.decode()
    for suite in ("/activite-partielle", "/activite-partielle.csv", "/export.xlsx"):
        assert joue.client.get(f"{FICHE}{suite}").status_code == 503, suite
    jeton = acteurs.programme()
    adresse = f"/api/v1/entreprises/{jeux.SIREN}?finalite=controle-travail&reference=2026-0117"
    assert jeton.client.get(adresse, **jeton.api).status_code == 503


def test_rate_03_past_the_volume_the_sheet_keeps_its_open_part_and_says_why(settings: Any) -> None:
    settings.FCE_VOLUMES = "2/600"
    jeux.peupler()
    joue = habilite("inspection-travail")
    for _ in range(2):
        assert "MRK-activite-partielle" in joue.client.get(f"{FICHE}/historique").content.decode()
    fiche = joue.client.get(f"{FICHE}/historique")
    assert fiche.status_code == 200
    assert "MRK-" not in fiche.content.decode()
    # The lines of a company that has just been weighed are not those of another one.
    assert joue.client.get(f"{FICHE}/activite-partielle").status_code == 200
    jeux.peupler(mixtes=True)
    ouverte = joue.client.get(f"{FICHE}/rne-dirigeants.csv")
    assert ouverte.status_code == 200
    assert jeux.marque(registre.source("rne-dirigeants"), "nom") in b"".join(ouverte).decode()
    assert habilite("inspection-travail").client.get(f"{FICHE}/activite-partielle").status_code == 200


def test_a_program_names_its_purpose_and_reads_no_page(reserves: None) -> None:
    joue = acteurs.programme()
    adresse = f"/api/v1/entreprises/{jeux.SIREN}"
    ouverte = joue.client.get(f"{adresse}?finalite=controle-travail&reference=2026-0117", **joue.api)
    assert "MRK-activite-partielle" in ouverte.content.decode()
    assert ouverte["Cache-Control"] == "no-store, private"
    assert "Access-Control-Allow-Origin" not in ouverte
    assert "MRK-activite-partielle" not in joue.client.get(adresse, **joue.api).content.decode()
    assert "MRK-" not in joue.client.get(FICHE, **joue.api).content.decode()
    assert Client().get(adresse, headers={"Authorization": "Bearer fceapi_faux"}).status_code == 401


def test_the_twin_of_each_reading_is_in_the_journal() -> None:
    from fce.droits.journal.models import Consultation

    jeux.peupler()
    joue = habilite("inspection-travail")
    lues = {
        FICHE: "fiche",
        f"{FICHE}/activite-partielle": "liste",
        f"{FICHE}/activite-partielle.csv": "csv",
        f"{FICHE}/export.xlsx": "xlsx",
    }
    for adresse, surface in lues.items():
        Consultation.objects.none()
        avant = Consultation.objects.count()
        reponse = joue.client.get(adresse)
        _ = b"".join(reponse) if reponse.streaming else reponse.content
        nouvelles = list(Consultation.objects.order_by("-id")[: Consultation.objects.count() - avant])
        assert nouvelles, adresse
        assert {n.surface for n in nouvelles} == {surface}
        assert all(n.agent == joue.acteur.identifiant for n in nouvelles)
        assert any("activite-partielle" in n.sources and n.finalite == "controle-travail" for n in nouvelles)
    assert Droit.EXPORTER in {c.action for c in Consultation.objects.filter(surface="csv")}
