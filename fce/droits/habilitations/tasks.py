"""Jobs of habilitations: expiry, suspension, reminders, mails."""

from django.utils import timezone
from procrastinate.contrib.django import app

from fce.droits.comptes import appartenances, cumuls
from fce.droits.comptes.models import Compte
from fce.droits.comptes.tasks import REPRISES_DE_COURRIEL
from fce.droits.habilitations.dossiers import courriels, echeances
from fce.droits.habilitations.models import Dossier


# At 15 past each hour, in winter as in summer: within the hour after midnight in Paris.
@app.periodic(cron="15 * * * *")
@app.task(name="veiller_aux_habilitations", queueing_lock="veiller_aux_habilitations", lock="veiller_aux_habilitations")
def veiller_aux_habilitations(timestamp: int = 0) -> None:
    """Close expired habilitations, suspend those without review and members long absent, remind managers of what ends
    soon, and mail the members whom a mandate excludes from their groups."""
    maintenant = timezone.now()
    echeances.clore_les_echues(maintenant)
    echeances.suspendre_les_non_revues(maintenant)
    echeances.rappeler(maintenant)
    appartenances.suspendre_les_absents(maintenant)
    cumuls.annoncer()


@app.task(name=courriels.TACHE_PREVENIR, retry=REPRISES_DE_COURRIEL)
def prevenir(dossier: int, objet: str, compte: int) -> None:
    """Send one mail about a habilitation, unless the habilitation or the account is gone."""
    trouve = Dossier.objects.filter(pk=dossier).first()
    destinataire = Compte.objects.filter(pk=compte).first()
    if trouve is not None and destinataire is not None:
        courriels.envoyer(trouve, objet, destinataire)
