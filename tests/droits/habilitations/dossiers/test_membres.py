"""A manager keeps his group: people of his own administration only, and always a manager in it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.droits.comptes import appartenances
from fce.droits.comptes.erreurs import AccesRefuse
from fce.droits.comptes.models import Appartenance, EvenementCompte, Invitation
from tests.droits.comptes import fabrique as comptes
from tests.droits.comptes.courrier import relever
from tests.droits.habilitations.dossiers.fabrique import Scene
from tests.pannes import lever

SECRETS = re.compile(r'invitations?/[^"<\s]+|value="[^"]*"')


@pytest.fixture
def adresse(scene: Scene) -> str:
    return f"/habilitations/groupes/{scene.groupe.pk}/membres"


def ajouter(client: Client, adresse: str, courriel: str, **autres: str) -> Any:
    return client.post(f"{adresse}/ajouter", {"courriel": courriel, **autres})


def en_cours(scene: Scene) -> set[int]:
    return set(Appartenance.objects.filter(groupe=scene.groupe, fin=None).values_list("compte", flat=True))


def test_the_list_says_who_since_when_and_their_last_sign_in(scene: Scene, gestionnaire: Client, adresse: str) -> None:
    type(scene.membre).objects.filter(pk=scene.membre.pk).update(derniere_connexion=timezone.now())
    page = gestionnaire.get(adresse).content.decode()
    for attendu in (scene.membre.nom_complet, scene.membre.courriel, "ajout par un gestionnaire", "jamais"):
        assert attendu in page
    assert page.count(f"{timezone.localdate():%d/%m/%Y}") == 3


def test_an_agent_of_the_administration_is_added_at_once(scene: Scene, gestionnaire: Client, adresse: str) -> None:
    collegue = comptes.compte(siret=comptes.SERVICE)
    reponse = ajouter(gestionnaire, adresse, collegue.courriel.upper())
    assert reponse["Location"] == f"{adresse}?fait=membre-ajoute"
    trouvee = Appartenance.objects.get(compte=collegue)
    assert (trouvee.origine, trouvee.par, trouvee.gestionnaire) == (
        "gestionnaire",
        scene.gestionnaire.identifiant,
        False,
    )
    assert "est dans le groupe" in gestionnaire.get(reponse["Location"]).content.decode()


@pytest.mark.parametrize("siret", [comptes.AUTRE_SERVICE, comptes.MEME_ADMINISTRATION, ""])
def test_acm_13_nobody_of_another_siret_is_added(scene: Scene, gestionnaire: Client, adresse: str, siret: str) -> None:
    etranger = comptes.compte(siret=siret)
    ajouter(gestionnaire, adresse, etranger.courriel)
    assert etranger.pk not in en_cours(scene)
    invitation = Invitation.objects.get()
    with pytest.raises(AccesRefuse, match="SIRET"):
        appartenances.accepter(appartenances.creer_lien(invitation), etranger)
    assert appartenances.accueillir(etranger) == 0
    assert etranger.pk not in en_cours(scene)


@pytest.mark.parametrize("envoi", [True, False])
def test_a11_a_manager_does_not_learn_whether_an_address_has_an_account_elsewhere(
    gestionnaire: Client, adresse: str, settings: Any, envoi: bool
) -> None:
    """By the form or by a list, and where no mail leaves too: the same answer, but for the address and the link."""
    if not envoi:
        settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    ailleurs = comptes.compte(siret=comptes.AUTRE_SERVICE).courriel

    def reponses(courriel: str) -> list[Any]:
        liste = SimpleUploadedFile("liste.csv", f"courriel\n{courriel}\n".encode())
        reponses = [ajouter(gestionnaire, adresse, courriel), gestionnaire.post(f"{adresse}/charger", {"liste": liste})]
        Invitation.objects.all().delete()
        return [
            (r.status_code, r.headers.get("Location"), SECRETS.sub("…", r.content.decode().replace(courriel, "…")))
            for r in reponses
        ]

    inconnue, connue = reponses("personne@travail.example"), reponses(ailleurs)
    assert connue == inconnue
    assert {code for code, *_ in connue} <= {200, 302}


def test_acm_13_an_organisation_by_its_siren_takes_all_its_services(db: None) -> None:
    groupe = comptes.groupe(organisation=comptes.organisation(numero=comptes.SERVICE[:9]))
    gerant, collegue, client = comptes.compte(), comptes.compte(siret=comptes.MEME_ADMINISTRATION), Client()
    comptes.appartenance(gerant, groupe, gestionnaire=True)
    comptes.connecter(client, gerant)
    assert ajouter(client, f"/habilitations/groupes/{groupe.pk}/membres", collegue.courriel).status_code == 302


def test_acm_13_a_private_person_is_not_taken_for_an_agent(scene: Scene, gestionnaire: Client, adresse: str) -> None:
    particulier = comptes.particulier()
    ajouter(gestionnaire, adresse, particulier.courriel)
    assert particulier.pk not in en_cours(scene)


def test_an_unknown_address_is_invited_by_mail_and_joins_with_the_link(
    scene: Scene, gestionnaire: Client, adresse: str, mailoutbox: list[EmailMessage], settings: Any
) -> None:
    settings.FCE_ADRESSE_PUBLIQUE = "https://fce.example"
    assert (
        ajouter(gestionnaire, adresse, "nouvelle@travail.example")["Location"] == f"{adresse}?fait=invitation-envoyee"
    )
    # Nothing leaves while the manager waits, and the queue holds no secret.
    assert mailoutbox == []
    assert "nouvelle@" not in str(list(ProcrastinateJob.objects.values_list("args", flat=True)))
    (message,) = relever()
    assert message.to == ["nouvelle@travail.example"]
    lien = re.search(r"https://fce\.example(/invitation/\S+)", str(message.body))
    assert lien
    assert scene.groupe.nom not in str(message.body)
    nouvelle = comptes.compte(courriel="nouvelle@travail.example")
    client = comptes.client_de(nouvelle)
    assert client.post(lien[1]).status_code == 302
    assert nouvelle.pk in en_cours(scene)


def test_an_invitation_opens_nothing_to_another_administration(
    scene: Scene, gestionnaire: Client, adresse: str
) -> None:
    ajouter(gestionnaire, adresse, "nouvelle@travail.example")
    lien = re.search(r"(/invitation/\S+)", str(relever()[0].body))
    assert lien
    etrangere = comptes.compte(courriel="nouvelle@travail.example", siret=comptes.AUTRE_SERVICE)
    client = comptes.client_de(etrangere)
    assert client.post(lien[1]).status_code == 403
    assert etrangere.pk not in en_cours(scene)


def test_without_a_mail_server_the_link_is_shown_once(
    scene: Scene, gestionnaire: Client, adresse: str, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    reponse = ajouter(gestionnaire, adresse, "nouvelle@travail.example")
    assert reponse.status_code == 200
    assert "/invitation/" in reponse.content.decode()
    assert "/invitation/" not in gestionnaire.get(adresse).content.decode()


def test_a_mail_server_that_fails_loses_no_invitation(
    scene: Scene, gestionnaire: Client, adresse: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ajouter(gestionnaire, adresse, "nouvelle@travail.example")
    with monkeypatch.context() as panne:
        panne.setattr(EmailMessage, "send", lever(ConnectionRefusedError))
        with pytest.raises(ConnectionRefusedError):  # the job will be tried again
            relever()
    (message,) = relever()
    lien = re.search(r"(/invitation/\S+)", str(message.body))
    assert lien
    assert gestionnaire.get(lien[1]).status_code == 200


def test_an_invitation_taken_back_before_its_mail_left_sends_none(
    scene: Scene, gestionnaire: Client, adresse: str
) -> None:
    ajouter(gestionnaire, adresse, "nouvelle@travail.example")
    appartenances.annuler(Invitation.objects.get(), "c9")
    assert relever() == []


def test_an_invitation_is_listed_and_taken_back(scene: Scene, gestionnaire: Client, adresse: str) -> None:
    ajouter(gestionnaire, adresse, "nouvelle@travail.example", gestionnaire="on")
    lien = re.search(r"(/invitation/\S+)", str(relever()[0].body))
    assert lien
    invitation = Invitation.objects.get()
    assert "nouvelle@travail.example" in gestionnaire.get(adresse).content.decode()
    annuler = f"/habilitations/groupes/{scene.groupe.pk}/invitations/{invitation.pk}/annuler"
    assert gestionnaire.post(annuler)["Location"] == f"{adresse}?fait=invitation-annulee"
    assert gestionnaire.post(annuler).status_code == 409
    assert gestionnaire.get(lien[1]).status_code == 404
    ailleurs = f"/habilitations/groupes/{comptes.groupe().pk}/invitations/{invitation.pk}/annuler"
    assert gestionnaire.post(ailleurs).status_code == 404


@pytest.mark.parametrize("courriel", ["", "sans-arobase", "a@b", "a b@c.fr", "x@y.fr\r\nBcc: z@y.fr"])
def test_what_is_no_address_is_refused(
    scene: Scene, gestionnaire: Client, adresse: str, courriel: str, mailoutbox: list[Any]
) -> None:
    assert ajouter(gestionnaire, adresse, courriel).status_code == 400
    assert (mailoutbox, Invitation.objects.count()) == ([], 0)


def test_someone_already_there_is_said_to_be(scene: Scene, gestionnaire: Client, adresse: str) -> None:
    assert ajouter(gestionnaire, adresse, scene.membre.courriel).status_code == 409


def charger(client: Client, adresse: str, contenu: bytes) -> Any:
    return client.post(f"{adresse}/charger", {"liste": SimpleUploadedFile("liste.csv", contenu)})


def test_a_list_is_loaded_and_its_faults_are_said_line_by_line(
    scene: Scene, gestionnaire: Client, adresse: str
) -> None:
    collegue, etranger = comptes.compte(), comptes.compte(siret=comptes.AUTRE_SERVICE)
    contenu = f"Courriel;Gestionnaire\n{collegue.courriel};oui\nfutur@travail.example;\npas une adresse;\n\n"
    contenu += f"{etranger.courriel};\n{scene.membre.courriel};\n"
    page = charger(gestionnaire, adresse, b"\xef\xbb\xbf" + contenu.encode()).content.decode()
    assert "1 ajouté, 2 attendus à la première connexion, 2 refusés." in page
    assert re.search(r"Ligne 4 :.*Ligne 7 :.*déjà", page, re.S)
    assert Appartenance.objects.get(compte=collegue).gestionnaire
    assert set(Invitation.objects.values_list("courriel", "empreinte")) == {
        ("futur@travail.example", None),
        (etranger.courriel, None),
    }


@pytest.mark.parametrize(
    "contenu",
    [
        b"nom;prenom\nA;B\n",
        b"courriel\n\x00\n",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"courriel\n" + b"a@b.fr\n" * 2001,
        b"courriel\n" + b'"' + b"x" * 200_000 + b'"\n',
        b"x" * 1_000_001,
    ],
    ids=["columns", "nul", "image", "too-long", "one-huge-field", "too-heavy"],
)
def test_what_is_no_list_is_refused_whole(scene: Scene, gestionnaire: Client, adresse: str, contenu: bytes) -> None:
    assert charger(gestionnaire, adresse, contenu).status_code == 400
    assert len(en_cours(scene)) == 2
    assert not Invitation.objects.exists()


def test_a_list_of_an_old_spreadsheet_is_read(scene: Scene, gestionnaire: Client, adresse: str) -> None:
    page = charger(gestionnaire, adresse, "prénom,courriel\r\nJosé,jose@travail.example\r\n".encode("cp1252"))
    assert "1 attendu" in page.content.decode()


def test_no_list_at_all_is_said(scene: Scene, gestionnaire: Client, adresse: str) -> None:
    assert gestionnaire.post(f"{adresse}/charger").status_code == 400


def geste(client: Client, adresse: str, appartenance: Appartenance, nom: str) -> Any:
    return client.post(f"{adresse}/{appartenance.pk}/{nom}")


def test_a_member_is_suspended_restored_named_unnamed_and_taken_out(
    scene: Scene, gestionnaire: Client, adresse: str
) -> None:
    sienne = Appartenance.objects.get(compte=scene.membre)
    etats = []
    for nom in ("suspendre", "garder", "nommer", "dessaisir", "retirer"):
        assert geste(gestionnaire, adresse, sienne, nom)["Location"] == f"{adresse}?fait=membre-{nom}"
        sienne.refresh_from_db()
        etats.append((sienne.suspendue_le is not None, sienne.gestionnaire, sienne.fin is not None))
    assert etats == [
        (True, False, False),
        (False, False, False),
        (False, True, False),
        (False, False, False),
        (False, False, True),
    ]
    assert geste(gestionnaire, adresse, sienne, "retirer").status_code == 404
    faits = EvenementCompte.objects.filter(objet=scene.membre.identifiant).values_list("action", flat=True)
    assert {"suspension", "appartenance_revue", "gestionnaire", "fin_d_appartenance"} <= set(faits)


@pytest.mark.parametrize("nom", ["retirer", "suspendre", "dessaisir"])
def test_the_last_manager_does_not_leave(scene: Scene, gestionnaire: Client, adresse: str, nom: str) -> None:
    mienne = Appartenance.objects.get(compte=scene.gestionnaire)
    reponse = geste(gestionnaire, adresse, mienne, nom)
    assert reponse.status_code == 409
    assert "Geste impossible" in reponse.content.decode()
    assert "nommez-en d’abord un autre" in reponse.content.decode()
    mienne.refresh_from_db()
    assert (mienne.fin, mienne.suspendue_le, mienne.gestionnaire) == (None, None, True)
    comptes.appartenance(comptes.compte(), scene.groupe, gestionnaire=True)
    assert geste(gestionnaire, adresse, mienne, nom)["Location"] == "/habilitations"


def test_a_gesture_touches_members_of_the_group_only(scene: Scene, gestionnaire: Client, adresse: str) -> None:
    ailleurs = comptes.appartenance(comptes.compte(), comptes.groupe())
    for nom in ("retirer", "suspendre", "nommer", "garder"):
        assert geste(gestionnaire, adresse, ailleurs, nom).status_code == 404
    ailleurs.refresh_from_db()
    assert (ailleurs.fin, ailleurs.suspendue_le, ailleurs.gestionnaire) == (None, None, False)
    assert geste(gestionnaire, adresse, ailleurs, "administrer").status_code == 404


def test_a_mere_member_changes_nobody(scene: Scene, membre: Client, adresse: str) -> None:
    sienne = Appartenance.objects.get(compte=scene.membre)
    assert geste(membre, adresse, sienne, "nommer").status_code == 404
    assert ajouter(membre, adresse, "x@travail.example").status_code == 404
    assert membre.post(f"/habilitations/groupes/{scene.groupe.pk}/revue/csv").status_code == 404
    sienne.refresh_from_db()
    assert not sienne.gestionnaire


def test_reading_the_pages_changes_nothing(scene: Scene, gestionnaire: Client, adresse: str) -> None:
    avant = (EvenementCompte.objects.count(), list(Appartenance.objects.order_by("pk").values()))
    for page in (adresse, f"/habilitations/groupes/{scene.groupe.pk}/revue", "/habilitations", "/droits"):
        assert gestionnaire.get(page).status_code == 200
    sienne = Appartenance.objects.get(compte=scene.membre)
    assert gestionnaire.get(f"{adresse}/{sienne.pk}/retirer").status_code == 405
    assert (EvenementCompte.objects.count(), list(Appartenance.objects.order_by("pk").values())) == avant
