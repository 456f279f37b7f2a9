"""HTML written in Python where a sheet repeats it a hundred times: alarms, tables, labels and values, provenances.

Every value is escaped with the standard library. The template engine is ten times slower, and a full sheet has seventy
blocs and a thousand cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from html import escape
from types import MappingProxyType
from typing import Final

from django.utils.safestring import SafeString, mark_safe

from fce.fiche.formes.contenu import Cellule, ColonneVue, EnTableau, EnValeurs, LienExterne, Provenance
from fce.fiche.formes.graphique import HAUTEUR, LARGEUR
from fce.fiche.formes.imprimable import Departement
from fce.fiche.page.alarmes import LigneAlarme
from fce.fiche.page.colonnes import sans_vides
from fce.fiche.page.historique import LigneDatee
from fce.socle.texte.formats import au, jour, pluriel
from fce.socle.texte.identifiants import formater_siret
from fce.sources.declaration import Source
from fce.sources.presentation import Gravite, Presence, Serie, Tableau

PROVENANCES: Final = 4
LONGUE: Final = 15
LARGE: Final = 8
"""Minimum rows and maximum columns for a fixed heading: a long table that does not scroll sideways."""
REPERES: Final = 5
"""Cells used to identify a row in the title of its link."""
RANGEES: Final = 5
SOUS_LA_COURBE: Final = 5
_BLANC: Final = "&nbsp;"
_VIDE: Final = f"<p>{_BLANC}</p>"


def tableau(contenu: EnTableau, titre: str, nom: str, adresse: str) -> SafeString:
    """Rows of a source: their summary if any, the first rows, then a link to the whole list."""
    t, liste = escape(titre), f"{escape(adresse)}/{escape(nom)}"
    morceaux = []
    # With two tables, each has a caption.
    deux = bool(contenu.synthese and (contenu.lignes or contenu.ensemble))
    if contenu.synthese:
        morceaux = [lignes(contenu.synthese, titre, "Synthèse" if deux else ""), _note(contenu.synthese.note)]
    morceaux.append(f'<div id="liste-{escape(nom)}">')
    if contenu.lignes or contenu.ensemble:
        detail = "Par établissement" if contenu.unites == "établissement" else "Détail"
        corps = _par_territoire(contenu, titre) if contenu.ailleurs else lignes(contenu, titre, detail if deux else "")
        if contenu.replie:
            combien = pluriel(contenu.total, "établissement")
            corps = f'<details class="fce-plus"><summary>Voir les {combien}</summary>{corps}</details>'
        morceaux.append(corps)
    morceaux.append(_note(contenu.note))
    morceaux.append('<p class="fce-barre__groupe fr-text--sm fr-mt-1w fce-ecran">')
    cache = f'<span class="fr-sr-only"> – {t}</span>'
    if contenu.suite:
        combien = pluriel(contenu.total, "établissement" if contenu.unites == "établissement" else "ligne")
        morceaux.append(
            f'<a class="fr-link fr-link--sm" href="{liste}" hx-get="{liste}" hx-target="#liste-{escape(nom)}" '
            f'hx-swap="outerHTML">{"Voir plus" if contenu.lignes else "Voir le détail"} : {combien}{cache}</a> '
        )
    morceaux.append(liens_source(contenu.liens))
    if contenu.optionnelles:
        morceaux.append(f'<a class="fr-link fr-link--sm" href="{liste}">Choisir les colonnes{cache}</a> ')
    morceaux.append(f'<a class="fr-link fr-link--sm" href="{liste}.csv">Exporter (CSV){cache}</a></p></div>')
    return _sur(morceaux)


def _par_territoire(contenu: EnTableau, titre: str) -> str:
    """A table in two: the reader's territory, then the rest, folded, by département."""
    ailleurs = contenu.ailleurs
    assert ailleurs is not None  # noqa: S101 – the caller asked
    ici = replace(contenu, lignes=contenu.lignes[: ailleurs.debut])
    la = replace(contenu, lignes=contenu.lignes[ailleurs.debut :], totaux=(), ensemble=())
    combien = f"Chez vous – {ailleurs.titre} ({pluriel(ailleurs.ici, 'établissement')})"
    return (
        f'{lignes(ici, titre, combien)}<details class="fce-plier"><summary><strong>Ailleurs</strong> '
        f'({pluriel(ailleurs.total, "établissement")})<span class="fr-sr-only"> – {escape(titre)}</span> '
        f"<small>{escape(resume(ailleurs.departements))}</small></summary>"
        f"{departements(ailleurs.departements, 'établissement')}"
        f"{lignes(la, titre, 'Ailleurs, les premiers')}</details>"
    )


