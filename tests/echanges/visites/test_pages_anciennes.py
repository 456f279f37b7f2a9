"""What is sent from a page says what that page had shown: nobody answers, nor is said to have read, a week that he has
not seen."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from fce.echanges.models import VisiteAnnoncee
from fce.echanges.visites import reponses, services
from fce.echanges.visites.reponses import Reponse
from fce.echanges.visites.services import Quand
from fce.echanges.vocabulaire import Reaction
from tests.concurrence import ensemble
from tests.echanges.test_references import Page
from tests.echanges.visites import fabrique as v
from tests.echanges.visites.test_visite_commune import JOUR, Scene, annoncer, changer, d_accord, scene, texte

pytestmark = pytest.mark.django_db
__all__ = ["d_accord", "scene"]
ENTRE_TEMPS = "a changé entre-temps : rien n’est enregistré"


def envoi_de(reponse: Any, geste: str) -> dict[str, str]:
    """The fields of the form of an action, as a page holds them."""
    (champs,) = [champs for action, champs in Page(reponse.content.decode()).formulaires if action.endswith(geste)]
    return {nom: valeurs[0] for nom, valeurs in champs.items()}


def ouvrir(de: v.Service, visite: VisiteAnnoncee) -> Any:
    return de.client.get(f"/visites/{visite.reference}")


def test_an_answer_from_a_page_read_before_a_move_is_refused_then_given_from_the_page_of_now(scene: Scene) -> None:
    adresse = f"/visites/{scene.sienne.reference}/repondre"
    avant = envoi_de(ouvrir(scene.autre, scene.sienne), "/repondre")
    scene.reporter(v.dans(4))
    refusee = scene.autre.client.post(adresse, avant | {"choix": "commune"})
    assert refusee.status_code == 409
    assert ENTRE_TEMPS in texte(refusee)
    assert scene.sienne.reponses.get().choix == ""
    maintenant = envoi_de(refusee, "/repondre")
    assert scene.autre.client.post(adresse, maintenant | {"choix": "commune"}).status_code == 302
    assert scene.sienne.reponses.get().dit_commune


def test_a_form_that_says_nothing_of_what_it_has_shown_is_refused(scene: Scene) -> None:
    envoi = envoi_de(ouvrir(scene.autre, scene.sienne), "/repondre") | {"choix": "commune"}
    del envoi["vu"]
    assert scene.autre.client.post(f"/visites/{scene.sienne.reference}/repondre", envoi).status_code == 409


def test_to_have_read_a_move_is_not_to_have_read_the_next_one(d_accord: Scene) -> None:
    adresse = f"/visites/{d_accord.sienne.reference}/lire"
    changer(d_accord, "loin")
    d_accord.derouler(120)
    avant = envoi_de(ouvrir(d_accord.autre, d_accord.sienne), "/lire")
    d_accord.reporter(v.dans(35))
    d_accord.derouler(120)
    assert d_accord.autre.client.post(adresse, avant).status_code == 409
    assert d_accord.a_faire(d_accord.autre) == [f"/visites/{d_accord.sienne.reference}"]
    maintenant = envoi_de(ouvrir(d_accord.autre, d_accord.sienne), "/lire")
    assert d_accord.autre.client.post(adresse, maintenant).status_code == 302
    assert d_accord.a_faire(d_accord.autre) == []


def test_a_move_is_confirmed_only_with_the_weeks_that_were_shown() -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    sienne, mienne = annoncer(autre, ou, Quand(JOUR, v.dans(20))), annoncer(elle, ou)
    adresse = f"/visites/{mienne.reference}/reporter"
    demandee = elle.client.post(adresse, {"version": 1, "precision": "jour", "jour": v.dans(19).isoformat()})
    envoi = envoi_de(demandee, "/reporter") | {"collision-choix": "commune"}
    services.reporter(autre.lecteur, sienne, 1, Quand(JOUR, v.dans(21)))
    assert elle.client.post(adresse, envoi).status_code == 200
    mienne.refresh_from_db()
    assert mienne.debut == v.dans(2)


def test_a_visit_is_announced_only_with_the_weeks_that_were_shown() -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    sienne = annoncer(autre, ou)
    adresse = f"/etablissement/{ou.siret}/visites/nouvelle"
    envoi: dict[str, Any] = {"service": elle.groupe.pk, "sirets": [ou.siret], "precision": "jour", "genre": "visite"}
    envoi |= {"jour": v.dans(2).isoformat(), "geste": "annoncer", "choix": "commune"}
    montree = Page(elle.client.post(adresse, envoi).content.decode())
    (vu,) = [champs["vu"] for _, champs in montree.formulaires if "vu" in champs]
    services.reporter(autre.lecteur, sienne, 1, Quand(JOUR, v.dans(5)))
    assert elle.client.post(adresse, {**envoi, "vu": vu[0]}).status_code == 200
    assert not VisiteAnnoncee.objects.filter(service=elle.groupe).exists()


def test_a_colleague_who_reads_at_the_same_time_loses_no_answer(transactional_db: None) -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    scene = Scene(ou, elle, autre, annoncer(elle, ou), annoncer(autre, ou), timezone.now())
    scene.derouler(1)
    collegue, cle, vu = v.collegue(elle), f"visite-{scene.sienne.pk}", v.vu(scene.sienne)
    for motif in ("Délai légal", "Plainte reçue", "Urgence nouvelle"):
        scene.relire()
        reponse = Reponse(Reaction.MAINTIEN, motif)
        fautes = ensemble(
            lambda: reponses.noter_lecture(collegue.lecteur, scene.mienne, cle, vu),
            lambda reponse=reponse: reponses.repondre(elle.lecteur, scene.mienne, [cle], reponse, scene.mienne.version),
        )
        assert fautes == []
        assert scene.mienne.reponses.get().motif == motif
