"""An index given by a node to others: whole, checked, switched to at once; what stopped midway is not done twice."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import call_command

from fce.recherche import partages, services
from fce.recherche.engines.colonnes import en_colonnes
from fce.recherche.engines.port import Manifeste, Question
from fce.recherche.engines.tantivy import MoteurTantivy, dossier, rangements
from fce.recherche.engines.tantivy.partage import FICHIERS, INVENTAIRES, POINTEUR, sceau_de
from fce.recherche.engines.tantivy.rangements import rangement
from fce.socle.erreurs import CopieRefusee, DejaEnCours, IndexIndisponible, ParametreInvalide, SourceIndisponible
from tests.donnees.entreprises import fabrique as f
from tests.mort_subite import duree, tuer
from tests.recherche.moteurs import SUR_UN_DOSSIER
from tests.recherche.repertoire import Repertoire, trouves
from tests.recherche.univers import Univers
from tests.seau import seau_s3

pytestmark = [pytest.mark.epreuve, SUR_UN_DOSSIER]


def muet(*_: object) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def s3(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with seau_s3("index", settings, monkeypatch) as client:
        yield client


@pytest.fixture(params=["dossier", "s3"])
def adresse(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "dossier":
        return str(tmp_path / "partage")
    request.getfixturevalue("s3")
    return "s3://index/fce/prod"


@pytest.fixture
def noeud(univers: Univers, settings: Any) -> Callable[[str], Path]:
    """Go to a node: its folder of index becomes that of the settings."""
    racines = {"origine": Path(settings.FCE_INDEX_DIR)}

    def aller(nom: str) -> Path:
        settings.FCE_INDEX_DIR = racines.setdefault(nom, racines["origine"].parent / f"index-{nom}")
        return racines[nom]

    return aller


def cles(adresse: str) -> list[str]:
    la = rangement(adresse)
    return sorted(cle for ou in (INVENTAIRES, FICHIERS) for cle, _ in la.parcourir(ou))


def test_a_node_takes_what_another_one_built(
    alpha: None, noeud: Callable[[str], Path], adresse: str, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("index", "push", adresse)
    assert "publié" in capsys.readouterr().out
    racine = noeud("autre")
    with pytest.raises(IndexIndisponible):
        services.index_perime()
    call_command("index", "pull", adresse)
    assert "en service" in capsys.readouterr().out
    assert trouves("alpha") == [f.siren_no(1)]
    assert not services.index_perime()
    assert not (racine / "reception").exists()
    call_command("index", "pull", adresse)
    assert "déjà celui-là" in capsys.readouterr().out


def test_the_next_version_copies_what_is_new_and_old_ones_go(
    repertoire: Repertoire, petit_repertoire: None, noeud: Callable[[str], Path], adresse: str
) -> None:
    premier = partages.publier_l_index(adresse, muet)
    assert 0 < premier.copies <= premier.octets  # files that are the same are sent once
    assert partages.publier_l_index(adresse, muet).copies == 0
    noeud("autre")
    partages.prendre_l_index(adresse, muet)
    ages = [set(cles(adresse))]
    for rang, nom in enumerate(("NEUF", "NEUVE", "NOUVELLE")):
        noeud("origine")
        repertoire.entreprise(1, nom)
        repertoire.placer()
        assert services.indexer().extra["retouches"] == rang + 1
        envoi = partages.publier_l_index(adresse, muet)
        assert 0 < envoi.copies < envoi.octets
        ages.append(set(cles(adresse)))
        racine = noeud("autre")
        recu = partages.prendre_l_index(adresse, muet)
        assert 0 < recu.copies < recu.octets
        assert trouves(nom.lower()) == [f.siren_no(1)]
        assert len(list((racine / "versions").iterdir())) == 2
    # The copy before stays for who is taking it; the one before that is gone.
    inventaires = [{c for c in age if c.startswith(INVENTAIRES)} for age in ages]
    assert [len(i) for i in inventaires] == [1, 2, 2, 2]
    assert not inventaires[0] & inventaires[2]
    assert ages[0] - ages[-1]


def gater(adresse: str, cle: str, changer: Callable[[bytes], bytes | None]) -> None:
    la = rangement(adresse)
    contenu = la.contenu(cle)
    assert contenu is not None
    neuf = changer(contenu)
    la.effacer(cle) if neuf is None else la.ecrire(cle, neuf)


DEGATS: dict[str, Callable[[bytes], bytes | None]] = {
    "tronqué": lambda o: o[: len(o) // 2],
    "vide": lambda o: b"",
    "altéré": lambda o: bytes([o[0] ^ 1]) + o[1:],
    "allongé": lambda o: o + b"x",
    "absent": lambda o: None,
}


@pytest.mark.parametrize("degat", [*DEGATS])
@pytest.mark.parametrize("quoi", [FICHIERS, INVENTAIRES, POINTEUR])
def test_a_copy_that_is_not_whole_is_refused_and_said_then_mended(
    univers: Univers, noeud: Callable[[str], Path], tmp_path: Path, quoi: str, degat: str
) -> None:
    adresse = str(tmp_path / "partage")
    univers.entreprise("ALPHA")
    univers.indexer()
    partages.publier_l_index(adresse, muet)
    racine = noeud("autre")
    partages.prendre_l_index(adresse, muet)
    noeud("origine")
    univers.entreprise("BETA")
    univers.indexer()
    partages.publier_l_index(adresse, muet)
    neufs = [c for c, octets in rangement(adresse).parcourir(FICHIERS) if octets > 1]
    pointeur = json.loads(rangement(adresse).contenu(POINTEUR) or b"")
    cible = {FICHIERS: neufs, INVENTAIRES: [f"{INVENTAIRES}/{pointeur['inventaire']}"], POINTEUR: [POINTEUR]}[quoi]
    for cle in cible:
        gater(adresse, cle, DEGATS[degat])
    noeud("autre")
    avant = (racine / "courant").read_text()
    with pytest.raises(CopieRefusee, match=r"tronquée ou altérée|incomplète|publié"):
        partages.prendre_l_index(adresse, muet)
    assert (racine / "courant").read_text() == avant
    assert trouves("beta") == []
    noeud("origine")
    partages.publier_l_index(adresse, muet, tout=True)
    noeud("autre")
    partages.prendre_l_index(adresse, muet)
    assert trouves("beta") == [f.siren_no(2)]


def test_a_file_that_is_shorter_there_is_sent_again_without_being_asked(
    alpha: None, noeud: Callable[[str], Path], adresse: str
) -> None:
    partages.publier_l_index(adresse, muet)
    (cle, *_) = [c for c, octets in rangement(adresse).parcourir(FICHIERS) if octets > 1]
    gater(adresse, cle, DEGATS["tronqué"])
    assert partages.publier_l_index(adresse, muet).copies > 0
    noeud("autre")
    partages.prendre_l_index(adresse, muet)
    assert trouves("alpha") == [f.siren_no(1)]


def test_what_was_taken_before_a_stop_is_not_taken_again(
    alpha: None, noeud: Callable[[str], Path], adresse: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    partages.publier_l_index(adresse, muet)
    racine = noeud("autre")
    pris: list[str] = []
    vrai = type(rangement(adresse)).prendre

    def prendre(self: Any, cle: str, chemin: Path, octets: int) -> None:
        if len(pris) == 5:
            chemin.write_bytes(b"le debut")
            pris.append(cle)
            raise SourceIndisponible("Coupure.")
        pris.append(cle)
        vrai(self, cle, chemin, octets)

    monkeypatch.setattr(type(rangement(adresse)), "prendre", prendre)
    with pytest.raises(SourceIndisponible):
        partages.prendre_l_index(adresse, muet)
    # One of those taken was damaged on the disk of this node meanwhile.
    (racine / "reception" / pris[0].rpartition("/")[2]).write_bytes(b"abime")
    partages.prendre_l_index(adresse, muet)
    assert [pris.count(cle) for cle in pris[:6]] == [2, 1, 1, 1, 1, 2]
    assert trouves("alpha") == [f.siren_no(1)]


def test_a_copy_of_another_format_or_that_leads_out_of_its_folder_is_refused(
    univers: Univers, noeud: Callable[[str], Path], tmp_path: Path
) -> None:
    adresse = str(tmp_path / "partage")
    univers.entreprise("ALPHA")
    univers.indexer()
    partages.publier_l_index(adresse, muet)
    la = rangement(adresse)
    pointeur = json.loads(la.contenu(POINTEUR) or b"")
    inventaire = json.loads(la.contenu(f"{INVENTAIRES}/{pointeur['inventaire']}") or b"")
    noeud("autre")

    def remplacer(neuf: dict[str, Any]) -> None:
        contenu = json.dumps(neuf).encode()
        sien = hashlib.sha256(contenu).hexdigest()
        la.ecrire(f"{INVENTAIRES}/{sien}", contenu)
        la.ecrire(POINTEUR, json.dumps({**pointeur, "inventaire": sien, "sceau": sceau_de(sien)}).encode())

    remplacer({**inventaire, "format": dossier.FORMAT + 1})
    with pytest.raises(CopieRefusee, match="même version"):
        partages.prendre_l_index(adresse, muet)
    for chemin in ("../../hors", "/etc/passwd", "a/../../b", "", "..", "a/b/c"):
        remplacer({**inventaire, "fichiers": [{**inventaire["fichiers"][0], "chemin": chemin}]})
        with pytest.raises(CopieRefusee, match="altérée"):
            partages.prendre_l_index(adresse, muet)
    # Whole by its fingerprints, and no index.
    remplacer({**inventaire, "fichiers": [x for x in inventaire["fichiers"] if "meta.json" not in x["chemin"]]})
    with pytest.raises(CopieRefusee, match="ne s’ouvre pas"):
        partages.prendre_l_index(adresse, muet)


def test_an_index_put_in_the_bucket_by_somebody_else_is_not_taken(
    alpha: None, univers: Univers, noeud: Callable[[str], Path], adresse: str, settings: Any
) -> None:
    """The attack: whole, of the right format, by all its fingerprints – and written by who has not the key."""
    partages.publier_l_index(adresse, muet)
    racine = noeud("autre")
    partages.prendre_l_index(adresse, muet)
    avant = (racine / "courant").read_text()
    noeud("origine")
    univers.entreprise("INTRUSE")
    univers.indexer()
    cle, settings.SECRET_KEY = settings.SECRET_KEY, "celle de quelqu’un d’autre, de cinquante signes au moins"
    partages.publier_l_index(adresse, muet)
    settings.SECRET_KEY = cle
    la = rangement(adresse)
    pointeur = json.loads(la.contenu(POINTEUR) or b"")
    noeud("autre")
    for faux in (pointeur, {**pointeur, "sceau": None}, {n: v for n, v in pointeur.items() if n != "sceau"}):
        la.ecrire(POINTEUR, json.dumps(faux).encode())
        with pytest.raises(CopieRefusee, match="pas scellée"):
            partages.prendre_l_index(adresse, muet)
    assert (racine / "courant").read_text() == avant
    assert trouves("intruse") == []


def test_more_bytes_than_were_published_are_not_received(
    alpha: None, noeud: Callable[[str], Path], adresse: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    partages.publier_l_index(adresse, muet)
    (cle, *_) = [c for c, octets in rangement(adresse).parcourir(FICHIERS) if octets > 1]
    gater(adresse, cle, lambda octets: octets + b"x" * 10_000)
    racine = noeud("autre")
    with pytest.raises(CopieRefusee, match="altérée"):
        partages.prendre_l_index(adresse, muet)
    assert not list((racine / "reception").glob("*.partiel"))
    monkeypatch.setattr(rangements, "BORNE", 10)
    with pytest.raises(CopieRefusee, match="altérée"):
        partages.prendre_l_index(adresse, muet)


def test_what_cannot_be_shared_is_said(univers: Univers, noeud: Callable[[str], Path], tmp_path: Path, s3: Any) -> None:
    with pytest.raises(IndexIndisponible, match="pas d’index à publier"):
        partages.publier_l_index(str(tmp_path / "x"), muet)
    univers.entreprise("ALPHA")
    univers.indexer()
    for vide in (str(tmp_path / "rien"), "s3://index/rien"):
        with pytest.raises(CopieRefusee, match="Aucun index n’est publié"):
            partages.prendre_l_index(vide, muet)
    with pytest.raises(SourceIndisponible, match="Le seau « inconnu »"):
        partages.publier_l_index("s3://inconnu", muet)
    (tmp_path / "fichier").write_text("")
    with pytest.raises(SourceIndisponible, match="ne se laisse pas lire ou écrire"):
        partages.publier_l_index(str(tmp_path / "fichier"), muet)
    with pytest.raises(ParametreInvalide, match="s3://seau/prefixe"):
        partages.prendre_l_index("s3:/index", muet)
    with pytest.raises(ParametreInvalide, match="attend une adresse"):
        call_command("index", "push", stdout=io.StringIO())
    partages.publier_l_index(str(tmp_path / "bon"), muet)
    with MoteurTantivy(noeud("autre")).chantier(1), pytest.raises(DejaEnCours):
        partages.prendre_l_index(str(tmp_path / "bon"), muet)


TUEUR = """
import sys, time
from pathlib import Path
from fce.recherche.engines.tantivy import partage, version
from fce.recherche.engines.tantivy.rangements import RangementDossier
print("debut", flush=True)
geste, racine, ou = sys.argv[1], Path(sys.argv[2]), RangementDossier(Path(sys.argv[3]))
avancer = lambda *_: time.sleep(0.01)
if geste == "push":
    partage.publier(racine, ou, avancer)
