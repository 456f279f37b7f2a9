"""The screens of data officers: a file comes whole or leaves nothing, its report is read, nobody meets another's."""

import datetime
import gzip
import io
import re
import threading
import tracemalloc

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.request import UnreadablePostError
from django.test import Client, RequestFactory
from django.urls import reverse

from fce.comptes.models import Compte, EvenementCompte, Mandat
from fce.portail.depot.envoi import Guichet
from fce.sources.chargement.verrou import verrou
from fce.sources.depots import reception, services
from fce.sources.depots.models import Depot, JetonDepot
from tests.comptes.fabrique import compte, connecter, mandat, particulier
from tests.portail.pages import verifier
from tests.sources.chargement.outils import declarees, effacer, lignes
from tests.sources.depots.outils import deposer, fichier, jeton, source_ouverte, source_secrete, verifie

FAUTE = "123456789;X;1;2026-01-15"


@pytest.fixture
def sources(transactional_db, monkeypatch, settings, tmp_path):
    settings.FCE_DATA_DIR = tmp_path / "donnees"
    ouverte, secrete = source_ouverte(), source_secrete()
    with declarees(monkeypatch, ouverte, secrete):
        yield ouverte, secrete
        Depot.objects.all().delete()
        JetonDepot.objects.all().delete()
        EvenementCompte.objects.all().delete()
        Compte.objects.all().delete()
        effacer(ouverte, secrete)


@pytest.fixture
def source(sources):
    return sources[0]


@pytest.fixture
def restes(settings):
    """What the deposits hold on the disk."""
    return lambda: sorted(p.name for p in reception.racine().rglob("*")) if reception.racine().exists() else []


def officier(perimetre: str = "essai") -> tuple[Client, Compte]:
    """A data officer signed in, on a browser that checks forms as a real one."""
    client, qui = Client(enforce_csrf_checks=True), compte()
    mandat(qui, "depot", perimetre)
    connecter(client, qui)
    return client, qui


def jeton_de(client: Client, adresse: str = "/depot/essai-depot") -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(adresse).content.decode())[1]


def poster(client: Client, adresse: str, **champs: object):
    return client.post(adresse, {"csrfmiddlewaretoken": jeton_de(client), **champs})


def envoyer(client: Client, contenu: bytes, nom: str = "essai.csv", adresse: str = "/depot/essai-depot", **champs):
    return poster(client, adresse, fichier=SimpleUploadedFile(nom, contenu), **champs)


def texte(reponse) -> str:
    return reponse.content.decode()


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
def test_a_rollback_that_names_no_version_changes_nothing(source, depuis):
    client, _ = officier()
    reponse = poster(client, "/depot/essai-depot/retour", depuis=depuis)
    assert reponse.status_code == 400
    assert "Rouvrez cette page" in texte(reponse)


def test_a_threshold_asks_for_a_reason_which_is_kept(source):
    client, _ = officier()
    envoyer(client, fichier(range(1, 11), FAUTE))
    depot = Depot.objects.get()
    rapport = f"/depot/essai-depot/{depot.pk}"
    page = texte(client.get(rapport))
    assert "Franchi" in page
    assert "Publier malgré le refus" in page
    assert "123456789" in page
    for court in ("", "   ", "court"):
        refuse = poster(client, f"{rapport}/publier", motif=court)
        assert refuse.status_code == 400
        assert "fr-error-text" in texte(refuse)
        verifier(texte(refuse))
    assert lignes(source) == []
    assert poster(client, f"{rapport}/publier", motif="Périmètre convenu <b>avec</b> le service").status_code == 302
    assert len(lignes(source)) == 10
    page = texte(client.get(rapport))
    assert "Périmètre convenu &lt;b&gt;avec" in page


def test_a_deposit_is_given_up_and_its_file_goes(source, restes):
    client, _ = officier()
    envoyer(client, fichier(range(1, 11)))
    depot = Depot.objects.get()
    assert "essai.csv" in restes()
    assert poster(client, f"/depot/essai-depot/{depot.pk}/abandonner").status_code == 302
    assert restes() == []
    page = texte(client.get(f"/depot/essai-depot/{depot.pk}"))
    assert "abandonné" in page
    assert "Que faire" not in page
    # Too late to publish: said on the page of the deposit.
    tard = poster(client, f"/depot/essai-depot/{depot.pk}/publier")
    assert tard.status_code == 409
    assert "Ce dépôt est « abandonné »" in texte(tard)
    assert poster(client, f"/depot/essai-depot/{depot.pk}/verifier").status_code == 409


