"""The file of a service's own history: its columns, declared as those of a data set, hence read and checked alike."""

from __future__ import annotations

import csv
import io
from typing import Final

from fce.droits.finalites import CONTACTS
from fce.echanges.listes import ENTRE_LES_MOTS
from fce.echanges.vocabulaire import GenreInteraction, Theme
from fce.sources.acces import Secret
from fce.sources.champs import Booleen, Code, Jour, Siret, Texte
from fce.sources.declaration import TOUS, Auto, Csv, Fait, Frequence, Producteur, Source

_JOURS: Final = ("%d/%m/%Y", "%Y-%m-%d")


class ContactRepris(Fait):
    """A contact of the past, as a service keeps it in a table. ``reference``: its number there, if it has one."""

    reference = Code("Référence du service", "reference", optionnelle=True)
    siret = Siret("SIRET", "siret", obligatoire=True)
    jour = Jour("Date du contact", "date", obligatoire=True, formats=_JOURS)
    genre = Code("Genre", "genre", obligatoire=True)
    themes = Texte("Thèmes", "themes", optionnelle=True)
    themes_partages = Booleen("Thèmes dits aux autres services", "themes_partages", optionnelle=True)
    suite = Texte("Suite prévue", "suite", optionnelle=True)
    suite_le = Jour("Suite prévue le", "suite_le", optionnelle=True, formats=_JOURS, futur=True)
    note = Texte("Note", "note", optionnelle=True)


FICHIER: Final = Source(
    "echanges-historique",
    ContactRepris,
    titre="Historique des contacts d’un service",
    producteur=Producteur("service", "Le service qui importe son historique", ""),
    systeme="FCE",
    acces=Secret(CONTACTS),
    frequence=Frequence.IRREGULIERE,
    cle=("siret", "jour", "genre"),
    doublons=TOUS,
    fichier=Auto(Csv(separateur=";")),
)
COLONNES: Final = tuple(champ.colonne for champ in FICHIER.champs.values())
_EXEMPLE: Final = (
    "2026-0412", "<SIRET de 14 chiffres>", "12/03/2026", GenreInteraction.VISITE.label,
    f"{Theme.TRAVAIL.label} {ENTRE_LES_MOTS} {Theme.SANTE_SECURITE.label}", "oui", "nouvelle visite", "15/09/2026",
    "Supprimez cette ligne d’exemple.",
)  # fmt: skip


def modele() -> bytes:
    """The file to fill in: its columns, and one row that shows how to write them."""
    tampon = io.StringIO("\ufeff", newline="")
    tampon.seek(0, io.SEEK_END)
    redacteur = csv.writer(tampon, delimiter=";", lineterminator="\r\n")
    redacteur.writerows([COLONNES, _EXEMPLE])
    return tampon.getvalue().encode()
