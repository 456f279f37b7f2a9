"""Backups: one instant of the database, encrypted, whole or absent."""

from __future__ import annotations

import os
import resource
import shutil
import uuid
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from pyrage import x25519

from fce.droits.comptes.models import Compte
from fce.echanges.pieces import depot
from fce.sauvegarde import archives, base, chiffrement, manifeste, services, verification
from fce.sauvegarde.erreurs import RestaurationRefusee, SauvegardeRefusee
from fce.sauvegarde.retraits import ecriture, liste
from fce.socle.erreurs import DejaEnCours, ServiceFerme
from fce.socle.travaux.verrous import ESPACE, VERROU_DES_VUES
from tests.donnees.entreprises.fabrique import siren_no, unite, unites
from tests.droits.comptes import fabrique

pytestmark = pytest.mark.django_db(transaction=True)
MARQUE = "MRK-sauvegarde-secrete@travail.example"


def test_bak_01_a_backup_beside_writes_and_an_import_gives_back_one_instant(cle: Path) -> None:
    unites(unite(siren_no(1)))
    avant = fabrique.compte(courriel=MARQUE)
    ecrits: list[Compte] = []

    def ecrire_pendant(etape: str) -> None:
        if not ecrits:  # once the snapshot is taken
            ecrits.append(fabrique.compte())
            Compte.objects.filter(pk=avant.pk).update(nom="Changé")
            with transaction.atomic(), connection.cursor() as curseur:
                # As the switch of an import does, which waits until pg_dump has read the views.
                curseur.execute("SELECT pg_advisory_xact_lock(%s, %s)", (ESPACE, VERROU_DES_VUES))
                unites(unite(siren_no(1)), unite(siren_no(2)))

    place, faite = services.sauvegarder(timezone.now(), ecrire_pendant)
    preuve = verification.eprouver(place, chiffrement.identite(cle))
    assert preuve.ecarts == ()
    assert ecrits
    assert preuve.tables > 80
    lus = verification.comptes(place, chiffrement.identite(cle))
    assert lus["public.comptes_compte"][0] == "1"
    assert "public.comptes_session" not in lus
    assert set(faite.fichiers) == {f.name for f in place.iterdir()} - {manifeste.NOM}


def test_a_private_key_out_of_reach_is_not_called_a_wrong_key(tmp_path: Path) -> None:
    with pytest.raises(RestaurationRefusee, match="ne se laisse pas lire"):
        chiffrement.identite(tmp_path / "absente.txt")
    (tmp_path / "autre.txt").write_text("une note")
    with pytest.raises(RestaurationRefusee, match="n’est pas une clé privée"):
        chiffrement.identite(tmp_path / "autre.txt")


