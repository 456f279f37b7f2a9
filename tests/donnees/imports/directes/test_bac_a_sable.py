"""The stand-in: each live source is answered in the official envelope, with a token and the three parameters only."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from fce.demo import personnages
from fce.donnees.imports.directes import bac_a_sable, client, disjoncteur, transport, valeurs
from fce.donnees.imports.directes.client import Appelant
from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.direct import direct_de
from tests.donnees.imports.directes.conftest import DESTINATAIRE

DIRECTES = [s for s in registre.toutes() if s.direct]
PARAMETRES = {"recipient": DESTINATAIRE, "context": "Essai", "object": "Essai"}
CHEMIN = f"/v3/european_commission/unites_legales/{personnages.GROUPE.siren}/numero_tva"


@pytest.fixture(scope="module")
def bac() -> Iterator[bac_a_sable.Serveur]:
    with bac_a_sable.en_marche() as serveur:
        yield serveur


@pytest.fixture(autouse=True)
def _configure(bac: bac_a_sable.Serveur, settings: Any) -> Iterator[None]:
    settings.FCE_API_ENTREPRISE_URL, settings.FCE_API_ENTREPRISE_TOKEN = bac.adresse, bac.jeton
    disjoncteur.oublier()
    yield
    transport.fermer()


def appeler(
    bac: bac_a_sable.Serveur, chemin: str = CHEMIN, parametres: dict[str, str] = PARAMETRES, jeton: str | None = None
) -> tuple[int, dict[str, Any], Any]:
    demande = urllib.request.Request(
        f"{bac.adresse}{chemin}?{urlencode(parametres)}",
        headers={"Authorization": f"Bearer {bac.jeton if jeton is None else jeton}"},
    )
    try:
        with urllib.request.urlopen(demande, timeout=5) as reponse:
            return reponse.status, json.load(reponse), reponse.headers
    except urllib.error.HTTPError as erreur:
        with erreur:
            return erreur.code, json.load(erreur), erreur.headers


def test_the_envelope_and_the_headers_are_those_of_api_entreprise(bac: bac_a_sable.Serveur) -> None:
    statut, corps, entetes = appeler(bac)
    assert statut == 200
    assert corps == {"data": {"tva_number": f"FR29{personnages.GROUPE.siren}"}, "links": {}, "meta": {}}
    assert int(entetes["RateLimit-Limit"]) > int(entetes["RateLimit-Remaining"]) > 0
    assert int(entetes["RateLimit-Reset"]) > datetime.now(UTC).timestamp()


@pytest.mark.parametrize(
    ("statut", "changements"),
    [
        (401, {"jeton": ""}),
        (401, {"jeton": "autre"}),
        *((422, {"parametres": {n: v for n, v in PARAMETRES.items() if n != manquant}}) for manquant in PARAMETRES),
        (422, {"parametres": {**PARAMETRES, "recipient": "13002526500014"}}),
        (422, {"parametres": {**PARAMETRES, "object": " "}}),
        (422, {"chemin": CHEMIN.replace(personnages.GROUPE.siren, "123456789")}),
        (404, {"chemin": "/v3/autre/chose"}),
        (404, {"chemin": CHEMIN.replace(personnages.GROUPE.siren, personnages.PURGEE.siren)}),
    ],
)
def test_an_incomplete_request_is_refused_as_it_is_there(
    bac: bac_a_sable.Serveur, statut: int, changements: dict[str, Any]
) -> None:
    recu, corps, _ = appeler(bac, **changements)
    assert recu == statut
    (erreur,) = corps["errors"]
    assert {"code", "title", "detail"} <= erreur.keys()


def test_beyond_its_limit_the_simulator_asks_to_wait(bac: bac_a_sable.Serveur, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bac_a_sable, "LIMITE", 0)
    statut, _, entetes = appeler(bac)
    assert statut == 429
    assert 1 <= int(entetes["Retry-After"]) <= 60


@pytest.mark.parametrize("source", DIRECTES, ids=lambda s: s.nom)
def test_each_source_finds_all_its_answers_there(source: Source) -> None:
    """The answers of a folder are all read whole: the sample is a sample of the official layout."""
    reponses = json.loads(registre.reponses(source).read_text(encoding="utf-8"))
    direct = direct_de(source)
    connues = 0
    for cle in reponses:
        siren = personnages.REOUVERTE.siren if cle == "*" else cle[:9]
        numeros = [siren] if direct.interroge("siren") else []
        numeros += [bac_a_sable.siret_quelconque(siren)] if direct.interroge("siret") else []
        for numero in numeros:
            brutes = client.interroger(source, numero, Appelant(DESTINATAIRE, "", "E", "E"), date(2026, 11, 25))
            lignes, illisibles = valeurs.typer(source, brutes)
            assert illisibles == 0
            assert bool(lignes) == (reponses[cle] is not None)
            assert all(ligne[a].startswith(siren) for ligne in lignes for a in ("siren", "siret") if ligne.get(a))
            connues += bool(lignes)
    assert connues >= 1
    assert not re.search(r"(?<!exemple)\.(fr|com|org|eu)\b", json.dumps(reponses)), "données inventées seulement"


@pytest.mark.parametrize("source", [s for s in DIRECTES if s.importable], ids=lambda s: s.nom)
def test_a_direct_answer_says_what_the_example_file_says(source: Source) -> None:
    """A deposit and a live answer read alike: same company, same figures."""
    from tests.kit.outils import exemple

    direct, trouvees = direct_de(source), 0
    for rang in exemple(source):
        siren = str(rang.get("siren") or rang["siret"])[:9]
        numero = siren if direct.interroge("siren") else str(rang["siret"])
        lus = client.interroger(source, numero, Appelant(DESTINATAIRE, "", "E", "E"), date(2026, 11, 25))
        lignes, _ = valeurs.typer(source, lus)
        demandes = [a for a in direct.champs if rang.get(a) is not None]
        trouvees += any(all(ligne[a] == rang[a] for a in demandes) for ligne in lignes)
    assert trouvees >= min(3, len(exemple(source)))


def test_the_command_answers_and_stops_on_the_signal(tmp_path: Path) -> None:
    fce = Path(sys.executable).with_name("fce")
    environnement = {n: v for n, v in os.environ.items() if n not in ("FCE_ROLE", "DATABASE_URL")}
    processus = subprocess.Popen(
        [fce, "bacasable", "--port", "0"],
        env={**environnement, "FCE_DATA_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert processus.stdout is not None
        annonce = [processus.stdout.readline() for _ in range(3)]
        trouvee = re.search(r"FCE_API_ENTREPRISE_URL=(\S+)", "".join(annonce))
        assert trouvee, annonce
        adresse = f"{trouvee[1]}{CHEMIN}?{urlencode(PARAMETRES)}"
        demande = urllib.request.Request(adresse, headers={"Authorization": f"Bearer {bac_a_sable.JETON}"})
        with urllib.request.urlopen(demande, timeout=5) as reponse:
            assert reponse.status == 200
    finally:
        processus.send_signal(signal.SIGTERM)
        _, erreurs = processus.communicate(timeout=20)
    assert processus.returncode == 143
    assert personnages.GROUPE.siren not in erreurs
    assert not list(tmp_path.iterdir()), "le bac à sable n'a pas besoin de base"
