"""ACM-01, 03, 04, 08, 09, 15 on the exchanges: no secret of a contact, a visit or an operation leaves, nor that it is.

Every text is a marker; the readers are those of ``acteurs``, none of whom is of the services that wrote.
"""

from __future__ import annotations

import re
import uuid
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fce.droits.comptes.models import Compte, Rattachement
from fce.echanges.models import (
    Demande,
    Interaction,
    MessageDemande,
    OperationConjointe,
    PieceJointe,
    Saisine,
    Suivi,
    VisiteAnnoncee,
)
from fce.echanges.offres import OBJETS
from fce.ensembles.listes.models import FichierDeListe, LigneDeListe, ListeDeTravail
from fce.ensembles.rapprochement.models import FichierDeTableau, LigneRapprochee, TableauRapproche
from fce.ensembles.territoires.models import FichierDeTerritoire
from fce.recherche import services as index
from fce.socle.web.references import reference
from tests.acces import secrets_echanges as s
from tests.acces.acteurs import habilite
from tests.acces.jeux import SIREN, SIRET
from tests.acces.secrets_echanges import JOUEURS, Secrets
from tests.acces.surfaces import lu
from tests.echantillon import chaque_jour

pytestmark = pytest.mark.django_db
ABSENT = 987654
ECHANTILLON = ("anonyme", "agent-simple", "sans-contacts", "inspection-75", "inspection-sans-second-facteur", "revoque",
               "expire", "dirigeant", "equipe", "programme")  # fmt: skip
# Those to whom nothing of the exchanges is open, not even that a contact took place.
DEHORS = tuple(qui for qui in ECHANTILLON if qui != "inspection-75")
COURANTS = ("sans-contacts",)
LISTES = re.compile(
    r"/(recherche|api|listes|contacts|visites|operations|demandes|calendrier|compte|sources|entreprise/\d+/(export|chron))|/$"
)


@pytest.fixture(autouse=True)
def _scene(settings: Any, tmp_path: Path) -> None:
    settings.FCE_VOLUMES = "100000/600"
    settings.FCE_PIECES_DIR = tmp_path / "pieces"
    s.peupler()
    index.indexer(forcer=True)


def fuites(qui: str, *, partout: bool) -> list[str]:
    """Markers that an actor has read where he may not. ``partout``: on the pages that name no exchange too."""
    secrets, joue = Secrets(*s.services()), JOUEURS[qui]()
    etat = photographie()
    lit, trouvees = s.lit_les_contacts(joue), []
    autres = (*s.fixes(), *s.de_l_unite()) if partout else ()
    lues = [("GET", a, {}) for a in (*autres, *s.formulaires(), *s.numerotees(secrets)["GET"])]
    lues += [("POST", a, {"version": 1, "choix": "commune"}) for a in s.numerotees(secrets)["POST"]]
    lues += [("POST", a, donnees) for a, donnees in s.verdicts(joue)]
    for methode, adresse, donnees in lues:
        demander = joue.client.get if methode == "GET" else joue.client.post
        texte = lu(demander(adresse, donnees or None, **joue.api))
        sus = {m for m in (*s.SECRETS, s.CACHE, s.NIVEAU_1, s.VISITEUR) if m in texte.replace(adresse, "")}
        if lit and s.LISTENT_LES_SERVICES.search(adresse):
            sus -= {s.CACHE, s.NIVEAU_1, s.VISITEUR, s.DE_LA_NOTE[-1]}
        trouvees += [f"{methode} {adresse} : {m}" for m in sus if not (lit and m in (s.NIVEAU_1, s.VISITEUR))]
    assert photographie() == etat
    return trouvees


def photographie() -> list[Any]:
    """All that a forbidden gesture could have changed."""
    return [
        list(modele.objects.order_by("pk").values_list("pk", "etat" if hasattr(modele, "etat") else "pk"))
        for modele in (
            *(Interaction, OperationConjointe, PieceJointe, VisiteAnnoncee, Saisine, MessageDemande),
            *(ListeDeTravail, LigneDeListe, Suivi, FichierDeListe),
            *(TableauRapproche, LigneRapprochee, FichierDeTableau, FichierDeTerritoire),
        )
    ] + list(Interaction.objects.values_list("version", "retiree_le"))


@pytest.mark.parametrize("qui", chaque_jour(ECHANTILLON, sur=2, depuis=0))
def test_acm_01_no_secret_of_the_exchanges_leaks(qui: str) -> None:
    """Elsewhere than on the pages of the exchanges, what is written changes nothing to those outside (below)."""
    assert fuites(qui, partout=qui not in DEHORS) == []


@pytest.mark.epreuve
@pytest.mark.parametrize("qui", JOUEURS)
def test_acm_01_to_any_actor(qui: str) -> None:
    assert fuites(qui, partout=True) == []


