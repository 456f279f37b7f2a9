"""Errors of live sources, each with the French sentence shown in its bloc.

A unit unknown to the producer (404) is an answer, not an error. Messages never contain a number or a token.
"""

from __future__ import annotations

from fce.socle.erreurs import SourceIndisponible


class ErreurDirecte(SourceIndisponible):
    """Base class. ``panne``: the provider failed, which the circuit breaker counts."""

    code = "source_directe"
    phrase = "la source n'a pas pu être interrogée"
    panne = False

    def __init__(self, message: str = "", **details: object) -> None:
        super().__init__(message or self.phrase, **details)


class NonConfiguree(ErreurDirecte):
    code = "source_directe_non_configuree"
    phrase = "source non configurée sur ce service"


class AppelRefuse(ErreurDirecte):
    """401 or 403: wrong token, or one that does not open these data."""

    code = "source_directe_acces_refuse"
    phrase = "le jeton de ce service n'ouvre pas ces données ; signalez-le à l'équipe de la fiche commune"


class DemandeRefusee(ErreurDirecte):
    """400 or 422: the provider refuses the number or the parameters."""

    code = "source_directe_demande_refusee"
    phrase = "le fournisseur n'accepte pas cette demande"


class LimiteAtteinte(ErreurDirecte):
    """429: too many calls. ``attente``: seconds to wait before the next one."""

    code = "source_directe_limite"
    phrase = "trop de demandes en ce moment ; réessayez dans une minute"

    def __init__(self, attente: float) -> None:
        super().__init__()
        self.attente = attente


class FournisseurEnPanne(ErreurDirecte):
    """Status 5xx."""

    code = "source_directe_en_panne"
    phrase = "le fournisseur est en panne ou en maintenance ; réessayez plus tard"
    panne = True


class ReseauEnPanne(ErreurDirecte):
    code = "source_directe_reseau"
    phrase = "le fournisseur est injoignable ; réessayez plus tard"
    panne = True


class DelaiDepasse(ErreurDirecte):
    code = "source_directe_delai"
    phrase = "le fournisseur n'a pas répondu à temps ; réessayez plus tard"
    panne = True


class ReponseInvalide(ErreurDirecte):
    """An answer that does not match its declaration."""

    code = "source_directe_reponse_invalide"
    phrase = "la réponse du fournisseur est illisible"
    panne = True


class CircuitOuvert(ErreurDirecte):
    code = "source_directe_suspendue"
    phrase = "source suspendue après plusieurs pannes ; elle sera interrogée de nouveau dans quelques instants"


class Sature(ErreurDirecte):
    """Too many calls of this process are waiting; pages come first."""

    code = "source_directe_saturee"
    phrase = "trop de sources sont interrogées en même temps ; réessayez dans quelques instants"
