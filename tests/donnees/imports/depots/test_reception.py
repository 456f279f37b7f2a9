"""Bytes that arrive: whole and as announced, or nothing is kept."""

import base64
import errno
import hashlib
import io
import os
import time
import unicodedata

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from fce.donnees.imports.depots import reception
from fce.donnees.imports.depots.empreintes import annoncees
from fce.donnees.imports.depots.erreurs import DisquePlein, EmpreinteDifferente, FichierTropGros, TropDeDepots
from fce.donnees.imports.depots.reception import nom_sur, recevoir
from fce.socle.erreurs import ParametreInvalide
from tests.pannes import lever

CONTENU = b"siren;nom\n" * 300_000


def restes(dossier):
    return list(dossier.rglob("*")) if dossier.exists() else []


def test_a_whole_file_is_kept_as_it_is_out_of_reach_of_others(dossier):
    recu = recevoir(io.BytesIO(CONTENU).read, len(CONTENU), "a.csv", {})
    chemin = reception.chemin(recu.dossier, recu.nom)
    assert chemin.read_bytes() == CONTENU
    assert (recu.octets, recu.empreinte) == (len(CONTENU), hashlib.sha256(CONTENU).hexdigest())
    assert chemin.stat().st_mode & 0o077 == 0
    assert chemin.parent.stat().st_mode & 0o077 == 0
    assert dossier.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("coupure", [0, 1, 1 << 20, len(CONTENU) - 1])
def test_a_cut_file_leaves_nothing(dossier, coupure):
    with pytest.raises(EmpreinteDifferente, match="interrompu"):
        recevoir(io.BytesIO(CONTENU[:coupure]).read, len(CONTENU), "a.csv", {})
    assert restes(dossier) == []


def test_a_sender_that_hangs_up_leaves_nothing(dossier):
    blocs = iter([b"x" * 1000])

    def lire(taille):
        try:
            return next(blocs)
        except StopIteration:
            raise ConnectionResetError from None

    with pytest.raises(EmpreinteDifferente):
        recevoir(lire, 5000, "a.csv", {})
    assert restes(dossier) == []


@pytest.mark.parametrize("erreur", [KeyboardInterrupt, SystemExit, ValueError])
def test_whatever_stops_a_reception_leaves_nothing(dossier, erreur):
    with pytest.raises(erreur):
        recevoir(lever(erreur), 5000, "a.csv", {})
    assert restes(dossier) == []


class FluxPlein:
    """A file on a disk that is full: it opens, it closes, it takes nothing."""

    def __init__(self, descripteur, plein):
        self.write, self._descripteur = plein, descripteur

    def close(self):
        os.close(self._descripteur)


@pytest.mark.parametrize("moment", ["write", "fsync", "rename"])
def test_a_full_disk_says_so_and_leaves_nothing(dossier, monkeypatch, moment):
    plein = lever(OSError(errno.ENOSPC, "No space left on device"))
    with monkeypatch.context() as contexte:
        if moment == "write":
            contexte.setattr(reception, "open", lambda d, *_, **__: FluxPlein(d, plein), raising=False)
        elif moment == "fsync":
            contexte.setattr(reception.os, "fsync", plein)
        else:
            contexte.setattr(reception.Path, "rename", plein)
        with pytest.raises(DisquePlein, match="rien n’en a été gardé"):
            recevoir(io.BytesIO(CONTENU).read, len(CONTENU), "a.csv", {})
    assert restes(dossier) == []


def test_a_file_that_does_not_fit_is_refused_before_its_first_byte(dossier, monkeypatch):
    monkeypatch.setattr(reception, "libre", lambda _: reception.RESERVE + 10)
    with pytest.raises(DisquePlein):
        recevoir(lambda _: pytest.fail("lu"), 11, "a.csv", {})


def test_a_file_too_big_is_refused_before_its_first_byte(settings):
    with pytest.raises(FichierTropGros):
        recevoir(lambda _: pytest.fail("lu"), settings.FCE_DEPOT_TAILLE_MAX * 1024**2 + 1, "a.csv", {})


