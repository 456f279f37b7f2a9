"""Changes since an index was built, by company, when amending the index is possible and worthwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from fce.donnees.entreprises import flux
from fce.donnees.entreprises.repertoire import COURANTS, ETABLISSEMENTS, UNITES_LEGALES
from fce.donnees.imports.chargement.ecarts import Regard, meme_forme, propres, unites_changees
from fce.donnees.imports.models import Import, VersionEnPlace
from fce.donnees.imports.selectors import versions
from fce.recherche.engines.port import Changements, Manifeste
from fce.recherche.question import alimentations
from fce.socle.texte.formats import nombre, pluriel
from fce.sources import registre

LIGNES_MIN = 100_000
"""Rows of Sirene below which a full build takes a few seconds."""
PART_DES_UNITES = 0.1
"""Share of changed companies above which a full build is faster."""
PART_DES_LIGNES = 2.5
"""Rows to compare, per row of Sirene, above which changes are not computed. Two whole versions of Sirene are below."""
RETOUCHES_MAX = 500
"""Amendments of one version; each leaves segments behind."""


class Refonte(NamedTuple):
    """Reason for a full build, in French."""

    raison: str


def unites_a_retoucher(manifeste: Manifeste) -> Changements | Refonte:
    """Return the units whose data differ from the index, or the reason for a full build."""
    en_place = versions()
    lignes = sum(en_place[nom].en_place.total for nom in COURANTS if nom in en_place)
    if refonte := _d_emblee(manifeste, en_place, lignes):
        return refonte
    changees = [
        (regard, version.precedent if nom in manifeste.generations else None, version.en_place)
        for regard in _regards()
        if (version := en_place.get(nom := regard.source.nom))
        and manifeste.generations.get(nom) != version.en_place.generation
    ]
    a_comparer = 0
    for regard, avant, apres in changees:
        if not meme_forme(regard.source, regard.attributs, avant, apres):
            return Refonte(f"{regard.source.nom} : la version indexée n’est plus gardée sous sa forme d’alors")
        a_comparer += sum(partie.lignes for cote in propres(avant, apres) for partie in cote)
    if a_comparer > PART_DES_LIGNES * lignes:
        return Refonte(f"{pluriel(a_comparer, 'ligne')} à comparer")
    unites = en_place.get(UNITES_LEGALES)
    return _reunir(changees, int(PART_DES_UNITES * unites.en_place.total) if unites else 0)


def _d_emblee(manifeste: Manifeste, en_place: Mapping[str, VersionEnPlace], lignes: int) -> Refonte | None:
    """Reason for a full build that is known before comparing."""
    if lignes < LIGNES_MIN:
        return Refonte(f"{pluriel(lignes, 'ligne')} en tout : bâtir est aussi court")
    if int(manifeste.extra.get("retouches", 0)) >= RETOUCHES_MAX:
        return Refonte(f"déjà {nombre(RETOUCHES_MAX)} retouches")
    for nom, generation in manifeste.generations.items():
        version = en_place.get(nom)
        if version is None:
            return Refonte(f"{nom} n’est plus en place")
        if all(i is None or i.generation != generation for i in (version.en_place, version.precedent)):
            return Refonte(f"{nom} : la version indexée n’est plus gardée")
    return None


def _reunir(changees: list[tuple[Regard, Import | None, Import]], limite: int) -> Changements | Refonte:
    """``changees``: what to compare, the import that was indexed (None without one) and the one in place."""
    entieres: set[str] = set()
    lieux: set[str] = set()
    for regard, avant, apres in changees:
        unites = unites_changees(regard, avant, apres, limite + 1)
        if unites is None:
            return Refonte(f"{regard.source.nom} : la version indexée vient de partir")
        if regard.source.nom == ETABLISSEMENTS:
            lieux.update(numero for _, numero in unites)
            # The row moved to another company than that of its number.
            entieres.update(siren for siren, numero in unites if not numero.startswith(siren))
        else:
            entieres.update(siren for siren, _ in unites)
        if len(entieres) > limite or len(lieux) > limite:
            return Refonte(f"plus de {pluriel(limite, 'unité changée', 'unités changées')}")
    return Changements(frozenset(entieres), frozenset(s for s in lieux if s[:9] not in entieres))


def _regards() -> list[Regard]:
    """Columns that the documents of the index take from each source (``donnees.entreprises.flux.documents``)."""
    colonnes = flux.colonnes_du_document()
    regards = [Regard(registre.source(nom), colonnes[nom]) for nom in COURANTS]
    for nom in alimentations.sources():
        siens = alimentations.apports_de(nom)
        attributs = tuple(dict.fromkeys(a for apport in siens for a in apport.colonnes))
        regards.append(Regard(registre.source(nom), attributs, any(apport.entieres for apport in siens)))
    return regards
