"""An answer is kept for one administration and one purpose, for a time, and never when it is under tax secrecy."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from fce.donnees.imports.directes import cache, services
from fce.donnees.imports.directes.erreurs import ErreurDirecte
from fce.donnees.imports.directes.services import Appelant
from fce.donnees.imports.models import ReponseDirecte
from fce.sources import registre
from tests.donnees.entreprises import fabrique as f
from tests.donnees.imports.directes.serveur import Serveur, donnees, erreur
from tests.pannes import lever
from tests.sql import executer

MIDI = datetime(2026, 11, 25, 11, tzinfo=UTC)
SIREN = f.siren_no(1)
TVA = donnees({"tva_number": "FR00900000010"})
PREMIERE, SECONDE = f.siret_no(f.siren_no(201)), f.siret_no(f.siren_no(202))


def demande(destinataire: str = PREMIERE, finalite: str = "controle-travail") -> Appelant:
    return Appelant(destinataire, finalite, "Contrôle", "Fiche")


def consulter(nom: str, quand: datetime = MIDI, **qui: str) -> services.ReponseDirecteLue:
    source = registre.source(nom)
    numero = SIREN if source.direct and source.direct.interroge("siren") else f.siret_no(SIREN)
    return services.consulter(source, numero, demande(**qui), quand)


@pytest.mark.django_db
class TestRetention:
    def test_the_same_request_goes_out_only_once_and_tells_its_age(self, serveur: Serveur) -> None:
        serveur.jouer(TVA)
        fraiche = consulter("tva")
        gardee = consulter("tva", MIDI + timedelta(hours=3))
        assert (fraiche.conservee, gardee.conservee) == (False, True)
        assert gardee.lignes == fraiche.lignes == ({"siren": SIREN, "numero": "FR00900000010", "ecrit": None},)
        assert gardee.obtenue_le == MIDI
        assert len(serveur.recues) == 1

    @pytest.mark.parametrize("qui", [{"destinataire": SECONDE}, {"finalite": "travail-illegal"}])
    def test_another_administration_or_another_purpose_asks_for_itself(
        self, serveur: Serveur, qui: dict[str, str]
    ) -> None:
        serveur.jouer(donnees({"tva_number": "PREMIERE"}), donnees({"tva_number": "SECONDE"}))
        assert consulter("tva").lignes[0]["numero"] == "PREMIERE"
        assert consulter("tva", **qui).lignes[0]["numero"] == "SECONDE"
        assert consulter("tva").lignes[0]["numero"] == "PREMIERE"
        assert [r.parametres["recipient"] for r in serveur.recues] == [PREMIERE, qui.get("destinataire", PREMIERE)]

    def test_another_number_does_not_have_the_same_key(self) -> None:
        source = registre.source("sirene-diffusion-partielle")
        siege = f.siret_no(SIREN)
        cles = {cache.cle(source, n, demande()) for n in (SIREN, siege, f.siren_no(2))}
        assert len(cles) == 3
        assert not any(SIREN in cle for cle in cles)

    def test_no_known_data_is_also_an_answer_that_is_kept(self, serveur: Serveur) -> None:
        serveur.jouer(erreur(404), TVA)
        assert consulter("tva").lignes == ()
        assert consulter("tva").conservee
        assert consulter("tva", MIDI + timedelta(days=1)).lignes

    def test_an_error_is_never_kept(self, serveur: Serveur) -> None:
        serveur.jouer(erreur(500), TVA)
        with pytest.raises(ErreurDirecte):
            consulter("tva")
        assert consulter("tva").lignes
        serveur.jouer(donnees({"tva_number": None}))
        with pytest.raises(ErreurDirecte):
            consulter("tva", finalite="autre")
        assert ReponseDirecte.objects.count() == 1

    def test_an_answer_expires_and_expired_ones_are_erased(self, serveur: Serveur) -> None:
        serveur.jouer(TVA)
        consulter("tva")
        assert not consulter("tva", MIDI + timedelta(days=1)).conservee
        for rang in range(3):
            consulter("tva", finalite=f"finalite-{rang}")
        assert cache.purger(MIDI + timedelta(days=1)) == 3
        assert ReponseDirecte.objects.count() == 1
        consulter("tva", MIDI + timedelta(days=9), finalite="autre")
        assert list(ReponseDirecte.objects.values_list("obtenue_le", flat=True)) == [MIDI + timedelta(days=9)]

    def test_a_shortened_retention_applies_to_what_is_already_kept(
        self, serveur: Serveur, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        serveur.jouer(TVA)
        consulter("tva")
        source = registre.source("tva")
        assert source.direct is not None
        monkeypatch.setattr(source, "direct", replace(source.direct, conservation=timedelta(minutes=5)))
        assert not consulter("tva", MIDI + timedelta(minutes=6)).conservee

    def test_nothing_fiscal_is_kept(self, serveur: Serveur) -> None:
        fiscales = [s for s in registre.toutes() if s.direct and s.acces.groupe == "fiscal"]
        assert {s.nom for s in fiscales} >= {"dgfip-chiffre-affaires", "dgfip-liasses", "dgfip-attestation-fiscale"}
        for source in fiscales:
            assert source.direct is not None
            assert source.direct.conservation is None
            serveur.jouer(erreur(404))
            consulter(source.nom)
            assert not consulter(source.nom).conservee
        assert not ReponseDirecte.objects.exists()

    def test_only_what_the_sheet_shows_is_kept(self, serveur: Serveur) -> None:
        serveur.jouer(
            donnees(
                {
                    "document_url": "https://exemple.invalid/secret.pdf",
                    "code_securite": "ABCDEF",
                    "date_debut_validite": "2026-01-31",
                    "date_fin_validite": "2026-07-31",
                    "entity_status": {"code": "ok", "libelle": "Délivrée", "description": "Longue"},
                }
            )
        )
        consulter("urssaf-vigilance")
        (gardee,) = ReponseDirecte.objects.all()
        assert gardee.lignes == [
            {"siren": SIREN, "statut": "ok", "libelle": "Délivrée", "date_debut_validite": "2026-01-31",
             "date_fin_validite": "2026-07-31"}
        ]  # fmt: skip

    def test_a_cache_that_is_down_does_not_cost_the_answer(
        self, serveur: Serveur, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        serveur.jouer(TVA)

        panne = lever(DatabaseError)
        monkeypatch.setattr(ReponseDirecte.objects, "filter", panne)
        monkeypatch.setattr(ReponseDirecte.objects, "bulk_create", panne)
        assert consulter("tva").lignes
        assert consulter("tva").lignes


@pytest.mark.django_db(transaction=True)
def test_a_process_that_only_reads_keeps_answers_all_the_same(serveur: Serveur) -> None:
    """Pages are served under ``default_transaction_read_only``: only the transaction of the cache writes."""
    serveur.jouer(TVA)
    executer("SET default_transaction_read_only = on")
    try:
        consulter("tva")
        assert consulter("tva").conservee
        with pytest.raises(DatabaseError), transaction.atomic():
            ReponseDirecte.objects.all().delete()
    finally:
        executer("SET default_transaction_read_only = off")


@pytest.mark.django_db(transaction=True)
def test_sixteen_readers_together_each_have_their_answer(serveur: Serveur, settings: Any) -> None:
    settings.FCE_BASE_CONNEXIONS = 64
    serveur.selon(lambda d: donnees({"tva_number": d.parametres["recipient"] + d.parametres["context"]}))
    qui = [(d, fin) for d in (PREMIERE, SECONDE) for fin in ("f1", "f2")] * 4

    def lire(paire: tuple[str, str]) -> str:
        destinataire, finalite = paire
        try:
            source = registre.source("tva")
            lue = services.consulter(source, SIREN, Appelant(destinataire, finalite, finalite, "x"), MIDI)
            return str(lue.lignes[0]["numero"])
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as fils:
        lues = list(fils.map(lire, qui))
    assert lues == [d + fin for d, fin in qui]
    assert ReponseDirecte.objects.count() == 4
