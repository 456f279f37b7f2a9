"""Places of the story: establishments of the hand-made companies, in a universe of any size."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db import connection

from fce.demo import personnages as p
from fce.demo.echanges.recit import Endroit
from fce.donnees.entreprises.etablissements import LieuxChoisis
from fce.donnees.entreprises.selectors import etablissements_de
from fce.sources import registre

CONTROLES: Final = "wikit-controles"
_REGARDES: Final = 25


def lieux_du_recit() -> tuple[dict[Endroit, str], date | None]:
    """Return {place: SIRET} and the day of the imported control (None without one). Raises SourceIndisponible."""
    groupe_59 = _ouverts(p.GROUPE.siren, "59")
    controle = _dernier_controle(groupe_59)
    sites = [siret for siret in groupe_59 if controle is None or siret != controle[0]]
    trouves = {
        Endroit.CONTROLE: controle[0] if controle else groupe_59[0],
        Endroit.GROUPE_59: (sites or groupe_59)[0],
        Endroit.GROUPE_62: _ouverts(p.GROUPE.siren, "62")[0],
        Endroit.GROUPE_SIEGE: _ouverts(p.GROUPE.siren)[0],
        Endroit.RESEAU_59: _ouverts(p.RESEAU.siren, "59")[0],
        Endroit.RESEAU_62: _ouverts(p.RESEAU.siren, "62")[0],
        Endroit.INTERIM_59: _ouverts(p.INTERIM.siren, "59")[0],
        Endroit.BOULANGERIE: _ouverts(p.BOULANGERIE.siren)[0],
        Endroit.USINE: _ouverts(p.HOMONYME.siren)[0],
        Endroit.CANTINE: _ouverts(p.CANTINE.siren)[0],
        Endroit.REPRENEUR: _ouverts(p.REPRENEUR.siren)[0],
        # Its only establishment is closed, as the story requires.
        Endroit.CEDEE: etablissements_de(p.CEDEE.siren, taille=1).etablissements[0].siret,
    }
    return trouves, controle[1] if controle else None


def _ouverts(siren: str, departement: str = "") -> list[str]:
    """Open establishments of a company: those of the département if any, else siège first."""
    d_abord = (departement,) if departement else ()
    vus = etablissements_de(siren, taille=_REGARDES, choix=LieuxChoisis("A", d_abord=d_abord)).etablissements
    siens = [vu.siret for vu in vus if departement and (vu.adresse.code_commune or "").startswith(departement)]
    return siens or [vu.siret for vu in vus]


def _dernier_controle(sirets: list[str]) -> tuple[str, date] | None:
    """(SIRET, day) of the latest imported control among these establishments."""
    source = registre.source(CONTROLES)
    with connection.cursor() as curseur:
        curseur.execute(
            f"SELECT siret, date FROM {source.relation} WHERE siret = ANY(%s) ORDER BY date DESC, siret LIMIT 1",  # noqa: S608 – name of a declaration
            [sirets],
        )
        ligne = curseur.fetchone()
    return (ligne[0], ligne[1]) if ligne else None
