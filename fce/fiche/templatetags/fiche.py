"""What a template would write too slowly or too clumsily: the rows of a table, the links that sort or turn its pages.

Rows are built here, every value escaped by the standard library (ten times faster than the template engine): a sheet
may hold thousands of cells.
"""

from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from fce.entreprises.historique import Jalon
from fce.fiche.presentation import Chronologie
from fce.fiche.presentations.commun import fiche
from fce.fiche.presentations.serie import PERIODES
from fce.fiche.vues import Cellule, Colonne, Tableau
from fce.socle.formats import jour
from fce.socle.identifiants import formater_siret

register = template.Library()

LIBELLES_PERIODES = {6: "6 mois", 12: "1 an", 24: "2 ans", 60: "5 ans"}


@register.simple_tag
def rangees(tableau: Tableau) -> SafeString:
    """The rows of a table, each value under its label for the phone; the last one adds up."""
    libelles = [escape(c.libelle) for c in tableau.colonnes]
    morceaux = []
    for ligne in tableau.lignes:
        cellules = "".join(
            f'<td{_droite(c)} data-libelle="{libelle}">{_contenu(cellule, c)}</td>' if cellule.texte else "<td></td>"
            for c, libelle, cellule in zip(tableau.colonnes, libelles, ligne, strict=True)
        )
        morceaux.append(f"<tr>{cellules}</tr>")
    return mark_safe("".join(morceaux))  # noqa: S308 – every value was escaped


@register.simple_tag
def evenements(jalons: Sequence[Jalon]) -> SafeString:
    """The dates of a timeline, each with its events and a link to the establishment that one is about."""
    morceaux = []
    for jalon in jalons:
        quand = jour(jalon.date) if jalon.date else "Date inconnue"
        morceaux.append(f'<li><p class="fce-discret fr-text--sm">{quand}</p>')
        for e in jalon.evenements:
            detail = f"<br><bdi>{escape(e.detail)}</bdi>" if e.detail else ""
            lien = (
                f' <a class="fr-link fr-link--sm" href="{fiche("etablissement")}{escape(e.siret)}">Voir l’établissement'
                f'<span class="fr-sr-only"> {escape(formater_siret(e.siret))}</span></a>'
                if e.siret
                else ""
            )
            morceaux.append(f"<p><strong>{escape(e.titre)}</strong>{detail}{lien}</p>")
        morceaux.append("</li>")
    return mark_safe("".join(morceaux))  # noqa: S308 – every value was escaped


@register.simple_tag
def totaux(tableau: Tableau) -> SafeString:
    """The row of totals: "Total" stands in the first column, which never adds up."""
    cellules = "".join(
        f'<td{_droite(c)} data-libelle="{escape(c.libelle)}">{_contenu(cellule, c)}</td>'
        if cellule.texte
        else "<td></td>"
        for c, cellule in zip(tableau.colonnes[1:], tableau.totaux[1:], strict=True)
    )
    return mark_safe(f'<tr><th scope="row">Total</th>{cellules}</tr>')  # noqa: S308 – every value was escaped


@register.simple_tag
def entetes(tableau: Tableau, tris: frozenset[str] = frozenset(), adresse: str = "", cible: str = "") -> SafeString:
    """The header cells; those of ``tris`` are links that sort, the other way round when already sorted so."""
    cellules = []
    for c in tableau.colonnes:
        if c.attribut not in tris:
            cellules.append(format_html('<th scope="col"{}>{}</th>', mark_safe(_droite(c)), c.libelle))  # noqa: S308
            continue
        actif = tableau.tri.removeprefix("-") == c.attribut
        descend = tableau.tri.startswith("-")
        suivant = c.attribut if actif and descend else f"-{c.attribut}" if actif or c.chiffre else c.attribut
        lien = f"{adresse}?{urlencode({'tri': suivant})}"
        ordre = (' aria-sort="descending"' if descend else ' aria-sort="ascending"') if actif else ""
        cellules.append(
            format_html(
                '<th scope="col"{}{}><a class="fce-tri" href="{}" hx-get="{}" hx-target="{}" hx-swap="outerHTML">{}'
                "</a></th>",
                mark_safe(_droite(c)),  # noqa: S308 – a constant
                mark_safe(ordre),  # noqa: S308 – a constant
                lien,
                lien,
                cible,
                c.libelle,
            )
        )
    return mark_safe("".join(cellules))  # noqa: S308 – built by format_html


@register.simple_tag
def pages(tableau: Tableau | Chronologie, adresse: str) -> list[tuple[int | None, str]]:
    """(number, address) of the pages to offer; ``(None, "")`` is a gap."""
    numeros = sorted({1, tableau.pages, *range(max(1, tableau.page - 1), min(tableau.pages, tableau.page + 1) + 1)})
    sorties: list[tuple[int | None, str]] = []
    precedent = 0
    for numero in numeros:
        if numero - precedent > 1:
            sorties.append((None, ""))
        params = {"tri": getattr(tableau, "tri", ""), "page": str(numero) if numero > 1 else ""}
        requete = urlencode({nom: valeur for nom, valeur in params.items() if valeur})
        sorties.append((numero, f"{adresse}?{requete}" if requete else adresse))
        precedent = numero
    return sorties


@register.simple_tag
def liens_periodes(periode: int, ancre: str) -> SafeString:
    """Plain links to the other periods of the charts, the present one named as such."""
    return format_html_join(
        " ",
        '<li><a class="fr-link fr-link--sm" href="?periode={}#{}"{}>{}</a></li>',
        ((p, ancre, mark_safe(' aria-current="true"') if p == periode else "", LIBELLES_PERIODES[p]) for p in PERIODES),
    )


@register.filter
def cellule(valeur: Cellule) -> SafeString:
    """A value with its link."""
    return mark_safe(_contenu(valeur, Colonne("", "")))  # noqa: S308 – escaped


def _contenu(valeur: Cellule, colonne: Colonne) -> str:
    texte = escape(valeur.texte)
    # Whatever a source may have put there, nothing but our own pages, https and mail is ever a link.
    if not valeur.lien.startswith(("https:", "mailto:", "/", "#", "?")) or valeur.lien.startswith("//"):
        return texte if colonne.chiffre else f"<bdi>{texte}</bdi>"
    lien = escape(valeur.lien)
    if valeur.lien.startswith("https:"):
        return (
            f'<a class="fr-link fr-link--sm" href="{lien}" target="_blank" '
            f'rel="noopener nofollow external" title="{texte} – nouvelle fenêtre">{texte}</a>'
        )
    numero = ' class="fce-numero"' if valeur.lien.startswith("/") else ""
    return f'<a{numero} href="{lien}">{texte}</a>'


def _droite(colonne: Colonne) -> str:
    return ' class="fce-droite"' if colonne.chiffre else ""
