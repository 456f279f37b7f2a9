"""The search answers of the API v1: their structures, and how they are filled. A code always comes with its label.

A struct's fields are read from the attributes of the same name of the masked views, sent under their ``name``, and
described in the OpenAPI document: to add a field, add it here only.
"""

from datetime import date
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct, field
from msgspec.structs import asdict, replace
from ninja import Field, Schema

from fce.recherche.question.elargissement import Compris
from fce.recherche.reponse.resultats import Resultat, Resultats

_Forme = TypeVar("_Forme")
DIRIGEANTS_MAX = 20


class CodeLibelle(Struct):
    """Un code d’une nomenclature officielle et son libellé, « null » quand aucun n’est publié."""

    code: str
    libelle: str | None


_Activite25 = Annotated[
    CodeLibelle | None,
    Meta(description="L’activité dans la NAF 2025 : celle de « activite » quand elle y est déjà."),
]
_Nomenclature = Annotated[
    str | None,
    Meta(description="Nomenclature de « activite » : « NAFRev2 », « NAF25 », ou une plus ancienne si c’est fermé."),
]


class AdresseV1(Struct):
    """Une adresse, telle que l’Insee permet de la diffuser."""

    lignes: Annotated[list[str], Meta(description="Adresse prête à imprimer, une ligne par élément.")]
    voie: str | None
    code_postal: str | None
    commune: str | None
    code_commune: Annotated[str | None, Meta(description="Code Insee de la commune.")]
    departement: CodeLibelle | None
    region: CodeLibelle | None
    epci: CodeLibelle | None
    pays: str | None
    masquee: Annotated[
        bool, Meta(description="Adresse non diffusible en tout ou partie (art. R. 123-232-1 du code de commerce).")
    ]


class EtablissementV1(Struct):
    """Un établissement et ce que Sirene en dit."""

    siret: str
    siren: str
    nic: str
    siege: bool
    etat: Annotated[str | None, Meta(description="« A » ouvert, « F » fermé, null inconnu.")]
    etat_depuis: date | None
    date_creation: date | None
    nom: str
    enseignes: list[str]
    denomination_usuelle: str | None
    commune: str | None
    code_postal: str | None
    adresse: AdresseV1
    activite: CodeLibelle | None
    activite_naf25: _Activite25
    nomenclature_activite: _Nomenclature
    tranche_effectif: CodeLibelle | None
    annee_effectif: int | None
    employeur: bool | None
    masque: bool = field(name="diffusion_partielle")


class EntrepriseV1(Struct):
    """Une entreprise (unité légale), ce que Sirene en dit et son siège."""

    siren: str
    nom: str
    sigle: str | None
    denominations_usuelles: list[str]
    personne_physique: bool
    etat: Annotated[str | None, Meta(description="« A » active, « C » cessée, null inconnu.")]
    etat_depuis: date | None
    date_creation: date | None
    siege: EtablissementV1 | None
    activite: CodeLibelle | None
    activite_naf25: _Activite25
    nomenclature_activite: _Nomenclature
    categorie_juridique: CodeLibelle | None
    tranche_effectif: CodeLibelle | None
    annee_effectif: int | None
    categorie: Annotated[str | None, Meta(description="PME, ETI ou GE.")] = field(name="categorie_entreprise")
    annee_categorie: int | None = field(name="annee_categorie_entreprise")
    ess: bool | None = field(name="economie_sociale_solidaire")
    societe_mission: bool | None
    employeur: bool | None
    rna: Annotated[str | None, Meta(description="Numéro RNA.")] = field(name="identifiant_association")
    tva: str = field(name="tva_intracommunautaire")
    nombre_etablissements: int
    nombre_etablissements_ouverts: int
    masque: bool = field(name="diffusion_partielle")


class ResultatV1(EntrepriseV1):
    """Une entreprise trouvée ; « etablissement » est celui qui répond, dans la vue des établissements."""

    etablissement: EtablissementV1 | None
    motif: Annotated[str | None, Meta(description="Pourquoi ce résultat répond, quand ce n’est pas par son nom.")]
    dirigeants: Annotated[list[str], Meta(description="Dirigeants et élus de l’entreprise, 20 au plus.")]


class FacetteV1(Struct):
    """Le nombre de résultats que donnerait une valeur d’un filtre, seule dans ce filtre."""

    code: str
    libelle: str | None
    nombre: int
    estimee: Annotated[bool, Meta(description="Le nombre est une estimation.")]


