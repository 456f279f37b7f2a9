"""A list as ``droits.habilitations.can`` sees it: what a service means to control is as secret as an announced visit
(ADR 0036)."""

from typing import Final

from fce.droits.habilitations.finalites import CONTACTS
from fce.echanges.objets import ObjetEchange
from fce.sources.acces import Habilite

LISTE: Final = ObjetEchange("listes", "Listes de travail", Habilite(CONTACTS))
