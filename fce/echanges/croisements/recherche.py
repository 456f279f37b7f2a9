"""Who goes, or went, where one is going: read in one round trip, from what may be said of it to another service.

Visits of hidden operations, visits given up or expired and contacts taken back are left out by the statement itself.
Visits that one's own services have announced are read apart (``mienne``). An address is compared only as long as
both establishments hide nothing today.
"""

# ruff: noqa: S608 (names of tables and columns are constants of this room; every value is a parameter)

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from fce.donnees.entreprises.repertoire import LIEUX_OUVERTS
from fce.donnees.entreprises.voisinage import sql_diffusible, sql_parente
from fce.echanges.croisements.adresses import LieuConnu, debuts, se_rejoignent, sql_debuts
from fce.echanges.croisements.regles import Duree
from fce.echanges.models import Interaction, VisiteAnnoncee
from fce.echanges.visites.genre import EtatVisite
from fce.echanges.vocabulaire import PROXIMITE, SUR_PLACE, Signe
from fce.socle.base.branches import Branche, Prealable, lignes_de
from fce.socle.erreurs import SourceIndisponible
from fce.socle.texte import paris
from fce.socle.web.references import numero_de, reference

CROISEMENTS_MAX: Final = 200
"""Most that one answer tells, the strongest first."""
_RANGS: Final = tuple(Signe)
_LUNDI: Final = "v.debut - (extract(isodow FROM v.debut)::int - 1)"
_DIMANCHE: Final = "v.fin + (7 - extract(isodow FROM v.fin)::int)"
_COLONNES: Final = (
    "genre",
    "numero",
    "service",
    "nom",
    "courriel",
    "rang",
    "siret",
    "debut",
    "fin",
    "cle",
    "mienne",
    "etat",
    "absent",
)


