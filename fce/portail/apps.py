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
        liens.declarer("naf-2025", "portail:naf-2025")
        liens.declarer("producteur", "portail:producteur")
        liens.declarer("producteurs", "portail:producteurs")
        proposer(ActionDeFiche("Signaler une erreur", lambda _, numero: liens.adresse_signaler(numero), rang=60))

        ranger(Palier("Signalements reçus", "portail:depot-signalements"), "portail:depot-signalement")
        ranger(Palier("Mes entreprises", "portail:mes-entreprises"), "portail:consultations")
        ranger(Palier("Rejoindre la fiche commune", "portail:rejoindre"), "portail:essai", "portail:partenaire")
        ranger(Palier("Essayer un fichier", "portail:essai"), "portail:essai-source")
        ranger(Palier("Producteurs", "portail:producteurs"), "portail:producteur")
        ranger(Palier("Producteur", "portail:producteur", ("code",)), "portail:usages")
        ranger(Palier("Contact", "portail:contact"), "portail:contact-suivi", "portail:mes-messages")
        ranger(Palier("Nouveautés", "portail:nouveautes"), "portail:nouveautes-arret")
        _declarer_les_pages()
        ajouter(
            Entree(
                "Signalements reçus", "portail:depot-signalements", lambda _, mandats: Mandats.DEPOT in mandats, rang=21
            ),
            Entree("Mes entreprises", "portail:mes-entreprises", lambda compte, _: not compte.agent, rang=20),
            Entree("Mes signalements", "portail:signalements", lambda *_: True, rang=60),
            Entree("Mes messages à l’équipe", "portail:mes-messages", lambda *_: True, rang=61),
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


def _declarer_les_pages() -> None:
    """Put the pages of the room that anyone may open on the map of the site."""
    from fce.socle import plan_du_site

    for rubrique, pages in {
        "Chercher": (("Accueil", "accueil"),),
        "Les données": (("Producteurs", "producteurs"), ("Rejoindre la fiche commune", "rejoindre")),
        "Le service": (
            ("À propos", "a-propos"),
            ("Nouveautés", "nouveautes"),
            ("Feuille de route", "feuille-de-route"),
            ("Kit de communication", "kit"),
        ),
        "Aide et contact": (
            ("Aide", "aide"),
            ("Questions fréquentes", "faq"),
            ("Ce qui change avec la NAF 2025", "naf-2025"),
            ("Contact", "contact"),
            ("Donner mon avis", "avis"),
        ),
        "Informations légales": (
            ("Mentions légales", "mentions-legales"),
            ("Conditions générales d’utilisation", "cgu"),
            ("Données personnelles", "donnees-personnelles"),
            ("Cookies", "cookies"),
            ("Accessibilité", "accessibilite"),
            ("Sécurité", "securite"),
            ("Plan du site", "plan-du-site"),
        ),
    }.items():
        for titre, nom in pages:
            plan_du_site.declarer(rubrique, titre, f"portail:{nom}")
