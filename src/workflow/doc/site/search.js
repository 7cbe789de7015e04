// Finds pages by the words of entries.js. Without scripts the pages and their lists are all there is.
(function () {
  "use strict";
  var entries = window.ENTRIES || [];
  var root = document.body.dataset.root;
  var input = document.getElementById("q");
  var found = document.getElementById("found");
  var most = 40;

  function plain(text) {
    return text.toLowerCase().replace(/[^a-z0-9\u0080-\uffff]+/g, "");
  }

  function place(entry, words) {
    var name = plain(entry.n);
    var all = name + " " + plain(entry.t || "");
    for (var i = 0; i < words.length; i++) {
      if (all.indexOf(words[i]) < 0) { return -1; }
    }
    if (name === words.join("")) { return 0; }
    if (name.indexOf(words[0]) === 0) { return 1; }
    return name.indexOf(words[0]) >= 0 ? 2 : 3;
  }

  function show() {
    var words = input.value.split(/\s+/).map(plain).filter(Boolean);
    found.textContent = "";
    found.hidden = words.length === 0;
    if (found.hidden) { return; }
    var hits = [];
    entries.forEach(function (entry, at) {
      var rank = place(entry, words);
      if (rank >= 0) { hits.push({ entry: entry, rank: rank, at: at }); }
    });
    hits.sort(function (a, b) { return a.rank - b.rank || a.at - b.at; });
    var list = document.createElement("ul");
    hits.slice(0, most).forEach(function (hit) {
      var line = document.createElement("li");
      var link = document.createElement("a");
      var kind = document.createElement("span");
      link.href = root + hit.entry.h;
      link.textContent = hit.entry.n;
      kind.className = "dim";
      kind.textContent = " " + hit.entry.k;
      line.appendChild(link);
      line.appendChild(kind);
      list.appendChild(line);
    });
    found.appendChild(list);
    var rest = document.createElement("p");
    rest.className = "dim";
    rest.textContent = hits.length === 0 ? "nothing is called so" : hits.length > most ? "and " + (hits.length - most) + " more" : "";
    found.appendChild(rest);
  }

  input.addEventListener("input", show);
  input.form.addEventListener("submit", function (event) {
    event.preventDefault();
    var first = found.querySelector("a");
    if (first) { window.location.href = first.href; }
  });
  // "/" goes to the search, as on other sites of documentation.
  document.addEventListener("keydown", function (event) {
    var typing = /^(input|textarea|select)$/i.test(event.target.tagName || "");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      input.focus();
    }
  });
  var asked = new URLSearchParams(window.location.search).get("q");
  if (asked) {
    input.value = asked;
    show();
  }
})();
