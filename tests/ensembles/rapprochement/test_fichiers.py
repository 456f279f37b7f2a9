"""The file of a reconciled table, written by the worker: twelve open columns for all, reserved ones with a reason."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.droits.comptes.models import Compte
from fce.droits.journal.models import Consultation
from fce.ensembles.fichiers import services as ecriture
from fce.ensembles.rapprochement import fichiers, services
from fce.ensembles.rapprochement.models import FichierDeTableau, TableauRapproche
from fce.fiche.colonnes_de_liste import CASE_RESERVEE
from tests.acces import acteurs
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes import fabrique as c
from tests.ensembles.rapprochement.fabrique import confirmer
from tests.recherche.univers import BREST, Univers

pytestmark = pytest.mark.django_db
MOTIF = "Répondre à la mission du plan régional."


@pytest.fixture
def sirens() -> list[str]:
    univers = Univers()
    siens = [univers.entreprise("ALPHA"), univers.entreprise("BETA", BREST), univers.personne("SECRET", "ANNE")]
    for siren in siens[:2]:
        univers.fait("accidents-travail", siret=f.siret_no(siren), total=3, mortels=1)
    univers.indexer()
    return siens


def tableau(agent: Client, sirens: list[str]) -> TableauRapproche:
    """A table worked by the worker: these numbers, then one that nobody bears."""
    agent.post("/rapprochements", {"cherche": "entreprises", "colle": "\n".join(["siren", *sirens, "12"])})
    depose = TableauRapproche.objects.latest("pk")
    confirmer(agent, depose)
    services.traiter(depose.pk)
    depose.refresh_from_db()
    return depose


def demander(agent: Client, de: TableauRapproche, **dit: Any) -> Any:
    return agent.post(f"/rapprochements/{de.reference}/fichiers", {"format": "csv", **dit})


def travailler() -> FichierDeTableau:
    """What the worker does of the last file asked for."""
    dernier = FichierDeTableau.objects.latest("pk")
    ecriture.ecrire(fichiers.FICHIERS_DE_TABLEAU, dernier.pk)
    dernier.refresh_from_db()
    return dernier


def lire_csv(fichier: FichierDeTableau) -> list[list[str]]:
    return list(csv.reader(StringIO(bytes(fichier.contenu or b"").decode("utf-8-sig")), delimiter=";"))


def test_who_reads_open_data_alone_has_the_twelve_columns_and_is_offered_no_other(
    agent: Client, sirens: list[str]
) -> None:
    de = tableau(agent, sirens)
    page = agent.get(f"/rapprochements/{de.reference}/fichiers").content.decode()
    assert 'name="motif"' not in page
    assert "Aucune donnée réservée ne vous est ouverte" in page
    # What is not offered is not read either.
    fait = demander(agent, de, format="xlsx", reservees="on", finalite="controle-travail", motif=MOTIF)
    assert fait.status_code == 302
    assert ProcrastinateJob.objects.filter(task_name=fichiers.FICHIERS_DE_TABLEAU.tache).exists()
    fichier = travailler()
    assert (fichier.motif, fichier.habilitations) == ("", [])
    rendu = agent.get(f"/rapprochements/{de.reference}/fichiers/{fichier.reference}/contenu")
    entetes, *rangees = load_workbook(BytesIO(rendu.content))["Tableau"].iter_rows(values_only=True)
    assert len(entetes) == 15
    assert [rangee[entetes.index("SIREN")] for rangee in rangees] == [*sirens, None]
    assert not Consultation.objects.exists()


def test_reserved_columns_are_those_of_each_company_for_the_purpose_given(
    elle: Compte, agent: Client, sirens: list[str]
) -> None:
    groupe = c.groupe()
    c.appartenance(elle, groupe)
    acteurs.dossier(groupe, "inspection-travail", ("59",))
    de = tableau(agent, sirens)
    fait = demander(agent, de, reservees="on", finalite="controle-travail", motif=MOTIF)
    assert fait.status_code == 302
    fichier = travailler()
    assert fichier.erreur == ""
    entetes, *rangees = lire_csv(fichier)
    dites = [rangee[entetes.index("Accidents du travail")] for rangee in rangees]
    assert "mort au travail" in dites[0]
    assert (dites[1], dites[3]) == (CASE_RESERVEE, "")
    assert set(Consultation.objects.values_list("numero", flat=True)) >= {sirens[0]}
    assert {e.finalite for e in Consultation.objects.all()} == {"controle-travail"}


def test_a_file_is_of_its_author_and_of_its_table_alone(agent: Client, sirens: list[str]) -> None:
    de, autre = tableau(agent, sirens), tableau(agent, sirens[:1])
    demander(agent, de)
    fichier = travailler()
    etranger = c.client_de(c.compte())
    for suite in ("", "/avancement", "/contenu"):
        assert agent.get(f"/rapprochements/{de.reference}/fichiers/{fichier.reference}{suite}").status_code == 200
        assert agent.get(f"/rapprochements/{autre.reference}/fichiers/{fichier.reference}{suite}").status_code == 404
        assert etranger.get(f"/rapprochements/{de.reference}/fichiers/{fichier.reference}{suite}").status_code == 404
    assert etranger.get(f"/rapprochements/{de.reference}/fichiers").status_code == 404
    assert demander(etranger, de).status_code == 404
    services.effacer(c.Compte.objects.get(pk=de.compte_id), de.pk)
    assert agent.get(f"/rapprochements/{de.reference}/fichiers/{fichier.reference}/contenu").status_code == 404


def test_a_name_masked_since_answers_nothing_in_the_file(agent: Client) -> None:
    univers = Univers()
    siren = univers.entreprise("DUPONT BOIS")
    univers.indexer()
    agent.post("/rapprochements", {"cherche": "entreprises", "colle": "nom;cp\nDupont bois;59000\n"})
    depose = TableauRapproche.objects.latest("pk")
    confirmer(agent, depose)
    services.traiter(depose.pk)
    f.unites(f.unite(siren, denomination=None, nom="BOIS", statut_diffusion="P", categorie_juridique="1000"))
    demander(agent, depose)
    texte = bytes(travailler().contenu or b"").decode()
    assert siren not in texte
    assert "BOIS" not in texte.replace("Dupont bois", "")
