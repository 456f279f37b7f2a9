"""HTML of the charts: one SVG each. Every value is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe

from fce.fiche.formes.graphique import Graphique


def graphiques(dessines: Sequence[Graphique], titre: str, identifiant: str) -> SafeString:
    """Charts, side by side where there is room; ``identifiant``: prefix of their ids, unique in the page. Coordinates
    come from the server, colours and patterns from the style sheet."""
    figures = [_graphique(g, titre, f"{identifiant}-{rang}") for rang, g in enumerate(dessines, start=1)]
    return mark_safe("".join(['<div class="fce-graphiques">', *figures, "</div>"] if figures else []))  # noqa: S308 – every value was escaped


def _graphique(g: Graphique, titre: str, identifiant: str) -> str:
    i = escape(identifiant)
    morceaux = [
        f'<figure class="fce-graphique" role="figure" aria-label="{escape(g.titre)}">'
        f"<figcaption>{escape(g.titre)}</figcaption>"
        f'<svg viewBox="0 0 {g.largeur} {g.hauteur}" role="img" '
        f'aria-labelledby="{i}-t {i}-d" preserveAspectRatio="xMidYMid meet">'
        f'<title id="{i}-t">{escape(titre)} – {escape(g.titre)}</title><desc id="{i}-d">{escape(g.description)}</desc>'
    ]
    morceaux += [
        f'<line class="fce-g-grille" x1="{g.gauche}" x2="{g.droite}" y1="{r.position}" y2="{r.position}"/>'
        f'<text class="fce-g-texte" x="{g.gauche}" dx="-8" y="{r.position}" dy="4" text-anchor="end">'
        f"{escape(r.texte)}</text>"
        for r in g.ordonnees
    ]
    morceaux += [
        f'<text class="fce-g-texte{" fce-g-rare" if r.rare else ""}" x="{r.position}" y="{g.bas}" dy="20" '
        f'text-anchor="middle">{escape(r.texte)}</text>'
        for r in g.abscisses
    ]
    morceaux += [f'<path class="fce-g-b{b.rang}" d="{b.chemin}"/>' for b in g.barres]
    morceaux += [
        f'<text class="fce-g-texte fce-g-valeur" x="{e.x}" y="{e.y}" text-anchor="{e.ancre}">{escape(e.texte)}</text>'
        for e in g.extremes
    ]
    morceaux.append(f'<line class="fce-g-axe" x1="{g.gauche}" x2="{g.droite}" y1="{g.zero}" y2="{g.zero}"/></svg>')
    if len(g.barres) > 1:
        morceaux.append('<ul class="fce-legende">')
        morceaux += [
            '<li><svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">'
            f'<rect class="fce-g-b{b.rang}" x="0.5" y="0.5" width="11" height="11"/></svg> {escape(b.libelle)}</li>'
            for b in g.barres
        ]
        morceaux.append("</ul>")
    return "".join([*morceaux, "</figure>"])
