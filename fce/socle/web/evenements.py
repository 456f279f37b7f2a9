"""Usage events: one table that lists each event and all that it may carry. Rooms call ``signaler``; an upper room
counts (``Offres.evenements``).

An event never carries a SIREN, a name, an address or a text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import structlog
from django.http import HttpRequest

from fce.socle.web.offres import offres
from fce.socle.web.robots import est_un_robot

log = structlog.get_logger("fce.evenements")
SERVICE_MAX: Final = 40


@dataclass(frozen=True, slots=True)
class GenreEvenement:
    """A kind of event.

    - ``compte``: its author is stored as a pseudonym, with the organisation;
    - ``service``: the control body of the author's service is stored;
    - ``valeurs``: bounds of its whole number, None without one;
    - ``lecture``: sent by a read-only page, so kept in memory and written later; otherwise written in the current
      transaction.
    """

    libelle: str
    compte: bool = True
    service: bool = False
    valeurs: tuple[int, int] | None = None
    lecture: bool = False


_G = GenreEvenement
EVENEMENTS: Final[dict[str, GenreEvenement]] = {
    "visite_du_site": _G("Visite du site, sans session", compte=False, lecture=True),
    "connexion": _G("Connexion d’un agent"),
    "habilitation_obtenue": _G("Habilitation obtenue"),
    "connexion_habilitee": _G("Connexion d’un agent qu’un groupe habilite"),
    "fiche_lue": _G("Fiche lue", lecture=True),
    "fiche_reservee_lue": _G("Données réservées lues", lecture=True),
    "recherche": _G("Recherche", lecture=True),
    "visite_annoncee": _G("Visite annoncée", service=True),
    "croisement_dit": _G("Croisement dit à un service qui annonce une visite", service=True, valeurs=(1, 1000)),
    "croisement_reporte": _G("Visite reportée après un croisement", service=True),
    "croisement_commun": _G("Visite commune proposée après un croisement", service=True),
    "croisement_abandonne": _G("Visite abandonnée après un croisement", service=True),
    "croisement_maintenu": _G("Visite maintenue malgré un croisement", service=True),
    "contact_note": _G("Contact noté", service=True),
    "depot_publie": _G("Dépôt publié"),
    "erreur_signalee": _G("Erreur signalée sur une fiche"),
    # Anonymous, as the form promises: no pseudonym either.
    "avis_aide": _G("Avis : la page a aidé", compte=False),
    "avis_aide_en_partie": _G("Avis : la page a aidé en partie", compte=False),
    "avis_aide_pas": _G("Avis : la page n’a pas aidé", compte=False),
    "avis_note": _G("Recommandation, de 0 à 10", compte=False, valeurs=(0, 10)),
    "demande_envoyee": _G("Demande envoyée à un service", service=True),
    "demande_prise": _G("Demande prise en charge, en jours ouvrés", service=True, valeurs=(0, 400)),
    "demande_repondue": _G("Demande répondue, en jours ouvrés", service=True, valeurs=(0, 400)),
    "demande_utile": _G("Réponse jugée utile", service=True),
    "demande_inutile": _G("Réponse jugée inutile", service=True),
}


def signaler(nom: str, *, qui: str = "", service: str = "", valeur: int | None = None) -> None:
    """Record an event in the current transaction. A failure to store it is logged, never raised.

    ``qui``: opaque identifier of an agent's account (« c12 »), never a private person's. Raises KeyError for an unknown
    event and ValueError for a value that it may not carry, both programming errors.
    """
    genre = EVENEMENTS[nom]
    if (qui and not genre.compte) or (service and not genre.service) or len(service) > SERVICE_MAX:
        raise ValueError(f"« {nom} » ne porte pas cela")
    if (valeur is None) is not (genre.valeurs is None):
        raise ValueError(f"« {nom} » porte une valeur, ou n’en porte pas")
    if genre.valeurs is not None and valeur is not None:
        valeur = min(max(valeur, genre.valeurs[0]), genre.valeurs[1])
    if (noter := offres().evenements) is not None:
        try:
            noter(nom, qui, service, valeur)
        except Exception as erreur:
            # Counting must never break a page.
            log.warning("evenement_perdu", evenement=nom, erreur=type(erreur).__name__)


def signaler_une_page(nom: str, request: HttpRequest, *, qui: str = "") -> None:
    """Record that a page was read (an event with ``lecture``), except for HEAD requests and anonymous declared robots.
    ``qui``: as in ``signaler``."""
    if request.method == "GET" and (qui or not est_un_robot(request)):
        signaler(nom, qui=qui)
