"""Compare a person with the officers of a company in the RNE. Pure; the rule is in docs/dirigeants.md."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import TextChoices

from fce.socle.texte.pliage import plier


class Rapprochement(TextChoices):
    """Results. ``ABSENT``: the RNE names no natural person for this company."""

    CONCORDANT = "concordant", "concordant : le RNE nomme un dirigeant de ces nom et premier prénom"
    DIFFERENT = "different", "différent : le RNE nomme d’autres dirigeants"
    ABSENT = "absent", "absent : le RNE ne nomme aucune personne pour cette entreprise"


class Dirigeant(NamedTuple):
    """A natural person of the RNE: family name, name in use, first names in civil-registry order."""

    nom: str
    nom_usage: str
    prenoms: str


def rapprocher(nom: str, prenoms: str, dirigeants: Iterable[Dirigeant]) -> Rapprochement:
    """Compare the family name (or name in use) and the first of the first names.

    Ignores accents, case and punctuation. Only the first one, because a son often bears his father's first name further
    on.
    """
    personnes = [d for d in dirigeants if plier(d.nom) or plier(d.nom_usage)]
    if not personnes:
        return Rapprochement.ABSENT
    nom_plie, prenom = plier(nom), prenom_principal(prenoms)
    if nom_plie and prenom and any(_est(nom_plie, prenom, d) for d in personnes):
        return Rapprochement.CONCORDANT
    return Rapprochement.DIFFERENT


def _est(nom: str, prenom: str, dirigeant: Dirigeant) -> bool:
    return nom in (plier(dirigeant.nom), plier(dirigeant.nom_usage)) and prenom == prenom_principal(dirigeant.prenoms)


def prenom_principal(prenoms: str) -> str:
    """Return the first of the first names, folded; a compound (« Jean-Pierre ») counts as one."""
    separes = prenoms.replace(",", " ").split()
    return plier(separes[0]) if separes else ""
