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
        from fce.socle.fil import Palier, ranger

        a_faire.declarer("equipe", a_faire_de_l_equipe.taches)
        files = (
            *("organisations", "comptes", "demandes", "habilitations", "travaux", "textes", "bandeaux", "avis"),
            *("sessions", "evenements", "rattachements", "signalements-recus", "messages", "raccordements"),
            *("nouveautes", "feuille-de-route", "panel"),
        )
        ranger(Palier("Gestion du service", "gestion:accueil"), *(f"gestion:{nom}" for nom in files))
        for titre, nom, pages in (
            ("Organisations", "organisations", ("organisation", "groupe")),
            ("Comptes", "comptes", ("compte",)),
            ("Demandes", "demandes", ("demande",)),
            ("Rattachements", "rattachements", ("rattachement",)),
            ("Signalements", "signalements-recus", ("signalement",)),
            ("Messages", "messages", ("message",)),
            ("Raccordements", "raccordements", ("raccordement",)),
            ("Nouveautés", "nouveautes", ("nouveaute",)),
            ("Feuille de route", "feuille-de-route", ("point",)),
            ("Textes", "textes", ("versions",)),
        ):
            ranger(Palier(titre, f"gestion:{nom}"), *(f"gestion:{page}" for page in pages))
        ajouter(
            Entree("Gestion du service", "gestion:accueil", lambda _, mandats: Mandats.EQUIPE in mandats, rang=69),
            Entree("Rattachements", "gestion:rattachements", lambda _, mandats: Mandats.EQUIPE in mandats, rang=70),
            Entree("Signalements", "gestion:signalements-recus", lambda _, mandats: Mandats.EQUIPE in mandats, rang=71),
        )
