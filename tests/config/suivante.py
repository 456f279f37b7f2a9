"""The next release: a copy of this code, with a number, a migration and a format of the index of its own."""

import re
import shutil
from pathlib import Path

from fce.recherche.engines.tantivy.dossier import FORMAT
from fce.socle.base.versions import VERSIONS

RACINE = Path(__file__).resolve().parents[2]
SUIVANTE = "9.9"
MIGRATION = """
from django.db import migrations

class Migration(migrations.Migration):
    dependencies = [("portail", "{derniere}")]
    operations = [
        migrations.RunSQL("ALTER TABLE portail_ficherecente ADD COLUMN essai integer"),
        migrations.RunSQL("CREATE TABLE portail_essai (id bigint PRIMARY KEY)"),
    ]
"""


def version_suivante(dossier: Path) -> Path:
    """A copy of this code, one release later."""
    arbre = dossier / "suivante"
    shutil.copytree(RACINE / "fce", arbre / "fce", ignore=shutil.ignore_patterns("__pycache__"))
    (arbre / "docs").symlink_to(RACINE / "docs")
    remplacer(arbre / "fce/socle/base/versions.py", r"^VERSIONS: .*$", f"VERSIONS: Final = {(*VERSIONS, SUIVANTE)!r}")
    remplacer(arbre / "fce/recherche/engines/tantivy/dossier.py", r"^FORMAT = .*$", f"FORMAT = {FORMAT + 1}")
    migrations = arbre / "fce/service/portail/migrations"
    derniere = max(p.stem for p in migrations.glob("0*.py"))
    (migrations / f"{int(derniere[:4]) + 1:04}_essai.py").write_text(MIGRATION.format(derniere=derniere))
    return arbre


def remplacer(chemin: Path, motif: str, par: str) -> None:
    texte, fois = re.subn(motif, par, chemin.read_text(), flags=re.M)
    assert fois == 1
    chemin.write_text(texte)
