from django.apps import AppConfig


class GestionConfig(AppConfig):
    name = "fce.gestion"
    label = "gestion"
    verbose_name = "Gestion du service"

    def ready(self) -> None:
        from fce.comptes.mandats import Mandats
        from fce.comptes.menu import Entree, ajouter
        from fce.gestion import a_faire as a_faire_de_l_equipe
        from fce.socle import a_faire

        a_faire.annoncer("equipe", a_faire_de_l_equipe.taches)
        ajouter(
            Entree("Gestion du service", "gestion:accueil", lambda _, mandats: Mandats.EQUIPE in mandats, rang=69),
            Entree("Rattachements", "gestion:rattachements", lambda _, mandats: Mandats.EQUIPE in mandats, rang=70),
            Entree("Signalements", "gestion:signalements-recus", lambda _, mandats: Mandats.EQUIPE in mandats, rang=71),
        )
