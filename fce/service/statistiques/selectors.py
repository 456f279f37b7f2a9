"""Reads of ``/stats`` and of its open data: published monthly figures, and today's state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from fce.donnees.imports import selectors as sources_en_place
from fce.droits.comptes.models import Organisation
from fce.droits.habilitations.dossiers.etats import EtatDossier
from fce.fiche.formes.graphique import Graphique, total
from fce.service.statistiques.indicateurs import EN_TETE, ENTONNOIR, INDICATEURS, Indicateur
from fce.service.statistiques.models import ChiffreMensuel
from fce.socle.texte import paris
from fce.socle.texte.formats import mois as mois_ecrit, nombre
from fce.socle.texte.mois import ajouter_mois, fin_du_mois
from fce.socle.web.offres import ChiffreDImpact, Impact, offres

DUREES: Final = (3, 6, 12)
"""Months that a reader may ask for; the last one is the default."""
Valeurs = Mapping[str, float | None]


class InstitutionConnectee(NamedTuple):
    """An organisation. ``actifs``: agents active in the last month, None when withheld; ``declares``: its agents."""

    nom: str
    actifs: float | None
    declares: int | None

    @property
    def actifs_ecrits(self) -> str:
        return "" if self.actifs is None else nombre(int(self.actifs))

    @property
    def penetration(self) -> str:
        """Percentage of its agents that are active, "" when unknown."""
        return "" if self.actifs is None or not self.declares else f"{nombre(100 * self.actifs / self.declares, 0)} %"


class PointDuMois(NamedTuple):
    """An indicator's value in a month, as shown; ``valeur``: None when withheld."""

    mois: date
    valeur: float | None
    ecrite: str

    @property
    def libelle(self) -> str:
        return mois_ecrit(self.mois)


class IndicateurMesure(NamedTuple):
    """An indicator over a period. ``tus``: number of months withheld."""

    indicateur: Indicateur
    valeur: str
    reference: str
    cible: str
    points: tuple[PointDuMois, ...]
    graphiques: tuple[Graphique, ...]
    tus: int

    @property
    def nature(self) -> str:
        """What the value is: a state, a mean of months, or a ratio over the period."""
        if self.indicateur.etat:
            return "Aujourd’hui"
        return "Sur la période" if self.indicateur.denominateur else "Moyenne mensuelle"


class EtapeDEntonnoir(NamedTuple):
    """A step of the funnel; ``valeur``: "" when withheld."""

    libelle: str
    valeur: str


class TableauDeBord(NamedTuple):
    """Data of the page. ``mois``: published months of the period, oldest first.

    ``invente``: a demonstration invented some of it.
    """

    mois: tuple[date, ...]
    en_tete: tuple[IndicateurMesure, ...]
    autres: tuple[IndicateurMesure, ...]
    entonnoir: tuple[EtapeDEntonnoir, ...]
    institutions: tuple[InstitutionConnectee, ...]
    invente: bool

    @property
    def periode(self) -> str:
        return f"de {mois_ecrit(self.mois[0])} à {mois_ecrit(self.mois[-1])}" if self.mois else ""


@dataclass(slots=True)
class _Publies:
    """Figures by month, and by month and organisation."""

    de_tous: dict[date, dict[str, float | None]] = field(default_factory=dict)
    de_chacune: dict[date, dict[str, float | None]] = field(default_factory=dict)
    invente: bool = False


def chiffres_publies() -> list[ChiffreMensuel]:
    """Return every published figure, oldest first."""
    return list(ChiffreMensuel.objects.order_by("mois", "mesure", "organisation"))


def tableau_de_bord(duree: int) -> TableauDeBord:
    """Return the page over ``duree`` months, up to the last published one. Unpublished months are left out. Seven
    queries at most."""
    dernier = ChiffreMensuel.objects.order_by("-mois").values_list("mois", flat=True).first()
    publies = _publies(dernier, duree) if dernier else _Publies()
    periode = [ajouter_mois(dernier, -n) for n in reversed(range(duree))] if dernier else []
    periode = [m for m in periode if m in publies.de_tous]
    institutions = _institutions(publies.de_chacune.get(dernier, {}) if dernier else {})
    par_mois = _par_mois(periode, publies)
    aujourd_hui = _etat_du_jour(institutions)
    indicateurs = [_indicateur(i, par_mois, aujourd_hui) for i in INDICATEURS]
    return TableauDeBord(
        tuple(periode),
        tuple(indicateur for code in EN_TETE for indicateur in indicateurs if indicateur.indicateur.code == code),
        tuple(indicateur for indicateur in indicateurs if indicateur.indicateur.code not in EN_TETE),
        _entonnoir(periode, par_mois),
        tuple(institutions),
        publies.invente,
    )


def _publies(dernier: date, duree: int) -> _Publies:
    # One more month before, to compare returning agents.
    publies = _Publies()
    lignes = ChiffreMensuel.objects.filter(mois__gte=ajouter_mois(dernier, -duree))
    champs = ("mois", "mesure", "organisation", "valeur", "invente")
    for mois, mesure, organisation, valeur, invente in lignes.values_list(*champs):
        publies.invente = publies.invente or invente
        if organisation:
            publies.de_chacune.setdefault(mois, {})[organisation] = valeur
        else:
            publies.de_tous.setdefault(mois, {})[mesure] = valeur
    return publies


