"""Twelve questions that an agent has before a visit or a decision, answered from the first screen alone: the words in
the first 900 pixels of the Synthèse at 1280 wide, as a script reads them, without a click."""

from __future__ import annotations

import re
from typing import Final

import pytest
from playwright.sync_api import Page

from fce.demo.personnages import GROUPE, SIEGE_FERME
from tests.e2e.personnages import jouer
from tests.navigateur import attendre_les_blocs

pytestmark = pytest.mark.epreuve
LECTEURS: Final = {
    "public": "",
    "inspection": "Inspectrice du travail",
    "dreets": "Chargé de mission économique",
    "dgfip": "Vérificatrice",
    "douane": "Agent des douanes",
}
TOUS: Final = frozenset(LECTEURS)
AGENTS: Final = TOUS - {"public"}
JOUR: Final = r"\d\d/\d\d/\d{4}"
NOMBRE: Final = r"\d[\d ]*"
TRANCHE: Final = rf"Effectif, tranche \d{{4}} .{{0,20}}?{NOMBRE} salariés"

# {question: (company, who may know, what answers)}. To whoever may not know, the first screen says nothing of it.
QUESTIONS: Final = {
    "qui est-ce ?": (GROUPE, TOUS, rf"{GROUPE.nom}.* Sidérurgie NAF"),
    "est-elle en vie ?": (GROUPE, TOUS, rf"En activité depuis le {JOUR}"),
    "où est son siège ?": (GROUPE, TOUS, r"Siège : .* \d{5} COURBEVOIE"),
    "qui la dirige ?": (GROUPE, TOUS, r"Président Jean LUSTRIZAC"),
    "combien de salariés ?": (
        GROUPE,
        TOUS,
        rf"{NOMBRE} salariés (et plus )?toute l'entreprise, (\w+|en) \d{{4}}|{TRANCHE}",
    ),
    "est-elle à jour de ses impôts ?": (GROUPE, {"dgfip"}, r"Régularité fiscale, liasse, .* sous secret, ouvrir"),
    "son EORI est-il actif ?": (GROUPE, {"douane"}, r"EORI actif FR\d+, toute l'entreprise, dit par un fichier"),
    "où est-elle en France ?": (GROUPE, {"dgfip", "douane"}, r"En France – \d+ régions .*siège"),
    # Whoever reads the whole country has no département of his own.
    "combien dans mon département ?": (
        GROUPE,
        {"inspection", "dreets"},
        rf"Chez vous – .*? {NOMBRE} (salariés|établissement)",
    ),
    "quel chiffre d'affaires ?": (GROUPE, TOUS, r"CA (publié )?\d{4} \d+(,\d)? M"),
    "est-elle en procédure ?": (SIEGE_FERME, TOUS, rf"Redressement judiciaire : .* du {JOUR}"),
    "y a-t-il un plan social ?": (GROUPE, {"inspection", "dreets"}, rf"Plan de sauvegarde de l’emploi .*{JOUR}"),
    "y a-t-il eu un mort ?": (GROUPE, {"inspection"}, r"1 mort au travail.* période du fichier"),
    "qui s'en est occupé ?": (GROUPE, AGENTS, rf"Qui s’en est occupé {JOUR} (DREETS|UC|DD|Contrôle|Inspection|Pôle)"),
    "qui appeler avant d'y aller ?": (GROUPE, AGENTS, r"Unités? compétentes? .*Écrire à UC"),
    # The same questions of a company in receivership whose siège is closed, with one establishment elsewhere.
    "en redressement, qui est-ce ?": (SIEGE_FERME, TOUS, rf"{SIEGE_FERME.nom}.* Transports routiers de fret .*NAF"),
    "en redressement, est-elle en vie ?": (SIEGE_FERME, TOUS, rf"En activité depuis le {JOUR}"),
    "en redressement, où est-elle ?": (SIEGE_FERME, TOUS, rf"Siège fermé le {JOUR} : .* Ouvert : .* \d{{5}} LE HAVRE"),
    "en redressement, qui la dirige ?": (SIEGE_FERME, TOUS, r"Gérant \w+ \w+"),
    "en redressement, combien de salariés ?": (SIEGE_FERME, TOUS, r"\d+ à \d+ salariés"),
    "en redressement, combien chez moi ?": (
        SIEGE_FERME,
        {"inspection", "dreets"},
        r"Chez vous – .* Aucun établissement ouvert",
    ),
    "en redressement, où en France ?": (SIEGE_FERME, {"dgfip", "douane"}, r"En France – 1 région 1 établissement"),
    "en redressement, quels comptes ?": (SIEGE_FERME, {"dgfip", "douane"}, r"CA publié \d{4} \d"),
    "en redressement, qui s'en est occupé ?": (SIEGE_FERME, AGENTS, rf"Qui s’en est occupé {JOUR} UC"),
    "en redressement, qui appeler ?": (SIEGE_FERME, AGENTS, r"Écrire à UC"),
    "en redressement, est-elle à jour de ses impôts ?": (
        SIEGE_FERME,
        {"dgfip"},
        r"Régularité fiscale, liasse, .* sous secret, ouvrir",
    ),
}
PREMIER_ECRAN: Final = """() => {
  const lus = [];
  const marche = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  for (let texte = marche.nextNode(); texte; texte = marche.nextNode()) {
    const etendue = document.createRange();
    etendue.selectNodeContents(texte);
    const boite = etendue.getBoundingClientRect();
    if (boite.width && boite.height && boite.bottom <= window.innerHeight) lus.push(texte.data);
  }
  return lus.join(" ");
}"""


@pytest.mark.parametrize("qui", [*LECTEURS])
def test_the_first_screen_answers_each_question_of_who_may_know(agent: Page, qui: str) -> None:
    if LECTEURS[qui]:
        jouer(agent, LECTEURS[qui])
    ecrans = {siren: premier_ecran(agent, siren) for siren in {e.siren for e, *_ in QUESTIONS.values()}}
    sans_reponse = {
        question: ecrans[entreprise.siren]
        for question, (entreprise, sachants, reponse) in QUESTIONS.items()
        if bool(re.search(reponse, ecrans[entreprise.siren], re.IGNORECASE)) is not (qui in sachants)
    }
    assert sans_reponse == {}


def premier_ecran(page: Page, siren: str) -> str:
    """The words in sight once the sheet of a company has opened, hidden names of icons included."""
    page.goto(f"/entreprise/{siren}")
    attendre_les_blocs(page)
    return " ".join(re.sub(r"[\u00a0\u202f\u2009]", " ", page.evaluate(PREMIER_ECRAN)).split())
