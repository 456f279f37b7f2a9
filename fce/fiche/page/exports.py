"""The sheet as files: a workbook with one tab per rubrique, or the rows of one source. Rights are those of the page."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Final

from fce.donnees.entreprises.contenu import EntrepriseVue, EtablissementVu, PageEtablissements
from fce.donnees.entreprises.historique import Journee
from fce.fiche.formes.contenu import (
    Bloc,
    Cellule,
    EnSerie,
    EnTableau,
    EnValeurs,
    EtatBloc,
    Fiche,
    LienEtablissement,
    Rubrique,
)
from fce.fiche.page.html import lignes_de_totaux
from fce.fiche.unite.perimetre import dire
from fce.socle.texte import paris
from fce.socle.texte.formats import pluriel
from fce.socle.texte.identifiants import formater_siret
from fce.socle.web.exports import Cellule as Valeur, Feuille, ecrire_xlsx

ETATS: Final = {
    EtatBloc.DONNEES: "Données",
    EtatBloc.AUCUNE: "Aucune donnée connue",
    EtatBloc.INDISPONIBLE: "Source non disponible",
    EtatBloc.RESERVEE: "Réservé",
}
NON_DEMANDEE: Final = "Rien dans le fichier, non interrogé en direct"
INCONNUE: Final = "date de la donnée inconnue"
OUVERT: Final = "Consultation des données ouvertes, sans connexion"


def classeur(fiche: Fiche, finalite: str = "") -> IO[bytes]:
    """The workbook (``ouvrir``). ``finalite``: purpose written on the first tab."""
    return ouvrir(feuilles(fiche, finalite))


def ouvrir(des_feuilles: Iterable[Feuille]) -> IO[bytes]:
    """A workbook, open for reading; the file disappears when closed."""
    with tempfile.TemporaryDirectory(prefix="fce-export-") as dossier:
        chemin = Path(dossier) / "fiche.xlsx"
        ecrire_xlsx(chemin, des_feuilles)
        return chemin.open("rb")


def feuilles(fiche: Fiche, finalite: str = "") -> Iterator[Feuille]:
    """The tab of sources, dates and purpose, then one tab per rubrique with data."""
    entetes = (
        "Source", "Producteur", "Système", "Au", "Importé le", "Fraîcheur", "État", "Précision", "Périmètre",
    )  # fmt: skip
    yield Feuille("Sources", entetes, list(_sources(fiche, finalite)), (36, 20, 24, 12, 12, 30, 22, 60, 60))
    for rubrique in fiche.rubriques:
        pleins = [b for b in rubrique.blocs if b.etat is EtatBloc.DONNEES]
        if pleins:
            yield Feuille(_onglet(rubrique), (rubrique.titre,), list(_rubrique(pleins)), (28, 24, 24, 20, 20))


def _sources(fiche: Fiche, finalite: str) -> Iterator[Sequence[Valeur]]:
    yield ("Fiche", fiche.vue.nom, fiche.unite.numero)
    yield ("Exportée le", paris.aujourd_hui())
    yield ("Finalité", finalite or OUVERT)
    yield ()
    for rubrique in fiche.rubriques:
        for bloc in rubrique.blocs:
            for p in bloc.provenances:
                importe = paris.jour_de(p.date_import) if p.date_import else None
                fraicheur = p.avertissement.capitalize()
                yield (
                    p.titre,
                    p.producteur,
                    p.systeme,
                    p.date_metier or (INCONNUE if importe else None),
                    importe,
                    fraicheur,
                    _etat(bloc),
                    bloc.message
                    or (f"Lignes{bloc.horizon}." if bloc.etat is EtatBloc.DONNEES and bloc.horizon else ""),
                    _perimetre(bloc),
                )


def _rubrique(blocs: Sequence[Bloc]) -> Iterator[Sequence[Valeur]]:
    for rang, bloc in enumerate(blocs):
        if rang:
            yield ()
        yield (bloc.titre,)
        if bloc.mention:
            yield (bloc.mention,)
        yield from _contenu(bloc.contenu)


def _etat(bloc: Bloc) -> str:
    """State of a bloc in words; « aucune » comes with the period that the source covers."""
    if bloc.a_demander:
        return NON_DEMANDEE
    return f"{ETATS[bloc.etat]}{bloc.horizon if bloc.etat is EtatBloc.AUCUNE else ''}"


def _perimetre(bloc: Bloc) -> str:
    """Scope of a bloc, in full because a file leaves the sheet; "" when the source was not read."""
    if bloc.etat not in (EtatBloc.DONNEES, EtatBloc.AUCUNE):
        return ""
    dit = dire(bloc.perimetre, bloc.ensemble) or bloc.perimetre.phrase
    return dit[:1].upper() + dit[1:]


def _contenu(contenu: object) -> Iterator[Sequence[Valeur]]:
    match contenu:
        case EnTableau():
            yield from _tableau(contenu)
        case EnSerie():
            yield from _tableau(contenu.tableau)
        case EnValeurs():
            if contenu.phrase:
                yield (contenu.phrase,)
            yield from ((libelle, _valeur(cellule)) for libelle, cellule in contenu.paires)
        case EntrepriseVue():
            yield from _entreprise(contenu)
        case EtablissementVu():
            yield from _etablissement(contenu)
        case PageEtablissements():
            yield ("SIRET", "État", "Nom", "Adresse", "Activité", "Effectif")
            for e in contenu.etablissements:
                etat = {"A": "Ouvert", "F": "Fermé"}.get(e.etat or "", "")
                adresse = ", ".join(e.adresse.lignes)
                yield (e.siret, etat, e.nom, adresse, _texte(e.activite), _texte(e.tranche_effectif))
            if contenu.total > len(contenu.etablissements):
                montres = pluriel(len(contenu.etablissements), "établissement")
                yield (f"{montres} sur {contenu.total}, les premiers de la liste.",)
        case tuple():
            yield from _evenements(contenu)


def _tableau(tableau: EnTableau) -> Iterator[Sequence[Valeur]]:
    if tableau.synthese:
        yield from _tableau(tableau.synthese)
        yield ()
    yield tuple(c.libelle for c in tableau.colonnes)
    for ligne in tableau.lignes:
        yield tuple(_valeur(cellule) for cellule in ligne)
    for libelle, cellules in lignes_de_totaux(tableau):
        yield (libelle, *(_valeur(cellule) for cellule in cellules[1:]))
    if tableau.total > len(tableau.lignes):
        yield (f"{pluriel(len(tableau.lignes), 'ligne')} sur {tableau.total}, les premières de la liste.",)
    if tableau.note:
        yield (tableau.note,)


def _evenements(contenu: Sequence[object]) -> Iterator[Sequence[Valeur]]:
    if contenu and isinstance(contenu[0], Journee):
        yield ("Date", "Événement", "Précision", "Établissement", "Source")
    elif contenu:
        yield ("Établissement", "Lien", "Date")
    for element in contenu:
        if isinstance(element, Journee):
            for e in element.evenements:
                yield (element.date, e.titre, e.detail, e.siret, e.source)
        elif isinstance(element, LienEtablissement):
            sens = "Prédécesseur" if element.sens == "predecesseur" else "Successeur"
            yield (formater_siret(element.siret), sens, element.date)


def _entreprise(vue: EntrepriseVue) -> Sequence[Sequence[Valeur]]:
    return [
        ("SIREN", vue.siren),
        ("Dénomination", vue.nom),
        ("Sigle", vue.sigle),
        ("État", {"A": "En activité", "C": "Cessée"}.get(vue.etat or "")),
        ("Depuis le", vue.etat_depuis),
        ("Date de création", vue.date_creation),
        ("Forme juridique", _texte(vue.categorie_juridique)),
        *((titre, _texte(activite)) for titre, activite in vue.activites_nommees),
        ("Tranche d'effectif", _texte(vue.tranche_effectif)),
        ("Catégorie d'entreprise", vue.categorie),
        ("SIRET du siège", vue.siege.siret if vue.siege else None),
        ("État du siège", {"A": "Ouvert", "F": "Fermé"}.get(vue.siege.etat or "") if vue.siege else None),
        ("TVA", vue.tva),
        ("Établissements", vue.nombre_etablissements),
        ("Établissements ouverts", vue.nombre_etablissements_ouverts),
    ]


def _etablissement(vue: EtablissementVu) -> Sequence[Sequence[Valeur]]:
    return [
        ("SIRET", vue.siret),
        ("Nom", vue.nom),
        ("Enseigne", ", ".join(vue.enseignes)),
        ("Siège", vue.siege),
        ("État", {"A": "Ouvert", "F": "Fermé"}.get(vue.etat or "")),
        ("Depuis le", vue.etat_depuis),
        ("Date de création", vue.date_creation),
        ("Adresse", ", ".join(vue.adresse.lignes)),
        *((titre, _texte(activite)) for titre, activite in vue.activites_nommees),
        ("Tranche d'effectif", _texte(vue.tranche_effectif)),
    ]


def _valeur(cellule: Cellule) -> Valeur:
    """Figures stay figures and dates stay dates; an identifier is text."""
    valeur = cellule.valeur
    if isinstance(valeur, datetime):
        return paris.jour_ecrit(valeur)
    if isinstance(valeur, bool | int | float | Decimal | date | str):
        return valeur
    return cellule.texte


def _texte(valeur: object) -> str | None:
    return None if valeur is None else str(valeur)


def _onglet(rubrique: Rubrique) -> str:
    return rubrique.titre.replace("/", " ")[:31]
