"""Files of a reconciled table that the worker writes."""

from __future__ import annotations

from django.http import HttpResponse

from fce.comptes.requete import RequeteConnectee
from fce.droits.demande import lecteur_de
from fce.listes import pages_de_fichier
from fce.listes.pages_de_fichier import GuichetDeFichiers
from fce.rapprochement import lectures
from fce.rapprochement.fichiers import TACHE
from fce.rapprochement.models import FichierDeTableau
from fce.socle.routes import Qui, Surface, Voie, acces


@acces(Qui.AGENT, ("GET", "POST"), surface=Surface.LISTE)
def demander(request: RequeteConnectee, numero: int) -> HttpResponse:
    """The form that asks the worker for a file of a table. Raises ParametreInvalide while it is being read."""
    lectures.trouver_fini(request.compte, numero)
    return pages_de_fichier.demander(request, lecteur_de(request), _guichet(request, numero))


@acces(Qui.AGENT, surface=Surface.LISTE)
def fichier(request: RequeteConnectee, numero: int, fichier: int) -> HttpResponse:
    """A file asked for: how far it is, then where to download it."""
    return pages_de_fichier.montrer(request, lecteur_de(request), _guichet(request, numero), fichier)


@acces(Qui.AGENT, voie=Voie.FRAGMENT, surface=Surface.FRAGMENT)
def avancement(request: RequeteConnectee, numero: int, fichier: int) -> HttpResponse:
    return pages_de_fichier.avancement(request, lecteur_de(request), _guichet(request, numero), fichier)


@acces(Qui.AGENT, voie=Voie.FICHIER)
def contenu(request: RequeteConnectee, numero: int, fichier: int) -> HttpResponse:
    """The file, already in the journal."""
    return pages_de_fichier.envoyer(lecteur_de(request), _guichet(request, numero), fichier)


def _guichet(request: RequeteConnectee, numero: int) -> GuichetDeFichiers:
    sien = lectures.trouver(request.compte, numero)
    titre = f"votre tableau {sien.marque}"
    return GuichetDeFichiers(
        FichierDeTableau, {"tableau_id": sien.pk}, "rapprochement:tableau", TACHE, titre, sien.marque, sien.total
    )
