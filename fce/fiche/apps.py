"""Django application of the sheet."""

from django.apps import AppConfig
from django.http import HttpRequest


class FicheConfig(AppConfig):
    """Reads only: no model, no write."""

    name = "fce.fiche"
    label = "fiche"
    verbose_name = "Fiche"

    def ready(self) -> None:
        from fce.fiche.views_alarmes import adresse_offerte
        from fce.socle import liens
        from fce.socle.actions import ActionDeFiche, ActionDeListe, declarer_de_liste
        from fce.socle.actions import declarer as proposer

        liens.declarer("entreprise", "fiche:entreprise")
        liens.declarer("etablissement", "fiche:etablissement")
        liens.declarer("finalite", "fiche:finalite")
        proposer(ActionDeFiche("Note de préparation", _note, rang=10, principale=True))
        proposer(ActionDeFiche("Toute la fiche sur une page", lambda _, numero: f"{_fiche(numero)}/tout", rang=40))
        proposer(ActionDeFiche("Exporter la fiche (XLSX)", lambda _, numero: f"{_fiche(numero)}/export.xlsx", rang=50))
        declarer_de_liste(ActionDeListe("Voir les alertes de mes sources", adresse_offerte))


def _note(request: HttpRequest, numero: str) -> str | None:
    """For agents: a second factor is asked for on the way."""
    from fce.comptes.requete import compte_de

    compte = compte_de(request)
    return f"{_fiche(numero)}/note" if compte is not None and compte.agent else None


def _fiche(numero: str) -> str:
    from fce.socle import liens
    from fce.socle.identifiants import est_siren

    return liens.adresse("entreprise" if est_siren(numero) else "etablissement", numero)
