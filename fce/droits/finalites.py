"""Purposes with their legal basis, groups of data, ready profiles: data only, no rule.

A purpose without an article of law cannot exist. Groups and purposes are open lists: a new administration brings its
own with its source and its habilitation; those named here are the ones the ready profiles need.
"""

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

    Raises ``ParametreInvalide`` without a code or an article.
    """

    code: str
    libelle: str
    articles: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.code.strip() or not any(article.strip() for article in self.articles):
            raise ParametreInvalide("Indiquez le code de la finalité et l'article de loi qui la fonde.")


@dataclass(frozen=True, slots=True)
class Profil:
    """What a service usually needs: a habilitation is proposed from it, then decided by an approver.

    ``finalites``: codes, the first one is taken by default. ``echelon``: the territory usually given.
    """

    code: str
    libelle: str
    groupes: frozenset[str]
    finalites: tuple[str, ...]
    droits: frozenset[Droit]
    echelon: str


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

FINALITES: dict[str, Finalite] = {
    f.code: f
    for f in (
        Finalite(
            "controle-travail",
            "Contrôle de l'application du droit du travail",
            ("code du travail, art. L. 8112-1", "code du travail, art. L. 8112-2"),
        ),
        Finalite(
            "travail-illegal",
            "Lutte contre le travail illégal",
            ("code du travail, art. L. 8271-1-2", "code du travail, art. L. 8271-2"),
        ),
        Finalite(
            "suivi-mutations",
            "Suivi des plans de sauvegarde de l'emploi et des licenciements économiques",
            ("code du travail, art. L. 1233-53", "code du travail, art. L. 1233-57", ECHANGE),
        ),
        Finalite(
            "activite-partielle",
            "Instruction et contrôle de l'activité partielle",
            ("code du travail, art. L. 5122-1", ECHANGE),
        ),
        Finalite(
            "insertion-emploi",
            "Aides à l'emploi et insertion par l'activité économique",
            ("code du travail, art. L. 5132-2", ECHANGE),
        ),
        Finalite("accompagnement-economique", "Accompagnement économique des entreprises", (ECHANGE,)),
        Finalite(
            "controle-formation",
            "Contrôle de la formation professionnelle",
            ("code du travail, art. L. 6361-1", "code du travail, art. L. 6361-5"),
        ),
        Finalite(
            "enquete-ccrf",
            "Enquêtes de concurrence, de consommation et de répression des fraudes",
            ("code de la consommation, art. L. 511-3", "code de commerce, art. L. 450-1"),
        ),
        Finalite(
            "controle-fiscal",
            "Assiette, contrôle et recouvrement de l'impôt",
            (
                "livre des procédures fiscales, art. L. 10",
                "livre des procédures fiscales, art. L. 103",
                "livre des procédures fiscales, art. L. 113",
            ),
        ),
        Finalite(
            "controle-douanier",
            "Contrôle douanier et agrément des opérateurs",
            ("code des douanes, art. 65", "règlement (UE) n° 952/2013, art. 38 et 46"),
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
        ),
        Profil(
            "dreets-3e",
            "DREETS – entreprises, emploi, économie",
            frozenset({"emploi", "economie", CONTACTS}),
            ("suivi-mutations", "activite-partielle", "accompagnement-economique"),
            _LECTURE_ET_EXPORT,
            "region",
        ),
        Profil(
            "dreets-formation",
            "DREETS – contrôle de la formation professionnelle",
            frozenset({"formation", CONTACTS}),
            ("controle-formation",),
            _LECTURE,
            "region",
        ),
        Profil(
            "ddets-emploi",
            "DDETS(PP) – emploi et insertion",
            frozenset({"emploi", CONTACTS}),
            ("activite-partielle", "insertion-emploi", "suivi-mutations"),
            _LECTURE_ET_EXPORT,
            "departement",
        ),
        Profil(
            "ccrf",
            "Concurrence, consommation et répression des fraudes",
            frozenset({"ccrf", CONTACTS}),
            ("enquete-ccrf",),
            _LECTURE,
            "departement",
        ),
        Profil(
            "dgfip",
            "Direction générale des finances publiques",
            frozenset({"fiscal", CONTACTS}),
            ("controle-fiscal",),
            _LECTURE,
            "departement",
        ),
        Profil(
            "douane",
            "Direction générale des douanes et droits indirects",
            frozenset({"douane", CONTACTS}),
            ("controle-douanier",),
            _LECTURE,
            "national",
        ),
    )
}
