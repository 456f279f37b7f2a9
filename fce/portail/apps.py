from django.apps import AppConfig
from django.conf import settings


class PortailConfig(AppConfig):
    name = "fce.portail"
    label = "portail"
    verbose_name = "Portail"

    def ready(self) -> None:
        from fce.comptes.mandats import Mandats
        from fce.comptes.menu import Entree, ajouter
        from fce.portail.signalements import a_faire as a_faire_des_signalements
        from fce.socle import a_faire, liens
        from fce.socle.actions import ActionDeFiche
        from fce.socle.actions import declarer as proposer
        from fce.socle.fil import Palier, ranger

        a_faire.declarer("signalements", a_faire_des_signalements.taches)
        liens.declarer("accueil", "portail:accueil")
        liens.declarer("signaler", "portail:signaler")
        proposer(ActionDeFiche("Signaler une erreur", lambda _, numero: liens.adresse_signaler(numero), rang=60))

        ranger(Palier("Signalements reçus", "portail:depot-signalements"), "portail:depot-signalement")
        ranger(Palier("Mes entreprises", "portail:mes-entreprises"), "portail:consultations")
        ajouter(
            Entree(
                "Signalements reçus", "portail:depot-signalements", lambda _, mandats: Mandats.DEPOT in mandats, rang=21
            ),
            Entree("Mes entreprises", "portail:mes-entreprises", lambda compte, _: not compte.agent, rang=20),
            Entree("Mes signalements", "portail:signalements", lambda *_: True, rang=60),
        )
        if settings.FCE_DEPOTS:
            _ouvrir_les_depots()


def _ouvrir_les_depots() -> None:
    """Offer the screens of deposits: off (``FCE_DEPOTS=false``), what was deposited stays and nothing shows."""
    from fce.comptes.mandats import Mandats
    from fce.comptes.menu import Entree, ajouter
    from fce.portail.depot import a_faire as a_faire_des_depots
    from fce.socle import a_faire
    from fce.socle.fil import Palier, ranger

    a_faire.declarer("depots", a_faire_des_depots.taches)
    ranger(Palier("Déposer des données", "portail:depot"), "portail:depot-source", "portail:depot-signalements")
    ranger(Palier("Source {nom}", "portail:depot-source", ("nom",)), "portail:depot-rapport")
    ajouter(Entree("Déposer des données", "portail:depot", lambda _, mandats: Mandats.DEPOT in mandats, rang=20))
