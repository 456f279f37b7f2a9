"""Small sentences that issue 50 found untrue: each is read on a page."""

from __future__ import annotations

from datetime import date

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils.html import strip_tags

from fce.donnees.contradictions.regle import Faits
from fce.donnees.contradictions.regles.activite import REGLES
from fce.fiche.page.alarmes import Alarmes, LigneAlarme
from fce.fiche.page.onglets import BandeOnglets
from fce.sources import registre
from tests.recherche.univers import Univers

pytestmark = pytest.mark.catalogue


@pytest.mark.django_db
def test_small_the_line_of_the_tab_of_officers_does_not_count_vat_numbers(client: Client) -> None:
    univers = Univers()
    sans, avec = univers.entreprise("SANS"), univers.entreprise("AVEC")
    for siren in (sans, avec):
        univers.fait("tva", siren=siren, numero=f"FR00{siren}")
    univers.dirigeant(avec, "DALVERCOURT", "IRENE", qualite="Président")
    univers.charger()
    for siren, dite in ((sans, "identité, siège"), (avec, "1 dirigeant ou mandataire")):
        html = client.get(f"/entreprise/{siren}").content.decode()
        suites = [strip_tags(x.partition("</a>")[0]) for x in html.split(f'href="/entreprise/{siren}/dirigeants"')[1:]]
        assert any(dite in texte for texte in suites)
        assert not any("numéro de TVA" in texte for texte in suites)


def test_small_terminations_have_a_name_that_stands_before_a_figure() -> None:
    champ = registre.source("rupco-etablissements").champs["ruptures_fin"]
    assert champ.libelle == "Ruptures de contrats"
    for source in registre.toutes():
        sommees = {
            *getattr(source.presentation, "total", ()),
            *(source.regroupement.somme if source.regroupement else ()),
        }
        assert not [a for a in sommees if "à défaut" in source.champs[a].libelle], source.nom


def test_small_a_month_is_named_not_dated_of_its_first_day() -> None:
    regle = next(r for r in REGLES if r.code == "effectif-apres-fermeture")
    lieu = {"etat_administratif": "F", "date_debut": date(2026, 3, 1)}
    apres = {"mois": date(2026, 10, 1), "total": 12}
    _, dit = regle.propos(Faits(date(2026, 11, 30), lieu=lieu, lignes={"dsn-effectifs": [apres]}))
    assert (dit.phrase, dit.jour) == ("12 salariés fin octobre 2026", None)


@pytest.mark.parametrize(("nombre", "dit"), [(1, "et 1 autre alarme"), (2, "et 2 autres alarmes")])
def test_small_what_is_folded_agrees_with_its_number(nombre: int, dit: str) -> None:
    ligne = LigneAlarme("PSE", "", "", "", "#")
    contexte = {"alarmes": Alarmes((ligne,), (ligne,) * nombre, ()), "onglet": {"cle": "x"}, "visites": None}
    page = render_to_string("fiche/_bandeau.html", {**contexte, "bande": BandeOnglets((), ""), "adresse": ""})
    assert dit in " ".join(strip_tags(page).split())
