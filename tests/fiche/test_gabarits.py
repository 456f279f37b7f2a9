"""A folder of the catalogue may print its bloc itself; whatever its template does, the rest of the sheet is there."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import openpyxl  # type: ignore[import-untyped]
import pytest
from django.template import engines
from django.test import Client

from fce.fiche.page import gabarits
from fce.sources.acces import Habilite
from tests.fiche import jeux
from tests.fiche.jeux import SIREN, SIRET
from tests.service.portail.pages import verifier

pytestmark = pytest.mark.django_db
Poser = Callable[[str], None]


@pytest.fixture
def poser(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> Poser:
    """Put a ``section.html`` in the folder of the invented decisions."""
    declarees = jeux.jeux()
    jeux.installer(monkeypatch, declarees.values())
    jeux.peupler()

    def _poser(texte: str) -> None:
        monkeypatch.setattr(
            gabarits,
            "section",
            lambda source: engines["django"].from_string(texte) if source.nom == "decisions-inventees" else None,
        )

    return _poser


def test_the_template_of_the_folder_replaces_that_of_the_form(client: Client, poser: Poser) -> None:
    poser(
        "{% load fce %}<p>{{ bloc.titre }} :</p>"
        "<ul>{% for ligne in lignes %}"
        '<li class="perso">{{ ligne.dossier }} {{ ligne.jour_decision|jour }}</li>{% endfor %}</ul>'
        '{% include "fiche/_tableau.html" %}'
    )
    html = client.get(f"/entreprise/{SIREN}/tout").content.decode()
    verifier(html)
    assert '<li class="perso">D1 05/10/2026</li>' in html
    assert f'href="/entreprise/{SIREN}/decisions-inventees.csv"' in html
    assert "Source : OI" in html


def test_what_the_reader_may_not_see_does_not_reach_the_template(
    client: Client, poser: Poser, monkeypatch: pytest.MonkeyPatch
) -> None:
    poser("{% for ligne in lignes %}<p>{{ ligne.motif|default_if_none:'rien' }}{{ ligne.items }}</p>{% endfor %}")
    with pytest.raises(AssertionError, match="variable de gabarit indéfinie"):
        client.get(f"/entreprise/{SIREN}/tout")
    poser("{% for ligne in lignes %}<p>{% for a, v in ligne.items %}{{ a }}={{ v }} {% endfor %}</p>{% endfor %}")
    assert "MOTIF RESERVE" not in client.get(f"/entreprise/{SIREN}/tout").content.decode()
    jeux.installer(monkeypatch, jeux.jeux(acces=Habilite("emploi")).values())
    assert "dossier=D1" not in client.get(f"/entreprise/{SIREN}/tout").content.decode()


@pytest.mark.parametrize(
    "texte",
    [
        "{% if %}",
        "{{ contenu|filtre_inconnu }}",
        "{% load bibliotheque_absente %}",
        '{% include "fiche/absent.html" %}',
        "{% widthratio contenu 1 'x' %}{{ lignes.0.jour_decision|date:1|add:lignes }}{% url 'absente' %}",
        "<div><p>jamais fermé</p>",
        "</div></section>",
        "<p class=",
        "<!-- tout le reste <p></p>",
    ],
)
def test_a_broken_template_costs_only_its_block(
    client: Client, poser: Poser, monkeypatch: pytest.MonkeyPatch, texte: str
) -> None:
    entier = client.get(f"/etablissement/{SIRET}/tout").content.decode()
    assert "dossier" in entier.lower()

    def section(source: object) -> object:
        if getattr(source, "nom", "") != "decisions-inventees":
            return None
        return engines["django"].from_string(texte)

    monkeypatch.setattr(gabarits, "section", section)
    reponse = client.get(f"/etablissement/{SIRET}/tout")
    html = reponse.content.decode()
    assert reponse.status_code == 200
    verifier(html)
    assert "Decisions inventees : les données sont là mais ne peuvent pas être affichées (OI, Essai)." in html
    assert "jamais fermé" not in html
    for autre in ("Accords inventes", "Effectifs inventes", "Établissement labellisé"):
        assert autre in html
    # A template is the business of the page only: data leave by the other ways.
    api = client.get(f"/api/v1/etablissements/{SIRET}").json()
    assert next(s for r in api["rubriques"] for s in r["sources"] if s["source"] == "decisions-inventees")["lignes"]
    classeur = openpyxl.load_workbook(BytesIO(b"".join(client.get(f"/etablissement/{SIRET}/export.xlsx"))))
    assert "D1" in {c for rang in classeur["Mutations économiques"].values for c in rang}


def test_the_section_is_looked_for_in_the_folder_of_the_declaration(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pathlib import Path

    dossier = Path(str(tmp_path))
    monkeypatch.setattr("fce.fiche.page.gabarits.inspect.getfile", lambda _: str(dossier / "source.py"))
    sans, avec = jeux.jeux()["labels-inventes"], jeux.jeux()["comptes-inventes"]
    assert gabarits.section(sans) is None
    (dossier / "section.html").write_text("<p>é {{ bloc.titre }}</p>", encoding="utf-8")
    assert gabarits.section(avec).render({"bloc": {"titre": "<b>"}}) == "<p>é &lt;b&gt;</p>"