def chiffres_d_impact(debut: date, fin: date) -> Impact | None:
    """Return the indicators of a period that have a value, as text; None when none of its months is published.

    The result covers whole months: its last day is the end of a month.

    """
    publies = ChiffreMensuel.objects.filter(mois__gte=debut.replace(day=1), mois__lte=fin)
    mois = sorted(set(publies.values_list("mois", flat=True)))
    if not mois:
        return None
    par_mois = _par_mois(mois, _publies(mois[-1], len(mois)))
    mesures = [_indicateur(i, par_mois, {}) for i in INDICATEURS if not i.etat]
    dits = (
        ChiffreDImpact(mesure.indicateur.titre, f"{mesure.valeur} {mesure.indicateur.unite}", mesure.cible)
        for mesure in mesures
        if mesure.valeur
    )
    return Impact(mois[0], fin_du_mois(mois[-1]), tuple(dits))


def _par_mois(periode: Sequence[date], publies: _Publies) -> dict[date, Valeurs]:
    declares = dict(Organisation.objects.exclude(agents_declares=None).values_list("nom", "agents_declares"))
    lire_les_couts = offres().couts
    couts = lire_les_couts(periode[0], periode[-1]) if lire_les_couts and periode else {}
    return {m: _completees(m, publies, declares, couts.get(m)) for m in periode if m in publies.de_tous}


def _completees(mois: date, publies: _Publies, declares: Mapping[str, int | None], cout: int | None) -> Valeurs:
    """Complete a month's figures with those that need other months, the accounts (``cout``, in cents) or the declared
    numbers of agents."""
    propres = {n: v for n, v in publies.de_chacune.get(mois, {}).items() if v is not None and n in declares}
    return {
        **publies.de_tous[mois],
        "agents_du_mois_d_avant": publies.de_tous.get(ajouter_mois(mois, -1), {}).get("agents_actifs"),
        "lecteurs_revenus_apres": publies.de_tous.get(ajouter_mois(mois, 1), {}).get("lecteurs_revenus"),
        "actifs_des_declarantes": sum(propres.values()) if propres else None,
        "agents_declares": float(sum(declares[nom] or 0 for nom in propres)) if propres else None,
        "cout": None if cout is None else cout / 100,
    }


def _etat_du_jour(institutions: Sequence[InstitutionConnectee]) -> Valeurs:
    etats = sources_en_place.etat_des_sources()
    connectes = [e for e in etats if e.en_place is not None or (e.source.direct and not e.source.importable)]
    return {
        "jeux_connectes": float(len(connectes)),
        "jeux_a_jour": float(sum(not e.en_retard for e in connectes)),
        "institutions_connectees": float(len(institutions)),
    }


def _institutions(actifs: Mapping[str, float | None]) -> list[InstitutionConnectee]:
    """Open organisations with a valid habilitation today, by name."""
    aujourd_hui = paris.aujourd_hui()
    ouvertes = Organisation.objects.filter(
        fermee_le=None,
        groupes__ferme_le=None,
        groupes__dossiers__etat=EtatDossier.VALIDE,
        groupes__dossiers__debut__lte=aujourd_hui,
        groupes__dossiers__fin__gte=aujourd_hui,
    )
    nommees = ouvertes.order_by("nom").values_list("nom", "agents_declares").distinct()
    return [InstitutionConnectee(nom, actifs.get(nom), declares) for nom, declares in nommees]


def _indicateur(indicateur: Indicateur, par_mois: Mapping[date, Valeurs], aujourd_hui: Valeurs) -> IndicateurMesure:
    points: tuple[PointDuMois, ...] = ()
    if indicateur.etat:
        dite = _rapport(indicateur, [aujourd_hui])
    else:
        dite = _rapport(indicateur, list(par_mois.values()))
        valeurs = [(m, _rapport(indicateur, [v])) for m, v in par_mois.items()]
        points = tuple(PointDuMois(m, v, ecrite(indicateur, v)) for m, v in valeurs)
    return IndicateurMesure(
        indicateur,
        ecrite(indicateur, dite),
        ecrite(indicateur, indicateur.reference),
        ecrite(indicateur, indicateur.cible),
        points,
        _graphiques(indicateur, points),
        sum(p.valeur is None for p in points),
    )


def _rapport(indicateur: Indicateur, mois: Sequence[Valeurs]) -> float | None:
    """Value of an indicator over several months, ignoring the months where a part of it is withheld."""
    voulues = [c for c in (indicateur.numerateur, indicateur.denominateur) if c]
    dits = [v for v in mois if all(v.get(c) is not None for c in voulues)]
    if not dits:
        return None
    haut = sum(v[indicateur.numerateur] or 0.0 for v in dits) * indicateur.facteur
    if not indicateur.denominateur:
        return haut / len(dits)
    bas = sum(v[indicateur.denominateur] or 0.0 for v in dits)
    return haut / bas if bas else None


def ecrite(indicateur: Indicateur, valeur: float | None) -> str:
    """Format an indicator's value in French without its unit; "" for None."""
    return "" if valeur is None else nombre(valeur, indicateur.decimales)


def _graphiques(indicateur: Indicateur, points: Sequence[PointDuMois]) -> tuple[Graphique, ...]:
    arrondis = [{"valeur": None if p.valeur is None else round(p.valeur, indicateur.decimales)} for p in points]
    titre = f"{indicateur.titre} ({indicateur.unite})"
    dessine = total(arrondis, [p.mois for p in points], "valeur", titre, mois_ecrit)
    return (dessine,) if dessine else ()


def _entonnoir(periode: Sequence[date], par_mois: Mapping[date, Valeurs]) -> tuple[EtapeDEntonnoir, ...]:
    """Funnel of the last month whose next month is published."""
    if len(periode) < 2:
        return ()
    valeurs = par_mois[periode[-2]]
    dites = [(libelle, valeurs.get(code)) for code, libelle in ENTONNOIR]
    return tuple(EtapeDEntonnoir(libelle, "" if dite is None else nombre(int(dite))) for libelle, dite in dites)
