"""The pages of operations, as an agent uses them: create, prepare, conflict, close, print, put in a calendar."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from fce.echanges.models import OperationConjointe
from fce.echanges.operations import services
from fce.socle.texte.formats import PARIS
from tests.donnees.entreprises import fabrique as f
from tests.echanges.operations import fabrique
from tests.echanges.operations.conftest import Salle

pytestmark = pytest.mark.django_db
BANDEAU = "Aucun contenu judiciaire"


def jour(dans: int = 10) -> str:
    return (timezone.localdate() + timedelta(days=dans)).isoformat()


def venu(salle: Salle) -> None:
    """The day of the operation has come."""
    hier = timezone.localdate() - timedelta(days=1)
    OperationConjointe.objects.filter(pk=salle.pk).update(jour=hier, premier_jour=hier)


def test_an_operation_is_created_from_a_pasted_list(salle: Salle) -> None:
    client = salle.mene.client()
    page = client.get("/operations/creer").content.decode()
    assert BANDEAU in page
    assert "Au nom de" not in page  # one service only: said, not asked
    assert str(salle.mene.groupe) in page
    voulue = {
        "nom": "Marché de nuit",
        "jour": jour(),
        "consignes": "",
        "sirets": "\n".join(salle.sirets),
        "invites": [salle.invite.pk],
    }
    reponse = client.post("/operations/creer", voulue)
    creee = OperationConjointe.objects.order_by("-pk")[0]
    assert reponse["Location"] == f"/operations/{creee.reference}?fait=operation-creee"
    assert (creee.nom, creee.cibles.count(), creee.participations.count()) == ("Marché de nuit", 3, 2)
    lue = client.get(reponse["Location"]).content.decode()
    assert "L’opération est créée" in lue
    assert "ATELIERS INVENTES 1" in lue


@pytest.mark.parametrize(
    ("differe", "phrase"),
    [
        ({"sirets": "boulangerie"}, "Ce ne sont pas des SIRET"),
        ({"sirets": f.siret_no(f.siren_no(900))}, "Sirene ne connaît pas"),
        ({"jour": "2020-01-01"}, "Choisissez un jour entre"),
        ({"nom": ""}, "Ce champ est obligatoire"),
        ({"invites": ["987654"]}, "Sélectionnez un choix valide"),
    ],
)
def test_a_creation_that_is_refused_says_why_and_keeps_what_was_typed(
    salle: Salle, differe: dict[str, Any], phrase: str
) -> None:
    voulue = {"nom": "Marché de nuit", "jour": jour(), "consignes": "Texte gardé", "sirets": salle.sirets[0], **differe}
    reponse = salle.mene.client().post("/operations/creer", voulue)
    assert reponse.status_code == 400
    assert phrase in reponse.content.decode()
    assert "Texte gardé" in reponse.content.decode()
    assert OperationConjointe.objects.count() == 1


def test_each_page_says_that_nothing_judicial_is_written_there(salle: Salle) -> None:
    venu(salle)
    for suite in ("", "/modifier", "/clore", "/impression", f"/cibles/{salle.la_cible.reference}"):
        page = salle.mene.client().get(f"/operations/{salle.reference}{suite}")
        assert page.status_code == 200, suite
        assert BANDEAU in page.content.decode(), suite


def test_after_a_conflict_the_page_shows_both_and_the_second_try_passes(salle: Salle) -> None:
    client, adresse = salle.invite.client(), f"/operations/{salle.reference}/cibles/{salle.la_cible.reference}"
    services.ecrire_preparation(salle.mene.lecteur(), salle.pk, salle.cible, 1, preparation="Du meneur.", roles="")
    refusee = client.post(adresse, {"version": "1", "preparation": "De la brigade.", "roles": ""})
    page = refusee.content.decode()
    assert refusee.status_code == 409
    assert "rien n’a été écrasé" in page
    assert "Du meneur." in page
    assert re.search(r"<textarea[^>]*>\s*De la brigade\.\s*</textarea>", page)
    (version,) = re.findall(r'name="version" value="(\d+)" id="id_version"', page)
    assert client.post(adresse, {"version": version, "preparation": "Des deux.", "roles": ""}).status_code == 302
    assert salle.operation.cibles.get(pk=salle.cible).preparation == "Des deux."


def test_a_finding_is_written_shared_and_kept_by_a_conflict(salle: Salle) -> None:
    venu(salle)
    client, adresse = salle.invite.client(), f"/operations/{salle.reference}/cibles/{salle.la_cible.reference}/constat"
    un = {"service": salle.invite.pk, "version": "0", "texte": "Premier."}
    assert client.post(adresse, un).status_code == 302
    refus = client.post(adresse, {**un, "texte": "Second."})
    assert refus.status_code == 409
    assert "Premier." in refus.content.decode()
    assert "Second." in refus.content.decode()
    assert client.post(adresse, {**un, "version": "1", "texte": "Second.", "partage": "on"}).status_code == 302
    lue = salle.mene.client().get(f"/operations/{salle.reference}/cibles/{salle.la_cible.reference}").content.decode()
    assert "Second." in lue
    # In the name of another's service, nothing is written.
    autre = {**un, "service": salle.mene.pk, "version": "2", "texte": "Le sien."}
    assert client.post(adresse, autre).status_code == 400
    assert {c.service_id for c in salle.operation.cibles.get(pk=salle.cible).constats.all()} == {salle.invite.pk}


def test_it_is_closed_with_a_report_and_no_number_is_asked_for(salle: Salle) -> None:
    client, adresse = salle.mene.client(), f"/operations/{salle.reference}/clore"
    assert ">Clore<" not in client.get(f"/operations/{salle.reference}").content.decode()
    venu(salle)
    assert 'type="number"' not in client.get(adresse).content.decode()
    assert client.post(adresse, {"version": "1", "bilan": "Deux visites."}).status_code == 302
    assert "Deux visites." in salle.invite.client().get(f"/operations/{salle.reference}").content.decode()
    apres = client.post(f"/operations/{salle.reference}/notes", {"texte": "Après."})
    assert apres.status_code == 409
    assert "<h1>Geste impossible</h1>" in apres.content.decode()
    assert client.get(adresse).status_code == 409


def test_gestures_of_buttons(salle: Salle) -> None:
    client, page = salle.mene.client(), f"/operations/{salle.reference}"
    assert (
        client.post(f"{page}/croisements", {"version": "1", "ouvrir": "oui"})["Location"]
        == f"{page}?fait=operation-ouverte"
    )
    assert client.post(f"{page}/services", {"service": salle.tiers.pk})["Location"] == f"{page}?fait=operation-invite"
    assert client.post(f"{page}/services", {"service": "987654"}).status_code == 400
    assert client.post(f"{page}/services/{salle.tiers.pk}/retirer")["Location"] == f"{page}?fait=operation-sorti"
    assert (
        client.post(f"{page}/cibles", {"sirets": salle.sirets[2]})["Location"]
        == f"{page}?fait=operation-cibles-ajoutees"
    )
    assert client.post(f"{page}/cibles", {"sirets": "1234"}).status_code == 400
    assert client.post(f"{page}/notes", {"texte": "Note."})["Location"] == f"{page}?fait=operation-note-partagee"
    retrait = f"{page}/cibles/{salle.la_cible.reference}/retirer"
    perimee = client.post(retrait, {"version": "x"})
    assert perimee.status_code == 409
    assert "<h1>Modifié entre-temps</h1>" in perimee.content.decode()
    assert client.post(retrait, {"version": "1"})["Location"] == f"{page}?fait=operation-cible-retiree"
    modifiee = {"version": "2", "nom": "Autre nom", "jour": jour(12), "consignes": ""}
    assert client.post(f"{page}/modifier", modifiee)["Location"] == f"{page}?fait=operation-modifiee"
    assert client.post(f"{page}/modifier", modifiee).status_code == 409
    assert client.post(f"{page}/annuler", {"version": "3"})["Location"] == f"{page}?fait=operation-annulee"
    assert "Annulée" in client.get("/operations").content.decode()


def test_the_calendar_file_says_a_number_a_day_and_a_link(salle: Salle, settings: Any) -> None:
    settings.FCE_ADRESSE_PUBLIQUE = "https://fce.example"
    reponse = salle.invite.client().get(f"/operations/{salle.reference}.ics")
    assert reponse["Content-Type"] == "text/calendar; charset=utf-8"
    assert reponse["Cache-Control"] == "no-store, private"
    lignes = reponse.content.decode().split("\r\n")
    assert lignes[0] == "BEGIN:VCALENDAR"
    assert lignes[-2:] == ["END:VCALENDAR", ""]
    assert {ligne.split(":", 1)[0].split(";")[0] for ligne in lignes[:-1]} == {
        *("BEGIN", "END", "VERSION", "PRODID", "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "URL"),
        # What a calendar does with the file: nothing of the operation.
        *("CALSCALE", "METHOD", "TRANSP", "SEQUENCE"),
    }
    assert f"SUMMARY:Opération {salle.operation.marque}" in lignes
    assert f"DTSTART;VALUE=DATE:{salle.operation.jour:%Y%m%d}" in lignes
    assert f"URL:https://fce.example/operations/{salle.reference}" in lignes


def test_e9_the_calendar_file_has_the_hour_and_says_when_it_is_cancelled(salle: Salle) -> None:
    client, page = salle.mene.client(), f"/operations/{salle.reference}"
    envoi = {"nom": "Marché", "jour": jour(), "heure": "06:30", "consignes": "", "version": "1"}
    assert client.post(f"{page}/modifier", envoi).status_code == 302
    assert "6:30" in client.get(page).content.decode()
    assert 'value="06:30"' in client.get(f"{page}/modifier").content.decode()
    (evenement,) = Calendar.from_ical(client.get(f"{page}.ics").content).walk("VEVENT")
    salle.operation.refresh_from_db()
    debut = datetime.combine(salle.operation.jour, time(6, 30), tzinfo=PARIS)
    assert (evenement["DTSTART"].dt, evenement["SEQUENCE"]) == (debut, 2)
    services.annuler(salle.mene.lecteur(), salle.pk, 2)
    fichier = Calendar.from_ical(client.get(f"{page}.ics").content)
    (annule,) = fichier.walk("VEVENT")
    assert (fichier["METHOD"], annule["STATUS"], annule["UID"]) == ("CANCEL", "CANCELLED", evenement["UID"])


def test_who_is_masked_has_neither_name_nor_place_on_any_page(salle: Salle) -> None:
    siren = f.siren_no(70)
    masquee = {"denomination": "NOM MASQUE", "nom": "NOM MASQUE", "categorie_juridique": "1000"}
    f.unites(f.unite(siren, statut_diffusion="P", **masquee))
    lieu = {"code_commune": "59178", "libelle_commune": "DOUAI", "enseigne_1": "ENSEIGNE MASQUEE"}
    f.lieux(f.lieu(siren, statut_diffusion="P", numero_voie="1", libelle_voie="RUE CACHEE", **lieu))
    services.ajouter_cibles(salle.mene.lecteur(), salle.pk, [f.siret_no(siren)])
    cible = salle.operation.cibles.get(siren=siren)
    assert cible.cle_adresse == ""
    for suite in ("", "/impression", f"/cibles/{cible.reference}"):
        page = salle.mene.client().get(f"/operations/{salle.reference}{suite}").content.decode()
        assert not re.search("MASQUE|DOUAI|CACHEE|59178", page), suite


def test_what_is_typed_is_shown_as_text(salle: Salle) -> None:
    piege = "<script>alert(1)</script>"
    services.ecrire_cadre(salle.mene.lecteur(), salle.pk, fabrique.cadre(nom=piege, consignes=piege), 1)
    services.ajouter_note(salle.invite.lecteur(), salle.pk, salle.invite.pk, piege)
    for suite in ("", "/impression", "/modifier"):
        assert piege not in salle.mene.client().get(f"/operations/{salle.reference}{suite}").content.decode()
    assert piege not in salle.mene.client().get("/operations").content.decode()


def test_the_page_of_sixty_targets_asks_no_more_than_that_of_one(salle: Salle) -> None:
    sirets = fabrique.sirene(60)
    client = salle.mene.client()

    def questions(operation: OperationConjointe) -> int:
        with CaptureQueriesContext(
            connection,
        ) as lues:
            assert client.get(f"/operations/{operation.reference}").status_code == 200
        return len(lues)

    petite, grande = (fabrique.operation(salle.mene, sirets=s) for s in (sirets[:1], sirets))
    questions(petite)
    assert questions(petite) == questions(grande)


def test_the_menu_leads_there(salle: Salle) -> None:
    assert 'href="/operations"' in salle.mene.client().get("/visites").content.decode()
    page = salle.mene.client().get("/").content.decode()
    assert "Préparer l’opération" in page
