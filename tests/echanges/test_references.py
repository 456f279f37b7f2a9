"""No page, form, calendar or mail of an agent says how much the other services write: none holds a table's number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from html import unescape
from html.parser import HTMLParser
from itertools import zip_longest
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone

from fce.droits.comptes.models import Appartenance
from fce.echanges.demandes import services as demandes
from fce.echanges.demandes.genre import GesteSaisine
from fce.echanges.envois.services import envoyer_fiche
from fce.echanges.interactions import services as contacts
from fce.echanges.interactions.services import SaisieContact
from fce.echanges.models import Demande, Interaction, OperationConjointe, Suivi, VisiteAnnoncee
from fce.echanges.operations import services as operations
from fce.echanges.suivis.alertes import FaitSuivi, ecrire_alertes
from fce.echanges.unites import UniteVisee
from fce.echanges.urls import urlpatterns
from fce.echanges.visites import communes, reponses, services as visites
from fce.echanges.visites.reponses import Reponse
from fce.echanges.visites.services import Quand
from fce.echanges.vocabulaire import DemiJournee, Precision, Reaction
from fce.socle.web.references import numero_de, reference
from fce.socle.web.routes import politique_de
from tests.echanges.demandes import fabrique as d
from tests.echanges.demandes.fabrique import Joue, N
from tests.echanges.operations import fabrique as o
from tests.echanges.suivis import fabrique as s
from tests.preuves import RACINE

pytestmark = pytest.mark.django_db
PAR_ROUTE = 2
DANS = timedelta(days=21)
GABARITS = RACINE / "fce/templates/echanges"
_NUMERO_ECRIT = re.compile(r"\{\{ *(?!entree\.|groupe\.|service\.)[\w.]*(?:\.pk|croisement\.cle)\b|n° *\{\{")
"""A row's number printed by a template; those of services, which the directory shows, are left out."""
SANS_LIEN = {
    "confirmer-import", "modele-import", "choisir-services", "choisir-etablissements", "choisir-destinataires",
    "calendrier-ics", "arret", "piece", "suivre-recherche", "fiche-envoyee",
    *(f"ancienne-adresse-{liste}" for liste in ("contacts", "visites", "operations", "demandes")),
}  # fmt: skip
"""Fragments, files and secrets that no link of a page opens; the walk asks for some of them by name."""
_VARIABLE = re.compile(
    # The references, then seals, tokens, numbers of requests, times.
    r"[a-z2-7]{32}|(?:Demande|pération|annoncée|Visite(?: commune)?) [A-Z2-7]{6}\b|\b(?:operation|visite)-[A-Z2-7]{6}\b"
    r"|\([A-Z2-7]{6}\)"
    r"|(?<=<span class=\"fce-discret\">)[A-Z2-7]{6}(?=</span></th>)"
    r"|[0-9a-f]{64}|value=\"\w{64}\"|nonce=\"[^\"]+\"|\b[0-9a-f]{16}\b|[0-9a-f]{8}-[0-9a-f-]{27}"
    r"|fcecal_[\w-]+|^Message-ID: .*$"
    r"|T\d{6}Z|T\d{2}:\d{2}:\d{2}\.\d+Z|\b\d{1,2} ?[h:] ?\d{2}(?::\d{2})?\b",
    re.M,
)


def envoye(champ: dict[str, str]) -> bool:
    return champ.get("type") in ("hidden", "submit", "text", "date") or "checked" in champ


class Page(HTMLParser):
    """The links of a page, and its forms as a browser sends them untouched: (address, fields)."""

    def __init__(self, texte: str) -> None:
        super().__init__()
        self.liens: list[str] = []
        self.formulaires: list[tuple[str, dict[str, Any]]] = []
        self._ouvert = False
        self.feed(texte)

    def handle_starttag(self, balise: str, attributs: list[tuple[str, str | None]]) -> None:
        dits = {nom: valeur or "" for nom, valeur in attributs}
        self.liens += [dits[nom] for nom in ("href", "hx-get") if dits.get(nom)]
        if balise == "form":
            self._ouvert = dits.get("method") == "post"
            if self._ouvert:
                self.formulaires.append((dits.get("action", ""), {}))
        elif self._ouvert and balise in ("input", "button") and dits.get("name") and envoye(dits):
            self.formulaires[-1][1].setdefault(dits["name"], []).append(dits.get("value", ""))

    def handle_endtag(self, balise: str) -> None:
        self._ouvert = self._ouvert and balise != "form"


