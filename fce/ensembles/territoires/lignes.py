"""The lines of the exceptions of a territory: places and companies, gravest first, journalled before they are
returned."""

# ruff: noqa: S608 (only constants and names of columns are interpolated)

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import QueryDict

from fce.donnees.entreprises import selectors as entreprises
from fce.donnees.entreprises.contenu import EntrepriseVue, EtablissementVu
from fce.droits.comptes.models import Groupe
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.echanges.models import Interaction, LieuInteraction, VisiteAnnoncee
from fce.echanges.objets import CONTACT
from fce.echanges.visites.genre import VISITE, EtatVisite
from fce.ensembles.territoires import alarmes_preparees
from fce.ensembles.territoires.alarmes_preparees import AILLEURS
from fce.ensembles.territoires.exceptions import (
    JAMAIS,
    PARTIELLE,
    PSE,
    ExceptionsDuTerritoire,
    LectureDExceptions,
    date_de,
)
from fce.ensembles.territoires.mesures import TABLE, contacts_du_metier
from fce.ensembles.territoires.ouvertures import MesureOuverte
from fce.ensembles.territoires.selectors import variation
from fce.socle.base import lectures
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte.formats import jour as en_jour, mois as en_mois, pluriel
from fce.socle.texte.identifiants import est_siret
from fce.socle.web import liens
from fce.sources import registre

PAR_PAGE: Final = 50
JAMAIS_MONTRES: Final = 12
"""Places never seen that the page of all exceptions names."""
_Lieu = EtablissementVu | EntrepriseVue
_COLONNES: Final = ("unite", "siren", "seul", "faits", "lieux", "effectif", "avant", "vu", "vu_en", "ici")


class FaitDException(NamedTuple):
    """What is out of the ordinary, as its sheet says it; ``quand``: its day, else its month, else the date of its file
    (``precision`` then says so)."""

    motif: str
    texte: str
    quand: str
    source: str
    precision: str
    grave: bool


class LigneDException(NamedTuple):
    """``numero``: SIRET, or SIREN of a company; ``ou``: commune and size, or how many places; ``faits``: those asked
    for, ``aussi``: the others. ``vu``: last contact of the reader's service, "" when not for this reader; ``autre``:
    last one of another service; ``visite``: day of the visit that his service announced; ``commune``: (code, name)."""

    numero: str
    adresse: str
    nom: str
    ou: str
    effectif: str
    tranche: str
    faits: Sequence[FaitDException]
    aussi: Sequence[FaitDException]
    vu: str
    autre: str
    visite: date | None
    commune: tuple[str, str]

    @property
    def dates(self) -> list[tuple[str, str]]:
        """(day, source) of its facts, each once."""
        origines = ((f.quand, ", ".join(filter(None, (f.source, f.precision)))) for f in self.faits)
        return list(dict.fromkeys(origines))


class PageDExceptions(NamedTuple):
    """``code``: the exception opened, "" for those of the reader's trade together: the places that are only never seen
    are then apart (``jamais``), ``JAMAIS_MONTRES`` of them."""

    vue: ExceptionsDuTerritoire
    code: str
    page: Page[Any]
    lignes: Sequence[LigneDException] = ()
    jamais: Sequence[LigneDException] = ()
    jamais_total: int = 0


def page_d_exceptions(lecture: LectureDExceptions, code: str, page: str | None, suite: QueryDict) -> PageDExceptions:
    """A page of the exceptions of a territory: those of ``code``, or all of the reader's trade. Twelve round trips.
    ``suite``: parameters of the page, kept in the addresses.

    Raises ParametreInvalide (unknown ``code`` too), IndexIndisponible, JournalIndisponible, VolumeDepasse.
    """
    if code and code not in (*lecture.ouvertes, AILLEURS):
        raise ParametreInvalide("Ce motif n’existe pas. Choisissez-en un sur la page du territoire.")
    if not lecture.lisible:
        return PageDExceptions(ExceptionsDuTerritoire(lecture), code, Paginator([], PAR_PAGE).get_page(1))
    comptes = lecture.compter_les_motifs()
    lisible = not code or (PSE if code == AILLEURS else code) in lecture.motifs
    voulus = [code] if code and lisible else lecture.montres if lisible else []
    total = comptes.get(code, [0, 0])[0] if code else comptes[""][3]
    coupee = Paginator(range(total), PAR_PAGE).get_page(page)
    brutes = _brutes(lecture, voulus, coupee.start_index() - 1 if total else 0, apart=not code)
    lieux = entreprises.etablissements(b["unite"] for b in brutes if est_siret(b["unite"]))
    vues = entreprises.entreprises(b["siren"] for b in brutes if not est_siret(b["unite"]))
    connus: Mapping[str, _Lieu] = {**lieux, **vues}
    gardees = [b for b in brutes if (lieu := connus.get(b["unite"])) and lieu.regime.listable]
    lecture.consigner(_montres(lecture, gardees), code)
    sirets = [b["unite"] for b in gardees]
    autres = _autres_services(lecture.lecteur, sirets) if lecture.mesures["contact"] else {}
    visites = _visites(lecture.lecteur, sirets)
    lignes = [_ligne(lecture, b, connus[b["unite"]], voulus, autres, visites) for b in gardees]
    a_part = {b["unite"] for b in gardees if b["seul"] and not code}
    return PageDExceptions(
        lecture.vue(comptes, suite),
        code,
        coupee,
        [x for x in lignes if x.numero not in a_part],
        [x for x in lignes if x.numero in a_part],
        comptes[""][2] - comptes[""][3],
    )


