"""Rows of tables are built in Python: no value, label or address that a source holds ever becomes markup."""

import pytest

from fce.fiche.formes.contenu import Cellule, ColonneVue, EnTableau, EnValeurs, LienExterne, Provenance
from fce.fiche.formes.graphique import Graphique, Repere
from fce.fiche.page import html, html_graphiques
from fce.fiche.templatetags import fiche
from fce.fiche.unite.perimetre import ENTREPRISE, Etendue, Perimetre

HOSTILES = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='x",
    "{{ 7*7 }}",
    "</td></tr>",
]
PARTIE = Perimetre(Etendue.ENTREPRISE, entier=False, territoire=frozenset({"<script>"}), motif="<script>")


@pytest.mark.parametrize("texte", HOSTILES)
def test_no_value_becomes_markup(texte: str) -> None:
    colonnes = (ColonneVue("a", texte), ColonneVue("b", texte, chiffre=True))
    cellules = (Cellule(texte), Cellule(texte, lien=f"https://exemple.fr/{texte}"))
    tableau = EnTableau(colonnes, (cellules,), 1, PARTIE, totaux=cellules, ensemble=cellules)
    for imprime in (
        fiche.rangees(tableau),
        fiche.totaux(tableau),
        fiche.entetes(tableau, frozenset({"a"}), "/entreprise/1", texte),
        fiche.cellule(cellules[1]),
    ):
        sans_balise(imprime)


@pytest.mark.parametrize("texte", HOSTILES)
def test_no_bloc_becomes_markup(texte: str) -> None:
    lien = LienExterne(texte, f"https://exemple.fr/{texte}")
    cellules = (Cellule(texte), Cellule(texte, lien=f"/etablissement/{texte}"))
    contenu = EnTableau(
        (ColonneVue("a", texte), ColonneVue("b", texte)),
        (cellules,),
        30,
        PARTIE,
        totaux=cellules,
        ensemble=cellules,
        note=texte,
        liens=(lien,),
        suite=True,
        synthese=EnTableau((ColonneVue("a", texte), ColonneVue("b", texte)), (cellules,), 1, ENTREPRISE),
        optionnelles=("b",),
    )
    sans_balise(html.tableau(contenu, texte, texte, f"/entreprise/{texte}"))
    paires = ((texte, cellules[0]), (texte, cellules[1]))
    sans_balise(html.valeurs(EnValeurs(paires, ENTREPRISE, phrase=texte, autres=3, liens=(lien,)), texte, texte, texte))
    sans_balise(html.perimetre(texte))
    sans_balise(html.options([(texte, texte, True), (texte, texte, False)]))
    sans_balise(html.provenances([Provenance(texte, texte, texte, texte)] * 6))
    repere = Repere("1", texte)
    sans_balise(html_graphiques.graphiques([Graphique(texte, texte, (), (repere,), (repere,))], texte, texte))


def sans_balise(html: str) -> None:
    for balise in ("<script", "<img", "onmouseover='", "</td></tr></td>"):
        assert balise not in html
    assert html.count("<") == html.count(">")


@pytest.mark.parametrize(
    "lien", ["javascript:alert(1)", "data:text/html,x", "//exemple.fr", "http://exemple.fr", " https:"]
)
def test_only_our_pages_https_and_mail_are_links(lien: str) -> None:
    assert "<a" not in fiche.cellule(Cellule("texte", lien=lien))


@pytest.mark.parametrize("lien", ["https://exemple.fr", "/entreprise/1", "mailto:uc@exemple.fr"])
def test_the_others_are(lien: str) -> None:
    assert f'href="{lien}"' in fiche.cellule(Cellule("texte", lien=lien))
