"""Django application of the exchanges."""

from django.apps import AppConfig
from django.conf import settings


class EchangesConfig(AppConfig):
    """Off (``FCE_ECHANGES=false``), the room keeps its tables and shows nothing; the journal still names what was
    read."""

    name = "fce.echanges"
    label = "echanges"
    verbose_name = "Échanges"

    def ready(self) -> None:
        from fce.echanges.objets import OBJETS
        from fce.journal import titres

        for objet in OBJETS.values():
            # Contacts too: whoever announces a visit is shown those of the place, hence reads them.
            titres.ajouter(objet.nom, objet.titre, tu=True)
        if settings.FCE_ECHANGES:
            from fce.echanges.offres import offrir

            offrir()
