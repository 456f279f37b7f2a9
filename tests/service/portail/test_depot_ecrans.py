"""The screens of data officers: a file comes whole or leaves nothing, its report is read, nobody meets another's."""

import contextlib
import datetime
import gzip
import io
import re
import tracemalloc
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.request import UnreadablePostError
from django.test import Client
from django.urls import reverse

from fce.donnees.imports.depots import reception, services
from fce.donnees.imports.models import Depot
from fce.droits.comptes.models import EvenementCompte
from fce.service.portail.depot.envoi import Guichet
from tests.concurrence import ensemble
from tests.donnees.imports.chargement.outils import lignes
from tests.donnees.imports.depots.outils import fichier
from tests.droits.comptes.fabrique import connecter
from tests.service.portail.guichet import FAUTE, depose_par, envoyer, jeton_de, officier, poster
from tests.service.portail.pages import texte, verifier


def test_a_file_is_sent_read_published_and_taken_back(sources, restes):
    source, _ = sources
    client, qui = officier()
    for n in (10, 11):
        reponse = envoyer(client, fichier(range(1, n + 1)), date_metier="2026-01-31")
        depot = Depot.objects.first()
        rapport = reverse("portail:depot-rapport", args=["essai-depot", depot.pk])
        assert (reponse.status_code, reponse["Location"]) == (302, rapport)
        assert (depot.par, depot.jeton, depot.etat) == (qui.identifiant, None, "pret")
        assert depot.date_metier == datetime.date(2026, 1, 31)
        page = client.get(rapport)
        verifier(texte(page))
        assert f"{n if n == 10 else 1} ligne" in texte(page)
        assert len(lignes(source)) == n - 1 if n == 11 else not lignes(source)
        assert poster(client, f"{rapport}/publier").status_code == 302
        assert len(lignes(source)) == n
    page = texte(client.get("/depot/essai-depot"))
    verifier(page)
    depuis = re.search(r'name="depuis" value="(\d+)"', page)[1]
    assert poster(client, "/depot/essai-depot/retour", depuis=depuis).status_code == 302
    assert len(lignes(source)) == 10
    # The same button pressed again on a page that was left open: another version is in place.
    perime = poster(client, "/depot/essai-depot/retour", depuis=depuis)
    assert perime.status_code in (403, 404)
    assert len(lignes(source)) == 10
    actions = list(EvenementCompte.objects.order_by("id").values_list("par", "action"))
    assert actions == [(qui.identifiant, a) for a in ("depot_recu", "depot_publie") * 2] + [
        (qui.identifiant, "depot_retour")
    ]


@pytest.mark.parametrize("depuis", ["", "x", "-1", "²", "9" * 30])
def test_a_rollback_that_names_no_version_changes_nothing(officiere, source, depuis):
    reponse = poster(officiere, "/depot/essai-depot/retour", depuis=depuis)
    assert reponse.status_code == 400
    assert "Rouvrez cette page" in texte(reponse)


def test_a_threshold_asks_for_a_reason_which_is_kept(officiere, source):
    depot = depose_par(officiere, fichier(range(1, 11), FAUTE))
    rapport = f"/depot/essai-depot/{depot.pk}"
    page = texte(officiere.get(rapport))
    assert "Franchi" in page
    assert "Publier malgré le refus" in page
    assert "123456789" in page
    for court in ("", "   ", "court"):
        refuse = poster(officiere, f"{rapport}/publier", motif=court)
        assert refuse.status_code == 400
        assert "fr-message--error" in texte(refuse)
        verifier(texte(refuse))
    assert lignes(source) == []
    assert poster(officiere, f"{rapport}/publier", motif="Périmètre convenu <b>avec</b> le service").status_code == 302
    assert len(lignes(source)) == 10
    page = texte(officiere.get(rapport))
    assert "Périmètre convenu &lt;b&gt;avec" in page


def test_a_deposit_is_given_up_and_its_file_goes(officiere, source, restes):
    depot = depose_par(officiere, fichier(range(1, 11)))
    assert "essai.csv" in restes()
    assert poster(officiere, f"/depot/essai-depot/{depot.pk}/abandonner").status_code == 302
    assert restes() == []
    page = texte(officiere.get(f"/depot/essai-depot/{depot.pk}"))
    assert "abandonné" in page
    assert "Que faire" not in page
    # Too late to publish: said on the page of the deposit.
    tard = poster(officiere, f"/depot/essai-depot/{depot.pk}/publier")
    assert tard.status_code == 409
    assert "Ce dépôt est « abandonné »" in texte(tard)
    assert poster(officiere, f"/depot/essai-depot/{depot.pk}/verifier").status_code == 409


