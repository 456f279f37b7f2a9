"""Numbers typed in the search: their display, what is wrong with them, and the SIREN or SIRET that they begin.

Pure functions of the text; ``selectors`` queries the database and the index.
"""

from msgspec.structs import replace

from fce.recherche.engines.port import Question
from fce.socle.texte.formats import pluriel
from fce.socle.texte.identifiants import (
    Identifiant,
    chiffres_seuls,
    formater_siren,
    formater_siret,
    reconnaitre,
    siren_valide,
)

LONGUEUR_MIN_DEBUT = 3
"""Digits from which the beginning of a SIREN is searched."""
LONGUEUR_SIREN, LONGUEUR_SIRET = 9, 14
LONGUEUR_MIN_NUMERO = 10
"""Digits from which a number is taken for a mistyped SIREN or SIRET: no name is so long."""
_NOMS = {"siren": "SIREN", "siret": "SIRET", "tva": "de TVA"}


def ecrire(numero: Identifiant) -> str:
    """Format a number for display: « SIREN 552 032 534 »."""
    ecrit = formater_siret(numero.valeur) if numero.genre == "siret" else numero.valeur
    if numero.genre == "siren":
        ecrit = formater_siren(numero.valeur)
    return f"{_NOMS[numero.genre]} {ecrit}"


def mal_ecrit(texte: str) -> str | None:
    """Return what is wrong with a number of the wrong length; None for any other text."""
    chiffres = chiffres_seuls(texte)
    if len(chiffres) < LONGUEUR_MIN_NUMERO or len(chiffres) == LONGUEUR_SIRET:
        return None
    return (
        f"Ce numéro a {pluriel(len(chiffres), 'chiffre')} : un SIREN en a {LONGUEUR_SIREN}, un SIRET {LONGUEUR_SIRET}. "
        "Vérifiez qu’aucun ne manque ni n’est en trop."
    )


def siren_au_debut(texte: str) -> str | None:
    """Return the valid SIREN with which a longer number begins: a truncated SIRET, or one with a wrong digit."""
    chiffres = chiffres_seuls(texte)
    debut = chiffres[:LONGUEUR_SIREN]
    numero = reconnaitre(texte)
    if len(chiffres) <= LONGUEUR_SIREN or (numero is not None and numero.valide) or not siren_valide(debut):
        return None
    return debut


def debut_de_siret(texte: str) -> str:
    """Return the digits of a truncated SIRET, longer than a SIREN; "" for any other text."""
    chiffres = chiffres_seuls(texte)
    return chiffres if LONGUEUR_SIREN < len(chiffres) < LONGUEUR_SIRET else ""


def commencant_ainsi(question: Question, texte: str) -> Question | None:
    """Return the question restricted to the companies whose SIREN, or the establishments whose SIRET, begins with the
    digits typed; None when the text is not such a beginning."""
    chiffres = chiffres_seuls(texte)
    etablissements = question.genre == "etablissements"
    if not LONGUEUR_MIN_DEBUT <= len(chiffres) < LONGUEUR_SIREN and not (etablissements and debut_de_siret(texte)):
        return None
    suite = (LONGUEUR_SIRET if etablissements else LONGUEUR_SIREN) - len(chiffres)
    premier = int(chiffres) * 10**suite
    return replace(question, entre=(premier, premier + 10**suite - 1))
