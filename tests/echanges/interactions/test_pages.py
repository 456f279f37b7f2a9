"""The pages of contacts: told from the sheet, read at the right level, changed, withdrawn; readings are journaled."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from fce.droits.journal.models import Consultation
from fce.echanges.interactions import services
from fce.echanges.interactions.choix import Choisissable, ListeAChoisir
from fce.echanges.models import Interaction, PieceJointe
from fce.socle.web.references import reference
from tests.acces import acteurs
from tests.droits.comptes import fabrique as c
from tests.echanges.interactions import fabrique as e

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def univers(settings: Any, tmp_path: Path) -> None:
    settings.FCE_DATA_DIR, settings.FCE_PIECES_DIR = tmp_path, tmp_path / "pieces"
    e.peupler()


def adresse(siren: str = e.SIREN) -> str:
    return f"/entreprise/{siren}/contacts/nouveau"


def texte(reponse: Any) -> str:
    return str(reponse.content.decode())


def test_a_contact_is_told_from_the_sheet_and_one_comes_back_to_it() -> None:
    nous = e.service()
    page = texte(nous.client.get(f"/etablissement/{e.SIRETS[2]}/contacts/nouveau"))
    assert f'value="{e.SIRETS[2]}" id="sirets-{e.SIRETS[2]}" checked' in page
    assert f"au nom du service « <bdi>{nous.groupe.nom}</bdi> »" in page
    assert "convention n° 81 de l’OIT" in page
    fait = nous.client.post(
        f"/etablissement/{e.SIRETS[2]}/contacts/nouveau",
        e.formulaire(nous, sirets=[e.SIRETS[2]], pieces=[e.image()]),
    )
    assert fait.status_code == 302, texte(fait)
    assert fait["Location"] == f"/etablissement/{e.SIRETS[2]}?fait=contact-note"
    retour = texte(nous.client.get(fait["Location"]))
    assert 'role="status"><p>Le contact est noté.</p>' in retour
    interaction = Interaction.objects.get()
    assert (interaction.corps, interaction.siren, interaction.version) == ("dgt", e.SIREN, 1)
    lieu = interaction.lieux.get()
    assert lieu.siret == e.SIRETS[2]
    assert lieu.cle_adresse
    assert PieceJointe.objects.get().nom == "photo.png"


def test_the_day_is_today_and_the_only_establishment_is_ticked_when_nothing_is_said() -> None:
    page = texte(e.service().client.get(adresse(e.AUTRE_SIREN)))
    assert f'value="{e.hier(0).isoformat()}"' in page
    assert f'id="sirets-{e.AUTRE_SIRET}" checked' in page


def rangs(page: str, sirets: list[str]) -> list[str]:
    return sorted(sirets, key=lambda siret: page.index(f'id="sirets-{siret}"'))


def test_the_establishments_of_the_territory_come_first_unless_their_place_is_hidden() -> None:
    nous = e.service()
    # Those of Lille (59), then the siège, then Arras.
    lieux = e.SIRETS
    assert rangs(texte(nous.client.get(adresse())), lieux) == [lieux[2], lieux[3], lieux[0], lieux[1]]
    masques = [e.f.siret_no(e.MASQUE, n) for n in (1, 2)]
    assert rangs(texte(nous.client.get(adresse(e.MASQUE))), masques) == masques


def test_an_establishment_is_searched_among_many_and_those_ticked_stay() -> None:
    nous = e.service()
    lu = texte(nous.client.get(f"/contacts/choisir/{e.SIREN}", {"texte": "arras", "sirets": [e.SIRETS[0]]}))
    assert f'id="sirets-{e.SIRETS[0]}" checked' in lu
    assert f'id="sirets-{e.SIRETS[1]}">' in lu
    assert e.SIRETS[2] not in lu
    assert "1 trouvé" in lu


def test_a_masked_person_is_written_about_and_never_named_nor_placed() -> None:
    nous = e.service()
    page = texte(nous.client.get(adresse(e.MASQUE)))
    assert "SECRET" not in page
    assert "LILLE" not in page
    numero = nous.note(siren=e.MASQUE, sirets=(e.f.siret_no(e.MASQUE),)).reference
    contact = texte(nous.client.get(f"/contacts/{numero}"))
    assert "SECRET" not in contact
    assert "PARIS" not in contact
    assert Interaction.objects.get().lieux.get().cle_adresse == ""


def test_msg_04_a_nir_is_refused_and_what_looks_like_a_person_is_confirmed() -> None:
    nous = e.service()
    refus = nous.client.post(adresse(), e.formulaire(nous, note="NIR 2 95 10 99 126 111 93", confirme="on"))
    assert refus.status_code == 400
    assert "numéro de sécurité sociale" in texte(refus)
    demande = nous.client.post(adresse(), e.formulaire(nous, note="plainte de M. X, 06 12 34 56 78"))
    assert demande.status_code == 409
    assert "un numéro de téléphone et l’auteur d’une plainte" in texte(demande)
    assert 'name="confirme"' in texte(demande)
    assert "plainte de M. X" in texte(demande)
    assert not Interaction.objects.exists()
    fait = nous.client.post(adresse(), e.formulaire(nous, note="plainte de M. X, 06 12 34 56 78", confirme="on"))
    assert fait.status_code == 302


def test_a_form_refused_keeps_what_was_typed_and_writes_nothing() -> None:
    nous = e.service()
    for faute in ({"jour": e.hier(-1).isoformat()}, {"jour": e.hier(1200).isoformat()}, {"sirets": [e.AUTRE_SIRET]},
                  {"genre": "inconnu"}, {"sirets": []}, {"partages": ["999999"]}):  # fmt: skip
        refus = nous.client.post(adresse(), e.formulaire(nous, **faute))
        assert refus.status_code == 400, faute
        assert e.NOTE in texte(refus)
    assert not Interaction.objects.exists()


def test_another_service_reads_level_1_and_only_a_named_one_reads_level_2() -> None:
    nous, nommes, autres = e.service("Inspection"), e.service("Fraudes"), e.service("Douane", "douane")
    numero = nous.note(partages=frozenset({nommes.groupe.pk})).reference
    for lecteur, contenu in ((nous.client, True), (nommes.client, True), (autres.client, False)):
        page = texte(lecteur.get(f"/contacts/{numero}"))
        assert f"<bdi>{nous.groupe.nom}</bdi>" in page
        assert nous.groupe.courriel in page
        assert "Essai" not in page.partition("<main")[2]
        assert (e.NOTE in page, e.SUITE in page, "droit du travail" in page) == (contenu,) * 3
    assert "Modifier" not in texte(nommes.client.get(f"/contacts/{numero}"))


def test_level_2_asks_for_a_purpose_and_says_so_to_those_it_is_for() -> None:
    nous, autres = e.service("Inspection"), e.service("Douane", "douane")
    numero, client = nous.note().reference, Client()
    collegue = c.compte()
    c.appartenance(collegue, nous.groupe)
    c.connecter(client, collegue)
    for page in (f"/contacts/{numero}", f"/contacts/{numero}/modifier"):
        lue = texte(client.get(page))
        assert e.NOTE not in lue
        assert f'name="suite" value="{page}"' in lue
        assert f'value="{nous.finalite}"' in lue
        assert "Confirmer et continuer" not in texte(e.sans_finalite(autres).get(page))
    assert client.get(f"/contacts/{numero}/modifier").status_code == 403
    assert client.post(f"/contacts/{numero}/modifier", e.formulaire(nous, version="1")).status_code == 403
    reponse = client.post("/finalite", {"finalite": nous.finalite, "suite": f"/contacts/{numero}"}, follow=True)
    assert e.NOTE in texte(reponse)


def test_e12_the_author_of_a_contact_reads_and_changes_it_at_once_and_it_is_in_the_journal() -> None:
    nous = e.service()
    client, numero = e.sans_finalite(nous), nous.note().reference
    assert e.NOTE in texte(client.get(f"/contacts/{numero}"))
    lues = Consultation.objects.filter(agent=nous.compte.identifiant, sources=["echanges-contenus"])
    assert [(lue.classe, lue.finalite, lue.numero) for lue in lues] == [("C3", nous.finalite, e.SIREN)]
    assert e.NOTE in texte(client.get(f"/contacts/{numero}/modifier"))
    fait = client.post(f"/contacts/{numero}/modifier", e.formulaire(nous, note="seconde note", version="1"))
    assert fait.status_code == 302
    # His own, not his colleagues'; and the purpose is not confirmed for the rest.
    collegue = c.compte()
    c.appartenance(collegue, nous.groupe)
    autre = services.ecrire(replace(nous, compte=collegue).lecteur(), nous.groupe.pk, e.saisie()).reference
    assert e.NOTE not in texte(client.get(f"/contacts/{autre}"))
    assert "finalite" not in client.session


@pytest.mark.parametrize("cas", ["parti", "suspendu", "sans second facteur", "effacé"])
def test_e12_the_author_who_has_lost_his_right_does_not_read_his_contact(cas: str) -> None:
    nous = e.service()
    client, numero = e.sans_finalite(nous), nous.note().reference
    if cas == "parti":
        nous.compte.appartenances.update(fin=timezone.now())
        c.appartenance(nous.compte, e.service("Autre").groupe)
    elif cas == "suspendu":
        nous.groupe.dossiers.update(etat="suspendu")
    elif cas == "sans second facteur":
        client = c.client_de(nous.compte, mfa=False)
    else:
        Interaction.objects.update(auteur="agent")
    for page in (f"/contacts/{numero}", f"/contacts/{numero}/modifier"):
        assert e.NOTE not in texte(client.get(page))
    assert not Consultation.objects.filter(sources=["echanges-contenus"]).exists()


def test_an_agent_of_two_services_reads_through_the_one_that_is_concerned() -> None:
    """His other habilitation opens nothing, even for a confirmed purpose of it."""
    nous, autres = e.service("Inspection"), e.service("Douane", "douane")
    c.appartenance(autres.compte, nous.groupe)
    numero = nous.note().reference
    assert e.NOTE not in texte(autres.client.get(f"/contacts/{numero}"))
    client = c.client_de(autres.compte, finalite=nous.finalite)
    assert e.NOTE in texte(client.get(f"/contacts/{numero}"))


def test_acm_03_unknown_and_forbidden_contacts_are_the_same_404() -> None:
    nous, autres = e.service("Inspection"), e.service("Douane", "douane")
    retire = nous.note()
    e.services.retirer(nous.lecteur(), retire.pk, version=1)
    vivant, inconnu = nous.note(), reference(Interaction, 987654321)
    simple = acteurs.agent_simple().client

    def nu(reponse: Any) -> str:
        return texte(reponse).replace(reponse["X-Request-Id"], "").partition("<main")[2]

    for client, interdit in ((autres.client, retire), (simple, vivant)):
        absent, cache = client.get(f"/contacts/{inconnu}"), client.get(f"/contacts/{interdit.reference}")
        assert absent.status_code == cache.status_code == 404
        assert nu(absent) == nu(cache)
    for chemin in ("modifier", "retirer"):
        absent, cache = (autres.client.post(f"/contacts/{n}/{chemin}", {}) for n in (inconnu, vivant.reference))
        assert absent.status_code == cache.status_code == 404
        assert nu(absent) == nu(cache)
    assert nous.client.get(f"/contacts/{retire.reference}").status_code == 200


def test_what_is_read_is_in_the_journal_at_its_level() -> None:
    nous, autres = e.service("Inspection"), e.service("Douane", "douane")
    numero = nous.note().reference
    nous.client.get(f"/contacts/{numero}")
    autres.client.get(f"/contacts/{numero}")
    autres.client.get(f"/contacts/{reference(Interaction, 987654321)}")
    lus = {(k.agent, k.sources[0], k.classe, k.numero) for k in Consultation.objects.all()}
    assert lus == {
        (nous.compte.identifiant, "echanges-contacts", "C2", e.SIREN),
        (nous.compte.identifiant, "echanges-contenus", "C3", e.SIREN),
        (autres.compte.identifiant, "echanges-contacts", "C2", e.SIREN),
    }


def test_msg_03_a_change_keeps_the_former_version_and_a_late_one_overwrites_nothing() -> None:
    nous = e.service()
    numero = nous.note().reference
    page = texte(nous.client.get(f"/contacts/{numero}/modifier"))
    assert e.NOTE in page
    assert f'id="sirets-{e.SIRET}" checked' in page
    premier = nous.client.post(f"/contacts/{numero}/modifier", e.formulaire(nous, note="seconde note", version="1"))
    assert premier.status_code == 302, texte(premier)
    tard = nous.client.post(f"/contacts/{numero}/modifier", e.formulaire(nous, note="trop tard", version="1"))
    assert tard.status_code == 409
    assert "Un collègue a modifié ce contact entre-temps : rien n’a été écrasé." in texte(tard)
    assert "trop tard" in texte(tard)
    lu = texte(nous.client.get(f"/contacts/{numero}"))
    assert "seconde note" in lu
    assert "Version 1, remplacée le" in lu
    assert e.NOTE in lu


def test_withdrawing_hides_it_from_others_and_keeps_it_for_its_service() -> None:
    nous, autres = e.service("Inspection"), e.service("Douane", "douane")
    numero = nous.note(partages=frozenset({autres.groupe.pk})).reference
    assert nous.client.post(f"/contacts/{numero}/retirer", {"version": "1"}).status_code == 302
    assert autres.client.get(f"/contacts/{numero}").status_code == 404
    assert "seul votre service le voit encore" in texte(nous.client.get(f"/contacts/{numero}"))
    assert nous.client.post(f"/contacts/{numero}/retirer", {"version": "2"}).status_code == 409


def test_whoever_lacks_a_right_is_told_which_and_writes_nothing() -> None:
    lecteur = e.service(droits=("consulter",))
    for client in (lecteur.client, acteurs.agent_simple().client, acteurs.revoque().client):
        assert client.get(adresse()).status_code == 403
        assert client.post(adresse(), e.formulaire(lecteur)).status_code == 403
    nous, autres = e.service(), e.service()
    refus = nous.client.post(adresse(), e.formulaire(nous, service=autres.groupe.pk))
    assert refus.status_code == 400
    assert not Interaction.objects.exists()


def test_the_form_checks_its_token_although_it_reads_files_by_itself() -> None:
    nous = e.service()
    strict = Client(enforce_csrf_checks=True)
    c.connecter(strict, nous.compte, finalite=nous.finalite)
    assert strict.post(adresse(), e.formulaire(nous)).status_code == 403
    assert not Interaction.objects.exists()


def test_the_list_is_that_of_one_s_own_service_filtered_and_paged() -> None:
    nous, autres = e.service("Inspection"), e.service("Douane", "douane")
    for jours in range(1, 29):
        nous.note(jour=e.hier(jours))
    nous.note(jour=e.hier(40), genre="courrier", siren=e.AUTRE_SIREN, sirets=(e.AUTRE_SIRET,))
    autres.note(jour=e.hier(2))
    page = nous.client.get("/contacts")
    assert "29 contacts – page 1 sur 2" in texte(page)
    assert e.NOTE not in texte(page)
    assert "AUTRE ENTREPRISE" in texte(nous.client.get("/contacts?page=2"))
    for filtre, combien in (
        ({"genre": "courrier"}, "1 contact<"),
        ({"numero": e.AUTRE_SIRET}, "1 contact<"),
        ({"numero": e.SIREN}, "28 contacts"),
        ({"depuis": e.hier(3).isoformat()}, "3 contacts<"),
        ({"service": autres.groupe.pk}, "29 contacts"),
    ):
        assert combien in texte(nous.client.get("/contacts", filtre)), filtre
    assert nous.client.get("/contacts", {"numero": "123"}).status_code == 400
    assert acteurs.agent_simple().client.get("/contacts").status_code == 403


def test_a_leaver_s_contacts_stay_with_the_service() -> None:
    nous = e.service()
    numero = nous.note().reference
    nous.compte.delete()
    collegue = c.compte()
    c.appartenance(collegue, nous.groupe)
    client = c.client_de(collegue, finalite=nous.finalite)
    assert e.NOTE in texte(client.get(f"/contacts/{numero}"))
    assert client.get(f"/contacts/{numero}/modifier").status_code == 200


def test_e8_of_a_long_list_a_form_shows_the_ticked_boxes_and_a_few_others() -> None:
    cases = tuple(Choisissable(str(n), "", "", coche=n < 8) for n in range(25))
    longue, courte = ListeAChoisir(cases, 25), ListeAChoisir(cases[20:], 5)
    assert [c.valeur for c in longue.en_vue] == [str(n) for n in range(8)]
    assert (*longue.en_vue, *longue.repliees) == cases
    assert (len(courte.en_vue), courte.repliees) == (5, ())
