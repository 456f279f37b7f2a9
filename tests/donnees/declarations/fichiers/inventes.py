"""Invented values, drawn from a fixed seed. No number, address or person is real, La Poste's SIREN excepted.

SIRENs start with 000, telephones are those that Arcep keeps for fiction, NIRs have a rank that nobody has.
"""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Callable
from random import Random

from stdnum import luhn

Valeur = str | int | float | datetime.date | None
Tire = Callable[[Random, int], Valeur]
"""The value of a column at a row."""

PRENOMS = ("Hélène", "Karim", "Jeanne", "Loïc", "Fatou", "Marc", "Inès", "Pierre", "Anaïs", "Didier", "Zoé", "Thomas")
NOMS = ("PLUSVRARD", "TESTELIN", "INVANTIER", "DUFICTIF", "MARCASSOUX", "LE FEINTEC", "FAUXBOURG", "D'EXEMPLY")
SOCIETES = (
    "ACIERIES DE VALSDORAC",
    "BISCUITERIE FEINTE",
    "GARAGE DU FAUX PONT",
    "ATELIERS D’ESSAI",
    "TRANSPORTS NULLE",
)
FORMES = ("SARL", "SAS", "SA", "SCOP", "EURL")
VOIES = ("rue des Lilas", "avenue de la Gare", "chemin du Moulin", "place de l’Église", "boulevard Voltaire")
COMMUNES = (
    ("01053", "01000", "Bourg-en-Bresse"), ("2A004", "20000", "Ajaccio"), ("59350", "59000", "Lille"),
    ("13055", "13001", "Marseille"), ("75112", "75012", "Paris"), ("35238", "35000", "Rennes"),
    ("67482", "67000", "Strasbourg"), ("08105", "08000", "Charleville-Mézières"), ("97411", "97400", "Saint-Denis"),
)  # fmt: skip
NAF = ("27.12Z", "01.11Z", "10.71C", "45.20A", "49.41A", "62.01Z", "85.59A", "96.02A", "56.10A")
PAYS = ("DE", "BE", "IT", "ES", "US", "CN", "MA", "CH")
PHRASES = (
    "Machine arrêtée, revoir {p} avant la reprise.", "Dossier complet.", "Entretien avec {p}, qui conteste les faits.",
    "Rien à signaler.", "Rappel par téléphone le lendemain ; accord de {p}.", "Pièces manquantes : bail, statuts.",
)  # fmt: skip


def siren(alea: Random, _rang: int = 0) -> str:
    debut = f"000{alea.randrange(10_000, 100_000)}"
    return debut + luhn.calc_check_digit(debut)


def siret(alea: Random, _rang: int = 0) -> str:
    debut = f"{siren(alea)}{alea.randrange(1, 60):04d}"
    return debut + luhn.calc_check_digit(debut)


def siret_de_la_poste(alea: Random, _rang: int = 0) -> str:
    """Valid by the sum of its digits alone, not by Luhn."""
    while True:
        numero = f"356000000{alea.randrange(100_000):05d}"
        if sum(map(int, numero)) % 5 == 0 and not luhn.is_valid(numero):
            return numero


def faux(tire: Tire, pour_cent: int) -> Tire:
    """``pour_cent`` of each hundred rows have a wrong key, far from each other."""

    def tirer(alea: Random, rang: int) -> str:
        numero = str(tire(alea, rang))
        return numero[:-1] + str((int(numero[-1]) + 1) % 10) if rang * 37 % 100 < pour_cent else numero

    return tirer


def sans_zeros(tire: Tire) -> Tire:
    return lambda alea, rang: str(tire(alea, rang)).lstrip("0")


def en_nombre(tire: Tire) -> Tire:
    return lambda alea, rang: int(str(tire(alea, rang)))


def espace(tire: Tire) -> Tire:
    """``000 123 456``, ``000 123 456 00012``."""

    def tirer(alea: Random, rang: int) -> str:
        n = str(tire(alea, rang))
        return " ".join(filter(None, (n[:3], n[3:6], n[6:9], n[9:])))

    return tirer


def flottant(alea: Random, rang: int) -> str:
    return f"{alea.randrange(100, 999) / 100:.2f}".replace(".", ",") + "E+11"


def parfois(tire: Tire, pour_cent: int) -> Tire:
    """Filled in ``pour_cent`` of each hundred rows, empty elsewhere."""
    return lambda alea, rang: tire(alea, rang) if rang * 41 % 100 < pour_cent else ""


def tard(tire: Tire, premier: int) -> Tire:
    """Empty before a row, then filled in two rows of five."""
    return lambda alea, rang: tire(alea, rang) if rang >= premier and rang % 5 < 2 else ""


def parmi(*valeurs: Valeur) -> Tire:
    return lambda alea, rang: alea.choice(valeurs)


def toujours(valeur: Valeur) -> Tire:
    return lambda alea, rang: valeur


def numero(motif: str) -> Tire:
    """A unique number: ``motif`` formats the row (« AG-{:05d} »)."""
    return lambda alea, rang: motif.format(rang * 7 + 1013)


