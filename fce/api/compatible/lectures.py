"""Rows of the companies of an answer, read in one round trip: Sirene, then the open sources that the contract names.

Each source is a ``LectureDeSource``: the columns read, for which blocks. Rows are masked here, by the rule of
``donnees.entreprises.diffusion``: nothing unmasked leaves this module.
"""

# ruff: noqa: S608 (only declared names are interpolated)

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from fce.donnees.entreprises import diffusion, lots
from fce.donnees.entreprises.apports import ouvert
from fce.donnees.entreprises.construction import masquer_etablissement, masquer_unite_legale
from fce.donnees.entreprises.diffusion import Regime
from fce.donnees.entreprises.lieux import sql_oppose
from fce.donnees.entreprises.natures import natures
from fce.donnees.entreprises.repertoire import UNITES_LEGALES
from fce.donnees.imports.selectors import branche_des_reperes, reperes_de
from fce.socle.base import branches
from fce.socle.base.branches import Branche, Prealable
from fce.socle.erreurs import SourceIndisponible
from fce.sources import registre
from fce.sources.declaration import Source

Ligne = Mapping[str, Any]
FAITS_MAX: Final = 1_000
"""Rows of one source read for one company, by SIRET then as in the file; those of the establishments shown besides."""


@dataclass(frozen=True, slots=True)
class LectureDeSource:
    """Columns read of a source, for some blocks of the answer."""

    source: str
    colonnes: tuple[str, ...]
    blocs: frozenset[str]


_COMPLEMENTS: Final = frozenset({"complements"})
_LISTES: Final = frozenset({"complements", "siege", "matching_etablissements", "etablissements"})
FAITS: Final = (
    LectureDeSource("idcc-etablissements", ("idcc",), _LISTES),
    LectureDeSource("finess", ("numero_finess", "numero_finess_juridique"), _LISTES),
    LectureDeSource("bio", ("numero_bio", "label"), _LISTES),
    LectureDeSource("rge", ("code_qualification",), _LISTES),
    LectureDeSource("annuaire-education", ("uai",), _LISTES),
    LectureDeSource("organismes-formation", ("numero",), _LISTES),
    LectureDeSource("qualiopi", ("certifications",), _COMPLEMENTS),
    LectureDeSource("spectacles", ("statut", "label"), _COMPLEMENTS),
    LectureDeSource("iae", ("mesure",), _COMPLEMENTS),
    LectureDeSource("egapro", ("annee",), _COMPLEMENTS),
    LectureDeSource("ess", ("famille",), _COMPLEMENTS),
    LectureDeSource("achats-responsables", (), _COMPLEMENTS),
    LectureDeSource("patrimoine-vivant", (), _COMPLEMENTS),
    LectureDeSource("alim-confiance", (), _COMPLEMENTS),
    LectureDeSource("bilan-ges", (), _COMPLEMENTS),
    LectureDeSource("avocats", (), _COMPLEMENTS),
    LectureDeSource("aides-ademe", (), _COMPLEMENTS),
    LectureDeSource("aides-minimis", (), _COMPLEMENTS),
    LectureDeSource("rna", ("id",), _COMPLEMENTS),
    LectureDeSource("collectivites", ("niveau", "code", "categorie"), _COMPLEMENTS),
    LectureDeSource("elus", ("nom", "prenom", "sexe", "fonction", "mandat"), _COMPLEMENTS),
    LectureDeSource(
        "rne-dirigeants",
        ("rang", "qualite", "type_personne", "nom", "nom_usage", "prenoms", "denomination", "siren_dirigeant"),
        frozenset({"dirigeants"}),
    ),
    LectureDeSource(
        "ratios-financiers",
        ("date_cloture", "type_bilan", "chiffre_affaires", "resultat_net", "confidentialite"),
        frozenset({"finances"}),
    ),
    LectureDeSource("tva", ("numero",), frozenset({"tva"})),
    LectureDeSource(
        "bodacc",
        ("id", "type_avis", "famille", "avis_precedent", "procedure", "jugement_date", "date_parution",
         "tribunal", "radiation_date"),
        frozenset({"bodacc"}),
    ),
)  # fmt: skip
_RNE: Final = LectureDeSource(
    "rne",
    ("date_mise_a_jour", "date_immatriculation", "date_debut_activite", "date_fin_existence", "cloture", "duree",
     "capital", "devise", "capital_variable", "associe_unique", "forme_exercice", "date_radiation"),
    frozenset(),
)  # fmt: skip
"""Read for every company: its update is told outside the blocks."""


