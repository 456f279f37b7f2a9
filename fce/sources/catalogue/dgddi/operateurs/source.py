"""Customs authorisations (AEO status, excise, special procedures), one row per authorisation (DGDDI)."""

from fce.sources.catalogue.dgddi import DGDDI
from fce.sources.catalogue.dgddi.operateurs.regles import autorisations, en_clair, statut_oea
from fce.sources.catalogue.outils import RESTREINTE
from fce.sources.champs import COMMUNE, DIFFUSIBLE, Code, Jour, Siret, Texte
from fce.sources.declaration import Csv, Fait, Frequence, Secret, Source
from fce.sources.presentation import Denombrement, Jalon, Tableau, Tuile
from fce.sources.synthese import DOUANE, LigneMetier


class OperateurDouanier(Fait):
    siret = Siret("SIRET", "siret", obligatoire=True)
    numero = Code("N° d'autorisation", "numero_autorisation", masque=DIFFUSIBLE, obligatoire=True)
    famille = Code("Famille", "famille", masque=DIFFUSIBLE, obligatoire=True, attendues=("OEA", "ACCISES", "REGIME"))
    code = Code("Autorisation", "code_autorisation", masque=DIFFUSIBLE, obligatoire=True)
    etat = Code("État", "etat", masque=DIFFUSIBLE, attendues=("valide", "suspendue", "revoquee", "expiree"))
    date_debut = Jour("Depuis le", "date_debut")
    date_fin = Jour("Jusqu'au", "date_fin", futur=True)
    bureau = Texte("Bureau de douane", "bureau_competent", masque=COMMUNE)


source = Source(
    "dgddi-operateurs",
    OperateurDouanier,
    titre="Autorisations douanières",
    compte=Denombrement(
        "autorisation douanière valide",
        "autorisations douanières valides",
        distinct=("numero",),
        si=("etat", ("valide",)),
    ),
    producteur=DGDDI,
    systeme="SOPRANO et GAMMA",
    acces=Secret("douane"),
    frequence=Frequence.MENSUELLE,
    fichier=Csv(separateur=";"),
    cle=("siret", "numero"),
    date_metier="date_debut",
    rubrique="fiscalite-douane",
    base_legale="règlement (UE) n° 952/2013, art. 12, 38, 210 et 211 ; code des impositions sur les biens et "
    "services ; code des douanes, art. 59 bis",
    licence=RESTREINTE,
    origine="https://www.douane.gouv.fr",
    description="Statut d'opérateur économique agréé (AEOC simplifications, AEOS sécurité et sûreté, AEOF les deux), "
    "autorisations en matière d'accises (entrepositaire agréé EA, destinataire enregistré DE, expéditeur enregistré "
    "XE) et régimes particuliers (CW1, CW2, CWP entrepôt douanier, IPO perfectionnement actif, OPO perfectionnement "
    "passif, TEA admission temporaire, EUS destination particulière) : une ligne par autorisation. Fichier de dépôt : "
    "CSV en UTF-8, séparateur point-virgule, dates AAAA-MM-JJ, colonnes siret, numero_autorisation, famille (OEA, "
    "ACCISES ou REGIME), code_autorisation, etat (valide, suspendue, revoquee ou expiree), date_debut, date_fin, "
    "bureau_competent.",
    presentation=Tableau(("famille", "code", "etat", "date_debut", "date_fin", "numero", "bureau"), tri="-date_debut"),
    selection=en_clair,
    synthese=(LigneMetier((DOUANE,), 10, "Autorisations (OEA, régimes)", autorisations),),
    tuile=Tuile("Opérateur économique agréé", statut_oea),
    jalon=Jalon("date_debut", "Autorisation douanière", "code", pluriel="autorisations douanières"),
)