def test_acm_01_those_for_whom_they_are_read_them() -> None:
    """The tests above would prove nothing if the markers were nowhere."""
    secrets = Secrets(*s.services())
    adresses = s.numerotees(secrets)["GET"]
    adresses = [a for a in adresses if not s.LISTENT_LES_SERVICES.search(a)]
    lus = {
        nom: "\n".join(lu(qui.client.get(a)) for a in (*adresses, "/visites"))
        for nom, qui in (("note", secrets.note), ("visiteur", secrets.visiteur), ("cache", secrets.cache))
    }
    for marque in (*s.DE_LA_NOTE, *s.DE_LA_LISTE, *s.DU_TABLEAU, *s.DU_TERRITOIRE, s.NIVEAU_1):
        assert marque in lus["note"], marque
    for marque in s.DE_LA_DEMANDE:
        assert marque in lus["note"], marque
        assert marque in lus["visiteur"], marque
    assert s.INTERNE in lus["visiteur"]
    for marque in (*s.DE_LA_NOTE, *s.DE_LA_VISITE):  # its content is shared with the visitor
        assert marque in lus["visiteur"], marque
    for marque in (*s.DE_L_OPERATION, s.CACHE):
        assert marque in lus["cache"], marque
    # Of one another they know no more than they must.
    assert not [m for m in (*s.DE_L_OPERATION, s.CACHE) if m in lus["note"] + lus["visiteur"]]
    assert not [m for m in (*s.DE_LA_LISTE, *s.DU_TABLEAU, *s.DU_TERRITOIRE) if m in lus["visiteur"] + lus["cache"]]
    assert not [m for m in (*s.DE_LA_NOTE, *s.DE_LA_DEMANDE, s.INTERNE, "MRK-MOTIF") if m in lus["cache"]]
    assert s.INTERNE not in lus["note"]
    autre = habilite("ccrf")
    lues = "\n".join(lu(autre.client.post(a, d)) for a, d in s.verdicts(autre))
    assert s.NIVEAU_1 in lues
    assert s.VISITEUR in lues


def _absente(trouve: re.Match[str]) -> str:
    modeles = {
        "contacts": Interaction,
        "visites": VisiteAnnoncee,
        "listes/operation": OperationConjointe,
        "operations": OperationConjointe,
        "listes": ListeDeTravail,
        "rapprochements": TableauRapproche,
        "territoire/departement/59/fichiers": FichierDeTerritoire,
    }
    return f"/{trouve[1]}/{reference(modeles.get(trouve[1], Demande), ABSENT)}"


@pytest.mark.parametrize("qui", chaque_jour(ECHANTILLON, sur=2, depuis=1))
def test_acm_03_what_one_may_not_read_answers_as_what_nobody_has(qui: str) -> None:
    secrets, joue = Secrets(*s.services()), JOUEURS[qui]()
    if s.lit_les_contacts(joue):  # a contact that stands is told to him; withdrawn, it is not
        Interaction.objects.update(retiree_le=timezone.now())
    for methode, adresses in s.numerotees(secrets).items():
        for adresse in adresses:
            absente = adresse.replace(str(secrets.piece), str(uuid.UUID(int=ABSENT)))
            absente = re.sub(
                "^/(contacts|visites|listes/operation|operations|demandes|listes|rapprochements"
                "|territoire/departement/59/fichiers)/[a-z2-7]{32}",
                _absente,
                absente,
            )
            demander = joue.client.get if methode == "GET" else joue.client.post
            lues = [
                s.nue(demander(a, {"version": 1} if methode == "POST" else None, **joue.api), a)
                for a in (adresse, absente)
            ]
            # What sends to sign in names the page to come back to.
            une, deux = (re.sub(r"suite=[^\"&\n]+", "", lue) for lue in lues)
            assert une == deux, (methode, adresse)
            assert une[:3] in ("302", "401", "403", "404"), (methode, adresse, une[:3])


@pytest.mark.parametrize(
    "qui", [pytest.param(qui, marks=() if qui in COURANTS else pytest.mark.epreuve) for qui in DEHORS]
)
def test_acm_04_09_to_whoever_is_outside_nothing_changes_when_services_write(qui: str) -> None:
    """Byte for byte, on every page, list, file, search, suggestion and answer of the API."""
    joue, services = JOUEURS[qui](), s.services()
    adresses = [*s.fixes(), *s.de_l_unite(), *s.formulaires()]
    avant = s.reponses_de(joue, adresses)
    assert sum(lue.startswith("200") for lue in avant.values()) > 20
    Secrets(*services)
    apres = s.reponses_de(joue, adresses)
    assert [a for a in adresses if apres[a] != avant[a]] == []


def test_acm_04_an_announced_visit_changes_no_list_of_whoever_may_know_of_it() -> None:
    """Neither what is found, nor how many, nor in which order; on the sheet of the unit alone is it told."""
    joue = habilite("ccrf")
    secrets = Secrets(*s.services())
    VisiteAnnoncee.objects.all().delete()
    adresses = [a for a in (*s.fixes(), *s.de_l_unite()) if LISTES.match(a)]
    assert len(adresses) > 20
    avant = s.reponses_de(joue, adresses)
    secrets.annoncer(secrets.visiteur)
    apres = s.reponses_de(joue, adresses)
    assert [a for a in adresses if apres[a] != avant[a]] == []