def resume(departements_: Sequence[Departement]) -> str:
    """The départements with the latest facts: "Cher (18) le 16/11/2026 · Var (83) le 24/11/2025"."""
    dates = sorted((d for d in departements_ if d.dernier), key=lambda d: d.dernier or date.min, reverse=True)
    return " · ".join(
        f"{d.nom} le {jour(d.dernier)}" if d.dernier else f"{d.nom} {d.nombre}" for d in (dates or departements_)[:3]
    )


def departements(
    rangs: Iterable[Departement], mot: str, adresses: Mapping[str, str] = MappingProxyType({})
) -> SafeString:
    """List of départements, with the number of things in each and the latest day. ``adresses``: links by name."""
    morceaux = ['<ul class="fce-depts">']
    for d in rangs:
        nom = f'<a href="{escape(adresses[d.nom])}">{escape(d.nom)}</a>' if d.nom in adresses else escape(d.nom)
        dernier = f", le dernier le {jour(d.dernier)}" if d.dernier else ""
        morceaux.append(f'<li>{nom} <span class="fce-discret">{pluriel(d.nombre, mot)}{dernier}</span></li>')
    return _sur([*morceaux, "</ul>"])


def lignes(contenu: EnTableau, titre: str, legende: str = "") -> str:
    """A table of cells, without links or empty columns, in a box that scrolls sideways.

    ``legende``: caption above, to tell it from the other table of ``titre``. Without a row, the sums alone, in a
    sentence with their scope: a header over nothing reads as "none".
    """
    if not contenu.lignes:
        return _sommes(contenu)
    contenu, t = sans_vides(contenu), escape(f"{titre} – {legende}" if legende else titre)
    caption = f"<caption>{escape(legende)}</caption>" if legende else f'<caption class="fr-sr-only">{t}</caption>'
    fixe = " fce-defilement--fixe" if len(contenu.lignes) > LONGUE and len(contenu.colonnes) <= LARGE else ""
    entete = "".join(f'<th scope="col"{droite(c)}>{escape(c.libelle)}</th>' for c in contenu.colonnes)
    sommes = totaux(contenu)
    pied = f"<tfoot>{sommes}</tfoot>" if sommes else ""
    return (
        f'<div class="fce-defilement{fixe}" tabindex="0" role="region" aria-label="Tableau : {t}">'
        f'<table class="fce-table">{caption}<thead><tr>{entete}</tr></thead>'
        f"<tbody>{rangees(contenu)}</tbody>{pied}</table></div>"
    )


def alarmes(lignes_: Iterable[LigneAlarme], bref: bool = False) -> SafeString:
    """Items of a list of alarms: fact with its link, place and date, origin. ``bref``: the fact, and its place when in
    the reader's territory."""
    morceaux = []
    for a in lignes_:
        ici = ' <span class="fce-ici">chez vous</span>' if a.ici else ""
        lieu, quand = (a.lieu if a.ici else "", "") if bref else (a.lieu, a.quand)
        virgule = ", " if lieu and quand else ""
        ou = f" <span>{escape(lieu)}{ici}{virgule}{escape(quand)}</span>" if lieu or quand else ""
        origine = f' <span class="fce-origine">{escape(a.origine)}</span>' if a.origine and not bref else ""
        titre = escape(a.court if bref else a.titre)
        morceaux.append(f'<li class="fce-alerte"><a href="{escape(a.lien)}">{titre}</a>{ou}{origine}</li>\n')
    return _sur(morceaux)


def _lieu(texte: str, adresse: str) -> str:
    """The place of a fact. Two establishments of one commune are told apart by their SIRET, read aloud."""
    siret = formater_siret(adresse.rpartition("/")[2])
    cache = f'<span class="fr-sr-only"> {siret}</span>'
    return f'<a href="{escape(adresse)}">{escape(texte)}{cache}</a>' if adresse else escape(texte)


