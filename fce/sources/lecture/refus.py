"""Build the error of a refused file: file, line, column and rule in one French sentence."""

from pathlib import Path

from fce.socle.erreurs import ImportRefuse


def refus(
    fichier: Path, regle: str, motif: str, *, ligne: int | None = None, colonne: str | None = None
) -> ImportRefuse:
    """``regle``: stable code of the rule; ``motif``: end of the sentence."""
    lieu = [f"Fichier « {fichier.name} »"]
    if ligne is not None:
        lieu.append(f"ligne {ligne}")
    if colonne is not None:
        lieu.append(f"colonne « {colonne} »")
    return ImportRefuse(f"{', '.join(lieu)} : {motif}", fichier=fichier.name, ligne=ligne, colonne=colonne, regle=regle)
