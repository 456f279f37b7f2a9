"""The tables of the documents, one function each: the lines of Markdown, from the code alone (no database is read)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import httpx
from django.urls import URLPattern, URLResolver, get_resolver
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from fce.config.acces import SANS_SECOND_FACTEUR
from fce.donnees.imports.travaux.adresses import DATAGOUV
from fce.droits.comptes.mandats import INCOMPATIBLES, SANS_DONNEES, Mandats
from fce.droits.habilitations.finalites import FINALITES, GROUPES
from fce.droits.habilitations.politique import Raison
from fce.droits.habilitations.privileges import TABLES
from fce.droits.journal.alertes import GenreAlerte
from fce.socle.base.conservation import declarees, modeles
from fce.socle.base.roles import Role
from fce.socle.web.routes import Politique, Qui, Surface, politique_de
from fce.sources import registre
from fce.sources.champs import Nature
from fce.sources.declaration import Source
from scripts.dossiers.durees import duree, table, terme
from scripts.licences import LICENCES

CONTRAINTES: Final = Path(__file__).resolve().parents[2] / "contraintes.txt"
_ACCES: Final = {"C0": "ouverte", "C1": "agents", "C2": "habilitation", "C3": "secret"}
_QUI: Final = {
    Qui.TOUS: "tout le monde",
    Qui.CONNECTE: "tout compte connecté",
    Qui.AGENT: "agents",
    Qui.PARTICULIER: "particuliers",
    Qui.JETON: "programmes, par leur jeton",
}
# Neither the number of a row nor that of its version says anything of anybody.
_TECHNIQUES: Final = {"id", "version"}


def _tableau(entete: Iterable[str], lignes: Iterable[Iterable[str]]) -> list[str]:
    titres = list(entete)
    return [f"| {' | '.join(titres)} |", "|" + "---|" * len(titres), *(f"| {' | '.join(ligne)} |" for ligne in lignes)]


def _codes(noms: Iterable[str]) -> str:
    return ", ".join(f"`{nom}`" for nom in noms)


def conservation() -> list[str]:
    return _tableau(
        ("table", "contenu", "compté depuis", "durée"),
        (
            (f"`{table(m)}`", c.motif, *((f"`{c.champ}`", duree(c.duree.days)) if c.champ else ("–", "–")))
            for m, c in declarees(modeles()).items()
        ),
    )


def tables_du_registre() -> dict[str, str]:
    """{table: its row of the register}: its columns, and when its rows are erased."""
    lignes = {}
    for modele, conservee in declarees(modeles()).items():
        colonnes = [c.name for c in (*modele._meta.concrete_fields, *modele._meta.local_many_to_many)]
        dites = _codes(c for c in colonnes if c not in _TECHNIQUES)
        lignes[table(modele)] = f"| `{table(modele)}` | {dites} | {terme(conservee)} |"
    return lignes


def sources_personnes() -> list[str]:
    return _tableau(
        ("source", "accès", "colonnes qui désignent une personne"),
        (
            (f"`{s.nom}`", f"{s.acces.classe}, {_ACCES[s.acces.classe]}", ", ".join(_colonne(s, n) for n in colonnes))
            for s in registre.toutes()
            if (colonnes := [n for n, champ in s.champs.items() if champ.masque == Nature.PERSONNE])
        ),
    )


def _colonne(source: Source, nom: str) -> str:
    acces = source.champs[nom].acces
    return f"`{nom}`" + (f" ({acces.classe})" if acces and acces.classe != source.acces.classe else "")


def sources_lues() -> list[str]:
    """Each source: its class, the group that opens it, the purposes that may, the columns that stay more closed."""
    lignes = []
    for s in registre.toutes():
        permises = [f.code for f in FINALITES.values() if f.ouvre(s.acces)] if s.acces.groupe else []
        fermees = ", ".join(f"`{n}` ({a.classe})" for n, a in s.acces_propres.items())
        groupe = GROUPES.get(s.acces.groupe, s.acces.groupe) if s.acces.groupe else "–"
        lignes.append(
            (f"`{s.nom}`", s.producteur.sigle, s.acces.classe, groupe, _codes(permises) or "–", fermees or "–")
        )
    return _tableau(
        ("source", "producteur", "classe", "groupe de données", "finalités", "colonnes plus fermées"), lignes
    )


def finalites() -> list[str]:
    return _tableau(
        ("finalité", "sens", "textes", "groupes de données"),
        (
            (f"`{f.code}`", f.libelle, " ; ".join(f.articles), ", ".join(GROUPES.get(g, g) for g in sorted(f.groupes)))
            for f in FINALITES.values()
        ),
    )


def mandats() -> list[str]:
    """Each mandate: what excludes it, and how many addresses ask for it."""
    lignes = []
    for mandat in Mandats:
        exclus = sorted(str(Mandats(m).label) for paire in INCOMPATIBLES if mandat in paire for m in paire - {mandat})
        adresses = sum(mandat in p.mandats for _, _, p in routes())
        lue = "aucune" if mandat in SANS_DONNEES else "celles de ses habilitations"
        lignes.append((f"`{mandat.value}`", str(mandat.label), " ; ".join(exclus) or "–", lue, str(adresses)))
    return _tableau(("mandat", "fonction", "s’exclut avec", "données réservées", "adresses"), lignes)


def roles_de_base() -> list[str]:
    """Each table of the database: what each role may do, with what the role before it may."""
    lettres = {"SELECT": "lit", "INSERT": "ajoute", "UPDATE": "modifie", "DELETE": "efface"}
    lignes = []
    for nom, privileges in TABLES.items():
        acquis: list[str] = []
        cellules = []
        for role in (Role.PUBLIC, Role.COMPTES, Role.AGENTS):
            acquis += [lettres[p] for p in privileges.get(role, ())]
            cellules.append(", ".join(acquis) or "–")
        lignes.append((f"`{nom}`", *cellules))
    return _tableau(("table", "public", "comptes", "agents"), lignes)


def routes(motifs: Any = None, prefixe: str = "/") -> Iterator[tuple[str, str, Politique]]:
    """(address, name, policy) of every address of the service; a regular expression is written as a path is."""
    for motif in get_resolver().url_patterns if motifs is None else motifs:
        morceau = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", str(motif.pattern)).strip("^$").replace("\\", "")
        if isinstance(motif, URLResolver):
            yield from routes(motif.url_patterns, prefixe + morceau)
        elif isinstance(motif, URLPattern) and (politique := politique_de(motif.callback)):
            yield prefixe + morceau, motif.name or "", politique


def adresses() -> list[str]:
    lignes = set()
    exemptes = {nom.partition(":")[2] for nom in SANS_SECOND_FACTEUR}
    for adresse, nom, p in routes():
        qui = f"mandat : {', '.join(sorted(p.mandats))}" if p.qui is Qui.MANDAT else _QUI[p.qui]
        facteur = "–" if not p.second_facteur else "non" if nom in exemptes else "oui"
        methodes = ", ".join(sorted(p.methodes - {"HEAD"}))
        lignes.add((f"`{adresse}`", qui, methodes, facteur, p.voie.value, p.surface.value))
    return _tableau(("adresse", "qui", "méthodes", "second facteur", "voie", "surface au journal"), sorted(lignes))


def vocabulaire_du_journal() -> list[str]:
    """Every word that a row of the journal can bear, and what it says."""
    lignes = [("consultation", f"`{s}`", s.phrase) for s in Surface]
    lignes += [("refus", f"`{raison.name}`", raison.value) for raison in Raison]
    lignes += [("alerte", f"`{genre}`", f"{genre.label.capitalize()}.") for genre in GenreAlerte]
    return _tableau(("ligne", "mot", "ce qu’il dit"), lignes)


def dependances() -> list[str]:
    """Every pinned package, whether the service needs it or only its development, and its licence."""
    servies = _servies()
    lignes = []
    for epingle in CONTRAINTES.read_text("utf-8").split():
        nom, _, version = epingle.partition("==")
        lignes.append(
            (nom, version, _licence(nom), "service" if canonicalize_name(nom) in servies else "développement")
        )
    return _tableau(("paquet", "version", "licence", "pour"), lignes)


def _servies() -> set[str]:
    """Names of what the installed service depends on, closely or not, its extra for OpenSearch included."""
    vues: set[str] = set()
    attente = [("fce", frozenset({"opensearch"}))]
    while attente:
        nom, extras = attente.pop()
        if (cle := canonicalize_name(nom)) in vues:
            continue
        vues.add(cle)
        for ligne in metadata.requires(nom) or ():
            demande = Requirement(ligne)
            if demande.marker is None or any(demande.marker.evaluate({"extra": e}) for e in {"", *extras}):
                attente.append((demande.name, frozenset(demande.extras)))
    return vues


def _licence(nom: str) -> str:
    if nom in LICENCES:
        return LICENCES[nom]
    dites = metadata.metadata(nom)
    classees = [c.split(" :: ")[-1] for c in dites.get_all("Classifier") or () if c.startswith("License :: OSI")]
    return str(dites.get("License-Expression") or " ou ".join(classees) or dites.get("License") or "non dite")


def flux_des_fichiers() -> list[str]:
    """Each host that the worker asks for files, and the sources that it gives."""
    par_hote: defaultdict[str, list[str]] = defaultdict(list)
    for s in registre.toutes():
        if s.acces.classe == "C0":
            lues = list(s.adresses) or ([DATAGOUV] if s.ressource else [])
            for hote in sorted({httpx.URL(a.replace("{", "").replace("}", "")).host for a in lues}):
                par_hote[hote].append(s.nom)
    return _tableau(("hôte", "sources"), ((f"`{h}`", _codes(noms)) for h, noms in sorted(par_hote.items())))


def mesures_en_bref(texte: str) -> str:
    """The measures without their proofs nor what each lacks; above them, how many are in each state."""
    titre, _, reste = texte.partition("\n")
    corps, etats = list[str](), Counter[str]()
    for ligne in reste.splitlines():
        if ligne.startswith("## "):
            corps += ["", ligne, *_tableau(("n°", "mesure", "état"), ())]
        elif trouvee := re.match(r"\| M\d+ \| [^|]* \| ([^|]*) \|", ligne):
            etats[trouvee[1]] += 1
            corps.append(trouvee[0])
    bilan = ", ".join(f"{nombre} {etat}" for etat, nombre in etats.items())
    return "\n".join([titre, f"Chaque mesure « en place » est tenue par un test : {bilan}.", *corps]) + "\n"


TABLEAUX: Final[dict[str, Callable[[], list[str]]]] = {
    "conservation": conservation,
    "sources-personnes": sources_personnes,
    "sources-lues": sources_lues,
    "finalites": finalites,
    "mandats": mandats,
    "roles-de-base": roles_de_base,
    "adresses": adresses,
    "journal": vocabulaire_du_journal,
    "dependances": dependances,
    "flux-des-fichiers": flux_des_fichiers,
}
"""{name in the mark of a document: what writes the table}."""
