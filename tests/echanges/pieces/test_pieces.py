"""Attachments from the form to the download: limits, names, store, antivirus, rights, and what erases them."""

from __future__ import annotations

import getpass
import os
import re
import shutil
import socketserver
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from structlog.testing import capture_logs

from fce.droits.journal.models import Consultation
from fce.echanges.models import Interaction, PieceJointe, VersionInteraction
from fce.echanges.pieces import depot, services
from fce.echanges.pieces.antivirus import annoncer_antivirus
from fce.echanges.pieces.gardees import PieceDeposee
from fce.echanges.pieces.reception import nom_affichable
from fce.echanges.tasks import effacer_pieces
from fce.socle.base import conservation
from tests.echanges.interactions import fabrique as e
from tests.echanges.pieces import fabrique as p
from tests.seau import seau_s3

pytestmark = pytest.mark.django_db
VIRUS = b"FCE-CE-TEXTE-N-EST-QU-UN-VIRUS-D-ESSAI"
ADRESSE = f"/entreprise/{e.SIREN}/contacts/nouveau"


@pytest.fixture(autouse=True)
def dossier(settings: Any, tmp_path: Path) -> Path:
    settings.FCE_DATA_DIR, settings.FCE_PIECES_DIR = tmp_path, tmp_path / "pieces"
    e.peupler()
    return tmp_path / "pieces"


def joindre(nous: e.Service, *fichiers: SimpleUploadedFile) -> Any:
    return nous.client.post(ADRESSE, e.formulaire(nous, pieces=list(fichiers)))


def gardes(dossier: Path) -> list[Path]:
    return [chemin for chemin in dossier.rglob("*") if chemin.is_file()]


def nu(reponse: Any) -> bytes:
    """The page itself, without what differs from one request to another."""
    return bytes(reponse.content.partition(b"<main")[2].replace(reponse["X-Request-Id"].encode(), b""))


def statut(client: Client, cle: uuid.UUID) -> int:
    """Of a download, read to its end: its file is then closed."""
    reponse: Any = client.get(f"/pieces/{cle}")
    b"".join(reponse)
    return int(reponse.status_code)


