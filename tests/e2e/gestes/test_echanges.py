"""Two services in two browsers: a visit announced, crossed, answered by both, told; nobody else sees any of it.

As ``make demo`` serves it: the mails are those of its mailbox, the journal is each agent's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from fce.demo import numeros, ouverture
from fce.demo.echanges import recit
from fce.demo.personnages import BOULANGERIE, GROUPE
from fce.echanges.demandes import courriels
from tests.e2e.personnages import jouer
from tests.e2e.territoire import ouvrir_une_exception
from tests.echanges.interactions.fabrique import png
from tests.echanges.interactions.test_navigateur import Clavier
from tests.navigateur import attendre_les_blocs, fenetre, surveiller, violations

BUREAU, TELEPHONE = 1280, 390
DOUANIER, VERIFICATRICE, SANS_DROIT = "Agent des douanes", "Vérificatrice", "Agente d’une administration sans"
DOUANE, FISCAL = ouverture.DOUANIER, ouverture.FISCAL
SIEGE, FOURNIL = (BOULANGERIE.siren + numeros.nic(BOULANGERIE.siren, n) for n in (1, 2))
NOTE, SUITE = "Bons d’achat présentés, aucune observation.", "point dans un an"
GESTES = 8
"""Most keys, or texts typed, that telling a visit takes: moving from one field to the next is none."""
ENTENDUS = "Les services l’ont dit"
Ouvrir = Callable[..., Page]


@pytest.fixture
def ouvrir(navigateur: Browser, demonstration_servie: str) -> Iterator[Ouvrir]:
    """A page in a browser of its own, signed in as ``fonction`` ("": nobody) in a session of its own, for a purpose is
    confirmed in it; it tolerates no script error."""
    contextes: list[BrowserContext] = []
    fautes: list[list[str]] = []

    def faire(fonction: str, largeur: int = BUREAU) -> Page:
        contexte = fenetre(navigateur, demonstration_servie, viewport={"width": largeur, "height": 900})
        contextes.append(contexte)
        page = contexte.new_page()
        fautes.append(surveiller(page))
        if fonction:
            jouer(page, fonction, neuve=True)
        return page

    yield faire
    for contexte in contextes:
        contexte.close()
    assert not any(fautes)


def semaine() -> re.Pattern[str]:
    """This week, as another service may know it."""
    return re.compile(f"visite annoncée, semaine {date.today().isocalendar().week}, du ")


def remplir(page: Page, siret: str) -> None:
    """The form of an announcement for this week, until the page says who else goes."""
    page.goto(f"/etablissement/{siret}/visites/nouvelle")
    page.get_by_label("Jour de la visite").fill(date.today().isoformat())
    page.get_by_label("Jour de la visite").press("Tab")
    expect(page.get_by_role("heading", name="Avant de partir")).to_be_visible()


def annoncer(page: Page) -> str:
    """Announce what the form holds; the address of the visit."""
    page.get_by_role("button", name="Annoncer", exact=True).click()
    page.wait_for_url(re.compile(r"/visites/[a-z2-7]{32}\?fait=visite-annoncee$"))
    expect(page.get_by_text("La visite est annoncée.")).to_be_visible()
    return urlsplit(page.url).path


def lisible(page: Page, largeur: int = BUREAU) -> None:
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= largeur


def lue(page: Page, adresse: str) -> str:
    """What a page shows, whatever its status."""
    page.goto(adresse)
    attendre_les_blocs(page)
    return page.locator("main").inner_text()


def noter(page: Page, siret: str) -> int:
    """Tell a visit from the sheet, by keyboard; how many gestures it took."""
    page.goto(f"/etablissement/{siret}")
    attendre_les_blocs(page)
    clavier = Clavier(page)
    page.get_by_role("link", name="Noter une visite").first.focus()
    clavier.presser("Enter")
    page.wait_for_url("**/contacts/nouveau")
    lisible(page)
    clavier.aller_a("textarea[name=note]")
    clavier.ecrire(NOTE)
    clavier.aller_a("input[name=suite]")
    clavier.ecrire(SUITE)
    clavier.presser("Enter")
    page.wait_for_url("**?fait=contact-note")
    return clavier.gestes


@dataclass(frozen=True)
class Croisees:
    """Two visits that cross, each on the page of its own service."""

    douanier: Page
    sienne: str
    verificatrice: Page
    mienne: str


def croiser(ouvrir: Ouvrir) -> Croisees:
    """The first one meets nobody; the second sees the week, the service and its mailbox before it announces."""
    douanier, verificatrice = ouvrir(DOUANIER), ouvrir(VERIFICATRICE)
    remplir(douanier, SIEGE)
    expect(douanier.locator("#verdict")).to_contain_text("Aucun autre service connu n’y va")
    lisible(douanier)
    sienne = annoncer(douanier)
    remplir(verificatrice, SIEGE)
    for connu in (DOUANE.groupe, semaine(), DOUANE.courriel):
        expect(verificatrice.locator("#verdict")).to_contain_text(connu)
    lisible(verificatrice)
    verificatrice.get_by_label("visite commune").check(force=True)
    mienne = annoncer(verificatrice)
    expect(verificatrice.get_by_text("Votre réponse, le")).to_contain_text("« visite commune »")
    return Croisees(douanier, sienne, verificatrice, mienne)


def attendre_le_courriel(page: Page, a: str, *textes: str) -> Locator:
    """The one mail of the demonstration that goes to ``a`` and holds all these texts, once it is there."""
    courriel = page.locator("section", has_text=a)
    for texte in textes:
        courriel = courriel.filter(has_text=texte)
    for _ in range(60):
        page.goto("/demonstration/courriels")
        if courriel.count():
            break
        page.wait_for_timeout(500)
    assert courriel.count() == 1
    return courriel


def recevoir(page: Page, lien: str) -> str:
    """The link of the mail that tells a service of an answer: it holds nothing else."""
    courriel = attendre_le_courriel(page, DOUANE.courriel, lien)
    assert not re.search(f"{FISCAL.groupe}|{SIEGE}|{BOULANGERIE.nom}", courriel.inner_text())
    return courriel.get_by_role("link").get_attribute("href") or ""


def s_entendre(scene: Croisees, lien: str) -> None:
    """The first one answers too, from the mail: both pages say so."""
    scene.douanier.goto(lien)
    expect(scene.douanier.get_by_text("Sa réponse")).to_contain_text("« visite commune »")
    expect(scene.douanier.get_by_text(ENTENDUS)).to_have_count(0)
    scene.douanier.get_by_label("visite commune").check(force=True)
    scene.douanier.get_by_role("button", name=f"Répondre à {FISCAL.groupe}").click()
    for page, adresse in ((scene.douanier, scene.sienne), (scene.verificatrice, scene.mienne)):
        page.goto(adresse)
        expect(page.get_by_text(ENTENDUS)).to_be_visible()
        lisible(page)


def raconter(scene: Croisees) -> str:
    """It took place, and is told in the same gesture; the other service reads that it did, and no more."""
    scene.douanier.goto(scene.sienne)
    scene.douanier.get_by_role("link", name="Oui, et la noter").click()
    lisible(scene.douanier)
    expect(scene.douanier.locator(f"input[value='{SIEGE}']")).to_be_checked()
    scene.douanier.locator("textarea[name=note]").fill(NOTE)
    scene.douanier.locator("input[name=suite]").fill(SUITE)
    scene.douanier.get_by_role("button", name="Enregistrer").click()
    scene.douanier.wait_for_url("**?fait=contact-note")
    scene.douanier.goto(scene.sienne)
    expect(scene.douanier.get_by_text("a eu lieu", exact=True)).to_be_visible()
    scene.douanier.goto("/contacts")
    contact = scene.douanier.locator("main tbody a[href^='/contacts/']").first.get_attribute("href") or ""
    assert re.fullmatch(r"/contacts/[a-z2-7]{32}", contact)
    niveau_1 = lue(scene.verificatrice, contact)
    assert DOUANE.groupe in niveau_1
    assert DOUANE.courriel in niveau_1
    assert not re.search(f"{NOTE}|{SUITE}", niveau_1)
    lisible(scene.verificatrice)
    return contact


@pytest.mark.epreuve
def test_two_services_meet_before_they_go_and_nobody_else_knows(ouvrir: Ouvrir) -> None:
    public, autre, fiche = ouvrir(""), ouvrir(SANS_DROIT), f"/etablissement/{SIEGE}"
    avant = [lue(page, fiche) for page in (public, autre)]
    scene = croiser(ouvrir)
    s_entendre(scene, recevoir(public, scene.sienne))
    contact = raconter(scene)
    # Each finds what he read named in his own consultations.
    for page in (scene.douanier, scene.verificatrice):
        consultations = lue(page, "/journal")
        assert "Visites annoncées" in consultations
        assert "Contacts dits par les services" in consultations
    # Nobody else learns anything: neither from the sheet, nor from the numbers.
    assert [lue(page, fiche) for page in (public, autre)] == avant
    for adresse in (scene.sienne, scene.mienne, contact, f"{fiche}/visites/nouvelle"):
        assert not re.search(f"{DOUANE.groupe}|{FISCAL.groupe}", lue(autre, adresse)), adresse
        public.goto(adresse)
        assert "/connexion?" in public.url


@pytest.mark.epreuve
def test_on_a_phone_who_else_goes_is_said_before_one_announces(ouvrir: Ouvrir) -> None:
    douanier, verificatrice = (ouvrir(qui, TELEPHONE) for qui in (DOUANIER, VERIFICATRICE))
    remplir(douanier, FOURNIL)
    lisible(douanier, TELEPHONE)
    annoncer(douanier)
    remplir(verificatrice, FOURNIL)
    expect(verificatrice.locator("#verdict")).to_contain_text(semaine())
    lisible(verificatrice, TELEPHONE)
    # Without an answer nothing is announced.
    verificatrice.get_by_role("button", name="Annoncer", exact=True).click()
    expect(verificatrice.get_by_text("Une visite croise la vôtre : dites ce que vous faites.")).to_be_visible()
    verificatrice.get_by_label("je renonce").check(force=True)
    annoncer(verificatrice)
    expect(verificatrice.get_by_text("abandonnée", exact=True)).to_be_visible()
    lisible(verificatrice, TELEPHONE)
    assert noter(verificatrice, FOURNIL) <= GESTES


@pytest.mark.epreuve
def test_a_visit_just_noted_leaves_those_that_the_service_has_never_seen(ouvrir: Ouvrir) -> None:
    """The territory and the sheet agree at once."""
    inspecteur, ici = ouvrir("Inspecteur du travail dans le Pas-de-Calais"), "/territoire/departement/62"
    avant, lignes = ouvrir_une_exception(inspecteur, "jamais", ici)
    noter(inspecteur, lignes[0])
    assert ouvrir_une_exception(inspecteur, "jamais", ici) == (avant - 1, lignes[1:])


@pytest.mark.epreuve
def test_what_the_demonstration_tells_waits_for_whoever_plays(ouvrir: Ouvrir) -> None:
    """The past visit that is to be told; the common one; the operation with what crosses it, once he says why."""
    inspecteur = ouvrir("Inspecteur du travail dans le Pas-de-Calais")
    inspecteur.goto("/")
    expect(inspecteur.get_by_role("link", name=re.compile("Dire la visite faite")).first).to_be_visible()
    inspectrice = ouvrir("Inspectrice du travail")
    dans = date.today() + timedelta(weeks=recit.VISITES[0].dans)
    inspectrice.goto(f"/visites?semaine={dans.isocalendar().year}-W{dans.isocalendar().week:02d}")
    lisible(inspectrice)
    inspectrice.get_by_role("link", name=re.compile(GROUPE.nom)).first.click()
    expect(inspectrice.get_by_text(ENTENDUS)).to_be_visible()
    inspectrice.goto("/operations")
    lisible(inspectrice)
    inspectrice.get_by_role("button", name="Confirmer et continuer").click()
    inspectrice.get_by_role("link", name=recit.OPERATION).click()
    expect(inspectrice.get_by_text("Une visite est annoncée").first).to_be_visible()
    lisible(inspectrice)


QUESTION, REPONSE, INTERNE, MANQUE = (
    "Le fournil déclare-t-il des ventes à emporter ?",
    "Oui, depuis 2024.",
    "Voir le dossier voisin.",
    "Et en 2023 ?",
)
OBJET = "Ventes à emporter du fournil"


def confirmer(page: Page, adresse: str) -> None:
    """Open a page of the questions, the purpose confirmed once for the session."""
    page.goto(adresse)
    if page.get_by_role("heading", name="Pour quelle finalité").count():
        lisible(page)
        page.get_by_role("button", name="Confirmer et continuer").click()
        page.wait_for_url(f"**{adresse}")


def demander(page: Page) -> str:
    """Ask from the sheet, with what the service asks to know as a second step; the address of the question."""
    page.goto(f"/etablissement/{SIEGE}")
    attendre_les_blocs(page)
    adresse = page.locator("a", has_text="Poser une question à un service").first.get_attribute("href") or ""
    confirmer(page, adresse)
    lisible(page)
    page.get_by_label(FISCAL.groupe).check(force=True)
    page.get_by_label("Objet").fill(OBJET)
    page.get_by_label("Votre question").fill(QUESTION)
    page.get_by_role("button", name="Envoyer", exact=True).click()
    expect(page.get_by_text("Encore une étape")).to_be_visible()
    lisible(page)
    page.get_by_label("Période").fill("2024")
    page.get_by_label("Impôt concerné").fill("TVA")
    page.get_by_role("button", name="Envoyer avec ces précisions").click()
    page.wait_for_url(re.compile(r"/demandes/[a-z2-7]{32}\?fait=demande-envoyee$"))
    lisible(page)
    return urlsplit(page.url).path


def faire(page: Page, titre: str, texte: str = "", piece: bytes = b"") -> None:
    """Unfold a gesture, write what it takes, do it."""
    page.locator("summary", has_text=titre).click()
    plie = page.locator("details[open]", has_text=titre)
    if texte:
        plie.locator("textarea[name=texte]").fill(texte)
    if piece:
        plie.locator("input[type=file]").set_input_files(
            {"name": "releve.png", "mimeType": "image/png", "buffer": piece}
        )
    plie.get_by_role("button", name=titre).click()
    page.wait_for_url(re.compile(r"\?fait=demande-"))
    lisible(page)


def courriel_recu(page: Page, a: str, lien: str, phrase: str) -> None:
    """A mail has come, that holds a link and nothing of the question."""
    courriel = attendre_le_courriel(page, a, lien, phrase)
    assert not re.search(f"{OBJET}|{QUESTION}|{SIEGE}|{BOULANGERIE.nom}", courriel.inner_text())


def ouvert_a(page: Page) -> list[str]:
    """What of the company is open to somebody: the blocs of the whole sheet, and how many are closed to him."""
    page.goto(f"/etablissement/{SIEGE}/tout")
    titres = page.locator("main h2, main h3, main summary").all_inner_texts()
    return sorted(titre for titre in titres if not titre.endswith(("demande ouverte", "demandes ouvertes")))


@pytest.mark.epreuve
def test_a_service_asks_another_answers_with_a_file_and_nobody_else_knows(ouvrir: Ouvrir) -> None:
    inspectrice, verificatrice, douanier, public = (
        ouvrir(qui) for qui in ("Inspectrice du travail", VERIFICATRICE, DOUANIER, "")
    )
    confirmer(verificatrice, "/demandes")
    avant = ouvert_a(verificatrice)
    une = demander(inspectrice)
    courriel_recu(public, FISCAL.courriel, une, courriels.NOUVELLE)
    confirmer(verificatrice, une)
    expect(verificatrice.get_by_text(QUESTION)).to_be_visible()
    verificatrice.get_by_role("button", name="Prendre en charge").click()
    expect(verificatrice.get_by_text("prise en charge", exact=True)).to_be_visible()
    faire(verificatrice, "Ajouter une note interne", INTERNE)
    faire(verificatrice, "Répondre", REPONSE, png())
    # Answering has opened nothing of the company to her.
    assert ouvert_a(verificatrice) == avant
    courriel_recu(public, "@", une, "Une réponse à votre demande vous attend")
    inspectrice.goto(une)
    expect(inspectrice.get_by_text(REPONSE)).to_be_visible()
    assert INTERNE not in inspectrice.locator("main").inner_text()
    with inspectrice.expect_download() as recu:
        inspectrice.get_by_role("link", name="releve.png").click()
    assert recu.value.suggested_filename == "releve.png"
    inspectrice.get_by_role("button", name="Oui").click()
    faire(inspectrice, "Clore")
    expect(inspectrice.get_by_text("close", exact=True).first).to_be_visible()
    assert OBJET not in lue(inspectrice, f"/etablissement/{SIEGE}") + inspectrice.content()
    inspectrice.goto(une)
    faire(inspectrice, "Rouvrir", MANQUE)
    assert "1 demande ouverte" in lue(inspectrice, f"/etablissement/{SIEGE}")
    inspectrice.locator("#demandes-ouvertes summary").click()
    expect(inspectrice.get_by_role("link", name=OBJET)).to_be_visible()
    # What waits is counted in the bar of who is asked.
    verificatrice.goto("/")
    barre = verificatrice.get_by_role("navigation", name="Navigation principale")
    expect(barre.get_by_role("link", name=re.compile(r"Demandes \d+ à prendre ou à répondre"))).to_be_visible()
    confirmer(douanier, "/demandes")
    for adresse in (une, "/demandes", f"/etablissement/{SIEGE}"):
        assert not re.search(f"{OBJET}|{QUESTION}|{REPONSE}|{INTERNE}", lue(douanier, adresse)), adresse
    public.goto(une)
    assert "/connexion?" in public.url
