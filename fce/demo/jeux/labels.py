"""Labels and approvals by trade: renovation, training, shows, lawyers, and others."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

from fce.demo import personnages as p
from fce.demo.entreprises import UniteLegale
from fce.demo.jeux.fichiers import Faits, en_objets
from fce.demo.jeux.monde import VEDETTE, Monde, forme
from fce.demo.noms import sans_accent
from fce.socle.texte.identifiants import formater_siren, formater_siret

GROS = 500
SANS_ZEROS = 10_000
"""Below, the number without its zeros is too short to be recognised as a SIREN."""

_QUALIFICATIONS = {
    "43.21A": (("43SPVRGE", "Panneaux solaires photovoltaïques", "qualifelec", "Certificat Qualifelec RGE"),
               ("43CET", "Chauffe-Eau Thermodynamique", "qualifelec", "Certificat Qualifelec RGE")),
    "43.22A": (("5412", "Chauffe-Eau Thermodynamique", "qualibat", "QUALIBAT-RGE"),),
    "43.22B": (("8212", "Ventilation mécanique", "qualibat", "QUALIBAT-RGE"),
               ("5413", "Pompe à chaleur : chauffage", "qualibat", "QUALIBAT-RGE")),
    "43.31Z": (("7132", "Isolation par l'intérieur des murs ou rampants de toitures  ou plafonds", "qualibat",
                "QUALIBAT-RGE"),),
    "43.32A": (("3511", "Fenêtres, volets, portes donnant sur l'extérieur", "qualibat", "QUALIBAT-RGE"),),
    "43.91B": (("3811", "Isolation du toit", "qualibat", "QUALIBAT-RGE"),),
    "43.99C": (("7131", "Isolation par l'extérieur des murs ou des toitures terrasses  ou des planchers bas",
                "qualibat", "QUALIBAT-RGE"),),
    "71.12B": (("1911", "Audit énergétique", "opqibi", "OPQIBI"),),
}  # fmt: skip
_SPECIALITES = (
    ("312", "Commerce, vente"),
    ("315", "Ressources humaines"),
    ("326", "Informatique, traitement de l'information"),
    ("413", "Développement des capacités comportementales et relationnelles"),
    ("136", "Langues vivantes"),
    ("250", "Spécialités pluritechnologiques mécanique-électricité"),
)
_FAMILLES_ESS = {"92": "Associations", "93": "Fondations", "82": "Mutuelles"}


def rge(monde: Monde) -> dict[str, Any]:
    return {"results": en_objets("rge", _qualifications(monde))}


def _qualifications(monde: Monde) -> Iterator[Faits]:
    """Records of ADEME's API: one per qualification, valid for a year."""
    for unite in monde.ouvertes:
        connues = _QUALIFICATIONS.get(unite.activite.naf, ()) if unite.activite else ()
        if unite.siren == VEDETTE:
            connues = _QUALIFICATIONS["71.12B"]
        if not connues or not monde.retenue("rge", unite, 0.3):
            continue
        age = 1 if unite.siren == VEDETTE else monde.alea("rge-debut", unite.siren).randrange(10, 355)
        debut = monde.arrete - timedelta(days=age)
        for code, domaine, organisme, certificat in connues:
            etudes = organisme == "opqibi"
            yield {
                "siret": unite.siege.siret,
                "code_qualification": code,
                "qualification": domaine,
                "adresse_certificat": f"https://www.example.org/certificats/{code}.pdf",
                "certificat": certificat,
                "domaine": domaine,
                "grand_domaine": "Etudes énergétiques" if etudes else "Travaux d'efficacité énergétique",
                "organisme": organisme,
                "particuliers": not etudes,
                "date_debut": debut,
                "date_fin": debut + timedelta(days=364),
            }


@cache
def _specialites(rang: int) -> tuple[tuple[str, str], ...]:
    return (_SPECIALITES[rang % len(_SPECIALITES)], _SPECIALITES[(rang + 2) % len(_SPECIALITES)])


def _organismes(monde: Monde) -> Iterator[tuple[int, UniteLegale]]:
    rang = 0
    for unite in monde.ouvertes:
        forme_gens = unite.activite is not None and unite.activite.naf in ("85.59A", "85.59B")
        if unite.siren in (VEDETTE, p.HOPITAL.siren) or (forme_gens and monde.retenue("of", unite, 0.7)):
            rang += 1
            yield rang, unite


def organismes_formation(monde: Monde) -> Iterator[Faits]:
    for rang, unite in _organismes(monde):
        faits, (un, autre) = _formation(monde, rang, unite), _specialites(rang)
        annee = faits["date_declaration"].year - 1
        yield {
            **monde.identite(unite),
            "numero": faits["declaration"],
            "actions_formation": faits["actions"],
            "bilans_competences": faits["bilans"],
            "nb_stagiaires": faits["stagiaires"],
            "effectif_formateurs": faits["formateurs"],
            **{cle: faits[cle] for cle in ("vae", "apprentissage", "date_declaration")},
            "debut_exercice": date(annee, 1, 1),
            "fin_exercice": date(annee, 12, 31),
            **dict(
                zip(("code_specialite_1", "specialite_1", "code_specialite_2", "specialite_2"), un + autre, strict=True)
            ),
        }