def test_bak_03_a_damaged_backup_is_found_before_anything_is_restored(cle: Path, tmp_path: Path) -> None:
    place, _ = services.sauvegarder(timezone.now())

    def abimer(gater: Callable[[Path], Any]) -> str:
        copie = tmp_path / "copie" / place.name
        shutil.rmtree(copie.parent, ignore_errors=True)
        shutil.copytree(place, copie)
        gater(copie)
        with pytest.raises(RestaurationRefusee) as refus:
            verification.verifier(copie)
        return refus.value.message

    def retourner(fichier: Path) -> None:
        octets = bytearray(fichier.read_bytes())
        octets[len(octets) // 2] ^= 1
        fichier.write_bytes(octets)

    assert "abîmé" in abimer(lambda d: retourner(d / archives.BASE))
    assert "tronqué" in abimer(lambda d: os.truncate(d / archives.BASE, 1000))
    assert "manque" in abimer(lambda d: (d / archives.PIECES).unlink())
    assert "n’est pas scellée" in abimer(lambda d: retourner_un_chiffre(d / manifeste.NOM))
    assert "n’est pas une sauvegarde entière" in abimer(lambda d: (d / manifeste.NOM).unlink())
    assert verification.verifier(place).prise_le  # the original still passes


def retourner_un_chiffre(fichier: Path) -> None:
    """Another size of a file, as whoever replaced it would write."""
    fichier.write_text(fichier.read_text().replace('"pieces": 0', '"pieces": 1'))


def test_bak_04_nothing_is_readable_without_the_private_key(cle: Path, settings: Any, tmp_path: Path) -> None:
    fabrique.compte(courriel=MARQUE)
    piece = tmp_path / "piece"
    piece.write_bytes(MARQUE.encode() * 100)
    depot.ecrire(numero := uuid.uuid4(), piece)
    place, faite = services.sauvegarder(timezone.now())
    assert faite.pieces == 1
    assert place.stat().st_mode & 0o777 == 0o700
    for fichier in place.iterdir():
        contenu = fichier.read_bytes()
        assert MARQUE.encode() not in contenu
        assert settings.SECRET_KEY.encode() not in contenu
    assert str(numero).encode() not in (place / archives.PIECES).read_bytes()
    autre = tmp_path / "autre.txt"
    autre.write_text(str(x25519.Identity.generate()))
    with pytest.raises(RestaurationRefusee, match=r"n’ouvre pas|n’est pas celle"):
        verification.comptes(place, chiffrement.identite(autre))
    assert archives.lire_les_cles(place / archives.CLES, chiffrement.identite(cle)) == [settings.SECRET_KEY]


@pytest.mark.parametrize("etat", ["en_cours", "fermee"])
def test_a_database_that_a_restore_left_closed_is_neither_copied_nor_listed(
    cle: Path, settings: Any, etat: str
) -> None:
    """A timer that was left running would make the half-restored database the last whole copy."""
    ecriture.ecrire(timezone.now())
    pointeur = Path(settings.FCE_RETRAITS) / liste.POINTEUR
    avant = pointeur.read_bytes()
    with connection.cursor() as curseur:
        curseur.execute("INSERT INTO sauvegarde.restauration (etat, nom) VALUES (%s, '')", [etat])
    for geste in (services.sauvegarder, ecriture.ecrire):
        with pytest.raises(ServiceFerme, match="--etat"):
            geste(timezone.now())
    assert services.lister() == []
    assert pointeur.read_bytes() == avant


def test_a_copy_of_an_empty_database_is_not_the_last_one_that_is_meant(cle: Path, settings: Any) -> None:
    """On a new machine: the installer's first backup, then the copies of the service brought beside it."""
    vide, _ = services.sauvegarder(timezone.now())
    assert services.choisir("derniere") == vide
    pleine = vide.with_name("2026-01-01T02-10-00Z")
    shutil.copytree(vide, pleine)
    assert services.choisir("derniere") == vide
    with (pleine / archives.BASE).open("ab") as copie:
        copie.truncate(3 * services.taille(vide))
    with pytest.raises(RestaurationRefusee, match=f"{vide.name}.*{pleine.name}"):
        services.choisir("derniere")
    assert services.choisir(pleine.name) == pleine


def test_a_copy_that_the_service_may_not_read_is_named_and_stops_no_backup(
    cle: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Brought back by root, it is closed to the account of the service: the backup of the night goes on beside it."""
    place, _ = services.sauvegarder(timezone.now())
    apportee = place.with_name("2026-01-01T02-10-00Z")
    shutil.copytree(place, apportee)
    acces = os.access
    monkeypatch.setattr(os, "access", lambda chemin, mode: Path(chemin) != apportee and acces(chemin, mode))
    faite, _ = services.sauvegarder(timezone.now() + timedelta(minutes=1))
    assert services.lister() == [place, faite]
    assert apportee.is_dir()
    call_command("sauvegarde", "--liste", stdout=(sortie := StringIO()))
    assert f"chown -R fce: {apportee}" in sortie.getvalue()
    for nom in ("derniere", apportee.name):
        with pytest.raises(RestaurationRefusee, match=f"{apportee.name} ne se laisse pas lire"):
            services.choisir(nom)


def test_the_keys_found_again_are_all_those_of_the_service(cle: Path, settings: Any) -> None:
    """Each line is the content of a file of secrets, which is never empty."""

    def retrouver() -> str:
        place, _ = services.sauvegarder(timezone.now() + timedelta(minutes=len(services.lister())))
        call_command("restaurer", place.name, "--cles", "--identite", str(cle), stdout=(sortie := StringIO()))
        return sortie.getvalue()

    settings.SECRET_KEY = "actuelle"
    assert retrouver().split() == ["FCE_SECRET_KEY=actuelle", "FCE_SECRET_KEY_ANCIENNES=actuelle"]
    settings.SECRET_KEY_FALLBACKS = ["avant", "encore-avant"]
    assert retrouver().splitlines() == ["FCE_SECRET_KEY=actuelle", "FCE_SECRET_KEY_ANCIENNES=avant encore-avant"]


def test_a_backup_without_a_public_key_is_refused(cle: Path, settings: Any) -> None:
    settings.FCE_SAUVEGARDE_DESTINATAIRE = ""
    with pytest.raises(SauvegardeRefusee, match="age-keygen"):
        services.sauvegarder(timezone.now())
    assert not settings.FCE_SAUVEGARDES.exists()


def test_of_two_backups_at_once_the_second_is_refused(cle: Path, settings: Any) -> None:
    with base.seule(), pytest.raises(DejaEnCours, match="déjà en cours"):
        services.sauvegarder(timezone.now())
    assert services.lister() == []


def interrompre(etape: str) -> None:
    raise KeyboardInterrupt


def test_an_interrupted_backup_leaves_nothing_that_looks_whole(cle: Path, settings: Any) -> None:
    with pytest.raises(KeyboardInterrupt):
        services.sauvegarder(timezone.now(), interrompre)
    assert list(settings.FCE_SAUVEGARDES.iterdir()) == []
    # What a SIGKILL leaves.
    (reste := settings.FCE_SAUVEGARDES / "2026-01-01T00-00-00Z.partielle").mkdir()
    (reste / archives.BASE).write_bytes(b"x")
    assert services.lister() == []
    place, _ = services.sauvegarder(timezone.now())
    assert services.lister() == [place]
    assert not reste.exists()


def test_a_full_disk_is_said_in_a_sentence_and_leaves_the_backups_before(cle: Path, settings: Any) -> None:
    place, _ = services.sauvegarder(timezone.now() - timedelta(hours=1))
    avant = resource.getrlimit(resource.RLIMIT_FSIZE)
    # A real refusal of the kernel: no file of this process grows beyond 200 kB.
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, avant[1]))
    try:
        with pytest.raises(SauvegardeRefusee, match="plus de place"):
            services.sauvegarder(timezone.now())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, avant)
    assert list(settings.FCE_SAUVEGARDES.iterdir()) == [place]


def test_the_date_of_the_last_whole_backup_is_kept_beside_the_data(cle: Path, settings: Any) -> None:
    assert services.faite_le() is None
    place, _ = services.sauvegarder(timezone.now())
    settings.FCE_SAUVEGARDES = settings.FCE_DATA_DIR / "ferme"
    assert services.faite_le() == services.instant(place)
    with pytest.raises(KeyboardInterrupt):
        services.sauvegarder(timezone.now() + timedelta(days=1), interrompre)
    assert services.faite_le() == services.instant(place)


def test_rotation_keeps_the_days_of_the_setting_and_never_less_than_two(cle: Path, settings: Any) -> None:
    maintenant = timezone.now()
    for jours in (90, 60, 40):
        dossier = settings.FCE_SAUVEGARDES / f"{maintenant - timedelta(days=jours):%Y-%m-%dT%H-%M-%SZ}"
        dossier.mkdir(parents=True)
        (dossier / manifeste.NOM).write_text("{}")
    assert len(services.tourner(maintenant)) == 1
    assert len(services.lister()) == 2
    services.sauvegarder(maintenant)
    assert len(services.lister()) == 2, "the two oldest gave way to the new one and one more"


def test_the_command_makes_lists_and_checks(cle: Path) -> None:
    def dire(*arguments: str) -> str:
        call_command("sauvegarde", *arguments, stdout=(sortie := StringIO()))
        return sortie.getvalue()

    assert "Sauvegarde faite" in dire()
    assert "PostgreSQL" in dire("--liste")
    assert "entière et scellée" in dire("--verifier", "derniere")
