"""The life of habilitations, item by item of the battery (HAB-01 to HAB-09)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from fce.comptes import appartenances
from fce.comptes import services as comptes_services
from fce.comptes.erreurs import AccesRefuse
from fce.comptes.models import Appartenance, EvenementCompte
from fce.comptes.oidc.protocole import Identite
from fce.droits import selectors
from fce.droits.dossiers import echeances, services
from fce.droits.dossiers.duree import dernier_jour
from fce.droits.dossiers.etats import Etat, EtatIncompatible
from fce.droits.finalites import Droit
from fce.droits.journal.models import Refus as RefusNote
from fce.droits.journal.services import Consultation, consigner
from fce.droits.models import Dossier
from fce.droits.politique import Raison, Refus, can
from fce.droits.selectors import acteur_de
from fce.fiche.consignation import noter_refus
from fce.fiche.lecteur import Lecteur
from fce.socle.erreurs import ParametreInvalide
from fce.sources import registre
from tests.acces import jeux
from tests.comptes import fabrique as comptes
from tests.droits.dossiers.fabrique import Scene, contenu, formulaire

PARIS = ZoneInfo("Europe/Paris")
NORD = frozenset({"59"})


def demander(scene: Scene, maintenant: datetime | None = None, **options: Any) -> Any:
    """Ask the policy, as the page of a sheet does at each request."""
    acteur = acteur_de(scene.membre, mfa=True)
    voulu = {"finalite": "activite-partielle", "departements": NORD, **options}
    source = registre.source("activite-partielle")
    return can(acteur, Droit.CONSULTER, source, maintenant=maintenant or timezone.now(), **voulu)


def actions(dossier: Dossier) -> list[tuple[str, str, str, str]]:
    return [
        (e.action, e.par, e.avant.get("etat", ""), e.apres.get("etat", "")) for e in dossier.evenements.order_by("pk")
    ]


def test_hab_01_the_whole_life_leaves_an_event_per_step_with_who_when_before_and_after(scene: Scene) -> None:
    demandeur, approbateur = scene.gestionnaire.identifiant, scene.approbateur.identifiant
    avant = timezone.now()
    dossier = services.creer(scene.groupe, contenu(), demandeur)
    dossier = services.soumettre(dossier, demandeur)
    dossier = services.demander_corrections(dossier, approbateur, "Un seul département suffit.")
    dossier = services.modifier(dossier, contenu(territoire=("62",)), demandeur)
    dossier = services.soumettre(dossier, demandeur)
    dossier = services.valider(dossier, approbateur)
    dossier = services.suspendre(dossier, approbateur, "Un doute sur l’usage.")
    dossier = services.reprendre(dossier, approbateur, "Le doute est levé.")
    dossier = services.revoquer(dossier, approbateur, "Le service est supprimé.")
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


def test_hab_01_an_ended_habilitation_is_expired_by_the_service_itself(scene: Scene) -> None:
    dossier = scene.validee()
    assert echeances.clore_les_echues(timezone.now() + timedelta(days=400)) == 1
    assert actions(dossier)[-1] == ("expirer", "systeme", "valide", "expire")
    assert echeances.clore_les_echues(timezone.now() + timedelta(days=400)) == 0


@pytest.mark.parametrize("geste", ["valider", "refuser", "demander_corrections", "reprendre"])
def test_hab_01_an_illegal_step_is_a_409_page_and_changes_nothing(
    scene: Scene, approbateur: Client, geste: str
) -> None:
    dossier = scene.validee()
    reponse = approbateur.post(f"/habilitations/file/{dossier.pk}", {"geste": geste, "motif": "Une bonne raison."})
    assert reponse.status_code == 409
    assert "Geste impossible" in reponse.content.decode()
    assert Dossier.objects.get().etat == Etat.VALIDE


def test_hab_01_a_manager_changes_and_sends_nothing_that_is_decided(scene: Scene, gestionnaire: Client) -> None:
    dossier = scene.validee()
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
        assert Dossier.objects.get(pk=dossier.pk).etat == Etat.SOUMIS


def test_hab_02_nor_does_he_open_it_again_once_suspended(scene: Scene) -> None:
    autre = comptes.compte()
    demande = services.soumettre(services.creer(scene.groupe, contenu(), scene.approbateur.identifiant), "c9")
    dossier = services.suspendre(services.valider(demande, autre.identifiant), autre.identifiant, "Un doute.")
    with pytest.raises(AccesRefuse):
        services.reprendre(dossier, scene.approbateur.identifiant)
    assert services.reprendre(dossier, autre.identifiant).etat == Etat.VALIDE


def test_hab_02_the_page_offers_him_no_way_to_and_takes_none(scene: Scene, approbateur: Client) -> None:
    comptes.appartenance(scene.approbateur, scene.groupe, gestionnaire=True)
    dossier = services.soumettre(scene.brouillon(), scene.approbateur.identifiant)
    page = approbateur.get(f"/habilitations/file/{dossier.pk}").content.decode()
    assert "un autre approbateur doit la valider" in page
    assert 'value="valider"' not in page
    assert valider_par_la_page(approbateur, dossier).status_code == 403
    assert Dossier.objects.get().etat == Etat.SOUMIS


def test_hab_02_a_manager_sets_neither_state_nor_dates_nor_approver(scene: Scene, gestionnaire: Client) -> None:
    intrus = {"etat": "valide", "debut": "2026-01-01", "fin": "2099-01-01", "approbateur": "c1", "demandeur": "c2"}
    gestionnaire.post(f"/habilitations/groupes/{scene.groupe.pk}/demande", formulaire(**intrus))
    dossier = Dossier.objects.get()
    assert (dossier.etat, dossier.debut, dossier.fin, dossier.approbateur) == (Etat.BROUILLON, None, None, "")
    assert dossier.demandeur == scene.gestionnaire.identifiant


def test_hab_02_a_manager_opens_nothing_more_by_reviewing(scene: Scene, gestionnaire: Client) -> None:
    dossier = scene.validee()
    assert gestionnaire.post(f"/habilitations/{dossier.pk}/revue", formulaire(lieux="FR")).status_code == 302
    apres = Dossier.objects.get()
    assert (apres.fin, apres.territoire, apres.finalites) == (dossier.fin, dossier.territoire, dossier.finalites)


def test_hab_02_validating_may_narrow(scene: Scene, approbateur: Client) -> None:
    dossier = scene.soumise(territoire=("59", "62"), groupes_de_donnees=("emploi", "travail"))
    reponse = valider_par_la_page(approbateur, dossier, territoire=["59"], groupes_de_donnees=["emploi"])
    assert reponse.status_code == 302
    apres = Dossier.objects.get()
    assert (apres.etat, apres.territoire, apres.groupes_de_donnees) == (Etat.VALIDE, ["59"], ["emploi"])
    assert (apres.base_legale, apres.approbateur) == (dossier.base_legale, scene.approbateur.identifiant)


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
    assert Dossier.objects.get().etat == Etat.SOUMIS


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
    assert scene.validee(debut=debut, fin=dernier_jour(debut)).etat == Etat.VALIDE


def test_hab_03_revoked_it_opens_nothing_at_the_next_request(scene: Scene) -> None:
    dossier = scene.validee()
    assert demander(scene)
    services.revoquer(dossier, scene.approbateur.identifiant, "Usage détourné.")
    assert demander(scene) == Refus(Raison.HABILITATION_REVOQUEE)


def test_hab_03_so_does_one_suspended_or_a_group_left(scene: Scene) -> None:
    dossier = scene.validee()
    services.suspendre(dossier, scene.approbateur.identifiant, "Un doute sur l’usage.")
    assert demander(scene) == Refus(Raison.HABILITATION_SUSPENDUE)
    services.reprendre(dossier, scene.approbateur.identifiant)
    assert demander(scene)
    Appartenance.objects.filter(compte=scene.membre).update(fin=timezone.now())
    assert demander(scene) == Refus(Raison.HABILITATION_REQUISE)


def test_hab_04_a_purpose_that_is_not_in_it_is_refused_and_counted(scene: Scene, membre: Client) -> None:
    scene.validee()
    assert demander(scene, finalite="controle-fiscal") == Refus(Raison.FINALITE_NON_ACCORDEE)
    assert membre.post("/finalite", {"finalite": "controle-fiscal", "suite": "/"}).status_code == 403
    # As every surface of the sheet counts it.
    source = registre.source("activite-partielle")
    lecteur = Lecteur(acteur_de(scene.membre, mfa=True), finalite="controle-fiscal")
    noter_refus(lecteur, source, jeux.SIREN, NORD)
    note = RefusNote.objects.latest("id")
    assert (note.agent, note.raison_code) == (scene.membre.identifiant, "FINALITE_NON_ACCORDEE")


@pytest.mark.parametrize(
    ("fin", "derniere_seconde"),
    [
        (date(2026, 6, 15), datetime(2026, 6, 15, 23, 59, 59, tzinfo=PARIS)),
        (date(2026, 12, 15), datetime(2026, 12, 15, 23, 59, 59, tzinfo=PARIS)),
        # The two nights when the clocks change, at 2 and at 3.
        (date(2027, 3, 28), datetime(2027, 3, 28, 23, 59, 59, tzinfo=PARIS)),
        (date(2027, 3, 27), datetime(2027, 3, 27, 23, 59, 59, tzinfo=PARIS)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 23, 59, 59, tzinfo=PARIS)),
        (date(2026, 10, 24), datetime(2026, 10, 24, 23, 59, 59, tzinfo=PARIS)),
    ],
)
def test_hab_05_it_ends_at_midnight_in_paris(scene: Scene, fin: date, derniere_seconde: datetime) -> None:
    services.valider(scene.soumise(), scene.approbateur.identifiant, debut=fin - timedelta(days=100), fin=fin)
    assert demander(scene, derniere_seconde.astimezone(UTC))
    apres = derniere_seconde.astimezone(UTC) + timedelta(seconds=2)
    assert apres.astimezone(PARIS).time().isoformat() == "00:00:01"
    assert demander(scene, apres) == Refus(Raison.HABILITATION_EXPIREE)


def test_hab_05_it_begins_at_midnight_in_paris_too(scene: Scene) -> None:
    debut = date(2027, 3, 28)
    services.valider(scene.soumise(), scene.approbateur.identifiant, debut=debut)
    minuit = datetime(2027, 3, 28, tzinfo=PARIS)
    assert demander(scene, minuit - timedelta(seconds=1)) == Refus(Raison.HABILITATION_A_VENIR)
    assert demander(scene, minuit)


def test_hab_05_the_job_closes_it_that_night_and_not_before(scene: Scene) -> None:
    debut = timezone.localdate()
    dossier = scene.validee(debut=debut)
    veille = datetime(dossier.fin.year, dossier.fin.month, dossier.fin.day, 23, 59, 59, tzinfo=PARIS)
    assert echeances.clore_les_echues(veille) == 0
    assert echeances.clore_les_echues(veille + timedelta(seconds=2)) == 1
    assert Dossier.objects.get().etat == Etat.EXPIRE


def test_hab_06_twelve_months_without_a_review_suspend_it(scene: Scene) -> None:
    jour = timezone.localdate()
    # Validated today, in force from next month: it outlives its review by a month.
    scene.validee(debut=jour + timedelta(days=30))
    dernier = dernier_jour(jour)
    veille = datetime(dernier.year, dernier.month, dernier.day, 12, tzinfo=PARIS)
    assert echeances.suspendre_les_non_revues(veille) == 0
    assert demander(scene, veille)
    assert echeances.suspendre_les_non_revues(veille + timedelta(days=1)) == 1
    dossier = Dossier.objects.get()
    assert (dossier.etat, dossier.evenements.last().motif) == (Etat.SUSPENDU, "Aucune revue depuis douze mois.")
    assert demander(scene, veille + timedelta(days=1)) == Refus(Raison.HABILITATION_SUSPENDUE)


def test_hab_06_a_review_gives_twelve_months_more_and_no_day_beyond_its_end(scene: Scene) -> None:
    dossier = scene.validee(debut=timezone.localdate() + timedelta(days=30))
    Dossier.objects.update(revu_le=timezone.now() - timedelta(days=200))
    services.noter_revue(dossier, scene.gestionnaire.identifiant)
    apres = Dossier.objects.get()
    assert apres.fin == dossier.fin
    dernier = datetime(apres.fin.year, apres.fin.month, apres.fin.day, 12, tzinfo=PARIS)
    Dossier.objects.update(revu_le=dernier - timedelta(days=300))
    assert echeances.suspendre_les_non_revues(dernier) == 0


def test_hab_07_ninety_days_without_signing_in_suspend_until_a_manager_says_otherwise(scene: Scene) -> None:
    scene.validee()
    maintenant = timezone.now()
    Appartenance.objects.update(depuis=maintenant - timedelta(days=365))
    type(scene.membre).objects.update(derniere_connexion=maintenant - timedelta(days=2))
    type(scene.membre).objects.filter(pk=scene.membre.pk).update(derniere_connexion=maintenant - timedelta(days=89))
    assert appartenances.suspendre_les_absents(maintenant) == 0
    assert appartenances.suspendre_les_absents(maintenant + timedelta(days=1, seconds=1)) == 1
    assert demander(scene) == Refus(Raison.HABILITATION_REQUISE)
    mienne = Appartenance.objects.get(compte=scene.membre)
    appartenances.garder(mienne, scene.gestionnaire.identifiant)
    assert demander(scene)
    # What the manager said holds, however long ago the last sign-in.
    assert appartenances.suspendre_les_absents(maintenant + timedelta(days=2)) == 0


def identite(compte: Any, **differences: Any) -> Identite:
    """What the provider of an account says of it."""
    return Identite(
        **{
            "cle_fournisseur": "proconnect",
            "iss": compte.iss,
            "sub": compte.sub,
            "email": compte.courriel,
            "prenom": compte.prenom,
            "nom": compte.nom,
            "siret": compte.siret,
            "roles": tuple(compte.roles),
            "organisation_label": compte.organisme,
            "idp_id": "",
            "acr": "eidas1",
            "amr": ("pwd", "mfa"),
            "mfa": True,
            "id_token": "",
            **differences,
        }
    )


def test_hab_07_another_siret_at_sign_in_drops_the_rights_of_the_old_one(scene: Scene) -> None:
    scene.validee()
    compte = comptes_services.connecter(identite(scene.membre, siret=comptes.AUTRE_SERVICE))
    scene.membre = compte
    assert demander(scene) == Refus(Raison.HABILITATION_REQUISE)
    finie = Appartenance.objects.get(compte=compte)
    assert (finie.fin is not None, finie.motif_fin) == (True, "changement d’administration")
    # Coming back does not bring them back: a manager does.
    scene.membre = comptes_services.connecter(identite(compte, siret=comptes.SERVICE))
    assert demander(scene) == Refus(Raison.HABILITATION_REQUISE)


def test_hab_07_a_siret_that_is_not_one_leaves_no_right_either(scene: Scene) -> None:
    scene.validee()
    scene.membre = comptes_services.connecter(identite(scene.membre, siret="12345678901234"))
    assert demander(scene) == Refus(Raison.ADMINISTRATION_REQUISE)


def test_hab_08_the_review_lists_people_rights_and_last_use(scene: Scene, gestionnaire: Client) -> None:
    dossier = scene.validee()
    consulter(scene, dossier)
    page = gestionnaire.get(f"/habilitations/groupes/{scene.groupe.pk}/revue").content.decode()
    for attendu in (scene.membre.nom_complet, "Emploi et mutations économiques", "aucune connue"):
        assert attendu in page
    assert f"{timezone.localdate():%d/%m/%Y}" in page


def consulter(scene: Scene, dossier: Dossier) -> None:
    consigner(
        [
            Consultation(
                agent=scene.membre.identifiant,
                siret_administration=scene.membre.siret,
                habilitations=(dossier.reference,),
                finalite="activite-partielle",
                sources=("activite-partielle",),
                numero="",
                surface="liste",
                action="consulter",
                lignes={"activite-partielle": 1},
                classe="C2",
            )
        ],
        timezone.now(),
    )


def test_hab_08_the_last_use_is_that_of_a_habilitation_of_the_group(scene: Scene, gestionnaire: Client) -> None:
    scene.validee()
    ailleurs = Dossier(pk=999_999)
    consulter(scene, ailleurs)
    page = gestionnaire.get(f"/habilitations/groupes/{scene.groupe.pk}/revue").content.decode()
    assert page.count("aucune connue") == 2


def test_hab_08_one_click_keeps_one_click_takes_out_and_both_are_logged(scene: Scene, gestionnaire: Client) -> None:
    scene.validee()
    mienne = Appartenance.objects.get(compte=scene.membre)
    adresse = f"/habilitations/groupes/{scene.groupe.pk}/membres/{mienne.pk}"
    reponse = gestionnaire.post(f"{adresse}/garder", {"retour": "revue"})
    assert reponse["Location"] == f"/habilitations/groupes/{scene.groupe.pk}/revue?fait=garder"
    assert Appartenance.objects.get(pk=mienne.pk).revue_le is not None
    gestionnaire.post(f"{adresse}/retirer", {"retour": "revue"})
    assert demander(scene) == Refus(Raison.HABILITATION_REQUISE)
    faits = EvenementCompte.objects.filter(objet=scene.membre.identifiant, par=scene.gestionnaire.identifiant)
    assert set(faits.values_list("action", flat=True)) == {"appartenance_revue", "fin_d_appartenance"}


def test_hab_08_the_export_is_a_csv_and_is_logged(scene: Scene, gestionnaire: Client) -> None:
    scene.validee()
    type(scene.membre).objects.filter(pk=scene.membre.pk).update(nom="=cmd|' /C calc'!A0", prenom="")
    adresse = f"/habilitations/groupes/{scene.groupe.pk}/revue/csv"
    assert gestionnaire.get(adresse).status_code == 405
    reponse = gestionnaire.post(adresse)
    lignes = b"".join(reponse.streaming_content).decode("utf-8-sig").splitlines()
    assert lignes[0].startswith("nom;courriel;identifiant;gestionnaire")
    assert len(lignes) == 3
    assert any(ligne.startswith("'=cmd") for ligne in lignes)
    assert "consulter, exporter : emploi" in lignes[1]
    assert EvenementCompte.objects.filter(action="revue_exportee", apres={"lignes": 2}).count() == 1


def test_hab_09_rights_that_cannot_be_read_close_what_is_restricted_and_leave_the_rest_open(
    scene: Scene, membre: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.validee()

    def en_panne(*_: object, **__: object) -> Any:
        raise DatabaseError("droits injoignables")

    jeux.peupler()
    fiche = f"/entreprise/{jeux.SIREN}"
    marque = jeux.marque(registre.source("activite-partielle"), "cause")
    assert marque in membre.get(fiche).content.decode()
    with monkeypatch.context() as panne:
        panne.setattr(selectors, "habilitations_de", en_panne)
        page = membre.get(fiche)
        assert page.status_code == 200
        assert jeux.NOM in page.content.decode()
        assert "MRK" not in page.content.decode()
        assert "MRK" not in membre.get(f"{fiche}/activite-partielle").content.decode()
        assert "MRK" not in b"".join(membre.get(f"{fiche}/activite-partielle.csv")).decode()
    assert marque in membre.get(fiche).content.decode()


def test_hab_09_a_habilitation_that_contradicts_itself_opens_nothing_and_closes_no_other(scene: Scene) -> None:
    gatee, _ = scene.validee(), scene.validee(territoire=("62",))
    Dossier.objects.filter(pk=gatee.pk).update(fin="2099-01-01")
    assert demander(scene) == Refus(Raison.HORS_TERRITOIRE)
    assert demander(scene, departements=frozenset({"62"}))