else:
    partage.prendre(racine, ou, avancer, lambda nom: version.verifier(racine, nom))
"""


def test_killed_at_any_moment_neither_end_loses_anything(tmp_path: Path) -> None:
    """Kills on both sides: the reader has a whole version, old or new, and the next run ends the work."""
    origine, autre, ou = tmp_path / "origine", tmp_path / "autre", tmp_path / "partage"
    hasard = Random(2026)
    vus, entiere = set(), 0.0
    for tour in range(1, 13):
        with MoteurTantivy(origine).chantier(1) as chantier:
            redacteur = chantier.redacteur(0)
            faits = [{"siren": n, "nom": "alpha", "rang": 1} for n in range(tour)]
            redacteur.ajouter("entreprises", "actif", en_colonnes(*faits))
            redacteur.terminer()
            chantier.basculer(Manifeste("", {"x": tour}))
        entiere = entiere or duree(TUEUR, "push", str(origine), str(tmp_path / "essai"))
        for geste, racine in (("push", origine), ("pull", autre)):
            if geste == "pull" and not (ou / POINTEUR).exists():
                continue
            tuer(TUEUR, geste, str(racine), str(ou), apres=hasard.uniform(0, 2 * entiere))
        if (autre / "courant").exists():
            vu = MoteurTantivy(autre).search(Question("entreprises")).total
            assert 1 <= vu <= tour
            vus.add(vu)
    for geste, racine in (("push", origine), ("pull", autre)):
        subprocess.run([sys.executable, "-c", TUEUR, geste, str(racine), str(ou)], check=True, capture_output=True)
    assert MoteurTantivy(autre).search(Question("entreprises")).total == 12
    assert len(list((autre / "versions").iterdir())) <= 2
    assert not list(ou.rglob("*.partiel"))
    assert len(list((ou / INVENTAIRES).iterdir())) <= 2
    shutil.rmtree(ou)
    assert vus
