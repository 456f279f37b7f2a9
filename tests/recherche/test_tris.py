"""In which order results come when the reader chooses it."""

import datetime as dt

import pytest

from fce.recherche.question.requete import Requete
from fce.recherche.reponse import parcours, selectors
from tests.recherche.univers import BREST, LYON, Univers


def test_sorts(univers: Univers) -> None:
    a = univers.entreprise("TOIT ALPHA", LYON, tranche_effectifs="01", date_creation=dt.date(2001, 1, 1))
    b = univers.entreprise("TOIT BETA", BREST, tranche_effectifs="21", date_creation=dt.date(2003, 1, 1))
    c = univers.entreprise("TOIT GAMMA", date_creation=None)
    univers.indexer()
    attendus = {"effectif": [b, a, c], "-effectif": [a, b, c], "creation": [b, a, c], "-creation": [a, b, c],
                "nom": [a, b, c], "-nom": [c, b, a], "commune": [b, c, a], "-commune": [a, c, b]}  # fmt: skip
    for tri, ordre in attendus.items():
        trouves = selectors.rechercher(Requete.depuis({"q": "toit", "tri": tri})).resultats
        assert [r.entreprise.siren for r in trouves] == ordre, tri


@pytest.mark.parametrize("vue", ["entreprises", "etablissements"])
def test_t5_head_counts_sort_from_no_employee_to_the_largest_and_unknown_is_last_both_ways(
    univers: Univers, vue: str
) -> None:
    # « NN » says no employee all year long, « 00 » none on its last day; an empty or foreign code says nothing.
    codes = ["53", "11", "03", "02", "01", "00", "NN"]
    connus = [univers.entreprise("TOIT", {"tranche_effectifs": c}, tranche_effectifs=c) for c in codes]
    inconnus = {univers.entreprise("TOIT", {"tranche_effectifs": c}, tranche_effectifs=c) for c in (None, "", "ZZ")}
    univers.indexer()
    for tri, ordre in (("effectif", connus), ("-effectif", connus[::-1])):
        requete = Requete.depuis({"q": "toit", "tri": tri, "vue": vue})
        trouves = [r.entreprise.siren for r in selectors.rechercher(requete).resultats]
        assert trouves[: len(connus)] == ordre, tri
        assert set(trouves[len(connus) :]) == inconnus
        exportes = [r.entreprise.siren for paquet in parcours.parcourir(requete) for r in paquet]
        assert exportes == trouves
