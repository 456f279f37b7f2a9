"""Who announced a visit is told that another service has been there; who wrote the contact learns nothing by it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.echanges import courriels, tasks
from fce.echanges.croisements.adresses import lieux_de
from fce.echanges.interactions import services as contacts
from fce.echanges.interactions.services import SaisieContact
from fce.echanges.models import EvenementVisite, Interaction, VisiteAnnoncee
from fce.echanges.visites import passages, reponses, services
from fce.echanges.visites.genre import VOUS_ATTEND
from fce.echanges.visites.reponses import Reponse
from fce.echanges.visites.selectors import taches
from fce.echanges.visites.services import Quand
from fce.echanges.vocabulaire import Precision, Reaction
from fce.socle.texte.identifiants import formater_siren, formater_siret
from tests.donnees.entreprises.fabrique import lieu, lieux, siren_no, siret_no, successions, unite, unites
from tests.echanges.travaux import derouler
from tests.echanges.visites import fabrique as v
from tests.echanges.visites.test_ecrans import _sans_nonce, texte

pytestmark = pytest.mark.django_db


def noter(de: v.Service, ou: v.LieuConnu, jour: date | None = None, **differences: Any) -> Interaction:
    dit = {"genre": "controle", "jour": jour or timezone.localdate(), **differences}
    return contacts.ecrire(de.lecteur, de.groupe.pk, SaisieContact(ou.siren, (ou.siret,), **dit))


def passer() -> None:
    """Run the searches that are queued, as the worker does after the minute."""
    for travail in ProcrastinateJob.objects.filter(task_name=passages.TACHE_PASSAGE).order_by("pk"):
        tasks.dire_un_passage(**travail.args)


def courriers() -> list[tuple[int, str, str]]:
    travaux = ProcrastinateJob.objects.filter(task_name=courriels.TACHE_SERVICE).order_by("pk")
    return [(x["service"], x["page"], x["phrase"]) for x in travaux.values_list("args", flat=True)]


def a_faire(de: v.Service) -> list[str]:
    return [t.adresse for t in taches(de.agent, timezone.localdate()) if t.titre == "Lire ce qui attend votre visite"]


@pytest.fixture
def scene() -> tuple[v.LieuConnu, v.Service, v.Service, VisiteAnnoncee]:
    """A place where the CCRF has announced a visit, and where the labour inspection goes."""
    (ou,) = v.places()
    elle = v.service(nom="Inspection du Nord")
    autre = v.service("ccrf", nom="CCRF du Nord", courriel="ccrf59@service.example")
    return ou, elle, autre, v.visite(autre.groupe, ou, v.dans(2), objet="SECRET-OBJET")


def test_e2_the_service_that_announced_is_told_alone_in_its_mailbox_and_on_its_page(scene: Any) -> None:
    ou, elle, autre, sienne = scene
    v.service("douane")
    dit = noter(elle, ou)
    passer()
    page = f"/visites/{sienne.reference}"
    assert courriers() == [(autre.groupe.pk, page, VOUS_ATTEND)]
    assert a_faire(autre) == [page]
    assert a_faire(elle) == []
    lue = autre.client.get(page)
    assert f'href="/contacts/{dit.reference}"' in lue.content.decode()
    assert "Depuis votre annonce Un service y est passé : voir le contact" in texte(lue)
    contact = texte(autre.client.get(f"/contacts/{dit.reference}"))
    assert "Inspection du Nord" in contact
    assert timezone.localdate().strftime("%d/%m/%Y") in contact
    tasks.ecrire_a_un_service(*courriers()[0])
    assert mail.outbox[0].to == ["ccrf59@service.example"]
    corps = mail.outbox[0].subject + str(mail.outbox[0].body)
    assert len(re.findall(r"https?://\S+", corps)) == 1
    for secret in ("ENTREPRISE", ou.siret, ou.siren, "Inspection", "contrôle", timezone.localdate().strftime("%d/%m")):
        assert secret not in corps


def _ailleurs(nombre: int) -> tuple[v.LieuConnu, v.LieuConnu]:
    """Two establishments of one company, of streets of their own."""
    siren = siren_no(40)
    unites(unite(siren))
    lieux(*(lieu(siren, n, **v.ADRESSE, numero_voie=str(n), libelle_voie=f"DU BOIS {n}") for n in range(1, nombre + 1)))
    connus = lieux_de(siret_no(siren, n) for n in range(1, nombre + 1))
    return connus[siret_no(siren, 1)], connus[siret_no(siren, nombre)]


@pytest.mark.parametrize("signe", ["succession", "adresse", "entreprise"])
def test_e2_whatever_makes_them_cross(signe: str) -> None:
    elle, autre = v.service(), v.service("ccrf")
    if signe == "entreprise":
        ici, la = _ailleurs(2)
    else:
        ici, la = v.places(2)
        if signe == "succession":
            successions({"siret_predecesseur": ici.siret, "siret_successeur": la.siret})
        else:
            lieux(*(lieu(x.siren, **v.ADRESSE, numero_voie="7", libelle_voie="DES LILAS") for x in (ici, la)))
            ici, la = lieux_de([ici.siret, la.siret]).values()
    sienne = v.visite(autre.groupe, la, v.dans(1))
    dit = noter(elle, ici)
    passer()
    assert [service for service, *_ in courriers()] == [autre.groupe.pk]
    assert f'href="/contacts/{dit.reference}"' in autre.client.get(f"/visites/{sienne.reference}").content.decode()
    # A task only for what happened at the place itself.
    assert bool(a_faire(autre)) is (signe != "entreprise")


def test_e2_a_chain_is_told_once_of_all_that_happens_elsewhere_in_it() -> None:
    ici, la = _ailleurs(3)
    autre = v.service("ccrf")
    v.visite(autre.groupe, la, v.dans(1))
    for profil in ("inspection-travail", "douane"):
        noter(v.service(profil), ici)
    passer()
    assert len(courriers()) == 1
    noter(v.service(), la)
    passer()
    assert len(courriers()) == 2


@pytest.mark.parametrize("geste", ["noter", "modifier"])
def test_e2_withdrawn_and_noted_again_it_tells_once(scene: Any, geste: str) -> None:
    ou, elle, autre, sienne = scene
    premier = noter(elle, ou)
    passer()
    if geste == "noter":
        contacts.retirer(elle.lecteur, premier.pk, version=1)
        assert a_faire(autre) == []
        noter(elle, ou, timezone.localdate() - timedelta(days=1))
    else:
        contacts.modifier(
            elle.lecteur, premier.pk, SaisieContact(ou.siren, (ou.siret,), "visite", timezone.localdate()), version=1
        )
    passer()
    passer()
    assert len(courriers()) == 1
    assert a_faire(autre) == [f"/visites/{sienne.reference}"]
    # Another service is told apart.
    noter(v.service("douane"), ou)
    passer()
    assert len(courriers()) == 2


def test_e2_being_told_does_not_keep_a_service_from_undoing_its_own_change(scene: Any) -> None:
    ou, elle, autre, sienne = scene
    services.reporter(autre.lecteur, sienne, 1, Quand(Precision.JOUR, v.dans(3)))
    noter(elle, ou)
    passer()
    sienne.refresh_from_db()
    services.defaire(autre.lecteur, sienne, sienne.version)
    sienne.refresh_from_db()
    assert sienne.debut == v.dans(2)


def test_e2_a_contact_changed_to_another_place_tells_who_goes_there() -> None:
    ici, la = _ailleurs(2)
    elle, autre = v.service(), v.service("ccrf")
    v.visite(autre.groupe, la, v.dans(1))
    dit = noter(elle, ici, genre="courrier")
    passer()
    assert courriers() == []
    saisie = SaisieContact(ici.siren, (la.siret,), "visite", timezone.localdate())
    contacts.modifier(elle.lecteur, dit.pk, saisie, version=1)
    passer()
    assert len(courriers()) == 1


def test_e2_withdrawn_within_the_minute_it_is_told_to_nobody(scene: Any) -> None:
    ou, elle, _, _ = scene
    dit = noter(elle, ou)
    (travail,) = ProcrastinateJob.objects.filter(task_name=passages.TACHE_PASSAGE)
    assert travail.scheduled_at is not None
    contacts.retirer(elle.lecteur, dit.pk, version=1)
    passer()
    assert (courriers(), EvenementVisite.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("etat", "semaines", "genre", "il_y_a"),
    [
        ("renoncee", 2, "controle", 0),
        ("tenue", 2, "controle", 0),
        ("annoncee", -1, "controle", 0),
        ("annoncee", 12, "controle", 0),
        ("annoncee", 2, "entretien", 0),
        ("annoncee", 2, "controle", 100),
    ],
)
def test_e2_what_does_not_cross_is_not_told(etat: str, semaines: int, genre: str, il_y_a: int) -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    v.visite(autre.groupe, ou, v.dans(semaines), etat=etat)
    v.visite(elle.groupe, ou, v.dans(2))
    v.visite(autre.groupe, ou, v.dans(2), operation=v.operation(autre.groupe))
    noter(elle, ou, timezone.localdate() - timedelta(days=il_y_a), genre=genre)
    passer()
    assert (courriers(), a_faire(autre), a_faire(elle)) == ([], [], [])


def test_e2_a_visit_of_this_week_whose_day_is_over_is_told_and_masked_places_meet_nobody() -> None:
    siren, masque = siren_no(41), siren_no(42)
    unites(unite(siren), unite(masque, statut_diffusion="P", categorie_juridique="1000"))
    ailleurs = {**v.ADRESSE, "numero_voie": "3", "libelle_voie": "DU MOULIN"}
    lieux(lieu(siren, **ailleurs), lieu(masque, **ailleurs, statut_diffusion="P"))
    ici, la = (lieux_de([siret_no(x)])[siret_no(x)] for x in (siren, masque))
    elle, autre = v.service(), v.service("ccrf")
    lundi = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    v.visite(autre.groupe, ici, lundi)
    noter(elle, la)
    passer()
    assert courriers() == []
    noter(elle, ici)
    passer()
    assert len(courriers()) == 1


@pytest.mark.parametrize("fin", ["lire", "reporter", "renoncer"])
def test_e2_the_task_ends_once_the_service_has_dealt_with_it(scene: Any, fin: str) -> None:
    ou, elle, autre, sienne = scene
    dit = noter(elle, ou)
    passer()
    page = f"/visites/{sienne.reference}"
    assert "J’ai lu" in texte(autre.client.get(page))
    if fin == "lire":
        lue = autre.client.get(page).content.decode()
        assert not re.search(r"\b(?:contact|visite)-\d+\b", lue), "the number of a row leaves the service"
        ecrit = re.search(rf'action="{page}/lire".*?name="croisement" value="([^"]+)"', lue)
        assert ecrit
        envoi = {"version": 1, "croisement": ecrit[1]}
        assert ecrit[1] == dit.reference
        assert elle.client.post(f"{page}/lire", envoi).status_code == 404
        assert a_faire(autre) == [page]
        assert autre.client.post(f"{page}/lire", envoi).status_code == 302
        # It stays on the page, and another service that comes is told again.
        assert "J’ai lu" not in texte(autre.client.get(page))
        assert "voir le contact" in texte(autre.client.get(page))
        assert a_faire(autre) == []
        noter(v.service("douane"), ou)
        passer()
        assert a_faire(autre) == [page]
        assert autre.client.post(f"{page}/lire", envoi).status_code == 302
    elif fin == "reporter":
        services.reporter(autre.lecteur, sienne, 1, Quand(Precision.JOUR, v.dans(4)))
    else:
        services.renoncer(autre.lecteur, sienne, 1)
    assert a_faire(autre) == []


@pytest.mark.parametrize("dite", [True, False])
def test_e2_a_common_visit_told_with_its_contact_is_told_once(scene: Any, dite: bool) -> None:
    ou, elle, autre, _ = scene
    aujourd_hui = timezone.localdate()
    mienne, sienne = v.visite(elle.groupe, ou, aujourd_hui), v.visite(autre.groupe, ou, aujourd_hui)
    if dite:
        reponses.repondre(elle.lecteur, mienne, [f"visite-{sienne.pk}"], Reponse(Reaction.COMMUNE), 1)
        mienne.refresh_from_db()
    ProcrastinateJob.objects.all().delete()
    saisie = SaisieContact(ou.siren, (ou.siret,), "visite", aujourd_hui)

    def tenir(contact: Interaction) -> None:
        services.tenir(elle.lecteur, mienne, mienne.version, contact)

    contacts.ecrire(elle.lecteur, elle.groupe.pk, saisie, ensuite=tenir)
    derouler(timezone.now() + timedelta(minutes=2))
    pages = [page for service, page, _ in courriers() if service == autre.groupe.pk]
    assert pages.count(f"/visites/{sienne.reference}") == 1
    assert f"/visites/{sienne.reference}" in a_faire(autre)


def test_e2_the_task_tells_nothing_that_the_journal_does_not_hold(scene: Any) -> None:
    ou, elle, autre, _ = scene
    noter(elle, ou)
    passer()
    (tache,) = taches(autre.agent, timezone.localdate())
    assert "Inspection" not in f"{tache.titre} {tache.precision}"
    assert not re.search(r"contact|contrôle|passé", f"{tache.titre} {tache.precision}")
    sans = v.service("ccrf", mfa=False)
    assert list(taches(sans.agent, timezone.localdate())) == []


def test_e2_who_notes_learns_nothing_of_whether_somebody_goes_there() -> None:
    elle, places, vus = v.service(), v.places(2), []
    v.visite(v.service("ccrf").groupe, places[1], v.dans(1))
    for rang, ou in enumerate(places, 1):
        saisie = {"service": elle.groupe.pk, "genre": "visite", "jour": timezone.localdate(), "sirets": [ou.siret]}
        faite = elle.client.post(f"/entreprise/{ou.siren}/contacts/nouveau", saisie)
        dit = Interaction.objects.latest("pk")
        assert (faite.status_code, dit.lieux.get().siret) == (302, ou.siret)
        travaux = list(ProcrastinateJob.objects.order_by("pk").values_list("task_name", flat=True))
        ProcrastinateJob.objects.all().delete()
        pages = [elle.client.get(page) for page in (f"/contacts/{dit.reference}", "/visites", "/mon-service")]
        contacts.retirer(elle.lecteur, dit.pk, version=1)
        pages.append(elle.client.get(f"/contacts/{dit.reference}"))
        lues = " ".join(_sans_nonce(page) for page in pages)
        for propre in (ou.siret, formater_siret(ou.siret), ou.siren, formater_siren(ou.siren)):
            lues = lues.replace(propre, "NUMERO")
        lues = re.sub(rf"/contacts/{dit.reference}\b|n° ?{dit.pk}\b|ENTREPRISE {rang}\b|{rang} RUE", "PROPRE", lues)
        vus.append((faite["Location"].replace(ou.siret, "SIRET").replace(ou.siren, "SIREN"), travaux, lues))
    assert vus[0][:2] == vus[1][:2]
    assert vus[0][2].splitlines() == vus[1][2].splitlines()