def qualiopi(monde: Monde) -> Iterator[Faits]:
    """Certified organisations (Qualiopi) of that list."""
    for rang, unite in _organismes(monde):
        faits, specialites = _formation(monde, rang, unite), _specialites(rang)
        dites = {"actions": "Actions de formations", "bilans": "Bilans de compétences"}
        dites["apprentissage"] = "Actions de formations par apprentissage"
        yield {
            **monde.identite(unite),
            **faits,
            "certifications": "/".join(dite for cle, dite in dites.items() if faits[cle]),
            "specialites": ", ".join(libelle for _, libelle in specialites),
        }


def _formation(monde: Monde, rang: int, unite: UniteLegale) -> dict[str, Any]:
    alea = monde.alea("formation", unite.siren)
    return {
        "declaration": f"{monde.lieu(unite.siege).region or '11'}999{rang:06d}",
        "actions": True,
        "bilans": rang % 4 == 0,
        "vae": False,
        "apprentissage": rang % 3 == 0 or unite.siren == VEDETTE,
        "date_declaration": monde.le(2026, 4, 1) + timedelta(days=alea.randrange(60)),
        "stagiaires": alea.randint(10, 1_500),
        "formateurs": alea.randint(1, 3 + (unite.effectif or 0) // 20),
    }


def spectacles(monde: Monde) -> Iterator[Faits]:
    """Licences of theatres and companies: one per category, five years; latin-1."""
    rang = 0
    for unite in monde.ouvertes:
        # Ensures at least one licence, in a universe of any size.
        scene = unite.siren == p.ASSOCIATION.siren or (unite.activite is not None and unite.activite.naf == "90.01Z")
        if not scene or unite.creation is None or unite.creation > monde.le(2025, 6, 1):
            continue
        alea = monde.alea("spectacles", unite.siren)
        for categorie in sorted(alea.sample("123", alea.randint(1, 2))):
            rang += 1
            depot = max(unite.creation, monde.le(2020, 6, 1)) + timedelta(days=alea.randrange(120))
            if unite.siren == p.ASSOCIATION.siren:
                depot = monde.arrete - timedelta(days=40)
            expire = depot + timedelta(days=30 + 5 * 365)
            yield {
                "recepisse": f"PLATESV-{'D' if categorie == '1' else 'R'}-{depot.year}-99{rang:04d}",
                "date_validite": depot + timedelta(days=31),
                "date_depot": depot,
                "statut": "Valide" if expire > monde.arrete else "Invalide",
                "code_categorie": categorie,
                "declaration": alea.choice(("Première demande", "Renouvellement")),
                "siren_siret": unite.siren if alea.random() < 0.2 else unite.siege.siret,
                "lieu": "Petit Théâtre" if categorie == "1" else "",
                "date_expiration": expire,
            }


def avocats(monde: Monde) -> Iterator[Faits]:
    """One row per lawyer; bars format the number differently."""
    for unite in monde.ouvertes:
        if unite.activite is not None and unite.activite.naf == "69.10Z":
            for rang in range(1 + (unite.effectif or 0) // 4):
                yield {"siren": formater_siren(unite.siren) if rang % 3 == 1 else unite.siren}


def bilan_ges(monde: Monde) -> Iterator[Faits]:
    """Due from 500 people on, 250 for public bodies (code de l'environnement, art. L. 229-25)."""
    for unite in monde.ouvertes:
        if (unite.effectif or 0) >= (250 if forme(unite).startswith("7") else GROS):
            yield {"siren": unite.siren}


def achats_responsables(monde: Monde) -> Iterator[Faits]:
    """A few large buyers; the scope is free text, often empty."""
    for unite in monde.ouvertes:
        if (unite.effectif or 0) >= 200 and monde.retenue("rfar", unite, 0.4):
            perimetre = monde.alea("rfar-perimetre", unite.siren).choice(("", "Entité juridique", "Siège et réseau"))
            yield {"siren": unite.siren, "perimetre": perimetre}


def patrimoine_vivant(monde: Monde) -> Iterator[Faits]:
    """Craft trades; the SIRET may have spaces."""
    for rang, unite in enumerate(monde.ouvertes):
        naf = unite.activite.naf if unite.activite else ""
        if naf in ("13.20Z", "14.13Z", "31.09B", "23.70Z", "24.10Z") and monde.retenue("epv", unite, 0.4):
            siret = unite.siege.siret
            yield {"siret": formater_siret(siret) if rang % 5 == 0 else siret}


def ess(monde: Monde) -> Iterator[Faits]:
    """Social-economy companies of Sirene; half of the numbers lost their leading zeros, as in spreadsheets."""
    for rang, unite in enumerate(monde.ouvertes):
        if unite.periodes[-1].ess != "O":
            continue
        identite = monde.identite(unite)
        yield {
            **identite,
            "siren": str(int(unite.siren)) if rang % 2 and int(unite.siren) > SANS_ZEROS else unite.siren,
            "famille": _FAMILLES_ESS.get(forme(unite)[:2], "Coopératives"),
            "departement": sans_accent(identite["departement"]),
            "region": sans_accent(identite["region"]).replace("-", " "),
        }