def faits(lignes_: Iterable[LigneDatee]) -> SafeString:
    """Items of a timeline. Gravity is a word; the ordinary one is only read aloud."""
    morceaux = []
    for x in lignes_:
        ordinaire = x.gravite is Gravite.ORDINAIRE
        grave = " fce-marque--grave" if x.gravite is Gravite.GRAVE else ""
        marque = "fr-sr-only" if ordinaire else f"fce-marque{grave}"
        # Two links of one name are told apart by what is beside them.
        cote = ", ".join((x.quand, *(t for t, _ in x.lieux)))
        titre = f"<span>{escape(x.titre)}</span>"
        if x.lien:
            cache = f'<span class="fr-sr-only">, {escape(cote)}</span>'
            titre = f'<a href="{escape(x.lien)}">{escape(x.titre)}{cache}</a>'
        detail = f" : <bdi>{escape(x.detail)}</bdi>" if x.detail else ""
        avant = f'<span class="fce-avant">{escape(x.avant)} →</span> ' if x.avant else ""
        evolution = f"<br>{avant}<strong>{escape(x.apres)}</strong>" if x.apres else ""
        ici = ' <span class="fce-ici">chez vous</span>' if x.ici else ""
        lieux = ", ".join(_lieu(*lieu) for lieu in x.lieux)
        morceaux.append(
            f'<li><span class="fce-date">{escape(x.quand)}</span>'
            f'<span><span class="{marque}">{escape(x.gravite)}</span></span>'
            f"<p>{titre}{detail}{evolution}</p><p>{lieux}{ici}</p>"
            f'<p class="fce-source">{escape(x.origine)}</p></li>\n'
        )
    return _sur(morceaux)


def options(offertes: Iterable[tuple[str, str, bool]]) -> SafeString:
    """The options of a list, as (value, label, chosen). A timeline has a hundred kinds."""
    return _sur(
        [
            f'<option value="{escape(valeur)}"{" selected" if choisi else ""}>{escape(libelle)}</option>'
            for valeur, libelle, choisi in offertes
        ]
    )


def valeurs(contenu: EnValeurs, titre: str, nom: str, adresse: str) -> SafeString:
    """One row of a source: what being on the list means, then labels and values."""
    morceaux = [f'<div id="liste-{escape(nom)}">']
    if contenu.phrase:
        morceaux.append(f'<p class="fr-mb-1w"><strong>{escape(contenu.phrase)}</strong></p>')
    if contenu.paires:
        morceaux.append('<dl class="fce-donnees">')
        libre = ColonneVue("", "")
        morceaux += [f"<div><dt>{escape(a)}</dt><dd>{cellule(c, libre)}</dd></div>" for a, c in contenu.paires]
        morceaux.append("</dl>")
    autres = ""
    if contenu.autres:
        combien = pluriel(contenu.autres, "autre ligne", "autres lignes")
        autres = (
            f'<a class="fr-link fr-link--sm" href="{escape(adresse)}/{escape(nom)}">Voir aussi : {combien}'
            f'<span class="fr-sr-only"> – {escape(titre)}</span></a> '
        )
    if suites := autres + liens_source(contenu.liens):
        morceaux.append(f'<p class="fce-barre__groupe fr-text--sm fr-mt-1w fce-ecran">{suites}</p>')
    morceaux.append("</div>")
    return _sur(morceaux)


def rangees(contenu: EnTableau) -> str:
    """The rows of a table. On a phone, each value is under its label. A link to another site names its row."""
    ouvertes = [(f'<td{droite(c)} data-libelle="{escape(c.libelle)}">', c) for c in contenu.colonnes]
    morceaux = []
    for ligne in contenu.lignes:
        morceaux.append("<tr>")
        for (ouverte, colonne), valeur in zip(ouvertes, ligne, strict=True):
            rangee = _rangee(ligne, valeur) if valeur.lien.startswith("https:") else ""
            morceaux.append(f"{ouverte}{cellule(valeur, colonne, rangee)}</td>" if valeur.texte else "<td></td>")
        morceaux.append("</tr>")
    return "".join(morceaux)


def _rangee(ligne: Sequence[Cellule], lien: Cellule) -> str:
    """First cells of a row, to identify it."""
    return ", ".join([c.texte for c in ligne if c is not lien and c.texte][:REPERES])


def totaux(contenu: EnTableau) -> str:
    """Total rows, with what is added up in the first column: the rows listed, then the whole company when they are a
    part of it. "" without any."""
    sortie = ""
    for libelle, cellules in lignes_de_totaux(contenu):
        valeurs_ = "".join(
            f'<td{droite(c)} data-libelle="{escape(c.libelle)}">{cellule(v, c)}</td>' if v.texte else "<td></td>"
            for c, v in zip(contenu.colonnes[1:], cellules[1:], strict=True)
        )
        sortie += f'<tr><th scope="row">{escape(libelle)}</th>{valeurs_}</tr>'
    return sortie


