"""The data sets of the universe, read back with the standard library only; the day they were made is known."""

import csv
import io
import json
import tarfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from fce.demo.calendrier import Calendrier

Ligne = dict[str, str]

ENCODAGES = {"mdf-controles": "cp1252", "spectacles": "latin-1"}


class Jeux:
    """Files by source, what the rules need of Sirene, the dates of the day they were made."""

    def __init__(self, chemins: dict[str, Path], calendrier: Calendrier) -> None:
        self.chemins, self.calendrier = chemins, calendrier
        self._lues: dict[str, list[Ligne]] = {}

    def csv(self, nom: str) -> list[Ligne]:
        """Rows of a delimited file."""
        if nom not in self._lues:
            texte = self.chemins[nom].read_text(encoding=ENCODAGES.get(nom, "utf-8-sig"))
            separateur = max(";,", key=texte.partition("\n")[0].count)
            self._lues[nom] = list(csv.DictReader(io.StringIO(texte, newline=""), delimiter=separateur))
        return self._lues[nom]

    def json(self, nom: str) -> Any:
        """A JSON document."""
        return json.loads(self.chemins[nom].read_text(encoding="utf-8"))

    def zip(self, nom: str, membre: str, encodage: str = "utf-8") -> list[Ligne]:
        """Rows of a csv kept in a zip."""
        with zipfile.ZipFile(self.chemins[nom]) as archive:
            texte = archive.read(membre).decode(encodage)
        return list(csv.DictReader(io.StringIO(texte, newline=""), delimiter=";"))

    @cached_property
    def accords_publies(self) -> list[Ligne]:
        """Headings of the published agreements."""
        entetes = []
        with tarfile.open(self.chemins["accords-publies"]) as archive:
            for membre in archive:
                flux = archive.extractfile(membre)
                if flux is not None and membre.name.endswith(".xml"):
                    meta = ElementTree.parse(flux).find(".//META_ACCO")
                    assert meta is not None
                    entetes.append({e.tag: e.text or "" for e in meta})
        return entetes

    @cached_property
    def unites(self) -> dict[str, Ligne]:
        return {u["siren"]: u for u in self.csv("sirene-unites-legales")}

    @cached_property
    def etablissements(self) -> dict[str, Ligne]:
        return {e["siret"]: e for e in self.csv("sirene-etablissements")}

    @cached_property
    def effectifs(self) -> dict[str, dict[str, Ligne]]:
        """Rows of the DSN by SIRET and month ("2026-09")."""
        return par(self.csv("dsn-effectifs"), "SIRET", "MOIS")

    def naf(self, siret: str) -> str:
        return self.etablissements[siret]["activitePrincipaleEtablissement"]

    def departement(self, siret: str) -> str:
        code = self.etablissements[siret]["codeCommuneEtablissement"]
        return code[:3] if code.startswith("97") else code[:2]

    def ouvert(self, siret: str) -> bool:
        return self.etablissements[siret]["etatAdministratifEtablissement"] == "A"

    @cached_property
    def formalites(self) -> dict[str, Any]:
        return {f["siren"]: f["formality"]["content"] for f in self.json("rne")}


class Doubles(dict[str, dict[str, Ligne]]):
    """What is not there is empty, and stays out: asking changes nothing for the next test."""

    def __missing__(self, cle: str) -> dict[str, Ligne]:
        return {}


def par(lignes: Iterable[Ligne], *cles: str) -> dict[str, Any]:
    """Rows by one column, or by two (each pair once)."""
    if len(cles) == 1:
        groupes: dict[str, list[Ligne]] = defaultdict(list)
        for ligne in lignes:
            groupes[ligne[cles[0]]].append(ligne)
        return groupes
    doubles: dict[str, dict[str, Ligne]] = Doubles()
    for ligne in lignes:
        siennes = doubles.setdefault(ligne[cles[0]], {})
        assert ligne[cles[1]] not in siennes
        siennes[ligne[cles[1]]] = ligne
    return doubles


def jour(ecrit: str) -> date:
    """A day, whether 2026-10-31 or 31/10/2026."""
    return datetime.strptime(ecrit, "%d/%m/%Y").date() if "/" in ecrit else date.fromisoformat(ecrit[:10])


def mois(quand: date, plus: int = 0) -> str:
    """ "2026-09": the month of a day, some months later."""
    rang = quand.year * 12 + quand.month - 1 + plus
    return f"{rang // 12}-{rang % 12 + 1:02d}"
