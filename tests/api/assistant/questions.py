"""Sixty questions that agents write, with the calls that answer each of them in the demonstration.

A question: (text, calls, what the last answer says, as a regular expression). « {siren} » in an argument is the SIREN
of the first company that the call before found.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

Appel = tuple[str, dict[str, Any]]


class QuestionEcrite(NamedTuple):
    texte: str
    appels: tuple[Appel, ...]
    reponse: str


def _q(texte: str, reponse: str, *appels: Appel) -> QuestionEcrite:
    return QuestionEcrite(texte, appels, reponse)


def _trouver(q: str, **autres: Any) -> Appel:
    return "chercher", {"q": q, **autres}


FICHE: Final = ("fiche", {"numero": "{siren}"})
HISTOIRE: Final = ("historique", {"numero": "{siren}"})
GROUPE: Final = ("groupe", {"numero": "{siren}"})
DISCORDES: Final = ("contradictions", {"numero": "{siren}"})
FORGES, TREGLOMARD, KARBUMARD = _trouver("VALSDORAC"), _trouver("TREGLOMARD"), _trouver("KARBUMARD")
HAUSDONEL, HOPITAL = _trouver("TISSAGES HAUSDONEL", etat="cesse"), _trouver("ROSVLANEL")
MAIRIE, MOULIN = _trouver("SAINT-GALVRERON"), _trouver("VIEUX MOULIN BELVRENEL")
EN_2020: Final = ("groupe", {"numero": "{siren}", "au": 2020})
TENUES: Final = ("groupe", {"numero": "000001271"})
VAUGLOLAC: Final = ("chercher", {"q": "000 001 271"})
LIEUX: Final = ("chercher", {"q": "000001461", "vue": "etablissements", "etat": "tous"})


def _onglet(cle: str) -> Appel:
    return "onglet", {"numero": "{siren}", "onglet": cle}


QUESTIONS: Final = (
    _q("Quel est le SIREN des forges de Valsdorac ?", "000001008", FORGES),
    _q("Qui est le 000 001 016 ?", "COMPTOIRS TREGLOMARD", ("fiche", {"numero": "000 001 016"})),
    _q("À qui est le SIRET 000 001 461 00011 ?", "KARBUMARD", ("fiche", {"numero": "000 001 461 00011"})),
    _q("Que fait Valsdorac ?", r"24\.10Z – Sidérurgie", FORGES, FICHE),
    _q("Où est le siège de Valsdorac ?", r"\d{5} [A-Z]", FORGES, FICHE),
    _q("Combien de salariés chez Valsdorac ?", "2 000 à 4 999 salariés", FORGES, FICHE),
    _q("Depuis quand Valsdorac existe-t-elle ?", "02/02/1954", FORGES, FICHE),
    _q("Quel est le chiffre d’affaires de Valsdorac ?", r"Chiffre d'affaires[^€]*€ au 31/12", FORGES, FICHE),
    _q("Valsdorac a-t-elle une alarme ?", "Index égalité", FORGES, FICHE),
    _q("Combien d’établissements ouverts a Valsdorac ?", r"Établissements ouverts : « \d", FORGES, FICHE),
    _q("Quelle est la catégorie de Valsdorac ?", "Entreprise de taille intermédiaire", FORGES, FICHE),
    _q("Karbumard va-t-elle bien ?", "Redressement judiciaire", KARBUMARD, FICHE),
    _q("Le siège de Karbumard est-il ouvert ?", "Siège fermé", KARBUMARD, FICHE),
    _q("De quand date le redressement de Karbumard ?", r"redressement judiciaire du \d\d/\d\d/\d{4}", KARBUMARD, FICHE),
    _q("Les Tissages Hausdonel existent-ils encore ?", "cessée", HAUSDONEL, FICHE),
    _q("Quand Hausdonel a-t-elle cessé ?", r"Entreprise cessée », le « |Quand : « \d\d/\d\d/\d{4}", HAUSDONEL, FICHE),
    _q("Qui a repris Hausdonel ?", "000 001 081 00017", HAUSDONEL, HISTOIRE),
    _q("Hausdonel a-t-elle été liquidée ?", "liquidation judiciaire", HAUSDONEL, _onglet("annonces")),
    _q("Quel tribunal a jugé Hausdonel ?", "tribunal de commerce d’Epinal", HAUSDONEL, _onglet("annonces")),
    _q("Quand Hausdonel a-t-elle été radiée ?", r"Radiation à compter du \d\d/\d\d", HAUSDONEL, HISTOIRE),
    _q("Qui est le maire de Saint-Galvreron ?", "Fonction : « Maire »", MAIRIE, _onglet("dirigeants")),
    _q("Combien d’habitants à Saint-Galvreron ?", r"Population totale [^:]*: « \d", MAIRIE, _onglet("dirigeants")),
    _q("Quel est le code officiel de Saint-Galvreron ?", "23096", MAIRIE, _onglet("dirigeants")),
    _q("Que fait le centre hospitalier Rosvlanel ?", "86.10Z – Activités hospitalières", HOPITAL, FICHE),
    _q("L’hôpital Rosvlanel forme-t-il ?", "1 déclaration d'activité", HOPITAL, FICHE),
    _q("Où est l’hôpital Rosvlanel ?", "54000 NANCY", HOPITAL, FICHE),
    _q("Le Vieux Moulin a-t-il un numéro RNA ?", "W99", MOULIN, _onglet("dirigeants")),
    _q("Quel est l’objet du Vieux Moulin ?", "Objet : « ", MOULIN, _onglet("dirigeants")),
    _q("Le Vieux Moulin est-il en activité ?", "en activité", MOULIN),
    _q("Qui préside Vauglolac, la grande ?", "qui préside", ("groupe", {"numero": "000001164"})),
    _q("Que tient la holding Vauglolac ?", "000001164", TENUES),
    _q("Combien de sociétés dans le groupe Vauglolac ?", "2 sociétés connues", TENUES),
    _q("Valsdorac a-t-elle un groupe ?", "Aucun lien connu", FORGES, GROUPE),
    _q("Et du groupe de Karbumard en 2020 ?", "tel que déclaré en 2020", KARBUMARD, EN_2020),
    _q("La holding Vauglolac publie-t-elle ses comptes ?", "Clôture de l'exercice", VAUGLOLAC, _onglet("finances")),
    _q("Les registres se contredisent-ils sur Valsdorac ?", "fondation", FORGES, DISCORDES),
    _q("Qu’est-ce qui cloche chez Karbumard ?", "siège fermé", KARBUMARD, DISCORDES),
    _q("Y a-t-il une contradiction sur le Vieux Moulin ?", "contradiction", MOULIN, DISCORDES),
    _q("Quel est le résultat d’exploitation de Valsdorac ?", "Résultat d'exploitation", FORGES, _onglet("finances")),
    _q("Valsdorac a-t-elle eu des aides de l’Ademe ?", "Réemploi d'emballages|Aide", FORGES, _onglet("aides")),
    _q("Quelles aides de minimis a eues Valsdorac ?", "Minimis", FORGES, _onglet("aides")),
    _q("Quels marchés publics a Valsdorac ?", "Acheteur : « ", FORGES, _onglet("marches")),
    _q("Qui achète à Valsdorac ?", "CENTRE HOSPITALIER ROSVLANEL|COMMUNE", FORGES, _onglet("marches")),
    _q("Quels accords a signés Valsdorac ?", "Signé le", FORGES, _onglet("travail")),
    _q("Quelle est la dernière annonce de Valsdorac ?", "Publiée le", FORGES, _onglet("annonces")),
    _q("Quel est le capital de Valsdorac ?", "Capital social : « 168.794.000 »", FORGES, _onglet("dirigeants")),
    _q("Valsdorac a-t-elle un agrément sanitaire ?", "N° d'agrément", FORGES, _onglet("agrements")),
    _q("Que s’est-il passé récemment chez Valsdorac ?", "Annonce au Bodacc", FORGES, HISTOIRE),
    _q("Quand le siège de Karbumard a-t-il fermé ?", "Fermeture du siège", KARBUMARD, HISTOIRE),
    _q("Puis-je lire l’activité partielle de Valsdorac ?", "réservé aux agents habilités", FORGES, _onglet("emploi")),
    _q("Puis-je lire les liasses fiscales de Valsdorac ?", "couvert par un secret", FORGES, _onglet("fiscalite")),
    _q("Combien d’établissements a Treglomard ?", r"Établissements ouverts : « [\d ]+", TREGLOMARD, FICHE),
    _q("Quels sont les établissements de Karbumard ?", "00000146100029", LIEUX),
    _q("Quelles boulangeries connaît-on ?", "QUESTROUVEL", ("chercher", {"naf": ["10.71C"]})),
    _q("Y a-t-il une boulangerie à Rennes ?", "35200 RENNES", ("chercher", {"naf": ["10.71C"], "lieu": ["Rennes"]})),
    _q("Qui écrit « Questrouvel » ?", "000001032", _trouver("questrouvel")),
    _q("Que veut dire B.E.Z.I. ?", "ZELVRERAC", _trouver("BEZI")),
    _q("D’où viennent les annonces ?", "Direction de l'information légale", ("sources", {"q": "bodacc"})),
    _q("De quand date le fichier de l’Insee ?", r"au \d\d/\d\d/\d{4}", ("sources", {"q": "insee"})),
    _q("Combien de jeux de données sont lus ?", r"\d+ jeux de données", ("sources", {})),
)  # fmt: skip
