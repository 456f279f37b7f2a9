from django.apps import AppConfig
from django.conf import settings


class EchangesConfig(AppConfig):
    name = "fce.echanges"
    label = "echanges"
    verbose_name = "Échanges"

    def ready(self) -> None:
        from fce.echanges.suivis.annonces import demander_la_comparaison, demander_les_recherches
        from fce.imports.chargement.bascule import basculee
        from fce.recherche.services import index_en_place

        if settings.FCE_ECHANGES:
            basculee.connect(demander_la_comparaison, dispatch_uid="echanges.suivis.import")
            index_en_place.connect(demander_les_recherches, dispatch_uid="echanges.suivis.index")
