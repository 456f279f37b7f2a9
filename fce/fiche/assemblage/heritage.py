"""What the sheet of an establishment reads of its company: the sources that declare alarms, and its officers.

Read separately, as the sheet of the company would: with the rights, places and masked establishments of the company;
its officers, as anyone reads them.
"""

from __future__ import annotations

from fce.donnees.entreprises import diffusion
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.assemblage.blocs import Versions
from fce.fiche.assemblage.sources import FicheBrute, branches
from fce.fiche.formes.officiers import trait_de
from fce.fiche.lecture.plans import prevoir, sources_de
from fce.fiche.unite.unite_visee import Unite
from fce.socle.base.branches import lignes_de
from fce.sources.onglets import ONGLETS, SYNTHESE, Onglet


def mere_de(unite: Unite, lecteur: LecteurDeDonnees, versions: Versions, onglet: Onglet) -> FicheBrute | None:
    """The alarm sources of an establishment's company on the Synthèse, its officers there and on their tab; None
    elsewhere, or without such a source.

    One round trip.
    """
    if unite.entreprise or onglet not in (SYNTHESE, ONGLETS["dirigeants"]):
        return None
    mere, public = Unite(unite.siren), LecteurDeDonnees(maintenant=lecteur.maintenant)
    sources = sources_de(mere)
    plans = [prevoir(s, mere, lecteur, versions) for s in sources if s.alarme and onglet is SYNTHESE]
    plans += [prevoir(s, mere, public, versions) for s in sources if trait_de(s)]
    lisibles = [plan for plan in plans if plan.branche is not None]
    if not lisibles:
        return None
    # What services have told is already on the sheet of the establishment.
    demandees = [branche for branche in branches(mere, lisibles, lecteur) if not branche.fraiche]
    lignes = lignes_de(demandees, preparee=True, marque=diffusion.MARQUE_INSEE, replicable=True)
    return FicheBrute(mere.situee(lignes), lecteur, tuple(lisibles), lignes, versions, onglet=onglet)