@dataclass(slots=True)
class LieuAvecFaits:
    """An establishment: its row as shown and its regime; the rows of sources about it."""

    ligne: Ligne
    regime: Regime
    faits: dict[str, list[Ligne]] = field(default_factory=dict)


@dataclass(slots=True)
class UniteAvecFaits:
    """A company: as ``LieuAvecFaits``, its siège, its establishments by SIRET (those asked for, those of a page)."""

    ligne: Ligne
    regime: Regime
    nombre: int
    ouverts: int
    lieux: dict[str, LieuAvecFaits] = field(default_factory=dict)
    page: list[str] = field(default_factory=list)
    anciens: frozenset[str] = frozenset()
    successions: list[Ligne] = field(default_factory=list)
    faits: dict[str, list[Ligne]] = field(default_factory=dict)
    mise_a_jour: str = ""

    @property
    def siren(self) -> str:
        return str(self.ligne["siren"])

    @property
    def siege(self) -> LieuAvecFaits | None:
        return self.lieux.get(f"{self.siren}{self.ligne.get('nic_siege')}")


def unites_par_siren(
    sirens: Sequence[str], sirets: Iterable[str], blocs: frozenset[str], page: int | None = None
) -> dict[str, UniteAvecFaits]:
    """{siren: company} with the establishments ``sirets`` and, for the block « etablissements », one page of them all.

    One round trip. Raises ``SourceIndisponible``.
    """
    voulus, sirets = [lecture for lecture in FAITS if lecture.blocs & blocs], list(sirets)
    rang = page or 1 if "etablissements" in blocs else None
    montres = lots.montres(sirens, sirets, rang)
    posees = [lots.unites(sirens), lots.lieux(sirens, sirets), branche_des_reperes(), _de(_RNE, sirens, montres)]
    posees += [_de(lecture, sirens, montres) for lecture in voulus]
    if rang is not None:
        posees += [lots.page(sirens, rang), lots.anciens_sieges(sirens), lots.successions(sirens)]
    lignes = branches.lignes_de(posees, preparee=True, replicable=True)
    if lignes["unites"] is None or lignes["lieux"] is None:
        raise SourceIndisponible("Les données des entreprises ne peuvent pas être lues. Réessayez dans un instant.")
    brutes = {str(ligne["siren"]): ligne for ligne in lignes["unites"]}
    instant = reperes_de(lignes["reperes"] or ()).get(UNITES_LEGALES)
    unites = {
        siren: UniteAvecFaits(masquer_unite_legale(brute), diffusion.regime(brute), brute["_nombre"], brute["_ouverts"])
        for siren, brute in brutes.items()
    }
    for unite in unites.values():
        unite.mise_a_jour = f"{instant.importee_le:%Y-%m-%dT%H:%M:%S}" if instant else ""
    page_des_lieux = lignes.get("page") or ()
    for ligne in (*lignes["lieux"], *page_des_lieux):
        if (unite_ := unites.get(str(ligne["siren"]))) is not None:
            legale = brutes[unite_.siren]
            lieu = LieuAvecFaits(masquer_etablissement(ligne, legale), diffusion.regime(legale, ligne))
            unite_.lieux[str(ligne["siret"])] = lieu
    for ligne in page_des_lieux:
        if str(ligne["siren"]) in unites:
            unites[str(ligne["siren"])].page.append(str(ligne["siret"]))
    _ranger_les_liens(unites, lignes.get("anciens") or (), lignes.get("successions") or ())
    for lecture in (_RNE, *voulus):
        _ranger(unites, registre.source(lecture.source), lignes[lecture.source] or ())
    return unites


