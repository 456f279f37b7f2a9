"""The input files, read with the standard library only: rows of official columns, by source.

Nothing of the product is imported here: what these rows say is what the sheet must say.
"""

import csv
import io
import json
import re
import tarfile
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

Ligne = dict[str, str]

VIRGULE = {
    "detachement-siren", "detachement-siret", "dsn-effectifs", "idcc-etablissements", "mdf-controles", "sora-controles",
    "marches-publics", "aides-ademe", "subventions", "agrements-sanitaires", "ess", "annuaire-facturation", "rnf",
}  # fmt: skip
ENCODAGES = {"mdf-controles": "cp1252", "spectacles": "latin-1"}
NUMERO = {
    "accidents-travail": "01_SIRET", "accords-entreprise": "siret", "achats-responsables": "SIREN",
    "activite-partielle": "SIRET", "agrements-sanitaires": "SIRET", "aides-ademe": "idBeneficiaire",
    "aides-minimis": "identifiant_beneficiaire", "alim-confiance": "SIRET", "annuaire-education": "SIREN_SIRET",
    "annuaire-facturation": "SIREN",
    "apprentissage": "Employeur Siret", "avocats": "cbSiretSiren", "bdf-bilans": "siren",
    "bilan-ges": "SIREN principal",
    "collectivites": "Code Siren Collectivité", "contrats-aides": "siret", "detachement-siren": "client_siren",
    "detachement-siret": "siret", "dgddi-eori": "siret", "dgddi-operateurs": "siret",
    "dgfip-attestation-fiscale": "siren", "dgfip-chiffre-affaires": "siret", "dgfip-liasses": "siren",
    "dgfip-liens-capitalistiques": "siren", "dsn-effectifs": "SIRET", "effectifs-etp": "siret", "egapro": "SIREN",
    "eos-visites": "SIRET", "ess": "SIREN", "iae": "SIRET", "idcc-etablissements": "SIRET",
    "inpi-beneficiaires": "siren", "marches-publics": "titulaire_id", "mdf-controles": "N° SIREN",
    "msa-conformite": "siret", "organismes-formation": "siren", "patrimoine-vivant": "SIRET", "plan-relance": "siren",
    "qualiopi": "siren", "ratios-financiers": "siren", "rna": "siret", "rnf": "siret",
    "rupco-etablissements": "SIRET ETABLISSEMENT",
    "rupco-procedures": "SIREN ENTREPRISE", "sora-controles": "Etob Siret", "sparc-metrologie": "siret",
    "spectacles": "siren_siret", "subventions": "idBeneficiaire",
    "tva": "vat_no", "urssaf-vigilance": "siren", "wikit-controles": "Siret",
}  # fmt: skip
"""Column that says whom a row is about."""

MOIS = (
    "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre",
    "decembre",
)  # fmt: skip


