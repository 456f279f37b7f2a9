"""Sixty more cases typed in the box: phrases that are filters, people, partial numbers, names and activities that a
place does not hold.

The same companies as ``cas``, and read in place as they are.
"""

from typing import NamedTuple

from tests.recherche.pertinence.cas import Cas

_PAR_CLASSE: dict[str, list[tuple[str, str]]] = {
    "filtre naturel": [
        ("adrexo plus de 50 salariés", "315549352"), ("alten plus de 500 salariés", "348607417"),
        ("zolpan plus de 100 salariés", "380520783"), ("nespresso au moins 500 salariés", "382597821"),
        ("croix rouge plus de 5 000 salariés", "775672272"), ("entre 250 et 499 salariés marseille", "410049696"),
        ("centre hospitalier de plus de 1000 salariés", "264900036"),
        ("crédit agricole plus de 500 salariés", "381976448"), ("burger king créée avant 2000", "950026914"),
        ("sovalef créée avant 2000", "391786696"), ("restaurant créé en 2016 nice", "822563698"),
        ("boulangerie créée en 2017 nantes", "828869172"), ("boulangerie sans salarié nantes", "828869172"),
        ("adrexo siège à aix-en-provence", "315549352"),
    ],
    "personne": [
        ("galloudec", "900000104"), ("le galloudec", "900000104"), ("d'aulnoy ferrand", "900000102"),
        ("vasselin lille", "900000101"), ("quesnois rennes", "900000104"), ("galloudec à rennes", "900000104"),
        ("lecoustre brest", "900000102"), ("tournebride à brest", "900000102"),
    ],
    "debut de siren": [
        ("315549", "315549352"), ("38012", "380129866"), ("3825978", "382597821"), ("26490003", "264900036"),
        ("380 12986", "380129866"), ("9545097", "954509741"),
    ],
}  # fmt: skip
NATURELLES = tuple(Cas(classe, requete, siren) for classe, cas in _PAR_CLASSE.items() for requete, siren in cas)

SIRETS: tuple[tuple[str, frozenset[str]], ...] = (
    ("315549352006", frozenset({"31554935200633", "31554935200674"})),
    ("3155493520063", frozenset({"31554935200633"})),
    ("348607417 00", frozenset({"34860741700840"})),
    ("34860741700", frozenset({"34860741700840"})),
    ("3486074170084", frozenset({"34860741700840"})),
    ("0548065420", frozenset({"05480654205433"})),
    ("054 806 542 054", frozenset({"05480654205433"})),
    ("824167787000", frozenset({"82416778700012"})),
    ("SIRET 824 167 787 0001", frozenset({"82416778700012"})),
    ("3801298661", frozenset()),
)
"""Ten to thirteen digits: the establishments that begin so."""


class SansReponse(NamedTuple):
    """``titre``: of the page. ``autour``: number in the département, in the région, in France; a département asked has
    the last two."""

    requete: str
    titre: str
    autour: tuple[int, ...]


SANS_REPONSE = (
    SansReponse("adrexo quimper", "Aucune entreprise « adrexo » à Quimper", (1, 1, 1)),
    SansReponse("alten brest", "Aucune entreprise « alten » à Brest", (0, 0, 1)),
    SansReponse("euromaster bastia", "Aucune entreprise « euromaster » à Bastia", (0, 0, 1)),
    SansReponse("nespresso à mende", "Aucune entreprise « nespresso » à Mende", (0, 0, 1)),
    SansReponse("zolpan quimper", "Aucune entreprise « zolpan » à Quimper", (0, 0, 1)),
    SansReponse("orange aurillac", "Aucune entreprise « orange » à Aurillac", (0, 0, 7)),
    SansReponse("boulangeries paul brest", "Aucune entreprise « boulangeries paul » à Brest", (0, 0, 2)),
    SansReponse("lcl guéret", "Aucune entreprise « lcl » à Guéret", (0, 0, 1)),
    SansReponse("besson chaussures calais", "Aucune entreprise « besson chaussures » à Calais", (0, 0, 1)),
    SansReponse("m6 publicité lille", "Aucune entreprise « m6 publicité » à Lille", (0, 0, 1)),
    SansReponse("sovalef strasbourg", "Aucune entreprise « sovalef » à Strasbourg", (0, 0, 1)),
    SansReponse("burger king vannes", "Aucune entreprise « burger king » à Vannes", (0, 0, 1)),
    SansReponse("vasselin brest", "Aucune entreprise « vasselin » à Brest", (0, 0, 1)),
    SansReponse("boulangerie mende", "Aucune boulangerie à Mende", (0, 2, 60)),
    SansReponse("plombier guéret", "Aucun plombier à Guéret", (0, 4, 79)),
    SansReponse("viticulteur lille", "Aucun viticulteur à Lille", (0, 1, 35)),
    SansReponse("charcuterie bastia", "Aucune charcuterie à Bastia", (0, 0, 3)),
    SansReponse("fromagerie lozère", "Aucune fromagerie en Lozère", (0, 3)),
    SansReponse("maraîcher creuse", "Aucun maraîcher dans la Creuse", (2, 13)),
    SansReponse("plus de 5 000 salariés lyon", "Aucune entreprise avec ces filtres à Lyon", (1, 3, 29)),
    SansReponse("avant 1960 lille", "Aucune entreprise en activité avec ces filtres à Lille", (4, 27, 191)),
    SansReponse("fermée en 2012 paris", "Aucune entreprise (cessées ou fermées) avec ces filtres à Paris", (0, 7)),
)
