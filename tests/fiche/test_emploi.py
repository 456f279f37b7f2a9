"""Collective terminations on the sheet: one line per case, with the jobs and sites of the whole company."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fce.fiche.contenu import TableauLu
from fce.sources.onglets import ONGLETS
from tests.entreprises import fabrique as f
from tests.fiche.lues import bloc, fiche_lue
from tests.fiche.unites_directes import SIREN, lecteur

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue]
NORD, PARIS, LYON = (f.siret_no(SIREN, n) for n in (1, 2, 3))


def peupler(*sirets: str) -> None:
    f.unites(f.unite(SIREN))
    f.lieux(
        f.lieu(SIREN, code_commune="59350"), f.lieu(SIREN, 2, code_commune="75056"),
        f.lieu(SIREN, 3, code_commune="69123"),
    )  # fmt: skip
    commun = {"numero": "26003", "type": "PSE", "date_enregistrement": date(2026, 3, 10)}
    f.charger("rupco-procedures", [{**commun, "siren": SIREN, "etat": "En cours"}])
    f.charger("rupco-etablissements", [
        {**commun, "siren_entreprise": SIREN, "siret": siret, "ruptures_debut": 100 * n} for n, siret in
        enumerate(sirets, 1)
    ])  # fmt: skip


def ligne(territoire: str) -> dict[str, str]:
    lue = fiche_lue(SIREN, lecteur("emploi", territoire=frozenset({territoire})), onglet=ONGLETS["emploi"])
    contenu: Any = bloc(lue, "rupco-procedures").contenu
    assert isinstance(contenu, TableauLu)
    (cellules,) = contenu.lignes
    return {c.libelle: v.texte for c, v in zip(contenu.colonnes, cellules, strict=True)}


@pytest.mark.parametrize(("sirets", "ruptures"), [((PARIS, LYON), "300"), ((NORD, PARIS, LYON), "600")])
def test_e5_a_case_tells_its_state_jobs_and_sites_on_one_line(sirets: tuple[str, ...], ruptures: str) -> None:
    peupler(*sirets)
    for territoire in ("59", "FR"):
        dite = ligne(territoire)
        assert [dite[k] for k in ("Type de dossier", "État du dossier", "Date d'enregistrement")] == [
            "PSE", "En cours", "10/03/2026",
        ]  # fmt: skip
        assert dite["Ruptures de contrats – toute l'entreprise"] == ruptures
        assert dite["Établissements concernés – toute l'entreprise"] == str(len(sirets))


def test_e5_counts_of_the_whole_never_tell_a_single_place_elsewhere() -> None:
    """With one establishment outside the territory, sums of the whole would be its own: only the part is told."""
    peupler(NORD, PARIS)
    f.lieux(f.lieu(SIREN, code_commune="59350"), f.lieu(SIREN, 2, code_commune="75056"))
    dite = ligne("59")
    assert "300" not in dite.values()
    assert dite["Ruptures de contrats – votre territoire seulement : Nord (59)"] == "100"
