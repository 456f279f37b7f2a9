"""Timeline of a company or an establishment, from Sirene's histories and succession links.

Pure functions over already masked rows: a hidden old name gives an event without detail. A period holds the values in
force from ``date_debut``; Insee's ``changement…`` flags tell which changed. Without flag (older layout), compare with
the previous period.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final, NamedTuple

from fce.donnees.entreprises import sirene
from fce.donnees.entreprises.contenu import EntrepriseVue, EtablissementVu
from fce.donnees.entreprises.libelles import activite, forme_juridique, jour, nomenclature
from fce.socle.texte.identifiants import formater_siret

Ligne = Mapping[str, Any]

ORDRE_DES_GENRES: Final = (
    "etat",
    "creation",
    "succession",
    "ouverture",
    "fermeture",
    "transfert",
    "siege",
    "nom",
    "enseigne",
    "categorie_juridique",
    "activite",
    "ess",
    "societe_mission",
    "employeur",
    "contact",
    "fait",
)
_RANGS: Final = {genre: rang for rang, genre in enumerate(ORDRE_DES_GENRES)}


class Evenement(NamedTuple):
    """One change; a tuple, because a company may have thousands.

    ``date``: None when Insee does not know it. ``genre``: one of ``ORDRE_DES_GENRES``; "fait" comes from a source other
    than Sirene, "contact" from a public service (``source`` is then ""). ``detail``: French text ("ancien → nouveau"),
    None when hidden or unknown. ``source``: name of the data set. ``siret``: establishment to link to; ``lieu``: the
    one where it happened, when it is another. ``commune`` and ``departement``: of that place, "" until read, or when
    hidden. ``connu_le``: when a service wrote it.
    """

    date: date | None
    genre: str
    titre: str
    detail: str | None
    source: str
    siret: str | None = None
    lieu: str | None = None
    commune: str = ""
    departement: str = ""
    connu_le: datetime | None = None

    @property
    def ou(self) -> str | None:
        """SIRET of its place; None for the whole unit."""
        return self.lieu or self.siret


@dataclass(frozen=True, slots=True)
class Journee:
    date: date | None
    evenements: tuple[Evenement, ...]


def trier(evenements: Iterable[Evenement]) -> list[Evenement]:
    """Newest first, undated last; within a date, order of ``ORDRE_DES_GENRES``; exact duplicates removed."""
    uniques = dict.fromkeys(evenements)
    return sorted(
        uniques,
        key=lambda e: (e.date is None, -(e.date or date.min).toordinal(), _RANGS[e.genre], e.titre),
    )


def par_date(evenements: Sequence[Evenement]) -> tuple[Journee, ...]:
    """Expects sorted events."""
    return tuple(Journee(quand, tuple(groupe)) for quand, groupe in groupby(evenements, key=lambda e: e.date))


def depuis(periodes: Sequence[Ligne], etat: str | None, creation: date | None) -> date | None:
    """Date since which the present state ``etat`` holds without interruption.

    None when the history cannot tell: no period, last period in another state (files of different dates), no date. A
    unit that has always been open is so since its creation.
    """
    ordre = _chronologique(periodes)
    debut = None
    for periode in reversed(ordre):
        if periode.get("etat_administratif") != etat:
            return debut
        debut = jour(periode.get("date_debut"))
    return (creation or debut) if ordre and etat == "A" else debut


def chronologie_entreprise(
    unite: Ligne | None, periodes: Sequence[Ligne], successions: Sequence[Ligne]
) -> list[Evenement]:
    """Events of a company: its changes, then the successions of its establishments with other companies.

    ``unite``: row of the unité légale (None: missing); ``periodes``: its history, in any order; ``successions``: links
    with one of its establishments.
    """
    siren = unite["siren"] if unite else (periodes[0]["siren"] if periodes else None)
    return trier(
        [
            *_creation(unite, "Création de l'entreprise", sirene.UNITES_LEGALES.nom),
            *_cessation_sans_historique(unite, periodes, "C", "Cessation de l'entreprise", sirene.UNITES_LEGALES.nom),
            *(e for avant, apres in _paires(periodes) for e in _changements_entreprise(avant, apres)),
            *(e for lien in successions for e in _succession_entreprise(lien, siren)),
        ]
    )


def chronologie_etablissement(
    etablissement: Ligne | None, periodes: Sequence[Ligne], successions: Sequence[Ligne]
) -> list[Evenement]:
    siret = etablissement["siret"] if etablissement else (periodes[0]["siret"] if periodes else None)
    return trier(
        [
            *_creation(etablissement, "Création de l'établissement", sirene.ETABLISSEMENTS.nom),
            *_cessation_sans_historique(
                etablissement, periodes, "F", "Fermeture de l'établissement", sirene.ETABLISSEMENTS.nom
            ),
            *(e for avant, apres in _paires(periodes) for e in _changements_etablissement(avant, apres)),
            *(e for lien in successions for e in _succession_etablissement(lien, siret)),
        ]
    )


def evenements_du_siege(siege: EtablissementVu | None) -> Iterator[Evenement]:
    """Closing of the siège of an active company, shown on the company's timeline because its sheet alerts about it."""
    if siege is not None and siege.etat == "F":
        yield Evenement(
            siege.etat_depuis,
            "etat",
            "Fermeture du siège",
            formater_siret(siege.siret),
            sirene.ETABLISSEMENTS.nom,
            siege.siret,
        )


