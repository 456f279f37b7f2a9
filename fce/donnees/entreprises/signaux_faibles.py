"""List of inspected establishments sent to the service Signaux Faibles: one SIRET per line.

Same content as the former portal: establishments known to the labour inspection (pôle T), consumer and metrology
services (pôle C), economic services (pôle ES, "3E") and the control of vocational training ("3E SRC"). Restricted: only
an operator's command makes the list.
"""

from collections.abc import Iterator
from typing import Final

from django.db import connection, transaction

from fce.donnees.entreprises.requetes import UL
from fce.donnees.imports.selectors import versions
from fce.socle.texte import paris
from fce.sources import registre

SOURCES_DE_CONTROLE: Final = ("wikit-controles", "sora-controles", "sparc-metrologie", "eos-visites", "mdf-controles")
_BLOC: Final = 5000
# EOS writes 31 December for "during the year" and lists planned visits: neither is a control.
_CONDITIONS: Final = {
    "eos-visites": "WHERE t.date <= %(aujourd_hui)s AND NOT (extract(month FROM t.date) = 12 "
    "AND extract(day FROM t.date) = 31)"
}


def requete() -> str:
    """SQL of the distinct controlled SIRET, sorted; a case about a whole company counts for its siège. Takes the day as
    ``aujourd_hui``."""
    selections = []
    for nom in SOURCES_DE_CONTROLE:
        relation = registre.source(nom).relation
        if nom == "mdf-controles":
            selections.append(
                f'SELECT coalesce(t.siret, t.siren || u.nic_siege) COLLATE "C" AS siret FROM {relation} t '  # noqa: S608
                f'LEFT JOIN {UL} u ON u.siren = t.siren COLLATE "C"'
            )
        else:
            selections.append(f'SELECT t.siret COLLATE "C" FROM {relation} t {_CONDITIONS.get(nom, "")}')  # noqa: S608
    return f"SELECT siret FROM ({' UNION '.join(selections)}) AS tous WHERE siret IS NOT NULL ORDER BY siret"  # noqa: S608


def sirets() -> Iterator[str]:
    """Sorted; read in constant memory."""
    with transaction.atomic(), connection.chunked_cursor() as curseur:
        curseur.execute(requete(), {"aujourd_hui": paris.aujourd_hui()})
        while bloc := curseur.fetchmany(_BLOC):
            yield from (siret for (siret,) in bloc)


def absentes() -> list[str]:
    """Sources of controls never imported, without which the list is incomplete."""
    en_place = versions()
    return [nom for nom in SOURCES_DE_CONTROLE if nom not in en_place]
