"""Visits and inspections by several bodies, each in its field, by the unit competent for the place."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from fce.demo.entreprises import Etablissement, UniteLegale
from fce.demo.jeux.fichiers import Faits, en_objets
from fce.demo.jeux.monde import VEDETTE, Lieu, Monde, famille, naf, ouvre
from fce.socle.texte.formats import MOIS
from fce.socle.texte.pliage import plier

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


def wikit_unites(monde: Monde) -> dict[str, Any]:
    return {"UC": en_objets("wikit-unites", _unites(monde))}


def _unites(monde: Monde) -> Iterator[Faits]:
    """The competent unit of every open establishment in France; some units have no address."""
    for _, etablissement in monde.ouverts:
        code, libelle, courriel = unite_de_controle(monde.lieu(etablissement))
        propres = {"courriel": None if code.endswith("3") else courriel}
        yield {"siret": etablissement.siret, "code": code, "libelle": libelle, **propres}


def wikit_controles(monde: Monde) -> Iterator[Faits]:
    """Latest control of employers; more frequent in crafts and industry."""

    def part(etablissement: Etablissement) -> float:
        frequent = famille(etablissement) in ("artisan", "industrie")
        return (0.3 if frequent else 0.12) if etablissement.effectif else 0

    for _, etablissement, quand in _visites(monde, "wikit", part):
        competente = unite_de_controle(monde.lieu(etablissement))[1]
        yield {"siret": etablissement.siret, "date": quand, "unite": competente}


def sora_controles(monde: Monde) -> Iterator[Faits]:
    """Shops, restaurants, garages."""

    def part(etablissement: Etablissement) -> float:
        return 0.08 if famille(etablissement) == "commerce" or etablissement.siren == VEDETTE else 0

    for _, etablissement, quand in _visites(monde, "sora", part, depuis=monde.le(2022, 1, 3)):
        alea, departement = monde.alea("sora-suite", etablissement.siret), monde.lieu(etablissement).departement
        yield {
            "siret": etablissement.siret,
            "annee": quand.year,
            "mois": MOIS[quand.month - 1].capitalize().encode().decode("latin-1"),  # mis-decoded as in SORA
            "jour": quand.day,
            "suite": alea.random() < 0.25,
            "unite": f"DD(ETS)PP {departement} - CCRF",
            "messagerie": f"ccrf{plier(departement)}.exemple@ccrf.example" if alea.random() < 0.85 else "",
        }


def sparc_metrologie(monde: Monde) -> Iterator[Faits]:
    """Users of measuring instruments: scales, prepacked goods, taximeters, weighbridges."""

    def categorie(etablissement: Etablissement) -> str | None:
        return _INSTRUMENTS.get("24" if etablissement.siren == VEDETTE else naf(etablissement)[:2])

    def part(etablissement: Etablissement) -> float:
        return 0.05 if categorie(etablissement) else 0

    for _, etablissement, quand in _visites(monde, "sparc", part, depuis=monde.le(2022, 1, 3)):
        yield {**monde.identite(etablissement), "date": quand, "categorie": categorie(etablissement)}


def eos_visites(monde: Monde) -> Iterator[Faits]:
    """Industry from ten people on. 31 December means « some day that year »; some visits are in the future."""

    def part(etablissement: Etablissement) -> float:
        return 0.35 if famille(etablissement) == "industrie" and (etablissement.effectif or 0) >= 10 else 0

    for unite, etablissement, quand in _visites(monde, "eos", part):
        alea = monde.alea("eos-visite", etablissement.siret)
        tirage = 0.5 if unite.siren == VEDETTE else alea.random()
        if tirage < 0.08:
            quand = date(quand.year - 1, 12, 31)
        elif tirage < 0.12:
            quand = ouvre(monde.le(2027, 1, 10) + timedelta(days=alea.randrange(60)))
        elif (quand.month, quand.day) == (12, 31):
            quand -= timedelta(days=1)
        yield {
            **monde.identite(etablissement),
            "date": quand,
            "visiteurs": "\n".join(sorted(alea.sample(_VISITEURS, alea.randint(1, 2)))),
            "filieres": _FILIERES.get(naf(etablissement)[:2]),
            "type_suivi": alea.choice(("", "Suivi régulier", "Suivi ponctuel")),
            "suivi_eti": "ETI" if (unite.effectif or 0) >= 250 else alea.choice(("", "", "Pépite")),
        }


def mdf_controles(monde: Monde) -> Iterator[Faits]:
    """Training organisations and employers; the SIRET may lack zeros or be missing."""

    def forme_gens(etablissement: Etablissement) -> bool:
        return naf(etablissement) in ("85.59A", "85.59B")

    def part(etablissement: Etablissement) -> float:
        vise = forme_gens(etablissement) or (etablissement.effectif or 0) >= 20
        return 0.12 if etablissement.siege and vise else 0

    visites = _visites(monde, "mdf", part, depuis=monde.le(2023, 1, 9))
    for rang, (_, etablissement, quand) in enumerate(visites, start=1):
        alea, organisme = monde.alea("mdf-dossier", etablissement.siret), forme_gens(etablissement)
        tirage = alea.random()
        clos = alea.random() < 0.7
        creation = ouvre(quand - timedelta(days=alea.randrange(20, 200)))
        yield {
            **monde.identite(etablissement),
            "numero": f"{creation.year}-{monde.lieu(etablissement).departement.zfill(4)}-{rang:03d}",
            "nic": etablissement.nic if tirage < 0.6 else etablissement.nic.lstrip("0") if tirage < 0.85 else "",
            "type": alea.choice(_TYPES_MDF) if organisme else "CSA",
            "date_creation": creation,
            "date": quand,
            "date_cloture": quand if clos else None,
            "clos": clos,
            "clos_automatiquement": False,
            "nature": alea.choice(("Contrôle sur place", "Contrôle sur pièces")),
            "cible": "Organisme de formation" if organisme else "Employeur",
        }
    ancien = monde.le(2024, 12, 20)
    # The real file keeps cases about no company.
    yield {"numero": f"{ancien.year}-0044-021", "siren": "0", "date": ancien}


def _visites(
    monde: Monde, corps: str, part: Callable[[Etablissement], float], depuis: date | None = None
) -> Iterator[tuple[UniteLegale, Etablissement, date]]:
    """Yield the visits of a body, with their days. ``part``: share of such establishments that it visited, 0 for those
    out of its field. The featured company was visited recently."""
    for unite, etablissement in monde.ouverts:
        if not (visites := part(etablissement)):
            continue
        alea, vedette = monde.alea(corps, etablissement.siret), unite.siren == VEDETTE and etablissement.siege
        if alea.random() >= visites and not vedette:
            continue
        if vedette:
            yield unite, etablissement, ouvre(monde.arrete - timedelta(days=alea.randrange(9, 30)))
            continue
        debut = max(depuis or monde.le(2023, 9, 4), (etablissement.creation or monde.arrete) + timedelta(days=30))
        duree = (monde.arrete - timedelta(days=5) - debut).days
        if duree > 0:
            yield unite, etablissement, ouvre(debut + timedelta(days=alea.randrange(duree)))