class Fichiers:
    """Rows of every file of a folder that ``fce demo`` has written, by source then by SIREN."""

    def __init__(self, dossier: Path) -> None:
        self.dossier = dossier
        self._par_siren: dict[str, dict[str, list[Ligne]]] = {}
        for nom, lignes in self._lire():
            self._par_siren.setdefault(nom, defaultdict(list))
            for ligne in lignes:
                self._par_siren[nom][ligne["_siren"]].append(ligne)

    @property
    def noms(self) -> list[str]:
        """Sources read."""
        return sorted(self._par_siren)

    def lignes(self, nom: str, siren: str) -> list[Ligne]:
        """Rows of a source about a company, in the order of the file."""
        return self._par_siren[nom].get(siren, [])

    def sirens(self, nom: str) -> set[str]:
        """Companies that a source is about."""
        return {siren for siren, lignes in self._par_siren[nom].items() if lignes}

    def _lire(self) -> Iterator[tuple[str, list[Ligne]]]:
        for nom, colonne in NUMERO.items():
            brutes = self._csv(nom)
            yield nom, [_situee(ligne, ligne[colonne]) for ligne in brutes]
        for nom, fichier in SIRENE.items():
            chemin = self.dossier / fichier
            with chemin.open(encoding="utf-8", newline="") as flux:
                lignes = list(csv.DictReader(flux))
            yield nom, [_situee(x, x.get("siren") or x["siretEtablissementPredecesseur"]) for x in lignes]
            if nom == "sirene-successions":
                yield "successeurs", [_situee(x, x["siretEtablissementSuccesseur"]) for x in lignes]
        rne = json.loads((self.dossier / "rne.json").read_text(encoding="utf-8"))
        yield "rne", [_situee(_rne(f), f["siren"]) for f in rne]
        yield "rne-dirigeants", [_situee(x, f["siren"]) for f in rne for x in _mandats(f)]
        yield "rne-anciens-dirigeants", [_situee(x, f["siren"]) for f in rne for x in _partis(f)]
        yield "rne-observations", [_situee(x, f["siren"]) for f in rne for x in _observations(f)]
        yield "bodacc", [_situee(_annonce(x), x["registre"].split(",")[0]) for x in self._csv("bodacc")]
        yield "accords-publies", [_situee(x, x["SIRET"]) for x in self._accords()]
        yield "bio", [_situee(x, x["siret"]) for x in _bio(self._json("bio"))]
        yield "rge", [_situee({c: str(v) for c, v in x.items()}, x["siret"]) for x in self._json("rge")["results"]]
        yield (
            "wikit-unites",
            [_situee({c: v or "" for c, v in x.items()}, x["SIRET"]) for x in self._json("wikit-unites")["UC"]],
        )
        yield (
            "egapro-representation",
            [_situee(x, x["siren"]) for x in _representation(self._json("egapro-representation"))],
        )
        yield "icpe-seveso", [_situee(x, x["numeroSiret"]) for x in self._icpe()]
        yield "finess", [_situee(x, x["siret"]) for x in self._finess()]
        yield "elus", [_situee(x, x["siren"]) for x in self._elus()]

    def _csv(self, nom: str) -> list[Ligne]:
        texte = (self.dossier / f"{nom}.csv").read_text(encoding=ENCODAGES.get(nom, "utf-8-sig"))
        separateur = "," if nom in VIRGULE else ";"
        return list(csv.DictReader(io.StringIO(texte, newline=""), delimiter=separateur))

    def _json(self, nom: str) -> Any:
        return json.loads((self.dossier / f"{nom}.json").read_text(encoding="utf-8"))

    def _zip(self, nom: str, membre: str, encodage: str) -> list[Ligne]:
        with zipfile.ZipFile(self.dossier / f"{nom}.zip") as archive:
            texte = archive.read(membre).decode(encodage)
        return list(csv.DictReader(io.StringIO(texte, newline=""), delimiter=";"))

    def _accords(self) -> Iterator[Ligne]:
        with tarfile.open(self.dossier / "accords-publies.tar.gz") as archive:
            for membre in archive:
                flux = archive.extractfile(membre)
                if flux is not None and membre.name.endswith(".xml"):
                    racine = ElementTree.parse(flux).getroot()
                    meta = racine.find(".//META_ACCO")
                    assert meta is not None
                    ligne = {e.tag: e.text or "" for e in [*racine.iter("ID"), *meta.iter()] if not len(e)}
                    if ligne["DATE_FIN"].startswith("2999"):
                        ligne["DATE_FIN"] = ""
                    yield ligne

    def _icpe(self) -> Iterator[Ligne]:
        visites = defaultdict(list)
        for visite in self._zip("icpe-seveso", "inspection.csv", "latin-1"):
            visites[visite["codeAiot"]].append(visite["dateInspection"])
        rubriques = defaultdict(list)
        for x in self._zip("icpe-seveso", "rubriqueIC.csv", "latin-1"):
            numero = f"{x['numeroRubrique']}-{x['alinea']}".rstrip("-")
            rubriques[x["codeAiot"]].append(f"{numero} {x['nature']} – {x['regimeAutoriseAlinea']}")
        for ligne in self._zip("icpe-seveso", "InstallationClassee.csv", "latin-1"):
            dates = visites[ligne["codeAiot"]]
            yield {
                **ligne,
                "derniere": max(dates, default=""),
                "nombre": str(len(dates)),
                "rubriques": " ; ".join(rubriques[ligne["codeAiot"]]),
            }

    def _finess(self) -> Iterator[Ligne]:
        lignes = (self.dossier / "finess.csv").read_text(encoding="latin-1").splitlines()
        for ligne in lignes[1:]:
            cellules = ligne.split(";")
            numerotees = {str(rang): valeur for rang, valeur in enumerate(cellules)}
            yield numerotees | {"siret": cellules[22], "date": lignes[0].split(";")[3]}

    def _elus(self) -> Iterator[Ligne]:
        codes = {x["Code Insee Collectivité"]: x["Code Siren Collectivité"] for x in self._csv("collectivites")}
        for ligne in self._zip("elus", "elus-conseillers-municipaux-cm.csv", "utf-8"):
            yield {**ligne, "siren": codes[ligne["Code de la commune"]]}
        for ligne in self._zip("elus", "elus-conseillers-communautaires-epci.csv", "utf-8"):
            yield {**ligne, "siren": ligne["N° SIREN"]}


