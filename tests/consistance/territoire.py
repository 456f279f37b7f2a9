"""What an agent of some départements must read of a company: his part, counts and sums of the whole, the scope of each.

Written again from the specification, on the files alone; nothing is shared with the product.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.consistance import attendus
from tests.consistance.fichiers import Fichiers, Ligne
from tests.consistance.valeurs import jour

TITRES = {
    "accidents-travail": "Accidents du travail",
    "accords-entreprise": "Accords d'entreprise",
    "activite-partielle": "Activité partielle",
    "apprentissage": "Apprentissage",
    "contrats-aides": "Contrats aidés",
    "detachement-siret": "Salariés détachés, par établissement",
    "dgddi-operateurs": "Autorisations douanières",
    "dgfip-chiffre-affaires": "Chiffre d'affaires déclaré (DGFiP)",
    "dsn-effectifs": "Effectifs physiques mensuels",
    "effectifs-etp": "Effectifs en équivalent temps plein",
    "msa-conformite": "Cotisations agricoles (MSA)",
    "rupco-etablissements": "Établissements concernés par une rupture collective",
}
"""Reserved sources about establishments that are read in a territory only, and their titles."""

COLONNES = {
    "eos-visites": ("Visite effectuée par", "Filières stratégiques", "Suivi ETI ou pépite"),
    "sora-controles": ("Suite donnée",),
    "mdf-controles": (
        "Numéro de dossier", "Date de création", "Date de clôture", "Clos", "Clos automatiquement",
        "Nature du contrôle", "Cible du contrôle",
    ),
}  # fmt: skip
"""Of contacts, which are told in the whole country, the columns that are read in a territory only."""

JALONS = (
    "accidents-travail", "accords-entreprise", "activite-partielle", "dgddi-operateurs", "dsn-effectifs",
    "msa-conformite",
)  # fmt: skip
"""Those that have events: a day of their own, or an alarm."""

ISOLE = "un seul établissement est ailleurs : les sommes de l'entreprise diraient les siennes"
PARTIE = "partie"
"""Name of the column of a series that holds the reader's own part."""


@dataclass(frozen=True)
class Territoire:
    """Départements of a reader and how they are named; none: the whole country."""

    nom: str = ""
    departements: frozenset[str] = frozenset()


NATIONAL = Territoire()