def _sommes(contenu: EnTableau) -> str:
    """ "Toute l'entreprise – Ruptures : 160 ; Heures : 12"; "" when nothing is added up."""
    dites = ""
    for libelle, cellules in lignes_de_totaux(contenu):
        sommes = [
            f"{escape(c.libelle)} : {cellule(v, c)}" for c, v in zip(contenu.colonnes, cellules, strict=True) if v.texte
        ]
        dites += f'<p class="fr-text--sm fr-mb-1v"><strong>{escape(libelle)}</strong> – {" ; ".join(sommes)}</p>'
    return dites


def lignes_de_totaux(contenu: EnTableau) -> list[tuple[str, tuple[Cellule, ...]]]:
    """[(label, cells)…]; "Total" alone when it covers the whole unit."""
    partie = "" if contenu.perimetre.entier else f" {contenu.perimetre.lieux}"
    if contenu.ailleurs and not partie:
        partie = ", ailleurs compris"
    trouvees = [(f"Total{partie}", contenu.totaux), ("Toute l'entreprise", contenu.ensemble)]
    return [(libelle, cellules) for libelle, cellules in trouvees if cellules]


def _note(texte: str) -> str:
    return f'<p class="fce-discret fr-text--sm fr-mb-1v">{escape(texte)}</p>' if texte else ""


def perimetre(mention: str) -> SafeString:
    """Sentence on the scope of a bloc or list; empty when there is none."""
    return _sur([f'<p class="fce-perimetre fr-text--sm fr-mb-1v">{escape(mention)}</p>'] if mention else [])


def cellule(valeur: Cellule, colonne: ColonneVue, rangee: str = "") -> str:
    """A value, with its link if any: only our pages, https and mailto, whatever a source wrote.

    ``rangee``: identifies the row in the title of an external link, when other rows have the same link text.
    """
    texte = escape(valeur.texte)
    if not valeur.lien.startswith(("https:", "mailto:", "/", "#", "?")) or valeur.lien.startswith("//"):
        return texte if colonne.chiffre else f"<bdi>{texte}</bdi>"
    lien = escape(valeur.lien)
    if valeur.lien.startswith("https:"):
        titre = f"{texte} – {escape(rangee)}" if rangee else texte
        return (
            f'<a class="fr-link fr-link--sm" href="{lien}" target="_blank" '
            f'rel="noopener nofollow external" title="{titre} – nouvelle fenêtre">{texte}</a>'
        )
    if valeur.precision:
        return f'<a href="{lien}"><bdi>{texte}</bdi></a><br><span class="fce-siret">{escape(valeur.precision)}</span>'
    numero = ' class="fce-numero"' if valeur.lien.startswith("/") else ""
    return f'<a{numero} href="{lien}">{texte}</a>'


def droite(colonne: ColonneVue) -> str:
    """Class of a column of figures."""
    return ' class="fce-droite"' if colonne.chiffre else ""


def liens_source(liens: Iterable[LienExterne]) -> SafeString:
    """External links, opened in a new window."""
    return _sur(
        f'<a class="fr-link fr-link--sm" href="{escape(x.adresse)}" target="_blank" rel="noopener nofollow external" '
        f'title="{escape(x.libelle)} – nouvelle fenêtre">{escape(x.libelle)}</a> '
        for x in liens
    )


def direct(titre: str, nom: str, adresse: str, contenu: str, gabarit: str = "") -> SafeString:
    """A bloc whose source is also asked live: content of its file (``contenu``) until the answer replaces it.

    ``gabarit``: placeholder of the answer's size, when no file fills it. Without JavaScript, a plain link.
    """
    t, n, lien = escape(titre), escape(nom), f"{escape(adresse)}/direct/{escape(nom)}"
    return _sur(
        [
            f'<div class="fce-direct" id="direct-{n}" hx-get="{lien}" hx-trigger="intersect once" '
            'hx-target="find .fce-direct__contenu" hx-swap="innerHTML">',
            f'<div class="fce-direct__gabarit fce-ecran" aria-hidden="true">{gabarit}</div>' if gabarit else "",
            f'<div class="fce-direct__contenu">{contenu}<div class="fce-direct__etat fce-ecran fr-text--sm fr-mb-0">'
            f'<noscript><a class="fr-link fr-link--sm" href="{lien}" rel="nofollow">Interroger la source'
            f'<span class="fr-sr-only"> – {t}</span></a></noscript>'
            '<p role="status" class="fce-direct__attente fce-discret fr-text--sm fr-mb-0">Interrogation en cours…</p>'
            "</div></div></div>",
        ]
    )


