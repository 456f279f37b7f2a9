"""Collective terminations on the sheet: one line per case, with the jobs and sites of the whole company."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from fce.fiche.formes.contenu import EnTableau
from fce.sources.onglets import ONGLETS
from tests.acces.acteurs import habilite
from tests.donnees.entreprises import fabrique as f
from tests.fiche.fiches import bloc, fiche_de
from tests.fiche.unites_directes import SIREN, lecteur

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue]
NORD, PARIS, LYON = (f.siret_no(SIREN, n) for n in (1, 2, 3))


def peupler(*sirets: str, jour: date = date(2026, 3, 10)) -> None:
    f.unites(f.unite(SIREN))
    f.lieux(
        f.lieu(SIREN, code_commune="59350", libelle_commune="LILLE"),
        f.lieu(SIREN, 2, code_commune="75056", libelle_commune="PARIS"),
        f.lieu(SIREN, 3, code_commune="69123", libelle_commune="LYON"),
    )
    commun = {"numero": "26003", "type": "PSE", "date_enregistrement": jour}
    f.charger("rupco-procedures", [{**commun, "siren": SIREN, "etat": "En cours"}])
    f.charger(
        "rupco-etablissements",
        [
            {**commun, "siren_entreprise": SIREN, "siret": siret, "ruptures_debut": 100 * n}
            for n, siret in enumerate(sirets, 1)
        ],
    )


def ligne(territoire: str) -> dict[str, str]:
    fiche = fiche_de(SIREN, lecteur("emploi", territoire=frozenset({territoire})), onglet=ONGLETS["emploi"])
    contenu: Any = bloc(fiche, "rupco-procedures").contenu
    assert isinstance(contenu, EnTableau)
    (cellules,) = contenu.lignes
    return {c.libelle: v.texte for c, v in zip(contenu.colonnes, cellules, strict=True)}


@pytest.mark.parametrize(("sirets", "ruptures"), [((PARIS, LYON), "300"), ((NORD, PARIS, LYON), "600")])
def test_e5_a_case_tells_its_state_jobs_and_sites_on_one_line(sirets: tuple[str, ...], ruptures: str) -> None:
    peupler(*sirets)
    for territoire in ("59", "FR"):
        dite = ligne(territoire)
        assert [dite[k] for k in ("Type de dossier", "État du dossier", "Date d'enregistrement")] == [
            "PSE",
            "En cours",
            "10/03/2026",
        ]
        assert dite["Ruptures de contrats – toute l'entreprise"] == ruptures
        assert dite["Établissements concernés – toute l'entreprise"] == str(len(sirets))


def test_e5_counts_of_the_whole_never_tell_a_single_place_elsewhere() -> None:
    """With one establishment outside the territory, sums of the whole would be its own: only the part is told."""
    peupler(NORD, PARIS)
    f.lieux(f.lieu(SIREN, code_commune="59350"), f.lieu(SIREN, 2, code_commune="75056"))
    dite = ligne("59")
    assert "300" not in dite.values()
    assert dite["Ruptures de contrats – votre territoire seulement : Nord (59)"] == "100"


def blocs(client: Client, siren: str = SIREN) -> dict[str, str]:
    """{title: HTML} of the blocs of the tab."""
    html = client.get(f"/entreprise/{siren}/emploi").content.decode()
    rubrique = html.partition('id="mutations-economiques"')[2].partition("</section>")[0]
    return dict(re.findall(r"<h3[^>]*>(.*?)</h3>(.*?)(?=<h3|$)", rubrique, re.S))


@pytest.mark.django_db(transaction=True)
def test_e5_sites_are_in_the_bloc_of_their_case_the_territory_first() -> None:
    peupler(PARIS, LYON, NORD, jour=date.today())
    affiches = blocs(habilite("dreets-3e", ("59", "75")).client)
    assert list(affiches) == ["PSE, licenciements collectifs et RCC"]
    dossiers, _, sites = affiches["PSE, licenciements collectifs et RCC"].partition("Établissements concernés</h4>")
    assert dossiers.count("<tr>") == 2, "un en-tête, un dossier"
    rangees = re.findall(r"/etablissement/(\d{14})\"><bdi>.*?</td>", sites)
    assert rangees == [PARIS, NORD]
    assert sites.count("chez vous") == 2
    assert "Votre territoire seulement : Nord (59), Paris (75)" in sites
    # Both files are dated, and both are exported.
    assert sites.count("Source : DGEFP") == 2
    assert "/rupco-etablissements.csv" in sites
    national = blocs(habilite("dreets-3e", ("FR",)).client)
    assert "chez vous" not in "".join(national.values())
    assert len(re.findall(r"/etablissement/\d{14}\"><bdi>", "".join(national.values()))) == 3


@pytest.mark.django_db(transaction=True)
def test_e5_sites_of_the_case_of_another_company_have_their_own_bloc() -> None:
    peupler(PARIS, LYON, jour=date.today())
    f.charger("rupco-procedures", [])
    assert list(blocs(habilite("dreets-3e", ("FR",)).client)) == ["Établissements concernés par une rupture collective"]
    assert blocs(habilite("ccrf", ("FR",)).client) == {}
    assert blocs(Client()) == {}
