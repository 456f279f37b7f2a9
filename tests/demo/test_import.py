"""The six files go through the real import, like INSEE's: every row is loaded, none is set aside."""

import pytest
from django.db import connection

from fce.demo import personnages
from fce.donnees.imports import services
from fce.donnees.imports.models import Import
from tests.demo.conftest import Fichiers


@pytest.mark.django_db(transaction=True)
def test_the_six_files_import_without_quarantine(fichiers: Fichiers) -> None:
    attendues = {
        "sirene-unites-legales": len(fichiers.unites),
        "sirene-etablissements": len(fichiers.etablissements),
        "sirene-unites-legales-historique": len(fichiers.unites_historique),
        "sirene-etablissements-historique": len(fichiers.etablissements_historique),
        "sirene-successions": len(fichiers.successions),
        "sirene-doublons": len(fichiers.doublons),
    }
    for nom, chemin in fichiers.chemins.items():
        resultat = services.importer(nom, [chemin], par="test")
        assert resultat.statut == Import.Statut.EN_PLACE, (nom, resultat.motifs)
        assert (resultat.ecartees, resultat.rejets) == (0, []), nom
        assert resultat.lues == attendues[nom]
        assert resultat.chargees + resultat.dedoublonnees == resultat.lues, nom
        # Only successions have rows to merge: the versions of a same link.
        assert len(resultat.avertissements) == (1 if nom == "sirene-successions" else 0), resultat.avertissements
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT count(*) FROM sirene_etablissements WHERE siren = %s AND statut_diffusion = 'O'",
            [personnages.RESEAU.siren],
        )
        assert curseur.fetchone()[0] > 1_150
        curseur.execute("SELECT denomination FROM sirene_unites_legales WHERE siren = %s", [personnages.BALISES.siren])
        assert curseur.fetchone()[0] == personnages.BALISES.nom