def test_acm_09_a_hidden_operation_changes_nothing_even_where_visits_are_told() -> None:
    """Nor does its visit: on the sheet, in what is said before one announces, in the answer to an announcement."""
    joue = habilite("ccrf")
    cache = s.service(s.CACHE)
    adresses = [*s.fixes(), *s.de_l_unite(), *s.formulaires()]

    def tout() -> dict[str, str]:
        lues = s.reponses_de(joue, adresses)
        return lues | {f"POST {a}": s.nue(joue.client.post(a, donnees)) for a, donnees in s.verdicts(joue)}

    avant = tout()
    s.preparer(cache)
    apres = tout()
    assert [a for a in avant if apres[a] != avant[a]] == []


def test_acm_08_announcing_where_a_hidden_operation_goes_costs_the_same_and_answers_the_same() -> None:
    joue, cache = habilite("ccrf"), s.service(s.CACHE)
    (_, choix), adresse = s.verdicts(joue)[0], f"/etablissement/{SIRET}/visites/nouvelle"
    envoi = choix | {"geste": "annoncer", "genre": "visite"}
    lues = []
    for prepare in (False, False, True):  # the first one fills what the process remembers
        VisiteAnnoncee.objects.all().delete()
        if prepare:
            s.preparer(cache)
        with CaptureQueriesContext(
            connection,
        ) as requetes:
            reponse = joue.client.post(adresse, envoi)
        combien = len(requetes)
        assert reponse.status_code == 302, unescape(reponse.content.decode())
        page = s.nue(joue.client.get(reponse["Location"]))
        visite = urlsplit(reponse["Location"]).path.rsplit("/", 1)[1]
        lues.append((combien, page.replace(visite, "").replace(visite[:6].upper(), "")))
    assert lues[1] == lues[2]
    assert lues[2][0] > 10


def test_acm_03_a_number_that_another_service_has_costs_no_more_queries() -> None:
    """As many questions to the base for what is forbidden as for what does not exist."""
    secrets, joue = Secrets(*s.services()), habilite("ccrf")
    Interaction.objects.update(retiree_le=timezone.now())
    for chemin, chose in (("contacts", secrets.contact), ("visites", secrets.visite),
                          ("operations", secrets.operation), ("demandes", secrets.demande),
                          ("listes", secrets.liste), ("rapprochements", secrets.tableau)):  # fmt: skip
        comptes, absente = [], reference(type(chose), ABSENT)
        for n in (absente, absente, chose.reference):
            with CaptureQueriesContext(connection) as requetes:
                assert joue.client.get(f"/{chemin}/{n}").status_code == 404
            comptes.append(len(requetes))
        assert comptes[1] == comptes[2], chemin


def test_log_01_each_agent_finds_the_exchanges_that_he_read_named_in_his_consultations() -> None:
    secrets = Secrets(*s.services())
    for qui, chemins, noms in (
        (secrets.note, (f"/contacts/{secrets.contact.reference}",), ("echanges-contacts", "echanges-contenus")),
        (secrets.visiteur, (f"/visites/{secrets.visite.reference}",), ("echanges-visites",)),
        (secrets.visiteur, (f"/demandes/{secrets.demande.reference}",), ("echanges-demandes",)),
        (secrets.cache, (f"/operations/{secrets.operation.reference}",), ("echanges-operations", "echanges-visites")),
    ):
        for chemin in chemins:
            assert qui.client.get(chemin).status_code == 200
        mien = unescape(qui.client.get("/journal").content.decode())
        for nom in noms:
            assert OBJETS[nom].titre in mien, nom
        assert not [m for m in s.SECRETS if m in mien]
    ailleurs = unescape(habilite("ccrf").client.get("/journal").content.decode())
    assert not [objet.titre for objet in OBJETS.values() if objet.titre in ailleurs.split("<main", 1)[1]]


def test_nobody_outside_the_state_learns_of_a_visit_from_the_pages_of_a_company_head(settings: Any) -> None:
    settings.FCE_TRANSPARENCE, settings.FCE_JOURNAL_MOIS = True, 36
    joue, services = JOUEURS["dirigeant"](), s.services()
    Rattachement.objects.create(compte=Compte.objects.get(genre="particulier"), siren=SIREN, etat="valide")
    adresses = [
        f"/mes-entreprises/{SIREN}/consultations",
        "/mes-entreprises",
        f"/signaler/{SIREN}",
        f"/entreprise/{SIREN}",
    ]
    avant = s.reponses_de(joue, adresses)
    assert {lue[:3] for lue in avant.values()} == {"200"}
    Secrets(*services)
    assert s.reponses_de(joue, adresses) == avant
