"""The tab « Emploi »: what touches jobs in one sentence, on one drawing with the head-count, then in one table, the
reader's territory first. Each procedure is told once, by the sources that declare ``procedures``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from html import escape
from typing import Final

from django.utils.safestring import SafeString

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.formes.commun import nommer_lieu
from fce.fiche.formes.contenu import EtatBloc, Fiche, ReleveDeSource
from fce.fiche.formes.frise import CourbeDeMois, Frise, PeriodeDessinee, bornes, frise
from fce.fiche.page.alarmes import lieu_de
from fce.fiche.page.chapitres import resumer_les_vides
from fce.fiche.page.chiffres import effectif, tendance
from fce.fiche.page.origines import origines
from fce.fiche.unite.perimetre import nommer
from fce.socle.texte.formats import jour, mois, nombre, pluriel
from fce.socle.texte.mois import ajouter_mois
from fce.socle.web import liens
from fce.sources.garde_fou import faute_consignee
from fce.sources.procedures import ProcedureEmploi

MOIS_DESSINES: Final = 36
MONTREES, TOUTES, SITES = 5, 200, 3
Groupe = tuple[str, str, Sequence["DossierEmploi"], int]


@dataclass(slots=True)
class DossierEmploi:
    """A procedure, told by its first row. ``sites``: rows of the establishments that the reader may list; ``ici``:
    those of his territory; ``noms``: (name, address) of those to name."""

    dite: ProcedureEmploi
    adresse: str
    sites: list[ProcedureEmploi] = field(default_factory=list)
    ici: list[ProcedureEmploi] = field(default_factory=list)
    noms: Sequence[tuple[str, str]] = ()

    @property
    def combien(self) -> str:
        connus = [s.nombre for s in (self.sites if self.dite.siret else [self.dite]) if s.nombre is not None]
        return pluriel(sum(connus), *self.dite.mots) if connus else ""

    @property
    def autres(self) -> str:
        """The sites that are not named, counted."""
        restent = max(self.dite.lieux or 0, len({s.siret for s in self.sites})) - len(self.noms)
        mots = ("autre site", "autres sites") if self.noms else ("site",)
        return pluriel(restent, *mots) if restent > 0 else ""


class OngletEmploi:
    """What the template prints. ``tout``: every row of the table; ``regardes``: blocs that the reader may read."""

    def __init__(self, fiche: Fiche, lecteur: LecteurDeDonnees, *, tout: bool) -> None:
        self.fiche, self.tout, self.aujourd_hui = fiche, tout, lecteur.aujourd_hui
        self.entreprise, self.lieux = fiche.unite.entreprise, fiche.apercu.lieux
        self.blocs = [b for r in fiche.rubriques for b in r.blocs if b.source and b.source.procedures]
        self.regardes = [b for b in self.blocs if b.etat in (EtatBloc.DONNEES, EtatBloc.AUCUNE)]
        parts = [b.perimetre.territoire or frozenset() for b in self.regardes if not b.perimetre.entier]
        self.completees = {b.source.complement.source for b in self.regardes if b.source and b.source.complement}
        self.territoire = lecteur.territoire.intersection(*parts) if self.entreprise else frozenset[str]()
        self.releves = [r for r in fiche.apercu.releves if r.source.procedures]
        self.effectif = effectif(fiche.apercu.releves)
        ouverts = fiche.apercu.ouverts.items()
        self.ouverts = sum(n for d, n in ouverts if not self.territoire or d in self.territoire)
        self.fin = max([self.aujourd_hui, *(j for j, _ in (self.effectif.serie if self.effectif else ()))])
        self.debut = ajouter_mois(self.fin, 1 - MOIS_DESSINES)
        self.periode = f"De {mois(self.debut)} à {mois(self.fin)}"
        self.dossiers = self._dossiers()
        self.ici = [d for d in self.dossiers if d.ici]

    def _dossiers(self) -> list[DossierEmploi]:
        """The procedures, those that run first, then the newest."""
        par_cle: dict[str, DossierEmploi] = {}
        dites = [(p, r) for r in self.releves for p in self._procedures(r)]
        parts = {r.source.nom for r in self.releves if not r.perimetre.entier and not (r.ensemble and r.ensemble.parts)}
        for p, r in sorted(dites, key=lambda x: bool(x[0].siret)):
            if r.source.complement and r.source.complement.source in parts:
                # Counted from the reader's sites alone.
                p = replace(p, mots=(f"{p.mots[0]} chez vous", f"{p.mots[1]} chez vous"))
            dossier = par_cle.setdefault(p.cle, DossierEmploi(p, f"{self.fiche.unite.adresse}/{r.source.nom}"))
            la = not r.perimetre.entier or self.fiche.apercu.places.get(p.siret) in self.territoire
            dossier.sites += [p] if p.siret else []
            dossier.ici += [p] if p.siret and (la or not self.territoire) else []
        for d in par_cle.values() if self.entreprise else ():
            d.noms = [self._site(siret) for siret in self._sirets(d)[:SITES]]
        return sorted(par_cle.values(), key=lambda d: (d.dite.en_cours is not False, d.dite.debut), reverse=True)

    def _procedures(self, releve: ReleveDeSource) -> Sequence[ProcedureEmploi]:
        with faute_consignee("procédures", releve.source.nom):
            return releve.source.procedures(releve.lignes, self.aujourd_hui) if releve.source.procedures else ()
        return ()

    def _sirets(self, *dossiers: DossierEmploi) -> list[str]:
        return list(dict.fromkeys(s.siret for d in dossiers for s in d.ici or d.sites))

    def _site(self, siret: str) -> tuple[str, str]:
        titre, commune = lieu_de(siret, self.lieux)[0], ""
        if lieu := self.lieux.get(siret):
            titre, commune = nommer_lieu(lieu)[0], lieu.adresse.commune or ""
        suite = f" ({commune})" if commune and commune != titre else ""
        return f"{titre}{suite}", liens.fiche(siret)

    @property
    def phrase(self) -> SafeString:
        """What runs here, until when; then what is not here; then the head-count."""
        if not self.dossiers and not any(r.ensemble for r in self.releves):
            rien, effectif_ = [b.message for b in self.regardes if b.cle not in self.completees], self._effectif()
            dite = " ".join([*rien, f"L{effectif_[1:]}." if effectif_ else ""])
        else:
            dite = " ; ".join(filter(None, [*self._en_cours(), self._effectif()]))
            dite = f"{'Chez vous, ' if self.territoire else ''}{dite}."
        return SafeString(re.sub(r"\*(.+?)\*", r"<strong>\1</strong>", escape(f"{dite[:1].upper()}{dite[1:]}".strip())))

    def _en_cours(self) -> Iterator[str]:
        courants = [d for d in self.dossiers if d.dite.en_cours is not False]
        for b in self.regardes:
            siens = [d for d in courants if d.adresse.endswith(f"/{b.cle}")]
            if b.source and b.source.regroupement:
                yield self._par_site(b.source.titre.lower(), [d for d in siens if d.ici])
            elif siens:
                yield from map(self._touche, siens[:SITES])
                yield f"et {pluriel(len(siens) - SITES, 'autre procédure')}" if siens[SITES:] else ""
            elif b.cle not in self.completees and not any(d.dite.dite for d in courants):
                yield "*aucune* rupture collective en cours"

    def _par_site(self, sorte: str, siens: Sequence[DossierEmploi]) -> str:
        """ "un site sur 20 est en activité partielle, Comines, jusqu'au 14/12/2026 au plus tard"."""
        if not siens:
            return f"{'*aucun site* n’est' if self.entreprise else 'cet établissement n’est *pas*'} en {sorte}"
        fin = f"jusqu’au {jour(max(d.dite.fin for d in siens if d.dite.fin))} au plus tard"
        sirets = self._sirets(*siens)
        if not self.entreprise:
            return f"cet établissement est en {sorte}, *{fin}*"
        noms = ", ".join(lieu_de(s, self.lieux)[0] for s in sirets) + ", " if len(sirets) <= SITES else ""
        return f"*{self._sur(len(sirets))}* {'sont' if len(sirets) > 1 else 'est'} en {sorte}, *{noms}{fin}*"

    def _sur(self, sites: int) -> str:
        """ "1 site sur 20"; where the places are hidden, the number of open ones is not known."""
        return f"{pluriel(sites, 'site')}{f' sur {nombre(max(self.ouverts, sites))}' if self.ouverts else ''}"

    def _touche(self, d: DossierEmploi) -> str:
        """ "le PSE du 12/03/2026 (320 ruptures) ne touche aucun de vos sites"."""
        nom = f"*{d.dite.dite}*{f' ({d.combien})' if d.combien else ''}"
        lieux = len(self._sirets(d)) if d.ici else 0 if self.territoire else d.dite.lieux or 0
        if not self.entreprise:
            return f"{nom} touche cet établissement"
        if not lieux and not (self.territoire and d.dite.lieux):
            return f"{nom}, dont les sites ne sont pas connus"
        if not self.territoire:
            return f"{nom} touche *{pluriel(lieux, 'site')}*"
        return f"{nom} touche *{nombre(lieux)} de vos sites*" if lieux else f"{nom} ne touche *aucun de vos sites*"

    def _effectif(self) -> str:
        """ "l'effectif y est de 9 529 salariés en octobre 2026, stable en 12 mois"."""
        if (vu := self.effectif) is None:
            return ""
        serie = vu.partie if self.territoire and vu.partie else vu.serie
        (quand, combien), evolue = serie[-1], tendance(serie)[2:]
        dit = f"{nombre(round(combien))} {vu.unite(combien)} en {mois(quand)}{f', {evolue}' if evolue else ''}"
        return f"l’effectif {'y ' if serie is vu.partie else ''}est de {dit}"

    @property
    def courbes(self) -> list[CourbeDeMois]:
        """None under three months: two points show no trend."""
        if (vu := self.effectif) is None:
            return []
        partout, unites = sum(self.fiche.apercu.ouverts.values()), vu.unites[1]
        dont, tout = (f"{pluriel(n, 'site')}, {unites}" if n else unites for n in (self.ouverts, partout))
        ici = CourbeDeMois("Chez vous", dont, vu.partie or vu.serie, ici=True)
        tous = CourbeDeMois("Toute l’entreprise", tout, vu.serie)
        if not self.entreprise:
            dites = [CourbeDeMois("Effectif", unites, vu.serie)]
        else:
            dites = [tous, ici] if vu.partie else [tous if vu.perimetre.entier else ici]
        gardees = [c._replace(points=[x for x in c.points if x[0] >= self.debut]) for c in dites]
        return [c for c in gardees if len(c.points) >= 3]

    @property
    def frises(self) -> list[Frise]:
        """The drawing and that of a phone; nothing without a curve or a band."""
        bandes: dict[str, list[PeriodeDessinee]] = {}
        vus = [d for d in self.dossiers if (d.dite.fin or self.aujourd_hui) >= self.debut]
        for d in sorted(vus, key=lambda d: not d.dite.marquante):
            plein = bool(d.ici) or not self.territoire
            noms = [lieu_de(s, self.lieux)[0] for s in self._sirets(d)] if self.entreprise and not d.dite.dite else []
            aucun = "" if plein or not d.dite.lieux else ", aucun site chez vous"
            texte = noms[0] if noms else f"{d.combien or d.dite.etat}{aucun}"
            bandes.setdefault(d.dite.sorte, []).append(PeriodeDessinee(d.dite.debut, d.dite.fin, texte, plein))
        marques = {d.dite.debut: f"{d.dite.sorte} du {jour(d.dite.debut)}" for d in vus if d.dite.marquante}
        tracees = self.courbes
        if not tracees and not bandes:
            return []
        return [frise(tracees, bandes, marques, self.debut, self.fin, etroite=e) for e in (False, True)]

    @property
    def echelles(self) -> str:
        return " et ".join(" à ".join(nombre(round(v)) for v in bornes(c.points)) for c in self.courbes)

    @property
    def mois(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """(month, [(curve, value)…]), newest first."""
        valeurs = [(c.titre, dict(c.points)) for c in self.courbes]
        jours = sorted({j for _, v in valeurs for j in v}, reverse=True)
        return [(mois(j), [(t, nombre(round(v[j])) if j in v else "") for t, v in valeurs]) for j in jours]

    @property
    def groupes(self) -> list[Groupe]:
        """(title, precision, rows, number of all of them when some are left to another page)."""
        comptees = [d for r in self.releves for d in self._comptees(r)]
        if not self.territoire:
            return [self._groupe("", "", self.dossiers, comptees)] if self.dossiers or comptees else []
        sites = len(self._sirets(*self.ici))
        dits, rien = f"{pluriel(len(self.ici), 'procédure')}, {self._sur(sites)}", "aucune procédure connue"
        ici = self._groupe(f"Chez vous – {nommer(self.territoire)}", dits if self.ici else rien, self.ici)
        la = [d for d in self.dossiers if not d.ici]
        ailleurs = self._groupe("Ailleurs dans l’entreprise", "aucun site chez vous", la, comptees)
        return [ici, ailleurs] if ailleurs[2] else [ici]

    def _groupe(
        self, titre: str, precision: str, siens: Sequence[DossierEmploi], comptees: Sequence[DossierEmploi] = ()
    ) -> Groupe:
        montres = siens[: TOUTES if self.tout else MONTREES]
        return titre, precision, [*montres, *comptees], len(siens) if len(montres) < len(siens) else 0

    def _comptees(self, releve: ReleveDeSource) -> Iterator[DossierEmploi]:
        """What is only counted outside the reader's territory: no place and no date is said."""
        tous, source = releve.ensemble, releve.source
        if tous and tous.ailleurs and source.regroupement and source.compte:
            sommes = [
                f"{source.champs[a].libelle} : {nombre(round(tous.sommes[a] - sum(x[a] or 0 for x in releve.lignes)))}"
                for a in source.regroupement.somme
                if tous.sommes.get(a) is not None
            ]
            dite = ProcedureEmploi(
                source.nom, source.titre, source.titre, source.compte.phrase(tous.ailleurs), date.min, None, False,
                "Dates non ouvertes", "hors de votre territoire", reste=" ; ".join(sommes), lieux=tous.lieux_ailleurs,
            )  # fmt: skip
            yield DossierEmploi(dite, f"{self.fiche.unite.adresse}/{source.nom}")

    @property
    def vides(self) -> tuple[str, ...]:
        dits = self.regardes if not self.dossiers else ()
        longs = [r.source.titre for r in self.fiche.apercu.releves if r.differe and not r.source.procedures]
        tus = tuple(
            f"{titre} : trop de lignes à additionner ici ; l’onglet Effectifs les additionne." for titre in longs
        )
        return tus + resumer_les_vides(
            "Emploi", [b for b in self.blocs if b.etat is not EtatBloc.RESERVEE and b not in dits]
        )

    @property
    def sources(self) -> str:
        vus = [self.effectif.releve] if self.effectif else []
        return origines(self.fiche, "", [*self.releves, *vus])


def composer(fiche: Fiche, lecteur: LecteurDeDonnees, *, tout: bool) -> OngletEmploi | None:
    """None when the reader may read no procedure."""
    onglet = OngletEmploi(fiche, lecteur, tout=tout)
    return onglet if onglet.regardes else None
