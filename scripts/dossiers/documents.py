"""The documents as they should be: tables between their marks, rows of the register, published copies."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Final

from fce.service.portail.transparence import documents as publies
from fce.socle.texte import paris
from scripts.dossiers import tableaux

RACINE: Final = Path(__file__).resolve().parents[2]
PUBLICS: Final = {
    "aipd": ("docs/rgpd/aipd.md", "ce que le service fait courir à une personne, et ce qui l’empêche"),
    "registre": ("docs/rgpd/registre.md", "chaque traitement : pourquoi, de qui, lu par qui, combien de temps"),
    "conservation": ("docs/rgpd/conservation.md", "jusqu’à quand chaque table est gardée"),
    "usage": ("docs/rgpd/usage.md", "comment l’usage est compté sans personne"),
    "droits": (
        "docs/homologation/droits.md",
        "source par source, la finalité qui l’ouvre et les textes qui la fondent",
    ),
    "mesures": ("docs/homologation/mesures.md", "chacune avec son état"),
    "decision": ("docs/homologation/decision.md", "le projet soumis à l’autorité, avec ses réserves"),
    "schema": ("docs/accessibilite/schema-pluriannuel.md", "ce qui est prévu, année par année"),
    "controle": ("docs/accessibilite/controle-2026-11-27.md", "l’accessibilité, critère par critère"),
}
"""{name in the address: (file, what it says)}, in the order of the page. What is left out: ADR 0057."""

_TABLEAU = re.compile(r"(<!-- tableau : ([\w-]+) -->\n).*?(<!-- fin du tableau -->)", re.S)
_LIGNE = re.compile(r"^\| `([\w.]+)` \| [^\n]*$", re.M)
_LIEN = re.compile(r"\[([^]]*)\]\((?!https?:|mailto:)([^)#]*)(?:#[^)]*)?\)")


def ecarts() -> dict[Path, str]:
    """{file: its text as it should be} of each document that differs from the code."""
    attendus = {f: _avec_tableaux(f.read_text("utf-8")) for f in sorted((RACINE / "docs").rglob("*.md"))}
    registre = RACINE / "docs/rgpd/registre.md"
    attendus[registre] = _avec_lignes(attendus[registre])
    attendus |= _copies({str(f.relative_to(RACINE)): texte for f, texte in attendus.items()})
    return {f: texte for f, texte in attendus.items() if not f.exists() or f.read_text("utf-8") != texte}


def _avec_tableaux(texte: str) -> str:
    return _TABLEAU.sub(lambda m: m[1] + "\n".join(tableaux.TABLEAUX[m[2]]()) + "\n" + m[3], texte)


def _avec_lignes(texte: str) -> str:
    """Each row of the register about a table: its columns and its time; the sheet it is in is written by hand."""
    lignes = tableaux.tables_du_registre()
    return _LIGNE.sub(lambda m: lignes.get(m[1], m[0]), texte)


def _copies(textes: dict[str, str]) -> dict[Path, str]:
    """Documents of ``/transparence`` and their index: a document has the day when its content last changed."""
    anciens = {d["nom"]: d for d in json.loads(publies.INDEX.read_text("utf-8"))} if publies.INDEX.exists() else {}
    copies, index = {}, []
    for nom, (source, objet) in PUBLICS.items():
        texte = textes[source] if nom != "mesures" else tableaux.mesures_en_bref(textes[source])
        texte = _publiable(texte, source)
        empreinte = hashlib.sha256(texte.encode()).hexdigest()
        ancien = anciens.get(nom, {})
        le = ancien["le"] if ancien.get("empreinte") == empreinte else paris.aujourd_hui().isoformat()
        titre = texte.splitlines()[0].removeprefix("# ")
        index.append({"nom": nom, "titre": titre, "objet": objet, "le": le, "empreinte": empreinte})
        copies[publies.DOSSIER / f"{nom}.md"] = texte
    return copies | {publies.INDEX: json.dumps(index, ensure_ascii=False, indent=1) + "\n"}


def _publiable(texte: str, source: str) -> str:
    """Without marks; a link leads to another published document, or is only its text; neither is called by its file."""
    adresses = {(RACINE / fichier).resolve(): nom for nom, (fichier, _) in PUBLICS.items()}

    def lien(trouve: re.Match[str]) -> str:
        if not trouve[2]:  # within the page, whose headings have no anchor
            return trouve[1]
        dit = trouve[1].removesuffix(".md")
        nom = adresses.get((RACINE / source).parent.joinpath(trouve[2]).resolve())
        return f"[{dit}](/transparence/{nom})" if nom else dit

    return _LIEN.sub(lien, re.sub(r"<!-- [^\n]* -->\n", "", texte))
