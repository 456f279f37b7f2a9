"""Exports of search results: all of them, in constant memory. Cells come from views already masked."""

import tempfile
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from threading import Lock

from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone

from fce.entreprises.contenu import EntrepriseVue, EtablissementVu
from fce.entreprises.libelles import nomenclature
from fce.imports import selectors as sources_en_place
from fce.recherche import alimentations, filtres, selectors
from fce.recherche.requete import ETATS, Requete
from fce.recherche.selectors import Resultat
from fce.referentiels import Libelle
from fce.socle import paris
from fce.socle.erreurs import FCEError
from fce.socle.exports import XLSX, Cellule, Feuille, ecrire_xlsx, lignes_csv
from fce.socle.formats import au, jour, pluriel

ENTETES_ENTREPRISES = (
    "SIREN", "Nom", "Sigle", "Noms usuels", "État", "Date de création", "Code NAF", "Activité", "Nomenclature",
    "Code NAF 2025", "Code forme juridique", "Forme juridique", "Code tranche d’effectif", "Tranche d’effectif",
    "Année de l’effectif", "Catégorie", "Employeur", "ESS", "Société à mission", "N° RNA", "N° TVA", "Établissements",
    "Établissements ouverts", "SIRET du siège", "Adresse du siège", "Code postal du siège", "Commune du siège",
    "Code commune du siège", "Département du siège", "Diffusion partielle",
)  # fmt: skip
ENTETES_ETABLISSEMENTS = (
    "SIRET", "SIREN", "Nom", "Entreprise", "Siège", "État", "Date de création", "Enseignes", "Code NAF", "Activité",
    "Nomenclature", "Code NAF 2025", "Code tranche d’effectif", "Tranche d’effectif", "Année de l’effectif",
    "Employeur", "Adresse", "Code postal", "Commune", "Code commune", "Département", "Région", "Diffusion partielle",
)  # fmt: skip
LIGNES_CLASSEUR = 1_048_575
"""Maximum rows of a sheet, heading excluded. A CSV file has no limit."""
GRAND_CLASSEUR = 20_000
"""Rows above which writing a workbook occupies a web thread for minutes: one at a time per process."""
_un_grand_a_la_fois = Lock()
ETATS_ENTREPRISE = {"A": "active", "C": "cessée"}
ETATS_ETABLISSEMENT = {"A": "ouvert", "F": "fermé"}


def csv(requete: Requete) -> StreamingHttpResponse:
    """Stream every result as CSV. Identifiers are text, and no cell can be a formula."""
    paquets = _amorcer(selectors.parcourir(requete))
    reponse = StreamingHttpResponse(
        lignes_csv(_entetes(requete), _lignes(requete, paquets)), content_type="text/csv; charset=utf-8"
    )
    reponse["Content-Disposition"] = f'attachment; filename="{_nom_de_fichier(requete)}.csv"'
    return reponse


def xlsx(requete: Requete, adresse: str) -> FileResponse:
    """Return a workbook of the results, up to ``LIGNES_CLASSEUR`` rows, with a sheet « Provenance ».

    ``adresse``: absolute address of the results page, written in that sheet so that a reader can run the search again.
    Raises ``ExportOccupe`` when the file is long and this process is already writing a long one.
    """
    paquets = _amorcer(selectors.parcourir(requete))
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
    for paquet in paquets:
        for resultat in paquet:
            if requete.vue == "etablissements" and resultat.etablissement is not None:
                yield _ligne_etablissement(resultat.entreprise, resultat.etablissement)
            elif requete.vue == "entreprises":
                yield _ligne_entreprise(resultat.entreprise)


def _ligne_entreprise(vue: EntrepriseVue) -> tuple[Cellule, ...]:
    siege = vue.siege
    adresse = siege.adresse if siege else None
    return (
        vue.siren,
        vue.nom,
        vue.sigle,
        ", ".join(vue.denominations_usuelles),
        ETATS_ENTREPRISE.get(vue.etat or "", ""),
        vue.date_creation,
        _code(vue.activite),
        _libelle(vue.activite),
        _nomenclature(vue),
        _code(vue.activite_naf25),
        _code(vue.categorie_juridique),
        _libelle(vue.categorie_juridique),
        _code(vue.tranche_effectif),
        _libelle(vue.tranche_effectif),
        vue.annee_effectif,
        vue.categorie,
        vue.employeur,
        vue.ess,
        vue.societe_mission,
        vue.rna,
        vue.tva,
        vue.nombre_etablissements,
        vue.nombre_etablissements_ouverts,
        vue.siret_siege,
        ", ".join(adresse.lignes) if adresse else None,
        adresse.code_postal if adresse else None,
        adresse.commune if adresse else None,
        adresse.code_commune if adresse else None,
        _code(adresse.departement) if adresse else None,
        vue.masque,
    )


def _ligne_etablissement(vue: EntrepriseVue, vu: EtablissementVu) -> tuple[Cellule, ...]:
    return (
        vu.siret,
        vu.siren,
        vu.nom,
        vue.nom,
        vu.siege,
        ETATS_ETABLISSEMENT.get(vu.etat or "", ""),
        vu.date_creation,
        ", ".join(vu.enseignes),
        _code(vu.activite),
        _libelle(vu.activite),
        _nomenclature(vu),
        _code(vu.activite_naf25),
        _code(vu.tranche_effectif),
        _libelle(vu.tranche_effectif),
        vu.annee_effectif,
        vu.employeur,
        ", ".join(vu.adresse.lignes),
        vu.adresse.code_postal,
        vu.adresse.commune,
        vu.adresse.code_commune,
        _code(vu.adresse.departement),
        _libelle(vu.adresse.region),
        vu.masque,
    )


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
    for source in alimentations.SOURCES_INDEXEES:
        version = versions.get(source)
        if version is not None:
            metier, importee = version.en_place.date_metier, version.depuis
            suite = f", importée le {jour(importee)}" if metier else ""
            yield (f"Source {source}", f"Insee · Sirene · {au(metier, importee)}{suite}")
    yield ("Licence", "Licence Ouverte 2.0 (Etalab)")
    yield (
        "Diffusion partielle",
        "Les lignes « oui » concernent des personnes qui se sont opposées à la rediffusion de leurs données "
        "(art. R. 123-232-1 du code de commerce) : leurs nom et adresse ne sont pas donnés "
        "et ces lignes ne doivent pas servir à la prospection.",
    )


def _entetes(requete: Requete) -> tuple[str, ...]:
    return ENTETES_ETABLISSEMENTS if requete.vue == "etablissements" else ENTETES_ENTREPRISES


def _largeurs(requete: Requete) -> tuple[int, ...]:
    return tuple(
        40 if e in ("Nom", "Entreprise", "Activité", "Adresse", "Adresse du siège") else 16 for e in _entetes(requete)
    )


def _nom_de_fichier(requete: Requete) -> str:
    return f"fce-{requete.vue}-{paris.aujourd_hui():%Y-%m-%d}"


def _code(libelle: Libelle | None) -> str | None:
    return libelle.code if libelle else None


def _nomenclature(vue: EntrepriseVue | EtablissementVu) -> str | None:
    """The NAF of the code in the next column: both versions are in one file during the change."""
    return nomenclature(vue.nomenclature_activite) if vue.activite else None


def _libelle(libelle: Libelle | None) -> str | None:
    return libelle.libelle if libelle else None
