"""Files of a reconciled table that the worker writes."""

from __future__ import annotations

from django.http import HttpResponse

from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.requete import lecteur_de
from fce.ensembles.fichiers import pages
from fce.ensembles.fichiers.pages import GuichetDeFichiers
from fce.ensembles.rapprochement import lectures
from fce.ensembles.rapprochement.fichiers import FICHIERS_DE_TABLEAU
from fce.socle.web.routes import Qui, Surface, acces


@acces(Qui.AGENT, ("GET", "POST"), surface=Surface.LISTE)
def demander(request: RequeteConnectee, numero: int) -> HttpResponse:
    """The form that asks the worker for a file of a table. Raises ParametreInvalide while it is being read."""
    lectures.trouver_fini(request.compte, numero)
    return pages.demander(request, *ouvrir(request, numero))


def ouvrir(request: RequeteConnectee, numero: int) -> tuple[LecteurDeDonnees, GuichetDeFichiers]:
    """The reader, and what he asks files of. Raises Introuvable, GesteRefuse."""
    sien = lectures.trouver(request.compte, numero)
    titre = f"votre tableau {sien.marque}"
    return lecteur_de(request), GuichetDeFichiers(
        FICHIERS_DE_TABLEAU, {"tableau_id": sien.pk}, titre, sien.marque, sien.total
    )
