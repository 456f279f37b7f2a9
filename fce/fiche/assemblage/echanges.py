"""What services have told one another of a unit, read with its sheet and shown with the files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from fce.donnees.entreprises.construction import masquer_etablissement
from fce.donnees.entreprises.historique import Evenement
from fce.droits.habilitations.lecteur import LecteurDeDonnees, PartDeReponse
from fce.echanges import sur_la_fiche
from fce.echanges.sur_la_fiche import AUCUN, BRANCHE, EchangesDeFiche
from fce.fiche.unite.unite_visee import ParBranche, Unite, premiere
from fce.socle.base.branches import Branche
from fce.socle.web.routes import Surface
from fce.sources import registre
from fce.sources.onglets import ONGLETS, SYNTHESE, TOUT, Onglet

SURFACES: Final = frozenset({Surface.FICHE, Surface.NOTE, Surface.PDF})
"""Surfaces where announced visits and contacts may be shown: never a list, a file or the API."""
ONGLETS_QUI_LISENT: Final = (SYNTHESE, TOUT, ONGLETS["controles"], ONGLETS["historique"])


def branches(unite: Unite, lecteur: LecteurDeDonnees, onglet: Onglet) -> list[Branche]:
    """The query of the exchanges; empty for a reader without the right, and where they are not shown."""
    if lecteur.empechement or lecteur.surface not in SURFACES or onglet not in ONGLETS_QUI_LISENT:
        return []
    demandee = sur_la_fiche.branche(unite.numero, lecteur)
    return [demandee] if demandee else []


def echanges_de(unite: Unite, lecteur: LecteurDeDonnees, toutes: ParBranche) -> EchangesDeFiche:
    """What ``branches`` has read; nothing when it could not be."""
    lignes = toutes.get(BRANCHE)
    if lignes is None:
        return AUCUN
    adresse = None
    if not unite.entreprise and (lieu := premiere(toutes["etablissement"])):
        adresse = masquer_etablissement(lieu, premiere(toutes["unite_legale"]))
    return sur_la_fiche.echanges_de(lignes, lecteur, unite.numero, adresse)


def dites(dits: EchangesDeFiche, unite: Unite) -> list[PartDeReponse]:
    """What the journal writes of them."""
    return [PartDeReponse(objet.nom, unite.numero, nombre, [permis]) for objet, permis, nombre in dits.permis]


def evenements(dits: EchangesDeFiche, unite: Unite, connus: Iterable[Evenement]) -> list[Evenement]:
    """The contacts told, as events of the timeline, without those that a file of the same body has for the same day and
    place."""
    if not dits.contacts:
        return []
    sus = {(_corps(e.source), e.siret or unite.numero, e.date) for e in connus if e.genre == "fait"}
    return [
        Evenement(
            c.jour, "contact", f"{c.genre.label.capitalize()} d’un service", c.service, "",
            c.siret if unite.entreprise else None, connu_le=c.cree_le,
        )
        for c in dits.contacts
        if not c.corps or (c.corps, c.siret, c.jour) not in sus
    ]  # fmt: skip


def _corps(source: str) -> str:
    return registre.source(source).producteur.code