def entier(haut: int, bas: int = 0) -> Tire:
    return lambda alea, rang: str(alea.randrange(bas, haut))


def montant(motif: str, haut: int = 900_000) -> Tire:
    """« fr »: 12 500,50 with a narrow space; « nu »: 12500,50; « euro »: 12 500,50 €; « us »: 12,500.50."""

    def tirer(alea: Random, rang: int) -> str:
        us = f"{alea.randrange(1_000, haut) + alea.randrange(100) / 100:,.2f}"
        francais = us.replace(",", "\u202f").replace(".", ",")
        return {"us": us, "fr": francais, "nu": francais.replace("\u202f", ""), "euro": f"{francais} €"}[motif]

    return tirer


def jour(format_: str, depuis: int = 2019) -> Tire:
    return lambda alea, rang: le_jour(alea, depuis).strftime(format_)


def jour_vrai(alea: Random, rang: int) -> datetime.date:
    """A cell that the spreadsheet shows as a date."""
    return le_jour(alea)


def jour_tableur(alea: Random, rang: int) -> int:
    """The number of days that a spreadsheet keeps, without the style of a date."""
    return (le_jour(alea) - datetime.date(1899, 12, 30)).days


def le_jour(alea: Random, depuis: int = 2019) -> datetime.date:
    return datetime.date(depuis, 1, 1) + datetime.timedelta(days=alea.randrange(7 * 365))


def naissance(alea: Random, rang: int) -> str:
    return le_jour(alea, 2001).strftime("%d/%m/%Y")


def nom(alea: Random, rang: int) -> str:
    return alea.choice(NOMS)


def prenom(alea: Random, rang: int) -> str:
    return alea.choice(PRENOMS)


def personne(alea: Random, rang: int = 0) -> str:
    return f"{alea.choice(PRENOMS)} {alea.choice(NOMS)}"


def personne_civile(alea: Random, rang: int) -> str:
    return f"{alea.choice(('M.', 'Mme'))} {alea.choice(NOMS)} {alea.choice(PRENOMS)}"


def societe(alea: Random, rang: int) -> str:
    return f"{alea.choice(FORMES)} {alea.choice(SOCIETES)} {rang % 90 + 1}"


def association(alea: Random, rang: int) -> str:
    genre, lieu = alea.choice(("SPORTIVE", "CULTURELLE", "DES PARENTS")), alea.choice(("VALSDORAC", "FEINTE-LES-BAINS"))
    return f"ASSOCIATION {genre} DE {lieu}"


def adresse(alea: Random, rang: int) -> str:
    return f"{alea.randrange(1, 140)} {alea.choice(VOIES)}"


def commune(place: int) -> Tire:
    """0: code of Insee; 1: postal code; 2: name. The three agree on a row."""
    return lambda alea, rang: COMMUNES[rang % len(COMMUNES)][place]


def departement(alea: Random, rang: int) -> str:
    code = COMMUNES[rang % len(COMMUNES)][0]
    return code[:3] if code.startswith("97") else code[:2]


def naf(alea: Random, rang: int) -> str:
    return alea.choice(NAF)


def naf_sans_point(alea: Random, rang: int) -> str:
    return alea.choice(NAF).replace(".", "")


def courriel(alea: Random, rang: int) -> str:
    qui = unicodedata.normalize("NFKD", alea.choice(PRENOMS)).encode("ascii", "ignore").decode().lower()
    return f"contact@societe{rang}.example" if rang % 3 == 0 else f"{qui}.feintec{rang}@societe.example"


def telephone(alea: Random, rang: int) -> str:
    suite = f"{alea.randrange(10_000):04d}"
    return f"06 39 98 {suite[:2]} {suite[2:]}" if rang % 2 else f"01.99.00.{suite[:2]}.{suite[2:]}"


def nir(alea: Random, rang: int) -> str:
    """A right key, and the rank 000, that no birth has."""
    debut = f"{alea.choice('12')}{alea.randrange(60, 100)}{alea.randrange(1, 13):02d}{alea.randrange(1, 96):02d}"
    debut += f"{alea.randrange(1, 600):03d}000"
    return f"{debut}{97 - int(debut) % 97:02d}"


def rna(alea: Random, rang: int) -> str:
    return f"W{alea.randrange(10, 96)}9{alea.randrange(10**6):06d}"


def tva(alea: Random, rang: int) -> str:
    numero_ = siren(alea)
    return f"FR{(int(numero_) * 100 + 12) % 97:02d}{numero_}"


def texte_libre(alea: Random, rang: int) -> str:
    """A free text; one in two names somebody."""
    return alea.choice(PHRASES).format(p=f"{alea.choice(('M.', 'Mme'))} {alea.choice(NOMS)}")


def longitude(alea: Random, rang: int) -> str:
    return f"{alea.uniform(-1, 7):.6f}"


def latitude(alea: Random, rang: int) -> str:
    return f"{alea.uniform(43, 50):.6f}"
