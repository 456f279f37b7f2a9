"""What is above every tab: the alarms and the counts, written by the server on each page."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from fce.droits.journal.models import Consultation
from fce.sources.declaration import Habilite
from fce.sources.onglets import ONGLETS, TOUT
from tests.donnees.entreprises import fabrique as f
from tests.fiche import jeux, territoires
from tests.fiche.fiches import fiche_de
from tests.fiche.jeux import SIREN, SIRET
from tests.fiche.test_charge import allers_retours, soixante_dix
from tests.fiche.test_fraicheur import le

pytestmark = pytest.mark.django_db


def pages(base: str) -> list[str]:
    """Every tab of a sheet, the whole of it included."""
    sans = {"etablissements"} if "etablissement/" in base else set()
    return [f"{base}/{cle}" for cle in (*ONGLETS, TOUT.cle) if cle not in sans]


def alarmes(html: str) -> list[str]:
    """The facts of the alarms of a page."""
    if liste := re.search(r'<section class="fce-alertes".*?</section>', html, re.S):
        return re.findall(r'<li class="fce-alerte"><a [^>]*>(.*?)</a>', liste[0])
    return []


def comptes(html: str) -> dict[str, str]:
    """{title of a tab: what it holds} as a page says it, those that hold something."""
    bande = re.search(r'<details class="fce-bande".*?</details>', html, re.S)
    assert bande is not None
    lignes = re.findall(r"<strong>([^<]*)</strong>(?: <span>(.*?)</span>)?</a>", bande[0])
    return {titre: ligne for titre, ligne in lignes if ligne}


@pytest.mark.usefixtures("inventees")
def test_v15_every_tab_has_the_alarms_and_the_counts_of_the_synthese(
    monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    le(monkeypatch, date(2026, 11, 25))
    for base in (f"/entreprise/{SIREN}", f"/etablissement/{SIRET}"):
        synthese = client.get(base).content.decode()
        attendues, lignes = alarmes(synthese), comptes(synthese)
        assert attendues
        assert len(lignes) > 2
        compteur = re.search(r'<li id="compteur-alertes".*?</li>', synthese, re.S)
        for page in pages(base):
            html = client.get(page).content.decode()
            dites = [a.removeprefix("Entreprise : ").casefold() for a in attendues]
            assert sorted(a.removeprefix("Entreprise : ").casefold() for a in alarmes(html)) == sorted(dites), page
            assert comptes(html) == lignes, page
            assert compteur is not None
            assert compteur[0] in html, page


@pytest.mark.usefixtures("inventees")
def test_v15_nothing_above_a_tab_waits_for_a_script(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    for page in pages(f"/entreprise/{SIREN}"):
        html = client.get(page).content.decode()
        avant, marque, _ = html.partition('<div id="onglet"')
        assert marque
        assert 'hx-trigger="load"' not in avant, page


def test_v15_a_tab_through_htmx_reads_its_own_sources_only(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    soixante_dix(monkeypatch)
    adresse = f"/entreprise/{SIREN}/travail"
    htmx = {"HX-Request": "true", "HX-Target": "onglet"}
    fragment, page = (
        allers_retours(lambda: client.get(adresse, headers=htmx)),
        allers_retours(lambda: client.get(adresse)),
    )
    assert fragment <= 3
    assert page <= fragment + 3


def test_v15_a_tab_with_its_synthese_weighs_one_company(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Synthèse reads every source: it weighs, and the tab beside it does not weigh a second time."""
    jeux.installer(monkeypatch, [jeux.declarer("labels", jeux.Label, "aides", Habilite("emploi"))])
    f.unites(f.unite(territoires.SIREN))
    f.lieux({**f.lieu(territoires.SIREN), "code_commune": "59350"})
    f.charger("labels", [{"siret": f.siret_no(territoires.SIREN), "numero": "L"}])
    for onglet, pesees in (("aides", [1, 0]), ("annonces", [1])):
        avant = set(Consultation.objects.values_list("pk", flat=True))
        fiche = fiche_de(territoires.SIREN, territoires.lecteur("59"), onglet=ONGLETS[onglet], avec_synthese=True)
        assert fiche.synthese is not None
        assert [c.poids for c in Consultation.objects.exclude(pk__in=avant).order_by("pk")] == pesees, onglet
