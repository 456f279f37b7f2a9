"""ACM-00: every address says who may call it, and the site does so. A new one that says nothing fails here."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import isfunction, unwrap
from typing import Any, get_type_hints

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import get_converters

from fce.config.acces import Acces
from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.requete import RequeteConnectee
from fce.socle.web.references import ConvertisseurDeReference
from fce.socle.web.routes import LECTURE, Politique, Qui, acces, politique_de, politique_du_chemin
from tests.droits.comptes import fabrique as c

pytestmark = pytest.mark.django_db
ECRIVENT = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def routes(motifs: Any = None, prefixe: str = "") -> Iterator[tuple[str, Any]]:
    """(address as it is written, view) of every address of the site."""
    for motif in get_resolver().url_patterns if motifs is None else motifs:
        if isinstance(motif, URLResolver):
            yield from routes(motif.url_patterns, prefixe + str(motif.pattern))
        elif isinstance(motif, URLPattern):
            yield prefixe + str(motif.pattern), motif.callback


ROUTES = list(routes())
FERMEES = [(a, p) for a, v in ROUTES if (p := politique_de(v)) and p.qui not in (Qui.TOUS, Qui.JETON)]
VALEURS = {
    "<slug:cle>": "proconnect", "<slug:numero>": "0123456789abcdef", "<str:secret>": "x", "<path:numero>": "1",
    "<str:nom>": "bodacc", "<uuid:cle>": "00000000-0000-4000-8000-000000000000",
}  # fmt: skip


VALEUR = "a" * 32
REFERENCES = {nom for nom, c in get_converters().items() if isinstance(c, ConvertisseurDeReference)}


def exemple(adresse: str) -> str:
    """An address of that form."""
    for motif, valeur in VALEURS.items():
        adresse = adresse.replace(motif, valeur)
    while "<" in adresse:
        debut, _, reste = adresse.partition("<")
        motif, _, suite = reste.partition(">")
        adresse = debut + (VALEUR if motif.partition(":")[0] in REFERENCES else "1") + suite
    return "/" + adresse


def test_acm_00_each_address_declares_its_policy() -> None:
    muettes = [adresse for adresse, vue in ROUTES if politique_de(vue) is None]
    assert muettes == []
    assert len(ROUTES) > 40


def test_acm_00_only_a_view_that_asks_for_an_account_may_take_one_for_granted() -> None:
    """``RequeteConnectee`` says that somebody is signed in: the policy of the view makes it true."""
    fausses = []
    for adresse, vue in ROUTES:
        politique, nue = politique_de(vue), unwrap(vue)
        suppose = get_type_hints(nue).get("request") is RequeteConnectee if isfunction(nue) else False
        if suppose and (politique is None or politique.qui in (Qui.TOUS, Qui.JETON)):
            fausses.append(adresse)
    assert fausses == []
    nues = [nue for _, vue in ROUTES if isfunction(nue := unwrap(vue))]
    assert sum(get_type_hints(nue).get("request") is RequeteConnectee for nue in nues) > 60


@pytest.mark.parametrize(("adresse", "politique"), FERMEES, ids=[a for a, _ in FERMEES])
def test_acm_00_the_policy_of_a_path_is_that_of_its_view(adresse: str, politique: Politique) -> None:
    for _ in range(2):
        assert politique_du_chemin(exemple(adresse)) == politique
        assert politique_du_chemin(f"{exemple(adresse)}/et-plus-loin\n") is None


def test_acm_00_a_view_without_a_policy_answers_nobody(rf: RequestFactory) -> None:
    request = rf.get("/nouvelle")
    request.compte = None  # type: ignore[attr-defined]
    reponse = Acces(lambda r: HttpResponse("secret")).process_view(request, lambda r: HttpResponse("secret"), (), {})
    assert reponse is not None
    assert reponse.status_code == 403
    assert b"secret" not in reponse.content


def test_acm_00_what_writes_is_closed_to_strangers_but_for_the_ways_in() -> None:
    ouvertes = {
        adresse for adresse, vue in ROUTES if (p := politique_de(vue)) and p.qui is Qui.TOUS and p.methodes & ECRIVENT
    }
    # Signing in; telling what one thinks of the service, writing to its team; stopping its mail by a secret link.
    arrets = {"nouveautes/arret/<str:jeton>", "suivis/arret/<str:secret>"}
    # Public data, read by questions that are too long for an address.
    lectures = {"reconcile", "api/v1/lot", "mcp"}
    assert ouvertes <= {"connexion/<slug:cle>", "avis", "contact", *lectures, *arrets}


@pytest.mark.parametrize(("adresse", "politique"), FERMEES, ids=[a for a, _ in FERMEES])
def test_acm_00_an_address_of_signed_in_people_answers_no_stranger(adresse: str, politique: Politique) -> None:
    client = Client()
    for methode in politique.methodes:
        reponse = client.generic(methode, exemple(adresse))
        if methode in LECTURE:
            assert reponse.status_code in (302, 401), (methode, reponse.status_code)
            if reponse.status_code == 302:
                assert reponse["Location"].startswith("/connexion?")
        else:
            assert reponse.status_code in (401, 403), (methode, reponse.status_code)


@pytest.mark.parametrize(
    ("adresse", "politique"),
    [r for r in FERMEES if r[1].qui is Qui.MANDAT],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_acm_00_an_address_of_a_mandate_answers_its_holders_only(adresse: str, politique: Politique) -> None:
    autres = sorted(set(Mandats.values) - politique.mandats)
    joueurs = [c.compte(), c.particulier()]
    for role in autres:
        joueurs.append(c.compte())
        c.mandat(joueurs[-1], role, "dgfip" if role == Mandats.DEPOT else "")
    for compte in joueurs:
        client = c.client_de(compte)
        for methode in politique.methodes:
            assert client.generic(methode, exemple(adresse)).status_code == 403, (methode, compte)


def test_a_private_person_reads_no_page_of_agents(client: Client) -> None:
    c.connecter(client, c.particulier())
    for adresse, politique in FERMEES:
        if politique.qui is Qui.AGENT and "GET" in politique.methodes:
            assert client.get(exemple(adresse)).status_code == 403, adresse


def test_roles_are_named_with_the_policy_of_mandates_and_only_there() -> None:
    with pytest.raises(ValueError, match=r"Qui\.MANDAT"):
        acces(Qui.TOUS, mandats=("equipe",))
    with pytest.raises(ValueError, match=r"Qui\.MANDAT"):
        acces(Qui.MANDAT)


@pytest.mark.parametrize("variante", ["//compte", "/compte/", "/COMPTE", "/compte%2f", "/compte;x", "/compte.json"])
def test_acm_02_no_other_writing_of_an_address_opens_it(client: Client, variante: str) -> None:
    reponse = client.get(variante)
    assert reponse.status_code < 500
    assert b"Mes sessions" not in reponse.content


@pytest.mark.parametrize("methode", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"])
def test_acm_02_a_method_that_no_view_takes_is_refused_before_any_view(client: Client, methode: str) -> None:
    c.connecter(client, c.compte())
    reponse = client.generic(methode, "/compte")
    assert reponse.status_code == 405
    assert b"Mes sessions" not in reponse.content


def test_acm_02_a_method_hidden_in_a_form_or_a_header_changes_nothing(client: Client) -> None:
    reponse = client.get("/deconnexion?_method=POST", headers={"X-HTTP-Method-Override": "POST"})
    assert reponse.status_code in (302, 405)
