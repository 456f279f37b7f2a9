"""The tables that services send are read as an agent would, whatever their shape."""

from __future__ import annotations

from pathlib import Path

import pytest

from fce.ensembles.rapprochement.numeros import lire_numero
from fce.ensembles.rapprochement.reconnaissance import lire_lignes, proposer
from fce.ensembles.rapprochement.tableaux import lire_fichier
from fce.socle.travaux import processus_borne
from tests.ensembles.rapprochement.recus import RECUS, Recu


@pytest.mark.parametrize("recu", RECUS, ids=[recu.nom for recu in RECUS])
def test_p2_a_table_received_is_read_as_an_agent_would(recu: Recu, tmp_path: Path) -> None:
    fichier = tmp_path / "recu"
    fichier.write_bytes(recu.octets)
    with processus_borne.sur_place():
        feuilles = lire_fichier(fichier)
    lecture = proposer(feuilles)
    feuille = feuilles[lecture.feuille]
    lues = lire_lignes(feuille, lecture).lignes
    assert (feuille.nom, lecture.entete) == (recu.feuille, recu.entete)
    assert [(x.rang, lire_numero(x.numero).numero, x.nom, x.code_postal, x.commune) for x in lues] == recu.attendues