class Croisement(NamedTuple):
    """A visit of another service, or a contact that it made, as one's own service may know it.

    ``debut``, ``fin``: the week of a visit, Monday to Sunday; the day of a contact. ``siret``: where, the strongest
    sign first. ``visite`` or ``contact``: its number, the other being None. ``etat``: that of a visit; ``annonce``:
    whether it is announced and its week is not over; ``absent``: last day of its agent's absence, if its week is within
    it.
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
    etat: str = ""
    annonce: bool = False
    absent: date | None = None

    @property
    def fort(self) -> bool:
        """Whether it is about the same place: another establishment of the company is the weaker sign."""
        return self.signe is not Signe.ENTREPRISE

    @property
    def cle(self) -> str:
        """Its name inside the service: « visite-12 », « contact-7 »."""
        return f"contact-{self.contact}" if self.visite is None else f"visite-{self.visite}"

    @property
    def reference(self) -> str:
        """Its name in a form."""
        if self.visite is None:
            return reference(Interaction, self.contact or 0)
        return reference(VisiteAnnoncee, self.visite)

    @property
    def vu(self) -> str:
        """Week and state, which a form sends back: the server refuses an answer to what has changed since."""
        return f"{self.debut} {self.etat}".strip()


_MODELES: Final = {"visite": VisiteAnnoncee, "contact": Interaction}


def cle_de(texte: str) -> str:
    """The key (``Croisement.cle``) of what a form names; "" for anything else."""
    numeros = ((genre, numero_de(modele, texte)) for genre, modele in _MODELES.items())
    return next((f"{genre}-{numero}" for genre, numero in numeros if numero), "")


def croisements_de(lieux: Iterable[LieuConnu], debut: date, fin: date, services: Iterable[int]) -> list[Croisement]:
    """What crosses a visit to ``lieux`` from ``debut`` to ``fin``, the strongest first. One round trip.

    ``services``: those whose own visits and contacts are no surprise. Raises SourceIndisponible.
    """
    connus = list(lieux)
    branche = branche_croisements(connus, debut, fin, services)
    return croisements_parmi(lignes_de([branche])[branche.cle], connus)


def branche_croisements(lieux: Iterable[LieuConnu], debut: date, fin: date, services: Iterable[int]) -> Branche:
    """Return the query whose rows ``croisements_parmi`` takes."""
    return Branche("croisements", _TROUVES, _parametres(debut, fin, services), prealables(lieux), colonnes=_COLONNES)


def prealables(lieux: Iterable[LieuConnu]) -> tuple[Prealable, ...]:
    """``soi``, the places (siret, siren, and what the key of the same door may begin with, one per row), and
    ``parente`` (siret), what they follow or are followed by."""
    rangs = [(lieu.siret, lieu.siren, debut) for lieu in lieux for debut in debuts(lieu.cle_adresse) or [""]]
    valeurs = tuple([rang[n] for rang in rangs] for n in range(3))
    return Prealable("soi", _SOI, valeurs), Prealable("parente", sql_parente("SELECT soi.siret FROM soi"))


def croisements_parmi(
    lignes: Iterable[Mapping[str, Any]] | None, lieux: Iterable[LieuConnu], *, mienne: bool = False
) -> list[Croisement]:
    """What was read around ``lieux``, each thing once, by its strongest sign, without the neighbours that are not at
    their door. ``mienne``: instead, the announced visits of one's own services, those of operations included. Raises
    SourceIndisponible when it could not be read."""
    if lignes is None:
        raise SourceIndisponible("Les visites des autres services ne peuvent pas être lues pour le moment. Réessayez.")
    cles = {lieu.cle_adresse for lieu in lieux}
    proches: dict[str, Croisement] = {}
    for ligne in lignes:
        ici = ligne["rang"] != _ADRESSE or any(se_rejoignent(ligne["cle"], cle) for cle in cles)
        if ici and ligne["mienne"] is mienne:
            trouve = _croisement(ligne)
            proches.setdefault(trouve.cle, trouve)
    return list(proches.values())[:CROISEMENTS_MAX]


def _croisement(ligne: Mapping[str, Any]) -> Croisement:
    visite, fin = ligne["genre"] == "visite", date.fromisoformat(ligne["fin"])
    return Croisement(
        ligne["service"],
        ligne["nom"],
        ligne["courriel"],
        _RANGS[ligne["rang"]],
        ligne["siret"],
        date.fromisoformat(ligne["debut"]),
        fin,
        ligne["numero"] if visite else None,
        None if visite else ligne["numero"],
        ligne["etat"],
        ligne["etat"] == EtatVisite.ANNONCEE and fin >= paris.aujourd_hui(),
        date.fromisoformat(ligne["absent"]) if ligne["absent"] else None,
    )


_SOI: Final = (
    f"SELECT s.siret, s.siren, CASE WHEN s.debut <> '' AND {sql_diffusible('s.siret')} THEN s.debut ELSE '' END "
    "AS debut FROM unnest(%s::text[], %s::text[], %s::text[]) AS s(siret, siren, debut)"
)


# « <> '' » is what the partial indexes of the keys ask for: without it, the whole table is read for each number.
DEBUTE: Final = "l.cle_adresse <> '' AND l.cle_adresse >= soi.debut AND l.cle_adresse < soi.debut || '~'"
"""SQL: the key of a place begins as those of the same door."""


def _proches(genre: str, lieux: str) -> str:
    """SQL of what is about places near those of ``soi``: one row per thing and place, ``rang`` being its sign.

    ``genre``: « visite » or « contact », which the CTE of that name and an s hold. ``lieux``: table of their places.
    """
    chose = "interaction" if genre == "contact" else genre
    colonnes = (
        f"SELECT '{genre}' AS genre, c.id, c.service_id, c.debut, c.fin, c.mienne, c.etat, c.absent, %s AS rang, "
        "l.siret, l.cle_adresse AS cle "
        f"FROM {lieux} l JOIN {genre}s c ON c.id = l.{chose}_id "
    )
    conditions = (
        "WHERE l.siret IN (SELECT soi.siret FROM soi)",
        "WHERE l.siret IN (SELECT parente.siret FROM parente)",
        f"JOIN soi ON {DEBUTE} WHERE soi.debut <> '' AND {sql_diffusible('l.siret')}",
        "WHERE c.siren IN (SELECT soi.siren FROM soi)",
    )
    return " UNION ALL ".join(colonnes % rang + condition for rang, condition in enumerate(conditions))


_ADRESSE: Final = _RANGS.index(Signe.ADRESSE)
# A neighbour of another street hides neither one of this street nor a weaker sign.
_DISTINCTS: Final = f"t.genre, t.id, t.rang, CASE WHEN t.rang = {_ADRESSE} THEN t.siret END"
_TROUVES: Final = (
    # NOT MATERIALIZED: each way of being near uses its own index, and never reads all the visits of the country.
    f"WITH visites AS NOT MATERIALIZED (SELECT v.id, v.siren, v.service_id, v.etat, {_LUNDI} AS debut, "
    f"{_DIMANCHE} AS fin, v.service_id = ANY(%s::bigint[]) AS mienne, (SELECT a.jusqu_au FROM echanges_absence a "
    f"WHERE 'c' || a.compte_id = v.auteur AND a.jusqu_au >= greatest({_LUNDI}, %s::date)) AS absent "
    "FROM echanges_visiteannoncee v "
    "WHERE CASE WHEN v.service_id = ANY(%s::bigint[]) THEN v.etat = %s ELSE v.operation_id IS NULL "
    "AND (v.etat = %s OR v.etat = %s AND v.interaction_id IS NULL) END "
    f"AND {_LUNDI} <= %s::date AND {_DIMANCHE} >= %s::date), "
    "contacts AS NOT MATERIALIZED (SELECT i.id, i.siren, i.service_id, '' AS etat, i.jour AS debut, i.jour AS fin, "
    "false AS mienne, NULL::date AS absent FROM echanges_interaction i WHERE i.retiree_le IS NULL "
    "AND NOT i.service_id = ANY(%s::bigint[]) AND i.genre = ANY(%s::text[]) AND i.jour BETWEEN %s::date AND %s::date), "
    f"trouves AS (SELECT DISTINCT ON ({_DISTINCTS}) t.* FROM ("
    f"{_proches('visite', 'echanges_lieuvisite')} UNION ALL "
    f"{_proches('contact', 'echanges_lieuinteraction')}) t ORDER BY {_DISTINCTS}, t.siret) "
    "SELECT t.genre, t.id AS numero, t.service_id AS service, g.nom || ' – ' || o.nom AS nom, g.courriel, t.rang, "
    "t.siret, t.debut, t.fin, t.cle, t.mienne, t.etat, t.absent FROM trouves t "
    "JOIN comptes_groupe g ON g.id = t.service_id JOIN comptes_organisation o ON o.id = g.organisation_id "
    # Never by number: the order in which they were announced would tell something.
    "ORDER BY t.mienne, t.rang, t.genre DESC, t.debut, nom, t.siret LIMIT %s"
)


def _parametres(debut: date, fin: date, services: Iterable[int]) -> tuple[Any, ...]:
    semaines, siens = Duree(debut, fin).semaines, sorted(set(services))
    avant, apres = semaines.debut - PROXIMITE, semaines.fin + PROXIMITE
    etats = (EtatVisite.ANNONCEE, EtatVisite.ANNONCEE, EtatVisite.TENUE)
    visites = (siens, paris.aujourd_hui(), siens, *etats, apres, avant)
    # A thing may be read once for each sign.
    return *visites, siens, [str(g) for g in SUR_PLACE], avant, apres, CROISEMENTS_MAX * len(_RANGS)


_SOI_DE_LA_FICHE: Final = (
    "SELECT n.siret, left(n.siret, 9) AS siren, COALESCE(p.debut, '') AS debut FROM (SELECT %s::text AS siret) n "
    f"LEFT JOIN ({LIEUX_OUVERTS} ici CROSS JOIN LATERAL ({sql_debuts('ici')}) AS p(debut)) ON ici.siret = n.siret"
)


def autour_de(siret: str, jour: date, services: Iterable[int]) -> tuple[str, tuple[Any, ...], tuple[Prealable, ...]]:
    """(SQL, parameters, what it looks at) of what crosses a visit of this very day to an establishment, for the sheet:
    read with all the rest, before its address is folded, for ``croisements_parmi``."""
    soi = Prealable("soi", _SOI_DE_LA_FICHE, (siret,))
    parente = Prealable("parente", sql_parente("SELECT soi.siret FROM soi"))
    return _TROUVES, _parametres(jour, jour, services), (soi, parente)
