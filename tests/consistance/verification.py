"""Compare a sheet with the files, figure by figure; give every difference as a sentence."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tests.consistance import attendus, tuiles
from tests.consistance.fichiers import Fichiers, Ligne
from tests.consistance.page import Bloc, Page, Table
from tests.consistance.valeurs import affichee, brute, chiffree, jour, memes, nombre, nombres

PRECISIONS = re.compile(r" · [^·]* au \d\d/\d\d/\d{4}(, sur [\d\s]+ lignes parmi [\d\s]+)?$")
"""What a tile adds under its figure: the producer, the date of the file, how many of its rows were read if not all. Its
figure must be that of the files all the same."""


@dataclass
class Verification:
    """Checks of several sheets. ``colonnes``: {(source, table, label): columns of the file that it may be} is learnt
    from sheet to sheet, so that one label cannot stand for one column here and another one there."""

    fichiers: Fichiers
    aujourd_hui: date
    colonnes: dict[tuple[str, int, str], set[str]] = field(default_factory=dict)
    figures: int = 0
    vus: set[str] = field(default_factory=set)

    def fautes(self, siren: str, page: Page) -> list[str]:
        """Every difference between the sheet of a company and the files."""
        trouvees = [*self._entete(siren, page), *self._tuiles(siren, page), *self._dates(siren, page)]
        for bloc in page.blocs:
            trouvees += self._bloc(siren, bloc)
        return [f"{siren} · {faute}" for faute in trouvees]

    def export(self, siren: str, nom: str, texte: str) -> list[str]:
        """Every difference between the rows that a bloc exports and those of the files: all of them, all columns."""
        entetes, *lignes = csv.reader(io.StringIO(texte, newline=""), delimiter=";")
        # Labels come from nomenclatures, not from the file; an apostrophe disarms what a spreadsheet would run.
        garder = [i for i, e in enumerate(entetes) if not e.endswith("– libellé")]
        table = Table([entetes[i] for i in garder], [[x[i].removeprefix("'") for i in garder] for x in lignes])
        prevues = attendus.lignes(self.fichiers, nom, siren, self.aujourd_hui)
        bloc = Bloc("", f"export {nom}", nom)
        self.vus.add(nom)
        return [f"{siren} · {f}" for f in [*self._table(bloc, 3, table, prevues), *self._nombre(bloc, table, prevues)]]

    def _entete(self, siren: str, page: Page) -> Iterator[str]:
        unite = self.fichiers.lignes("sirene-unites-legales", siren)[0]
        cle = (12 + 3 * (int(siren) % 97)) % 97
        attendus_ = {
            "SIREN": siren,
            "SIRET du siège": siren + unite["nicSiegeUniteLegale"],
            "TVA": f"FR{cle:02d}{siren}",
        }
        for titre, valeur in page.identifiants:
            self.figures += 1
            if not memes(valeur, attendus_[titre]):
                yield f"{titre} : {valeur}, le fichier dit {attendus_[titre]}"

    def _tuiles(self, siren: str, page: Page) -> Iterator[str]:
        calculs = tuiles.Attendues(self.fichiers, siren, self.aujourd_hui)
        unite = self.fichiers.lignes("sirene-unites-legales", siren)[0]
        for titre, texte in page.tuiles:
            dite = PRECISIONS.sub("", texte)
            if titre == "Effectif (tranche Insee)":
                prevus = tuiles.tranche(unite, "trancheEffectifsUniteLegale", "anneeEffectifsUniteLegale")
            else:
                prevus = tuiles.CALCULS[titre](calculs) if titre in tuiles.CALCULS else []
            lus = nombres(re.sub(r"(\d\d)/(\d\d)/(\d{4})", r"\1 / \2 / \3", dite))
            self.figures += len(lus)
            if lus != prevus:
                yield f"tuile « {titre} » : « {dite} », les fichiers donnent {[str(n) for n in prevus]}"

    def _dates(self, siren: str, page: Page) -> Iterator[str]:
        """Alerts and timeline: each day is that of a row of a file about the company."""
        connus = self._jours(siren)
        for texte in [*page.alertes, *page.chronologie]:
            for ecrit in re.findall(r"\d\d/\d\d/\d{4}", texte):
                self.figures += 1
                if jour(ecrit) not in connus:
                    yield f"« {texte} » : aucun fichier ne donne cette date"

    def _jours(self, siren: str) -> set[date | None]:
        noms = [nom for nom in self.fichiers.noms if nom != "dsn-effectifs"]
        return {jour(v) for nom in noms for ligne in self.fichiers.lignes(nom, siren) for v in ligne.values() if v}

    def _bloc(self, siren: str, bloc: Bloc) -> list[str]:
        if not bloc.nom:
            return list(self._bloc_sirene(siren, bloc))
        self.vus.add(bloc.nom)
        synthese = attendus.syntheses(self.fichiers, bloc.nom, siren, self.aujourd_hui)
        tables = list(bloc.tables)
        fautes: list[str] = []
        if synthese is not None and tables:
            fautes += self._table(bloc, 1, tables.pop(0), synthese)
        prevues = attendus.montrees(self.fichiers, bloc.nom, siren, self.aujourd_hui)
        for table in tables:
            fautes += self._table(bloc, 0, table, prevues)
            fautes += self._nombre(bloc, table, prevues)
        if bloc.paires:
            entetes, cellules = zip(*bloc.paires, strict=True)
            fautes += self._table(bloc, 2, Table(list(entetes), [list(cellules)]), prevues)
        return fautes

    def _table(self, bloc: Bloc, rang: int, table: Table, prevues: Sequence[Ligne]) -> Iterator[str]:
        """Each row shown is a row of the file, under the same columns as everywhere else; totals are sums."""
        index = _index(prevues)
        for ligne in table.lignes:
            chiffres = [(e, c) for e, c in zip(table.entetes, ligne, strict=True) if chiffree(c) and e != "Lien"]
            self.figures += len(chiffres)
            if not chiffres:
                continue
            possibles: dict[str, set[str]] = {}
            rangs = [{i for f in affichee(valeur) for i in index.get(f, ())} for _, valeur in chiffres]
            for prevue in (prevues[i] for i in sorted(set.intersection(*rangs))):
                trouvees = {e: {c for c, v in prevue.items() if v and memes(valeur, v)} for e, valeur in chiffres}
                if all(trouvees.values()):
                    for entete, colonnes in trouvees.items():
                        possibles.setdefault(entete, set()).update(c.split("#")[0] for c in colonnes)
            if not possibles:
                yield f"{bloc.titre} : aucune ligne du fichier ne dit {chiffres}"
                continue
            for entete, colonnes in possibles.items():
                communes = self.colonnes.setdefault((bloc.nom, rang, entete), colonnes)
                if not communes & colonnes:
                    yield f"{bloc.titre} : « {entete} » n'est pas toujours la même colonne ({communes} puis {colonnes})"
                communes &= colonnes or communes
        for entete, total in zip(table.entetes, table.totaux, strict=False):
            if chiffree(total):
                self.figures += 1
                sommes = [_somme(prevues, c) for c in self.colonnes.get((bloc.nom, rang, entete), set())]
                if not any(memes(total, str(s)) for s in sommes):
                    yield f"{bloc.titre} : total {total} sous « {entete} », les fichiers donnent {sommes}"

    def _nombre(self, bloc: Bloc, table: Table, prevues: Sequence[Ligne]) -> Iterator[str]:
        """As many rows as the file has, or the link to the others says how many there are."""
        if bloc.nom in attendus.SANS_COMPTE:
            return
        if serie := attendus.SERIES.get(bloc.nom) if not bloc.titre.startswith("export") else None:
            yield from self._periode(bloc, table, prevues, serie[0])
            return
        plus = [texte for texte in bloc.liens if texte.startswith(("Voir plus", "Voir le détail"))]
        dit = int(nombres(plus[0])[0]) if plus else len(table.lignes)
        self.figures += 1
        if dit != len(prevues):
            yield f"{bloc.titre} : {dit} lignes dites, {len(prevues)} dans le fichier"

    def _periode(self, bloc: Bloc, table: Table, prevues: Sequence[Ligne], colonne: str) -> Iterator[str]:
        """The latest months, none missing: a whole period, or the first ones and a link to the others."""
        combien = len(table.lignes)
        entiere = combien == len(prevues) or combien in attendus.PERIODES
        if not entiere and not any(texte.startswith("Voir tous les chiffres") for texte in bloc.liens):
            yield f"{bloc.titre} : {combien} mois montrés sur {len(prevues)}"
        for ligne, prevue in zip(table.lignes, prevues, strict=False):
            if not memes(ligne[0], prevue[colonne]):
                yield f"{bloc.titre} : {ligne[0]} à la place de {prevue[colonne]}"

    def _bloc_sirene(self, siren: str, bloc: Bloc) -> Iterator[str]:
        """Identity, list of establishments: every number is one of the row of Sirene that it is about."""
        etablissements = {e["siret"]: e for e in self.fichiers.lignes("sirene-etablissements", siren)}
        unite = self.fichiers.lignes("sirene-unites-legales", siren)[0]
        siege = etablissements[siren + unite["nicSiegeUniteLegale"]]
        for titre, valeur in bloc.paires:
            yield from self._sirene(f"{titre} : {valeur}", valeur, [unite, siege])
        for table in bloc.tables:
            for ligne in table.lignes:
                trouve = re.search(r"\d{3} \d{3} \d{3} \d{5}", ligne[0])
                connu = etablissements.get(trouve[0].replace(" ", "")) if trouve else None
                if connu is None:
                    yield f"établissement inconnu du fichier : {ligne[0]}"
                    continue
                for cellule in ligne[1:]:
                    yield from self._sirene(f"{connu['siret']} : {cellule}", cellule, [connu, unite])

    def _sirene(self, quoi: str, valeur: str, lignes: list[Ligne]) -> Iterator[str]:
        connus: set[str] = set()
        for ligne in lignes:
            for texte in ligne.values():
                connus |= (
                    brute(texte) | set(re.findall(r"\d+", texte)) | {n.lstrip("0") for n in re.findall(r"\d+", texte)}
                )
                if quand := jour(texte):
                    connus.add(f"jour {quand}")
            for colonne in ("trancheEffectifsUniteLegale", "trancheEffectifsEtablissement"):
                connus |= set(tuiles.TRANCHES.get(ligne.get(colonne, ""), "").split())
        if affichee(valeur) & connus:
            self.figures += chiffree(valeur)
            return
        for chiffres in re.findall(r"\d{3} \d{3} \d{3} \d{5}|\d{1,3}(?: \d{3})+|\d+", valeur):
            self.figures += 1
            if not {chiffres, chiffres.replace(" ", "")} & connus:
                yield f"{quoi} : « {chiffres} » n'est pas dans Sirene"


def _index(prevues: Sequence[Ligne]) -> dict[str, set[int]]:
    """Ranks of the rows that have a value in any of their columns."""
    rangs: dict[str, set[int]] = {}
    for rang, prevue in enumerate(prevues):
        for valeur in prevue.values():
            for forme in brute(valeur) if valeur else ():
                rangs.setdefault(forme, set()).add(rang)
    return rangs


def _somme(lignes: Sequence[Ligne], colonne: str) -> Decimal:
    """Sum of a column, with the figure of one of the latest rows when the column is that of a group."""
    valeurs = [x.get(colonne) or x.get(f"{colonne}#0", "") for x in lignes]
    return sum((nombre(v) or Decimal(0) for v in valeurs), Decimal(0))