def test_an_empty_file_is_refused():
    with pytest.raises(ParametreInvalide, match="vide"):
        recevoir(lambda _: b"", 0, "a.csv", {})


def test_few_files_are_received_at_once(monkeypatch):
    for _ in range(3):
        assert reception._GUICHETS.acquire(blocking=False)
    try:
        with pytest.raises(TropDeDepots):
            recevoir(lambda _: pytest.fail("lu"), 10, "a.csv", {})
    finally:
        for _ in range(3):
            reception._GUICHETS.release()


def test_what_a_killed_process_left_is_swept_away(dossier):
    dossier.mkdir(parents=True)
    mort, vivant = dossier / "mort.recu", dossier / "vivant.recu"
    for chemin in (mort, vivant):
        chemin.write_bytes(b"x")
    vieux = time.time() - 7200
    os.utime(mort, (vieux, vieux))
    recevoir(io.BytesIO(b"abc").read, 3, "a.csv", {})
    assert not mort.exists()
    assert vivant.exists()


def test_memory_stays_constant_whatever_the_size(dossier):
    import tracemalloc

    reste = 200 << 20

    def lire(taille):
        nonlocal reste
        pris = min(taille, reste)
        reste -= pris
        return bytes(pris)

    tracemalloc.start()
    recevoir(lire, 200 << 20, "a.csv", {})
    _, pic = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert pic < 8 << 20


def somme(contenu, algorithme="sha256"):
    return base64.b64encode(hashlib.new(algorithme, contenu).digest()).decode()


def test_the_digests_announced_are_checked(dossier):
    bonne = annoncees({"Content-Digest": f"sha-256=:{somme(CONTENU)}:", "Repr-Digest": None})
    recevoir(io.BytesIO(CONTENU).read, len(CONTENU), "a.csv", bonne)
    deux = annoncees({"Repr-Digest": f"md5=:AAAA:, sha-512=:{somme(CONTENU, 'sha512')}:;q=1"})
    recevoir(io.BytesIO(CONTENU).read, len(CONTENU), "a.csv", deux)
    avant = len(restes(dossier))
    with pytest.raises(EmpreinteDifferente, match="sha-256"):
        recevoir(io.BytesIO(CONTENU).read, len(CONTENU), "a.csv", {"sha-256": hashlib.sha256(b"").digest()})
    assert len(restes(dossier)) == avant


@pytest.mark.parametrize("valeur", ["", "sha-256", "sha-256=abc", "sha-256=:é:", "sha-256=:abc:", "md5=:AAAA:", ","])
def test_a_digest_that_cannot_be_checked_is_refused(valeur):
    with pytest.raises(ParametreInvalide):
        annoncees({"Content-Digest": valeur})


def test_two_digests_that_disagree_are_refused():
    with pytest.raises(EmpreinteDifferente):
        annoncees({"Content-Digest": f"sha-256=:{somme(b'a')}:", "Repr-Digest": f"sha-256=:{somme(b'b')}:"})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(st.text(max_size=300))
@example("../../etc/passwd")
@example("C:\\temp\\..\\..\\x.csv")
@example("a\0b.csv")
@example("\u202evsc.exe")
@example(".htaccess")
@example("..")
@example("é" * 300 + ".csv")
@example("\U0001f600" * 300)
@example("\ud800.csv")
@example("con")
@example("x." + "y" * 500)
def test_any_name_becomes_one_that_stays_in_its_folder(tmp_path_factory, nom):
    sur = nom_sur(nom, "essai")
    assert sur
    assert "/" not in sur
    assert "\\" not in sur
    assert not sur.startswith((".", " "))
    assert len(sur.encode()) <= 150
    assert len(sur) <= 150
    assert all(unicodedata.category(c)[0] != "C" for c in sur)
    (tmp_path_factory.getbasetemp() / sur).unlink(missing_ok=True)  # the file system takes it


def test_a_plain_name_stays_as_it_is():
    for nom in ("CA_2026-10.csv", "Relevé n 3 (final).csv.gz", "a+b_c.zip"):
        assert nom_sur(nom, "essai") == nom
