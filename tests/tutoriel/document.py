"""What docs/tutoriel-source.md tells its reader to write and to run, taken from its text."""

import re
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "tutoriel-source.md"
TEXTE = DOCUMENT.read_text("utf-8")
_BLOC = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
_FICHIER = re.compile(r"Fichier `([\w./-]+)` :\n\n```\w+\n(.*?)^```$", re.M | re.S)

FICHIERS: dict[str, str] = dict(_FICHIER.findall(TEXTE))
DECLARATION = "office_emploi/label_durable/source.py"


def commandes() -> list[str]:
    """Every line to type, in order."""
    return [ligne for langue, bloc in _BLOC.findall(TEXTE) if not langue for ligne in bloc.splitlines() if ligne]


def ecrire(dossier: Path) -> Path:
    """Write the files of the document under ``dossier``; return the declaration."""
    for nom, contenu in FICHIERS.items():
        chemin = dossier / nom
        chemin.parent.mkdir(parents=True, exist_ok=True)
        chemin.write_text(contenu, "utf-8")
    return dossier / DECLARATION


def reserver(declaration: str) -> str:
    """The declaration once the lines of the section on reserved data have replaced its own."""
    section = TEXTE.split("## 7. ")[1].split("\n## ")[0]
    for langue, bloc in _BLOC.findall(section):
        for ligne in bloc.splitlines() if langue == "python" else ():
            debut = ligne.split("import")[0] if ligne.startswith("from") else ligne.split("=")[0] + "="
            ancienne = next(lue for lue in declaration.splitlines() if lue.startswith(debut))
            declaration = declaration.replace(ancienne, ligne)
    return declaration