SIRENE = {
    "sirene-unites-legales": "StockUniteLegale_utf8.csv",
    "sirene-etablissements": "StockEtablissement_utf8.csv",
    "sirene-unites-legales-historique": "StockUniteLegaleHistorique_utf8.csv",
    "sirene-etablissements-historique": "StockEtablissementHistorique_utf8.csv",
    "sirene-successions": "StockEtablissementLiensSuccession_utf8.csv",
}


def _situee(ligne: Ligne, numero: str) -> Ligne:
    """The row with the SIREN that it is about: the nine first digits, or the nine last ones of a VAT number,
    whose key may have a letter."""
    chiffres = re.sub(r"\D", "", numero)
    siren = chiffres[-9:] if len(chiffres) in (10, 11) else chiffres[:9] if len(chiffres) == 14 else chiffres.zfill(9)
    propre = {c: v or "" for c, v in ligne.items()}
    if "Mois de Visite Date Intervention" in propre:
        propre["visite"] = _jour_de_visite(propre)
    if propre.get("N° Etablissement"):
        propre["siret"] = siren + propre["N° Etablissement"].zfill(5)
    if "Adresse de facturation" in propre:
        propre |= _adressage(propre["Adresse de facturation"])
    if "vat_no" in propre:
        propre["numero"] = f"FR{propre['vat_no']}"
    if "dureeMois" in propre:
        propre["duree"] = _duree(propre["dureeMois"])
    return propre | {"_siren": siren, "_numero": chiffres}


def _adressage(adresse: str) -> Ligne:
    """What an invoicing address names: SIREN, SIREN_SIRET, SIREN_SIRET_code or SIREN_suffixe."""
    siren, *suite = adresse.split("_")
    if suite and len(suite[0]) == 14:
        return {"siret": suite[0], "maille": "routage" if suite[1:] else "siret"}
    return {"maille": "suffixe" if suite else "siren" if siren else ""}


def _jour_de_visite(ligne: Ligne) -> str:
    """Year, month and day together; of a month badly encoded, only the ASCII letters are left."""
    ecrit = re.sub(r"[^a-z]", "", ligne["Mois de Visite Date Intervention"].lower())
    candidats = [
        rang for rang, nom in enumerate(MOIS, start=1) if ecrit in (nom, nom.replace("e", "", 1), nom[:2] + nom[3:])
    ]
    (mois,) = candidats
    annee, jour = ligne["Année de Visite Date Intervention"], ligne["Jour de Visite Date Intervention"]
    return f"{annee}-{mois:02d}-{int(jour):02d}"


def _duree(mois: str) -> str:
    """ "2 ans 6 mois"."""
    annees, reste = divmod(int(float(mois)), 12)
    morceaux = [f"{annees} an{'s' if annees > 1 else ''}"] if annees else []
    return " ".join([*morceaux, *([f"{reste} mois"] if reste else [])])


def _rne(formalite: dict[str, Any]) -> Ligne:
    contenu = formalite["formality"]["content"]
    inscrit = contenu.get("personneMorale") or contenu["personnePhysique"]
    identite = inscrit["identite"]
    description = {c: str(v) for c, v in identite.get("description", {}).items()}
    creation = contenu["natureCreation"]["dateCreation"]
    cloture = description.get("dateClotureExerciceSocial", "")
    ligne = {
        **description,
        "immatriculation": creation,
        "debut": identite.get("entreprise", {}).get("dateDebutActiv", ""),
        "cloture": f"{cloture[:2]}/{cloture[2:]}" if cloture else "",
        **inscrit.get("detailCessationEntreprise", {}),
    }
    if duree := description.get("duree"):
        debut = date.fromisoformat(creation)
        fin = date(debut.year + int(duree), debut.month, 28 if (debut.month, debut.day) == (2, 29) else debut.day)
        ligne["fin"] = str(fin - timedelta(days=0 if (debut.month, debut.day) == (2, 29) else 1))
    return ligne


