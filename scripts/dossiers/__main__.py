"""``python -m scripts.dossiers``: write every document whose content the code knows, and name those that changed."""

import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fce.config.settings")
    django.setup()
    from scripts.dossiers import documents

    for fichier, texte in documents.ecarts().items():
        fichier.write_text(texte, encoding="utf-8")
        sys.stdout.write(f"{fichier.relative_to(documents.RACINE)}\n")


if __name__ == "__main__":
    main()
