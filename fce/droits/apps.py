"""Django application of the room."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DroitsConfig(AppConfig):
    """Habilitations."""

    name = "fce.droits"
    label = "droits"
    verbose_name = "Droits"

    def ready(self) -> None:
        from fce.comptes import menu
        from fce.comptes.mandats import Mandats
        from fce.comptes.menu import Entree
        from fce.comptes.signaux import connecte
        from fce.droits import catalogues
        from fce.droits.adhesions import a_la_connexion
        from fce.droits.dossiers import a_faire as a_faire_des_dossiers
        from fce.socle import a_faire
        from fce.socle.fil import Palier, ranger
        from fce.sources import registre

        catalogues.completer(registre.racines())
        connecte.connect(a_la_connexion, dispatch_uid="fce.droits.adhesions")
        post_migrate.connect(_privileges_a_jour, sender=self, dispatch_uid="fce.droits.privileges")
        a_faire.declarer("habilitations", a_faire_des_dossiers.taches)
        miennes = Palier("Mes habilitations", "droits:habilitations")
        ranger(
            miennes,
            *(
                f"droits:{nom}"
                for nom in ("demande", "dossier", "soumettre", "solliciter", "membres", "ajouter", "charger")
            ),
            *(f"droits:{nom}" for nom in ("membre", "annuler-invitation", "journal-service")),
        )
        ranger(Palier("Habilitation n° {numero}", "droits:dossier", ("numero",)), "droits:modifier", "droits:jetons")
        ranger(Palier("Membres du groupe", "droits:membres", ("groupe",)), "droits:revue")
        ranger(Palier("Consultations du groupe", "droits:journal-service", ("groupe",)), "droits:journal-detail")
        ranger(Palier("Habilitations à instruire", "droits:file"), "droits:instruction")
        ranger(Palier("Mes droits", "droits:droits"), "droits:droits-de")
        menu.ajouter(
            Entree("Mes habilitations", "droits:habilitations", lambda compte, _: compte.agent, 20),
            Entree("Mes droits", "droits:droits", lambda compte, _: compte.agent, 21),
            Entree("Mes consultations", "droits:journal", lambda compte, _: compte.agent, 22),
            Entree("Journal des consultations", "droits:journal-recherche", lambda _, m: Mandats.AUDITEUR in m, 31),
            Entree("Habilitations à instruire", "droits:file", lambda _, m: Mandats.APPROBATEUR in m, 30),
        )


def _privileges_a_jour(*, using: str, **_: Any) -> None:
    """New tables have their grants, and those of the views that were just made (``fce.sources``) are checked."""
    from fce.droits.privileges import appliquer

    if using == "default":
        appliquer()