def test_a_report_that_no_longer_holds_is_made_again(source):
    client, _ = officier()
    envoyer(client, fichier(range(1, 11)))
    premier = Depot.objects.get()
    envoyer(client, fichier(range(1, 13)), nom="autre.csv")
    second = Depot.objects.first()
    poster(client, f"/depot/essai-depot/{second.pk}/publier")
    perime = poster(client, f"/depot/essai-depot/{premier.pk}/publier")
    assert perime.status_code == 409
    assert "relisez son rapport" in texte(perime)
    assert len(lignes(source)) == 12
    assert "2 lignes retirées" in texte(client.get(f"/depot/essai-depot/{premier.pk}"))


@pytest.mark.parametrize(
    ("contenu", "nom", "status", "phrase"),
    [
        (b"", "vide.csv", 400, "Le fichier est vide (0 octet)."),
        (None, "", 400, "Choisissez un fichier."),
    ],
)
def test_nothing_is_not_a_file(source, restes, contenu, nom, status, phrase):
    client, _ = officier()
    reponse = envoyer(client, contenu, nom) if contenu is not None else poster(client, "/depot/essai-depot")
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
def test_a_file_is_what_its_bytes_say_not_its_name(source, contenu, nom, motif):
    client, _ = officier()
    assert envoyer(client, contenu, nom).status_code == 302
    depot = Depot.objects.get()
    assert depot.etat == (motif or "pret")
    page = client.get(f"/depot/essai-depot/{depot.pk}")
    verifier(texte(page))
    if motif:
        assert "Corrigez-le selon le rapport" in texte(page)
        assert poster(client, f"/depot/essai-depot/{depot.pk}/publier").status_code == 409
    assert lignes(source) == []


@pytest.mark.parametrize("nom", ["../../etc/passwd", "C:\\x.csv", ".htaccess", "a\u202evsc.csv", "é" * 300 + ".csv"])
def test_a_name_stays_in_its_folder_and_in_its_page(source, restes, nom):
    client, _ = officier()
    envoyer(client, fichier(range(1, 11)), nom)
    depot = Depot.objects.get()
    assert reception.chemin(depot.dossier, depot.fichier).is_file()
    verifier(texte(client.get(f"/depot/essai-depot/{depot.pk}")))
    verifier(texte(client.get("/depot")))


def test_a_file_too_large_is_refused_with_what_to_do(source, settings, restes):
    settings.FCE_DEPOT_TAILLE_MAX = 1
    client, _ = officier()
    reponse = envoyer(client, b"x" * (3 << 20))
    assert reponse.status_code == 413
    assert "compressez-le" in texte(reponse)
    assert restes() == []
    # Announced small, in truth too large: stopped on the way.
    reponse = envoyer(client, b"x" * ((1 << 20) + 1))
    assert reponse.status_code == 413
    assert restes() == []
    assert not Depot.objects.exists()


def test_a_full_disk_is_said(source, monkeypatch, restes):
    client, _ = officier()
    monkeypatch.setattr(reception, "libre", lambda _: 0)
    reponse = envoyer(client, fichier(range(1, 11)))
    assert reponse.status_code == 507
    assert "rien n’en a été gardé" in texte(reponse)
    assert restes() == []


def test_two_files_in_one_form_are_one_too_many(source, restes):
    client, _ = officier()
    deux = [SimpleUploadedFile(f"{n}.csv", fichier(range(1, n))) for n in (5, 6)]
    reponse = poster(client, "/depot/essai-depot", fichier=deux)
    assert reponse.status_code == 400
    assert "un seul fichier" in texte(reponse)
    assert restes() == []


@pytest.mark.parametrize("date", ["2999-01-01", "31/31/2026", "hier", "2026-01-31\0"])
def test_a_wrong_date_is_said_beside_its_field_and_keeps_nothing(source, restes, date):
    client, _ = officier()
    reponse = envoyer(client, fichier(range(1, 11)), date_metier=date)
    assert reponse.status_code == 400
    assert "fr-input-group--error" in texte(reponse)
    assert restes() == []
    assert not Depot.objects.exists()


def test_a_date_is_also_written_the_french_way(source):
    client, _ = officier()
    envoyer(client, fichier(range(1, 11)), date_metier="31/01/2026")
    assert Depot.objects.get().date_metier == datetime.date(2026, 1, 31)


def multipart(client: Client, contenu: bytes, fin: bytes) -> bytes:
    jeton_csrf = jeton_de(client).encode()
    champ = b'--B\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n' + jeton_csrf + b"\r\n"
    tete = b'--B\r\nContent-Disposition: form-data; name="fichier"; filename="essai.csv"\r\n\r\n'
    return champ + tete + contenu + fin


