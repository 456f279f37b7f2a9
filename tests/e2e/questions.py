"""What someone asks of a company, and its answer in the files of the demonstration, read without the product.

An answer is a regular expression; None when the files have none, and the question is not asked of that company.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from fce.demo.personnages import GROUPE, SIEGE_FERME
from tests.consistance.fichiers import Fichiers, Ligne

LECTEURS: Final = {
    "public": "",
    "inspection": "Inspectrice du travail",
    "inspecteur-62": "Inspecteur du travail dans le Pas-de-Calais",
    "dreets": "Chargé de mission économique",
    "dgfip": "Vérificatrice",
    "douane": "Agent des douanes",
    "ccrf": "Enquêtrice CCRF",
    "sans": "Agente d’une administration sans habilitation",
}
TOUS: Final = frozenset(LECTEURS)
AGENTS: Final = TOUS - {"public", "sans"}
TERRITOIRES: Final = {
    "inspection": frozenset({"59"}),
    "inspecteur-62": frozenset({"62"}),
    "ccrf": frozenset({"59"}),
    "dreets": frozenset({"02", "59", "60", "62", "80"}),
}
TRANCHES: Final = {
    "NN": "Unité non employeuse", "00": "0 salarié", "01": "1 ou 2 salariés", "02": "3 à 5 salariés",
    "03": "6 à 9 salariés", "11": "10 à 19 salariés", "12": "20 à 49 salariés", "21": "50 à 99 salariés",
    "22": "100 à 199 salariés", "31": "200 à 249 salariés", "32": "250 à 499 salariés", "41": "500 à 999 salariés",
    "42": "1 000 à 1 999 salariés", "51": "2 000 à 4 999 salariés", "52": "5 000 à 9 999 salariés",
    "53": "10 000 salariés et plus", "": "Effectif non connu",
}  # fmt: skip
CINQUANTE: Final = frozenset({"21", "22", "31", "32", "41", "42", "51", "52", "53"})


@dataclass(frozen=True)
class Dossier:
    """The rows of one company; ``qui``: who asks."""

    fichiers: Fichiers
    siren: str
    qui: str = "public"

    def lignes(self, nom: str) -> list[Ligne]:
        return self.fichiers.lignes(nom, self.siren)

    @property
    def unite(self) -> Ligne:
        return self.lignes("sirene-unites-legales")[0]

    @property
    def ouverts(self) -> list[Ligne]:
        return [e for e in self.lignes("sirene-etablissements") if e["etatAdministratifEtablissement"] == "A"]

    @property
    def chez_lui(self) -> list[Ligne]:
        """Its open establishments in the territory of who asks."""
        ici = TERRITOIRES.get(self.qui, frozenset())
        return [e for e in self.ouverts if departement(e) in ici]


class Question(NamedTuple):
    """``de``: the only company that it is asked of, "" for all; ``sachants``: who asks; ``onglet``: the link followed
    from the sheet, "" when the first screen answers; ``reserve``: to the others, that screen says nothing of it."""

    texte: str
    reponse: Callable[[Dossier], str | None]
    sachants: frozenset[str] = TOUS
    de: str = ""
    onglet: str = ""
    reserve: bool = False


def departement(etablissement: Ligne) -> str:
    commune = etablissement["codeCommuneEtablissement"]
    return commune[:3] if commune.startswith("97") else commune[:2]


def en_jour(iso: str) -> str:
    return f"{date.fromisoformat(iso[:10]):%d/%m/%Y}"


def milliers(n: int) -> str:
    return f"{n:,}".replace(",", " ")


def abrege(montant: str) -> str:
    """ "13,4 Md€", "785 k€", "1 Md€"."""
    valeur = Decimal(montant)
    seuil, unite = next(((s, u) for s, u in ((9, "Md€"), (6, "M€"), (3, "k€")) if abs(valeur) >= 10**s), (0, "€"))
    tete = valeur / 10**seuil
    dite = f"{tete:.0f}" if abs(tete) >= 100 else f"{tete:.1f}".removesuffix(".0")
    return f"{dite} {unite}".replace(".", ",").replace("-", "[−–-]")


def _qui(d: Dossier) -> str:
    return re.escape(d.unite["denominationUniteLegale"])


def _en_vie(d: Dossier) -> str:
    if d.unite["etatAdministratifUniteLegale"] == "C":
        return f"Cessée le {en_jour(d.unite['dateDebut'])}"
    return f"En activité depuis le {en_jour(d.unite['dateCreationUniteLegale'])}"


def _siege(d: Dossier) -> str | None:
    numero = d.siren + d.unite["nicSiegeUniteLegale"]
    siege = next((e for e in d.lignes("sirene-etablissements") if e["siret"] == numero), None)
    if siege is None or siege["libelleCedexEtablissement"] or not siege["codePostalEtablissement"]:
        return None
    return f"Siège.* {siege['codePostalEtablissement']} {re.escape(siege['libelleCommuneEtablissement'])}"


def _activite(d: Dossier) -> str | None:
    revisee = d.unite["nomenclatureActivitePrincipaleUniteLegale"] == "NAFRev2"
    return f"NAF {re.escape(d.unite['activitePrincipaleUniteLegale'])}" if revisee else None


def _dirigeants(d: Dossier) -> list[str]:
    return [x["nom"] for x in d.lignes("rne-dirigeants") if x.get("prenoms")]


def _un_dirigeant(d: Dossier) -> str | None:
    return _parmi(_dirigeants(d))


def _tous_les_dirigeants(d: Dossier) -> str | None:
    return "".join(f"(?=.*{re.escape(nom)})" for nom in dict.fromkeys(_dirigeants(d))) or None


def _tranche(d: Dossier) -> str:
    return re.escape(TRANCHES[d.unite["trancheEffectifsUniteLegale"]])


def _etablissements(d: Dossier) -> str:
    return rf"\b{milliers(len(d.ouverts))} (établissements?|ouverts?)"


def _ou(d: Dossier) -> str | None:
    """The public reads the regions from three open places in two départements on; less is in the address."""
    plusieurs = len(d.ouverts) >= 3 and len({departement(e) for e in d.ouverts}) > 1
    return rf"Où {milliers(len(d.ouverts))} établissements" if plusieurs else None


def _chez_moi(d: Dossier) -> str:
    ici, total = len(d.chez_lui), milliers(len(d.ouverts))
    if not ici:
        return "Chez vous – .*Aucun établissement ouvert"
    return f"Chez vous – .*({milliers(ici)} établissements? sur {total}|les {total} établissements|le seul établi)"


def _unites(d: Dossier) -> str | None:
    """Of the places of the territory; of the nearest ones, when it has none. None when there are too many to name."""
    ici = {e["siret"] for e in d.chez_lui or d.ouverts}
    noms = {x["LIB_UC"] for x in d.lignes("wikit-unites") if x["SIRET"] in ici}
    return _parmi(noms) if len(noms) == 1 else None


def _chiffre_affaires(d: Dossier) -> str | None:
    connus = [x for x in d.lignes("ratios-financiers") if x["chiffre_d_affaires"] and x["confidentiality"] == "Public"]
    dernier = max((x["date_cloture_exercice"] for x in connus), default="")
    dites = {abrege(x["chiffre_d_affaires"]) for x in connus if x["date_cloture_exercice"] == dernier}
    return f"CA (publié )?{dernier[:4]} ({'|'.join(dites)})" if dites else None


def _procedure(d: Dossier) -> str:
    jugements = [x["jugement.date"] for x in d.lignes("bodacc") if x["familleavis"] == "collective"]
    return f"Redressement judiciaire.* {en_jour(max(jugements))}"


def _pse(d: Dossier) -> Ligne:
    plans = [x for x in d.lignes("rupco-procedures") if x["TYPE DE DOSSIER"] == "PSE"]
    return max(plans, key=lambda x: x["DATE ENREGISTREMENT"][6:] + x["DATE ENREGISTREMENT"][3:5])


def _le_pse(d: Dossier) -> str:
    return rf"(Plan de sauvegarde de l['’]emploi|PSE) .*{_pse(d)['DATE ENREGISTREMENT']}"


def _dossier_du_pse(d: Dossier) -> str:
    return _pse(d)["NUMERO DE DOSSIER"]


def _morts(d: Dossier) -> str:
    """In the whole company: its alarm is not that of a territory."""
    morts = sum(int(x["03_nb_at_mortels"]) for x in d.lignes("accidents-travail"))
    return rf"\b{morts} morts? au travail"


def _egalite(d: Dossier) -> str:
    dernier = max(d.lignes("egapro"), key=lambda x: x["Année"])
    return rf"Index égalité {dernier['Note Index']}/100"


def _controle(d: Dossier) -> str:
    jours = [x["Date de dernier controle"] for x in d.lignes("wikit-controles")]
    return rf"Qui s’en est occupé .*{max(jours, key=lambda j: j[6:] + j[3:5] + j[:2])}"


def _marche(d: Dossier) -> str | None:
    dernier = max(d.lignes("marches-publics"), key=lambda x: x["dateNotification"], default=None)
    return re.escape(dernier["objet"]) if dernier else None


def _jugement(d: Dossier) -> str | None:
    natures = [x["jugement.nature"] for x in d.lignes("bodacc") if x.get("jugement.nature")]
    return _parmi(natures)


def _parmi(textes: Iterable[str]) -> str | None:
    return "|".join(map(re.escape, dict.fromkeys(textes))) or None


def toujours(motif: str) -> Callable[[Dossier], str]:
    """An answer that no file of the demonstration holds: what a live answer or the product itself says."""
    return lambda _: motif


TRAVAIL: Final = frozenset({"inspection", "inspecteur-62", "dreets"})
QUESTIONS: Final = (
    Question("qui est-ce ?", _qui),
    Question("est-elle en vie ?", _en_vie),
    Question("où est son siège ?", _siege),
    Question("que fait-elle ?", _activite),
    Question("qui la dirige ?", _un_dirigeant),
    Question("combien de salariés ?", _tranche, frozenset({"public", "sans"})),
    Question("combien d'établissements ?", _etablissements),
    Question("où en France ?", _ou, frozenset({"public"})),
    Question("combien chez moi ?", _chez_moi, frozenset(TERRITOIRES)),
    Question("qui appeler avant d'y aller ?", _unites, frozenset({"inspection", "inspecteur-62"})),
    Question("quel chiffre d'affaires ?", _chiffre_affaires),
    Question("est-elle en procédure ?", _procedure, de=SIEGE_FERME.siren),
    Question("que dit l'annonce ?", _jugement, frozenset({"public", "sans"}), SIEGE_FERME.siren),
    Question("y a-t-il un plan social ?", _le_pse, TRAVAIL, GROUPE.siren, reserve=True),
    Question("sous quel dossier ?", _dossier_du_pse, TRAVAIL, GROUPE.siren, "Emploi"),
    Question("y a-t-il eu un mort ?", _morts, TRAVAIL - {"dreets"}, GROUPE.siren, reserve=True),
    Question("paie-t-elle également ?", _egalite, de=GROUPE.siren),
    Question("qui s'en est occupé ?", _controle, frozenset({"inspection"}), SIEGE_FERME.siren),
    Question("quels marchés a-t-elle ?", _marche, de=GROUPE.siren, onglet="Marchés"),
    Question("qui sont tous ses dirigeants ?", _tous_les_dirigeants, de=GROUPE.siren, onglet="Dirigeants, groupe"),
    Question(
        "est-elle à jour de ses impôts ?",
        toujours(r"Régularité fiscale, liasse, .* sous secret, ouvrir"),
        frozenset({"dgfip"}),
        GROUPE.siren,
        reserve=True,
    ),
    Question(
        "son EORI est-il actif ?", toujours(r"EORI actif FR\d+"), frozenset({"douane"}), GROUPE.siren, reserve=True
    ),
)


def posees(dossier: Dossier) -> Mapping[Question, str]:
    """{question asked of a company: the answer of the files}."""
    siennes = (q for q in QUESTIONS if q.de in ("", dossier.siren))
    return {q: reponse for q in siennes if (reponse := q.reponse(dossier)) is not None}


def touches_par_un_pse(fichiers: Fichiers, ici: str) -> set[str]:
    """Open establishments of a département that a plan names."""
    dits = {
        x["SIRET ETABLISSEMENT"]
        for siren in fichiers.sirens("rupco-etablissements")
        for x in fichiers.lignes("rupco-etablissements", siren)
        if x["TYPE DE DOSSIER"] == "PSE"
    }
    return {e["siret"] for e in _ouverts(fichiers, ici) if e["siret"] in dits}


def jamais_vus(fichiers: Fichiers, ici: str) -> set[str]:
    """Open establishments of a département, of fifty employees and more, that no file says inspected."""
    vus = {
        x["Siret"] for siren in fichiers.sirens("wikit-controles") for x in fichiers.lignes("wikit-controles", siren)
    }
    grands = (e for e in _ouverts(fichiers, ici) if e["trancheEffectifsEtablissement"] in CINQUANTE)
    return {e["siret"] for e in grands if e["siret"] not in vus}


def est_ferme(fichiers: Fichiers, numero: str) -> bool:
    """Whether a company is ceased, its siège closed, or this establishment closed."""
    d = Dossier(fichiers, numero[:9])
    etats = {e["siret"]: e["etatAdministratifEtablissement"] for e in d.lignes("sirene-etablissements")}
    siege = d.siren + d.unite["nicSiegeUniteLegale"]
    return d.unite["etatAdministratifUniteLegale"] == "C" or "F" in (etats.get(siege), etats.get(numero))


def _ouverts(fichiers: Fichiers, ici: str) -> Iterable[Ligne]:
    for siren in fichiers.sirens("sirene-etablissements"):
        yield from (e for e in Dossier(fichiers, siren).ouverts if departement(e) == ici)
