"""Visits and inspections by several bodies, each in its field, by the unit competent for the place."""

from collections.abc import Iterator
from datetime import date, timedelta

from fce.demo.entreprises import Etablissement, UniteLegale
from fce.demo.jeux.fichiers import Ligne
from fce.demo.jeux.monde import VEDETTE, Lieu, Monde, jour, metier, ouvre
from fce.socle.texte import plier

_MOIS = (
    "Janvier", "FÃ©vrier", "Mars", "Avril", "Mai", "Juin", "Juillet", "AoÃ»t", "Septembre", "Octobre", "Novembre",
    "DÃ©cembre",
)  # fmt: skip
"""Months mis-decoded as in SORA."""

_INSTRUMENTS = {
    "47": "Instruments de pesage à fonctionnement non automatique",
    "10": "Préemballages",
    "11": "Préemballages",
    "46": "Instruments de pesage à fonctionnement non automatique",
    "49": "Ensembles de mesurage routiers",
    "24": "Ponts-bascules",
    "38": "Ponts-bascules",
    "45": "Taximètres et opacimètres",
}
_FILIERES = {
    "10": "Agroalimentaire", "13": "Mode et luxe", "14": "Mode et luxe", "24": "Mines et métallurgie",
    "25": "Mines et métallurgie", "26": "Industries électroniques", "28": "Solutions industrie du futur",
    "29": "Automobile", "30": "Aéronautique", "20": "Chimie et matériaux", "32": "Industries et technologies de santé",
}  # fmt: skip
_VISITEURS = ("Camille EXEMPLE", "Dominique FICTIF", "Claude INVENTE", "Andrea MODELE")
_TYPES_MDF = ("FPC", "CSA", "Apprentissage (hors CSA)", "FSE", "Refus d'enregistrement")


def unite_de_controle(lieu: Lieu) -> tuple[str, str, str]:
    """Return code, name and mailbox of the labour inspection unit of a commune."""
    rang = sum(map(ord, lieu.commune)) % 3 + 1
    code = f"{lieu.departement.zfill(3)}U{rang:02d}"
    return code, f"UC {lieu.nom_departement} {rang}", f"uc{code.lower()}.exemple@travail.example"


def wikit_unites(monde: Monde) -> dict[str, list[dict[str, str | None]]]:
    """The competent unit of every open establishment in France."""
    unites: list[dict[str, str | None]] = []
    for _, etablissement, lieu in _ouverts(monde):
        code, libelle, courriel = unite_de_controle(lieu)
        unites.append(
            {
                "SIRET": etablissement.siret,
                "CODE_UC": code,
                "LIB_UC": libelle,
                # Some units have no address.
                "Courrier électronique": None if code.endswith("3") else courriel,
            }
        )
    return {"UC": unites}


def wikit_controles(monde: Monde) -> Iterator[Ligne]:
    """Latest control of employers; more frequent in crafts and industry."""
    for unite, etablissement, lieu in _ouverts(monde):
        if not etablissement.effectif:
            continue
        exerce = metier(etablissement)
        part = 0.3 if exerce and exerce.famille in ("artisan", "industrie") else 0.12
        if quand := _visite(monde, "wikit", unite, etablissement, part):
            yield {
                "Siret": etablissement.siret,
                "Date de dernier controle": jour(quand),
                "Propriétaire": unite_de_controle(lieu)[1],
            }


def sora(monde: Monde) -> Iterator[Ligne]:
    """Shops, restaurants, garages."""
    for unite, etablissement, lieu in _ouverts(monde):
        exerce = metier(etablissement)
        if unite.siren != VEDETTE and (exerce is None or exerce.famille != "commerce"):
            continue
        quand = _visite(monde, "sora", unite, etablissement, 0.08, depuis=monde.le(2022, 1, 3))
        if quand is None:
            continue
        alea = monde.alea("sora-suite", etablissement.siret)
        boite = f"ccrf{plier(lieu.departement)}.exemple@ccrf.example"
        yield {
            "Etob Siret": etablissement.siret,
            "Année de Visite Date Intervention": str(quand.year),
            "Mois de Visite Date Intervention": _MOIS[quand.month - 1],
            "Jour de Visite Date Intervention": str(quand.day),
            "Suite (1 = oui, 0 = non)": str(int(alea.random() < 0.25)),
            "Unfct Libelle": f"DD(ETS)PP {lieu.departement} - CCRF",
            "Messagerie": boite if alea.random() < 0.85 else "",
        }


def sparc(monde: Monde) -> Iterator[Ligne]:
    """Users of measuring instruments: scales, prepacked goods, taximeters, weighbridges."""
    for unite, etablissement, lieu in _ouverts(monde):
        exerce = metier(etablissement)
        categorie = _INSTRUMENTS.get(exerce.naf[:2]) if exerce else None
        if unite.siren == VEDETTE:
            categorie = _INSTRUMENTS["24"]
        quand = _visite(monde, "sparc", unite, etablissement, 0.05, depuis=monde.le(2022, 1, 3)) if categorie else None
        if quand and categorie:
            yield {
                "siret": etablissement.siret,
                "date_controle": str(quand),
                "libelle_region": lieu.nom_region,
                "libelle_categorie": categorie,
            }


