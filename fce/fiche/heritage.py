"""What the sheet of an establishment reads of its company: the sources that declare alarms.

Read separately, as the sheet of the company would: with the rights, places and masked establishments of the company.
"""

from __future__ import annotations

from fce.droits.lecteur import LecteurDeDonnees
from fce.entreprises import diffusion
from fce.fiche.assemblage import FicheLue, branches
from fce.fiche.blocs import Versions
from fce.fiche.plans import prevoir, sources_de
from fce.fiche.unite import Unite
from fce.socle.branches import lire as lire_branches
from fce.sources.onglets import SYNTHESE, Onglet


def lire(unite: Unite, lecteur: LecteurDeDonnees, versions: Versions, onglet: Onglet) -> FicheLue | None:
    """The alarm sources of an establishment's company; None outside the Synthèse, or without such a source.

    One round trip.
    """
    if unite.entreprise or onglet is not SYNTHESE:
        return None
    mere = Unite(unite.siren)
    plans = [prevoir(source, mere, lecteur, versions) for source in sources_de(mere) if source.alarme]
    lisibles = [plan for plan in plans if plan.branche is not None]
    if not lisibles:
        return None
    # What services have told is already on the sheet of the establishment.
    demandees = [branche for branche in branches(mere, lisibles, lecteur) if not branche.fraiche]
    lues = lire_branches(demandees, preparee=True, marque=diffusion.MARQUE_INSEE, replicable=True)
    return FicheLue(mere.situee(lues), lecteur, tuple(lisibles), lues, versions, onglet=onglet)
