"""Twenty visits to a chain do not hide what is about the place itself; a visit told late has its likely day (E8)."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from fce.echanges.models import VisiteAnnoncee
from tests.donnees.entreprises.fabrique import lieu, lieux, siren_no, siret_no, unite, unites
from tests.echanges.visites import fabrique as v
from tests.echanges.visites.test_ecrans import saisie, texte

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "verdict"}
CHAINE = siren_no(60)
N = 20


def _place(rang: int) -> v.LieuConnu:
    return v.LieuConnu(siret_no(CHAINE, rang), CHAINE, "")


@pytest.fixture
def chaine() -> v.Service:
    """A company of 21 establishments; another service goes to all but the first, and one of them twice."""
    unites(unite(CHAINE, denomination="COMPTOIRS"))
    rues = {
        n: {"libelle_commune": f"VILLE{n:02}", "numero_voie": f"{n}", "libelle_voie": f"X{n}"} for n in range(1, N + 2)
    }
    lieux(*(lieu(CHAINE, n, **v.ADRESSE | rue) for n, rue in rues.items()))
    autre, tiers = v.service("ccrf", nom="CCRF du Nord"), v.service("douane", nom="Douane du Nord")
    for n in range(2, N + 2):
        v.visite(autre.groupe, _place(n), v.dans(1 + n // 8))
    v.visite(tiers.groupe, _place(2), v.dans(5))
    return v.service(nom="Inspection du Nord")


def test_e8_the_other_places_of_a_chain_are_folded_after_three(chaine: v.Service) -> None:
    ici = _place(1)
    reponse = chaine.client.post(f"/etablissement/{ici.siret}/visites/verdict", saisie(chaine, ici), headers=HTMX)
    en_vue, pli, replie = reponse.content.decode().partition("<details")
    assert pli
    assert re.findall(r"VILLE\d\d", en_vue) == ["VILLE02", "VILLE03", "VILLE04"]
    assert len(re.findall(r"VILLE\d\d", replie)) == N - 3
    assert f"et {N - 3} autres établissements" in replie
    # One line for a place, whoever goes there.
    (ligne,) = re.findall(r"<li>[^<]*<bdi>VILLE02.*?</li>", en_vue, re.S)
    assert "CCRF du Nord" in ligne
    assert "Douane du Nord" in ligne
    assert "même entreprise" not in ligne


def test_e8_what_is_about_the_place_itself_stays_in_sight(chaine: v.Service) -> None:
    ici = _place(1)
    v.visite(v.service("ccrf", nom="Le même lieu").groupe, ici, v.dans(2))
    reponse = chaine.client.post(f"/etablissement/{ici.siret}/visites/verdict", saisie(chaine, ici), headers=HTMX)
    assert "Le même lieu" in reponse.content.decode().partition("<details")[0]
    fiche = chaine.client.get(f"/etablissement/{ici.siret}").content.decode()
    bandeau = re.search(r'<section class="fce-visites[" ].*?</section>', fiche, re.S)
    assert bandeau
    en_vue, _, replie = bandeau[0].partition("<details")
    assert "Le même lieu" in en_vue
    assert en_vue.count("<li>") == 1 + 3
    assert replie.count("<li>") == N + 1 - 3
    # Both of one place follow each other.
    assert [siret_no(CHAINE, 2) in x for x in en_vue.split("<li>")[2:4]] == [True, True]


def test_e8_the_page_of_a_visit_folds_them_too_unless_something_was_said_of_them(chaine: v.Service) -> None:
    mienne = v.visite(chaine.groupe, _place(1), v.dans(1))
    page = f"/visites/{mienne.reference}"

    def partagee(html: str) -> list[int]:
        avant, _, apres = html.split('id="titre-croisements"')[1].partition("autres, dans un autre établissement")
        return [avant.count('name="croisement"'), apres.count('name="croisement"')]

    lue = chaine.client.get(page).content.decode()
    en_vue, replies = partagee(lue)
    assert en_vue * (N + 1 - 3) == replies * 3
    derniere = VisiteAnnoncee.objects.exclude(pk=mienne.pk).order_by("-debut", "-pk")[0]
    refus = {"version": 1, "croisement": derniere.reference, "choix": "maintien", "motif": "", "vu": v.vu(derniere)}
    refusee = chaine.client.post(f"{page}/repondre", refus)
    assert refusee.status_code == 400
    assert "open>" in refusee.content.decode().partition(" autres, dans un autre établissement")[0][-80:]
    chaine.client.post(f"{page}/repondre", refus | {"motif": "Pour un autre motif."})
    apres = chaine.client.get(page).content.decode()
    assert f'value="{derniere.reference}"' in apres.partition("autres, dans un autre établissement")[0]


@pytest.mark.parametrize("masquee", [True, False])
def test_e8_the_commune_of_a_masked_place_is_not_said(masquee: bool) -> None:
    statut = {"statut_diffusion": "P"} if masquee else {}
    unites(unite(CHAINE, categorie_juridique="1000", nom="X", prenom_1="Y", **statut))
    lieux(*(lieu(CHAINE, n, **v.ADRESSE | {"libelle_commune": "CACHEVILLE"}, **statut) for n in (1, 2)))
    v.visite(v.service("ccrf").groupe, _place(2), v.dans(1))
    elle = v.service()
    adresse = f"/etablissement/{_place(1).siret}/visites/verdict"
    lu = texte(elle.client.post(adresse, saisie(elle, _place(1)), headers=HTMX))
    assert ("CACHEVILLE" in lu) is not masquee


LUNDI = date(2026, 11, 2)
SEMAINE = (LUNDI, LUNDI + timedelta(days=6))
NOEL = (date(2026, 12, 21), date(2026, 12, 27))


@pytest.mark.parametrize(
    ("jours", "aujourd_hui", "attendu"),
    [
        # A week that is over: its Friday, or the day before when that is a holiday.
        (SEMAINE, date(2026, 11, 16), date(2026, 11, 6)),
        (NOEL, date(2027, 1, 4), date(2026, 12, 24)),
        # This week: today, unless it is the week-end.
        (SEMAINE, date(2026, 11, 4), date(2026, 11, 4)),
        (SEMAINE, date(2026, 11, 8), date(2026, 11, 6)),
        # A day that was announced, be it a Sunday; not after today.
        ((date(2026, 11, 8),) * 2, date(2026, 11, 16), date(2026, 11, 8)),
        ((LUNDI,) * 2, LUNDI, LUNDI),
        (SEMAINE, date(2026, 10, 30), date(2026, 10, 30)),
    ],
)
def test_e8_a_visit_told_late_is_not_dated_a_sunday(jours: tuple[date, date], aujourd_hui: date, attendu: date) -> None:
    assert VisiteAnnoncee(debut=jours[0], fin=jours[1]).jour_probable(aujourd_hui) == attendu


def test_e8_the_form_of_the_contact_takes_that_day() -> None:
    (ou,) = v.places()
    elle = v.service()
    lundi = v.dans(-2) - timedelta(days=2)
    visite = v.visite(elle.groupe, ou, lundi, lundi + timedelta(days=6), precision="semaine")
    page = elle.client.get(f"/entreprise/{ou.siren}/contacts/nouveau?visite={visite.reference}").content.decode()
    jour = visite.jour_probable(timezone.localdate())
    assert jour.weekday() < 5
    assert f'value="{jour.isoformat()}"' in page
