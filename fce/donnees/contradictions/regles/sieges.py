"""Sièges that do not fit: two of them, or a closed one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fce.donnees.contradictions.regle import Faits, Propos, Regle
from fce.donnees.contradictions.regles.portees import depuis, etat, jour, sirene_dit
from fce.donnees.entreprises.repertoire import ETABLISSEMENTS, UNITES_LEGALES
from fce.socle.texte.identifiants import formater_siret


def _deux_sieges(faits: Faits) -> Sequence[Propos]:
    if etat(faits) != "A" or len(faits.sieges) < 2:
        return ()
    return [
        Propos(ETABLISSEMENTS, f"siège ouvert : {formater_siret(x['siret'])}", jour(x.get("date_creation")), "créé le")
        for x in faits.sieges
    ]


def _siege_ferme(faits: Faits) -> Sequence[Propos]:
    siege = faits.siege
    if etat(faits) != "A" or siege is None or siege["etat_administratif"] != "F" or not faits.mur(depuis(siege)):
        return ()
    ferme = Propos(ETABLISSEMENTS, f"siège fermé : {formater_siret(siege['siret'])}", depuis(siege), "depuis le")
    return sirene_dit(faits), ferme


REGLES: Final = (
    Regle(
        "deux-sieges",
        "Deux sièges",
        "Sirene donne la qualité de siège à plusieurs établissements ouverts d’une même entreprise.",
        "les entreprises actives",
        (),
        (UNITES_LEGALES, ETABLISSEMENTS),
        _deux_sieges,
        """
        SELECT u.siren, NULL::text AS siret FROM (
          SELECT siren FROM {sirene_etablissements} e
          WHERE etablissement_siege AND etat_administratif = 'A' GROUP BY siren HAVING count(*) > 1) d
        JOIN {sirene_unites_legales} u ON u.siren = d.siren
        WHERE u.etat_administratif = 'A'""",
    ),
    Regle(
        "siege-ferme",
        "Siège fermé d’une entreprise active",
        "Sirene dit l’entreprise active et l’établissement de son siège fermé : l’adresse donnée à ceux qui lui "
        "écrivent n’est plus la sienne.",
        "les entreprises actives",
        ("un siège fermé depuis moins de soixante jours, que le suivant n’a pas encore remplacé",),
        (UNITES_LEGALES, ETABLISSEMENTS),
        _siege_ferme,
        """
        SELECT u.siren, NULL::text AS siret FROM {sirene_unites_legales} u
        JOIN {sirene_etablissements} e ON e.siret = u.siren || u.nic_siege
        WHERE u.etat_administratif = 'A' AND e.etat_administratif = 'F'
          AND e.date_debut <= %(jour)s::date - 60""",
    ),
)
