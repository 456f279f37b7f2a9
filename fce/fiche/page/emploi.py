"""The tab « Emploi »: what touches jobs in one sentence, on one drawing with the head-count, then in one table, the
reader's territory first. Each procedure is told once, by the sources that declare ``procedures``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

import structlog
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.formes.commun import nommer_lieu
from fce.fiche.formes.contenu import Bloc, EtatBloc, Fiche, ReleveDeSource
from fce.fiche.formes.frise import BandeDessinee, CourbeDeMois, Frise, JourMarque, PeriodeDessinee, bornes, frise
from fce.fiche.page.alarmes import lieu_de
from fce.fiche.page.chapitres import resumer_les_vides
from fce.fiche.page.chiffres import EffectifVu, effectif, tendance
from fce.fiche.page.origines import court
from fce.fiche.page.reponse import Puce
from fce.fiche.unite.perimetre import nommer
from fce.fiche.unite.unite_visee import debut_d_adresse
from fce.socle.texte.formats import jour, mois, nombre, pluriel
from fce.socle.texte.mois import ajouter_mois
from fce.sources.declaration import Source
from fce.sources.procedures import ProcedureEmploi

MOIS_DESSINES: Final = 36
MONTREES: Final = 5
TOUTES: Final = 200
SITES: Final = 3
log = structlog.get_logger(__name__)


class RangeeDeProcedure(NamedTuple):
    """``sites``: (name, link) of those named; ``autres``: the others, counted."""

    titre: str
    adresse: str
    precision: str
    en_cours: bool
    etat: str
    detail: str
    combien: str
    reste: str
    sites: tuple[tuple[str, str], ...] = ()
    autres: str = ""


class GroupeDeProcedures(NamedTuple):
    """Rows under a title, "" for the only group; ``suite``: the page that has all of them."""

    titre: str
    precision: str
    rangees: tuple[RangeeDeProcedure, ...]
    suite: Puce | None


@dataclass(frozen=True, slots=True)
class OngletEmploi:
    """``frises``: the drawing, then that of a phone, or nothing; ``mois``: its figures, newest first, under
    ``colonnes``; ``ancres``: sources that links of alarms lead to; ``vides``: what is not known, or not available."""

    precision: str
    phrase: SafeString
    frises: tuple[Frise, ...]
    legende: str
    colonnes: tuple[str, ...]
    mois: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    groupes: tuple[GroupeDeProcedures, ...]
    sources: tuple[Puce, ...]
    ancres: tuple[str, ...]
    vides: tuple[str, ...]


@dataclass(slots=True)
class _Dossier:
    """A procedure with what its rows say; ``sites``: those that the reader may list, ``ici``: those of his part."""

    dite: ProcedureEmploi
    source: Source
    sites: list[ProcedureEmploi] = field(default_factory=list)
    ici: list[ProcedureEmploi] = field(default_factory=list)

    @property
    def nombre(self) -> int | None:
        connus = [s.nombre for s in self.sites if s.nombre is not None]
        return self.dite.nombre if not self.dite.siret or not connus else sum(connus)

    @property
    def combien(self) -> str:
        return "" if self.nombre is None else pluriel(self.nombre, *self.dite.mots)

    @property
    def court(self) -> bool:
        """Whether only its kind is named in a sentence."""
        return not self.dite.dite


def composer(fiche: Fiche, lecteur: LecteurDeDonnees, tout: bool) -> OngletEmploi | None:
    """None when the reader may read no procedure. ``tout``: every row of the table."""
    blocs = [b for r in fiche.rubriques for b in r.blocs if b.source and b.source.procedures]
    regardes = [b for b in blocs if b.etat in (EtatBloc.DONNEES, EtatBloc.AUCUNE)]
    return _Composition(fiche, lecteur, blocs, regardes, tout).onglet() if regardes else None


class _Composition:
    def __init__(
        self, fiche: Fiche, lecteur: LecteurDeDonnees, blocs: Sequence[Bloc], regardes: Sequence[Bloc], tout: bool
    ) -> None:
        self.fiche, self.blocs, self.regardes, self.tout = fiche, blocs, regardes, tout
        self.aujourd_hui, self.entreprise = lecteur.aujourd_hui, fiche.unite.entreprise
        self.territoire = lecteur.territoire if self.entreprise and fiche.apercu.places else frozenset[str]()
        self.releves = [r for r in fiche.apercu.releves if r.source.procedures]
        self.dossiers = self._dossiers()
        self.effectif: EffectifVu | None = effectif(fiche.apercu.releves)

    def onglet(self) -> OngletEmploi:
        courbes, debut, fin = self._courbes()
        bandes, jours = self._bandes(debut)
        frises = tuple(frise(courbes, bandes, jours, debut, fin, etroite=e) for e in (False, True))
        combien = pluriel(len(self.dossiers), "procédure connue", "procédures connues")
        ici = sum(bool(d.ici) for d in self.dossiers)
        manques = [b for b in self.blocs if b.etat is EtatBloc.INDISPONIBLE or (self.dossiers and b in self.regardes)]
        return OngletEmploi(
            f"{combien}, dont {nombre(ici)} chez vous" if self.territoire and self.dossiers else combien,
            self._phrase(),
            frises if courbes or bandes else (),
            self._legende(courbes, bandes, debut, fin),
            tuple(c.titre for c in courbes),
            tuple(self._mois(courbes)),
            tuple(self._groupes()),
            tuple(self._sources()),
            tuple(b.cle for b in self.blocs),
            resumer_les_vides("Emploi", [b for b in manques if b.etat is not EtatBloc.DONNEES]),
        )

    def _dossiers(self) -> list[_Dossier]:
        """The procedures, those that run first, then the newest."""
        par_cle: dict[str, _Dossier] = {}
        dites = [(p, r.source) for r in self.releves for p in self._procedures(r)]
        for p, source in sorted(dites, key=lambda x: bool(x[0].siret)):
            dossier = par_cle.setdefault(p.cle, _Dossier(p, source))
            if p.siret:
                dossier.sites.append(p)
            if p.siret and (not self.territoire or self.fiche.apercu.places.get(p.siret) in self.territoire):
                dossier.ici.append(p)
        return sorted(par_cle.values(), key=lambda d: (d.dite.en_cours is not False, d.dite.debut), reverse=True)

    def _procedures(self, releve: ReleveDeSource) -> Sequence[ProcedureEmploi]:
        try:
            return releve.source.procedures(releve.lignes, self.aujourd_hui) if releve.source.procedures else ()
        except Exception as erreur:
            log.error("procédures de %s : %s", releve.source.nom, type(erreur).__name__)
            return ()

    # --- The sentence -------------------------------------------------------------------------------------------------

    def _phrase(self) -> SafeString:
        if not self.dossiers and not any(r.ensemble for r in self.releves):
            dits = " ".join(b.message for b in self.regardes)
            return format_html("{}", f"{dits} {self._effectif()}".strip())
        parts = [*self._en_cours(), *([format_html("{}", e)] if (e := self._effectif()) else [])]
        entree = "Chez vous, " if self.territoire else ""
        dite = format_html("{}{}.", entree, format_html_join(" ; ", "{}", ((p,) for p in parts)))
        return SafeString(f"{dite[:1].upper()}{dite[1:]}")

    def _en_cours(self) -> Iterator[SafeString]:
        completees = {b.source.complement.source for b in self.regardes if b.source and b.source.complement}
        courants = [d for d in self.dossiers if d.dite.en_cours is not False]
        for b in self.regardes:
            assert b.source is not None  # noqa: S101 – chosen so
            siens = [d for d in courants if d.source is b.source]
            if b.cle in completees and not siens:
                continue
            if b.source.regroupement:
                yield self._par_site(b.source.titre.lower(), [d for d in siens if d.ici])
            elif not siens:
                yield format_html("<strong>aucune</strong> {} en cours", "rupture collective")
            else:
                yield from map(self._touche, siens[:SITES])
            if not b.source.regroupement and siens[SITES:]:
                yield format_html("et {}", pluriel(len(siens) - SITES, "autre procédure", "autres procédures"))

    def _par_site(self, sorte: str, siens: Sequence[_Dossier]) -> SafeString:
        """ "un site sur 20 est en activité partielle, Comines, jusqu'au 14/12/2026 au plus tard"."""
        if not self.entreprise:
            dernier = max((d.dite.fin for d in siens if d.dite.fin), default=None)
            jusqu_au = f"jusqu’au {jour(dernier)} au plus tard"
            if dernier is None:
                return format_html("cet établissement n’est <strong>pas</strong> en {}", sorte)
            return format_html("cet établissement est en {}, <strong>{}</strong>", sorte, jusqu_au)
        sirets = dict.fromkeys(s.siret for d in siens for s in d.ici)
        if not sirets:
            return format_html("<strong>aucun site</strong> n’est en {}", sorte)
        fins = f"jusqu’au {jour(max(d.dite.fin for d in siens if d.dite.fin))} au plus tard"
        noms = ", ".join(filter(None, (self._commune(s) for s in [*sirets][:SITES]))) if len(sirets) <= SITES else ""
        return format_html(
            "<strong>{} sur {}</strong> {} en {}, <strong>{}</strong>",
            pluriel(len(sirets), "site"), nombre(max(self._ouverts(), len(sirets))),
            "sont" if len(sirets) > 1 else "est", sorte, ", ".join(filter(None, (noms, fins))),
        )  # fmt: skip

    def _touche(self, d: _Dossier) -> SafeString:
        """ "le PSE du 12/03/2026 (320 ruptures) ne touche aucun de vos sites"."""
        nom = f"{d.dite.dite} ({d.combien})" if d.combien else d.dite.dite
        if not self.entreprise:
            return format_html("<strong>{}</strong> le touche", nom)
        lieux = len({s.siret for s in d.ici}) if self.territoire else d.dite.lieux or len(d.sites)
        if lieux:
            return format_html(
                "<strong>{}</strong> touche <strong>{}</strong>", nom,
                f"{nombre(lieux)} de vos sites" if self.territoire else pluriel(lieux, "site"),
            )  # fmt: skip
        if not d.dite.lieux or not self.territoire:
            return format_html("<strong>{}</strong>, dont les sites ne sont pas connus", nom)
        return format_html("<strong>{}</strong> ne touche <strong>aucun de vos sites</strong>", nom)

    def _effectif(self) -> str:
        """ "l'effectif y est de 9 529 salariés en octobre 2026, stable en 12 mois"."""
        if self.effectif is None:
            return ""
        serie = self.effectif.partie if self.territoire and self.effectif.partie else self.effectif.serie
        (quand, combien), evolue = serie[-1], tendance(serie)[2:]
        y = "y " if serie is self.effectif.partie else ""
        suite = f", {evolue}" if evolue else ""
        return f"l’effectif {y}est de {nombre(round(combien))} {self.effectif.unite(combien)} en {mois(quand)}{suite}"

    def _ouverts(self) -> int:
        ouverts = self.fiche.apercu.ouverts
        return sum(n for d, n in ouverts.items() if not self.territoire or d in self.territoire)

    def _commune(self, siret: str) -> str:
        return lieu_de(siret, self.fiche.apercu.lieux)[0]

    # --- The drawing --------------------------------------------------------------------------------------------------

    def _courbes(self) -> tuple[list[CourbeDeMois], date, date]:
        vu = self.effectif
        fin = max(self.aujourd_hui, vu.serie[-1][0] if vu else self.aujourd_hui)
        debut = ajouter_mois(fin, 1 - MOIS_DESSINES)
        if vu is None:
            return [], debut, fin
        toute = "Toute l’entreprise" if vu.perimetre.entier else "Chez vous"
        sites = pluriel(sum(self.fiche.apercu.ouverts.values()), "site")
        chez_vous = f"{pluriel(self._ouverts(), 'site')}, {vu.unites[1]}"
        dites = [
            (toute, f"{sites}, {vu.unites[1]}" if vu.perimetre.entier else chez_vous, vu.serie, False)
            if self.entreprise else ("Effectif", vu.unites[1], vu.serie, False),
            ("Chez vous", chez_vous, vu.partie, True),
        ]  # fmt: skip
        gardees = [
            CourbeDeMois(titre, precision, tuple(x for x in serie if x[0] >= debut), ici)
            for titre, precision, serie, ici in dites
        ]
        return [c for c in gardees if len(c.points) >= 3], debut, fin

    def _bandes(self, debut: date) -> tuple[list[BandeDessinee], list[JourMarque]]:
        par_sorte: dict[str, list[PeriodeDessinee]] = {}
        vus = [d for d in self.dossiers if (d.dite.fin or self.aujourd_hui) >= debut]
        for d in sorted(vus, key=lambda d: not d.dite.marquante):
            plein = bool(d.ici) or not (self.territoire and self.entreprise)
            noms = list(dict.fromkeys(self._commune(s.siret) for s in d.ici or d.sites)) if d.court else []
            aucun = "aucun site chez vous" if self.territoire and not plein and d.dite.lieux else ""
            texte = noms[0] if noms else ", ".join(filter(None, (d.combien, aucun))) or d.dite.etat
            par_sorte.setdefault(d.dite.sorte, []).append(PeriodeDessinee(d.dite.debut, d.dite.fin, texte, plein))
        marques = [JourMarque(d.dite.debut, f"{d.dite.sorte} du {jour(d.dite.debut)}") for d in vus if d.dite.marquante]
        return [BandeDessinee(sorte, periodes) for sorte, periodes in par_sorte.items()], marques

    def _legende(self, courbes: Sequence[CourbeDeMois], bandes: Sequence[BandeDessinee], debut: date, fin: date) -> str:
        dits = [f"De {mois(debut)} à {mois(fin)}."]
        if bandes and self.territoire:
            dits.append("Plein : touche un site chez vous. Clair : ailleurs seulement.")
        if courbes:
            echelles = " et ".join(" à ".join(f"{nombre(round(v))}" for v in bornes(c.points)) for c in courbes)
            dits.append(f"Chaque courbe a son échelle, qui ne part pas de 0 : {echelles}.")
        elif self.effectif is None or len(self.effectif.serie) < 3:
            dits.append("Effectif non dessiné : moins de trois mois connus de vous.")
        if self.effectif and self.effectif.perimetre.motif:
            dits.append(f"Effectif de toute l’entreprise non dessiné : {self.effectif.perimetre.motif}.")
        if any(d.court for d in self.dossiers):
            dits.append(
                "Le fichier d’activité partielle ne donne pas de fin : six mois au plus après la décision (code du "
                "travail, art. R. 5122-9)."
            )
        return " ".join(dits)

    def _mois(self, courbes: Sequence[CourbeDeMois]) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
        valeurs = [(c.titre, dict(c.points)) for c in courbes]
        for quand in sorted({j for _, v in valeurs for j in v}, reverse=True):
            yield mois(quand), tuple((t, nombre(round(v[quand])) if quand in v else "") for t, v in valeurs)

    # --- The table ----------------------------------------------------------------------------------------------------

    def _groupes(self) -> Iterator[GroupeDeProcedures]:
        ailleurs = [x for r in self.releves if (x := self._comptees(r))]
        if not self.territoire:
            yield self._groupe("", "", self.dossiers, ailleurs)
            return
        ici = [d for d in self.dossiers if d.ici]
        sites = len({s.siret for d in ici for s in d.ici})
        dits = f"{pluriel(len(ici), 'procédure')}, {pluriel(sites, 'site')} sur {nombre(max(sites, self._ouverts()))}"
        rien = f"aucune procédure connue sur vos {pluriel(self._ouverts(), 'site')}"
        yield self._groupe(f"Chez vous – {nommer(self.territoire)}", dits if ici else rien, ici, [])
        if (la := [d for d in self.dossiers if not d.ici]) or ailleurs:
            yield self._groupe("Ailleurs dans l’entreprise", "aucun site chez vous", la, ailleurs)

    def _groupe(
        self, titre: str, precision: str, siens: Sequence[_Dossier], comptees: Sequence[RangeeDeProcedure]
    ) -> GroupeDeProcedures:
        montres, suite = siens[: TOUTES if self.tout else MONTREES], None
        if len(montres) < len(siens) and not self.tout:
            suite = Puce(f"Voir les {nombre(len(siens))} procédures", f"{self.fiche.unite.adresse}/emploi?vue=tout")
        return GroupeDeProcedures(titre, precision, (*map(self._rangee, montres), *comptees), suite)

    def _rangee(self, d: _Dossier) -> RangeeDeProcedure:
        sites = list(dict.fromkeys(s.siret for s in (d.ici or d.sites)))
        restent = max(d.dite.lieux or 0, len(d.sites)) - min(len(sites), SITES)
        nommes = tuple(self._site(siret) for siret in sites[:SITES]) if self.entreprise else ()
        autres = pluriel(restent, "autre site", "autres sites") if nommes else pluriel(restent, "site")
        return RangeeDeProcedure(
            d.dite.titre, f"{self.fiche.unite.adresse}/{d.source.nom}", d.dite.precision, d.dite.en_cours is True,
            d.dite.etat, d.dite.detail, d.combien, d.dite.reste, nommes,
            autres if restent > 0 and self.entreprise else "",
        )  # fmt: skip

    def _site(self, siret: str) -> tuple[str, str]:
        lieu = self.fiche.apercu.lieux.get(siret)
        titre, precision = nommer_lieu(lieu) if lieu else (self._commune(siret), "")
        commune = precision.partition(" · ")[0] if lieu and titre != lieu.adresse.commune else ""
        return f"{titre} ({commune})" if commune else titre, f"{debut_d_adresse('etablissement')}{siret}"

    def _comptees(self, releve: ReleveDeSource) -> RangeeDeProcedure | None:
        """What is only counted outside the reader's territory: no place and no date is said."""
        ensemble, source = releve.ensemble, releve.source
        if not ensemble or not source.regroupement or not source.compte or not ensemble.ailleurs:
            return None
        restes = []
        for a in source.regroupement.somme:
            if a in ensemble.sommes:
                siens = sum(x.get(a) or 0 for x in releve.lignes)
                restes.append(f"{source.champs[a].libelle} : {nombre(round((ensemble.sommes[a] or 0) - siens))}")
        return RangeeDeProcedure(
            source.titre, f"{self.fiche.unite.adresse}/{source.nom}", source.compte.phrase(ensemble.ailleurs), False,
            "Dates non ouvertes", "hors de votre territoire", restes[0] if restes else "", ", ".join(restes[1:]), (),
            pluriel(ensemble.lieux_ailleurs, "site") if ensemble.lieux_ailleurs else "",
        )  # fmt: skip

    def _sources(self) -> Iterator[Puce]:
        vus = [self.effectif.releve.provenance] if self.effectif else []
        for p in [*(p for b in self.regardes for p in b.provenances), *vus]:
            retard = "en retard" if p.en_retard else ""
            titre = court(p) if court(p) == p.producteur else f"{p.producteur} – {court(p)}"
            dits = (f"{titre} ({p.titre})", jour(p.date_metier), retard)
            yield Puce(", ".join(filter(None, dits)), f"{self.fiche.unite.adresse}/{p.source}")
