"""The file of the rows that a trial sets aside, which a spreadsheet opens."""

import csv
import io

from fce.donnees.imports.depots.essai import Quarantaine
from fce.sources.lecture import Rejet


def test_a18_no_value_set_aside_is_a_formula_in_the_file_of_a_trial() -> None:
    flux = io.StringIO()
    quarantaine = Quarantaine(flux)
    for valeur in ('=HYPERLINK("http://x")', "+33", "@a", "\t=1", "ordinaire", None):
        quarantaine.ecrire(Rejet(2, "=colonne", valeur, "illisible"))
    _, *lignes = csv.reader(io.StringIO(flux.getvalue()))
    assert [ligne[2] for ligne in lignes] == ['\'=HYPERLINK("http://x")', "'+33", "'@a", "'\t=1", "ordinaire", ""]
    assert {ligne[1] for ligne in lignes} == {"'=colonne"}