@pytest.mark.parametrize("fin", [b"", b"\r\n", b"\r\n--", b"\r\n-"])
def test_a_form_cut_in_its_file_leaves_nothing(source, restes, fin):
    client, _ = officier()
    corps = multipart(client, fichier(range(1, 11)), fin)
    reponse = client.generic("POST", "/depot/essai-depot", corps, content_type="multipart/form-data; boundary=B")
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
    ouvert.lire(requete, source)
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
    ouvert.lire(requete, source)
    _, pic = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert ouvert.refus is None
    assert ouvert.recu.octets == 150 << 20
    assert pic < 8 << 20
    ouvert.fermer()
    assert restes() == []


def test_a_form_of_another_site_leaves_nothing(source, restes):
    client, _ = officier()
    for champs in ({}, {"csrfmiddlewaretoken": "x" * 64}):
        envoi = SimpleUploadedFile("essai.csv", fichier(range(1, 11)))
        reponse = client.post("/depot/essai-depot", {**champs, "fichier": envoi})
        assert reponse.status_code == 403
        assert "formulaire a expiré" in texte(reponse)
    assert not Depot.objects.exists()
    assert restes() == []
    envoyer(client, fichier(range(1, 11)))
    depot = Depot.objects.get()
    for geste in ("publier", "abandonner", "verifier"):
        assert client.post(f"/depot/essai-depot/{depot.pk}/{geste}").status_code == 403
    assert client.post("/depot/essai-depot/retour", {"depuis": "1"}).status_code == 403
    depot.refresh_from_db()
    assert depot.etat == "pret"


def test_the_same_file_twice_at_once_is_one_deposit(source):
    clients = [officier() for _ in range(2)]
    contenu = fichier(range(1, 11))
    # The same officer in two tabs.
    second = Client(enforce_csrf_checks=True)
    connecter(second, clients[0][1])
    statuts: list[int] = []
    fils = [
        threading.Thread(target=lambda c=c: statuts.append(_fermer(lambda: envoyer(c, contenu)).status_code))
        for c in (clients[0][0], second, clients[1][0])
    ]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert statuts == [302, 302, 302]
    assert Depot.objects.count() == 2  # one for each officer
    services.verifier_en_attente()
    assert {d.etat for d in Depot.objects.all()} == {"pret"}


def _fermer(appel):
    from django.db import connections

    try:
        return appel()
    finally:
        connections.close_all()


def test_too_many_senders_are_asked_to_wait(source, monkeypatch, restes):
    client, _ = officier()
    monkeypatch.setattr(reception, "_GUICHETS", threading.BoundedSemaphore(1))
    with reception.arrivee("a.csv", 10):
        reponse = envoyer(client, fichier(range(1, 11)))
        assert reponse.status_code == 429
        assert "recommencez dans une minute" in texte(reponse)
    assert envoyer(client, fichier(range(1, 11))).status_code == 302


def test_too_many_open_deposits_are_closed_first(source, monkeypatch, restes):
    client, _ = officier()
    envoyer(client, fichier(range(1, 11)))
    monkeypatch.setattr(services, "OUVERTS_MAX", 1)
    avant = restes()
    reponse = envoyer(client, fichier(range(1, 12)))
    assert reponse.status_code == 429
    assert restes() == avant


def test_publishing_while_an_import_runs_is_told_and_tried_again(source):
    client, _ = officier()
    envoyer(client, fichier(range(1, 11)))
    depot = Depot.objects.get()
    with verrou("essai-depot"):
        occupe = poster(client, f"/depot/essai-depot/{depot.pk}/publier")
        assert occupe.status_code == 409
        verifier(texte(occupe))
        # A file that comes meanwhile waits for its turn.
        assert envoyer(client, fichier(range(1, 12)), nom="b.csv").status_code == 302
    assert Depot.objects.first().etat == "recu"
    page = texte(client.get(f"/depot/essai-depot/{Depot.objects.first().pk}"))
    assert "Actualiser" in page
    assert poster(client, f"/depot/essai-depot/{Depot.objects.first().pk}/verifier").status_code == 302
    assert Depot.objects.first().etat == "pret"
    assert poster(client, f"/depot/essai-depot/{depot.pk}/publier").status_code == 302