def _ranger(unites: Mapping[str, UniteAvecFaits], source: Source, lignes: Iterable[Ligne]) -> None:
    """Give each company, and each establishment read, the rows about it, masked as the stricter of both."""
    for brute in lignes:
        unite = unites.get(str(brute["_siren"]))
        if unite is None:
            continue
        regime = unite.regime
        if brute["_masque"] and not regime.masque:
            regime = diffusion.regime_masque(unite.ligne.get("categorie_juridique"))
        vue = diffusion.masquer(brute, natures(source), regime) | {"_siret": brute["_siret"]}
        unite.faits.setdefault(source.nom, []).append(vue)
        lieu = unite.lieux.get(str(brute["_siret"]))
        if lieu is not None:
            lieu.faits.setdefault(source.nom, []).append(vue)


def _ranger_les_liens(unites: Mapping[str, UniteAvecFaits], anciens: Iterable[Ligne], liens: Iterable[Ligne]) -> None:
    for ligne in anciens:
        if unite := unites.get(str(ligne["siren"])):
            unite.anciens |= {f"{ligne['siren']}{ligne['nic_siege']}"}
    for ligne in liens:
        for siren in {str(ligne["siret_predecesseur"])[:9], str(ligne["siret_successeur"])[:9]} & unites.keys():
            unites[siren].successions.append(ligne)


# --- SQL -------------------------------------------------------------------------------------------------------------


def _de(lecture: LectureDeSource, sirens: Sequence[str], montres: Prealable) -> Branche:
    """Rows of a source about companies: by SIREN, or by SIRET where the row has no SIREN; and, when it is told of each
    establishment, all those of the ones shown."""
    source = registre.source(lecture.source)
    siren, siret = source.siren, source.siret
    if not all(ouvert(source, colonne) for colonne in filter(None, (siren, siret, *lecture.colonnes))):
        raise LookupError(f"{source.nom} : une colonne lue n'est pas ouverte à tous")
    ordre = ", ".join(f"x.{colonne}" for colonne in (*filter(None, (siret,)), "ligne"))
    conditions = [f"x.{siren} = s.siren"] if siren else []
    if siret:
        sans = f"x.{siren} IS NULL AND " if siren else ""
        conditions.append(f"{sans}x.{siret} BETWEEN s.siren || '00000' AND s.siren || '99999'")
    de_chacun = siret and lecture.blocs is _LISTES
    masque = sql_oppose(f"r.{siret}") if siret else "FALSE"
    numero = f"r.{siret}" if siret else "NULL::text"
    colonnes = "".join(f", r.{colonne}" for colonne in lecture.colonnes)
    # Not « * »: the role of this reader may not read the columns reserved to agents.
    retenues = dict.fromkeys((*filter(None, (siret,)), *lecture.colonnes))
    choix = ", ".join(f"x.{colonne}" for colonne in retenues) or "1 AS un"
    ou = " UNION ALL ".join(
        f"(SELECT {choix} FROM {source.relation} x WHERE {condition} ORDER BY {ordre} LIMIT {FAITS_MAX})"
        for condition in conditions
    )
    if de_chacun:
        siens = f"x.{siret} = ANY(ARRAY(SELECT m.siret FROM montres m WHERE m.siren = s.siren))"
        sien = f" AND coalesce(x.{siren}, s.siren) = s.siren" if siren else ""
        ou = f"{ou} UNION (SELECT {choix} FROM {source.relation} x WHERE {siens}{sien}) ORDER BY {', '.join(retenues)}"
    return Branche(
        lecture.source,
        f"SELECT s.siren AS _siren, {numero} AS _siret, {masque} AS _masque{colonnes} "
        f"FROM unnest(%s::text[]) s(siren) CROSS JOIN LATERAL ({ou}) r",
        (list(sirens),),
        (montres,) if de_chacun else (),
        colonnes=("_siren", "_siret", "_masque", *lecture.colonnes),
    )
