"""Django application of the sheet."""

from django.apps import AppConfig


class FicheConfig(AppConfig):
    """Reads only: no model, no write."""

    name = "fce.fiche"
    label = "fiche"
    verbose_name = "Fiche"

    def ready(self) -> None:
        from fce.socle import liens
        from fce.socle.actions import ActionDeFiche
        from fce.socle.actions import declarer as proposer

        liens.declarer("entreprise", "fiche:entreprise")
        liens.declarer("etablissement", "fiche:etablissement")
        proposer(ActionDeFiche("Toute la fiche sur une page", lambda _, numero: f"{_fiche(numero)}/tout", rang=40))
        proposer(ActionDeFiche("Exporter la fiche (XLSX)", lambda _, numero: f"{_fiche(numero)}/export.xlsx", rang=50))


def _fiche(numero: str) -> str:
    from fce.socle import liens
    from fce.socle.identifiants import est_siren

    return liens.adresse("entreprise" if est_siren(numero) else "etablissement", numero)
