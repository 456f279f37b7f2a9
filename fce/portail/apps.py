from django.apps import AppConfig


class PortailConfig(AppConfig):
    name = "fce.portail"
    label = "portail"
    verbose_name = "Portail"

    def ready(self) -> None:
        from fce.comptes.mandats import Mandats
        from fce.comptes.menu import Entree, ajouter
        from fce.portail.depot import a_faire as a_faire_des_depots
        from fce.socle import a_faire, liens
        from fce.socle.actions import ActionDeFiche
        from fce.socle.actions import declarer as proposer
        from fce.socle.fil import Palier, ranger

        a_faire.declarer("depots", a_faire_des_depots.taches)
        liens.declarer("accueil", "portail:accueil")
        liens.declarer("signaler", "portail:signaler")
        proposer(ActionDeFiche("Signaler une erreur", lambda _, numero: liens.adresse("signaler", numero[:9]), rang=60))

        ranger(Palier("Déposer des données", "portail:depot"), "portail:depot-source")
        ranger(Palier("Source {nom}", "portail:depot-source", ("nom",)), "portail:depot-rapport")
        ranger(Palier("Mes entreprises", "portail:mes-entreprises"), "portail:consultations")
        ajouter(
            Entree("Déposer des données", "portail:depot", lambda _, mandats: Mandats.DEPOT in mandats, rang=20),
            Entree("Mes entreprises", "portail:mes-entreprises", lambda compte, _: not compte.agent, rang=20),
            Entree("Mes signalements", "portail:signalements", lambda *_: True, rang=60),
        )
