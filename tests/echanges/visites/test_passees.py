"""A visit whose week is over, or that took place, is not said to be announced, and nobody offers to join it."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from fce.echanges.croisements.recherche import croisements_de
from fce.echanges.models import VisiteAnnoncee
from fce.echanges.visites import reponses, services
from fce.echanges.visites.reponses import Reponse
from fce.echanges.vocabulaire import Precision, Reaction
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte.formats import semaine
from tests.donnees.entreprises import fabrique as f
from tests.echanges.visites import fabrique as v
from tests.echanges.visites.test_visite_commune import annoncer, page

pytestmark = pytest.mark.django_db
COMMUNE = Reponse(Reaction.COMMUNE)


def passee(de: v.Service, ou: v.LieuConnu, etat: str) -> VisiteAnnoncee:
    """One of last week that nobody has reported, or one of this week that took place."""
    return v.visite(de.groupe, ou, v.dans(-1 if etat == "annoncee" else 0), etat=etat)


@pytest.mark.parametrize("etat", ["annoncee", "tenue"])
def test_e14_it_is_said_by_its_week_and_no_answer_is_asked(etat: str) -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf", nom="Fraudes")
    sienne, mienne = passee(autre, ou, etat), annoncer(elle, ou)
    lue = page(elle, mienne)
    assert f"visite, {semaine(sienne.debut)}" in lue
    assert "visite annoncée, semaine" not in lue
    html = elle.client.get(f"/visites/{mienne.reference}").content.decode()
    assert 'value="maintien"' not in html
    assert 'value="commune"' not in html
    with pytest.raises(ParametreInvalide, match="déjà eu lieu"):
        reponses.repondre(elle.lecteur, mienne, [f"visite-{sienne.pk}"], COMMUNE, 1)


@pytest.mark.parametrize("etat", ["annoncee", "tenue"])
def test_who_announces_joins_those_to_come_alone(etat: str) -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    faite, prevue = passee(autre, ou, etat), v.visite(autre.groupe, ou, v.dans(1))
    quand = services.Quand(Precision.JOUR, v.dans(2))
    cles = [f"visite-{x.pk}" for x in (faite, prevue)]
    annoncee = reponses.annoncer_et_repondre(
        elle.lecteur, elle.groupe.pk, ou.siren, [ou.siret], quand, services.Teneur(), COMMUNE, cles
    )
    assert [(r.autre_id, r.choix) for r in annoncee.reponses.all()] == [(prevue.pk, "commune")]


@pytest.mark.parametrize(
    ("semaines", "etat", "dit"),
    [(-1, "annoncee", ""), (-1, "tenue", ""), (0, "tenue", "Visite"), (0, "annoncee", "Visite annoncée")],
)
def test_the_sheet_of_a_neighbour_says_it_until_the_end_of_its_week(semaines: int, etat: str, dit: str) -> None:
    (ou,) = v.places()
    voisin = f.siren_no(77)
    chez_lui = {**v.ADRESSE, "numero_voie": "1", "libelle_voie": "DES LILAS"}
    f.unites(f.unite(ou.siren), f.unite(voisin))
    f.lieux(f.lieu(ou.siren, **chez_lui), f.lieu(voisin, **chez_lui))
    elle, autre = v.service(), v.service("ccrf", nom="Fraudes")
    v.visite(autre.groupe, v.lieux_de([f.siret_no(voisin)])[f.siret_no(voisin)], v.dans(semaines), etat=etat)
    lue = unescape(elle.client.get(f"/etablissement/{ou.siret}").content.decode())
    assert ("à la même adresse" in lue) is bool(dit)
    assert ("Fraudes" in lue) is bool(dit)
    assert [x for x in re.findall(r">(Visite(?: annoncée)?)<", lue)[:1] if dit] == ([dit] if dit else [])


def test_an_announced_visit_is_so_to_the_end_of_its_week() -> None:
    (ou,) = v.places()
    autre = v.service("ccrf")
    lundi = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    v.visite(autre.groupe, ou, lundi)
    (croise,) = croisements_de([ou], v.dans(1), v.dans(1), [])
    assert croise.annonce


def test_crossings_of_one_week_come_in_an_order_that_does_not_say_who_announced_first() -> None:
    (ou,) = v.places()
    for nom in ("Zélande", "Artois", "Maine"):
        v.visite(v.service("ccrf", nom=nom).groupe, ou, v.dans(2))
    noms = [c.nom.partition(" – ")[0] for c in croisements_de([ou], v.dans(2), v.dans(2), [])]
    assert noms == ["Artois", "Maine", "Zélande"]
