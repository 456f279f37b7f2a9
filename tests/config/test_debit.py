"""The limit of requests: generous, per reader, said in French with the time to wait, blind to the machine itself."""

import pytest
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from fce.config import debit
from tests.config.serveur import serveur

AILLEURS = "203.0.113.7"


def demander(client: Client, chemin: str = "/healthz", de: str = AILLEURS, **entetes: str):
    return client.get(chemin, REMOTE_ADDR=de, headers=entetes)


@pytest.fixture
def limite(settings, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Thirty requests a minute, on a clock that stands still."""
    settings.FCE_DEBIT = 30
    monkeypatch.setattr(debit, "monotonic", lambda: 0.0)
    return Client()


def test_au_dela_la_page_dit_quand_revenir(limite: Client) -> None:
    assert [demander(limite).status_code for _ in range(31)] == [200] * 30 + [429]
    refus = demander(limite, "/mentions-legales")
    assert refus.status_code == 429
    assert refus["Retry-After"] == "2"
    assert refus["Cache-Control"] == "no-store"
    assert "réessayez dans 2 s" in refus.content.decode()
    assert "<h1>Trop de demandes</h1>" in refus.content.decode()
    assert refus["X-Request-Id"]


def test_l_api_le_dit_en_json_a_qui_vient_d_un_autre_site(limite: Client) -> None:
    for _ in range(30):
        demander(limite)
    refus = demander(limite, "/api/v1/recherche?q=x")
    assert (refus.status_code, refus["Content-Type"]) == (429, "application/json")
    assert refus.json()["erreur"]["code"] == "trop_de_demandes"
    assert refus["Access-Control-Allow-Origin"] == "*"


def test_un_fichier_vaut_dix_demandes(limite: Client) -> None:
    reponses = [demander(limite, "/sources/nulle-part/donnees.csv").status_code for _ in range(4)]
    assert reponses[3] == 429
    assert 429 not in reponses[:3]


def test_chaque_adresse_a_son_compte(limite: Client) -> None:
    for _ in range(40):
        demander(limite)
    assert demander(limite).status_code == 429
    assert demander(limite, de="203.0.113.8").status_code == 200


def test_la_machine_elle_meme_et_les_fichiers_statiques_ne_comptent_pas(limite: Client) -> None:
    for de in ("127.0.0.1", "::1", "::ffff:127.0.0.1"):
        assert {demander(limite, de=de).status_code for _ in range(50)} == {200}
    for _ in range(50):
        feuille = demander(limite, "/static/fce/fce.css")
        assert feuille.status_code == 200
        feuille.close()
    assert demander(limite).status_code == 200


def test_qui_attend_est_servi(limite: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(31):
        refus = demander(limite)
    monkeypatch.setattr(debit, "monotonic", lambda: float(refus["Retry-After"]))
    assert demander(limite).status_code == 200
    assert demander(limite).status_code == 429


def test_zero_leve_la_limite(settings) -> None:
    settings.FCE_DEBIT = 0
    client = Client()
    assert {demander(client).status_code for _ in range(50)} == {200}


@pytest.mark.parametrize(
    ("frontaux", "annonce", "proche", "attendue"),
    [
        (0, "198.51.100.1", AILLEURS, AILLEURS),  # anyone may write this header
        (1, "198.51.100.1", "127.0.0.1", "198.51.100.1"),
        (1, "10.0.0.1, 198.51.100.1", "127.0.0.1", "198.51.100.1"),  # the reader wrote the first one himself
        (2, "10.0.0.1, 198.51.100.1, 192.0.2.9", "127.0.0.1", "198.51.100.1"),
        (2, "198.51.100.1", AILLEURS, AILLEURS),  # a front server is missing: what it would have said is unknown
        (1, "", AILLEURS, AILLEURS),
        (1, "pas une adresse", AILLEURS, AILLEURS),
        (1, "2001:db8:1:2:aaaa::1", "127.0.0.1", "2001:db8:1:2::/64"),
        (1, "2001:db8:1:2:bbbb::2", "127.0.0.1", "2001:db8:1:2::/64"),
        (1, "::ffff:198.51.100.1", "127.0.0.1", "198.51.100.1"),
        (0, "", "127.0.0.1", None),
        (1, "127.0.0.1", AILLEURS, None),
        (0, "", "", "inconnue"),
    ],
)
def test_l_adresse_du_lecteur_n_est_crue_que_du_frontal(settings, frontaux, annonce, proche, attendue) -> None:
    settings.FCE_FRONTAUX = frontaux
    requete = RequestFactory().get("/", REMOTE_ADDR=proche, headers={"x-forwarded-for": annonce})
    assert debit.adresse(requete) == attendue


@given(st.lists(st.tuples(st.floats(0, 30), st.integers(1, 20)), max_size=60), st.integers(1, 50))
def test_jamais_plus_que_la_limite_dans_aucune_minute(demandes: list[tuple[float, int]], capacite: int) -> None:
    seaux, maintenant, servies = debit.Seaux(capacite), 0.0, []
    for pause, cout in demandes:
        maintenant += pause
        attente = seaux.prendre("a", cout, maintenant)
        if not attente:
            servies.append((maintenant, min(cout, capacite)))
        else:
            # Who waits as long as he is told is served.
            assert seaux.prendre("a", cout, maintenant + attente + 1e-6) == 0.0
            maintenant += attente + 1e-6
            servies.append((maintenant, min(cout, capacite)))
    for debut, _ in servies:
        # A full bucket, then what comes in during the minute.
        assert sum(c for quand, c in servies if debut <= quand < debut + 60) <= 2 * capacite + 1e-3


def test_la_memoire_est_bornee_et_oublie_le_plus_ancien(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debit, "ADRESSES_MAX", 100)
    seaux = debit.Seaux(1)
    for n in range(1000):
        assert seaux.prendre(f"a{n}", 1, 0.0) == 0.0
    assert len(seaux._seaux) == 100
    assert seaux.prendre("a999", 1, 0.0) > 0


def test_un_vrai_serveur_derriere_un_frontal_limite_son_lecteur(tmp_path) -> None:
    with serveur(tmp_path, "--travailleurs", "1", FCE_DEBIT="5", FCE_FRONTAUX="1") as s:
        codes = [s.demander("/mentions-legales", X_Forwarded_For=AILLEURS).status for _ in range(7)]
        assert codes == [200] * 5 + [429] * 2
        assert s.demander("/mentions-legales", X_Forwarded_For="198.51.100.1").status == 200
        assert s.demander("/healthz").status == 200