def eos(monde: Monde) -> Iterator[Ligne]:
    """Industry from ten people on. 31 December means « some day that year »; some visits are in the future."""
    for unite, etablissement, lieu in _ouverts(monde):
        exerce = metier(etablissement)
        if exerce is None or exerce.famille != "industrie" or (etablissement.effectif or 0) < 10:
            continue
        quand = _visite(monde, "eos", unite, etablissement, 0.35)
        if quand is None:
            continue
        alea = monde.alea("eos-visite", etablissement.siret)
        tirage = 0.5 if unite.siren == VEDETTE else alea.random()
        if tirage < 0.08:
            quand = date(quand.year - 1, 12, 31)
        elif tirage < 0.12:
            quand = ouvre(monde.le(2027, 1, 10) + timedelta(days=alea.randrange(60)))
        elif (quand.month, quand.day) == (12, 31):
            quand -= timedelta(days=1)
        yield {
            "SIRET": etablissement.siret,
            "Date de la visite": jour(quand),
            "Région de l'utilisateur propriétaire de la visite": lieu.nom_region,
            "Visite effectuée par": "\n".join(sorted(alea.sample(_VISITEURS, alea.randint(1, 2)))),
            "Filière(s) stratégique(s) - Tous les  libellés": _FILIERES.get(exerce.naf[:2], ""),
            "Type de suivi": alea.choice(("", "Suivi régulier", "Suivi ponctuel")),
            "Type de suivi ETI/Pépite": "ETI" if (unite.effectif or 0) >= 250 else alea.choice(("", "", "Pépite")),
        }


def mdf(monde: Monde) -> Iterator[Ligne]:
    """Training organisations and employers; the SIRET may lack zeros or be missing."""
    rang = 0
    for unite, etablissement, lieu in _ouverts(monde):
        exerce = metier(etablissement)
        forme_gens = exerce is not None and exerce.naf in ("85.59A", "85.59B")
        if not etablissement.siege or not (forme_gens or (etablissement.effectif or 0) >= 20):
            continue
        quand = _visite(monde, "mdf", unite, etablissement, 0.12, depuis=monde.le(2023, 1, 9))
        if quand is None:
            continue
        rang += 1
        alea = monde.alea("mdf-dossier", etablissement.siret)
        tirage = alea.random()
        nic = etablissement.nic if tirage < 0.6 else etablissement.nic.lstrip("0") if tirage < 0.85 else ""
        clos = alea.random() < 0.7
        creation = ouvre(quand - timedelta(days=alea.randrange(20, 200)))
        yield {
            "Numero dossier": f"{creation.year}-{lieu.departement.zfill(4)}-{rang:03d}",
            "N° SIREN": unite.siren,
            "N° Etablissement": nic,
            "Code region": lieu.region,
            "Libelle region": lieu.nom_region,
            "Type de contrôle": alea.choice(_TYPES_MDF) if forme_gens else "CSA",
            "Date creation": jour(creation),
            "Date derniere Modification": jour(quand),
            "Date cloture": jour(quand) if clos else "",
            "Cols": "Oui" if clos else "Non",
            "Clos automatiquement": "Non",
            "Nature du contrôle": alea.choice(("Contrôle sur place", "Contrôle sur pièces")),
            "Cible du contrôle": "Organisme de formation" if forme_gens else "Employeur",
        }
    ancien = monde.le(2024, 12, 20)
    # The real file keeps cases about no company.
    yield {"Numero dossier": f"{ancien.year}-0044-021", "N° SIREN": "0", "Date derniere Modification": jour(ancien)}


def _ouverts(monde: Monde) -> Iterator[tuple[UniteLegale, Etablissement, Lieu]]:
    for unite in monde.ouvertes:
        for etablissement in unite.etablissements:
            if etablissement.ouvert and (lieu := monde.lieu(etablissement)).departement:
                yield unite, etablissement, lieu


def _visite(
    monde: Monde,
    corps: str,
    unite: UniteLegale,
    etablissement: Etablissement,
    part: float,
    depuis: date | None = None,
) -> date | None:
    """Return the day of a visit, None without one. The featured company was visited recently."""
    alea = monde.alea(corps, etablissement.siret)
    if alea.random() >= part and not (unite.siren == VEDETTE and etablissement.siege):
        return None
    if unite.siren == VEDETTE and etablissement.siege:
        return ouvre(monde.arrete - timedelta(days=alea.randrange(9, 30)))
    debut = max(depuis or monde.le(2023, 9, 4), (etablissement.creation or monde.arrete) + timedelta(days=30))
    duree = (monde.arrete - timedelta(days=5) - debut).days
    return ouvre(debut + timedelta(days=alea.randrange(duree))) if duree > 0 else None