def _brutes(lecture: LectureDExceptions, voulus: Sequence[str], decalage: int, *, apart: bool) -> list[dict[str, Any]]:
    """Lines with one of these motifs, then, when they are ``apart``, those that are only never seen."""
    effectif, vu = (lecture.droit(lecture.mesures[nom]) for nom in ("effectif", "controle"))
    droits = [f"min(i.departement) FILTER (WHERE i.o_{rang})" for rang in range(len(lecture.droits))]
    demande = lecture.demande(
        f"SELECT c.unite, c.siren, c.seul, c.faits, count(*), sum(i.effectif) FILTER (WHERE {effectif}), "
        f"sum(i.effectif_avant) FILTER (WHERE {effectif}), max(i.controle) FILTER (WHERE {vu}), "
        f"bool_and({vu}), ARRAY[{', '.join(droits)}]::text[] FROM ("
        "SELECT *, row_number() OVER (PARTITION BY seul ORDER BY grave DESC, ordre, jour DESC NULLS LAST, rang DESC, "
        "taille DESC NULLS LAST, unite) AS place FROM ("
        "SELECT f.unite, f.siren, bool_or(f.grave) FILTER (WHERE f.voulu) AS grave, "
        "min(array_position(%s::text[], f.nom)) FILTER (WHERE f.voulu) AS ordre, "
        "max(f.jour) FILTER (WHERE f.voulu) AS jour, max(f.rang) AS rang, max(f.taille) AS taille, "
        f"%s AND bool_and(f.nom = '{JAMAIS}') FILTER (WHERE f.voulu) AS seul, "
        "jsonb_agg(jsonb_build_array(f.nom, f.cle, f.phrase, f.jour, f.mois, f.periode, f.grave, f.voulu) "
        "ORDER BY f.grave DESC, f.jour DESC NULLS LAST, f.nom, f.cle DESC) AS faits "
        "FROM (SELECT *, recent AND nom = ANY(%s::text[]) AS voulu FROM faits) f "
        "GROUP BY f.unite, f.siren HAVING bool_or(f.voulu)) u) c "
        "JOIN ici i ON i.siren = c.siren AND c.unite IN (i.siren, i.siret) "
        "WHERE CASE WHEN c.seul THEN c.place <= %s ELSE c.place > %s AND c.place <= %s END "
        "GROUP BY c.unite, c.siren, c.seul, c.faits, c.place ORDER BY c.seul, c.place",
        [*voulus], apart, [*voulus], JAMAIS_MONTRES, decalage, decalage + PAR_PAGE,
    )  # fmt: skip
    brutes = [dict(zip(_COLONNES, r, strict=True)) for r in lectures.rangees(demande.sql, demande.parametres)]
    return [b | {"faits": json.loads(b["faits"])} for b in brutes]


def _montres(
    lecture: LectureDExceptions, brutes: Iterable[Mapping[str, Any]]
) -> Iterable[tuple[str, str, Iterable[tuple[MesureOuverte, bool]]]]:
    """What the lines tell of each company, in a département where it is open: that it has no other motif, too."""
    for b in brutes:
        noms = {fait[0] for fait in b["faits"]}
        for droit, departement in zip(lecture.droits, b["ici"], strict=True):
            siennes = [(o, nom in noms) for nom, o in lecture.motifs.items() if o.condition == droit]
            siennes += [(o, True) for o in lecture.mesures_dites if o.condition == droit]
            if departement is not None and siennes:
                yield b["siren"], departement, siennes