def _mandats(formalite: dict[str, Any]) -> Iterator[Ligne]:
    contenu = formalite["formality"]["content"]
    entrepreneur = contenu.get("personnePhysique", {}).get("identite", {}).get("entrepreneur")
    commun = {"societe": formalite["siren"], "maj": formalite["updatedAt"][:10]}
    if entrepreneur and formalite["formality"]["diffusionINSEE"] == "O":
        yield {**commun, "rang": "1", "role": "101", **_personne(entrepreneur["descriptionPersonne"])}
    for rang, pouvoir in enumerate((x for x in _pouvoirs(contenu) if x["actif"]), start=1):
        place = {**commun, "rang": str(rang), "role": pouvoir["roleEntreprise"]}
        if individu := pouvoir.get("individu"):
            yield {**place, **_personne(individu["descriptionPersonne"])}
        else:
            societe = pouvoir["entreprise"]
            yield {**place, "siren": societe["siren"], "nom": societe["denomination"]}


def _pouvoirs(contenu: dict[str, Any]) -> list[dict[str, Any]]:
    pouvoirs: list[dict[str, Any]] = contenu.get("personneMorale", {}).get("composition", {}).get("pouvoirs", [])
    return pouvoirs


def _partis(formalite: dict[str, Any]) -> Iterator[Ligne]:
    """Offices that the register says are over, with the day it tells, or that of the file."""
    for pouvoir in _pouvoirs(formalite["formality"]["content"]):
        if not pouvoir["actif"]:
            fin = pouvoir.get("dateFin", "")
            qui = _personne(pouvoir["individu"]["descriptionPersonne"])
            autre = pouvoir.get("autreRoleEntreprise", "")
            constate = fin or formalite["updatedAt"][:10]
            ecrit = date.fromisoformat(constate).strftime("%d/%m/%Y")
            depart = f"parti le {ecrit}" if fin else f"n’y figure plus depuis le fichier du {ecrit}"
            yield {**qui, "depart": depart, "constate": constate, "autre": autre}


def _personne(description: dict[str, Any]) -> Ligne:
    return {
        "nom": description["nom"],
        "prenoms": " ".join(description["prenoms"]),
        "naissance": description["dateDeNaissance"],
    }


def _observations(formalite: dict[str, Any]) -> Iterator[Ligne]:
    contenu = formalite["formality"]["content"]
    inscrit = contenu.get("personneMorale") or contenu["personnePhysique"]
    for rang, observation in enumerate(inscrit.get("observations", {}).get("rcs", []), start=1):
        yield {"siren": formalite["siren"], "rang": str(rang), **observation}


def _annonce(ligne: Ligne) -> Ligne:
    """The notice with what its cells in JSON hold, written right when it was read twice as UTF-8."""
    propre = dict(ligne)
    for colonne in ("jugement", "acte", "depot", "modificationsgenerales", "parutionavisprecedent"):
        objet = json.loads(ligne[colonne] or "{}")
        interieurs = [objet, *(v for v in objet.values() if isinstance(v, dict))]
        for interieur in interieurs:
            for cle, valeur in interieur.items():
                texte = str(valeur)
                propre[f"{colonne}.{cle}"] = texte.encode("latin-1").decode() if "Ã" in texte else texte
    return propre


def _bio(reponse: dict[str, Any]) -> Iterator[Ligne]:
    for operateur in reponse["items"]:
        certificat = operateur["certificats"][0]
        noms = {f"{cle}.nom": operateur[cle][0]["nom"] for cle in ("productions", "activites")}
        simples = {
            c: str(v)
            for c, v in {**operateur, **certificat}.items()
            if not isinstance(v, list | dict) and v is not None
        }
        yield {**simples, **noms}


def _representation(reponse: dict[str, Any]) -> Iterator[Ligne]:
    for element in reponse["data"]:
        for annee, chiffres in element["représentation_équilibrée"].items():
            valeurs = {c: "" if v is None else str(v) for c, v in chiffres.items()}
            qui = {nom: element["entreprise"][nom] for nom in ("siren", "raison_sociale")}
            yield {**qui, "annee": annee, **valeurs}
