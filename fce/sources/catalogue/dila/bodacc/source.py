"""Legal notices, one row per notice and company (DILA, BODACC A, B and C)."""

from fce.socle.texte.typographie import juridiction
from fce.sources.catalogue import nomenclatures
from fce.sources.catalogue.dila import DILA
from fce.sources.catalogue.dila.bodacc.lecture import lire
from fce.sources.catalogue.dila.bodacc.regles import (
    LIBELLES,
    LIQUIDATION,
    REDRESSEMENT,
    SAUVEGARDE,
    TOURNURES,
    annonce,
    en_vigueur,
    est_un_jugement,
    jugement_en_vigueur,
    libelle_procedure,
    procedure_en_cours,
)
from fce.sources.catalogue.outils import LICENCE_OUVERTE
from fce.sources.champs import ADRESSE, COORDONNEE, DIFFUSIBLE, LIBRE, NOM, REGISTRE, Code, Jour, Siren, Texte
from fce.sources.declaration import Fait, Frequence, Fusionne, Lecteur, Public, Seuils, Source
from fce.sources.nouvelles import Apparition
from fce.sources.presentation import Alarme, Denombrement, Filtre, Jalon, Lien, Tableau


class AnnonceBodacc(Fait):
    siren = Siren("SIREN", "siren", obligatoire=True)
    id = Code("Identifiant", "id", masque=REGISTRE, obligatoire=True)
    publication = Code("Série", "publicationavis", masque=DIFFUSIBLE, attendues=("A", "B", "C"))
    parution = Code("Parution", "parution", masque=DIFFUSIBLE, optionnelle=True)
    date_parution = Jour("Publiée le", "dateparution")
    numero = Code("Numéro", "numeroannonce", masque=REGISTRE, optionnelle=True)
    type_avis = Code("Code du type d'avis", "typeavis", masque=DIFFUSIBLE)
    type_avis_libelle = Texte("Type d'avis", "typeavis_lib", masque=DIFFUSIBLE, optionnelle=True)
    famille = Code("Code de la famille", "familleavis", masque=DIFFUSIBLE)
    famille_libelle = Texte("Famille", "familleavis_lib", masque=DIFFUSIBLE, optionnelle=True)
    departement = Code(
        "Département",
        "numerodepartement",
        masque=ADRESSE,
        optionnelle=True,
        nomenclature=nomenclatures.departement,
    )
    tribunal = Texte("Tribunal", "tribunal", masque=ADRESSE, optionnelle=True, typographie=juridiction)
    commercant = Texte("Nom publié", "commercant", masque=NOM)
    ville = Texte("Ville", "ville", masque=ADRESSE, optionnelle=True)
    code_postal = Code("Code postal", "cp", masque=ADRESSE, optionnelle=True)
    registre = Code("Numéro au registre", "registre", masque=REGISTRE)
    jugement_famille = Texte("Famille du jugement", "jugement_famille", masque=DIFFUSIBLE)
    jugement_nature = Texte("Jugement", "jugement_nature", masque=DIFFUSIBLE)
    jugement_date = Jour("Date du jugement", "jugement_date")
    jugement_complement = Texte("Texte du jugement", "jugement_complement", masque=LIBRE)
    procedure = Code(
        "Procédure collective",
        "procedure",
        masque=DIFFUSIBLE,
        nomenclature=LIBELLES,
        aide="Déduite de la nature du jugement.",
    )
    acte = Texte("Acte", "acte", masque=LIBRE)
    acte_date = Jour("Date de l'acte", "acte_date", futur=True)
    depot_type = Texte("Dépôt de comptes", "depot_type", masque=DIFFUSIBLE)
    depot_date_cloture = Jour("Comptes clos le", "depot_date_cloture")
    radiation_date = Jour("Cessation (radiation)", "radiation_date")
    modification = Texte("Modification", "modification", masque=LIBRE)
    avis_precedent = Code("Avis corrigé", "avis_precedent", masque=REGISTRE)
    url = Texte("Adresse de l'annonce", "url_complete", masque=COORDONNEE)


source = Source(
    "bodacc",
    AnnonceBodacc,
    titre="Annonces du Bodacc",
    compte=Denombrement("annonce au Bodacc", "annonces au Bodacc"),
    producteur=DILA,
    systeme="BODACC",
    acces=Public(),
    frequence=Frequence.QUOTIDIENNE,
    fichier=Lecteur(lire, extension="csv"),
    cle=("id", "siren"),
    # An issue of the bulletin does not repeat earlier issues.
    mode=Fusionne(),
    seuils=Seuils(cles=0.30, quarantaine=0.30),
    layout_partiel=True,
    tolerante=True,
    date_metier="date_parution",
    rubrique="annonces",
    base_legale="code de commerce, art. R. 123-209 et suivants",
    licence=LICENCE_OUVERTE,
    origine="https://bodacc-datadila.opendatasoft.com/explore/dataset/annonces-commerciales",
    # Requests only what appeared since the version in place; the full bulletin (tens of millions of notices) is
    # deposited once, by hand.
    adresses=(
        "https://bodacc-datadila.opendatasoft.com/api/explore/v2.1/catalog/datasets/annonces-commerciales/exports/csv"
        "?delimiter=%3B&use_labels=false&timezone=Europe%2FParis&where=dateparution%3E%3D%22{depuis}%22",
    ),
    description="Annonces civiles et commerciales : créations, ventes, procédures collectives, modifications, "
    "radiations, dépôts de comptes. Une ligne par annonce et par entreprise nommée ; celles qui ne nomment aucun "
    "numéro SIREN sont mises de côté. Export CSV du site ou XML de la DILA, seul ou dans son archive.",
    presentation=Tableau(
        ("date_parution", "famille_libelle", "jugement_nature", "acte", "depot_type", "modification", "tribunal"),
        tri="-date_parution",
    ),
    selection=en_vigueur,
    absence="Aucune annonce connue",
    alarme=Alarme(
        procedure_en_cours, nom="procedure", titre="Procédure collective", remplies=("procedure", "avis_precedent")
    ),
    nouvelles=(
        Apparition(
            "jugement",
            "Procédure collective, jugement publié",
            date="date_parution",
            si=est_un_jugement,
            autres=("procedure", "type_avis"),
            dit=lambda x: (libelle_procedure(x["procedure"]) or "procédure collective").lower(),
            alarmante=True,
        ),
    ),
    jalon=Jalon(
        "date_parution",
        "Annonce au Bodacc",
        "famille_libelle",
        par_detail=True,
        graves=("Procédures collectives", "Radiations"),
        pluriel="annonces au Bodacc",
    ),
    recherche=(
        Filtre(
            "procedure_collective",
            "Procédure collective en cours",
            champ="procedure",
            libelle=libelle_procedure,
            valeurs=(LIQUIDATION, REDRESSEMENT, SAUVEGARDE),
            selection=jugement_en_vigueur,
            autres=("id", "type_avis", "avis_precedent", "jugement_date", "date_parution"),
            alerte=True,
            jours=("jugement_date", "date_parution"),
            tournures=TOURNURES,
        ),
    ),
    liens=(Lien("Annonce au Bodacc", annonce),),
)
