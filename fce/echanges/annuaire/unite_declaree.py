"""The competent service that a data set gives for an establishment: the labour inspection's unité de contrôle
(Wiki'T)."""

from __future__ import annotations

from typing import NamedTuple

from fce.donnees.entreprises.lieux import sql_departement
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.politique import Permis
from fce.droits.habilitations.portee import Portee, lieu_departement
from fce.socle.base.branches import Branche, lignes_de
from fce.socle.base.lectures import citer
from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.synthese import UniteCompetente

UNITES_MAX = 5


class UniteDeclaree(NamedTuple):
    """A unit, its mailbox, and the producer that names it."""

    nom: str
    courriel: str
    producteur: str


def unites_declarees(lecteur: LecteurDeDonnees, siret: str) -> list[UniteDeclaree]:
    """The units that data sets give, within this reader's rights, journalled first. One round trip.

    Raises SourceIndisponible, JournalIndisponible, VolumeDepasse.
    """
    lisibles = []
    for source, trait in _sources():
        permis, ouverte = lecteur.decider(source, siret[:9]), lecteur.portee(source)
        if isinstance(permis, Permis) and {trait.libelle, trait.courriel} <= ouverte.colonnes.keys():
            lisibles.append((source, trait, permis, ouverte))
    if not lisibles:
        return []
    par_source = lignes_de([_branche(source, trait, ouverte, siret) for source, trait, _, ouverte in lisibles])
    trouvees, consignees = [], []
    for source, trait, permis, _ in lisibles:
        lignes = [ligne for ligne in par_source[source.nom] or () if ligne[trait.libelle]]
        producteur = source.producteur.sigle or source.producteur.nom
        trouvees += [UniteDeclaree(x[trait.libelle], x[trait.courriel] or "", producteur) for x in lignes]
        consignees.append((source, permis, siret, len(lignes)))
    lecteur.consigner_tout(consignees)
    return trouvees


def _sources() -> list[tuple[Source, UniteCompetente]]:
    return [
        (source, trait)
        for source in registre.toutes()
        if source.importable and source.siret
        for trait in source.synthese
        if isinstance(trait, UniteCompetente)
    ]


def _branche(source: Source, trait: UniteCompetente, ouverte: Portee, siret: str) -> Branche:
    numero = source.siret
    lieu = lieu_departement(sql_departement(f"{source.vue}.{citer(numero)}"))
    permises = ouverte.lignes(lieu, (numero, trait.libelle, trait.courriel))
    valeurs = ouverte.valeurs([trait.libelle, trait.courriel], lieu, source.vue)
    sql = (
        f"SELECT {valeurs.sql} FROM {source.relation} "  # noqa: S608 – names of a declaration
        f"WHERE {source.vue}.{citer(numero)} = %s AND {permises.sql} ORDER BY 1 LIMIT {UNITES_MAX}"
    )
    return Branche(source.nom, sql, (*valeurs.parametres, siret, *permises.parametres))
