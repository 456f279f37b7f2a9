"""V23: read, import, read. What became known since a reading is new, whatever its date, by real imports."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from fce.donnees.imports import services
from fce.donnees.imports.chargement.bascule import retablir_les_vues
from fce.donnees.imports.models import Import, VersionEnPlace
from fce.service.portail.accueil import fiches_ouvertes
from fce.service.portail.models import FicheRecente
from fce.socle.texte import paris
from fce.sources import registre
from tests.acces.acteurs import Joue, habilite
from tests.donnees.entreprises import fabrique as f
from tests.donnees.imports.chargement.outils import effacer
from tests.service.portail.pages import verifier
from tests.sources import fabrique

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.catalogue]
SIREN = f.siren_no(1)
SIRET, AUTRE = f.siret_no(SIREN), f.siret_no(SIREN, 2)
UNITES, LIEUX = "sirene-unites-legales", "sirene-etablissements"
CONTROLES, ACCIDENTS, RUPTURES = "wikit-controles", "accidents-travail", "rupco-procedures"
SOURCES = (UNITES, LIEUX, CONTROLES, ACCIDENTS, RUPTURES)
UNITE = {
    "siren": SIREN, "statutDiffusionUniteLegale": "O", "etatAdministratifUniteLegale": "A",
    "dateCreationUniteLegale": "2001-02-03", "denominationUniteLegale": "VERGERS DU NORD",
    "categorieJuridiqueUniteLegale": "5710", "nicSiegeUniteLegale": SIRET[9:], "dateDebut": "2001-02-03",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _rien_ne_reste() -> Iterator[None]:
    yield
    sources = [registre.source(nom) for nom in SOURCES]
    effacer(*sources)
    retablir_les_vues(sources)


def lieu(siret: str, **colonnes: str) -> dict[str, str]:
    return {
        "siren": SIREN, "nic": siret[9:], "siret": siret, "statutDiffusionEtablissement": "O",
        "dateCreationEtablissement": "2001-02-03", "etatAdministratifEtablissement": "A", "dateDebut": "2001-02-03",
        "etablissementSiege": "true" if siret == SIRET else "false", "codeCommuneEtablissement": "59350",
        "libelleCommuneEtablissement": "LILLE", **colonnes,
    }  # fmt: skip


def accidents(siret: str, mortels: int) -> dict[str, str]:
    return dict(zip(registre.source(ACCIDENTS).colonnes, (siret, "9", str(mortels), "8", "1"), strict=False))


def controle(jours: int) -> dict[str, str]:
    """A control of so many days ago."""
    jour = f"{paris.aujourd_hui() - timedelta(days=jours):%d/%m/%Y}"
    return dict(zip(registre.source(CONTROLES).colonnes, (SIRET, jour, "UC 1"), strict=True))


def rupture(numero: str, jour: str = "2026-03-02") -> dict[str, str]:
    return {
        "NUMERO DE DOSSIER": numero, "TYPE DE DOSSIER": "LiceC +10", "DATE ENREGISTREMENT": jour,
        "ETAT DU DOSSIER": "clos", "SIREN ENTREPRISE": SIREN,
    }  # fmt: skip


def importer(dossier: Path, nom: str, rangs: Sequence[Mapping[str, str]]) -> None:
    source = registre.source(nom)
    separateur = "," if nom.startswith("sirene") else ";"
    colonnes = list(source.colonnes)
    texte = fabrique.texte_csv([[r.get(c, "") for c in colonnes] for r in rangs], colonnes, separateur)
    fichier = fabrique.ecrire(dossier, texte, f"{nom}-{timezone.now():%H%M%S%f}.csv")
    services.importer(source, [fichier], forcer="essai")


@pytest.fixture
def lectrice(tmp_path: Path) -> Joue:
    """An inspector who has read the sheet once the first files were in place."""
    importer(tmp_path, UNITES, [UNITE])
    importer(tmp_path, LIEUX, [lieu(SIRET), lieu(AUTRE)])
    importer(tmp_path, CONTROLES, [controle(40)])
    importer(tmp_path, ACCIDENTS, [accidents(SIRET, 1)])
    importer(tmp_path, RUPTURES, [rupture("A1")])
    agent = habilite("inspection-travail")
    avoir_ouvert(agent)
    assert "aucun changement connu" in section(agent)
    return agent


def avoir_ouvert(agent: Joue) -> None:
    compte = int(agent.acteur.identifiant[1:])
    assert agent.client.get(f"/entreprise/{SIREN}/historique").status_code == 200
    fiches_ouvertes.marquer(FicheRecente.objects.get(compte=compte, numero=SIREN).compte, SIREN)


def section(agent: Joue, numero: str = SIREN, genre: str = "entreprise") -> str:
    html = agent.client.get(f"/{genre}/{numero}/historique").content.decode()
    verifier(html)
    return html.partition('class="fce-depuis"')[2].partition("</section>")[0]


def test_v23_what_became_known_is_new_whatever_its_date(lectrice: Joue, tmp_path: Path) -> None:
    # Each fact is older than the file that was read: only the comparison of versions tells it.
    importer(tmp_path, CONTROLES, [controle(40), controle(300)])
    importer(tmp_path, ACCIDENTS, [accidents(SIRET, 2)])
    importer(
        tmp_path, LIEUX, [lieu(SIRET, etatAdministratifEtablissement="F", dateDebut="2025-06-30"), lieu(AUTRE)]
    )  # fmt: skip
    dite = section(lectrice)
    assert "aucun changement" not in dite
    assert "3 changements" in dite
    assert "Fermeture du siège" in dite
    assert 'fce-avant">1 mort au travail →</span> <strong>2 morts au travail' in dite
    assert re.search(r'Contrôle de l.*fce-avant">1 →</span> <strong>2 \(toute l’entreprise\)', dite)
    assert dite.count(f"connu le {paris.aujourd_hui():%d/%m/%Y}") == 3
    assert "3 événements sur" in lectrice.client.get(
        f"/entreprise/{SIREN}/chronologie?lecture=nouveau"
    ).content.decode()  # fmt: skip
    # Read, they are not new any more.
    avoir_ouvert(lectrice)
    assert "aucun changement connu" in section(lectrice)


def test_v23_a_version_that_is_gone_cannot_be_compared(lectrice: Joue, tmp_path: Path) -> None:
    for suite in (("A1", "A2"), ("A1", "A2", "A3")):
        importer(tmp_path, RUPTURES, [rupture(numero) for numero in suite])
    dite = section(lectrice)
    assert "Remplacé depuis, comparaison impossible : PSE, licenciements collectifs et RCC." in dite
    assert "aucun changement" not in dite
    assert "fce-faits" not in dite


def test_v23_a_fact_that_the_file_no_longer_gives_is_said(lectrice: Joue, tmp_path: Path) -> None:
    importer(tmp_path, RUPTURES, [rupture("A2", "2026-01-05")])
    dite = section(lectrice)
    assert "1 changement : 1 à voir" in dite
    assert "Ne figure plus : Procédure de rupture collective enregistrée, 02/03/2026." in dite


def test_v23_the_same_facts_again_are_not_new_and_a_first_file_is(lectrice: Joue, tmp_path: Path) -> None:
    importer(tmp_path, LIEUX, [lieu(SIRET), lieu(AUTRE)])
    importer(tmp_path, RUPTURES, [rupture("A1")])
    assert "aucun changement connu" in section(lectrice)
    Import.objects.filter(source=RUPTURES).update(statut=Import.Statut.ANNULE)
    VersionEnPlace.objects.filter(source=RUPTURES).delete()
    importer(tmp_path, RUPTURES, [rupture("A1", "2024-03-02")])
    assert "1 changement : 1 à voir" in section(lectrice)


def test_v23_the_past_is_read_under_the_diffusion_of_today(lectrice: Joue, tmp_path: Path) -> None:
    masquee = {**UNITE, "statutDiffusionUniteLegale": "P", "categorieJuridiqueUniteLegale": "1000"}
    importer(tmp_path, UNITES, [masquee | {"denominationUniteLegale": "", "nomUniteLegale": "SECRETE"}])
    importer(tmp_path, CONTROLES, [controle(40), controle(300)])
    dite = section(lectrice)
    assert "1 changement" in dite
    assert "VERGERS" not in dite


def test_v23_a_rollback_since_is_told_as_any_switch(lectrice: Joue, tmp_path: Path) -> None:
    importer(tmp_path, RUPTURES, [rupture("A1"), rupture("A2", "2026-01-05")])
    avoir_ouvert(lectrice)
    services.revenir(RUPTURES)
    assert "Ne figure plus : Procédure de rupture collective enregistrée, 05/01/2026." in section(lectrice)
    services.revenir(RUPTURES)
    assert "aucun changement connu" in section(lectrice)
