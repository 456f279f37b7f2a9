"""Read a file that no declaration describes yet, in the bounded process (ADR 0051): its form, first lines, proposals.

Readers are those of ``sources.lecture``; what the producer says (``FormeDuFichier``) is followed, the rest is found.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import structlog

from fce.donnees.declarations.detection import ColonneProposee, Detection, detecter
from fce.donnees.declarations.signes import titres_connus
from fce.socle.erreurs import ImportRefuse
from fce.socle.texte.formats import pluriel
from fce.socle.travaux.processus_borne import FilsArrete, RefusDuFils, executer
from fce.sources.lecture import enfant, refus
from fce.sources.lecture.lot import Illisible

MONTREES: Final = 200
SIGNES_LUS: Final = 30_000_000
"""Characters kept for the proposals, a cell counting for eight at least; following lines are only counted."""
COLONNES_MAX, ENTETE_MAX, ESSAI = 300, 30, 60
SEPARATEURS: Final = {";": "point-virgule", ",": "virgule", "\t": "tabulation", "|": "barre"}
ENCODAGES: Final = {"utf-8-sig": "UTF-8", "cp1252": "Windows (cp1252)", "iso-8859-15": "Latin-9"}
_CELLULE: Final = 2_000
_Rangee = tuple[int, list[str]]
log = structlog.get_logger(__name__)


class FormeDuFichier(NamedTuple):
    """What the producer says of a file; empty: to be found. ``entete``: line of the titles, 0 for none."""

    feuille: str = ""
    entete: int | None = None
    encodage: str = ""
    separateur: str = ""


class Exploration(NamedTuple):
    """``format``: "csv", "xlsx" or "parquet". ``montrees``: first rows, with their lines. ``lignes``: rows of the file;
    ``examinees``: those that the proposals come from. ``remarques``: sentences about its form."""

    format: str
    choix: FormeDuFichier
    feuilles: Sequence[str]
    titres: Sequence[str]
    montrees: Sequence[_Rangee]
    lignes: int
    examinees: int
    remarques: Sequence[str]
    detection: Detection


def explorer(chemin: Path, choix: FormeDuFichier | None = None) -> Exploration:
    """Read a file and propose its columns. Raises ImportRefuse for what cannot be read within ``DE_PAGE``."""
    from fce.sources.lecture import DE_PAGE

    try:
        ((dit, _),) = executer(
            explorer_ici, str(chemin), choix or FormeDuFichier(), bornes=DE_PAGE.processus, preparer=enfant.preparer
        )
    except RefusDuFils as refuse:
        raise ImportRefuse(refuse.message, **refuse.details) from None
    except FilsArrete as limite:
        log.warning("exploration_arretee", motif=limite.motif, detail=limite.detail)
        raise refus(chemin, limite.motif, "il est démesuré, abîmé ou piégé ; rien n’en a été gardé.") from limite
    return depuis_json(dit)


def depuis_json(dit: dict[str, Any]) -> Exploration:
    """The exploration that JSON holds, from the child or from a draft."""
    colonnes, *autres = dit["detection"]
    proposees = tuple(ColonneProposee._make(tuple(v) if isinstance(v, list) else v for v in c) for c in colonnes)
    vue = Exploration(**dit)
    return vue._replace(choix=FormeDuFichier(*vue.choix), detection=Detection(proposees, *autres))


def explorer_ici(chemin: str, choix: FormeDuFichier) -> Iterator[tuple[dict[str, Any], bytes]]:
    """In the child process."""
    from fce.sources.lecture.ouverture import genre

    fichier = Path(chemin)
    sorte = genre(fichier)
    if sorte == "zip" and _est_un_classeur(fichier):
        format_, feuilles, choix, rangees = "xlsx", *_du_classeur(fichier, choix)
    elif sorte == "parquet":
        format_, feuilles, choix, rangees = "parquet", (), choix._replace(entete=1), _du_parquet(fichier)
    else:
        format_, feuilles, (choix, rangees) = "csv", (), _du_csv(fichier, choix)
    yield _examiner(fichier, format_, feuilles, choix, rangees)._asdict(), b""


def _examiner(
    fichier: Path, format_: str, feuilles: tuple[str, ...], choix: FormeDuFichier, rangees: Iterator[_Rangee]
) -> Exploration:
    debut = [*itertools.islice(rangees, ENTETE_MAX + ESSAI)]
    entete = trouver_entete(debut) if choix.entete is None else choix.entete
    suite = itertools.chain(debut, rangees)
    largeur = max((len(c) for _, c in debut), default=0)
    if largeur > COLONNES_MAX:
        raise refus(fichier, "colonnes", f"il a {pluriel(largeur, 'colonne')}, plus de {COLONNES_MAX}.")
    ecrits = next((c for rang, c in debut if rang == entete), [])
    noms = [" ".join(t.split())[:250] for t in (*ecrits, *[""] * (largeur - len(ecrits)))]
    titres = tuple(t or f"(colonne {n} sans titre)" for n, t in enumerate(noms, 1))
    colonnes: list[list[str]] = [[] for _ in titres]
    lignes = signes = inegales = fautives = 0
    montrees: list[_Rangee] = []
    for rang, cellules in suite:
        if rang <= entete or not any(cellules):
            continue
        lignes += 1
        inegales += format_ == "csv" and len(cellules) != len(titres)
        fautives += any(isinstance(c, Illisible) for c in cellules)
        if signes > SIGNES_LUS:
            continue
        coupees = [str(c)[:_CELLULE].strip().replace("\0", "") for c in (*cellules, *[""] * len(titres))[: len(titres)]]
        signes += sum(len(c) + 8 for c in coupees)
        for valeurs, cellule in zip(colonnes, coupees, strict=True):
            valeurs.append(cellule)
        if len(montrees) < MONTREES:
            montrees.append((rang, [c[:100] for c in coupees]))
    examinees = len(colonnes[0]) if colonnes else 0
    comptes = (entete, lignes, examinees, inegales, fautives)
    detection = detecter(titres, colonnes)
    detection = detection._replace(
        colonnes=tuple(c._replace(exemples=(*_masquer(c.exemples, [c] * 3),)) for c in detection.colonnes)
    )
    vues = tuple((rang, _masquer(cellules, detection.colonnes)) for rang, cellules in montrees)
    choix = choix._replace(entete=entete)
    return Exploration(format_, choix, feuilles, titres, vues, lignes, examinees, _remarquer(*comptes), detection)


def _remarquer(entete: int, lignes: int, examinees: int, inegales: int, fautives: int) -> tuple[str, ...]:
    dites = {
        f"Les titres sont à la ligne {entete} ; les lignes au-dessus ne sont pas gardées.": entete > 1,
        "Aucune ligne de titres n’a été trouvée.": not entete,
        f"{pluriel(inegales, 'ligne')} sans autant de cellules que de titres : à écarter.": inegales,
        f"{pluriel(fautives, 'ligne')} avec une cellule en erreur dans le tableur : à écarter.": fautives,
        f"Propositions tirées du début du fichier : {pluriel(examinees, 'ligne')}.": examinees < lignes,
    }
    return tuple(phrase for phrase, vraie in dites.items() if vraie)


def _masquer(cellules: Sequence[str], colonnes: Sequence[ColonneProposee]) -> list[str]:
    """Cells of a column that may speak of a person keep their first sign only: nothing stored names anyone."""
    return [c and f"{c[:1]}…" if p.personnelle else c for c, p in zip(cellules, colonnes, strict=False)]


def trouver_entete(debut: Sequence[_Rangee]) -> int:
    """The line of the titles: as wide as the data, all texts, with the most known words; 0 for none."""
    pleines = [sum(map(bool, c)) for _, c in debut]
    usuelle = Counter(pleines).most_common(1)[0][0] if pleines else 0
    meilleure, score = 0, -1
    for (rang, cellules), remplies in zip(debut[:ENTETE_MAX], pleines, strict=False):
        textes = [c.strip() for c in cellules if c.strip()]
        if remplies * 2 <= usuelle or any(_est_une_donnee(c) for c in textes) or len({*textes}) * 2 <= len(textes):
            continue
        if (connus := titres_connus(textes)) > score and (score < 0 or connus > score + 1):
            meilleure, score = rang, connus
    return meilleure


def _est_une_donnee(cellule: str) -> bool:
    nu = cellule.replace(" ", "")
    chiffree = (len(nu) > 4 and sum(map(str.isdigit, nu)) * 2 > len(nu)) or not any(map(str.isalpha, nu))
    return "@" in nu or chiffree


def _est_un_classeur(fichier: Path) -> bool:
    from fce.sources.lecture.archives import archive_zip

    with archive_zip(fichier, membre_max=None) as archive:
        return "xl/workbook.xml" in archive.namelist() or any(n.startswith("xl/worksheets") for n in archive.namelist())


def _du_classeur(fichier: Path, choix: FormeDuFichier) -> tuple[tuple[str, ...], FormeDuFichier, Iterator[_Rangee]]:
    from fce.sources.lecture.classeur import feuilles_xlsx

    # {name: (visible, cells of its first lines)}: the table is the fullest visible sheet.
    feuilles = {
        nom: (not cachee, sum(len(c) for _, c in itertools.islice(rangees, ESSAI)))
        for nom, cachee, rangees in itertools.islice(feuilles_xlsx(fichier), 30)
    }
    if not feuilles or choix.feuille not in ("", *feuilles):
        raise refus(fichier, "classeur", f"la feuille « {choix.feuille} » est absente, ou le classeur est vide.")
    elue = choix.feuille or max(feuilles, key=feuilles.__getitem__)

    def lire_la_feuille() -> Iterator[_Rangee]:
        for nom, _, rangees in feuilles_xlsx(fichier):
            if nom == elue:
                yield from ((rang, [c.get(n) or "" for n in range(1, max(c, default=0) + 1)]) for rang, c in rangees)
                return

    return tuple(feuilles), choix._replace(feuille=elue), lire_la_feuille()


def _du_parquet(fichier: Path) -> Iterator[_Rangee]:
    from fce.sources.lecture.parquet import Balayage

    balayage = Balayage(fichier)
    noms = [nom.strip() for nom in balayage.noms]
    yield 1, noms
    rangs = itertools.count(2)
    for lot in balayage.lots(noms):
        yield from ((next(rangs), [c or "" for c in ligne]) for ligne in lot.iter_rows())


def _du_csv(fichier: Path, choix: FormeDuFichier) -> tuple[FormeDuFichier, Iterator[_Rangee]]:
    from fce.sources.catalogue.delimite import ouvrir_csv

    encodage = choix.encodage or _encodage(fichier)
    with ouvrir_csv(fichier, encodage) as texte:
        debut = "".join(itertools.islice(iter(lambda: texte.readline(1 << 16), ""), ESSAI))
    separateur = choix.separateur or _separateur(debut)

    def lire_le_texte() -> Iterator[_Rangee]:
        with ouvrir_csv(fichier, encodage) as texte:
            lecteur = csv.reader(texte, delimiter=separateur)
            try:
                yield from ((lecteur.line_num, ligne) for ligne in lecteur)
            except csv.Error as erreur:
                dit = f"un champ dépasse {csv.field_size_limit() >> 10} Kio, ou un guillemet n’est pas fermé."
                raise refus(fichier, "csv", dit, ligne=lecteur.line_num) from erreur
            except UnicodeDecodeError as erreur:
                raise refus(fichier, "encodage", "il n’est pas dans l’encodage choisi.") from erreur

    return choix._replace(encodage=encodage, separateur=separateur), lire_le_texte()


def _encodage(fichier: Path) -> str:
    """UTF-8 when the whole file is; otherwise the one of Windows, or the standard one when a byte is not of Windows."""
    import codecs

    from fce.sources.lecture.ouverture import blocs

    decodeur, windows = codecs.getincrementaldecoder("utf-8")(), True
    utf8 = True
    for bloc, _ in blocs(fichier):
        windows &= not any(octet in bloc for octet in b"\x81\x8d\x8f\x90\x9d")
        try:
            utf8 and decodeur.decode(bloc)
        except UnicodeDecodeError:
            utf8 = False
    return "utf-8-sig" if utf8 else "cp1252" if windows else "iso-8859-15"


def _separateur(debut: str) -> str:
    """The one by which most of the first lines have as many cells, and more than one."""

    def accord(separateur: str) -> tuple[int, int]:
        try:
            largeurs = Counter(
                len(ligne) for ligne in csv.reader(io.StringIO(debut), delimiter=separateur) if any(ligne)
            )
        except csv.Error:
            return 0, 0
        return max(((fois, largeur) for largeur, fois in largeurs.items() if largeur > 1), default=(0, 0))

    return max(SEPARATEURS, key=accord)
