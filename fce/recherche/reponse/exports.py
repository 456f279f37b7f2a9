"""Exports of search results: all of them, in constant memory. Cells come from views already masked."""

import tempfile
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import Final

from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone

from fce.donnees.entreprises.colonnes_ouvertes import DES_ENTREPRISES, DES_ETABLISSEMENTS, OUVERTES
from fce.donnees.entreprises.repertoire import COURANTS
from fce.donnees.imports import selectors as sources_en_place
from fce.recherche.question import filtres
from fce.recherche.question.requete import ETATS, Requete
from fce.recherche.reponse import parcours
from fce.recherche.reponse.selectors import Resultat
from fce.socle.erreurs import FCEError
from fce.socle.texte import paris
from fce.socle.texte.formats import au, jour, pluriel
from fce.socle.web.exports import XLSX, Cellule, Feuille, ecrire_xlsx, lignes_csv, telecharger_csv

LIGNES_CLASSEUR = 1_048_575
"""Maximum rows of a sheet, heading excluded."""
LIGNES_ANONYMES: Final = 200_000
"""Results of an export for who is not signed in; the complete file is written once for all."""
GRAND_CLASSEUR = 20_000
"""Rows above which writing a workbook occupies a web thread for minutes: one at a time per process."""
_un_grand_a_la_fois = Lock()


def csv(requete: Requete, *, anonyme: bool) -> StreamingHttpResponse:
    """Stream every result as CSV, or raise ``ParametreInvalide`` (``LIGNES_ANONYMES``). No cell can be a formula."""
    paquets = _amorcer(parcours.parcourir(requete, LIGNES_ANONYMES if anonyme else None))
    return telecharger_csv(f"{_nom_de_fichier(requete)}.csv", lignes_csv(_entetes(requete), _lignes(requete, paquets)))


def xlsx(requete: Requete, adresse: str, *, anonyme: bool) -> FileResponse:
    """Return a workbook of the results, up to ``LIGNES_CLASSEUR`` rows, with a sheet « Provenance ».

    ``adresse``: absolute address of the results page, written in that sheet so that a reader can run the search again.
    Raises ``ExportOccupe`` when the file is long and this process is already writing a long one; and as ``csv``.
    """
    paquets = _amorcer(parcours.parcourir(requete, LIGNES_ANONYMES if anonyme else None))
    dossier = tempfile.TemporaryDirectory(prefix="fce-export-")
    chemin = Path(dossier.name) / "resultats.xlsx"
    compte = _Compte(_lignes(requete, paquets))
    try:
        ecrire_xlsx(
            chemin,
            (
                Feuille("Résultats", _entetes(requete), compte, _largeurs(requete)),
                # Written second: the number of rows is then known.
                Feuille("Provenance", ("Élément", "Valeur"), _provenance(requete, adresse, compte), (32, 90)),
            ),
        )
        fichier = chemin.open("rb")
    finally:
        compte.fermer()
        dossier.cleanup()  # the open file remains readable until sent
    return FileResponse(fichier, as_attachment=True, filename=f"{_nom_de_fichier(requete)}.xlsx", content_type=XLSX)


class ExportOccupe(FCEError):
    """A long workbook was requested while this process is writing another."""

    status = 503
    code = "export_occupe"


class _Compte(Iterable[tuple[Cellule, ...]]):
    """Rows up to the limit of a workbook. ``lignes`` and ``coupee`` are known after iteration."""

    def __init__(self, lignes: Iterator[tuple[Cellule, ...]]) -> None:
        self._lignes = lignes
        self._grand = False
        self.lignes = 0
        self.coupee = False

    def __iter__(self) -> Iterator[tuple[Cellule, ...]]:
        for ligne in self._lignes:
            if self.lignes == LIGNES_CLASSEUR:
                self.coupee = True
                return
            if self.lignes == GRAND_CLASSEUR:
                self._devenir_grand()
            self.lignes += 1
            yield ligne

    def fermer(self) -> None:
        if self._grand:
            _un_grand_a_la_fois.release()

    def _devenir_grand(self) -> None:
        self._grand = _un_grand_a_la_fois.acquire(blocking=False)
        if not self._grand:
            raise ExportOccupe(
                "Un autre grand classeur est en préparation : réessayez dans quelques minutes, ou téléchargez le CSV, "
                "toujours disponible."
            )


