"""What follows offer to the other rooms: an action of the sheet and of the results, an entry of the menu; and what they
listen to: switches, new indexes."""

from __future__ import annotations

from django.http import HttpRequest

from fce.comptes import menu
from fce.comptes.menu import Entree
from fce.comptes.requete import compte_de
from fce.echanges.suivis.annonces import demander_la_comparaison, demander_les_recherches
from fce.imports.chargement.bascule import basculee
from fce.recherche.services import index_en_place
from fce.socle import actions
from fce.socle.actions import ActionDeFiche, ActionDeListe
from fce.socle.fil import Palier, ranger
from fce.socle.identifiants import est_siret
from fce.socle.liens import adresse_de


def offrir() -> None:
    """Declare it all, once, at start."""
    actions.declarer(ActionDeFiche("Suivre", _suivre, 20))
    actions.declarer_de_liste(ActionDeListe("Suivre cette recherche", _suivre_la_recherche, sur_place=False))
    menu.ajouter(Entree("Mes suivis", "echanges:suivis", lambda compte, _: compte.agent, 10))
    ranger(Palier("Mes suivis", "echanges:suivis"), "echanges:suivre-recherche")
    basculee.connect(demander_la_comparaison, dispatch_uid="echanges.suivis.import")
    index_en_place.connect(demander_les_recherches, dispatch_uid="echanges.suivis.index")


def _suivre(request: HttpRequest, numero: str) -> str | None:
    """The page that follows, or stops, for an agent; whether he follows is said there: to ask it here would cost the
    sheet a round trip."""
    compte = compte_de(request)
    if compte is None or not compte.agent:
        return None
    return adresse_de(f"echanges:suivre-{'etablissement' if est_siret(numero) else 'entreprise'}", numero)


def _suivre_la_recherche(request: HttpRequest) -> str | None:
    """The page that follows what is searched, for an agent."""
    compte = compte_de(request)
    return adresse_de("echanges:suivre-recherche") if compte is not None and compte.agent else None