def test_a_report_that_no_longer_holds_is_made_again(officiere, source):
    premier = depose_par(officiere, fichier(range(1, 11)))
    envoyer(officiere, fichier(range(1, 13)), nom="autre.csv")
    second = Depot.objects.first()
    poster(officiere, f"/depot/essai-depot/{second.pk}/publier")
    perime = poster(officiere, f"/depot/essai-depot/{premier.pk}/publier")
    assert perime.status_code == 409
    assert "relisez son rapport" in texte(perime)
    assert len(lignes(source)) == 12
    assert "2 lignes retirées" in texte(officiere.get(f"/depot/essai-depot/{premier.pk}"))


@pytest.mark.parametrize(
    ("contenu", "nom", "status", "phrase"),
    [
        (b"", "vide.csv", 400, "Le fichier est vide (0 octet)."),
        (None, "", 400, "Choisissez un fichier."),
    ],
)
def test_nothing_is_not_a_file(officiere, source, restes, contenu, nom, status, phrase):
    reponse = envoyer(officiere, contenu, nom) if contenu is not None else poster(officiere, "/depot/essai-depot")
    assert reponse.status_code == status
    assert phrase in texte(reponse)
    verifier(texte(reponse))
    assert not Depot.objects.exists()
    assert restes() == []


@pytest.mark.parametrize(
    ("contenu", "nom", "motif"),
    [
        (gzip.compress(fichier(range(1, 11))), "essai.csv", None),
        (fichier(range(1, 11)), "essai.zip", None),
        (b"%PDF-1.7\n" + bytes(range(256)) * 40, "essai.csv", "refuse"),
        (b"PK\x03\x04" + b"\0" * 400, "essai.csv", "refuse"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "essai.csv", "refuse"),
        (b"\x7fELF" + b"\0" * 500, "essai.csv.exe", "refuse"),
    ],
)
def test_a_file_is_what_its_bytes_say_not_its_name(officiere, source, contenu, nom, motif):
    assert envoyer(officiere, contenu, nom).status_code == 302
    depot = Depot.objects.get()
    assert depot.etat == (motif or "pret")
    page = officiere.get(f"/depot/essai-depot/{depot.pk}")
    verifier(texte(page))
    if motif:
        assert "Corrigez-le selon le rapport" in texte(page)
        assert poster(officiere, f"/depot/essai-depot/{depot.pk}/publier").status_code == 409
    assert lignes(source) == []


@pytest.mark.parametrize("nom", ["../../etc/passwd", "C:\\x.csv", ".htaccess", "a\u202evsc.csv", "é" * 300 + ".csv"])
def test_a_name_stays_in_its_folder_and_in_its_page(officiere, source, restes, nom):
    depot = depose_par(officiere, fichier(range(1, 11)), nom)
    assert reception.chemin(depot.dossier, depot.fichier).is_file()
    verifier(texte(officiere.get(f"/depot/essai-depot/{depot.pk}")))
    verifier(texte(officiere.get("/depot")))


def test_a_file_too_large_is_refused_with_what_to_do(officiere, source, settings, restes):
    settings.FCE_DEPOT_TAILLE_MAX = 1
    reponse = envoyer(officiere, b"x" * (3 << 20))
    assert reponse.status_code == 413
    assert "compressez-le" in texte(reponse)
    assert restes() == []
    # Announced small, in truth too large: stopped on the way.
    reponse = envoyer(officiere, b"x" * ((1 << 20) + 1))
    assert reponse.status_code == 413
    assert restes() == []
    assert not Depot.objects.exists()


def test_a_full_disk_is_said(officiere, source, monkeypatch, restes):
    monkeypatch.setattr(reception, "libre", lambda _: 0)
    reponse = envoyer(officiere, fichier(range(1, 11)))
    assert reponse.status_code == 507
    assert "rien n’en a été gardé" in texte(reponse)
    assert restes() == []


def test_two_files_in_one_form_are_one_too_many(officiere, source, restes):
    deux = [SimpleUploadedFile(f"{n}.csv", fichier(range(1, n))) for n in (5, 6)]
    reponse = poster(officiere, "/depot/essai-depot", fichier=deux)
    assert reponse.status_code == 400
    assert "un seul fichier" in texte(reponse)
    assert restes() == []


@pytest.mark.parametrize("date", ["2999-01-01", "31/31/2026", "hier", "2026-01-31\0"])
def test_a_wrong_date_is_said_beside_its_field_and_keeps_nothing(officiere, source, restes, date):
    reponse = envoyer(officiere, fichier(range(1, 11)), date_metier=date)
    assert reponse.status_code == 400
    assert "fr-input-group--error" in texte(reponse)
    assert restes() == []
    assert not Depot.objects.exists()


def test_a_date_is_also_written_the_french_way(officiere, source):
    envoyer(officiere, fichier(range(1, 11)), date_metier="31/01/2026")
    assert Depot.objects.get().date_metier == datetime.date(2026, 1, 31)


def multipart(client: Client, contenu: bytes, fin: bytes) -> bytes:
    jeton_csrf = jeton_de(client).encode()
    champ = b'--B\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n' + jeton_csrf + b"\r\n"
    tete = b'--B\r\nContent-Disposition: form-data; name="fichier"; filename="essai.csv"\r\n\r\n'
    return champ + tete + contenu + fin


