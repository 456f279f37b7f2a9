"""The report printed after an import; it accounts for every row of the file."""

from fce.donnees.imports.models import Import
from fce.socle.texte.formats import jour, nombre, pluriel

_TITRES = {
    Import.Statut.EN_PLACE: "mis en place",
    Import.Statut.INCHANGE: "déjà en place, rien à faire",
    Import.Statut.REFUSE: "REFUSÉ, les données en place n'ont pas changé",
    Import.Statut.ECHOUE: "ÉCHOUÉ, les données en place n'ont pas changé",
}


def rapport(importation: Import) -> list[str]:
    titre = _TITRES.get(Import.Statut(importation.statut), importation.get_statut_display())
    lignes = [f"{importation.source}, import n° {importation.pk} : {titre}"]
    if importation.date_metier:
        lignes.append(f"  données au {jour(importation.date_metier)}")
    elif importation.total and importation.statut in (Import.Statut.EN_PLACE, Import.Statut.INCHANGE):
        lignes.append("  date de la donnée inconnue : rien ne la dit dans le fichier ni dans son nom (--date la donne)")
    if importation.lues:
        lignes.append(
            f"  {pluriel(importation.lues, 'ligne lue', 'lignes lues')} = {pluriel(importation.chargees, 'chargée')}"
            f" + {pluriel(importation.ecartees, 'écartée')} + {pluriel(importation.dedoublonnees, 'dédoublonnée')}"
        )
        if importation.duree:
            lignes.append(f"  en {nombre(round(importation.duree, 1))} s, {_debit(importation)} lignes par seconde")
    if importation.total != importation.chargees and importation.table:
        lignes.append(f"  {pluriel(importation.total, 'ligne')} dans la version, avec celles reprises")
    for rejet in importation.rejets:
        citees = ", ".join(nombre(ligne) for ligne in rejet["lignes"])
        reste = "…" if rejet["nombre"] > len(rejet["lignes"]) else ""
        colonne = f" [{rejet['colonne']}]" if rejet["colonne"] else ""
        lignes.append(f"  écart : {nombre(rejet['nombre'])} × {rejet['motif']}{colonne} (lignes {citees}{reste})")
    lignes += [f"  attention : {avertissement}" for avertissement in importation.avertissements]
    lignes += [f"  motif : {motif}" for motif in importation.motifs]
    # Add the reports of the other sources fed by the file; after a refusal, the reason is given once.
    if importation.statut == Import.Statut.EN_PLACE:
        for versement in importation.versements.order_by("pk"):
            lignes += rapport(versement)
    return lignes


def _debit(importation: Import) -> str:
    return nombre(round(importation.lues / max(importation.duree or 0, 0.001)))