def gabarit_de(source: Source) -> str:
    """Placeholder of the usual size of an answer, by the source's form: labels without values, hidden from screen
    readers."""
    forme = source.presentation
    attributs = getattr(forme, "colonnes", ()) or tuple(source.champs)
    libelles = [escape(source.champs[a].libelle) if a in source.champs else "" for a in attributs]
    if isinstance(forme, Serie):
        figure = (
            f'<figure class="fce-graphique"><figcaption>{_BLANC}</figcaption>'
            f'<svg viewBox="0 0 {LARGEUR} {HAUTEUR}"></svg></figure>'
        )
        dessins = figure * (len(forme.dessinees or forme.courbes[:1]) + bool(forme.barres))
        return f'<div class="fce-graphiques">{dessins}</div>{_VIDE * SOUS_LA_COURBE}'
    if isinstance(forme, Tableau):
        entete = "".join(f"<th>{libelle}</th>" for libelle in libelles)
        cellules = "".join(f'<td data-libelle="{libelle}">{_BLANC}</td>' for libelle in libelles)
        rangees_ = f"<tr>{cellules}</tr>" * RANGEES
        table = f'<table class="fce-table"><thead><tr>{entete}</tr></thead><tbody>{rangees_}</tbody></table>'
        return f'<div class="fce-defilement">{table}</div>{_VIDE * 2}'
    paires = "".join(f"<div><dt>{libelle}</dt><dd>{_BLANC}</dd></div>" for libelle in libelles)
    phrase = _VIDE if isinstance(forme, Presence) else ""
    return f'{phrase}<dl class="fce-donnees">{paires}</dl>{_VIDE * 2}'


def bloc_source(titre: str, html: str, liste: Iterable[Provenance], mention: str, erreur: str = "") -> SafeString:
    """A printed bloc under its title and scope, above its provenance. ``erreur``: see ``provenances``."""
    tete = f'<h3 class="fr-h6 fr-mb-1w">{escape(titre)}</h3>'
    return _sur([tete, perimetre(mention), html, provenances(liste, erreur)])


def signalement(page: str, titre: str) -> str:
    """Link to report an error in a bloc; ``page``: its address, pre-filled for that bloc."""
    return (
        f'<a href="{escape(page)}" rel="nofollow">Signaler une erreur'
        f'<span class="fr-sr-only"> – {escape(titre)}</span></a>'
    )


def provenances(liste: Iterable[Provenance], erreur: str = "") -> SafeString:
    """Producer, system, dates and freshness, one line per source. ``erreur``: link made by ``signalement``, at the end
    of the last line; on its own line when there is none, or when they are folded."""
    morceaux = []
    for p in liste:
        dite = f" · {au(p.date_metier, p.date_import) or 'pas encore importé'}"
        importe = f" (importé le {jour(p.date_import)})" if p.date_metier and p.date_import else ""
        averti = f" · <strong>{escape(p.avertissement)}</strong>" if p.avertissement else ""
        morceaux.append(
            f'<p class="fce-source">Source : {escape(p.producteur)} · {escape(p.systeme)} ({escape(p.titre)})'
            f"{dite}{importe}{averti}</p>"
        )
    if len(morceaux) > PROVENANCES:
        # Many sources, as on the timeline: folded on screen, in full on paper.
        resume = f"<summary>{pluriel(len(morceaux), 'source')}, avec leurs dates</summary>"
        morceaux = ['<details class="fce-plus fce-source">', resume, *morceaux, "</details>"]
    elif morceaux and erreur:
        morceaux[-1] = f'{morceaux[-1].removesuffix("</p>")}<span class="fce-ecran"> · {erreur}</span></p>'
        return _sur(morceaux)
    return _sur([*morceaux, f'<p class="fce-source fce-ecran">{erreur}</p>' if erreur else ""])


def _sur(morceaux: Iterable[str]) -> SafeString:
    return mark_safe("".join(morceaux))  # noqa: S308 – every value was escaped