@pytest.fixture
def services() -> tuple[Joue, Joue, Joue, Joue]:
    """The reader's, one that it meets, and two whose work it must not feel."""
    nous, autre, tiers = d.trois()
    Appartenance.objects.filter(compte=nous.compte).update(gestionnaire=True)
    o.sirene(2)
    return nous, autre, tiers, d.service("Ailleurs", N.DDPP, "ccrf")


def noter(qui: Joue, siret: str, jours: int = 1) -> Interaction:
    jour = timezone.localdate() - timedelta(days=jours)
    return contacts.ecrire(qui.lecteur(), qui.pk, SaisieContact(siret[:9], (siret,), "visite", jour))


def annoncer(qui: Joue, siret: str, dans: timedelta = DANS) -> VisiteAnnoncee:
    quand = Quand(Precision.SEMAINE, timezone.localdate() + dans)
    return visites.annoncer(qui.lecteur(), qui.pk, siret[:9], [siret], quand)


def travailler(tiers: Joue, ailleurs: Joue, siret: str, commun: str) -> None:
    """What other services do of their own; they follow the reader's company too."""
    noter(tiers, siret)
    visite, sienne = annoncer(tiers, siret), annoncer(ailleurs, siret)
    reponses.repondre(tiers.lecteur(), visite, [f"visite-{sienne.pk}"], Reponse(Reaction.COMMUNE), 1)
    posee = demandes.envoyer_demande(tiers.lecteur(), tiers.pk, d.saisie(ailleurs, siret=siret))
    fil = d.saisine(posee, ailleurs)
    demandes.ecrire(ailleurs.lecteur(), posee.pk, fil.pk, GesteSaisine.REPONDRE, "Oui.", version=1)
    secrete = o.operation(tiers, ailleurs, sirets=[siret])
    operations.ajouter_note(tiers.lecteur(), secrete.pk, tiers.pk, "Note.")
    for suivie in (siret[:9], commun[:9]):
        s.suivre(tiers.compte, suivie)
    envoyer_fiche(tiers.compte, ailleurs.compte.courriel, UniteVisee(siret[:9], "ENTREPRISE"), "À voir.")
    tiers.client().get(f"/entreprise/{siret[:9]}")


