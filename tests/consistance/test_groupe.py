"""The group of every company of the demonstration: what the picture tells is in the table, and the table is in the
files, read without the product."""

import csv
import io
import re
from collections.abc import Iterator
from html import unescape

from tests.consistance.fichiers import Fichiers
from tests.consistance.test_chiffres import GROUPE, Site, petit

__all__ = ["petit"]
LIENS, EFFECTIFS, SIRENE = "dgfip-liens-capitalistiques", "dsn-effectifs", "sirene-unites-legales"
Rangee = dict[str, str]


def test_the_picture_tells_what_the_table_tells_and_the_table_what_the_files_tell(petit: Site) -> None:
    lues, fautes, groupes = petit.html(sorted(petit.fichiers.sirens(SIRENE)), "--groupe"), list[str](), 0
    dsn = (z for siren in petit.fichiers.sirens(EFFECTIFS) for z in petit.fichiers.lignes(EFFECTIFS, siren))
    mois = max(z["MOIS"] for z in dsn)
    for siren in (nom for nom in lues if "/" not in nom):
        rangees = [*csv.DictReader(io.StringIO(lues[f"{siren}/groupe"]), delimiter=";")]
        groupes += len(rangees) > 1
        fautes += [f"{siren} : {f}" for f in (*du_dessin(lues[siren]), *du_fichier(petit.fichiers, rangees, mois))]
        if 1 < len(rangees) <= 20:
            montrees = re.findall(r'<tr id="g-(\w+)"', lues[siren])
            assert len(montrees) == len({x["SIREN"] or x["Société"] for x in rangees}), siren
    assert fautes == []
    assert groupes >= 5
    assert "KARBUMARD TRANSPORTS" in lues[f"{GROUPE}/groupe"]


def texte(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def du_dessin(page: str) -> Iterator[str]:
    """What the picture tells and no row tells, for a group of one page."""
    bloc = page.partition('id="titre-groupe"')[2].partition("</section>")[0]
    if "<svg" not in bloc or "fr-pagination" in bloc:
        return
    lignes = {cle: texte(ligne) for cle, ligne in re.findall(r'<tr id="g-(\w+)"[^>]*>(.*?)</tr>', bloc, re.DOTALL)}
    combien = 0
    for cle, titre in re.findall(r'<a class="fce-case [^"]*" href="[^"]*#g-(\w+)" aria-label="([^"]*)"', bloc):
        if cle not in lignes:
            yield f"la case « {titre} » ne mène à aucune ligne"
        elif pile := re.match(r"([\d\u202f]+) (?:autres sociétés|filiales|détenteurs)", unescape(titre)):
            combien += int(pile[1].replace("\u202f", ""))
        else:
            combien += 1
            absents = [mot for mot in unescape(titre).split(", ") if " ".join(mot.split()) not in lignes[cle]]
            yield from (f"« {mot} » n’est pas dit dans la ligne « {lignes[cle]} »" for mot in absents)
    if combien != len(lignes):
        yield f"{combien} sociétés dessinées, {len(lignes)} lignes"
    for dite in map(texte, re.findall(r'<text class="fce-case__part"[^>]*>([^<]*)</text>', bloc)):
        for part in dite.removesuffix(" %").split(" à "):
            if not any(part in ligne for ligne in lignes.values()):
                yield f"la part « {dite} » n’est dans aucune ligne"


def du_fichier(fichiers: Fichiers, rangees: list[Rangee], mois: str) -> Iterator[str]:
    """Shares and head-counts that the producers' files do not tell. ``mois``: the last one of the head-counts."""
    sirens = {x["SIREN"] for x in rangees}
    for x in rangees:
        siennes = [z for s in sirens for z in fichiers.lignes(LIENS, s) if x["SIREN"] in (s, z["siren_lie"])]
        derniere = max((z["annee"] for z in siennes), default="")
        parts = {float(z["pourcentage"]) for z in siennes if z["annee"] == derniere and z["siren_lie"]}
        if x["Part (%)"] and float(x["Part (%)"].replace(",", ".")) not in parts:
            yield f"{x['Société']} : {x['Part (%)']} %, le fichier donne {parts}"
        comptes = [int(z["EFF_TOTAL"]) for z in fichiers.lignes(EFFECTIFS, x["SIREN"]) if z["MOIS"] == mois]
        dit = x["Salariés (DSN, selon vos droits)"]
        if x["SIREN"] and (dit or "0") != str(sum(comptes)):
            yield f"{x['Société']} : {dit} salariés, le fichier donne {sum(comptes)}"
