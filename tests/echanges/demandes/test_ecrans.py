"""The pages of questions: boxes, composer, one question and its gestures; what each reader sees, and does not."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fce.droits.journal.models import Consultation
from fce.echanges.annuaire.services import noter_absence
from fce.echanges.demandes import boite, services
from fce.echanges.demandes.genre import DEMANDE, EtatSaisine, GesteSaisine
from fce.echanges.models import Demande, MessageDemande, PieceJointe, Saisine
from fce.socle.web.references import numero_de, reference
from tests.acces.surfaces import lu
from tests.donnees.entreprises import fabrique as f
from tests.echanges.demandes import fabrique as d
from tests.echanges.demandes.fabrique import Joue, N
from tests.echanges.interactions import fabrique as e
from tests.echanges.operations import fabrique as operations

pytestmark = pytest.mark.django_db
G = GesteSaisine


@pytest.fixture(autouse=True)
def _pieces(settings: Any, tmp_path: Any) -> None:
    settings.FCE_PIECES_DIR = tmp_path / "pieces"


def lire(client: Client, adresse: str, statut: int = 200) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == statut, (adresse, reponse.status_code)
    return unescape(reponse.content.decode())


def texte(reponse: Any) -> str:
    return unescape(reponse.content.decode())


def formulaire(*a: Joue, **differences: Any) -> dict[str, Any]:
    return {"objet": "Visite prévue", "question": d.QUESTION, "destinataires": [s.pk for s in a], **differences}


def poster(de: Joue, fil: Saisine, geste: str, **envoi: Any) -> Any:
    fil.refresh_from_db()
    adresse = f"/demandes/{fil.demande.reference}/saisines/{fil.reference}/{geste}"
    return de.client().post(adresse, {"version": fil.version, **envoi})


def test_a_question_is_sent_from_the_sheet_to_services_of_the_place() -> None:
    elle, asked, tiers = d.trois()
    (siret,) = operations.sirene(1)
    page = lire(elle.client(), f"/etablissement/{siret}")
    assert f"/etablissement/{siret}/demande" in page
    page = lire(elle.client(), f"/etablissement/{siret}/demande")
    noms = re.findall(r'id="destinataires-(\d+)"', page)
    assert noms == [str(tiers.pk), str(asked.pk)]  # DDPP, then DGFiP; not one's own
    envoi = formulaire(
        asked, tiers, themes=["travail"], echeance=(timezone.localdate() + timedelta(days=9)).isoformat()
    )
    reponse = elle.client().post(f"/etablissement/{siret}/demande", envoi)
    demande = Demande.objects.get()
    assert reponse["Location"] == f"/demandes/{demande.reference}?fait=demande-envoyee"
    assert (demande.siret, demande.themes, demande.saisines.count()) == (siret, ["travail"], 2)
    page = lire(elle.client(), f"/entreprise/{siret[:9]}/demande")
    assert "destinataires-" in page  # of its siège


def test_what_a_service_asks_to_know_is_a_second_step_and_only_then() -> None:
    elle, asked, _ = d.trois()
    d.inscrire(asked, N.DGFIP, champs=("Période",), modele="Pour la période de…")
    (siret,) = operations.sirene(1)
    adresse = f"/entreprise/{siret[:9]}/demande"
    reponse = elle.client().post(adresse, formulaire(asked))
    assert (reponse.status_code, Demande.objects.count()) == (200, 0)
    assert "Encore une étape" in texte(reponse)
    nom = f"precision-{asked.pk}-0"
    assert f'name="{nom}"' in texte(reponse)
    assert elle.client().post(adresse, formulaire(asked, **{nom: "2024"})).status_code == 302
    assert Demande.objects.get().reponses == {str(asked.pk): [["Période", "2024"]]}
    assert "Pour la période de…" in lire(elle.client(), f"{adresse}?modele=service&destinataires={asked.pk}")


def test_a_theme_proposes_a_text_and_who_is_away_or_has_nobody_is_said() -> None:
    elle, asked, _ = d.trois()
    (siret,) = operations.sirene(1)
    seul = d.service("Seul", N.DREAL)
    seul.compte.appartenances.update(fin=timezone.now())
    noter_absence(asked.compte, timezone.localdate() + timedelta(days=10), timezone.localdate())
    page = lire(elle.client(), f"/etablissement/{siret}/demande?modele=fiscalite")
    assert "obligations déclaratives" in page
    assert "tous absents, retour le" in page
    assert "sa boîte reçoit le lien" in page


def test_the_place_of_a_masked_person_proposes_nobody_and_its_name_is_nowhere() -> None:
    elle, asked, _ = d.trois()
    e.peupler()
    siret = f.siret_no(e.MASQUE, 2)
    page = lire(elle.client(), f"/etablissement/{siret}/demande")
    assert "Aucun service ne peut être proposé" in page
    elle.client().post(f"/etablissement/{siret}/demande", formulaire(asked))
    numero = Demande.objects.get().reference
    for lue in (page, lire(asked.client(), f"/demandes/{numero}"), lire(asked.client(), "/demandes")):
        assert "SECRET" not in lue
        assert "LILLE" not in lue


def test_the_unit_that_a_file_names_is_proposed_first_else_it_is_said_deduced() -> None:
    asked, un, deux = d.service("Impots", N.DGFIP, "dgfip"), d.service("Unite A"), d.service("Unite B")
    (siret,) = operations.sirene(1)
    elle = d.service("Inspection", N.DREETS)
    adresse = f"/etablissement/{siret}/demande"
    f.charger("wikit-unites", [])
    page = lire(elle.client(), adresse)
    assert "unité de contrôle, déduite de la commune" in page
    assert page.index("Unite A") < page.index("Unite B") < page.index("Impots")
    f.charger("wikit-unites", [{"siret": siret, "code": "1", "libelle": "UC", "courriel": deux.groupe.courriel}])
    page = lire(elle.client(), adresse)
    assert page.index("Unite B") < page.index("Unite A") < page.index("Impots")
    assert "unité compétente d’après" in page
    assert "déduite" not in page
    assert {asked.pk, un.pk} <= {int(n) for n in re.findall(r'id="destinataires-(\d+)"', page)}


def test_other_services_are_found_by_their_name() -> None:
    elle, *_ = d.trois()
    loin = d.service("Brigade lointaine", N.DOUANE, territoire=("75",))
    d.service("Brigade fermée aux autres", N.DOUANE, recoit_de=(N.DGFIP,))
    page = lire(elle.client(), "/demandes/choisir/services?texte_services=brigade")
    assert re.findall(r'value="(\d+)"', page) == [str(loin.pk)]
    assert "1 trouvé" in page


@pytest.mark.parametrize(
    ("differences", "statut", "phrase"),
    [
        ({"objet": "Un\r\nDeux"}, 400, "une seule ligne"),
        ({"question": ""}, 400, "obligatoire"),
        ({"destinataires": []}, 400, "au moins un service"),
        ({"destinataires": ["999999"]}, 400, "Choisissez des services de la liste"),
        ({"question": "NIR 1 84 12 76 451 089 46"}, 400, "sécurité sociale"),
        ({"question": "La plainte de X"}, 409, "Je confirme que ces textes"),
    ],
)
def test_what_is_refused_is_said_and_what_was_typed_is_kept(
    differences: dict[str, Any], statut: int, phrase: str
) -> None:
    elle, asked, _ = d.trois()
    (siret,) = operations.sirene(1)
    reponse = elle.client().post(f"/etablissement/{siret}/demande", formulaire(asked, **differences))
    assert (reponse.status_code, Demande.objects.count()) == (statut, 0)
    assert phrase in texte(reponse)
    assert f'value="{asked.pk}"' in texte(reponse)


def test_the_twenty_first_question_of_an_hour_is_refused() -> None:
    elle, asked, _ = d.trois()
    saisie = d.saisie(asked)
    for _ in range(services.PAR_HEURE):
        services.envoyer_demande(elle.lecteur(), elle.pk, saisie)
    assert elle.client().post(f"/etablissement/{saisie.siret}/demande", formulaire(asked)).status_code == 429


def test_from_one_side_to_the_other_with_a_file_and_a_note() -> None:
    elle, asked, tiers = d.trois()
    demande = d.demande(elle, asked)
    fil = d.saisine(demande, asked)
    assert poster(asked, fil, "prendre").status_code == 302
    poster(asked, fil, "noter", texte="MRK-INTERNE", pieces=[e.image("interne.png")])
    reponse = poster(asked, fil, "repondre", texte="MRK-REPONSE", pieces=[e.image("reponse.png")])
    assert reponse["Location"] == f"/demandes/{demande.reference}?fait=demande-repondre"
    page = lire(elle.client(), f"/demandes/{demande.reference}")
    assert "MRK-REPONSE" in page
    assert "reponse.png" in page
    assert "MRK-INTERNE" not in page
    assert "interne.png" not in page
    sienne = lire(asked.client(), f"/demandes/{demande.reference}")
    assert "lue de votre service seul" in sienne
    assert asked.compte.nom_complet in sienne
    pieces = {p.nom: p.pk for p in PieceJointe.objects.all()}
    for qui, nom, statut in (
        (elle, "reponse.png", 200),
        (elle, "interne.png", 404),
        (asked, "interne.png", 200),
        (tiers, "reponse.png", 404),
    ):
        reponse = qui.client().get(f"/pieces/{pieces[nom]}")
        lu(reponse)
        assert reponse.status_code == statut, (nom, statut)
    lire(tiers.client(), f"/demandes/{demande.reference}", 404)
    poster(elle, fil, "juger", utile="oui")
    poster(elle, fil, "clore", motif="repondu")
    poster(elle, fil, "rouvrir", texte="Et depuis ?")
    fil.refresh_from_db()
    assert fil.etat == EtatSaisine.ENVOYEE


def test_nobody_is_named_to_another_service() -> None:
    elle, asked, _ = d.trois()
    demande = d.demande(elle, asked)
    fil = d.saisine(demande, asked)
    asked.compte.nom = "LENOMCACHE"
    asked.compte.save()
    poster(asked, fil, "prendre")
    poster(asked, fil, "ecrire", texte="Bonjour.")
    poster(asked, fil, "repondre", texte="Oui.")
    for adresse in (f"/demandes/{demande.reference}", "/demandes?boite=envoyees"):
        assert "LENOMCACHE" not in lire(elle.client(), adresse)
    assert "LENOMCACHE" in lire(asked.client(), f"/demandes/{demande.reference}")
    assert "LENOMCACHE" in lire(asked.client(), "/demandes")


def test_the_purpose_is_asked_for_first_the_same_whatever_is_asked_for() -> None:
    elle, asked, _ = d.trois()
    demande = d.demande(elle, asked)
    client = elle.client(finalite=None)
    pages = [client.get(a) for a in (f"/demandes/{demande.reference}", f"/demandes/{reference(Demande, 987654)}")]
    assert [p.status_code for p in pages] == [404, 404]
    ecrites = [re.sub(r'value="\w{64}"|/demandes/\w+|[0-9a-f]{16}', "", texte(p)) for p in pages]
    assert ecrites[0] == ecrites[1]
    assert "Pour quelle finalité" in ecrites[0]
    assert client.get("/demandes").status_code == 403


def test_it_is_in_the_journal_before_it_is_read_and_named_to_who_reads_it() -> None:
    elle, asked, _ = d.trois()
    demande = d.demande(elle, asked)
    lire(asked.client(), f"/demandes/{demande.reference}")
    lire(asked.client(), "/demandes")
    lues = Consultation.objects.filter(agent=asked.compte.identifiant)
    assert [(c.numero, DEMANDE.nom in str(c.sources)) for c in lues.order_by("id")] == [
        (demande.siret, True),
        (demande.siret, True),
    ]


def test_late_ones_come_first_and_each_filter_keeps_its_own() -> None:
    elle, asked, _ = d.trois()
    une, deux, trois = (d.demande(elle, asked, themes=t) for t in (("travail",), ("emploi",), ("douane",)))
    hier = timezone.localdate() - timedelta(days=1)
    Saisine.objects.filter(demande=deux).update(limite=hier)
    poster(asked, d.saisine(trois, asked), "prendre")
    poster(asked, d.saisine(une, asked), "decliner", motif="procedure")

    def numeros(client: Client, suite: str) -> list[int]:
        return [
            numero_de(Demande, n)
            for n in re.findall(r'<a href="/demandes/(\w{32})"', lire(client, f"/demandes{suite}"))
        ]

    client = asked.client()
    assert numeros(client, "") == [deux.pk, trois.pk, une.pk]
    for suite, attendu in (
        ("?etat=declinee", [une.pk]),
        ("?retard=on", [deux.pk]),
        ("?miennes=on", [trois.pk]),
        ("?theme=emploi", [deux.pk]),
        (f"?numero={une.siren}", [deux.pk, trois.pk, une.pk]),
        (f"?numero={f.siren_no(9)}", []),
        ("?boite=envoyees", []),
    ):
        assert numeros(client, suite) == attendu, suite
    assert numeros(elle.client(), "?boite=envoyees&retard=on") == [deux.pk]
    assert "En retard (1)" in lire(client, "/demandes")
    assert client.get("/demandes?numero=abc").status_code == 400


def test_a_box_takes_as_many_questions_to_the_base_whatever_it_holds() -> None:
    elle, asked, _ = d.trois()
    d.demande(elle, asked)
    client, comptes = asked.client(), []
    for ajoutees in (0, 6):
        for _ in range(ajoutees):
            d.demande(elle, asked)
        lire(client, "/demandes")
        with CaptureQueriesContext(connection) as requetes:
            lire(client, "/demandes")
        comptes.append(len(requetes))
    assert comptes[0] == comptes[1]
    assert comptes[0] <= 14


def test_what_waits_is_a_number_in_the_menu_and_things_to_do_on_the_home() -> None:
    elle, asked, tiers = d.trois()
    demande = d.demande(elle, asked)
    jour = timezone.localdate()
    assert '1<span class="fr-sr-only"> à prendre ou à répondre' in lire(asked.client(), "/compte/attentes")
    assert '1<span class="fr-sr-only"> à prendre ou à répondre' in lire(asked.client(finalite=None), "/compte/attentes")
    assert "à prendre ou" not in lire(tiers.client(), "/compte/attentes")
    (tache,) = boite.taches(asked.compte, jour)
    assert (tache.titre, tache.adresse) == ("Prendre la demande", f"/demandes/{demande.reference}")
    assert tache.avant_le == Saisine.objects.get().limite
    poster(asked, d.saisine(demande, asked), "prendre")
    assert [t.titre for t in boite.taches(asked.compte, jour)] == ["Répondre à la demande"]
    assert [*boite.taches(d.collegue(asked).compte, jour)] == []
    poster(asked, d.saisine(demande, asked), "repondre", texte="Oui.")
    assert [t.titre for t in boite.taches(elle.compte, jour)] == ["Lire la réponse, puis clore"]
    assert [*boite.taches(tiers.compte, jour)] == []
    assert "MRK-" not in lire(asked.client(finalite=None), "/")


def test_the_sheet_shows_the_open_questions_of_my_service_on_that_company_and_of_no_other() -> None:
    elle, asked, tiers = d.trois()
    demande = d.demande(elle, asked)
    siret = demande.siret
    for qui, role in ((elle, "Impots"), (asked, "Inspection")):
        for adresse in (f"/etablissement/{siret}", f"/entreprise/{demande.siren}"):
            page = lire(qui.client(), adresse)
            assert f"/demandes/{demande.reference}" in page, adresse
            assert "MRK-OBJET" in page
            assert role in page
    lues = [lire(q, f"/etablissement/{siret}") for q in (tiers.client(), Client(), elle.client(finalite=None))]
    assert not [page for page in lues if "MRK-OBJET" in page or f"/demandes/{demande.reference}" in page]
    poster(elle, d.saisine(demande, asked), "clore", motif="repondu")
    assert "MRK-OBJET" not in lire(elle.client(), f"/etablissement/{siret}")


def test_a_conflict_comes_back_with_what_was_typed() -> None:
    elle, asked, _ = d.trois()
    fil = d.saisine(d.demande(elle, asked), asked)
    adresse = f"/demandes/{fil.demande.reference}/saisines/{fil.reference}/repondre"
    poster(asked, fil, "prendre")
    reponse = asked.client().post(adresse, {"version": 1, "texte": "Ma réponse tapée."})
    assert reponse.status_code == 409
    assert "Ma réponse tapée." in texte(reponse)
    assert "rien n’a été écrasé" in texte(reponse)
    assert MessageDemande.objects.count() == 0


def test_a_gesture_that_does_not_exist_or_of_another_side_changes_nothing() -> None:
    elle, asked, tiers = d.trois()
    fil = d.saisine(d.demande(elle, asked), asked)
    assert poster(asked, fil, "liberer").status_code == 404
    assert poster(asked, fil, "inconnu").status_code == 404
    assert poster(tiers, fil, "prendre").status_code == 404
    assert poster(elle, fil, "prendre").status_code == 403
    fil.refresh_from_db()
    assert fil.version == 1
