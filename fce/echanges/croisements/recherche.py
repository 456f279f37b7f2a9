"""Finds who goes or went to the same places, in one round trip, within what other services may know.

The SQL excludes visits of hidden operations, abandoned and expired visits, withdrawn contacts, and those of one's own
services. Addresses are only compared while neither establishment hides its own.
"""

# ruff: noqa: S608 (names of tables and columns are constants of this room; every value is a parameter)

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from fce.echanges.croisements.adresses import LieuConnu, sql_debut_de_cle
from fce.echanges.croisements.regles import Duree
from fce.echanges.visites.genre import EtatVisite
from fce.echanges.vocabulaire import PROXIMITE, SUR_PLACE, Signe
from fce.entreprises.sirene import ETABLISSEMENTS
from fce.entreprises.voisinage import sql_diffusible, sql_parente
from fce.socle.branches import Branche, Lignes, Prealable, lire
from fce.socle.erreurs import SourceIndisponible

CROISEMENTS_MAX: Final = 200
"""Maximum crossings of one answer, strongest first."""
_RANGS: Final = tuple(Signe)
_LUNDI: Final = "v.debut - (extract(isodow FROM v.debut)::int - 1)"
_DIMANCHE: Final = "v.fin + (7 - extract(isodow FROM v.fin)::int)"
_COLONNES: Final = ("genre", "numero", "service", "nom", "courriel", "rang", "siret", "debut", "fin", "cle")


@dataclass(frozen=True, slots=True)
class Croisement:
    """A visit or a contact of another service, as one's own service may know it.

    ``debut``, ``fin``: Monday and Sunday of a visit's week; the day of a contact. ``siret``: place of the strongest
    sign. ``visite`` or ``contact``: its number; the other is None.
    """

    service: int
    nom: str
    courriel: str
    signe: Signe
    siret: str
    debut: date
    fin: date
    visite: int | None = None
    contact: int | None = None

    @property
    def annonce(self) -> bool:
        """Whether it is to come: an announced visit, not a past contact."""
        return self.visite is not None

    @property
    def fort(self) -> bool:
        """Whether it is at the same place; another establishment of the company is a weaker sign."""
        return self.signe is not Signe.ENTREPRISE

    @property
    def cle(self) -> str:
        """Its key in a form: « visite-12 », « contact-7 »."""
        return f"contact-{self.contact}" if self.visite is None else f"visite-{self.visite}"


def croisements_de(lieux: Iterable[LieuConnu], debut: date, fin: date, services: Iterable[int]) -> list[Croisement]:
    """What crosses a visit to ``lieux`` from ``debut`` to ``fin``, strongest first. One round trip.

    ``services``: those whose own visits and contacts are excluded. Raises SourceIndisponible.
    """
    branche = branche_croisements(lieux, debut, fin, services)
    return croisements_lus(lire([branche])[branche.cle])


def branche_croisements(lieux: Iterable[LieuConnu], debut: date, fin: date, services: Iterable[int]) -> Branche:
    """Query for ``croisements_lus``."""
    params = (*_parametres(debut, fin, services), CROISEMENTS_MAX)
    return Branche("croisements", _CROISEMENTS, params, prealables(lieux), colonnes=_COLONNES)


def prealables(lieux: Iterable[LieuConnu]) -> tuple[Prealable, ...]:
    """The CTEs ``soi``: places (siret, siren, cle), and ``parente``: their predecessors and successors (siret)."""
    connus: Sequence[LieuConnu] = list(lieux)
    valeurs = [[getattr(lieu, nom) for lieu in connus] for nom in ("siret", "siren", "cle_adresse")]
    return Prealable("soi", _SOI, tuple(valeurs)), Prealable("parente", sql_parente("SELECT soi.siret FROM soi"))


def croisements_lus(lignes: Lignes | None) -> list[Croisement]:
    """The crossings read by ``branche_croisements``. Raises SourceIndisponible when they could not be read."""
    if lignes is None:
        raise SourceIndisponible("Les visites des autres services ne peuvent pas être lues pour le moment. Réessayez.")
    return [_croisement(ligne) for ligne in lignes]


def _croisement(ligne: Mapping[str, Any]) -> Croisement:
    visite = ligne["genre"] == "visite"
    return Croisement(
        ligne["service"],
        ligne["nom"],
        ligne["courriel"],
        _RANGS[ligne["rang"]],
        ligne["siret"],
        date.fromisoformat(ligne["debut"]),
        date.fromisoformat(ligne["fin"]),
        ligne["numero"] if visite else None,
        None if visite else ligne["numero"],
    )


_SOI: Final = (
    f"SELECT s.siret, s.siren, CASE WHEN s.cle <> '' AND {sql_diffusible('s.siret')} THEN s.cle ELSE '' END AS cle "
    "FROM unnest(%s::text[], %s::text[], %s::text[]) AS s(siret, siren, cle)"
)


_MEME_ADRESSE: Final = "l.cle_adresse <> '' AND l.cle_adresse IN (SELECT soi.cle FROM soi WHERE soi.cle <> '')"
_ADRESSE_VOISINE: Final = (
    "l.cle_adresse >= (SELECT soi.cle FROM soi WHERE soi.cle <> '') "
    "AND l.cle_adresse < (SELECT soi.cle || '~' FROM soi WHERE soi.cle <> '')"
)


