"""Checks what is typed about a list, before anything is written. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from fce.echanges.interactions.textes import verifier_textes
from fce.ensembles.listes.models import ETIQUETTE_MAX, NOM_MAX, NON_RECONNUE_MAX, NOTE_DE_LIGNE_MAX
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte.formats import nombre, pluriel
from fce.socle.texte.identifiants import reconnaitre, siren_valide, siret_valide

AJOUT_MAX: Final = 2_000
"""Maximum lines of one gesture: pasted text, search results."""
LIGNES_MAX: Final = 50_000
"""Maximum lines of a list."""
COLLAGE_MAX: Final = 50_000
"""Characters of a pasted text: more than ``AJOUT_MAX`` numbers, however spaced."""
ETIQUETTES_MAX: Final = 10
NON_RECONNUES_MAX: Final = 200
_CITES_MAX: Final = 5


def lire_numeros(saisie: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """SIRENs and SIRETs of a pasted text, one a line or separated by commas or semicolons, then what is neither; both
    without duplicates, in order. Raises ParametreInvalide when nothing is one, and beyond ``AJOUT_MAX``."""
    reconnus: list[str] = []
    fautifs: list[str] = []
    for morceau in filter(str.strip, re.split(r"[\n\r;,\t]+", saisie)):
        trouve = reconnaitre(morceau)
        valide = trouve is not None and trouve.valide and trouve.genre in ("siren", "siret")
        if trouve is not None and valide:
            reconnus.append(trouve.valeur)
        else:
            fautifs.append(morceau)
    if fautifs and not reconnus:
        raise ParametreInvalide(f"Ce ne sont ni des SIREN ni des SIRET : {_citer(fautifs)}. Rien n’a été ajouté.")
    distincts = tuple(dict.fromkeys(reconnus))
    if len(distincts) > AJOUT_MAX:
        raise ParametreInvalide(f"Cette liste est trop longue : {nombre(AJOUT_MAX)} numéros au plus à la fois.")
    return distincts, tuple(dict.fromkeys(fautifs))


def verifier_non_reconnues(lignes: Iterable[str]) -> list[str]:
    """Pasted lines to keep, on one line each, without duplicates. Raises ParametreInvalide above
    ``NON_RECONNUES_MAX``, TexteRefuse for a social security number."""
    gardees = list(dict.fromkeys(" ".join(ligne.split())[:NON_RECONNUE_MAX] for ligne in lignes))
    if len(gardees) > NON_RECONNUES_MAX:
        raise ParametreInvalide(
            f"{nombre(NON_RECONNUES_MAX)} lignes au plus qui ne sont ni des SIREN ni des SIRET se gardent. Rien n’a "
            "été ajouté : un tableau se lit par « Reconnaître un tableau »."
        )
    verifier_textes(gardees, confirme=True)
    return gardees


def exiger_valides(numeros: Iterable[str]) -> list[str]:
    """These numbers without duplicates, in order. Raises ParametreInvalide with those that are neither a SIREN nor a
    SIRET."""
    distincts = list(dict.fromkeys(numeros))
    fautifs = [n for n in distincts if not (siren_valide(n) or siret_valide(n))]
    if fautifs:
        raise ParametreInvalide(f"Ce ne sont ni des SIREN ni des SIRET : {_citer(fautifs)}. Rien n’a été ajouté.")
    return distincts


def lire_etiquettes(saisie: str) -> tuple[str, ...]:
    """Tags separated by commas, without duplicates. Raises ParametreInvalide for too many or too long."""
    etiquettes = tuple(dict.fromkeys(filter(None, (" ".join(mot.split()) for mot in saisie.split(",")))))
    if len(etiquettes) > ETIQUETTES_MAX:
        raise ParametreInvalide(f"{ETIQUETTES_MAX} étiquettes au plus.")
    if any(len(mot) > ETIQUETTE_MAX for mot in etiquettes):
        raise ParametreInvalide(f"Une étiquette a {ETIQUETTE_MAX} signes au plus.")
    return etiquettes


def verifier_cadre(nom: str, note: str) -> tuple[str, str]:
    """Name and note of a list, without outer spaces. Raises ParametreInvalide without a name, TexteRefuse for a
    social security number."""
    nom, note = " ".join(nom.split())[:NOM_MAX], note.strip()
    if not nom:
        raise ParametreInvalide("Donnez un nom à la liste.", champ="nom")
    verifier_textes([nom, note], confirme=True)
    return nom, note


def verifier_note_de_ligne(note: str) -> str:
    """Note of a line, without outer spaces. Raises ParametreInvalide when too long, TexteRefuse."""
    note = note.strip()
    if len(note) > NOTE_DE_LIGNE_MAX:
        raise ParametreInvalide(f"Une note de ligne a {NOTE_DE_LIGNE_MAX} signes au plus.", champ="note")
    verifier_textes([note], confirme=True)
    return note


def _citer(numeros: list[str]) -> str:
    reste = len(numeros) - _CITES_MAX
    cites = ", ".join(" ".join(n.split())[:20] for n in numeros[:_CITES_MAX])
    return f"{cites} et {pluriel(reste, 'autre')}" if reste > 0 else cites