@pytest.mark.parametrize("fin", [b"", b"\r\n", b"\r\n--", b"\r\n-"])
def test_a_form_cut_in_its_file_leaves_nothing(officiere, source, restes, fin):
    corps = multipart(officiere, fichier(range(1, 11)), fin)
    reponse = officiere.generic("POST", "/depot/essai-depot", corps, content_type="multipart/form-data; boundary=B")
    assert reponse.status_code == 400
    assert "Envoi interrompu" in texte(reponse)
    assert restes() == []
    assert not Depot.objects.exists()


def test_a_connection_that_breaks_leaves_nothing(source, restes, rf):
    class Rompu(io.BytesIO):
        def read(self, taille: int = -1) -> bytes:
            if not (lu := super().read(min(taille, 100) if taille > 0 else 100)):
                raise UnreadablePostError("broken")
            return lu

    corps = multipart(officier()[0], fichier(range(1, 1000)), b"")
    requete = rf.post("/depot/essai-depot", content_type="multipart/form-data; boundary=B")
    requete.META["CONTENT_LENGTH"] = requete.environ["CONTENT_LENGTH"] = str(len(corps) * 2)
    requete._stream = Rompu(corps)
    ouvert = Guichet("essai-depot", len(corps) * 2)
    ouvert.lire_formulaire(requete, source)
    ouvert.fermer()
    assert ouvert.recu is None
    assert "Envoi interrompu" in ouvert.refus.message
    assert restes() == []
    # The place is free again.
    assert reception._GUICHETS._value == 3


def test_a_large_file_is_received_in_constant_memory(source, rf, restes):
    class Long(io.RawIOBase):
        """A form of 150 Mio that exists nowhere."""

        reste, tete = 150 << 20, b'--B\r\nContent-Disposition: form-data; name="fichier"; filename="e.csv"\r\n\r\n'
        fin = b"\r\n--B--\r\n"

        def read(self, taille: int = -1) -> bytes:
            if self.tete:
                lu, self.tete = self.tete, b""
                return lu
            if self.reste:
                lu = bytes(min(taille, self.reste))
                self.reste -= len(lu)
                return lu
            lu, self.fin = self.fin, b""
            return lu

    requete = rf.post("/depot/essai-depot", content_type="multipart/form-data; boundary=B")
    requete.META["CONTENT_LENGTH"] = str((150 << 20) + 1000)
    requete._stream = Long()
    ouvert = Guichet("essai-depot", 150 << 20)
    tracemalloc.start()
    ouvert.lire_formulaire(requete, source)
    _, pic = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert ouvert.refus is None
    assert ouvert.recu.octets == 150 << 20
    assert pic < 8 << 20
    ouvert.fermer()
    assert restes() == []


def test_a_form_of_another_site_leaves_nothing(officiere, source, restes):
    for champs in ({}, {"csrfmiddlewaretoken": "x" * 64}):
        envoi = SimpleUploadedFile("essai.csv", fichier(range(1, 11)))
        reponse = officiere.post("/depot/essai-depot", {**champs, "fichier": envoi})
        assert reponse.status_code == 403
        assert "formulaire a expiré" in texte(reponse)
    assert not Depot.objects.exists()
    assert restes() == []
    depot = depose_par(officiere, fichier(range(1, 11)))
    for geste in ("publier", "abandonner", "verifier"):
        assert officiere.post(f"/depot/essai-depot/{depot.pk}/{geste}").status_code == 403
    assert officiere.post("/depot/essai-depot/retour", {"depuis": "1"}).status_code == 403
    depot.refresh_from_db()
    assert depot.etat == "pret"


def test_the_same_file_twice_at_once_is_one_deposit(source):
    clients = [officier() for _ in range(2)]
    contenu = fichier(range(1, 11))
    # The same officer in two tabs.
    second = Client(enforce_csrf_checks=True)
    connecter(second, clients[0][1])
    assert ensemble(*(partial(envoye, c, contenu) for c in (clients[0][0], second, clients[1][0]))) == []
    assert Depot.objects.count() == 2  # one for each officer
    assert len(list(reception.racine().iterdir())) == 2
    services.verifier_en_attente()
    assert {d.etat for d in Depot.objects.all()} == {"pret"}


def envoye(client: Client, contenu: bytes) -> None:
    assert envoyer(client, contenu).status_code == 302


def test_too_many_senders_are_asked_to_wait(officiere, source, restes):
    with contextlib.ExitStack() as envois:
        for rang in range(3):
            envois.enter_context(reception.arrivee(f"{rang}.csv", 10))
        reponse = envoyer(officiere, fichier(range(1, 11)))
        assert reponse.status_code == 429
        assert "recommencez dans une minute" in texte(reponse)
    assert envoyer(officiere, fichier(range(1, 11))).status_code == 302
