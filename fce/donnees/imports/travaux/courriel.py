"""E-mail reports of the worker: counts and reasons in French, never a value of a row."""

from fce.donnees.imports.models import Import
from fce.socle.texte.formats import jour, nombre, pluriel

# PostgreSQL's message about a refused value quotes the value.
_VALEUR_CITEE = "La base refuse une valeur du fichier"
_TITRES = {
    Import.Statut.EN_PLACE: "nouvelle version mise en place",
    Import.Statut.REFUSE: "fichier refusé, les données en place n'ont pas changé",
    Import.Statut.ECHOUE: "import échoué, les données en place n'ont pas changé",
}


def sujet(source: str, importation: Import) -> str:
    return f"{source} : {_TITRES.get(Import.Statut(importation.statut), importation.get_statut_display())}"


def recit(importation: Import) -> list[str]:
    lignes = [f"Import n° {importation.pk} de {importation.source} : {importation.get_statut_display()}."]
    if importation.date_metier:
        lignes.append(f"Données au {jour(importation.date_metier)}.")
    elif importation.statut == Import.Statut.EN_PLACE:
        lignes.append("Date de la donnée inconnue : rien ne la dit dans le fichier.")
    if importation.lues:
        lignes.append(
            f"{pluriel(importation.lues, 'ligne lue', 'lignes lues')} : {pluriel(importation.chargees, 'chargée')}, "
            f"{pluriel(importation.ecartees, 'écartée')}, {pluriel(importation.dedoublonnees, 'dédoublonnée')}."
        )
    for rejet in importation.rejets:
        colonne = f" (colonne {rejet['colonne']})" if rejet["colonne"] else ""
        lignes.append(f"- écart : {nombre(rejet['nombre'])} × {rejet['motif']}{colonne}")
    if importation.avertissements:
        lignes.append(f"{nombre(len(importation.avertissements))} avertissement(s) : voir la page de la source.")
    return [*lignes, *(f"Motif : {sans_valeur(motif)}" for motif in importation.motifs)]


def sans_valeur(motif: str) -> str:
    return f"{_VALEUR_CITEE}." if motif.startswith(_VALEUR_CITEE) else motif