class Partie:
    """The files as an agent of a territory reads them: rows about the establishments of other places are left out."""

    def __init__(self, entiers: Fichiers, territoire: Territoire, aujourd_hui: date) -> None:
        self.entiers, self.territoire, self.aujourd_hui = entiers, territoire, aujourd_hui

    @property
    def dossier(self) -> Path:
        return self.entiers.dossier

    @property
    def noms(self) -> list[str]:
        return self.entiers.noms

    def lignes(self, nom: str, siren: str) -> list[Ligne]:
        """Rows that he may list."""
        lignes = self.entiers.lignes(nom, siren)
        if nom not in TITRES or not self.territoire.departements:
            return lignes
        ici = {siret for siret, departement, _ in self._lieux(siren) if departement in self.territoire.departements}
        return [ligne for ligne in lignes if ligne["_numero"] in ici]

    def _lieux(self, siren: str) -> list[tuple[str, str, bool]]:
        """(SIRET, département, open or closed less than 24 months ago)."""
        depuis = attendus.il_y_a(24, self.aujourd_hui)
        lieux = []
        for e in self.entiers.lignes("sirene-etablissements", siren):
            commune = e["codeCommuneEtablissement"]
            vivant = e["etatAdministratifEtablissement"] == "A" or (jour(e["dateDebut"]) or date.min) >= depuis
            lieux.append((e["siret"], commune[: 3 if commune[:2] in ("97", "98") else 2], vivant))
        return lieux

    def rencontree(self, siren: str) -> bool:
        """The company is in the territory."""
        departements = self.territoire.departements
        return not departements or any(vivant and d in departements for _, d, vivant in self._lieux(siren))

    def isolee(self, siren: str) -> bool:
        """One sole establishment is out of it."""
        departements = self.territoire.departements
        dehors = [vivant for _, d, vivant in self._lieux(siren) if departements and d not in departements]
        return (dehors.count(True) or len(dehors)) == 1

    def ailleurs(self, nom: str, siren: str) -> tuple[int, int]:
        """(rows, establishments) out of the territory, as the rule of the source keeps them."""
        toutes, siennes = (attendus.lignes(f, nom, siren, self.aujourd_hui) for f in (self.entiers, self))
        return len(toutes) - len(siennes), len({x["_numero"] for x in toutes} - {x["_numero"] for x in siennes})

    def additionnee(self, nom: str, siren: str) -> bool:
        """Counts and sums of the whole company stand beside the part."""
        if nom not in TITRES or not self.territoire.departements or self.isolee(siren):
            return False
        return self.ailleurs(nom, siren)[0] > 0

    def perimetre(self, nom: str, siren: str) -> str:
        """What the bloc of a source, or its file, must say that it is about, but for how many rows it read."""
        if nom in COLONNES and not self._colonnes_lues(nom, siren):
            libelles = ", ".join(f"« {libelle} »" for libelle in COLONNES[nom])
            return f"Toute l'entreprise ; {libelles} : {self.territoire.nom} seulement."
        if nom not in TITRES or not self.territoire.departements:
            return ""
        partie = f"Votre territoire seulement : {self.territoire.nom}"
        if self.isolee(siren):
            return f"{partie} – {ISOLE}."
        lignes, lieux = self.ailleurs(nom, siren)
        if not lignes:
            return "Toute l'entreprise."
        if nom in attendus.SERIES:
            return f"Toute l'entreprise, dont votre territoire : {self.territoire.nom}."
        combien = [] if nom == "dgfip-chiffre-affaires" else [_pluriel(lieux, "établissement")]
        combien.append(_pluriel(lignes, "ligne"))
        return f"{partie} ; ailleurs dans l'entreprise, hors de votre territoire : {', '.join(combien)}."

    def _colonnes_lues(self, nom: str, siren: str) -> bool:
        """The columns of a contact are read wherever it may have taken place; a case of MDF is one of the company."""
        departements = self.territoire.departements
        if not departements or nom == "mdf-controles":
            return self.rencontree(siren)
        return all(d in departements for _, d, _ in self._lieux(siren))

    def chronologie(self, siren: str) -> str:
        """What the timeline must say that it is about; ``…`` stands for the sources that are read in part."""
        if not self.territoire.departements or not self.rencontree(siren):
            return ""
        dits = [self.perimetre(nom, siren) for nom in JALONS]
        if any(d.startswith("Votre") or "dont votre territoire" in d for d in dits):
            return f"Toute l'entreprise, sauf … que vos droits limitent à votre territoire, {self.territoire.nom}."
        return "Toute l'entreprise."

    def etat(self, nom: str, siren: str) -> str:
        """What the workbook must say of a source."""
        if not self.rencontree(siren):
            return "Réservé"
        pleine = attendus.lignes(self, nom, siren, self.aujourd_hui) or self.additionnee(nom, siren)
        return "Données" if pleine else "Aucune donnée connue"

    def montrees(self, nom: str, siren: str) -> list[Ligne]:
        """Rows of the main table: those of the part; of a series, of the whole beside the part."""
        siennes = attendus.montrees(self, nom, siren, self.aujourd_hui)
        if nom not in attendus.SERIES or not self.additionnee(nom, siren):
            return siennes
        mois, colonnes = attendus.SERIES[nom]
        parties = {x[mois]: x[colonnes[0]] for x in siennes}
        toutes = attendus.montrees(self.entiers, nom, siren, self.aujourd_hui)
        return [{**x, PARTIE: parties.get(x[mois], "")} for x in toutes]

    def syntheses(self, nom: str, siren: str) -> list[Ligne] | None:
        """Rows of the summary: counts alone are those of the whole."""
        entiere = nom == "apprentissage" and self.additionnee(nom, siren)
        return attendus.syntheses(self.entiers if entiere else self, nom, siren, self.aujourd_hui)


def _pluriel(n: int, mot: str) -> str:
    return f"{n:,} {mot}{'s' if n > 1 else ''}".replace(",", " ")
