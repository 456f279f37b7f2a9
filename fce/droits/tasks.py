"""The jobs of habilitations: ends, suspensions, reminders, and the mails that gestures leave."""

from django.utils import timezone
from procrastinate.contrib.django import app

from fce.comptes import appartenances, cumuls
from fce.comptes.models import Compte
from fce.comptes.tasks import REPRISES_DE_COURRIEL
from fce.droits.dossiers import courriels, echeances
from fce.droits.models import Dossier


# A quarter past each hour: whatever the season, within the hour that follows midnight in Paris.
@app.periodic(cron="15 * * * *")
@app.task(name="veiller_aux_habilitations", queueing_lock="veiller_aux_habilitations", lock="veiller_aux_habilitations")
def veiller_aux_habilitations(timestamp: int = 0) -> None:
    """Close what ended, suspend what nobody reviews or uses, tell the managers what ends soon, and those
    whom a mandate keeps out of their groups."""
    maintenant = timezone.now()
    echeances.clore_les_echues(maintenant)
    echeances.suspendre_les_non_revues(maintenant)
    echeances.rappeler(maintenant)
    appartenances.suspendre_les_absents(maintenant)
    cumuls.annoncer()


@app.task(name=courriels.TACHE_PREVENIR, retry=REPRISES_DE_COURRIEL)
def prevenir(dossier: int, objet: str, compte: int) -> None:
    """Send one mail about a habilitation, unless what it speaks of is gone meanwhile."""
    trouve = Dossier.objects.filter(pk=dossier).first()
    destinataire = Compte.objects.filter(pk=compte).first()
    if trouve is not None and destinataire is not None:
        courriels.envoyer(trouve, objet, destinataire)
