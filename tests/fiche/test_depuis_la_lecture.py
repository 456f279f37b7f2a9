"""E4: what changed since an agent's last reading, the events of establishments, and what masking leaves of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from fce.donnees.entreprises import historique_lieux
from fce.donnees.imports.models import Import
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche import selectors as fiches
from fce.fiche.formes.contenu import FicheEntreprise
from fce.fiche.lecture.gravite import regle
from fce.service.portail.models import FicheRecente
from fce.sources.onglets import ONGLETS
from fce.sources.presentation import Gravite, Jalon, Tableau
from tests.acces.acteurs import Joue, habilite
from tests.donnees.entreprises import fabrique as f
from tests.fiche import jeux
from tests.fiche.jeux import AUTRE, SIREN, SIRET
from tests.service.portail.pages import verifier

pytestmark = pytest.mark.django_db
PAGE = f"/entreprise/{SIREN}/historique"
LECTURE = datetime(2026, 9, 12, 10, tzinfo=UTC)


@pytest.fixture
def signes(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A source of agreements, in place since after the reading: ``signes(*days)``."""
    source = jeux.declarer(
        "accords-inventes",
        jeux.Accord,
        "aides",
        presentation=Tableau(),
        jalon=Jalon("signature", "Accord signé", "dossier", gravite=Gravite.A_VOIR, pluriel="accords signés"),
    )
    jeux.installer(monkeypatch, [source])
    f.unites(f.unite(SIREN, denomination="VERGERS DU NORD"))
    f.lieux(f.lieu(SIREN, code_commune="59350", libelle_commune="LILLE"), f.lieu(SIREN, 2, code_commune="62041"))

    def charger(*jours: date) -> None:
        f.charger("accords-inventes", [{"siret": SIRET, "dossier": f"D{j:%m%d}", "signature": j} for j in jours])

    return charger


def section(html: str) -> str:
    return html.partition('class="fce-depuis"')[2].partition("</section>")[0]


def page(qui: Joue, adresse: str = PAGE) -> str:
    reponse = qui.client.get(adresse)
    assert reponse.status_code == 200
    return reponse.content.decode()


def avoir_ouvert(qui: Joue, quand: datetime = LECTURE) -> None:
    FicheRecente.objects.update_or_create(
        compte_id=int(qui.acteur.identifiant[1:]), numero=SIREN, defaults={"lue_le": quand, "precedente_le": None}
    )


def test_e4_what_changed_comes_first_with_the_count_before_and_after(signes: Callable[..., None]) -> None:
    signes(date(2026, 8, 3))
    Import.objects.update(fin=datetime(2026, 9, 2, tzinfo=UTC))
    signes(date(2026, 8, 3), date(2026, 7, 1), date(2026, 10, 5), date(2026, 10, 20))
    agent = habilite("inspection-travail")
    assert section(page(agent)) == ""
    avoir_ouvert(agent)
    html = page(agent)
    verifier(html)
    dite = section(html)
    assert "Depuis votre dernière lecture (12/09/2026)" in dite
    assert "3 changements : 3 à voir" in dite
    assert html.index('class="fce-depuis"') < html.index('class="fce-an"')
    # Each keeps its place, and says what their number was.
    assert dite.count("1 → ") == 0
    assert re.search(r'fce-avant">1 →</span> <strong>4 \(toute l’entreprise\)', dite)
    assert "« Chez vous » : 3 sur 3" in dite
    assert 'href="/gravite"' in dite
    # The second tab of one reading still says it, and so does the list that it leads to.
    assert "3 changements" in section(page(agent))
    assert "3 événements sur" in page(agent, f"/entreprise/{SIREN}/chronologie?lecture=nouveau")
    assert agent.client.post(f"/fiches-lues/{SIREN}").status_code == 302
    assert "aucun changement connu" in section(page(agent))


def test_e4_a_file_that_did_not_change_since_brings_nothing_new(signes: Callable[..., None]) -> None:
    signes(date(2026, 10, 20))
    agent = habilite("inspection-travail")
    avoir_ouvert(agent, datetime(2026, 11, 10, tzinfo=UTC))
    assert "aucun changement connu" in section(page(agent))


def test_e4_the_public_has_no_last_reading(signes: Callable[..., None], client: Client) -> None:
    signes(date(2026, 10, 20))
    for _ in range(2):
        html = client.get(PAGE).content.decode()
        assert "dernière lecture" not in html.partition("<main")[2]
        assert "lecture=nouveau" not in html
    assert FicheRecente.objects.count() == 0