def vivre(nous: Joue, autre: Joue, tiers: Joue, ailleurs: Joue, *, ensemble: bool) -> None:
    """A few weeks of the reader's service; ``ensemble``: others work before each of its steps."""
    ici, la = (o.f.siret_no(o.f.siren_no(n)) for n in (1, 2))

    def pause() -> None:
        if ensemble:
            travailler(tiers, ailleurs, la, ici)

    for jours in (400, 2):
        pause()
        noter(nous, ici, jours)
    pause()
    noter(autre, ici)
    pause()
    passee, mienne = annoncer(nous, ici, timedelta(days=8)), annoncer(nous, ici)
    VisiteAnnoncee.objects.filter(pk=passee.pk).update(
        debut=timezone.localdate() - timedelta(days=9), fin=timezone.localdate() - timedelta(days=3)
    )
    pause()
    sienne = annoncer(autre, ici)
    pause()
    reponses.repondre(autre.lecteur(), sienne, [f"visite-{mienne.pk}"], Reponse(Reaction.COMMUNE), 1)
    reponses.repondre(nous.lecteur(), mienne, [f"visite-{sienne.pk}"], Reponse(Reaction.COMMUNE), 1)
    pause()
    dates = [(timezone.localdate() + DANS + timedelta(days=n), DemiJournee.MATIN) for n in (0, 1)]
    mienne.refresh_from_db()
    sienne.refresh_from_db()
    communes.proposer(autre.lecteur(), sienne, dates, sienne.version)
    partie = annoncer(autre, ici)
    reponses.repondre(autre.lecteur(), partie, [f"visite-{mienne.pk}"], Reponse(Reaction.COMMUNE), 1)
    pause()
    partie.refresh_from_db()
    plus_tard = Quand(Precision.SEMAINE, timezone.localdate() + 5 * DANS)
    visites.reporter(autre.lecteur(), partie, partie.version, plus_tard)
    envoyer_fiche(autre.compte, nous.compte.courriel, UniteVisee(ici, "ENTREPRISE"), "À voir.")
    for de, a in ((nous, autre), (autre, nous), (nous, autre)):
        pause()
        posee = demandes.envoyer_demande(de.lecteur(), de.pk, d.saisie(a, siret=ici))
        pause()
        fil = d.saisine(posee, a)
        demandes.ecrire(a.lecteur(), posee.pk, fil.pk, GesteSaisine.ECRIRE, "Un mot.")
    demandes.ecrire(autre.lecteur(), posee.pk, fil.pk, GesteSaisine.REPONDRE, "Oui.", version=fil.version)
    for mene, invite in ((nous, autre), (autre, nous)):
        pause()
        conjointe = o.operation(mene, invite, sirets=[ici])
        pause()
        operations.ajouter_note(invite.lecteur(), conjointe.pk, invite.pk, "Note.")
    hier = timezone.localdate() - timedelta(days=1)
    OperationConjointe.objects.filter(coordinateur=nous.groupe).update(jour=hier, premier_jour=hier)
    for suivi in (ici[:9], ici):
        pause()
        s.suivre(nous.compte, suivi)
    for code in ("cessation", "siege"):
        ecrire_alertes("sirene-unites-legales", f"import-{code}", [FaitSuivi(ici[:9], "", code, None)])
    d.relever()
    o.relever()
    s.travailler()


@contextmanager
def defait() -> Iterator[None]:
    """Undo what is written meanwhile; the numbers of the tables go on."""
    depart = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(depart)


def lire(client: Client) -> Iterator[tuple[str, str]]:
    """(what was asked, what came) of every page that links reach, and of every form sent as it stands."""
    ici = o.f.siret_no(o.f.siren_no(1))
    file = [
        *(
            "/",
            "/visites",
            "/contacts",
            "/demandes",
            "/demandes?boite=envoyees",
            "/operations",
            "/calendrier",
            "/services",
        ),
        *("/suivis?lus=1", "/mon-service", "/contacts/importer", "/journal"),
        *(f"/entreprise/{ici[:9]}", f"/etablissement/{ici}", f"/etablissement/{ici}/historique"),
        *(f"/visites?semaine={jour:%G-W%V}" for jour in (timezone.localdate() + DANS, timezone.localdate() - DANS / 3)),
        f"/contacts/choisir/{ici[:9]}?texte=lille",
        "/contacts/choisir/services?texte_services=impots",
        "/demandes/choisir/services?texte_services=impots",
    ]
    vues: Counter[object] = Counter()
    demandees = set(file)
    for adresse in file:
        reponse = client.get(adresse)
        yield f"GET {adresse}", rendu(reponse)
        if not reponse.get("Content-Type", "").startswith("text/html"):
            continue
        page = Page(reponse.content.decode())
        for lien in (urljoin(adresse, lien).partition("#")[0] for lien in page.liens):
            if lien not in demandees and (route := route_de(lien)) and vues[route] < PAR_ROUTE:
                vues[route] += 1
                demandees.add(lien)
                file.append(lien)
        for action, champs in page.formulaires:
            cible = urljoin(adresse, action or adresse)
            champs.pop("csrfmiddlewaretoken", None)
            cle = (route_de(cible), cible.rpartition("/")[2], *champs)
            if cle[0] and vues[cle] < PAR_ROUTE:
                vues[cle] += 1
                with defait():
                    reponse = client.post(cible, champs, HTTP_REFERER=adresse)
                    yield f"POST {cible} {sorted(champs.items())}", rendu(reponse)


def route_de(adresse: str) -> str:
    """Name of the route, "" outside the exchanges."""
    try:
        trouvee = resolve(urlsplit(adresse).path)
    except Resolver404:
        return ""
    return str(trouvee.url_name) if not urlsplit(adresse).netloc and trouvee.namespace == "echanges" else ""


