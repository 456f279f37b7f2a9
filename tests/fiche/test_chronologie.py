"""The timeline merges every dated fact: the sheet prints the latest, its own page has them all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from fce.entreprises.historique import Evenement, par_date
from fce.fiche.page.chapitres import chronologie, page_chronologie
from fce.sources.presentation import Jalon, Tableau
from tests.entreprises import fabrique as f
from tests.fiche import jeux
from tests.fiche.jeux import AUTRE, SIREN, SIRET
from tests.portail.pages import verifier


def jalons(nombre: int, par_jour: int = 1) -> tuple[object, ...]:
    jour = date(2026, 1, 1)
    return par_date(
        [
            Evenement(jour - timedelta(days=n), "fait", "Contrôle", f"n° {n}-{m}", "jeu")
            for n in range(nombre)
            for m in range(par_jour)
        ]
    )


@pytest.mark.parametrize(
    ("nombre", "par_jour", "gardes", "suite"),
    [(0, 1, 0, False), (40, 1, 40, False), (41, 1, 40, True), (30, 3, 13, True), (1, 90, 1, False), (2, 90, 1, True)],
)
def test_la_fiche_garde_les_dates_entieres_les_plus_recentes(
    nombre: int, par_jour: int, gardes: int, suite: bool
) -> None:
    vue = chronologie(jalons(nombre, par_jour))
    assert (len(vue.jalons), vue.total, vue.suite) == (gardes, nombre * par_jour, suite)


def test_les_pages_se_suivent_sans_trou_et_restent_dans_les_bornes() -> None:
    tous = jalons(250)
    vues = [page_chronologie(tous, n) for n in (1, 2, 3)]  # type: ignore[arg-type]
    assert [j for v in vues for j in v.jalons] == list(tous)
    assert {v.pages for v in vues} == {3}
    assert page_chronologie(tous, 99).page == 3  # type: ignore[arg-type]
    assert page_chronologie((), 1).jalons == ()


@pytest.mark.django_db
def test_la_page_donne_tout_avec_ses_liens_et_rien_d_executable(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    accords = jeux.declarer(
        "accords-inventes", jeux.Accord, "aides", presentation=Tableau(),
        jalon=Jalon("signature", "Accord <signé>", "dossier"),
    )  # fmt: skip
    jeux.installer(monkeypatch, [accords])
    f.unites(f.unite(SIREN, denomination="VERGERS DU NORD"))
    f.lieux(f.lieu(SIREN), f.lieu(SIREN, 2))
    f.charger(
        "accords-inventes",
        [{"siret": AUTRE, "dossier": f"<b>{n}</b>", "signature": date(2026, 1, 1) - timedelta(n)} for n in range(60)],
    )
    fiche = client.get(f"/entreprise/{SIREN}/tout").content.decode()
    assert f'href="/entreprise/{SIREN}/chronologie">Voir toute la chronologie : 61 événements</a>' in fiche
    assert (
        "&lt;b&gt;59&lt;/b&gt;"
        not in fiche.split('id="dirigeants"')[0].split('class="fce-chronologie"')[1].split("</ol>")[0]
    )
    reponse = client.get(f"/entreprise/{SIREN}/chronologie")
    html = reponse.content.decode()
    verifier(html)
    assert reponse["X-Robots-Tag"] == "noindex"
    assert "&lt;b&gt;59&lt;/b&gt;" in html
    assert "Accord &lt;signé&gt;" in html
    assert f'href="/etablissement/{AUTRE}"' in html
    assert client.get(f"/etablissement/{SIRET}/chronologie").status_code == 200
    assert client.get(f"/entreprise/{f.siren_no(5)}/chronologie").status_code == 404