def _proches(genre: str, lieux: str, adresse: str) -> str:
    """SQL of the visits or contacts at places near those of ``soi``: one row each per place; ``rang``: rank of the
    sign.

    ``genre``: « visite » or « contact », singular of a CTE's name. ``lieux``: table of their places. ``adresse``:
    condition on the key of an address.
    """
    chose = "interaction" if genre == "contact" else genre
    lues = (
        f"SELECT '{genre}' AS genre, c.id, c.service_id, c.debut, c.fin, %s AS rang, l.siret, l.cle_adresse AS cle "
        f"FROM {lieux} l JOIN {genre}s c ON c.id = l.{chose}_id WHERE "
    )
    conditions = (
        "l.siret IN (SELECT soi.siret FROM soi)",
        "l.siret IN (SELECT parente.siret FROM parente)",
        f"{adresse} AND {sql_diffusible('l.siret')}",
        "c.siren IN (SELECT soi.siren FROM soi)",
    )
    return " UNION ALL ".join(lues % rang + condition for rang, condition in enumerate(conditions))


def _trouves(adresse: str, distincts: str) -> str:
    """SQL of the crossings, by sign; parameters: ``_parametres``, then the limit. ``distincts``: columns that identify
    one crossing.

    NOT MATERIALIZED, so that each sign uses its own index instead of reading all the visits of the country.
    """
    return (
        f"WITH visites AS NOT MATERIALIZED (SELECT v.id, v.siren, v.service_id, {_LUNDI} AS debut, {_DIMANCHE} AS fin "
        "FROM echanges_visiteannoncee v WHERE v.operation_id IS NULL AND NOT v.service_id = ANY(%s::bigint[]) "
        "AND (v.etat = %s OR v.etat = %s AND v.interaction_id IS NULL) "
        f"AND {_LUNDI} <= %s::date AND {_DIMANCHE} >= %s::date), "
        "contacts AS NOT MATERIALIZED (SELECT i.id, i.siren, i.service_id, i.jour AS debut, i.jour AS fin "
        "FROM echanges_interaction i WHERE i.retiree_le IS NULL AND NOT i.service_id = ANY(%s::bigint[]) "
        "AND i.genre = ANY(%s::text[]) AND i.jour BETWEEN %s::date AND %s::date), "
        f"trouves AS (SELECT DISTINCT ON ({distincts}) t.* FROM ("
        f"{_proches('visite', 'echanges_lieuvisite', adresse)} UNION ALL "
        f"{_proches('contact', 'echanges_lieuinteraction', adresse)}) t ORDER BY {distincts}, t.rang, t.siret) "
        "SELECT t.genre, t.id AS numero, t.service_id AS service, g.nom || ' – ' || o.nom AS nom, g.courriel, t.rang, "
        "t.siret, t.debut, t.fin, t.cle FROM trouves t JOIN comptes_groupe g ON g.id = t.service_id "
        "JOIN comptes_organisation o ON o.id = g.organisation_id "
        "ORDER BY t.rang, t.genre DESC, t.debut, t.id LIMIT %s"
    )


def _parametres(debut: date, fin: date, services: Iterable[int]) -> tuple[Any, ...]:
    semaines, siens = Duree(debut, fin).semaines, sorted(set(services))
    avant, apres = semaines.debut - PROXIMITE, semaines.fin + PROXIMITE
    visites = (siens, EtatVisite.ANNONCEE, EtatVisite.TENUE, apres, avant)
    return *visites, siens, [str(g) for g in SUR_PLACE], avant, apres


_CROISEMENTS: Final = _trouves(_MEME_ADRESSE, "t.genre, t.id")
# Keep each place, because rows at a neighbouring address are dropped later and must not replace those kept.
_AUTOUR: Final = _trouves(_ADRESSE_VOISINE, "t.genre, t.id, t.rang, t.siret")
_SOI_DE_LA_FICHE: Final = (
    "SELECT ici.siret, ici.siren, "
    f"CASE WHEN {sql_diffusible('ici.siret')} THEN {sql_debut_de_cle('ici')} ELSE '' END AS cle "
    f"FROM {ETABLISSEMENTS.relation} ici WHERE ici.siret = %s"
)


def autour_de(siret: str, jour: date, services: Iterable[int]) -> tuple[str, tuple[Any, ...], tuple[Prealable, ...]]:
    """(SQL, parameters, CTEs) of what crosses a visit today to an establishment, for its sheet. It is read with the
    sheet, before the address key is computed; ``pres_de`` then keeps those at the same address."""
    soi = Prealable("soi", _SOI_DE_LA_FICHE, (siret,))
    parente = Prealable("parente", sql_parente("SELECT soi.siret FROM soi"))
    return _AUTOUR, (*_parametres(jour, jour, services), CROISEMENTS_MAX), (soi, parente)


def pres_de(lignes: Iterable[Mapping[str, Any]], cle_adresse: str) -> list[Croisement]:
    """The crossings read by ``autour_de``, without neighbouring addresses: each once, by its strongest sign."""
    proches: dict[str, Croisement] = {}
    for ligne in lignes:
        if _RANGS[ligne["rang"]] is not Signe.ADRESSE or ligne["cle"] == cle_adresse:
            trouve = _croisement(ligne)
            proches.setdefault(trouve.cle, trouve)
    return list(proches.values())