def pdf(nom: str = "rapport.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(nom, p.pdf(), content_type="text/html")


def test_upl_04_an_attachment_is_stored_under_a_uuid_closed_to_others(dossier: Path) -> None:
    nous = e.service()
    assert joindre(nous, pdf("../../etc/ra\u202epport.pdf"), e.image()).status_code == 302
    pieces = {piece.nom: piece for piece in PieceJointe.objects.all()}
    assert set(pieces) == {"rapport.pdf", "photo.png"}
    assert pieces["rapport.pdf"].type_reel == "application/pdf"
    assert {chemin.name for chemin in gardes(dossier)} == {str(piece.cle) for piece in pieces.values()}
    assert {oct(chemin.stat().st_mode & 0o777) for chemin in gardes(dossier)} == {"0o600"}
    assert not list((dossier.parent / "travaux").iterdir())


@pytest.mark.parametrize(
    ("propose", "montre"),
    [
        ("../../x.pdf", "x.pdf"), ("C:\\Temp\\x.pdf", "x.pdf"), ("a\0b.pdf", "ab.pdf"), (".x.pdf", "x.pdf"),
        ("con.pdf", "_con.pdf"), ("fac\u202efdp.exe", "facfdp.exe"), ("é" * 300 + ".pdf", "é" * 68 + ".pdf"),
    ],
)  # fmt: skip
def test_upl_04_a_name_is_shown_without_what_could_deceive(propose: str, montre: str) -> None:
    assert nom_affichable(propose) == montre


def test_upl_02_what_is_too_big_or_too_many_is_refused_and_nothing_is_kept(settings: Any, dossier: Path) -> None:
    settings.FCE_PIECES_TAILLE_MAX = 1
    nous = e.service()
    octets = b"a;b\n" * (1 << 18) + b"c"
    gros = [SimpleUploadedFile(f"{n}.csv", octets) for n in range(7)]
    images = [e.image(f"{n}.png") for n in range(6)]
    for fichiers, phrase in (
        (gros[:1], "ne dépasse pas 1 Mo"),
        (images, "5 fichiers au plus à la fois"),
        (gros[1:], "5 fichiers au plus, de 1 Mo chacun"),
    ):
        refus = joindre(nous, *fichiers)
        assert refus.status_code == 400
        assert phrase in refus.content.decode()
        assert e.NOTE in refus.content.decode()
    assert joindre(nous, *[e.image(f"{n}.png") for n in range(101)]).status_code in (400, 413)
    assert not Interaction.objects.exists()
    assert gardes(dossier) == []


def test_upl_01_a_bad_attachment_refuses_the_whole_gesture(dossier: Path) -> None:
    nous = e.service()
    refus = joindre(nous, e.image(), SimpleUploadedFile("x.pdf", b"MZ\x90 pas un PDF"))
    assert refus.status_code == 400
    assert "son contenu n’est pas celui que dit son extension" in refus.content.decode()
    assert not Interaction.objects.exists()
    assert gardes(dossier) == []


def test_a_gesture_that_fails_after_its_attachments_leaves_no_byte_but_those_its_form_keeps(dossier: Path) -> None:
    nous = e.service()
    numero = nous.note().reference
    perime = e.formulaire(nous, version="9", pieces=[e.image()])
    assert nous.client.post(f"/contacts/{numero}/modifier", perime).status_code == 409
    assert len(gardes(dossier)) == 1
    assert not PieceJointe.objects.exists()


def test_upl_05_a_download_is_a_file_of_its_own_and_is_in_the_journal() -> None:
    nous, autres = e.service("Inspection"), e.service("Douane", "douane")
    joindre(nous, pdf("Compte rendu « été ».pdf"))
    piece = PieceJointe.objects.get()
    adresse = f"/pieces/{piece.cle}"
    lu: Any = nous.client.get(adresse)
    assert b"".join(lu).startswith(b"%PDF-")
    assert lu["Content-Disposition"].startswith("attachment; filename*=utf-8''Compte%20rendu")
    assert lu["Content-Type"] == "application/pdf"
    assert lu["X-Content-Type-Options"] == "nosniff"
    assert lu["Content-Security-Policy"].startswith("sandbox")
    assert "no-store" in lu["Cache-Control"]
    assert Consultation.objects.filter(agent=nous.compte.identifiant, sources=["echanges-contenus"]).count() == 1
    # Level 1 opens no attachment; no purpose, none either but to its author; and none of them tells that it exists.
    collegue = replace(nous, compte=e.c.compte())
    e.c.appartenance(collegue.compte, nous.groupe)
    absent = autres.client.get(f"/pieces/{uuid.uuid4()}")
    for client in (autres.client, e.sans_finalite(collegue), e.sans_finalite(autres)):
        refus = client.get(adresse)
        assert refus.status_code == absent.status_code == 404
        assert nu(refus) == nu(absent)


def test_an_attachment_goes_with_the_right_to_read_it() -> None:
    nous = e.service()
    joindre(nous, e.image())
    cle = PieceJointe.objects.get().cle
    assert statut(nous.client, cle) == 200
    nous.groupe.dossiers.update(etat="suspendu")
    assert statut(nous.client, cle) == 404


def test_an_attachment_taken_away_stays_named_in_the_history() -> None:
    nous, autres = e.service(), e.service()
    joindre(nous, e.image())
    numero, cle = Interaction.objects.get().reference, PieceJointe.objects.get().cle
    adresse = f"/contacts/{numero}/pieces/{cle}/retirer"
    assert autres.client.post(adresse, {"version": "1"}).status_code == 404
    assert nous.client.post(adresse, {"version": "7"}).status_code == 409
    assert nous.client.post(adresse, {"version": "1"}).status_code == 302
    assert not PieceJointe.objects.exists()
    assert VersionInteraction.objects.get().contenu["pieces"] == ["photo.png"]
    assert nous.client.post(adresse, {"version": "2"}).status_code == 404


def test_bytes_without_a_row_go_the_next_night_and_no_other(dossier: Path) -> None:
    nous = e.service()
    joindre(nous, e.image("gardee.png"))
    ancien = nous.note(jour=e.hier(1090))
    cle = uuid.uuid4()
    depot.ecrire(cle, p.poser(dossier.parent, "x", b"abc"))
    PieceJointe.objects.create(
        cle=cle, interaction=ancien, service=nous.groupe, nom="a.csv", type_reel="text/csv", octets=3, empreinte="0",
        par="c1",
    )  # fmt: skip
    orphelines = [uuid.uuid4(), uuid.uuid4()]
    for orpheline in orphelines:
        depot.ecrire(orpheline, p.poser(dossier.parent, "x", b"abc"))
    avant_hier = time.time() - 2 * 86_400
    for vieux in gardes(dossier):
        if vieux.name != str(orphelines[1]):
            os.utime(vieux, (avant_hier, avant_hier))
    effacer_pieces()
    assert not (dossier / str(orphelines[0])[:2] / str(orphelines[0])).exists()
    assert len(gardes(dossier)) == 3
    # Retention: the contact goes, its attachment with it, then the bytes.
    conservation.purger(timezone.now() + timedelta(days=30))
    effacer_pieces()
    assert not PieceJointe.objects.filter(pk=cle).exists()
    assert len(gardes(dossier)) == 2


def test_no_more_than_twenty_attachments_of_one_contact() -> None:
    nous = e.service()
    interaction = nous.note()
    lot = [PieceDeposee(uuid.uuid4(), f"{n}.png", "image/png", 1, "0") for n in range(20)]
    services.ajouter_pieces(lot, service=nous.groupe.pk, par="c1", interaction=interaction)
    with pytest.raises(services.PieceRefusee, match="20 pièces"):
        services.ajouter_pieces(lot[:1], service=nous.groupe.pk, par="c1", interaction=interaction)


class _Clamd(socketserver.StreamRequestHandler):
    """clamd's side of INSTREAM: it reads the file and finds the test virus, or nothing."""

    reponse = b""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        lu = b""
        while taille := int.from_bytes(self.rfile.read(4), "big"):
            lu += self.rfile.read(taille)
        trouve = b"stream: Eicar-Test-Signature FOUND\0" if b"EICAR" in lu else b"stream: OK\0"
        self.wfile.write(self.reponse or trouve)


@contextmanager
def clamd(chemin: Path, reponse: bytes = b"") -> Iterator[str]:
    genre = type("Clamd", (_Clamd,), {"reponse": reponse})
    with socketserver.ThreadingUnixStreamServer(str(chemin), genre) as serveur:
        threading.Thread(target=serveur.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"unix:{chemin}"
        finally:
            serveur.shutdown()


def eicar() -> SimpleUploadedFile:
    return SimpleUploadedFile("liste.csv", b"nom;valeur\nEICAR;1\n")


def test_upl_01_the_antivirus_looks_at_each_attachment(settings: Any, tmp_path: Path, dossier: Path) -> None:
    nous = e.service()
    with clamd(tmp_path / "clamd") as adresse:
        settings.FCE_CLAMD = adresse
        refus = joindre(nous, eicar())
        assert refus.status_code == 400
        assert "reconnu un virus" in refus.content.decode()
        assert gardes(dossier) == []
        assert joindre(nous, e.image()).status_code == 302


@pytest.mark.parametrize("panne", ["absent", "muet", "erreur", "tcp"])
def test_upl_09_an_antivirus_that_does_not_answer_refuses_and_says_so(
    settings: Any, tmp_path: Path, dossier: Path, panne: str
) -> None:
    nous = e.service()
    reponses = {"muet": b"\0", "erreur": b"INSTREAM size limit exceeded. ERROR\0"}
    with clamd(tmp_path / "clamd", reponses.get(panne, b"")) as adresse:
        settings.FCE_CLAMD = {"absent": f"unix:{tmp_path}/nulle-part", "tcp": "tcp://127.0.0.1:9"}.get(panne, adresse)
        refus = joindre(nous, e.image())
    assert refus.status_code == 400
    assert "L’antivirus ne répond pas : cette pièce n’est pas prise." in refus.content.decode()
    assert not Interaction.objects.exists()
    assert gardes(dossier) == []
    # Without an attachment, nothing is asked of it.
    assert nous.client.post(ADRESSE, e.formulaire(nous)).status_code == 302


def test_a9_in_production_without_an_antivirus_attachments_are_closed_and_it_is_said(settings: Any) -> None:
    nous = e.service()
    settings.PRODUCTION = True
    page = nous.client.get(ADRESSE).content.decode()
    assert "aucun antivirus n’y est réglé" in page
    assert re.search(r'<input[^>]*name="pieces"[^>]*disabled', page)
    refus = joindre(nous, e.image())
    assert refus.status_code == 400
    assert "Les pièces jointes sont fermées sur ce service" in refus.content.decode()
    assert not PieceJointe.objects.exists()
    assert nous.client.post(ADRESSE, e.formulaire(nous)).status_code == 302


def test_a9_a_process_says_as_it_starts_that_its_antivirus_is_absent(settings: Any, tmp_path: Path) -> None:
    settings.FCE_CLAMD = f"unix:{tmp_path}/nulle-part"
    with capture_logs() as dits:
        annoncer_antivirus()
    assert [dit["event"] for dit in dits] == ["antivirus_en_panne"]
    settings.FCE_CLAMD, settings.PRODUCTION = "", True
    with capture_logs() as dits:
        annoncer_antivirus()
    assert [dit["event"] for dit in dits] == ["pieces_fermees"]


@pytest.fixture(scope="module")
def vrai_clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real clamd (Debian: clamav-daemon), whose only signature is the one of these tests."""
    programme = shutil.which("clamd", path=f"{os.environ['PATH']}:/usr/sbin")
    if programme is None:
        pytest.skip("clamd n’est pas installé")
    dossier = tmp_path_factory.mktemp("clamav")
    signatures = dossier / "signatures"
    signatures.mkdir()
    (signatures / "essai.ndb").write_text(f"Virus-d-essai:0:*:{VIRUS.hex()}\n")
    prise = Path(tempfile.mkdtemp(prefix="clamd-")) / "prise"  # a socket has a short name
    reglages = dossier / "clamd.conf"
    reglages.write_text(
        f"LocalSocket {prise}\nDatabaseDirectory {signatures}\nForeground yes\nStreamMaxLength 11M\n"
        f"TemporaryDirectory {dossier}\nUser {getpass.getuser()}\n"
    )
    processus = subprocess.Popen([programme, "-c", reglages], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        limite = time.monotonic() + 120
        while not prise.exists():
            assert processus.poll() is None, processus.communicate()[0].decode()
            assert time.monotonic() < limite, "clamd n’a pas commencé"
            time.sleep(0.1)
        yield f"unix:{prise}"
    finally:
        processus.terminate()
        processus.communicate()
        shutil.rmtree(prise.parent)


def test_a9_a_real_clamd_refuses_what_it_knows_and_takes_the_rest(
    settings: Any, vrai_clamd: str, dossier: Path
) -> None:
    settings.FCE_CLAMD, settings.PRODUCTION = vrai_clamd, True
    nous = e.service()
    with capture_logs() as dits:
        annoncer_antivirus()
    assert dits == []
    refus = joindre(nous, SimpleUploadedFile("liste.csv", b"nom;valeur\n" + VIRUS + b";1\n"))
    assert refus.status_code == 400
    assert "reconnu un virus" in refus.content.decode()
    assert gardes(dossier) == []
    assert joindre(nous, pdf(), e.image()).status_code == 302
    assert len(gardes(dossier)) == 2


def test_a_store_that_is_down_is_said_and_the_contact_is_not_half_written(settings: Any, tmp_path: Path) -> None:
    nous = e.service()
    (tmp_path / "fichier").write_text("")
    settings.FCE_PIECES_DIR = tmp_path / "fichier" / "pieces"
    refus = joindre(nous, e.image())
    assert refus.status_code == 503
    assert "ni gardées ni lues pour le moment" in refus.content.decode()
    assert not Interaction.objects.exists()


def test_a_leaver_s_attachments_stay_with_the_service() -> None:
    nous, collegue = e.service(), e.service()
    joindre(nous, e.image())
    e.c.appartenance(collegue.compte, nous.groupe)
    nous.compte.delete()
    assert statut(collegue.client, PieceJointe.objects.get().cle) == 200


@pytest.fixture
def seau(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    settings.FCE_PIECES_S3 = "s3://pieces/fce"
    with seau_s3("pieces", settings, monkeypatch) as client:
        yield client


def test_a_bucket_holds_attachments_like_a_folder(seau: Any, settings: Any, dossier: Path) -> None:
    nous = e.service()
    assert joindre(nous, e.image()).status_code == 302
    cle = PieceJointe.objects.get().cle
    assert [o["Key"] for o in seau.list_objects_v2(Bucket="pieces")["Contents"]] == [f"fce/{cle}"]
    assert gardes(dossier) == []
    assert statut(nous.client, cle) == 200
    PieceJointe.objects.all().delete()
    assert services.nettoyer_orphelines(timezone.now()) == 0
    assert services.nettoyer_orphelines(timezone.now() + timedelta(days=2)) == 1
    assert "Contents" not in seau.list_objects_v2(Bucket="pieces")
    settings.FCE_PIECES_S3 = "s3://inconnu"
    assert joindre(nous, e.image()).status_code == 503
