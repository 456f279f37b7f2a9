"""What the room offers to the others: an entry of the menu, things to do, where its pages are."""

from __future__ import annotations

from fce.comptes.mandats import Mandats
from fce.comptes.menu import Entree, ajouter
from fce.convention import a_faire as a_faire_de_la_convention
from fce.convention.selectors import depenses_par_mois
from fce.socle import a_faire, couts, plan_du_site
from fce.socle.fil import Palier, ranger


def ajouter_au_menu() -> None:
    """Declare it all, once, at start."""
    a_faire.declarer("convention", a_faire_de_la_convention.taches)
    couts.declarer(depenses_par_mois)
    plan_du_site.declarer("Le service", "Budget", "convention:budget")
    ranger(Palier("Convention", "convention:liste"), "convention:nouvelle", "convention:convention")
    pages = (
        *("modifier", "fin", "livre", "marches", "avenants", "formalites", "previsions", "avancement", "comites"),
        *("etat", "avis"),
    )
    une = Palier("Convention n° {numero}", "convention:convention", ("numero",))
    ranger(une, *(f"convention:{nom}" for nom in pages))
    ranger(Palier("Livre", "convention:livre", ("numero",)), "convention:ecriture", "convention:annulation")
    ranger(
        Palier("Comités", "convention:comites", ("numero",)),
        *("convention:comite", "convention:dossier", "convention:question", "convention:decision"),
    )
    ajouter(Entree("Convention", "convention:liste", lambda _, mandats: Mandats.BUDGET in mandats, rang=75))
