"""Shared helpers of the catalogue: SIREN or SIRET numbers, names of licences, the turnover table."""

import re
from collections.abc import Callable, Sequence
from datetime import date

from fce.socle.texte.formats import montant
from fce.socle.texte.identifiants import est_siren, siren_valide, siret_valide
from fce.socle.texte.tendances import evolution
from fce.sources.presentation import Ligne
from fce.sources.synthese import LigneDeCarte

LICENCE_OUVERTE = "Licence Ouverte 2.0 (Etalab)"
RESTREINTE = "Diffusion restreinte aux administrations habilitées"
ECHANGE = "code des relations entre le public et l'administration, art. L. 114-8"

# One turnover table by year: see ``presentation.ParAn``.
CHIFFRE_PAR_AN, TITRE_PAR_AN = "chiffre-affaires", "Chiffre d'affaires par exercice"
COLONNE_PROPRE = "Chiffre d'affaires de l'entreprise (€)"

_NUMERO = re.compile(r"[0-9]{9}(?:[0-9]{5})?")


def dernier_exercice(
    titre: str, jour: str, valeur: str, *, compare: bool = False
) -> Callable[[Sequence[Ligne], Sequence[Ligne], date], LigneDeCarte | None]:
    """Line of a card: the amount of the latest closing date that has one. ``compare``: with its change since the
    previous one, which means nothing for a result that changes sign."""

    def dire(lignes: Sequence[Ligne], autres: Sequence[Ligne], aujourd_hui: date) -> LigneDeCarte | None:
        connus = sorted(((x[jour], x[valeur]) for x in lignes if x[jour] and x[valeur] is not None), reverse=True)
        if not connus:
            return None
        change = evolution(connus[1][1], connus[0][1]) if compare and len(connus) > 1 else ""
        return LigneDeCarte(f"{titre} {connus[0][0].year}", montant(connus[0][1]), f" {change}" if change else "")

    return dire


def siren_ou_rien(numero: str | None) -> str | None:
    """The SIREN, or None if invalid: for other units named by a row."""
    siren, siret = partager(numero)
    return siren if siren and not siret and siren_valide(siren) else None


def siret_ou_rien(numero: str | None) -> str | None:
    _, siret = partager(numero)
    return siret if siret and siret_valide(siret) else None


def partager(numero: str | None) -> tuple[str | None, str | None]:
    """(SIREN, SIRET) of a number: 9 digits give (SIREN, None), 14 give both, anything else neither.

    Accepts spaces, dots and a French VAT prefix, because people type these numbers.
    """
    chiffres = numero or ""
    if not _NUMERO.fullmatch(chiffres):
        chiffres = re.sub(r"[\s. ]", "", chiffres)
        if re.fullmatch(r"FR[0-9A-Z]{2}[0-9]{9}", chiffres):
            chiffres = chiffres[4:]
        if not _NUMERO.fullmatch(chiffres):
            return None, None
    return chiffres[:9], None if est_siren(chiffres) else chiffres


def siren_et_siret(numero: str | None) -> tuple[str | None, str | None]:
    """Anything but a SIRET is returned as SIREN, for the checks to reject."""
    chiffres = re.sub(r"\s", "", numero or "")
    return (chiffres[:9], chiffres) if re.fullmatch(r"[0-9]{14}", chiffres) else (chiffres or None, None)
