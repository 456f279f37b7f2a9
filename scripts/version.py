"""``make version``: what a release publishes, in ``dist/``, and its signed tag. Nothing leaves the machine.

- the wheel, built twice from the commit in two folders, whose bytes must be equal;
- its bill of materials (CycloneDX), read in an environment where only the wheel and its dependencies are installed;
- the section of the changelog; the checksums of all that.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Final

from scripts.licences import LICENCES

RACINE: Final = Path(__file__).resolve().parents[1]
BIN: Final = Path(sys.executable).parent


class Refus(Exception):
    """A release that cannot be made; the message says what to do."""


def section(journal: str, version: str) -> tuple[str, str]:
    """Return the date and the text of a version's section. Raises Refus when the changelog has none."""
    trouvee = re.search(rf"^## \[{re.escape(version)}\] – ([^\n]+)\n(.*?)(?=^## \[|\Z)", journal, re.M | re.S)
    if trouvee is None:
        raise Refus(f"CHANGELOG.md n’a pas de section « ## [{version}] – AAAA-MM-JJ ».")
    return trouvee[1].strip(), trouvee[2].strip() + "\n"


def batir(revision: str, dossier: Path) -> Path:
    """Build the wheel of a commit below ``dossier`` and return it.

    Only committed files count, with the modes that git gives them: neither what lies in the work tree, nor the umask,
    nor the clock changes the bytes.
    """
    source = dossier / "source"
    source.mkdir(parents=True)
    archive = _git("-c", "tar.umask=0022", "archive", "--format=tar", revision)
    subprocess.run(["tar", "--extract", "--same-permissions", "--directory", source], input=archive, check=True)
    instant = _git("log", "-1", "--format=%ct", revision).decode().strip()
    subprocess.run(
        [BIN / "uv", "build", "--quiet", "--wheel", "--python", sys.executable, "--out-dir", dossier, source],
        env={**os.environ, "SOURCE_DATE_EPOCH": instant, "TZ": "UTC"},
        umask=0o022,
        check=True,
    )
    (roue,) = dossier.glob("*.whl")
    return roue


def empreinte(fichier: Path) -> str:
    return hashlib.sha256(fichier.read_bytes()).hexdigest()


def inventorier(roue: Path, sortie: Path) -> list[str]:
    """Write the bill of materials of the wheel; return the names of the components whose licence is unknown."""
    with tempfile.TemporaryDirectory(prefix="fce-inventaire-") as dossier:
        python = Path(dossier) / "bin/python"
        _lancer("uv", "venv", "--quiet", "--python", sys.executable, dossier)
        contraintes = RACINE / "contraintes.txt"
        _lancer(
            "uv", "pip", "install", "--quiet", "--python", python, "--constraint", contraintes, f"{roue}[opensearch]"
        )
        projet = ("--pyproject", RACINE / "pyproject.toml", "--mc-type", "application")
        _lancer("cyclonedx-py", "environment", python, *projet, "--output-reproducible", "--output-file", sortie)
    inventaire = json.loads(sortie.read_text("utf-8"))
    muets = [c for c in inventaire["components"] if not c.get("licenses")]
    for composant in muets:
        if dite := LICENCES.get(composant["name"]):
            composant["licenses"] = [{"license": {"name": dite}}]
    sortie.write_text(json.dumps(inventaire, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return sorted(c["name"] for c in muets if not c.get("licenses"))


def etiqueter(version: str, date: str, texte: Path) -> str:
    """Sign the tag of a dated version, when git has a key; return what was done, in one French sentence."""
    nom = f"v{version}"
    commande = f"git tag --sign {nom} --cleanup=verbatim --file {texte.relative_to(RACINE)}"
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", date):
        return f"Pas d’étiquette : CHANGELOG.md dit {version} « {date} » ; datez sa section, puis recommencez."
    if _git("tag", "--list", nom):
        return f"L’étiquette {nom} existe déjà : elle n’est pas refaite."
    if not subprocess.run(["git", "config", "user.signingkey"], cwd=RACINE, capture_output=True).stdout.strip():
        return f"Pas d’étiquette : git n’a pas de clé (user.signingkey). Avec elle : {commande}"
    _git(*commande.split()[1:])
    return f"Étiquette {nom} signée ; à pousser vous-même : git push origin {nom}"


def publier(sortie: Path) -> list[str]:
    """Make all of a release in ``sortie``; return the lines to print. Raises Refus, before anything is written, when
    the work tree is not its commit."""
    if _git("status", "--porcelain", "--untracked-files=no"):
        raise Refus("Des fichiers suivis ont changé depuis le dernier commit : une version est faite d’un commit.")
    version = tomllib.loads((RACINE / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    date, texte = section((RACINE / "CHANGELOG.md").read_text("utf-8"), version)
    sortie.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fce-version-") as dossier:
        roues = [batir("HEAD", Path(dossier) / tour) for tour in ("une", "deux")]
        if len({empreinte(roue) for roue in roues}) > 1:
            raise Refus("Deux constructions du même commit n’ont pas donné les mêmes octets.")
        roue = sortie / roues[0].name
        roue.write_bytes(roues[0].read_bytes())
    inventaire, nouveautes = sortie / f"fce-{version}.cdx.json", sortie / f"fce-{version}.md"
    nouveautes.write_text(texte, "utf-8")
    inconnues = inventorier(roue, inventaire)
    sommes = "".join(f"{empreinte(f)}  {f.name}\n" for f in (roue, inventaire, nouveautes))
    (sortie / "SHA256SUMS").write_text(sommes, "utf-8")
    return [
        sommes.rstrip(),
        f"Licence inconnue : {', '.join(inconnues)}." if inconnues else "Chaque composant dit sa licence.",
        etiqueter(version, date, nouveautes),
    ]


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=RACINE, check=True, capture_output=True).stdout


def _lancer(programme: str, *arguments: str | Path) -> None:
    subprocess.run([BIN / programme, *arguments], check=True)


def main() -> int:
    analyseur = argparse.ArgumentParser(description="Fait dans dist/ ce qu’une version publie, et l’étiquette.")
    analyseur.add_argument("--sortie", type=Path, default=RACINE / "dist")
    try:
        print("\n".join(publier(analyseur.parse_args().sortie.absolute())))
    except Refus as refus:
        print(refus, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
