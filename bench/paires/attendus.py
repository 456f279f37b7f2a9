"""Right answers to the questions that name a company.

The company the question was drawn from, and the active companies that the question cannot distinguish from it: same
name, director of the same name, or open establishment at the same address (and in the same town if the question names
it).
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from bench.national.lectures import Exemple
from fce.donnees.entreprises import requetes

Attendus = list[frozenset[str]]
"""For each question of a class, the SIREN of its right answers."""
_NOMMEES = f"""
SELECT u.denomination, u.siren FROM {requetes.UL} u
WHERE u.etat_administratif = 'A' AND u.denomination = ANY(%s)
"""
_LIEUX = f"""
SELECT concat_ws(' ', {{avec}}), e.siren FROM {requetes.ETAB} e JOIN {requetes.UL} u ON u.siren = e.siren
WHERE u.etat_administratif = 'A' AND e.etat_administratif = 'A' AND {{parmi}} AND concat_ws(' ', {{avec}}) = ANY(%s)
"""
_SITUEES = _LIEUX.format(avec="u.denomination, e.libelle_commune", parmi="u.denomination = ANY(%s)")
_ADRESSES = _LIEUX.format(
    avec="e.numero_voie, e.type_voie, e.libelle_voie, e.libelle_commune", parmi="e.libelle_voie = ANY(%s)"
)
_DIRIGEES = f"""
SELECT split_part(d.prenoms, ' ', 1) || ' ' || d.nom, d.siren FROM rne_dirigeants d
JOIN {requetes.UL} u ON u.siren = d.siren
WHERE u.etat_administratif = 'A' AND upper(split_part(d.prenoms, ' ', 1) || ' ' || d.nom) = ANY(%s)
"""


def attendus(exemples: Sequence[Exemple]) -> dict[str, Attendus]:
    noms = [x.nom for x in exemples]
    voies = [x.voie.split(" ", 2)[2] for x in exemples]
    nommees = _par_cle(_NOMMEES, noms)
    situees = _par_cle(_SITUEES, noms, situe := [f"{x.nom} {x.commune}" for x in exemples])
    adresses = _par_cle(_ADRESSES, voies, ou := [f"{x.voie} {x.commune}" for x in exemples])
    dirigees = _par_cle(_DIRIGEES, gens := [x.dirigeant for x in exemples])

    def chacune(trouvees: dict[str, set[str]], cles: Sequence[str]) -> Attendus:
        return [frozenset(trouvees.get(cle.upper(), ())) | {x.siren} for x, cle in zip(exemples, cles, strict=True)]

    return {
        **dict.fromkeys(("nom exact", "une faute", "mot inachevé"), chacune(nommees, noms)),
        "nom et commune": chacune(situees, situe),
        **dict.fromkeys(("dirigeant, texte", "dirigeant, filtre"), chacune(dirigees, gens)),
        "adresse": chacune(adresses, ou),
    }


def _par_cle(requete: str, *parametres: Sequence[str]) -> dict[str, set[str]]:
    trouvees: dict[str, set[str]] = {}
    with connection.cursor() as curseur:
        curseur.execute(requete, [list(p) for p in parametres])
        for cle, siren in curseur.fetchall():
            trouvees.setdefault(cle.upper(), set()).add(siren)
    return trouvees