def entreprise() -> FicheEntreprise:
    fiche = fiches.fiche_entreprise(SIREN, lecteur=LecteurDeDonnees(), onglet=ONGLETS["historique"])
    assert isinstance(fiche, FicheEntreprise)
    return fiche


def test_e4_a_company_tells_of_its_establishments_and_counts_the_older_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    f.unites(f.unite(SIREN, denomination="VERGERS DU NORD", date_creation=date(2001, 2, 3)))
    f.lieux(*(
        f.lieu(SIREN, n, code_commune="59350", libelle_commune="LILLE", date_creation=date(2000 + n, 1, 1),
               etat_administratif="F" if n % 2 else "A", date_debut=date(2020, 1, n))
        for n in range(1, 9)
    ))  # fmt: skip
    tous = [e for j in entreprise().chronologie for e in j.evenements if e.genre in ("ouverture", "fermeture")]
    assert {(e.commune, e.departement) for e in tous} == {("LILLE", "59")}
    entier = len(tous)
    monkeypatch.setattr(historique_lieux, "LIEUX_DATES", 3)
    fiche = entreprise()
    listes = [e for j in fiche.chronologie for e in j.evenements if e.genre in ("ouverture", "fermeture")]
    assert 0 < len(listes) < entier
    assert len(listes) + sum(c.nombre for c in fiche.apercu.comptes) == entier
    html = Client().get(PAGE).content.decode()
    verifier(html)
    assert "comptées seulement" in html
    # The years sum to the total, and the band of the tabs says the same.
    resumes = re.findall(r"<summary><strong>[^<]*</strong> <span>(\d+) événements?", html)
    assert re.search(rf"\b{sum(map(int, resumes))} événements depuis 2001", html)


@pytest.mark.parametrize("masquee", [True, False])
def test_e4_a_masked_person_keeps_no_place(masquee: bool) -> None:
    statut = "P" if masquee else "O"
    f.unites(f.unite(SIREN, statut_diffusion=statut, categorie_juridique="1000", nom="SECRETE", denomination=None))
    f.lieux(
        f.lieu(SIREN, code_commune="59350", libelle_commune="VILLECACHEE", statut_diffusion="P"),
        f.lieu(SIREN, 2, code_commune="59512", libelle_commune="VILLEOUVERTE", statut_diffusion=statut),
    )
    for qui in (Client(), habilite("inspection-travail").client):
        for suite in ("historique", "chronologie", "chronologie?lieu=59", "chronologie?lieu=ici"):
            html = qui.get(f"/entreprise/{SIREN}/{suite}").content.decode()
            assert "VILLECACHEE" not in html
            assert ("VILLEOUVERTE" in html) is (not masquee)
        # Nor the count of a territory that would locate it.
        if masquee:
            assert "chez vous" not in qui.get(PAGE).content.decode().partition('id="historique"')[2]


def test_e4_the_timeline_of_an_establishment_is_of_that_place(signes: Callable[..., None]) -> None:
    signes(date(2026, 10, 20))
    html = habilite("inspection-travail").client.get(f"/etablissement/{SIRET}/historique").content.decode()
    verifier(html)
    ligne = html.partition("Accord signé<span")[2].partition("</li>")[0]
    assert "LILLE" in ligne
    assert "chez vous" in ligne
    assert "Accord signé" not in Client().get(f"/etablissement/{AUTRE}/historique").content.decode()


def test_e4_a_company_without_any_event_says_so(client: Client) -> None:
    f.unites(f.unite(SIREN, denomination="VERGERS DU NORD", date_creation=None))
    f.lieux(f.lieu(SIREN, date_creation=None))
    for suite in ("historique", "chronologie", "tout"):
        reponse = client.get(f"/entreprise/{SIREN}/{suite}")
        assert reponse.status_code == 200
        verifier(reponse.content.decode())
        assert "fce-an" not in reponse.content.decode()


def test_e4_the_order_of_gravity_is_written_on_a_page_for_all(client: Client) -> None:
    html = client.get("/gravite").content.decode()
    verifier(html)
    dites = regle()
    assert all(dites.values())
    noms = [x for siennes in dites.values() for x in siennes]
    assert len(noms) == len(set(noms))
    for nom in noms:
        assert nom.partition(" (")[0].replace("'", "&#x27;") in html
