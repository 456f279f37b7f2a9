"""Purposes with their legal basis and the groups of data that each may open, groups, ready profiles: data only.

A purpose without an article of law cannot exist, and opens no group but those written beside it: a habilitation that
holds two trades mixes neither. Groups and purposes are open lists: a new administration brings its own with its sources
(``fce.droits.catalogues``); those named here are the ones the ready profiles need.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from fce.socle.erreurs import ParametreInvalide


class Droit(StrEnum):
    """What a habilitation lets its holder do, and the only actions that exist."""

    CONSULTER = "consulter"
    EXPORTER = "exporter"
    API = "api"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Finalite:
    """Why an agent reads. ``articles``: the law that allows it, at least one ("code du travail, art. L. 8112-1").

    ``groupes``: the groups of data that it may open; none by default. Raises ``ParametreInvalide`` without a code or an
    article.
    """

    code: str
    libelle: str
    articles: tuple[str, ...]
    groupes: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.code.strip() or not any(article.strip() for article in self.articles):
            raise ParametreInvalide("Indiquez le code de la finalité et l'article de loi qui la fonde.")

    def ouvre(self, acces: object) -> bool:
        """Whether it may open an access: its group is one of its own, and its producer has not narrowed it away."""
        permises = getattr(acces, "finalites", None)
        etroit = permises is not None and (isinstance(permises, str) or self.code not in permises)
        return getattr(acces, "groupe", None) in self.groupes and not etroit


@dataclass(frozen=True, slots=True)
class Profil:
    """What a service usually needs: a habilitation is proposed from it, then decided by an approver.

    ``finalites``: codes, the first one is taken by default. ``echelon``: the territory usually given.
    ``onglets``: tabs of the sheet that come first, by the last word of their address.
    ``corps``: code of the control body, that of the producer whose files tell its contacts when one does.
    """

    code: str
    libelle: str
    groupes: frozenset[str]
    finalites: tuple[str, ...]
    droits: frozenset[Droit]
    echelon: str
    onglets: tuple[str, ...] = ()
    corps: str = ""


# The existence of a contact (body, unit, date, kind) is told to every service that controls or visits, whole country.
CONTACTS = "contacts"
GROUPES_NATIONAUX = frozenset({CONTACTS})

GROUPES: dict[str, str] = {
    "emploi": "Emploi et mutations économiques",
    "travail": "Relations et inspection du travail",
    "ccrf": "Concurrence, consommation et répression des fraudes",
    "economie": "Accompagnement économique",
    "formation": "Formation professionnelle",
    CONTACTS: "Contacts des services avec les entreprises",
    "fiscal": "Données fiscales",
    "douane": "Données douanières",
    "social": "Protection sociale et recouvrement",
}

# Exchange between administrations of what their missions strictly require; for a company, professional secrecy cannot
# be opposed to an administration entitled to know.
ECHANGE = "code des relations entre le public et l'administration, art. L. 114-8"

# Each with the groups that it opens: what is not written is closed, whatever a habilitation holds beside it.
FINALITES: dict[str, Finalite] = {
    f.code: f
    for f in (
        Finalite(
            "controle-travail",
            "Contrôle de l'application du droit du travail",
            ("code du travail, art. L. 8112-1", "code du travail, art. L. 8112-2"),
            frozenset({"travail", "emploi", CONTACTS}),
        ),
        Finalite(
            "travail-illegal",
            "Lutte contre le travail illégal",
            ("code du travail, art. L. 8271-1-2", "code du travail, art. L. 8271-2"),
            frozenset({"travail", "emploi", "social", CONTACTS}),
        ),
        Finalite(
            "suivi-mutations",
            "Suivi des plans de sauvegarde de l'emploi et des licenciements économiques",
            ("code du travail, art. L. 1233-53", "code du travail, art. L. 1233-57", ECHANGE),
            frozenset({"emploi", "economie", CONTACTS}),
        ),
        Finalite(
            "activite-partielle",
            "Instruction et contrôle de l'activité partielle",
            ("code du travail, art. L. 5122-1", ECHANGE),
            frozenset({"emploi", CONTACTS}),
        ),
        Finalite(
            "insertion-emploi",
            "Aides à l'emploi et insertion par l'activité économique",
            ("code du travail, art. L. 5132-2", ECHANGE),
            frozenset({"emploi", CONTACTS}),
        ),
        Finalite(
            "accompagnement-economique",
            "Accompagnement économique des entreprises",
            (ECHANGE,),
            frozenset({"economie", "emploi", CONTACTS}),
        ),
        Finalite(
            "controle-formation",
            "Contrôle de la formation professionnelle",
            ("code du travail, art. L. 6361-1", "code du travail, art. L. 6361-5"),
            frozenset({"formation", CONTACTS}),
        ),
        Finalite(
            "enquete-ccrf",
            "Enquêtes de concurrence, de consommation et de répression des fraudes",
            ("code de la consommation, art. L. 511-3", "code de commerce, art. L. 450-1"),
            frozenset({"ccrf", CONTACTS}),
        ),
        Finalite(
            "controle-fiscal",
            "Assiette, contrôle et recouvrement de l'impôt",
            (
                "livre des procédures fiscales, art. L. 10",
                "livre des procédures fiscales, art. L. 103",
                "livre des procédures fiscales, art. L. 113",
            ),
            frozenset({"fiscal", CONTACTS}),
        ),
        Finalite(
            "controle-douanier",
            "Contrôle douanier et agrément des opérateurs",
            ("code des douanes, art. 65", "règlement (UE) n° 952/2013, art. 38 et 46"),
            frozenset({"douane", CONTACTS}),
        ),
    )
}

_LECTURE = frozenset({Droit.CONSULTER, Droit.MESSAGE})
_LECTURE_ET_EXPORT = _LECTURE | {Droit.EXPORTER}

# Least need: no profile holds the data of another body; each holds "contacts", so that two services do not come one
# after the other without knowing.
PROFILS: dict[str, Profil] = {
    p.code: p
    for p in (
        Profil(
            "inspection-travail",
            "Inspection du travail",
            frozenset({"travail", "emploi", CONTACTS}),
            ("controle-travail", "travail-illegal"),
            _LECTURE_ET_EXPORT,
            "departement",
            ("controles", "travail", "emploi", "effectifs"),
            "dgt",
        ),
        Profil(
            "dreets-3e",
            "DREETS – entreprises, emploi, économie",
            frozenset({"emploi", "economie", CONTACTS}),
            ("suivi-mutations", "activite-partielle", "accompagnement-economique"),
            _LECTURE_ET_EXPORT,
            "region",
            ("emploi", "effectifs", "finances", "controles", "aides"),
            "dge",
        ),
        Profil(
            "dreets-formation",
            "DREETS – contrôle de la formation professionnelle",
            frozenset({"formation", CONTACTS}),
            ("controle-formation",),
            _LECTURE,
            "region",
            ("controles", "agrements", "aides", "effectifs"),
            "dgefp",
        ),
        Profil(
            "ddets-emploi",
            "DDETS(PP) – emploi et insertion",
            frozenset({"emploi", CONTACTS}),
            ("activite-partielle", "insertion-emploi", "suivi-mutations"),
            _LECTURE_ET_EXPORT,
            "departement",
            ("emploi", "aides", "effectifs", "controles"),
            "ddets",
        ),
        Profil(
            "ccrf",
            "Concurrence, consommation et répression des fraudes",
            frozenset({"ccrf", CONTACTS}),
            ("enquete-ccrf",),
            _LECTURE,
            "departement",
            ("controles", "annonces", "etablissements", "agrements"),
            "dgccrf",
        ),
        Profil(
            "dgfip",
            "Direction générale des finances publiques",
            frozenset({"fiscal", CONTACTS}),
            ("controle-fiscal",),
            _LECTURE,
            "departement",
            ("fiscalite", "finances", "dirigeants", "annonces"),
            "dgfip",
        ),
        Profil(
            "douane",
            "Direction générale des douanes et droits indirects",
            frozenset({"douane", CONTACTS}),
            ("controle-douanier",),
            _LECTURE,
            "national",
            ("fiscalite", "etablissements", "finances", "controles"),
            "dgddi",
        ),
    )
}


def sans_objet(groupes: Iterable[str], finalites: Iterable[str]) -> list[str]:
    """French sentences: groups asked for that none of the purposes opens, purposes that open none of the groups."""
    demandes, connues = list(groupes), [FINALITES[f] for f in finalites if f in FINALITES]
    ouverts = frozenset[str]().union(*(f.groupes for f in connues))
    phrases = []
    if fermes := [GROUPES.get(g, g) for g in demandes if g not in ouverts]:
        phrases.append(
            f"Aucune des finalités choisies n’ouvre ces données : {', '.join(fermes)}. Choisissez la finalité qui les "
            "concerne, ou retirez-les."
        )
    if vaines := [f.libelle for f in connues if f.groupes.isdisjoint(demandes)]:
        phrases.append(
            f"Ces finalités n’ouvrent aucune des données demandées : {', '.join(vaines)}. Retirez-les, ou ajoutez les "
            "données qui les concernent."
        )
    return phrases
