"""The people of the demonstration hold what the rules of the service let them hold."""

from __future__ import annotations

import pytest

from fce.demo import ouverture
from fce.demo.identite import personnages as p
from fce.droits.comptes import cumuls
from fce.droits.comptes.mandats import SANS_DONNEES, Mandats
from fce.droits.comptes.models import Compte, Mandat
from fce.droits.habilitations.dossiers import services
from fce.droits.habilitations.dossiers.etats import EtatDossier
from fce.droits.habilitations.models import Dossier
from fce.droits.habilitations.selectors import acteur_de

pytestmark = pytest.mark.django_db


def test_s2_the_approver_and_the_team_keep_their_work_and_read_nothing_reserved() -> None:
    for _ in range(2):
        ouverture.ouvrir("https://demo.example", lambda qui: qui.cle)
    assert not cumuls.comptes_en_cumul().exists()
    assert Mandat.objects.filter(fin=None).count() == len(ouverture.MANDATS)
    comptes = {qui.cle: Compte.objects.get(sub=qui.cle) for qui in p.AGENTS}
    for mandat in Mandat.objects.filter(role__in=SANS_DONNEES):
        assert acteur_de(mandat.compte, mfa=True).habilitations == (), mandat
    assert acteur_de(comptes[p.GESTIONNAIRE.cle], mfa=True).habilitations
    # The approver has requests to judge.
    assert Dossier.objects.filter(etat=EtatDossier.SOUMIS).count() == len(ouverture.EN_ATTENTE) == 2
    # What a visitor asks for in the part of a manager, he grants in the part of the approver.
    dossier = Dossier.objects.get(groupe__nom="Inspection du travail du Nord")
    assert dossier.etat == EtatDossier.VALIDE
    autre = services.creer(dossier.groupe, services.Contenu.de(dossier), comptes[p.GESTIONNAIRE.cle].identifiant)
    services.soumettre(autre, comptes[p.GESTIONNAIRE.cle].identifiant)
    approbatrice = Mandat.objects.get(role=Mandats.APPROBATEUR).compte
    assert services.valider(autre, approbatrice.identifiant).etat == EtatDossier.VALIDE
