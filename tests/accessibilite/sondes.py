"""What is asked of a page that a browser shows: each probe returns, in words, what is wrong with it."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Page

_OUTILS: Final = """
window.fce = {
  vu: e => e.checkVisibility({visibilityProperty: true, opacityProperty: true}) && fce.boite(e).width > 1
    && fce.boite(e).height > 1 && !e.closest(".fr-sr-only, [aria-hidden=true]"),
  boite: e => e.getBoundingClientRect(),
  dit: e => e.outerHTML.replace(/\\s+/g, " ").slice(0, 130),
  couleurs: t => [...t.matchAll(/rgba?\\(([^)]+)\\)/g)].map(m => m[1].split(/[ ,/]+/).map(Number))
    .filter(c => c.length < 4 || c[3] > 0.5),
  clarte: c => c.slice(0, 3).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], 0),
  contraste: (a, b) => {
    const [x, y] = [fce.clarte(a), fce.clarte(b)].sort((m, n) => n - m);
    return (x + 0.05) / (y + 0.05);
  },
  fond: e => {
    for (let p = e; p; p = p.parentElement) {
      const trouve = fce.couleurs(getComputedStyle(p).backgroundColor);
      if (trouve.length) return trouve[0];
    }
    return [255, 255, 255];
  },
  textes: () => [...document.body.querySelectorAll("*")].filter(e => fce.vu(e)
    && [...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim())),
  coupes: () => [...document.body.querySelectorAll("*")].filter(e => fce.vu(e) && e.textContent.trim()
      && !e.matches("svg *, option, select, input, textarea"))
    .filter(e => { const s = getComputedStyle(e);
      return (/hidden|clip/.test(s.overflowX) && e.scrollWidth > e.clientWidth + 1)
        || (/hidden|clip/.test(s.overflowY) && e.scrollHeight > e.clientHeight + 1); }),
  change: () => fce.coupes().filter(e => !fce.avant.has(e)).map(fce.dit),
};
// A button that is an icon has its words cut from the start.
fce.avant = new Set(fce.coupes());
"""

CONTRASTES: Final = """() => fce.textes().filter(e => !e.closest("[disabled], select, option")).flatMap(e => {
  const s = getComputedStyle(e), taille = parseFloat(s.fontSize);
  const grand = taille >= 24 || (taille >= 18.5 && Number(s.fontWeight) >= 700);
  const [texte] = fce.couleurs(e instanceof SVGElement ? s.fill : s.color);
  const mesure = texte ? fce.contraste(texte, fce.fond(e)) : 0;
  return mesure >= (grand ? 3 : 4.5) ? [] : [mesure.toFixed(2) + " " + fce.dit(e)];
}).concat([...document.querySelectorAll("[placeholder]")].filter(fce.vu).flatMap(e => {
  const [texte] = fce.couleurs(getComputedStyle(e, "::placeholder").color);
  return fce.contraste(texte, fce.fond(e)) >= 4.5 ? [] : ["invite " + fce.dit(e)];
}))"""
"""RGAA 3.2, without the gradients that underline links, before which axe gives up."""

COMPOSANTS: Final = """() => [...document.querySelectorAll("input, select, textarea")].filter(fce.vu).flatMap(e => {
  if (e.type === "file") return [];
  const autour = fce.fond(e.parentElement), etiquette = e.labels?.[0];
  const styles = [getComputedStyle(e), ...(etiquette ? [getComputedStyle(etiquette, "::before")] : [])];
  const traits = styles.flatMap(s => fce.couleurs([s.boxShadow, s.backgroundImage, s.backgroundColor,
    ...(parseFloat(s.borderTopWidth) > 0 ? [s.borderTopColor] : []),
    ...(parseFloat(s.borderBottomWidth) > 0 ? [s.borderBottomColor] : [])].join(" ")));
  const natif = e.matches("[type=checkbox], [type=radio]") && styles[0].appearance !== "none";
  return natif || traits.some(t => fce.contraste(t, autour) >= 3) ? [] : [fce.dit(e)];
}).concat([...document.querySelectorAll("[class^=fce-g-b]")].filter(e => fce.vu(e.closest("svg"))).flatMap(e => {
  const s = getComputedStyle(e);
  return fce.couleurs(s.fill + s.stroke).some(c => fce.contraste(c, [255, 255, 255]) >= 3) ? [] : [fce.dit(e)];
}))"""
"""RGAA 3.3: the edge of a field, the shapes of a chart."""

LIENS: Final = """() => [...document.querySelectorAll("main a[href], footer a[href]")].filter(fce.vu).flatMap(a => {
  const bloc = a.closest("p, li, td, th, dd, dt, figcaption, h1, h2, h3");
  const dit = a.cloneNode(true);
  dit.querySelectorAll(".fr-sr-only").forEach(e => e.remove());
  if (!bloc || a.matches(".fr-btn, .fr-tag") || !dit.textContent.trim()) return [];
  const ailleurs = bloc.cloneNode(true);
  ailleurs.querySelectorAll("a, button, ul, ol, details, form, .fr-badge, .fr-sr-only").forEach(e => e.remove());
  if (!/[\\p{L}\\d]{2}/u.test(ailleurs.textContent)) return [];
  const s = getComputedStyle(a), parent = getComputedStyle(a.parentElement);
  const marque = s.textDecorationLine.includes("underline") || s.backgroundImage !== "none"
    || (Number(s.fontWeight) >= 700 && Number(parent.fontWeight) < 700) || ["block", "flex"].includes(s.display);
  return marque ? [] : [fce.dit(a)];
})"""
"""RGAA 10.6: inside a text, a link has something more than a colour; one without a word to see is drawn."""

ETIQUETTES: Final = """() => [...document.querySelectorAll("input, select, textarea")].flatMap(e => {
  const etiquette = e.labels?.[0];
  if (!etiquette || !fce.vu(etiquette) || e.type === "hidden") return [];
  const c = fce.boite(e), t = fce.boite(etiquette);
  const proche = e.matches("[type=checkbox], [type=radio]")
    ? t.left - c.right < 24 && t.left >= c.left - 4 && Math.min(t.bottom, c.bottom) - Math.max(t.top, c.top) > 4
    : (t.bottom <= c.top + 4 && c.top - t.bottom < 24 && Math.abs(t.left - c.left) < 24)
      || (t.right <= c.left + 4 && c.left - t.right < 24);
  return proche ? [] : [fce.dit(e)];
})"""
"""RGAA 11.4: a label is just above its field, or just before; just after a box."""

FOCUS: Final = """() => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]")]
  .filter(e => e.checkVisibility({visibilityProperty: true}) && !e.disabled).flatMap(e => {
    e.focus();
    if (document.activeElement !== e) return ["ne prend pas le focus " + fce.dit(e)];
    const trait = [[e, null], [e, "::before"], [e, "::after"], ...(e.labels?.[0] ? [[e.labels[0], "::before"]] : [])]
      .map(([x, p]) => getComputedStyle(x, p)).find(s => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 1);
    return trait && fce.couleurs(trait.outlineColor).some(c => fce.contraste(c, [255, 255, 255]) >= 3)
      ? [] : [fce.dit(e)];
  })"""
"""RGAA 10.7: whatever takes the focus of a keyboard shows an outline, that stands out."""

MOUVEMENTS: Final = "() => document.getAnimations().map(a => fce.dit(a.effect.target))"
"""RGAA 13.7 and 13.8: nothing moves nor flashes by itself."""

ESPACES: Final = """() => {
  for (const e of document.body.querySelectorAll("*")) {
    e.style.setProperty("line-height", "1.5", "important");
    e.style.setProperty("letter-spacing", "0.12em", "important");
    e.style.setProperty("word-spacing", "0.16em", "important");
    if (e.matches("p")) e.style.setProperty("margin-bottom", "2em", "important");
  }
  return fce.change();
}"""
"""RGAA 10.12: nothing is cut when a reader spaces the text out."""

AGRANDI: Final = """() => {
  document.documentElement.style.fontSize = "200%";
  return fce.change();
}"""
"""RGAA 10.4: nothing is cut when the text alone is twice as big."""

SANS_STYLE: Final = """() => {
  const lus = fce.textes();
  for (const feuille of document.styleSheets) feuille.disabled = true;
  return lus.filter(e => !fce.vu(e)).map(fce.dit);
}"""
"""RGAA 10.2: what is seen is in the source, not in the styles."""

ETROIT: Final = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  ["large de " + document.documentElement.scrollWidth]"""
"""RGAA 10.11: 320 pixels wide, a page scrolls one way only."""

EN_PLACE: Final = (
    ("contrastes", CONTRASTES), ("composants", COMPOSANTS), ("liens", LIENS), ("etiquettes", ETIQUETTES),
    ("focus", FOCUS), ("mouvements", MOUVEMENTS),
)  # fmt: skip
NOMS: Final = (*(nom for nom, _ in EN_PLACE), "espaces", "agrandi", "etroit", "sans style")


def sonder(page: Page) -> dict[str, list[str]]:
    """{probe: what is wrong}, of a page that is open, unfolded; it is no more what it was."""
    page.evaluate(_OUTILS)
    # The keyboard is at work: what takes the focus from now on shows it.
    page.keyboard.press("Tab")
    trouve = {nom: page.evaluate(sonde) for nom, sonde in EN_PLACE}
    trouve["agrandi"] = page.evaluate(AGRANDI)
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size({"width": 320, "height": 900})
    trouve["etroit"] = page.evaluate(ETROIT)
    page.set_viewport_size({"width": 1280, "height": 900})
    trouve["espaces"] = page.evaluate(ESPACES)
    trouve["sans style"] = page.evaluate(SANS_STYLE)
    return trouve