class ElargissementV1(Struct):
    """Une recherche voisine : un seul filtre y est plus large."""

    porte_sur: Annotated[
        str, Meta(description="« nomenclature », « lieu », « activite », « etat » ou « vue » : ce qui change.")
    ]
    libelle: str
    total: int
    parametres: Annotated[
        str, Meta(description="Les paramètres de cette recherche, à la suite de « /api/v1/recherche? ».")
    ]


class ComprisV1(Struct):
    """L’activité et le lieu demandés, combien d’entreprises y répondent, et où il y en a quand aucune n’y répond."""

    phrase: str
    total: int
    parametres: Annotated[str, Meta(description="Les filtres compris, à la suite de « /api/v1/recherche? ».")]
    elargissements: list[ElargissementV1]


class RechercheV1(Struct):
    """Une page de résultats, et les facettes demandées de toute la recherche."""

    total: int
    total_exact: Annotated[
        bool, Meta(description="Faux au-delà de 10 000 résultats, sauf avec « curseur » : le total est une estimation.")
    ]
    page: int
    pages: int
    approchants: Annotated[bool, Meta(description="Aucun résultat exact : ceux-ci s’en approchent.")]
    conseil: Annotated[str | None, Meta(description="Ce qui est dit d’un numéro qui ne mène à rien, ou incomplet.")]
    compris: Annotated[
        ComprisV1 | None,
        Meta(
            description="Quand « q » dit une activité et un lieu, ou quand l’activité et le lieu filtrés n’ont aucun "
            "résultat : ce qui a été compris, et les recherches voisines, un filtre élargi à la fois."
        ),
    ]
    resultats: list[ResultatV1]
    facettes: Annotated[
        dict[str, list[FacetteV1]],
        Meta(description="Par filtre demandé dans le paramètre « facettes » ; vide sans lui."),
    ]
    suivant: Annotated[
        str | None, Meta(description="Le « curseur » de la page suivante ; null à la dernière, ou sans « curseur ».")
    ]


class DetailErreur(Schema):
    """Le code et la phrase d’un refus, tels que l’API les disait avant de suivre la RFC 9457."""

    code: str
    message: str


class ProblemeV1(Schema):
    """La réponse de l’API quand elle refuse ou échoue, au format de la RFC 9457."""

    type: str = Field(description="Toujours « about:blank » : « code » dit de quel refus il s’agit.")
    title: str
    status: int
    detail: str = Field(description="Phrase en français qui dit quoi faire.")
    code: str = Field(description="Code stable, pour un programme.")
    parametre: str = Field("", description="Paramètre refusé.")
    numero: str = Field("", description="Numéro de la demande, à donner si vous signalez l’erreur.")
    fichier: str = Field("", description="Adresse du fichier complet à reprendre, quand le curseur du flux est perdu.")
    erreur: DetailErreur = Field(description="« code » et « detail », pour les programmes écrits avant ce format.")


def en_forme(valeur: object, forme: type[_Forme]) -> _Forme:
    """Return a struct filled from the attributes of ``valeur``. Raises ``msgspec.ValidationError`` when one is
    missing."""
    return msgspec.convert(valeur, forme, from_attributes=True)


def recherche(trouves: Resultats, suivant: str | None = None) -> RechercheV1:
    return RechercheV1(
        total=trouves.total,
        total_exact=trouves.total_exact,
        page=trouves.page,
        pages=trouves.pages,
        approchants=trouves.approchants,
        conseil=trouves.conseil,
        compris=_compris(trouves.compris) if trouves.compris else None,
        resultats=[resultat(trouve) for trouve in trouves.resultats],
        facettes=en_forme(trouves.facettes, dict[str, list[FacetteV1]]),
        suivant=suivant,
    )


def resultat(r: Resultat) -> ResultatV1:
    return ResultatV1(
        **asdict(en_forme(r.entreprise, EntrepriseV1)),
        etablissement=en_forme(r.etablissement, EtablissementV1) if r.etablissement else None,
        motif=r.motif,
        dirigeants=list(r.personnes[:DIRIGEANTS_MAX]),
    )


def _compris(c: Compris) -> ComprisV1:
    return ComprisV1(
        phrase=f"{c.phrase}.",
        total=c.nombre,
        parametres=replace(c.requete, saisie="").query_string(),
        elargissements=[
            ElargissementV1(e.porte_sur, e.libelle, e.nombre, e.requete.query_string()) for e in c.elargissements
        ],
    )
