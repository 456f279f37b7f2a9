"""Every call says for whom and why; nothing of it is logged; slow providers never take all the threads of the pages."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from fce.donnees.imports.directes import client, disjoncteur, transport
from fce.donnees.imports.directes.client import Appelant
from fce.donnees.imports.directes.erreurs import (
    CircuitOuvert,
    DelaiDepasse,
    ErreurDirecte,
    FournisseurEnPanne,
    LimiteAtteinte,
    NonConfiguree,
    ReponseInvalide,
    Sature,
)
from fce.socle.web.compteurs import TRANCHES
from fce.sources import registre
from tests.donnees.entreprises import fabrique as f
from tests.donnees.imports.directes.conftest import DESTINATAIRE, JETON
from tests.donnees.imports.directes.serveur import Demandee, Reponse, Serveur, donnees, erreur

JOUR = date(2026, 11, 25)
SIREN = f.siren_no(1)
SIRET = f.siret_no(SIREN)
DEMANDE = Appelant(DESTINATAIRE, "controle-fiscal", "Contrôle (LPF, art. L. 10)", f"Fiche {SIREN}")
TVA = {"tva_number": "FR00900000010"}


def interroger(nom: str = "tva", numero: str = SIREN, demande: Appelant = DEMANDE) -> list[dict[str, Any]]:
    return client.interroger(registre.source(nom), numero, demande, JOUR)


def test_each_call_says_for_whom_and_why(serveur: Serveur) -> None:
    serveur.jouer(donnees(TVA))
    interroger()
    (recue,) = serveur.recues
    assert recue == Demandee(
        f"/v3/european_commission/unites_legales/{SIREN}/numero_tva",
        {"recipient": DESTINATAIRE, "context": "Contrôle (LPF, art. L. 10)", "object": f"Fiche {SIREN}"},
        f"Bearer {JETON}",
    )


def test_the_token_is_only_in_its_header(serveur: Serveur) -> None:
    serveur.jouer(donnees(TVA))
    interroger()
    (recue,) = serveur.recues
    assert JETON not in recue.chemin + str(recue.parametres)


@pytest.mark.parametrize(
    "suite", [[donnees(TVA)], [erreur(500)], [Reponse(200, b"<html>")], [erreur(429)], [erreur(403)]]
)
def test_nothing_of_the_request_or_of_the_answer_is_logged(
    serveur: Serveur, caplog: pytest.LogCaptureFixture, suite: list[Reponse]
) -> None:
    for nom in ("", "httpx", "httpcore", "asyncio", "fce"):
        caplog.set_level(logging.INFO, logger=nom)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # as settings say
    serveur.jouer(*suite)
    message = ""
    try:
        interroger()
    except ErreurDirecte as levee:
        message = levee.message
    for secret in (JETON, SIREN, DESTINATAIRE, TVA["tva_number"], "LPF"):
        assert secret not in caplog.text + message


def test_logs_keep_silent_about_the_addresses_called() -> None:
    assert logging.getLogger("httpx").getEffectiveLevel() >= logging.WARNING
    assert logging.getLogger("httpcore").getEffectiveLevel() >= logging.WARNING


@pytest.mark.parametrize("vide", ["FCE_API_ENTREPRISE_URL", "FCE_API_ENTREPRISE_TOKEN"])
def test_without_settings_nothing_goes_out(serveur: Serveur, settings: Any, vide: str) -> None:
    setattr(settings, vide, "")
    with pytest.raises(NonConfiguree):
        interroger()
    assert serveur.recues == []


@pytest.mark.parametrize("destinataire", ["", "130025265", "13002526500014"])
def test_without_an_administration_nothing_goes_out(serveur: Serveur, destinataire: str) -> None:
    with pytest.raises(NonConfiguree):
        interroger(demande=Appelant(destinataire, "", "x", "y"))
    assert serveur.recues == []


def test_by_year_the_first_that_answers_is_taken(serveur: Serveur) -> None:
    vide = {"capital": {"actionnaires": []}, "participations": {"filiales": []}}
    filiale = {"siren": f.siren_no(9), "denomination": "FILIALE", "pourcentage_detention": 42.0, "adresse": None}
    serveur.jouer(erreur(404), donnees({**vide, "participations": {"filiales": [filiale]}}))
    (lien,) = interroger("dgfip-liens-capitalistiques")
    assert [r.chemin.rsplit("/", 1)[1] for r in serveur.recues] == ["2025", "2024"]
    assert (lien["annee"], lien["rang"], lien["sens"], lien["pourcentage"]) == (2024, 1, "filiale", 42.0)
    serveur.jouer(erreur(404))
    assert interroger("dgfip-liens-capitalistiques") == []


def test_the_years_share_the_five_seconds(serveur: Serveur, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "DELAI", 0.6)
    serveur.jouer(Reponse(404, {"errors": []}, avant=0.4))
    # Each answer comes in time: only their sum is too long.
    with pytest.raises(DelaiDepasse):
        interroger("dgfip-liasses")


def test_an_unreadable_answer_is_an_outage_of_the_provider(serveur: Serveur) -> None:
    for corps in ({"tva_number": {"x": 1}}, {"tva_number": None}, "texte", 12, None):
        disjoncteur.oublier()
        serveur.jouer(donnees(corps))
        with pytest.raises(ReponseInvalide):
            interroger()


def test_the_circuit_opens_then_closes_again(serveur: Serveur, monkeypatch: pytest.MonkeyPatch) -> None:
    serveur.jouer(erreur(500))
    for _ in range(disjoncteur.SEUIL):
        with pytest.raises(FournisseurEnPanne):
            interroger()
    with pytest.raises(CircuitOuvert):
        interroger()
    assert len(serveur.recues) == disjoncteur.SEUIL
    # Another provider is not concerned.
    serveur.jouer(donnees({"status": "up_to_date"}))
    assert interroger("msa-conformite", SIRET)
    heure = time.monotonic() + disjoncteur.PAUSE
    monkeypatch.setattr(disjoncteur.disjoncteur("european_commission"), "horloge", lambda: heure)
    serveur.jouer(donnees(TVA))
    assert interroger()
    assert interroger()


def test_a_refused_token_does_not_open_the_circuit(serveur: Serveur) -> None:
    serveur.jouer(erreur(403))
    for _ in range(disjoncteur.SEUIL + 2):
        with pytest.raises(ErreurDirecte, match="jeton"):
            interroger()
    assert len(serveur.recues) == disjoncteur.SEUIL + 2


def test_a_limit_reached_suspends_the_provider(serveur: Serveur) -> None:
    serveur.jouer(erreur(429, Retry_After="120"), donnees(TVA))
    for _ in range(3):
        with pytest.raises(LimiteAtteinte):
            interroger()
    assert len(serveur.recues) == 1


def test_robots_do_not_exhaust_the_limit_of_agents(serveur: Serveur, monkeypatch: pytest.MonkeyPatch) -> None:
    serveur.jouer(donnees(TVA))
    publique = replace(DEMANDE, public=True)
    for _ in range(client.PUBLIC.nombre):
        interroger(demande=publique)
    with pytest.raises(LimiteAtteinte) as levee:
        interroger(demande=publique)
    # A minute, and the slice of it that is begun: no one asks more than the limit in any minute.
    assert 0 < levee.value.attente <= 60 + 60 / TRANCHES
    assert len(serveur.recues) == client.PUBLIC.nombre
    assert interroger()
    dans_une_minute = time.time() + 64
    monkeypatch.setattr(client.time, "time", lambda: dans_une_minute)
    assert interroger(demande=publique)


def test_a6_one_address_does_not_use_up_the_calls_of_the_public(serveur: Serveur) -> None:
    serveur.jouer(donnees(TVA))
    presse, autre = (replace(DEMANDE, public=True, adresse=a) for a in ("2001:db8::1", "203.0.113.7"))
    for rang in range(client.D_UN_LECTEUR.nombre):
        interroger(demande=replace(presse, adresse=f"2001:db8::{rang + 1:x}"))
    with pytest.raises(LimiteAtteinte):
        interroger(demande=presse)
    assert interroger(demande=autre)


def test_slow_providers_leave_half_of_the_threads_to_pages(serveur: Serveur, settings: Any) -> None:
    settings.FCE_BASE_CONNEXIONS = 8
    serveur.jouer(Reponse(200, {"data": TVA}, avant=0.5))
    depart = threading.Barrier(12)

    def lire(_: int) -> str:
        depart.wait()
        try:
            interroger()
        except Sature:
            return "sature"
        return "lue"

    with ThreadPoolExecutor(12) as fils:
        lues = list(fils.map(lire, range(12)))
    assert (lues.count("lue"), lues.count("sature")) == (4, 8)
    assert serveur.ensemble <= 4
    assert interroger()
