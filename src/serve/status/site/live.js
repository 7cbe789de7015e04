// Keeps a page up to date: the server tells whose records changed, and the parts that show them are taken from the page as
// the server makes it now. Without this script the page is whole, of the moment in which it was loaded.
(function () {
  "use strict";
  var word = document.getElementById("live");
  var waiting = null;
  var last = 0;
  // A page is asked for at most so often, however much happens.
  var pause = 1000;

  function say(text) {
    if (word.textContent !== text) { word.textContent = text; }
  }

  // A part is replaced where it differs; what has the keyboard keeps it.
  function take(text) {
    var page = new DOMParser().parseFromString(text, "text/html");
    document.title = page.title;
    document.querySelectorAll("[data-live]").forEach(function (part) {
      var next = page.getElementById(part.id);
      if (!next || next.innerHTML === part.innerHTML) { return; }
      var focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
      part.replaceChildren.apply(part, Array.from(document.importNode(next, true).childNodes));
      if (focused) {
        Array.from(part.querySelectorAll("a")).some(function (link) {
          if (link.getAttribute("href") !== focused) { return false; }
          link.focus();
          return true;
        });
      }
    });
    say("Live.");
  }

  function load() {
    waiting = null;
    last = Date.now();
    fetch(window.location.href, { cache: "no-store" })
      .then(function (answer) { return answer.ok ? answer.text().then(take) : null; })
      .catch(function () { say("The server does not answer."); });
  }

  function soon() {
    if (waiting === null) {
      waiting = window.setTimeout(load, Math.max(0, last + pause - Date.now()));
    }
  }

  // The page of one phone cares for that one.
  var one = document.getElementById("standing");

  function changed(event) {
    var phones = JSON.parse(event.data).phones;
    if (!one || phones.indexOf(one.dataset.mac) >= 0) { soon(); }
  }

  var events = new EventSource("/events");
  events.addEventListener("hello", function () { say("Live."); });
  events.addEventListener("changed", changed);
  events.addEventListener("anew", soon);
  events.addEventListener("error", function () { say("Not live: the connection is lost."); });
})();
