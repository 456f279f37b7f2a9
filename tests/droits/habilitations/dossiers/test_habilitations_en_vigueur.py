"""The life of habilitations, item by item of the battery: HAB-03 to HAB-09, once granted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from fce.droits.comptes import appartenances, services as comptes_services
from fce.droits.comptes.models import Appartenance, EvenementCompte
from fce.droits.comptes.oidc.protocole import Identite
from fce.droits.habilitations import selectors
from fce.droits.habilitations.acteurs import EtatHabilitation
from fce.droits.habilitations.dossiers import echeances, services
from fce.droits.habilitations.dossiers.duree import dernier_jour
from fce.droits.habilitations.dossiers.etats import EtatDossier, GesteDossier
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.models import Dossier
from fce.droits.habilitations.politique import Raison, RefusAcces
from fce.droits.habilitations.portee import Implantation
from fce.droits.habilitations.selectors import acteur_de
from fce.droits.journal.models import Refus
from fce.droits.journal.services import Consultation, consigner
from fce.fiche.lecture.consignation import noter_refus
from fce.fiche.unite.unite_visee import Unite
from fce.sources import registre
from tests.acces import jeux
from tests.droits.comptes import fabrique as comptes
from tests.droits.habilitations.dossiers.fabrique import Scene
from tests.droits.habilitations.dossiers.questions import NORD, PARIS, demander
from tests.pannes import lever


def test_hab_03_revoked_it_opens_nothing_at_the_next_request(dossier: Dossier, scene: Scene) -> None:
    assert demander(scene)
    services.decider(GesteDossier.REVOQUER, dossier, scene.approbateur.identifiant, "Usage détourné.")
    assert demander(scene) == RefusAcces(Raison.HABILITATION_REVOQUEE)


def test_hab_03_so_does_one_suspended_or_a_group_left(dossier: Dossier, scene: Scene) -> None:
    services.decider(GesteDossier.SUSPENDRE, dossier, scene.approbateur.identifiant, "Un doute sur l’usage.")
    assert demander(scene) == RefusAcces(Raison.HABILITATION_SUSPENDUE)
    services.decider(GesteDossier.REPRENDRE, dossier, scene.approbateur.identifiant)
    assert demander(scene)
    Appartenance.objects.filter(compte=scene.membre).update(fin=timezone.now())
    assert demander(scene) == RefusAcces(Raison.HABILITATION_REQUISE)


def test_hab_04_a_purpose_that_is_not_in_it_is_refused_and_counted(scene: Scene, membre: Client) -> None:
    scene.validee()
    assert demander(scene, finalite="controle-fiscal") == RefusAcces(Raison.FINALITE_NON_ACCORDEE)
    assert membre.post("/finalite", {"finalite": "controle-fiscal", "suite": "/"}).status_code == 403
    # As every surface of the sheet counts it.
    source = registre.source("activite-partielle")
    lecteur = LecteurDeDonnees(acteur_de(scene.membre, mfa=True), finalite="controle-fiscal")
    unite = Unite(jeux.SIREN, implantations=tuple(Implantation(d, 1, 1) for d in NORD))
    noter_refus(lecteur, source, unite, lecteur.decider(source, unite.siren, unite.departements))
    note = Refus.objects.latest("id")
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
    assert demander(scene, apres) == RefusAcces(Raison.HABILITATION_EXPIREE)


def test_hab_05_it_begins_at_midnight_in_paris_too(scene: Scene) -> None:
    debut = date(2027, 3, 28)
    services.valider(scene.soumise(), scene.approbateur.identifiant, debut=debut)
    minuit = datetime(2027, 3, 28, tzinfo=PARIS)
    assert demander(scene, minuit - timedelta(seconds=1)) == RefusAcces(Raison.HABILITATION_A_VENIR)
    assert demander(scene, minuit)


def test_hab_05_the_job_closes_it_that_night_and_not_before(scene: Scene) -> None:
    debut = timezone.localdate()
    dossier = scene.validee(debut=debut)
    veille = datetime(dossier.fin.year, dossier.fin.month, dossier.fin.day, 23, 59, 59, tzinfo=PARIS)
    assert echeances.clore_les_echues(veille) == 0
    assert echeances.clore_les_echues(veille + timedelta(seconds=2)) == 1
    assert Dossier.objects.get().etat == EtatDossier.EXPIRE


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
    assert (dossier.etat, dossier.evenements.last().motif) == (
        EtatDossier.SUSPENDU,
        "Aucune revue depuis douze mois.",
    )
    assert demander(scene, veille + timedelta(days=1)) == RefusAcces(Raison.HABILITATION_SUSPENDUE)


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
    assert demander(scene) == RefusAcces(Raison.HABILITATION_REQUISE)
    mienne = Appartenance.objects.get(compte=scene.membre)
    appartenances.maintenir(mienne, scene.gestionnaire.identifiant)
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
    assert demander(scene) == RefusAcces(Raison.HABILITATION_REQUISE)
    finie = Appartenance.objects.get(compte=compte)
    assert (finie.fin is not None, finie.motif_fin) == (True, "changement d’administration")
    # Coming back does not bring them back: a manager does.
    scene.membre = comptes_services.connecter(identite(compte, siret=comptes.SERVICE))
    assert demander(scene) == RefusAcces(Raison.HABILITATION_REQUISE)


def test_hab_07_a_siret_that_is_not_one_leaves_no_right_either(scene: Scene) -> None:
    scene.validee()
    scene.membre = comptes_services.connecter(identite(scene.membre, siret="12345678901234"))
    assert demander(scene) == RefusAcces(Raison.ADMINISTRATION_REQUISE)


def test_hab_08_the_review_lists_people_rights_and_last_use(
    dossier: Dossier, scene: Scene, gestionnaire: Client
) -> None:
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
    assert reponse["Location"] == f"/habilitations/groupes/{scene.groupe.pk}/revue?fait=membre-garder"
    assert Appartenance.objects.get(pk=mienne.pk).revue_le is not None
    gestionnaire.post(f"{adresse}/retirer", {"retour": "revue"})
    assert demander(scene) == RefusAcces(Raison.HABILITATION_REQUISE)
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

    jeux.peupler()
    fiche = f"/entreprise/{jeux.SIREN}"
    marque = jeux.marque(registre.source("activite-partielle"), "cause")
    assert marque in membre.get(f"{fiche}/tout").content.decode()
    with monkeypatch.context() as panne:
        panne.setattr(selectors, "habilitations_de", lever(DatabaseError("droits injoignables")))
        for adresse in (fiche, f"{fiche}/tout"):
            page = membre.get(adresse)
            assert page.status_code == 200
            assert jeux.NOM in page.content.decode()
            assert "MRK-" not in page.content.decode()
        assert "MRK-" not in membre.get(f"{fiche}/activite-partielle").content.decode()
        assert "MRK-" not in b"".join(membre.get(f"{fiche}/activite-partielle.csv")).decode()
    assert marque in membre.get(f"{fiche}/tout").content.decode()


def test_hab_09_a_habilitation_that_contradicts_itself_opens_nothing_and_closes_no_other(scene: Scene) -> None:
    gatee, _ = scene.validee(), scene.validee(territoire=("62",))
    Dossier.objects.filter(pk=gatee.pk).update(fin="2099-01-01")
    assert demander(scene) == RefusAcces(Raison.HORS_TERRITOIRE)
    assert demander(scene, departements=frozenset({"62"}))


def test_a_habilitation_revoked_without_the_instant_of_it_opens_nothing(dossier: Dossier, scene: Scene) -> None:
    assert [h.etat(timezone.now()) for h in acteur_de(scene.membre, mfa=True).habilitations] == [
        EtatHabilitation.EN_VIGUEUR
    ]
    Dossier.objects.filter(pk=dossier.pk).update(etat=EtatDossier.REVOQUE, clos_le=None)
    assert [h.etat(timezone.now()) for h in acteur_de(scene.membre, mfa=True).habilitations] == [
        EtatHabilitation.REVOQUEE
    ]
