"""What the worker writes of a reconciled table: every row, its answer, the twelve open columns."""

from __future__ import annotations

from functools import partial
from typing import Final

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.ensembles.fichiers.services import ContenuDeFichier, GenreDeFichier
from fce.ensembles.listes.acces import compte_du_lecteur
from fce.ensembles.rapprochement import lectures
from fce.ensembles.rapprochement.models import FichierDeTableau, TableauRapproche
from fce.ensembles.rapprochement.services import INCONNU
from fce.fiche.colonnes_de_liste import lire_colonnes
from fce.socle.erreurs import Introuvable


def contenu(sien: TableauRapproche) -> ContenuDeFichier:
    """Every row of a table, its answer and the twelve open columns."""
    trouves = lectures.numeros_trouves(sien, fermes=True)
    entetes, lignes = lectures.entetes(sien), lectures.exporter(sien)
    return ContenuDeFichier("Tableau", entetes, lignes, len(trouves), reservees=partial(lire_colonnes, trouves))


def preparer(fichier: FichierDeTableau, lecteur: LecteurDeDonnees) -> ContenuDeFichier:
    """The content of a file of its author's own table: open data, without journal. Raises Introuvable."""
    sien = TableauRapproche.objects.filter(pk=fichier.tableau_id or 0, compte_id=compte_du_lecteur(lecteur)).first()
    if sien is None:
        raise Introuvable(INCONNU)
    return contenu(sien)


FICHIERS_DE_TABLEAU: Final = GenreDeFichier(
    FichierDeTableau, "rapprochement:tableau", "ecrire_un_fichier_de_tableau", preparer
)
