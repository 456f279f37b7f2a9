"""S2: who decides is not among those who benefit."""

from __future__ import annotations

from functools import partial

import pytest
from django.utils import timezone

from fce.droits.comptes import services as comptes_services
from fce.droits.comptes.erreurs import AccesRefuse
from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.models import Appartenance, Organisation
from fce.droits.habilitations.dossiers import services
from fce.droits.habilitations.dossiers.etats import EtatDossier, GesteDossier
from fce.droits.habilitations.models import Dossier
from fce.droits.habilitations.selectors import acteur_de
from tests.droits.comptes import fabrique as c
from tests.droits.habilitations.dossiers.fabrique import Scene
from tests.droits.habilitations.dossiers.questions import demander
from tests.droits.habilitations.dossiers.test_habilitations import valider_par_la_page
from tests.droits.habilitations.dossiers.test_habilitations_en_vigueur import identite


@pytest.mark.parametrize(
    ("numero", "siret", "permis"),
    [
        (c.SERVICE, c.AUTRE_SERVICE, True),
        # A10: another establishment of the same legal person is a colleague.
        (c.SERVICE, c.MEME_ADMINISTRATION, False),
        (c.SERVICE, c.SERVICE, False),
        (c.SERVICE[:9], c.SERVICE, False),
        (c.SERVICE[:9], c.MEME_ADMINISTRATION, False),
        (c.SERVICE[:9], c.AUTRE_SERVICE, True),
        (c.SERVICE, "", False),
    ],
)
def test_s2_a10_an_approver_opens_what_benefits_another_legal_person_only(
    scene: Scene, numero: str, siret: str, permis: bool
) -> None:
    suspendue = services.decider(GesteDossier.SUSPENDRE, scene.validee(), scene.approbateur.identifiant, "Un doute.")
    soumise = scene.soumise()
    Organisation.objects.update(numero=numero)
    qui = c.mandataire(Mandats.APPROBATEUR, siret=siret)
    for geste, dossier in ((services.valider, soumise), (partial(services.decider, GesteDossier.REPRENDRE), suspendue)):
        if permis:
            assert geste(dossier, qui.identifiant).etat == EtatDossier.VALIDE
        else:
            with pytest.raises(AccesRefuse):
                geste(dossier, qui.identifiant)
            assert Dossier.objects.get(pk=dossier.pk).etat == dossier.etat


def test_s2_nor_does_a_member_of_the_group_be_he_suspended_or_of_elsewhere(scene: Scene) -> None:
    c.appartenance(scene.approbateur, scene.groupe, suspendue_le=timezone.now())
    with pytest.raises(AccesRefuse, match="membre"):
        services.valider(scene.soumise(), scene.approbateur.identifiant)
    Appartenance.objects.filter(compte=scene.approbateur).update(fin=timezone.now())
    assert services.valider(scene.soumise(), scene.approbateur.identifiant).etat == EtatDossier.VALIDE


@pytest.mark.parametrize("personne", ["operateur", "systeme", "c999999999", ""])
def test_s2_nobody_unknown_decides(scene: Scene, personne: str) -> None:
    with pytest.raises(AccesRefuse):
        services.valider(scene.soumise(), personne)


def test_s2_the_page_says_why_and_offers_no_way_to(scene: Scene) -> None:
    sienne = c.mandataire(Mandats.APPROBATEUR)
    client = c.client_de(sienne)
    dossier = scene.soumise()
    page = client.get(f"/habilitations/file/{dossier.pk}").content.decode()
    assert "profite à votre administration" in page
    assert 'value="valider"' not in page
    assert valider_par_la_page(client, dossier).status_code == 403
    assert Dossier.objects.get().etat == EtatDossier.SOUMIS
    # To close is not to open: a refusal benefits nobody.
    adresse = f"/habilitations/file/{dossier.pk}"
    assert client.post(adresse, {"geste": "refuser", "motif": "Sans fondement."}).status_code == 302


def test_s2_one_opens_no_right_to_oneself_by_signing_in_again(scene: Scene) -> None:
    """The attack, step by step: an approver of the administration habilitated, whose agents join as they sign in."""
    elle = c.mandataire(Mandats.APPROBATEUR)
    dossier = scene.soumise(adhesion_automatique=True)
    with pytest.raises(AccesRefuse):
        services.valider(dossier, elle.identifiant)
    services.valider(dossier, scene.approbateur.identifiant)
    comptes_services.connecter(identite(elle))
    assert not Appartenance.objects.filter(compte=elle).exists()
    assert acteur_de(elle, mfa=True).habilitations == ()
    # Another agent does join: the rule keeps out those whom it names.
    scene.membre = comptes_services.connecter(identite(c.compte()))
    assert demander(scene)


def test_s2_who_granted_a_habilitation_never_reads_by_it_even_once_he_decides_no_more(scene: Scene) -> None:
    scene.validee(adhesion_automatique=True)
    ancien = scene.approbateur
    comptes_services.retirer_mandat(ancien.mandats.get(), "operateur")
    scene.membre = comptes_services.connecter(identite(ancien, siret=c.SERVICE))
    assert Appartenance.objects.filter(compte=ancien, fin=None).exists()
    assert not demander(scene)