def test_a_large_file_waits_for_the_worker(source, settings):
    settings.FCE_DEPOT_IMMEDIAT = 0
    client, _ = officier()
    envoyer(client, fichier(range(1, 11)))
    depot = Depot.objects.get()
    assert depot.etat == "recu"
    assert "en attente de vérification" in texte(client.get(f"/depot/essai-depot/{depot.pk}"))
    services.verifier_en_attente()
    assert "conforme" in texte(client.get(f"/depot/essai-depot/{depot.pk}"))


ADRESSES = [
    ("GET", "/depot"),
    ("GET", "/depot/essai-depot"),
    ("POST", "/depot/essai-depot"),
    ("POST", "/depot/essai-depot/retour"),
    ("GET", "/depot/essai-depot/1"),
    ("GET", "/depot/essai-depot/1/quarantaine.csv"),
    ("POST", "/depot/essai-depot/1/verifier"),
    ("POST", "/depot/essai-depot/1/publier"),
    ("POST", "/depot/essai-depot/1/abandonner"),
]


@pytest.mark.parametrize(("methode", "adresse"), ADRESSES)
def test_the_screens_are_for_data_officers_alone(source, methode, adresse, restes):
    sans = Client()
    envoi = {"fichier": SimpleUploadedFile("essai.csv", fichier(range(1, 11)))}
    assert getattr(sans, methode.lower())(adresse, envoi).status_code in (302, 401)
    agent, equipe, ancien, personne = compte(), compte(), compte(), particulier()
    mandat(equipe, "equipe")
    Mandat.objects.filter(pk=mandat(ancien, "depot", "essai").pk).update(fin="2026-01-01T00:00Z")
    for qui in (agent, equipe, ancien, personne):
        client = Client()
        connecter(client, qui)
        envoi = {"fichier": SimpleUploadedFile("essai.csv", fichier(range(1, 11)))}
        assert getattr(client, methode.lower())(adresse, envoi).status_code == 403
        assert "depot" not in re.sub(r"/depot\S*", "", texte(client.get("/compte")))
    assert not Depot.objects.exists()
    assert restes() == []


def test_no_other_form_takes_a_large_file(source):
    """Whoever he is, nobody fills the disk: a file that is not small is dropped as it comes."""
    requete = RequestFactory().post("/connexion", {"x": SimpleUploadedFile("e.csv", b"x" * (3 << 20)), "y": "z"})
    assert (dict(requete.FILES), requete.POST["y"]) == ({}, "z")
    petite = RequestFactory().post("/connexion", {"x": SimpleUploadedFile("e.csv", b"x" * 1000)})
    assert petite.FILES["x"].read() == b"x" * 1000


def test_a_body_of_whoever_has_no_right_is_not_even_read(source, restes, monkeypatch):
    client = Client()
    connecter(client, compte())
    monkeypatch.setattr(Guichet, "lire", lambda *_: pytest.fail("lu"))
    assert envoyer_sans_droit(client).status_code == 403


def envoyer_sans_droit(client: Client):
    return client.post("/depot/essai-depot", {"fichier": SimpleUploadedFile("e.csv", b"x" * (3 << 20))})


def test_the_deposits_of_another_producer_do_not_exist(source, sources):
    client, _ = officier()
    autre, _ = officier("dgfip")
    envoyer(client, fichier(range(1, 11)))
    depot = Depot.objects.get()
    for methode, adresse in ADRESSES[1:]:
        vise = adresse.replace("/1", f"/{depot.pk}")
        reponse = autre.get(vise) if methode == "GET" else _poster_ailleurs(autre, vise)
        assert reponse.status_code == 404, vise
        inexistant = adresse.replace("essai-depot", "nulle-part").replace("/1", "/999999")
        temoin = autre.get(inexistant) if methode == "GET" else _poster_ailleurs(autre, inexistant)
        # Word for word what an address that names nothing answers: the name of the source is all that differs.
        assert _anonyme(texte(reponse)) == _anonyme(texte(temoin))
    depot.refresh_from_db()
    assert depot.etat == "pret"
    assert "essai-depot" not in texte(autre.get("/depot"))


def _poster_ailleurs(client: Client, adresse: str):
    return client.post(adresse, {"csrfmiddlewaretoken": jeton_de(client, "/depot")})


def _anonyme(html: str) -> str:
    html = re.sub(r'value="\w{64}"', "", html)
    return re.sub(r"[0-9a-f]{16}|n° \d+", "", html)


def test_a_deposit_answers_under_its_own_source_only(sources):
    client, _ = officier()
    envoyer(client, fichier(range(1, 11)))
    depot = Depot.objects.get()
    assert client.get(f"/depot/essai-secret/{depot.pk}").status_code == 404
    assert poster(client, f"/depot/essai-secret/{depot.pk}/publier").status_code == 404