def _amorcer(paquets: Iterator[list[Resultat]]) -> Iterator[list[Resultat]]:
    """Read the first block before answering, so that a failed index or database gives an error page, not half a
    file."""
    premier = next(paquets, [])
    return chain([premier], paquets)


def _lignes(requete: Requete, paquets: Iterable[list[Resultat]]) -> Iterator[tuple[Cellule, ...]]:
    lieux = requete.vue == "etablissements"
    colonnes = (DES_ETABLISSEMENTS if lieux else DES_ENTREPRISES).values()
    for paquet in paquets:
        for resultat in paquet:
            if not lieux or resultat.etablissement is not None:
                lieu = resultat.etablissement if lieux else None
                yield tuple(colonne.valeur_de(resultat.entreprise, lieu) for colonne in colonnes)


def demande(requete: Requete) -> Iterator[tuple[str, str]]:
    """Yield the title and value of each element of the query."""
    yield ("Recherche", requete.q or "(aucun mot)")
    yield ("Vue", "établissements" if requete.vue == "etablissements" else "entreprises")
    for nom, valeurs in requete.filtres.items():
        filtre = filtres.tous()[nom]
        yield (filtre.titre, " ; ".join(filtre.en_clair(valeur) for valeur in valeurs))
    yield ("État", ETATS[requete.etat])


def _provenance(requete: Requete, adresse: str, compte: _Compte) -> Iterator[tuple[Cellule, ...]]:
    """Yield what was asked, when, and from which data."""
    yield ("Fichier", "Fiche Commune Entreprise – résultats de recherche")
    yield ("Exporté le", timezone.localtime())
    yield from demande(requete)
    yield ("Adresse de la recherche", f"{adresse}?{requete.query_string(vue=requete.vue)}")
    yield ("Lignes", compte.lignes)
    if compte.coupee:
        yield (
            "Attention",
            f"Ce classeur s’arrête à {pluriel(compte.lignes, 'ligne')} : téléchargez le CSV pour la liste complète.",
        )
    versions = sources_en_place.versions()
    for source in COURANTS:
        version = versions.get(source)
        if version is not None:
            metier, importee = version.en_place.date_metier, version.depuis
            suite = f", importée le {jour(importee)}" if metier else ""
            yield (f"Source {source}", f"Insee · Sirene · {au(metier, importee)}{suite}")
    yield ("Licence", "Licence Ouverte 2.0 (Etalab)")
    yield (
        OUVERTES["diffusion-partielle"].titre,
        "Les lignes « oui » concernent des personnes qui se sont opposées à la rediffusion de leurs données "
        "(art. R. 123-232-1 du code de commerce) : leur adresse n’est pas donnée, ni le nom d’une personne physique, "
        "et ces lignes ne doivent pas servir à la prospection.",
    )


def _entetes(requete: Requete) -> tuple[str, ...]:
    if requete.vue == "etablissements":
        return tuple(colonne.etablissement for colonne in DES_ETABLISSEMENTS.values())
    return tuple(colonne.entreprise for colonne in DES_ENTREPRISES.values())


def _largeurs(requete: Requete) -> tuple[int, ...]:
    return tuple(
        40 if e in ("Nom", "Entreprise", "Activité", "Adresse", "Adresse du siège") else 16 for e in _entetes(requete)
    )


def _nom_de_fichier(requete: Requete) -> str:
    return f"fce-{requete.vue}-{paris.aujourd_hui():%Y-%m-%d}"
