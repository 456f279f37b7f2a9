"""What the contacts offer to the other rooms: an action of the sheet, the entry of the menu."""

from __future__ import annotations

from django.http import HttpRequest

from fce.comptes.menu import Entree, ajouter
from fce.comptes.requete import compte_de
from fce.socle.actions import ActionDeFiche, declarer
from fce.socle.fil import Palier, ranger
from fce.socle.identifiants import est_siret
from fce.socle.liens import adresse_de


def adresse_pour_noter(request: HttpRequest, numero: str) -> str | None:
    """Where an agent tells a contact with this unit; None for anyone else. His rights are said there: asking for them
    here would cost the sheet a round trip."""
    compte = compte_de(request)
    if compte is None or not compte.agent:
        return None
    return adresse_de(f"echanges:noter-{'etablissement' if est_siret(numero) else 'entreprise'}", numero)


def offrir_les_contacts() -> None:
    """Declare it all, once, at start."""
    declarer(ActionDeFiche("Noter une visite", adresse_pour_noter, rang=6, principale=True))
    ajouter(Entree("Contacts de mon service", "echanges:contacts", lambda compte, _: compte.agent, rang=15))
    liste = Palier("Contacts de mon service", "echanges:contacts")
    ranger(liste, "echanges:contact", "echanges:importer", "echanges:confirmer-import")
    ranger(Palier("Contact noté", "echanges:contact", ("numero",)), "echanges:modifier-contact")
