"""Selection of establishments in a territory (filters of the search, filters on restricted facts, order), and its SQL
on the prepared table (alias ``t``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple
from urllib.parse import urlencode

from msgspec.structs import replace

from fce.droits.habilitations.portee import Condition
from fce.ensembles.territoires.lieux import TerritoireChoisi
from fce.ensembles.territoires.mesures import mesures
from fce.recherche.question import filtres, strategie
from fce.recherche.question.etiquettes import etiqueter
from fce.recherche.question.filtres import LIEUX
from fce.recherche.question.requete import FENETRE, Requete
from fce.recherche.reponse.selectors import moteur
from fce.referentiels import effectifs
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte.formats import nombre, pluriel

JAMAIS: Final = "jamais"
ANCIENNETES: Final = {
    JAMAIS: "Aucun connu",
    "12": "Plus d’un an, ou aucun connu",
    "24": "Plus de deux ans, ou aucun connu",
    "36": "Plus de trois ans, ou aucun connu",
    "60": "Plus de cinq ans, ou aucun connu",
}
VARIATIONS: Final = {"baisse": "En baisse de 10 % ou plus", "hausse": "En hausse de 10 % ou plus", "change": "Les deux"}
_BAISSE: Final = "(t.effectif_avant > 0 AND 10 * t.effectif <= 9 * t.effectif_avant)"
_HAUSSE: Final = "(t.effectif_avant > 0 AND 10 * t.effectif >= 11 * t.effectif_avant)"


class FiltreReserve(NamedTuple):
    """A filter on the facts of ``mesure``. ``sql``: value, day of the preparation → condition on the table."""

    mesure: str
    titre: str
    choix: Mapping[str, str]
    sql: Callable[[str, date], Condition]


def _oui(titre: str, mesure: str, sql: str) -> FiltreReserve:
    return FiltreReserve(mesure, titre, {"oui": "Oui"}, lambda _valeur, _jour: Condition(sql))


def _ancien(colonne: str) -> Callable[[str, date], Condition]:
    def sql(valeur: str, jour: date) -> Condition:
        if valeur == JAMAIS:
            return Condition(f"t.{colonne} IS NULL")
        return Condition(
            f"(t.{colonne} IS NULL OR t.{colonne} < %s::date - make_interval(months => %s))",
            (jour.isoformat(), int(valeur)),
        )

    return sql


FILTRES: Final[dict[str, FiltreReserve]] = {
    "activite_partielle": _oui("Activité partielle depuis douze mois", "activite-partielle", "t.decision IS NOT NULL"),
    "pse": _oui("Touché par un PSE de moins de 36 mois", "pse", "t.pse IS NOT NULL"),
    "mortels": _oui("Accident mortel", "mortels", "t.mortels > 0"),
    "controle": FiltreReserve("controle", "Vu par votre service", ANCIENNETES, _ancien("controle")),
    "contact": FiltreReserve("contact", "Dernier contact", ANCIENNETES, _ancien("contact")),
    "variation": FiltreReserve(
        "effectif",
        "Effectif en un an",
        VARIATIONS,
        lambda valeur, _: Condition({"baisse": _BAISSE, "hausse": _HAUSSE}.get(valeur, f"({_BAISSE} OR {_HAUSSE})")),
    ),
}


class Tri(NamedTuple):
    """``sql``: ORDER BY on the table, or, of an order by restricted facts, the fact of ``mesure``, in the direction
    ``sens``: its value counts only where the reader may read it."""

    titre: str
    sql: str
    mesure: str = ""
    sens: str = ""


TRIS_DE_TERRITOIRE: Final = {
    "tranche": Tri("Effectif (tranche de l’Insee)", "t.rang DESC"),
    "commune": Tri("Commune", "t.commune, t.rang DESC"),
    "creation": Tri("Création, de la plus récente", "t.creation DESC NULLS LAST"),
    "salaries": Tri("Effectif déclaré", "t.effectif", "effectif", "DESC NULLS LAST"),
    "variation": Tri(
        "Effectif en un an, de la plus forte baisse",
        "(t.effectif - t.effectif_avant)::float / NULLIF(t.effectif_avant, 0)",
        "effectif",
        "NULLS LAST",
    ),
    "heures": Tri("Heures d’activité partielle", "t.heures", "activite-partielle", "DESC NULLS LAST"),
    "mortels": Tri("Accidents mortels", "t.mortels", "mortels", "DESC NULLS LAST"),
    "controle": Tri("Vu par votre service, du plus ancien", "t.controle", "controle", "NULLS FIRST"),
    "contact": Tri("Contact, du plus ancien", "t.contact", "contact", "NULLS FIRST"),
}


@dataclass(frozen=True, slots=True)
class Selection:
    """``requete``: filters of the search, in its establishment view; ``au_moins``: smallest head-count band, "" for
    all; ``reserves``: {filter of ``FILTRES``: value}; ``tri``: a key of ``TRIS_DE_TERRITOIRE``; ``colonnes``: measures
    shown."""

    requete: Requete = field(default_factory=lambda: Requete(vue="etablissements"))
    au_moins: str = ""
    reserves: Mapping[str, str] = field(default_factory=dict)
    tri: str = "tranche"
    colonnes: Sequence[str] = ()

    @property
    def mesures_utilisees(self) -> dict[str, None]:
        """Measures that filter or sort."""
        tri = TRIS_DE_TERRITOIRE[self.tri].mesure
        return dict.fromkeys([*(FILTRES[nom].mesure for nom in self.reserves), *([tri] if tri else [])])

    @property
    def filtree(self) -> bool:
        return bool(self.reserves or self.au_moins or self.requete.filtres or self.requete.q)

    @property
    def mesures_montrees(self) -> list[str]:
        """Measures that filter, sort or are asked for, in the order of the columns."""
        return [nom for nom in mesures() if nom in (*self.colonnes, *self.mesures_utilisees)]

    def gardee(self, territoire: TerritoireChoisi, page: str, *autres: tuple[str, str]) -> str:
        """The filters and order of a page of a territory, as the journal keeps them: without free text."""
        tri = [("tri", self.tri)] if TRIS_DE_TERRITOIRE[self.tri].mesure else []
        siens = [("au_moins", self.au_moins)] if self.au_moins else []
        dits = [*self.requete.sans_texte_libre(), *siens, *self.reserves.items(), *tri, *autres]
        return f"territoire/{territoire.genre}/{territoire.code}{page}?{urlencode(dits)}"

    def en_clair(self) -> str:
        """The filters in words: "contrôle : plus de deux ans, activité : F – Construction"; "" without any."""
        dits = [f"effectif, au moins : {effectifs.libelle(self.au_moins)}"] if self.au_moins else []
        if self.requete.q:
            dits.append(f"« {self.requete.q} »")
        dits += [etiquette.libelle for etiquette in etiqueter(self.requete.filtres)]
        for nom, valeur in self.reserves.items():
            filtre = FILTRES[nom]
            dits.append(filtre.titre if valeur == "oui" else f"{filtre.titre} : {filtre.choix[valeur].lower()}")
        return ", ".join(dits)

    def ouverte(self, territoire: TerritoireChoisi) -> list[Condition]:
        """Conditions of the territory and of the filters on open data. Raises ParametreInvalide when filters that only
        the index knows keep too many establishments; IndexIndisponible."""
        conditions = [territoire.condition]
        if self.au_moins:
            conditions.append(Condition("t.rang >= %s", (effectifs.rang(self.au_moins),)))
        tous, lieux = filtres.tous(), self.requete.lieux()
        autres = {nom: valeurs for nom, valeurs in self.requete.filtres.items() if nom not in LIEUX}
        ici = [tous[nom].condition(valeurs) for nom, valeurs in lieux.items()]
        sues = [tous[nom].condition(valeurs) for nom, valeurs in autres.items()]
        if self.requete.q or self.requete.lieux_inconnus or None in (*ici, *sues):
            conditions.append(_par_l_index(self.requete, territoire))
        else:
            conditions += [condition for condition in (*sues, _une_de(ici)) if condition]
        return conditions


def _une_de(conditions: Sequence[Condition | None]) -> Condition | None:
    """Places add up, as in the search; None without any."""
    dites = [c for c in conditions if c]
    sql = " OR ".join(c.sql for c in dites)
    return Condition(f"({sql})", tuple(p for c in dites for p in c.parametres)) if dites else None


def _par_l_index(requete: Requete, territoire: TerritoireChoisi) -> Condition:
    """The establishments that the index finds: it alone knows words, people and what open sources declare."""
    ici = {territoire.genre: (territoire.code,)} if territoire.genre in LIEUX and not requete.lieux() else {}
    posee = replace(
        requete, filtres={**requete.filtres, **ici}, vue="etablissements", etat="actif", page=1, taille=FENETRE,
        tri="pertinence", inverse=False,
    )  # fmt: skip
    if requete.lieux_inconnus:
        return Condition("FALSE")
    trouvaille = strategie.interroger(moteur(), posee)
    if trouvaille.approchants:
        return Condition("FALSE")
    if trouvaille.reponse.total > FENETRE:
        raise ParametreInvalide(
            f"Ces filtres gardent {pluriel(trouvaille.reponse.total, 'établissement')} ; {nombre(FENETRE)} au plus se "
            "croisent avec les faits de vos sources : ajoutez un filtre."
        )
    return Condition("t.siret = ANY(%s::text[])", (sorted(h.siret for h in trouvaille.reponse.hits if h.siret),))
