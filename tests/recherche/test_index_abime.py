"""Whatever is wrong with the folder of the index, a search says so in a page, readiness too, and a build mends it."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from fce.recherche import services
from fce.recherche.engines import PAS_D_INDEX
from fce.recherche.engines.tantivy.dossier import FORMAT
from fce.recherche.engines.tantivy.lexique import MOTS, NOMBRES
from fce.recherche.engines.tantivy.pannes import ILLISIBLE
from fce.recherche.reponse import selectors
from fce.socle.erreurs import FCEError, IndexIndisponible
from tests.echantillon import chaque_jour
from tests.recherche.moteurs import SUR_UN_DOSSIER
from tests.recherche.panne import PAGES, SIREN, exiger_que_tout_le_dise
from tests.recherche.univers import Univers

pytestmark = SUR_UN_DOSSIER


@pytest.fixture
def dossier(univers: Univers, settings: Any) -> Path:
    univers.entreprise("ALPHA", tranche_effectifs="11")
    univers.etablissement(SIREN, 2)
    univers.indexer()
    return Path(settings.FCE_INDEX_DIR)


def version(dossier: Path) -> Path:
    return dossier / "versions" / (dossier / "courant").read_text().strip()


def fragment(dossier: Path) -> Path:
    """The tantivy folder that holds the company."""
    return next(d for d in sorted(version(dossier).glob("entreprises-actif-*")) if list(d.glob("*.term")))


def remplacer_par_un_fichier(chemin: Path) -> None:
    shutil.rmtree(chemin)
    chemin.write_text("rien")


def remplacer_par_un_dossier(chemin: Path) -> None:
    chemin.unlink()
    chemin.mkdir()


def retoucher_manifeste(dossier: Path, texte: str) -> None:
    (version(dossier) / "manifeste.json").write_text(texte)


def retoucher(suffixe: str, changer: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def gater(dossier: Path) -> None:
        (chemin,) = fragment(dossier).glob(f"*{suffixe}")
        # Another file of the same name, as a copy that stopped: the old one stays whole for those who hold it.
        contenu = chemin.read_bytes()
        chemin.unlink()
        chemin.write_bytes(changer(contenu))

    return gater


def moitie(octets: bytes) -> bytes:
    return octets[: len(octets) // 2]


def vide(_: bytes) -> bytes:
    return b""


def bruit(octets: bytes) -> bytes:
    """Half of the bytes turned over, the foot whole: nothing looks wrong when it is opened."""
    pied = min(len(octets), 200)
    corps = bytes(b ^ 0x5A if n % 2 else b for n, b in enumerate(octets[:-pied]))
    return corps + octets[-pied:]


def retoucher_le_lexique(nom: str, changer: Callable[[bytes], bytes] | None) -> Callable[[Path], None]:
    def gater(dossier: Path) -> None:
        chemin = version(dossier) / nom
        contenu = chemin.read_bytes()
        chemin.unlink()
        if changer is not None:
            chemin.write_bytes(changer(contenu))

    return gater


def moitie_batie(dossier: Path) -> None:
    """As a copy to another machine that stopped midway: the pointer first, then a part of the version."""
    for chemin in sorted(version(dossier).iterdir())[2:]:
        shutil.rmtree(chemin) if chemin.is_dir() else chemin.unlink()


FAUTES: dict[str, tuple[Callable[[Path], object], str]] = {
    "dossier absent": (shutil.rmtree, PAS_D_INDEX),
    "dossier qui est un fichier": (remplacer_par_un_fichier, ILLISIBLE),
    "pointeur absent": (lambda d: (d / "courant").unlink(), PAS_D_INDEX),
    "pointeur vide": (lambda d: (d / "courant").write_bytes(b""), PAS_D_INDEX),
    "pointeur binaire": (lambda d: (d / "courant").write_bytes(b"\xff\x00\xfe"), ILLISIBLE),
    "pointeur vers rien": (lambda d: (d / "courant").write_text("20200101T000000-1"), ILLISIBLE),
    "pointeur qui est un dossier": (lambda d: remplacer_par_un_dossier(d / "courant"), ILLISIBLE),
    "versions effacées": (lambda d: shutil.rmtree(d / "versions"), ILLISIBLE),
    "manifeste absent": (lambda d: (version(d) / "manifeste.json").unlink(), ILLISIBLE),
    "manifeste tronqué": (lambda d: retoucher_manifeste(d, f'{{"format": {FORMAT}, "frag'), ILLISIBLE),
    "manifeste d’un autre genre": (lambda d: retoucher_manifeste(d, "[1, 2]"), ILLISIBLE),
    "manifeste sans fragments": (
        lambda d: retoucher_manifeste(d, f'{{"format": {FORMAT}, "fragments": null}}'),
        ILLISIBLE,
    ),
    "index d’avant": (lambda d: retoucher_manifeste(d, '{"format": 1}'), PAS_D_INDEX),
    "à moitié bâti": (moitie_batie, ILLISIBLE),
    "fragment absent": (lambda d: shutil.rmtree(fragment(d)), ILLISIBLE),
    "fragment qui est un fichier": (lambda d: remplacer_par_un_fichier(fragment(d)), ILLISIBLE),
    "meta.json tronqué": (lambda d: (fragment(d) / "meta.json").write_text('{"segments": ['), ILLISIBLE),
    "meta.json vide": (lambda d: (fragment(d) / "meta.json").write_text(""), ILLISIBLE),
    "meta.json absent": (lambda d: (fragment(d) / "meta.json").unlink(), ILLISIBLE),
    **{
        f"{fichier} {nom}": (retoucher_le_lexique(fichier, changer), ILLISIBLE)
        for fichier in (MOTS, NOMBRES)
        for nom, changer in (("tronqué", moitie), ("vide", vide), ("absent", None))
    },
    **{
        f"{suffixe} {nom}": (retoucher(suffixe, changer), ILLISIBLE)
        for suffixe in (".term", ".idx", ".fast", ".fieldnorm", ".store", ".pos")
        for nom, changer in (("tronqué", moitie), ("vide", vide))
    },
}


@pytest.mark.parametrize("faute", chaque_jour([*FAUTES], sur=6))
def test_s10_a_fault_of_the_folder_is_a_page_and_no_readiness_until_a_build_mends_it(
    client: Client, dossier: Path, faute: str
) -> None:
    assert client.get("/readyz").json() == {"etat": "pret", "index": "a_jour"}
    gater, phrase = FAUTES[faute]
    gater(dossier)
    _neuf()
    exiger_que_tout_le_dise(client, phrase)
    if faute in ("dossier qui est un fichier", "pointeur qui est un dossier"):
        with pytest.raises(IndexIndisponible, match="ne peut pas être écrit"):
            call_command("index")
        return
    call_command("index")
    assert client.get("/readyz").json() == {"etat": "pret", "index": "a_jour"}
    assert client.get("/recherche?q=alpha").status_code == 200


@pytest.mark.parametrize("suffixe", [".term", ".idx", ".fast", ".fieldnorm", ".store", ".pos"])
def test_s10_noise_in_a_segment_is_never_an_error_of_ours(dossier: Path, suffixe: str) -> None:
    """The library may not see it; what it cannot read is a 503, never a 500."""
    retoucher(suffixe, bruit)(dossier)
    _neuf()
    for adresse in (*PAGES, "/recherche?q=alfa", "/recherche?q=alp", "/recherche?dirigeant=alpha", "/readyz"):
        reponse = Client().get(adresse)
        assert reponse.status_code in (200, 503), adresse
        if reponse.streaming:
            b"".join(reponse.streaming_content)  # type: ignore[attr-defined]


@pytest.mark.parametrize("quoi", ["dossier", "courant", "manifeste.json", "fragment"])
def test_s10_a_folder_closed_to_the_account_is_said(dossier: Path, quoi: str) -> None:
    chemin = {"dossier": dossier, "courant": dossier / "courant", "fragment": fragment(dossier)}.get(
        quoi, version(dossier) / "manifeste.json"
    )
    avant = chemin.stat().st_mode
    chemin.chmod(0)
    _neuf()
    try:
        with _sans_privilege(), pytest.raises(IndexIndisponible) as levee:
            selectors.moteur().documents()
        assert levee.value.message == ILLISIBLE
    finally:
        chemin.chmod(avant)


def test_s10_an_instance_without_data_is_let_in_to_receive_them(client: Client, db: None) -> None:
    reponse = client.get("/readyz")
    assert (reponse.status_code, reponse.json()["etat"], reponse.json()["index"]) == (200, "degrade", "absent")


def test_s10_a_stale_index_still_answers(client: Client, univers: Univers, dossier: Path) -> None:
    univers.charger()
    assert client.get("/readyz").json() == {"etat": "pret", "index": "perime"}


def test_s10_no_sentence_of_a_fault_holds_a_path(dossier: Path) -> None:
    remplacer_par_un_fichier(dossier)
    _neuf()
    with pytest.raises(FCEError) as levee:
        services.index_perime()
    assert str(dossier) not in levee.value.message


def _neuf() -> None:
    """As a process that starts: it has opened nothing."""
    selectors._moteur.cache_clear()


@contextmanager
def _sans_privilege() -> Iterator[None]:
    """As an ordinary account: nothing is closed to root."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
