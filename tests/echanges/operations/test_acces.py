"""Who sees an operation: agents acting for a service that takes part in it. To all the others it does not exist."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fce.droits.habilitations.dossiers import services as dossiers
from fce.droits.habilitations.dossiers.etats import GesteDossier
from fce.droits.habilitations.models import Dossier
from fce.droits.journal.models import Consultation
from fce.echanges.models import NoteOperation
from fce.echanges.operations import selectors, services
from fce.echanges.operations.genre import OPERATION
from fce.echanges.pieces import services as services_pieces
from fce.echanges.pieces.gardees import PieceDeposee
from fce.echanges.urls import urlpatterns
from fce.socle.erreurs import Introuvable
from fce.socle.web.routes import LECTURE, politique_de
from tests.acces import acteurs
from tests.droits.comptes import fabrique as c
from tests.echanges.operations import fabrique
from tests.echanges.operations.conftest import Salle
from tests.echanges.operations.fabrique import ServiceJoue

pytestmark = pytest.mark.django_db
ABSENT = 987654
SECRETS = re.compile("Chantiers du canal|ATELIERS INVENTES|Note secrète|Constat secret|Pièce secrète|Unite de controle")
_VARIABLE = re.compile(r'value="\w{64}"|\b[0-9a-f]{16}\b')
NUMEROTEES = [p for p in urlpatterns if "operations/<operation:numero>" in str(p.pattern)]


@pytest.fixture
def salle(salle: Salle) -> Salle:
    """With something secret in each place."""
    services.ajouter_note(salle.invite.lecteur(), salle.pk, salle.invite.pk, "Note secrète.")
    services.ecrire_constat(
        salle.invite.lecteur(timedelta(days=10)),
        salle.pk,
        salle.cible,
        salle.invite.pk,
        0,
        texte="Constat secret.",
        partage=False,
    )
    services_pieces.ajouter_pieces(
        [PieceDeposee(uuid.uuid4(), "Pièce secrète.pdf", "application/pdf", 1, "")],
        operation=salle.operation,
        service=salle.invite.pk,
        par=salle.invite.compte.identifiant,
    )
    return salle


def _expire(salle: Salle) -> Client:
    hier = timezone.localdate() - timedelta(days=1)
    Dossier.objects.filter(pk=salle.invite.dossier.pk).update(debut=hier, fin=hier)
    return salle.invite.client()


def _revoque(salle: Salle) -> Client:
    dossiers.decider(GesteDossier.REVOQUER, salle.invite.dossier, acteurs.APPROBATRICE, "fin de mission")
    return salle.invite.client()


def _suspendu(salle: Salle) -> Client:
    dossiers.decider(GesteDossier.SUSPENDRE, salle.invite.dossier, acteurs.APPROBATRICE, "revue en attente")
    return salle.invite.client()


def _sans_contacts(salle: Salle) -> Client:
    Dossier.objects.filter(pk=salle.invite.dossier.pk).update(groupes_de_donnees=["travail", "emploi"])
    return salle.invite.client()


def _sorti_du_service(salle: Salle) -> Client:
    salle.invite.compte.appartenances.update(fin=timezone.now())
    return salle.invite.client()


def _service_retire(salle: Salle) -> Client:
    """One that wrote nothing: what it wrote would stay its own (``test_traces``)."""
    services.ajouter_service(salle.mene.lecteur(), salle.pk, salle.tiers.pk)
    services.retirer_service(salle.mene.lecteur(), salle.pk, salle.tiers.pk)
    return salle.tiers.client()


def _collegue_d_un_autre_groupe(salle: Salle) -> Client:
    """Of the same administration: it is the service that takes part, not its administration."""
    return fabrique.service("Autre equipe").client()


def _connecte(compte: Any) -> Client:
    return c.client_de(compte, finalite=fabrique.FINALITE)


DEHORS: dict[str, Callable[[Salle], Client]] = {
    "tiers": lambda s: s.tiers.client(),
    "collègue d’un autre groupe": _collegue_d_un_autre_groupe,
    "service retiré": _service_retire,
    "sans finalité": lambda s: s.invite.client(finalite=None),
    "autre finalité": lambda s: s.invite.client(finalite="controle-fiscal"),
    "expirée": _expire,
    "révoquée": _revoque,
    "suspendue": _suspendu,
    "sans le groupe contacts": _sans_contacts,
    "sorti du service": _sorti_du_service,
    "agent sans service": lambda _: _connecte(c.compte()),
}


def adresses(salle: Salle, numero: int) -> dict[str, str]:
    """{name: address} of each numbered address of the room, for this operation."""
    piece = salle.operation.pieces.get().pk
    valeurs = {"numero": numero, "cible": salle.cible, "service": salle.invite.pk, "cle": piece}
    return {
        str(p.name): reverse(f"echanges:{p.name}", kwargs={n: valeurs[n] for n in p.pattern.converters})
        for p in NUMEROTEES
    }


def corps(reponse: Any, adresse: str) -> str:
    return _VARIABLE.sub("", reponse.content.decode().replace(adresse, ""))


@pytest.mark.parametrize("qui", DEHORS)
def test_to_whoever_is_outside_an_operation_is_as_one_that_nobody_has(qui: str, salle: Salle) -> None:
    client = DEHORS[qui](salle)
    avant = salle.relue().version
    siennes, absentes = adresses(salle, salle.pk), adresses(salle, ABSENT)
    assert len(siennes) > 12
    for motif in NUMEROTEES:
        nom, politique = str(motif.name), politique_de(motif.callback)
        assert politique
        for methode in sorted(politique.methodes):
            lues = []
            for adresse in (siennes[nom], absentes[nom]):
                reponse = client.generic(methode, adresse)
                assert reponse.status_code == 404, (nom, methode, reponse.status_code)
                assert not SECRETS.search(reponse.content.decode()), nom
                lues.append((corps(reponse, adresse), sorted(set(reponse.headers) - {"X-Request-ID"})))
            assert lues[0] == lues[1], (nom, methode)
    assert salle.relue().version == avant
    assert NoteOperation.objects.count() == 1


@pytest.mark.parametrize("qui", DEHORS)
def test_no_list_no_form_and_no_task_betrays_it(qui: str, salle: Salle) -> None:
    client = DEHORS[qui](salle)
    for adresse in ("/operations", "/"):
        page = client.get(adresse)
        assert not SECRETS.search(page.content.decode()), adresse
        assert f"/operations/{salle.reference}" not in page.content.decode() or qui in (
            "sans finalité",
            "autre finalité",
        )
    for siret in salle.sirets:
        assert "pération conjointe" not in client.get(f"/etablissement/{siret}").content.decode().split("<main", 1)[1]


def test_without_a_second_factor_it_is_asked_for_whatever_the_number(salle: Salle) -> None:
    client = salle.invite.client(mfa=False)
    for numero in (salle.pk, ABSENT):
        for motif in NUMEROTEES:
            politique = politique_de(motif.callback)
            assert politique
            for methode in politique.methodes:
                reponse = client.generic(methode, adresses(salle, numero)[str(motif.name)])
                assert reponse.status_code == (302 if methode in LECTURE else 403)
                assert not SECRETS.search(reponse.content.decode())


def test_a_member_reads_it_and_the_journal_says_so_before(salle: Salle) -> None:
    avant = Consultation.objects.count()
    page = salle.invite.client().get(f"/operations/{salle.reference}")
    assert page.status_code == 200
    assert "Note secrète." in page.content.decode()
    lues = Consultation.objects.order_by("-pk")[: Consultation.objects.count() - avant]
    assert {lue.numero for lue in lues} == set(salle.sirets[:2])
    for lue in lues:
        assert (list(lue.sources), lue.classe, lue.agent) == ([OPERATION.nom], "C3", salle.invite.compte.identifiant)
        assert lue.habilitations == [salle.invite.dossier.reference]


@pytest.mark.parametrize("suite", ["", "/impression", ".ics", "/modifier", "/cibles/{cible}"])
def test_without_a_journal_nothing_of_it_leaves(salle: Salle, suite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from fce.droits.journal import services as journal
    from fce.socle.erreurs import JournalIndisponible

    def en_panne(*_: Any, **__: Any) -> None:
        raise JournalIndisponible("Le journal ne répond pas.")

    client = salle.mene.client()
    adresse = f"/operations/{salle.reference}{suite.format(cible=salle.la_cible.reference)}"
    assert client.get(adresse).status_code == 200
    monkeypatch.setattr(journal, "consigner", en_panne)
    reponse = client.get(adresse)
    assert reponse.status_code == 503
    assert not SECRETS.search(reponse.content.decode())


def test_findings_that_are_not_shared_are_read_by_their_service_alone(salle: Salle) -> None:
    pages = ("", f"/cibles/{salle.la_cible.reference}", "/impression")
    for joue, lu in ((salle.invite, True), (salle.mene, False)):
        textes = [joue.client().get(f"/operations/{salle.reference}{p}").content.decode() for p in pages]
        assert any("Constat secret" in texte for texte in textes) is lu
    # Nor their number: to the coordinator the target has none.
    assert (
        '<td data-libelle="Constats lisibles">1</td>'
        not in salle.mene.client().get(f"/operations/{salle.reference}").content.decode()
    )


def test_the_purpose_is_asked_for_once_then_the_page_opens(salle: Salle) -> None:
    client = salle.invite.client(finalite=None)
    page = client.get(f"/operations/{salle.reference}")
    assert "Pour quelle finalité" in page.content.decode()
    assert client.get("/operations").status_code == 403
    retour = client.post("/finalite", {"finalite": fabrique.FINALITE, "suite": f"/operations/{salle.reference}"})
    assert retour["Location"] == f"/operations/{salle.reference}"
    assert client.get(f"/operations/{salle.reference}").status_code == 200


def test_whoever_may_only_read_writes_nothing(salle: Salle) -> None:
    Dossier.objects.filter(pk=salle.invite.dossier.pk).update(droits=["consulter"])
    client = salle.invite.client()
    page = client.get(f"/operations/{salle.reference}").content.decode()
    assert "Note secrète." in page
    assert "Partager la note" not in page
    assert client.post(f"/operations/{salle.reference}/notes", {"texte": "Écrite."}).status_code == 403
    assert NoteOperation.objects.count() == 1


def test_two_services_of_one_agent_are_two(salle: Salle) -> None:
    """In the group that takes part and in another: he reads for the one, and creates for either."""
    c.appartenance(salle.invite.compte, salle.tiers.groupe)
    page = salle.invite.client().get("/operations/creer").content.decode()
    assert "Au nom de" in page
    with pytest.raises(Introuvable):
        services.ajouter_note(salle.tiers.lecteur(), salle.pk, salle.tiers.pk, "De l’autre.")
    lecteur = salle.invite.lecteur()
    with pytest.raises(Exception, match="un de vos services qui participe"):
        services.ajouter_note(lecteur, salle.pk, salle.tiers.pk, "Au nom de l’autre.")


def test_what_is_to_do_has_its_day_and_no_name(salle: Salle) -> None:
    jour = timezone.localdate()

    def titres(joue: ServiceJoue, quand: timedelta = timedelta(0)) -> list[str]:
        taches = list(selectors.taches(joue.compte, jour + quand))
        assert not SECRETS.search(" ".join(t.titre + t.precision + t.adresse for t in taches))
        return [t.titre for t in taches]

    for joue in (salle.mene, salle.invite):
        (tache,) = selectors.taches(joue.compte, jour)
        assert (tache.titre, tache.avant_le) == ("Préparer l’opération", salle.operation.jour)
        assert tache.adresse == f"/operations/{salle.reference}"
    assert titres(salle.tiers) == []
    assert titres(salle.mene, timedelta(days=11)) == ["Clore l’opération"]
    assert titres(salle.invite, timedelta(days=11)) == ["Noter les visites de l’opération"]
    services.annuler(salle.mene.lecteur(), salle.pk, salle.relue().version)
    assert titres(salle.mene) == titres(salle.invite) == []
