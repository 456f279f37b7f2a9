"""Training organisations: what an agent reads of one."""

from collections.abc import Sequence
from datetime import date

from fce.socle.formats import pluriel
from fce.sources.presentation import Ligne

ACTIONS = {
    "actions_formation": "actions de formation",
    "bilans_competences": "bilans de compétences",
    "vae": "validation des acquis de l'expérience",
    "apprentissage": "formation par apprentissage",
}


def specialites(ligne: Ligne) -> tuple[str, ...]:
    """The specialities declared, three at most, "code – label"."""
    paires = ((ligne[f"code_specialite_{n}"], ligne[f"specialite_{n}"]) for n in (1, 2, 3))
    return tuple(" – ".join(morceau for morceau in paire if morceau) for paire in paires if any(paire))


def certifications(ligne: Ligne) -> tuple[str, ...]:
    """The kinds of training it is certified for (Qualiopi)."""
    return tuple(libelle for attribut, libelle in ACTIONS.items() if ligne[attribut])


def organismes(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    """ "2 établissements déclarants": each counts, a company may declare several."""
    numeros = {ligne["numero"] for ligne in lignes}
    return pluriel(len(numeros), "déclaration d'activité", "déclarations d'activité") if numeros else None
