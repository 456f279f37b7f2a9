/* Small comforts added on top of pages that work without JavaScript: copy, print, live filters. */
(function () {
  "use strict";

  function annoncer(texte) {
    var zone = document.getElementById("annonce");
    if (zone) {
      zone.textContent = "";
      window.setTimeout(function () { zone.textContent = texte; }, 50);
    }
  }

  function copierSansPressePapiers(texte) {
    // navigator.clipboard does not exist on plain http (an intranet): select and copy the old way.
    var champ = document.createElement("textarea");
    champ.value = texte;
    champ.className = "fr-sr-only";
    document.body.appendChild(champ);
    champ.select();
    var fait = document.execCommand("copy");
    champ.remove();
    return fait;
  }

  function copier(bouton) {
    var texte = bouton.dataset.copier;
    function fait() {
      var libelle = bouton.querySelector("[data-copier-libelle]");
      var avant = libelle.textContent;
      libelle.textContent = "Copié";
      annoncer(bouton.dataset.copierQuoi + " copié");
      window.setTimeout(function () { libelle.textContent = avant; }, 2000);
    }
    function ancienneFacon() {
      if (copierSansPressePapiers(texte)) { bouton.focus(); fait(); }
    }
    if (navigator.clipboard && navigator.clipboard.writeText) {
      navigator.clipboard.writeText(texte).then(fait, ancienneFacon);
    } else {
      ancienneFacon();
    }
  }

  var large = window.matchMedia("(min-width: 62em)");
  var etroit = window.matchMedia("(max-width: 47.98em)");

  /* What only works with JavaScript is hidden in the page and shown here; run again on each swapped fragment. */
  function preparer(racine) {
    racine.querySelectorAll("[data-avec-js]").forEach(function (element) { element.hidden = false; });
    racine.querySelectorAll("details[data-ouvert-si-large]").forEach(function (element) {
      if (large.matches) { element.open = true; }
    });
  }

  document.addEventListener("click", function (evenement) {
    var cible = evenement.target.closest("[data-copier], [data-imprimer]");
    if (!cible) { return; }
    if (cible.hasAttribute("data-imprimer")) {
      window.print();
    } else {
      copier(cible);
    }
  });

  /* Ctrl or Cmd + K puts the cursor in the search: a key alone would be said by accident to who dictates (RGAA 12.10).
     Esc and a click elsewhere close a menu. */
  document.addEventListener("keydown", function (evenement) {
    var menu = document.querySelector("details[data-menu][open]");
    if (evenement.key === "Escape" && menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (evenement.key.toLowerCase() === "k" && (evenement.ctrlKey || evenement.metaKey)
        && !evenement.altKey && !evenement.shiftKey) {
      var champ = document.getElementById("q");
      if (champ) {
        evenement.preventDefault();
        champ.focus();
        champ.select();
      }
    }
  });

  document.addEventListener("click", function (evenement) {
    document.querySelectorAll("details[data-menu][open]").forEach(function (menu) {
      if (!menu.contains(evenement.target)) { menu.open = false; }
    });
  });

  // On a phone, "Rubriques" of the bar opens the tabs as a sheet above it. Without JavaScript :target does.
  var bande = document.getElementById("rubriques");
  var pouce = document.getElementById("ouvrir-rubriques");
  function ouvrirLesRubriques(ouvrir) {
    bande.open = ouvrir;
    if (!ouvrir && bande.matches(":target")) { window.location.hash = pouce.id; }
    (ouvrir ? bande.querySelector("a") : pouce).focus({ preventScroll: true });
  }
  if (bande && pouce) {
    pouce.setAttribute("role", "button");
    pouce.setAttribute("aria-controls", "rubriques");
    pouce.setAttribute("aria-expanded", "false");
    bande.addEventListener("toggle", function () { pouce.setAttribute("aria-expanded", String(bande.open)); });
    etroit.addEventListener("change", function () { bande.open = !etroit.matches; });
    document.addEventListener("click", function (evenement) {
      var lien = evenement.target.closest("a[href='#rubriques'], a[href='#ouvrir-rubriques']");
      if (!etroit.matches) { return; }
      if (lien) {
        evenement.preventDefault();
        ouvrirLesRubriques(lien.hash === "#rubriques" && !(lien === pouce && bande.open));
      } else if (!bande.contains(evenement.target)) {
        bande.open = false;
      }
    });
    document.addEventListener("keydown", function (evenement) {
      if (etroit.matches && bande.open && evenement.key === "Escape") { ouvrirLesRubriques(false); }
      if (evenement.key === " " && evenement.target === pouce) { evenement.preventDefault(); pouce.click(); }
    });
    // Focus that leaves the sheet would go under it.
    bande.addEventListener("focusout", function (evenement) {
      if (etroit.matches && evenement.relatedTarget && evenement.relatedTarget !== pouce
          && !bande.contains(evenement.relatedTarget)) { bande.open = false; }
    });
    if (etroit.matches && bande.matches(":target")) { bande.open = true; }
  }

  // A plain form would send its empty fields too: the address that an agent shares stays short.
  document.addEventListener("submit", function (evenement) {
    if (evenement.target.method !== "get") { return; }
    Array.prototype.forEach.call(evenement.target.elements, function (champ) {
      if (champ.name && champ.name !== "q" && !champ.value && !champ.disabled) {
        champ.disabled = true;
        window.setTimeout(function () { champ.disabled = false; }, 0);
      }
    });
  });

  document.addEventListener("htmx:configRequest", function (evenement) {
    var envoi = evenement.detail.formData;
    if (evenement.detail.verb !== "get" || !envoi) { return; }
    Array.from(envoi.entries()).forEach(function (paire) {
      if (!paire[1]) { envoi.delete(paire[0], paire[1]); }
    });
  });

  // Filter groups opened by hand stay open when the server sends the column again, and who was there stays there.
  var ouverts = [];
  var dedans = false;
  document.addEventListener("htmx:beforeSwap", function (evenement) {
    var cible = evenement.detail.target;
    dedans = cible.contains(document.activeElement);
    ouverts = Array.from(cible.querySelectorAll("details[id]")).concat(cible.matches("details[id]") ? [cible] : [])
      .map(function (element) { return [element.id, element.open]; });
  });
  document.addEventListener("htmx:afterSettle", function (evenement) {
    ouverts.forEach(function (paire) {
      var element = document.getElementById(paire[0]);
      if (element) { element.open = paire[1]; }
    });
    ouverts = [];
    preparer(document);
    var arrive = evenement.target;
    var annonce = arrive.matches("[data-annonce]") ? arrive : arrive.querySelector("[data-annonce]");
    if (annonce) { annoncer(annonce.dataset.annonce); }
    if (dedans && document.activeElement === document.body) {
      arrive.setAttribute("tabindex", "-1");
      arrive.focus({ preventScroll: true });
    }
    dedans = false;
  });

  // A place that fills by itself says why it was refused: there is no plain way to take it to.
  document.addEventListener("htmx:beforeSwap", function (evenement) {
    if (evenement.detail.isError && evenement.detail.requestConfig.elt.matches("div, p")) {
      evenement.detail.shouldSwap = true;
      evenement.detail.isError = false;
    }
  });

  // A failed fragment must not leave the agent before a page that looks right and is not: do it the plain way.
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach(function (nom) {
    document.addEventListener(nom, function (evenement) {
      var source = evenement.detail.elt;
      if (source.matches("form")) {
        source.submit();
      } else if (source.matches("a[href]")) {
        window.location.assign(source.href);
      }
    });
  });

  // A tab that takes the place of another: the strip and the title say which one is shown.
  document.addEventListener("htmx:afterSwap", function (evenement) {
    var onglet = document.getElementById("onglet");
    if (!onglet || evenement.detail.target.id !== "onglet") { return; }
    document.querySelectorAll("#rubriques a:not([href^='#'])").forEach(function (lien) {
      if (lien.pathname === window.location.pathname || lien === evenement.detail.requestConfig.elt) {
        lien.setAttribute("aria-current", "page");
      } else {
        lien.removeAttribute("aria-current");
      }
    });
    var courant = document.querySelector("[data-onglet-courant]");
    if (courant) { courant.textContent = onglet.dataset.titre; }
    if (!large.matches) { document.getElementById("rubriques").open = false; }
    onglet.setAttribute("tabindex", "-1");
    onglet.focus({ preventScroll: large.matches });
  });

  // A session that nobody uses says that it will end while it may still be kept (RGAA 13.1).
  function veiller(session) {
    var avis = session.firstElementChild;
    var attente;
    function attendre() {
      window.clearTimeout(attente);
      avis.hidden = true;
      attente = window.setTimeout(function () { avis.hidden = false; }, 1000 * session.dataset.session);
    }
    session.querySelector("button").addEventListener("click", function () {
      window.fetch(session.dataset.sessionGarder, { credentials: "same-origin" }).then(function (reponse) {
        if (reponse.ok && !reponse.redirected) {
          document.getElementById("contenu").focus({ preventScroll: true });
          attendre();
          annoncer("Votre session continue");
        } else {
          window.location.reload();
        }
      });
    });
    document.addEventListener("htmx:afterRequest", attendre);
    attendre();
  }

  document.querySelectorAll("[data-session]").forEach(veiller);
  preparer(document);
}());
