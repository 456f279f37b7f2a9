/* Editable combobox with a list of suggestions (WAI-ARIA APG, "list autocomplete with manual selection").

   htmx fetches the options; this file gives them a keyboard, roles and announcements. Without JavaScript the input is a
   plain text field of a plain form.
   <div data-combobox data-combobox-liste="id of the list"> holds the input. An option carries either
   data-href (a page to open) or data-nom + data-valeur (a value to add to the form, which is then sent). */
(function () {
  "use strict";

  var MINIMUM = 2;

  function brancher(boite) {
    var champ = boite.querySelector("input");
    var liste = document.getElementById(boite.dataset.comboboxListe);
    var annonce = document.getElementById(boite.dataset.comboboxListe + "-annonce");
    var courant = -1;
    if (!champ || !liste || champ.hasAttribute("aria-expanded")) { return; }

    champ.setAttribute("role", "combobox");
    champ.setAttribute("aria-autocomplete", "list");
    champ.setAttribute("aria-expanded", "false");
    champ.setAttribute("aria-controls", liste.id);

    function options() { return Array.from(liste.querySelectorAll("[role=option]")); }

    function marquer(indice) {
      courant = indice;
      options().forEach(function (option, i) {
        option.setAttribute("aria-selected", String(i === indice));
        if (i === indice) {
          champ.setAttribute("aria-activedescendant", option.id);
          option.scrollIntoView({ block: "nearest" });
        }
      });
      if (indice < 0) { champ.removeAttribute("aria-activedescendant"); }
    }

    function fermer() {
      liste.hidden = true;
      champ.setAttribute("aria-expanded", "false");
      marquer(-1);
    }

    function ouvrir() {
      var nombre = options().length;
      var actif = document.activeElement === champ && champ.value.trim().length >= MINIMUM;
      if (!nombre || !actif) {
        fermer();
        if (annonce) { annonce.textContent = actif ? "Aucune suggestion" : ""; }
        return;
      }
      liste.hidden = false;
      champ.setAttribute("aria-expanded", "true");
      marquer(-1);
      if (annonce) {
        annonce.textContent = nombre + (nombre > 1 ? " suggestions" : " suggestion") + ", flèches pour choisir";
      }
    }

    function choisir(option) {
      if (option.dataset.href) {
        window.location.assign(option.dataset.href);
        return;
      }
      var valeur = document.createElement("input");
      valeur.type = "hidden";
      valeur.name = option.dataset.nom;
      valeur.value = option.dataset.valeur;
      champ.form.appendChild(valeur);
      champ.value = "";
      fermer();
      champ.form.requestSubmit();
    }

    champ.addEventListener("keydown", function (evenement) {
      var nombre = options().length;
      var ouvert = !liste.hidden;
      if (evenement.key === "ArrowDown" || evenement.key === "ArrowUp") {
        if (!nombre) { return; }
        evenement.preventDefault();
        if (!ouvert) { ouvrir(); }
        var pas = evenement.key === "ArrowDown" ? 1 : -1;
        // One more place than options: the text field itself, so that the arrows loop through it.
        var place = (courant + 1 + pas + nombre + 1) % (nombre + 1);
        marquer(place - 1);
      } else if (evenement.key === "Enter" && ouvert && courant >= 0) {
        evenement.preventDefault();
        choisir(options()[courant]);
      } else if (evenement.key === "Escape" && ouvert) {
        evenement.preventDefault();
        fermer();
      } else if (evenement.key === "Tab") {
        fermer();
      }
    });
    champ.addEventListener("blur", fermer);
    champ.addEventListener("input", function () {
      if (champ.value.trim().length < MINIMUM) { fermer(); }
    });
    champ.addEventListener("htmx:beforeRequest", function (evenement) {
      if (champ.value.trim().length < MINIMUM) { evenement.preventDefault(); }
    });
    liste.addEventListener("htmx:afterSettle", ouvrir);
    // The field keeps the focus: its blur would close the list before the click. Chosen once released, so that who
    // pressed by mistake may still slide away (RGAA 13.11).
    liste.addEventListener("mousedown", function (evenement) { evenement.preventDefault(); });
    liste.addEventListener("click", function (evenement) {
      var option = evenement.target.closest("[role=option]");
      if (option) { choisir(option); }
    });
  }

  function brancherTout() { document.querySelectorAll("[data-combobox]").forEach(brancher); }

  document.addEventListener("htmx:afterSettle", brancherTout);
  brancherTout();
}());
