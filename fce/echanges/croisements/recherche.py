"""Who goes, or went, where one is going: read in one round trip, from what may be said of it to another service.

Visits of hidden operations, visits given up or expired, contacts taken back and what one's own services do are left
out by the statement itself. An address is compared only as long as both establishments hide nothing today.
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
"""Most that one answer tells, the strongest first."""
_RANGS: Final = tuple(Signe)
_LUNDI: Final = "v.debut - (extract(isodow FROM v.debut)::int - 1)"
_DIMANCHE: Final = "v.fin + (7 - extract(isodow FROM v.fin)::int)"
_COLONNES: Final = ("genre", "numero", "service", "nom", "courriel", "rang", "siret", "debut", "fin", "cle")


@dataclass(frozen=True, slots=True)
class Croisement:
    """A visit of another service, or a contact that it made, as one's own service may know it.

    ``debut``, ``fin``: the week of a visit, Monday to Sunday; the day of a contact. ``siret``: where, the strongest
    sign first. ``visite`` or ``contact``: its number, the other being None.
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
        """Whether it is still to come: a visit that is announced, not a contact that was made."""
        return self.visite is not None

    @property
    def fort(self) -> bool:
        """Whether it is about the same place: another establishment of the company is the weaker sign."""
        return self.signe is not Signe.ENTREPRISE

    @property
    def cle(self) -> str:
        """What names it in a form: « visite-12 », « contact-7 »."""
        return f"contact-{self.contact}" if self.visite is None else f"visite-{self.visite}"


def croisements_de(lieux: Iterable[LieuConnu], debut: date, fin: date, services: Iterable[int]) -> list[Croisement]:
    """What crosses a visit to ``lieux`` from ``debut`` to ``fin``, the strongest first. One round trip.

    ``services``: those whose own visits and contacts are no surprise. Raises SourceIndisponible.
    """
    branche = branche_croisements(lieux, debut, fin, services)
    return croisements_lus(lire([branche])[branche.cle])


def branche_croisements(lieux: Iterable[LieuConnu], debut: date, fin: date, services: Iterable[int]) -> Branche:
    """What to read for ``croisements_lus``."""
    params = (*_parametres(debut, fin, services), CROISEMENTS_MAX)
    return Branche("croisements", _CROISEMENTS, params, prealables(lieux), colonnes=_COLONNES)


def prealables(lieux: Iterable[LieuConnu]) -> tuple[Prealable, ...]:
    """``soi``, the places (siret, siren, cle), and ``parente`` (siret), what they follow or are followed by."""
    connus: Sequence[LieuConnu] = list(lieux)
    valeurs = [[getattr(lieu, nom) for lieu in connus] for nom in ("siret", "siren", "cle_adresse")]
    return Prealable("soi", _SOI, tuple(valeurs)), Prealable("parente", sql_parente("SELECT soi.siret FROM soi"))


def croisements_lus(lignes: Lignes | None) -> list[Croisement]:
    """What ``branche_croisements`` has read. Raises SourceIndisponible when it could not be."""
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
    """SQL of what is about places near those of ``soi``: one row per thing and place, ``rang`` being its sign.

    ``genre``: « visite » or « contact », which the CTE of that name and an s hold. ``lieux``: table of their places.
    ``adresse``: condition on the key of an address.
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
    """SQL of what crosses, by sign; parameters as ``_parametres`` gives them, then how many at most.
    ``distincts``: what makes two rows one.

    NOT MATERIALIZED: each way of being near looks at its own index, and never at all the visits of the country.
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
# A neighbour of another street hides neither one of this street nor a weaker sign.
_AUTOUR: Final = _trouves(_ADRESSE_VOISINE, "t.genre, t.id, t.rang, t.siret")
_SOI_DE_LA_FICHE: Final = (
    "SELECT ici.siret, ici.siren, "
    f"CASE WHEN {sql_diffusible('ici.siret')} THEN {sql_debut_de_cle('ici')} ELSE '' END AS cle "
    f"FROM {ETABLISSEMENTS.relation} ici WHERE ici.siret = %s"
)


def autour_de(siret: str, jour: date, services: Iterable[int]) -> tuple[str, tuple[Any, ...], tuple[Prealable, ...]]:
    """(SQL, parameters, what it looks at) of what crosses a visit of this very day to an establishment, for the sheet:
    read with all the rest, before its address is folded. ``pres_de`` then keeps those at the same address."""
    soi = Prealable("soi", _SOI_DE_LA_FICHE, (siret,))
    parente = Prealable("parente", sql_parente("SELECT soi.siret FROM soi"))
    return _AUTOUR, (*_parametres(jour, jour, services), CROISEMENTS_MAX), (soi, parente)


def pres_de(lignes: Iterable[Mapping[str, Any]], cle_adresse: str) -> list[Croisement]:
    """What ``autour_de`` has read, without the neighbours that another street separates: each thing once, by its
    strongest sign."""
    proches: dict[str, Croisement] = {}
    for ligne in lignes:
        if _RANGS[ligne["rang"]] is not Signe.ADRESSE or ligne["cle"] == cle_adresse:
            trouve = _croisement(ligne)
            proches.setdefault(trouve.cle, trouve)
    return list(proches.values())
