"""What a company declared beside what it published, against the rows of both files."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from tests.consistance.fichiers import Fichiers
from tests.consistance.page import Bloc
from tests.consistance.valeurs import jour, nombre

TITRE: Final = "Déclaré et publié"
CASES: Final = {
    ("2052", "FL"): "chiffre_d_affaires",
    ("2053", "HN"): "resultat_net",
    ("2033B", "310"): "resultat_net",
}
"""{(form, letters): column of the published accounts}."""
EXERCICES: Final = 2


@dataclass
class Confrontation:
    """``lus``: figures compared."""

    fichiers: Fichiers
    lus: int = 0

    def fautes(self, siren: str, bloc: Bloc) -> Iterator[str]:
        """Every difference between the table and the files, which give its rows, the latest closings first."""
        (table,) = bloc.tables
        # Labels are those of the page, boxes those of the form.
        dites = [(ligne[0].partition(" (")[2].rstrip(")"), *map(_lu, ligne[1:])) for ligne in table.lignes]
        prevues = self._attendues(siren)
        self.lus += sum(map(len, dites))
        if sorted(map(str, dites)) != sorted(map(str, prevues)):
            yield f"{TITRE} : {dites}, les fichiers donnent {prevues}"

    def _attendues(self, siren: str) -> list[tuple[str | date | Decimal | None, ...]]:
        publies = {
            x["date_cloture_exercice"]: x
            for x in self.fichiers.lignes("ratios-financiers", siren)
            if x["type_bilan"] in ("C", "S") and x["confidentiality"] == "Public"
        }
        trouvees = []
        for x in self.fichiers.lignes("dgfip-liasses", siren):
            case, cloture = (x["numero_imprime"], x["code"]), x["date_fin_exercice"]
            declare = nombre(x["valeur"])
            publie = nombre(publies[cloture][CASES[case]]) if case in CASES and cloture in publies else None
            if declare is not None and publie is not None:
                ecart = Decimal(round(publie - declare))
                trouvees.append((", ".join(case), jour(cloture), declare, jour(x["date_declaration"]), publie, ecart))
        retenues = sorted({t[1] for t in trouvees if t[1]}, reverse=True)[:EXERCICES]
        return [t for t in trouvees if t[1] in retenues]


def _lu(cellule: str) -> str | date | Decimal | None:
    if cellule == "aucun":
        return Decimal(0)
    ecrit = cellule.replace(" ", "").replace("−", "-").replace(",", ".").removeprefix("+")
    return jour(cellule) or nombre(ecrit) or cellule
