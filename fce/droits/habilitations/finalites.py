"""Purposes with their legal basis and the groups of data that each opens; groups; ready profiles. Data only.

A purpose needs an article of law, and opens only its own groups: a habilitation for two trades does not mix them.
Groups and purposes are open lists: a new administration adds its own with its sources
(``fce.droits.habilitations.catalogues``). Those here are the ones that the ready profiles need.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from fce.socle.erreurs import ParametreInvalide


class Droit(StrEnum):
    """Actions that a habilitation may allow. There is no other."""

    CONSULTER = "consulter"
    EXPORTER = "exporter"
    API = "api"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Finalite:
    """Why an agent reads. ``articles``: the law that allows it, at least one ("code du travail, art. L. 8112-1").

    ``groupes``: groups of data that it may open. Raises ``ParametreInvalide`` without a code or an article.
    """

    code: str
    libelle: str
    articles: tuple[str, ...]
    groupes: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.code.strip() or not any(article.strip() for article in self.articles):
            raise ParametreInvalide("Indiquez le code de la finalité et l'article de loi qui la fonde.")

    def ouvre(self, acces: object) -> bool:
        """Whether the purpose opens an access: it has its group, and the producer did not exclude it
        (``finalites``)."""
        permises = getattr(acces, "finalites", None)
        etroit = permises is not None and (isinstance(permises, str) or self.code not in permises)
        return getattr(acces, "groupe", None) in self.groupes and not etroit


@dataclass(frozen=True, slots=True)
class Profil:
    """Usual needs of a kind of service, which fill in a request; an approver then decides.

    ``finalites``: codes; the first is the default. ``echelon``: usual territory. ``onglets``: tabs of the sheet to put
    first, by the last word of their address. ``corps``: code of the inspection body, used by the producer's contact
    files.
    """

    code: str
    libelle: str
    groupes: frozenset[str]
    finalites: tuple[str, ...]
    droits: frozenset[Droit]
    echelon: str
    onglets: tuple[str, ...] = ()
    corps: str = ""


# That a contact took place (body, unit, date, kind) is visible to every inspecting or visiting service, nationwide.
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

# Administrations exchange what their missions strictly require; professional secrecy about a company does not apply
# between administrations entitled to know.
ECHANGE = "code des relations entre le public et l'administration, art. L. 114-8"

# Each with the groups that it opens; any other group stays closed.
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

# Least privilege: no profile has the data of another body. All have "contacts", so that services do not visit the same
# company unaware of each other.
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
    """French sentences about groups that none of the purposes opens, and purposes that open none of the groups."""
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
