/* « Essayer », on the pages of the API: the answer comes under its form, which opens it without JavaScript. */
(function () {
  "use strict";

  var LIGNES = 400;

  function lire(texte) {
    try { return JSON.parse(texte); } catch (erreur) { return null; }
  }

  function ecrire(texte) {
    // One JSON value, or one by line (the feed); an address may also lead to a page, shown as it is.
    var lus = lire(texte) ? [lire(texte)] : texte.trim().split("\n").map(lire);
    if (lus.indexOf(null) < 0) {
      texte = lus.map(function (lu) { return JSON.stringify(lu, null, 2); }).join("\n");
    }
    var lignes = texte.split("\n");
    var reste = lignes.length - LIGNES;
    return lignes.slice(0, LIGNES).join("\n") + (reste > 0 ? "\n… et " + reste + " autres lignes" : "");
  }

  function essayer(formulaire) {
    var etat = formulaire.querySelector("[role=status]");
    var zone = formulaire.querySelector("[role=region]");
    zone.hidden = true;
    etat.textContent = "Demande envoyée…";
    window.fetch(formulaire.action + "?" + new URLSearchParams(new FormData(formulaire))).then(function (reponse) {
      return reponse.text().then(function (texte) {
        var lu = lire(texte);
        // The sentence of a problem (v1), or the whole refusal of the compatible API.
        var phrase = !reponse.ok && lu && (lu.detail || lu.erreur);
        etat.textContent = "Réponse " + reponse.status + (phrase ? " : " + phrase : "");
        var code = document.createElement("code");
        code.textContent = ecrire(texte);
        zone.replaceChildren(code);
        zone.hidden = false;
      });
    }).catch(function () {
      etat.textContent = "La demande n’a pas abouti : vérifiez votre connexion, puis recommencez.";
    });
  }

  document.addEventListener("submit", function (evenement) {
    if (evenement.target.matches("[data-essai]")) {
      evenement.preventDefault();
      essayer(evenement.target);
    }
  });
}());
