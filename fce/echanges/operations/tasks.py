"""The jobs of operations: the mails that gestures leave, and the question of what announced visits meet."""

from procrastinate.contrib.django import app

from fce.comptes.models import Groupe
from fce.comptes.tasks import REPRISES_DE_COURRIEL
from fce.echanges.models import OperationConjointe, VisiteAnnoncee
from fce.echanges.operations import courriels
from fce.echanges.operations.croisements import TACHE_CROISEMENTS


@app.task(name=courriels.TACHE_INVITATION_OPERATION, retry=REPRISES_DE_COURRIEL)
def envoyer_une_invitation_a_une_operation(operation: int, service: int) -> None:
    """Send one invitation, unless the operation or the service is gone meanwhile."""
    trouvee = OperationConjointe.objects.filter(pk=operation).first()
    invite = Groupe.objects.filter(pk=service).first()
    if trouvee is not None and invite is not None:
        courriels.envoyer_invitation(trouvee, invite)


@app.task(name=TACHE_CROISEMENTS)
def annoncer_les_croisements(visite: int) -> None:
    """Look for the operations that an announced visit meets, and queue the mails to those who lead them."""
    if (trouvee := VisiteAnnoncee.objects.filter(pk=visite).first()) is not None:
        courriels.annoncer_aux_coordinateurs(trouvee)


@app.task(name=courriels.TACHE_COORDINATEUR, retry=REPRISES_DE_COURRIEL)
def envoyer_un_croisement(operation: int, visite: int) -> None:
    """Send one mail to the service that leads an operation, unless nothing crosses any more."""
    menee = OperationConjointe.objects.select_related("coordinateur").filter(pk=operation).first()
    annoncee = VisiteAnnoncee.objects.filter(pk=visite).first()
    if menee is not None and annoncee is not None:
        courriels.envoyer_au_coordinateur(menee, annoncee)
