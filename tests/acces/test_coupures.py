"""S1, tokens × cuts: through every surface that a program or a browser may ask, nothing reserved leaves once a link is
cut, alone or with another."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import combinations

import pytest
from django.test import Client

from tests.acces import jeux
from tests.acces.surfaces import HTMX, lu
from tests.droits.comptes import fabrique as c
from tests.droits.habilitations.coupures import COUPURES, TOUTES, Attache, attacher, coupe

pytestmark = pytest.mark.django_db
FINALITE, JEU = "controle-travail", "wikit-controles"
FICHE, LIEU = f"/entreprise/{jeux.SIREN}", f"/etablissement/{jeux.SIRET}"
API = (
    f"/api/v1/entreprises/{jeux.SIREN}?finalite={FINALITE}&reference=2026-0117",
    f"/api/v1/etablissements/{jeux.SIRET}?finalite={FINALITE}&reference=2026-0117",
    f"/api/v1/entreprises/{jeux.SIREN}",
)
# Open data only, whoever asks: a token there, good or bad, shows no more.
OUVERTES = ("/api/v1/recherche?q=MRK", "/recherche?q=MRK", "/recherche/export.csv?q=MRK", f"/sources/{JEU}")
PAGES = (
    *(
        FICHE,
        LIEU,
        f"{FICHE}/tout",
        f"{LIEU}/tout",
        f"{FICHE}/emploi",
        f"{FICHE}/chronologie",
        f"{FICHE}/{JEU}",
        f"{LIEU}/{JEU}",
    ),
    *(f"{FICHE}/{JEU}.csv", f"{LIEU}/{JEU}.csv"),
    *(f"{FICHE}/export.xlsx", f"{LIEU}/export.xlsx"),
)
# Those of C1 are open to any agent of an administration, with or without a habilitation.
SECRETES = [s for s in jeux.RESERVEES if s.acces.classe in ("C2", "C3")]


def marques(texte: str) -> list[str]:
    """Reserved data sets of which the answer tells something."""
    return [s.nom for s in SECRETES if f"MRK-{s.nom}-" in texte]


def du_programme(a: Attache, adresses: Iterable[str]) -> Iterator[tuple[str, str]]:
    entete = {"Authorization": f"Bearer {a.secret}"}
    return ((adresse, lu(Client().get(adresse, headers=entete))) for adresse in adresses)


def du_navigateur(client: Client, adresses: Iterable[str]) -> Iterator[tuple[str, str]]:
    for adresse in adresses:
        yield adresse, lu(client.get(adresse))
    yield "fragment", lu(client.get(f"{FICHE}/{JEU}", headers={**HTMX, "HX-Target": "liste-x"}))


@pytest.fixture
def attache() -> Attache:
    """An agent with a program, over a company of which everything reserved is a marker."""
    jeux.peupler()
    return attacher()


def connecte(a: Attache) -> Client:
    """His browser, signed in before anything is cut; a new one each time, for a session that ends takes its cookie."""
    return c.client_de(a.compte, finalite=FINALITE)


def montre(a: Attache) -> None:
    """What proves that the rest does: while nothing is cut, both read."""
    for adresse, texte in (*du_programme(a, API[:2]), *du_navigateur(connecte(a), PAGES)):
        assert marques(texte), adresse


def fuites(a: Attache, noms: tuple[str, ...], pages: Iterable[str], api: Iterable[str]) -> list[str]:
    """Surfaces that still tell something, of the program, and of the browser unless its own reading is untouched."""
    client = connecte(a)
    with coupe(a, noms):
        trouvees = [f"programme {adresse}" for adresse, texte in du_programme(a, api) if "MRK-" in texte]
        if not COUPURES.keys().isdisjoint(noms):
            trouvees += [f"navigateur {adresse}" for adresse, texte in du_navigateur(client, pages) if marques(texte)]
    return trouvees


def test_s1_each_cut_alone_closes_the_sheet_the_export_and_the_api(attache: Attache) -> None:
    montre(attache)
    pages = (f"{FICHE}/tout", f"{FICHE}/{JEU}", f"{FICHE}/{JEU}.csv")
    trouvees = {nom: fuites(attache, (nom,), pages, API[:1]) for nom in TOUTES}
    assert not any(trouvees.values()), trouvees
    montre(attache)


def test_s1_a_token_without_its_chain_is_refused_with_a_sentence(attache: Attache) -> None:
    COUPURES["groupe-ferme"](attache)
    refus = Client().get(API[0], headers={"Authorization": f"Bearer {attache.secret}"})
    assert refus.status_code == 401
    assert "n’ouvre plus rien" in refus.json()["erreur"]["message"]


@pytest.mark.epreuve
def test_s1_tokens_and_cuts_on_every_surface(attache: Attache, capsys: pytest.CaptureFixture[str]) -> None:
    montre(attache)
    cas = [(nom,) for nom in TOUTES] + list(combinations(TOUTES, 2))
    trouvees = {noms: fuites(attache, noms, PAGES + OUVERTES, API + PAGES + OUVERTES) for noms in cas}
    with capsys.disabled():
        sys.stdout.write(f"\nS1 : {len(cas)} coupures × {len(API + PAGES + OUVERTES)} surfaces\n")
    assert {noms: ou for noms, ou in trouvees.items() if ou} == {}
    montre(attache)
