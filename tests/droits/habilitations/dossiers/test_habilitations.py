"""The life of habilitations, item by item of the battery: HAB-01 and HAB-02, asked for and decided."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from fce.droits.comptes.erreurs import AccesRefuse
from fce.droits.habilitations.dossiers import echeances, services
from fce.droits.habilitations.dossiers.duree import dernier_jour
from fce.droits.habilitations.dossiers.etats import EtatDossier, GesteDossier
from fce.droits.habilitations.models import Dossier
from fce.socle.base.transitions import EtatIncompatible
from fce.socle.erreurs import ParametreInvalide
from tests.droits.comptes import fabrique as comptes
from tests.droits.habilitations.dossiers.fabrique import Scene, contenu, formulaire
from tests.droits.habilitations.dossiers.questions import actions


def test_hab_01_the_whole_life_leaves_an_event_per_step_with_who_when_before_and_after(scene: Scene) -> None:
    demandeur, approbateur = scene.gestionnaire.identifiant, scene.approbateur.identifiant
    avant = timezone.now()
    dossier = services.creer(scene.groupe, contenu(), demandeur)
    dossier = services.soumettre(dossier, demandeur)
    dossier = services.decider(GesteDossier.DEMANDER_CORRECTIONS, dossier, approbateur, "Un seul département suffit.")
    dossier = services.modifier(dossier, contenu(territoire=("62",)), demandeur)
    dossier = services.soumettre(dossier, demandeur)
    dossier = services.valider(dossier, approbateur)
    dossier = services.decider(GesteDossier.SUSPENDRE, dossier, approbateur, "Un doute sur l’usage.")
    dossier = services.decider(GesteDossier.REPRENDRE, dossier, approbateur, "Le doute est levé.")
    dossier = services.decider(GesteDossier.REVOQUER, dossier, approbateur, "Le service est supprimé.")
    assert actions(dossier) == [
        ("creer", demandeur, "", ""),
        ("soumettre", demandeur, "brouillon", "soumis"),
        ("demander_corrections", approbateur, "soumis", "a_corriger"),
        ("modifier", demandeur, "", ""),
        ("soumettre", demandeur, "a_corriger", "soumis"),
        ("valider", approbateur, "soumis", "valide"),
        ("suspendre", approbateur, "valide", "suspendu"),
        ("reprendre", approbateur, "suspendu", "valide"),
        ("revoquer", approbateur, "valide", "revoque"),
    ]
    modification = dossier.evenements.get(action="modifier")
    assert (modification.avant["territoire"], modification.apres["territoire"]) == (["59"], ["62"])
    assert all(avant <= e.quand <= timezone.now() for e in dossier.evenements.all())
    assert dossier.evenements.get(action="revoquer").motif == "Le service est supprimé."


def test_hab_01_an_ended_habilitation_is_expired_by_the_service_itself(dossier: Dossier) -> None:
    assert echeances.clore_les_echues(timezone.now() + timedelta(days=400)) == 1
    assert actions(dossier)[-1] == ("expirer", "systeme", "valide", "expire")
    assert echeances.clore_les_echues(timezone.now() + timedelta(days=400)) == 0


@pytest.mark.parametrize("geste", ["valider", "refuser", "demander_corrections", "reprendre"])
def test_hab_01_an_illegal_step_is_a_409_page_and_changes_nothing(
    dossier: Dossier, approbateur: Client, geste: str
) -> None:
    reponse = approbateur.post(f"/habilitations/file/{dossier.pk}", {"geste": geste, "motif": "Une bonne raison."})
    assert reponse.status_code == 409
    assert "Geste impossible" in reponse.content.decode()
    assert Dossier.objects.get().etat == EtatDossier.VALIDE


def test_hab_01_a_manager_changes_and_sends_nothing_that_is_decided(
    dossier: Dossier, scene: Scene, gestionnaire: Client
) -> None:
    for adresse in ("modifier", "soumettre"):
        assert gestionnaire.post(f"/habilitations/{dossier.pk}/{adresse}", formulaire()).status_code == 409
    with pytest.raises(EtatIncompatible):
        services.modifier(dossier, contenu(territoire=("FR",)), scene.gestionnaire.identifiant)
    assert Dossier.objects.get().territoire == ["59"]


def test_hab_01_an_unknown_gesture_is_refused(scene: Scene, approbateur: Client) -> None:
    dossier = scene.soumise()
    for geste in ("", "expirer", "soumettre", "tout"):
        assert approbateur.post(f"/habilitations/file/{dossier.pk}", {"geste": geste}).status_code == 400


def valider_par_la_page(client: Client, dossier: Dossier, **differences: Any) -> Any:
    jour = timezone.localdate()
    voulu = {
        "geste": "valider",
        "groupes_de_donnees": dossier.groupes_de_donnees,
        "finalites": dossier.finalites,
        "territoire": dossier.territoire,
        "droits": dossier.droits,
        "debut": jour.isoformat(),
        "fin": dernier_jour(jour).isoformat(),
        **differences,
    }
    return client.post(f"/habilitations/file/{dossier.pk}", voulu)


def test_hab_02_whoever_wrote_or_sent_it_never_validates_it(scene: Scene) -> None:
    approbateur = scene.approbateur.identifiant
    ecrite = services.soumettre(services.creer(scene.groupe, contenu(), approbateur), scene.gestionnaire.identifiant)
    envoyee = services.soumettre(scene.brouillon(), approbateur)
    corrigee = services.modifier(scene.brouillon(), contenu(), approbateur)
    corrigee = services.soumettre(corrigee, scene.gestionnaire.identifiant)
    for dossier in (ecrite, envoyee, corrigee):
        with pytest.raises(AccesRefuse):
            services.valider(dossier, approbateur)
        assert Dossier.objects.get(pk=dossier.pk).etat == EtatDossier.SOUMIS


def test_hab_02_nor_does_he_open_it_again_once_suspended(scene: Scene) -> None:
    autre = comptes.compte(siret=comptes.AUTRE_SERVICE)
    demande = services.soumettre(services.creer(scene.groupe, contenu(), scene.approbateur.identifiant), "c9")
    dossier = services.decider(
        GesteDossier.SUSPENDRE, services.valider(demande, autre.identifiant), autre.identifiant, "Un doute."
    )
    with pytest.raises(AccesRefuse):
        services.decider(GesteDossier.REPRENDRE, dossier, scene.approbateur.identifiant)
    assert services.decider(GesteDossier.REPRENDRE, dossier, autre.identifiant).etat == EtatDossier.VALIDE


def test_hab_02_the_page_offers_him_no_way_to_and_takes_none(scene: Scene, approbateur: Client) -> None:
    comptes.appartenance(scene.approbateur, scene.groupe, gestionnaire=True)
    dossier = services.soumettre(scene.brouillon(), scene.approbateur.identifiant)
    page = approbateur.get(f"/habilitations/file/{dossier.pk}").content.decode()
    assert "un autre approbateur doit la valider" in page
    assert 'value="valider"' not in page
    assert valider_par_la_page(approbateur, dossier).status_code == 403
    assert Dossier.objects.get().etat == EtatDossier.SOUMIS


def test_hab_02_a_manager_sets_neither_state_nor_dates_nor_approver(scene: Scene, gestionnaire: Client) -> None:
    intrus = {"etat": "valide", "debut": "2026-01-01", "fin": "2099-01-01", "approbateur": "c1", "demandeur": "c2"}
    gestionnaire.post(f"/habilitations/groupes/{scene.groupe.pk}/demande", formulaire(**intrus))
    dossier = Dossier.objects.get()
    assert (dossier.etat, dossier.debut, dossier.fin, dossier.approbateur) == (EtatDossier.BROUILLON, None, None, "")
    assert dossier.demandeur == scene.gestionnaire.identifiant


def test_hab_02_a_manager_opens_nothing_more_by_reviewing(dossier: Dossier, gestionnaire: Client) -> None:
    assert gestionnaire.post(f"/habilitations/{dossier.pk}/revue", formulaire(lieux="FR")).status_code == 302
    apres = Dossier.objects.get()
    assert (apres.fin, apres.territoire, apres.finalites) == (dossier.fin, dossier.territoire, dossier.finalites)


def test_hab_02_validating_may_narrow(scene: Scene, approbateur: Client) -> None:
    finalites = ("activite-partielle", "controle-travail")
    dossier = scene.soumise(territoire=("59", "62"), groupes_de_donnees=("emploi", "travail"), finalites=finalites)
    reponse = valider_par_la_page(approbateur, dossier, territoire=["59"], groupes_de_donnees=["emploi"])
    assert reponse.status_code == 302
    apres = Dossier.objects.get()
    assert (apres.etat, apres.territoire, apres.groupes_de_donnees) == (EtatDossier.VALIDE, ["59"], ["emploi"])
    assert (apres.base_legale, apres.approbateur) == (dossier.base_legale, scene.approbateur.identifiant)


def test_s16_what_is_granted_opens_something_and_all_of_it(scene: Scene, approbateur: Client) -> None:
    finalites = ("activite-partielle", "controle-travail")
    dossier = scene.soumise(groupes_de_donnees=("emploi", "travail"), finalites=finalites)
    for restriction in ({"finalites": ["activite-partielle"]}, {"groupes_de_donnees": ["travail"]}):
        reponse = valider_par_la_page(approbateur, dossier, **restriction)
        assert reponse.status_code == 400
        assert "données" in reponse.content.decode()
        assert Dossier.objects.get().etat == EtatDossier.SOUMIS
    assert valider_par_la_page(approbateur, dossier).status_code == 302


def test_s16_the_services_themselves_refuse_a_purpose_that_opens_nothing(scene: Scene) -> None:
    for faute in ({"groupes_de_donnees": ("emploi", "fiscal")}, {"finalites": ("activite-partielle", "enquete-ccrf")}):
        with pytest.raises(ParametreInvalide):
            scene.brouillon(**faute)
        with pytest.raises(ParametreInvalide):
            services.modifier(scene.brouillon(), contenu(**faute), scene.gestionnaire.identifiant)


def test_s16_a_request_older_than_the_table_is_read_not_granted_and_may_be_narrowed(
    scene: Scene, approbateur: Client
) -> None:
    ancien = scene.soumise()
    Dossier.objects.filter(pk=ancien.pk).update(groupes_de_donnees=["emploi", "fiscal"])
    ancien.refresh_from_db()
    with pytest.raises(ParametreInvalide, match="Données fiscales"):
        services.valider(ancien, scene.approbateur.identifiant)
    assert approbateur.get(f"/habilitations/file/{ancien.pk}").status_code == 200
    assert valider_par_la_page(approbateur, ancien, groupes_de_donnees=["emploi"]).status_code == 302


@pytest.mark.parametrize(
    "elargie",
    [
        {"territoire": ["59", "62"]},
        {"territoire": ["FR"]},
        {"groupes_de_donnees": ["emploi", "fiscal"]},
        {"finalites": ["activite-partielle", "controle-fiscal"]},
        {"droits": ["consulter", "exporter", "api"]},
        {"groupes_de_donnees": []},
        {"fin": "2099-01-01"},
        {"debut": "2026-01-01"},
    ],
)
def test_hab_02_validating_never_widens(scene: Scene, approbateur: Client, elargie: dict[str, Any]) -> None:
    dossier = scene.soumise()
    assert valider_par_la_page(approbateur, dossier, **elargie).status_code == 400
    assert Dossier.objects.get().etat == EtatDossier.SOUMIS


@pytest.mark.parametrize(
    "elargie",
    [
        {"territoire": ("59", "62")},
        {"territoire": ("FR",)},
        {"groupes_de_donnees": ("emploi", "fiscal")},
        {"finalites": ("activite-partielle", "controle-fiscal")},
        {"droits": ("consulter", "exporter", "api")},
        {"adhesion_automatique": True},
    ],
)
def test_hab_02_the_service_itself_refuses_to_widen(scene: Scene, elargie: dict[str, Any]) -> None:
    with pytest.raises(AccesRefuse):
        services.valider(scene.soumise(), scene.approbateur.identifiant, restriction=contenu(**elargie))


def test_hab_02_places_are_named_only_to_narrow_the_whole_country(scene: Scene, approbateur: Client) -> None:
    du_nord, national = scene.soumise(), scene.soumise(territoire=("FR",))
    valider_par_la_page(approbateur, du_nord, lieux="Bretagne")
    assert Dossier.objects.get(pk=du_nord.pk).territoire == ["59"]
    valider_par_la_page(approbateur, national, territoire=[], lieux="Bretagne")
    assert Dossier.objects.get(pk=national.pk).territoire == ["22", "29", "35", "56"]


def test_hab_02_the_adhesion_of_all_agents_is_granted_only_if_asked(scene: Scene, approbateur: Client) -> None:
    valider_par_la_page(approbateur, scene.soumise(), adhesion_automatique="on")
    assert Dossier.objects.get().adhesion_automatique is False


def test_hab_02_the_text_of_the_request_stays_its_author_s(scene: Scene) -> None:
    restriction = contenu(base_legale="Un autre texte, d’une autre main.", convention="https://autre.example/")
    dossier = services.valider(scene.soumise(), scene.approbateur.identifiant, restriction=restriction)
    assert (dossier.base_legale, dossier.convention) == (contenu().base_legale, "")


def test_hab_02_twelve_months_at_most(scene: Scene) -> None:
    debut = timezone.localdate()
    with pytest.raises(ParametreInvalide, match="douze mois"):
        scene.validee(debut=debut, fin=dernier_jour(debut) + timedelta(days=1))
    with pytest.raises(ParametreInvalide):
        scene.validee(debut=debut, fin=debut - timedelta(days=1))
    assert scene.validee(debut=debut, fin=dernier_jour(debut)).etat == EtatDossier.VALIDE
