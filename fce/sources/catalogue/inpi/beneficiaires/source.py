"""Beneficial owners of companies, one row per person (INPI, RNE). Neither day of birth nor address is read."""

from fce.socle.texte.typographie import nom_de_famille, prenoms
from fce.sources.catalogue.inpi import INPI
from fce.sources.catalogue.inpi.beneficiaires.direct import beneficiaires
from fce.sources.catalogue.outils import ECHANGE, RESTREINTE
from fce.sources.champs import DIFFUSIBLE, PERSONNE, Booleen, Code, Decimal, Siren, Texte
from fce.sources.declaration import ApiEntreprise, Csv, Fait, Frequence, Secret, Source
from fce.sources.presentation import Denombrement, Tableau
from fce.sources.synthese import Detention


class BeneficiaireEffectif(Fait):
    siren = Siren("SIREN", "siren", obligatoire=True)
    identifiant = Code("Identifiant du bénéficiaire", "beneficiaire_uuid", masque=DIFFUSIBLE, obligatoire=True)
    nom = Texte("Nom", "nom", masque=PERSONNE, typographie=nom_de_famille)
    nom_usage = Texte("Nom d'usage", "nom_usage", masque=PERSONNE, typographie=nom_de_famille)
    prenoms = Texte("Prénoms", "prenoms", masque=PERSONNE, typographie=prenoms)
    naissance = Code("Mois de naissance", "date_naissance", masque=PERSONNE, aide="AAAA-MM, jamais le jour.")
    nationalite = Texte("Nationalité", "nationalite", masque=PERSONNE)
    pays_residence = Texte("Pays de résidence", "pays_residence", masque=PERSONNE)
    part_capital = Decimal("Part du capital", "detention_de_capital_parts_totale", unite="%")
    part_votes = Decimal("Part des droits de vote", "droits_de_vote_total", unite="%")
    representant_legal = Booleen("Représentant légal", "representant_legal")


source = Source(
    "inpi-beneficiaires",
    BeneficiaireEffectif,
    titre="Bénéficiaires effectifs",
    compte=Denombrement("bénéficiaire effectif", "bénéficiaires effectifs", distinct=("identifiant",)),
    producteur=INPI,
    systeme="RNE (registre des bénéficiaires effectifs)",
    acces=Secret("fiscal"),
    frequence=Frequence.MENSUELLE,
    fichier=Csv(separateur=";"),
    direct=ApiEntreprise(
        "/v3/inpi/rne/unites_legales/{siren}/beneficiaires_effectifs",
        {
            "identifiant": "beneficiaire_uuid",
            **{nom: nom for nom in ("nom", "nom_usage", "prenoms", "naissance", "nationalite", "pays_residence")},
            "part_capital": "modalites.detention_de_capital.parts_totale",
            "part_votes": "modalites.droits_de_vote.total",
            "representant_legal": "modalites.representant_legal",
        },
        lignes=beneficiaires,
    ),
    cle=("siren", "identifiant"),
    rubrique="dirigeants",
    base_legale=f"code monétaire et financier, art. L. 561-46 ; {ECHANGE}",
    licence=RESTREINTE,
    origine="https://entreprise.api.gouv.fr/catalogue/inpi/rne/beneficiaires_effectifs",
    description="Personnes physiques qui détiennent plus de 25 % du capital ou des droits de vote, ou qui contrôlent "
    "l'entreprise : une ligne par personne. Ni jour de naissance ni adresse. Fichier de dépôt : CSV en UTF-8, "
    "séparateur point-virgule, une colonne par champ de la réponse d'API Entreprise ; prénoms séparés par une espace, "
    "date_naissance au format AAAA-MM. Aussi interrogeable en direct par API Entreprise.",
    presentation=Tableau(
        ("nom", "nom_usage", "prenoms", "naissance", "nationalite", "part_capital", "part_votes", "representant_legal"),
        tri="-part_capital",
    ),
    synthese=(Detention("Bénéficiaires effectifs"),),
)
