"""The first line: columns are found by name, never by position; whatever does not fit is said precisely."""

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

from fce.socle.identifiants import siren_valide, siret_valide
from fce.sources.declaration import Source
from fce.sources.lecture.refus import refus

TAILLE_MAXIMALE = 1 << 20
_SEPARATEURS = {",": "virgule", ";": "point-virgule", "\t": "tabulation", "|": "barre verticale"}


@dataclass(slots=True)
class Entete:
    """``noms``: columns of the file, in order; ``fin``: bytes and ``lignes``: physical lines up to its end."""

    noms: list[str]
    fin: int
    lignes: int
    avertissements: list[str] = field(default_factory=list)


def lire_entete(source: Source, separateur: str, chemin: Path, octets: bytes) -> Entete:
    """Parse the header at the start of ``octets`` (UTF-8, ends of line already ``\\n``) and match it with the source.

    Raises ``ImportRefuse``: not UTF-8, no header, duplicate, missing column, wrong separator, title lines before it.
    """
    tete = octets[: octets.rfind(b"\n", 0, TAILLE_MAXIMALE) + 1] or octets
    if len(tete) > TAILLE_MAXIMALE:
        raise refus(chemin, "entete", "la première ligne dépasse 1 Mo : ce n'est pas un fichier CSV.", ligne=1)
    premiere = octets.split(b"\n", 1)[0]
    try:
        premiere.decode()
    except UnicodeDecodeError as erreur:
        raise refus(
            chemin, "encodage", "l'en-tête n'est pas en UTF-8 (ISO-8859-1 ou Windows-1252 ?).", ligne=1
        ) from erreur
    # Only the first lines matter here, an invalid byte further down is the affair of the structural pass.
    texte = tete.decode("utf-8", "replace")
    rangs = _premieres_lignes(texte, separateur, 1, chemin)
    if not rangs:
        raise refus(chemin, "vide", "il ne contient que des lignes vides.")
    numero, bruts = rangs[0]
    noms = [n.strip() for n in bruts]
    if not set(noms) & set(source.colonnes):
        _expliquer(source, separateur, chemin, texte, numero, noms)
    doubles = sorted({n for n in noms if n and noms.count(n) > 1})
    if doubles:
        raise refus(chemin, "entete-double", f"colonne en double dans l'en-tête : {', '.join(doubles)}.", ligne=numero)
    noms = [n or f"(sans nom {i + 1})" for i, n in enumerate(noms)]
    avertissements = controler_noms(source, chemin, noms, numero)
    fin = 0
    for _ in range(numero):
        fin = octets.find(b"\n", fin) + 1
        if not fin:
            fin = len(octets)
            break
    return Entete(noms, fin, numero, avertissements)


def controler_noms(source: Source, chemin: Path, noms: list[str], ligne: int | None = None) -> list[str]:
    """Warnings about the columns ``noms``; raises ``ImportRefuse`` with the missing and the unknown ones."""
    manquantes = [c.colonne for c in source.champs.values() if c.colonne not in noms and not c.optionnelle]
    inconnues = [n for n in noms if n not in source.colonnes]
    if manquantes:
        motif = f"colonnes manquantes : {', '.join(manquantes)}"
        if inconnues:
            motif += f" ; colonnes inconnues : {', '.join(n[:60] for n in inconnues[:20])}"
        raise refus(chemin, "colonnes", motif + ".", ligne=ligne)
    if inconnues and not source.layout_partiel:
        return [f"Colonnes inconnues, ignorées : {', '.join(n[:60] for n in inconnues[:20])}."]
    return []


def _premieres_lignes(texte: str, separateur: str, nombre: int, chemin: Path) -> list[tuple[int, list[str]]]:
    """The ``nombre`` first non-blank records, each with the physical line where it ends."""
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur)
    trouvees: list[tuple[int, list[str]]] = []
    try:
        for rang in lecteur:
            if any(c.strip() for c in rang):
                trouvees.append((lecteur.line_num, rang))
            if len(trouvees) >= nombre:
                break
    except csv.Error as erreur:
        raise refus(chemin, "entete", "l'en-tête n'est pas lisible : ce n'est pas un fichier CSV.", ligne=1) from erreur
    return trouvees


def _expliquer(source: Source, separateur: str, chemin: Path, texte: str, numero: int, noms: list[str]) -> None:
    """No column is known: say which usual mistake it is, when it is one."""
    attendues = set(source.colonnes)
    for autre, libelle in _SEPARATEURS.items():
        lignes = _premieres_lignes(texte, autre, 1, chemin) if autre != separateur else []
        if lignes and attendues & {n.strip() for n in lignes[0][1]}:
            raise refus(
                chemin,
                "separateur",
                f"le séparateur est « {libelle} », on attend « {_SEPARATEURS.get(separateur, separateur)} ».",
                ligne=numero,
            )
    suivantes = _premieres_lignes(texte[:65536], separateur, 20, chemin)[1:]
    for ligne, rang in suivantes:
        if attendues & {n.strip() for n in rang}:
            raise refus(
                chemin, "preambule", f"{ligne - 1} ligne(s) de titre avant l'en-tête ; supprimez-les.", ligne=ligne
            )
    if any(siren_valide(n) or siret_valide(n) for n in noms):
        raise refus(chemin, "sans-entete", "la première ligne ne porte pas les noms des colonnes.", ligne=numero)
