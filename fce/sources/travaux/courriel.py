"""The report of the worker to whoever runs the service: counts and reasons in French, never a value of a row."""

import logging
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import send_mail

from fce.socle.formats import jour, nombre
from fce.sources.models import Import

journal = logging.getLogger(__name__)
# What PostgreSQL says of a value that it refuses quotes it.
_VALEUR_CITEE = "La base refuse une valeur du fichier"
_TITRES = {
    Import.Statut.EN_PLACE: "nouvelle version mise en place",
    Import.Statut.REFUSE: "fichier refusé, les données en place n'ont pas changé",
    Import.Statut.ECHOUE: "import échoué, les données en place n'ont pas changé",
}


def envoyer(sujet: str, lignes: Sequence[str]) -> bool:
    """Send the report to ``FCE_RAPPORTS``; False when there is nobody, or when the mail server refused it.

    A report that does not leave never makes its job fail: it is in the log of the worker.
    """
    if not settings.FCE_RAPPORTS:
        return False
    corps = "\n".join([*lignes, "", "Message automatique de la Fiche Commune Entreprise."])
    try:
        send_mail(f"[FCE] {sujet}"[:150].replace("\n", " "), corps, None, settings.FCE_RAPPORTS)
    except OSError as erreur:  # smtplib's errors are OSError
        journal.warning("rapport non envoyé (%s) : %s", type(erreur).__name__, sujet)
        return False
    return True


def sujet(source: str, importation: Import) -> str:
    """Subject of the report of an import."""
    return f"{source} : {_TITRES.get(Import.Statut(importation.statut), importation.get_statut_display())}"


def recit(importation: Import) -> list[str]:
    """What happened, by counts: how many rows, why some were set aside, why the file was refused."""
    lignes = [f"Import n° {importation.pk} de {importation.source} : {importation.get_statut_display()}."]
    if importation.date_metier:
        lignes.append(f"Données au {jour(importation.date_metier)}.")
    elif importation.statut == Import.Statut.EN_PLACE:
        lignes.append("Date de la donnée inconnue : rien ne la dit dans le fichier.")
    if importation.lues:
        lignes.append(
            f"{nombre(importation.lues)} lignes lues : {nombre(importation.chargees)} chargées, "
            f"{nombre(importation.ecartees)} écartées, {nombre(importation.dedoublonnees)} dédoublonnées."
        )
    for rejet in importation.rejets:
        colonne = f" (colonne {rejet['colonne']})" if rejet["colonne"] else ""
        lignes.append(f"- écart : {nombre(rejet['nombre'])} × {rejet['motif']}{colonne}")
    if importation.avertissements:
        lignes.append(f"{nombre(len(importation.avertissements))} avertissement(s) : voir la page de la source.")
    return [*lignes, *(f"Motif : {sans_valeur(motif)}" for motif in importation.motifs)]


def sans_valeur(motif: str) -> str:
    """The reason without the value that it may quote."""
    return f"{_VALEUR_CITEE}." if motif.startswith(_VALEUR_CITEE) else motif
