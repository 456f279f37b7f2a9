"""What the worker writes of a reconciled table: every row, its answer, the twelve open columns."""

from __future__ import annotations

from functools import partial
from typing import Final

from fce.droits.lecteur import LecteurDeDonnees
from fce.fiche.colonnes_de_liste import lire_colonnes
from fce.listes.acces import compte_du_lecteur
from fce.listes.fichiers import ContenuDeFichier
from fce.listes.models import FichierDemande
from fce.rapprochement import lectures
from fce.rapprochement.models import FichierDeTableau, TableauRapproche
from fce.rapprochement.services import INCONNU
from fce.socle.erreurs import Introuvable

TACHE: Final = "ecrire_un_fichier_de_tableau"


def preparer(fichier: FichierDemande, lecteur: LecteurDeDonnees) -> ContenuDeFichier:
    """The content of a file of its author's own table: open data, without journal. Raises Introuvable."""
    assert isinstance(fichier, FichierDeTableau)  # noqa: S101 – its task says so
    sien = TableauRapproche.objects.filter(pk=fichier.tableau_id or 0, compte_id=compte_du_lecteur(lecteur)).first()
    if sien is None:
        raise Introuvable(INCONNU)
    numeros = lectures.numeros_trouves(sien, fermes=True)
    uniques = list(dict.fromkeys(numeros))
    lignes = lectures.exporter(sien)
    return ContenuDeFichier("Tableau", lectures.entetes(sien), lignes, len(uniques), partial(lire_colonnes, uniques))
