"""Chapters of the sheet with their templates, tiles of Sirene."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fce.donnees.entreprises.contenu import EntrepriseVue, EtablissementVu
from fce.fiche.assemblage.blocs import dates, en_panne
from fce.fiche.assemblage.directes import Attente
from fce.fiche.formes.contenu import Bloc, EtatBloc, Fiche, FicheEntreprise, Provenance, Rubrique, TuileVue
from fce.fiche.page import gabarits, html
from fce.fiche.page.etablissements import FiltreEtablissements
from fce.fiche.page.historique import Historique
from fce.fiche.unite.perimetre import ENTREPRISE, ETABLISSEMENT, Perimetre
from fce.referentiels import Libelle
from fce.socle.texte.formats import jour, nombre, pluriel

GABARITS = {
    "etablissements": "fiche/_etablissements.html",
    "chronologie": "fiche/_chronologie.html",
    "successions": "fiche/_successions.html",
    "fusion": "fiche/_fusion.html",
}
DIFFERE = "fiche/_differe.html"
"""Template of a bloc computed after the page."""

NOMMES = 3
"""Subjects named by the line of a chapter."""
CATEGORIES = {
    "PME": "Petite ou moyenne entreprise",
    "ETI": "Entreprise de taille intermédiaire",
    "GE": "Grande entreprise",
}


@dataclass(frozen=True, slots=True)
class BlocAffiche:
    """A bloc to display: already printed (``html``) for a source (``nom``), else by ``gabarit``."""

    titre: str
    gabarit: str
    contenu: object
    provenances: tuple[Provenance, ...]
    nom: str = ""
    html: str = ""
    mention: str = ""

    @property
    def source(self) -> str:
        """Name of its source, or the first one when several have the same producer; "" for several producers."""
        producteurs = {p.producteur for p in self.provenances}
        return self.nom or (self.provenances[0].source if len(producteurs) == 1 else "")


@dataclass(frozen=True, slots=True)
class Chapitre:
    """A rubrique to display: blocs with data, then those without, one line per state. What is closed to the reader is
    in ``absences``."""

    cle: str
    titre: str
    blocs: tuple[BlocAffiche, ...]
    vides: tuple[str, ...]

    @property
    def ligne(self) -> str:
        """What it holds, on one line: "12 sujets : Accidents du travail, Accords d'entreprise…"."""
        if not self.blocs:
            return f"{pluriel(len(self.vides), 'ligne')} : ce qui a été lu sans rien trouver"
        noms = [bloc.titre for bloc in self.blocs]
        if noms == [self.titre]:
            return "Voir cette rubrique"
        return f"{pluriel(len(noms), 'sujet')} : {', '.join(noms[:NOMMES])}{'…' if noms[NOMMES:] else ''}"


def chapitres(
    rubriques: Iterable[Rubrique],
    adresse: str,
    filtre: FiltreEtablissements | None = None,
    chronologie: Historique | None = None,
) -> list[Chapitre]:
    """Return the chapters to display. Those without any data are gathered in a last one, one line per state.

    ``adresse``: that of the sheet; ``chronologie``: content of the bloc of the timeline. The list of establishments
    stays when its filter leaves nothing, so that the filter can be changed.
    """
    sorties = []
    sans_donnees: list[str] = []
    for rubrique in rubriques:
        affiches: list[BlocAffiche] = []
        restants: list[Bloc] = []
        for bloc in rubrique.blocs:
            affiche = _afficher(bloc, adresse, chronologie) if _a_montrer(bloc, filtre) else None
            if affiche:
                affiches.append(affiche)
            elif bloc.etat is not EtatBloc.RESERVEE:
                restants.append(en_panne(bloc) if bloc.etat is EtatBloc.DONNEES else bloc)
        vides = resumer_les_vides(rubrique.titre, restants)
        if affiches:
            sorties.append(Chapitre(rubrique.cle, rubrique.titre, tuple(affiches), vides))
        else:
            sans_donnees.extend(vides)
    if sans_donnees:
        sorties.append(Chapitre("sans-donnees", "Sans information", (), tuple(sans_donnees)))
    return sorties


def _afficher(bloc: Bloc, adresse: str, chronologie: Historique | None) -> BlocAffiche | None:
    """The bloc ready for the page; None when its template fails."""
    if isinstance(bloc.contenu, Attente):
        source = bloc.contenu.source
        place = html.direct(bloc.titre, source.nom, adresse, "", html.gabarit_de(source))
        return BlocAffiche(bloc.titre, "", None, (), source.nom, place)
    if bloc.source is None:
        contenu = bloc.contenu
        if bloc.cle == "chronologie":
            contenu = chronologie
        return BlocAffiche(bloc.titre, _gabarit(bloc), contenu, bloc.provenances, mention=bloc.mention)
    if bloc.differe:
        return BlocAffiche(bloc.titre, DIFFERE, bloc.source, bloc.provenances, bloc.source.nom)
    imprime = gabarits.imprimer(bloc, adresse)
    if imprime is None:
        return None
    if bloc.direct:
        # Replaced by the live answer: content of the file, scope, provenance.
        du_fichier = f"{html.perimetre(bloc.mention)}{imprime}{html.provenances(bloc.provenances)}"
        place = html.direct(bloc.titre, bloc.source.nom, adresse, du_fichier)
        return BlocAffiche(bloc.titre, "", None, (), bloc.source.nom, place)
    return BlocAffiche(bloc.titre, "", None, bloc.provenances, bloc.source.nom, imprime, bloc.mention)


def resumer_les_vides(titre: str, blocs: Sequence[Bloc]) -> tuple[str, ...]:
    """Blocs without data, one line per state and reason; each source is named with its producer and date."""
    lignes: list[str] = []
    for etat, tete in (
        (EtatBloc.AUCUNE, "aucune donnée connue"),
        (EtatBloc.INDISPONIBLE, "momentanément indisponible"),
    ):
        groupes: dict[tuple[str, str], list[Bloc]] = {}
        for bloc in blocs:
            if bloc.etat is etat:
                jamais = etat is EtatBloc.INDISPONIBLE and not (
                    bloc.raison or any(p.date_import for p in bloc.provenances)
                )
                motif = "source pas encore importée" if jamais else bloc.raison
                motif = "rien dans le fichier, non interrogé en direct" if bloc.a_demander else motif
                # "None known" only concerns what was read.
                ou = bloc.perimetre.suffixe if etat is EtatBloc.AUCUNE else ""
                groupes.setdefault((motif, ou), []).append(bloc)
        for (motif, ou), groupe in groupes.items():
            if len(groupe) == 1:
                lignes.append(groupe[0].message)
            else:
                lignes.append(f"{titre} — {motif or tete}{ou} : {_nommer(groupe)}.")
    return tuple(lignes)


def _nommer(blocs: Sequence[Bloc]) -> str:
    noms = []
    for bloc in blocs:
        producteurs = ", ".join(dict.fromkeys(p.producteur for p in bloc.provenances))
        dite = dates(bloc.provenances)
        au = f"{' ' if dite.startswith('au') else ', '}{dite}" if dite else ""
        avertis = dict.fromkeys(f", {p.avertissement}" for p in bloc.provenances if p.avertissement)
        periode = bloc.horizon.replace(" ", ", ", 1) if bloc.etat is EtatBloc.AUCUNE else ""
        autres = f", {bloc.autres}" if bloc.autres else ""
        noms.append(f"{bloc.titre} ({producteurs}{periode}{autres}{au}{''.join(avertis)})")
    return ", ".join(noms)


def tuiles(fiche: Fiche) -> list[TuileVue]:
    """Tiles of Sirene, then of the other sources."""
    de_sirene = (
        tuiles_entreprise(fiche.entreprise)
        if isinstance(fiche, FicheEntreprise)
        else tuiles_etablissement(fiche.etablissement)
    )
    return [*de_sirene, *fiche.tuiles]


def tuiles_entreprise(vue: EntrepriseVue) -> list[TuileVue]:
    """Tiles of Sirene for a company: size, establishments, age."""
    fermes = vue.nombre_etablissements - vue.nombre_etablissements_ouverts
    tuiles = [
        _tuile_effectif(vue.tranche_effectif, vue.annee_effectif, ENTREPRISE),
        TuileVue(
            "Établissements ouverts",
            nombre(vue.nombre_etablissements_ouverts),
            ENTREPRISE,
            pluriel(fermes, "fermé") if fermes else "",
        ),
    ]
    if vue.categorie:
        annee = f" en {vue.annee_categorie}" if vue.annee_categorie else ""
        tuiles.append(TuileVue("Catégorie", vue.categorie, ENTREPRISE, f"{CATEGORIES.get(vue.categorie, '')}{annee}"))
    if vue.date_creation:
        tuiles.append(TuileVue("Création", jour(vue.date_creation), ENTREPRISE))
    return tuiles


def tuiles_etablissement(vu: EtablissementVu) -> list[TuileVue]:
    """Tiles of Sirene for an establishment: size, place, age."""
    tuiles = [_tuile_effectif(vu.tranche_effectif, vu.annee_effectif, ETABLISSEMENT)]
    if vu.adresse.commune:
        departement = vu.adresse.departement
        precision = (departement.libelle or departement.code) if departement else ""
        tuiles.append(TuileVue("Commune", vu.adresse.commune, ETABLISSEMENT, precision))
    if vu.date_creation:
        tuiles.append(TuileVue("Création", jour(vu.date_creation), ETABLISSEMENT))
    return tuiles


def _tuile_effectif(tranche: Libelle | None, annee: int | None, perimetre: Perimetre) -> TuileVue:
    if tranche is None:
        return TuileVue("Effectif (tranche Insee)", "Non connu", perimetre)
    return TuileVue(
        "Effectif (tranche Insee)", tranche.libelle or tranche.code, perimetre, f"en {annee}" if annee else ""
    )


def _a_montrer(bloc: Bloc, filtre: FiltreEtablissements | None) -> bool:
    if bloc.etat is EtatBloc.DONNEES or bloc.differe:
        return True
    return bloc.cle == "etablissements" and bloc.etat is EtatBloc.AUCUNE and filtre is not None and filtre.actif


def _gabarit(bloc: Bloc) -> str:
    if isinstance(bloc.contenu, EntrepriseVue):
        return "fiche/_identite_entreprise.html"
    if isinstance(bloc.contenu, EtablissementVu):
        return "fiche/_identite_etablissement.html"
    return GABARITS[bloc.cle]
