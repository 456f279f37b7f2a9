"""Compare a sheet with the files, figure by figure; give every difference as a sentence."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tests.consistance import attendus, confrontation, ratios, tuiles
from tests.consistance.fichiers import Fichiers, Ligne
from tests.consistance.page import Bloc, Page, Table, propre
from tests.consistance.repertoire import Repertoire
from tests.consistance.territoire import NATIONAL, TITRES, Partie, Territoire
from tests.consistance.valeurs import affichee, brute, chiffree, jour, memes, nombre, nombres

SUR = r", sur [\d\s]+ lignes parmi [\d\s]+"
PRECISIONS = re.compile(rf" · [^·]*( au |date de la donnée inconnue, importée le )\d\d/\d\d/\d{{4}}({SUR})?$")
"""What a tile adds under its figure: the producer, the date of the file, how many of its rows were read if not all. Its
figure must be that of the files all the same."""


D_UN_FICHIER_A_L_AUTRE = {("elus", "Code de la collectivité")}
"""Of an archive: each of its files names that column in its own way (a commune, an EPCI)."""


@dataclass
class Verification:
    """Checks of several sheets, as a reader of a territory gets them. ``colonnes``: {(source, table, label): columns of
    the file that it may be} is learnt from sheet to sheet, so that one label cannot stand for one column here and
    another one there."""

    entiers: Fichiers
    aujourd_hui: date
    territoire: Territoire = NATIONAL
    colonnes: dict[tuple[str, int, str], set[str]] = field(default_factory=dict)
    lues: int = 0
    vus: set[str] = field(default_factory=set)
    perimetres: dict[str, int] = field(default_factory=dict)
    """How many scopes of each kind were checked."""

    def __post_init__(self) -> None:
        self.fichiers = Partie(self.entiers, self.territoire, self.aujourd_hui)
        self.ratios = ratios.Ratios(self.entiers)
        self.confrontation = confrontation.Confrontation(self.entiers)
        self.repertoire = Repertoire(self.entiers, self.fichiers, self.aujourd_hui)

    @property
    def figures(self) -> int:
        """Number of figures compared with the files."""
        return self.lues + self.ratios.lus + self.confrontation.lus + self.repertoire.lus

    def fautes(self, siren: str, page: Page) -> list[str]:
        """Every difference between the sheet of a company and the files."""
        trouvees = [*self.chiffres(siren, page), *self._perimetres(siren, page)]
        return [f"{siren} · {faute}" for faute in trouvees]

    def chiffres(self, siren: str, page: Page) -> list[str]:
        """Every difference between the figures of a sheet and the files, whatever its reader may read of them."""
        trouvees = [*self._entete(siren, page), *self._tuiles(siren, page), *self._dates(siren, page)]
        return [*trouvees, *(faute for bloc in page.blocs for faute in self._bloc(siren, bloc))]

    def export(self, siren: str, nom: str, texte: str) -> list[str]:
        """Every difference between the rows that a bloc exports and those of the files: all of them, all columns."""
        entetes, *lignes = csv.reader(io.StringIO(texte, newline=""), delimiter=";")
        if nom == "etablissements":
            return [
                f"{siren} · {f}"
                for f in self.repertoire.export(siren, [dict(zip(entetes, x, strict=True)) for x in lignes])
            ]
        # Labels come from nomenclatures, medians from FCE; an apostrophe disarms what a spreadsheet would run.
        calculee = re.compile(r"– libellé$|\(calcul FCE\)|^Périmètre$").search
        garder = [i for i, e in enumerate(entetes) if not calculee(e)]
        dits = [ligne[-1] for ligne in lignes] if entetes[-1] == "Périmètre" else [""]
        if not any(cellule for ligne in lignes for cellule in ligne[:-1]):
            lignes = []
        table = Table([entetes[i] for i in garder], [[x[i].removeprefix("'") for i in garder] for x in lignes])
        prevues = attendus.lignes(self.fichiers, nom, siren, self.aujourd_hui)
        bloc = Bloc("", f"export {nom}", nom)
        self.vus.add(nom)
        fautes = [*self._table(siren, bloc, 3, table, prevues), *self._nombre(bloc, table, prevues)]
        fautes += [f"{nom}.csv : « {dit} »" for dit in set(dits) if not self._du_fichier(nom, siren, propre(dit))]
        return [f"{siren} · {f}" for f in fautes]

    def _du_fichier(self, nom: str, siren: str, dit: str) -> bool:
        """Whether the file of a source says its scope; it counts establishments of elsewhere when a rule chose them."""
        prevu = self.fichiers.perimetre(nom, siren)
        self.perimetres["csv"] = self.perimetres.get("csv", 0) + 1
        # A source that tells of some months ends with them, and with how many rows are older.
        dit = re.sub(r" ?(Lignes [^.]*\.)?( ?\d+ autres? lignes? [^.]*\.)?$", "", dit)
        if not self.fichiers.additionnee(nom, siren):
            return dit == prevu
        debut = f"Votre territoire seulement : {self.territoire.nom} ; ailleurs dans l'entreprise"
        return dit.startswith(debut) and nombres(dit)[-1] == self.fichiers.ailleurs(nom, siren)[0]

    def classeur(self, siren: str, sources: Sequence[Sequence[str]]) -> list[str]:
        """Every difference between what the first tab of a workbook says of each source and the files."""
        fautes = []
        dites = {ligne[0]: ligne for ligne in sources if len(ligne) > 8}
        for nom, titre in TITRES.items():
            etat, perimetre = self.fichiers.etat(nom, siren), ""
            if etat != "Réservé":
                perimetre = self.fichiers.perimetre(nom, siren) or "Toute l'entreprise"
            self.perimetres[etat] = self.perimetres.get(etat, 0) + 1
            dit = [propre(x or "") for x in (dites[titre][6], dites[titre][8])]
            if etat == "Aucune donnée connue":
                dit[0] = re.sub(rf"^({etat}) .*", r"\1", dit[0])
            if dit != [etat, perimetre]:
                fautes.append(f"{siren} · classeur, {titre} : {dit}, les fichiers donnent {[etat, perimetre]}")
            suffixe = f" – {perimetre[:1].lower()}{perimetre[1:-1]}" if self.territoire.departements else ""
            if etat == "Aucune donnée connue" and f"{suffixe} (" not in propre(dites[titre][7]):
                fautes.append(f"{siren} · classeur, {titre} : « {dites[titre][7]} » ne dit pas « {suffixe} »")
        return fautes

    def api(self, siren: str, sources: Sequence[dict[str, Any]]) -> list[str]:
        """Every difference between the scopes and the counts that the API gives and the files."""
        fautes = []
        par_nom = {source["source"]: source for source in sources}
        for nom in TITRES:
            if self.fichiers.etat(nom, siren) == "Réservé":
                continue
            lue, somme = par_nom[nom], self.fichiers.additionnee(nom, siren)
            entier = not self.territoire.departements or not (somme or self.fichiers.isolee(siren))
            ailleurs = self.fichiers.ailleurs(nom, siren)[0] if somme else None
            dit = (lue["perimetre"]["entier"], lue["ensemble"]["ailleurs"] if lue["ensemble"] else None)
            self.perimetres["api"] = self.perimetres.get("api", 0) + 1
            if dit != (entier, ailleurs):
                fautes.append(f"{siren} · API, {nom} : {dit}, les fichiers donnent {(entier, ailleurs)}")
        return fautes

    def _perimetres(self, siren: str, page: Page) -> Iterator[str]:
        """Each bloc and each line without data says what it is about, and none is missing."""
        for nom, titre in TITRES.items():
            etat, bloc = self.fichiers.etat(nom, siren), page.bloc(nom)
            if (bloc is not None) != (etat == "Données"):
                yield f"{titre} : {'montré' if bloc else 'absent'}, les fichiers donnent « {etat} »"
            if bloc is not None and re.sub(rf"{SUR}\.$", ".", bloc.perimetre) != self.fichiers.perimetre(nom, siren):
                yield f"{titre} : « {bloc.perimetre} », attendu « {self.fichiers.perimetre(nom, siren)} »"
            if etat == "Aucune donnée connue" and (dit := self.fichiers.perimetre(nom, siren)[:-1]):
                dit = f" – {dit[:1].lower()}{dit[1:]}"
                if not any(dit in vide for vide in page.vides):
                    yield f"{titre} : rien ne dit « {dit} » parmi {page.vides}"
        for bloc in page.blocs:
            prevu = self.fichiers.perimetre(bloc.nom, siren)
            if bloc.nom not in TITRES and bloc.rubrique != "historique" and bloc.perimetre != prevu:
                yield f"{bloc.titre} : « {bloc.perimetre} », attendu « {prevu} »"
        dite = next((b.perimetre for b in page.blocs if b.rubrique == "historique"), "")
        if re.sub(r"sauf .* genres? (que .*) : .*", r"sauf … \1.", dite) != self.fichiers.chronologie(siren):
            yield f"chronologie : « {dite} », attendu « {self.fichiers.chronologie(siren)} »"

    def _entete(self, siren: str, page: Page) -> Iterator[str]:
        unite = self.fichiers.lignes("sirene-unites-legales", siren)[0]
        cle = (12 + 3 * (int(siren) % 97)) % 97
        attendus_ = {
            "SIREN": siren,
            "SIRET du siège": siren + unite["nicSiegeUniteLegale"],
            "TVA": f"FR{cle:02d}{siren}",
        }
        for titre, valeur in page.identifiants:
            self.lues += 1
            if titre == "EUID":
                if not re.fullmatch(rf"FR\d{{4}}\.{siren}", valeur):
                    yield f"EUID : {valeur}, d'une autre forme que FR, quatre chiffres, SIREN"
            elif not memes(valeur, attendus_[titre]):
                yield f"{titre} : {valeur}, le fichier dit {attendus_[titre]}"

    def _tuiles(self, siren: str, page: Page) -> Iterator[str]:
        calculs = tuiles.Attendues(self.fichiers, siren, self.aujourd_hui)
        entiers = tuiles.Attendues(self.entiers, siren, self.aujourd_hui)
        unite = self.fichiers.lignes("sirene-unites-legales", siren)[0]
        for titre, entier in page.tuiles:
            texte = entier
            if nom := tuiles.TERRITORIALES.get(titre, ""):
                somme = titre in tuiles.SOMMES and self.fichiers.additionnee(nom, siren)
                texte, mention = tuiles.separer(entier)
                yield from self._mention(siren, titre, nom, mention, somme=somme)
                if somme:
                    partie = mention.partition(f"dont {self.territoire.nom} : ")[2]
                    partie = re.sub("^aucune donnée connue.*", "", partie)
                    yield from self._tuile(titre, partie, self._partie(titre, nom, siren, calculs))
                    prevue = tuiles.SOMMES[titre](entiers)
                    yield from self._tuile(titre, PRECISIONS.sub("", texte), prevue)
                    continue
            dite = PRECISIONS.sub("", texte)
            if titre == "Effectif (tranche Insee)":
                prevus = tuiles.tranche(unite, "trancheEffectifsUniteLegale", "anneeEffectifsUniteLegale")
            else:
                prevus = tuiles.CALCULS[titre](calculs) if titre in tuiles.CALCULS else []
            yield from self._tuile(titre, dite, prevus)

    def _tuile(self, titre: str, dite: str, prevus: list[Decimal]) -> Iterator[str]:
        # The months of a period in which nothing is known are no figure of it.
        lus = (
            []
            if dite.startswith("aucune donnée connue")
            else nombres(re.sub(r"(\d\d)/(\d\d)/(\d{4})", r"\1 / \2 / \3", dite))
        )
        self.lues += len(lus)
        if lus != prevus:
            yield f"tuile « {titre} » : « {dite} », les fichiers donnent {[str(n) for n in prevus]}"

    def _partie(self, titre: str, nom: str, siren: str, calculs: tuiles.Attendues) -> list[Decimal]:
        """What the tile says of the part of the reader, nothing when he has none."""
        siennes = attendus.lignes(self.fichiers, nom, siren, self.aujourd_hui)
        return tuiles.CALCULS[titre](calculs) if siennes else []

    def _mention(self, siren: str, titre: str, nom: str, mention: str, *, somme: bool) -> Iterator[str]:
        """What a tile says that it is about."""
        prevue = self.fichiers.perimetre(nom, siren).partition(" ; ")[0].rstrip(".")
        prevue = "Toute l'entreprise" if somme else prevue
        self.perimetres["tuile"] = self.perimetres.get("tuile", 0) + 1
        dite = mention.partition(", dont ")[0]
        if dite != prevue[:1].lower() + prevue[1:]:
            yield f"tuile « {titre} » : « {mention} », attendu « {prevue} »"

    def _dates(self, siren: str, page: Page) -> Iterator[str]:
        """Alerts and timeline: each day is that of a row of a file about the company."""
        connus = self._jours(siren)
        for texte in [*page.alertes, *page.chronologie]:
            for ecrit in re.findall(r"\d\d/\d\d/\d{4}", texte):
                self.lues += 1
                if jour(ecrit) not in connus:
                    yield f"« {texte} » : aucun fichier ne donne cette date"

    def _jours(self, siren: str) -> set[date | None]:
        noms = [nom for nom in self.fichiers.noms if nom != "dsn-effectifs"]
        return {jour(v) for nom in noms for ligne in self.fichiers.lignes(nom, siren) for v in ligne.values() if v}

    def _bloc(self, siren: str, bloc: Bloc) -> list[str]:
        if bloc.titre == "Chiffre d'affaires par exercice":
            return list(self._par_an(siren, bloc))
        if bloc.titre == ratios.TITRE:
            return list(self.ratios.fautes(siren, bloc))
        if bloc.titre == confrontation.TITRE:
            return list(self.confrontation.fautes(siren, bloc))
        if not bloc.nom:
            return list(self.repertoire.bloc(siren, bloc))
        self.vus.add(bloc.nom)
        synthese = self.fichiers.syntheses(bloc.nom, siren)
        tables = list(bloc.tables)
        fautes: list[str] = []
        if synthese is not None and tables:
            fautes += self._table(siren, bloc, 1, tables.pop(0), synthese)
        prevues = self.fichiers.montrees(bloc.nom, siren)
        for table in tables:
            fautes += self._table(siren, bloc, 0, table, prevues)
        if tables:
            # In two when the reader's territory comes first.
            toutes = [ligne for table in tables for ligne in table.lignes]
            fautes += self._nombre(bloc, Table(tables[0].entetes, toutes), prevues)
        if bloc.paires:
            entetes, cellules = zip(*bloc.paires, strict=True)
            fautes += self._table(siren, bloc, 2, Table(list(entetes), [list(cellules)]), prevues)
        return fautes

    def _par_an(self, siren: str, bloc: Bloc) -> Iterator[str]:
        """Each year: the figure of the company, that of its group, the day on which each was closed."""
        (table,) = bloc.tables
        groupe = [i for i, e in enumerate(table.entetes) if "groupe" in e]
        propre_ = [i for i, e in enumerate(table.entetes) if "entreprise" in e]
        lues = []
        for ligne in table.lignes:
            lue = [ligne[0]]
            for place in (propre_, groupe):
                clos = re.search(r"\d\d/\d\d/\d{4}", ligne[place[0] + 1]) if place else None
                lue += [ligne[place[0]] if place else "", clos[0] if clos else ""]
            lues.append(lue)
            self.lues += sum(map(chiffree, lue))
        prevues = attendus.par_an(self.fichiers, siren, self.aujourd_hui)
        if len(lues) != len(prevues):
            yield f"{bloc.titre} : {len(lues)} exercices, {len(prevues)} dans les fichiers"
        for lue, prevue in zip(lues, prevues, strict=False):
            if not all(memes(a, b) if b else not a for a, b in zip(lue, prevue, strict=True)):
                yield f"{bloc.titre} : {lue}, les fichiers disent {prevue}"

    def _table(self, siren: str, bloc: Bloc, rang: int, table: Table, prevues: Sequence[Ligne]) -> Iterator[str]:
        """Each row shown is a row of the file, under the same columns as everywhere else; totals are sums."""
        index = _index(prevues)
        for ligne in table.lignes:
            chiffres = [(e, c) for e, c in zip(table.entetes, ligne, strict=True) if chiffree(c) and e != "Lien"]
            self.lues += len(chiffres)
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
                if not communes & colonnes and (bloc.nom, entete) not in D_UN_FICHIER_A_L_AUTRE:
                    yield f"{bloc.titre} : « {entete} » n'est pas toujours la même colonne ({communes} puis {colonnes})"
                communes &= colonnes or communes
        for libelle, *totaux in table.totaux:
            yield from self._totaux(siren, bloc, rang, libelle, list(zip(table.entetes[1:], totaux, strict=True)))

    def _totaux(
        self, siren: str, bloc: Bloc, rang: int, libelle: str, totaux: Sequence[tuple[str, str]]
    ) -> Iterator[str]:
        """A row of totals adds up what it says: the whole, or the part of the reader."""
        somme = self.fichiers.additionnee(bloc.nom, siren)
        partie = somme or (bloc.nom in TITRES and self.fichiers.isolee(siren))
        if libelle not in (
            [f"Total {self.territoire.nom}", "Toute l'entreprise"][: 1 + somme]
            if partie
            else ["Total", "Total, ailleurs compris"]
        ):
            yield f"{bloc.titre} : « {libelle} » n'a pas à être additionné"
        lus = self.entiers if libelle == "Toute l'entreprise" else self.fichiers
        additionnees = attendus.montrees(lus, bloc.nom, siren, self.aujourd_hui)
        for entete, total in totaux:
            # Of a part without any row, columns were learnt elsewhere, or any one of the file will do.
            connues = self.colonnes.get((bloc.nom, rang, entete)) or {c for x in additionnees for c in x}
            sommes = [_somme(additionnees, c) for c in connues] if chiffree(total) else []
            self.lues += bool(sommes)
            if sommes and not any(memes(total, str(s)) for s in sommes):
                yield f"{bloc.titre} : {libelle} {total} sous « {entete} », les fichiers donnent {sommes}"

    def _nombre(self, bloc: Bloc, table: Table, prevues: Sequence[Ligne]) -> Iterator[str]:
        """As many rows as the file has, or the link to the others says how many there are."""
        if bloc.nom in attendus.SANS_COMPTE:
            return
        if serie := attendus.SERIES.get(bloc.nom) if not bloc.titre.startswith("export") else None:
            yield from self._periode(bloc, table, prevues, serie[0])
            return
        plus = [texte for texte in bloc.liens if texte.startswith(("Voir plus", "Voir le détail"))]
        dit = int(nombres(plus[0])[0]) if plus else len(table.lignes)
        self.lues += 1
        if dit != len(prevues):
            yield f"{bloc.titre} : {dit} lignes dites, {len(prevues)} dans le fichier"

    def _periode(self, bloc: Bloc, table: Table, prevues: Sequence[Ligne], colonne: str) -> Iterator[str]:
        """The latest months, none missing: a whole period, or the first ones and a link to the others."""
        combien = len(table.lignes)
        entiere = combien == len(prevues) or combien in (*attendus.PERIODES, attendus.PAGE)
        if not entiere and not any(texte.startswith("Voir tous les chiffres") for texte in bloc.liens):
            yield f"{bloc.titre} : {combien} mois montrés sur {len(prevues)}"
        for ligne, prevue in zip(table.lignes, prevues, strict=False):
            if not memes(ligne[0], prevue[colonne]):
                yield f"{bloc.titre} : {ligne[0]} à la place de {prevue[colonne]}"


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
