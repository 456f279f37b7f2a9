"""Header of a csv: finds columns by name and explains what does not match."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fce.socle.texte.identifiants import siren_valide, siret_valide
from fce.sources.lecture.commande import Lisible
from fce.sources.lecture.correspondance import SANS_NOM, Correspondance, connait, correspondre
from fce.sources.lecture.refus import refus

TAILLE_MAXIMALE = 1 << 20
_SEPARATEURS = {",": "virgule", ";": "point-virgule", "\t": "tabulation", "|": "barre verticale"}


@dataclass(slots=True)
class Entete:
    """``noms``: columns of the file; ``fin`` and ``lignes``: bytes and physical lines up to its end."""

    noms: list[str]
    fin: int
    lignes: int
    correspondance: Correspondance


def lire_entete(source: Lisible, separateur: str, chemin: Path, octets: bytes) -> Entete:
    r"""Parse the header at the start of ``octets`` (UTF-8, lines ended by ``\n``) and match it with the source.

    Raises ImportRefuse: not UTF-8, no header, duplicate or missing column, wrong separator, title lines before it.
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
    # Replace invalid bytes further down: the structural pass handles them.
    texte = tete.decode("utf-8", "replace")
    rangs = _premieres_lignes(texte, separateur, 1, chemin)
    if not rangs:
        raise refus(chemin, "vide", "il ne contient que des lignes vides.")
    numero, bruts = rangs[0]
    noms = [n.strip() for n in bruts]
    if not connait(source, noms):
        _expliquer(source, separateur, chemin, texte, numero, noms)
    doubles = sorted({n for n in noms if n and noms.count(n) > 1})
    if doubles:
        raise refus(chemin, "entete-double", f"colonne en double dans l'en-tête : {', '.join(doubles)}.", ligne=numero)
    noms = [n or f"{SANS_NOM}{i + 1})" for i, n in enumerate(noms)]
    correspondance = correspondre(source, chemin, noms, numero)
    fin = 0
    for _ in range(numero):
        fin = octets.find(b"\n", fin) + 1
        if not fin:
            fin = len(octets)
            break
    return Entete(noms, fin, numero, correspondance)


def entete_declare(source: Lisible, noms: Sequence[str], separateur: str, chemin: Path, octets: bytes) -> Entete:
    """Header of a file declared without one: ``noms``, in order. If the producer added a header, read that instead."""
    premiere = octets.split(b"\n", 1)[0].decode("utf-8", "replace")
    rangs = _premieres_lignes(premiere, separateur, 1, chemin)
    ecrits = {n.strip() for n in rangs[0][1]} if rangs else set()
    if 2 * len(ecrits & set(noms)) > len(set(noms)):
        return lire_entete(source, separateur, chemin, octets)
    return Entete(list(noms), 0, 0, correspondre(source, chemin, noms))


def _premieres_lignes(texte: str, separateur: str, nombre: int, chemin: Path) -> list[tuple[int, list[str]]]:
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


def _expliquer(source: Lisible, separateur: str, chemin: Path, texte: str, numero: int, noms: list[str]) -> None:
    for autre, libelle in _SEPARATEURS.items():
        lignes = _premieres_lignes(texte, autre, 1, chemin) if autre != separateur else []
        if lignes and connait(source, {n.strip() for n in lignes[0][1]}):
            raise refus(
                chemin,
                "separateur",
                f"le séparateur est « {libelle} », on attend « {_SEPARATEURS.get(separateur, separateur)} ».",
                ligne=numero,
            )
    suivantes = _premieres_lignes(texte[:65536], separateur, 20, chemin)[1:]
    for ligne, rang in suivantes:
        if connait(source, {n.strip() for n in rang}):
            raise refus(
                chemin, "preambule", f"{ligne - 1} ligne(s) de titre avant l'en-tête ; supprimez-les.", ligne=ligne
            )
    if any(siren_valide(n) or siret_valide(n) for n in noms):
        raise refus(chemin, "sans-entete", "la première ligne ne porte pas les noms des colonnes.", ligne=numero)
