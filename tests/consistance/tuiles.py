"""The figures of the summary on top of the sheet, computed from the files: the numbers of each tile, in order."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from tests.consistance import attendus
from tests.consistance.fichiers import Fichiers, Ligne
from tests.consistance.territoire import Partie
from tests.consistance.valeurs import jour, nombre

Nombres = list[Decimal]


def _parties(quand: date) -> Nombres:
    return [Decimal(quand.day), Decimal(quand.month), Decimal(quand.year)]


CONTACTS = {
    "eos-visites": "Date de la visite",
    "mdf-controles": "Date derniere Modification",
    "sora-controles": "visite",
    "sparc-metrologie": "date_controle",
    "wikit-controles": "Date de dernier controle",
}
"""Day of a contact, by body that controls or visits."""


MORTELS = "03_nb_at_mortels"


class Attendues:
    """Expected tiles of a company."""

    def __init__(self, fichiers: Fichiers | Partie, siren: str, aujourd_hui: date) -> None:
        self.fichiers, self.siren, self.aujourd_hui = fichiers, siren, aujourd_hui

    def lignes(self, nom: str) -> list[Ligne]:
        return attendus.lignes(self.fichiers, nom, self.siren, self.aujourd_hui)

    def somme(self, lignes: list[Ligne], colonne: str) -> Decimal:
        return sum((nombre(x[colonne]) or Decimal(0) for x in lignes), Decimal(0))

    def effectif(self) -> Nombres:
        mois: dict[date, Decimal] = {}
        for ligne in self.lignes("dsn-effectifs"):
            quand = jour(ligne["MOIS"]) or date.min
            mois[quand] = mois.get(quand, Decimal(0)) + (nombre(ligne["EFF_TOTAL"]) or 0)
        dernier = max(mois)
        sortie = [mois[dernier], Decimal(dernier.year)]
        if avant := mois.get(dernier.replace(year=dernier.year - 1)):
            sortie += [Decimal(round(100 * (mois[dernier] - avant) / avant)), Decimal(12)]
        return sortie

    def etablissements(self) -> Nombres:
        etats = [e["etatAdministratifEtablissement"] for e in self.fichiers.lignes("sirene-etablissements", self.siren)]
        fermes = etats.count("F")
        return [Decimal(etats.count("A")), *([Decimal(fermes)] if fermes else [])]

    def creation(self) -> Nombres:
        return _parties(jour(self.lignes("sirene-unites-legales")[0]["dateCreationUniteLegale"]) or date.min)

    def annee(self, colonne: str) -> Nombres:
        annee = nombre(self.lignes("sirene-unites-legales")[0][colonne])
        return [annee] if annee is not None else []

    def chiffre_affaires(self, nom: str, montant: str, cloture: str) -> Nombres:
        connues = [x for x in self.lignes(nom) if x[montant]]
        derniere = max(connues, key=lambda x: x[cloture])
        return [nombre(derniere[montant]) or Decimal(0), *_parties(jour(derniere[cloture]) or date.min)]

    def accidents(self) -> Nombres:
        lignes = self.lignes("accidents-travail")
        total, mortels = self.somme(lignes, "02_nb_at_total"), self.somme(lignes, "03_nb_at_mortels")
        sortie = [total, *([mortels] if mortels else [])]
        if len(lignes) == 1:
            colonnes = ("07_nb_at_pour_1000salaries", "08_nb_at_pour_1000sal_france_secteur")
            sortie += [nombre(lignes[0][c]) or Decimal(0) for c in colonnes]
        return sortie

    def accords(self, nom: str, colonne: str) -> Nombres:
        lignes = self.lignes(nom)
        return [Decimal(len(lignes)), *_parties(max(jour(x[colonne]) or date.min for x in lignes))]

    def detaches(self) -> Nombres:
        lignes = self.lignes("detachement-siren")
        return [self.somme(lignes, "salaries_distincts"), Decimal(lignes[0]["annee"])]

    def egapro(self) -> Nombres:
        derniere = max(self.lignes("egapro"), key=lambda x: x["Année"])
        index = nombre(derniere["Note Index"])
        return [*([index, Decimal(100)] if index is not None else []), Decimal(derniere["Année"])]

    def activite_partielle(self) -> Nombres:
        lignes = self.lignes("activite-partielle")
        heures = [Decimal(round(self.somme(lignes, c))) for c in ("NB_H_AUTO_CUM", "NB_H_CONSO_CUM")]
        return [*heures, Decimal(len({x["SIRET"] for x in lignes}))]

    def ruptures(self) -> Nombres:
        types = [x["TYPE DE DOSSIER"][:3] for x in self.lignes("rupco-procedures")]
        return [Decimal(n) for genre in ("RCC", "PSE", "Lic") if (n := types.count(genre))]

    def apprentissage(self) -> Nombres:
        annees = attendus.syntheses(self.fichiers, "apprentissage", self.siren, self.aujourd_hui) or []
        depuis = Decimal(self.aujourd_hui.year - 2)
        return [self.somme(annees, "signes"), depuis, self.somme(annees, "rompus")]

    def dernier_contact(self) -> Nombres:
        dates = [jour(x[c]) for nom, c in CONTACTS.items() for x in self.lignes(nom)]
        return _parties(max(d for d in dates if d and d <= self.aujourd_hui))

    def organisme(self) -> Nombres:
        return [Decimal(len({x["numeroDeclarationActivite"] for x in self.lignes("organismes-formation")}))]


CALCULS: dict[str, Callable[[Attendues], Nombres]] = {
    "Établissements ouverts": Attendues.etablissements,
    "Création": Attendues.creation,
    "Catégorie": lambda a: a.annee("anneeCategorieEntreprise"),
    "Effectif": Attendues.effectif,
    "Chiffre d'affaires": lambda a: a.chiffre_affaires(
        "ratios-financiers", "chiffre_d_affaires", "date_cloture_exercice"
    ),
    "Chiffre d'affaires (DGFiP)": lambda a: a.chiffre_affaires(
        "dgfip-chiffre-affaires", "chiffre_affaires", "date_fin_exercice"
    ),
    "Accidents du travail": Attendues.accidents,
    "Accords d'entreprise": lambda a: a.accords("accords-entreprise", "dt_sign"),
    "Accords publiés": lambda a: a.accords("accords-publies", "DATE_TEXTE"),
    "Salariés détachés": Attendues.detaches,
    "Égalité professionnelle": Attendues.egapro,
    "Activité partielle": Attendues.activite_partielle,
    "Ruptures collectives": Attendues.ruptures,
    "Apprentissage": Attendues.apprentissage,
    "Organisme de formation": Attendues.organisme,
    "Dernier contrôle ou visite": Attendues.dernier_contact,
}
"""What each tile says; a tile that is not here must say no figure."""

TERRITORIALES = {
    "Effectif": "dsn-effectifs",
    "Accidents du travail": "accidents-travail",
    "Accords d'entreprise": "accords-entreprise",
    "Activité partielle": "activite-partielle",
    "Apprentissage": "apprentissage",
    "Chiffre d'affaires (DGFiP)": "dgfip-chiffre-affaires",
    "Opérateur économique agréé": "dgddi-operateurs",
}
"""Tiles about the establishments of a territory, by source."""

SOMMES: dict[str, Callable[[Attendues], Nombres]] = {
    "Effectif": Attendues.effectif,
    "Accidents du travail": lambda a: a.accidents()[: 1 + bool(a.somme(a.lignes("accidents-travail"), MORTELS))],
    "Accords d'entreprise": lambda a: a.accords("accords-entreprise", "dt_sign")[:1],
    "Activité partielle": Attendues.activite_partielle,
    "Apprentissage": Attendues.apprentissage,
}
"""What they say of a whole company of which a reader may list a part: counts and sums, no date of an event."""


def separer(texte: str) -> tuple[str, str]:
    """(the tile without its scope, its scope)."""
    morceaux = texte.split(" · ")
    dits = [m for m in morceaux if m.startswith(("toute l'entreprise", "votre territoire"))]
    return " · ".join(m for m in morceaux if m not in dits), " ".join(dits)


TRANCHES = {
    "00": "0", "01": "1 2", "02": "3 5", "03": "6 9", "11": "10 19", "12": "20 49", "21": "50 99", "22": "100 199",
    "31": "200 249", "32": "250 499", "41": "500 999", "42": "1000 1999", "51": "2000 4999", "52": "5000 9999",
    "53": "10000",
}  # fmt: skip
"""Bounds of the bands of Sirene."""


def tranche(unite: Ligne, colonne: str, annee: str) -> Nombres:
    """Figures of the tile of the band: its bounds and its year."""
    bornes = [Decimal(n) for n in TRANCHES.get(unite[colonne], "").split()]
    return [*bornes, *([Decimal(unite[annee])] if bornes and unite[annee] else [])]
