"""The map of a territory draws the lines of its page, under their rights: nothing more is read, written or told."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from fce.donnees.entreprises import cartes
from fce.droits.journal.models import Consultation
from tests.donnees.entreprises import fabrique as f
from tests.ensembles.territoires import fabrique as t
from tests.ensembles.territoires.test_page_des_exceptions import lignes, lire

pytestmark = pytest.mark.django_db


def placer(**masques: str) -> None:
    """Put each site of the fixture at its place, ten kilometres apart."""
    f.lieux(
        *(
            f.lieu(
                s, code_commune=commune, libelle_commune=t.NOMS[commune], tranche_effectifs=t.TRANCHES[s],
                coordonnee_lambert_abscisse=704_000 + 10_000 * n, coordonnee_lambert_ordonnee=7_060_000,
                statut_diffusion=masques.get(s, "P" if s == t.MASQUEE else "O"),
            )
            for n, (s, commune) in enumerate(t.COMMUNES.items())
        )
    )  # fmt: skip


@pytest.fixture(autouse=True)
def petites_cartes(peuple: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cartes, "PEU", 1)
    placer()


def carreaux(page: str) -> dict[str, int]:
    """{first line of a square: lines in it}."""
    return {n: int(dit) for n, dit in re.findall(r'<a href="#l-(\d+)"><title>[^<]*: (\d+)[^<]*</title>', page)}


def consultees(client: Client, **choix: Any) -> tuple[str, list[tuple[str, object, int]]]:
    avant = Consultation.objects.count()
    page = lire(client, depuis="tout", **choix)
    ecrites = Consultation.objects.order_by("pk")[avant:]
    return page, [(c.numero, c.lignes, c.poids) for c in ecrites]


def test_each_square_leads_to_a_line_of_the_page_and_they_add_up() -> None:
    page = lire(t.agent("59").client(), depuis="tout", affichage="carte")
    montrees, dessines = lignes(page), carreaux(page)
    assert dessines.keys() <= {*montrees}
    assert all(f'id="l-{numero}"' in page for numero in dessines)
    sans = int(re.findall(r"sans coordonnées : (\d+)", page)[0])
    assert sum(dessines.values()) + sans == len(montrees)
    assert "Par carreau de 4 km" in page


def test_the_map_writes_the_same_in_the_journal_as_the_list() -> None:
    liste, de_la_liste = consultees(t.agent("59").client())
    carte, de_la_carte = consultees(t.agent("59").client(), affichage="carte")
    assert not carreaux(liste)
    assert carreaux(carte)
    assert de_la_liste == de_la_carte != []


def test_a_site_masked_since_has_no_square() -> None:
    client = t.agent("59").client()
    assert t.siret(t.GRANDE) in carreaux(lire(client, depuis="tout", affichage="carte"))
    placer(**{t.GRANDE: "P"})
    page = lire(client, depuis="tout", affichage="carte")
    assert t.siret(t.GRANDE) not in carreaux(page)


def test_who_may_read_no_restricted_fact_has_no_square_of_one() -> None:
    page = lire(t.agent("59", profil="dreets-3e").client(finalite=None), depuis="tout", affichage="carte")
    autre = lire(t.agent("75").client(), depuis="tout", affichage="carte")
    assert carreaux(page)
    assert not {*carreaux(autre)} - {*lignes(autre)}
