"""What the tests of live blocs share: a company, an agent, and a producer that answers what the test says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.assemblage import directes
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes.fabrique import SERVICE
from tests.droits.habilitations.fabrique import OUVRE_TOUT, agent, habilitation
from tests.fiche.fiches import fiche_de

MIDI = datetime(2026, 11, 25, 11, 5, tzinfo=UTC)
SIREN = f.siren_no(1)
SIRET = f.siret_no(SIREN)


def peupler(statut: str = "O", siege: str = "O", **champs: Any) -> None:
    f.unites(f.unite(SIREN, denomination="VERGERS INVENTES", statut_diffusion=statut, **champs))
    f.lieux(f.lieu(SIREN, libelle_commune="LILLE", code_commune="59350", statut_diffusion=siege))


def lecteur(
    *groupes: str, siret: str = SERVICE, finalite: str | None = "controle-travail", **quoi: Any
) -> LecteurDeDonnees:
    quoi = {"groupes": frozenset(groupes), "finalites": (OUVRE_TOUT,), "organisation": siret, **quoi}
    tenues = [habilitation(**quoi)] if groupes else []
    return LecteurDeDonnees(agent(*tenues, siret_administration=siret), Droit.CONSULTER, finalite, MIDI)


def rubriques(numero: str = SIREN, qui: LecteurDeDonnees | None = None) -> dict[str, list[Any]]:
    qui = qui or LecteurDeDonnees(maintenant=MIDI)
    completes = directes.avec_attentes(fiche_de(numero, qui), qui)
    return {r.cle: [b for b in r.blocs if b.direct or isinstance(b.contenu, directes.Attente)] for r in completes}


def attentes(numero: str = SIREN, qui: LecteurDeDonnees | None = None) -> set[str]:
    return {(b.source or b.contenu.source).nom for blocs in rubriques(numero, qui).values() for b in blocs}