def evenements_de_l_entreprise(entreprise: EntrepriseVue | None) -> Iterator[Evenement]:
    """Cessation of the company, shown on the establishment's timeline because its sheet alerts about it."""
    if entreprise is not None and entreprise.etat == "C":
        yield Evenement(entreprise.etat_depuis, "etat", "Cessation de l'entreprise", None, sirene.UNITES_LEGALES.nom)


# --- Periods ----------------------------------------------------------------------------------------------------------


def _chronologique(periodes: Sequence[Ligne]) -> list[Ligne]:
    """Oldest first; an undated period is the oldest, because Insee does not know when it began."""
    return sorted(periodes, key=lambda p: (jour(p.get("date_debut")) or date.min, jour(p.get("date_fin")) or date.max))


def _paires(periodes: Sequence[Ligne]) -> Iterator[tuple[Ligne | None, Ligne]]:
    avant: Ligne | None = None
    for periode in _chronologique(periodes):
        yield avant, periode
        avant = periode


def _change(avant: Ligne | None, apres: Ligne, drapeau: str, *champs: str) -> bool:
    if avant is None:
        # The flags of the first period are meaningless: there is nothing to compare with.
        return False
    valeur = apres.get(drapeau)
    return any(avant.get(champ) != apres.get(champ) for champ in champs) if valeur is None else bool(valeur)


def _creation(ligne: Ligne | None, titre: str, source: str) -> Iterator[Evenement]:
    quand = jour(ligne.get("date_creation")) if ligne else None
    if quand:
        yield Evenement(quand, "creation", titre, None, source)


def _cessation_sans_historique(
    ligne: Ligne | None, periodes: Sequence[Ligne], ferme: str, titre: str, source: str
) -> Iterator[Evenement]:
    """A closure that the history does not show, taken from the current row."""
    sue = any(
        apres.get("etat_administratif") == ferme and avant is not None and avant.get("etat_administratif") != ferme
        for avant, apres in _paires(periodes)
    )
    if ligne and ligne.get("etat_administratif") == ferme and not sue:
        quand = depuis(periodes, ferme, None) or jour(ligne.get("date_debut"))
        yield Evenement(quand, "etat", titre, None, source)


def _de_a(avant: object, apres: object) -> str | None:
    if avant and apres:
        return f"{avant} → {apres}" if str(avant) != str(apres) else str(apres)
    if apres:
        return str(apres)
    return f"auparavant : {avant}" if avant else None


def _joint(ligne: Ligne | None, *champs: str) -> str:
    return " · ".join(str(ligne[c]) for c in champs if ligne.get(c)) if ligne else ""


# --- Changes ----------------------------------------------------------------------------------------------------------

_NOMS_ENTREPRISE: Final = (
    ("changement_denomination", "Changement de dénomination", ("denomination",)),
    (
        "changement_denomination_usuelle",
        "Changement de dénomination usuelle",
        ("denomination_usuelle_1", "denomination_usuelle_2", "denomination_usuelle_3"),
    ),
    ("changement_nom", "Changement de nom", ("nom",)),
    ("changement_nom_usage", "Changement de nom d'usage", ("nom_usage",)),
)

_BASCULES_ENTREPRISE: Final = (
    (
        "economie_sociale_solidaire",
        "ess",
        "Entrée dans le champ de l'économie sociale et solidaire",
        "Sortie du champ de l'économie sociale et solidaire",
    ),
    ("societe_mission", "societe_mission", "Devient société à mission", "N'est plus société à mission"),
    ("caractere_employeur", "employeur", "Devient employeur", "N'est plus employeur"),
)


def _changements_entreprise(avant: Ligne | None, apres: Ligne) -> Iterator[Evenement]:
    quand, source = jour(apres.get("date_debut")), sirene.UNITES_LEGALES_HISTORIQUE.nom
    yield from _changement_etat(
        avant, apres, source, {"C": "Cessation de l'entreprise", "A": "Reprise d'activité de l'entreprise"}
    )
    for drapeau, titre, champs in _NOMS_ENTREPRISE:
        if _change(avant, apres, drapeau, *champs):
            yield Evenement(quand, "nom", titre, _de_a(_joint(avant, *champs), _joint(apres, *champs)), source)
    if _change(avant, apres, "changement_categorie_juridique", "categorie_juridique"):
        detail = _de_a(avant and forme_juridique(avant), forme_juridique(apres))
        yield Evenement(quand, "categorie_juridique", "Changement de forme juridique", detail, source)
    yield from _changement_activite(avant, apres, source)
    if _change(avant, apres, "changement_nic_siege", "nic_siege"):
        yield Evenement(
            quand, "siege", "Transfert du siège", _de_a(_siege(avant), _siege(apres)), source, _siret_siege(apres)
        )
    for champ, genre, oui, non in _BASCULES_ENTREPRISE:
        yield from _bascule(avant, apres, champ, genre, oui, non, source)