def _ligne(
    lecture: LectureDExceptions,
    b: Mapping[str, Any],
    lieu: _Lieu,
    voulus: Sequence[str],
    autres: Mapping[str, str],
    visites: Mapping[str, date],
) -> LigneDException:
    dits = [(_fait(lecture, fait), voulu) for *fait, voulu in b["faits"]]
    effectif = "" if b["effectif"] is None else variation(b["effectif"], b["avant"])
    tranche, commune = "", ("", "")
    if isinstance(lieu, EtablissementVu):
        commune = lieu.adresse.code_commune or "", lieu.adresse.commune or ""
        tranche = lieu.tranche_effectif.libelle or "" if lieu.tranche_effectif else ""
        ou = " · ".join(filter(None, (commune[1], pluriel(b["effectif"], "salarié") if effectif else tranche)))
    else:
        siege = f", siège à {lieu.siege.commune}" if lieu.siege and lieu.siege.commune else ""
        ou = f"{pluriel(b['lieux'], 'site')} ici{siege}"
    return LigneDException(
        numero=b["unite"],
        adresse=liens.fiche(b["unite"]),
        nom=lieu.nom,
        ou=ou,
        effectif=effectif,
        tranche=tranche,
        faits=[fait for fait, voulu in dits if voulu and fait.motif != JAMAIS],
        aussi=[fait for fait, voulu in dits if not voulu and fait.motif not in (*voulus, JAMAIS)],
        vu=(en_jour(b["vu"]) or "jamais") if b["vu_en"] else "",
        autre=autres.get(b["unite"], ""),
        visite=visites.get(b["unite"]),
        commune=commune,
    )


def _fait(lecture: LectureDExceptions, dit: Sequence[Any]) -> FaitDException:
    nom, cle, phrase, jour, mois, periode, grave = dit
    prefixe = cle.partition(":")[0]
    source = registre.source({alarmes_preparees.SIRENE: "sirene-etablissements", "": PARTIELLE}.get(prefixe, prefixe))
    precision = periode
    if jour:
        quand = en_mois(date.fromisoformat(jour)) if mois else en_jour(date.fromisoformat(jour))
    else:
        repere = lecture.datees.get(source.nom)
        quand, precision = date_de(repere) if repere else "", periode or "jour non dit"
    return FaitDException(nom, phrase, quand, source.systeme, precision, grave)


def _autres_services(lecteur: LecteurDeDonnees, sirets: Sequence[str]) -> dict[str, str]:
    """{SIRET: "DREETS le 26/10/2026"}: last contact of another service than the reader's."""
    siens = contacts_du_metier(lecteur.corps)
    ecrits, parametres = "", list[object]([list(sirets), list(siens)])
    if settings.FCE_ECHANGES:
        ecrits = (
            f"UNION ALL SELECT l.siret, '', g.nom, i.jour FROM {Interaction._meta.db_table} i "
            f"JOIN {LieuInteraction._meta.db_table} l ON l.interaction_id = i.id "
            f"JOIN {Groupe._meta.db_table} g ON g.id = i.service_id WHERE l.siret = ANY(%s::text[]) "
            "AND i.retiree_le IS NULL AND i.jour <= %s::date AND NOT i.service_id = ANY(%s::bigint[])"
        )
        parametres += [list(sirets), lecteur.aujourd_hui, sorted(lecteur.services(CONTACT, Droit.CONSULTER))]
    rangees = lectures.rangees(
        "SELECT DISTINCT ON (siret) siret, source, service, jour FROM ("
        "SELECT p.siret, c.key AS source, '' AS service, c.value::date AS jour "
        f"FROM {TABLE} p, jsonb_each_text(p.contacts) c WHERE p.siret = ANY(%s::text[]) "
        "AND NOT c.key = ANY(%s::text[]) "
        f"{ecrits}) d ORDER BY siret, jour DESC, service DESC",
        parametres,
    )
    return {
        siret: f"{service or registre.source(source).producteur.sigle} le {en_jour(jour)}"
        for siret, source, service, jour in rangees
    }


def _visites(lecteur: LecteurDeDonnees, sirets: Sequence[str]) -> dict[str, date]:
    """{SIRET: first day of the next visit that the reader's service announced there}."""
    services = lecteur.services(VISITE, Droit.CONSULTER) if settings.FCE_ECHANGES else ()
    annoncees = VisiteAnnoncee.objects.filter(
        service__in=services, etat=EtatVisite.ANNONCEE, fin__gte=lecteur.aujourd_hui, lieux__siret__in=sirets
    )
    return dict(annoncees.order_by("-debut").values_list("lieux__siret", "debut")) if services and sirets else {}
