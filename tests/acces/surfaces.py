"""Everything that may leave the service about a company or one of its data sets, as text: status, headers, body."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from html import unescape
from io import BytesIO
from typing import Any

import openpyxl  # type: ignore[import-untyped]

from fce.droits.comptes.models import Compte
from fce.droits.habilitations.finalites import Droit
from fce.socle.texte.pliage import lire_entier
from fce.sources.declaration import Source
from fce.sources.onglets import ONGLETS, TOUT
from tests.acces.acteurs import Joue
from tests.acces.jeux import NOM, SIREN, SIRET
from tests.ensembles.listes.fabrique import a_soi
from tests.pdf import PdfLu

HTMX = {"HX-Request": "true"}


def lu(reponse: Any) -> str:
    corps = b"".join(reponse) if getattr(reponse, "streaming", False) else reponse.content
    if corps[:2] == b"PK":
        classeur = openpyxl.load_workbook(BytesIO(corps), read_only=True)
        texte = "\n".join(
            f"{feuille.title}\t{_dite(cellule)}"
            for feuille in classeur
            for rangee in feuille.values
            for cellule in rangee
        )
    elif corps[:5] == b"%PDF-":
        texte = PdfLu(corps).tout()
    else:
        texte = unescape(corps.decode("utf-8", "replace"))
    entetes = "\n".join(f"{nom}: {valeur}" for nom, valeur in reponse.headers.items())
    return f"{reponse.status_code}\n{entetes}\n{texte}"


def _dite(cellule: object) -> object:
    """A cell as its reader sees it: dates of a workbook are numbers, shown in French."""
    return f"{cellule:%d/%m/%Y}" if isinstance(cellule, datetime) else cellule


def _page(adresse: str, **entetes: str) -> Callable[[Joue, Source], str]:
    def lire(joue: Joue, source: Source) -> str:
        ou = adresse.format(siren=SIREN, siret=SIRET, nom=source.nom, q=NOM.replace(" ", "+"))
        return lu(joue.client.get(ou, headers=entetes))

    return lire


def _fiche(adresse: str) -> Callable[[Joue, Source], str]:
    """The whole sheet on one page, then its Synthèse: what one shows, the other must not let out either."""
    entiere, synthese = _page(f"{adresse}/tout"), _page(adresse)
    return lambda joue, source: f"{entiere(joue, source)}\n{synthese(joue, source)}"


def _onglets(adresse: str) -> Callable[[Joue, Source], str]:
    """Every tab as a page, the same through htmx, and what an address may add."""
    cles = [cle for cle in ONGLETS if not ("siret" in adresse and cle == "etablissements")]
    lectures = [
        *(_page(f"{adresse}/{cle}") for cle in cles),
        *(_page(f"{adresse}/{cle}", **HTMX, **{"HX-Target": "onglet"}) for cle in (*cles, TOUT.cle)),
        _page(f"{adresse}?departement=59"),
        _page(f"{adresse}/chronologie?depuis=2020&jusqu_a=2026&genre=controle&service=dgt"),
    ]
    return lambda joue, source: "\n".join(lire(joue, source) for lire in lectures)


def _api(adresse: str) -> Callable[[Joue, Source], str]:
    def lire(joue: Joue, source: Source) -> str:
        finalite = f"?finalite={joue.finalite}&reference=2026-1" if joue.finalite else ""
        return lu(joue.client.get(adresse.format(siren=SIREN, siret=SIRET) + finalite, **joue.api))

    return lire


def _alarmes_de_liste(joue: Joue, _: Source) -> str:
    """The alarms of a list of his own, whoever he is."""
    compte = Compte.objects.filter(pk=lire_entier(joue.acteur.identifiant.removeprefix("c"))).first()
    return lu(joue.client.get(f"/listes/{a_soi(compte, [SIREN]).reference}/alertes")) if compte else ""


# Those that show a data set, with the action that they ask for.
MONTRENT: dict[str, tuple[Droit, Callable[[Joue, Source], str]]] = {
    "page": (Droit.CONSULTER, _fiche("/entreprise/{siren}")),
    "page-etablissement": (Droit.CONSULTER, _fiche("/etablissement/{siret}")),
    "liste": (Droit.CONSULTER, _page("/entreprise/{siren}/{nom}")),
    "liste-etablissement": (Droit.CONSULTER, _page("/etablissement/{siret}/{nom}")),
    "fragment": (Droit.CONSULTER, _page("/entreprise/{siren}/{nom}", **HTMX, **{"HX-Target": "liste-x"})),
    "onglets": (Droit.CONSULTER, _onglets("/entreprise/{siren}")),
    "onglets-etablissement": (Droit.CONSULTER, _onglets("/etablissement/{siret}")),
    "chronologie": (Droit.CONSULTER, _page("/entreprise/{siren}/chronologie")),
    "note": (Droit.CONSULTER, _page("/entreprise/{siren}/note")),
    "note-etablissement": (Droit.CONSULTER, _page("/etablissement/{siret}/note")),
    # What the page prints, no more: who may read it may take it along.
    "pdf": (Droit.CONSULTER, _page("/entreprise/{siren}/note.pdf")),
    "pdf-etablissement": (Droit.CONSULTER, _page("/etablissement/{siret}/note.pdf")),
    "alarmes-de-liste": (Droit.CONSULTER, _alarmes_de_liste),
    "csv": (Droit.EXPORTER, _page("/entreprise/{siren}/{nom}.csv")),
    "csv-etablissement": (Droit.EXPORTER, _page("/etablissement/{siret}/{nom}.csv")),
    "xlsx": (Droit.EXPORTER, _page("/entreprise/{siren}/export.xlsx")),
    "xlsx-etablissement": (Droit.EXPORTER, _page("/etablissement/{siret}/export.xlsx")),
    "api": (Droit.API, _api("/api/v1/entreprises/{siren}")),
    "api-etablissement": (Droit.API, _api("/api/v1/etablissements/{siret}")),
}
# Those that show open data only, to whoever asks.
OUVERTES: dict[str, Callable[[Joue, Source], str]] = {
    "recherche": _page("/recherche?q=MRK-{nom}"),
    "recherche-facettes": _page("/recherche?q={q}"),
    "suggestions": _page("/recherche/suggestions?q=MRK-{nom}", **HTMX),
    "api-recherche": _page("/api/v1/recherche?q=MRK-{nom}"),
    "api-compatible": _page(
        "/api/recherche-entreprises/search?q={siren}&include_admin=etablissements,immatriculation,bodacc,admin"
    ),
    "recherche-csv": _page("/recherche/export.csv?q={q}"),
    "catalogue": _page("/sources/{nom}"),
    "donnees": _page("/sources/{nom}/donnees.csv"),
    "schema": _page("/sources/{nom}/schema.json"),
    "dcat": _page("/sources/catalogue.jsonld"),
}
# One answer serves all the data sets: asked once per reader.
COMMUNES = frozenset(
    {"page", "page-etablissement", "onglets", "onglets-etablissement", "chronologie"}
    | {"xlsx", "xlsx-etablissement", "api", "api-etablissement"}
    | {"note", "note-etablissement", "pdf", "pdf-etablissement"}
    | {"recherche-facettes", "recherche-csv", "dcat", "alarmes-de-liste", "api-compatible"}
)
