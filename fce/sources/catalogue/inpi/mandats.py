"""Columns of an office at the RNE, in force or over."""

from fce.socle.texte.typographie import fonction, nom_de_famille, prenoms
from fce.sources.champs import DIFFUSIBLE, PERSONNE, Code, Entier, Jour, Siren, Texte
from fce.sources.declaration import Agents, Fait


class MandatRne(Fait):
    class Meta(Fait.Meta):
        abstract = True

    siren = Siren("SIREN", "siren", obligatoire=True)
    rang = Entier("Rang", "rang", minimum=1)
    qualite = Texte("Qualité", "qualite", masque=DIFFUSIBLE, typographie=fonction)
    date_debut = Jour("Depuis le", "dateDebut", aide="Jour où le mandat a commencé, si le registre le dit.")
    role = Code("Code de la qualité", "role", masque=DIFFUSIBLE)
    type_personne = Code("Type", "type", masque=DIFFUSIBLE, attendues=("personne physique", "personne morale"))
    nom = Texte("Nom", "nom", masque=PERSONNE, typographie=nom_de_famille)
    nom_usage = Texte("Nom d'usage", "nomUsage", masque=PERSONNE, typographie=nom_de_famille)
    prenoms = Texte("Prénoms", "prenoms", masque=PERSONNE, typographie=prenoms)
    naissance = Code("Mois de naissance", "dateDeNaissance", masque=PERSONNE, acces=Agents(), aide="AAAA-MM.")
    nationalite = Texte("Nationalité", "nationalite", masque=PERSONNE, acces=Agents())
    denomination = Texte("Société dirigeante", "denomination", masque=PERSONNE)
    siren_dirigeant = Siren("SIREN de la société dirigeante", "sirenDirigeant", masque=PERSONNE)
    date_mise_a_jour = Jour("Mise à jour", "updatedAt")
