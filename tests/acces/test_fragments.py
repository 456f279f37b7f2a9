"""S17: every address, asked for as a page and through htmx, in every state in which it is refused: never a bug, never a
secret, always a French sentence. Addresses come from the resolver, targets of htmx from the templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as reglages

from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.politique import Raison
from fce.droits.journal import services as journal
from fce.fiche.lecture.plans import sources_de
from fce.fiche.unite.unite_visee import Unite
from fce.recherche import services
from fce.socle.erreurs import JournalIndisponible
from fce.socle.web.routes import politique_de
from fce.sources.declaration import Source
from fce.sources.onglets import ONGLETS, TOUT
from tests.acces import acteurs, jeux
from tests.acces.acteurs import Joue, habilite
from tests.acces.surfaces import HTMX, lu
from tests.acces.test_matrice import permis
from tests.acces.test_routes import ROUTES, exemple
from tests.donnees.entreprises import fabrique as f
from tests.echantillon import chaque_jour
from tests.pannes import lever

pytestmark = pytest.mark.django_db(transaction=True)
GABARITS = Path(reglages.RACINE) / "fce" / "templates"
CIBLE = re.compile(r'hx-target="#?([^"]+)"')
PHRASE = re.compile(r"[A-ZÀÉÊ][^<>{}]{12,}[.!?…]")
JOURNAL_EN_PANNE = "Le journal des consultations ne répond pas. Réessayez dans quelques instants."
# Secrets of every class that the ready profiles meet, and open data that hold some.
LUES = ("activite-partielle", "chiffre-affaires", "rne-dirigeants")


AUTRE = f.siren_no(5901)


def _couper_le_journal(joue: Joue, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(journal, "consigner", lever(JournalIndisponible(JOURNAL_EN_PANNE)))


def _depasser_le_volume(joue: Joue, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """On another company: what a page loads afterwards of its own weighs nothing."""
    settings.FCE_VOLUMES = "1/600"
    f.unites(f.unite(AUTRE))
    f.lieux(f.lieu(AUTRE, code_commune="59350"))
    assert joue.client.get(f"/entreprise/{AUTRE}/activite-partielle").status_code == 200


Preparer = Callable[[Joue, pytest.MonkeyPatch, Any], None]
REFUSES: dict[str, tuple[Callable[[], Joue], Preparer | None]] = {
    "anonyme": (acteurs.anonyme, None),
    "sans-habilitation": (acteurs.agent_simple, None),
    "autre-finalite": (acteurs.autre_finalite, None),
    "secret-non-confirme": (lambda: habilite("dgfip", confirmee=False), None),
    "hors-territoire": (lambda: habilite("inspection-travail", ("75",)), None),
    "sans-second-facteur": (lambda: habilite("inspection-travail", mfa=False), None),
    "expire": (acteurs.expire, None),
    "suspendu": (acteurs.suspendu, None),
    "revoque": (acteurs.revoque, None),
    "session-finie": (acteurs.session_finie, None),
    "journal-en-panne": (lambda: habilite("inspection-travail"), _couper_le_journal),
    "volume-depasse": (lambda: habilite("inspection-travail"), _depasser_le_volume),
}
# Whatever his rights, nothing reserved is read.
EMPECHES = frozenset({"journal-en-panne", "volume-depasse"})
ECHANTILLON = ("anonyme", "secret-non-confirme", "journal-en-panne", "volume-depasse")


def adresses(noms: tuple[str, ...]) -> Iterator[str]:
    """Every address that is read, those of a sheet for its company, its establishment and each of these sources."""
    for route, vue in ROUTES:
        politique = politique_de(vue)
        if politique is None or "GET" not in politique.methodes:
            continue
        nue = route.replace("^", "").replace("$", "").replace("\\", "")
        if not nue.startswith(("entreprise/", "etablissement/")):
            yield exemple(route)
            continue
        numero = jeux.SIREN if nue.startswith("entreprise") else jeux.SIRET
        adresse = "/" + re.sub(r"\(\?P<numero>[^)]*\)|<path:numero>", numero, nue)
        if onglets := re.search(r"\(\?P<cle>([^)]*)\)", adresse):
            yield from (adresse.replace(onglets[0], cle) for cle in onglets[1].split("|"))
            continue
        if adresse.rpartition("/")[2].isdigit():
            yield f"{adresse}?departement=59"
        for nom in noms if "(?P<nom>" in adresse else ("",):
            yield re.sub(r"\(\?P<nom>[^)]*\)", nom, adresse)


def cibles(adresse: str) -> list[str]:
    """Where htmx would put the answer: the list of that source, the establishments, elsewhere."""
    nom = adresse.rpartition("/")[2]
    if nom in (*ONGLETS, TOUT.cle):
        return ["", "onglet"]
    if "/direct/" in adresse:
        return ["", "nom-interne"]
    return ["", "liste-etablissements" if nom.isdigit() else f"liste-{nom}"]


def source_de(adresse: str) -> Source | None:
    """The source whose list is at that address, None for any other address."""
    base, _, nom = adresse.rpartition("/")
    if not re.fullmatch(r"/(entreprise|etablissement)/\d+", base):
        return None
    return next((s for s in sources_de(Unite(base.rpartition("/")[2])) if s.nom == nom), None)


def fautes(etat: str, joue: Joue, adresse: str, cible: str | None) -> Iterator[str]:
    """What is wrong with one answer. ``cible``: None without htmx, "" when it does not say where."""
    entetes = {} if cible is None else HTMX | ({"HX-Target": cible} if cible else {})
    reponse = joue.client.get(adresse, headers=entetes)
    texte = lu(reponse)
    ou = f"{etat} {adresse} → {cible} : {reponse.status_code}"
    # What the journal could not write, and a live source that nobody plays here, are unavailable: said, to be retried.
    indisponible = JOURNAL_EN_PANNE in texte or ("/direct/" in adresse and reponse.status_code == 503)
    if reponse.status_code >= 500 and not indisponible:
        yield f"{ou}, panne"
    if reponse.status_code == 302 and cible is not None and reponse["Location"].startswith("/connexion"):
        yield f"{ou}, la page de connexion dans un fragment"
    for lue in (*jeux.RESERVEES, *jeux.MIXTES):
        for attribut in jeux.reservees(lue):
            vu = jeux.marque(lue, attribut) in texte
            action = Droit.EXPORTER if adresse.endswith((".csv", ".xlsx")) else Droit.CONSULTER
            if vu and (etat in EMPECHES or not permis(joue, lue, attribut, action)):
                yield f"{ou}, fuite de {lue.nom}.{attribut}"
    yield from (f"{ou}, {faute}" for faute in _dites(etat, joue, adresse, cible, reponse, texte))


def _dites(etat: str, joue: Joue, adresse: str, cible: str | None, reponse: Any, texte: str) -> Iterator[str]:
    """What a refusal forgets to say, or where it cannot be put."""
    if reponse.status_code >= 400 and not PHRASE.search(texte.partition("<main")[2] or texte):
        yield "aucune phrase"
    source = source_de(adresse.removesuffix(".csv"))
    if source is None and reponse.status_code >= 400 and cible is not None and "<html" in texte:
        yield "une page entière dans un fragment"
    source = source_de(adresse)
    if source is None or source.acces.classe == "C0" or etat in EMPECHES or permis(joue, source, None, Droit.CONSULTER):
        return
    fragment = cible == f"liste-{source.nom}"
    if reponse.status_code != (200 if fragment else 403):
        yield "refus d’une liste mal annoncé"
    if not any(raison.value in texte for raison in Raison):
        yield "la raison du refus manque"
    if fragment and f'id="{cible}"' not in texte:
        yield "le fragment ne se remplace plus"


def manieres(adresse: str, rang: int, *, toutes: bool) -> list[str | None]:
    """As a page, then through htmx to each target. Without ``toutes``, of what is no part of a sheet, to one of them in
    turn; of a sheet, to its own, and each third time without saying where."""
    visees = cibles(adresse)
    if not toutes:
        de_fiche = adresse.startswith(("/entreprise/", "/etablissement/"))
        visees = visees[rang % 3 > 0 :] if de_fiche else [visees[rang % len(visees)]]
    return [None, *visees]


def eprouver(
    etat: str, noms: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, settings: Any, *, tour: int | None = None
) -> None:
    """``tour``: the rank of this state among those of each day, which share what is no part of a sheet."""
    jeux.peupler(mixtes=True)
    services.indexer(forcer=True)
    fabriquer, preparer = REFUSES[etat]
    joue = fabriquer()
    if preparer:
        preparer(joue, monkeypatch, settings)
    trouvees, posees = [], 0
    for rang, adresse in enumerate(adresses(noms)):
        if tour is not None and rang % len(ECHANTILLON) != tour and not source_de(adresse):
            continue
        for cible in manieres(adresse, rang, toutes=tour is None):
            posees += 1
            trouvees += fautes(etat, joue, adresse, cible)
    assert posees > 60
    assert not trouvees, "\n".join(trouvees)


@pytest.mark.parametrize("etat", chaque_jour(ECHANTILLON, sur=2))
def test_s17_a_refusal_is_said_on_every_address_with_and_without_htmx(
    etat: str, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    eprouver(etat, LUES, monkeypatch, settings, tour=ECHANTILLON.index(etat))


@pytest.mark.epreuve
@pytest.mark.parametrize("etat", REFUSES)
def test_s17_every_state_and_every_source(etat: str, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    eprouver(etat, tuple(s.nom for s in (*jeux.RESERVEES, *jeux.MIXTES)), monkeypatch, settings)


def test_s17_every_target_of_htmx_is_played() -> None:
    """A template that aims elsewhere must say so here: what answers it may be refused too."""
    visees = {cible for g in GABARITS.rglob("*.html") for cible in CIBLE.findall(g.read_text())}
    assert visees == {
        # Told by the view to be fragments.
        "liste-etablissements", "liste-{{ bloc.nom }}", "{{ cible }}", "onglet",
        # Asked for by the element itself: the alarms and tabs of a tab, the name of a masked unit.
        "this",
        # The view does not look where, or all of it is open (the column of filters): a live source, who else
        # goes to a place, what a form of the exchanges offers to choose.
        "recherche", "q-suggestions", "lieu-suggestions", "activite-suggestions", "closest .fce-direct__contenu",
        "filtres",
        "chiffres", "acces", "verdict", "choix-sirets", "choix-partages", "choix-destinataires",
    }  # fmt: skip
