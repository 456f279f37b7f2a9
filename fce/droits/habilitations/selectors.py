"""Loads the actor of an account and his habilitations, at each request: nothing is cached between two."""

from __future__ import annotations

from copy import copy

import structlog

from fce.droits.comptes.administration import administration_de
from fce.droits.comptes.models import Compte
from fce.droits.habilitations.acteurs import ANONYME, Acteur, GenreActeur, Habilitation
from fce.droits.habilitations.chaine import Liens, tient
from fce.droits.habilitations.dossiers.conversion import habilitation
from fce.droits.habilitations.dossiers.etats import ACCORDES
from fce.droits.habilitations.models import Dossier
from fce.socle.base import lectures
from fce.socle.base.restauration import OUVERTE_AUX_AGENTS
from fce.socle.erreurs import ParametreInvalide

log = structlog.get_logger("fce.droits.habilitations")
# A draft opens nothing and is not loaded; an ended habilitation is, to explain the refusal. In the order of the model.
_CHAMPS = (
    "id", "groupe_id", "profil", "groupes_de_donnees", "finalites", "territoire", "droits", "etat", "debut", "fin",
    "demandeur", "approbateur", "clos_le",
)  # fmt: skip
# Raw SQL: run at every request of an agent, it costs a fifth of the same query by the ORM.
_HABILITATIONS = (
    "SELECT o.numero, o.fermee_le IS NULL, g.ferme_le IS NULL, "  # noqa: S608 – own columns
    "a.fin IS NULL AND a.suspendue_le IS NULL, "
    "ARRAY(SELECT m.role FROM comptes_mandat m WHERE m.compte_id = a.compte_id AND m.fin IS NULL), "
    f"{', '.join(f'd.{champ}' for champ in _CHAMPS)} FROM droits_dossier d "
    "JOIN comptes_groupe g ON g.id = d.groupe_id JOIN comptes_organisation o ON o.id = g.organisation_id "
    "JOIN comptes_appartenance a ON a.groupe_id = g.id WHERE a.compte_id = %s AND d.etat = ANY(%s) "
    f"AND {OUVERTE_AUX_AGENTS} ORDER BY d.id"
)


def acteur_de(compte: Compte | None, *, mfa: bool) -> Acteur:
    """The actor, with the habilitations of his groups. One query for an agent, none for anyone else."""
    if compte is None or not compte.agent or not compte.actif:
        return ANONYME
    siret = administration_de(compte)
    return Acteur(
        GenreActeur.AGENT,
        compte.identifiant,
        siret,
        habilitations_de(compte) if siret else (),
        mfa=mfa,
    )


def habilitations_de(compte: Compte) -> tuple[Habilitation, ...]:
    """Habilitations of the account without a cut link (``chaine.tient``), in one query; none for a copy made by
    ``avec_ses_habilitations``. An inconsistent one is ignored."""
    if (connues := compte.__dict__.get("_habilitations")) is not None:
        return tuple(connues)
    administration, tenues = administration_de(compte), []
    for organisation, ouverte, groupe_ouvert, membre, mandats, *champs in lectures.rangees(
        _HABILITATIONS, [compte.pk, list(ACCORDES)]
    ):
        dossier = Dossier.from_db("default", _CHAMPS, champs)
        decideur = dossier.approbateur == compte.identifiant
        if not tient(Liens(administration, organisation, ouverte, groupe_ouvert, membre, frozenset(mandats), decideur)):
            continue
        try:
            tenues.append(habilitation(dossier, organisation))
        except (ParametreInvalide, ValueError):
            log.error("habilitation_illisible", dossier=dossier.pk)
    return tuple(tenues)


def avec_ses_habilitations(compte: Compte, acteur: Acteur) -> Compte:
    """A copy of the account that carries the habilitations just read: the tasks of every room ask for them."""
    copie = copy(compte)
    copie.__dict__["_habilitations"] = acteur.habilitations
    return copie