def _changements_etablissement(avant: Ligne | None, apres: Ligne) -> Iterator[Evenement]:
    quand, source = jour(apres.get("date_debut")), sirene.ETABLISSEMENTS_HISTORIQUE.nom
    yield from _changement_etat(
        avant, apres, source, {"F": "Fermeture de l'établissement", "A": "Réouverture de l'établissement"}
    )
    enseignes = ("enseigne_1", "enseigne_2", "enseigne_3")
    if _change(avant, apres, "changement_enseigne", *enseignes):
        detail = _de_a(_joint(avant, *enseignes), _joint(apres, *enseignes))
        yield Evenement(quand, "enseigne", "Changement d'enseigne", detail, source)
    if _change(avant, apres, "changement_denomination_usuelle", "denomination_usuelle"):
        detail = _de_a(_joint(avant, "denomination_usuelle"), _joint(apres, "denomination_usuelle"))
        yield Evenement(quand, "nom", "Changement de dénomination usuelle", detail, source)
    yield from _changement_activite(avant, apres, source)
    yield from _bascule(
        avant, apres, "caractere_employeur", "employeur", "Devient employeur", "N'est plus employeur", source
    )


def _changement_etat(avant: Ligne | None, apres: Ligne, source: str, titres: Mapping[str, str]) -> Iterator[Evenement]:
    etat = apres.get("etat_administratif")
    # Do not trust the flag alone: a "closed" event needs a closed state.
    if (
        avant is not None
        and isinstance(etat, str)
        and etat in titres
        and avant.get("etat_administratif") not in (None, etat)
    ):
        yield Evenement(jour(apres.get("date_debut")), "etat", titres[etat], None, source)


def _changement_activite(avant: Ligne | None, apres: Ligne, source: str) -> Iterator[Evenement]:
    if not _change(avant, apres, "changement_activite_principale", "activite_principale"):
        return
    champ = "nomenclature_activite_principale"
    titre = "Changement d'activité principale"
    if avant and avant.get(champ) and apres.get(champ) and avant[champ] != apres[champ]:
        titre = f"Activité principale recodée ({nomenclature(avant[champ])} → {nomenclature(apres[champ])})"
    detail = _de_a(avant and activite(avant), activite(apres))
    yield Evenement(jour(apres.get("date_debut")), "activite", titre, detail, source)


def _bascule(
    avant: Ligne | None, apres: Ligne, champ: str, genre: str, oui: str, non: str, source: str
) -> Iterator[Evenement]:
    valeur = apres.get(champ)
    # A missing value on either side is not a change.
    if avant is not None and valeur is not None and avant.get(champ) is not None and avant[champ] != valeur:
        yield Evenement(jour(apres.get("date_debut")), genre, oui if valeur else non, None, source)


def _siret_siege(ligne: Ligne | None) -> str | None:
    return f"{ligne['siren']}{ligne['nic_siege']}" if ligne and ligne.get("nic_siege") else None


def _siege(ligne: Ligne | None) -> str | None:
    siret = _siret_siege(ligne)
    return formater_siret(siret) if siret else None


# --- Successions ------------------------------------------------------------------------------------------------------


def _succession_entreprise(lien: Ligne, siren: str | None) -> Iterator[Evenement]:
    predecesseur, successeur = str(lien["siret_predecesseur"]), str(lien["siret_successeur"])
    quand = jour(lien.get("date_lien_succession"))
    if siren is None or predecesseur[:9] == successeur[:9]:
        # Within one company, the history already shows a transfer of the siège; other moves belong to the sheets of the
        # establishments.
        return
    if predecesseur.startswith(siren):
        titre = "Établissement transmis à une autre entreprise"
        sien, autre = predecesseur, successeur
    else:
        titre = "Établissement repris d'une autre entreprise"
        sien, autre = successeur, predecesseur
    detail = f"{formater_siret(predecesseur)} → {formater_siret(successeur)}{_precisions(lien)}"
    yield Evenement(quand, "succession", titre, detail, sirene.SUCCESSIONS.nom, autre, sien)


def _succession_etablissement(lien: Ligne, siret: str | None) -> Iterator[Evenement]:
    predecesseur, successeur = str(lien["siret_predecesseur"]), str(lien["siret_successeur"])
    quand = jour(lien.get("date_lien_succession"))
    for sien, titre, autre in ((predecesseur, "Successeur", successeur), (successeur, "Prédécesseur", predecesseur)):
        if sien == siret:
            detail = f"{formater_siret(autre)}{_precisions(lien)}"
            yield Evenement(quand, "succession", titre, detail, sirene.SUCCESSIONS.nom, autre)


def _precisions(lien: Ligne) -> str:
    mots = []
    if lien.get("transfert_siege"):
        mots.append("transfert du siège")
    if lien.get("continuite_economique"):
        mots.append("continuité économique")
    return f" ({', '.join(mots)})" if mots else ""
