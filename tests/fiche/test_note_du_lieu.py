"""What the note of a place takes from its company: head-counts side by side, directors, open sites."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from fce.sources.acces import Habilite
from fce.sources.presentation import Agregats, Serie
from fce.sources.synthese import Effectif, Mandataires
from tests.donnees.entreprises import fabrique as f
from tests.fiche import jeux
from tests.fiche.jeux import SIREN, SIRET
from tests.fiche.test_note import NOTES, page_de

pytestmark = pytest.mark.django_db


def test_the_head_count_is_told_here_in_the_territory_and_in_the_company(
    monkeypatch: pytest.MonkeyPatch, agent: Client
) -> None:
    """An inspector of the Nord reads the rows of the Nord, and sums of the rest."""
    effectifs = jeux.declarer(
        "mensuels", jeux.Effectif, "effectifs", Habilite("travail"), presentation=Serie("mois", ("total",), ("cdi",)),
        agregats=Agregats(serie=True), synthese=(Effectif("mois", "total", rang=1),),
    )  # fmt: skip
    jeux.installer(monkeypatch, [effectifs])
    lieux = {f.siret_no(SIREN, n): commune for n, commune in enumerate(("59350", "59009", "75056", "13055"), 1)}
    f.unites(f.unite(SIREN))
    f.lieux(*(f.lieu(SIREN, n, code_commune=commune) for n, commune in enumerate(lieux.values(), 1)))
    f.charger("mensuels", [
        {"siret": siret, "mois": mois, "total": 10**rang, "cdi": 2 * 10**rang}
        for rang, siret in enumerate(lieux) for mois in (date(2025, 9, 1), date(2026, 9, 1))
    ])  # fmt: skip
    ici, entreprise = (
        [re.findall(r"<t[hd][^>]*>(?:<bdi>)?([^<]*)", rangee) for rangee in re.findall("<tr>(.*?)</tr>", page)]
        for page in (page_de(agent, f"/etablissement/{f.siret_no(SIREN)}/note"), page_de(agent, NOTES[0]))
    )
    assert ici[:5] == [
        ["Septembre 2026", "Ici", "Nord (59)", "Entreprise"],
        ["Salariés", "1", "11", "1\u202f111"],
        ["sur 12 mois", "→ stable", "→ stable", "→ stable"],
        ["CDI", "2", "22", "2\u202f222"],
        ["Établissements", "1", "2", "4"],
    ]
    assert [rangee[:1] + rangee[-2:] for rangee in ici[:5]] == entreprise[:5]


def test_an_establishment_is_told_with_the_directors_of_its_company(
    monkeypatch: pytest.MonkeyPatch, agent: Client
) -> None:
    trait = Mandataires(lambda lignes: [("Président", x["courriel"]) for x in lignes])
    dirigeants = jeux.declarer("mandats", jeux.Immatriculation, "dirigeants", synthese=(trait,))
    jeux.installer(monkeypatch, [dirigeants])
    f.unites(f.unite(SIREN, denomination="VERGERS"))
    f.lieux(f.lieu(SIREN, 1, libelle_commune="LILLE"), f.lieu(SIREN, 2, code_commune="59350"))
    f.charger("mandats", [{"siren": SIREN, "courriel": "MOREL"}])
    page = page_de(agent, f"/etablissement/{f.siret_no(SIREN, 2)}/note")
    assert re.search(
        r"Entreprise</dt><dd><bdi>VERGERS</bdi>.*Siège</dt><dd>.*LILLE.*Président</dt><dd><bdi>MOREL", page, re.S
    )


def test_the_open_site_comes_before_a_closed_head_office(agent: Client) -> None:
    f.unites(f.unite(SIREN, nic_siege=SIRET[9:]))
    f.lieux(
        f.lieu(SIREN, libelle_commune="FERMEVILLE", etat_administratif="F", code_commune="59350"),
        f.lieu(SIREN, 2, libelle_commune="OUVERTVILLE", code_commune="59350"),
    )
    tete = page_de(agent, NOTES[0]).partition('class="fce-cachet"')[0]
    assert 0 < tete.find("OUVERTVILLE") < tete.find("FERMEVILLE") < tete.find("fermé")