def test_the_values_of_a_secret_file_are_shown_to_who_sent_it_alone(sources):
    (client, _), (collegue, _) = officier(), officier()
    envoyer(client, fichier(range(1, 201), "123456789;X;MRK-7;2026-01-15"), adresse="/depot/essai-secret")
    depot = Depot.objects.get()
    adresse = f"/depot/essai-secret/{depot.pk}"
    assert "123456789" in texte(client.get(adresse))
    assert b"123456789" in b"".join(client.get(f"{adresse}/quarantaine.csv").streaming_content)
    page = texte(collegue.get(adresse))
    verifier(page)
    assert "123456789" not in page
    assert "qu’à celui qui a envoyé le fichier" in page
    assert b"123456789" not in b"".join(collegue.get(f"{adresse}/quarantaine.csv").streaming_content)
    # A colleague of the same producer may publish it all the same.
    assert poster(collegue, f"{adresse}/publier").status_code == 302


def test_the_deposits_of_programs_are_shown_and_their_secret_values_hidden(sources):
    _, secrete = sources
    client, _ = officier()
    depot = verifie(jeton()[0], secrete, fichier(range(1, 201), "123456789;X;1;2026-01-15"))
    page = texte(client.get(f"/depot/essai-secret/{depot.pk}"))
    assert "jeton n°" in page
    assert "123456789" not in page


def test_the_quarantine_is_never_a_formula_and_never_a_page(source):
    client, _ = officier()
    envoyer(client, fichier(range(1, 201), "=1+1;X;1;2026-01-15", "<b>;X;1;2026-01-15"))
    depot = Depot.objects.get()
    reponse = client.get(f"/depot/essai-depot/{depot.pk}/quarantaine.csv")
    assert reponse["Content-Disposition"].startswith("attachment")
    assert b";'=1+1;" in b"".join(reponse.streaming_content)
    page = texte(client.get(f"/depot/essai-depot/{depot.pk}"))
    assert "&lt;b&gt;" in page
    verifier(page)


def test_a_version_that_came_from_elsewhere_is_not_theirs_to_take_back(source):
    from fce.sources import services as moteur

    client, _ = officier()
    for n in (10, 11):
        chemin = reception.racine().parent
        chemin.mkdir(parents=True, exist_ok=True)
        (chemin / "a.csv").write_bytes(fichier(range(1, n)))
        moteur.importer(source, [chemin / "a.csv"])
    page = texte(client.get("/depot/essai-depot"))
    assert "seul le gestionnaire" in page
    assert "Revenir à la version d’avant" not in page
    from fce.sources.models import VersionEnPlace

    en_place = VersionEnPlace.objects.get(source="essai-depot").en_place_id
    assert poster(client, "/depot/essai-depot/retour", depuis=str(en_place)).status_code == 403


def test_a_mandate_that_ends_closes_the_screens_at_the_next_request(source):
    client, qui = officier()
    assert client.get("/depot").status_code == 200
    assert "Déposer des données" in texte(client.get("/compte"))
    Mandat.objects.filter(compte=qui).update(fin="2026-01-01T00:00Z")
    assert client.get("/depot").status_code == 403
    assert "Déposer des données" not in texte(client.get("/compte"))


def test_long_histories_are_paged_and_empty_ones_said(source):
    client, _ = officier()
    page = texte(client.get("/depot/essai-depot"))
    verifier(page)
    assert "Aucun dépôt pour cette source." in page
    cree, _ = jeton()
    for n in range(21):
        services.abandonner(deposer(cree, source, fichier(range(1, n + 2))).pk)
    premiere = texte(client.get("/depot/essai-depot"))
    assert premiere.count(">n° ") == 20
    verifier(premiere)
    assert texte(client.get("/depot/essai-depot?page=2")).count(">n° ") == 1
    for folle in ("0", "-1", "x", "9" * 30):
        assert client.get(f"/depot/essai-depot?page={folle}").status_code == 200


def test_the_list_reads_the_same_number_of_times_whatever_its_length(sources, django_assert_max_num_queries):
    client, _ = officier()
    for n in range(3):
        envoyer(client, fichier(range(1, n + 2)))
    with django_assert_max_num_queries(12):
        page = client.get("/depot")
    verifier(texte(page))
    assert "3 dépôts à clore" in texte(page)


def test_nothing_of_the_screens_is_kept_by_a_cache(source):
    client, _ = officier()
    for adresse in ("/depot", "/depot/essai-depot"):
        assert "no-store" in client.get(adresse)["Cache-Control"]