def rendu(reponse: Any) -> str:
    corps = b"".join(reponse) if reponse.streaming else reponse.content
    dits = [reponse.get(nom, "") for nom in ("Location", "Content-Disposition")]
    return nu(f"{reponse.status_code} {dits}\n{unescape(corps.decode())}")


def texte_de(courriel: mail.EmailMessage) -> str:
    """Headers and parts of a mail, decoded."""
    recu = message_from_bytes(courriel.message().as_bytes(), policy=policy.default)
    parties = [str(partie.get_content()) for partie in recu.walk() if not partie.is_multipart()]
    return "\n".join([*(f"{nom}: {dit}" for nom, dit in recu.items() if nom != "Content-Type"), *parties])


def nu(texte: str) -> str:
    return _VARIABLE.sub("~", texte)


@pytest.mark.epreuve
def test_e11_what_an_agent_reads_is_the_same_however_much_others_write(
    services: tuple[Joue, Joue, Joue, Joue], settings: Any, tmp_path: Any
) -> None:
    settings.FCE_PIECES_DIR = tmp_path / "pieces"
    settings.FCE_VOLUMES = "100000/600"
    siens = {services[0].compte.courriel, services[0].groupe.courriel}
    lues = []
    for ensemble in (False, True):
        mail.outbox.clear()
        with defait():
            vivre(*services, ensemble=ensemble)
            lues.append([(nu(quoi), vu) for quoi, vu in lire(services[0].client())])
            lues[-1] += [("mail", nu(texte_de(m))) for m in mail.outbox if set(m.to) & siens]
    assert [quoi for quoi, _ in lues[0]] == [quoi for quoi, _ in lues[1]]
    ecarts = [
        (quoi, une, autre)
        for (quoi, seuls), (_, tous) in zip(*lues, strict=True)
        for une, autre in zip_longest(seuls.splitlines(), tous.splitlines())
        if une != autre
    ]
    assert ecarts[:5] == []
    ouvertes = {route_de(quoi.partition(" ")[2].replace("~", "a" * 32)) for quoi, _ in lues[0] if quoi[:4] == "GET "}
    voulues = {str(p.name) for p in urlpatterns if (dite := politique_de(p.callback)) and "GET" in dite.methodes}
    assert voulues - ouvertes <= SANS_LIEN
    assert any(quoi == "mail" for quoi, _ in lues[0])


@pytest.mark.parametrize("modele", [VisiteAnnoncee, OperationConjointe, Demande, Interaction, Suivi])
def test_a_reference_is_of_one_row_of_one_table_and_nobody_makes_one(modele: Any) -> None:
    references = [reference(modele, n) for n in range(1, 200)]
    assert len(set(references)) == 199
    assert [numero_de(modele, r) for r in references] == [*range(1, 200)]
    autre = Suivi if modele is not Suivi else Demande
    for invente in (
        reference(autre, 12),
        references[0][:-1],
        references[0][:-1] + "a",
        "a" * 32,
        "12",
        "",
        "é",
        "²" * 32,
    ):
        assert numero_de(modele, invente) == 0


def test_a_reference_depends_on_the_key_of_the_service(settings: Any) -> None:
    avant = reference(Demande, 12)
    settings.SECRET_KEY = "une autre clé"
    assert reference(Demande, 12) != avant
    assert numero_de(Demande, avant) == 0


def test_e11_an_address_of_before_opens_the_list_whether_the_number_exists_or_not() -> None:
    """A redirection to one's own rows alone would give their numbers back."""
    elle, asked, _ = d.trois()
    posee = d.demande(elle, asked)
    for numero in (posee.pk, 999_999):
        for liste in ("demandes", "contacts", "visites", "operations"):
            reponse = elle.client().get(f"/{liste}/{numero}")
            assert (reponse.status_code, reponse["Location"]) == (302, f"/{liste}")


def test_e11_no_template_prints_the_number_of_a_row() -> None:
    gabarits = sorted(GABARITS.rglob("*.html"))
    assert len(gabarits) > 40
    fautifs = {g.name for g in gabarits if _NUMERO_ECRIT.search(g.read_text(encoding="utf-8"))}
    assert fautifs == set()
