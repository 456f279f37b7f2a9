"""Labels of customs codes; AEO status."""

from collections.abc import Sequence
from datetime import date

from fce.socle.texte.formats import pluriel
from fce.sources.presentation import Ligne
from fce.sources.synthese import LigneDeCarte

CODES = {
    "AEOC": "Simplifications douanières (AEOC)",
    "AEOS": "Sécurité et sûreté (AEOS)",
    "AEOF": "Simplifications douanières, sécurité et sûreté (AEOF)",
    "EA": "Entrepositaire agréé",
    "DE": "Destinataire enregistré",
    "XE": "Expéditeur enregistré",
    "CW1": "Entrepôt douanier public de type I",
    "CW2": "Entrepôt douanier public de type II",
    "CWP": "Entrepôt douanier privé",
    "IPO": "Perfectionnement actif",
    "OPO": "Perfectionnement passif",
    "TEA": "Admission temporaire",
    "EUS": "Destination particulière",
}
FAMILLES = {"OEA": "Opérateur économique agréé", "ACCISES": "Accises", "REGIME": "Régime particulier"}


def en_clair(lignes: Sequence[Ligne], aujourd_hui: date) -> Sequence[Ligne]:
    return [
        {**x, "code": CODES.get(x["code"], x["code"]), "famille": FAMILLES.get(x["famille"], x["famille"])}
        for x in lignes
    ]


def valide(ligne: Ligne, jour: date) -> bool:
    debut, fin = ligne["date_debut"], ligne["date_fin"]
    return ligne["etat"] == "valide" and (debut is None or debut <= jour) and (fin is None or fin >= jour)


def statut_oea(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    """ "AEOF" when both kinds are held, under one authorisation or two; None when none is valid today."""
    libelles = {libelle: code for code, libelle in CODES.items()}
    # Rows may hold codes or, after ``en_clair``, labels.
    codes = {libelles.get(x["code"], x["code"]) for x in lignes if valide(x, aujourd_hui)}
    if "AEOF" in codes or {"AEOC", "AEOS"} <= codes:
        return "AEOF"
    return next((code for code in ("AEOC", "AEOS") if code in codes), None)


def autorisations(lignes: Sequence[Ligne], autres: Sequence[Ligne], aujourd_hui: date) -> LigneDeCarte | None:
    """The AEO status, then the number of other authorisations, valid or not."""
    if not lignes:
        return None
    restantes = [x for x in lignes if x["famille"] not in ("OEA", FAMILLES["OEA"])]
    valides = sum(valide(x, aujourd_hui) for x in restantes)
    dits = [pluriel(valides, "autre valide", "autres valides")] if valides else []
    if fermees := len(restantes) - valides:
        dits.append(pluriel(fermees, "non valide", "non valides"))
    statut = statut_oea(lignes, aujourd_hui)
    return LigneDeCarte("Autorisations", statut or "OEA non valide ou absent", "".join(f", {dit}" for dit in dits))
