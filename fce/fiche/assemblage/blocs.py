"""Builds a bloc in its state, with its provenance, and arranges blocs into rubriques.

Every state, even empty, gives the producer and the dates. A source declares its rubrique.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from fce.donnees.imports.selectors import Reperes
from fce.fiche.formes.contenu import Bloc, EnTableau, EtatBloc, Provenance, Rubrique
from fce.fiche.unite.perimetre import Ensemble, Perimetre
from fce.socle.base.branches import Branche
from fce.socle.texte.formats import arretees, au
from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.onglets import SYNTHESE, TOUT, Onglet
from fce.sources.rubriques import AUTRES, TITRES

ILLISIBLE: Final = "les données sont là mais ne peuvent pas être affichées"
# The last attempt of each source, by index: its cost does not depend on the number of imports.
_REFUS: Final = (
    "SELECT n.source, (coalesce(d.fin, d.debut) AT TIME ZONE 'Europe/Paris')::date AS jour "
    "FROM unnest(%s::text[]) AS n(source) CROSS JOIN LATERAL (SELECT i.statut, i.debut, i.fin FROM sources_import i "
    "WHERE i.source = n.source ORDER BY i.id DESC LIMIT 1) d WHERE d.statut IN ('refuse', 'echoue')"
)


@dataclass(frozen=True, slots=True)
class Versions:
    """Versions in place, by source name, and their freshness.

    ``refus``: day when the last file of a source was refused.
    """

    en_place: Mapping[str, Reperes]
    aujourd_hui: date
    refus: Mapping[str, date] = field(default_factory=dict)
    # Cache: a bloc, an alarm, a card and the timeline need that of the same source (``init=False``: a copy made by
    # ``replace`` starts empty).
    _provenances: dict[str, Provenance] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __contains__(self, nom: object) -> bool:
        return nom in self.en_place

    def __getitem__(self, nom: str) -> Reperes:
        return self.en_place[nom]

    def avec_refus(self, lignes: Sequence[Mapping[str, Any]] | None) -> Versions:
        """Versions completed with the rows of ``refus()``; None when it could not be read: then no refusal is shown."""
        return replace(self, refus={x["source"]: date.fromisoformat(x["jour"]) for x in lignes or ()})

    def en_retard(self, source: Source) -> bool:
        """Whether the version is older than the frequency announced by the producer."""
        version = self.en_place.get(source.nom)
        return version is not None and source.en_retard(version.date_metier, version.importee_le, self.aujourd_hui)

    def provenance(self, source: Source) -> Provenance:
        """Producer, system and dates of the version in place; no dates when the source was never imported."""
        if source.nom not in self._provenances:
            reperes = self.en_place.get(source.nom)
            self._provenances[source.nom] = Provenance(
                source=source.nom,
                titre=source.titre,
                producteur=source.producteur.sigle or source.producteur.nom,
                systeme=source.systeme,
                date_metier=reperes.date_metier if reperes else None,
                date_import=reperes.importee_le if reperes else None,
                en_retard=self.en_retard(source),
                refuse_le=self.refus.get(source.nom),
            )
        return self._provenances[source.nom]


def refus() -> Branche:
    """Query of rows {source, jour}: the sources whose last file was refused, and when."""
    # An array literal of plain names: psycopg would adapt the names one by one.
    return Branche("refus", _REFUS, (f"{{{','.join([source.nom for source in registre.toutes()])}}}",))


def bloc(
    cle: str,
    titre: str,
    noms_sources: Sequence[str],
    versions: Versions,
    contenu: object,
    *,
    vide: bool,
    en_panne: bool,
    absence: str,
    perimetre: Perimetre,
    source: Source | None = None,
    lignes: Sequence[dict[str, Any]] = (),
    ensemble: Ensemble | None = None,
) -> Bloc:
    """A bloc in its state. ``absence``: sentence of an empty one, without dates ("Aucune aide connue"); ``perimetre``
    is added to it."""
    provenances = tuple(versions.provenance(registre.source(nom)) for nom in noms_sources)
    if en_panne:
        etat, message = EtatBloc.INDISPONIBLE, f"{titre} : source momentanément indisponible ({_origine(provenances)})."
    elif not vide:
        etat, message = EtatBloc.DONNEES, ""
    elif not any(nom in versions for nom in noms_sources):
        etat, message = EtatBloc.INDISPONIBLE, f"{titre} : source pas encore importée ({_origine(provenances)})."
        message += _avertir(provenances)
    else:
        etat, message = EtatBloc.AUCUNE, f"{absence}{perimetre.suffixe} ({_origine(provenances)}{_date(provenances)})."
        message += _avertir(provenances)
    plein = etat is EtatBloc.DONNEES
    return Bloc(
        cle,
        titre,
        etat,
        provenances,
        perimetre,
        None if en_panne else contenu,
        message,
        source,
        lignes=lignes if plein else (),
        ensemble=ensemble if plein else None,
    )


def reuni(titre: str, noms_sources: Sequence[str], versions: Versions, tableau: EnTableau) -> Bloc:
    """The bloc of a table that is not that of one source: it only exists with rows."""
    return bloc(
        "fusion", titre, noms_sources, versions, tableau,
        vide=False, en_panne=False, absence="", perimetre=tableau.perimetre,
    )  # fmt: skip


def en_panne(bloc: Bloc, raison: str = ILLISIBLE) -> Bloc:
    """Return ``bloc`` as « source indisponible », without content, with the reason."""
    message = f"{bloc.titre} : {raison} ({_origine(bloc.provenances)})."
    return bloc._replace(
        etat=EtatBloc.INDISPONIBLE, contenu=None, message=message, raison=raison, lignes=(), ensemble=None
    )


def differe(bloc: Bloc, raison: str) -> Bloc:
    """Return ``bloc`` as computed after the page; ``raison`` is shown where it cannot be requested."""
    return en_panne(bloc, raison)._replace(differe=True)


def reserve(source: Source, versions: Versions, raison: str, perimetre: Perimetre) -> Bloc:
    """The bloc of a source closed to this reader: its name, the reason and what to do."""
    message = f"{source.titre} : {source.acces.libelle[:1].lower()}{source.acces.libelle[1:]}. {raison}"
    return Bloc(
        source.nom,
        source.titre,
        EtatBloc.RESERVEE,
        (versions.provenance(source),),
        perimetre,
        None,
        message,
        source,
        raison,
    )


def _avertir(provenances: Sequence[Provenance]) -> str:
    """Warning added to the sentence of a bloc without data (" Attention : mise à jour en retard.")."""
    dits = dict.fromkeys(p.avertissement for p in provenances if p.avertissement)
    return f" Attention : {' ; '.join(dits)}." if dits else ""


def _origine(provenances: Sequence[Provenance]) -> str:
    return " ; ".join(dict.fromkeys(f"{p.producteur}, {p.systeme}" for p in provenances))


def _date(provenances: Sequence[Provenance]) -> str:
    dite = dates(provenances)
    return f" — {dite}" if dite else ""


def dates(provenances: Sequence[Provenance]) -> str:
    """Dates of several sources read together, oldest to latest, with « sans date » when one has none; "" when none was
    ever imported."""
    sans_date = [p.date_import for p in provenances if p.date_import and not p.date_metier]
    datees = arretees(p.date_metier for p in provenances)
    return " ; ".join(filter(None, (datees, au(None, min(sans_date, default=None)))))


def ranger(blocs: Iterable[tuple[str, Bloc]]) -> tuple[Rubrique, ...]:
    """Rubriques from (rubrique, bloc) pairs: known ones in order, then one for the other blocs."""
    par_rubrique: dict[str, list[Bloc]] = {cle: [] for cle in [*TITRES, AUTRES]}
    for cle, bloc_ in blocs:
        par_rubrique[cle if cle in TITRES else AUTRES].append(bloc_)
    return tuple(
        Rubrique(cle, TITRES.get(cle, "Autres sources"), tuple(contenus))
        for cle, contenus in par_rubrique.items()
        if contenus
    )


def dans_l_onglet(rubriques: Iterable[Rubrique], onglet: Onglet) -> tuple[Rubrique, ...]:
    """The rubriques that a tab shows; sources read only to complete others have no bloc there."""
    if onglet is TOUT or onglet is SYNTHESE:
        return tuple(rubriques)
    return tuple(r for r in rubriques if r.cle in onglet.rubriques)
