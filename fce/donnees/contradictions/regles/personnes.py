"""One office held by two, two numbers for one association."""

# ruff: noqa: S608 (only constants and names of views are interpolated)

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fce.donnees.contradictions.regle import Faits, Ligne, Propos, Regle
from fce.donnees.contradictions.regles.portees import etat
from fce.donnees.entreprises.repertoire import UNITES_LEGALES
from fce.socle.texte.typographie import personne
from fce.sources.catalogue.inpi.roles import UNIQUES


def _titulaire(mandat: Ligne) -> str:
    """Who holds an office, so that one person written twice is one: name and first given name, or the company."""
    premier = (mandat["prenoms"] or "").replace(",", " ").split(" ")[0]
    gens = f"{mandat['nom'] or ''} {premier}".upper()
    return gens if gens != " " else mandat["siren_dirigeant"] or (mandat["denomination"] or "").upper()


def _role_double(faits: Faits) -> Sequence[Propos]:
    if etat(faits) != "A":
        return ()
    for qualite in UNIQUES:
        siens = [x for x in faits.de("rne-dirigeants") if qualite in (x["qualite"] or "").split(", ")]
        titulaires = {_titulaire(x): x for x in siens if _titulaire(x)}
        if len(titulaires) > 1:
            noms = [personne(x["prenoms"], x["nom"]) or x["denomination"] or x["siren_dirigeant"] for x in siens]
            return [Propos("rne-dirigeants", f"{qualite} : {nom}") for nom in dict.fromkeys(noms)]
    return ()


def _deux_rna(faits: Faits) -> Sequence[Propos]:
    de_sirene = (faits.legale or {}).get("identifiant_association")
    du_rna = [x["id"] for x in faits.de("rna") if x["id"]]
    if etat(faits) != "A" or not de_sirene or not du_rna or de_sirene in du_rna:
        return ()
    return Propos(UNITES_LEGALES, f"numéro RNA {de_sirene}"), Propos("rna", f"son SIRET au numéro RNA {min(du_rna)}")


_SQL_TITULAIRE: Final = (
    "coalesce(nullif(upper(coalesce(d.nom, '') || ' ' || split_part(replace(coalesce(d.prenoms, ''), ',', ' '), ' ', 1)"
    "), ' '), d.siren_dirigeant, upper(d.denomination))"
)
_SQL_UNIQUES: Final = ", ".join(f"'{qualite.replace(chr(39), chr(39) * 2)}'" for qualite in UNIQUES)

REGLES: Final = (
    Regle(
        "role-unique-double",
        "Un mandat unique, deux titulaires",
        "Le RNE donne deux titulaires en exercice à un mandat que la loi veut unique : l’un des deux est parti.",
        "les entreprises actives inscrites au RNE",
        ("un même nom et un même premier prénom, qui sont une personne écrite deux fois",),
        (UNITES_LEGALES, "rne-dirigeants"),
        _role_double,
        f"""
        SELECT DISTINCT u.siren, NULL::text AS siret FROM {{sirene_unites_legales}} u JOIN (
          SELECT d.siren FROM {{rne_dirigeants}} d WHERE d.qualite IN ({_SQL_UNIQUES})
          GROUP BY d.siren, d.qualite HAVING count(DISTINCT nullif({_SQL_TITULAIRE}, '')) > 1) d ON d.siren = u.siren
        WHERE u.etat_administratif = 'A'""",
        ecartent=(UNITES_LEGALES,),
    ),
    Regle(
        "rna-sirene",
        "Deux numéros RNA",
        "Sirene donne à l’association un numéro RNA ; au RNA, son SIRET est inscrit sous un autre.",
        "les associations actives, connues des deux répertoires",
        (),
        (UNITES_LEGALES, "rna"),
        _deux_rna,
        """
        SELECT u.siren, NULL::text AS siret FROM {sirene_unites_legales} u
        WHERE u.etat_administratif = 'A' AND u.identifiant_association <> '' AND EXISTS (
            SELECT 1 FROM {rna} d WHERE d.siret BETWEEN u.siren || '00000' AND u.siren || '99999')
          AND NOT EXISTS (SELECT 1 FROM {rna} d WHERE d.siret BETWEEN u.siren || '00000' AND u.siren || '99999'
              AND d.id = u.identifiant_association)""",
    ),
)
