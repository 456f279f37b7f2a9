"""The band of tabs: four groups, the reader's trade first; on a tab, alarms on one line."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from fce.droits.habilitations.finalites import PROFILS, Profil
from fce.fiche.page.alarmes import Alarmes, LigneAlarme
from fce.sources.onglets import GROUPES_D_ONGLETS, METIERS, ONGLETS, TOUT, GroupeOnglets, groupes, onglets_tries
from tests.acces.acteurs import habilite
from tests.donnees.entreprises import fabrique as f
from tests.fiche import jeux
from tests.fiche.jeux import SIREN, SIRET
from tests.fiche.test_bandeau import pages
from tests.fiche.test_fraicheur import le


def bande(html: str) -> list[tuple[str, list[str]]]:
    """(title, addresses) of each group of a page."""
    nav = re.search(r'<nav class="fce-bande__groupes".*?</nav>', html, re.S)
    assert nav is not None
    return [
        (re.sub(r"<[^>]+>", "", titre), re.findall(r'<a href="[^"]*/([a-z]+)"', liens))
        for titre, liens in re.findall(r"<h2[^>]*>(.*?)</h2>(.*?)</div>", nav[0], re.S)
    ]


@pytest.mark.parametrize("ordre", [GROUPES_D_ONGLETS, *METIERS.values()])
def test_e1_each_tab_is_in_one_group_of_four(ordre: tuple[GroupeOnglets, ...]) -> None:
    assert len(ordre) == 4
    assert sorted(cle for g in ordre for cle in g.onglets) == sorted([*ONGLETS, TOUT.cle])


@pytest.mark.parametrize("profil", PROFILS.values(), ids=list(PROFILS))
def test_e1_the_group_of_the_trade_is_first_and_the_memory_last(profil: Profil) -> None:
    premier = onglets_tries(profil.onglets)[0]
    ordre = groupes(premier, [profil.code])
    assert premier.cle in ordre[0].onglets
    assert TOUT.cle in ordre[-1].onglets
    assert set(METIERS) <= set(PROFILS)


@pytest.mark.django_db
@pytest.mark.usefixtures("inventees")
def test_e1_every_page_has_the_groups_and_marks_the_current_one(client: Client) -> None:
    for base in (f"/entreprise/{SIREN}", f"/etablissement/{SIRET}"):
        synthese = client.get(base).content.decode()
        attendus = bande(synthese)
        assert next(titre for titre, _ in attendus) == "L’entreprise"
        assert attendus[-1][0] == "La mémoire"
        assert all(cles for _, cles in attendus)
        assert f'<a href="{base}" aria-current="page">Synthèse</a>' in synthese
        for page in pages(base):
            html = client.get(page).content.decode()
            assert f'<a href="{base}">‹ Synthèse</a>' in html, page
            cle = page.rpartition("/")[2]
            groupes = bande(html)
            # The empty tab that is open is the only one added.
            assert [[c for c in cles if c != cle] for _, cles in groupes if cles != [cle]] == [
                [c for c in cles if c != cle] for _, cles in attendus if cles != [cle]
            ], page
            assert re.search(rf'href="{re.escape(page)}" aria-current="page"', html), page


@pytest.mark.django_db(transaction=True)
def test_e1_the_inspector_and_the_tax_agent_each_see_their_trade_first(monkeypatch: pytest.MonkeyPatch) -> None:
    jeux.installer(
        monkeypatch,
        [
            jeux.declarer("labels", jeux.Label, "controles"),
            jeux.declarer("impots-inventes", jeux.Label, "fiscalite-douane"),
        ],
    )
    f.unites(f.unite(SIREN))
    f.lieux(f.lieu(SIREN))
    for nom in ("labels", "impots-inventes"):
        f.charger(nom, [{"siret": f.siret_no(SIREN), "numero": "L"}])
    for profil, premier in (("inspection-travail", "Contrôle et travail"), ("dgfip", "Fiscalité et comptes")):
        html = habilite(profil).client.get(f"/entreprise/{SIREN}/tout").content.decode()
        assert bande(html)[0][0] == premier


def test_e8b_alarms_of_a_tab_take_one_line_and_none_is_lost() -> None:
    lignes = [LigneAlarme("1 mort au travail" * (1 + n % 2), "Maroilles", "", "", "#", ici=not n) for n in range(9)]
    toutes = Alarmes(tuple(lignes[:4]), tuple(lignes[4:]), ())
    for occupes in (0, 60, 500):
        ligne = toutes.en_ligne(occupes)
        assert [*ligne.montrees, *ligne.autres] == lignes
        assert ligne.montrees
    assert len(toutes.en_ligne(0).montrees) > len(toutes.en_ligne(60).montrees) > len(toutes.en_ligne(500).montrees)


@pytest.mark.django_db
@pytest.mark.usefixtures("inventees")
def test_e8b_a_tab_says_the_fact_of_each_alarm_and_the_synthese_the_rest(
    monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    le(monkeypatch, date(2026, 11, 25))
    html = client.get(f"/entreprise/{SIREN}/finances").content.decode()
    ligne = re.search(r'<div class="fce-ligne">.*?</section>', html, re.S)
    assert ligne is not None
    montrees, _, autres = ligne[0].partition("<details")
    assert "fce-origine" not in montrees
    assert re.findall(r'<li class="fce-alerte"><a href="[^"]+">', montrees)
    assert 'class="fce-compteur" href="#alertes"' in html
    assert autres.count("fce-alerte") == autres.count('<li class="fce-alerte"')
